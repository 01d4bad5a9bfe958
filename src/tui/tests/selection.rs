//! What is selected stays selected while everything around it moves.

use ratatui::layout::Rect;

use super::fixture::{NOW, World, draw, happened, in_front_of, night, press, settled, text};
use crate::core::input::Act;
use crate::core::severity::Severity;
use crate::core::testing::report;
use crate::core::time::Span;
use crate::tui::app::App;
use crate::tui::effect::Effect;

fn selected(app: &App) -> String {
    app.incidents.selected().unwrap().id.to_string()
}

fn order(app: &App) -> Vec<String> {
    app.incidents.rows.iter().map(|incident| incident.id.to_string()).collect()
}

fn critical(world: &mut World, asset: &str) -> Vec<crate::core::change::Published> {
    let report = crate::core::alert::Report { severity: Severity::Critical, ..report(asset, "down") };
    world.report(Span(0), "comp_fjord", report)
}

#[test]
fn the_selection_follows_its_incident_when_the_order_changes() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "j j");
    let chosen = selected(&app);
    let changes = critical(&mut world, "core-sw");
    happened(&mut app, changes);
    app.tick(NOW + Span(3_000));
    settled(&mut app, &world, 80, 24);
    assert_eq!(selected(&app), chosen);
    assert_eq!(app.incidents.rows[3].id.to_string(), chosen);
}

#[test]
fn rows_keep_their_places_until_a_key_or_three_seconds_and_what_is_new_is_announced() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "j");
    settled(&mut app, &world, 80, 24);
    let before = order(&app);
    let changes = critical(&mut world, "core-sw");
    happened(&mut app, changes);
    app.tick(NOW + Span(2_999));
    settled(&mut app, &world, 80, 24);
    assert_eq!(order(&app), before);
    assert!(text(&draw(&app, 80, 24)).contains("Incidents 18 · 1 new ↑"));
    press(&mut app, "j");
    assert_eq!(selected(&app), before[2], "what a key means is decided by what was drawn");
    settled(&mut app, &world, 80, 24);
    assert_eq!((order(&app).len(), &*selected(&app)), (before.len() + 1, &*before[2]));
    assert!(!text(&draw(&app, 80, 24)).contains(" new ↑"));
    let changes = critical(&mut world, "core-rt");
    happened(&mut app, changes);
    app.tick(NOW + Span(6_000));
    settled(&mut app, &world, 80, 24);
    assert_eq!((order(&app).len(), &*selected(&app)), (before.len() + 2, &*before[2]));
}

#[test]
fn what_happens_to_a_row_shows_in_its_place_and_what_is_over_stays_until_the_join() {
    let mut world = night();
    let mut app = in_front_of(&world, 120, 40);
    let before = order(&app);
    let changes = world.act(Span(0), "comp_acme", 2, "sam", Act::Assign { to: "sam".into() });
    happened(&mut app, changes);
    let changes = world.act(Span(0), "comp_acme", 1, "sam", Act::RESOLVE);
    happened(&mut app, changes);
    settled(&mut app, &world, 120, 40);
    assert_eq!(order(&app), before);
    assert_eq!(app.incidents.rows[1].assigned_to.as_deref(), Some("sam"));
    assert!(app.incidents.rows[0].gone && !app.incidents.rows[1].gone);
    assert!(text(&draw(&app, 120, 40)).contains("Incidents 16 "));
    app.tick(NOW + Span(3_000));
    settled(&mut app, &world, 120, 40);
    assert_eq!(order(&app), before[1..]);
}

#[test]
fn until_somebody_selects_the_top_is_shown_and_a_key_meant_for_the_row_before_hits_nobody() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    assert_eq!(selected(&app), "comp_acme-i1");
    let mut worst = Vec::new();
    for _ in 0..25 {
        worst = critical(&mut world, "payment-gw");
        happened(&mut app, worst.clone());
    }
    // Enough duplicates to score above 130.
    let report = crate::core::alert::Report { severity: Severity::Critical, ..report("payment-x", "down") };
    for tool in ["Zabbix"; 12].into_iter().chain(["Datadog"]) {
        let report = crate::core::alert::Report { tool_source: tool.into(), ..report.clone() };
        worst = world.report(Span(0), "comp_acme", report);
        happened(&mut app, worst.clone());
    }
    assert!(!worst.is_empty());
    app.tick(NOW + Span(3_100));
    settled(&mut app, &world, 80, 24);
    assert_ne!(selected(&app), "comp_acme-i1", "the new one is on top");
    let effects = press(&mut app, "a");
    assert!(effects.is_empty(), "{effects:?}");
    assert!(app.toast.as_ref().unwrap().text.contains("press again"));
    assert!(matches!(press(&mut app, "a")[..], [Effect::Ask(..)]));
}

