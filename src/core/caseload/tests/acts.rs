//! What operators do to one incident, and what they are told when it makes no sense.

use super::*;
use crate::core::limit::Limit;

fn id(number: u64) -> IncidentId {
    IncidentId { tenant: tenant_id("comp_acme"), number }
}

#[test]
fn every_line_says_who_did_it_and_from_where() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act_as("priya", 1.0, 1, Act::Start);
    let last = night.changes.iter().rev().find_map(|change| match change {
        Change::Timeline(entry) => Some(entry.clone()),
        _ => None,
    });
    let last = last.unwrap();
    assert_eq!(
        (last.who.as_deref(), last.seat.as_deref(), &last.what),
        (Some("priya"), Some("pts/1"), &Event::Started)
    );
}

#[test]
fn who_starts_has_it_unless_somebody_else_does() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::Assign { to: "tomas".into() });
    assert_eq!(night.incident(1).status, Status::New);
    night.act(2.0, 1, Act::Start);
    assert_eq!(
        (night.incident(1).status, night.incident(1).assigned_to.as_deref()),
        (Status::InProgress, Some("tomas"))
    );
    night.act(3.0, 1, Act::Release);
    assert_eq!((night.incident(1).status, &night.incident(1).assigned_to), (Status::Acknowledged, &None));
    assert_eq!(night.incident(1).acknowledged_until, Some(at(123.0)));
    night.act(4.0, 1, Act::Start);
    assert_eq!(night.incident(1).assigned_to.as_deref(), Some("priya"));
}

#[test]
fn what_changes_nothing_is_not_told() {
    let acts = [
        vec![Act::ACKNOWLEDGE],
        vec![Act::Start],
        vec![Act::Assign { to: "tomas".into() }],
        vec![Act::Assign { to: "priya".into() }],
        vec![Act::ACKNOWLEDGE, Act::Assign { to: "tomas".into() }, Act::Release],
        vec![Act::Snooze { until: at(60.0), why: None }],
        vec![Act::Snooze { until: at(60.0), why: None }, Act::Wake],
        vec![Act::RESOLVE],
        vec![Act::RESOLVE, Act::Reopen],
    ];
    for acts in acts {
        let mut night = Night::new();
        night.alert(0.0, cpu("Zabbix"));
        acts.iter().for_each(|act| night.act(1.0, 1, act.clone()));
        let before = night.changes.len();
        night.act(2.0, 1, acts.last().unwrap().clone());
        assert_eq!(night.changes.len(), before, "{acts:?}");
    }
}

#[test]
fn a_resolution_keeps_what_was_done() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::Snooze { until: at(60.0), why: None });
    let note = Some("swapped the fan".to_owned());
    night.act(2.0, 1, Act::Resolve { note: note.clone() });
    assert_eq!(night.lines().last(), Some(&(Some("priya".into()), Event::Resolved { note })));
    assert_eq!(night.incident(1).snoozed_until, None);
    night.act(3.0, 1, Act::Reopen);
    assert_eq!((night.incident(1).status, night.incident(1).resolved_at), (Status::New, None));
}

#[test]
fn what_makes_no_sense_is_refused_with_what_would() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.alert(0.0, report("db-01", "disk"));
    night.alert(0.0, report("db-02", "disk"));
    night.act(0.5, 2, Act::RESOLVE);
    let long = |bytes: usize| "x".repeat(bytes);
    let day = 24.0 * 60.0;
    let snooze = |minutes: f64| Act::Snooze { until: at(minutes), why: None };
    let table = [
        (9, Act::ACKNOWLEDGE, Some(Senseless::NoIncident)),
        (2, Act::ACKNOWLEDGE, Some(Senseless::Resolved)),
        (2, Act::Start, Some(Senseless::Resolved)),
        (2, Act::Release, Some(Senseless::Resolved)),
        (2, Act::Reopen, None),
        (2, Act::Note { text: "n".into() }, None),
        (1, Act::Note { text: " \n".into() }, Some(Senseless::EmptyNote)),
        (1, Act::Note { text: long(8_193) }, Some(Senseless::TooLong)),
        (1, Act::Resolve { note: Some(long(8_193)) }, Some(Senseless::TooLong)),
        (1, Act::Acknowledge { why: Some(long(1_025)), until: None }, Some(Senseless::TooLong)),
        (1, Act::Acknowledge { why: Some(long(1_024)), until: None }, None),
        (1, Act::Acknowledge { why: None, until: Some(at(1.0)) }, Some(Senseless::Past)),
        (1, Act::Assign { to: " ".into() }, Some(Senseless::NoName)),
        (1, Act::Assign { to: long(129) }, Some(Senseless::TooLong)),
        (1, Act::Escalate { to: Some(long(129)), why: None }, Some(Senseless::TooLong)),
        (1, snooze(1.0), Some(Senseless::Past)),
        (1, snooze(1.0 + 30.0 * day), None),
        (1, snooze(1.1 + 30.0 * day), Some(Senseless::TooFar)),
        (1, Act::Merge { into: 1 }, Some(Senseless::Itself)),
        (1, Act::Merge { into: 2 }, Some(Senseless::TargetResolved(id(2)))),
        (1, Act::Merge { into: 9 }, Some(Senseless::NoTarget(id(9)))),
        (2, Act::Merge { into: 1 }, Some(Senseless::Resolved)),
        (1, Act::Merge { into: 3 }, None),
        (1, Act::Unmerge { part: 3 }, Some(Senseless::NotItsPart)),
    ];
    for (incident, act, refusal) in table {
        assert_eq!(night.refusal(1.0, incident, &act), refusal, "{act:?}");
        if refusal.is_some() {
            let before = night.changes.len();
            night.act(1.0, incident, act.clone());
            assert_eq!(night.changes.len(), before, "{act:?}");
        }
    }
}

