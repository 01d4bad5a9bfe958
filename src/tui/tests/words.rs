//! Palette, help, which-key, toasts, log, tasks, and what a changed configuration does to a seat.

use super::fixture::{draw, in_front_of, night, play, press, seat_with, settled, show, text, type_in};
use super::screens::at_four_sizes;
use crate::core::id::TenantId;
use crate::core::severity::Severity;
use crate::core::time::Span;
use crate::link::{Feed, Refusal, Request};
use crate::tui::app::App;
use crate::tui::conflicts::KeyLine;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::popups::Popup;
use crate::tui::reload::Wishes;
use crate::tui::theme::Role;

const SIZE: (u16, u16) = (80, 24);

fn screen(app: &App) -> String {
    text(&draw(app, SIZE.0, SIZE.1))
}

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &toast.text)
}

fn logged(app: &App) -> Vec<String> {
    app.log.matching("").into_iter().map(|line| format!("{} {}", line.kind.word(), line.text)).collect()
}

#[test]
fn the_words_at_four_sizes() {
    at_four_sizes("palette_argument", ": 'tenant bo'");
    at_four_sizes("help_search", "? 'page'");
    at_four_sizes("which_key", "g");
    at_four_sizes("log", "a j m L / 'comp_acme'");
    at_four_sizes("tasks", ": 'tasks' enter");
}

#[test]
fn a_few_letters_of_a_tenants_name_are_enough_after_a_commands_name() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, ": 'tenant bank' enter", SIZE);
    assert_eq!(app.narrowed.as_ref().map(TenantId::as_str), Some("comp_fjord"));
    play(&mut app, &world, ": 'tenant zzz' enter", SIZE);
    assert_eq!(toast(&app), "no tenant zzz");
}

#[test]
fn tab_completes_the_name_and_then_the_argument_and_down_chooses_another() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let typed = |app: &App| match app.popups.last() {
        Some(Popup::Palette(palette)) => palette.input.text().to_owned(),
        other => panic!("{other:?}"),
    };
    press(&mut app, ":");
    type_in(&mut app, "quar");
    press(&mut app, "tab");
    assert_eq!(typed(&app), "quarantine ");
    press(&mut app, "down down tab");
    assert_eq!(typed(&app), "quarantine comp_borealis");
    let [Effect::Ask(_, Request::Quarantine { tenant })] = &press(&mut app, "enter")[..] else { panic!() };
    assert_eq!(tenant.as_str(), "comp_borealis");
    press(&mut app, "esc :");
    type_in(&mut app, "zoo");
    press(&mut app, "tab");
    assert_eq!(typed(&app), "zoom", "nothing follows it");
}

#[test]
fn a_name_that_nobody_knows_is_taken_as_it_is_where_that_makes_sense() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    press(&mut app, ":");
    type_in(&mut app, "assign pr");
    assert!(screen(&app).contains("priya"), "whoever sits here is suggested");
    let [Effect::Ask(_, Request::Act { act, .. })] = &press(&mut app, "enter")[..] else { panic!() };
    assert_eq!(format!("{act:?}"), "Assign { to: \"pr\" }");
}

#[test]
fn a_query_its_columns_and_a_view_are_completed_word_by_word() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let typed = |app: &App| match app.popups.last() {
        Some(Popup::Palette(palette)) => palette.input.text().to_owned(),
        other => panic!("{other:?}"),
    };
    play(&mut app, &world, ": 'filter sev>=high ten' tab", SIZE);
    assert_eq!(typed(&app), "filter sev>=high tenant:");
    play(&mut app, &world, "'cob' tab enter", SIZE);
    assert_eq!(app.filter, "sev>=high tenant:comp_cobalt");
    play(&mut app, &world, ": 'columns score as' tab", SIZE);
    assert_eq!(typed(&app), "columns score asset");
    play(&mut app, &world, "esc : 'views mine' enter", SIZE);
    assert_eq!(app.filter, "assignee:me");
}

