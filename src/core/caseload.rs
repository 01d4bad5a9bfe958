//! One tenant's incidents and what is remembered of its keys: carries out what `correlate` decides, operators say, and
//! time brings.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use wildmatch::WildMatchPattern;

use super::alert::{Alert, AlertStatus, Report};
use super::change::Change;
use super::correlate::{self, FLAP_COUNT, FLAP_WITHIN, KeyState, REMEMBERED_FOR, Slot, Verdict, Waiting};
use super::engine::Senseless;
use super::id::{AlertId, IncidentId, TenantId};
use super::incident::{Event, Incident, Status, TimelineEntry};
use super::input::{Act, OnIncident};
use super::priority::{self, Facts};
use super::tenant::Tenant;
use super::time::{Moment, Span};

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
        Self::load(Loaded { tenant, next_alert: 1, next_incident: 1, incidents: Vec::new(), keys: Vec::new() })
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
    }

    /// One alert.
    pub fn receive(&mut self, now: Moment, report: &Report, delivery_id: Option<&str>, changes: &mut Vec<Change>) {
        let rules = self.tenant.settings.correlation.clone();
        let key: Arc<str> = correlate::key(rules.aggregation_key, report).into();
        let slot = correlate::slot(report);
        self.touched.insert(key.clone());
        if !self.keys.contains_key(&key) {
            let mut state = KeyState::new(key.to_string());
            state.active_at = now;
            self.keys.insert(key.clone(), state);
            self.dues.push((now + rules.window() + Span(1), Due::ForgetKey(key.clone())));
        }
        match report.status {
            AlertStatus::Firing if self.keys[&key].seen_before(&slot, report) => {
                self.seen_again(now, &key, &slot, report, changes);
            }
            AlertStatus::Firing => self.fire(now, &key, slot, report, delivery_id, changes),
            AlertStatus::Resolved => self.subside(now, &key, &slot, report, delivery_id, changes),
        }
    }

    /// Whether an operator's command makes sense.
    pub fn check(&self, number: u64, act: &Act) -> Result<(), Senseless> {
        let incident = self.incident(number).ok_or(Senseless::NoIncident)?;
        match act {
            Act::Note { text } if text.trim().is_empty() => Err(Senseless::EmptyNote),
            Act::Note { text } if text.len() > 8_192 => Err(Senseless::TooLong),
            Act::Assign { to } if to.len() > 128 || to.trim().is_empty() => Err(Senseless::TooLong),
            Act::Acknowledge | Act::Assign { .. } if !incident.is_open() => Err(Senseless::Resolved),
            _ => Ok(()),
        }
    }

    /// An operator's command. One that makes no sense, or changes nothing, does nothing.
    pub fn act(&mut self, now: Moment, on: &OnIncident, changes: &mut Vec<Change>) {
        let Some(incident) = self.incident(on.incident) else { return };
        if self.check(on.incident, &on.act).is_err() {
            return;
        }
        let (number, open, who) = (on.incident, incident.is_open(), Some(on.who.clone()));
        match &on.act {
            Act::Acknowledge if incident.status == Status::New => {
                self.change(now, number, Tell::Updated, changes, |incident| {
                    incident.status = Status::Acknowledged;
                    incident.acknowledged_by = Some(on.who.clone());
                });
                self.write(now, number, who, Event::Acknowledged, changes);
            }
            Act::Assign { to } if incident.assigned_to.as_ref() != Some(to) || incident.status == Status::New => {
                self.change(now, number, Tell::Updated, changes, |incident| {
                    incident.assigned_to = Some(to.clone());
                    if *to == on.who && incident.status == Status::New {
                        incident.status = Status::Acknowledged;
                        incident.acknowledged_by = Some(on.who.clone());
                    }
                });
                self.write(now, number, who, Event::Assigned { to: to.clone() }, changes);
            }
            Act::Resolve if open => self.resolve(now, number, who, changes),
            Act::Reopen if !open => {
                self.change(now, number, Tell::Updated, changes, |incident| {
                    incident.status = if incident.assigned_to.is_some() { Status::Acknowledged } else { Status::New };
                    incident.resolved_at = None;
                    incident.resolved_by = None;
                });
                self.write(now, number, who, Event::Reopened, changes);
                self.schedule(number);
            }
            Act::Note { text } => self.write(now, number, who, Event::Note { text: text.clone() }, changes),
            Act::Acknowledge | Act::Assign { .. } | Act::Resolve | Act::Reopen => {}
        }
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

    fn fire(
        &mut self,
        now: Moment,
        key: &Arc<str>,
        slot: String,
        report: &Report,
        delivery_id: Option<&str>,
        changes: &mut Vec<Change>,
    ) {
        let rules = self.tenant.settings.correlation.clone();
        let number = self.take_alert_number();
        let report = Arc::new(report.clone());
        let Some(state) = self.keys.get_mut(key) else { return };
        let incident = state.incident.and_then(|number| self.incidents.get(&number)).map(|case| &*case.incident);
        let begins = state.count(now, rules.window());
        let verdict = state.verdict(now, &rules, begins, incident);
        state.active_at = now;
        state.slots.insert(slot, Slot { alert: number, since: report.occurred_at, seen: 1 });
        let target = state.incident;
        if verdict == Verdict::Wait {
            state.waiting.push(Waiting { alert: number, at: now, report: report.clone() });
        }
        let incident = match verdict {
            Verdict::Join { .. } | Verdict::Reopen { .. } => target,
            Verdict::Open => Some(self.next_incident),
            Verdict::Leave | Verdict::Wait => None,
        };
        self.tell_alert(now, number, incident, delivery_id, report.clone(), changes);
        match (verdict, target) {
            (Verdict::Leave | Verdict::Wait, _) | (Verdict::Join { .. } | Verdict::Reopen { .. }, None) => {}
            (Verdict::Open, _) => self.open(now, key, Waiting { alert: number, at: now, report }, changes),
            (Verdict::Join { recurs }, Some(target)) => self.join(now, target, recurs, &report, changes),
            (Verdict::Reopen { recurs }, Some(target)) => {
                self.reopen(now, target, changes);
                self.join(now, target, recurs, &report, changes);
            }
        }
    }

    /// The same alert again: counted on the alert, not in the incident.
    fn seen_again(&mut self, now: Moment, key: &Arc<str>, slot: &str, report: &Report, changes: &mut Vec<Change>) {
        let Some(state) = self.keys.get_mut(key) else { return };
        let Some(slot) = state.slots.get_mut(slot) else { return };
        slot.seen = slot.seen.saturating_add(1);
        let (alert, seen) = (slot.alert, slot.seen);
        let open = |number: &u64| self.incidents.get(number).is_some_and(|case| case.incident.is_open());
        let incident = state.incident.filter(open);
        changes.push(Change::AlertSeenAgain {
            id: self.alert_id(alert),
            incident_id: incident.map(|number| self.incident_id(number)),
            seen,
            at: now,
        });
        if let Some(number) = incident {
            let worse = self.worsened(number, report);
            self.change(now, number, Tell::Updated, changes, |incident| {
                incident.last_alert_at = now;
                incident.severity = incident.severity.max(report.severity);
            });
            if worse {
                self.write(now, number, None, Event::Worsened { severity: report.severity }, changes);
            }
        }
    }

    /// A sender says that its problem is over.
    fn subside(
        &mut self,
        now: Moment,
        key: &Arc<str>,
        slot: &str,
        report: &Report,
        delivery_id: Option<&str>,
        changes: &mut Vec<Change>,
    ) {
        let number = self.take_alert_number();
        let Some(state) = self.keys.get_mut(key) else { return };
        let ended = state.slots.remove(slot).is_some();
        let still_fires = state.fires();
        let open = |number: &u64| self.incidents.get(number).is_some_and(|case| case.incident.is_open());
        let incident = state.incident.filter(open);
        self.tell_alert(now, number, incident, delivery_id, Arc::new(report.clone()), changes);
        let Some(incident) = incident else { return };
        if !ended {
            return;
        }
        self.stir(incident, now);
        let flapping = self.incident(incident).is_some_and(|incident| incident.flapping);
        if flapping {
            self.schedule(incident);
        } else if !still_fires && self.tenant.settings.correlation.auto_resolve {
            self.resolve(now, incident, None, changes);
        }
    }

    /// Opens an incident for `last` and everything that waited with it.
    fn open(&mut self, now: Moment, key: &Arc<str>, last: Waiting, changes: &mut Vec<Change>) {
        let Some(state) = self.keys.get_mut(key) else { return };
        let mut alerts = std::mem::take(&mut state.waiting);
        let joined: Vec<u64> = alerts.iter().map(|waiting| waiting.alert).collect();
        alerts.push(last);
        let number = self.next_incident;
        self.next_incident += 1;
        let follows = state.incident.replace(number);
        let episode_count = state.episode.map_or(1, |episode| episode.count);
        let Some(first) = alerts.first() else { return };
        let mut incident = Incident {
            id: self.incident_id(number),
            company_id: self.tenant.id.clone(),
            asset_name: first.report.asset_name.trim().into(),
            signature: first.report.signature.trim().into(),
            severity: first.report.severity,
            status: Status::New,
            priority_score: 0,
            score_terms: priority::Terms::default(),
            alert_count: alerts.len() as u64,
            episode_count,
            tool_sources: Vec::new(),
            category: super::category::of(&first.report.signature, &first.report.asset_name).into(),
            assigned_to: None,
            acknowledged_by: None,
            opened_at: now,
            last_alert_at: now,
            resolved_at: None,
            resolved_by: None,
            recurrences: 0,
            flaps: 0,
            flapping: false,
            reopened_at: Vec::new(),
            follows: follows.map(|number| self.incident_id(number)),
            instance_id: None,
        };
        for waiting in &alerts {
            take_in(&mut incident, &waiting.report);
        }
        let follows = incident.follows.clone();
        let case = Case { incident: Arc::new(incident), key: key.clone() };
        self.incidents.insert(number, case);
        self.change(now, number, Tell::Created, changes, |_| {});
        if !joined.is_empty() {
            let alerts = joined.into_iter().map(|alert| self.alert_id(alert)).collect();
            changes.push(Change::AlertsCorrelated { incident_id: self.incident_id(number), alerts });
        }
        self.write(now, number, None, Event::Opened { follows }, changes);
        self.schedule_decay(number);
    }

    fn join(&mut self, now: Moment, number: u64, recurs: bool, report: &Report, changes: &mut Vec<Change>) {
        let Some(incident) = self.incident(number) else { return };
        let tool = report.tool_source.trim();
        let another_tool = !knows_tool(incident, tool);
        let worse = self.worsened(number, report);
        let episode_count = self.state_of(number).and_then(|state| state.episode).map_or(1, |episode| episode.count);
        self.stir(number, now);
        self.change(now, number, Tell::Updated, changes, |incident| {
            incident.alert_count += 1;
            incident.episode_count = episode_count;
            incident.last_alert_at = now;
            incident.recurrences += u32::from(recurs);
            take_in(incident, report);
        });
        let events = [
            recurs.then_some(Event::Recurred),
            worse.then_some(Event::Worsened { severity: report.severity }),
            another_tool.then(|| Event::ToolJoined { tool: tool.into() }),
        ];
        for event in events.into_iter().flatten() {
            self.write(now, number, None, event, changes);
        }
    }

    /// A resolved incident's problem came back within the window.
    fn reopen(&mut self, now: Moment, number: u64, changes: &mut Vec<Change>) {
        let mut began = false;
        self.edit(now, number, |incident| {
            incident.status = Status::New;
            incident.acknowledged_by = None;
            incident.resolved_at = None;
            incident.resolved_by = None;
            incident.flaps += 1;
            incident.reopened_at.push(now);
            incident.reopened_at.retain(|then| now - *then <= FLAP_WITHIN);
            began = !incident.flapping && incident.reopened_at.len() >= FLAP_COUNT;
            incident.flapping |= began;
        });
        self.write(now, number, None, Event::Reopened, changes);
        if began {
            self.write(now, number, None, Event::FlappingBegan, changes);
        }
        self.stir(number, now);
        self.schedule(number);
    }

    fn resolve(&mut self, now: Moment, number: u64, who: Option<String>, changes: &mut Vec<Change>) {
        self.change(now, number, Tell::Resolved, changes, |incident| {
            incident.status = Status::Resolved;
            incident.resolved_at = Some(now);
            incident.resolved_by = who.clone();
            incident.flapping = false;
        });
        self.write(now, number, who, Event::Resolved, changes);
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

    fn tell_alert(
        &mut self,
        now: Moment,
        number: u64,
        incident: Option<u64>,
        delivery_id: Option<&str>,
        report: Arc<Report>,
        changes: &mut Vec<Change>,
    ) {
        changes.push(Change::AlertReceived(Arc::new(Alert {
            id: self.alert_id(number),
            company_id: self.tenant.id.clone(),
            incident_id: incident.map(|number| self.incident_id(number)),
            received_at: now,
            delivery_id: delivery_id.map(Into::into),
            seen: 1,
            report,
        })));
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
        let entry = TimelineEntry { incident_id: self.incident_id(number), at, who, what };
        changes.push(Change::Timeline(Arc::new(entry)));
    }

    fn worsened(&self, number: u64, report: &Report) -> bool {
        self.incident(number).is_some_and(|incident| report.severity > incident.severity)
    }

    /// A sender of this incident changed its word.
    fn stir(&mut self, number: u64, now: Moment) {
        if let Some(case) = self.incidents.get(&number)
            && let Some(state) = self.keys.get_mut(&case.key)
        {
            state.active_at = now;
            self.touched.insert(case.key.clone());
        }
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

    fn take_alert_number(&mut self) -> u64 {
        self.next_alert += 1;
        self.next_alert - 1
    }

    fn alert_id(&self, number: u64) -> AlertId {
        AlertId { tenant: self.tenant_id(), number }
    }

    fn incident_id(&self, number: u64) -> IncidentId {
        IncidentId { tenant: self.tenant_id(), number }
    }

    fn tenant_id(&self) -> TenantId {
        self.tenant.id.clone()
    }
}

fn globs(tenant: &Tenant) -> Vec<Glob> {
    tenant.settings.critical_assets.iter().map(|glob| Glob::new(&glob.trim().to_lowercase())).collect()
}

fn knows_tool(incident: &Incident, tool: &str) -> bool {
    incident.tool_sources.iter().any(|known| known.to_lowercase() == tool.to_lowercase())
}

/// What an incident learns from one of its alerts.
fn take_in(incident: &mut Incident, report: &Report) {
    incident.severity = incident.severity.max(report.severity);
    let tool = report.tool_source.trim();
    if !knows_tool(incident, tool) {
        incident.tool_sources.push(tool.into());
    }
    if incident.instance_id.is_none() {
        incident.instance_id.clone_from(&report.instance_id);
    }
}
