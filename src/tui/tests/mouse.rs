//! The mouse: everything that a key does to the view can be clicked, and nothing is hit by chance.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::fixture::{NOW, World, in_front_of, night, press, settled, text};
use crate::core::time::Span;
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::panes::Pane;
use crate::tui::panes::detail::Tab;
use crate::tui::view;

/// Draws, and remembers what can be clicked, as the loop does.
fn shown(app: &mut App, world: &World) -> String {
    settled(app, world, 120, 40);
    let mut buffer = Buffer::empty(Rect::new(0, 0, 120, 40));
    app.pointer.clicks = view::draw(app, &mut buffer).clicks;
    text(&buffer)
}

fn mouse(app: &mut App, kind: MouseEventKind, at: Position) {
    app.mouse(MouseEvent { kind, column: at.x, row: at.y, modifiers: KeyModifiers::NONE });
}

/// Presses where `what` stands first on the screen.
fn click_on(app: &mut App, world: &World, what: &str) -> Vec<Effect> {
    let screen = shown(app, world);
    let found = screen.lines().enumerate().find_map(|(y, line)| Some((line.split_once(what)?.0, y)));
    let (before, y) = found.unwrap_or_else(|| panic!("no {what} in\n{screen}"));
    let x = unicode_width::UnicodeWidthStr::width(before);
    let at = Position::new(u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
    mouse(app, MouseEventKind::Down(MouseButton::Left), at);
    app.take_effects()
}

#[test]
fn a_click_selects_the_second_one_opens_and_the_wheel_moves_what_is_under_it() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    let incidents = app.plan.incidents.unwrap();
    let at = Position::new(incidents.x + 5, incidents.y + 3);
    mouse(&mut app, MouseEventKind::Down(MouseButton::Left), at);
    assert_eq!(app.incidents.selected().unwrap().id.to_string(), "comp_cobalt-i1");
    assert_eq!(app.focus, Pane::Incidents);
    mouse(&mut app, MouseEventKind::Down(MouseButton::Left), at);
    assert_eq!(app.focus, Pane::Detail);
    app.tick(NOW + Span(1_000));
    mouse(&mut app, MouseEventKind::Down(MouseButton::Left), at);
    assert_eq!(app.focus, Pane::Incidents, "a click long after is a click");
    mouse(&mut app, MouseEventKind::ScrollDown, Position::new(2, 2));
    assert_eq!((app.focus, app.tenants.selected().unwrap().id.as_str()), (Pane::Tenants, "comp_ember"));
}

#[test]
fn tabs_hints_and_titles_do_what_they_say() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    click_on(&mut app, &world, "raw");
    assert_eq!((app.focus, app.detail.tab), (Pane::Detail, Tab::Raw));
    press(&mut app, "g i");
    assert!(matches!(click_on(&mut app, &world, "a acknowledge")[..], [Effect::Ask(..)]));
    press(&mut app, "g");
    click_on(&mut app, &world, "t      tenants");
    assert_eq!(app.focus, Pane::Tenants);
    assert!(!app.keymap.is_pending());
    for zoomed in [true, false] {
        click_on(&mut app, &world, "Tenants 6");
        assert_eq!(app.zoomed, !zoomed);
        click_on(&mut app, &world, "Tenants 6");
        assert_eq!(app.zoomed, zoomed, "two clicks on a title zoom");
        app.tick(app.now + Span(1_000));
    }
}

#[test]
fn in_popups_the_mouse_moves_and_takes_and_what_lies_below_is_left_alone() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "?");
    mouse(&mut app, MouseEventKind::ScrollDown, Position::new(2, 2));
    assert_eq!(app.focus, Pane::Incidents);
    let before = shown(&mut app, &world);
    click_on(&mut app, &world, "Tenants 6");
    assert_eq!(shown(&mut app, &world), before, "outside of the popup nothing happens");
    press(&mut app, "esc T");
    click_on(&mut app, &world, "high-contrast");
    assert_eq!((app.look.name.as_str(), app.popups.len()), ("high-contrast", 1), "seen before it is chosen");
    click_on(&mut app, &world, "high-contrast");
    assert_eq!((app.look.name.as_str(), app.popups.len()), ("high-contrast", 0));
    press(&mut app, "w q");
    assert!(matches!(click_on(&mut app, &world, "y does it")[..], [Effect::Quit]));
}

#[test]
fn borders_can_be_dragged_and_moved_by_keys() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    let drag = |app: &mut App, from: Position, to: Position| {
        mouse(app, MouseEventKind::Down(MouseButton::Left), from);
        mouse(app, MouseEventKind::Drag(MouseButton::Left), to);
        mouse(app, MouseEventKind::Up(MouseButton::Left), to);
        mouse(app, MouseEventKind::Drag(MouseButton::Left), from);
        settled(app, &world, 120, 40);
    };
    let wall = app.plan.wall.unwrap();
    drag(&mut app, Position::new(wall.x, 5), Position::new(60, 9));
    assert_eq!(app.plan.wall.unwrap().x, 60);
    let detail = app.plan.detail.unwrap();
    drag(&mut app, Position::new(100, detail.y), Position::new(100, detail.y - 4));
    assert_eq!(app.plan.detail.unwrap().y, detail.y - 4);
    press(&mut app, "< g i }");
    settled(&mut app, &world, 120, 40);
    assert_eq!((app.plan.wall.unwrap().x, app.plan.detail.unwrap().y), (58, detail.y - 3));
    press(&mut app, "g s {");
    let stream = app.plan.stream.unwrap();
    settled(&mut app, &world, 120, 40);
    assert_eq!(app.plan.stream.unwrap().y, stream.y - 1);
    settled(&mut app, &world, 40, 12);
    press(&mut app, "<");
    assert!(app.toast.as_ref().unwrap().text.contains("side by side"));
}

#[test]
fn the_mouse_is_taken_and_given_back() {
    let mut app = in_front_of(&night(), 120, 40);
    app.toggle_mouse();
    assert!(matches!(app.take_effects()[..], [Effect::TakeMouse(true)]));
    app.toggle_mouse();
    assert!(matches!(app.take_effects()[..], [Effect::TakeMouse(false)]));
}
