//! What holds whatever happens: alerts, acts, settings, technicians, merging, gathering, taking back, time, and restarts.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::executing::{self, On, any_on, taken};
use super::executions::reachable;
use super::*;
use crate::core::aside::Aside;
use crate::core::assign::{Loads, Technician};
use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::correlate::Waiting;
use crate::core::execution::Execution;
use crate::core::input::{Again, Delivery, Discard, Gather, OnWindow, Rejected, Unreadable, WindowAct};
use crate::core::limit::Limit;
use crate::core::silence::{Matcher, Repeat, Window};
use crate::core::sla::{Limits, Promise};

const TENANTS: [&str; 2] = ["comp_acme", "comp_borealis"];
const PEOPLE: [&str; 3] = ["priya", "tomas", "kim"];

/// Something that may happen.
#[derive(Clone, Debug)]
enum Step {
    Alert(Report),
    Act(u64, usize, Act),
    Snooze(u64, i64),
    Acknowledge(u64, i64),
    Gather {
        from: Option<u64>,
        into: Option<u64>,
        alerts: u8,
    },
    Undo(usize),
    /// A window's number, when it begins, how long it lasts in minutes; absent: it is ended.
    Window(u64, usize, Option<(i64, i64)>),
    Settings(Box<Settings>),
    Roster(Vec<Technician>),
    /// From which source; some of it may be good.
    Unreadable(usize, Option<Report>),
    /// The number of what was put aside, and what it says to those who can read it.
    Again(u64, Option<Report>),
    Discard(u64),
    /// Who takes it.
    Execution(usize, On),
}

/// A step of a tenant, and how long after the one before it.
type Timed = (i64, usize, Step);

fn any_report() -> impl Strategy<Value = Report> {
    let identity = prop_oneof![
        3 => Just(Identity::Fingerprint),
        2 => Just(Identity::Beginning),
        1 => Just(Identity::Only),
    ];
    let identity = (proptest::option::of(0..2u8), identity, 0..2i64);
    (0..3u8, 0..2u8, 0..2u8, 0..4usize, any::<bool>(), identity).prop_map(
        |(asset, signature, tool, severity, resolved, (fingerprint, identity, began))| Report {
            identity,
            occurred_at: Some(Moment(began)),
            tool_source: format!("tool{tool}"),
            severity: Severity::ALL[severity],
            status: if resolved { AlertStatus::Resolved } else { AlertStatus::Firing },
            fingerprint: fingerprint.map(|f| format!("f{f}")),
            ..report(&format!("asset{asset}"), &format!("sig{signature}"))
        },
    )
}

fn any_act() -> impl Strategy<Value = Act> {
    let somebody = || (0..PEOPLE.len()).prop_map(|at| PEOPLE[at].to_owned());
    prop_oneof![
        Just(Act::ACKNOWLEDGE),
        Just(Act::Start),
        Just(Act::Release),
        Just(Act::Wake),
        Just(Act::Resolve { note: Some("rebooted".into()) }),
        Just(Act::Reopen),
        somebody().prop_map(|to| Act::Assign { to }),
        proptest::option::of(somebody()).prop_map(|to| Act::Escalate { to, why: None }),
        (1..6u64).prop_map(|into| Act::Merge { into }),
        (1..6u64).prop_map(|part| Act::Unmerge { part }),
        Just(Act::Note { text: "n".into() }),
    ]
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let limits = proptest::collection::vec(proptest::option::of(1..300i64), 8);
    let rules = (5..=15u32, 1..4u32, any::<bool>(), any::<bool>(), 0..4u8);
    (rules, limits, proptest::option::of(1..200i64)).prop_map(|((window, min, new, auto, key), limits, timeout)| {
        let mut settings = Settings { critical_assets: vec!["asset1".into()], ..reachable() };
        settings.actions.auto = vec!["*".into()];
        let limit = |at: usize| Limit(limits[at].map(Span::minutes));
        settings.sla.low = Limits { respond: limit(0), resolve: limit(1) };
        settings.sla.medium = Limits { respond: limit(2), resolve: limit(3) };
        settings.sla.high = Limits { respond: limit(4), resolve: limit(5) };
        settings.sla.critical = Limits { respond: limit(6), resolve: limit(7) };
        settings.lifecycle.ack_timeout = Limit(timeout.map(Span::minutes));
        settings.correlation.time_window_minutes = window;
        settings.correlation.min_alerts_for_incident = min;
        settings.correlation.auto_correlate = auto;
        settings.correlation.recurrence = if new { Recurrence::New } else { Recurrence::Join };
        settings.correlation.aggregation_key = [
            AggregationKey::AssetSignature,
            AggregationKey::AssetSignatureTool,
            AggregationKey::Asset,
            AggregationKey::Signature,
        ][usize::from(key)];
        settings
    })
}

