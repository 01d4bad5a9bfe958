//! How a body was understood: the alerts that a dialect's parser made of it, and where each field of them came from.

use serde::{Deserialize, Serialize};

use super::alert::Report;
use super::input::Rejected;
use super::time::{Moment, Span};

/// What a body said.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Parsed {
    /// The good alerts, in the sender's order; none when all that it said is to be passed over.
    pub reports: Vec<Report>,
    /// Where each of them stood; empty when all was good.
    pub indices: Vec<u32>,
    /// The bad ones.
    pub rejected: Vec<Rejected>,
    /// It was an array or a batch, perhaps of one.
    pub batch: bool,
    /// How many alerts the sender says it left out.
    pub truncated: u64,
    /// The sender's id of this delivery, when it is in the body: the same when it tries again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<String>,
    /// Where the fields of each report came from, in the order of the reports; empty unless that was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<Vec<Origin>>,
}

/// Where a field came from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// `asset_name`.
    pub field: String,
    /// A JSON pointer, or what else it was taken from, in words.
    pub from: String,
    /// What stood there; not safe to show as it is. Absent: nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
}

/// A body with no good alert in it. Fixed words and field names only, never a value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "unreadable", rename_all = "snake_case")]
pub enum Unreadable {
    /// It can't be read at all.
    NotJson {
        /// What is wrong.
        reason: String,
    },
    /// It can be read, but no alert is in it.
    NoAlert {
        /// What is wrong.
        reason: String,
        /// JSON pointers to the fields at fault.
        fields: Vec<String>,
    },
}

/// What a parser must know besides the body.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// When the request came.
    pub now: Moment,
    /// How far the sender's clock may be ahead.
    pub skew: Span,
    /// What the request's head says about the body.
    pub head: Head<'a>,
    /// Say where each field came from.
    pub explain: bool,
}

/// What a request's head says about its body.
#[derive(Clone, Copy, Default, Debug)]
pub struct Head<'a> {
    /// The sender's `User-Agent`.
    pub user_agent: Option<&'a str>,
    /// Its `Content-Type`: a boundary may be in there. JSON is known by its bytes.
    pub content_type: Option<&'a str>,
    /// What follows the source's name in the path: `v2/alerts/ID/close`.
    pub path: &'a str,
    /// The CloudEvents attributes among its headers, by their names without `ce-`.
    pub attributes: &'a [(&'a str, &'a str)],
}
