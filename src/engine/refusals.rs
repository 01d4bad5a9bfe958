//! What operators tried and were refused, put on record: as often as it says something, so that a key that is held down does not
//! fill the disk.

use std::collections::BTreeMap;

use super::task::Task;
use crate::core::audit::{Record, refused};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::id::{ExecutionId, IncidentId, SessionId, TenantId};
use crate::core::input::{Actor, WindowAct};
use crate::core::session::{self, step::OnSession};
use crate::core::time::{Moment, Span};
use crate::link::need::Need;
use crate::link::source::Ask;
use crate::link::{Refusal, Request};

/// The same refusal of the same person is on record once in this time.
const ONCE_IN: Span = Span::MINUTE;
/// Refusals of one person that are on record within that time, at most.
const AT_MOST: usize = 60;
/// Refusals that say something about the engine, and nothing about who asks or what for.
const PASSING: [&str; 5] = ["unavailable", "tenant_stopped", "behind", "store_error", "no_such_tenant"];

/// What somebody wants to do, in the words of the record that it will have if it is refused.
pub(super) struct Attempt {
    tenant: TenantId,
    what: &'static str,
    on: String,
}

/// A refusal: whose the thing is, if it has an owner, what was tried on what, and why it was refused.
type Refused = (Option<TenantId>, String, String);

/// What was refused within the last minute, by person.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    of: BTreeMap<String, BTreeMap<Refused, Moment>>,
}

impl Refusals {
    /// Whether it is worth another entry.
    fn is_new(&mut self, now: Moment, who: &str, what: Refused) -> bool {
        self.of.retain(|_, all| {
            all.retain(|_, at| *at + ONCE_IN > now);
            !all.is_empty()
        });
        let all = self.of.entry(who.to_owned()).or_default();
        if all.len() >= AT_MOST || all.contains_key(&what) {
            return false;
        }
        all.insert(what, now);
        true
    }
}

impl Attempt {
    /// What a request would do; nothing when it only asks. `last`: whose what they did last is.
    pub(super) fn of(request: &Request, last: Option<&TenantId>) -> Option<Self> {
        let of = |tenant: &TenantId, what, on: String| Some(Self { tenant: tenant.clone(), what, on });
        let incident = |id: &IncidentId, what| of(&id.tenant, what, id.to_string());
        let execution = |id: &ExecutionId, what| of(&id.tenant, what, id.to_string());
        let tenant = |id: &TenantId, what| of(id, what, id.to_string());
        match request {
            Request::Undo => tenant(last?, "undo"),
            Request::Act { incident: id, act } => incident(id, act.on_record()),
            Request::Window { tenant, act, .. } => {
                let number = match act {
                    WindowAct::Put { window } => window.number,
                    WindowAct::End { number } => *number,
                };
                let on = if number == 0 { tenant.to_string() } else { format!("{tenant}-w{number}") };
                of(tenant, act.on_record(), on)
            }
            Request::Gather { tenant, into, from, .. } => {
                let number = into.or(*from);
                let id = number.map(|number| IncidentId { tenant: tenant.clone(), number });
                of(tenant, "incident.gather", id.map_or_else(|| tenant.to_string(), |id| id.to_string()))
            }
            Request::TenantAdd(new) => tenant(&new.id, "tenant.add"),
            Request::TenantSet { id, .. } => tenant(id, "tenant.set"),
            Request::RotateKey { id, .. } => tenant(id, "tenant.rotate_key"),
            Request::RotateSecret { id, .. } => tenant(id, "tenant.rotate_secret"),
            Request::TenantRemove { id } => tenant(id, crate::core::audit::TENANT_REMOVED),
            Request::House { tenant: id, house } => tenant(id, house.on_record()?),
            Request::Source { about: Ask::List | Ask::Read { .. }, .. } => None,
            Request::Source { tenant: id, .. } => tenant(id, request.need().what),
            Request::Approve { execution: id, .. } => execution(id, "execution.approve"),
            Request::Reject { execution: id, .. } => execution(id, "execution.reject"),
            Request::Cancel { execution: id } => execution(id, "execution.cancel"),
            _ => None,
        }
    }

    /// What a step would do, if it is an operator's.
    pub(super) fn of_step(tenant: &TenantId, on: &OnExecution) -> Option<Self> {
        let what = match &on.step {
            Step::Ask { .. } => "execution.ask",
            Step::Approve { .. } => "execution.approve",
            Step::Reject { .. } => "execution.reject",
            Step::Cancel => "execution.cancel",
            _ => return None,
        };
        let on = match &on.step {
            Step::Ask { order, .. } => order.targets.first().map(|target| target.incident.to_string()),
            _ => Some(ExecutionId { tenant: tenant.clone(), number: on.execution }.to_string()),
        };
        Some(Self { tenant: tenant.clone(), what, on: on.unwrap_or_else(|| tenant.to_string()) })
    }
}

impl Attempt {
    /// What a step of a session's life would do, if it is an operator's.
    pub(super) fn of_session(tenant: &TenantId, on: &OnSession) -> Option<Self> {
        let what = match &on.step {
            session::step::Step::Ask { .. } => "session.open",
            session::step::Step::Drive => "session.drive",
            session::step::Step::Watch => "session.watch",
            _ => return None,
        };
        let on = match &on.step {
            session::step::Step::Ask { wish } => format!("{} {}", wish.instance, wish.words()),
            _ => SessionId { tenant: tenant.clone(), number: on.session }.to_string(),
        };
        Some(Self { tenant: tenant.clone(), what, on })
    }
}

impl Task {
    /// Puts it on record that somebody may not: on the tenant's where it is theirs and there is one, else on the engine's own. It is
    /// one and the same path for what is another tenant's and for what there is not.
    pub(super) fn deny(&mut self, by: &Actor, need: &Need<'_>, theirs: Option<TenantId>, refusal: &Refusal) {
        let at = self.now();
        let record = Record::of(by, at, need.what, need.on.map(ToString::to_string).unwrap_or_default());
        let record = Record { outcome: refused(refusal), ..record };
        let what = (theirs.clone(), format!("{} {}", record.what, record.on), record.outcome.clone());
        if !self.refusals.is_new(at, &by.who, what) {
            return;
        }
        match theirs.filter(|id| self.core.tenant(id).is_some() && !self.is_stopped(id)) {
            // That it is not on record is logged; the answer is the refusal.
            Some(tenant) => drop(self.note(&tenant, record)),
            None => self.note_own(record),
        }
    }

    /// Puts a refusal on the tenant's record. What is on another tenant's, or on nobody's, can't be.
    pub(super) fn note_refusal<T>(&mut self, by: &Actor, attempt: Option<Attempt>, reply: &Result<T, Refusal>) {
        let (Some(Attempt { tenant, what, on }), Err(refusal)) = (attempt, reply) else { return };
        if PASSING.contains(&refusal.code.as_str()) || self.core.tenant(&tenant).is_none() || self.is_stopped(&tenant) {
            return;
        }
        let at = self.now();
        let outcome = refused(refusal);
        if !self.refusals.is_new(at, &by.who, (Some(tenant.clone()), format!("{what} {on}"), outcome.clone())) {
            return;
        }
        let record = Record { outcome, ..Record::of(by, at, what, on) };
        // That it is not on record is logged; the answer is the refusal.
        let _ = self.note(&tenant, record);
    }
}
