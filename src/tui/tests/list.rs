//! The list of incidents: marks and what is done to all of them, orders, columns; and that whatever happens, every row is
//! where it belongs once it has joined, and nowhere else before.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use ratatui::layout::Rect;

use super::fixture::{NOW, World, draw, happened, in_front_of, night, press, seat, settled, text, type_in};
use crate::core::board::{Snapshot, TenantPart};
use crate::core::change::{Change, Published};
use crate::core::id::IncidentId;
use crate::core::incident::{Incident, Status};
use crate::core::query::Viewer;
use crate::core::severity::Severity;
use crate::core::sla::Clock;
use crate::core::testing::tenant_id;
use crate::core::time::Span;
use crate::link::{Feed, Refusal, Request};
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::panes::incidents::View;
use crate::tui::theme::Role;

fn asked(effects: &[Effect]) -> Vec<String> {
    let asked = effects.iter().map(|effect| match effect {
        Effect::Ask(_, Request::Act { incident, act }) => format!("{incident} {act:?}"),
        other => panic!("{other:?}"),
    });
    asked.collect()
}

#[test]
fn what_is_marked_is_changed_together_after_one_question_that_lists_it() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    assert!(press(&mut app, "space j space a").is_empty());
    let shown = text(&draw(&app, 120, 40));
    assert!(shown.contains("Acknowledge 2 incidents?"), "{shown}");
    assert!(shown.contains("comp_acme-i1  Acme Corp  payment-gw"), "{shown}");
    assert!(press(&mut app, "n").is_empty(), "no is no");
    press(&mut app, "a");
    let effects = press(&mut app, "y");
    let all = "Acknowledge { why: None, until: None }";
    assert_eq!(asked(&effects), [format!("comp_acme-i1 {all}"), format!("comp_cobalt-i1 {all}")]);
    assert!(app.incidents.marks.is_empty());
    let mut answers = effects.into_iter().map(|effect| match effect {
        Effect::Ask(purpose, _) => purpose,
        other => panic!("{other:?}"),
    });
    app.answered(answers.next().unwrap(), Err(Refusal::new("resolved", "it is resolved")));
    assert_eq!(app.toast, None);
    app.answered(answers.next().unwrap(), Ok(crate::link::Reply::Done));
    let toast = app.toast.as_ref().unwrap();
    assert_eq!((&*toast.text, toast.role), ("1 acknowledged, 1 refused: comp_acme-i1: it is resolved", Role::Mistake));
}

#[test]
fn a_note_on_what_is_marked_is_typed_once() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "* n");
    type_in(&mut app, "planned");
    press(&mut app, "enter");
    assert!(text(&draw(&app, 120, 40)).contains("Note on 17 incidents?"));
    assert_eq!(press(&mut app, "y").len(), 17);
}

#[test]
fn a_range_is_marked_from_where_it_began_to_where_it_ends_and_esc_takes_marks_away() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "j V j j");
    assert_eq!(app.incidents.count_marked(), 3);
    assert!((1..4).all(|at| app.incidents.is_marked(at)) && !app.incidents.is_marked(0) && !app.incidents.is_marked(4));
    press(&mut app, "V j j");
    assert_eq!(app.incidents.count_marked(), 3);
    press(&mut app, "esc");
    assert!(app.incidents.marks.is_empty());
    press(&mut app, "* U");
    assert!(app.incidents.marks.is_empty());
    press(&mut app, "space space k k space");
    assert_eq!(app.incidents.count_marked(), 1, "the same again takes a mark away");
}

#[test]
fn the_order_is_chosen_shown_and_turned_round() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    let first = |app: &mut App| {
        settled(app, &world, 120, 40);
        app.incidents.rows[0].id.to_string()
    };
    press(&mut app, ", a");
    assert_eq!(first(&mut app), "comp_dunes-i1");
    assert!(text(&draw(&app, 120, 40)).contains("by age"));
    press(&mut app, ", a");
    assert!(first(&mut app).starts_with("comp_borealis"));
    assert!(text(&draw(&app, 120, 40)).contains("by age reversed"));
    press(&mut app, ", t");
    assert!(first(&mut app).starts_with("comp_acme"));
    press(&mut app, ", v");
    assert_eq!(first(&mut app), "comp_acme-i1");
    press(&mut app, ", l");
    assert_eq!(first(&mut app), "comp_acme-i1", "without any clock, by score");
}

