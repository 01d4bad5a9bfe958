//! What happened, as everybody is told: the materialiser, every seat's board, the live feed. One shape for all of them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alert::Alert;
use super::assign::Technician;
use super::execution::Execution;
use super::id::{AlertId, ExecutionId, IncidentId, SessionId, TenantId};
use super::incident::Incident;
use super::quiet;
use super::role::Role;
use super::session::Session;
use super::severity::Severity;
use super::silence::Window;
use super::tenant::Tenant;
use super::time::Moment;
use super::timeline::TimelineEntry;

/// Something that happened to one tenant.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "snake_case")]
pub enum Change {
    /// A tenant was added or its settings changed.
    TenantChanged(Arc<Tenant>),
    /// A tenant is no more.
    TenantRemoved {
        /// Which.
        id: TenantId,
    },
    /// A tenant's state could not be loaded or kept; its senders get 503 until it is mended.
    TenantStopped {
        /// Which.
        id: TenantId,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A new alert.
    AlertReceived(Arc<Alert>),
    /// A sender repeated an alert that still fires.
    AlertSeenAgain {
        /// Which.
        id: AlertId,
        /// Its incident, when it has one.
        incident_id: Option<IncidentId>,
        /// How many times by now.
        seen: u32,
        /// When.
        at: Moment,
        /// How bad its sender says that it is from now on, when that has changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<Severity>,
    },
    /// Alerts that waited have got their incident.
    AlertsCorrelated {
        /// The incident.
        incident_id: IncidentId,
        /// The alerts.
        alerts: Vec<AlertId>,
    },
    /// Alerts have lost their incident: what was correlated by hand was taken back.
    AlertsReleased {
        /// Whose.
        id: TenantId,
        /// The alerts.
        alerts: Vec<AlertId>,
    },
    /// An incident opened.
    IncidentCreated(Arc<Incident>),
    /// Something about an incident changed.
    IncidentUpdated(Arc<Incident>),
    /// An incident is over.
    IncidentResolved(Arc<Incident>),
    /// A resolved incident is a day old and leaves the board; the store keeps it.
    IncidentForgotten {
        /// Which.
        id: IncidentId,
    },
    /// A line in an incident's history.
    Timeline(Arc<TimelineEntry>),
    /// A silence or maintenance window is as it is from now on.
    WindowChanged {
        /// Whose.
        id: TenantId,
        /// The window.
        window: Arc<Window>,
    },
    /// A silence or maintenance window has ended for good.
    WindowEnded {
        /// Whose.
        id: TenantId,
        /// The window's number.
        number: u64,
    },
    /// A silence is about to end: its author may want to know.
    WindowExpires {
        /// Whose.
        id: TenantId,
        /// The window.
        window: Arc<Window>,
    },
    /// Who may be given the tenant's incidents, and who may know of it.
    RosterChanged {
        /// Whose.
        id: TenantId,
        /// Those who cover it.
        technicians: Arc<Vec<Technician>>,
        /// Technicians are declared at all, for whatever tenants.
        #[serde(default)]
        staffed: bool,
        /// Those in the book of people who may know of it, with their roles.
        #[serde(default)]
        people: Arc<BTreeMap<String, Role>>,
    },
    /// A request that nobody could read was put aside.
    Quarantined {
        /// Whose.
        id: TenantId,
        /// Its number within the tenant.
        #[serde(default)]
        number: u64,
        /// From which source.
        source: String,
        /// When.
        at: Moment,
        /// What is wrong with it, in fixed words.
        reason: String,
    },
    /// Requests that were put aside were taken after all, thrown away, or have outlived their time.
    QuarantineCleared {
        /// Whose.
        id: TenantId,
        /// Their numbers within the tenant.
        numbers: Vec<u64>,
    },
    /// An execution began or has come further.
    #[serde(rename = "execution_updated")]
    ExecutionChanged(Arc<Execution>),
    /// An execution that ended a day ago leaves the board; the store keeps it.
    ExecutionForgotten {
        /// Which.
        id: ExecutionId,
    },
    /// A session began or has come further.
    SessionChanged(Arc<Session>),
    /// A session that ended a day ago leaves the board; the store keeps it.
    SessionForgotten {
        /// Which.
        id: SessionId,
    },
}

impl Change {
    /// Whose change it is.
    pub fn tenant(&self) -> &TenantId {
        match self {
            Self::TenantChanged(tenant) => &tenant.id,
            Self::TenantRemoved { id }
            | Self::TenantStopped { id, .. }
            | Self::Quarantined { id, .. }
            | Self::QuarantineCleared { id, .. }
            | Self::WindowChanged { id, .. }
            | Self::WindowEnded { id, .. }
            | Self::WindowExpires { id, .. }
            | Self::RosterChanged { id, .. }
            | Self::AlertsReleased { id, .. } => id,
            Self::AlertReceived(alert) => &alert.id.tenant,
            Self::AlertSeenAgain { id, .. } => &id.tenant,
            Self::AlertsCorrelated { incident_id, .. } => &incident_id.tenant,
            Self::IncidentCreated(incident) | Self::IncidentUpdated(incident) | Self::IncidentResolved(incident) => {
                &incident.id.tenant
            }
            Self::IncidentForgotten { id } => &id.tenant,
            Self::ExecutionChanged(execution) => &execution.id.tenant,
            Self::ExecutionForgotten { id } => &id.tenant,
            Self::SessionChanged(session) => &session.id.tenant,
            Self::SessionForgotten { id } => &id.tenant,
            Self::Timeline(entry) => &entry.incident_id.tenant,
        }
    }
}

impl Change {
    /// When a sender was heard, if that is what happened. The program's own alerts are nobody's word.
    pub fn heard_at(&self) -> Option<Moment> {
        match self {
            Self::AlertReceived(alert) if !quiet::is_ours(&alert.report) => Some(alert.received_at),
            Self::AlertSeenAgain { at, .. } => Some(*at),
            _ => None,
        }
    }
}

/// A change with its place in the stream.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Published {
    /// Counts up by one; a gap means that something was missed.
    pub revision: u64,
    /// Whose change it is.
    pub company_id: TenantId,
    /// The change.
    #[serde(flatten)]
    pub change: Change,
}
