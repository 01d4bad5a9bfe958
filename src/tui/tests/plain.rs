//! The plain seat: what is said as it happens, and what is answered.

use std::sync::Arc;

use super::fixture::{NOW, World, night, night_in_reach};
use crate::core::change::Published;
use crate::core::execution::step::Step;
use crate::core::input::Act;
use crate::core::person::Present;
use crate::core::role::Risk;
use crate::core::severity::Severity;
use crate::core::testing::report;
use crate::core::time::Span;
use crate::link::{Feed, Refusal, Reply, Request};
use crate::tui::clock;
use crate::tui::effect::Effect;
use crate::tui::plain::{Outcome, Plain, Sitting};

fn sitting() -> Sitting {
    let bell = Some(Severity::Critical);
    Sitting { operator: "priya".into(), read_only: false, hands_over: false, bell, utc_offset: clock::utc }
}

fn seat_with(world: &World, read_only: bool) -> Plain {
    let mut plain = Plain::new(Sitting { read_only, ..sitting() }, NOW);
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
    let lines = plain.changed(Feed::Away("the engine has stopped".into())).lines;
    assert_eq!(lines[0], "Trouble: ENGINE AWAY: the engine has stopped. This board is that old. Trying again.");
    assert!(plain.changed(Feed::Away("nobody answers".into())).lines.is_empty(), "once is enough");
    assert!(plain.tick(NOW + Span(190_000)).lines.is_empty());
    assert!(plain.changed(Feed::Changes(Default::default())).lines[0].starts_with("Over: ENGINE AWAY"));
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
    assert!(!plain.typed("quit leave").leave_engine, "the engine is not here");
    let mut holder = Plain::new(Sitting { hands_over: true, ..sitting() }, NOW);
    assert!(holder.typed("quit").quit);
    let one = |seat_number| Present {
        seat_number,
        who: "sam".into(),
        seat: "sam-laptop".into(),
        remote: false,
        since: NOW,
        looks_at: None,
    };
    holder.changed(Feed::Present(Arc::new(vec![one(1), one(2)])));
    let asked = holder.typed("quit");
    assert!(!asked.quit && asked.lines[0].starts_with("Others on the engine of this seat: 1."), "{asked:?}");
    assert!(holder.typed("quit leave").leave_engine && !holder.typed("quit all").leave_engine);
    assert!(holder.typed("quit all").quit);
    assert_eq!(holder.typed("people").lines, ["sam at sam-laptop.", "sam at sam-laptop."]);
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
fn executions_are_told_once_and_decided_on_after_they_were_told_in_full() {
    let mut world = night_in_reach();
    let mut plain = seat(&world);
    let said = |outcome: Outcome| (outcome.lines, outcome.ring);
    let what = "restart-nginx on payment-gw (comp_acme-x1)";
    let asked = said(happened(&mut plain, world.want(Span(0), "comp_acme", "sam", 1, Risk::High)));
    let line = format!("03:12: sam asks for approval of {what}, Acme Corp. show comp_acme-x1 tells what would run.");
    assert_eq!(asked, (vec![line], true));
    assert!(plain.typed("summary").lines[0].ends_with("1 approval waits; executions tells which."));
    assert_eq!(plain.typed("executions").lines, [format!("{what}: waits for approval; risk high, by sam 03:12.")]);
    assert_eq!(plain.typed("approve comp_acme-x1").lines, ["First hear what would run: show comp_acme-x1 tells it."]);
    let told = plain.typed("show comp_acme-x1").lines;
    for line in ["Line 2: systemctl restart nginx", "Machine i-0123456789abcdef0 payment-gw."] {
        assert!(told.iter().any(|told| told == line), "{line}: {told:?}");
    }
    for (line, says) in
        [("approve comp_acme-x7", "Which one?"), ("approve 1", "Which one?"), ("reject comp_acme-x1", "say why")]
    {
        let outcome = plain.typed(line);
        assert!(outcome.ask.is_none() && outcome.lines[0].contains(says), "{line}: {outcome:?}");
    }
    let digest = world.board.executions().next().unwrap().digest.clone();
    match plain.typed("approve comp_acme-x1 go ahead").ask {
        Some((_, Request::Approve { digest: sent, why: Some(why), .. })) => {
            assert_eq!((sent, &*why), (digest, "go ahead"))
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(typed(&mut plain, &world, "reject comp_acme-x1 not now"), ["Rejected comp_acme-x1."]);
    let reject = Step::Reject { why: "not now".into() };
    let told = said(happened(&mut plain, world.step(Span(0), "comp_acme", 1, "priya", reject)));
    assert_eq!(told, (vec![format!("03:12: priya rejected {what}: not now, Acme Corp.")], false));
    assert!(plain.typed("approve comp_acme-x1").lines[0].contains("waits for no approval: rejected"));
    let outcome = happened(&mut plain, world.want(Span(0), "comp_acme", "priya", 1, Risk::High));
    assert!(!outcome.ring && !outcome.lines[0].contains("show"), "{outcome:?}");
    assert!(plain.typed("approve comp_acme-x2").lines[0].contains("nobody approves what they asked for themselves"));
    assert_eq!(typed(&mut plain, &world, "cancel comp_acme-x2"), ["Cancelled comp_acme-x2."]);
    let mut changes = world.want(Span(0), "comp_fjord", "sam", 1, Risk::Low);
    let sent = Step::Sent { command_id: "c-1".into(), request_id: None };
    changes.extend(world.step(Span(0), "comp_fjord", 1, "alert-whisperer", Step::Sending));
    changes.extend(world.step(Span(0), "comp_fjord", 1, "alert-whisperer", sent));
    let runs = "03:12: restart-nginx on atm-gw (comp_fjord-x1) runs, asked for by sam, Fjord Bank.";
    assert_eq!(happened(&mut plain, changes).lines, [runs]);
    plain.typed("filter tenant:acme");
    let lost = Step::Lost { why: "the answer never came".into() };
    let outcome = happened(&mut plain, world.step(Span(0), "comp_fjord", 1, "alert-whisperer", lost));
    assert!(outcome.lines.is_empty(), "it is about what the filter leaves out: {outcome:?}");
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
    for line in ["ack 1", "take 1", "resolve 1", "reopen 1", "note 1 x", "undo", "approve 1", "reject 1 x", "cancel 1"]
    {
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

#[test]
fn sessions_are_told_once_and_listed() {
    use crate::core::input::Actor;
    use crate::core::session::step::Step;
    let mut world = night_in_reach();
    let mut plain = seat(&world);
    assert_eq!(plain.typed("sessions").lines, ["No session within a day."]);
    let sam = Actor::named("sam");
    let mut lines = happened(&mut plain, world.opening("comp_acme", 1, &sam)).lines;
    lines.extend(happened(&mut plain, world.opened("comp_acme", 1)).lines);
    lines.extend(happened(&mut plain, world.step_session("comp_acme", 1, &Actor::named("kim"), Step::Watch)).lines);
    assert_eq!(
        lines,
        [
            "03:12: sam opens shell on payment-gw (comp_acme-s1), Acme Corp.",
            "03:12: shell on payment-gw (comp_acme-s1) is open, Acme Corp.",
            "03:12: kim watches shell on payment-gw (comp_acme-s1), Acme Corp.",
        ]
    );
    assert_eq!(
        plain.typed("sessions").lines,
        ["shell on payment-gw (comp_acme-s1), Acme Corp: open; sam types, kim watches; opened by sam 03:12."]
    );
}

#[test]
fn sources_and_what_could_not_be_read_are_told_and_decided_on_in_words() {
    let world = night();
    let mut plain = seat(&world);
    let said = typed(&mut plain, &world, "sources");
    assert_eq!(said, ["Of which tenant? Its id, for example: sources comp_acme"]);
    let said = typed(&mut plain, &world, "sources comp_acme");
    let wanted = "dd-prod, Datadog, by key: seen 3h ago, 0 within the last hour; refused 12, unreadable 2.";
    assert!(said.iter().any(|line| line == wanted), "{said:?}");
    let asks = said.iter().find(|line| line.starts_with("A topic asks to send to prod-sns:")).unwrap();
    let (_, order) = asks.split_once(". ").unwrap();
    let order = order.strip_suffix(" lets it.").unwrap();
    assert_eq!(typed(&mut plain, &world, order), ["arn:aws:sns:eu-west-1:444455556666:alarms may send."]);
    let said = typed(&mut plain, &world, "unreadable comp_acme");
    assert_eq!(said[1], "2: from dd-prod 03:04, 42 bytes: not JSON: a comma before the end");
    let said = typed(&mut plain, &world, "replay comp_acme 2");
    assert_eq!(said, ["Taken as if they came now: 1. Still unreadable: 1."]);
    assert_eq!(typed(&mut plain, &world, "discard comp_acme 2"), ["Forgotten."]);
    assert!(typed(&mut plain, &world, "replay comp_acme all")[0].starts_with("Which one?"));
    let mut plain = seat_with(&world, true);
    for order in ["replay comp_acme 2", "discard comp_acme 2", order] {
        assert_eq!(typed(&mut plain, &world, order), ["This seat is read-only."]);
    }
}
