//! A mistake in the configuration, in words that say where it is and what would be right.

use std::path::Path;

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Mistake {
    place: String,
    what: String,
}

impl Mistake {
    pub(super) fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }

    pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> Self {
        Self::new(path.display().to_string(), format!("cannot be read: {error}"))
    }

    pub(super) fn of_variable(variable: &str, what: &str) -> Self {
        Self::new(format!("environment variable {variable}"), suggest(what))
    }

    pub(super) fn in_file(name: &str, text: &str, error: &toml::de::Error) -> Self {
        let place = match error.span() {
            Some(span) => format!("{name}:{}", line_at(text, span.start)),
            None => name.to_owned(),
        };
        Self::new(place, suggest(error.message()))
    }

    pub(super) fn at_key(name: &str, text: &str, key: &str, what: &str) -> Self {
        Self::new(format!("{name}:{}", line_of(text, 0, key)), what)
    }
}

/// The line, counted from 1, at which a byte stands.
pub(super) fn line_at(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|c| *c == b'\n').count()
}

/// The line of the first `key` at or after a byte; that byte's line when it is not to be found.
pub(super) fn line_of(text: &str, from: usize, key: &str) -> usize {
    let last = key.rsplit('.').next().unwrap_or(key);
    let rest = text.get(from..).unwrap_or_default();
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let found = rest.match_indices(last).find(|(at, _)| {
        let before = rest[..*at].chars().next_back();
        let after = rest[at + last.len()..].trim_start_matches(['"', ' ', '\t']);
        !before.is_some_and(is_word) && (after.starts_with('=') || after.starts_with('.') || after.starts_with(']'))
    });
    line_at(text, from + found.map_or(0, |(at, _)| at))
}

/// The words of the parser, with the nearest right spelling behind an unknown field.
fn suggest(message: &str) -> String {
    let message = message.trim();
    let mut quoted = message.split('`').skip(1).step_by(2);
    if !message.starts_with("unknown") {
        return message.to_owned();
    }
    let Some(wrong) = quoted.next() else { return message.to_owned() };
    let nearest = quoted
        .map(|right| (strsim::normalized_damerau_levenshtein(wrong, right), right))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness >= 0.6);
    match nearest {
        Some((_, right)) => format!("unknown `{wrong}`; did you mean `{right}`?"),
        None => message.to_owned(),
    }
}
