//! Executions and approvals at a seat: what is listed and announced, what is sent when somebody decides, and that two seats see the
//! same.

use std::sync::Arc;

use super::fixture::{
    NOW, World, draw, happened, in_front_of, night_at_work, night_in_reach, play, press, seat_with, settled, show,
    text, type_in, with_styles,
};
use super::screens::at_four_sizes_of;
use crate::core::change::{Change, Published};
use crate::core::execution::Execution;
use crate::core::execution::step::{OnExecution, Step};
use crate::core::id::ExecutionId;
use crate::core::input::{Actor, Input};
use crate::core::role::Risk;
use crate::core::testing::{technician, tenant_id};
use crate::core::time::Span;
use crate::link::{Feed, Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::popups::Popup;
use crate::tui::theme::Role;

const SIZE: (u16, u16) = (80, 24);

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &toast.text)
}

fn screen(app: &App) -> String {
    text(&draw(app, SIZE.0, SIZE.1))
}

fn id(text: &str) -> ExecutionId {
    text.parse().unwrap()
}

/// A seat of somebody else than priya.
fn seat_of(world: &World, who: &str) -> App {
    let mut app = seat_with(|start| start.operator = who.into());
    show(&mut app, world);
    settled(&mut app, world, SIZE.0, SIZE.1);
    app
}

/// An execution as it could have become.
fn turned(world: &mut World, which: &str, how: impl FnOnce(&mut Execution)) -> Vec<Published> {
    let mut one = Execution::clone(world.board.execution(&id(which)).unwrap());
    how(&mut one);
    let change = Change::ExecutionChanged(Arc::new(one));
    let published = Published { revision: world.board.revision + 1, company_id: change.tenant().clone(), change };
    world.board.apply(&published);
    vec![published]
}

/// The engine does what a seat asks for; what happens, or why not.
fn carried_out(world: &mut World, who: &str, effects: &[Effect]) -> Result<Vec<Published>, String> {
    let [Effect::Ask(_, request)] = effects else { panic!("{effects:?}") };
    let (execution, step) = match request.clone() {
        Request::Approve { execution, digest, why } => (execution, Step::Approve { digest, why }),
        Request::Reject { execution, why } => (execution, Step::Reject { why }),
        Request::Cancel { execution } => (execution, Step::Cancel),
        other => panic!("{other:?}"),
    };
    let on = OnExecution { execution: execution.number, by: Actor::named(who), step };
    world.engine.check_execution(NOW, &execution.tenant, &on).map_err(|barred| barred.to_string())?;
    Ok(world.apply(NOW, execution.tenant.as_str(), &Input::Execution(on)))
}

#[test]
fn what_waits_is_listed_and_shown_in_full_before_anybody_decides() {
    let world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("2 approvals wait: P"), "{}", screen(&app));
    play(&mut app, &world, "P", SIZE);
    let shown = screen(&app);
    assert!(shown.contains("59m left") && shown.contains("mine") && shown.contains("restart-nginx"), "{shown}");
    assert!(press(&mut app, "y").is_empty(), "what is only listed is shown first");
    assert_eq!(toast(&app), "look at it first");
    settled(&mut app, &world, 120, 40);
    let shown = text(&draw(&app, 120, 40));
    for part in [
        "asked by  sam, at 03:12:28",
        "risk      high: somebody else has to approve",
        "Acme Corp (comp_acme)",
        "111122223333 in eu-west-1",
        "comp_acme-i1 payment-gw high_latency",
        "i-0123456789abcdef0 payment-gw",
        "AWS-RunShellScript, its default version",
        "300 s",
        "parameter commands",
        "   2  systemctl restart nginx",
        "exit code 0; it is noted",
        &world.board.execution(&id("comp_acme-x1")).unwrap().digest,
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    press(&mut app, "enter");
    assert!(matches!(app.popups.last(), Some(Popup::Approvals(list)) if list.shown().is_none()), "back to the list");
}

