//! What may be asked of an engine.

use serde::{Deserialize, Serialize};

use super::house::House;
use super::people;
use super::remote::Remote;
use super::session::{Sessions, Talk};
use super::source;
use crate::core::id::{AlertId, ExecutionId, IncidentId, TenantId};
use crate::core::input::{Act, WindowAct};
use crate::core::query::page::Page;
use crate::core::tenant::AwsAccount;

/// What may be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// Do something to an incident.
    Act {
        /// Which.
        incident: IncidentId,
        /// What.
        act: Act,
    },
    /// Take back the last change of mine that can be taken back.
    Undo,
    /// Make, change or end a silence or maintenance window.
    Window {
        /// Whose.
        tenant: TenantId,
        /// What.
        act: WindowAct,
        /// It matches much, and that is meant.
        sure: bool,
    },
    /// Give alerts an incident by hand: out of one that they are in, or out of none.
    Gather {
        /// Whose.
        tenant: TenantId,
        /// The incident that all of them are in; absent: none has one yet.
        from: Option<u64>,
        /// The incident that they go to; absent: a new one.
        into: Option<u64>,
        /// The alerts' numbers.
        alerts: Vec<u64>,
    },
    /// Earlier incidents of the same trouble.
    Similar {
        /// As this one.
        incident: IncidentId,
    },
    /// An incident's alerts and history.
    Detail {
        /// Which.
        incident: IncidentId,
    },
    /// The body of the request that an alert came in.
    Raw {
        /// Which.
        alert: AlertId,
    },
    /// Incidents that the query shows, the highest score first; when resolved ones are asked for, the latest first.
    Incidents(Listing),
    /// Alerts, the latest first.
    Alerts(Listing),
    /// A tenant's unreadable requests, the latest first.
    Quarantine {
        /// Whose.
        tenant: TenantId,
    },
    /// All tenants.
    Tenants,
    /// One of them.
    Tenant {
        /// Which.
        id: TenantId,
    },
    /// Adds a tenant.
    TenantAdd(NewTenant),
    /// Changes settings, each `KEY=VALUE` with a dotted key.
    TenantSet {
        /// Whose.
        id: TenantId,
        /// `correlation.time_window_minutes=5` as a pair.
        settings: Vec<(String, String)>,
    },
    /// A new key for a source; the old one is refused from then on.
    RotateKey {
        /// Whose.
        id: TenantId,
        /// `alerts` or `alertmanager`.
        source: String,
    },
    /// A new signing secret.
    RotateSecret {
        /// Whose.
        id: TenantId,
        /// How long the old one stays valid.
        grace_seconds: u64,
    },
    /// Removes a tenant with everything that is kept of it.
    TenantRemove {
        /// Whose.
        id: TenantId,
    },
    /// Something about a tenant as a whole: a copy, an export, taking it in, erasing it.
    House {
        /// Whose.
        tenant: TenantId,
        /// What.
        house: House,
    },
    /// Something about other people's machines.
    Remote(Remote),
    /// Something about sessions on other people's machines.
    Session(Talk),
    /// A tenant's sessions, the latest first.
    Sessions(Sessions),
    /// Say yes to what somebody else asked for.
    Approve {
        /// Which.
        execution: ExecutionId,
        /// Of what was shown.
        digest: String,
        /// Why.
        why: Option<String>,
    },
    /// Say no to it.
    Reject {
        /// Which.
        execution: ExecutionId,
        /// Why.
        why: String,
    },
    /// End an execution, begun or not.
    Cancel {
        /// Which.
        execution: ExecutionId,
    },
    /// An execution with what it wrote.
    Execution {
        /// Which.
        execution: ExecutionId,
    },
    /// A tenant's executions, the latest first.
    Executions {
        /// Whose.
        tenant: TenantId,
        /// Of one incident only.
        incident: Option<u64>,
        /// At most so many.
        limit: usize,
    },
    /// A tenant's audit log, from an entry on.
    Audit {
        /// Whose.
        tenant: TenantId,
        /// The first number that is wanted; 0: the last ones.
        from: u64,
        /// At most so many.
        limit: usize,
    },
    /// This seat shows that incident from now on, or none: others are told who looks at what.
    Look {
        /// Which.
        incident: Option<IncidentId>,
    },
    /// Do it, if what it is done to still is as it was when it had one of these tags ([`crate::core::tag`]).
    IfStill {
        /// The tags.
        tags: Vec<String>,
        /// A change of an incident, a tenant or an execution.
        request: Box<Request>,
    },
    /// Something about a tenant's sources.
    Source {
        /// Whose.
        tenant: TenantId,
        /// What.
        about: source::Ask,
    },
    /// Something about people.
    People(people::Ask),
    /// How the engine is.
    Pulse,
}

/// What to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Listing {
    /// One tenant only.
    pub tenant: Option<TenantId>,
    /// In the filter language.
    pub query: String,
    /// At most so many.
    pub limit: usize,
    /// Strictly from the latest to the earliest, and only this page of it; absent: in the usual order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<Page>,
}

/// A tenant to add.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewTenant {
    /// Its id.
    pub id: TenantId,
    /// Its name; the id when absent.
    pub name: Option<String>,
    /// Globs.
    pub critical_assets: Vec<String>,
    /// Where its machines are.
    pub aws: Option<AwsAccount>,
}