#[test]
fn somebody_who_acknowledges_with_a_reason_says_more_than_before() {
    let mut settings = Settings::default();
    settings.lifecycle.ack_timeout = Limit::minutes(60);
    let mut night = Night::with(settings);
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    night.act_as("tomas", 2.0, 1, Act::ACKNOWLEDGE);
    assert_eq!(night.incident(1).acknowledged_by.as_deref(), Some("priya"));
    night.act_as("tomas", 3.0, 1, Act::Acknowledge { why: Some("patch day".into()), until: None });
    let incident = night.incident(1);
    assert_eq!((incident.acknowledged_by.as_deref(), incident.acknowledged_until), (Some("tomas"), Some(at(63.0))));
    assert_eq!(incident.acknowledged_because.as_deref(), Some("patch day"));
}

/// Minutes.
const A_SECOND: f64 = 1.0 / 60.0;

#[test]
fn two_who_do_the_same_at_once_have_one_winner_and_the_other_a_sentence() {
    let give = |to: &str| Act::Assign { to: to.into() };
    let why = Act::Acknowledge { why: Some("patch day".into()), until: None };
    // What priya does, what tomas wants 3 s later, and what he is told.
    let table = [
        (Act::ACKNOWLEDGE, Act::ACKNOWLEDGE, Some("priya acknowledged it 3 s ago, before you")),
        (Act::ACKNOWLEDGE, why.clone(), Some("priya acknowledged it 3 s ago, before you")),
        (why, Act::ACKNOWLEDGE, Some("priya acknowledged it 3 s ago, before you")),
        (Act::ACKNOWLEDGE, Act::Start, None),
        (Act::ACKNOWLEDGE, give("tomas"), None),
        (Act::ACKNOWLEDGE, Act::RESOLVE, None),
        (Act::Start, Act::Start, Some("priya took it 3 s ago, before you")),
        (Act::Start, Act::ACKNOWLEDGE, Some("priya took it 3 s ago, before you")),
        (Act::Start, give("tomas"), Some("priya took it 3 s ago, before you")),
        (give("priya"), give("tomas"), Some("priya took it 3 s ago, before you")),
        (give("priya"), give("priya"), None),
        (give("sam"), Act::Start, Some("priya gave it to sam 3 s ago, before you")),
        (give("tomas"), Act::Start, None),
        (give("tomas"), give("tomas"), None),
        (give("tomas"), Act::ACKNOWLEDGE, None),
        (Act::RESOLVE, Act::Resolve { note: Some("rebooted".into()) }, Some("priya resolved it 3 s ago, before you")),
        (Act::RESOLVE, Act::ACKNOWLEDGE, Some("priya resolved it 3 s ago, before you")),
        (Act::RESOLVE, Act::Start, Some("priya resolved it 3 s ago, before you")),
        (Act::RESOLVE, Act::Reopen, None),
        (Act::ACKNOWLEDGE, Act::Note { text: "seen".into() }, None),
    ];
    for (first, second, told) in table {
        let mut night = Night::new();
        night.alert(0.0, cpu("Zabbix"));
        night.act(1.0, 1, first.clone());
        let at_once = night.refusal_of("tomas", 1.0 + 3.0 * A_SECOND, 1, &second);
        assert_eq!(at_once.map(|why| why.to_string()).as_deref(), told, "{first:?}, then {second:?}");
        let own = night.refusal(1.0 + 3.0 * A_SECOND, 1, &second);
        assert!(
            !matches!(own, Some(Senseless::Late { .. })),
            "one is not late for oneself: {first:?}, then {second:?}"
        );
        let later = night.refusal_of("tomas", 1.0 + 11.0 * A_SECOND, 1, &second);
        assert!(!matches!(later, Some(Senseless::Late { .. })), "then it is meant: {first:?}, then {second:?}");
    }
}

#[test]
fn what_was_taken_back_is_in_nobody_s_way() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::ACKNOWLEDGE);
    let undo = night.engine.undo(&Actor::named("priya")).unwrap();
    night.input(at(1.0), undo.input);
    assert_eq!(night.refusal_of("tomas", 1.0 + A_SECOND, 1, &Act::ACKNOWLEDGE), None);
    night.act_as("tomas", 1.0 + A_SECOND, 1, Act::ACKNOWLEDGE);
    let late = night.refusal(1.0 + A_SECOND, 1, &Act::ACKNOWLEDGE).unwrap();
    assert_eq!(late.to_string(), "tomas acknowledged it just now, before you");
}

#[test]
fn who_was_late_does_not_take_the_place_of_who_was_first() {
    let mut night = Night::new();
    night.alert(0.0, cpu("Zabbix"));
    night.act(1.0, 1, Act::RESOLVE);
    // As a replay would apply it.
    night.act_as("tomas", 1.0 + A_SECOND, 1, Act::RESOLVE);
    assert_eq!(night.incident(1).resolved_by.as_deref(), Some("priya"));
    let late = night.refusal_of("sam", 1.0 + 2.0 * A_SECOND, 1, &Act::RESOLVE).unwrap();
    assert_eq!(late.to_string(), "priya resolved it 2 s ago, before you");
}
