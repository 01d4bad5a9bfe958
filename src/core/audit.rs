//! What the audit log holds: who did what, on what, from where, and what came of it. How entries hang together is in the room
//! `audit`; which records an input makes is in [`inputs`], what of a text may be on record in [`masked`].

pub mod inputs;
pub mod masked;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::input::Actor;
use super::time::Moment;

/// Who did what nobody did: a rule, the time, the configuration file.
pub const PROGRAM: &str = "alert-whisperer";
/// What ends a log: its tenant's removal.
pub const TENANT_REMOVED: &str = "tenant.remove";
/// The outcome of what was done.
pub const DONE: &str = "done";

/// Bytes of what something was done to that are on record: whoever is refused may have named it as long as they like.
const NAMED: usize = 4_096;

/// Something that somebody did, or was refused.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Record {
    /// When.
    pub at: Moment,
    /// The operator, or the program's own name for itself.
    pub who: String,
    /// From where; empty when it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seat: String,
    /// `incident.acknowledge`, `execution.ask`, `tenant.set`.
    pub what: String,
    /// The id of what it was done to.
    pub on: String,
    /// With what; secrets as `***`.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub parameters: serde_json::Value,
    /// `done`, or `refused: …`, or what came of it.
    pub outcome: String,
    /// AWS' id of the request, when it went there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// A record in its place. The hash covers the number, the record and the hash before.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// Counts from 1 within the tenant, without a gap.
    pub number: u64,
    /// What happened.
    #[serde(flatten)]
    pub record: Record,
    /// The hash of the entry before; 64 zeros at the first.
    pub previous: String,
    /// SHA-256, in hex.
    pub hash: String,
}

/// An entry as it is kept: the exact text that was hashed, with the hash at its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The entry's.
    pub number: u64,
    /// One JSON object on one line.
    pub text: String,
}

/// An entry by its number and hash: enough to go on from it, and to know it again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Head {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: String,
}

impl Record {
    /// Something that was done by somebody. What it was done to is cut where it is too long.
    pub fn of(by: &Actor, at: Moment, what: impl Into<String>, on: impl Into<String>) -> Self {
        let mut on: String = on.into();
        on.truncate(on.floor_char_boundary(NAMED));
        Self {
            at,
            who: if by.who.is_empty() { PROGRAM.into() } else { by.who.clone() },
            seat: by.seat.clone(),
            what: what.into(),
            on,
            parameters: serde_json::Value::Null,
            outcome: DONE.into(),
            request_id: None,
        }
    }

    /// With what it was done. Secrets and what is too long are taken out of it.
    #[must_use]
    pub fn with(mut self, parameters: serde_json::Value) -> Self {
        self.parameters = masked::value(parameters);
        self
    }

    /// What came of it: done, or why not.
    #[must_use]
    pub fn came_to(mut self, outcome: Result<(), impl std::fmt::Display>) -> Self {
        if let Err(why) = outcome {
            self.outcome = refused(&why);
        }
        self
    }
}

/// The outcome of what was refused.
pub fn refused(why: &impl std::fmt::Display) -> String {
    format!("refused: {}", masked::text(&why.to_string()))
}

impl Actor {
    /// The program itself, by a rule or because the time had come.
    pub fn program(seat: &str) -> Self {
        Self { who: PROGRAM.into(), seat: seat.into() }
    }
}