fn any_technician() -> impl Strategy<Value = Technician> {
    (0..PEOPLE.len(), any::<bool>(), any::<bool>(), proptest::option::of(0..3u32), 0..4usize).prop_map(
        |(name, skilled, lead, at_most, on_call)| Technician {
            name: PEOPLE[name].into(),
            skills: if skilled { vec!["other".into()] } else { Vec::new() },
            tenants: vec!["*".into()],
            on_call: ["always", "never", "mon-fri 08:00-18:00 Europe/Vilnius", "sat 10:00-11:00; sun 20:00-08:00"]
                [on_call]
                .into(),
            at_most,
            lead,
        },
    )
}

fn any_step() -> impl Strategy<Value = Timed> {
    let number = 1..6u64;
    let step = prop_oneof![
        14 => any_report().prop_map(Step::Alert),
        8 => (number.clone(), 0..PEOPLE.len(), any_act()).prop_map(|(incident, who, act)| Step::Act(incident, who, act)),
        1 => (number.clone(), 1..500_000_000i64).prop_map(|(incident, span)| Step::Snooze(incident, span)),
        1 => (number.clone(), 1..500_000_000i64).prop_map(|(incident, span)| Step::Acknowledge(incident, span)),
        2 => (proptest::option::of(number.clone()), proptest::option::of(number), any::<u8>())
            .prop_map(|(from, into, alerts)| Step::Gather { from, into, alerts }),
        2 => (0..PEOPLE.len()).prop_map(Step::Undo),
        2 => (0..4u64, 0..PEOPLE.len(), proptest::option::of((-30..60i64, 1..200i64)))
            .prop_map(|(number, who, times)| Step::Window(number, who, times)),
        2 => any_settings().prop_map(|settings| Step::Settings(Box::new(settings))),
        1 => proptest::collection::vec(any_technician(), 0..4).prop_map(Step::Roster),
        2 => (0..2usize, proptest::option::of(any_report())).prop_map(|(source, good)| Step::Unreadable(source, good)),
        1 => (1..4u64, proptest::option::of(any_report())).prop_map(|(number, good)| Step::Again(number, good)),
        1 => (1..4u64).prop_map(Step::Discard),
        8 => (0..executing::PEOPLE.len(), any_on()).prop_map(|(who, on)| Step::Execution(who, on)),
    ];
    let gap =
        prop_oneof![4 => 0..60_000i64, 4 => 0..900_000i64, 1 => 0..(30 * 3_600_000i64), 1 => Just(40 * 86_400_000)];
    (gap, prop_oneof![4 => Just(0usize), 1 => Just(1usize)], step)
}

fn put(tenant: &str, settings: &Settings) -> Input {
    let tenant = Tenant { settings: settings.clone(), ..crate::core::testing::tenant(tenant) };
    Input::Tenant { credentials: (&*tenant.credentials).into(), tenant: Box::new(tenant), by: Default::default() }
}

/// A request that can't be read, or only in part.
fn unreadable(source: &str, good: Option<&Report>, again: Option<Box<Again>>) -> Input {
    let (source, rejected) = (source.to_owned(), Rejected { index: 1, reason: "no".into(), fields: Vec::new() });
    match good {
        None if again.is_none() => Input::Unreadable(Unreadable { source, reason: "no".into(), ..Default::default() }),
        good => Input::Delivery(Delivery {
            source,
            reports: good.cloned().map(Arc::new).into_iter().collect(),
            rejected: if again.is_none() { vec![rejected] } else { Vec::new() },
            again,
            ..Delivery::default()
        }),
    }
}

/// Every alert that came, and where it is.
#[derive(Default)]
struct Alerts(BTreeMap<(crate::core::id::TenantId, u64), (Waiting, Option<u64>)>);

