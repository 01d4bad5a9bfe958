//! Every row of the command table, by its keys and by the palette; what read-only refuses; what the engine is asked.

use super::fixture::{
    happened, in_front_of, night, night_at_work, night_in_reach, play, press, seat_with, settled, show, type_in,
};
use crate::core::input::Act;
use crate::link::{Refusal, Request};
use crate::tui::app::App;
use crate::tui::command::{self, Command, Risk};
use crate::tui::conflicts::KeyLine;
use crate::tui::effect::Effect;
use crate::tui::keymap::Scope;
use crate::tui::panes::Pane;
use crate::tui::panes::detail::Tab;
use crate::tui::popups::Popup;
use crate::tui::theme::Role;

/// What can be seen of an app, and what it wants, after a command.
fn outcome(app: &App, effects: &[Effect]) -> String {
    let popups: Vec<_> = app.popups.iter().map(|popup| format!("{popup:?}")).collect();
    let at = app.incidents.selected().map(|incident| incident.id.to_string());
    let chosen: Vec<_> = app.detail.chosen().map(|alert| alert.id.to_string()).collect();
    let place = format!("{:?} {} {:?} {chosen:?}", app.focus, app.zoomed, app.detail);
    let place = format!("{place} {} {:?}", app.wall.is_some(), app.sizes);
    let filter = format!("{:?} {:?} {} {}", app.narrowed, at, app.filter, app.look.name);
    let list = format!("{:?} {:?} {:?}", app.incidents.sort(), app.incidents.marks, app.columns);
    let session = app
        .sessions
        .current()
        .map(|tab| (tab.id.clone(), tab.back.as_ref().map(|back| (back.above(), back.line(), back.text()))));
    let session = format!("{session:?} {:?} {}", app.sessions.mode(), app.sessions.zoomed);
    let said = app.toast.as_ref().map(|toast| &toast.text);
    format!("{popups:?} {place} {filter} {list} {session} {said:?} {effects:?}")
}

/// Where a command's keys do something, so that it can be told from its doing nothing.
/// A seat with a whole handover.
fn with_a_handover() -> App {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "O", (120, 40));
    app.toast = None;
    app
}

/// A seat with a question that waits for an answer.
fn asked_whether() -> App {
    let mut app = in_front_of(&night(), 120, 40);
    app.popup(Popup::confirm("Quit?".into(), vec!["the seat".into()], vec![Effect::Quit]));
    app
}

/// A seat that shows the request of an alert.
fn before_a_request(folded: bool) -> App {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, if folded { "g d l l l -" } else { "g d l l l" }, (120, 40));
    app
}

/// Where a command on the way to an execution does something.
fn where_things_run(command: &Command) -> App {
    // Small, so that there is something to scroll.
    let size = if command.scope == Scope::Beside { (40, 12) } else { (80, 24) };
    let ran = matches!(command.scope, Scope::Execution) || matches!(command.name, "follow" | "again");
    let (world, mut app) = if ran {
        super::run::on_two_machines(size)
    } else {
        let world = night_in_reach();
        let app = in_front_of(&world, size.0, size.1);
        (world, app)
    };
    let script = match (command.scope, command.name) {
        (Scope::Beside, "scroll-up") => "d pagedown",
        (Scope::Beside, _) => "d",
        (Scope::Plan, _) => "d enter",
        (Scope::Script, "line-down") => "f 'a' ctrl-j 'b' up",
        (Scope::Script, _) => "f 'a' ctrl-j 'b'",
        (_, "follow" | "again") => "esc",
        (_, "previous-machine") => "right",
        (_, "next-match" | "previous-match") => "/ 'dev' enter",
        _ => "",
    };
    play(&mut app, &world, script, size);
    app.toast = None;
    app
}

/// A seat that was told to quit while somebody types in a session there.
fn about_to_quit() -> App {
    let mut world = night();
    let me = in_front_of(&world, 120, 40).me();
    world.shell("comp_acme", 1, &me);
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "q", (120, 40));
    app
}

/// The list of sessions, with one that somebody else has open.
fn in_front_of_sessions() -> App {
    let mut world = night();
    world.shell("comp_acme", 1, &crate::core::input::Actor::named("sam"));
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "S", (120, 40));
    app
}

