//! What a seat and a command line may ask of an engine, and the pipe through which changes come back.
//!
//! In-process and over the socket differ only in who holds the other ends of a [`Link`].

pub mod remote;
pub mod session;
pub mod socket;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

use self::remote::{Reached, Remote};
use self::session::{Listed, Sessions, Talk, Talked};
use crate::core::alert::Alert;
use crate::core::board::Snapshot;
use crate::core::change::Published;
use crate::core::execution::order::InstanceId;
use crate::core::execution::{Execution, Output};
use crate::core::id::{AlertId, ExecutionId, IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::input::{Act, Actor, WindowAct};
use crate::core::pulse::Pulse;
use crate::core::tenant::{AwsAccount, Tenant};
use crate::core::time::Moment;
use crate::core::timeline::TimelineEntry;

/// A seat's connection with an engine.
#[derive(Debug)]
pub struct Link {
    /// What happens.
    pub feed: mpsc::Receiver<Feed>,
    /// What may be asked.
    pub caller: Caller,
}

/// A piece of the feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "feed", content = "data", rename_all = "snake_case")]
pub enum Feed {
    /// Everything, first and after a gap.
    Snapshot(Box<Snapshot>),
    /// What happened since.
    Changes(Arc<Vec<Published>>),
    /// How the engine is.
    Pulse(Box<Pulse>),
    /// The engine is gone.
    Lost(String),
}

/// Asks an engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Caller {
    calls: mpsc::Sender<Call>,
}

/// A request on its way, with the place for its answer.
#[derive(Debug)]
pub struct Call {
    /// Who asks.
    pub by: Actor,
    /// What they ask.
    pub request: Request,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Result<Reply, Refusal>>,
}

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

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// `code_in_snake_case`.
    pub code: String,
    /// What to do about it.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    /// There is no such tenant.
    pub fn no_tenant() -> Self {
        Self::new("no_such_tenant", "no such tenant; `alert-whisperer tenant list` shows them")
    }

    /// The engine has stopped.
    pub fn gone() -> Self {
        Self::new("engine_gone", "the engine has stopped; start it again")
    }
}

impl Caller {
    /// A caller, and the end at which its calls arrive.
    pub fn new(depth: usize) -> (Self, mpsc::Receiver<Call>) {
        let (calls, arriving) = mpsc::channel(depth);
        (Self { calls }, arriving)
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// The engine's refusal, or that it is gone.
    pub async fn ask(&self, by: &Actor, request: Request) -> Result<Reply, Refusal> {
        self.put(by, request).await?.await
    }

    /// Asks; what is returned waits for the answer. What one puts after the other arrives after the other, and what is typed has
    /// to: whoever types puts, and waits for answers elsewhere.
    ///
    /// # Errors
    /// The engine is gone.
    pub async fn put(
        &self,
        by: &Actor,
        request: Request,
    ) -> Result<impl Future<Output = Result<Reply, Refusal>> + Send + use<>, Refusal> {
        let (answer, answered) = oneshot::channel();
        let call = Call { by: by.clone(), request, answer };
        self.calls.send(call).await.map_err(|_| Refusal::gone())?;
        Ok(async { answered.await.map_err(|_| Refusal::gone())? })
    }
}
