//! Text that will run, or has run, shown so that nothing of it can hide: every line by its number, wrapped where there is no
//! more room, controls as their pictures.

use crate::core::safe_text::SafeText;
use crate::tui::panes::detail::text::Line;
use crate::tui::theme::Role;

/// Columns for a line's number.
const NUMBER: usize = 4;

/// The lines of `text` in `width` columns.
pub fn exact(text: &str, width: u16) -> Vec<Line> {
    let room = usize::from(width).saturating_sub(NUMBER + 1).max(4);
    let mut lines = Vec::new();
    for (at, line) in text.split('\n').enumerate() {
        let visible = line.replace('\t', "␉").replace('\r', "␍");
        let mut number = format!("{:>NUMBER$} ", at + 1);
        for piece in cut(&SafeText::line(&visible), room) {
            lines.push(Line::dim(&number).and(&piece, Role::Title));
            number = " ".repeat(NUMBER + 1);
        }
    }
    lines
}

/// Pieces of at most so many columns; at least one.
fn cut(text: &str, room: usize) -> Vec<String> {
    let (mut pieces, mut piece, mut used) = (Vec::new(), String::new(), 0);
    for c in text.chars() {
        let columns = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used + columns > room {
            pieces.push(std::mem::take(&mut piece));
            used = 0;
        }
        piece.push(c);
        used += columns;
    }
    pieces.push(piece);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str, width: u16) -> Vec<String> {
        exact(text, width).iter().map(Line::to_string).collect()
    }

    #[test]
    fn nothing_hides_in_what_will_run() {
        assert_eq!(shown("df -h", 20), ["   1 df -h"]);
        assert_eq!(shown("a\n\n b ", 20), ["   1 a", "   2 ", "   3  b "]);
        assert_eq!(shown("abcdefgh", 9), ["   1 abcd", "     efgh"]);
        assert_eq!(shown("a\tb\r\x1b[2K\u{202e}c", 40), ["   1 a␉b␍␛[2K\u{fffd}c"]);
    }

    proptest! {
        #[test]
        fn no_character_is_lost(text in "[a-z 日\n]{0,80}", width in 9_u16..40) {
            let body: String = shown(&text, width).iter().map(|line| line.chars().skip(NUMBER + 1).collect::<String>()).collect();
            prop_assert_eq!(body, text.replace('\n', ""));
            prop_assert!(shown(&text, width).iter().all(|line| SafeText::line(line).width() <= width.into()));
        }
    }
}
