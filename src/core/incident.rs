//! An incident: alerts of one tenant with one aggregation key, and what people have done about it.

use serde::{Deserialize, Serialize};

use super::id::{IncidentId, TenantId};
use super::priority::Terms;
use super::severity::Severity;
use super::sla::Clocks;
use super::time::Moment;

/// Alerts of one tenant with one aggregation key, while they are one problem.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// `comp_acme-i4`.
    pub id: IncidentId,
    /// The same tenant as the id's, for readers of the JSON.
    pub company_id: TenantId,
    /// The asset as first spelled.
    pub asset_name: String,
    /// The signature as first spelled.
    pub signature: String,
    /// The highest among its alerts.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// The sum of [`Incident::score_terms`] as of the last change.
    pub priority_score: i32,
    /// What the score is made of.
    pub score_terms: Terms,
    /// Firing alerts, each counted once however often its sender repeated it.
    pub alert_count: u64,
    /// Alerts of the current episode.
    pub episode_count: u64,
    /// Everybody who reported it, in the order of their first alert.
    pub tool_sources: Vec<String>,
    /// What skill it wants.
    pub category: String,
    /// Who works on it.
    pub assigned_to: Option<String>,
    /// Who acknowledged it.
    pub acknowledged_by: Option<String>,
    /// Why it is acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_because: Option<String>,
    /// When the acknowledgement runs out; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_until: Option<Moment>,
    /// It is left alone until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Moment>,
    /// How many times it was escalated.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub escalations: u32,
    /// Why it has nobody, when somebody was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unassigned_because: Option<String>,
    /// How long it may wait.
    #[serde(default)]
    pub sla: Clocks,
    /// The number of the window that it lies in now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silenced_by: Option<u64>,
    /// The numbers of the incidents that were merged into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<u64>,
    /// The incident that it was merged into. It is resolved then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<IncidentId>,
    /// When it opened.
    pub opened_at: Moment,
    /// When its last firing alert was received, repeats included.
    pub last_alert_at: Moment,
    /// When it was resolved.
    pub resolved_at: Option<Moment>,
    /// Who resolved it; absent when its tools did.
    pub resolved_by: Option<String>,
    /// Episodes after the first.
    pub recurrences: u32,
    /// Times it came back after being resolved.
    pub flaps: u32,
    /// It has come back three times within an hour, and not been still since.
    pub flapping: bool,
    /// When it came back, the last three.
    #[serde(default)]
    pub reopened_at: Vec<Moment>,
    /// The incident of the same key before this one.
    pub follows: Option<IncidentId>,
    /// The node the alerts named.
    pub instance_id: Option<String>,
}

/// Where an incident stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has looked.
    New,
    /// Somebody has seen it.
    Acknowledged,
    /// Somebody works on it.
    InProgress,
    /// Over.
    Resolved,
}

impl Status {
    /// The word of `INTERFACES.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
        }
    }
}

impl Incident {
    /// Not resolved.
    pub fn is_open(&self) -> bool {
        self.status != Status::Resolved
    }

    /// Neither in a window nor snoozed: it wants somebody.
    pub fn is_loud(&self) -> bool {
        self.is_open() && self.silenced_by.is_none() && self.snoozed_until.is_none()
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
