//! What an operator does to incidents from the keyboard: keys in, what the engine is asked out.

use super::fixture::{
    busy_night, happened, in_front_of, night, play, press, script_keys, settled, show, text, type_in, work,
};
use super::screens::at_four_sizes_of;
use crate::core::input::Act;
use crate::core::time::Span;
use crate::link::{Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Paper, Purpose};
use crate::tui::panes::Pane;
use crate::tui::popups::Popup;
use crate::tui::theme::Role;

/// A seat in front of the busy night.
fn seated() -> App {
    in_front_of(&busy_night(), 120, 40)
}

/// What the engine is asked to change by the last key of a script.
fn asked(app: &mut App, script: &str) -> Vec<String> {
    let mut last = Vec::new();
    for key in script_keys(script) {
        last = app.press(key);
    }
    last.iter().filter_map(change).collect()
}

fn change(effect: &Effect) -> Option<String> {
    match effect {
        Effect::Ask(_, Request::Act { incident, act }) => {
            Some(format!("{incident} {}", serde_json::to_string(act).unwrap()))
        }
        Effect::Ask(_, Request::Gather { tenant, from, into, alerts }) => {
            Some(format!("{tenant} {from:?} {into:?} {alerts:?}"))
        }
        Effect::Ask(_, Request::Undo) => Some("undo".into()),
        Effect::Edit { paper: Paper::Note(aim), about } => Some(format!("{aim:?} {about:?}")),
        _ => None,
    }
}

fn toast(app: &App) -> (&str, Role) {
    let toast = app.toast.as_ref().unwrap();
    (&toast.text, toast.role)
}

