//! Lines of text in pieces, each with its role, wrapped to a width. What they say is left to the tabs.

use crate::core::safe_text::SafeText;
use crate::tui::canvas::Row;
use crate::tui::theme::Role;

/// Lines that one text may take: more is cut, and says so.
const MOST: usize = 400;

/// A line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Line(Vec<(String, Role)>);

impl Line {
    /// What matters less.
    pub fn dim(text: &str) -> Self {
        Self::default().and(text, Role::Dim)
    }

    /// What could not be done.
    pub fn mistake(text: &str) -> Self {
        Self::default().and(text, Role::Mistake)
    }

    /// With another piece at its end.
    #[must_use]
    pub fn and(mut self, text: &str, role: Role) -> Self {
        self.0.push((text.into(), role));
        self
    }

    /// Writes it.
    pub fn draw(&self, row: &mut Row<'_, '_>) {
        for (text, role) in &self.0 {
            row.role(text, *role);
        }
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|(text, _)| f.write_str(text))
    }
}

/// `text` after `first`, wrapped to `width`; further lines begin below its first letter.
pub fn hanging(first: Line, text: &str, role: Role, width: u16) -> Vec<Line> {
    let indent = SafeText::line(&first.to_string()).width();
    let room = usize::from(width).saturating_sub(indent).max(8);
    let blank = Line::default().and(&" ".repeat(indent), role);
    let mut starts = std::iter::once(first);
    wrap(text, room).iter().map(|line| starts.next().unwrap_or_else(|| blank.clone()).and(line, role)).collect()
}

/// Wraps to `width` columns, between words where there are any. What it makes is safe to show; nothing makes one empty line.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in SafeText::lines(text.trim_end(), MOST) {
        let mut rest = &*line;
        while lines.len() < MOST {
            let end = fits(rest, width);
            let (head, tail) = rest.split_at(end);
            if tail.is_empty() {
                lines.push(head.to_owned());
                break;
            }
            let space = head.rfind(' ').filter(|space| *space > 0 && !tail.starts_with(' '));
            let (head, tail) = space.map_or((head, tail), |space| rest.split_at(space));
            lines.push(head.trim_end().to_owned());
            rest = tail.trim_start();
        }
    }
    if lines.len() >= MOST {
        lines.truncate(MOST - 1);
        lines.push("… (cut)".into());
    }
    lines
}

/// How many bytes of a text fit into `width` columns; at least one character.
fn fits(text: &str, width: usize) -> usize {
    let mut columns = 0;
    let mut most = text.len();
    for (at, c) in text.char_indices() {
        // A mark with nothing to stand on is shown as hidden, in a column of its own.
        columns += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0).max(usize::from(at == 0));
        if columns > width && at > 0 {
            most = at;
            break;
        }
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_wraps_between_words_and_words_where_they_must() {
        assert_eq!(wrap("called the carrier, ticket 4711", 12), ["called the", "carrier,", "ticket 4711"]);
        assert_eq!(wrap("one\n\ntwo\n", 10), ["one", "", "two"]);
        assert_eq!(wrap("aaaaaaaaaa bb", 4), ["aaaa", "aaaa", "aa", "bb"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("日本語", 4), ["日本", "語"]);
        assert_eq!(wrap(&"x ".repeat(10_000), 4).len(), MOST);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_word_is_lost(text in any::<String>(), width in 2usize..60) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| SafeText::line(line).width() <= width));
            let kept = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let safe: String = SafeText::lines(text.trim_end(), MOST).iter().map(|line| kept(line)).collect();
            if lines.len() < MOST {
                prop_assert_eq!(kept(&lines.concat()), safe);
            }
        }
    }
}
