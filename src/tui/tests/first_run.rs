//! From nothing to the first alert without a manual; and where the keys that are shown on the way do not go.

use super::fixture::{World, draw, play, press, seat, seat_with, settled, show, text};
use super::screens::at_four_sizes_of;
use crate::link::{Refusal, Request};
use crate::tui::app::App;
use crate::tui::effect::Effect;

fn nothing() -> World {
    let mut world = World::default();
    world.board.pulse.listen = Some("127.0.0.1:8001".into());
    world
}

const ADDS: &str = "enter 'comp_acme Acme Corp' enter";

#[test]
fn a_tenant_is_added_with_one_key_and_its_id_and_what_to_send_stands_there() {
    let world = nothing();
    at_four_sizes_of(&world, "first_run", "");
    at_four_sizes_of(&world, "first_run_keys", ADDS);
    let mut app = seat();
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    let last = play(&mut app, &world, "enter 'comp_acme Acme Corp'", (80, 24));
    assert!(last <= 21);
    match &press(&mut app, "enter")[..] {
        [Effect::Ask(_, Request::TenantAdd(new))] => {
            assert_eq!((new.id.as_str(), new.name.as_deref()), ("comp_acme", Some("Acme Corp")));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_to_be_pasted_begins_in_the_first_column_and_is_never_cut() {
    let world = nothing();
    for (width, height) in [(80, 24), (40, 12)] {
        let mut app = seat();
        show(&mut app, &world);
        settled(&mut app, &world, width, height);
        play(&mut app, &world, ADDS, (width, height));
        let mut seen = String::new();
        for _ in 0..20 {
            seen.push_str(&text(&draw(&app, width, height)));
            press(&mut app, "j");
            settled(&mut app, &world, width, height);
        }
        for part in ["\nKEY=awk_planted_key", "aws_planted_secret", "\ncurl -sS", "alertmanager_key"] {
            assert!(seen.contains(part), "{width}: {part}\n{seen}");
        }
        assert!(!seen.contains('…'), "{seen}");
    }
}

fn everything_known(app: &App) -> String {
    format!("{app:?} {:?}", app.memory().text())
}

#[test]
fn keys_and_secrets_are_on_that_one_screen_and_nowhere_else() {
    let world = nothing();
    let mut app = seat();
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    play(&mut app, &world, ADDS, (80, 24));
    assert!(text(&draw(&app, 80, 24)).contains("aws_planted_secret"));
    assert!(!everything_known(&app).contains("planted"));
    press(&mut app, "esc");
    settled(&mut app, &world, 80, 24);
    for way in ["L", "esc : up"] {
        play(&mut app, &world, way, (80, 24));
        assert!(!text(&draw(&app, 80, 24)).contains("planted"), "{way}");
    }
}

#[test]
fn a_bad_id_and_a_refusal_are_said_and_a_read_only_seat_adds_nobody() {
    let world = nothing();
    let mut app = seat();
    show(&mut app, &world);
    app.add_tenant("Acme Corp!");
    assert!(app.take_effects().is_empty());
    assert!(app.toast.as_ref().unwrap().text.contains("a tenant id is"));
    app.tenant_added(Err(Refusal::new("exists", "there is a tenant of that id")));
    assert!(app.toast.as_ref().unwrap().text.contains("there is a tenant of that id"));
    let mut app = seat_with(|start| start.read_only = true);
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    assert!(!text(&draw(&app, 80, 24)).contains("enter adds"));
    press(&mut app, "enter");
    assert!(app.popups.is_empty() && app.toast.as_ref().unwrap().text.contains("read-only"));
}
