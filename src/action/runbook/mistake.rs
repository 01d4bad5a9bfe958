//! A mistake in a runbook's file, in words that say where it is and what would be right.

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Mistake {
    /// The file, and the line where that is known.
    pub place: String,
    /// What, and what would be right.
    pub what: String,
}
