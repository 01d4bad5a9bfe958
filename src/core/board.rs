//! A seat's replica of what the engine knows: a snapshot, and the changes after it.
//!
//! Applying a change can't fail: one about a thing that the board has never heard of is simply the first word of it.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::alert::Alert;
use super::assign::Technician;
use super::change::{Change, Published};
use super::execution::Execution;
use super::id::{ExecutionId, IncidentId, SessionId, TenantId};
use super::incident::Incident;
use super::person::Present;
use super::pulse::Pulse;
pub use super::rate::{RATE_MINUTES, Rate};
use super::role::Role;
use super::session::Session;
use super::silence::Window;
use super::tally::Tally;
use super::tenant::Tenant;
use super::time::Moment;

/// How many alerts the live stream goes back.
pub const STREAM_LENGTH: usize = 500;

/// Everything at one moment, as a seat gets it at first and after falling behind.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// The last change that is in it.
    pub revision: u64,
    /// Every tenant, with what belongs to it.
    pub tenants: Vec<TenantPart>,
    /// The latest alerts of all of them, the oldest first.
    pub stream: Vec<Arc<Alert>>,
    /// How the engine is.
    pub pulse: Pulse,
}

/// A tenant's part of the board.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TenantPart {
    /// Which.
    pub id: TenantId,
    /// The tenant; absent when only its trouble is known.
    pub tenant: Option<Arc<Tenant>>,
    /// Its incidents, open or resolved within a day.
    pub incidents: Vec<Arc<Incident>>,
    /// When its last alert came.
    pub last_alert_at: Option<Moment>,
    /// Why it takes no alerts; absent while it does.
    pub stopped: Option<String>,
    /// Requests that nobody could read, since the start.
    pub quarantined: u64,
    /// Alerts received in each of the last minutes.
    pub rate: Rate,
    /// Silences and maintenance windows that have not ended.
    #[serde(default)]
    pub windows: Vec<Arc<Window>>,
    /// Who may be given its incidents.
    #[serde(default)]
    pub roster: Arc<Vec<Technician>>,
    /// Technicians are declared at all, for whatever tenants.
    #[serde(default)]
    pub staffed: bool,
    /// Those in the book of people who may know of it, with their roles.
    #[serde(default)]
    pub people: Arc<BTreeMap<String, Role>>,
    /// Its executions: all that are not over, and those that ended within a day.
    #[serde(default)]
    pub executions: Vec<Arc<Execution>>,
    /// Its sessions: all that are not over, and those that ended within a day.
    #[serde(default)]
    pub sessions: Vec<Arc<Session>>,
}

impl TenantPart {
    /// A tenant of which nothing is known.
    pub fn of(id: TenantId) -> Self {
        Self {
            id,
            tenant: None,
            incidents: Vec::new(),
            last_alert_at: None,
            stopped: None,
            quarantined: 0,
            rate: Rate::default(),
            windows: Vec::new(),
            roster: Arc::default(),
            staffed: false,
            people: Arc::default(),
            executions: Vec::new(),
            sessions: Vec::new(),
        }
    }
}

/// A seat's replica.
#[derive(Clone, Debug, Default)]
pub struct Board {
    /// The last change in it.
    pub revision: u64,
    /// By id, so in a steady order.
    pub tenants: BTreeMap<TenantId, TenantPanel>,
    /// The latest alerts, the oldest first.
    pub stream: VecDeque<Arc<Alert>>,
    /// How the engine is.
    pub pulse: Pulse,
    /// Everybody who is at a seat.
    pub present: Arc<Vec<Present>>,
}

/// What a board knows of one tenant.
#[derive(Clone, Debug)]
pub struct TenantPanel {
    /// The tenant; absent when only its trouble is known.
    pub tenant: Option<Arc<Tenant>>,
    /// By number. Only [`Board::apply`] and [`Board::reset`] change it, and the tally with it.
    pub incidents: HashMap<u64, Arc<Incident>>,
    /// What the open ones come to.
    pub tally: Tally,
    /// When its last alert came.
    pub last_alert_at: Option<Moment>,
    /// Why it takes no alerts; absent while it does.
    pub stopped: Option<String>,
    /// Requests that nobody could read, since the start.
    pub quarantined: u64,
    /// Alerts per minute.
    pub rate: Rate,
    /// Silences and maintenance windows that have not ended, by number.
    pub windows: BTreeMap<u64, Arc<Window>>,
    /// Who may be given its incidents.
    pub roster: Arc<Vec<Technician>>,
    /// Technicians are declared at all, for whatever tenants.
    pub staffed: bool,
    /// Those in the book of people who may know of it, with their roles.
    pub people: Arc<BTreeMap<String, Role>>,
    /// Its executions, by number: all that are not over, and those that ended within a day.
    pub executions: BTreeMap<u64, Arc<Execution>>,
    /// Its sessions, by number: all that are not over, and those that ended within a day.
    pub sessions: BTreeMap<u64, Arc<Session>>,
}

