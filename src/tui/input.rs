//! One line of text being typed. Which keys end it is left to the command table.

use crokey::{KeyCombination, OneToThree};
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

use super::canvas::Row;
use super::theme::Role;
use crate::core::safe_text::SafeText;

/// As long as a line may get, in bytes: a note's limit.
const LONGEST: usize = 8_192;

/// Text with a place in it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Input {
    text: String,
    /// In bytes, between characters.
    at: usize,
}

impl Input {
    /// Begins with `text`, at its end.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), at: text.len() }
    }

    /// What has been typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Types a key. False when the key types nothing.
    pub fn press(&mut self, key: KeyCombination) -> bool {
        let OneToThree::One(code) = key.codes else { return false };
        let typing = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match code {
            KeyCode::Char(c) if typing => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace if typing => self.erase(self.before()..self.at),
            KeyCode::Delete if typing => self.erase(self.at..self.after()),
            KeyCode::Left if typing => self.at = self.before(),
            KeyCode::Right if typing => self.at = self.after(),
            KeyCode::Home if typing => self.at = 0,
            KeyCode::End if typing => self.at = self.text.len(),
            _ => return false,
        }
        true
    }

    /// Inserts text at the place; line ends become spaces.
    pub fn insert(&mut self, text: &str) {
        let room = LONGEST.saturating_sub(self.text.len());
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let end = (0..=text.len().min(room)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        self.text.insert_str(self.at, text.get(..end).unwrap_or_default());
        self.at += end;
    }

    /// Erases the word before the place.
    pub fn erase_word(&mut self) {
        let before = self.text.get(..self.at).unwrap_or_default();
        let start = before.trim_end().rfind(char::is_whitespace).map_or(0, |space| space + 1);
        self.erase(start..self.at);
    }

    /// Erases everything before the place.
    pub fn erase_line(&mut self) {
        self.erase(0..self.at);
    }

    /// Writes it at the end of a row, scrolled so that the place is visible.
    pub fn draw(&self, row: &mut Row<'_, '_>, role: Role) {
        let start = self.first_shown(row.left());
        let (before, after) = self.text.split_at(self.at);
        row.role(before.get(start..).unwrap_or_default(), role);
        row.caret();
        row.text(after, Style::new());
    }

    /// Where it is in the text, in bytes.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place, or to the nearest one before it that is between characters.
    pub fn go_to(&mut self, at: usize) {
        self.at = (0..=at.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
    }

    /// Puts text in the place of a part, and goes behind it.
    pub fn replace(&mut self, range: std::ops::Range<usize>, with: &str) {
        if self.text.get(range.clone()).is_some() {
            self.erase(range);
            self.insert(with);
        }
    }

    /// The columns at which a part is written, where there are so many for all of it.
    pub fn columns(&self, part: &std::ops::Range<usize>, room: u16) -> std::ops::Range<u16> {
        let start = self.first_shown(room);
        let column = |at: usize| {
            let width = SafeText::line(self.text.get(start..at.max(start)).unwrap_or_default()).width();
            u16::try_from(width).unwrap_or(u16::MAX).min(room)
        };
        column(part.start)..column(part.end)
    }

    /// It is scrolled so far that its place is visible.
    fn first_shown(&self, room: u16) -> usize {
        let room = usize::from(room).saturating_sub(1);
        let before = self.text.get(..self.at).unwrap_or_default();
        // From the place backwards: of a text of 8 KiB, only what is seen is measured.
        let (mut start, mut left) = (before.len(), room);
        for (at, grapheme) in before.grapheme_indices(true).rev() {
            let Some(rest) = left.checked_sub(SafeText::line(grapheme).width()) else { break };
            (start, left) = (at, rest);
        }
        start
    }

    fn erase(&mut self, range: std::ops::Range<usize>) {
        self.at = range.start;
        self.text.replace_range(range, "");
    }

    fn before(&self) -> usize {
        let before = self.text.get(..self.at).unwrap_or_default();
        before.grapheme_indices(true).next_back().map_or(0, |(start, _)| start)
    }

    fn after(&self) -> usize {
        let after = self.text.get(self.at..).unwrap_or_default();
        self.at + after.graphemes(true).next().map_or(0, str::len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::keymap::read;

    fn typed(input: &mut Input, keys: &str) {
        for key in read(keys).unwrap() {
            assert!(input.press(key), "{key}");
        }
    }

    #[test]
    fn keys_type_move_and_erase_by_what_people_call_a_character() {
        let mut input = Input::new("e\u{301}");
        typed(&mut input, "x A space left left backspace backspace");
        assert_eq!((input.text(), input.at), ("A ", 0));
        typed(&mut input, "end b");
        input.erase_word();
        assert_eq!(input.text(), "A ");
        input.erase_line();
        assert_eq!(input.text(), "");
    }

    #[test]
    fn commands_keys_are_not_typed_and_pasted_lines_become_one() {
        let mut input = Input::default();
        for key in ["ctrl-w", "esc", "enter", "tab", "f1", "alt-x"] {
            assert!(!input.press(read(key).unwrap()[0]), "{key}");
        }
        input.insert("one\ntwo\x1b[31m");
        assert_eq!(input.text(), "one two [31m");
        input.insert(&"é".repeat(LONGEST));
        assert!(input.text().len() <= LONGEST);
    }
}
