//! One tenant's incidents and what is remembered of its keys: carries out what `correlate` decides, operators say, and
//! time brings.

mod act;
mod receive;
mod senders;
#[cfg(test)]
mod standing_tests;
#[cfg(test)]
mod tests;
mod windows;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use wildmatch::WildMatchPattern;

use super::change::Change;
use super::correlate::{KeyState, REMEMBERED_FOR};
use super::id::IncidentId;
use super::incident::{Incident, Status};
use super::priority::{self, Facts};
use super::standing::Standing;
use super::tenant::Tenant;
use super::time::{Moment, Span};
use super::timeline::{Event, TimelineEntry};

/// A pattern over asset names: `*` and `?`.
type Glob = WildMatchPattern<'*', '?'>;

/// What the store kept of a tenant: enough to go on as if nothing had happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The tenant, with its credentials.
    pub tenant: Tenant,
    /// The number of its next alert.
    pub next_alert: u64,
    /// The number of its next incident.
    pub next_incident: u64,
    /// Its incidents that are open or were resolved within [`REMEMBERED_FOR`].
    pub incidents: Vec<Incident>,
    /// Every key that is kept.
    pub keys: Vec<KeyState>,
    /// What stands over all of them.
    pub standing: Standing,
}

/// Something that time brings. It is checked again when its time comes, so an outdated one does no harm.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// The age term of an incident's score changes.
    Decay(u64),
    /// A flapping incident may have been still for long enough.
    Calm(u64),
    /// A resolved incident leaves the board.
    Forget(u64),
    /// A key is not worth remembering.
    ForgetKey(Arc<str>),
    /// A silence or maintenance window begins, ends, or is about to.
    Windows,
    /// A sender may be missing.
    Senders,
}

/// One tenant's incidents.
#[derive(Debug)]
pub struct Caseload {
    tenant: Arc<Tenant>,
    critical: Vec<Glob>,
    next_alert: u64,
    next_incident: u64,
    incidents: BTreeMap<u64, Case>,
    keys: HashMap<Arc<str>, KeyState>,
    touched: BTreeSet<Arc<str>>,
    dues: Vec<(Moment, Due)>,
    standing: Standing,
    standing_touched: bool,
    silences: windows::Silences,
    watch: senders::Watch,
}

#[derive(Debug)]
struct Case {
    incident: Arc<Incident>,
    key: Arc<str>,
}

/// How an incident comes to be told about after it was changed.
#[derive(Clone, Copy)]
enum Tell {
    Created,
    Updated,
    Resolved,
}

impl Caseload {
    /// A tenant of which nothing is known yet.
    pub fn new(tenant: Tenant) -> Self {
        Self::load(Loaded {
            tenant,
            next_alert: 1,
            next_incident: 1,
            incidents: Vec::new(),
            keys: Vec::new(),
            standing: Standing::default(),
        })
    }

    /// A tenant as the store kept it.
    pub fn load(loaded: Loaded) -> Self {
        let mut own = Self {
            critical: globs(&loaded.tenant),
            tenant: Arc::new(loaded.tenant),
            next_alert: loaded.next_alert,
            next_incident: loaded.next_incident,
            incidents: BTreeMap::new(),
            keys: HashMap::new(),
            touched: BTreeSet::new(),
            dues: Vec::new(),
            standing: loaded.standing,
            standing_touched: false,
            silences: windows::Silences::default(),
            watch: senders::Watch::default(),
        };
        let mut key_of = HashMap::new();
        for state in loaded.keys {
            let key: Arc<str> = state.key.as_str().into();
            if let Some(number) = state.incident {
                key_of.insert(number, key.clone());
            }
            own.dues.push((own.forgotten_at(&state), Due::ForgetKey(key.clone())));
            own.keys.insert(key, state);
        }
        for incident in loaded.incidents {
            let number = incident.id.number;
            // An incident whose key has moved on to a later one is only reached by its number.
            let key = key_of.get(&number).cloned().unwrap_or_else(|| "".into());
            own.incidents.insert(number, Case { incident: Arc::new(incident), key });
            own.schedule(number);
        }
        own.load_windows();
        own.load_senders();
        own
    }

    /// The tenant itself.
    pub fn tenant(&self) -> &Arc<Tenant> {
        &self.tenant
    }

    /// Its incidents, open or resolved within a day.
    pub fn incidents(&self) -> impl Iterator<Item = &Arc<Incident>> {
        self.incidents.values().map(|case| &case.incident)
    }