impl TenantPanel {
    fn unknown() -> Self {
        Self {
            tenant: None,
            incidents: HashMap::new(),
            tally: Tally::default(),
            last_alert_at: None,
            stopped: None,
            quarantined: 0,
            rate: Rate::default(),
            windows: BTreeMap::new(),
            roster: Arc::default(),
            staffed: false,
            people: Arc::default(),
            executions: BTreeMap::new(),
            sessions: BTreeMap::new(),
        }
    }

    fn of(part: TenantPart) -> Self {
        Self {
            tally: part.incidents.iter().map(|incident| &**incident).collect(),
            incidents: part.incidents.into_iter().map(|incident| (incident.id.number, incident)).collect(),
            last_alert_at: part.last_alert_at,
            stopped: part.stopped,
            quarantined: part.quarantined,
            rate: part.rate,
            tenant: part.tenant,
            windows: part.windows.into_iter().map(|window| (window.number, window)).collect(),
            roster: part.roster,
            staffed: part.staffed,
            people: part.people,
            executions: part.executions.into_iter().map(|one| (one.id.number, one)).collect(),
            sessions: part.sessions.into_iter().map(|one| (one.id.number, one)).collect(),
        }
    }

    /// Its incidents that are not resolved.
    pub fn open(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.incidents.values().filter(|incident| incident.is_open())
    }

    /// Somebody's role here, for showing: what is let pass is decided by the engine.
    pub fn role(&self, who: &str) -> Role {
        Role::of(who, &self.people, &self.roster, self.staffed)
    }

    /// An incident is as it is from now on.
    fn put(&mut self, incident: &Arc<Incident>) {
        self.tally.add(incident);
        if let Some(was) = self.incidents.insert(incident.id.number, incident.clone()) {
            self.tally.remove(&was);
        }
    }

    /// An incident leaves the board.
    fn forget(&mut self, number: u64) {
        if let Some(was) = self.incidents.remove(&number) {
            self.tally.remove(&was);
        }
    }
}

impl Board {
    /// Replaces everything.
    pub fn reset(&mut self, snapshot: Snapshot) {
        self.revision = snapshot.revision;
        self.stream = snapshot.stream.into();
        self.pulse = snapshot.pulse;
        self.tenants = snapshot.tenants.into_iter().map(|part| (part.id.clone(), TenantPanel::of(part))).collect();
    }

    /// One tenant is another from now on, with everything that belongs to it: no change says so much, so whoever has a board has to
    /// be given all of it anew.
    pub fn replace(&mut self, part: TenantPart) {
        self.revision += 1;
        self.stream.retain(|alert| alert.id.tenant != part.id);
        self.tenants.insert(part.id.clone(), TenantPanel::of(part));
    }

    /// Everything, for another seat.
    pub fn snapshot(&self) -> Snapshot {
        let part = |(id, panel): (&TenantId, &TenantPanel)| {
            let mut incidents: Vec<_> = panel.incidents.values().cloned().collect();
            incidents.sort_unstable_by_key(|incident| incident.id.number);
            TenantPart {
                id: id.clone(),
                tenant: panel.tenant.clone(),
                incidents,
                last_alert_at: panel.last_alert_at,
                stopped: panel.stopped.clone(),
                quarantined: panel.quarantined,
                rate: panel.rate.clone(),
                windows: panel.windows.values().cloned().collect(),
                roster: panel.roster.clone(),
                staffed: panel.staffed,
                people: panel.people.clone(),
                executions: panel.executions.values().cloned().collect(),
                sessions: panel.sessions.values().cloned().collect(),
            }
        };
        Snapshot {
            revision: self.revision,
            tenants: self.tenants.iter().map(part).collect(),
            stream: self.stream.iter().cloned().collect(),
            pulse: self.pulse.clone(),
        }
    }

