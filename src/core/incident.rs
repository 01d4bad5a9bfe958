//! An incident: alerts of one tenant with one aggregation key, and what people have done about it.

use serde::{Deserialize, Serialize};

use super::id::{IncidentId, TenantId};
use super::priority::Terms;
use super::severity::Severity;
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
}

/// One line of an incident's history.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Which incident.
    pub incident_id: IncidentId,
    /// When.
    pub at: Moment,
    /// The operator; absent when it happened by rule.
    pub who: Option<String>,
    /// What happened.
    pub what: Event,
}

/// What can happen to an incident.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It opened, perhaps as the successor of another.
    Opened {
        /// The one before.
        follows: Option<IncidentId>,
    },
    /// Another episode began.
    Recurred,
    /// An alert worse than all before came in.
    Worsened {
        /// From now on.
        severity: Severity,
    },
    /// One more tool reports it.
    ToolJoined {
        /// The tool.
        tool: String,
    },
    /// Seen by somebody.
    Acknowledged,
    /// Given to somebody.
    Assigned {
        /// To whom.
        to: String,
    },
    /// Over.
    Resolved,
    /// Back after having been resolved.
    Reopened,
    /// It has come back too often: its tools' word no longer resolves it at once.
    FlappingBegan,
    /// Still for one window.
    FlappingEnded,
    /// Somebody wrote something down.
    Note {
        /// What they wrote. As hostile as any text from outside.
        text: String,
    },
}
