//! Acknowledgements, snoozes and the two promises, over time.

use super::*;
use crate::core::input::{OnWindow, WindowAct};
use crate::core::limit::Limit;
use crate::core::silence::{Matcher, Repeat, Window};
use crate::core::sla::{Limits, Promise};

/// Half an hour to respond, four to resolve, a quarter of that for criticals.
fn promised() -> Settings {
    let mut settings = Settings::default();
    settings.sla.high = Limits { respond: Limit::minutes(30), resolve: Limit::minutes(240) };
    settings.sla.critical = Limits { respond: Limit::minutes(8), resolve: Limit::minutes(60) };
    settings
}

fn clock(night: &Night, promise: Promise) -> crate::core::sla::Clock {
    *night.incident(1).sla.of(promise).unwrap()
}

fn critical() -> Report {
    Report { severity: Severity::Critical, ..cpu("Zabbix") }
}

#[test]
fn an_acknowledgement_runs_out_and_whoever_has_it_keeps_it() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::Assign { to: "priya".into() });
    assert_eq!(night.incident(1).acknowledged_until, Some(at(121.0)));
    night.until(120.9);
    assert_eq!(night.incident(1).status, Status::Acknowledged);
    night.until(121.0);
    let incident = night.incident(1);
    assert_eq!((incident.status, incident.acknowledged_by.as_ref()), (Status::New, None));
    assert_eq!(incident.assigned_to.as_deref(), Some("priya"));
    assert_eq!(night.lines().last(), Some(&(None, Event::AcknowledgementExpired)));
}

#[test]
fn an_acknowledgement_lasts_as_long_as_it_says_itself() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    let why = Some("vendor called".to_owned());
    night.act(1.0, 1, Act::Acknowledge { why: why.clone(), until: Some(at(10.0)) });
    assert_eq!(night.lines().last(), Some(&(Some("priya".into()), Event::Acknowledged { why, until: Some(at(10.0)) })));
    night.until(10.0);
    assert_eq!((night.incident(1).status, &night.incident(1).acknowledged_because), (Status::New, &None));

    let mut settings = Settings::default();
    settings.lifecycle.ack_timeout = Limit::OFF;
    let mut night = Night::with(settings);
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.until(60.0 * 24.0 * 30.0);
    assert_eq!(night.incident(1).status, Status::Acknowledged);
}

#[test]
fn work_that_has_begun_runs_out_no_more() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.act(2.0, 1, Act::Start);
    night.until(600.0);
    assert_eq!(night.incident(1).status, Status::InProgress);
}

#[test]
fn what_is_worse_breaks_an_acknowledgement_and_a_snooze_and_what_is_not_does_not() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.act(1.0, 1, Act::Snooze { until: at(60.0), why: None });
    for tool in ["Zabbix", "Datadog"] {
        night.alert(2.0, Report { severity: Severity::Low, ..cpu(tool) });
        night.alert(30.0, cpu(tool));
    }
    assert_eq!((night.incident(1).status, night.incident(1).snoozed_until), (Status::Acknowledged, Some(at(60.0))));
    night.alert(31.0, critical());
    let incident = night.incident(1);
    assert_eq!((incident.status, incident.snoozed_until, incident.acknowledged_by.as_ref()), (Status::New, None, None));
    let lines = night.lines();
    let worsened = Event::Worsened { severity: Severity::Critical };
    assert_eq!(
        lines[lines.len() - 3..],
        [worsened, Event::AcknowledgementBroken, Event::Woke].map(|what| (None, what))
    );
    // Work that has begun goes on.
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::Start);
    night.alert(2.0, critical());
    assert_eq!(night.incident(1).status, Status::InProgress);
}

#[test]
fn the_same_alert_that_got_worse_breaks_an_acknowledgement_too() {
    let mut night = Night::new();
    night.alert(0.0, print("f1"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.alert(2.0, print("f1"));
    assert_eq!(night.incident(1).status, Status::Acknowledged);
    night.alert(3.0, Report { severity: Severity::Critical, ..print("f1") });
    assert_eq!((night.incident(1).status, night.incident(1).alert_count), (Status::New, 1));
}

#[test]
fn a_snooze_ends_and_it_is_new_again() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::Assign { to: "priya".into() });
    night.act(2.0, 1, Act::Snooze { until: at(32.0), why: Some("reboot at noon".into()) });
    assert!(!night.incident(1).is_loud());
    night.until(32.0);
    let incident = night.incident(1);
    assert_eq!((incident.status, incident.snoozed_until), (Status::New, None));
    assert_eq!(incident.assigned_to.as_deref(), Some("priya"));
    assert_eq!(night.lines().last(), Some(&(None, Event::Woke)));
    night.act(33.0, 1, Act::Snooze { until: at(60.0), why: None });
    night.act(34.0, 1, Act::Wake);
    assert!(night.incident(1).is_loud());
    let lines = night.lines().len();
    night.until(100.0);
    assert_eq!(night.lines().len(), lines);
}