#[test]
fn an_approval_is_asked_about_first_and_sends_the_digest_of_what_was_shown() {
    let mut world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter", SIZE);
    assert!(press(&mut app, "y").is_empty());
    assert!(screen(&app).contains("Approve comp_acme-x1?"));
    assert!(press(&mut app, "enter").is_empty() && press(&mut app, "n").is_empty(), "only y is yes");
    let effects = press(&mut app, "y y");
    let shown = world.board.execution(&id("comp_acme-x1")).unwrap().order.digest();
    match &effects[..] {
        [Effect::Ask(_, Request::Approve { execution, digest, why: None })] => {
            assert_eq!((execution, digest), (&id("comp_acme-x1"), &shown));
        }
        other => panic!("{other:?}"),
    }
    let changes = carried_out(&mut world, "priya", &effects).unwrap();
    happened(&mut app, changes);
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Ok(Reply::Done));
    assert_eq!(toast(&app), "approved restart-nginx on payment-gw (comp_acme-x1)");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("approved by priya"), "{}", screen(&app));
    assert!(screen(&app).contains("1 approval waits: P"), "her own is left");
    assert!(press(&mut app, "y").is_empty());
    assert_eq!(toast(&app), "priya approved restart-nginx on payment-gw (comp_acme-x1)");
}

#[test]
fn a_reason_goes_with_an_approval_and_must_go_with_a_rejection() {
    let world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter Y", SIZE);
    type_in(&mut app, "the bank agreed");
    let effects = press(&mut app, "enter y");
    assert!(
        matches!(&effects[..], [Effect::Ask(_, Request::Approve { why: Some(why), .. })] if why == "the bank agreed")
    );
    play(&mut app, &world, "n", SIZE);
    assert!(press(&mut app, "enter").is_empty());
    assert_eq!(toast(&app), "say why: the one who asked will read it");
    type_in(&mut app, "  ");
    assert!(press(&mut app, "enter").is_empty());
    type_in(&mut app, "not before six");
    let effects = press(&mut app, "enter");
    assert!(matches!(&effects[..], [Effect::Ask(_, Request::Reject { why, .. })] if why == "not before six"));
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Err(Refusal::new("refused", "your role, technician, does not approve this")));
    assert_eq!(toast(&app), "your role, technician, does not approve this");
}

#[test]
fn nobody_approves_their_own_and_takes_it_back_instead() {
    let world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P j enter", SIZE);
    assert!(screen(&app).contains("nobody approves their own"), "{}", screen(&app));
    for key in ["y", "Y", "n"] {
        assert!(press(&mut app, key).is_empty() && app.popups.len() == 1, "{key}");
        assert_eq!(toast(&app), "nobody approves what they asked for themselves; ask somebody else; c takes it back");
    }
    let effects = press(&mut app, "c y");
    assert!(
        matches!(&effects[..], [Effect::Ask(_, Request::Cancel { execution })] if *execution == id("comp_acme-x2"))
    );
    play(&mut app, &world, "enter k", SIZE);
    assert!(press(&mut app, "c").is_empty());
    assert_eq!(toast(&app), "sam asked for this; n rejects it");
}

#[test]
fn a_technician_sees_what_a_lead_has_to_decide() {
    let mut world = night_at_work();
    world.roster("comp_acme", vec![technician("kim", true), technician("priya", false), technician("sam", false)]);
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter", SIZE);
    assert!(screen(&app).contains("a lead decides") && !screen(&app).contains("y approves"), "{}", screen(&app));
    assert!(press(&mut app, "y").is_empty() && app.popups.len() == 1);
    assert_eq!(toast(&app), "your role, technician, does not approve this; a lead does");
    // Nobody covers this tenant, and others are covered.
    world.roster("comp_acme", Vec::new());
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter", SIZE);
    assert!(screen(&app).contains("a lead decides"), "{}", screen(&app));
    world.roster("comp_acme", vec![technician("kim", true)]);
    let mut app = seat_of(&world, "kim");
    play(&mut app, &world, "P enter", SIZE);
    assert!(screen(&app).contains("y approves"), "{}", screen(&app));
    press(&mut app, "y");
    assert!(screen(&app).contains("Approve comp_acme-x1?"));
}

