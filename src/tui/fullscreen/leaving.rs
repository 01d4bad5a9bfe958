//! The key that comes back from a full screen, found among the bytes that a terminal sends: all else is the machine's. A program
//! there may have asked the terminal to send keys in another way; the key is found in all of them.

use crokey::OneToThree;
use crossterm::event::{KeyCode, KeyModifiers};

use crate::tui::keymap::Keymap;
use crate::tui::sessions::keys;

/// What ctrl-] sends, where nothing else is bound.
const USUAL: u8 = 0x1d;
/// Ctrl, alone or with the locks on, as terminals number it in what replaces the plain bytes.
const CTRL: [u16; 4] = [5, 5 + 64, 5 + 128, 5 + 64 + 128];

/// Looks for the key.
#[derive(Debug)]
pub struct Leaving {
    ways: Vec<Vec<u8>>,
    /// The end of what went by already: a sequence may come in two pieces.
    tail: Vec<u8>,
}

impl Leaving {
    /// The key that leaves typing.
    pub fn new(keymap: &Keymap) -> Self {
        let bound = keymap.bound().filter(|(_, _, binding)| binding.command.name == "session-commands");
        let mut ways: Vec<Vec<u8>> = Vec::new();
        for (_, sequence, _) in bound {
            ways.push(sequence.iter().flat_map(|key| keys::bytes(*key, false)).collect());
            let [key] = sequence else { continue };
            if let (OneToThree::One(KeyCode::Char(_)), KeyModifiers::CONTROL) = (key.codes, key.modifiers) {
                let byte = keys::bytes(*key, false).first().copied().unwrap_or(USUAL);
                ways.extend(replacements(byte));
            }
        }
        ways.retain(|way| !way.is_empty());
        if ways.is_empty() {
            ways.push(vec![USUAL]);
            ways.extend(replacements(USUAL));
        }
        Self { ways, tail: Vec::new() }
    }

    /// What of `bytes` is the machine's; and what follows the key, where it was pressed.
    pub fn split<'a>(&mut self, bytes: &'a [u8]) -> (&'a [u8], Option<&'a [u8]>) {
        let before = self.tail.len();
        let mut all = std::mem::take(&mut self.tail);
        all.extend_from_slice(bytes);
        let ends = self.ways.iter().filter_map(|way| {
            let mut starts = (0..all.len()).filter(|start| all[*start..].starts_with(way));
            let start = starts.find(|start| start + way.len() > before)?;
            Some((start, start + way.len()))
        });
        if let Some((start, end)) = ends.min() {
            return (&bytes[..start.saturating_sub(before)], bytes.get(end - before..));
        }
        let longest = self.ways.iter().map(Vec::len).max().unwrap_or(1);
        self.tail = all.split_off(all.len().saturating_sub(longest - 1));
        (bytes, None)
    }
}

/// Ctrl with the character of a control byte, as terminals send it that were asked to tell all keys apart: `CSI u`, and xterm's
/// modifyOtherKeys.
fn replacements(byte: u8) -> Vec<Vec<u8>> {
    let sign = char::from(byte | 0x40).to_ascii_lowercase();
    let number = u32::from(sign);
    let mut all = vec![format!("\x1b[27;5;{number}~").into_bytes()];
    for ctrl in CTRL {
        all.push(format!("\x1b[{number};{ctrl}u").into_bytes());
        all.push(format!("\x1b[{number};{ctrl}:1u").into_bytes());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split<'a>(leaving: &mut Leaving, bytes: &'a [u8]) -> (&'a [u8], Option<&'a [u8]>) {
        leaving.split(bytes)
    }

    #[test]
    fn the_key_is_found_however_the_terminal_sends_it() {
        for way in ["\x1d", "\x1b[93;5u", "\x1b[93;69u", "\x1b[93;5:1u", "\x1b[27;5;93~"] {
            let mut leaving = Leaving::new(&Keymap::standard());
            let bytes = format!("ls\r{way}d");
            assert_eq!(split(&mut leaving, bytes.as_bytes()), (&b"ls\r"[..], Some(&b"d"[..])), "{way:?}");
        }
    }

    #[test]
    fn in_two_pieces_it_is_the_same_key() {
        let mut leaving = Leaving::new(&Keymap::standard());
        assert_eq!(split(&mut leaving, b"a\x1b[93"), (&b"a\x1b[93"[..], None));
        assert_eq!(split(&mut leaving, b";5uz"), (&b""[..], Some(&b"z"[..])));
    }

    #[test]
    fn all_else_is_the_machines() {
        let mut leaving = Leaving::new(&Keymap::standard());
        for bytes in [&b"\x03\x1a\x1c\x1b[A"[..], b"\x1b", b"[93;3u", b"5u", "é漢".as_bytes(), b"]]"] {
            assert_eq!(split(&mut leaving, bytes), (bytes, None));
        }
    }

    #[test]
    fn another_key_may_be_bound_and_none_leaves_the_usual_one() {
        let mut map = Keymap::standard();
        map.bind("ctrl-]", "").unwrap();
        assert_eq!(split(&mut Leaving::new(&map), b"\x1d"), (&b""[..], Some(&b""[..])));
        map.bind("ctrl-a d", "session-commands").unwrap();
        let mut leaving = Leaving::new(&map);
        assert_eq!(split(&mut leaving, b"\x1d\x01"), (&b"\x1d\x01"[..], None));
        assert_eq!(split(&mut leaving, b"dx"), (&b""[..], Some(&b"x"[..])));
    }
}
