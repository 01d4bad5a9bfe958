//! The handover: what is in it, how it is asked for, and where it goes.

use super::fixture::{NOW, World, draw, in_front_of, night, play, press, seat_with, settled, show, text, type_in};
use super::screens::at_four_sizes_of;
use crate::core::change::{Change, Published};
use crate::core::incident::{Incident, Status};
use crate::core::silence::{Matcher, Repeat, Window};
use crate::core::sla::Clock;
use crate::core::testing::tenant_id;
use crate::core::time::{Moment, Span};
use crate::core::timeline::Event;
use crate::link::{Refusal, Request};
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::handover::Line;
use crate::tui::popups::Popup;

/// The night, with one incident of each kind.
fn shift() -> World {
    let mut world = night();
    let clock = Clock {
        from: NOW - Span::hours(3),
        due_at: NOW - Span::hours(1),
        stopped_at: None,
        warned: true,
        breached: true,
    };
    change(&mut world, "comp_borealis", 1, |incident| incident.sla.respond = Some(clock));
    change(&mut world, "comp_ember", 1, |incident| {
        incident.acknowledged_by = Some("priya".into());
        incident.acknowledged_until = Some(NOW + Span::hours(2));
        incident.snoozed_until = Some(NOW + Span::hours(4));
        incident.status = Status::Acknowledged;
    });
    change(&mut world, "comp_fjord", 1, |incident| incident.silenced_by = Some(1));
    change(&mut world, "comp_dunes", 1, |incident| {
        incident.status = Status::Resolved;
        incident.resolved_at = Some(NOW - Span::minutes(20));
        incident.resolved_by = Some("sam".into());
    });
    let resolved = Event::Resolved { note: Some("cleared /tmp [see](http://evil.example)".into()) };
    world.said("comp_dunes", 1, NOW - Span::minutes(20), "sam", resolved);
    let window = Window {
        number: 1,
        matches: Matcher { asset: Some("atm-*".into()), ..Matcher::default() },
        begins_at: NOW - Span::hours(1),
        lasts: Span::hours(6),
        repeats: Repeat::Once,
        zone: Default::default(),
        until: None,
        author: "priya".into(),
        reason: "certificates are renewed at six".into(),
        created_at: NOW - Span::hours(1),
    };
    let id = tenant_id("comp_fjord");
    publish(&mut world, Change::WindowChanged { id, window: window.into() });
    world
}

fn change(world: &mut World, tenant: &str, number: u64, how: impl FnOnce(&mut Incident)) {
    let mut incident = (*world.board.tenants[&tenant_id(tenant)].incidents[&number]).clone();
    how(&mut incident);
    publish(world, Change::IncidentUpdated(incident.into()));
}

fn publish(world: &mut World, change: Change) {
    let company_id = change.tenant().clone();
    world.board.apply(&Published { revision: world.board.revision + 1, company_id, change });
}

fn handed_over(app: &App) -> &[Line] {
    match app.popups.last() {
        Some(Popup::Handover(handover)) => &handover.lines,
        other => panic!("{other:?}"),
    }
}