#[test]
fn what_changes_under_the_hand_has_to_be_looked_at_again() {
    let mut world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter", SIZE);
    let changes = turned(&mut world, "comp_acme-x1", |one| {
        let commands = one.order.parameters.get_mut("commands").unwrap();
        commands.push("rm -rf /".into());
        one.digest = one.order.digest();
    });
    happened(&mut app, changes);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("changed") && !screen(&app).contains("rm -rf /"), "{}", screen(&app));
    assert!(press(&mut app, "y").is_empty() && app.popups.len() == 1);
    assert_eq!(toast(&app), "what would run is not what was shown; look at it again");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    press(&mut app, "G");
    assert!(screen(&app).contains("rm -rf /"), "{}", screen(&app));
    let effects = press(&mut app, "y y");
    let now = world.board.execution(&id("comp_acme-x1")).unwrap().digest.clone();
    assert!(matches!(&effects[..], [Effect::Ask(_, Request::Approve { digest, .. })] if *digest == now));
}

#[test]
fn a_digest_that_is_not_that_of_the_order_shown_is_never_sent() {
    let mut world = night_at_work();
    turned(&mut world, "comp_acme-x1", |one| one.digest = "0".repeat(64));
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter", SIZE);
    for _ in 0..2 {
        assert!(press(&mut app, "y").is_empty() && app.popups.len() == 1);
        assert!(toast(&app).contains("is not what was shown"));
    }
}

#[test]
fn what_is_decided_elsewhere_or_too_late_is_followed_while_it_is_shown() {
    let mut world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter y", SIZE);
    let reject = Step::Reject { why: "not now".into() };
    let changes = world.step(Span(0), "comp_acme", 1, "kim", reject);
    happened(&mut app, changes);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!(app.popups.len(), 1, "the question is gone");
    assert_eq!(toast(&app), "comp_acme-x1 waits no more: rejected: not now");
    assert!(screen(&app).contains("rejected by kim"), "{}", screen(&app));
    assert!(press(&mut app, "y").is_empty());

    let mut world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter", SIZE);
    app.tick(NOW + Span::minutes(59) + Span(18_000));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("30s left"), "{}", screen(&app));
    app.tick(NOW + Span::minutes(60));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("time is up"));
    assert!(press(&mut app, "y").is_empty(), "before the engine has said so");
    assert_eq!(toast(&app), "nobody approved restart-nginx on payment-gw (comp_acme-x1) in time");
    let changes = world.pass(NOW + Span::minutes(60));
    happened(&mut app, changes);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("not approved in time"), "{}", screen(&app));
    assert!(press(&mut app, "y").is_empty());
}