impl Alerts {
    fn follow(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::AlertReceived(alert) => {
                    let waiting =
                        Waiting { alert: alert.id.number, at: alert.received_at, report: alert.report.clone() };
                    let home = alert.incident_id.as_ref().map(|id| id.number);
                    self.0.insert((alert.company_id.clone(), alert.id.number), (waiting, home));
                }
                Change::AlertSeenAgain { id, severity: Some(severity), .. } => {
                    let (waiting, _) = self.0.get_mut(&(id.tenant.clone(), id.number)).unwrap();
                    Arc::make_mut(&mut waiting.report).severity = *severity;
                }
                Change::AlertsCorrelated { incident_id, alerts } => self.move_to(alerts, Some(incident_id.number)),
                Change::AlertsReleased { alerts, .. } => self.move_to(alerts, None),
                _ => {}
            }
        }
    }

    fn move_to(&mut self, alerts: &[crate::core::id::AlertId], home: Option<u64>) {
        for id in alerts {
            self.0.get_mut(&(id.tenant.clone(), id.number)).unwrap().1 = home;
        }
    }

    fn of<'a>(&'a self, tenant: &'a str, home: Option<u64>) -> impl Iterator<Item = &'a Waiting> {
        let own = move |((of, _), (_, at)): &(&(crate::core::id::TenantId, u64), &(Waiting, Option<u64>))| {
            of.as_str() == tenant && *at == home
        };
        self.0.iter().filter(own).map(|(_, (waiting, _))| waiting)
    }

    fn firing(&self, tenant: &str, home: u64) -> u64 {
        self.of(tenant, Some(home)).filter(|alert| alert.report.status == AlertStatus::Firing).count() as u64
    }
}

/// The inputs that the steps come to: what is gathered and taken back depends on what was before.
fn inputs(steps: &[Timed]) -> Vec<(Moment, &'static str, Input)> {
    let (mut engine, mut alerts, mut now) = (Engine::default(), Alerts::default(), start());
    let mut inputs = Vec::new();
    let by = |who: usize| Actor::named(PEOPLE[who]);
    let mut take = |engine: &mut Engine, alerts: &mut Alerts, now, tenant: &'static str, input: Input| {
        alerts.follow(&engine.apply(now, &tenant_id(tenant), &input));
        inputs.push((now, tenant, input));
    };
    for tenant in TENANTS {
        take(&mut engine, &mut alerts, now, tenant, put(tenant, &reachable()));
    }
    for (gap, tenant, step) in steps {
        now = now + Span(*gap);
        let mut tenant = TENANTS[*tenant];
        alerts.follow(&engine.advance(now));
        let act =
            |incident: &u64, who: usize, act: Act| Input::Act(OnIncident { incident: *incident, by: by(who), act });
        let input = match step {
            Step::Alert(report) => delivery(vec![report.clone()]),
            Step::Act(incident, who, what) => act(incident, *who, what.clone()),
            Step::Snooze(incident, span) => act(incident, 0, Act::Snooze { until: now + Span(*span), why: None }),
            Step::Acknowledge(incident, span) => {
                act(incident, 1, Act::Acknowledge { why: Some("known".into()), until: Some(now + Span(*span)) })
            }
            Step::Gather { from, into, alerts: which } => {
                let chosen = alerts.of(tenant, *from).enumerate().filter(|(at, _)| which >> (at % 8) & 1 == 1);
                let alerts = chosen.map(|(_, alert)| alert.clone()).collect();
                Input::Gather(Gather { by: by(2), from: *from, into: *into, alerts })
            }
            Step::Undo(who) => match engine.undo(&by(*who)) {
                Ok(undo) => {
                    tenant = TENANTS[usize::from(undo.tenant.as_str() != TENANTS[0])];
                    undo.input
                }
                Err(_) => continue,
            },
            Step::Window(number, who, Some((begins, lasts))) => {
                let window = Window {
                    number: *number,
                    matches: Matcher { asset: Some(format!("asset{}", number % 3)), ..Matcher::default() },
                    begins_at: now + Span::minutes(*begins),
                    lasts: Span::minutes(*lasts),
                    repeats: Repeat::Once,
                    zone: Default::default(),
                    until: None,
                    author: PEOPLE[*who].into(),
                    reason: "patch day".into(),
                    created_at: now,
                };
                Input::Window(OnWindow { by: by(*who), act: WindowAct::Put { window: Box::new(window) } })
            }
            Step::Window(number, who, None) => {
                Input::Window(OnWindow { by: by(*who), act: WindowAct::End { number: *number } })
            }
            Step::Settings(settings) => put(tenant, settings),
            Step::Unreadable(source, good) => unreadable(["a", "b"][*source], good.as_ref(), None),
            Step::Again(number, good) => {
                let again = Again { number: *number, at: now, by: by(1) };
                unreadable("a", good.as_ref(), Some(Box::new(again)))
            }
            Step::Discard(number) => Input::Discard(Discard { by: by(2), numbers: vec![*number, number + 1] }),
            Step::Execution(who, on) => Input::Execution(taken(&engine, tenant, *who, on)),
            Step::Roster(technicians) => {
                Input::Roster { technicians: technicians.clone(), staffed: true, people: Default::default() }
            }
        };
        take(&mut engine, &mut alerts, now, tenant, input);
    }
    inputs
}

