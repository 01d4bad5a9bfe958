//! The four severities, and the words other tools have for them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How bad, from the least to the most.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth a look today.
    Medium,
    /// Worth a look now.
    High,
    /// Somebody's business stands still.
    Critical,
}

/// The word stands for no severity we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("severity is one of low, medium, high, critical, or a synonym such as warning or error")]
pub struct UnknownSeverity;

impl Severity {
    /// All four, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The word of `PRODUCT.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl FromStr for Severity {
    type Err = UnknownSeverity;

    /// Reads the four words and their synonyms, in any case, with white space around.
    fn from_str(word: &str) -> Result<Self, UnknownSeverity> {
        #[rustfmt::skip]
        const WORDS: &[(Severity, &[&str])] = &[
            (Severity::Low,      &["low", "info", "information", "informational", "notice", "minor", "debug", "trace", "ok",
                                   "normal", "none", "p4", "p5", "sev4", "sev5", "not classified"]),
            (Severity::Medium,   &["medium", "warning", "warn", "moderate", "average", "p3", "sev3"]),
            (Severity::High,     &["high", "error", "err", "major", "severe", "p2", "sev2"]),
            (Severity::Critical, &["critical", "crit", "fatal", "emergency", "emerg", "disaster", "panic", "alert", "page",
                                   "blocker", "urgent", "p0", "p1", "sev0", "sev1"]),
        ];
        let word = word.trim();
        let known = |(_, words): &&(Self, &[&str])| words.iter().any(|known| known.eq_ignore_ascii_case(word));
        WORDS.iter().find(known).map(|(severity, _)| *severity).ok_or(UnknownSeverity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn synonyms_map_in_any_case() {
        for (word, severity) in [
            ("warning", Severity::Medium),
            ("info", Severity::Low),
            ("error", Severity::High),
            ("fatal", Severity::Critical),
            ("EMERGENCY", Severity::Critical),
            (" Disaster ", Severity::Critical),
            ("High", Severity::High),
        ] {
            assert_eq!(word.parse(), Ok(severity), "{word}");
        }
        assert_eq!("bad".parse::<Severity>(), Err(UnknownSeverity));
    }
}
