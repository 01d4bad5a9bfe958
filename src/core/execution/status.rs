//! What Run Command says of a machine's part, in words, with what to do about it.

/// What is to be known about a status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Words {
    /// What it means.
    pub says: &'static str,
    /// What to do about it; empty when there is nothing to do.
    pub advice: &'static str,
    /// It stays so.
    pub is_final: bool,
}
