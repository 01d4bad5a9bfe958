//! A terminal without a screen: what a machine writes goes in, cells come out. The engine keeps one for each session, so that a
//! seat that comes late sees what is there; a seat keeps one for each tab, and draws it.
//!
//! What is obeyed is what xterm-256color promises to the programs that trust it; all else, from titles to device control, has no
//! effect. Who answers a machine's questions, and who may touch a clipboard, is left to the [`vt100::Callbacks`] of its owner.

mod dialect;

use std::fmt::Write;
use std::num::NonZeroU16;

use dialect::{Dialect, Move};

/// Columns between tab stops.
const TAB: u16 = 8;

/// An emulator of a terminal, with whoever hears what does not go to the screen.
pub struct Emulator<Ears: vt100::Callbacks = ()> {
    parser: vt100::Parser<Ears>,
    dialect: Dialect,
    /// The beginning of a character whose end has not come yet. The parser below loses what follows such a character where a
    /// piece ends within the next one.
    begun: Vec<u8>,
}

impl<Ears: vt100::Callbacks> Emulator<Ears> {
    /// An empty terminal of so many rows and columns, which remembers `scrollback` rows that have left it at the top.
    pub fn new(rows: u16, cols: u16, scrollback: usize, ears: Ears) -> Self {
        let (rows, cols) = size(rows, cols);
        let parser = vt100::Parser::new_with_callbacks(rows, cols, scrollback, ears);
        Self { parser, dialect: Dialect::default(), begun: Vec::new() }
    }

    /// The machine wrote this. Pieces may end anywhere.
    pub fn process(&mut self, bytes: &[u8]) {
        let mut said = std::mem::take(&mut self.begun);
        said.reserve(bytes.len());
        for byte in bytes {
            if let Some(how) = self.dialect.take(*byte, &mut said) {
                self.parser.process(&said);
                said.clear();
                self.go(how);
            }
        }
        self.begun = said.split_off(whole(&said));
        self.parser.process(&said);
    }

    fn go(&mut self, how: Move) {
        let screen = self.parser.screen();
        let (_, cols) = screen.size();
        let mut say = String::new();
        // Writing into a String can't fail.
        let _ = match how {
            Move::TabsBack(count) => {
                let (_, col) = screen.cursor_position();
                let stop = col.min(cols.get() - 1).div_ceil(TAB).saturating_sub(count).saturating_mul(TAB);
                write!(say, "\x1b[{}G", stop + 1)
            }
            // Nobody repeats beyond a line; a machine that asks for it would keep the processor busy with few bytes.
            Move::Repeat(count) => write!(say, "\x1b[{}b", count.min(cols.get())),
        };
        self.parser.process(say.as_bytes());
    }

    /// It has another size from now on.
    pub fn resize(&mut self, rows: u16, cols: u16) {
        let (rows, cols) = size(rows, cols);
        if self.parser.screen().size() != (rows, cols) {
            self.parser.set_size(rows, cols);
        }
    }

    /// What it shows.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Who hears what does not go to the screen.
    pub fn ears(&mut self) -> &mut Ears {
        self.parser.callbacks_mut()
    }
}

impl<Ears: vt100::Callbacks> std::fmt::Debug for Emulator<Ears> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rows, cols) = self.screen().size();
        write!(f, "Emulator({cols}x{rows})")
    }
}

/// Where the last whole character ends.
fn whole(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let begins = bytes.get(tail..).unwrap_or_default().iter().rposition(|byte| *byte >= 0xc0).map(|at| tail + at);
    let Some(begins) = begins else { return bytes.len() };
    let needs = match bytes.get(begins) {
        Some(0xc0..0xe0) => 2,
        Some(0xe0..0xf0) => 3,
        Some(0xf0..0xf8) => 4,
        _ => 1,
    };
    if bytes.len() - begins < needs { begins } else { bytes.len() }
}

