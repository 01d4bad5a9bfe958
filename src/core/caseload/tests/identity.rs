//! Which problem a report means: repeats, ends and changes are known by the sender's fingerprint, whatever else they say.

use proptest::prelude::*;

use super::*;
use crate::core::correlate::{self, KeyState};
use crate::core::input::Delivery;
use crate::core::receipt::Receipts;

/// A problem of PagerDuty's, say: nothing tells when it began.
fn problem(asset: &str, print: &str) -> Report {
    Report { fingerprint: Some(print.into()), ..report(asset, "cpu") }
}

/// A report that carries nothing but an identity, filled in as a parser does.
fn only(print: &str, status: AlertStatus) -> Report {
    let names = Report { severity: Severity::Medium, tool_source: "PagerDuty".into(), ..report(print, "pagerduty") };
    Report { status, fingerprint: Some(print.into()), identity: Identity::Only, ..names }
}

fn from(source: &str, report: Report) -> Input {
    match delivery(vec![report]) {
        Input::Delivery(delivery) => Input::Delivery(Delivery { source: source.into(), ..delivery }),
        other => other,
    }
}

impl Night {
    fn last_alert(&self) -> Arc<crate::core::alert::Alert> {
        let alerts = self.changes.iter().rev().filter_map(|change| match change {
            Change::AlertReceived(alert) => Some(alert.clone()),
            _ => None,
        });
        alerts.clone().next().unwrap()
    }

    fn last_seen(&self) -> (u64, u32, Option<Severity>) {
        let seen = self.changes.iter().rev().find_map(|change| match change {
            Change::AlertSeenAgain { id, seen, severity, .. } => Some((id.number, *seen, *severity)),
            _ => None,
        });
        seen.unwrap()
    }
}

#[test]
fn an_end_is_known_by_its_fingerprint_whatever_it_says() {
    let mut night = Night::new();
    night.alert(0.0, problem("web-01", "p1"));
    night.alert(1.0, over(Report { signature: "cpu is fine".into(), ..problem("web-1.acme.example", "p1") }));
    assert!(!night.incident(1).is_open());
    assert_eq!(night.last_home(), Some(1));
    assert_eq!(night.count(), 1);
}

#[test]
fn a_repeat_is_known_by_its_fingerprint_whatever_it_says() {
    let mut night = Night::new();
    night.alert(0.0, problem("web-01", "p1"));
    let said = Report { signature: "cpu at 97 %".into(), occurred_at: Some(Moment(7)), ..problem("web-01", "p1") };
    night.alert(30.0, said.clone());
    night.alert(60.0, Report { asset_name: "web-02".into(), ..said });
    assert_eq!((night.count(), night.incident(1).alert_count), (1, 1));
    assert_eq!(night.last_seen(), (1, 3, None));
    // Once it is over, it is news.
    night.alert(61.0, over(problem("web-01", "p1")));
    night.alert(62.0, problem("web-01", "p1"));
    assert_eq!((night.incident(1).alert_count, night.incident(1).flaps), (2, 1));
}

#[test]
fn what_somebody_resolved_comes_back_with_the_next_repeat() {
    let mut night = Night::new();
    night.alert(0.0, problem("web-01", "p1"));
    night.act(1.0, 1, Act::RESOLVE);
    night.alert(2.0, problem("web-01", "p1"));
    assert!(night.incident(1).is_open());
    assert_eq!(night.incident(1).alert_count, 2);
}

#[test]
fn what_began_anew_under_another_name_is_not_what_it_was() {
    let began = |asset: &str, at: i64| Report {
        identity: Identity::Beginning,
        occurred_at: Some(Moment(at)),
        ..problem(asset, "p1")
    };
    let mut night = Night::new();
    night.alert(0.0, began("web-01", 1));
    night.alert(1.0, began("web-02", 1));
    assert_eq!((night.count(), night.incident(1).alert_count), (1, 1));
    night.alert(2.0, began("web-02", 2));
    assert!(!night.incident(1).is_open(), "it fires under its new name only");
    assert_eq!(night.incident(2).asset_name, "web-02");
    night.alert(3.0, over(began("web-02", 2)));
    assert!(!night.incident(2).is_open());
}

