//! From an incident or a machine to a forwarded port, and what is shown of it.

use super::fixture::{
    NOW, World, draw, happened, in_front_of, night_in_reach, press, settled, show, text, type_in, with_styles, work,
};
use super::screens::{SIZES, at_four_sizes_of};
use crate::core::id::SessionId;
use crate::core::input::{Actor, Input};
use crate::core::session::step::{OnSession, Step};
use crate::core::session::{End, Kind};
use crate::core::testing::tenant_id;
use crate::link::session::{Live, Piece, Talk, Talked, Through};
use crate::link::{Reply, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::panes::Pane;
use crate::tui::sessions::Question;

const SIZE: (u16, u16) = (100, 30);

fn at_night() -> (World, App) {
    let world = night_in_reach();
    let app = in_front_of(&world, SIZE.0, SIZE.1);
    (world, app)
}

fn keys(app: &mut App, world: &mut World, script: &str) {
    work(app, world, script, SIZE);
}

fn screen(app: &App) -> String {
    text(&draw(app, SIZE.0, SIZE.1))
}

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &*toast.text)
}

/// What is asked for on `y`.
fn wanted(app: &mut App) -> Kind {
    let effects = press(app, "y");
    match &effects[..] {
        [Effect::Ask(_, Request::Session(Talk::Open { wish, .. }))] => wish.kind.clone(),
        other => panic!("{other:?}"),
    }
}

fn forward(host: Option<&str>, port: u16, local: u16) -> Kind {
    Kind::Forward { host: host.map(Into::into), port, local }
}

/// The engine opens it at a local port.
fn opens(app: &mut App, world: &mut World, local: u16) -> SessionId {
    let id = SessionId { tenant: tenant_id("comp_acme"), number: 1 };
    let engine = Actor { who: "engine".into(), seat: String::new() };
    for step in [Step::Started { aws_id: "priya-0123".into() }, Step::Opened { local_port: Some(local) }] {
        let on = OnSession { session: 1, by: engine.clone(), step };
        let changes = world.apply(NOW, "comp_acme", &Input::Session(on));
        happened(app, changes);
    }
    id
}

fn reads(app: &mut App, id: &SessionId, live: Live) {
    let piece = Piece { live: Some(live), ..Piece::default() };
    let purpose = Purpose::Session(Question::Read(id.clone()));
    app.answered(purpose, Ok(Reply::Talked(Talked::Piece(Box::new(piece)))));
}

fn flow() -> Live {
    let through = |from: &str, bytes_in| Through { from: from.into(), bytes_in, bytes_out: 512 };
    Live {
        version: 3,
        line: crate::link::session::Line::Ready,
        bytes_in: 1_258_291,
        bytes_out: 30_822,
        connections: vec![through("127.0.0.1:50112", 1_000), through("127.0.0.1:50114", 20)],
        refused: vec!["127.0.0.1:50116: the machine could not connect to db.internal:5432".into()],
        ..Live::default()
    }
}