/// What a store would keep of changes, key states and what stands, in memory.
#[derive(Default)]
struct Kept(BTreeMap<crate::core::id::TenantId, KeptTenant>);

#[derive(Default)]
struct KeptTenant {
    tenant: Option<Arc<Tenant>>,
    incidents: BTreeMap<u64, Arc<Incident>>,
    keys: BTreeMap<String, KeyState>,
    standing: Standing,
    next_alert: u64,
    executions: BTreeMap<u64, Arc<Execution>>,
    aside: BTreeMap<u64, Aside>,
    last_aside: u64,
}

impl Kept {
    fn keep(&mut self, changes: &[Change], engine: &mut Engine) {
        for change in changes {
            let kept = self.0.entry(change.tenant().clone()).or_default();
            match change {
                Change::TenantChanged(tenant) => kept.tenant = Some(tenant.clone()),
                Change::AlertReceived(alert) => kept.next_alert = alert.id.number + 1,
                Change::IncidentCreated(i) | Change::IncidentUpdated(i) | Change::IncidentResolved(i) => {
                    kept.incidents.insert(i.id.number, i.clone());
                }
                Change::Quarantined { number, source, at, .. } => {
                    kept.last_aside = *number;
                    kept.aside.insert(*number, Aside { number: *number, at: *at, source: source.clone(), size: 0 });
                }
                Change::QuarantineCleared { numbers, .. } => {
                    numbers.iter().for_each(|number| drop(kept.aside.remove(number)));
                }
                Change::ExecutionChanged(one) => drop(kept.executions.insert(one.id.number, one.clone())),
                _ => {}
            }
        }
        for (tenant, key, state) in engine.take_touched() {
            let kept = self.0.entry(tenant).or_default();
            match state {
                Some(state) => drop(kept.keys.insert(key, state)),
                None => drop(kept.keys.remove(&key)),
            }
        }
        for (tenant, standing) in engine.take_standing() {
            self.0.entry(tenant).or_default().standing = standing;
        }
    }

    fn load(&self, now: Moment) -> Engine {
        let mut engine = Engine::default();
        for kept in self.0.values() {
            let Some(tenant) = &kept.tenant else { continue };
            let recent = |i: &&Arc<Incident>| {
                let part = |whole: &Arc<Incident>| whole.merged.contains(&i.id.number);
                // What was merged stays as long as what it was merged into: in the model, for ever.
                i.resolved_at.is_none_or(|then| then + REMEMBERED_FOR > now) || kept.incidents.values().any(part)
            };
            let lately = |one: &&Arc<Execution>| one.ended_at.is_none_or(|then| then + REMEMBERED_FOR > now);
            engine.load(Loaded {
                tenant: Tenant::clone(tenant),
                next_alert: kept.next_alert.max(1),
                next_incident: kept.incidents.keys().next_back().map_or(1, |last| last + 1),
                incidents: kept.incidents.values().filter(recent).map(|i| Incident::clone(i)).collect(),
                standing: kept.standing.clone(),
                keys: kept.keys.values().cloned().collect(),
                next_session: 1,
                sessions: Vec::new(),
                last_aside: kept.last_aside,
                aside: kept.aside.values().cloned().collect(),
                next_execution: kept.executions.keys().next_back().map_or(1, |last| last + 1),
                executions: kept.executions.values().filter(lately).map(|one| Execution::clone(one)).collect(),
            });
        }
        engine
    }
}

fn incidents_of(engine: &Engine) -> Vec<Incident> {
    let of = |tenant: &&str| engine.incidents(&tenant_id(tenant)).map(|incident| Incident::clone(incident)).collect();
    TENANTS.iter().flat_map(|tenant| -> Vec<Incident> { of(tenant) }).collect()
}

fn executions_of(engine: &Engine) -> Vec<Execution> {
    let of = |tenant: &&str| engine.executions(&tenant_id(tenant)).map(|one| Execution::clone(one)).collect::<Vec<_>>();
    TENANTS.iter().flat_map(of).collect()
}