#[test]
fn a_fingerprint_counts_within_its_source_and_tool() {
    let mut night = Night::new();
    night.input(at(0.0), from("zabbix-a", problem("web-01", "1234")));
    night.input(at(1.0), from("zabbix-b", problem("db-01", "1234")));
    night.alert(2.0, Report { tool_source: "Nagios".into(), ..problem("app-01", "1234") });
    assert_eq!(night.count(), 3);
    night.input(at(3.0), from("zabbix-b", over(problem("db-01", "1234"))));
    assert_eq!([1, 2, 3].map(|number| night.incident(number).is_open()), [true, false, true]);
}

#[test]
fn a_report_with_nothing_but_an_identity_takes_the_names_that_are_known() {
    let mut night = Night::new();
    night.input(at(0.0), from("pd", Report { tool_source: "Nagios".into(), ..problem("web-01", "p1") }));
    night.input(at(1.0), from("pd", only("p1", AlertStatus::Firing)));
    assert_eq!(night.last_seen(), (1, 2, None), "it says nothing of how bad it is");
    let end = from("pd", only("p1", AlertStatus::Resolved));
    let Input::Delivery(delivery) = &end else { unreachable!() };
    let changes = night.engine.apply(at(2.0), &tenant_id("comp_acme"), &end);
    let receipt = &Receipts::of(delivery, &changes).alerts[0];
    assert_eq!((receipt.alert_id.number, receipt.incident_id.as_ref().map(|id| id.number)), (2, Some(1)));
    night.changes.extend(changes);
    let kept = night.last_alert().report.clone();
    assert_eq!(
        (kept.asset_name.as_str(), kept.signature.as_str(), kept.tool_source.as_str()),
        ("web-01", "cpu", "Nagios")
    );
    assert_eq!((kept.severity, kept.status), (Severity::High, AlertStatus::Resolved));
    assert!(!night.incident(1).is_open());
}

#[test]
fn an_identity_that_nobody_knows_is_kept_and_opens_nothing() {
    for status in [AlertStatus::Firing, AlertStatus::Resolved] {
        let mut night = Night::new();
        night.alert(0.0, only("p9", status));
        assert_eq!((night.count(), night.last_home()), (0, None));
        assert_eq!(night.last_alert().report.asset_name, "p9");
    }
}