#[test]
fn columns_are_chosen_in_a_window_or_named() {
    let world = night();
    let mut app = in_front_of(&world, 120, 40);
    let head = |app: &App| {
        let area = app.plan.incidents.unwrap();
        let screen = text(&draw(app, 120, 40));
        screen.lines().nth(usize::from(area.y) + 1).unwrap().chars().skip(area.x.into()).collect::<String>()
    };
    assert!(head(&app).starts_with(" 130 ◆ critical"), "{}", head(&app));
    press(&mut app, "c space j + esc");
    assert!(head(&app).starts_with("◆ critical"), "{}", head(&app));
    press(&mut app, "c J esc");
    assert!(head(&app).trim_start().starts_with("12m ◆ critical"), "{}", head(&app));
    press(&mut app, ":");
    type_in(&mut app, "columns asset=12 sla score");
    press(&mut app, "enter");
    assert!(head(&app).starts_with("payment-gw   "), "{}", head(&app));
    press(&mut app, ":");
    type_in(&mut app, "columns colour");
    press(&mut app, "enter");
    assert!(app.toast.as_ref().unwrap().text.starts_with("no column colour"));
    press(&mut app, ":");
    type_in(&mut app, "columns auto");
    press(&mut app, "enter");
    assert!(head(&app).starts_with(" 130 ◆ critical"), "{}", head(&app));
}

#[test]
fn the_right_tenant_among_two_hundred_is_four_keys_away() {
    let mut world = World::default();
    let names = ["ka", "lo", "mi", "ne", "ru", "sa", "ti", "vo", "xe", "zu"];
    for (a, one) in names.iter().enumerate() {
        for (b, other) in names.iter().enumerate().chain(names.iter().enumerate().map(|(at, name)| (at + 10, name))) {
            let id = format!("comp_{a}_{b}");
            world.tenant(&id, &format!("{one}{other}{}", if b < 10 { "" } else { " ltd" }), |_| {});
        }
    }
    world.tenant("comp_wanted", "Quartz Bank", |_| {});
    let mut app = in_front_of(&world, 80, 24);
    press(&mut app, "t q u enter");
    assert_eq!(app.narrowed.as_ref().unwrap().as_str(), "comp_wanted");
}

#[test]
fn what_is_silenced_or_snoozed_is_counted_and_not_shown() {
    let mut app = seat();
    let mut all: Vec<Incident> = (1..=6).map(|number| incident(1, number, 60, 0)).collect();
    all[1].silenced_by = Some(1);
    all[2].snoozed_until = Some(NOW + Span::HOUR);
    (all[3].silenced_by, all[3].snoozed_until) = (Some(1), Some(NOW + Span::HOUR));
    app.changed(Feed::Snapshot(Box::new(snapshot(all))));
    app.settle(Rect::new(0, 0, 80, 24), true);
    assert_eq!(app.incidents.rows.len(), 3);
    let shown = text(&draw(&app, 80, 24));
    assert!(shown.contains("Incidents 3 · 2 silenced · 1 snoozed"), "{shown}");
}

