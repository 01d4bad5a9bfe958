//! Text from outside in every field it can be in: nothing of it reaches the terminal but what it looks like.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use super::corpus::hostile_in;
use super::fixture::{World, draw, in_front_of, night, press, settled, type_in};
use crate::core::alert::Report;
use crate::core::assign::Technician;
use crate::core::input::Act;
use crate::core::severity::Severity;
use crate::core::testing::report;
use crate::core::time::Span;
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Purpose};

pub const EVIL: &str = "\x1b[2J\x1b]0;x\x07\u{9b}31m\u{202e}abc\u{2066}\r\n\t\0\u{7f}日本\u{200b}\u{feff}\u{2028}e\u{301}\u{301}\u{301}\u{301}\u{e0041}\u{1f468}\u{200d}\u{1f469}";

fn evil_world() -> World {
    let mut world = night();
    world.tenant("comp_evil", EVIL, |_| {});
    for tool in [EVIL, "Zabbix"] {
        let labels = [(EVIL.to_owned(), EVIL.to_owned())].into();
        let report = Report {
            severity: Severity::Critical,
            tool_source: tool.into(),
            message: EVIL.repeat(50),
            instance_id: Some(EVIL.into()),
            links: vec![EVIL.into()],
            labels,
            ..report(EVIL, EVIL)
        };
        world.report(Span::minutes(1), "comp_evil", report);
    }
    world.act(Span(0), "comp_evil", 1, EVIL, Act::Assign { to: EVIL.into() });
    world.roster("comp_evil", vec![evil_technician(false), evil_technician(true)]);
    let other = Report { severity: Severity::Critical, ..report(EVIL, "other") };
    world.report(Span(0), "comp_evil", other);
    world.turn("comp_evil", 1, |incident| {
        incident.acknowledged_by = Some(EVIL.into());
        incident.acknowledged_because = Some(EVIL.into());
        incident.unassigned_because = Some(EVIL.into());
        incident.priority_score = 1_000;
    });
    world.turn("comp_evil", 2, |incident| incident.silenced_by = Some(1));
    let window = crate::core::silence::Window {
        number: 1,
        matches: Default::default(),
        begins_at: super::fixture::NOW,
        lasts: Span::HOUR,
        repeats: Default::default(),
        zone: Default::default(),
        until: None,
        author: EVIL.into(),
        reason: EVIL.into(),
        created_at: super::fixture::NOW,
    };
    let panel = world.board.tenants.get_mut(&crate::core::testing::tenant_id("comp_evil")).unwrap();
    panel.windows.insert(1, window.into());
    world.act(Span(0), "comp_evil", 1, EVIL, Act::Note { text: EVIL.into() });
    world.board.pulse.listen = Some(EVIL.into());
    world.board.pulse.store_error = Some(EVIL.into());
    let causes = [(EVIL.to_owned(), 3)].into();
    world.board.pulse.refused.insert("comp_evil".parse().unwrap(), causes);
    world.board.tenants.get_mut(&crate::core::testing::tenant_id("comp_evil")).unwrap().stopped = Some(EVIL.into());
    world
}

fn evil_technician(lead: bool) -> Technician {
    Technician {
        name: EVIL.into(),
        skills: vec![EVIL.into()],
        tenants: vec!["*".into()],
        on_call: EVIL.into(),
        at_most: None,
        lead,
    }
}

/// Every cell holds something that a terminal just shows, and what it holds takes the columns it is given.
pub fn assert_harmless(buffer: &Buffer, what: &str) {
    let area = *buffer.area();
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let symbol = buffer[(x, y)].symbol();
            assert_eq!(hostile_in(symbol), None, "{what} {x},{y}: {symbol:?}");
            assert!(symbol.chars().count() <= 3, "{what} {x},{y}: {symbol:?}");
            let width = u16::try_from(symbol.width()).unwrap();
            assert!((1..=2).contains(&width), "{what} {x},{y}: {symbol:?}");
            assert!(x + width <= area.width, "{what} {x},{y}: {symbol:?}");
            x += width;
        }
    }
}