#[test]
fn a_tools_own_severity_goes_both_ways() {
    let as_bad = |severity, print: &str| Report { severity, ..problem("web-01", print) };
    let mut night = Night::new();
    night.alert(0.0, as_bad(Severity::Medium, "p1"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.alert(2.0, as_bad(Severity::Critical, "p1"));
    assert_eq!(night.last_seen(), (1, 2, Some(Severity::Critical)));
    assert_eq!((night.incident(1).severity, night.incident(1).status), (Severity::Critical, Status::New));
    night.alert(3.0, as_bad(Severity::Critical, "p1"));
    assert_eq!(night.last_seen(), (1, 3, None), "only what has changed is told");
    // Another alert is as bad as that, and holds it up.
    night.alert(4.0, as_bad(Severity::High, "p2"));
    night.alert(5.0, as_bad(Severity::Low, "p1"));
    assert_eq!(night.incident(1).severity, Severity::High);
    assert_eq!(night.incident(1).score_terms.severity, 60);
    night.alert(6.0, as_bad(Severity::Medium, "p2"));
    assert_eq!(night.incident(1).severity, Severity::Medium);
    let eased: Vec<Event> = night
        .lines()
        .into_iter()
        .map(|(_, event)| event)
        .filter(|event| matches!(event, Event::Eased { .. }))
        .collect();
    assert_eq!(eased, [Event::Eased { severity: Severity::High }, Event::Eased { severity: Severity::Medium }]);
}

#[test]
fn what_waits_gets_worse_too() {
    let mut settings = Settings::default();
    settings.correlation.min_alerts_for_incident = 2;
    let mut night = Night::with(settings);
    night.alert(0.0, Report { severity: Severity::Low, ..problem("web-01", "p1") });
    night.alert(1.0, Report { severity: Severity::Critical, ..problem("web-01", "p1") });
    assert_eq!(night.count(), 0, "seen twice is no second alert");
    night.alert(2.0, Report { severity: Severity::Low, ..problem("web-01", "p2") });
    assert_eq!((night.incident(1).severity, night.incident(1).alert_count), (Severity::Critical, 2));
}

#[test]
fn what_fires_is_known_by_its_fingerprint_after_a_restart_and_an_update() {
    let mut night = Night::new();
    night.alert(0.0, problem("web-01", "p1"));
    let mut keys: Vec<KeyState> = night.engine.take_touched().into_iter().filter_map(|(.., state)| state).collect();
    let loaded = |keys: Vec<KeyState>| Loaded {
        tenant: tenant("comp_acme"),
        next_alert: 2,
        next_incident: 2,
        incidents: vec![night.incident(1).clone()],
        keys,
        standing: Standing::default(),
        next_execution: 1,
        executions: Vec::new(),
        next_session: 1,
        sessions: Vec::new(),
        aside: Vec::new(),
        last_aside: 0,
    };
    let ends = |loaded: Loaded| {
        let mut engine = Engine::default();
        engine.load(loaded);
        engine.apply(at(1.0), &tenant_id("comp_acme"), &delivery(vec![over(problem("renamed", "p1"))]));
        let id = IncidentId { tenant: tenant_id("comp_acme"), number: 1 };
        !engine.incident(&id).unwrap().is_open()
    };
    assert!(ends(loaded(keys.clone())));
    // As an earlier version kept it.
    let slots = std::mem::take(&mut keys[0].slots);
    let old = |slot: correlate::Slot| correlate::Slot { severity: None, named: None, ..slot };
    keys[0].slots =
        slots.into_values().map(|slot| (correlate::old_print(&problem("web-01", "p1")), old(slot))).collect();
    let json = serde_json::to_string(&keys[0]).unwrap();
    assert!(json.contains(r#""slots":{"f:6:zabbix|p1":{"alert":1,"since":null,"seen":1}}"#), "{json}");
    assert!(ends(loaded(keys)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// However often a tool sends again what still fires, every incident comes out as if it had been sent once.
    #[test]
    fn repeats_inflate_nothing(steps in proptest::collection::vec((0..400_000i64, 0..3u8, 0..3u8, any::<bool>(), 0..4usize), 1..30)) {
        let (mut once, mut often, mut now) = (Night::new(), Night::new(), start());
        for (gap, asset, print, ends, repeats) in steps {
            now = now + Span(gap);
            let status = if ends { AlertStatus::Resolved } else { AlertStatus::Firing };
            // A problem has one name, or the repeats of one would be seen in another's incident.
            let report = Report { status, ..problem(&format!("a{}", asset.max(print)), &format!("p{print}")) };
            once.input(now, delivery(vec![report.clone()]));
            often.input(now, delivery(vec![report.clone()]));
            for _ in 0..repeats {
                now = now + Span(1_000);
                once.engine.advance(now);
                let again = Report { message: "still".into(), ..report.clone() };
                often.input(now, delivery(vec![again]));
            }
        }
        let scores = |night: &Night| {
            let acme = tenant_id("comp_acme");
            let all = night.engine.incidents(&acme);
            all.map(|i| (i.id.number, i.score_terms, i.priority_score, i.alert_count, i.recurrences, i.status)).collect::<Vec<_>>()
        };
        prop_assert_eq!(scores(&once), scores(&often));
    }
}