#[test]
fn what_one_seat_approves_is_on_the_others_screen() {
    let mut world = night_in_reach();
    let (mut sam, mut kim) = (seat_of(&world, "sam"), seat_of(&world, "kim"));
    let asked = world.want(Span(0), "comp_acme", "sam", 1, Risk::High);
    happened(&mut sam, asked.clone());
    happened(&mut kim, asked);
    let rings = |app: &mut App| app.take_effects().iter().filter(|effect| matches!(effect, Effect::Ring(_))).count();
    assert_eq!((rings(&mut sam), rings(&mut kim)), (0, 1));
    assert_eq!(toast(&kim), "sam asks for approval of restart-nginx on payment-gw (comp_acme-x1); P shows it");
    assert_eq!(toast(&sam), "");
    for app in [&mut sam, &mut kim] {
        settled(app, &world, SIZE.0, SIZE.1);
        assert!(screen(app).contains("1 approval waits: P"));
        play(app, &world, "P", SIZE);
    }
    let own = press(&mut sam, "y y");
    assert!(own.is_empty() && toast(&sam).starts_with("nobody approves what they asked for"));
    press(&mut kim, "Y");
    type_in(&mut kim, "go ahead");
    let effects = press(&mut kim, "enter y");
    let changes = carried_out(&mut world, "kim", &effects).unwrap();
    for app in [&mut sam, &mut kim] {
        happened(app, changes.clone());
        settled(app, &world, SIZE.0, SIZE.1);
        assert!(screen(app).contains("approved by kim") && !screen(app).contains("1 approval waits"));
    }
    assert_eq!(toast(&sam), "kim approved restart-nginx on payment-gw (comp_acme-x1): go ahead");
    assert_eq!(carried_out(&mut world, "kim", &effects), Err("this execution does not wait for approval".into()));
}

#[test]
fn the_one_who_asked_hears_what_came_of_it_and_a_muted_tenant_asks_without_a_bell() {
    for (step, who, says, role) in [
        (
            Step::Reject { why: "no".into() },
            "kim",
            "kim rejected restart-nginx on db-01 (comp_acme-x2): no",
            Role::Mistake,
        ),
        (Step::Cancel, "kim", "kim took back restart-nginx on db-01 (comp_acme-x2)", Role::Mistake),
        (Step::Cancel, "priya", "", Role::Notice),
    ] {
        let mut world = night_at_work();
        let mut app = in_front_of(&world, SIZE.0, SIZE.1);
        let changes = world.step(Span(0), "comp_acme", 2, who, step);
        happened(&mut app, changes);
        assert_eq!(toast(&app), says);
        assert!(app.toast.as_ref().is_none_or(|toast| toast.role == role));
    }
    let mut world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    app.mute("comp_acme");
    let changes = world.want(Span(0), "comp_acme", "sam", 1, Risk::High);
    happened(&mut app, changes);
    assert!(app.take_effects().is_empty() && toast(&app).starts_with("sam asks"));
}

#[test]
fn what_was_asked_while_a_seat_fell_behind_is_announced_with_the_next_whole_board() {
    let mut world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    assert_eq!(toast(&app), "", "what waited before is told by the mark");
    world.want(Span(0), "comp_acme", "sam", 1, Risk::High);
    app.changed(Feed::Snapshot(Box::new(world.board.snapshot())));
    assert!(toast(&app).starts_with("sam asks for approval of restart-nginx on payment-gw (comp_acme-x3)"));
}

#[test]
fn a_read_only_seat_and_one_without_an_engine_decide_nothing() {
    let world = night_at_work();
    for key in ["y", "Y", "n", "c"] {
        let mut app = seat_with(|start| start.read_only = true);
        show(&mut app, &world);
        settled(&mut app, &world, SIZE.0, SIZE.1);
        play(&mut app, &world, "P enter", SIZE);
        assert!(press(&mut app, key).is_empty() && app.popups.len() == 1, "{key}");
        assert!(toast(&app).contains("read-only"), "{key}");
    }
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter", SIZE);
    app.changed(Feed::Lost("it was stopped".into()));
    for key in ["y", "n", "Y"] {
        assert!(press(&mut app, key).is_empty() && app.popups.len() == 1, "{key}");
        assert!(toast(&app).contains("the engine is gone"));
    }
}