fn written(app: &mut App) -> String {
    match &press(app, "w")[..] {
        [Effect::WriteFile { name, text }] => format!("{name}\n\n{text}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_shift_at_its_four_sizes_and_as_markdown() {
    let world = shift();
    at_four_sizes_of(&world, "handover", "O");
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "O", (120, 40));
    insta::assert_snapshot!("handover_markdown", written(&mut app));
}

#[test]
fn every_line_can_be_reached_on_the_smallest_screen() {
    let world = shift();
    let mut app = in_front_of(&world, 40, 12);
    play(&mut app, &world, "O", (40, 12));
    let mut seen = String::new();
    for _ in 0..200 {
        seen.push_str(&text(&draw(&app, 40, 12)));
        press(&mut app, "j");
        settled(&mut app, &world, 40, 12);
    }
    for word in ["Handover of priya", "ward-09", "certificates", "Silences"] {
        assert!(seen.contains(word), "{word}");
    }
    let end = text(&draw(&app, 40, 12));
    press(&mut app, "k");
    settled(&mut app, &world, 40, 12);
    assert_ne!(text(&draw(&app, 40, 12)), end, "one step up is seen at once");
}

#[test]
fn questions_are_asked_a_few_at_a_time_and_none_after_it_is_closed() {
    let world = shift();
    let mut app = in_front_of(&world, 120, 40);
    app.handover("");
    let mut asked = app.take_effects();
    assert_eq!(asked.len(), 4);
    assert!(matches!(asked[0], Effect::Ask(_, Request::Detail { .. })));
    assert!(press(&mut app, "w").is_empty(), "half of a handover is none");
    let (purpose, reply) = world.answer(&asked.remove(0)).unwrap();
    app.answered(purpose, Ok(reply));
    assert_eq!(app.take_effects().len(), 1);
    press(&mut app, "esc");
    let (purpose, reply) = world.answer(&asked.remove(0)).unwrap();
    app.answered(purpose, Ok(reply));
    assert!(app.take_effects().is_empty());
}

#[test]
fn what_could_not_be_read_is_said_and_the_rest_is_there() {
    let world = shift();
    let mut app = in_front_of(&world, 120, 40);
    app.handover("");
    let mut asked = app.take_effects();
    while let Some(effect) = asked.pop() {
        let (purpose, _) = world.answer(&effect).unwrap();
        app.answered(purpose, Err(Refusal::new("slow", "the store does not answer")));
        asked.extend(app.take_effects());
    }
    settled(&mut app, &world, 120, 40);
    assert!(text(&draw(&app, 120, 40)).contains("the store does not answer"));
    assert!(written(&mut app).contains("router-hub"));
}

fn since(app: &mut App, argument: &str) -> Option<Moment> {
    app.popups.clear();
    app.handover(argument);
    app.take_effects();
    match app.popups.last() {
        Some(Popup::Handover(handover)) => Some(handover.since),
        _ => None,
    }
}

#[test]
fn a_shift_begins_when_it_is_said_to_or_when_something_was_first_done_here() {
    let mut app = seat_with(|start| start.utc_offset = |_| Span::hours(2));
    show(&mut app, &night());
    // NOW is 03:12:40 UTC, so 05:12:40 here.
    let today = NOW - Span(12 * 60_000 + 40_000) - Span::hours(5);
    assert_eq!(since(&mut app, ""), Some(NOW - Span::hours(8)));
    assert_eq!(since(&mut app, "12h"), Some(NOW - Span::hours(12)));
    assert_eq!(since(&mut app, "since=04:30"), Some(today + Span::minutes(270)));
    assert_eq!(since(&mut app, "07:00"), Some(today + Span::hours(7) - Span::DAY));
    assert_eq!(since(&mut app, "400d"), Some(NOW - Span(31 * Span::DAY.0)));
    for wrong in ["yesterday", "25:00", "7:99", "off"] {
        assert_eq!(since(&mut app, wrong), None, "{wrong}");
        assert!(app.toast.as_ref().unwrap().text.contains("since when?"));
    }
    app.acted_at = Some(NOW - Span::hours(10));
    assert_eq!(since(&mut app, ""), Some(NOW - Span::hours(10)));
    app.acted_at = Some(NOW - Span::minutes(5));
    assert_eq!(since(&mut app, ""), Some(NOW - Span::hours(8)), "a seat that was just opened is no new shift");
}

#[test]
fn what_has_left_the_board_is_asked_for_when_the_shift_was_longer_than_a_day() {
    let world = shift();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, ":");
    type_in(&mut app, "handover 3d");
    let effects = press(&mut app, "enter");
    let [Effect::Ask(purpose, Request::Incidents(listing))] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(listing.query, "status:resolved");
    let mut old = (*world.board.incidents().next().unwrap().clone()).clone();
    old.id.number = 99;
    old.status = Status::Resolved;
    old.resolved_at = Some(NOW - Span::hours(50));
    let mut older = old.clone();
    older.id.number = 98;
    older.resolved_at = Some(NOW - Span::hours(80));
    app.answered(purpose.clone(), Ok(crate::link::Reply::Incidents(vec![old.into(), older.into()])));
    let said = format!("{:?}", handed_over(&app));
    assert!(said.contains("i99") && !said.contains("i98"), "{said}");
}

#[test]
fn a_clipboard_takes_no_more_than_terminals_do() {
    let world = shift();
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "O", (120, 40));
    assert!(matches!(&press(&mut app, "y")[..], [Effect::Copy(text)] if text.starts_with("# Handover of priya")));
    app.copy_text("x".repeat(60_000));
    assert!(app.take_effects().is_empty());
    assert!(app.toast.as_ref().unwrap().text.contains("60 kB are too much"));
}