pub fn look_everywhere(app: &mut App, world: &World, what: &str) {
    for (width, height) in [(40, 12), (80, 24), (120, 40), (200, 60), (7, 5), (1, 1)] {
        settled(app, world, width, height);
        assert_harmless(&draw(app, width, height), &format!("{what} {width}x{height}"));
    }
}

#[test]
fn nothing_from_outside_reaches_the_terminal_but_what_it_looks_like() {
    let world = evil_world();
    for way in [
        "g i",
        "g t",
        "g d",
        "g d l",
        "g d l l",
        "g d l l l",
        "g d l l l l",
        "g d z",
        "g d l z",
        "A",
        "M",
        "Z",
        "R",
        "e",
        "J",
        "space j space a",
        "X",
        "g s",
        "g s z",
        "g r",
        "?",
        "n",
        "t",
    ] {
        let mut app = in_front_of(&world, 120, 40);
        press(&mut app, way);
        look_everywhere(&mut app, &world, way);
    }
}

#[test]
fn what_a_request_held_is_shown_safely_too() {
    let world = evil_world();
    let mut app = in_front_of(&world, 120, 40);
    for effect in press(&mut app, "g q") {
        let (purpose, reply) = world.answer(&effect).unwrap();
        app.answered(purpose, Ok(reply));
    }
    look_everywhere(&mut app, &world, "quarantine");
    press(&mut app, "enter");
    look_everywhere(&mut app, &world, "quarantined request");
}

#[test]
fn what_is_said_when_something_is_done_or_refused_is_safe_too() {
    let world = evil_world();
    let id: crate::core::id::IncidentId = "comp_evil-i1".parse().unwrap();
    let say = |purpose, answer| {
        let mut app = in_front_of(&world, 120, 40);
        app.answered(purpose, answer);
        look_everywhere(&mut app, &world, "a toast");
    };
    let act = Act::Assign { to: EVIL.into() };
    say(Purpose::Act { incident: id.clone(), act: act.clone() }, Ok(Reply::Done));
    say(Purpose::Act { incident: id, act }, Err(Refusal::new("no", EVIL)));
    say(Purpose::Undo, Ok(Reply::Undone { what: EVIL.into() }));
    say(Purpose::Gather { what: EVIL.into() }, Ok(Reply::Done));
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "g d z");
    app.detail.show("comp_evil-i2".parse().unwrap());
    look_everywhere(&mut app, &world, "a silenced incident");
}

#[test]
fn what_an_editor_is_given_is_one_safe_line_about_each_incident() {
    let mut app = in_front_of(&evil_world(), 120, 40);
    let effects = press(&mut app, "N");
    let [Effect::Edit { about, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert!(about[0].starts_with("comp_evil-i1") && hostile_in(&about[0]).is_none(), "{about:?}");
}

#[test]
fn pasted_text_is_no_safer_than_any_other() {
    let world = night();
    for way in ["/", ":", "n", "A", "M", "Z", "R", "e", "J"] {
        let mut app = in_front_of(&world, 120, 40);
        press(&mut app, way);
        app.pasted(EVIL);
        type_in(&mut app, "x");
        look_everywhere(&mut app, &world, way);
    }
}

#[test]
fn an_ascii_terminal_gets_ascii_only() {
    let world = evil_world();
    for way in ["g i", "g d z", "g d l z", "g d l l l", "g r", "?", "M", "e", "Z"] {
        let mut app = in_front_of(&world, 120, 40);
        app.look = crate::tui::theme::Look::new("dark", crate::tui::colour::Depth::Sixteen, true).unwrap();
        press(&mut app, way);
        settled(&mut app, &world, 120, 40);
        let buffer = draw(&app, 120, 40);
        assert!(buffer.content().iter().all(|cell| cell.symbol().is_ascii()), "{way}");
    }
}