#[test]
fn executions_are_listed_found_and_cancelled_after_asking() {
    let mut world = night_at_work();
    let mut app = in_front_of(&world, 120, 40);
    assert!(press(&mut app, "E").is_empty(), "those of all tenants are on the board");
    let shown = text(&draw(&app, 120, 40));
    let places: Vec<_> = ["comp_borealis-x1", "comp_acme-x2", "comp_acme-x1", "comp_cobalt-x1"]
        .map(|id| shown.find(id).unwrap_or_else(|| panic!("{id}: {shown}")))
        .into();
    assert!(places.is_sorted(), "the latest first: {shown}");
    press(&mut app, "enter");
    assert!(matches!(app.popups.last(), Some(Popup::Run(_))), "it is opened as F opens one");
    press(&mut app, "esc");
    play(&mut app, &world, "/ 'cobalt fail' enter", (120, 40));
    let shown = text(&draw(&app, 120, 40));
    assert!(shown.contains("comp_cobalt-x1") && !shown.contains("comp_borealis-x1"), "{shown}");
    assert!(press(&mut app, "c").is_empty() && toast(&app) == "comp_cobalt-x1 is over");
    play(&mut app, &world, "/ esc g g", (120, 40));
    assert!(press(&mut app, "c").is_empty());
    assert!(text(&draw(&app, 120, 40)).contains("Cancel comp_borealis-x1?"));
    let effects = press(&mut app, "y");
    let changes = carried_out(&mut world, "priya", &effects).unwrap();
    happened(&mut app, changes);
    settled(&mut app, &world, 120, 40);
    let shown = text(&draw(&app, 120, 40));
    assert!(shown.contains("being cancelled"), "{shown}");
}

#[test]
fn older_executions_come_from_the_store_for_one_tenant() {
    let world = night_at_work();
    let mut app = in_front_of(&world, 120, 40);
    press(&mut app, "E");
    let effects = press(&mut app, "o");
    match &effects[..] {
        [Effect::Ask(_, Request::Executions { tenant, incident: None, .. })] => {
            assert_eq!(*tenant, tenant_id("comp_borealis"), "that of the selected one");
        }
        other => panic!("{other:?}"),
    }
    assert!(text(&draw(&app, 120, 40)).contains("asking for older ones…"));
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Err(Refusal::new("store", "the disk is gone")));
    assert!(text(&draw(&app, 120, 40)).contains("the disk is gone"));
    press(&mut app, "esc");
    app.narrow_to("comp_fjord");
    play(&mut app, &world, "E", (120, 40));
    let shown = text(&draw(&app, 120, 40));
    assert!(shown.contains("Executions of Fjord Bank 1") && shown.contains("2d comp_fjord-x1"), "{shown}");
    assert!(press(&mut app, "o").is_empty() && toast(&app).contains("all that the store has"));
}

#[test]
fn the_selection_stays_with_its_execution_when_another_begins() {
    let mut world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    press(&mut app, "E j j");
    let changes = world.want(Span(0), "comp_fjord", "kim", 1, Risk::Low);
    happened(&mut app, changes);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    press(&mut app, "c");
    assert!(screen(&app).contains("Cancel comp_acme-x1?"), "{}", screen(&app));
}

#[test]
fn an_execution_of_hostile_words_is_shown_as_it_is_safe() {
    let mut world = night_at_work();
    turned(&mut world, "comp_acme-x1", |one| {
        one.order.title = "\x1b[2Jgone\u{202e}".into();
        one.order.targets[0].asset = "a\nb".into();
        one.order.parameters.insert("commands".into(), vec!["echo \x07\u{200b}{{ssm:/x}}".into()]);
        one.digest = one.order.digest();
    });
    let mut app = in_front_of(&world, 120, 40);
    for keys in ["E", "esc P", "enter"] {
        play(&mut app, &world, keys, (120, 40));
        let shown = text(&draw(&app, 120, 40));
        assert!(!shown.contains('\x1b') && !shown.contains('\u{202e}') && !shown.contains('\x07'), "{keys}");
    }
    assert!(text(&draw(&app, 120, 40)).contains("echo ␇\u{fffd}{{ssm:/x}}"));
}

