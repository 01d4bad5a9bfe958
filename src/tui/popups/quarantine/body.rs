//! A body that nobody could read, as it came: what a terminal would hide or obey stands there by its name, so that whoever looks
//! sees what is wrong with it.
//!
//! ```text
//! {"asset_name":"web-01⟨U+0000⟩","message":"p99⟨FF⟩
//! ```

use std::borrow::Cow;

use crate::core::safe_text::{is_mark, is_plain};
use crate::tui::panes::detail::text::{Line, wrap};
use crate::tui::theme::Role;

/// Bytes that are shown: a body may have millions.
const SHOWN: usize = 256 << 10;
/// Marks over one character that are shown as they are.
const MARKS: usize = 2;

/// Characters of one line that are laid out together.
const TOGETHER: usize = 4_096;

/// Its lines; JSON laid out as people read it.
pub fn lines(body: &[u8], width: u16) -> Vec<Line> {
    let json = json(body).and_then(|value| serde_json::to_vec_pretty(&value).ok());
    let body = json.map_or(Cow::Borrowed(body), Cow::Owned);
    let text = told(body.get(..SHOWN).unwrap_or(&body));
    let mut lines: Vec<Line> = Vec::new();
    for line in text.split('\n') {
        let mut rest = line;
        loop {
            let end = rest.char_indices().nth(TOGETHER).map_or(rest.len(), |(end, _)| end);
            let (part, more) = rest.split_at(end);
            lines.extend(wrap(part, width.into()).iter().map(|line| marked(line)));
            rest = more;
            if rest.is_empty() {
                break;
            }
        }
    }
    if body.len() > SHOWN {
        let text = format!("{} more bytes are not shown", body.len() - SHOWN);
        lines.push(Line::default().and(&text, Role::Badge));
    }
    lines
}

/// What it is as JSON, if it is that.
pub fn json(body: &[u8]) -> Option<serde_json::Value> {
    serde_json::from_slice(body).ok().filter(|value: &serde_json::Value| value.is_object() || value.is_array())
}

/// Names in brackets stand out.
fn marked(line: &str) -> Line {
    let mut made = Line::default();
    let mut rest = line;
    while let Some(at) = rest.find(OPEN) {
        let (before, from) = rest.split_at(at);
        let end = from.find(CLOSE).map_or(from.len(), |end| end + CLOSE.len_utf8());
        let (name, after) = from.split_at(end);
        made = made.and(before, Role::Popup).and(name, Role::Mistake);
        rest = after;
    }
    made.and(rest, Role::Popup)
}

const OPEN: char = '⟨';
const CLOSE: char = '⟩';

/// A body as text in which nothing is hidden: what shows nothing, or does something, by its name, a byte that is no text by its
/// value. Line ends stay.
fn told(body: &[u8]) -> String {
    let mut told = String::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        let (mut marks, mut characters) = (MARKS, chunk.valid().chars().peekable());
        while let Some(c) = characters.next() {
            match c {
                '\n' => {
                    marks = MARKS;
                    told.push(c);
                }
                '\r' if characters.peek() == Some(&'\n') => {}
                '\t' => told.push_str("    "),
                c if is_plain(c) => {
                    marks = 0;
                    told.push(c);
                }
                // It stands on something, and is none of a flood.
                c if marks < MARKS && is_mark(c) => {
                    marks += 1;
                    told.push(c);
                }
                c => told.push_str(&format!("{OPEN}U+{:04X}{CLOSE}", c as u32)),
            }
        }
        for byte in chunk.invalid() {
            told.push_str(&format!("{OPEN}{byte:02X}{CLOSE}"));
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::safe_text::SafeText;
    use proptest::prelude::*;

    #[test]
    fn what_would_be_hidden_stands_there_by_its_name() {
        for (body, shown) in [
            (&b"{\"a\":\"b\"}"[..], "{\"a\":\"b\"}"),
            (b"x\0\x1b[2J", "x⟨U+0000⟩⟨U+001B⟩[2J"),
            (b"p99\xff\xc3", "p99⟨FF⟩⟨C3⟩"),
            ("pay\u{200b}pal \u{202e}txt".as_bytes(), "pay⟨U+200B⟩pal ⟨U+202E⟩txt"),
            ("e\u{301}\u{301}\u{301}".as_bytes(), "e\u{301}\u{301}⟨U+0301⟩"),
            ("\u{301}e".as_bytes(), "⟨U+0301⟩e"),
            ("a\u{2028}b\r\nc\rd".as_bytes(), "a⟨U+2028⟩b\nc⟨U+000D⟩d"),
        ] {
            assert_eq!(told(body), shown);
        }
    }

    #[test]
    fn names_stand_out_and_a_large_body_ends_with_how_much_there_is_more() {
        let line = &lines(b"a\0b", 40)[0];
        let wanted = Line::default().and("a", Role::Popup).and("⟨U+0000⟩", Role::Mistake).and("b", Role::Popup);
        assert_eq!(*line, wanted);
        let shown = lines(&[b'x'; SHOWN + 7], 80);
        assert_eq!(shown.last().unwrap().to_string(), "7 more bytes are not shown");
    }

    proptest! {
        #[test]
        fn whatever_came_nothing_is_left_for_the_terminal_to_hide(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            for line in told(&body).split('\n') {
                prop_assert_eq!(&*SafeText::line(line), line);
            }
        }
    }
}
