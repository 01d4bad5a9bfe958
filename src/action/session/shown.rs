//! Everything that a session has shown: its last part, its screen, its recording. What is put in comes out of all three alike.

use bytes::Bytes;

use super::recording::Recording;
use super::ring::Ring;
use super::screen::Screen;
use crate::core::session::Kind;
use crate::core::time::Moment;
use crate::link::session::{Blob, Piece, Size};

/// Bytes of output that one answer has, at most.
const PIECE: usize = 256 << 10;

/// What was shown.
#[derive(Debug)]
pub(super) struct Shown {
    ring: Ring,
    screen: Screen,
    recording: Option<Recording>,
    /// It is a command's: it was written for no terminal, so its lines have to be ended for one.
    bare: bool,
    after_return: bool,
}

impl Shown {
    /// Nothing yet.
    pub(super) fn new(kind: &Kind, size: Size) -> Self {
        let bare = matches!(kind, Kind::Command { .. });
        Self { ring: Ring::default(), screen: Screen::new(size), recording: None, bare, after_return: false }
    }

    /// From now on it is recorded.
    pub(super) fn record(&mut self, recording: Recording) {
        self.recording = Some(recording);
    }

    /// The recording, which is to be ended.
    pub(super) fn take_recording(&mut self) -> Option<Recording> {
        self.recording.take()
    }

    /// What is not recorded, and why.
    pub(super) fn unrecorded(&self) -> Option<String> {
        self.recording.as_ref().and_then(Recording::trouble)
    }

    /// The machine wrote this. What its terminal answers.
    pub(super) fn output(&mut self, at: Moment, bytes: Bytes) -> Vec<u8> {
        let bytes = if self.bare { self.for_terminal(&bytes) } else { bytes };
        self.ring.push(&bytes);
        let answers = self.screen.process(&bytes);
        if let Some(recording) = &self.recording {
            recording.output(at, bytes);
        }
        answers
    }

    /// Somebody typed this.
    pub(super) fn input(&self, at: Moment, bytes: &[u8]) {
        if let Some(recording) = &self.recording {
            recording.input(at, Bytes::copy_from_slice(bytes));
        }
    }

    /// The terminal has another size.
    pub(super) fn resize(&mut self, at: Moment, size: Size) {
        self.screen.resize(size);
        if let Some(recording) = &self.recording {
            recording.resize(at, size);
        }
    }

    /// Something happened that the output does not show.
    pub(super) fn mark(&self, at: Moment, text: String) {
        if let Some(recording) = &self.recording {
            recording.mark(at, text);
        }
    }

    /// Bytes that were ever shown.
    pub(super) const fn upto(&self) -> u64 {
        self.ring.upto()
    }

    /// What followed the first `seen` bytes: exactly that, or what draws the screen as it is.
    pub(super) fn after(&self, seen: u64) -> Piece {
        match self.ring.after(seen, PIECE) {
            Some(bytes) => Piece { upto: seen + bytes.len() as u64, bytes: Blob(bytes), ..Piece::default() },
            None => Piece { upto: self.upto(), bytes: Blob(self.screen.state()), fresh: true, ..Piece::default() },
        }
    }

    /// With a carriage return before each line feed that has none.
    fn for_terminal(&mut self, bytes: &[u8]) -> Bytes {
        let mut ended = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        for &byte in bytes {
            if byte == b'\n' && !self.after_return {
                ended.push(b'\r');
            }
            ended.push(byte);
            self.after_return = byte == b'\r';
        }
        ended.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: &Kind, pieces: &[&str]) -> Shown {
        let mut shown = Shown::new(kind, Size { cols: 20, rows: 4 });
        pieces.iter().for_each(|piece| drop(shown.output(Moment(0), Bytes::copy_from_slice(piece.as_bytes()))));
        shown
    }

    #[test]
    fn a_commands_lines_end_as_a_terminal_wants_them() {
        let command = Kind::Command { text: "ls".into() };
        let piece = shown(&command, &["a\nb\r", "\nc\r\n", "\n"]).after(0);
        assert_eq!(piece.bytes.0, b"a\r\nb\r\nc\r\n\r\n");
        assert_eq!(shown(&Kind::Shell, &["a\nb"]).after(0).bytes.0, b"a\nb");
    }

    #[test]
    fn whoever_fell_behind_gets_the_screen_as_it_is() {
        let line = "0123456789\r\n".repeat(1_000);
        let mut all: Vec<&str> = vec![&line; 100];
        all.push("\x1b[1mlast");
        let shown = shown(&Kind::Shell, &all);
        let piece = shown.after(1);
        assert!(piece.fresh && piece.bytes.0.len() < 1_000);
        assert_eq!(piece.upto, shown.upto());
        let text = String::from_utf8(piece.bytes.0).unwrap();
        assert!(text.contains("last"), "{text:?}");
        let near = shown.after(shown.upto() - 4);
        assert_eq!((near.fresh, near.bytes.0), (false, b"last".to_vec()));
        assert!(shown.after(shown.upto() + 1).fresh, "nobody has seen what was never shown");
    }

    #[test]
    fn much_comes_in_parts_that_follow_each_other() {
        let long = "x".repeat(PIECE + 10);
        let shown = shown(&Kind::Shell, &[&long]);
        let first = shown.after(0);
        assert_eq!((first.bytes.0.len(), first.upto), (PIECE, PIECE as u64));
        assert_eq!(shown.after(first.upto).bytes.0.len(), 10);
    }
}