#[test]
fn fifty_machines_and_a_long_command_are_shown_to_their_last_byte() {
    let mut world = night_at_work();
    turned(&mut world, "comp_acme-x1", |one| {
        one.order.targets = vec![one.order.targets[0].clone(); 50];
        let long = (0..700).map(|n| format!("echo line {n:03}")).collect::<Vec<_>>().join("\n");
        one.order.parameters.insert("commands".into(), vec![long]);
        one.digest = one.order.digest();
    });
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter G", SIZE);
    let shown = screen(&app);
    assert!(shown.contains("echo line 699") && shown.contains("digest"), "{shown}");
}

#[test]
fn the_wall_counts_what_waits_and_the_handover_names_it() {
    let world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "w", SIZE);
    assert!(screen(&app).lines().last().unwrap().contains("2 approvals wait"), "{}", screen(&app));
    play(&mut app, &world, "w O", (120, 40));
    let effects = press(&mut app, "w");
    let [Effect::WriteFile { text, .. }] = &effects[..] else { panic!("{effects:?}") };
    for part in [
        "## Waiting for approval\\: 2",
        "Acme Corp: restart-nginx on payment-gw (comp_acme-x1), asked for by sam 03:12, until 04:12",
        "## Executions under way\\: 1",
        "Borealis Health: restart-nginx on pacs-02 (comp_borealis-x1), asked for by sam 03:12, runs",
    ] {
        assert!(text.replace("\\:", ":").contains(&part.replace("\\:", ":")), "{part}: {text}");
    }
    let under_way = text.split("## Waiting for approval").nth(1).unwrap();
    assert!(!under_way.contains("comp_cobalt-x1"), "what is over is over: {under_way}");
}

#[test]
fn executions_and_approvals_at_their_four_sizes() {
    let world = night_at_work();
    at_four_sizes_of(&world, "executions", "E j");
    at_four_sizes_of(&world, "approvals", "P");
    at_four_sizes_of(&world, "approval", "P enter");
    at_four_sizes_of(&world, "approval_own", "P j enter j");
    at_four_sizes_of(&world, "wall_with_approvals", "w");
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    play(&mut app, &world, "P enter y", SIZE);
    insta::assert_snapshot!("approve", with_styles(&draw(&app, SIZE.0, SIZE.1)));
    let app = in_front_of(&world, 40, 12);
    insta::assert_snapshot!("board_with_approvals_40x12", with_styles(&draw(&app, 40, 12)));
}

#[test]
fn an_answer_names_what_it_was_for() {
    let world = night_at_work();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let question = crate::tui::executions::Question::Cancel(id("comp_acme-x2"));
    assert!(Purpose::Execution(question.clone()).is_change());
    app.answered(Purpose::Execution(question), Ok(Reply::Done));
    assert_eq!(toast(&app), "cancelled restart-nginx on db-01 (comp_acme-x2)");
}

#[test]
fn an_order_takes_no_more_of_the_screen_than_it_needs() {
    let world = night_at_work();
    let mut app = in_front_of(&world, 200, 60);
    play(&mut app, &world, "P enter", (200, 60));
    let shown = text(&draw(&app, 200, 60));
    let inside = shown.lines().skip_while(|line| !line.contains("Approval comp_acme-x1"));
    let inside: Vec<_> = inside.skip(1).take_while(|line| !line.contains("y approves")).collect();
    assert!(inside.len() < 24 && inside.last().is_some_and(|line| line.contains("digest")), "{shown}");
}

#[test]
fn the_hints_offer_a_decision_to_those_who_can_make_it() {
    let world = night_at_work();
    let mut app = in_front_of(&world, 200, 60);
    let hints = |app: &App| text(&draw(app, 200, 60)).lines().rev().nth(1).unwrap_or_default().to_owned();
    play(&mut app, &world, "P", (200, 60));
    assert!(!hints(&app).contains("y approve"), "it is looked at first: {}", hints(&app));
    play(&mut app, &world, "enter", (200, 60));
    assert!(hints(&app).contains("y approve") && !hints(&app).contains("withdraw"), "{}", hints(&app));
}