/// No terminal is smaller than two columns and a row: a wide character has room.
fn size(rows: u16, cols: u16) -> (NonZeroU16, NonZeroU16) {
    let at_least = |cells: u16, least: u16| NonZeroU16::new(cells.max(least)).unwrap_or(NonZeroU16::MIN);
    (at_least(rows, 1), at_least(cols, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(pieces: &[&[u8]]) -> Emulator {
        let mut terminal = Emulator::new(4, 20, 0, ());
        pieces.iter().for_each(|piece| terminal.process(piece));
        terminal
    }

    fn shown(bytes: &[u8]) -> String {
        after(&[bytes]).screen().contents()
    }

    #[test]
    fn boxes_are_drawn_from_either_set_and_letters_are_letters_again() {
        assert_eq!(shown(b"\x1b(0lqk\x1b(Blqk"), "┌─┐lqk");
        assert_eq!(shown(b"\x1b)0l\x0eqk\x0fq"), "l─┐q");
        assert_eq!(shown(b"\x1b(0q\x1b7\x1b(Bq\x1b8q"), "──", "what is saved is the set too");
        assert_eq!(shown(b"\x1b(0\x1b[!pq\x1b(0\x1bcq"), "q");
        assert_eq!(shown(b"\x1b(0q\x1b]0;qqq\x07q\x1b[1mq"), "───", "no title or sequence is drawn");
        assert_eq!(after(&[b"\x1b", b"(", b"0", b"q"]).screen().contents(), "─");
    }

    #[test]
    fn movements_that_programs_trust_are_made() {
        assert_eq!(shown(b"abc\x1bDd"), "abc\n   d");
        assert_eq!(shown(b"abc\x1bEd"), "abc\nd");
        assert_eq!(shown(b"0123456789\x1b[Z|"), "01234567|9");
        assert_eq!(shown(b"0123456789\x1b[2Z|"), "|123456789");
        assert_eq!(shown(b"ab\x1b[scd\x1b[uX"), "abXd");
        assert_eq!(shown(b"a\x1b[3ab\x1b[2ec"), "a   b\n\n     c");
        assert_eq!(shown(b"a\x1b[Ib"), "a       b");
        assert_eq!(shown(b"-\x1b[4b"), "-----");
        assert_eq!(shown(b"-\x1b[65535b").len(), 21, "a line at most, however much was asked for");
        let mut terminal = after(&[b"\x1b[2;3r\x1b[?1h\x1b[?25lx\x1b[!p"]);
        assert!(!terminal.screen().application_cursor() && !terminal.screen().hide_cursor());
        terminal.process(b"\x1b[1;1H1\r\n2\r\n3\r\n4\r\n5");
        assert_eq!(terminal.screen().contents(), "2\n3\n4\n5", "the whole screen scrolls again");
    }

    #[test]
    fn however_it_is_written_a_machine_cannot_have_a_character_repeated_without_end() {
        let long = format!("-\x1b[{}9000b|", "0".repeat(60));
        for bytes in [
            "-\x1b[9000;1b|",
            "-\x1b[9000:1b|",
            "-\x1b[90\x0b00b|",
            "-\x1b[9000 b|",
            "-\x1b[?9000b|",
            "-\x1b[5\x7f9000b|",
            "-\x1b[5\u{e9}900b|",
            &long,
        ] {
            let mut terminal = Emulator::new(500, 20, 0, ());
            terminal.process(bytes.as_bytes());
            let shown = terminal.screen().contents();
            assert!(shown.matches('-').count() <= 21 && shown.ends_with('|'), "{bytes:?}: {}", shown.len());
        }
    }

    #[derive(Default)]
    struct Heard(usize);

    impl vt100::Callbacks for Heard {
        fn unhandled_osc(&mut self, _: &mut vt100::Screen, parameters: &[&[u8]]) {
            self.0 += parameters.iter().map(|part| part.len()).sum::<usize>();
        }
    }

    #[test]
    fn a_string_that_never_ends_is_not_kept_for_its_end() {
        for begins in ["\x1b]999;", "\x1b\x7f]999;", "\x1b\u{e9}]999;", "\x1b\n]999;"] {
            let mut terminal = Emulator::new(4, 20, 0, Heard::default());
            terminal.process(begins.as_bytes());
            (0..64).for_each(|_| terminal.process(&[b'x'; 8 << 10]));
            terminal.process(b"\x07after");
            let heard = terminal.ears().0;
            assert!((100_000..200_000).contains(&heard), "{begins:?}: {heard}");
            assert_eq!(terminal.screen().contents().trim(), "after", "{begins:?}");
        }
    }

    #[test]
    fn characters_may_be_cut_anywhere() {
        let text = "éa日b👍c";
        for at in 0..text.len() {
            let (one, two) = text.as_bytes().split_at(at);
            assert_eq!(after(&[one, two]).screen().contents(), text, "{at}");
        }
        assert_eq!(
            after(&[b"\xc3", "\u{e9}a\u{e9}".as_bytes()]).screen().contents(),
            "éaé",
            "what is none is passed over"
        );
    }

    #[test]
    fn no_size_is_too_small() {
        let mut terminal = Emulator::new(0, 0, 10, ());
        terminal.process("日本\r\nabc".as_bytes());
        terminal.resize(0, 1);
        terminal.process(b"x");
    }
}