#[test]
fn what_is_left_of_a_promise_is_told_by_sign_word_and_colour() {
    let mut app = seat();
    let clock = |from: i64, due: i64| {
        Some(Clock {
            from: NOW + Span::minutes(from),
            due_at: NOW + Span::minutes(due),
            stopped_at: None,
            warned: false,
            breached: false,
        })
    };
    let mut all: Vec<Incident> = (1..=4).map(|number| incident(1, number, 60, 0)).collect();
    all[0].sla.resolve = clock(-10, 240);
    all[1].sla.respond = clock(-90, 10);
    all[2].sla.respond = clock(-90, -12);
    app.changed(Feed::Snapshot(Box::new(snapshot(all))));
    press(&mut app, ":");
    type_in(&mut app, "columns score sla asset");
    press(&mut app, "enter , l");
    app.settle(Rect::new(0, 0, 80, 24), true);
    let rows: Vec<_> = app.incidents.rows.iter().map(|row| row.id.number).collect();
    assert_eq!(rows, [3, 2, 1, 4], "the least time left first, none last");
    let screen = draw(&app, 80, 24);
    let shown = text(&screen);
    for words in ["✖ late 12m", "! soon 10m", "  4h"] {
        assert!(shown.contains(words), "{words} in {shown}");
    }
}

fn incident(tenant: u8, number: u64, score: i32, opened: i64) -> Incident {
    static MODEL: LazyLock<Incident> = LazyLock::new(|| {
        let mut world = World::default();
        world.tenant("comp_t0", "T", |_| {});
        world.alert(Span::minutes(1), "comp_t0", "Zabbix", Severity::High, "host", "down");
        (**world.board.incidents().next().unwrap()).clone()
    });
    let mut incident = MODEL.clone();
    incident.asset_name = format!("host-{number}");
    let tenant = tenant_id(&format!("comp_t{tenant}"));
    incident.id = IncidentId { tenant: tenant.clone(), number };
    incident.company_id = tenant;
    incident.priority_score = score;
    incident.opened_at = NOW - Span::minutes(opened);
    incident
}

fn snapshot(incidents: Vec<Incident>) -> Snapshot {
    let mut tenants: Vec<TenantPart> = Vec::new();
    for incident in incidents {
        let id = incident.id.tenant.clone();
        if tenants.iter().all(|part| part.id != id) {
            tenants.push(TenantPart::of(id.clone()));
        }
        let part = tenants.iter_mut().find(|part| part.id == id).unwrap();
        part.incidents.push(Arc::new(incident));
    }
    Snapshot { tenants, ..Snapshot::default() }
}

