//! Whole screens, with their styles, at the four sizes that were drawn by hand; and every popup once.

use super::fixture::{World, draw, in_front_of, night, play, seat, settled, show, text, with_styles};
use crate::core::time::Span;
use crate::link::Feed;

/// The sizes that were drawn by hand.
pub const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

/// Four snapshots with styles, called `name` and their size, of the night after a script as [`play`] reads it.
pub fn at_four_sizes(name: &str, script: &str) {
    at_four_sizes_of(&night(), name, script);
}

/// The same of another world.
pub fn at_four_sizes_of(world: &World, name: &str, script: &str) {
    for (width, height) in SIZES {
        let mut app = in_front_of(world, width, height);
        play(&mut app, world, script, (width, height));
        insta::assert_snapshot!(format!("{name}_{width}x{height}"), with_styles(&draw(&app, width, height)));
    }
}

#[test]
fn the_board_at_its_four_sizes() {
    at_four_sizes("board", "");
}

#[test]
fn popups_over_the_board() {
    for (name, keys) in [
        ("help", "?"),
        ("palette", ": t e n"),
        ("refused", "g r"),
        ("quarantine", "g q"),
        ("columns", "c"),
        ("tenant_picker", "t"),
        ("bulk", "space j V j j a"),
    ] {
        at_four_sizes(name, keys);
    }
}

#[test]
fn the_details_tabs() {
    for (name, keys) in [
        ("overview", ""),
        ("alerts", "l j space space"),
        ("timeline", "l l"),
        ("raw", "l l l j"),
        ("similar", "l l l l j"),
    ] {
        at_four_sizes(&format!("detail_{name}"), &format!("enter z {keys}"));
    }
    at_four_sizes("detail_of_an_earlier_one", "enter l l l l enter");
}

#[test]
fn what_stands_where_nothing_is_yet() {
    let mut app = seat();
    app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true);
    insta::assert_snapshot!("empty_before_the_snapshot", text(&draw(&app, 80, 24)));
    let mut world = World::default();
    world.board.pulse.listen = Some("127.0.0.1:8001".into());
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    insta::assert_snapshot!("empty_without_a_tenant", text(&draw(&app, 80, 24)));
    world.tenant("comp_acme", "Acme Corp", |_| {});
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    insta::assert_snapshot!("empty_without_an_alert", text(&draw(&app, 80, 24)));
}

#[test]
fn trouble_takes_a_line_on_top_and_says_what_to_do() {
    let mut world = night();
    world.board.pulse.store_error = Some("the disk is full".into());
    let mut app = in_front_of(&world, 80, 24);
    app.changed(Feed::Lost("it was stopped".into()));
    settled(&mut app, &world, 80, 24);
    insta::assert_snapshot!("trouble", with_styles(&draw(&app, 80, 24)));
}

#[test]
fn a_board_stays_as_it_is_while_nothing_happens_but_for_the_clock() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    let before = text(&draw(&app, 120, 40));
    app.tick(super::fixture::NOW + Span::SECOND);
    settled(&mut app, &world, 120, 40);
    let after = text(&draw(&app, 120, 40));
    assert_eq!(before.replace("03:12:40", "03:12:41"), after);
}
