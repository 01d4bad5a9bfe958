//! The pure core: inputs and time go in, changes come out. No lock, clock, IO or randomness, so it cannot fail and can be
//! replayed.
//!
//! What time alone changes is announced as a deadline. Before an input is applied, every deadline up to its time is carried
//! out at the deadline's own time, so it makes no difference when, or how often, [`Engine::advance`] is called in between.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::caseload::{Caseload, Due, Loaded};
use super::change::Change;
use super::correlate::KeyState;
use super::id::{IncidentId, TenantId};
use super::incident::Incident;
use super::input::{Act, Input, WindowAct};
use super::silence::BadWindow;
use super::standing::Standing;
use super::tenant::Tenant;
use super::time::Moment;

/// Every tenant's open trouble.
#[derive(Debug, Default)]
pub struct Engine {
    tenants: BTreeMap<TenantId, Caseload>,
    deadlines: BTreeSet<(Moment, TenantId, Due)>,
    now: Moment,
}

/// Why an operator's command makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Senseless {
    /// There is no such incident on the board.
    #[error("no such incident on the board; resolved ones leave it after a day")]
    NoIncident,
    /// It is resolved.
    #[error("the incident is resolved; reopen it first")]
    Resolved,
    /// Empty text.
    #[error("a note needs some text")]
    EmptyNote,
    /// Too long.
    #[error("that is too long: a note may have 8192 bytes, a name 128")]
    TooLong,
}

impl Engine {
    /// Takes in what the store kept of a tenant.
    pub fn load(&mut self, loaded: Loaded) {
        let id = loaded.tenant.id.clone();
        let mut caseload = Caseload::load(loaded);
        self.note_deadlines(&id, caseload.take_dues());
        self.tenants.insert(id, caseload);
    }

    /// Applies an input. `at` is never earlier than that of the one before; an earlier one counts as the same moment.
    pub fn apply(&mut self, at: Moment, tenant: &TenantId, input: &Input) -> Vec<Change> {
        if let Input::Resumed = input {
            // No time passes before all tenants know: it would bring that all who could not be heard are missing.
            self.resumed(at, tenant);
            return Vec::new();
        }
        let mut changes = self.advance(at);
        let at = self.now;
        match input {
            Input::Tenant { tenant: new, credentials } => {
                let mut new = (**new).clone();
                new.credentials = Arc::new(credentials.clone().into());
                let caseload = self.tenants.entry(tenant.clone()).or_insert_with(|| Caseload::new(new.clone()));
                caseload.set_tenant(at, new, &mut changes);
            }
            Input::TenantRemoved => {
                if self.tenants.remove(tenant).is_some() {
                    self.deadlines.retain(|(_, id, _)| id != tenant);
                    changes.push(Change::TenantRemoved { id: tenant.clone() });
                }
                return changes;
            }
            Input::Unreadable(unreadable) => {
                if self.tenants.contains_key(tenant) {
                    changes.push(Change::Quarantined {
                        id: tenant.clone(),
                        source: unreadable.source.clone(),
                        at,
                        reason: unreadable.reason.clone(),
                    });
                }
            }
            Input::Delivery(delivery) => {
                if let Some(caseload) = self.tenants.get_mut(tenant) {
                    for report in &delivery.reports {
                        caseload.receive(at, report, delivery.delivery_id.as_deref(), &mut changes);
                    }
                }
            }
            Input::Window(on) => {
                if let Some(caseload) = self.tenants.get_mut(tenant) {
                    caseload.window(at, on, &mut changes);
                }
            }
            Input::Resumed | Input::Gather(_) | Input::Roster { .. } => {}
            Input::Act(act) => {
                if let Some(caseload) = self.tenants.get_mut(tenant) {
                    caseload.act(at, act, &mut changes);
                }
            }
        }
        if let Some(dues) = self.tenants.get_mut(tenant).map(Caseload::take_dues) {
            self.note_deadlines(tenant, dues);
        }
        changes
    }

    /// Carries out every deadline up to `now`, each at its own time.
    pub fn advance(&mut self, now: Moment) -> Vec<Change> {
        let mut changes = Vec::new();
        while let Some((at, ..)) = self.deadlines.first()
            && *at <= now
            && let Some((at, tenant, due)) = self.deadlines.pop_first()
        {
            if let Some(caseload) = self.tenants.get_mut(&tenant) {
                caseload.due(at, due, &mut changes);
                let dues = caseload.take_dues();
                self.note_deadlines(&tenant, dues);
            }
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

    /// What stands over a tenant's incidents.
    pub fn standing(&self, id: &TenantId) -> Option<&Standing> {
        self.tenants.get(id).map(Caseload::standing)
    }

    /// Whether an operator's command makes sense now.
    ///
    /// # Errors
    /// Why it doesn't.
    pub fn check(&self, id: &IncidentId, act: &Act) -> Result<(), Senseless> {
        let caseload = self.tenants.get(&id.tenant).ok_or(Senseless::NoIncident)?;
        caseload.check(id.number, act)
    }

    /// Whether an operator may do that to a tenant's windows. `sure`: that it matches much is meant.
    ///
    /// # Errors
    /// Why not.
    pub fn check_window(&self, now: Moment, id: &TenantId, act: &WindowAct, sure: bool) -> Result<(), BadWindow> {
        self.tenants.get(id).ok_or(BadWindow::None)?.check_window(now, act, sure)
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

    fn resumed(&mut self, at: Moment, tenant: &TenantId) {
        let Some(caseload) = self.tenants.get_mut(tenant) else { return };
        caseload.resumed(at.max(self.now));
        let dues = caseload.take_dues();
        self.note_deadlines(tenant, dues);
    }

    fn note_deadlines(&mut self, tenant: &TenantId, dues: Vec<(Moment, Due)>) {
        self.deadlines.extend(dues.into_iter().map(|(at, due)| (at, tenant.clone(), due)));
    }
}
