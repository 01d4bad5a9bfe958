//! What the audit log holds: who did what, on what, from where, and what came of it. How entries hang together is in `audit`.

use serde::{Deserialize, Serialize};

use super::time::Moment;

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