    /// One of them.
    pub fn incident(&self, number: u64) -> Option<&Arc<Incident>> {
        self.incidents.get(&number).map(|case| &case.incident)
    }

    /// Deadlines that came up since this was last asked.
    pub fn take_dues(&mut self) -> Vec<(Moment, Due)> {
        std::mem::take(&mut self.dues)
    }

    /// Keys that changed since this was last asked; absent states are forgotten ones.
    pub fn take_touched(&mut self) -> Vec<(String, Option<KeyState>)> {
        let touched = std::mem::take(&mut self.touched);
        touched.into_iter().map(|key| (key.to_string(), self.keys.get(&key).cloned())).collect()
    }

    /// What stands over all incidents.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The same, if it has changed since this was last asked.
    pub fn take_standing(&mut self) -> Option<Standing> {
        std::mem::take(&mut self.standing_touched).then(|| self.standing.clone())
    }

    /// New settings. Scores follow at once.
    pub fn set_tenant(&mut self, now: Moment, tenant: Tenant, changes: &mut Vec<Change>) {
        self.critical = globs(&tenant);
        self.tenant = Arc::new(tenant);
        changes.push(Change::TenantChanged(self.tenant.clone()));
        for number in self.incidents.keys().copied().collect::<Vec<_>>() {
            self.rescore(now, number, changes);
            self.schedule(number);
        }
        let forgetting = |(key, state): (&Arc<str>, &KeyState)| (self.forgotten_at(state), Due::ForgetKey(key.clone()));
        let forgetting: Vec<_> = self.keys.iter().map(forgetting).collect();
        self.dues.extend(forgetting);
        self.settle_senders(now, changes);
    }

    /// A deadline's time has come.
    pub fn due(&mut self, at: Moment, due: Due, changes: &mut Vec<Change>) {
        match due {
            Due::Decay(number) => {
                if self.incident(number).is_some_and(|incident| incident.is_open()) {
                    self.rescore(at, number, changes);
                    self.schedule_decay(number);
                }
            }
            Due::Calm(number) => self.calm(at, number, changes),
            Due::Windows => self.due_windows(at, changes),
            Due::Senders => self.due_senders(at, changes),
            Due::Forget(number) => {
                let gone = |case: &Case| case.incident.resolved_at.is_some_and(|then| then + REMEMBERED_FOR <= at);
                if self.incidents.get(&number).is_some_and(gone) {
                    self.incidents.remove(&number);
                    changes.push(Change::IncidentForgotten { id: self.incident_id(number) });
                }
            }
            Due::ForgetKey(key) => {
                let Some(state) = self.keys.get(&key) else { return };
                let needed = state.incident.is_some_and(|number| self.incidents.contains_key(&number));
                let forgotten_at = self.forgotten_at(state);
                if !needed && forgotten_at <= at {
                    self.keys.remove(&key);
                    self.touched.insert(key);
                } else {
                    let again = if needed { forgotten_at.max(at + Span::HOUR) } else { forgotten_at };
                    self.dues.push((again, Due::ForgetKey(key)));
                }
            }
        }
    }

    fn resolve(&mut self, now: Moment, number: u64, who: Option<String>, changes: &mut Vec<Change>) {
        self.change(now, number, Tell::Resolved, changes, |incident| {
            incident.status = Status::Resolved;
            incident.resolved_at = Some(now);
            incident.resolved_by = who.clone();
            incident.flapping = false;
        });
        self.write(now, number, who, Event::Resolved { note: None }, changes);
        if let Some(case) = self.incidents.get(&number)
            && let Some(state) = self.keys.get_mut(&case.key)
            && state.incident == Some(number)
        {
            // Whatever fires from now on is news.
            state.slots.clear();
            state.active_at = now;
            self.touched.insert(case.key.clone());
        }
        self.dues.push((now + REMEMBERED_FOR, Due::Forget(number)));
    }

    /// A flapping incident has been still for one window: it flaps no more, and ends if nobody reports it.
    fn calm(&mut self, at: Moment, number: u64, changes: &mut Vec<Change>) {
        let window = self.tenant.settings.correlation.window();
        if !self.incident(number).is_some_and(|incident| incident.is_open() && incident.flapping) {
            return;
        }
        let stirred_at = self.stirred_at(number);
        if at - stirred_at < window {
            self.dues.push((stirred_at + window, Due::Calm(number)));
            return;
        }
        let fires = self.state_of(number).is_some_and(KeyState::fires);
        self.change(at, number, Tell::Updated, changes, |incident| {
            incident.flapping = false;
            incident.reopened_at.clear();
        });
        self.write(at, number, None, Event::FlappingEnded, changes);
        if !fires && self.tenant.settings.correlation.auto_resolve {
            self.resolve(at, number, None, changes);
        }
    }