#[test]
fn the_ports_of_runbooks_that_fit_stand_first_and_one_is_asked_about_before_it_is_opened() {
    let (mut world, mut app) = at_night();
    keys(&mut app, &mut world, "p");
    let shown = screen(&app);
    let at = |part: &str| shown.find(part).unwrap_or_else(|| panic!("no {part}:\n{shown}"));
    assert!(at("15432:db.internal:5432  the payments' database") < at("Remote Desktop"));
    keys(&mut app, &mut world, "enter");
    let shown = screen(&app);
    for part in [
        "Forward port 5432 of db.internal through payment-gw?",
        "A c m e   C o r p",
        "db.internal:5432",
        "port 15432 of 127.0.0.1",
        "what went through it is not",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert_eq!(wanted(&mut app), forward(Some("db.internal"), 5432, 15_432));
}

#[test]
fn a_port_can_be_written_or_found_by_its_name() {
    for (typed, kind) in [
        ("rdp", forward(None, 3389, 0)),
        ("9400", forward(None, 9400, 0)),
        ("db-7.internal:1521", forward(Some("db-7.internal"), 1521, 0)),
        ("8443:10.0.0.7:443", forward(Some("10.0.0.7"), 443, 8443)),
    ] {
        let (mut world, mut app) = at_night();
        keys(&mut app, &mut world, "p");
        type_in(&mut app, typed);
        keys(&mut app, &mut world, "enter");
        assert_eq!(wanted(&mut app), kind, "{typed}");
    }
    let (mut world, mut app) = at_night();
    keys(&mut app, &mut world, ": 'forward grafana' enter");
    assert_eq!(wanted(&mut app), forward(None, 3000, 0));
    keys(&mut app, &mut world, ": 'forward db:0' enter");
    assert_eq!(toast(&app), "a port is from 1 to 65535: 5432, db.internal:5432");
}

#[test]
fn a_machine_needs_no_incident_for_it() {
    let (mut world, mut app) = at_night();
    keys(&mut app, &mut world, "K j p");
    assert!(screen(&app).contains("Forward which port?"));
    type_in(&mut app, "https");
    keys(&mut app, &mut world, "enter");
    assert_eq!(wanted(&mut app), forward(None, 443, 0));
}

#[test]
fn it_takes_no_keys_and_says_where_it_is() {
    let (mut world, mut app) = at_night();
    keys(&mut app, &mut world, "p enter y");
    assert!(app.sessions.tabs().is_empty(), "it has no terminal");
    assert_eq!(app.focus, Pane::Incidents);
    opens(&mut app, &mut world, 15_432);
    assert_eq!(toast(&app), "port 5432 of db.internal through payment-gw is at 127.0.0.1:15432; S lists it");
    keys(&mut app, &mut world, "S");
    let effects = press(&mut app, "y");
    assert!(matches!(&effects[..], [Effect::Copy(text)] if text == "127.0.0.1:15432"), "{effects:?}");
}

#[test]
fn the_list_shows_what_goes_through_it() {
    let (mut world, mut app) = at_night();
    keys(&mut app, &mut world, "p enter y");
    let id = opens(&mut app, &mut world, 15_432);
    reads(&mut app, &id, flow());
    keys(&mut app, &mut world, "S");
    let shown = screen(&app);
    for part in [
        "127.0.0.1:15432 leads to db.internal:5432   2 open   1.1 MiB from there, 30.0 KiB to it",
        "127.0.0.1:50116: the machine could not connect to db.internal:5432",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    reads(
        &mut app,
        &id,
        Live { warning: Some("it ends in 2 minutes unless something goes through it".into()), ..flow() },
    );
    assert!(screen(&app).contains("it ends in 2 minutes"));
}

#[test]
fn one_of_somebody_else_is_looked_at_without_a_tab() {
    let (mut world, mut app) = at_night();
    let sam = Actor { who: "sam".into(), seat: "sam-laptop pts/1".into() };
    let shell = world.shell("comp_acme", 1, &sam);
    let mut wish = world.board.session(&shell).unwrap().wish.clone();
    wish.kind = forward(None, 443, 0);
    world.step_session("comp_acme", 0, &sam, Step::Ask { wish: Box::new(wish) });
    let over = Step::Ended { how: End::Closed, why: None, exit_code: None, recording: None };
    world.step_session("comp_acme", 1, &sam, over);
    show(&mut app, &world);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    keys(&mut app, &mut world, "S");
    assert!(screen(&app).contains("not open yet; it leads to payment-gw:443; enter looks on at what goes through it"));
    let effects = press(&mut app, "enter");
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Ask(_, Request::Session(Talk::Watch { .. })))),
        "{effects:?}"
    );
    assert!(app.sessions.tabs().is_empty());
}

#[test]
fn what_a_machine_says_of_a_refusal_obeys_no_escape() {
    let (mut world, mut app) = at_night();
    keys(&mut app, &mut world, "p enter y");
    let id = opens(&mut app, &mut world, 15_432);
    reads(&mut app, &id, Live { refused: vec!["\x1b]52;c;eA==\x07\x1b[2Jgone".into()], ..flow() });
    keys(&mut app, &mut world, "S");
    assert!(!screen(&app).contains(['\x1b', '\x07']));
}

#[test]
fn screens_of_forwards() {
    let world = night_in_reach();
    at_four_sizes_of(&world, "forward_which", "p");
    at_four_sizes_of(&world, "forward_asks", "p enter");
    for (width, height) in SIZES {
        let mut world = night_in_reach();
        let mut app = in_front_of(&world, width, height);
        work(&mut app, &mut world, "p enter y", (width, height));
        let id = opens(&mut app, &mut world, 15_432);
        reads(&mut app, &id, flow());
        work(&mut app, &mut world, "S", (width, height));
        insta::assert_snapshot!(format!("forward_listed_{width}x{height}"), with_styles(&draw(&app, width, height)));
    }
}
