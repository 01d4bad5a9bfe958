use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::core::alert::{AlertStatus, Report};
use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::engine::{Engine, Senseless};
use crate::core::incident::Status;
use crate::core::input::{Act, Actor, Delivery, Input, OnIncident};
use crate::core::severity::Severity;
use crate::core::tenant::{AggregationKey, Recurrence, Settings};
use crate::core::testing::{report, tenant, tenant_id};

/// An engine with one tenant, and everything it has said.
struct Night {
    engine: Engine,
    changes: Vec<Change>,
}

fn start() -> Moment {
    Moment::parse("2026-01-31T10:00:00Z").unwrap()
}

fn at(minutes: f64) -> Moment {
    #[allow(clippy::cast_possible_truncation)]
    let span = Span((minutes * 60_000.0) as i64);
    start() + span
}

impl Night {
    fn with(settings: Settings) -> Self {
        let mut night = Self { engine: Engine::default(), changes: Vec::new() };
        let tenant = Tenant { settings, ..tenant("comp_acme") };
        let credentials = (&*tenant.credentials).into();
        night.input(start(), Input::Tenant { tenant: Box::new(tenant), credentials });
        night
    }

    fn new() -> Self {
        Self::with(Settings::default())
    }

    fn input(&mut self, at: Moment, input: Input) {
        self.changes.extend(self.engine.apply(at, &tenant_id("comp_acme"), &input));
    }

    fn alert(&mut self, minutes: f64, report: Report) {
        self.input(at(minutes), delivery(vec![report]));
    }

    fn act(&mut self, minutes: f64, incident: u64, act: Act) {
        self.input(at(minutes), Input::Act(OnIncident { incident, by: Actor::named("priya"), act }));
    }

    fn incident(&self, number: u64) -> &Incident {
        self.engine.incident(&IncidentId { tenant: tenant_id("comp_acme"), number }).unwrap()
    }

    fn count(&self) -> usize {
        self.engine.incidents(&tenant_id("comp_acme")).count()
    }

    /// The incident that the last alert was told with.
    fn last_home(&self) -> Option<u64> {
        let of = |change: &Change| match change {
            Change::AlertReceived(alert) => Some(alert.incident_id.as_ref().map(|id| id.number)),
            _ => None,
        };
        self.changes.iter().rev().find_map(of).unwrap()
    }
}

fn delivery(reports: Vec<Report>) -> Input {
    Input::Delivery(Delivery {
        source: "alerts".into(),
        delivery_id: None,
        keys: Vec::new(),
        reports: reports.into_iter().map(Arc::new).collect(),
        indices: Vec::new(),
        rejected: Vec::new(),
        batch: false,
    })
}

fn cpu(tool: &str) -> Report {
    Report { tool_source: tool.into(), ..report("web-01", "high_cpu_usage") }
}

fn over(report: Report) -> Report {
    Report { status: AlertStatus::Resolved, ..report }
}

fn print(fingerprint: &str) -> Report {
    Report { fingerprint: Some(fingerprint.into()), occurred_at: Some(Moment(1)), ..cpu("Prometheus") }
}

#[test]
fn the_published_correlation_example_is_one_incident() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Datadog"));
    night.alert(2.5, cpu("Zabbix"));
    night.alert(5.0, Report { asset_name: "WEB-01 ".into(), ..cpu("Prometheus") });
    assert_eq!(night.count(), 1);
    let incident = night.incident(1);
    assert_eq!((incident.alert_count, incident.tool_sources.len()), (3, 3));
    assert_eq!(incident.asset_name, "web-01");
    assert_eq!(incident.priority_score, 60 + 6 + 10);
}

