//! The pure core: inputs and time go in, changes come out. No lock, clock, IO or randomness, so it cannot fail and can be
//! replayed.
//!
//! What time alone changes is announced as a deadline. Before an input is applied, every deadline up to its time is carried
//! out at the deadline's own time, so it makes no difference when, or how often, [`Engine::advance`] is called in between.

mod taking;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::assign::Loads;
use super::audit::{Record, inputs};
use super::caseload::{Caseload, Due, Loaded};
use super::change::Change;
use super::correlate::KeyState;
use super::execution::Execution;
use super::execution::step::{Barred, OnExecution};
use super::first::{Firsts, since};
use super::id::{ExecutionId, IncidentId, SessionId, TenantId};
use super::incident::Incident;
use super::input::{Act, Actor, Gather, Input, OnIncident, OnWindow, WindowAct};
use super::session::Session;
use super::session::step::{Barred as BarredSession, OnSession};
use super::silence::BadWindow;
use super::standing::Standing;
use super::tenant::Tenant;
use super::time::{Moment, Span};
use super::undo::{Undo, Undos};

/// Every tenant's open trouble.
#[derive(Debug, Default)]
pub struct Engine {
    tenants: BTreeMap<TenantId, Caseload>,
    deadlines: BTreeSet<(Moment, TenantId, Due)>,
    loads: Loads,
    undos: Undos,
    firsts: Firsts,
    audited: Vec<(TenantId, Record)>,
    now: Moment,
}

/// Why an operator's command makes no sense, and what would.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Senseless {
    /// There is no such incident.
    #[error("no such incident on the board; resolved ones leave it after a day")]
    NoIncident,
    /// It is resolved.
    #[error("the incident is resolved; reopen it first")]
    Resolved,
    /// It is part of another one.
    #[error("it was merged into {0}; work there, or take it out of that one first")]
    MergedInto(IncidentId),
    /// Empty text.
    #[error("a note needs some text")]
    EmptyNote,
    /// Empty name.
    #[error("say to whom")]
    NoName,
    /// Too long.
    #[error("that is too long: a note may have 8192 bytes, a reason 1024, a name 128")]
    TooLong,
    /// It should be ahead.
    #[error("that time has passed; give one that is ahead")]
    Past,
    /// It is too far ahead.
    #[error("that is too far ahead; give at most 30 days")]
    TooFar,
    /// One incident twice.
    #[error("that is the same incident; choose another one")]
    Itself,
    /// There is no such incident to go to.
    #[error("there is no {0} on the board; only an open incident of the same tenant will do")]
    NoTarget(IncidentId),
    /// The one to go to is resolved.
    #[error("{0} is resolved; reopen it first, or merge the other way round")]
    TargetResolved(IncidentId),
    /// Never merged.
    #[error("that one was not merged into it")]
    NotItsPart,
    /// There is nothing to gather.
    #[error("choose at least one alert that fires")]
    NoAlerts,
    /// There is too much.
    #[error("that is too much at a time; choose at most 1000 alerts")]
    TooMany,
    /// It has no other alerts.
    #[error("that would leave nothing; leave at least one alert, or merge the incidents")]
    NothingLeft,
    /// There is nothing to take back.
    #[error("there is nothing of yours to take back")]
    NothingToUndo,
    /// Somebody was faster.
    #[error("the {0} cannot be taken back: there were changes after it; undo again for the one before")]
    ChangedSince(String),
    /// Somebody did the same a moment before.
    #[error("{who} {did} {}, before you", since(*ago))]
    Late {
        /// Who.
        who: String,
        /// `acknowledged it`.
        did: String,
        /// How long before.
        ago: Span,
    },
}

impl Engine {
    /// Takes in what the store kept of a tenant.
    pub fn load(&mut self, loaded: Loaded) {
        let id = loaded.tenant.id.clone();
        let mut caseload = Caseload::load(loaded);
        // Nothing is left to be done, but for the loads: the store keeps a tenant as it is between inputs.
        caseload.settle(self.now, &mut self.loads, &mut Vec::new());
        self.note_deadlines(&id, caseload.take_dues());
        self.tenants.insert(id, caseload);
    }

