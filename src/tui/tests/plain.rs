//! The plain seat: what is said as it happens, and what is answered.

use std::sync::Arc;

use super::fixture::{NOW, World, night};
use crate::core::change::Published;
use crate::core::input::Act;
use crate::core::severity::Severity;
use crate::core::testing::report;
use crate::core::time::Span;
use crate::link::{Feed, Refusal, Reply, Request};
use crate::tui::clock;
use crate::tui::effect::Effect;
use crate::tui::plain::{Outcome, Plain, Sitting};

fn seat_with(world: &World, read_only: bool) -> Plain {
    let sitting =
        Sitting { operator: "priya".into(), read_only, bell: Some(Severity::Critical), utc_offset: clock::utc };
    let mut plain = Plain::new(sitting, NOW);
    let outcome = plain.changed(Feed::Snapshot(Box::new(world.board.snapshot())));
    let summary = "17 open: 1 critical, 12 high, 3 medium, 1 low. 15 not acknowledged. list tells which, help what can be \
                   typed.";
    assert_eq!(outcome.lines, [summary]);
    plain
}

fn seat(world: &World) -> Plain {
    seat_with(world, false)
}

fn happened(plain: &mut Plain, changes: Vec<Published>) -> Outcome {
    plain.changed(Feed::Changes(Arc::new(changes)))
}

/// Types a line, and answers as the engine would.
fn typed(plain: &mut Plain, world: &World, line: &str) -> Vec<String> {
    let mut outcome = plain.typed(line);
    let mut said = std::mem::take(&mut outcome.lines);
    if let Some((purpose, request)) = outcome.ask {
        let (purpose, reply) = world.answer(&Effect::Ask(purpose, request)).unwrap();
        said.extend(plain.answered(&purpose, Ok(reply)).lines);
    }
    said
}

#[test]
fn what_happens_is_said_in_words_and_what_merely_goes_on_is_not() {
    let mut world = night();
    let mut plain = seat(&world);
    let critical = crate::core::alert::Report { severity: Severity::Critical, ..report("core-sw", "down") };
    let outcome = happened(&mut plain, world.report(Span(0), "comp_fjord", critical.clone()));
    assert_eq!(outcome.lines, ["03:12: opened. critical core-sw down, Fjord Bank, comp_fjord-i2"]);
    assert!(outcome.ring);
    let outcome = happened(&mut plain, world.report(Span(0), "comp_fjord", critical));
    assert!(outcome.lines.is_empty() && !outcome.ring, "{outcome:?}");
    let outcome = happened(&mut plain, world.act(Span(0), "comp_fjord", 2, "sam", Act::ACKNOWLEDGE));
    assert_eq!(
        outcome.lines,
        ["03:12 sam: acknowledged until 05:12. critical core-sw down, Fjord Bank, comp_fjord-i2"]
    );
    let resolve = Act::Resolve { note: Some("rebooted".into()) };
    let outcome = happened(&mut plain, world.act(Span(0), "comp_fjord", 2, "sam", resolve));
    assert_eq!(outcome.lines, ["03:12 sam: resolved: rebooted. critical core-sw down, Fjord Bank, comp_fjord-i2"]);
    plain.typed("filter tenant:acme");
    let outcome = happened(&mut plain, world.act(Span(0), "comp_fjord", 2, "sam", Act::Reopen));
    assert!(outcome.lines.is_empty(), "{outcome:?}");
}

#[test]
fn trouble_is_said_once_when_it_begins_and_once_when_it_is_over() {
    let world = night();
    let mut plain = seat(&world);
    let mut pulse = world.board.pulse.clone();
    pulse.store_error = Some("the disk is full".into());
    let lines = plain.changed(Feed::Pulse(Box::new(pulse.clone()))).lines;
    assert_eq!(lines, ["Trouble: STORE: the disk is full. Senders get 503 and retry until this is mended."]);
    assert!(plain.changed(Feed::Pulse(Box::new(pulse))).lines.is_empty());
    assert!(plain.changed(Feed::Pulse(Box::new(world.board.pulse.clone()))).lines[0].starts_with("Over: STORE"));
    assert!(plain.tick(NOW + Span(34_000)).lines.is_empty());
    assert!(plain.tick(NOW + Span(36_000)).lines[0].starts_with("Trouble: NOTHING HEARD FOR 35 s"));
    assert!(plain.tick(NOW + Span(90_000)).lines.is_empty(), "the seconds that pass are no news");
    assert!(plain.changed(Feed::Lost("it was stopped".into())).lines[0].starts_with("Trouble: ENGINE LOST"));
}

