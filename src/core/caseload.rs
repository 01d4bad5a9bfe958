//! One tenant's incidents and what is remembered of its keys: carries out what `correlate` decides, operators say, and
//! time brings.

mod act;
mod aside;
mod check;
mod clocks;
mod executions;
mod gather;
mod known;
mod loaded;
mod merge;
mod receive;
mod restore;
mod senders;
mod sessions;
mod settle;
#[cfg(test)]
mod standing_tests;
#[cfg(test)]
mod tests;
mod windows;

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use wildmatch::WildMatchPattern;

use self::known::Prints;
pub use self::known::Sent;
pub use self::loaded::Loaded;
pub use self::restore::Captured;
use self::senders::Watch;
use self::settle::{Escalation, Wish};
use self::windows::{Hushed, Silences};
use super::aside::Pile;
use super::assign::Roster;
use super::change::Change;
use super::correlate::{KeyState, REMEMBERED_FOR};
use super::execution::Execution;
use super::id::IncidentId;
use super::incident::Incident;
use super::input::Actor;
use super::priority::{self, Facts};
use super::session::Session;
use super::standing::Standing;
use super::tenant::Tenant;
use super::time::Moment;
use super::timeline::{Event, TimelineEntry};

/// A pattern over asset names: `*` and `?`.
type Glob = WildMatchPattern<'*', '?'>;

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
    /// An acknowledgement or a snooze runs out, or a clock comes to something.
    Clock(u64),
    /// A technician comes on call.
    Shift,
    /// A silence or maintenance window begins, ends, or is about to.
    Windows,
    /// A sender may be missing.
    Senders,
    /// An approval comes too late, or an execution leaves the board.
    Execution(u64),
    /// A session leaves the board.
    Session(u64),
    /// What was put aside may be too old.
    Aside,
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
    prints: Prints,
    touched: BTreeSet<Arc<str>>,
    dues: Vec<(Moment, Due)>,
    standing: Standing,
    standing_touched: bool,
    roster: Roster,
    /// Incidents for which nobody could be found.
    lacking: BTreeSet<u64>,
    /// What is still to be done before the next input.
    wishes: BTreeSet<Wish>,
    escalations: VecDeque<Escalation>,
    /// Who has got one more open incident, or one less.
    held: Vec<(String, bool)>,
    silences: Silences,
    /// Which incidents went into a window or came out of one.
    hushed: Vec<Hushed>,
    watch: Watch,
    next_execution: u64,
    executions: BTreeMap<u64, Arc<Execution>>,
    next_session: u64,
    sessions: BTreeMap<u64, Arc<Session>>,
    pile: Pile,
}