#[test]
fn the_published_scores_come_out_of_real_alerts() {
    let settings = Settings { critical_assets: vec!["PAY*".into()], ..Settings::default() };
    let mut night = Night::with(settings);
    let on = |asset: &str, severity, tool: &str| Report { severity, tool_source: tool.into(), ..report(asset, "s") };
    for tool in ["a", "b", "a", "b", "a"] {
        night.alert(0.0, on("payment-gw", Severity::Critical, tool));
    }
    for tool in ["a", "b", "c"] {
        night.alert(0.0, on("pay-02", Severity::High, tool));
    }
    night.alert(0.0, on("desk-7", Severity::Medium, "a"));
    assert_eq!(night.incident(1).priority_score, 130);
    night.engine.advance(at(120.0));
    assert_eq!(night.incident(2).priority_score, 94);
    night.engine.advance(at(300.0));
    assert_eq!(night.incident(3).priority_score, 25);
    assert_eq!(night.incident(3).score_terms.age, -5);
    night.engine.advance(at(6_000.0));
    assert_eq!(night.incident(3).priority_score, 20);
    assert_eq!(night.engine.next_deadline().map(|at| at > start() + Span::hours(100)), Some(true));
}

#[test]
fn a_later_episode_joins_and_is_counted() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(10.0, cpu("Zabbix"));
    assert_eq!((night.incident(1).recurrences, night.incident(1).episode_count), (0, 2));
    night.alert(20.1, cpu("Zabbix"));
    assert_eq!(night.count(), 1);
    assert_eq!((night.incident(1).recurrences, night.incident(1).episode_count), (1, 1));
    assert_eq!(night.incident(1).alert_count, 3);
}

#[test]
fn after_a_day_of_silence_an_alert_opens_a_linked_incident() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(24.0 * 60.0, cpu("Zabbix"));
    assert_eq!(night.count(), 1);
    night.alert(48.0 * 60.0 + 1.0, cpu("Zabbix"));
    assert_eq!(night.incident(2).follows.as_ref().map(|id| id.number), Some(1));
}

#[test]
fn recurrence_new_opens_a_linked_incident_for_each_episode() {
    let mut settings = Settings::default();
    settings.correlation.recurrence = Recurrence::New;
    let mut night = Night::with(settings);
    for minutes in [0.0, 5.0, 16.0, 17.0] {
        night.alert(minutes, cpu("Zabbix"));
    }
    assert_eq!((night.incident(1).alert_count, night.incident(2).alert_count), (2, 2));
    assert_eq!(night.incident(2).follows.as_ref().map(|id| id.number), Some(1));
}

#[test]
fn alerts_wait_until_there_are_enough_of_them_in_one_episode() {
    let mut settings = Settings::default();
    settings.correlation.min_alerts_for_incident = 3;
    let mut night = Night::with(settings);
    for minutes in [0.0, 1.0, 20.0, 21.0] {
        night.alert(minutes, cpu("Zabbix"));
        assert_eq!(night.last_home(), None);
    }
    night.alert(22.0, Report { severity: Severity::Low, ..cpu("Datadog") });
    assert_eq!(night.last_home(), Some(1));
    let incident = night.incident(1);
    assert_eq!((incident.alert_count, incident.episode_count), (3, 3));
    assert_eq!((incident.severity, incident.tool_sources.len()), (Severity::High, 2));
    let joined = night.changes.iter().find_map(|change| match change {
        Change::AlertsCorrelated { alerts, .. } => Some(alerts.iter().map(|id| id.number).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(joined, Some(vec![3, 4]));
}

#[test]
fn without_auto_correlate_alerts_stay_alone() {
    let mut settings = Settings::default();
    settings.correlation.auto_correlate = false;
    let mut night = Night::with(settings);
    night.alert(0.0, cpu("Zabbix"));
    assert_eq!((night.count(), night.last_home()), (0, None));
}

#[test]
fn it_ends_when_every_tool_that_reported_it_says_so() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(1.0, cpu("Datadog"));
    night.alert(2.0, over(cpu("Zabbix")));
    assert!(night.incident(1).is_open());
    night.alert(3.0, over(cpu("Datadog")));
    assert_eq!(night.incident(1).status, Status::Resolved);
    assert_eq!((night.incident(1).alert_count, night.incident(1).resolved_by.as_deref()), (2, None));
}

#[test]
fn the_end_of_something_unknown_is_kept_and_ends_nothing() {
    let mut night = Night::new();
    night.alert(0.0, over(cpu("Zabbix")));
    assert_eq!((night.count(), night.last_home()), (0, None));
    night.alert(1.0, cpu("Zabbix"));
    night.alert(2.0, over(cpu("Datadog")));
    assert!(night.incident(1).is_open());
}

#[test]
fn back_within_the_window_it_reopens_and_later_it_follows() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::RESOLVE);
    night.alert(11.0, cpu("Zabbix"));
    assert_eq!((night.incident(1).status, night.incident(1).flaps), (Status::New, 1));
    night.act(12.0, 1, Act::RESOLVE);
    night.alert(22.1, cpu("Zabbix"));
    assert_eq!(night.incident(1).status, Status::Resolved);
    assert_eq!(night.incident(2).follows.as_ref().map(|id| id.number), Some(1));
}

