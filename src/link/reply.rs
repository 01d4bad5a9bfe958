//! What an engine answers.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::house::Housed;
use super::people;
use super::remote::Reached;
use super::session::{Listed, Talked};
use super::source;
use crate::core::alert::Alert;
use crate::core::execution::order::InstanceId;
use crate::core::execution::{Execution, Output};
use crate::core::id::TenantId;
use crate::core::incident::Incident;
use crate::core::pulse::Pulse;
use crate::core::tenant::Tenant;
use crate::core::time::Moment;
use crate::core::timeline::TimelineEntry;

/// An answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "reply", content = "data", rename_all = "snake_case")]
pub enum Reply {
    /// It is done.
    Done,
    /// An incident's alerts and history.
    Detail(Box<Detail>),
    /// What was taken back, in words.
    Undone {
        /// For people.
        what: String,
    },
    /// Earlier incidents of the same trouble.
    Similar(Box<Similar>),
    /// A request's body as it was received; not safe to show as it is.
    Raw(Vec<u8>),
    /// Incidents.
    Incidents(Vec<Arc<Incident>>),
    /// Alerts.
    Alerts(Vec<Alert>),
    /// Unreadable requests.
    Quarantine(Vec<Quarantined>),
    /// Tenants.
    Tenants(Vec<Arc<Tenant>>),
    /// Keys and secrets, shown this once.
    Issued(Box<Issued>),
    /// About a tenant as a whole.
    Housed(Housed),
    /// About other people's machines.
    Reached(Reached),
    /// An execution with what it wrote on each machine.
    Execution(Box<(Execution, Vec<(InstanceId, Output)>)>),
    /// Executions.
    Executions(Vec<Arc<Execution>>),
    /// About sessions on other people's machines.
    Talked(Talked),
    /// Sessions.
    Sessions(Listed),
    /// A part of an audit log, the oldest first: each entry exactly as it was hashed.
    Audit(Vec<String>),
    /// About a tenant's sources.
    Source(source::Told),
    /// About people.
    People(people::Told),
    /// How the engine is.
    Pulse(Box<Pulse>),
}

/// An incident with what belongs to it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Detail {
    /// The incident.
    pub incident: Arc<Incident>,
    /// Its latest alerts, the latest first.
    pub alerts: Vec<Alert>,
    /// Its history, the oldest first.
    pub timeline: Vec<TimelineEntry>,
}

/// Earlier incidents with an incident's asset and signature.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Similar {
    /// How many of them opened within the 30 days before it.
    pub within_30_days: u64,
    /// The latest of them, the latest first, whenever they were.
    pub incidents: Vec<Past>,
}

/// An earlier incident.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Past {
    /// The incident.
    pub incident: Incident,
    /// What was written about its end: the note it was resolved with, else its last note.
    pub note: Option<String>,
}

/// A request that nobody could read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Quarantined {
    /// Its number, by which it can be asked for.
    pub number: u64,
    /// When it came.
    pub at: Moment,
    /// From which source.
    pub source: String,
    /// What is wrong with it.
    pub reason: String,
    /// JSON pointers to the fields at fault.
    pub fields: Vec<String>,
    /// Its body; not safe to show as it is.
    pub raw: Vec<u8>,
}

/// What a sender needs, shown once. Absent: unchanged by what was asked.
#[derive(Clone, Serialize, Deserialize)]
pub struct Issued {
    /// Whose.
    pub tenant: TenantId,
    /// Where the receiver listens.
    pub base_url: String,
    /// For `/api/webhooks/alerts`.
    pub api_key: Option<String>,
    /// For signing.
    pub hmac_secret: Option<String>,
    /// For `/api/webhooks/alertmanager`.
    pub alertmanager_key: Option<String>,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Issued({}, ***)", self.tenant)
    }
}
