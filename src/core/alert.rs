//! What a sender told us: a report as it came out of a dialect's parser, and the alert we keep of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::{AlertId, IncidentId};
use super::severity::Severity;
use super::time::Moment;

/// One problem, or its end, in a sender's words. Parsers make it; nothing in it is safe to show as it is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Report {
    /// What is ill, by the name the tool gives it.
    pub asset_name: String,
    /// The kind of trouble.
    pub signature: String,
    /// How bad.
    pub severity: Severity,
    /// Begun or over.
    #[serde(default)]
    pub status: AlertStatus,
    /// At most 8 KiB.
    pub message: String,
    /// The sender's message was longer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub message_cut: bool,
    /// The sender.
    pub tool_source: String,
    /// When it happened, by the sender's clock. The time of receipt rules everything that counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_at: Option<Moment>,
    /// The SSM managed node, when the sender names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance_id: Option<String>,
    /// Up to 8 http(s) URLs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
    /// Up to 64 pairs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The sender's own identity for this problem, the same in its repeats and at its end, whatever the other fields say.
    /// It counts within one source and tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// How the fingerprint tells one problem from the next.
    #[serde(default, skip_serializing_if = "Identity::is_usual")]
    pub identity: Identity,
}

impl Report {
    /// The sender named nothing but the problem's fingerprint.
    pub fn is_only_a_print(&self) -> bool {
        self.identity == Identity::Only && self.fingerprint.is_some()
    }
}

/// How a report's fingerprint tells one problem from the next. Without a fingerprint it means nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// A firing report with the fingerprint of one that still fires is that alert seen again.
    #[default]
    Fingerprint,
    /// The same, unless `occurred_at` is another one: the sender tells there when the problem began.
    Beginning,
    /// Nothing but the fingerprint was sent, as with PagerDuty's resolve or Opsgenie's close. The parser fills what a report
    /// must have: `asset_name` with the fingerprint, `signature` and `tool_source` with the dialect's name, `severity` with
    /// medium. When the problem is known, by its source and fingerprint whatever its tool, the alert that is kept says what
    /// the known one said; when it is not, the alert is kept as it is and opens nothing.
    Only,
}

impl Identity {
    /// As most senders' are.
    pub fn is_usual(&self) -> bool {
        *self == Self::Fingerprint
    }
}

/// Begun or over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertStatus {
    /// The problem is there.
    #[default]
    Firing,
    /// The sender says that it is over.
    Resolved,
}

/// One received notification.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Alert {
    /// `comp_acme-a17`.
    pub id: AlertId,
    /// The same tenant as the id's, for readers of the JSON.
    pub company_id: super::id::TenantId,
    /// Absent while uncorrelated.
    pub incident_id: Option<IncidentId>,
    /// When we got it.
    pub received_at: Moment,
    /// The id of the request it came in, when the sender gave one.
    pub delivery_id: Option<String>,
    /// The number of the window that it fell into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silenced_by: Option<u64>,
    /// How many times the sender has reported this same alert, the first included.
    pub seen: u32,
    /// What the sender said.
    #[serde(flatten)]
    pub report: Arc<Report>,
}

impl Alert {
    /// Its sender has repeated it, for the `seen`th time, and perhaps says by now that it is as bad as `severity`.
    pub fn see_again(&mut self, seen: u32, severity: Option<Severity>) {
        self.seen = seen;
        if let Some(severity) = severity.filter(|severity| *severity != self.report.severity) {
            Arc::make_mut(&mut self.report).severity = severity;
        }
    }
}