#[test]
fn three_returns_within_an_hour_are_flapping_until_it_has_been_still() {
    let mut night = Night::new();
    for round in 0..4 {
        night.alert(f64::from(round) * 4.0, cpu("Zabbix"));
        night.alert(f64::from(round) * 4.0 + 2.0, over(cpu("Zabbix")));
    }
    // The third return began it; the end that came after does not end it at once.
    assert_eq!((night.incident(1).flaps, night.incident(1).flapping), (3, true));
    assert!(night.incident(1).is_open());
    night.engine.advance(at(23.9));
    assert!(night.incident(1).flapping);
    night.engine.advance(at(24.0));
    assert_eq!((night.incident(1).flapping, night.incident(1).status), (false, Status::Resolved));
    assert_eq!(night.incident(1).resolved_at, Some(at(24.0)));
}

#[test]
fn the_same_alert_seen_again_inflates_nothing() {
    let mut night = Night::new();
    night.alert(0.0, print("f1"));
    let score = night.incident(1).priority_score;
    for minutes in [1.0, 2.0, 300.0] {
        night.alert(minutes, print("f1"));
    }
    let incident = night.incident(1);
    assert_eq!((incident.alert_count, incident.recurrences), (1, 0));
    assert_eq!(incident.priority_score, score - 5);
    assert_eq!(incident.last_alert_at, at(300.0));
    let seen = night.changes.iter().rev().find_map(|change| match change {
        Change::AlertSeenAgain { id, seen, .. } => Some((id.number, *seen)),
        _ => None,
    });
    assert_eq!(seen, Some((1, 4)));
    // Begun anew, or with another fingerprint, it is another alert.
    night.alert(301.0, Report { occurred_at: Some(Moment(2)), ..print("f1") });
    night.alert(301.0, print("f2"));
    assert_eq!(night.incident(1).alert_count, 3);
    night.alert(302.0, over(print("f1")));
    assert!(night.incident(1).is_open());
    night.alert(303.0, over(print("f2")));
    assert!(!night.incident(1).is_open());
}

#[test]
fn operators_work_an_incident_and_nothing_is_done_twice() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    assert_eq!(night.incident(1).acknowledged_by.as_deref(), Some("priya"));
    let before = night.changes.len();
    night.act(2.0, 1, Act::ACKNOWLEDGE);
    assert_eq!(night.changes.len(), before);
    night.act(3.0, 1, Act::Assign { to: "priya".into() });
    night.act(4.0, 1, Act::Note { text: "restarted".into() });
    night.act(5.0, 1, Act::RESOLVE);
    assert_eq!(night.incident(1).resolved_by.as_deref(), Some("priya"));
    let id = IncidentId { tenant: tenant_id("comp_acme"), number: 1 };
    assert_eq!(night.engine.check(at(5.0), &id, &Act::ACKNOWLEDGE), Err(Senseless::Resolved));
    night.act(6.0, 1, Act::Reopen);
    assert_eq!(night.incident(1).status, Status::Acknowledged);
    let lines = night.changes.iter().filter(|change| matches!(change, Change::Timeline(_))).count();
    assert_eq!(lines, 6);
}

#[test]
fn a_resolved_incident_leaves_after_a_day() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::RESOLVE);
    night.engine.advance(at(24.0 * 60.0));
    assert_eq!(night.count(), 1);
    night.engine.advance(at(24.0 * 60.0 + 1.0));
    assert_eq!(night.count(), 0);
}

#[test]
fn one_incident_for_an_asset_takes_all_its_signatures() {
    let mut settings = Settings::default();
    settings.correlation.aggregation_key = AggregationKey::Asset;
    let mut night = Night::with(settings);
    night.alert(0.0, report("web-01", "cpu"));
    night.alert(0.0, report("web-01", "disk"));
    night.alert(1.0, over(report("web-01", "cpu")));
    assert!(night.incident(1).is_open());
    night.alert(1.0, over(report("web-01", "disk")));
    assert_eq!((night.count(), night.incident(1).is_open()), (1, false));
}