fn where_it_works(command: &Command) -> App {
    let world =
        if command.scope == Scope::Approvals || command.scope == Scope::Executions { night_at_work() } else { night() };
    let mut app = in_front_of(&world, 120, 40);
    let way = match (command.scope, command.name) {
        (_, "withdraw") => "P j enter",
        (Scope::Approvals, _) => "P enter",
        (Scope::Executions, _) => "E",
        (Scope::Machines, _) => "K",
        (Scope::Access, _) => "K v",
        (Scope::Sources, "decide-topic") => "g o j j j",
        (Scope::Sources, _) => "g o j",
        (Scope::Pasting, _) => "g o n 'zabbix' enter enter",
        (Scope::Topic, _) => "g o j j j t enter",
        (Scope::Unreadable, _) => "g q",
        (Scope::Detail, "previous-tab") => "g d l",
        (Scope::Detail, "unfold-all" | "fold-all") => return before_a_request(command.name == "unfold-all"),
        (Scope::Detail, _) => "g d",
        (_, "back") => "z",
        (_, "incidents") => "g t",
        (_, "previous" | "page-up" | "first") => "j j",
        (_, "mark") => "g d l",
        (_, "look-in") => "g q",
        (_, "unmark") => "space",
        (_, "column-up") => "c j",
        (_, "own-width") => "c +",
        (_, "own-columns") => "c space",
        (Scope::Columns, _) => "c",
        (Scope::Confirm, _) => return asked_whether(),
        (Scope::Wall, _) => "w",
        (Scope::Handover, _) => return with_a_handover(),
        (_, "search") => "L",
        (_, "copy" | "copy-all") => "T enter L",
        (Scope::Popups, _) => "g r",
        (_, "choose-previous") => ": down",
        (Scope::Palette, _) => ":",
        (_, "submit") => "/ x",
        (Scope::Typing, _) => "n x",
        (Scope::Windows, _) => "g w",
        (Scope::Beside, _) | (_, "follow" | "again") => return where_things_run(command),
        (Scope::Script | Scope::Plan | Scope::Execution, _) => return where_things_run(command),
        (Scope::Form, _) => "Q",
        (Scope::Leaving, _) => return about_to_quit(),
        (Scope::Sessions, _) => return in_front_of_sessions(),
        (Scope::Session | Scope::Shell, name) | (_, name @ "to-session") => {
            return super::sessions::where_it_works(name);
        }
        (_, "newest") => "j j",
        _ => "g i",
    };
    play(&mut app, &world, way, (120, 40));
    settled(&mut app, &world, 120, 40);
    app
}

#[test]
fn every_command_is_reached_by_each_of_its_keys() {
    for command in command::all() {
        let mut outcomes = Vec::new();
        for keys in command.default_keys() {
            let mut app = where_it_works(command);
            let before = outcome(&app, &[]);
            let effects = press(&mut app, keys);
            let after = outcome(&app, &effects);
            assert_ne!(before, after, "{keys} ({}) does nothing", command.name);
            assert!(!after.contains("does nothing"), "{keys} ({})", command.name);
            outcomes.push(after);
        }
        assert!(!outcomes.is_empty() || command.in_palette(), "{} has neither key nor name", command.name);
        assert!(outcomes.iter().all(|one| *one == outcomes[0]), "{}: {outcomes:#?}", command.name);
    }
}

#[test]
fn every_command_for_panes_does_by_the_palette_what_its_key_does() {
    for command in command::all().filter(|command| command.in_palette()) {
        let mut by_name = where_it_works(command);
        let before = outcome(&by_name, &[]);
        press(&mut by_name, ":");
        type_in(&mut by_name, command.name);
        let named = press(&mut by_name, "enter");
        let after = outcome(&by_name, &named);
        let Some(keys) = command.default_keys().next() else {
            assert_ne!(before, after, "{} does nothing", command.name);
            continue;
        };
        let mut by_key = where_it_works(command);
        let effects = press(&mut by_key, keys);
        assert_eq!(outcome(&by_key, &effects), after, "{}", command.name);
    }
}

#[test]
fn names_are_unique_words() {
    for command in command::all() {
        assert!(std::ptr::eq(command::named(command.name).unwrap(), command), "{}", command.name);
        assert!(
            command.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            "{}",
            command.name
        );
    }
}

#[test]
fn a_read_only_seat_refuses_what_changes_anything_and_offers_none_of_it() {
    let world = night();
    for command in command::all().filter(|command| command.risk != Risk::View) {
        let mut app = seat_with(|start| start.read_only = true);
        show(&mut app, &world);
        settled(&mut app, &world, 80, 24);
        // What works in popups only has its key there.
        let effects = match command.default_keys().next().filter(|_| command.in_palette()) {
            Some(keys) => press(&mut app, keys),
            None => {
                command.invoke(&mut app, "");
                app.take_effects()
            }
        };
        assert!(effects.is_empty() && app.popups.is_empty(), "{}", command.name);
        assert!(app.toast.as_ref().unwrap().text.contains("read-only"), "{}", command.name);
        press(&mut app, "?");
        assert!(!format!("{:?}", app.popups).contains(command.doc), "{}", command.name);
    }
}

