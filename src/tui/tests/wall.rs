//! The wall: what it shows at every size, what rings and what does not, and that nobody ends it by chance.

use ratatui::style::Modifier;

use super::fixture::{
    NOW, World, draw, happened, in_front_of, night, press, settled, show, text, type_in, with_styles,
};
use super::screens::at_four_sizes;
use crate::core::change::{Change, Published};
use crate::core::severity::Severity::{self, Critical};
use crate::core::testing::{report, tenant_id};
use crate::core::time::Span;
use crate::link::Feed;
use crate::tui::app::App;
use crate::tui::effect::Effect;

const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

fn on_the_wall(world: &World, width: u16, height: u16) -> App {
    let mut app = in_front_of(world, width, height);
    app.enter_wall(false);
    settled(&mut app, world, width, height);
    app
}

#[test]
fn the_wall_and_the_themes_at_their_four_sizes() {
    at_four_sizes("wall", "w");
    at_four_sizes("themes", "T down down");
}

#[test]
fn in_trouble_the_wall_says_so_over_everything() {
    let mut world = night();
    world.board.pulse.store_error = Some("the disk is full".into());
    let mut app = on_the_wall(&world, 80, 24);
    app.changed(Feed::Lost("it was stopped".into()));
    press(&mut app, "B");
    settled(&mut app, &world, 80, 24);
    insta::assert_snapshot!("wall_trouble", with_styles(&draw(&app, 80, 24)));
}

#[test]
fn a_quiet_wall_says_that_it_is_quiet() {
    let mut world = World::default();
    world.tenant("comp_acme", "Acme Corp", |_| {});
    let app = on_the_wall(&world, 80, 24);
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("No incident wants anybody.") && shown.contains("never"), "{shown}");
}

fn many_tenants() -> World {
    let mut world = World::default();
    for number in 0..40 {
        let id = format!("comp_{number:02}");
        world.tenant(&id, &format!("Tenant {number:02}"), |_| {});
        let severity = if number == 7 { Critical } else { Severity::High };
        world.alert(Span::minutes(number), &id, "Zabbix", severity, "host", "down");
    }
    world
}

#[test]
fn pages_turn_every_ten_seconds_and_the_worst_tenant_stays_on_top() {
    let world = many_tenants();
    for (width, height) in SIZES {
        let mut app = on_the_wall(&world, width, height);
        let mut seen = std::collections::BTreeSet::new();
        let mut shown = Vec::new();
        for second in 0..600 {
            app.tick(NOW + Span(second * 1_000));
            app.heard_at = app.now;
            settled(&mut app, &world, width, height);
            let screen = text(&draw(&app, width, height));
            let body = screen.lines().take_while(|line| !line.contains("Last alert")).collect::<Vec<_>>().join("\n");
            let top = body.lines().find(|line| line.contains("Tenant")).unwrap_or_default();
            assert!(top.contains("Tenant 07"), "{width}x{height} {screen}");
            seen.extend((0..40).filter(|number| body.contains(&format!("Tenant {number:02}"))));
            let page = screen.lines().last().unwrap().split("  ").next().unwrap().to_owned();
            if shown.last() != Some(&page) {
                shown.push(page);
            } else if width == 80 {
                assert!(second % 10 != 0, "a page stays ten seconds: {second} {shown:?}");
            }
        }
        assert_eq!(seen.len(), 40, "{width}x{height}");
        assert!(width > 120 || shown[..2] != shown[1..3], "{shown:?}");
    }
}

#[test]
fn keys_that_change_or_select_mean_nothing_and_q_asks() {
    let world = night();
    let mut app = on_the_wall(&world, 80, 24);
    for keys in ["a", "r", "j", "enter", "/", ":", "g"] {
        assert!(press(&mut app, keys).is_empty(), "{keys}");
        assert!(app.popups.is_empty(), "{keys}");
    }
    for keys in ["esc", "w"] {
        press(&mut app, keys);
        assert!(app.wall.is_some(), "a wall from the command line stays one: {keys}");
    }
    assert!(press(&mut app, "q").is_empty());
    assert_eq!(app.popups.len(), 1);
    assert!(press(&mut app, "n").is_empty() && app.popups.is_empty());
    assert!(matches!(press(&mut app, "q y")[..], [Effect::Quit]));
    assert!(matches!(press(&mut app, "ctrl-c")[..], [Effect::Quit]));
    let mut app = in_front_of(&world, 80, 24);
    for keys in ["w", "esc"] {
        press(&mut app, &format!("w {keys}"));
        assert!(app.wall.is_none(), "{keys} leads back");
    }
    settled(&mut app, &world, 80, 24);
    assert_eq!(app.incidents.rows.len(), 17);
}

fn rings(app: &mut App, changes: Vec<Published>) -> usize {
    happened(app, changes);
    app.take_effects().iter().filter(|effect| matches!(effect, Effect::Ring(_))).count()
}

fn critical(world: &mut World, tenant: &str, asset: &str) -> Vec<Published> {
    let report = crate::core::alert::Report { severity: Critical, ..report(asset, "down") };
    world.report(Span(0), tenant, report)
}

/// The incident with `change` made to it, as the engine would publish it.
fn changed(
    world: &mut World,
    tenant: &str,
    number: u64,
    change: impl FnOnce(&mut crate::core::incident::Incident),
) -> Vec<Published> {
    let id = tenant_id(tenant);
    let mut incident = (*world.board.tenants[&id].incidents[&number]).clone();
    change(&mut incident);
    let change = Change::IncidentUpdated(incident.into());
    let published = Published { revision: world.board.revision + 1, company_id: id, change };
    world.board.apply(&published);
    vec![published]
}