    /// Knows nothing of a tenant any more; whether it did.
    pub fn unload(&mut self, tenant: &TenantId) -> bool {
        let Some(caseload) = self.tenants.remove(tenant) else { return false };
        caseload.holders().for_each(|name| self.loads.take(name));
        self.deadlines.retain(|(_, id, _)| id != tenant);
        self.undos.forget(tenant);
        true
    }

    /// Applies an input. `at` is never earlier than that of the one before; an earlier one counts as the same moment.
    pub fn apply(&mut self, at: Moment, tenant: &TenantId, input: &Input) -> Vec<Change> {
        if let Input::Resumed = input {
            // No time passes before all tenants know: it would bring that all who could not be heard are missing.
            let at = at.max(self.now);
            self.with(at, tenant, &mut Vec::new(), |caseload, _| caseload.resumed(at));
            return Vec::new();
        }
        let mut changes = self.advance(at);
        let at = self.now;
        self.audited.extend(
            inputs::of_input(at, tenant, self.tenants.get(tenant), input).map(|record| (tenant.clone(), record)),
        );
        let from = changes.len();
        match input {
            Input::Tenant { tenant: new, credentials, .. } => {
                let mut new = (**new).clone();
                new.credentials = Arc::new(credentials.clone().into());
                self.tenants.entry(tenant.clone()).or_insert_with(|| Caseload::new(new.clone()));
                self.with(at, tenant, &mut changes, |caseload, changes| caseload.set_tenant(at, new, changes));
            }
            Input::TenantRemoved { .. } => {
                changes.extend(self.unload(tenant).then(|| Change::TenantRemoved { id: tenant.clone() }));
            }
            Input::Unreadable(unreadable) => self.put_aside(at, tenant, unreadable, &mut changes),
            Input::Discard(discard) => self.with(at, tenant, &mut changes, |caseload, changes| {
                caseload.clear_aside(at, &discard.numbers, changes);
            }),
            Input::Delivery(delivery) => self.deliver(at, tenant, delivery, &mut changes),
            Input::Resumed => {}
            Input::Roster { technicians, staffed, people } => {
                self.with(at, tenant, &mut changes, |caseload, changes| {
                    caseload.set_roster(at, technicians, *staffed, people, changes);
                })
            }
            Input::Execution(on) => {
                self.with(at, tenant, &mut changes, |caseload, changes| caseload.step(at, on, changes));
            }
            Input::Session(on) => {
                self.with(at, tenant, &mut changes, |caseload, changes| caseload.step_session(at, on, changes));
            }
            Input::Noted(_) => {}
            Input::Act(OnIncident { by, .. })
            | Input::Gather(Gather { by, .. })
            | Input::Window(OnWindow { by, .. }) => {
                let before = self.tenants.get(tenant).map(|caseload| caseload.capture(input));
                self.with(at, tenant, &mut changes, |caseload, changes| match input {
                    Input::Act(act) => caseload.act(at, act, changes),
                    Input::Gather(gather) => caseload.gather(at, gather, changes),
                    Input::Window(on) => caseload.window(at, on, changes),
                    _ => {}
                });
                if let Some((caseload, before)) = self.tenants.get(tenant).zip(before) {
                    self.undos.remember(by, input, caseload, before);
                    if let Input::Act(OnIncident { incident, by, act }) = input
                        && let Some(incident) = caseload.incident(*incident)
                    {
                        self.firsts.remember(at, by, act, incident);
                    }
                }
            }
        }
        self.audited.extend(inputs::of_changes(at, &changes[from..]));
        changes
    }

    /// Does something to a tenant's incidents, and what follows from it.
    fn with(
        &mut self,
        at: Moment,
        tenant: &TenantId,
        changes: &mut Vec<Change>,
        what: impl FnOnce(&mut Caseload, &mut Vec<Change>),
    ) {
        let Some(caseload) = self.tenants.get_mut(tenant) else { return };
        what(caseload, changes);
        caseload.settle(at, &mut self.loads, changes);
        let dues = caseload.take_dues();
        self.note_deadlines(tenant, dues);
    }

