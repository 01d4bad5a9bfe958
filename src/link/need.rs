//! What each request needs: which tenants it is about, what kind of thing is done, what it is called on record, and what is said
//! where there is no such thing. Whether somebody has it is `core::rights`' to say; the engine asks, in one place.

use super::remote::{Draft, Remote};
use super::session::Talk;
use super::{Refusal, Request};
use crate::core::audit::TENANT_REMOVED;
use crate::core::engine::Senseless;
use crate::core::execution::step::Barred as BarredExecution;
use crate::core::id::{SessionId, TenantId};
use crate::core::rights::{Action, Denied, Rights, may};
use crate::core::session::step::Barred as BarredSession;

/// What a request needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Need<'a> {
    /// Whose things it is about.
    pub whose: Whose<'a>,
    /// The kind of thing that is done.
    pub action: Action,
    /// What it is called on record.
    pub what: &'static str,
    /// What it names: what there is not, for those whose it is not.
    pub thing: Thing,
}

/// Whose things a request is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Whose<'a> {
    /// These tenants'. Nobody's, when it names nothing: then it finds nothing either.
    Of(Vec<&'a TenantId>),
    /// Whatever is theirs: the answer holds nothing else.
    Theirs,
    /// The engine's, and so everybody's.
    Engine,
    /// The tenant's whose something they changed last.
    LastChanged,
}

/// A kind of thing that a request names, as far as its absence is said in words of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thing {
    /// A tenant.
    Tenant,
    /// An incident, however old.
    Incident,
    /// An incident that something is done to.
    OnBoard,
    /// An alert's body.
    Alert,
    /// An execution, however old.
    Execution,
    /// An execution that something is done to.
    Running,
    /// A session.
    Session,
    /// What was recorded of a session.
    Recording,
    /// A change that can be taken back.
    Change,
}

/// What is said where nothing is kept of what a session showed.
pub const NO_RECORDING: &str =
    "there is no recording of this session: nothing was recorded, or it was too old and is gone";

impl Thing {
    /// There is none such. The words hold nothing of what was asked for.
    pub fn missing(self) -> Refusal {
        match self {
            Self::Tenant => Refusal::no_tenant(),
            Self::Incident => {
                Refusal::new("no_such_incident", "no such incident; `alert-whisperer incidents` lists them")
            }
            Self::OnBoard => Refusal::new("no_such_incident", BarredExecution::NoIncident.to_string()),
            Self::Alert => Refusal::new("no_such_alert", "no such alert, or its body is not written yet"),
            Self::Execution => {
                Refusal::new("no_such_execution", "no such execution; `alert-whisperer executions` lists them")
            }
            Self::Running => Refusal::new("no_such_execution", BarredExecution::NoExecution.to_string()),
            Self::Session => Refusal::new("no_such_session", BarredSession::NoSession.to_string()),
            Self::Recording => Refusal::new("no_recording", NO_RECORDING),
            Self::Change => Refusal::new("refused", Senseless::NothingToUndo.to_string()),
        }
    }
}

impl<'a> Need<'a> {
    fn of(tenant: &'a TenantId, action: Action, what: &'static str, thing: Thing) -> Self {
        Self { whose: Whose::Of(vec![tenant]), action, what, thing }
    }

    /// Whether somebody has it. `last`: the tenant whose something they changed last.
    ///
    /// # Errors
    /// Why not. That one of the tenants is not theirs comes before anything about their role.
    pub fn check(&self, rights: &Rights, last: Option<&TenantId>) -> Result<(), Denied> {
        match &self.whose {
            Whose::Of(tenants) => {
                let denials = || tenants.iter().filter_map(|tenant| may(rights, Some(tenant), self.action).err());
                let first = denials().find(|denied| *denied == Denied::NotTheirs).or_else(|| denials().next());
                first.map_or(Ok(()), Err)
            }
            Whose::Theirs => may(rights, None, Action::See),
            Whose::Engine => may(rights, None, self.action),
            Whose::LastChanged => last.map_or(Ok(()), |tenant| may(rights, Some(tenant), self.action)),
        }
    }

    /// What somebody is told who may not.
    pub fn refusal(&self, denied: Denied) -> Refusal {
        match denied {
            Denied::NotTheirs => self.thing.missing(),
            Denied::Role { .. } => Refusal::new("forbidden", denied.to_string()),
        }
    }
}

