//! What operators do to incidents, as calls: acts, gathering, taking back. And who is there to be given incidents.

use std::collections::BTreeSet;
use std::time::Duration;

use super::task::Task;
use crate::core::alert::Alert;
use crate::core::correlate::Waiting;
use crate::core::engine::Senseless;
use crate::core::id::{IncidentId, TenantId};
use crate::core::input::{Act, Actor, Gather, Input, OnIncident};
use crate::link::{Refusal, Reply};

/// Alerts gathered in one call, at most.
const GATHERED: usize = 1_000;
/// How long a call waits for the archive to know what was just applied: everything else waits with it.
const PATIENCE: Duration = Duration::from_secs(1);

impl Task {
    /// Something is done to an incident.
    pub(super) fn act(&mut self, by: Actor, incident: &IncidentId, act: Act) -> Result<Reply, Refusal> {
        if matches!(act, Act::Restore(_)) {
            // Its values are the core's own; from anywhere else they could be anything.
            return Err(Refusal::new("refused", "a change is taken back with undo"));
        }
        let now = self.now();
        self.core.check(now, &by, incident, &act).map_err(senseless)?;
        self.write(&incident.tenant, Input::Act(OnIncident { incident: incident.number, by, act }))?;
        Ok(Reply::Done)
    }

    /// Somebody's last change is taken back.
    pub(super) fn undo(&mut self, by: &Actor) -> Result<Reply, Refusal> {
        let undo = self.core.undo(by).map_err(senseless)?;
        if let Err(refusal) = self.write(&undo.tenant, undo.input.clone()) {
            self.core.keep_undo(undo);
            return Err(refusal);
        }
        Ok(Reply::Undone { what: undo.what })
    }

    /// Alerts get an incident by hand, if they are where the call says.
    pub(super) fn gather(
        &mut self,
        by: Actor,
        tenant: &TenantId,
        from: Option<u64>,
        into: Option<u64>,
        alerts: &[u64],
    ) -> Result<Reply, Refusal> {
        self.known(tenant)?;
        let alerts: BTreeSet<u64> = alerts.iter().copied().collect();
        if alerts.len() > GATHERED {
            return Err(senseless(Senseless::TooMany));
        }
        // Where an alert was a moment ago is not where it is.
        if !self.follower.progress().reach(self.follower.given(), PATIENCE) {
            let say = "the latest alerts are not written yet; try again in a second";
            return Err(Refusal::new("behind", say));
        }
        let kept = self.history.alerts_numbered(tenant, &alerts);
        let kept = kept.map_err(|error| Refusal::new("store_error", error.to_string()))?;
        let places = self.places(tenant, from);
        if kept.len() < alerts.len() {
            return Err(Refusal::new("no_such_alert", "there are no such alerts; look again"));
        }
        let elsewhere = |alert: &Alert| !places.contains(&alert.incident_id.as_ref().map(|id| id.number));
        if kept.iter().any(elsewhere) {
            return Err(Refusal::new("moved", "some of these alerts have been moved meanwhile; look again"));
        }
        let waiting = |alert: Alert| Waiting { alert: alert.id.number, at: alert.received_at, report: alert.report };
        let gather = Gather { by, from, into, alerts: kept.into_iter().map(waiting).collect() };
        self.core.check_gather(tenant, &gather).map_err(senseless)?;
        self.write(tenant, Input::Gather(gather))?;
        Ok(Reply::Done)
    }

    /// The incidents that an incident's alerts may say they are in: it, and what was merged into it.
    fn places(&self, tenant: &TenantId, from: Option<u64>) -> Vec<Option<u64>> {
        let parts = from.map(|number| self.core.parts_of(&IncidentId { tenant: tenant.clone(), number }));
        [from].into_iter().chain(parts.into_iter().flatten().map(Some)).collect()
    }

    /// Tells every tenant who covers it, where that has changed.
    ///
    /// # Errors
    /// The first tenant that could not be told.
    pub(super) fn staff(&mut self) -> Result<(), Refusal> {
        let (staffed, book) = (!self.technicians.is_empty(), self.people.book());
        let tenants: Vec<TenantId> = self.core.tenants().map(|tenant| tenant.id.clone()).collect();
        for id in tenants {
            let technicians: Vec<_> = self.technicians.iter().filter(|one| one.covers(&id)).cloned().collect();
            let standing = self.core.standing(&id);
            let people = book.who_may_know_of(&id);
            let known = standing.is_some_and(|known| {
                *known.roster == technicians && known.staffed == staffed && *known.people == people
            });
            if !known && !self.is_stopped(&id) {
                self.write(&id, Input::Roster { technicians, staffed, people })?;
            }
        }
        Ok(())
    }
}

/// What is another tenant's is refused before, in the same words as what there is not.
fn senseless(why: Senseless) -> Refusal {
    let code = match why {
        Senseless::NoIncident => "no_such_incident",
        Senseless::Late { .. } => "too_late",
        _ => "refused",
    };
    Refusal::new(code, why.to_string())
}
