//! Silences and maintenance windows at a seat: made from an incident, listed, changed and ended.

use super::fixture::{
    NOW, World, draw, happened, in_front_of, night, play, press, seat_with, settled, show, text, type_in,
};
use super::screens::at_four_sizes_of;
use crate::core::input::{Actor, Input, OnWindow, WindowAct};
use crate::core::limit::Limit;
use crate::core::severity::Severity;
use crate::core::silence::{Matcher, Window};
use crate::core::testing::{report, tenant_id};
use crate::core::time::Span;
use crate::core::zone::Zone;
use crate::link::{Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::popups::Popup;
use crate::tui::theme::Role;

fn window(asset: &str, reason: &str) -> Window {
    Window {
        number: 0,
        matches: Matcher { asset: Some(asset.into()), ..Matcher::default() },
        begins_at: NOW - Span::hours(1),
        lasts: Span::hours(4),
        repeats: Default::default(),
        zone: Zone::UTC,
        until: None,
        author: String::new(),
        reason: reason.into(),
        created_at: NOW,
    }
}

fn put(world: &mut World, ago: Span, id: &str, who: &str, window: Window) -> Vec<crate::core::change::Published> {
    let act = WindowAct::Put { window: Box::new(window) };
    world.apply(NOW - ago, id, &Input::Window(OnWindow { by: Actor::named(who), act }))
}

/// A night with three windows.
fn planned() -> World {
    let mut world = night();
    put(&mut world, Span(2), "comp_acme", "priya", window("payment-*", "the bank moves its gateway"));
    let repeats = "weekly sat,sun".parse().unwrap();
    let zone = "Europe/Vilnius".parse().unwrap();
    let begins_at = NOW + Span::hours(20);
    let weekly = Window { repeats, zone, begins_at, ..window("ward-*", "backups of all wards run then") };
    put(&mut world, Span(1), "comp_borealis", "sam", weekly);
    let matches = Matcher { signature: Some("disk*".into()), at_most: Some(Severity::Medium), ..Matcher::default() };
    put(&mut world, Span(1), "comp_acme", "kim", Window { matches, ..window("", "known, ticket 4711") });
    world
}

fn asked(effects: &[Effect]) -> (String, Window, bool) {
    match effects {
        [Effect::Ask(_, Request::Window { tenant, act: WindowAct::Put { window }, sure })] => {
            (tenant.to_string(), Window::clone(window), *sure)
        }
        other => panic!("{other:?}"),
    }
}

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &toast.text)
}

fn run(app: &mut App, line: &str) -> Vec<Effect> {
    press(app, ":");
    type_in(app, line);
    press(app, "enter")
}

#[test]
fn an_incident_is_silenced_in_two_keys_and_a_reason() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "Q");
    type_in(&mut app, "new gateway");
    let effects = press(&mut app, "enter");
    let (tenant, window, sure) = asked(&effects);
    assert_eq!((&*tenant, &*window.matches.to_string(), sure), ("comp_acme", "payment-gw high_latency", false));
    assert_eq!((window.begins_at, window.lasts, &*window.reason), (NOW, Span::hours(2), "new gateway"));
    let (purpose, reply) = world.answer(&effects[0]).unwrap();
    app.answered(purpose, Ok(reply));
    assert!(app.popups.is_empty());
    assert_eq!(toast(&app), "silenced payment-gw high_latency of comp_acme for 2h; u takes it back");
}

#[test]
fn mistakes_stay_in_the_form_until_they_are_mended() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "Q");
    assert!(press(&mut app, "enter").is_empty());
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("say why") && shown.contains("matches now: 1 of 2 open"), "{shown}");
    type_in(&mut app, "x");
    press(&mut app, "backtab backtab backtab ctrl-u");
    type_in(&mut app, "yearly");
    assert!(press(&mut app, "enter").is_empty());
    assert!(text(&draw(&app, 80, 24)).contains("weekly mon,wed"));
    press(&mut app, "ctrl-u");
    type_in(&mut app, "weekly mon-fri");
    let effects = press(&mut app, "enter");
    assert_eq!(asked(&effects).1.repeats.to_string(), "weekly mon,tue,wed,thu,fri");
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Err(Refusal::new("bad_window", "this tenant has 200 windows")));
    assert!(text(&draw(&app, 80, 24)).contains("200 windows"), "and what was typed is there still");
    press(&mut app, "esc");
    assert!(app.popups.is_empty());
}

