//! What came of a sender's request: its alerts, what is put aside of it, and how it is known again.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Actor;
use crate::core::alert::Report;
use crate::core::aside::Came;
use crate::core::time::Moment;

/// A sender's request.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Delivery {
    /// Which of the tenant's sources sent it.
    pub source: String,
    /// The sender's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_id: Option<String>,
    /// What tells it from every other request: digests of the signature and of the delivery id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<DeliveryKey>,
    /// The good alerts, in the sender's order.
    pub reports: Vec<Arc<Report>>,
    /// Where each of them stood in the sender's array; empty when all of it was good.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub indices: Vec<u32>,
    /// The bad ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejected>,
    /// The sender posted an array, or a batch: the answer lists every alert.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub batch: bool,
    /// What is kept of the request besides, when some of it was bad.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub came: Option<Box<Came>>,
    /// It is one that was put aside, read again; absent: it has just come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<Box<Again>>,
}

/// A request that was put aside is read again.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Again {
    /// Its number. Once it is put aside no more, nothing comes of reading it again.
    pub number: u64,
    /// When it came.
    pub at: Moment,
    /// Who wants that.
    #[serde(flatten)]
    pub by: Actor,
}

/// Requests that nobody could read are thrown away.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Discard {
    /// Who does, and where they sit.
    #[serde(flatten)]
    pub by: Actor,
    /// Their numbers.
    pub numbers: Vec<u64>,
}

/// The first 16 bytes of a SHA-256, by which a request is known again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct DeliveryKey(pub [u8; 16]);

impl Serialize for DeliveryKey {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        hex::serde::serialize(self.0, to)
    }
}

impl<'de> Deserialize<'de> for DeliveryKey {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        hex::serde::deserialize(from).map(Self)
    }
}

/// An alert of a batch that was not taken, and why. Fixed words and field names only, never a value.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rejected {
    /// Its place in the batch.
    pub index: u32,
    /// What is wrong.
    pub reason: String,
    /// JSON pointers to the fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
}

/// An authenticated request that nobody could read.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Unreadable {
    /// Which of the tenant's sources sent it.
    pub source: String,
    /// As in [`Delivery::keys`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<DeliveryKey>,
    /// What is wrong, in fixed words.
    pub reason: String,
    /// JSON pointers to the fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// What is kept of the request besides its body.
    #[serde(default)]
    pub came: Came,
}

impl Delivery {
    /// Why some of it is put aside; absent when all of it was good.
    pub fn why_aside(&self) -> Option<String> {
        let first = self.rejected.first()?;
        let all = self.rejected.len() + self.reports.len();
        Some(format!("{} of {all} alerts: {}", self.rejected.len(), first.reason))
    }
}
