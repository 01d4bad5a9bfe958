//! What a sender is told about its request: the same again, word for word, when it retries.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alert::{Identity, Report};
use super::change::Change;
use super::id::{AlertId, IncidentId};
use super::input::{Delivery, Rejected};

/// What became of a request.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Receipts {
    /// The good alerts, in the sender's order.
    pub alerts: Vec<Receipt>,
    /// The bad ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejected>,
    /// The sender posted several, or an array.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub batch: bool,
}

/// What became of one alert.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Receipt {
    /// Its place in the request.
    pub index: u32,
    /// Its id; that of the first one when it was seen before.
    pub alert_id: AlertId,
    /// Its incident, when it has one.
    pub incident_id: Option<IncidentId>,
}

impl Receipts {
    /// Reads off the changes what became of a delivery: one alert received or seen again for each of its reports. Alerts that
    /// the program raised itself on the way are among the changes too, and nothing to its sender.
    pub fn of(delivery: &Delivery, changes: &[Change]) -> Self {
        let mut left = delivery.reports.iter();
        let told = changes.iter().filter_map(|change| match change {
            Change::AlertReceived(alert) => {
                let next = left.as_slice().first().filter(|next| is_of(next, &alert.report));
                next.is_some().then(|| left.next())?;
                Some((alert.id.clone(), alert.incident_id.clone()))
            }
            Change::AlertSeenAgain { id, incident_id, .. } => {
                left.next()?;
                Some((id.clone(), incident_id.clone()))
            }
            _ => None,
        });
        let place = |at: usize| delivery.indices.get(at).copied().unwrap_or(u32::try_from(at).unwrap_or(u32::MAX));
        let receipt = |(at, (alert_id, incident_id))| Receipt { index: place(at), alert_id, incident_id };
        Self {
            alerts: told.enumerate().map(receipt).collect(),
            rejected: delivery.rejected.clone(),
            batch: delivery.batch,
        }
    }
}

/// Whether what is kept of an alert is what came in: the same, but for names that were known better.
fn is_of(came: &Arc<Report>, kept: &Arc<Report>) -> bool {
    Arc::ptr_eq(came, kept) || (came.identity == Identity::Only && came.fingerprint == kept.fingerprint)
}

/// The number under which what could not be read of a request was put aside, read off the changes that it made.
pub fn put_aside(changes: &[Change]) -> Option<u64> {
    changes.iter().find_map(|change| match change {
        Change::Quarantined { number, .. } => Some(*number),
        _ => None,
    })
}