fn asked(effects: &[Effect]) -> String {
    match effects {
        [Effect::Ask(_, Request::Act { incident, act })] => format!("{incident} {act:?}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn acts_are_asked_of_the_engine_for_the_selected_incident() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    assert_eq!(asked(&press(&mut app, "a")), "comp_acme-i1 Acknowledge { why: None, until: None }");
    assert_eq!(asked(&press(&mut app, "j m")), "comp_acme-i2 Assign { to: \"priya\" }");
    press(&mut app, ":");
    type_in(&mut app, "assign sam");
    assert_eq!(asked(&press(&mut app, "enter")), "comp_acme-i2 Assign { to: \"sam\" }");
    press(&mut app, "n");
    type_in(&mut app, "on it q");
    assert_eq!(asked(&press(&mut app, "enter")), "comp_acme-i2 Note { text: \"on it q\" }");
    press(&mut app, "n");
    assert!(press(&mut app, "enter").is_empty(), "an empty note is no note");
}

#[test]
fn what_was_resolved_can_be_reopened_from_where_one_is() {
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    let effects = press(&mut app, "r");
    assert_eq!(asked(&effects), "comp_acme-i1 Resolve { note: None }");
    let (purpose, reply) = world.answer(&effects[0]).unwrap();
    app.answered(purpose, Ok(reply));
    assert_eq!(app.toast.as_ref().unwrap().text, "resolved comp_acme-i1; o reopens it");
    happened(&mut app, world.act(crate::core::time::Span(0), "comp_acme", 1, "priya", Act::RESOLVE));
    settled(&mut app, &world, 80, 24);
    assert_eq!(app.incidents.selected().unwrap().id.to_string(), "comp_acme-i2");
    assert_eq!(asked(&press(&mut app, "o")), "comp_acme-i1 Reopen");
    assert!(press(&mut app, "o").is_empty(), "only once");
}

#[test]
fn a_refusal_is_said_in_the_engines_words() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    let mut effects = press(&mut app, "a");
    let Some(Effect::Ask(purpose, _)) = effects.pop() else { panic!("{effects:?}") };
    app.answered(purpose, Err(Refusal::new("resolved", "the incident is resolved; reopen it first")));
    let toast = app.toast.as_ref().unwrap();
    assert_eq!((&*toast.text, toast.role), ("the incident is resolved; reopen it first", Role::Mistake));
    press(&mut app, "j");
    assert_eq!(app.toast, None);
}

#[test]
fn esc_steps_back_from_anything_and_never_out() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "t / x enter 1 z ? :");
    for _ in 0..20 {
        let effects = press(&mut app, "esc");
        assert!(effects.is_empty(), "{effects:?}");
        settled(&mut app, &world, 80, 24);
    }
    assert!(app.popups.is_empty() && !app.zoomed && app.filter.is_empty() && app.narrowed.is_none());
    assert_eq!(app.focus, Pane::Incidents);
    assert!(matches!(press(&mut app, "q")[..], [Effect::Quit]));
}

#[test]
fn a_filter_works_while_it_is_typed_says_its_mistakes_and_esc_restores() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "/");
    type_in(&mut app, "ward sev>=high");
    settled(&mut app, &world, 80, 24);
    assert_eq!(app.incidents.rows.len(), 9);
    type_in(&mut app, " colour:red");
    let Some(Popup::Filter(filter)) = app.popups.last() else { panic!() };
    assert!(filter.error.as_ref().unwrap().words.contains("no field colour"));
    press(&mut app, "esc");
    settled(&mut app, &world, 80, 24);
    assert_eq!((app.incidents.rows.len(), &*app.filter), (17, ""));
    press(&mut app, "/");
    type_in(&mut app, "tenant:cobalt");
    press(&mut app, "enter");
    settled(&mut app, &world, 80, 24);
    assert_eq!((app.incidents.rows.len(), &*app.filter), (2, "tenant:cobalt"));
}

#[test]
fn enter_on_a_tenant_shows_it_alone_and_t_chooses_another_or_all() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "g t j j enter");
    settled(&mut app, &world, 80, 24);
    assert!(app.incidents.rows.iter().all(|incident| incident.company_id.as_str() == "comp_cobalt"));
    assert_eq!(app.incidents.rows.len(), 2);
    press(&mut app, "t f j enter");
    settled(&mut app, &world, 80, 24);
    assert_eq!(app.narrowed.as_ref().unwrap().as_str(), "comp_fjord");
    assert_eq!(app.incidents.rows.len(), 1);
    press(&mut app, "t enter");
    settled(&mut app, &world, 80, 24);
    assert_eq!((&app.narrowed, app.incidents.rows.len()), (&None, 17));
}

