//! The text that a recording leaves, line by line: what scrolled away at the top of an emulator, and what was on it at the end.

use vt100::capture::{BasicFormattedCaptureRange, BasicFormattedCaptureState, RowContents, basic_formatted_to_plain};

use super::player::bounded;
use super::{Step, What};
use crate::core::emulator::Emulator;
use crate::link::session::Size;

/// Bytes that wait for the end of their line: a line that has none is cut.
const LONGEST: usize = 1 << 20;

/// What is left so far.
#[derive(Debug)]
pub struct Left(Emulator<Scrolled>);

/// Rows that have left the screen. What full-screen programs scroll is nobody's text.
#[derive(Debug, Default)]
struct Scrolled {
    text: String,
    state: BasicFormattedCaptureState,
}

impl vt100::Callbacks for Scrolled {
    fn on_scroll(&mut self, row: RowContents<'_>, alternate_screen: bool) {
        if !alternate_screen {
            // Writing into a String can't fail.
            let _ = row.write_formatted_basic(&mut self.text, &mut self.state);
        }
    }
}

impl Left {
    /// Nothing yet.
    pub fn new(size: Size) -> Self {
        let size = bounded(size);
        Self(Emulator::new(size.rows, size.cols, 0, Scrolled::default()))
    }

    /// This happened: the lines that are whole by now. As hostile as any text from outside.
    pub fn step(&mut self, step: &Step) -> Vec<String> {
        match &step.what {
            What::Output(text) => self.0.process(text.as_bytes()),
            What::Size(size) => {
                let size = bounded(*size);
                self.0.resize(size.rows, size.cols);
            }
            What::Mark(_) => {}
        }
        let text = &mut self.0.ears().text;
        let whole = match text.rfind('\n') {
            Some(at) => at + 1,
            None if text.len() > LONGEST => text.len(),
            None => return Vec::new(),
        };
        let rest = text.split_off(whole);
        lines(&std::mem::replace(text, rest))
    }

    /// There will be no more: what is left, without the empty rows below it.
    pub fn end(mut self) -> Vec<String> {
        let Scrolled { mut text, mut state } = std::mem::take(self.0.ears());
        let range = BasicFormattedCaptureRange::Full(&mut state);
        // Writing into a String can't fail.
        let _ = self.0.screen().write_contents_formatted_basic(&mut text, range);
        let mut lines = lines(&text);
        while lines.last().is_some_and(String::is_empty) {
            lines.pop();
        }
        lines
    }
}

fn lines(text: &str) -> Vec<String> {
    let plain: String = basic_formatted_to_plain(text).collect();
    plain.lines().map(|line| line.trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::time::Span;

    fn left(texts: &[&str]) -> Vec<String> {
        let mut left = Left::new(Size { cols: 10, rows: 3 });
        let step = |text: &&str| Step { at: Span(0), what: What::Output((*text).into()) };
        let mut lines: Vec<_> = texts.iter().flat_map(|text| left.step(&step(text))).collect();
        lines.extend(left.end());
        lines
    }

    #[test]
    fn what_scrolled_away_and_what_is_on_the_screen_is_left_in_order() {
        let text: String = (1..=7).map(|n| format!("\x1b[3{n}mline {n}\x1b[0m\r\n")).collect();
        let expected: Vec<_> = (1..=7).map(|n| format!("line {n}")).collect();
        assert_eq!(left(&[&text]), expected);
        let pieces: Vec<String> = text.chars().map(String::from).collect();
        assert_eq!(left(&pieces.iter().map(String::as_str).collect::<Vec<_>>()), expected);
    }

    #[test]
    fn a_line_that_was_wrapped_is_one_line() {
        assert_eq!(left(&["0123456789abcdef\r\nx\r\ny\r\nz\r\n"]), ["0123456789abcdef", "x", "y", "z"]);
    }

    #[test]
    fn what_was_typed_over_is_not_left_and_full_screen_programs_leave_nothing() {
        assert_eq!(left(&["wrong\rright\r\n"]), ["right"]);
        let full: String = (1..=9).map(|n| format!("editor {n}\r\n")).collect();
        assert_eq!(left(&["before\r\n\x1b[?1049h\x1b[H", &full, "\x1b[?1049lafter"]), ["before", "after"]);
    }

    #[test]
    fn nothing_leaves_nothing() {
        assert_eq!(left(&[]), Vec::<String>::new());
        assert_eq!(left(&["\x1b]0;title\x07\x1b[2J"]), Vec::<String>::new());
    }
}