/// Something that happens at a seat.
#[derive(Clone, Debug)]
enum Step {
    /// An incident of a tenant gets a score, an age, a standing.
    Changed {
        tenant: u8,
        number: u64,
        score: i32,
        opened: i64,
        standing: u8,
    },
    Forgotten {
        tenant: u8,
        number: u64,
    },
    Key(&'static str),
    Filter(&'static str),
    Passed(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let changed =
        (0..3_u8, 1..9_u64, 0..5_i32, 0..4_i64, 0..6_u8).prop_map(|(tenant, number, score, opened, standing)| {
            Step::Changed { tenant, number, score, opened, standing }
        });
    let keys = prop::sample::select(vec![
        "j", "k", "G", "g g", "space", "V", "*", "U", ", a", ", s", ", l", ", v", ", t", "esc", "pagedown",
    ]);
    let filters =
        prop::sample::select(vec!["", "host-1", "sev>=high", "status:resolved", "status:open", "tenant:comp_t1"]);
    let step = prop_oneof![
        6 => changed,
        1 => (0..3_u8, 1..9_u64).prop_map(|(tenant, number)| Step::Forgotten { tenant, number }),
        3 => keys.prop_map(Step::Key),
        1 => filters.prop_map(Step::Filter),
        2 => (1..2_500_i64).prop_map(Step::Passed),
    ];
    prop::collection::vec(step, 1..60)
}

/// What the list should be: everything on the board that the view shows, sorted.
fn should_be(app: &App) -> Vec<IncidentId> {
    let viewer = Viewer { who: &app.operator, now: app.now };
    let view = View { narrowed: app.narrowed.as_ref(), query: &app.query, viewer };
    let mut all: Vec<_> = app.board.incidents().filter(|incident| view.shows(incident)).collect();
    let sort = app.incidents.sort();
    all.sort_by(|a, b| sort.order((&sort.key(a), &a.id), (&sort.key(b), &b.id)));
    all.into_iter().map(|incident| incident.id.clone()).collect()
}

fn ids(app: &App) -> Vec<IncidentId> {
    app.incidents.rows.iter().map(|row| row.id.clone()).collect()
}

fn marked(app: &App) -> BTreeSet<IncidentId> {
    let rows = app.incidents.rows.iter().enumerate();
    rows.filter(|(at, _)| app.incidents.is_marked(*at)).map(|(_, row)| row.id.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rows_are_where_they_belong_once_joined_and_never_move_before(steps in steps()) {
        let mut app = seat();
        app.changed(Feed::Snapshot(Box::new(snapshot(Vec::new()))));
        let area = Rect::new(0, 0, 80, 24);
        app.settle(area, true);
        let mut revision = 0;
        for step in steps {
            let (before, selected) = (ids(&app), app.incidents.selected().map(|incident| incident.id.clone()));
            let marks = marked(&app);
            let mut publish = |app: &mut App, change: Change| {
                revision += 1;
                let company_id = change.tenant().clone();
                happened(app, vec![Published { revision, company_id, change }]);
                app.settle(area, true);
            };
            match step {
                Step::Changed { tenant, number, score, opened, standing } => {
                    let mut incident = incident(tenant, number, score * 20, opened);
                    incident.status = if standing == 1 { Status::Resolved } else { Status::New };
                    incident.silenced_by = (standing == 2).then_some(1);
                    incident.snoozed_until = (standing == 3).then_some(NOW);
                    publish(&mut app, Change::IncidentUpdated(Arc::new(incident)));
                    // Where there was no row, none could move, and nothing waits.
                    let expected = if before.is_empty() { should_be(&app) } else { before };
                    prop_assert_eq!(&ids(&app), &expected, "a row moved");
                }
                Step::Forgotten { tenant, number } => {
                    let id = IncidentId { tenant: tenant_id(&format!("comp_t{tenant}")), number };
                    publish(&mut app, Change::IncidentForgotten { id: id.clone() });
                    prop_assert_eq!(&ids(&app), &before, "a row moved");
                    let mut marks = marks;
                    marks.remove(&id);
                    prop_assert!(marked(&app).is_subset(&marks));
                }
                Step::Key(keys) => {
                    press(&mut app, keys);
                    let after = app.incidents.selected().map(|incident| incident.id.clone());
                    let chosen = ids(&app).first() != after.as_ref();
                    app.settle(area, true);
                    prop_assert_eq!(ids(&app), should_be(&app), "{}", keys);
                    if chosen && after.as_ref().is_some_and(|id| ids(&app).contains(id)) {
                        prop_assert_eq!(app.incidents.selected().map(|incident| &incident.id), after.as_ref());
                    }
                }
                Step::Filter(text) => {
                    app.set_filter(text);
                    app.settle(area, true);
                    prop_assert_eq!(ids(&app), should_be(&app));
                }
                Step::Passed(span) => {
                    app.tick(app.now + Span(span));
                    app.settle(area, true);
                    prop_assert!(ids(&app) == before || ids(&app) == should_be(&app));
                    let still = selected.as_ref().is_some_and(|id| ids(&app).contains(id));
                    if still && before.first() != selected.as_ref() {
                        prop_assert_eq!(app.incidents.selected().map(|incident| &incident.id), selected.as_ref());
                    }
                }
            }
            for row in &app.incidents.rows {
                let on_board = app.board.incident(&row.id);
                prop_assert!(on_board.is_none_or(|incident| Arc::ptr_eq(incident, &row.incident)), "a row is out of date");
            }
        }
        app.tick(app.now + Span(3_000));
        app.settle(area, true);
        prop_assert_eq!(ids(&app), should_be(&app));
        let tallied: Vec<_> = app.board.tenants.values().map(|panel| panel.tally.clone()).collect();
        let counted = app.board.tenants.values().map(|panel| panel.incidents.values().map(|incident| &**incident).collect());
        prop_assert_eq!(tallied, counted.collect::<Vec<crate::core::tally::Tally>>());
    }
}