/// Something that may happen, and how long after the thing before it.
#[derive(Clone, Debug)]
enum Step {
    Alert(Report),
    Act(u64, Act),
    Settings(Settings),
}

fn any_step() -> impl Strategy<Value = (i64, Step)> {
    let report = (0..3u8, 0..2u8, 0..2u8, 0..4usize, any::<bool>(), proptest::option::of(0..2u8)).prop_map(
        |(asset, signature, tool, severity, resolved, fingerprint)| Report {
            tool_source: format!("tool{tool}"),
            severity: Severity::ALL[severity],
            status: if resolved { AlertStatus::Resolved } else { AlertStatus::Firing },
            fingerprint: fingerprint.map(|f| format!("f{f}")),
            ..report(&format!("asset{asset}"), &format!("sig{signature}"))
        },
    );
    let act = prop_oneof![
        Just(Act::ACKNOWLEDGE),
        Just(Act::RESOLVE),
        Just(Act::Reopen),
        Just(Act::Assign { to: "priya".into() }),
        Just(Act::Note { text: "n".into() }),
    ];
    let settings =
        (5..=15u32, 1..4u32, any::<bool>(), any::<bool>(), 0..4u8).prop_map(|(window, min, new, auto, key)| {
            let mut settings = Settings { critical_assets: vec!["asset1".into()], ..Settings::default() };
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
        });
    let step = prop_oneof![
        12 => report.prop_map(Step::Alert),
        3 => (1..6u64, act).prop_map(|(incident, act)| Step::Act(incident, act)),
        1 => settings.prop_map(Step::Settings),
    ];
    let gap =
        prop_oneof![4 => 0..60_000i64, 4 => 0..900_000i64, 1 => 0..(30 * 3_600_000i64), 1 => Just(40 * 86_400_000)];
    (gap, step)
}

/// The steps as inputs with their times.
fn inputs(steps: &[(i64, Step)]) -> Vec<(Moment, Input)> {
    let mut now = start();
    let put = |settings: &Settings| {
        let tenant = Tenant { settings: settings.clone(), ..tenant("comp_acme") };
        Input::Tenant { credentials: (&*tenant.credentials).into(), tenant: Box::new(tenant) }
    };
    let mut inputs = vec![(now, put(&Settings::default()))];
    for (gap, step) in steps {
        now = now + Span(*gap);
        let input = match step {
            Step::Alert(report) => delivery(vec![report.clone()]),
            Step::Act(incident, act) => {
                Input::Act(OnIncident { incident: *incident, by: Actor::named("priya"), act: act.clone() })
            }
            Step::Settings(settings) => put(settings),
        };
        inputs.push((now, input));
    }
    inputs
}

/// What a store would keep of changes and key states, in memory.
#[derive(Default)]
struct Kept {
    tenant: Option<Arc<Tenant>>,
    incidents: BTreeMap<u64, Arc<Incident>>,
    keys: BTreeMap<String, KeyState>,
    next_alert: u64,
    standing: Standing,
}

impl Kept {
    fn keep(&mut self, changes: &[Change], engine: &mut Engine) {
        for change in changes {
            match change {
                Change::TenantChanged(tenant) => self.tenant = Some(tenant.clone()),
                Change::AlertReceived(alert) => self.next_alert = alert.id.number + 1,
                Change::IncidentCreated(i) | Change::IncidentUpdated(i) | Change::IncidentResolved(i) => {
                    self.incidents.insert(i.id.number, i.clone());
                }
                _ => {}
            }
        }
        for (_, standing) in engine.take_standing() {
            self.standing = standing;
        }
        for (_, key, state) in engine.take_touched() {
            match state {
                Some(state) => drop(self.keys.insert(key, state)),
                None => drop(self.keys.remove(&key)),
            }
        }
    }