    /// Carries out every deadline up to `now`, each at its own time.
    pub fn advance(&mut self, now: Moment) -> Vec<Change> {
        let mut changes = Vec::new();
        while let Some((at, ..)) = self.deadlines.first()
            && *at <= now
            && let Some((at, tenant, due)) = self.deadlines.pop_first()
        {
            let from = changes.len();
            self.with(at, &tenant, &mut changes, |caseload, changes| caseload.due(at, due, changes));
            self.audited.extend(inputs::of_changes(at, &changes[from..]));
        }
        self.now = self.now.max(now);
        changes
    }

    /// When time alone will next change something.
    pub fn next_deadline(&self) -> Option<Moment> {
        self.deadlines.first().map(|(at, ..)| *at)
    }

    /// The states of all keys that changed since this was last asked: what the store must keep besides the changes.
    /// Absent states are forgotten ones.
    pub fn take_touched(&mut self) -> Vec<(TenantId, String, Option<KeyState>)> {
        let each = |(id, caseload): (&TenantId, &mut Caseload)| {
            caseload.take_touched().into_iter().map(|(key, state)| (id.clone(), key, state)).collect::<Vec<_>>()
        };
        self.tenants.iter_mut().flat_map(each).collect()
    }

    /// What stands over tenants' incidents, of those where it has changed since this was last asked: kept by the store too.
    pub fn take_standing(&mut self) -> Vec<(TenantId, Standing)> {
        let each = |(id, caseload): (&TenantId, &mut Caseload)| Some((id.clone(), caseload.take_standing()?));
        self.tenants.iter_mut().filter_map(each).collect()
    }

    /// What is to be on record since this was last asked, in the order in which it happened.
    pub fn take_audited(&mut self) -> Vec<(TenantId, Record)> {
        std::mem::take(&mut self.audited)
    }

    /// What stands over a tenant's incidents.
    pub fn standing(&self, id: &TenantId) -> Option<&Standing> {
        self.tenants.get(id).map(Caseload::standing)
    }

    /// Whether an operator's command makes sense now, and nobody was just faster.
    ///
    /// # Errors
    /// Why it doesn't.
    pub fn check(&self, now: Moment, by: &Actor, id: &IncidentId, act: &Act) -> Result<(), Senseless> {
        let (now, caseload) = (now.max(self.now), self.tenants.get(&id.tenant).ok_or(Senseless::NoIncident)?);
        let first = |incident: &Arc<Incident>| self.firsts.check(now, by, act, incident);
        caseload.incident(id.number).map_or(Ok(()), first)?;
        caseload.check(now, id.number, act)
    }

    /// Whether alerts can be gathered.
    ///
    /// # Errors
    /// Why they can't.
    pub fn check_gather(&self, tenant: &TenantId, gather: &Gather) -> Result<(), Senseless> {
        self.tenants.get(tenant).ok_or(Senseless::NoIncident)?.check_gather(gather)
    }

    /// Everything merged into an incident.
    pub fn parts_of(&self, id: &IncidentId) -> BTreeSet<u64> {
        self.tenants.get(&id.tenant).map(|caseload| caseload.parts_of(id.number)).unwrap_or_default()
    }

    /// How many open incidents everybody has.
    pub fn loads(&self) -> &Loads {
        &self.loads
    }

    /// How to take back the last change of somebody's that can be taken back. It is taken back when the input is applied; if
    /// that never comes to be, [`Engine::keep_undo`] is told.
    ///
    /// # Errors
    /// Why it can't be; the next time, it is the one before.
    pub fn undo(&mut self, by: &Actor) -> Result<Undo, Senseless> {
        self.undos.take(by, &self.tenants)
    }

