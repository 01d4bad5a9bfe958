//! A handover as Markdown, for a file, a ticket or a chat. What came from outside stays text there: no links, no HTML, no
//! headings of its own, no control characters.

use super::Line;
use crate::core::safe_text::SafeText;

/// All lines.
pub fn markdown(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        match line {
            Line::Title(title) => text.push_str(&format!("# {}\n", escaped(title))),
            Line::Text(said) => text.push_str(&format!("\n{}\n", escaped(said))),
            Line::Heading(heading) => text.push_str(&format!("\n## {}\n\n", escaped(heading))),
            Line::Incident(severity, about) => text.push_str(&format!("- **{severity}** {}\n", escaped(about))),
            Line::Item(item) => text.push_str(&format!("- {}\n", escaped(item))),
            Line::Note(note) => text.push_str(&format!("  - {}\n", escaped(note))),
        }
    }
    text
}

/// One line in which Markdown, its dialects that make links of what looks like an address, and HTML find nothing to act on.
/// What stands within a word and means nothing there, as the underline in `disk_full`, is left as it is.
fn escaped(text: &str) -> String {
    let line = SafeText::line(text);
    let characters: Vec<char> = line.chars().collect();
    let mut out = String::with_capacity(line.len());
    for (at, c) in characters.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at)).copied().unwrap_or(' ');
        let after = characters.get(at + 1).copied().unwrap_or(' ');
        let inside = before.is_alphanumeric() && after.is_alphanumeric();
        let acts = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&' | '@' | '$' | '{' | '}' => true,
            '_' => !inside,
            // `https://` and `www.` are links to some readers as they stand.
            ':' => after == '/' || (inside && before.is_alphabetic()),
            '.' => inside && before.is_alphabetic() && !before.is_numeric(),
            // At the beginning of a line, these would make a list or a rule of it.
            '-' | '+' | '=' | '(' | ')' => at == 0,
            _ => false,
        };
        if acts {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_looks_like_markup_is_text() {
        for (from, to) in [
            ("disk_full on web-01", "disk_full on web-01"),
            ("_it_ *is* `so`", "\\_it\\_ \\*is\\* \\`so\\`"),
            ("[click](http://evil.example)", "\\[click\\](http\\://evil\\.example)"),
            ("www.evil.example a@b.c", "www\\.evil\\.example a\\@b\\.c"),
            ("<img src=x onerror=1>", "\\<img src=x onerror=1\\>"),
            ("03:12:40 p99 4.2 s", "03:12:40 p99 4.2 s"),
            ("a\nb\x1b[31m\u{202e}", "a⏎b␛\\[31m\u{fffd}"),
            ("- x", "\\- x"),
        ] {
            assert_eq!(escaped(from), to);
        }
    }

    proptest! {
        #[test]
        fn no_text_begins_a_line_or_anything_else_of_its_own(text in "[ -~\\PC\n\r]{0,60}") {
            let out = markdown(&[Line::Note(text)]);
            prop_assert_eq!(out.lines().count(), 1);
            let mut plain = out.chars().skip(4).peekable();
            while let Some(c) = plain.next() {
                if c == '\\' {
                    plain.next();
                } else {
                    prop_assert!(!"`*[]<>#|~!&@".contains(c), "{}", out);
                }
            }
            prop_assert!(!out.contains("://") && !out.contains("www."));
        }
    }
}