#[test]
fn up_on_an_empty_line_brings_back_the_lines_that_were_run() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, ": 'zoom' enter : 'theme dark' enter : 'zoom' enter", SIZE);
    assert_eq!(app.lines, ["theme dark", "zoom"]);
    play(&mut app, &world, ": up up up down", SIZE);
    let Some(Popup::Palette(palette)) = app.popups.last() else { panic!() };
    assert_eq!(palette.input.text(), "zoom");
    play(&mut app, &world, "up enter", SIZE);
    assert_eq!(app.look.name, "dark");
    assert_eq!(app.lines, ["zoom", "theme dark"]);
}

#[test]
fn an_unknown_command_names_the_nearest_one() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, ": 'quarrantine comp_acme' enter", SIZE);
    assert_eq!(toast(&app), "no command quarrantine; did you mean quarantine?");
}

#[test]
fn help_is_searched_by_typing_and_runs_what_is_selected() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    press(&mut app, "? /");
    type_in(&mut app, "whole screen");
    let shown = screen(&app);
    assert!(shown.contains("zoom") && !shown.contains("acknowledge  "), "{shown}");
    press(&mut app, "enter");
    assert!(app.zoomed && app.popups.is_empty());
    press(&mut app, "? esc");
    assert!(app.popups.is_empty() && app.zoomed, "esc takes one step");
}

#[test]
fn help_shows_the_users_keys_and_finds_a_command_by_its_key() {
    let world = night();
    let key = |keys: &str, line: &str| KeyLine { keys: keys.into(), line: line.into(), place: String::new() };
    let mut app = seat_with(|start| start.keys = vec![key("f9", "tenant comp_fjord"), key("z", "")]);
    show(&mut app, &world);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    press(&mut app, "?");
    type_in(&mut app, "f9");
    press(&mut app, "enter");
    assert_eq!(app.narrowed.as_ref().map(TenantId::as_str), Some("comp_fjord"));
    press(&mut app, "?");
    type_in(&mut app, "whole screen");
    assert!(screen(&app).contains(":zoom"), "what has no key has its name");
}

#[test]
fn a_reserved_prefix_of_the_users_own_is_explained_too() {
    let world = night();
    let key = |keys: &str, line: &str| KeyLine { keys: keys.into(), line: line.into(), place: String::new() };
    let mut app = seat_with(|start| start.keys = vec![key("f5 a", "zoom"), key("f5 b", "theme dark")]);
    show(&mut app, &world);
    settled(&mut app, &world, 40, 12);
    press(&mut app, "f5");
    let shown = text(&draw(&app, 40, 12));
    assert!(shown.contains("f5 …") && shown.contains("theme dark"), "{shown}");
    press(&mut app, "b");
    assert_eq!(app.look.name, "dark");
}

#[test]
fn mistakes_wait_for_a_key_each_and_notices_go_by_themselves() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    app.mistake("first".into());
    app.notice("done".into());
    app.mistake("second".into());
    app.mistake("second".into());
    assert!(screen(&app).lines().nth(22).is_some_and(|line| line.starts_with(" second") && line.ends_with("+2 more")));
    app.tick(app.now + Span(60_000));
    assert_eq!((toast(&app), app.waiting.len()), ("second", 1), "the notice has gone by itself");
    press(&mut app, "j");
    assert_eq!((toast(&app), app.toast.as_ref().unwrap().role), ("first", Role::Mistake));
    press(&mut app, "j");
    assert_eq!(app.toast, None);
    (0..100).for_each(|n| app.mistake(format!("mistake {n}")));
    assert_eq!((toast(&app), app.waiting.len()), ("mistake 99", 8));
    assert_eq!(logged(&app).len(), 104, "the log has all of them");
}