fn run(inputs: &[(Moment, &'static str, Input)]) -> Engine {
    let mut engine = Engine::default();
    for (at, tenant, input) in inputs {
        engine.apply(*at, &tenant_id(tenant), input);
    }
    engine
}

/// What is true of every incident at any time.
fn holds(engine: &Engine, alerts: &Alerts, now: Moment) -> Result<(), TestCaseError> {
    let all = incidents_of(engine);
    let mut loads = Loads::default();
    for incident in &all {
        let of = |number: u64| all.iter().find(|one| one.company_id == incident.company_id && one.id.number == number);
        prop_assert_eq!(incident.score_terms.sum(), incident.priority_score);
        prop_assert_eq!(incident.resolved_at.is_some(), incident.status == Status::Resolved);
        prop_assert!(incident.status != Status::New || incident.acknowledged_by.is_none());
        prop_assert!(incident.status != Status::New || incident.acknowledged_until.is_none());
        prop_assert!(incident.is_open() || incident.snoozed_until.is_none());
        prop_assert!(incident.unassigned_because.is_none() || incident.lacks_somebody());
        prop_assert!(incident.snoozed_until.is_none_or(|until| until > now));
        if let Some(name) = incident.assigned_to.as_deref().filter(|_| incident.is_open()) {
            loads.add(name);
        }
        // No clock goes backwards, and none that runs is past what it has not said.
        for clock in Promise::ALL.into_iter().filter_map(|promise| incident.sla.of(promise)) {
            prop_assert!(clock.from <= now && clock.due_at >= clock.from, "{:?}", clock);
            prop_assert!(clock.stopped_at.is_none_or(|at| at >= clock.from && at <= now), "{:?}", clock);
            prop_assert!(clock.warned || !clock.breached);
            prop_assert!(clock.stopped_at.is_some() || clock.breached || clock.due_at > now, "{:?} at {}", clock, now);
        }
        // Every alert is in one incident, and counted there.
        let parts = incident.merged.iter().map(|part| of(*part).map_or(u64::MAX, |part| part.alert_count));
        let own = alerts.firing(incident.company_id.as_str(), incident.id.number);
        prop_assert_eq!(parts.sum::<u64>() + own, incident.alert_count, "{:?}", incident);
        prop_assert_eq!(incident.makeup.total(), incident.alert_count);
        prop_assert_eq!(incident.makeup.worst().unwrap_or(incident.severity), incident.severity);
        prop_assert!(incident.tool_sources.iter().all(|tool| incident.makeup.knows(tool)));
        for part in &incident.merged {
            prop_assert_eq!(of(*part).and_then(|part| part.merged_into.as_ref()), Some(&incident.id));
        }
        prop_assert!(incident.merged_into.is_none() || !incident.is_open());
    }
    prop_assert_eq!(&loads, engine.loads());
    prop_assert!(engine.prints_hold());
    Ok(())
}

/// A clock that stands says how much of its time is used and how much is left; when that was is no part of it, and moves with
/// every pause.
fn at_rest(mut incident: Incident) -> Incident {
    for clock in [&mut incident.sla.respond, &mut incident.sla.resolve].into_iter().flatten() {
        if let Some(stopped_at) = clock.stopped_at {
            let moved = stopped_at - Moment(0);
            (clock.from, clock.due_at, clock.stopped_at) = (clock.from - moved, clock.due_at - moved, Some(Moment(0)));
        }
    }
    incident
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_at_any_point_changes_nothing(steps in proptest::collection::vec(any_step(), 1..40), cut in 0usize..40) {
        let inputs = inputs(&steps);
        let end = inputs.last().unwrap().0 + Span::hours(30);
        let mut without = run(&inputs);
        without.advance(end);
        let (mut kept, mut engine) = (Kept::default(), Engine::default());
        for (index, (at, tenant, input)) in inputs.iter().enumerate() {
            if index == cut {
                engine = kept.load(inputs[index - usize::from(index > 0)].0);
            }
            let changes = engine.apply(*at, &tenant_id(tenant), input);
            kept.keep(&changes, &mut engine);
        }
        engine.advance(end);
        prop_assert_eq!(incidents_of(&engine), incidents_of(&without));
        prop_assert_eq!(executions_of(&engine), executions_of(&without));
        prop_assert_eq!(engine.standing(&tenant_id(TENANTS[0])), without.standing(&tenant_id(TENANTS[0])));
        prop_assert_eq!(engine.loads(), without.loads());
    }

    #[test]
    fn it_makes_no_difference_when_time_is_told(steps in proptest::collection::vec(any_step(), 1..40), ticks in proptest::collection::vec(0i64..3_600_000, 0..40)) {
        let inputs = inputs(&steps);
        let end = inputs.last().unwrap().0 + Span::hours(30);
        let mut without = run(&inputs);
        without.advance(end);
        let mut engine = Engine::default();
        for (index, (at, tenant, input)) in inputs.iter().enumerate() {
            if let Some(before) = ticks.get(index) {
                engine.advance(*at - Span(*before));
            }
            engine.apply(*at, &tenant_id(tenant), input);
        }
        engine.advance(end);
        prop_assert_eq!(incidents_of(&engine), incidents_of(&without));
        prop_assert_eq!(executions_of(&engine), executions_of(&without));
    }

    #[test]
    fn it_makes_no_difference_how_alerts_are_batched(reports in proptest::collection::vec(any_report(), 1..30), technicians in proptest::collection::vec(any_technician(), 0..4)) {
        let mut each = inputs(&[(0, 0, Step::Roster(technicians))]);
        let mut one = each.clone();
        one.push((start(), TENANTS[0], delivery(reports.clone())));
        each.extend(reports.into_iter().map(|report| (start(), TENANTS[0], delivery(vec![report]))));
        prop_assert_eq!(incidents_of(&run(&one)), incidents_of(&run(&each)));
    }

    #[test]
    fn a_replica_equals_the_engine_and_everything_holds_after_every_prefix(steps in proptest::collection::vec(any_step(), 1..40)) {
        let (mut engine, mut board, mut alerts) = (Engine::default(), Board::default(), Alerts::default());
        for (at, tenant, input) in inputs(&steps) {
            let changes = engine.apply(at, &tenant_id(tenant), &input);
            alerts.follow(&changes);
            for change in changes {
                let revision = board.revision + 1;
                board.apply(&Published { revision, company_id: change.tenant().clone(), change });
            }
            let mut replica: Vec<_> = board.incidents().map(|incident| Incident::clone(incident)).collect();
            replica.sort_by_key(|incident| incident.id.clone());
            prop_assert_eq!(&replica, &incidents_of(&engine));
            let mut replica: Vec<_> = board.executions().map(|one| Execution::clone(one)).collect();
            replica.sort_by_key(|one| one.id.clone());
            prop_assert_eq!(&replica, &executions_of(&engine));
            holds(&engine, &alerts, at)?;
            let mut copy = Board::default();
            copy.reset(board.snapshot());
            prop_assert_eq!(copy.snapshot(), board.snapshot());
        }
    }

    #[test]
    fn what_is_taken_back_leaves_everything_as_it_was(steps in proptest::collection::vec(any_step(), 1..40), who in 0..PEOPLE.len(), last in any_step()) {
        let mut steps = steps;
        let (_, tenant, step) = last;
        let step = match step {
            Step::Act(incident, _, act) => Step::Act(incident, who, act),
            Step::Window(number, _, times) => Step::Window(number, who, times),
            Step::Undo(_) => return Ok(()),
            other => other,
        };
        steps.retain(|(.., step)| !matches!(step, Step::Undo(_)));
        let before = inputs(&steps);
        let mut engine = run(&before);
        let windows = |engine: &Engine, tenant: &str| engine.standing(&tenant_id(tenant)).unwrap().windows.clone();
        let was = incidents_of(&engine);
        let stood = windows(&engine, TENANTS[tenant]);
        steps.push((0, tenant, step));
        let after = inputs(&steps);
        let (at, tenant, input) = after.last().unwrap();
        let by = match input {
            Input::Act(on) => on.by.clone(),
            Input::Gather(gather) => gather.by.clone(),
            Input::Window(on) => on.by.clone(),
            _ => return Ok(()),
        };
        if after.len() == before.len() {
            return Ok(());
        }
        engine.apply(*at, &tenant_id(tenant), input);
        if incidents_of(&engine) == was && windows(&engine, tenant) == stood {
            return Ok(());
        }
        let undo = engine.undo(&by).unwrap();
        engine.apply(*at, &undo.tenant, &undo.input);
        let mut now = incidents_of(&engine);
        // What was opened by hand is over, and empty.
        now.retain(|incident| was.iter().any(|old| old.id == incident.id) || incident.is_open() || incident.alert_count > 0);
        let at_rest = |incidents: Vec<Incident>| incidents.into_iter().map(at_rest).collect::<Vec<_>>();
        prop_assert_eq!(at_rest(now), at_rest(was));
        prop_assert_eq!(windows(&engine, tenant), stood);
    }
}