    /// The tenant whose something [`Engine::undo`] would take back.
    pub fn undo_of(&self, by: &Actor) -> Option<&TenantId> {
        self.undos.next(by)
    }

    /// The change was not taken back after all.
    pub fn keep_undo(&mut self, undo: Undo) {
        self.undos.keep(undo);
    }

    /// Whether an operator may do that to a tenant's windows. `sure`: that it matches much is meant.
    ///
    /// # Errors
    /// Why not.
    pub fn check_window(&self, now: Moment, id: &TenantId, act: &WindowAct, sure: bool) -> Result<(), BadWindow> {
        self.tenants.get(id).ok_or(BadWindow::None)?.check_window(now, act, sure)
    }

    /// Whether a step of an execution's life may be taken.
    ///
    /// # Errors
    /// Why not.
    pub fn check_execution(&self, now: Moment, id: &TenantId, on: &OnExecution) -> Result<(), Barred> {
        self.tenants.get(id).ok_or(Barred::NoExecution)?.check_execution(now.max(self.now), on)
    }

    /// Whether a runbook of low risk may run by itself for an incident now. An order for it is still checked as any other is.
    ///
    /// # Errors
    /// Why not.
    pub fn check_by_itself(&self, now: Moment, id: &IncidentId, runbook: &str) -> Result<(), Barred> {
        self.tenants.get(&id.tenant).ok_or(Barred::NoIncident)?.check_by_itself(now.max(self.now), id.number, runbook)
    }

    /// The number that a tenant's next execution gets.
    pub fn next_execution(&self, id: &TenantId) -> u64 {
        self.tenants.get(id).map_or(1, Caseload::next_execution)
    }

    /// An execution that is not over, or ended within a day.
    pub fn execution(&self, id: &ExecutionId) -> Option<&Arc<Execution>> {
        self.tenants.get(&id.tenant)?.execution(id.number)
    }

    /// A tenant's executions: all that are not over, and those that ended within a day.
    pub fn executions(&self, id: &TenantId) -> impl Iterator<Item = &Arc<Execution>> {
        self.tenants.get(id).into_iter().flat_map(Caseload::executions)
    }

    /// Whether a step of a session's life may be taken.
    ///
    /// # Errors
    /// Why not.
    pub fn check_session(&self, id: &TenantId, on: &OnSession) -> Result<(), BarredSession> {
        self.tenants.get(id).ok_or(BarredSession::NoSession)?.check_session(on)
    }

    /// The number that a tenant's next session gets.
    pub fn next_session(&self, id: &TenantId) -> u64 {
        self.tenants.get(id).map_or(1, Caseload::next_session)
    }

    /// A session that is not over, or ended within a day.
    pub fn session(&self, id: &SessionId) -> Option<&Arc<Session>> {
        self.tenants.get(&id.tenant)?.session(id.number)
    }

    /// A tenant's sessions: all that are not over, and those that ended within a day.
    pub fn sessions(&self, id: &TenantId) -> impl Iterator<Item = &Arc<Session>> {
        self.tenants.get(id).into_iter().flat_map(Caseload::sessions)
    }

    /// A tenant.
    pub fn tenant(&self, id: &TenantId) -> Option<&Arc<Tenant>> {
        self.tenants.get(id).map(Caseload::tenant)
    }

    /// All tenants, by id.
    pub fn tenants(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.tenants.values().map(Caseload::tenant)
    }

    /// A tenant's incidents, open or resolved within a day.
    pub fn incidents(&self, id: &TenantId) -> impl Iterator<Item = &Arc<Incident>> {
        self.tenants.get(id).into_iter().flat_map(Caseload::incidents)
    }

    /// An incident, open or resolved within a day.
    pub fn incident(&self, id: &IncidentId) -> Option<&Arc<Incident>> {
        self.tenants.get(&id.tenant)?.incident(id.number)
    }

    fn note_deadlines(&mut self, tenant: &TenantId, dues: Vec<(Moment, Due)>) {
        self.deadlines.extend(dues.into_iter().map(|(at, due)| (at, tenant.clone(), due)));
    }
}