    fn load(&self, now: Moment) -> Engine {
        let mut engine = Engine::default();
        let Some(tenant) = &self.tenant else { return engine };
        let recent = |i: &&Arc<Incident>| i.resolved_at.is_none_or(|then| then + REMEMBERED_FOR > now);
        engine.load(Loaded {
            tenant: Tenant::clone(tenant),
            next_alert: self.next_alert.max(1),
            next_incident: self.incidents.keys().next_back().map_or(1, |last| last + 1),
            incidents: self.incidents.values().filter(recent).map(|i| Incident::clone(i)).collect(),
            standing: self.standing.clone(),
            keys: self.keys.values().cloned().collect(),
        });
        engine
    }
}

fn incidents_of(engine: &Engine) -> Vec<Incident> {
    engine.incidents(&tenant_id("comp_acme")).map(|incident| Incident::clone(incident)).collect()
}

fn run(inputs: &[(Moment, Input)]) -> Engine {
    let mut engine = Engine::default();
    for (at, input) in inputs {
        engine.apply(*at, &tenant_id("comp_acme"), input);
    }
    engine
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_at_any_point_changes_nothing(steps in proptest::collection::vec(any_step(), 1..40), cut in 0usize..40) {
        let inputs = inputs(&steps);
        let end = inputs.last().unwrap().0 + Span::hours(3);
        let mut without = run(&inputs);
        without.advance(end);
        let (mut kept, mut engine) = (Kept::default(), Engine::default());
        for (index, (at, input)) in inputs.iter().enumerate() {
            if index == cut {
                engine = kept.load(inputs[index - usize::from(index > 0)].0);
            }
            let changes = engine.apply(*at, &tenant_id("comp_acme"), input);
            kept.keep(&changes, &mut engine);
        }
        engine.advance(end);
        prop_assert_eq!(incidents_of(&engine), incidents_of(&without));
    }

    #[test]
    fn it_makes_no_difference_when_time_is_told(steps in proptest::collection::vec(any_step(), 1..40), ticks in proptest::collection::vec(0i64..3_600_000, 0..40)) {
        let inputs = inputs(&steps);
        let end = inputs.last().unwrap().0 + Span::hours(3);
        let mut without = run(&inputs);
        without.advance(end);
        let mut engine = Engine::default();
        for (index, (at, input)) in inputs.iter().enumerate() {
            if let Some(before) = ticks.get(index) {
                engine.advance(*at - Span(*before));
            }
            engine.apply(*at, &tenant_id("comp_acme"), input);
        }
        engine.advance(end);
        prop_assert_eq!(incidents_of(&engine), incidents_of(&without));
    }

    #[test]
    fn it_makes_no_difference_how_alerts_are_batched(reports in proptest::collection::vec(any_step(), 1..30)) {
        let reports: Vec<Report> = reports.into_iter().filter_map(|(_, step)| match step {
            Step::Alert(report) => Some(report),
            _ => None,
        }).collect();
        let settings = inputs(&[]).remove(0);
        let one = run(&[settings.clone(), (start(), delivery(reports.clone()))]);
        let mut each = vec![settings];
        each.extend(reports.into_iter().map(|report| (start(), delivery(vec![report]))));
        prop_assert_eq!(incidents_of(&one), incidents_of(&run(&each)));
    }

    #[test]
    fn a_replica_equals_the_engine_after_every_prefix(steps in proptest::collection::vec(any_step(), 1..40)) {
        let (mut engine, mut board) = (Engine::default(), Board::default());
        for (at, input) in inputs(&steps) {
            for change in engine.apply(at, &tenant_id("comp_acme"), &input) {
                let revision = board.revision + 1;
                board.apply(&Published { revision, company_id: change.tenant().clone(), change });
            }
            let panel = &board.tenants[&tenant_id("comp_acme")];
            let mut replica: Vec<_> = panel.incidents.values().map(|incident| Incident::clone(incident)).collect();
            replica.sort_by_key(|incident| incident.id.number);
            prop_assert_eq!(&replica, &incidents_of(&engine));
            for incident in &replica {
                prop_assert_eq!(incident.score_terms.sum(), incident.priority_score);
                prop_assert_eq!(incident.resolved_at.is_some(), incident.status == Status::Resolved);
            }
            let mut copy = Board::default();
            copy.reset(board.snapshot());
            prop_assert_eq!(copy.snapshot(), board.snapshot());
        }
    }
}