#[test]
fn the_log_has_acts_with_their_answers_troubles_and_what_was_said() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let mut effects = press(&mut app, "a");
    let Some(Effect::Ask(purpose, _)) = effects.pop() else { panic!("{effects:?}") };
    app.answered(purpose, Err(Refusal::new("resolved", "the incident is resolved")));
    let pulse = |error: Option<&str>| {
        let mut pulse = world.board.pulse.clone();
        pulse.config_error = error.map(Into::into);
        Feed::Pulse(Box::new(pulse))
    };
    for error in [Some("config.toml:3: no"), Some("config.toml:3: no"), None] {
        app.changed(pulse(error));
        settled(&mut app, &world, SIZE.0, SIZE.1);
    }
    let lines = logged(&app);
    let is = |at: usize, begins: &str| assert!(lines[at].starts_with(begins), "{lines:#?}");
    is(0, "asked acknowledge comp_acme-i1");
    is(1, "FAILED the incident is resolved");
    is(2, "TROUBLE CONFIGURATION: config.toml:3: no");
    is(3, "seat over: CONFIGURATION");
    assert_eq!(lines.len(), 4, "{lines:#?}");
}

#[test]
fn the_log_is_searched_stays_where_one_reads_and_is_copied() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    (0..40).for_each(|n| app.notice(format!("line {n} of {}", if n % 2 == 0 { "red" } else { "blue" })));
    press(&mut app, "L k k");
    app.notice("later".into());
    let copied = |effects: Vec<Effect>| match &effects[..] {
        [Effect::Copy(text)] => text.clone(),
        other => panic!("{other:?}"),
    };
    assert!(copied(press(&mut app, "c")).ends_with("done line 37 of blue"), "the selection stays on its line");
    press(&mut app, "/");
    type_in(&mut app, "LINE red");
    press(&mut app, "enter");
    let all = copied(press(&mut app, "C"));
    assert_eq!(all.lines().count(), 20);
    assert!(all.lines().all(|line| line.ends_with("red")));
    press(&mut app, "/ esc");
    assert!(copied(press(&mut app, "C")).lines().count() > 40, "esc shows all again");
    press(&mut app, "esc");
    assert!(app.popups.is_empty());
}

#[test]
fn what_takes_long_is_in_the_status_line_until_it_is_answered() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "g q");
    let shown = |app: &App| text(&draw(app, 120, 40)).lines().last().unwrap().to_owned();
    assert!(!shown(&app).contains("quarantine"));
    app.tick(app.now + Span(400));
    assert!(shown(&app).contains("⟳ quarantine"), "{}", shown(&app));
    let task = app.tasks.begin(app.now, "handover");
    app.tasks.progress(task, 2, 5);
    press(&mut app, "esc :");
    type_in(&mut app, "tasks");
    press(&mut app, "enter");
    assert!(text(&draw(&app, 120, 40)).contains("⟳ handover 40 %"));
    app.answered(Purpose::Quarantine("comp_acme".parse().unwrap()), Err(Refusal::gone()));
    app.tasks.end(task);
    assert!(app.tasks.all().is_empty());
}

#[test]
fn a_changed_configuration_takes_effect_and_leaves_what_was_chosen_at_the_seat() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let key =
        |keys: &str, line: &str, at: u32| KeyLine { keys: keys.into(), line: line.into(), place: format!("c:{at}") };
    let before = Wishes { theme: "default".into(), bell: Some(Severity::Critical), ..Wishes::default() };
    play(&mut app, &world, ": 'theme dark' enter", SIZE);
    let now = Wishes { keys: vec![key("f9", "zoom", 7), key("f8", "zom", 8)], bell: None, ..before.clone() };
    app.reloaded(&before, &now);
    assert_eq!(app.look.name, "dark");
    assert_eq!(toast(&app), "c:8: [keys] \"f8\": no command zom; did you mean zoom?");
    assert_eq!(app.bell.from, None);
    press(&mut app, "f9");
    assert!(app.zoomed);
    let later =
        Wishes { theme: "mine".into(), themes: vec![("mine".into(), "[critical]\nbold = true".into())], ..now.clone() };
    app.reloaded(&now, &later);
    assert_eq!(app.look.name, "mine");
    let broken = Wishes { themes: vec![("mine".into(), "[critcal]\nbold = true".into())], ..later.clone() };
    app.reloaded(&later, &broken);
    assert_eq!(app.look.name, "mine", "the old one stays");
    assert!(app.toast.as_ref().unwrap().text.contains("mine"), "{}", toast(&app));
    assert!(matches!(press(&mut app, ": r e l o a d enter")[..], [Effect::Reload]));
}