#[test]
fn the_preview_follows_what_is_typed() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "Q");
    for (keys, typed, matches) in [
        ("backtab backtab backtab backtab backtab backtab backtab backtab ctrl-u", "*", "matches now: 1 of 2 open"),
        ("tab ctrl-u", "", "matches now: 2 of 2 open"),
        ("tab", "high", "matches now: 1 of 2 open"),
        ("up ctrl-u", "nothing*", "matches now: 0 of 2 open"),
    ] {
        press(&mut app, keys);
        type_in(&mut app, typed);
        let shown = text(&draw(&app, 120, 40));
        assert!(shown.contains(matches), "{matches}: {shown}");
    }
}

#[test]
fn a_line_says_it_all_and_what_it_leaves_out_is_the_incidents() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    let effects = run(&mut app, "silence 45m new gateway");
    let (_, window, _) = asked(&effects);
    assert_eq!((&*window.matches.to_string(), window.lasts), ("payment-gw high_latency", Span::minutes(45)));
    press(&mut app, "esc");
    let line =
        "silence asset=web-* sig=disk* sev=high for=2h repeats=\"weekly sun\" zone=Europe/Vilnius reason=new disks";
    let (tenant, window, _) = asked(&run(&mut app, line));
    assert_eq!((&*tenant, &*window.matches.to_string()), ("comp_acme", "web-* disk* up to high"));
    assert_eq!((&*window.repeats.to_string(), &*window.reason), ("weekly sun", "new disks"));
    press(&mut app, "esc");
    assert!(run(&mut app, "silence for=2h").is_empty(), "without a reason the form asks for it");
    assert!(matches!(app.popups.last(), Some(Popup::WindowForm(_))));
    press(&mut app, "esc");
    assert!(run(&mut app, "silence nonsense").is_empty());
    assert!(toast(&app).contains("asset="));
    let (tenant, ..) = asked(&run(&mut app, "silence tenant=comp_fjord asset=* sev=low reason=x"));
    assert_eq!(tenant, "comp_fjord");
}

#[test]
fn marked_incidents_are_silenced_by_what_they_have_in_common() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    let mark = |app: &mut App, wanted: fn(&crate::core::incident::Incident) -> bool| {
        press(app, "U g g");
        for _ in 0..app.incidents.rows.len() {
            let this = app.incidents.selected().is_some_and(|incident| wanted(incident));
            press(app, if this { "space" } else { "j" });
            settled(app, &world, 80, 24);
        }
    };
    mark(&mut app, |incident| incident.signature == "host_down");
    let (tenant, window, _) = asked(&run(&mut app, "silence 2h the carrier works"));
    assert_eq!((&*tenant, &*window.matches.to_string()), ("comp_borealis", "* host_down"));
    press(&mut app, "esc");
    mark(&mut app, |incident| incident.company_id.as_str() == "comp_acme");
    assert!(press(&mut app, "Q").is_empty() && app.popups.is_empty());
    assert!(toast(&app).contains("neither asset nor signature in common"));
}

#[test]
fn what_is_too_broad_is_asked_twice() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    let effects = run(&mut app, "silence asset=* for=1h reason=the data centre moves");
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    let refusal = Refusal::new("too_broad", "this silences everything of the tenant, criticals too");
    app.answered(purpose.clone(), Err(refusal.clone()));
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("It matches 2 of 2 open now") && shown.contains("payment-gw"), "{shown}");
    assert!(press(&mut app, "n").is_empty());
    assert!(matches!(app.popups.last(), Some(Popup::WindowForm(_))), "back to where it can be narrowed");
    app.answered(purpose.clone(), Err(refusal));
    let effects = press(&mut app, "y");
    assert!(asked(&effects).2);
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Ok(Reply::Done));
    assert!(app.popups.is_empty());
}

#[test]
fn the_list_follows_what_happens_and_its_windows_are_changed_and_ended() {
    let mut world = planned();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "g w j");
    settled(&mut app, &world, 80, 24);
    let changes = put(&mut world, Span(0), "comp_acme", "kim", window("db-*", "x"));
    happened(&mut app, changes);
    settled(&mut app, &world, 80, 24);
    let effects = press(&mut app, "x");
    assert!(effects.is_empty());
    assert!(text(&draw(&app, 80, 24)).contains("End window 2 of comp_acme?"), "the selection stays with its window");
    let effects = press(&mut app, "y");
    let [Effect::Ask(purpose, Request::Window { act: WindowAct::End { number: 2 }, .. })] = &effects[..] else {
        panic!("{effects:?}")
    };
    app.answered(purpose.clone(), Ok(Reply::Done));
    assert_eq!(toast(&app), "ended window 2 of comp_acme");
    press(&mut app, "k enter tab tab tab tab");
    type_in(&mut app, ", extended");
    let (_, window, _) = asked(&press(&mut app, "enter"));
    assert_eq!((window.number, &*window.reason), (1, "the bank moves its gateway, extended"));
    assert_eq!(window.begins_at, NOW - Span::hours(1), "what was not touched stays to the millisecond");
    press(&mut app, "esc n");
    type_in(&mut app, "core-*");
    press(&mut app, "up up");
    type_in(&mut app, "new");
    let (tenant, window, _) = asked(&press(&mut app, "enter"));
    assert_eq!((&*tenant, window.number, &*window.matches.to_string()), ("comp_acme", 0, "core-* *"));
}

