//! Who is on: in the list, in the detail, in the status line; and what this seat tells of itself.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::fixture::{NOW, World, draw, in_front_of, night, press, settled, text, with_styles};
use super::screens::SIZES;
use crate::core::id::IncidentId;
use crate::core::person::Present;
use crate::core::testing::tenant_id;
use crate::core::time::Span;
use crate::link::{Feed, Request};
use crate::tui::app::App;
use crate::tui::effect::Effect;

const SIZE: (u16, u16) = (120, 40);

fn incident(tenant: &str, number: u64) -> IncidentId {
    IncidentId { tenant: tenant_id(tenant), number }
}

fn somebody(seat_number: u64, who: &str, seat: &str, looks_at: Option<IncidentId>) -> Present {
    let since = NOW - Span::minutes(4 * i64::try_from(seat_number).unwrap());
    Present { seat_number, who: who.into(), seat: seat.into(), remote: seat_number > 2, since, looks_at }
}

/// The night with three others, two of whom look at what is on top.
fn shared(world: &World, size: (u16, u16)) -> App {
    let mut app = in_front_of(world, size.0, size.1);
    let (operator, seat) = (app.operator.clone(), app.seat.clone());
    app.changed(Feed::Present(Arc::new(vec![
        somebody(1, &operator, &seat, Some(incident("comp_acme", 1))),
        somebody(2, "sam", "sam-laptop pts/1", Some(incident("comp_acme", 1))),
        somebody(3, "kim", "kim-home pts/0", Some(incident("comp_acme", 1))),
        somebody(4, "\u{1b}[31mlee\u{202e}", "wall\n", Some(incident("comp_borealis", 2))),
    ])));
    settled(&mut app, world, size.0, size.1);
    app
}

fn looks(effects: &[Effect]) -> Vec<Option<IncidentId>> {
    let look = |effect: &Effect| match effect {
        Effect::Ask(_, Request::Look { incident }) => Some(incident.clone()),
        _ => None,
    };
    effects.iter().filter_map(look).collect()
}

fn frame(app: &mut App) -> Vec<Option<IncidentId>> {
    looks(&app.settle(Rect::new(0, 0, SIZE.0, SIZE.1), true))
}

#[test]
fn who_is_on_at_four_sizes() {
    let world = night();
    for (width, height) in SIZES {
        let mut app = shared(&world, (width, height));
        let board = with_styles(&draw(&app, width, height));
        insta::assert_snapshot!(format!("present_{width}x{height}"), board);
        press(&mut app, "g p");
        settled(&mut app, &world, width, height);
        insta::assert_snapshot!(format!("people_{width}x{height}"), with_styles(&draw(&app, width, height)));
    }
}

#[test]
fn whoever_looks_at_the_same_incident_is_named_and_i_am_not() {
    let world = night();
    let mut app = shared(&world, SIZE);
    let shown = text(&draw(&app, SIZE.0, SIZE.1));
    assert!(shown.contains("kim and sam are here") && shown.contains("4 on"), "{shown}");
    app.changed(Feed::Away("it broke".into()));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let shown = text(&draw(&app, SIZE.0, SIZE.1));
    assert!(!shown.contains("are here") && !shown.contains("4 on"), "nobody knows that now: {shown}");
}

#[test]
fn a_selection_that_rests_is_told_once_and_one_on_its_way_is_not() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    assert!(frame(&mut app).is_empty());
    assert_eq!(app.look_due(), Some(Span(300)));
    app.tick(NOW + Span(200));
    press(&mut app, "j");
    assert!(frame(&mut app).is_empty());
    app.tick(NOW + Span(400));
    assert!(frame(&mut app).is_empty(), "it has moved on");
    assert_eq!(app.look_due(), Some(Span(100)));
    app.tick(NOW + Span(500));
    let second = app.incidents.selected().unwrap().id.clone();
    assert_eq!(frame(&mut app), [Some(second.clone())]);
    app.tick(NOW + Span(5_000));
    assert_eq!((frame(&mut app), app.look_due()), (vec![], None));
    // Whoever looked away and back within the time has not looked away.
    press(&mut app, "k");
    assert!(frame(&mut app).is_empty());
    press(&mut app, "j");
    assert!(frame(&mut app).is_empty());
    assert_eq!(app.look_due(), None);
    // A wall looks at all of them, and at none.
    app.enter_wall(true);
    assert!(frame(&mut app).is_empty());
    app.tick(NOW + Span(6_000));
    assert_eq!(frame(&mut app), [None]);
    app.leave_wall();
    assert!(frame(&mut app).is_empty());
    app.tick(NOW + Span(7_000));
    assert_eq!(frame(&mut app), [Some(second.clone())]);
    // An engine that was away knows nothing of it.
    app.changed(Feed::Away("it broke".into()));
    assert_eq!((frame(&mut app), app.look_due()), (vec![], None));
    app.changed(Feed::Changes(Arc::default()));
    assert_eq!(frame(&mut app), [Some(second)]);
}

#[test]
fn the_list_of_people_follows_who_comes_and_goes() {
    let world = night();
    let mut app = shared(&world, SIZE);
    press(&mut app, "g p");
    press(&mut app, "j");
    press(&mut app, "j");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    app.changed(Feed::Present(Arc::new(vec![somebody(3, "kim", "kim-home pts/0", None)])));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let shown = text(&draw(&app, SIZE.0, SIZE.1));
    assert!(shown.contains("On 1") && shown.contains("over the network") && !shown.contains("sam-laptop"), "{shown}");
}

#[test]
fn the_engine_of_a_seat_is_not_ended_under_others_unasked() {
    let world = night();
    let leaving = |size: (u16, u16)| {
        let mut app = shared(&world, size);
        app.embedded = true;
        press(&mut app, "q");
        settled(&mut app, &world, size.0, size.1);
        app
    };
    for (width, height) in SIZES {
        let app = leaving((width, height));
        insta::assert_snapshot!(format!("leaving_others_{width}x{height}"), with_styles(&draw(&app, width, height)));
    }
    assert!(matches!(press(&mut leaving(SIZE), "b")[..], [Effect::LeaveEngine]));
    assert!(matches!(press(&mut leaving(SIZE), "e")[..], [Effect::Quit]));
    let mut app = leaving(SIZE);
    assert!(press(&mut app, "n").is_empty() && app.popups.is_empty(), "staying ends nothing");
    let mut app = leaving(SIZE);
    assert!(press(&mut app, "q").is_empty() && app.popups.len() == 1);
    let said = &app.toast.as_ref().unwrap().text;
    assert_eq!(said, "e ends the engine and quits, b leaves the engine running and quits, n stays");
    app.changed(Feed::Present(Arc::default()));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(app.popups.is_empty(), "there is nobody left to ask about");
    assert!(matches!(press(&mut app, "q")[..], [Effect::Quit]));
    // A demo's engine cannot go on without it, and a seat on somebody else's engine ends nobody's.
    let mut app = leaving(SIZE);
    app.hands_over = false;
    assert!(press(&mut app, "b").is_empty());
    assert!(!text(&draw(&app, SIZE.0, SIZE.1)).contains("leaves the engine"));
    let mut app = shared(&world, SIZE);
    assert!(matches!(press(&mut app, "q")[..], [Effect::Quit]));
}
