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