#[test]
fn a_new_critical_flashes_for_a_few_seconds_and_then_stands_still() {
    let mut world = night();
    let mut app = on_the_wall(&world, 120, 40);
    let changes = critical(&mut world, "comp_fjord", "core-sw");
    assert_eq!(rings(&mut app, changes), 1);
    let mut reversed = Vec::new();
    for second in 0..20 {
        app.tick(NOW + Span(second * 1_000));
        settled(&mut app, &world, 120, 40);
        let buffer = draw(&app, 120, 40);
        let line = text(&buffer).lines().position(|line| line.contains("core-sw")).unwrap();
        reversed.push(buffer[(30, u16::try_from(line).unwrap())].modifier.contains(Modifier::REVERSED));
    }
    assert_eq!(reversed.iter().filter(|on| **on).count(), 4, "{reversed:?}");
    assert!(reversed[8..].iter().all(|on| !on), "{reversed:?}");
}

#[test]
fn what_is_silenced_does_not_ring_and_rings_as_new_when_it_comes_out() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    let mut opened = critical(&mut world, "comp_fjord", "core-sw");
    for published in &mut opened {
        if let Change::IncidentCreated(incident) | Change::IncidentUpdated(incident) = &mut published.change {
            std::sync::Arc::make_mut(incident).silenced_by = Some(1);
        }
    }
    assert_eq!(rings(&mut app, opened), 0, "silenced from the start");
    assert_eq!(rings(&mut app, changed(&mut world, "comp_fjord", 2, |incident| incident.silenced_by = None)), 1);
    let until = Some(NOW + Span::HOUR);
    assert_eq!(rings(&mut app, changed(&mut world, "comp_fjord", 2, |incident| incident.snoozed_until = until)), 0);
    assert_eq!(rings(&mut app, changed(&mut world, "comp_fjord", 2, |incident| incident.snoozed_until = None)), 1);
    assert_eq!(rings(&mut app, changed(&mut world, "comp_fjord", 2, |incident| incident.alert_count += 1)), 0);
    let over = |incident: &mut crate::core::incident::Incident| {
        incident.silenced_by = Some(2);
        incident.status = crate::core::incident::Status::Resolved;
    };
    assert_eq!(rings(&mut app, changed(&mut world, "comp_fjord", 2, over)), 0);
    assert_eq!(rings(&mut app, changed(&mut world, "comp_fjord", 2, |incident| incident.silenced_by = None)), 0);
}

#[test]
fn whoever_is_muted_does_not_ring_until_the_time_is_over() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, ":");
    type_in(&mut app, "mute comp_fjord 30m");
    press(&mut app, "enter");
    assert_eq!(app.muted().unwrap(), "muted: comp_fjord 30m");
    assert_eq!(rings(&mut app, critical(&mut world, "comp_fjord", "a")), 0);
    assert_eq!(rings(&mut app, critical(&mut world, "comp_ember", "a")), 1, "the others ring");
    app.mute("all 1h");
    assert_eq!(rings(&mut app, critical(&mut world, "comp_ember", "b")), 0);
    app.tick(NOW + Span::minutes(31));
    assert_eq!(app.muted().unwrap(), "muted: all 29m");
    app.tick(NOW + Span::minutes(60));
    assert_eq!(app.muted(), None);
    assert_eq!(rings(&mut app, critical(&mut world, "comp_fjord", "c")), 1);
    app.mute("comp_fjord off");
    app.tick(NOW + Span::hours(90));
    assert_eq!(app.muted().unwrap(), "muted: comp_fjord for good");
    app.unmute("");
    assert_eq!(app.muted(), None);
    app.mute("comp_fjord soon");
    assert!(app.toast.as_ref().unwrap().text.contains("a length of time is"));
    app.mute("comp_nobody");
    assert!(app.toast.as_ref().unwrap().text.contains("no tenant comp_nobody"));
}

#[test]
fn what_came_while_the_seat_fell_behind_rings_when_it_catches_up_and_not_at_the_start() {
    let mut world = night();
    let mut app = super::fixture::seat();
    show(&mut app, &world);
    assert!(app.take_effects().is_empty(), "what was there before anybody sat down");
    critical(&mut world, "comp_fjord", "core-sw");
    show(&mut app, &world);
    assert_eq!(app.take_effects().len(), 1);
    show(&mut app, &world);
    assert!(app.take_effects().is_empty());
}

#[test]
fn a_feed_that_says_nothing_is_named_and_one_word_ends_that() {
    let world = night();
    let mut app = on_the_wall(&world, 80, 24);
    app.tick(NOW + Span(34_000));
    assert!(app.troubles().is_empty());
    app.tick(NOW + Span(42_000));
    settled(&mut app, &world, 80, 24);
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.lines().nth(1).unwrap().contains("NOTHING HEARD FOR 42 s"), "{shown}");
    app.changed(Feed::Pulse(Box::new(world.board.pulse.clone())));
    assert!(app.troubles().is_empty());
}

#[test]
fn an_idle_wall_changes_nothing_but_its_clock() {
    let world = night();
    let mut app = on_the_wall(&world, 200, 60);
    let before = draw(&app, 200, 60);
    app.tick(NOW + Span(1_000));
    settled(&mut app, &world, 200, 60);
    assert!(before.diff(&draw(&app, 200, 60)).len() <= 2);
}
