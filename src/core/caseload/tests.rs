use std::sync::Arc;

mod acts;
mod assigning;
mod by_itself;
mod clocks;
mod executing;
mod executions;
mod gathering;
mod identity;
mod merging;
mod properties;
mod sessions;
mod undoing;

use super::*;
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::engine::{Engine, Senseless};
use crate::core::incident::Status;
use crate::core::input::{Act, Actor, Input, OnIncident};
use crate::core::severity::Severity;
use crate::core::tenant::{AggregationKey, Recurrence, Settings};
use crate::core::testing::{delivery, report, tenant, tenant_id};
use crate::core::time::Span;
use crate::core::timeline::Event;

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
        night.input(start(), Input::Tenant { tenant: Box::new(tenant), credentials, by: Default::default() });
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

    fn act_as(&mut self, who: &str, minutes: f64, incident: u64, act: Act) {
        let by = Actor { who: who.into(), seat: "pts/1".into() };
        self.input(at(minutes), Input::Act(OnIncident { incident, by, act }));
    }

    fn until(&mut self, minutes: f64) {
        self.changes.extend(self.engine.advance(at(minutes)));
    }

    fn set(&mut self, minutes: f64, settings: Settings) {
        let tenant = Tenant { settings, ..tenant("comp_acme") };
        self.input(
            at(minutes),
            Input::Tenant {
                credentials: (&*tenant.credentials).into(),
                tenant: Box::new(tenant),
                by: Default::default(),
            },
        );
    }

    fn refusal(&self, minutes: f64, incident: u64, act: &Act) -> Option<Senseless> {
        self.refusal_of("priya", minutes, incident, act)
    }

    fn refusal_of(&self, who: &str, minutes: f64, incident: u64, act: &Act) -> Option<Senseless> {
        let id = IncidentId { tenant: tenant_id("comp_acme"), number: incident };
        self.engine.check(at(minutes), &Actor::named(who), &id, act).err()
    }

    /// Everything that its incidents' histories say, and who did it.
    fn lines(&self) -> Vec<(Option<String>, Event)> {
        let line = |change: &Change| match change {
            Change::Timeline(entry) => Some((entry.who.clone(), entry.what.clone())),
            _ => None,
        };
        self.changes.iter().filter_map(line).collect()
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

fn cpu(tool: &str) -> Report {
    Report { tool_source: tool.into(), ..report("web-01", "high_cpu_usage") }
}

fn over(report: Report) -> Report {
    Report { status: AlertStatus::Resolved, ..report }
}

fn print(fingerprint: &str) -> Report {
    let began = Report { identity: Identity::Beginning, occurred_at: Some(Moment(1)), ..cpu("Prometheus") };
    Report { fingerprint: Some(fingerprint.into()), ..began }
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
    assert_eq!(night.engine.check(at(5.0), &Actor::named("priya"), &id, &Act::ACKNOWLEDGE), Err(Senseless::Resolved));
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
