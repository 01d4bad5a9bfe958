//! Filtering as one types, saved views, and the history.

use std::sync::Arc;

use super::fixture::{draw, in_front_of, night, play, press, settled, text, type_in};
use super::screens::at_four_sizes;
use crate::core::change::{Change, Published};
use crate::link::{Feed, Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::panes::Pane;
use crate::tui::popups::Popup;

const SIZE: (u16, u16) = (120, 40);

fn after(script: &str) -> App {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, script, SIZE);
    app
}

fn typed(app: &mut App) -> String {
    app.popups.last_mut().and_then(Popup::input).map(|input| input.text().to_owned()).unwrap_or_default()
}

fn rows(app: &App) -> usize {
    app.incidents.rows.len()
}

fn said(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &toast.text)
}

#[test]
fn a_filter_at_four_sizes() {
    at_four_sizes("filter_offers", "/ 'sev>=high te'");
    at_four_sizes("filter_error", "/ 'ward statos:open'");
}

#[test]
fn the_history_at_four_sizes() {
    at_four_sizes("history_incidents", "H 'pay' down");
    at_four_sizes("history_alerts", "H 'tool:zabbix' tab");
    at_four_sizes("history_error", "H 'assignee:me' tab");
}

#[test]
fn tab_completes_and_the_rows_follow() {
    let mut app = after("/ 'ten' tab 'bor' tab");
    assert_eq!((typed(&mut app).as_str(), rows(&app)), ("tenant:comp_borealis", 10));
    let world = night();
    play(&mut app, &world, "space 'is:' down down tab", SIZE);
    assert_eq!(typed(&mut app), "tenant:comp_borealis is:snoozed");
    assert_eq!(rows(&app), 0);
    play(&mut app, &world, "esc", SIZE);
    assert_eq!((rows(&app), app.filter.as_str()), (17, ""));
}

#[test]
fn tenants_are_found_by_their_names_and_words_by_the_beginnings_of_parts() {
    assert_eq!(rows(&after("/ 'health' enter")), 10);
    assert_eq!(rows(&after("/ 'paygw' enter")), 1);
}

#[test]
fn each_letter_leaves_what_the_filter_alone_would_show() {
    let world = night();
    let script = "ward|gw sev>=high !-07 status:new";
    let mut app = after("/");
    for end in 1..=script.len() {
        type_in(&mut app, &script[end - 1..end]);
        settled(&mut app, &world, SIZE.0, SIZE.1);
        let shown = |app: &App| app.incidents.rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>();
        let mut alone = in_front_of(&world, SIZE.0, SIZE.1);
        alone.set_filter(&app.filter);
        settled(&mut alone, &world, SIZE.0, SIZE.1);
        assert_eq!(shown(&app), shown(&alone), "{}", app.filter);
    }
    assert_eq!((rows(&app), app.filter.as_str()), (9, script));
}

#[test]
fn what_is_half_typed_leaves_the_rest_and_is_not_taken() {
    let world = night();
    let mut app = after("/ 'ward status:'");
    assert_eq!((rows(&app), app.filter.as_str()), (9, "ward"));
    play(&mut app, &world, "enter", SIZE);
    assert_eq!(typed(&mut app), "ward status:");
    play(&mut app, &world, "'new' enter", SIZE);
    assert_eq!((app.popups.len(), app.filter.as_str()), (0, "ward status:new"));
}

#[test]
fn filters_that_were_come_back_with_up() {
    let world = night();
    let mut app = after("/ 'ward' enter / ctrl-u 'gw' enter / ctrl-u 'ward' enter / ctrl-u up");
    assert_eq!((typed(&mut app).as_str(), rows(&app)), ("ward", 9));
    play(&mut app, &world, "up", SIZE);
    assert_eq!(typed(&mut app), "gw");
    play(&mut app, &world, "up", SIZE);
    assert_eq!(typed(&mut app), "gw");
    play(&mut app, &world, "down down", SIZE);
    assert_eq!(typed(&mut app), "");
    assert_eq!(app.filters, ["gw", "ward"]);
}

#[test]
fn terms_are_chips_and_esc_takes_the_last() {
    let world = night();
    let mut app = after("/ 'sev>=high !ward tenant:health' enter");
    assert!(text(&draw(&app, 120, 40)).contains("[sev>=high] [!ward] [tenant:health]"));
    assert_eq!(rows(&app), 1);
    for (filter, count) in [("sev>=high !ward", 4), ("sev>=high", 13), ("", 17)] {
        play(&mut app, &world, "esc", SIZE);
        assert_eq!((app.filter.as_str(), rows(&app)), (filter, count));
    }
}

#[test]
fn a_view_is_one_key_away_and_the_same_key_leads_back() {
    let world = night();
    let mut app = after("/ 'ward' enter 4");
    assert_eq!((app.filter.as_str(), said(&app), rows(&app)), ("sev:critical", "view 4: critical", 1));
    assert!(text(&draw(&app, 120, 40)).contains("view 4 critical"));
    play(&mut app, &world, "4", SIZE);
    assert_eq!((app.filter.as_str(), rows(&app)), ("ward", 9));
    assert!(!text(&draw(&app, 120, 40)).contains("view 4 critical"));
    play(&mut app, &world, "4 2 2", SIZE);
    assert_eq!(app.filter, "sev:critical", "from one view to another and back");
    play(&mut app, &world, "4 / ctrl-u 'gw' enter 4", SIZE);
    assert_eq!(app.filter, "sev:critical", "what was typed since is no view: the key shows its own");
}