#[test]
fn raw_is_asked_for_when_it_is_looked_at() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "g d l l l");
    assert_eq!(app.detail.tab, Tab::Raw);
    let effects = app.settle(ratatui::layout::Rect::new(0, 0, 120, 40), true);
    let [Effect::Ask(_, Request::Raw { alert }), ..] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(alert.tenant.as_str(), "comp_acme");
    assert!(app.settle(ratatui::layout::Rect::new(0, 0, 120, 40), true).is_empty(), "asked twice");
}

#[test]
fn the_users_keys_run_palette_lines_and_bad_ones_are_told() {
    let world = night();
    let key = |(keys, line): &(&str, &str)| KeyLine { keys: (*keys).into(), line: (*line).into(), place: "c:2".into() };
    let keys = |keys: &[(&str, &str)]| keys.iter().map(key).collect();
    let mut app = seat_with(|start| start.keys = keys(&[("ctrl-t", "tenant comp_fjord"), ("x", "resolve")]));
    assert_eq!(app.toast, None);
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    assert_eq!(asked(&press(&mut app, "x")), "comp_acme-i1 Resolve { note: None }");
    press(&mut app, "ctrl-t");
    assert_eq!(app.narrowed.as_ref().unwrap().as_str(), "comp_fjord");
    let app = seat_with(|start| start.keys = keys(&[("ctrl-t", "fly")]));
    assert!(app.toast.unwrap().text.contains("c:2: [keys] \"ctrl-t\": no command fly"));
}

#[test]
fn what_is_chosen_is_remembered_once_it_is_settled_and_is_there_the_next_time() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    let remembered = |app: &mut App| {
        let effects = app.settle(ratatui::layout::Rect::new(0, 0, 120, 40), true);
        effects.into_iter().find_map(|effect| match effect {
            Effect::Remember(memory) => Some(*memory),
            _ => None,
        })
    };
    assert_eq!(remembered(&mut app), None);
    press(&mut app, "/");
    type_in(&mut app, "sev>=high");
    assert_eq!(remembered(&mut app), None, "it may yet be left as it was");
    press(&mut app, "enter");
    assert_eq!(remembered(&mut app).unwrap().filter, "sev>=high");
    press(&mut app, ", l z : c o l u m n s space s c o r e enter g t z");
    app.narrow_to("comp_acme");
    let memory = remembered(&mut app).unwrap();
    assert_eq!(remembered(&mut app), None);
    let mut next = seat_with(|start| start.memory = memory.clone());
    show(&mut next, &world);
    settled(&mut next, &world, 120, 40);
    assert_eq!(next.memory(), memory);
    assert_eq!((&*next.filter, next.focus, next.incidents.rows.len()), ("sev>=high", Pane::Tenants, 2));
    assert!(remembered(&mut next).is_none());
}

#[test]
fn a_lost_engine_can_be_looked_at_but_not_changed() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    app.changed(crate::link::Feed::Lost("it was stopped".into()));
    settled(&mut app, &world, 80, 24);
    assert!(press(&mut app, "a").is_empty());
    assert!(app.troubles()[0].contains("ENGINE LOST: it was stopped"));
    assert_eq!(app.incidents.rows.len(), 17);
}

#[test]
fn a_new_critical_rings_once_and_a_storm_of_its_alerts_does_not() {
    use crate::core::severity::Severity;
    use crate::core::testing::report;
    use crate::core::time::Span;
    let mut world = night();
    let mut app = in_front_of(&world, 80, 24);
    let critical = crate::core::alert::Report { severity: Severity::Critical, ..report("core-sw", "down") };
    let high = crate::core::alert::Report { severity: Severity::High, ..report("core-sw", "down") };
    let mut rings = Vec::new();
    for report in [high, critical.clone(), critical] {
        let changes = world.report(Span(0), "comp_fjord", report);
        happened(&mut app, changes);
        rings.push(app.take_effects().iter().filter(|effect| matches!(effect, Effect::Ring(_))).count());
    }
    assert_eq!(rings, [0, 1, 0]);
}

#[test]
fn after_a_prefix_the_hints_say_what_may_follow() {
    let world = night();
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "g");
    let shown = super::fixture::text(&super::fixture::draw(&app, 80, 24));
    for next in ["g      first", "t      tenants", "q      quarantine"] {
        assert!(shown.contains(next), "{next}: {shown}");
    }
    assert!(shown.lines().any(|line| line.trim() == "esc gives g up"), "{shown}");
    assert!(press(&mut app, "esc").is_empty() && !app.keymap.is_pending());
    assert!(!super::fixture::text(&super::fixture::draw(&app, 80, 24)).contains("quarantine"));
}