impl Request {
    /// What it needs.
    pub fn need(&self) -> Need<'_> {
        use Action::{Approve, Audit, Keys, Run, See, Set, Silence, Tenants, Work};
        let theirs = |what| Need { whose: Whose::Theirs, action: See, what, thing: Thing::Tenant };
        match self {
            Self::IfStill { request, .. } => request.need(),
            Self::People(_) => {
                Need { whose: Whose::Engine, action: Action::People, what: "people", thing: Thing::Tenant }
            }
            Self::Act { incident, act } => Need::of(&incident.tenant, Work, act.on_record(), Thing::OnBoard),
            Self::Undo => Need { whose: Whose::LastChanged, action: Work, what: "undo", thing: Thing::Change },
            Self::Window { tenant, act, .. } => Need::of(tenant, Silence, act.on_record(), Thing::Tenant),
            Self::Gather { tenant, .. } => Need::of(tenant, Work, "incident.gather", Thing::Tenant),
            Self::Similar { incident } => Need::of(&incident.tenant, See, "incident.similar", Thing::Incident),
            Self::Detail { incident } => Need::of(&incident.tenant, See, "incident.show", Thing::Incident),
            Self::Raw { alert } => Need::of(&alert.tenant, See, "alert.raw", Thing::Alert),
            Self::Incidents(listing) => {
                let what = "incident.list";
                listing
                    .tenant
                    .as_ref()
                    .map_or_else(|| theirs(what), |tenant| Need::of(tenant, See, what, Thing::Tenant))
            }
            Self::Alerts(listing) => {
                let what = "alert.list";
                listing
                    .tenant
                    .as_ref()
                    .map_or_else(|| theirs(what), |tenant| Need::of(tenant, See, what, Thing::Tenant))
            }
            Self::Quarantine { tenant } => Need::of(tenant, See, "quarantine.list", Thing::Tenant),
            Self::Tenants => theirs("tenant.list"),
            Self::TenantAdd(_) => {
                Need { whose: Whose::Engine, action: Tenants, what: "tenant.add", thing: Thing::Tenant }
            }
            Self::TenantSet { id, .. } => Need::of(id, Set, "tenant.set", Thing::Tenant),
            Self::RotateKey { id, .. } => Need::of(id, Keys, "tenant.rotate_key", Thing::Tenant),
            Self::RotateSecret { id, .. } => Need::of(id, Keys, "tenant.rotate_secret", Thing::Tenant),
            Self::TenantRemove { id } => Need::of(id, Tenants, TENANT_REMOVED, Thing::Tenant),
            Self::Remote(remote) => remote.need(),
            Self::Session(talk) => talk.need(),
            Self::Sessions(listing) => Need::of(&listing.tenant, See, "session.list", Thing::Tenant),
            Self::Approve { execution, .. } => {
                Need::of(&execution.tenant, Approve, "execution.approve", Thing::Running)
            }
            Self::Reject { execution, .. } => Need::of(&execution.tenant, Approve, "execution.reject", Thing::Running),
            Self::Cancel { execution } => Need::of(&execution.tenant, Run, "execution.cancel", Thing::Running),
            Self::Execution { execution } => Need::of(&execution.tenant, See, "execution.show", Thing::Execution),
            Self::Executions { tenant, .. } => Need::of(tenant, See, "execution.list", Thing::Tenant),
            Self::Audit { tenant, .. } => Need::of(tenant, Audit, "audit.read", Thing::Tenant),
            Self::Look { incident } => {
                let whose = Whose::Of(incident.iter().map(|incident| &incident.tenant).collect());
                Need { whose, action: See, what: "incident.look", thing: Thing::Incident }
            }
            Self::Pulse => theirs("pulse"),
        }
    }
}

impl Remote {
    fn need(&self) -> Need<'_> {
        use Action::{Run, See, Set};
        match self {
            Self::Runbooks { incident } => Need::of(&incident.tenant, See, "runbook.list", Thing::OnBoard),
            Self::Locate { incidents } => {
                let whose = Whose::Of(incidents.iter().map(|incident| &incident.tenant).collect());
                Need { whose, action: See, what: "incident.locate", thing: Thing::OnBoard }
            }
            Self::Nodes { tenant, .. } => Need::of(tenant, See, "machine.list", Thing::Tenant),
            Self::Prepare(draft) => draft.need("execution.prepare"),
            Self::Run { draft, .. } => draft.need("execution.ask"),
            Self::Output { execution, .. } => Need::of(&execution.tenant, See, "execution.output", Thing::Execution),
            // It changes nothing, and those who are to run something there have to know why they can't.
            Self::Verify { tenant } => Need::of(tenant, Run, "tenant.verify", Thing::Tenant),
            Self::Activate { tenant, .. } => Need::of(tenant, Set, "tenant.activate", Thing::Tenant),
        }
    }
}

impl Draft {
    /// Where. What it repeats is looked for among that tenant's executions only, and an execution of another's is none.
    fn need(&self, what: &'static str) -> Need<'_> {
        let whose = Whose::Of(self.targets.iter().map(|(incident, _)| &incident.tenant).collect());
        Need { whose, action: Action::Run, what, thing: Thing::OnBoard }
    }
}

impl Talk {
    fn need<'a>(&'a self) -> Need<'a> {
        use Action::{Replay, Session, Watch};
        let of = |session: &'a SessionId, action, what| Need::of(&session.tenant, action, what, Thing::Session);
        match self {
            // Its incident is looked for among that tenant's only.
            Self::Open { tenant, .. } => Need::of(tenant, Session, "session.open", Thing::Tenant),
            Self::Read { session, .. } => of(session, Watch, "session.look"),
            Self::Type { session, .. } => of(session, Session, "session.type"),
            Self::Resize { session, .. } => of(session, Session, "session.resize"),
            Self::HandOver { session, .. } => of(session, Session, "session.hand_over"),
            Self::Drive { session } => of(session, Session, "session.drive"),
            Self::Watch { session } => of(session, Watch, "session.watch"),
            Self::Leave { session } => of(session, Watch, "session.leave"),
            Self::Detach { session } => of(session, Session, "session.detach"),
            Self::End { session } => of(session, Session, "session.end"),
            Self::Mark { session, .. } => of(session, Watch, "session.mark"),
            Self::Recording { session, .. } => {
                Need { thing: Thing::Recording, ..of(session, Replay, "session.recording") }
            }
        }
    }
}