#[test]
fn a_list_has_numbers_and_the_numbers_can_be_used() {
    let world = night();
    let mut plain = seat(&world);
    assert_eq!(plain.typed("ack 1").lines, ["Which one? Its number in the last list, or its id. list tells them."]);
    let lines = typed(&mut plain, &world, "list 2");
    assert_eq!(
        lines,
        [
            "1. critical payment-gw high_latency, Acme Corp, comp_acme-i1; score 130, new, 5 alerts, open for 12m",
            "2. high db-01 replication_lag, Acme Corp, comp_acme-i2; score 80, acknowledged, acknowledged by priya, 1 alert, open for 6m",
            "And 15 more.",
        ]
    );
    let ask = |plain: &mut Plain, line: &str| match plain.typed(line).ask {
        Some((_, Request::Act { incident, act })) => format!("{incident} {act:?}"),
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(ask(&mut plain, "ack 1"), "comp_acme-i1 Acknowledge { why: None, until: None }");
    assert_eq!(ask(&mut plain, "take 2"), "comp_acme-i2 Assign { to: \"priya\" }");
    assert_eq!(
        ask(&mut plain, "resolve comp_dunes-i1 it was the  cable"),
        "comp_dunes-i1 Resolve { note: Some(\"it was the  cable\") }"
    );
    assert_eq!(ask(&mut plain, "resolve 1"), "comp_acme-i1 Resolve { note: None }");
    assert_eq!(ask(&mut plain, "reopen 1"), "comp_acme-i1 Reopen");
    assert_eq!(ask(&mut plain, "note 1 on it"), "comp_acme-i1 Note { text: \"on it\" }");
    assert_eq!(typed(&mut plain, &world, "ack 1"), ["Acknowledged comp_acme-i1."]);
    for (wrong, says) in [
        ("note 1", "note what?"),
        ("ack 3", "Which one?"),
        ("ack comp_acme-i77", "Which one?"),
        ("list x", "how many"),
        ("fly", "fly is nothing"),
    ] {
        let outcome = plain.typed(wrong);
        assert!(outcome.ask.is_none() && outcome.lines[0].contains(says), "{wrong}: {outcome:?}");
    }
    assert!(plain.typed("quit").quit);
}

#[test]
fn all_about_one_incident_is_told_line_by_line() {
    let world = night();
    let mut plain = seat(&world);
    let lines = typed(&mut plain, &world, "show comp_acme-i1");
    assert_eq!(lines[0], "critical payment-gw high_latency, Acme Corp, comp_acme-i1.");
    assert_eq!(lines[2], "Reported by Datadog, Zabbix, CloudWatch.");
    assert_eq!(lines.last().unwrap(), "03:12 priya: note: called the carrier, ticket 4711");
}

#[test]
fn a_filter_narrows_and_says_its_mistakes() {
    let world = night();
    let mut plain = seat(&world);
    assert_eq!(plain.typed("filter tenant:acme").lines, ["2 open match."]);
    assert_eq!(typed(&mut plain, &world, "list").len(), 2);
    assert!(plain.typed("filter sev>=bad").lines[0].starts_with("Not understood: "));
    assert_eq!(plain.typed("filter").lines, ["No filter: 17 open."]);
}

#[test]
fn a_read_only_seat_refuses_what_changes_anything_and_a_refusal_is_told() {
    let world = night();
    let mut plain = seat_with(&world, true);
    plain.typed("list");
    for line in ["ack 1", "take 1", "resolve 1", "reopen 1", "note 1 x", "undo"] {
        let outcome = plain.typed(line);
        assert!(outcome.ask.is_none(), "{line}");
        assert_eq!(outcome.lines, ["This seat is read-only."]);
    }
    let mut plain = seat(&world);
    plain.typed("list");
    let (purpose, _) = plain.typed("ack 1").ask.unwrap();
    let refusal = Refusal::new("resolved", "the incident is resolved; reopen it first");
    assert_eq!(plain.answered(&purpose, Err(refusal)).lines, ["Not done: the incident is resolved; reopen it first"]);
    let (purpose, _) = plain.typed("undo").ask.unwrap();
    let undone = Reply::Undone { what: "acknowledged comp_acme-i1".into() };
    assert_eq!(plain.answered(&purpose, Ok(undone)).lines, ["Taken back: acknowledged comp_acme-i1."]);
}
