//! What each request needs: which tenants it is about, what kind of thing is done, what it is called on record, and what is said
//! where there is no such thing. Whether somebody has it is `core::rights`' to say; the engine asks, in one place.

use std::fmt;

use super::people::Ask;
use super::remote::{Draft, Remote};
use super::session::Talk;
use super::{Refusal, Request, source};
use crate::core::audit::TENANT_REMOVED;
use crate::core::engine::Senseless;
use crate::core::execution::step::Barred as BarredExecution;
use crate::core::id::{SessionId, TenantId};
use crate::core::rights::{Action, Denied, Rights, may};
use crate::core::session::step::Barred as BarredSession;

/// What a request needs.
#[derive(Clone)]
pub struct Need<'a> {
    /// Whose things it is about.
    pub whose: Whose<'a>,
    /// The kind of thing that is done.
    pub action: Action,
    /// What it is called on record.
    pub what: &'static str,
    /// What it names first, on record; absent: nothing.
    pub on: Option<&'a dyn fmt::Display>,
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
    /// Nobody's but the asker's own, where the question is about them; else the engine's.
    Person(&'a Ask),
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
            Self::Recording => {
                let gone = "there is no recording of this session: nothing was recorded, or it was too old and is gone";
                Refusal::new("no_recording", gone)
            }
            Self::Change => Refusal::new("refused", Senseless::NothingToUndo.to_string()),
        }
    }
}

impl<'a> Need<'a> {
    fn of(tenant: &'a TenantId, on: &'a dyn fmt::Display, action: Action, what: &'static str, thing: Thing) -> Self {
        Self { whose: Whose::Of(vec![tenant]), action, what, on: Some(on), thing }
    }

    /// About nothing that has an id.
    fn about(whose: Whose<'a>, action: Action, what: &'static str) -> Self {
        Self { whose, action, what, on: None, thing: Thing::Tenant }
    }

    /// A list: of one tenant, or of whatever is theirs.
    fn list(tenant: Option<&'a TenantId>, what: &'static str) -> Self {
        match tenant {
            Some(tenant) => Self::of(tenant, tenant, Action::See, what, Thing::Tenant),
            None => Self::about(Whose::Theirs, Action::See, what),
        }
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
            Whose::Person(ask) if ask.is_own(&rights.who) => Ok(()),
            Whose::Person(_) => may(rights, None, self.action),
            Whose::LastChanged => last.map_or(Ok(()), |tenant| may(rights, Some(tenant), self.action)),
        }
    }

    /// What somebody is told who may not.
    pub fn refusal(&self, denied: Denied) -> Refusal {
        match denied {
            Denied::NotTheirs if matches!(self.whose, Whose::Engine | Whose::Person(_)) => {
                Refusal::new("forbidden", "this is about all tenants; yours are some of them")
            }
            Denied::NotTheirs => self.thing.missing(),
            Denied::Role { .. } => Refusal::new("forbidden", denied.to_string()),
        }
    }
}

impl Request {
    /// What it needs.
    pub fn need(&self) -> Need<'_> {
        use Action::{Approve, Audit, Keys, Run, See, Set, Silence, Tenants, Work};
        match self {
            Self::IfStill { request, .. } => request.need(),
            Self::Act { incident, act } => Need::of(&incident.tenant, incident, Work, act.on_record(), Thing::OnBoard),
            Self::Undo => Need { thing: Thing::Change, ..Need::about(Whose::LastChanged, Work, "undo") },
            Self::Window { tenant, act, .. } => Need::of(tenant, tenant, Silence, act.on_record(), Thing::Tenant),
            Self::Gather { tenant, .. } => Need::of(tenant, tenant, Work, "incident.gather", Thing::Tenant),
            Self::Similar { incident } => {
                Need::of(&incident.tenant, incident, See, "incident.similar", Thing::Incident)
            }
            Self::Detail { incident } => Need::of(&incident.tenant, incident, See, "incident.show", Thing::Incident),
            Self::Raw { alert } => Need::of(&alert.tenant, alert, See, "alert.raw", Thing::Alert),
            Self::Incidents(listing) => Need::list(listing.tenant.as_ref(), "incident.list"),
            Self::Alerts(listing) => Need::list(listing.tenant.as_ref(), "alert.list"),
            Self::Quarantine { tenant } => Need::of(tenant, tenant, See, "quarantine.list", Thing::Tenant),
            Self::Tenants => Need::list(None, "tenant.list"),
            Self::Tenant { id } => Need::of(id, id, See, "tenant.show", Thing::Tenant),
            Self::TenantAdd(new) => Need { on: Some(&new.id), ..Need::about(Whose::Engine, Tenants, "tenant.add") },
            Self::Source { tenant, about } => about.need(tenant),
            Self::People(ask) => ask.need(),
            Self::TenantSet { id, .. } => Need::of(id, id, Set, "tenant.set", Thing::Tenant),
            Self::RotateKey { id, .. } => Need::of(id, id, Keys, "tenant.rotate_key", Thing::Tenant),
            Self::RotateSecret { id, .. } => Need::of(id, id, Keys, "tenant.rotate_secret", Thing::Tenant),
            Self::TenantRemove { id } => Need::of(id, id, Tenants, TENANT_REMOVED, Thing::Tenant),
            Self::Remote(remote) => remote.need(),
            Self::Session(talk) => talk.need(),
            Self::Sessions(listing) => Need::of(&listing.tenant, &listing.tenant, See, "session.list", Thing::Tenant),
            Self::Approve { execution, .. } => {
                Need::of(&execution.tenant, execution, Approve, "execution.approve", Thing::Running)
            }
            Self::Reject { execution, .. } => {
                Need::of(&execution.tenant, execution, Approve, "execution.reject", Thing::Running)
            }
            Self::Cancel { execution } => {
                Need::of(&execution.tenant, execution, Run, "execution.cancel", Thing::Running)
            }
            Self::Execution { execution } => {
                Need::of(&execution.tenant, execution, See, "execution.show", Thing::Execution)
            }
            Self::Executions { tenant, .. } => Need::of(tenant, tenant, See, "execution.list", Thing::Tenant),
            Self::House { tenant, house } => {
                Need::of(tenant, tenant, Tenants, house.on_record().unwrap_or("tenant.copy"), Thing::Tenant)
            }
            Self::Audit { tenant, .. } => Need::of(tenant, tenant, Audit, "audit.read", Thing::Tenant),
            Self::Look { incident } => {
                let whose = Whose::Of(incident.iter().map(|incident| &incident.tenant).collect());
                let on = incident.as_ref().map(|incident| incident as &dyn fmt::Display);
                Need { whose, action: See, what: "incident.look", on, thing: Thing::Incident }
            }
            Self::Pulse => Need::list(None, "pulse"),
        }
    }
}