#[test]
fn promises_warn_break_and_escalate() {
    let mut night = Night::with(promised());
    night.alert(0.0, cpu("Zabbix"));
    assert_eq!(clock(&night, Promise::Respond).due_at, at(30.0));
    night.until(22.5);
    assert!(night.incident(1).sla.warned());
    night.until(30.0);
    let respond = Promise::Respond;
    let why = Some("the time to respond has run out".to_owned());
    assert_eq!(
        night.lines()[1..],
        [
            (None, Event::SlaWarning { promise: respond }),
            (None, Event::SlaBreached { promise: respond }),
            (None, Event::Escalated { to: None, why }),
        ]
    );
    assert_eq!(night.incident(1).escalations, 1);
    night.act(31.0, 1, Act::ACKNOWLEDGE);
    let kept = clock(&night, respond);
    assert_eq!((kept.stopped_at, kept.breached), (Some(at(31.0)), true));
    night.until(180.0);
    assert!(night.incident(1).sla.warned());
    night.act(181.0, 1, Act::RESOLVE);
    night.until(300.0);
    let resolve = clock(&night, Promise::Resolve);
    assert_eq!((resolve.stopped_at, resolve.breached), (Some(at(181.0)), false));
}

#[test]
fn whatever_answers_stops_the_first_clock_and_what_does_not_does_not() {
    let table = [
        (Act::ACKNOWLEDGE, true),
        (Act::Start, true),
        (Act::Assign { to: "priya".into() }, true),
        (Act::Assign { to: "tomas".into() }, false),
        (Act::RESOLVE, true),
        (Act::Note { text: "looking".into() }, false),
        (Act::Snooze { until: at(20.0), why: None }, false),
        (Act::Escalate { to: Some("tomas".into()), why: None }, false),
        (Act::Release, false),
    ];
    for (act, answers) in table {
        let mut night = Night::with(promised());
        night.alert(0.0, cpu("Zabbix"));
        night.act(1.0, 1, act.clone());
        assert_eq!(clock(&night, Promise::Respond).stopped_at.is_some(), answers, "{act:?}");
        let over = matches!(act, Act::Resolve { .. });
        assert_eq!(clock(&night, Promise::Resolve).stopped_at.is_some(), over, "{act:?}");
    }
}

#[test]
fn what_is_worse_or_set_anew_counts_from_the_beginning() {
    let mut night = Night::with(promised());
    night.alert(0.0, cpu("Zabbix"));
    night.alert(5.0, critical());
    assert_eq!(clock(&night, Promise::Respond).due_at, at(8.0));
    assert_eq!(clock(&night, Promise::Resolve).due_at, at(60.0));
    // It was past three quarters already, and says so at once.
    let mut night = Night::with(promised());
    night.alert(0.0, cpu("Zabbix"));
    night.alert(7.0, critical());
    assert_eq!(night.lines().last(), Some(&(None, Event::SlaWarning { promise: Promise::Respond })));
    let mut settings = promised();
    settings.sla.critical.respond = Limit::minutes(60);
    night.set(7.5, settings);
    assert_eq!((clock(&night, Promise::Respond).due_at, night.incident(1).sla.warned()), (at(60.0), false));
    let mut settings = promised();
    settings.sla.critical.respond = Limit::minutes(1);
    night.set(7.6, settings);
    assert!(clock(&night, Promise::Respond).breached);
    night.set(8.0, Settings::default());
    assert_eq!(night.incident(1).sla, Default::default());
    night.set(9.0, promised());
    assert_eq!((clock(&night, Promise::Respond).from, night.incident(1).sla.breached()), (at(9.0), false));
}

#[test]
fn what_comes_back_is_to_be_answered_anew_and_the_time_it_was_over_does_not_count() {
    let mut night = Night::with(promised());
    night.alert(0.0, cpu("Zabbix"));
    night.act(10.0, 1, Act::ACKNOWLEDGE);
    night.act(20.0, 1, Act::RESOLVE);
    night.alert(25.0, cpu("Zabbix"));
    assert_eq!(night.incident(1).status, Status::New);
    assert_eq!((clock(&night, Promise::Respond).from, clock(&night, Promise::Respond).stopped_at), (at(25.0), None));
    assert_eq!((clock(&night, Promise::Resolve).due_at, clock(&night, Promise::Resolve).stopped_at), (at(245.0), None));
}

/// Over all that is tried here.
fn window(begins: f64, minutes: i64) -> Input {
    let window = Window {
        number: 0,
        matches: Matcher { asset: Some("web-*".into()), ..Matcher::default() },
        begins_at: at(begins),
        lasts: Span::minutes(minutes),
        repeats: Repeat::Once,
        zone: Default::default(),
        until: None,
        author: "priya".into(),
        reason: "patch day".into(),
        created_at: at(0.0),
    };
    Input::Window(OnWindow { by: Actor::named("priya"), act: WindowAct::Put { window: Box::new(window) } })
}

#[test]
fn no_clock_runs_in_a_window() {
    let mut night = Night::with(promised());
    night.input(at(0.0), window(10.0, 60));
    night.alert(0.0, cpu("Zabbix"));
    night.until(69.9);
    assert_eq!(clock(&night, Promise::Respond).stopped_at, Some(at(10.0)));
    night.until(70.0);
    let (respond, resolve) = (clock(&night, Promise::Respond), clock(&night, Promise::Resolve));
    assert_eq!((respond.due_at, respond.stopped_at), (at(90.0), None));
    assert_eq!((resolve.due_at, resolve.stopped_at), (at(300.0), None));
    night.until(90.0);
    assert!(clock(&night, Promise::Respond).breached);
}

#[test]
fn what_opens_in_a_window_is_not_late_when_the_window_ends() {
    let mut night = Night::with(promised());
    night.input(at(0.0), window(0.0, 300));
    night.alert(1.0, cpu("Zabbix"));
    assert_eq!(night.incident(1).sla, Default::default());
    night.until(300.0);
    assert_eq!(clock(&night, Promise::Respond).from, at(300.0));
}
