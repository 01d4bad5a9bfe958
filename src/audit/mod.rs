//! How the entries of a tenant's audit log hang together: each carries the hash of the one before, so a change, a gap or another
//! order shows. What is on record is in `core::audit`; where it is kept is `store`'s, but for the engine's own log, [`own`].
//!
//! An entry is one JSON object on one line. Its last field is `hash`: the SHA-256 of the same line without that field. So
//! whoever has the lines can check them without this program.

pub mod own;
mod verify;

#[cfg(test)]
mod tests;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

pub use self::verify::{Broken, Checked, Verifier, verify};
use crate::core::audit::{Head, Record, Sealed};

/// The hash before the first entry.
pub const NOTHING: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// What stands around the hash at the end of an entry.
const HASH: (&str, &str) = (",\"hash\":\"", "\"}");
/// Hex digits of a hash.
const DIGITS: usize = NOTHING.len();

/// The end of a log, to which entries are added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chain {
    last: Head,
}

/// An entry before it has a hash.
#[derive(Serialize)]
struct Open<'a> {
    number: u64,
    #[serde(flatten)]
    record: &'a Record,
    previous: &'a str,
}

impl Chain {
    /// Goes on after an entry, or from the beginning.
    pub fn after(last: Option<Head>) -> Self {
        Self { last: last.unwrap_or_else(|| Head { number: 0, hash: NOTHING.into() }) }
    }

    /// The last entry; number 0 when there is none.
    pub fn last(&self) -> &Head {
        &self.last
    }

    /// Adds an entry.
    pub fn seal(&mut self, record: &Record) -> Sealed {
        let number = self.last.number + 1;
        // Texts, numbers and values that are JSON already.
        let open = serde_json::to_string(&Open { number, record, previous: &self.last.hash }).unwrap_or_default();
        let hash = digest(&open);
        let text = format!("{}{}{hash}{}", open.strip_suffix('}').unwrap_or(&open), HASH.0, HASH.1);
        self.last = Head { number, hash };
        Sealed { number, text }
    }
}

fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// The text that was hashed, and the hash that stands at the entry's end.
fn opened(text: &str) -> Option<(String, &str)> {
    let body = text.strip_suffix(HASH.1)?;
    let (body, hash) = body.split_at_checked(body.len().checked_sub(DIGITS)?)?;
    let open = body.strip_suffix(HASH.0)?;
    let hex = hash.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c));
    hex.then(|| (format!("{open}}}"), hash))
}
