//! The rules for single fields that the dialects share: what is too long, which links are links, how labels become text.

use std::collections::BTreeMap;

use super::json::{Json, Object};

/// Bytes of a message that are kept.
pub const LONGEST_MESSAGE: usize = 8 * 1024;
/// Characters of an asset's name or a signature.
pub const LONGEST_NAME: usize = 256;
/// Characters of a tool's name.
pub const LONGEST_TOOL: usize = 64;
/// Links of an alert.
pub const MOST_LINKS: usize = 8;
/// Characters of a link.
pub const LONGEST_LINK: usize = 2_048;
/// Labels of an alert.
pub const MOST_LABELS: usize = 64;
/// Bytes of a label's text that are kept; the raw payload has the rest.
pub const LONGEST_LABEL: usize = 1_024;

/// What is wrong with an alert: the first reason in fixed words, and pointers to every field at fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The first reason.
    pub reason: &'static str,
    /// JSON pointers within the alert; empty when the alert itself is at fault.
    pub fields: Vec<&'static str>,
}

impl Fault {
    /// A single fault.
    pub fn new(reason: &'static str, fields: &[&'static str]) -> Self {
        Self { reason, fields: fields.to_vec() }
    }
}

/// `text` cut at a character's end to at most `longest` bytes, and whether that took anything away.
pub fn cut(text: &str, longest: usize) -> (&str, bool) {
    if text.len() <= longest {
        return (text, false);
    }
    let end = (0..=longest).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    (&text[..end], true)
}

/// `text` cut to at most `longest` characters.
pub fn cut_characters(text: &str, longest: usize) -> &str {
    text.char_indices().nth(longest).map_or(text, |(end, _)| &text[..end])
}

/// Whether the text, trimmed, has 1 to `longest` characters.
pub fn fits(text: &str, longest: usize) -> bool {
    // Bytes are never fewer than characters: most texts need no counting.
    !text.is_empty() && (text.len() <= longest || text.chars().nth(longest).is_none())
}

/// Whether the text is an http(s) URL as far as one may be offered to a person.
pub fn is_link(text: &str) -> bool {
    let after = |scheme: &str| {
        let begins = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        begins && text.len() > scheme.len()
    };
    (after("http://") || after("https://"))
        && fits(text, LONGEST_LINK)
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Labels as text, of every name the last. Absent when a value is a list or an object, or when there are more than `most`.
pub fn labels(object: &Object<'_>, most: usize) -> Option<BTreeMap<String, String>> {
    let mut labels = BTreeMap::new();
    for (name, value) in object.pairs() {
        labels.insert(cut(name, LONGEST_LABEL).0.to_owned(), label(value)?);
        if labels.len() > most {
            return None;
        }
    }
    Some(labels)
}

/// A label's value as text; absent when it is a list or an object.
pub fn label(value: &Json<'_>) -> Option<String> {
    value.plain().map(|text| cut(&text, LONGEST_LABEL).0.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cutting_never_splits_a_character() {
        assert_eq!(cut("aé", 2), ("a", true));
        assert_eq!(cut("aé", 3), ("aé", false));
        assert_eq!(cut_characters("ééé", 2), "éé");
        assert!(fits(&"é".repeat(256), 256) && !fits(&"é".repeat(257), 256) && !fits("", 256));
    }

    #[test]
    fn only_http_urls_are_links() {
        for good in ["http://vm:19090/graph?g0.expr=up+%3D%3D+0", "HTTPS://x"] {
            assert!(is_link(good), "{good}");
        }
        for bad in ["", "http://", "ftp://x", "javascript:alert(1)", "http://a b", "http://a\u{1b}[2J", "//x", "é"] {
            assert!(!is_link(bad), "{bad}");
        }
    }
}