impl Remote {
    fn need(&self) -> Need<'_> {
        use Action::{Run, See, Set};
        match self {
            Self::Runbooks { incident } => Need::of(&incident.tenant, incident, See, "runbook.list", Thing::OnBoard),
            Self::Locate { incidents } => {
                let whose = Whose::Of(incidents.iter().map(|incident| &incident.tenant).collect());
                let on = incidents.first().map(|incident| incident as &dyn fmt::Display);
                Need { whose, action: See, what: "incident.locate", on, thing: Thing::OnBoard }
            }
            Self::Nodes { tenant, .. } => Need::of(tenant, tenant, See, "machine.list", Thing::Tenant),
            Self::Patches { tenant } => Need::of(tenant, tenant, See, "machine.patches", Thing::Tenant),
            Self::Prepare(draft) => draft.need("execution.prepare"),
            Self::Run { draft, .. } => draft.need("execution.ask"),
            Self::Output { execution, .. } => {
                Need::of(&execution.tenant, execution, See, "execution.output", Thing::Execution)
            }
            // It changes nothing, and those who are to run something there have to know why they can't.
            Self::Verify { tenant } => Need::of(tenant, tenant, Run, "tenant.verify", Thing::Tenant),
            Self::Activate { tenant, .. } => Need::of(tenant, tenant, Set, "tenant.activate", Thing::Tenant),
        }
    }
}

impl Draft {
    /// Where. What it repeats is looked for among that tenant's executions only, and an execution of another's is none.
    fn need(&self, what: &'static str) -> Need<'_> {
        let whose = Whose::Of(self.targets.iter().map(|(incident, _)| &incident.tenant).collect());
        let on = self.targets.first().map(|(incident, _)| incident as &dyn fmt::Display);
        Need { whose, action: Action::Run, what, on, thing: Thing::OnBoard }
    }
}

impl Talk {
    fn need<'a>(&'a self) -> Need<'a> {
        use Action::{Replay, Session, Watch};
        let of =
            |session: &'a SessionId, action, what| Need::of(&session.tenant, session, action, what, Thing::Session);
        match self {
            // Its incident is looked for among that tenant's only.
            Self::Open { tenant, .. } => Need::of(tenant, tenant, Session, "session.open", Thing::Tenant),
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

impl source::Ask {
    fn need<'a>(&'a self, tenant: &'a TenantId) -> Need<'a> {
        use Action::{Keys, See, Set, Work};
        let (action, what) = match self {
            Self::List => (See, "source.list"),
            Self::Read { .. } => (See, "source.read"),
            Self::Replay { .. } => (Work, "source.replay"),
            Self::Discard { .. } => (Set, "source.discard"),
            Self::Set { auth: Some(_), .. } => (Keys, "source.set"),
            Self::Set { .. } => (Set, "source.set"),
            Self::Topic { .. } => (Set, "source.topic"),
            Self::Add { .. } => (Keys, "source.add"),
            Self::RotateKey { .. } => (Keys, "source.rotate_key"),
            Self::RotateSecret { .. } => (Keys, "source.rotate_secret"),
            Self::Remove { .. } => (Keys, "source.remove"),
        };
        Need::of(tenant, tenant, action, what, Thing::Tenant)
    }
}

impl Ask {
    fn need(&self) -> Need<'_> {
        let what = self.on_record().unwrap_or(match self {
            Self::Log { .. } => "engine.audit",
            Self::Show { .. } => "person.show",
            _ => "person.list",
        });
        let on: Option<&dyn fmt::Display> = match self {
            Self::Show { name } => name.as_ref().map(|name| name as &dyn fmt::Display),
            Self::Add { name, .. }
            | Self::Set { name, .. }
            | Self::Remove { name }
            | Self::Token { name, .. }
            | Self::Revoke { name, .. } => Some(name),
            Self::List | Self::Rotate { .. } | Self::Log { .. } => None,
        };
        Need { on, ..Need::about(Whose::Person(self), Action::People, what) }
    }
}