    /// Takes in one change.
    pub fn apply(&mut self, published: &Published) {
        self.revision = published.revision;
        let id = &published.company_id;
        if let Change::TenantRemoved { .. } = published.change {
            self.tenants.remove(id);
            self.stream.retain(|alert| alert.id.tenant != *id);
            return;
        }
        if !self.tenants.contains_key(id) {
            self.tenants.insert(id.clone(), TenantPanel::unknown());
        }
        let Some(panel) = self.tenants.get_mut(id) else { return };
        panel.last_alert_at = published.change.heard_at().or(panel.last_alert_at);
        match &published.change {
            Change::TenantChanged(tenant) => panel.tenant = Some(tenant.clone()),
            Change::TenantRemoved { .. } => {}
            Change::TenantStopped { reason, .. } => panel.stopped = Some(reason.clone()),
            Change::AlertReceived(alert) => {
                panel.rate.add(alert.received_at);
                if self.stream.len() >= STREAM_LENGTH {
                    self.stream.pop_front();
                }
                self.stream.push_back(alert.clone());
            }
            Change::AlertSeenAgain { id, seen, severity, .. } => {
                if let Some(alert) = self.stream.iter_mut().find(|alert| alert.id == *id) {
                    Arc::make_mut(alert).see_again(*seen, *severity);
                }
            }
            Change::AlertsCorrelated { incident_id, alerts } => {
                for alert in self.stream.iter_mut().filter(|alert| alerts.contains(&alert.id)) {
                    Arc::make_mut(alert).incident_id = Some(incident_id.clone());
                }
            }
            Change::AlertsReleased { alerts, .. } => {
                for alert in self.stream.iter_mut().filter(|alert| alerts.contains(&alert.id)) {
                    Arc::make_mut(alert).incident_id = None;
                }
            }
            Change::IncidentCreated(incident)
            | Change::IncidentUpdated(incident)
            | Change::IncidentResolved(incident) => panel.put(incident),
            Change::IncidentForgotten { id } => panel.forget(id.number),
            Change::WindowChanged { window, .. } => drop(panel.windows.insert(window.number, window.clone())),
            Change::WindowEnded { number, .. } => drop(panel.windows.remove(number)),
            Change::RosterChanged { technicians, staffed, people, .. } => {
                panel.people = people.clone();
                panel.roster = technicians.clone();
                panel.staffed = *staffed;
            }
            Change::Timeline(_) | Change::WindowExpires { .. } => {}
            Change::Quarantined { .. } => panel.quarantined += 1,
            Change::QuarantineCleared { numbers, .. } => {
                panel.quarantined = panel.quarantined.saturating_sub(numbers.len() as u64);
            }
            Change::ExecutionChanged(execution) => {
                drop(panel.executions.insert(execution.id.number, execution.clone()));
            }
            Change::ExecutionForgotten { id } => drop(panel.executions.remove(&id.number)),
            Change::SessionChanged(session) => drop(panel.sessions.insert(session.id.number, session.clone())),
            Change::SessionForgotten { id } => drop(panel.sessions.remove(&id.number)),
        }
    }

    /// An incident by its id.
    pub fn incident(&self, id: &IncidentId) -> Option<&Arc<Incident>> {
        self.tenants.get(&id.tenant)?.incidents.get(&id.number)
    }

    /// An execution by its id.
    pub fn execution(&self, id: &ExecutionId) -> Option<&Arc<Execution>> {
        self.tenants.get(&id.tenant)?.executions.get(&id.number)
    }

    /// A session by its id.
    pub fn session(&self, id: &SessionId) -> Option<&Arc<Session>> {
        self.tenants.get(&id.tenant)?.sessions.get(&id.number)
    }

    /// Every session of every tenant on this board.
    pub fn sessions(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.tenants.values().flat_map(|panel| panel.sessions.values())
    }

    /// Every execution of every tenant on this board.
    pub fn executions(&self) -> impl Iterator<Item = &Arc<Execution>> {
        self.tenants.values().flat_map(|panel| panel.executions.values())
    }

    /// What was asked for on account of an incident, or of what was merged into it, the latest first.
    pub fn executions_of<'a>(&'a self, id: &'a IncidentId) -> impl Iterator<Item = &'a Arc<Execution>> {
        let panel = self.tenants.get(&id.tenant);
        let parts = panel.and_then(|panel| panel.incidents.get(&id.number)).map_or(&[][..], |whole| &whole.merged);
        let concerns = move |one: &&Arc<Execution>| {
            let of = |number: u64| number == id.number || parts.contains(&number);
            one.order.targets.iter().any(|target| of(target.incident.number))
        };
        panel.into_iter().flat_map(|panel| panel.executions.values().rev()).filter(concerns)
    }

    /// How many incidents are open.
    pub fn open(&self) -> usize {
        self.tenants.values().map(|panel| panel.tally.open()).sum()
    }

    /// What people call each tenant; its id when that is not known.
    pub fn names(&self) -> impl Iterator<Item = (&TenantId, &str)> + Clone {
        let name = |(id, panel)| -> (_, &str) {
            let (id, panel): (&TenantId, &TenantPanel) = (id, panel);
            (id, panel.tenant.as_ref().map_or(id.as_str(), |tenant| &tenant.name))
        };
        self.tenants.iter().map(name)
    }

    /// Every incident of every tenant on this board.
    pub fn incidents(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.tenants.values().flat_map(|panel| panel.incidents.values())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::time::Span;

    #[test]
    fn the_rate_moves_with_the_minutes() {
        let mut rate = Rate::default();
        let minute = |n: i64| Moment(n * Span::MINUTE.0);
        rate.add(minute(100));
        rate.add(minute(100));
        rate.add(minute(102));
        let shown = rate.up_to(minute(103));
        assert_eq!(shown[RATE_MINUTES - 4..], [2, 0, 1, 0]);
        assert_eq!(rate.up_to(minute(100 + 2 * RATE_MINUTES as i64)), [0; RATE_MINUTES]);
        rate.add(minute(1_000_000));
        assert_eq!(rate.up_to(minute(1_000_000))[RATE_MINUTES - 1], 1);
    }
}