#[test]
fn every_view_that_is_there_from_the_start_can_be_shown() {
    let world = night();
    let counts = "123456789".chars().map(|key| {
        let mut app = in_front_of(&world, SIZE.0, SIZE.1);
        play(&mut app, &world, &key.to_string(), SIZE);
        assert!(said(&app).starts_with(&format!("view {key}: ")), "{}", said(&app));
        rows(&app)
    });
    assert_eq!(counts.collect::<Vec<_>>(), [17, 0, 15, 1, 0, 0, 0, 1, 0]);
}

#[test]
fn what_is_shown_is_saved_as_a_view_with_its_tenant() {
    let world = night();
    let mut app = after("g t j enter / 'host' enter ctrl-s '3 wards down' enter");
    assert_eq!(said(&app), "saved as view 3: wards down");
    play(&mut app, &world, "esc esc 3", SIZE);
    assert_eq!((app.filter.as_str(), app.narrowed.as_ref().unwrap().as_str()), ("host", "comp_borealis"));
    play(&mut app, &world, "0 'wards' enter", SIZE);
    assert_eq!(said(&app), "back from view 3");
    for (line, words) in [("save-view x", "from 1 to 9"), ("views 12", "from 1 to 9")] {
        press(&mut app, ":");
        type_in(&mut app, line);
        press(&mut app, "enter");
        assert!(said(&app).contains(words), "{line}: {}", said(&app));
    }
}

#[test]
fn views_and_filters_are_remembered() {
    let world = night();
    let mut app = after("/ 'ward' enter , a ctrl-s '7 old wards' enter");
    let memory = app.memory();
    let mut next = in_front_of(&world, SIZE.0, SIZE.1);
    assert!(next.memory().views.is_empty(), "those from the start need not be kept");
    next.recall(memory);
    press(&mut next, "esc , t");
    play(&mut next, &world, "7", SIZE);
    assert_eq!((next.filter.as_str(), next.incidents.sort()), ("ward", app.incidents.sort()));
    play(&mut next, &world, "7", SIZE);
    assert_eq!((next.filter.as_str(), next.incidents.sort().by), ("", crate::tui::panes::incidents::By::Tenant));
    assert_eq!(next.filters, ["ward"]);
    play(&mut app, &world, "esc , s", SIZE);
}

#[test]
fn nothing_is_remembered_of_a_tenant_that_is_gone() {
    let world = night();
    let gone = || "comp_borealis".parse().unwrap();
    let mut app = after("/ 'tenant:comp_borealis' enter esc / 'ward' enter g t j enter ctrl-s '3 wards' enter");
    assert!(toml::to_string(&app.memory()).unwrap().contains("comp_borealis"));
    let change = Change::TenantRemoved { id: gone() };
    let published = Published { revision: world.board.revision + 1, company_id: gone(), change };
    app.changed(Feed::Changes(Arc::new(vec![published])));
    let left = toml::to_string(&app.memory()).unwrap();
    assert!(!left.contains("comp_borealis") && left.contains("ward"), "{left}");
}

fn question(effects: Vec<Effect>) -> (Purpose, String) {
    let mut asked = effects.into_iter().filter_map(|effect| match effect {
        Effect::Ask(purpose @ Purpose::History(_), Request::Incidents(listing)) => Some((purpose, listing.query)),
        _ => None,
    });
    asked.next().expect("a question")
}

#[test]
fn the_history_asks_one_question_at_a_time_and_the_latest_wins() {
    let world = night();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let area = ratatui::layout::Rect::new(0, 0, SIZE.0, SIZE.1);
    press(&mut app, "H");
    let (first, query) = question(app.settle(area, true));
    assert_eq!(query, "status:resolved");
    for key in ["p", "a", "y"] {
        press(&mut app, key);
        assert!(app.settle(area, true).is_empty(), "one question is on its way");
    }
    app.answered(first, Ok(Reply::Incidents(Vec::new())));
    let (second, query) = question(app.settle(area, true));
    assert_eq!(query, "pay status:resolved");
    app.answered(second, Err(Refusal::new("behind", "cannot be listed yet")));
    assert!(app.settle(area, true).is_empty(), "a refusal is an answer");
    assert!(text(&draw(&app, 120, 40)).contains("cannot be listed yet"));
    settled(&mut app, &world, SIZE.0, SIZE.1);
}

#[test]
fn what_was_found_opens_in_the_detail_and_h_leads_back_to_the_search() {
    let mut app = after("H 'pay' down enter");
    assert_eq!((app.popups.len(), app.focus), (0, Pane::Detail));
    assert_eq!(app.subject().unwrap().id.to_string(), "comp_acme-i906");
    assert!(text(&draw(&app, 120, 40)).contains("comp_acme-i906"));
    play(&mut app, &night(), "H", SIZE);
    assert_eq!(typed(&mut app), "pay");
    let mut app = after("H tab 'zabbix replication' enter");
    assert_eq!(app.subject().unwrap().id.to_string(), "comp_acme-i2");
    play(&mut app, &night(), "H ctrl-u 'nothing-like-it' enter", SIZE);
    assert_eq!((said(&app), app.popups.len()), ("nothing is selected", 1));
}

#[test]
fn the_history_is_of_the_narrowed_tenant() {
    let mut app = after("g t j enter");
    press(&mut app, "H");
    let area = ratatui::layout::Rect::new(0, 0, SIZE.0, SIZE.1);
    let [Effect::Ask(_, Request::Incidents(listing))] = &app.settle(area, true)[..] else { panic!() };
    assert_eq!(listing.tenant.as_ref().unwrap().as_str(), "comp_borealis");
}
