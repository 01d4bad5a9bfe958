//! The terminal that a session has in the engine: what it shows at the moment, for seats that come late, and the answers to what
//! the machine asks of a terminal. Nothing of it is ever drawn here.

use crate::core::emulator::Emulator;
use crate::link::session::Size;

/// Bytes of answers to one piece of output: a machine that asks without end is answered this much.
const ANSWERS: usize = 1_024;

/// Cells either way: more than any screen has.
const MOST: u16 = 1_000;
/// Cells in all: each takes 32 bytes here, twice.
const CELLS: u32 = 1 << 17;

/// The terminal.
#[derive(Debug)]
pub(super) struct Screen {
    emulator: Emulator<Questions>,
}

/// What the machine asked, answered.
#[derive(Debug, Default)]
struct Questions {
    answers: Vec<u8>,
}

/// A size that a terminal can have.
pub(super) fn sensible(size: Size) -> Size {
    let cols = size.cols.clamp(2, MOST);
    let rows = u16::try_from(CELLS / u32::from(cols)).unwrap_or(MOST).min(MOST);
    Size { cols, rows: size.rows.clamp(1, rows) }
}

impl Screen {
    /// An empty one.
    pub(super) fn new(size: Size) -> Self {
        Self { emulator: Emulator::new(size.rows, size.cols, 0, Questions::default()) }
    }

    /// The machine wrote this. What it asked with it is answered; the answers are for the machine.
    pub(super) fn process(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.emulator.process(bytes);
        std::mem::take(&mut self.emulator.ears().answers)
    }

    /// It has another size.
    pub(super) fn resize(&mut self, size: Size) {
        self.emulator.resize(size.rows, size.cols);
    }

    /// What draws it on an empty terminal of the same size.
    pub(super) fn state(&self) -> Vec<u8> {
        let screen = self.emulator.screen();
        let page = if screen.alternate_screen() { "\x1b[?1049h" } else { "" };
        format!("{page}{}", screen.state_formatted()).into_bytes()
    }
}

impl Questions {
    fn answer(&mut self, answer: &str) {
        if self.answers.len() + answer.len() <= ANSWERS {
            self.answers.extend_from_slice(answer.as_bytes());
        }
    }
}

/// What xterm answers, as far as programs wait for it (XTerm Control Sequences, "Functions using CSI"). The answers hold numbers
/// only, so no text from the machine comes back to it as if it were typed.
impl vt100::Callbacks for Questions {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        second: Option<u8>,
        parameters: &[&[u16]],
        last: char,
    ) {
        let asked = parameters.first().and_then(|numbers| numbers.first()).copied().unwrap_or(0);
        let (row, col) = screen.cursor_position();
        let (rows, cols) = screen.size();
        match (first, second, last, asked) {
            (None, None, 'c', 0) => self.answer("\x1b[?1;2c"),
            (Some(b'>'), None, 'c', 0) => self.answer("\x1b[>0;0;0c"),
            (None, None, 'n', 5) => self.answer("\x1b[0n"),
            (None, None, 'n', 6) => self.answer(&format!("\x1b[{};{}R", row + 1, col + 1)),
            (Some(b'?'), None, 'n', 6) => self.answer(&format!("\x1b[?{};{}R", row + 1, col + 1)),
            // A mode that this terminal says nothing about: 0.
            (Some(b'?'), Some(b'$'), 'p', mode) => self.answer(&format!("\x1b[?{mode};0$y")),
            (Some(b'$'), None, 'p', mode) => self.answer(&format!("\x1b[{mode};0$y")),
            (None, None, 't', 18) => self.answer(&format!("\x1b[8;{rows};{cols}t")),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn screen() -> Screen {
        Screen::new(Size { cols: 40, rows: 10 })
    }

    #[test]
    fn no_size_takes_more_memory_than_a_session_has() {
        let of = |cols, rows| sensible(Size { cols, rows });
        assert_eq!(of(640, 180), Size { cols: 640, rows: 180 });
        assert_eq!(of(60_000, 60_000), Size { cols: 1_000, rows: 131 });
        assert_eq!(of(0, 0), Size { cols: 2, rows: 1 });
    }

    #[test]
    fn what_programs_wait_for_is_answered() {
        for (asked, answer) in [
            ("\x1b[c", "\x1b[?1;2c"),
            ("\x1b[0c", "\x1b[?1;2c"),
            ("\x1b[>c", "\x1b[>0;0;0c"),
            ("\x1b[5n", "\x1b[0n"),
            ("ab\r\nabc\x1b[6n", "\x1b[2;4R"),
            ("\x1b[4;7H\x1b[?6n\x1b[H", "\x1b[?4;7R"),
            ("\x1b[?2026$p", "\x1b[?2026;0$y"),
            ("\x1b[4$p", "\x1b[4;0$y"),
            ("\x1b[18t", "\x1b[8;10;40t"),
            ("plain \x1b[31mred", ""),
            ("\x1b]11;?\x07\x1bP+q544e\x1b\\\x1b]52;c;?\x07\x1b[21t", ""),
        ] {
            assert_eq!(String::from_utf8(screen().process(asked.as_bytes())).unwrap(), answer, "{asked:?}");
        }
    }

    #[test]
    fn a_question_in_two_pieces_is_answered_once() {
        let mut screen = screen();
        assert_eq!(screen.process(b"\x1b["), b"");
        assert_eq!(screen.process(b"6n"), b"\x1b[1;1R");
        assert_eq!(screen.process(b"x"), b"");
    }

    #[test]
    fn a_machine_that_only_asks_is_not_answered_without_end() {
        assert!(screen().process(&b"\x1b[c".repeat(100_000)).len() <= ANSWERS);
    }

    #[test]
    fn the_other_page_stays_the_other_page() {
        let mut screen = screen();
        screen.process(b"shell$ vim\x1b[?1049h\x1b[Htext\x1b[?1h\x1b=");
        let mut other = Screen::new(Size { cols: 40, rows: 10 });
        other.process(&screen.state());
        let (is, was) = (other.emulator.screen(), screen.emulator.screen());
        assert!(is.alternate_screen() && is.application_cursor() && is.application_keypad());
        assert_eq!((is.contents(), is.cursor_position()), (was.contents(), was.cursor_position()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever a machine sends: its state, drawn on an empty terminal, is its state.
        #[test]
        fn a_state_draws_itself(
            pieces in prop::collection::vec(prop_oneof!["[a-z \\r\\n\\t]{0,60}", "\\x1b\\[[0-9;?]{0,6}[A-Za-z]", "[\\x00-\\xff]{0,20}", "[世界é́]{1,9}"], 0..30),
            cols in 2_u16..90, rows in 1_u16..30,
        ) {
            let size = Size { cols, rows };
            let mut screen = Screen::new(size);
            pieces.iter().for_each(|piece| drop(screen.process(piece.as_bytes())));
            let mut other = Screen::new(size);
            other.process(&screen.state());
            prop_assert_eq!(other.emulator.screen().contents(), screen.emulator.screen().contents());
        }

        /// And no size it is given on the way upsets it.
        #[test]
        fn no_size_upsets_it(sizes in prop::collection::vec((0_u16..1200, 0_u16..1200), 1..6), text in "[a-z世\\x1b\\[0-9;H\\r\\n]{0,200}") {
            let mut screen = screen();
            for (cols, rows) in sizes {
                screen.resize(sensible(Size { cols, rows }));
                drop(screen.process(text.as_bytes()));
                drop(screen.state());
            }
        }
    }
}
