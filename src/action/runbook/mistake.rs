//! A mistake in a runbook's file, in words that say where it is and what would be right.

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Mistake {
    /// The file below `runbooks/`, and the line where that is known.
    pub place: String,
    /// What, and what would be right.
    pub what: String,
}

impl Mistake {
    /// One that concerns all of a file or folder.
    pub(super) fn of(place: &str, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }

    /// One at a byte of a file's text.
    pub(super) fn at(file: &str, text: &str, byte: usize, what: impl Into<String>) -> Self {
        Self { place: format!("{file}:{}", line_at(text, byte)), what: what.into() }
    }

    /// What the parser says, with the nearest right spelling of an unknown word.
    pub(super) fn of_parser(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let what = respell(error.message());
        match error.span() {
            Some(span) => Self::at(file, text, span.start, what),
            None => Self::of(file, what),
        }
    }
}

/// `unknown …` in words: the wrong word, and the one that was probably meant.
pub(super) fn unknown<'a>(what: &str, wrong: &str, right: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(wrong, right.clone()) {
        Some(right) => format!("unknown {what} `{wrong}`; did you mean `{right}`?"),
        None => format!("unknown {what} `{wrong}`; there are {}", right.collect::<Vec<_>>().join(", ")),
    }
}

fn respell(message: &str) -> String {
    let message = message.trim();
    let mut quoted = message.split('`').skip(1).step_by(2);
    match quoted
        .next()
        .filter(|_| message.starts_with("unknown"))
        .and_then(|wrong| Some((wrong, nearest(wrong, quoted)?)))
    {
        Some((wrong, right)) => format!("unknown `{wrong}`; did you mean `{right}`?"),
        None => message.to_owned(),
    }
}

fn nearest<'a>(wrong: &str, right: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    right
        .map(|right| (strsim::normalized_damerau_levenshtein(wrong, right), right))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .map(|(_, right)| right)
}

fn line_at(text: &str, byte: usize) -> usize {
    1 + text.bytes().take(byte).filter(|c| *c == b'\n').count()
}
