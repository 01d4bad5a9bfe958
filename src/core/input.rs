//! Everything that changes state. An input is written down before it is acted on; replaying them gives the same state.

mod delivery;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use self::delivery::{Again, Delivery, DeliveryKey, Discard, Rejected, Unreadable};
use super::assign::Technician;
use super::audit::Record;
use super::correlate::{KeyState, Waiting};
use super::credentials::StoredCredentials;
use super::execution::step::OnExecution;
use super::id::TenantId;
use super::incident::Incident;
use super::role::Role;
use super::session::step::OnSession;
use super::silence::Window;
use super::tenant::Tenant;
use super::time::Moment;

/// An input as it is written down: its place, its time, its tenant.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    /// Counts up over all tenants; never used twice.
    pub seq: u64,
    /// When it was taken; never before the one before it.
    pub at: Moment,
    /// Whose it is.
    pub tenant: TenantId,
    /// What it is.
    pub input: Arc<Input>,
}

/// Something that changes state.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Input {
    /// A sender's request with at least one good alert.
    Delivery(Delivery),
    /// An authenticated request that nobody could read; its raw body is kept.
    Unreadable(Unreadable),
    /// Requests that nobody could read are thrown away.
    Discard(Discard),
    /// An operator's command on an incident.
    Act(OnIncident),
    /// A silence or maintenance window was made, changed or ended.
    Window(OnWindow),
    /// Alerts get an incident by hand.
    Gather(Gather),
    /// A step of an execution's life.
    Execution(OnExecution),
    /// A step of a session's life.
    Session(OnSession),
    /// Something that changed nothing and is to be on record: a refusal, a question to AWS.
    Noted(Box<Record>),
    /// Who may be given the tenant's incidents, and who may know of it, from now on.
    Roster {
        /// Those who cover it.
        technicians: Vec<Technician>,
        /// Technicians are declared at all: nobody for this tenant is worth saying.
        #[serde(default)]
        staffed: bool,
        /// Those in the book of people who may know of it, with their roles.
        #[serde(default)]
        people: BTreeMap<String, Role>,
    },
    /// A tenant as it is from now on.
    Tenant {
        /// All but its credentials.
        tenant: Box<Tenant>,
        /// Those.
        credentials: StoredCredentials,
        /// Who changed it; nobody when that is not known.
        #[serde(default, skip_serializing_if = "Actor::is_nobody")]
        by: Actor,
    },
    /// A tenant is no more.
    TenantRemoved {
        /// Who removed it; nobody when that is not known.
        #[serde(default, skip_serializing_if = "Actor::is_nobody")]
        by: Actor,
    },
    /// The engine takes alerts again after it was away: none could come since the input before.
    Resumed,
}

impl Input {
    /// What tells the request that this came in from every other; empty for what came in no request.
    pub fn delivery_keys(&self) -> &[DeliveryKey] {
        match self {
            Self::Delivery(delivery) => &delivery.keys,
            Self::Unreadable(unreadable) => &unreadable.keys,
            Self::Discard(_)
            | Self::Act(_)
            | Self::Window(_)
            | Self::Gather(_)
            | Self::Execution(_)
            | Self::Session(_)
            | Self::Noted(_)
            | Self::Roster { .. }
            | Self::Tenant { .. }
            | Self::TenantRemoved { .. }
            | Self::Resumed => &[],
        }
    }
}

impl PartialEq for Input {
    /// By what would be stored.
    fn eq(&self, other: &Self) -> bool {
        serde_json::to_value(self).ok() == serde_json::to_value(other).ok()
    }
}

/// Who does something, and where they sit.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Actor {
    /// The operator.
    pub who: String,
    /// Their seat: a terminal, a host, a script. Empty when it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub seat: String,
}

impl Actor {
    /// Somebody without a seat: a program.
    pub fn named(who: &str) -> Self {
        Self { who: who.into(), seat: String::new() }
    }

    /// It is not known who.
    pub fn is_nobody(&self) -> bool {
        self.who.is_empty() && self.seat.is_empty()
    }
}

/// An operator's command on a window.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OnWindow {
    /// Who, and where.
    #[serde(flatten)]
    pub by: Actor,
    /// What they do.
    pub act: WindowAct,
}

/// What an operator may do to a window.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum WindowAct {
    /// Make it, when its number is 0; else replace the one of that number.
    Put {
        /// As it is from now on.
        window: Box<Window>,
    },
    /// It is over.
    End {
        /// Which.
        number: u64,
    },
}

/// Alerts get an incident by hand: out of one that they are in, or out of none.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Gather {
    /// Who, and where.
    #[serde(flatten)]
    pub by: Actor,
    /// The incident that all of them are in; absent: none has one yet.
    pub from: Option<u64>,
    /// The incident that they go to; absent: a new one.
    pub into: Option<u64>,
    /// The alerts, the oldest first.
    pub alerts: Vec<Waiting>,
}

/// An operator's command on an incident.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct OnIncident {
    /// The number within the tenant.
    pub incident: u64,
    /// Who, and where.
    #[serde(flatten)]
    pub by: Actor,
    /// What they do.
    pub act: Act,
}

/// What an operator may do to an incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// Seen it.
    Acknowledge {
        /// Why that is enough for now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// For how long; absent: as long as the tenant's setting says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Moment>,
    },
    /// Work on it. The acknowledgement runs out no more.
    Start,
    /// Give it to somebody; taking it oneself acknowledges it too.
    Assign {
        /// To whom.
        to: String,
    },
    /// Take it from whoever has it.
    Release,
    /// Leave it alone until then.
    Snooze {
        /// Until when.
        until: Moment,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Leave it alone no more.
    Wake,
    /// Pass it on to somebody who decides.
    Escalate {
        /// To whom; absent: to a lead who is on call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// It is over.
    Resolve {
        /// What was done about it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It is the same trouble as another one, which goes on for both.
    Merge {
        /// The number of the other one.
        into: u64,
    },
    /// It was another trouble after all: take back out what was merged into it.
    Unmerge {
        /// The number of the one that was merged into it.
        part: u64,
    },
    /// As it was before a change: how a change is taken back.
    Restore(Box<Restore>),
    /// It is not over after all.
    Reopen,
    /// Write something down.
    Note {
        /// At most 8 KiB.
        text: String,
    },
}

impl Act {
    /// Seen it; the tenant's setting says for how long.
    pub const ACKNOWLEDGE: Self = Self::Acknowledge { why: None, until: None };
    /// It is over; there is nothing to say about it.
    pub const RESOLVE: Self = Self::Resolve { note: None };
}

/// An incident as it was before a change, and what else that change had touched. What has come since stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Restore {
    /// What is taken back, in words.
    pub what: String,
    /// Every incident that the change touched.
    pub incidents: Vec<Touched>,
    /// Every key that it touched.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<TouchedKey>,
    /// The alerts that it moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Moved>,
}

/// An incident before and after a change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Touched {
    /// Before; absent when the change opened it.
    pub before: Option<Incident>,
    /// After.
    pub after: Incident,
}

/// What is remembered of a key, before and after a change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TouchedKey {
    /// Before.
    pub before: KeyState,
    /// After.
    pub after: KeyState,
}

/// Alerts that a change moved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Moved {
    /// Where they were; absent when they had no incident.
    pub from: Option<u64>,
    /// Their numbers.
    pub alerts: BTreeSet<u64>,
}