#[derive(Debug)]
struct Case {
    incident: Arc<Incident>,
    /// Those whose last incident it is.
    keys: BTreeSet<Arc<str>>,
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
            next_execution: 1,
            executions: Vec::new(),
            next_session: 1,
            sessions: Vec::new(),
            aside: Vec::new(),
            last_aside: 0,
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
            prints: Prints::default(),
            touched: BTreeSet::new(),
            dues: Vec::new(),
            roster: Roster::of(&loaded.standing.roster),
            standing: loaded.standing,
            standing_touched: false,
            lacking: BTreeSet::new(),
            wishes: BTreeSet::new(),
            escalations: VecDeque::new(),
            held: Vec::new(),
            silences: Silences::default(),
            hushed: Vec::new(),
            watch: Watch::default(),
            next_execution: loaded.next_execution,
            executions: loaded.executions.into_iter().map(|one| (one.id.number, Arc::new(one))).collect(),
            next_session: loaded.next_session,
            sessions: loaded.sessions.into_iter().map(|one| (one.id.number, Arc::new(one))).collect(),
            pile: Pile::load(loaded.aside, loaded.last_aside),
        };
        let mut keys_of: HashMap<u64, BTreeSet<Arc<str>>> = HashMap::new();
        for state in loaded.keys {
            let key: Arc<str> = state.key.as_str().into();
            if let Some(number) = state.incident {
                keys_of.entry(number).or_default().insert(key.clone());
            }
            own.dues.push((own.forgotten_at(&state), Due::ForgetKey(key.clone())));
            own.keys.insert(key, state);
        }
        own.load_prints();
        for mut incident in loaded.incidents {
            let number = incident.id.number;
            incident.guess_makeup();
            if let Some(name) = holder(&incident) {
                own.held.push((name.into(), true));
            }
            if incident.lacks_somebody() {
                own.lacking.insert(number);
            }
            // An incident whose keys have moved on to a later one is only reached by its number.
            let keys = keys_of.remove(&number).unwrap_or_default();
            own.incidents.insert(number, Case { incident: Arc::new(incident), keys });
            own.schedule(number);
        }
        own.dues.extend(own.standing.next_shift.map(|at| (at, Due::Shift)));
        own.load_windows();
        own.load_senders();
        own.load_executions();
        own.load_sessions();
        own.dues.extend(own.pile.next_end().map(|at| (at, Due::Aside)));
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

    /// Who has its open incidents; somebody with two of them is named twice.
    pub fn holders(&self) -> impl Iterator<Item = &str> {
        self.incidents.values().filter_map(|case| holder(&case.incident))
    }

    /// Deadlines that came up since this was last asked.
    pub fn take_dues(&mut self) -> Vec<(Moment, Due)> {
        std::mem::take(&mut self.dues)
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
        let before = std::mem::replace(&mut self.tenant, Arc::new(tenant));
        self.allow_anew(&before.settings.actions);
        changes.push(Change::TenantChanged(self.tenant.clone()));
        for number in self.incidents.keys().copied().collect::<Vec<_>>() {
            self.rescore(now, number, changes);
            // By a shorter window it may have been still for long enough already.
            self.calm(now, number, changes);
            self.schedule(number);
        }
        let forgetting = |(key, state): (&Arc<str>, &KeyState)| (self.forgotten_at(state), Due::ForgetKey(key.clone()));
        let forgetting: Vec<_> = self.keys.iter().map(forgetting).collect();
        self.dues.extend(forgetting);
        self.settle_senders(now, changes);
        self.leave_account(now, changes);
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
                let Some(incident) = self.incident(number) else { return };
                let old = incident.resolved_at.is_some_and(|then| then + REMEMBERED_FOR <= at);
                let kept = incident.merged_into.as_ref().is_some_and(|id| self.incidents.contains_key(&id.number));
                if old && !kept {
                    self.dues.extend(incident.merged.clone().into_iter().map(|part| (at, Due::Forget(part))));
                    self.incidents.remove(&number);
                    changes.push(Change::IncidentForgotten { id: self.incident_id(number) });
                }
            }
            Due::Clock(number) => self.catch_up(at, number, changes),
            Due::Shift => self.shift(at),
            Due::Windows => self.due_windows(at, changes),
            Due::Senders => self.due_senders(at, changes),
            Due::Execution(number) => self.due_execution(at, number, changes),
            Due::Session(number) => self.due_session(at, number, changes),
            Due::Aside => self.due_aside(at, changes),
            Due::ForgetKey(key) => self.forget_key(at, key),
        }
    }

    /// Changes an incident without telling: the caller tells with its next [`Self::change`].
    /// What follows from the change is reckoned here: the window that it lies in, score, clocks, deadlines, and whether somebody is to be found.
    fn edit(&mut self, now: Moment, number: u64, with: impl FnOnce(&mut Incident)) {
        let settings = &self.tenant.settings;
        let Some(case) = self.incidents.get_mut(&number) else { return };
        let incident = Arc::make_mut(&mut case.incident);
        let (held, silenced) = (holder(incident).map(str::to_owned), incident.silenced_by.is_some());
        let (clocks, clock_at) = (incident.sla, incident.next_clock());
        with(incident);
        if incident.is_open() {
            let was = incident.silenced_by;
            incident.silenced_by = self.silences.of(&incident.asset_name, &incident.signature, incident.severity);
            if incident.silenced_by != was {
                self.hushed.push(Hushed { number, was, is: incident.silenced_by });
            }
        }
        if incident.assigned_to.is_some() || !incident.is_open() {
            incident.unassigned_because = None;
        }
        if silenced && incident.silenced_by.is_none() {
            incident.run_on(now);
        }
        incident.keep_clocks(now, &settings.sla);
        if incident.is_open() {
            let facts = Facts {
                severity: incident.severity,
                on_critical_asset: self.critical.iter().any(|glob| glob.matches(&incident.asset_name.to_lowercase())),
                episode_count: incident.episode_count,
                tools: incident.tool_sources.len(),
                age: now - incident.opened_at,
            };
            incident.score_terms = priority::terms(&settings.priority, &facts);
            incident.priority_score = incident.score_terms.sum();
        }
        if clock_at != incident.next_clock() || clocks != incident.sla {
            match incident.next_clock() {
                Some(at) if at <= now => drop(self.wishes.insert(Wish::CatchUp(number))),
                at => self.dues.extend(at.map(|at| (at, Due::Clock(number)))),
            }
        }
        let holds = holder(incident);
        if held.as_deref() != holds {
            self.held.extend(holds.map(|name| (name.to_owned(), true)));
            self.held.extend(held.map(|name| (name, false)));
        }
        if incident.lacks_somebody() {
            self.lacking.insert(number);
        } else {
            self.lacking.remove(&number);
        }
        if self.standing.staffed && incident.wants_somebody(settings.priority.assign_threshold) {
            self.wishes.insert(Wish::Assign(number));
        }
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

    /// Tells of an incident only if its score, or a clock, is another one now. A resolved one keeps the score it ended with.
    fn rescore(&mut self, now: Moment, number: u64, changes: &mut Vec<Change>) {
        let Some(before) = self.incident(number).filter(|incident| incident.is_open()).cloned() else { return };
        self.edit(now, number, |_| {});
        if let Some(after) = self.incident(number).filter(|after| **after != before) {
            changes.push(Change::IncidentUpdated(after.clone()));
        }
    }

    /// A line in an incident's history; by nobody when it happened by rule.
    fn write(&self, at: Moment, number: u64, by: Option<&Actor>, what: Event, changes: &mut Vec<Change>) {
        let who = by.map(|by| by.who.clone());
        let seat = by.map(|by| by.seat.clone()).filter(|seat| !seat.is_empty());
        let entry = TimelineEntry { incident_id: self.incident_id(number), at, who, seat, what };
        changes.push(Change::Timeline(Arc::new(entry)));
    }

    fn incident_id(&self, number: u64) -> IncidentId {
        IncidentId { tenant: self.tenant.id.clone(), number }
    }
}

/// Who has it among their open ones.
fn holder(incident: &Incident) -> Option<&str> {
    incident.assigned_to.as_deref().filter(|_| incident.is_open())
}

fn globs(tenant: &Tenant) -> Vec<Glob> {
    tenant.settings.critical_assets.iter().map(|glob| Glob::new(&glob.trim().to_lowercase())).collect()
}
