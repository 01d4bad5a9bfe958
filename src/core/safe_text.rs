//! Text from outside, made safe to show: the only text type that widgets, tables and `tail` accept from outside.
//!
//! A terminal obeys control characters, reorders what stands between bidi overrides, and stacks combining marks over the
//! rows above. None of that passes; what was hidden is shown as `�`, and controls as their pictures (`␛`).

use std::fmt;
use std::ops::Deref;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A single line of text that a terminal shows as it stands.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SafeText(String);

/// Marks over one character, at most.
const MARKS: usize = 2;

impl SafeText {
    /// Makes one line of `text`: line ends become `⏎`, tabs a space.
    pub fn line(text: &str) -> Self {
        Self::cut_at(text, usize::MAX)
    }

    /// The same, reading no further than `columns` need; ends in `…` when there was more.
    pub fn fit(text: &str, columns: usize) -> Self {
        let mut cut = Self::cut_at(text, columns.saturating_add(1));
        if cut.width() > columns {
            while cut.width() > columns.saturating_sub(1) {
                cut.0.pop();
            }
            if columns > 0 {
                cut.0.push('…');
            }
        }
        cut
    }

    /// One safe line for each line of `text`, at most `most` of them.
    pub fn lines(text: &str, most: usize) -> Vec<Self> {
        text.split('\n').take(most).map(|line| Self::line(line.strip_suffix('\r').unwrap_or(line))).collect()
    }

    /// Columns on a terminal.
    pub fn width(&self) -> usize {
        self.0.width()
    }

    /// The same with ASCII only, for terminals that show nothing else.
    #[must_use]
    pub fn ascii(&self) -> Self {
        let plain = |c: char| match c {
            '…' => '~',
            '⏎' => ' ',
            c if c.is_ascii() => c,
            _ => '?',
        };
        Self(self.0.chars().map(plain).collect())
    }

    fn cut_at(text: &str, columns: usize) -> Self {
        let mut safe = String::with_capacity(text.len().min(columns.saturating_mul(4)));
        let (mut width, mut marks) = (0, MARKS);
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            if c == '\r' && characters.peek() == Some(&'\n') {
                continue;
            }
            let shown = shown(c);
            match shown.width().unwrap_or(0) {
                0 if marks < MARKS => marks += 1,
                // A flood of marks, or one with nothing to stand on: said once.
                0 if marks == MARKS => {
                    marks += 1;
                    width += 1;
                    safe.push(HIDDEN);
                    continue;
                }
                0 => continue,
                columns => {
                    marks = 0;
                    width += columns;
                }
            }
            safe.push(shown);
            if width >= columns {
                break;
            }
        }
        Self(safe)
    }
}

const HIDDEN: char = '\u{fffd}';

/// What stands for a character.
fn shown(c: char) -> char {
    match c {
        '\t' => ' ',
        '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => '⏎',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or(HIDDEN),
        '\u{7f}' => '␡',
        '\u{80}'..='\u{9f}' => HIDDEN,
        c if hides(c) => HIDDEN,
        c => c,
    }
}

/// Characters that show nothing themselves, or change how others are shown.
fn hides(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{70f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{e000}'..='\u{f8ff}' | '\u{1d173}'..='\u{1d17a}' | '\u{13430}'..='\u{1343f}' | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}' | '\u{e0000}'..='\u{10ffff}')
}

/// Whether a character shows as itself, in columns of its own, and does nothing else.
pub fn is_plain(c: char) -> bool {
    shown(c) == c && c.width().is_some_and(|columns| columns > 0)
}

/// Whether a character shows over the one before it, and does nothing else.
pub fn is_mark(c: char) -> bool {
    shown(c) == c && c.width() == Some(0)
}

impl Deref for SafeText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(text: &str) -> String {
        SafeText::line(text).to_string()
    }

    #[test]
    fn escape_sequences_become_what_they_look_like() {
        assert_eq!(line("\x1b[31mred\x1b[0m"), "␛[31mred␛[0m");
        assert_eq!(line("\u{9b}31m\u{7f}\0"), "\u{fffd}31m␡␀");
        assert_eq!(line("a\tb\r\nc\u{2028}d"), "a b⏎c⏎d");
    }

    #[test]
    fn what_is_hidden_is_shown_as_hidden() {
        assert_eq!(line("user\u{202e}txt.exe"), "user\u{fffd}txt.exe");
        assert_eq!(line("pay\u{200b}pal"), "pay\u{fffd}pal");
        assert_eq!(line("tag\u{e0041}"), "tag\u{fffd}");
    }

    #[test]
    fn combining_marks_stay_within_their_cell() {
        assert_eq!(line("e\u{301}"), "e\u{301}");
        assert_eq!(line(&format!("Z{}x", "\u{300}".repeat(500))), "Z\u{300}\u{300}\u{fffd}x");
        assert_eq!(line("\u{301}a"), "\u{fffd}a");
    }

    #[test]
    fn fitting_counts_columns_and_says_that_there_was_more() {
        assert_eq!(&*SafeText::fit("abcdef", 6), "abcdef");
        assert_eq!(&*SafeText::fit("abcdefg", 6), "abcde…");
        assert_eq!(&*SafeText::fit("日本語", 5), "日本…");
        assert_eq!(&*SafeText::fit("日本語", 0), "");
        assert_eq!(SafeText::fit(&"x".repeat(1 << 20), 10).len(), 9 + '…'.len_utf8());
    }

    proptest! {
        #[test]
        fn no_text_gets_a_control_through(text in any::<String>(), columns in 0usize..40) {
            let line = SafeText::line(&text);
            prop_assert!(!line.chars().any(|c| c.is_control() || hides(c) && c != HIDDEN));
            prop_assert!(SafeText::fit(&text, columns).width() <= columns);
            prop_assert!(line.ascii().is_ascii());
        }
    }
}