#[test]
fn every_act_has_its_keys_and_its_palette_line() {
    for (keys, line, act) in [
        ("a", "acknowledge", r#"{"act":"acknowledge"}"#),
        (
            "A 'parts come for=2h' enter",
            "acknowledge for=2h parts come",
            r#"{"act":"acknowledge","why":"parts come","until":"2026-01-31T05:12:40.000Z"}"#,
        ),
        (
            "A 'until=08:00' enter",
            "acknowledge-why until=8:00",
            r#"{"act":"acknowledge","until":"2026-01-31T08:00:00.000Z"}"#,
        ),
        ("m", "assign", r#"{"act":"assign","to":"priya"}"#),
        ("M 'sam' enter", "assign sam", r#"{"act":"assign","to":"sam"}"#),
        ("M 'zoe' enter", "assign-to zoe", r#"{"act":"assign","to":"zoe"}"#),
        ("M enter", "assign kim", r#"{"act":"assign","to":"kim"}"#),
        ("i", "start", r#"{"act":"start"}"#),
        ("x", "release", r#"{"act":"release"}"#),
        (
            "Z '2h carrier works' enter",
            "snooze 2h carrier works",
            r#"{"act":"snooze","until":"2026-01-31T05:12:40.000Z","why":"carrier works"}"#,
        ),
        ("Z 'tomorrow 8:00' enter", "snooze tomorrow 8:00", r#"{"act":"snooze","until":"2026-02-01T08:00:00.000Z"}"#),
        ("W", "wake", r#"{"act":"wake"}"#),
        ("e enter", "escalate -", r#"{"act":"escalate"}"#),
        ("e 'kim' enter", "escalate Kim", r#"{"act":"escalate","to":"kim"}"#),
        (
            "e 'kim database down' enter",
            "escalate kim database down",
            r#"{"act":"escalate","to":"kim","why":"database down"}"#,
        ),
        (
            "e 'jo van dyk it burns' enter",
            "escalate Jo van Dyk it burns",
            r#"{"act":"escalate","to":"Jo van Dyk","why":"it burns"}"#,
        ),
        ("e 'kim lead' enter", "escalate kim lead", r#"{"act":"escalate","to":"kim","why":"lead"}"#),
        ("e '- it burns' enter", "escalate - it burns", r#"{"act":"escalate","why":"it burns"}"#),
        ("r", "resolve", r#"{"act":"resolve"}"#),
        ("R 'disk replaced' enter", "resolve disk replaced", r#"{"act":"resolve","note":"disk replaced"}"#),
        ("n 'on it' enter", "note on it", r#"{"act":"note","text":"on it"}"#),
        ("J enter", "merge comp_acme-i2", r#"{"act":"merge","into":2}"#),
        ("J 'i2' enter", "merge comp_acme-i2", r#"{"act":"merge","into":2}"#),
    ] {
        let wanted = vec![format!("comp_acme-i1 {act}")];
        assert_eq!(asked(&mut seated(), keys), wanted, "{keys}");
        assert_eq!(asked(&mut seated(), &format!(": '{line}' enter")), wanted, "{line}");
    }
}

#[test]
fn from_a_new_critical_to_acknowledged_and_mine_is_one_key() {
    assert_eq!(asked(&mut seated(), "m"), [r#"comp_acme-i1 {"act":"assign","to":"priya"}"#]);
}

#[test]
fn undo_is_asked_for_and_says_what_it_undid() {
    let mut app = seated();
    assert_eq!(asked(&mut app, "u"), ["undo"]);
    app.answered(Purpose::Undo, Ok(Reply::Undone { what: "acknowledged comp_acme-i1".into() }));
    assert_eq!(toast(&app), ("taken back: acknowledged comp_acme-i1", Role::Notice));
    app.answered(Purpose::Undo, Err(Refusal::new("nothing", "nothing of yours can be taken back")));
    assert_eq!(toast(&app), ("nothing of yours can be taken back", Role::Mistake));
}

#[test]
fn a_time_that_is_none_says_so_and_can_be_mended() {
    for (script, says, mended) in [
        ("Z 'soon carrier' enter", "until when?", "backspace"),
        (": 'snooze soon carrier' enter", "until when?", "backspace"),
        ("Z 'today 3:00' enter", "that time is past", "backspace"),
        ("A 'for=ever' enter", "until when?", "backspace"),
    ] {
        let mut app = seated();
        assert!(asked(&mut app, script).is_empty());
        assert!(toast(&app).0.contains(says), "{script}");
        let Some(Popup::Prompt(prompt)) = app.popups.last() else { panic!("{script}") };
        assert!(!prompt.input.text().is_empty(), "{script}: what was typed is lost");
        press(&mut app, mended);
        assert!(app.popups.len() == 1 && app.toast.is_none());
    }
}

#[test]
fn a_question_is_about_what_was_selected_when_it_was_asked() {
    let mut world = busy_night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "j Z");
    happened(&mut app, world.act(Span(0), "comp_cobalt", 1, "sam", Act::RESOLVE));
    settled(&mut app, &world, 120, 40);
    type_in(&mut app, "2h");
    let asked = asked(&mut app, "enter");
    assert!(asked[0].starts_with("comp_cobalt-i1 "), "{asked:?}");
}

#[test]
fn what_can_not_be_said_of_nothing_is_not_asked() {
    for keys in ["A", "M", "Z", "e", "R", "n", "N", "J"] {
        let mut app = in_front_of(&super::fixture::World::default(), 120, 40);
        press(&mut app, keys);
        assert!(app.popups.is_empty(), "{keys}");
        assert_eq!(toast(&app), ("no incident is selected", Role::Mistake), "{keys}");
    }
}

#[test]
fn merging_offers_the_best_guess_first_and_keeps_tenants_apart() {
    let mut world = busy_night();
    world.alert(Span::minutes(1), "comp_acme", "Zabbix", crate::core::severity::Severity::Low, "payment-gw", "errors");
    let mut app = in_front_of(&world, 120, 40);
    // The same asset says more than the time between.
    assert_eq!(asked(&mut app, "J enter"), [r#"comp_acme-i1 {"act":"merge","into":3}"#]);
    assert!(asked(&mut app, ": 'merge i1' enter").is_empty());
    assert_eq!(toast(&app).0, "comp_acme-i1 is that incident itself");
    assert!(asked(&mut app, ": 'merge comp_cobalt-i1' enter").is_empty());
    assert_eq!(toast(&app).0, "comp_acme has no incident comp_cobalt-i1 on the board");
    // Marked: of two that are merged, one stays.
    play(&mut app, &world, ": 'tenant comp_acme' enter g g space space J", (120, 40));
    assert_eq!(app.popups.len(), 1);
    assert_eq!(asked(&mut app, "'i3' enter"), [r#"comp_acme-i1 {"act":"merge","into":3}"#]);
    let mut app = seated();
    press(&mut app, "space space space J");
    assert_eq!(toast(&app).0, "incidents of different tenants stay apart: mark those of one");
    press(&mut app, "U G J");
    assert_eq!(toast(&app).0, "comp_fjord has no other open incident");
}

#[test]
fn alerts_are_split_off_where_they_are_seen() {
    let world = busy_night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "X");
    assert!(toast(&app).0.contains("enter, l, space"));
    play(&mut app, &world, "enter l", (120, 40));
    assert_eq!(asked(&mut app, "j X"), ["comp_acme Some(1) None [4]"]);
    play(&mut app, &world, "g g space space", (120, 40));
    assert_eq!(asked(&mut app, "X"), ["comp_acme Some(1) None [5, 4]"]);
    assert_eq!(app.detail.chosen().count(), 1, "the marks are gone");
    let what = "2 alerts split off comp_acme-i1".into();
    app.answered(Purpose::Gather { what }, Ok(Reply::Done));
    assert_eq!(toast(&app).0, "2 alerts split off comp_acme-i1; u takes it back");
    assert!(asked(&mut app, "g g space space space space space X").is_empty());
    assert!(toast(&app).0.contains("nothing would be left"));
}

#[test]
fn of_a_merged_part_the_whole_is_taken_out() {
    let world = busy_night();
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "enter l", (120, 40));
    let part = "comp_acme-i9".parse().ok();
    let mut detail = match world.answer(&Effect::Ask(
        Purpose::Detail("comp_acme-i1".parse().unwrap()),
        Request::Detail { incident: "comp_acme-i1".parse().unwrap() },
    )) {
        Some((_, Reply::Detail(detail))) => detail,
        other => panic!("{other:?}"),
    };
    for alert in &mut detail.alerts[..2] {
        alert.incident_id.clone_from(&part);
    }
    app.answered(Purpose::Detail("comp_acme-i1".parse().unwrap()), Ok(Reply::Detail(detail)));
    assert_eq!(asked(&mut app, "space space X"), [r#"comp_acme-i1 {"act":"unmerge","part":9}"#]);
}

#[test]
fn alerts_without_an_incident_get_one_by_hand() {
    let world = busy_night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "C");
    assert_eq!(toast(&app).0, "select an uncorrelated alert among the live alerts: g s");
    press(&mut app, "g s");
    let numbers = |app: &mut App, script: &str| asked(app, script);
    // All that say the same, however it is spelled.
    assert_eq!(numbers(&mut app, "C enter"), ["comp_gale None None [1, 2, 4]"]);
    assert_eq!(numbers(&mut app, "C down enter"), ["comp_gale None None [4]"]);
    assert_eq!(numbers(&mut app, ": 'correlate new' enter"), ["comp_gale None None [1, 2, 4]"]);
    assert_eq!(numbers(&mut app, "C 'nonsense' enter"), Vec::<String>::new());
    assert!(toast(&app).0.contains("no incident nonsense on the board"));
    assert!(numbers(&mut app, "j j j j C").is_empty());
    assert_eq!(toast(&app).0, "this alert has its incident; enter shows it");
    assert!(matches!(app.focus, Pane::Stream));
}

#[test]
fn a_long_note_is_written_elsewhere_and_comes_back() {
    let mut app = seated();
    let edits = asked(&mut app, "N");
    assert_eq!(edits, [r#"[comp_acme-i1] ["comp_acme-i1  critical  payment-gw  high_latency"]"#]);
    let aim = vec!["comp_acme-i1".parse().unwrap()];
    app.written(aim.clone(), String::new());
    assert_eq!(toast(&app), ("no note: nothing was written", Role::Notice));
    app.written(aim, "one\ntwo".into());
    let effects = app.take_effects();
    let [Effect::Ask(purpose, _)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(change(&effects[0]).unwrap(), r#"comp_acme-i1 {"act":"note","text":"one\ntwo"}"#);
    // A refusal costs nobody what took long to write.
    app.answered(purpose.clone(), Err(Refusal::new("engine_gone", "the engine has stopped; start it again")));
    let effects = app.take_effects();
    let [Effect::Keep { text, why }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((&**text, &**why), ("one\ntwo", "the engine has stopped; start it again"));
}

#[test]
fn a_long_note_on_several_asks_nothing_again_and_a_lost_engine_loses_none() {
    let mut app = seated();
    let aim: Vec<_> = ["comp_acme-i1", "comp_cobalt-i1"].iter().map(|id| id.parse().unwrap()).collect();
    app.written(aim.clone(), "one\ntwo".into());
    let effects = app.take_effects();
    assert_eq!((effects.len(), app.popups.len()), (2, 0));
    for effect in effects {
        let Effect::Ask(purpose, _) = effect else { panic!() };
        app.answered(purpose, Ok(Reply::Done));
    }
    assert_eq!(toast(&app), ("2 noted on", Role::Notice));
    app.changed(crate::link::Feed::Lost("it was stopped".into()));
    app.written(aim, "one\ntwo".into());
    assert!(matches!(&app.take_effects()[..], [Effect::Keep { text, .. }] if text == "one\ntwo"));
}

#[test]
fn a_lost_engine_is_asked_for_nothing() {
    let mut app = seated();
    app.changed(crate::link::Feed::Lost("it was stopped".into()));
    for script in ["u", "N", "a", "Z '2h' enter", "J enter"] {
        assert!(asked(&mut app, script).is_empty(), "{script}");
        assert_eq!(toast(&app), ("the engine is gone: nothing can be changed", Role::Mistake), "{script}");
    }
}

#[test]
fn questions_at_four_sizes() {
    let world = busy_night();
    for (name, keys) in [
        ("ask_acknowledge", "A 'waiting for parts for=2h'"),
        ("ask_snooze", "Z 'soon' enter"),
        ("ask_resolve", "R"),
        ("ask_note", "n"),
        ("ask_assign", "M"),
        ("ask_escalate", "e"),
        ("ask_merge", "J"),
        ("ask_correlate", "g s C"),
    ] {
        at_four_sizes_of(&world, name, keys);
    }
}

#[test]
fn an_incident_opened_by_its_name_has_the_keys_until_one_steps_back() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    play(&mut app, &world, "enter l l l l j enter", (120, 40));
    let title = |app: &App| {
        let shown = text(&super::fixture::draw(app, 120, 40));
        shown.lines().find_map(|line| Some(line.split("Detail ").nth(1)?.split(' ').next()?.to_owned())).unwrap()
    };
    assert_eq!(title(&app), "comp_acme-i906");
    assert_eq!(asked(&mut app, "o"), [r#"comp_acme-i906 {"act":"reopen"}"#]);
    assert_eq!(asked(&mut app, "n 'seen' enter"), [r#"comp_acme-i906 {"act":"note","text":"seen"}"#]);
    play(&mut app, &world, "esc", (120, 40));
    assert_eq!((title(&app).as_str(), app.focus), ("comp_acme-i1", Pane::Detail));
    app.detail.show("comp_acme-i906".parse().unwrap());
    settled(&mut app, &world, 120, 40);
    assert_eq!(title(&app), "comp_acme-i906");
    play(&mut app, &world, "g i", (120, 40));
    assert_eq!(title(&app), "comp_acme-i1");
}

#[test]
fn a_request_folds_and_unfolds() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    let shown = |app: &App| text(&super::fixture::draw(app, 120, 40));
    play(&mut app, &world, "enter z l l l", (120, 40));
    assert!(shown(&app).contains("1: 2"));
    play(&mut app, &world, "j j j space", (120, 40));
    assert!(shown(&app).contains("+ n: [2]") && !shown(&app).contains("1: 2"));
    play(&mut app, &world, "enter", (120, 40));
    assert!(shown(&app).contains("- n: [2]") && shown(&app).contains("1: 2"));
    // From within, what is around folds.
    play(&mut app, &world, "j j space", (120, 40));
    assert!(shown(&app).contains("+ n: [2]"));
    play(&mut app, &world, "+", (120, 40));
    assert!(shown(&app).contains("- n: [2]"));
}

#[test]
fn a_timeline_shows_its_end_and_stands_still_for_whoever_reads_it() {
    let mut world = night();
    for number in 0..40 {
        world.act(Span(14_000 - number), "comp_acme", 1, "sam", Act::Note { text: format!("step {number}") });
    }
    let mut app = in_front_of(&world, 80, 24);
    let shown = |app: &App| text(&super::fixture::draw(app, 80, 24));
    play(&mut app, &world, "enter l l", (80, 24));
    assert!(shown(&app).contains("step 39") && !shown(&app).contains("step 36"));
    let changes = world.act(Span(0), "comp_acme", 1, "sam", Act::Note { text: "step 40".into() });
    happened(&mut app, changes);
    settled(&mut app, &world, 80, 24);
    assert!(shown(&app).contains("step 40"));
    play(&mut app, &world, "k k k k", (80, 24));
    let before = shown(&app);
    let changes = world.act(Span(0), "comp_acme", 1, "sam", Act::Note { text: "step 41".into() });
    happened(&mut app, changes);
    settled(&mut app, &world, 80, 24);
    let without_count = |text: &str| text.replace("timeline 45", "timeline 46");
    assert_eq!(without_count(&before), shown(&app));
    show(&mut app, &world);
}

#[test]
fn what_is_regrouped_is_seen_regrouped_at_once() {
    const SIZE: (u16, u16) = (120, 40);
    let mut world = busy_night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let alerts = |app: &App| app.detail.alerts();
    work(&mut app, &mut world, "enter l", SIZE);
    assert_eq!(alerts(&app), 5);
    work(&mut app, &mut world, "space space X", SIZE);
    assert_eq!((alerts(&app), toast(&app).0), (3, "2 alerts split off comp_acme-i1; u takes it back"));
    work(&mut app, &mut world, "u", SIZE);
    assert_eq!(alerts(&app), 5, "{:?}", app.toast);
    work(&mut app, &mut world, ": 'incidents' enter / 'is:snoozed' enter", SIZE);
    assert_eq!(app.incidents.selected().unwrap().id.to_string(), "comp_acme-i2");
    work(&mut app, &mut world, "J enter", SIZE);
    assert_eq!(toast(&app).0, "merged comp_acme-i2 into i1; u takes it back");
    work(&mut app, &mut world, "/ ctrl-u enter g g enter", SIZE);
    assert_eq!((app.subject().unwrap().id.to_string().as_str(), alerts(&app)), ("comp_acme-i1", 6));
    // The merged one's alert is the third of six by its time.
    let part = app.detail.chosen().next().unwrap().incident_id.clone();
    assert_eq!(part.unwrap().to_string(), "comp_acme-i2");
    work(&mut app, &mut world, "X", SIZE);
    assert_eq!(toast(&app).0, "split comp_acme-i1: i2 is back; u takes it back");
    assert_eq!(alerts(&app), 5);
}

#[test]
fn refused_acts_say_what_to_do() {
    const SIZE: (u16, u16) = (120, 40);
    let mut world = busy_night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    work(&mut app, &mut world, "u u", SIZE);
    assert_eq!(toast(&app), ("there is nothing of yours to take back", Role::Mistake));
    work(&mut app, &mut world, "Z '60d' enter", SIZE);
    assert_eq!(toast(&app).1, Role::Mistake);
    work(&mut app, &mut world, "r / 'status:resolved' enter j k a", SIZE);
    assert!(toast(&app).0.contains("reopen"), "{:?}", toast(&app));
}