#[test]
fn when_the_selected_one_is_resolved_the_next_takes_its_place() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "j");
    let next = app.incidents.rows[2].id.to_string();
    let changes = world.act(Span(0), "comp_acme", 2, "priya", Act::RESOLVE);
    happened(&mut app, changes);
    app.tick(NOW + Span(3_000));
    settled(&mut app, &world, 80, 24);
    assert_eq!(selected(&app), next);
}

#[test]
fn equal_scores_keep_their_rows() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    let before = order(&app);
    let changes = world.report(Span(0), "comp_fjord", report("new-host", "host_down"));
    happened(&mut app, changes);
    app.tick(NOW + Span(3_000));
    settled(&mut app, &world, 80, 24);
    let mut after = order(&app);
    let at = after.iter().position(|id| id == "comp_fjord-i2").unwrap();
    assert!(app.incidents.rows[at - 1].priority_score == 60 && app.incidents.rows[at + 1].priority_score < 60);
    after.remove(at);
    assert_eq!(before, after);
}

#[test]
fn the_detail_follows_the_selection_and_what_happens_to_it() {
    let mut world = night();
    let mut app = in_front_of(&world, 120, 40);
    assert!(text(&draw(&app, 120, 40)).contains("alerts 5 │ timeline 4"));
    let report = crate::core::alert::Report { severity: Severity::Critical, ..report("payment-gw", "high_latency") };
    let changes = world.report(Span(0), "comp_acme", report);
    happened(&mut app, changes);
    assert!(app.settle(Rect::new(0, 0, 120, 40), true).is_empty(), "nothing is asked again");
    assert!(text(&draw(&app, 120, 40)).contains("alerts 6 │ timeline"));
    press(&mut app, "j");
    let effects = app.settle(Rect::new(0, 0, 120, 40), true);
    assert!(matches!(effects[..], [Effect::Ask(..)]));
    press(&mut app, "j");
    assert!(app.settle(Rect::new(0, 0, 120, 40), true).is_empty(), "one question at a time");
}

#[test]
fn of_ten_thousand_incidents_only_those_that_are_visible_are_drawn() {
    let mut world = World::default();
    world.tenant("comp_acme", "Acme Corp", |_| {});
    for number in 0..10_000 {
        world.report(Span::minutes(5), "comp_acme", report(&format!("host-{number:05}"), "disk_full"));
    }
    let mut app = in_front_of(&world, 120, 40);
    assert_eq!(app.incidents.rows.len(), 10_000);
    let area = app.plan.incidents.unwrap();
    let shown = |app: &App| {
        let screen = text(&draw(app, 120, 40));
        let lines = screen.lines().skip(area.y.into()).take(area.height.into());
        let assets = lines.filter_map(|line| line.split("host-").nth(1)?.get(..5)?.parse().ok());
        assets.collect::<Vec<usize>>()
    };
    let visible = usize::from(area.height) - 1;
    assert_eq!(app.incidents.window.rows(10_000), 0..visible);
    assert_eq!(shown(&app), (0..visible).collect::<Vec<_>>());
    press(&mut app, "G");
    settled(&mut app, &world, 120, 40);
    assert_eq!(app.incidents.window.rows(10_000), 10_000 - visible..10_000);
    assert_eq!(shown(&app), (10_000 - visible..10_000).collect::<Vec<_>>());
    press(&mut app, "g g");
    settled(&mut app, &world, 120, 40);
    assert_eq!(shown(&app)[0], 0);
}

#[test]
fn the_stream_stands_still_for_whoever_reads_it() {
    let mut world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "g s j j");
    let read = app.stream.selected().unwrap().id.clone();
    let changes = critical(&mut world, "core-sw");
    happened(&mut app, changes);
    app.tick(NOW + Span::minutes(1));
    settled(&mut app, &world, 120, 40);
    assert_eq!(app.stream.selected().unwrap().id, read);
    press(&mut app, "home");
    settled(&mut app, &world, 120, 40);
    assert_eq!(app.stream.selected().unwrap().report.asset_name, "core-sw");
}
