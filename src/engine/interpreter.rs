//! Whoever can read bodies. The dialects are the receiver's; the engine asks when a mapping is set, a body is to be explained, or
//! taken again.

use crate::core::reading::{Context, Parsed, Unreadable};
use crate::core::source::Source;

/// Reads what senders say.
pub trait Interpreter: Send + Sync + std::fmt::Debug {
    /// What a body says by a source's rules.
    ///
    /// # Errors
    /// When there is no good alert in it.
    fn read(&self, source: &Source, body: &[u8], context: Context<'_>) -> Result<Parsed, Unreadable>;

    /// The SNS topic that a body names, if it names one. Who has signed it was looked at when it came.
    fn topic(&self, body: &[u8]) -> Option<String>;

    /// Whether a source's rules can be followed.
    ///
    /// # Errors
    /// What is wrong with its mapping, and where, in words.
    fn check(&self, source: &Source) -> Result<(), String>;
}