    /// Changes an incident without telling: the caller tells with its next [`Self::change`].
    fn edit(&mut self, now: Moment, number: u64, with: impl FnOnce(&mut Incident)) {
        let weights = &self.tenant.settings.priority;
        let Some(case) = self.incidents.get_mut(&number) else { return };
        let incident = Arc::make_mut(&mut case.incident);
        with(incident);
        let facts = Facts {
            severity: incident.severity,
            on_critical_asset: self.critical.iter().any(|glob| glob.matches(&incident.asset_name.to_lowercase())),
            episode_count: incident.episode_count,
            tools: incident.tool_sources.len(),
            age: now - incident.opened_at,
        };
        incident.score_terms = priority::terms(weights, &facts);
        incident.priority_score = incident.score_terms.sum();
    }

    fn change(
        &mut self,
        now: Moment,
        number: u64,
        tell: Tell,
        changes: &mut Vec<Change>,
        with: impl FnOnce(&mut Incident),
    ) {
        self.edit(now, number, with);
        let Some(incident) = self.incident(number).cloned() else { return };
        changes.push(match tell {
            Tell::Created => Change::IncidentCreated(incident),
            Tell::Updated => Change::IncidentUpdated(incident),
            Tell::Resolved => Change::IncidentResolved(incident),
        });
    }

    /// Tells of an incident only if its score is another one now. A resolved one keeps the score it ended with.
    fn rescore(&mut self, now: Moment, number: u64, changes: &mut Vec<Change>) {
        let Some(before) = self.incident(number).filter(|incident| incident.is_open()).cloned() else { return };
        self.edit(now, number, |_| {});
        if let Some(after) = self.incident(number).filter(|after| after.score_terms != before.score_terms) {
            changes.push(Change::IncidentUpdated(after.clone()));
        }
    }

    fn write(&self, at: Moment, number: u64, who: Option<String>, what: Event, changes: &mut Vec<Change>) {
        let entry = TimelineEntry { incident_id: self.incident_id(number), at, who, seat: None, what };
        changes.push(Change::Timeline(Arc::new(entry)));
    }

    /// When a sender of this incident last changed its word.
    fn stirred_at(&self, number: u64) -> Moment {
        let last_alert = || self.incident(number).map(|incident| incident.last_alert_at).unwrap_or_default();
        self.state_of(number).map_or_else(last_alert, |state| state.active_at)
    }

    /// What is remembered of an incident's key, unless the key has moved on to a later incident.
    fn state_of(&self, number: u64) -> Option<&KeyState> {
        let case = self.incidents.get(&number)?;
        self.keys.get(&case.key).filter(|state| state.incident == Some(number))
    }

    /// Announces what time will bring an incident.
    fn schedule(&mut self, number: u64) {
        let Some(incident) = self.incident(number) else { return };
        if let Some(resolved) = incident.resolved_at {
            self.dues.push((resolved + REMEMBERED_FOR, Due::Forget(number)));
            return;
        }
        if incident.flapping {
            let window = self.tenant.settings.correlation.window();
            self.dues.push((self.stirred_at(number) + window, Due::Calm(number)));
        }
        self.schedule_decay(number);
    }

    /// Announces the next step of the age term, counted from the one that the score has by now.
    fn schedule_decay(&mut self, number: u64) {
        let Some(incident) = self.incident(number) else { return };
        let weights = &self.tenant.settings.priority;
        let taken_off = i64::from(-incident.score_terms.age / weights.age_per_hour.max(1));
        let scored_at = incident.opened_at + Span::hours(taken_off);
        if let Some(at) = priority::next_decay(weights, incident.opened_at, scored_at) {
            self.dues.push((at, Due::Decay(number)));
        }
    }

    fn forgotten_at(&self, state: &KeyState) -> Moment {
        state.forgotten_at(self.tenant.settings.correlation.window()) + Span(1)
    }

    fn incident_id(&self, number: u64) -> IncidentId {
        IncidentId { tenant: self.tenant.id.clone(), number }
    }
}

fn globs(tenant: &Tenant) -> Vec<Glob> {
    tenant.settings.critical_assets.iter().map(|glob| Glob::new(&glob.trim().to_lowercase())).collect()
}
