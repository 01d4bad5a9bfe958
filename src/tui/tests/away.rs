//! A connection that is away: the seat says so and for how long, refuses changes, and goes on as if nothing had been when it is
//! back.

use super::fixture::with_styles;
use super::fixture::{NOW, World, draw, happened, in_front_of, night, press, seat_with, settled, show, text};
use super::screens::SIZES;
use crate::core::input::Act;
use crate::core::time::Span;
use crate::link::Feed;
use crate::tui::app::{App, Phase};
use crate::tui::effect::Effect;

const SIZE: (u16, u16) = (120, 40);

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &toast.text)
}

/// The night, and the engine has been away for that long.
fn away(world: &World, size: (u16, u16), ago: Span) -> App {
    let mut app = in_front_of(world, size.0, size.1);
    app.changed(Feed::Away("the connection with the engine broke".into()));
    app.tick(NOW + ago);
    settled(&mut app, world, size.0, size.1);
    app
}

#[test]
fn a_seat_that_is_cut_off_says_so_with_the_age_of_what_it_shows_at_four_sizes() {
    let world = night();
    for (width, height) in SIZES {
        let app = away(&world, (width, height), Span(34_000));
        let name = format!("away_{width}x{height}");
        insta::assert_snapshot!(name, with_styles(&draw(&app, width, height)));
    }
    let mut wall = away(&world, SIZE, Span::minutes(12));
    wall.enter_wall(true);
    settled(&mut wall, &world, SIZE.0, SIZE.1);
    let shown = text(&draw(&wall, SIZE.0, SIZE.1));
    assert!(shown.contains("ENGINE AWAY FOR 12 min: the connection with the engine broke"), "{shown}");
}

#[test]
fn nothing_is_asked_of_an_engine_that_is_away_and_nothing_waits_for_it() {
    let world = night();
    let mut app = away(&world, SIZE, Span(2_000));
    for keys in ["a", "A", "u", "esc", "s", "esc", "x", "esc", "esc"] {
        let asked = press(&mut app, keys);
        let changes = asked.iter().any(|effect| matches!(effect, Effect::Ask(purpose, _) if purpose.is_change()));
        assert!(!changes, "{keys}: {asked:?}");
    }
    press(&mut app, "a");
    assert_eq!(toast(&app), "the engine is away: nothing can be changed");
    app.changed(Feed::Changes(Default::default()));
    let effects = app.settle(ratatui::layout::Rect::new(0, 0, 120, 40), true);
    let changes = effects.iter().filter(|effect| matches!(effect, Effect::Ask(purpose, _) if purpose.is_change()));
    assert_eq!(changes.count(), 0);
}

#[test]
fn whoever_comes_back_is_where_they_were_and_what_happened_meanwhile_is_there() {
    let mut world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    press(&mut app, "j");
    press(&mut app, "j");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let selected = app.incidents.selected().unwrap().id.clone();
    app.changed(Feed::Away("the connection with the engine broke".into()));
    app.changed(Feed::Away("nobody answers".into()));
    assert_eq!(app.phase, Phase::Away("nobody answers".into()));
    app.tick(NOW + Span(34_000));
    // Resumed: no change that was missed is missing, and the seat knows that at once.
    app.changed(Feed::Changes(Default::default()));
    assert_eq!((&app.phase, toast(&app)), (&Phase::Live, "the engine is back after 34 s"));
    let changes = world.act(Span(0), selected.tenant.as_str(), selected.number, "sam", Act::ACKNOWLEDGE);
    happened(&mut app, changes);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!(app.incidents.selected().unwrap().id, selected);
    assert!(app.troubles().is_empty());
    // By a snapshot, the same.
    app.changed(Feed::Away("the engine has stopped".into()));
    show(&mut app, &world);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!((&app.phase, &app.incidents.selected().unwrap().id), (&Phase::Live, &selected));
    assert_eq!(press(&mut app, "a").len(), 1, "and changes go through again");
}

#[test]
fn a_seat_that_was_never_live_is_away_too() {
    let mut app = seat_with(|_| {});
    app.changed(Feed::Away("nobody answers".into()));
    assert_eq!(app.troubles().len(), 1);
    show(&mut app, &night());
    assert!(app.troubles().is_empty());
}