#[test]
fn one_tenants_windows_alone_are_listed_when_it_alone_is_shown() {
    let world = planned();
    let mut app = in_front_of(&world, 80, 24);
    run(&mut app, "windows comp_borealis");
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("windows of Borealis Health") && !shown.contains("payment-*"), "{shown}");
    press(&mut app, "esc");
    run(&mut app, "windows comp_fjord");
    assert!(text(&draw(&app, 80, 24)).contains("There are none."));
    assert!(press(&mut app, "e").is_empty() && toast(&app).contains("no window"));
}

#[test]
fn a_read_only_seat_looks_at_windows_and_changes_none() {
    let world = planned();
    for keys in ["n", "e", "x", "enter"] {
        let mut app = seat_with(|start| start.read_only = true);
        show(&mut app, &world);
        settled(&mut app, &world, 80, 24);
        press(&mut app, "g w");
        assert!(press(&mut app, keys).is_empty() && app.popups.len() == 1, "{keys}");
        assert!(toast(&app).contains("read-only"), "{keys}");
    }
}

#[test]
fn a_window_about_to_end_reminds_its_author_alone() {
    for (author, reminded) in [("priya", true), ("sam", false)] {
        let mut world = night();
        let mut app = in_front_of(&world, 80, 24);
        let begun = put(&mut world, Span(0), "comp_acme", author, Window { begins_at: NOW, ..window("db-*", "x") });
        happened(&mut app, begun);
        let later = world.pass(NOW + Span::hours(4) - Span::minutes(10));
        app.tick(NOW + Span::hours(4) - Span::minutes(15));
        happened(&mut app, later);
        let said = "your window 1 of comp_acme (db-* *) ends in 15m; g w, then e, gives it longer";
        assert_eq!(toast(&app), if reminded { said } else { "" });
    }
}

#[test]
fn what_is_silenced_does_not_ring_until_its_window_ends() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    let begun = put(&mut world, Span(0), "comp_fjord", "sam", Window { begins_at: NOW, ..window("core-*", "x") });
    happened(&mut app, begun);
    let rings = |app: &mut App| app.take_effects().iter().filter(|effect| matches!(effect, Effect::Ring(_))).count();
    let critical = crate::core::alert::Report { severity: Severity::Critical, ..report("core-sw", "down") };
    let within = world.report(Span(0), "comp_fjord", critical);
    happened(&mut app, within);
    assert_eq!(rings(&mut app), 0);
    let ended = world.pass(NOW + Span::hours(4));
    happened(&mut app, ended);
    assert_eq!(rings(&mut app), 1);
}

#[test]
fn a_lost_engine_is_asked_for_no_window() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    app.changed(crate::link::Feed::Lost("it was stopped".into()));
    assert!(run(&mut app, "silence 2h x").is_empty());
    assert_eq!(app.toast.as_ref().unwrap().role, Role::Mistake);
}

#[test]
fn names_from_outside_are_filled_in_and_shown_as_they_are_safe() {
    let mut world = night();
    world.alert(Span(0), "comp_acme", "Zabbix", Severity::Critical, "web\u{202e}[31m", "*?[");
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "g g Q");
    type_in(&mut app, "x");
    let Purpose::Window { tenant, .. } = (match press(&mut app, "enter").pop() {
        Some(Effect::Ask(purpose, _)) => purpose,
        other => panic!("{other:?}"),
    }) else {
        panic!()
    };
    assert_eq!(tenant, tenant_id("comp_acme"));
    assert!(!text(&draw(&app, 80, 24)).contains('\u{202e}'));
    assert_eq!(Limit(Some(Span::hours(2))).to_string(), "2h");
}

#[test]
fn the_list_and_the_form_at_their_four_sizes() {
    let world = planned();
    at_four_sizes_of(&world, "windows", "g w j");
    at_four_sizes_of(&world, "window_form", "g w e");
    at_four_sizes_of(&night(), "silence", "Q enter");
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "g w x", (80, 24));
    insta::assert_snapshot!("window_end", text(&draw(&app, 80, 24)));
}
