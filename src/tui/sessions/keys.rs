//! Keys as a terminal sends them: what xterm-256color promises to the program on the machine, in the modes that it has set.
//! Source: the key tables of xterm's ctlseqs, "PC-Style Function Keys".

use crokey::{KeyCombination, OneToThree};
use crossterm::event::{KeyCode, KeyModifiers};

/// The bytes of a key; none for one that terminals don't send. With `application`, arrows say that they are arrows.
pub fn bytes(key: KeyCombination, application: bool) -> Vec<u8> {
    let OneToThree::One(code) = key.codes else { return Vec::new() };
    let modified = modifier(key.modifiers);
    match code {
        KeyCode::Char(c) => character(c, key.modifiers),
        KeyCode::Enter => plain(b"\r", key.modifiers),
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => b"\x1b[Z".to_vec(),
        KeyCode::Tab => plain(b"\t", key.modifiers),
        KeyCode::BackTab => b"\x1b[Z".to_vec(),
        KeyCode::Backspace if key.modifiers.contains(KeyModifiers::CONTROL) => plain(b"\x08", key.modifiers),
        KeyCode::Backspace => plain(b"\x7f", key.modifiers),
        KeyCode::Esc => plain(b"\x1b", key.modifiers),
        KeyCode::Up => letter('A', modified, application),
        KeyCode::Down => letter('B', modified, application),
        KeyCode::Right => letter('C', modified, application),
        KeyCode::Left => letter('D', modified, application),
        KeyCode::End => letter('F', modified, application),
        KeyCode::Home => letter('H', modified, application),
        KeyCode::KeypadBegin => letter('E', modified, application),
        KeyCode::Insert => number(2, modified),
        KeyCode::Delete => number(3, modified),
        KeyCode::PageUp => number(5, modified),
        KeyCode::PageDown => number(6, modified),
        KeyCode::F(n @ 1..=4) => letter(char::from(b'P' + n - 1), modified, true),
        KeyCode::F(n) => FUNCTION.get(usize::from(n).wrapping_sub(5)).map_or_else(Vec::new, |n| number(*n, modified)),
        _ => Vec::new(),
    }
}

/// The numbers of F5 and those after it.
const FUNCTION: [u8; 16] = [15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34];

/// What xterm calls the modifiers; 1 is none.
fn modifier(modifiers: KeyModifiers) -> u8 {
    let one = |modifier, is: u8| if modifiers.contains(modifier) { is } else { 0 };
    1 + one(KeyModifiers::SHIFT, 1) + one(KeyModifiers::ALT, 2) + one(KeyModifiers::CONTROL, 4)
}

/// `ESC [ A`, `ESC O A`, `ESC [ 1 ; 5 A`.
fn letter(end: char, modified: u8, application: bool) -> Vec<u8> {
    match (modified, application) {
        (1, true) => format!("\x1bO{end}"),
        (1, false) => format!("\x1b[{end}"),
        _ => format!("\x1b[1;{modified}{end}"),
    }
    .into_bytes()
}

/// `ESC [ 3 ~`, `ESC [ 3 ; 5 ~`.
fn number(number: u8, modified: u8) -> Vec<u8> {
    match modified {
        1 => format!("\x1b[{number}~"),
        _ => format!("\x1b[{number};{modified}~"),
    }
    .into_bytes()
}

fn character(c: char, modifiers: KeyModifiers) -> Vec<u8> {
    let control = modifiers.contains(KeyModifiers::CONTROL).then(|| controlled(c)).flatten();
    match control {
        Some(byte) => plain(&[byte], modifiers),
        None => plain(c.encode_utf8(&mut [0; 4]).as_bytes(), modifiers),
    }
}

/// What a terminal sends for a character with ctrl. The keys with digits are how `crossterm` names ctrl-\ to ctrl-_.
const fn controlled(c: char) -> Option<u8> {
    Some(match c {
        'a'..='z' => c as u8 - b'a' + 1,
        'A'..='Z' => c as u8 - b'A' + 1,
        ' ' | '@' | '2' => 0,
        '[' | '3' => 0x1b,
        '\\' | '4' => 0x1c,
        ']' | '5' => 0x1d,
        '^' | '6' => 0x1e,
        '_' | '7' | '/' => 0x1f,
        '?' | '8' => 0x7f,
        _ => return None,
    })
}

/// With alt, an `ESC` goes before it.
fn plain(bytes: &[u8], modifiers: KeyModifiers) -> Vec<u8> {
    let alt: &[u8] = if modifiers.contains(KeyModifiers::ALT) { b"\x1b" } else { b"" };
    [alt, bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::read;

    fn sent(keys: &str, application: bool) -> String {
        let sent = read(keys).unwrap().into_iter().map(|key| bytes(key, application));
        String::from_utf8(sent.flatten().collect()).unwrap()
    }

    #[test]
    fn keys_are_sent_as_xterm_sends_them() {
        for (keys, is) in [
            ("a A space", "aA "),
            ("ctrl-a ctrl-c ctrl-z ctrl-d ctrl-l", "\x01\x03\x1a\x04\x0c"),
            ("ctrl-space ctrl-4 ctrl-5 ctrl-6 ctrl-7", "\0\x1c\x1d\x1e\x1f"),
            ("enter tab backtab backspace esc ctrl-j ctrl-h", "\r\t\x1b[Z\x7f\x1b\n\x08"),
            ("alt-x alt-shift-x alt-enter alt-backspace ctrl-alt-a", "\x1bx\x1bX\x1b\r\x1b\x7f\x1b\x01"),
            ("up down right left home end", "\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F"),
            ("shift-up ctrl-left alt-right ctrl-shift-end", "\x1b[1;2A\x1b[1;5D\x1b[1;3C\x1b[1;6F"),
            ("insert delete pageup pagedown ctrl-delete", "\x1b[2~\x1b[3~\x1b[5~\x1b[6~\x1b[3;5~"),
            ("f1 f4 f5 f6 f10 f11 f12", "\x1bOP\x1bOS\x1b[15~\x1b[17~\x1b[21~\x1b[23~\x1b[24~"),
            ("shift-f1 ctrl-f5", "\x1b[1;2P\x1b[15;5~"),
        ] {
            assert_eq!(sent(keys, false), is, "{keys}");
        }
        let letter = KeyCombination::one_key(KeyCode::Char('é'), KeyModifiers::ALT);
        assert_eq!(bytes(letter, false), "\x1bé".as_bytes());
        assert_eq!(sent("up left home f1 ctrl-up", true), "\x1bOA\x1bOD\x1bOH\x1bOP\x1b[1;5A");
    }

    #[test]
    fn what_no_terminal_sends_is_nothing() {
        assert_eq!(bytes(KeyCombination::one_key(KeyCode::CapsLock, KeyModifiers::NONE), false), b"");
        assert_eq!(bytes(KeyCombination::one_key(KeyCode::F(40), KeyModifiers::NONE), false), b"");
    }
}
