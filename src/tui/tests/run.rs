//! From an incident to live output: runbooks, machines, inputs, the confirmation, and what becomes of an execution.

use super::fixture::{
    NOW, World, draw, happened, in_front_of, night_in_reach, play, press, seat_with, settled, show, text, type_in,
    with_styles, work,
};
use super::hands::{self, DF, instance, ran, wrote};
use crate::core::execution::Output;
use crate::core::execution::order::InstanceId;
use crate::core::execution::step::Step;
use crate::core::id::ExecutionId;
use crate::core::role::Risk;
use crate::core::severity::Severity;
use crate::core::time::Span;
use crate::link::remote::{Plan, Reached, Remote, Wanted};
use crate::link::{Feed, Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::effect::{Effect, Paper, Purpose};
use crate::tui::popups::Popup;
use crate::tui::popups::run::Page;
use crate::tui::run::Question;
use crate::tui::theme::Role;

const SIZE: (u16, u16) = (80, 24);
const SIZES: [(u16, u16); 4] = [(40, 12), (80, 24), (120, 40), (200, 60)];

fn page(app: &App) -> &Page {
    match app.popups.last() {
        Some(Popup::Run(page)) => page,
        other => panic!("{other:?}"),
    }
}

fn screen(app: &App) -> String {
    text(&draw(app, SIZE.0, SIZE.1))
}

fn toast(app: &App) -> (&str, Role) {
    app.toast.as_ref().map_or(("", Role::Text), |toast| (&*toast.text, toast.role))
}

fn remotes(effects: &[Effect]) -> Vec<&Remote> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(_, Request::Remote(remote)) => Some(remote),
            _ => None,
        })
        .collect()
}

/// What the seat wants to know of output, if anything.
fn polls(app: &mut App) -> Option<(Purpose, InstanceId, u64)> {
    let effects = app.settle(ratatui::layout::Rect::new(0, 0, SIZE.0, SIZE.1), true);
    let mut polls = effects.into_iter().filter_map(|effect| match effect {
        Effect::Ask(purpose, Request::Remote(Remote::Output { instance, seen, .. })) => Some((purpose, instance, seen)),
        _ => None,
    });
    let first = polls.next();
    assert!(polls.next().is_none());
    first
}

/// A seat in front of a night's world.
fn at_night_in_reach() -> (World, App) {
    let world = night_in_reach();
    let app = in_front_of(&world, SIZE.0, SIZE.1);
    (world, app)
}

fn x(number: u64) -> ExecutionId {
    ExecutionId { tenant: "comp_acme".parse().unwrap(), number }
}

/// A seat that follows the disk evidence of one machine, of which it has seen the output so far.
pub fn following(size: (u16, u16)) -> (World, App) {
    let mut world = night_in_reach();
    let mut app = in_front_of(&world, size.0, size.1);
    work(&mut app, &mut world, "d enter y", size);
    let runs = vec![ran(instance(1), "InProgress", "InProgress", None)];
    happened(&mut app, world.comes_to(&x(1), Step::Progress { runs }));
    answer_poll(&mut app, wrote(1, DF, "", false));
    settled(&mut app, &world, size.0, size.1);
    (world, app)
}

/// The same on two machines.
pub fn on_two_machines(size: (u16, u16)) -> (World, App) {
    let mut world = night_in_reach();
    let mut app = in_front_of(&world, size.0, size.1);
    work(&mut app, &mut world, "space space d enter y", size);
    let id = x(1);
    let runs = vec![ran(instance(1), "InProgress", "InProgress", None), ran(instance(2), "Pending", "Pending", None)];
    happened(&mut app, world.comes_to(&id, Step::Progress { runs }));
    answer_poll(&mut app, wrote(1, &DF.repeat(20), "lsof: not found", false));
    settled(&mut app, &world, size.0, size.1);
    (world, app)
}

/// The question about output that is on its way has its answer.
fn answer_poll(app: &mut App, answer: Result<Reply, Refusal>) {
    let Page::Execution(following) = page(app) else { panic!() };
    let (execution, ask) = (following.id.clone(), following.asking().unwrap());
    let question = Question::Output { execution, instance: instance(1), ask };
    app.answered(Purpose::Run(question), answer);
}

fn ended(
    world: &mut World,
    id: &ExecutionId,
    status: &str,
    detail: &str,
    exit: i32,
) -> Vec<crate::core::change::Published> {
    let runs: Vec<_> = world
        .engine
        .execution(id)
        .unwrap()
        .order
        .targets
        .iter()
        .map(|target| ran(target.instance.clone(), status, detail, Some(exit)))
        .collect();
    let outputs = runs.iter().map(|run| (run.instance.clone(), Output::default())).collect();
    world.comes_to(id, Step::Ended { runs, outputs })
}

#[test]
fn three_keys_lead_from_an_incident_to_output_that_streams_while_alerts_come() {
    let (mut world, mut app) = at_night_in_reach();
    let effects = press(&mut app, "d");
    let [Remote::Runbooks { incident }, Remote::Locate { incidents }] = &remotes(&effects)[..] else {
        panic!("{effects:?}")
    };
    assert_eq!((incident.to_string(), incidents.len()), ("comp_acme-i1".into(), 1));
    assert!(screen(&app).contains("asking which runbooks") && screen(&app).contains("asking AWS which machine"));
    for effect in effects {
        world.carry_out(&mut app, &effect);
    }
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("disk-evidence") && screen(&app).contains("1 df -h {path}"), "{}", screen(&app));
    work(&mut app, &mut world, "enter", SIZE);
    let shown = screen(&app);
    for part in
        ["A c m e   C o r p", "111122223333, eu-west-1", "i-00000000000000001", "AWS-RunShellScript", "1 df -h /"]
    {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    let effects = press(&mut app, "y");
    let [Remote::Run { draft, digest, typed: None }] = &remotes(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(draft.targets, [("comp_acme-i1".parse().unwrap(), instance(1))]);
    assert_eq!(digest.len(), 64);
    world.carry_out(&mut app, &effects[0]);
    let (purpose, machine, seen) = polls(&mut app).unwrap();
    assert_eq!((machine, seen), (instance(1), 0));
    assert!(polls(&mut app).is_none(), "one question at a time");
    app.answered(purpose, wrote(3, DF, "", false));
    let (purpose, _, seen) = polls(&mut app).unwrap();
    assert_eq!(seen, 3, "asked on from what was seen");
    let report =
        crate::core::alert::Report { severity: Severity::Critical, ..crate::core::testing::report("core-sw", "down") };
    happened(&mut app, world.report(Span(0), "comp_fjord", report));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let shown = screen(&app);
    assert!(shown.contains("612M  99%") && shown.contains("core-sw"), "{shown}");
    app.answered(purpose, wrote(4, &format!("{DF}done\n"), "", true));
    assert!(polls(&mut app).is_none(), "there is no more");
    assert!(screen(&app).contains("done"));
}

#[test]
fn a_runbook_is_found_by_letters_and_shows_what_it_would_run() {
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "d 'prune'", SIZE);
    assert!(screen(&app).contains("docker system prune --force") && screen(&app).contains("high: it may take"));
    play(&mut app, &world, "ctrl-u 'cert'", SIZE);
    assert!(screen(&app).contains("meant for other incidents"));
    play(&mut app, &world, "esc", SIZE);
    assert!(app.popups.is_empty());
    play(&mut app, &world, ": 'run disk-evidence' enter", SIZE);
    assert!(matches!(page(&app), Page::Plan(_)), "a name is gone on with: {:?}", page(&app));
}

#[test]
fn what_is_pressed_before_anything_is_shown_runs_nothing() {
    let (world, mut app) = at_night_in_reach();
    let asked = press(&mut app, "d");
    assert!(press(&mut app, "enter").is_empty());
    assert_eq!(toast(&app).0, "the runbooks are not here yet");
    for effect in asked {
        let (purpose, reply) = world.answer(&effect).unwrap();
        app.answered(purpose, Ok(reply));
    }
    let asked = press(&mut app, "enter");
    assert!(press(&mut app, "y").is_empty(), "the plan is not here yet");
    let (purpose, reply) = world.answer(&asked[0]).unwrap();
    app.answered(purpose, Ok(reply));
    assert!(press(&mut app, "y").is_empty(), "the plan was not on the screen yet");
    assert_eq!(toast(&app).0, "nothing was run: look at it first");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    for key in ["enter", "space", "a", "Y"] {
        assert!(press(&mut app, key).is_empty(), "{key}");
    }
    assert!(matches!(page(&app), Page::Plan(_)));
    assert_eq!(remotes(&press(&mut app, "y")).len(), 1);
    assert!(press(&mut app, "y").is_empty(), "once");
    press(&mut app, "n");
    assert!(matches!(page(&app), Page::Runbooks(_)), "a step back");
}

#[test]
fn a_machine_that_is_not_known_yet_is_waited_for() {
    let (world, mut app) = at_night_in_reach();
    let asked = press(&mut app, "d");
    let (purpose, reply) = world.answer(&asked[0]).unwrap();
    app.answered(purpose, Ok(reply));
    assert!(press(&mut app, "enter").is_empty());
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("goes on as soon as it is known"));
    let (purpose, reply) = world.answer(&asked[1]).unwrap();
    app.answered(purpose, Ok(reply));
    assert!(matches!(page(&app), Page::Plan(_)));
}

#[test]
fn what_aws_refuses_is_said_with_what_to_do_and_can_be_asked_again() {
    let (_, mut app) = at_night_in_reach();
    let asked = press(&mut app, "d");
    let why = "comp_acme has no role: tenant set comp_acme aws.role_arn=…";
    for effect in asked {
        let Effect::Ask(purpose, _) = effect else { panic!() };
        app.answered(purpose, Err(Refusal::new("no_account", why)));
    }
    app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true);
    assert!(screen(&app).contains("comp_acme has no role"));
    let again = press(&mut app, "enter");
    assert_eq!(remotes(&again).len(), 2);
}

#[test]
fn several_machines_are_chosen_from_and_none_says_why() {
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "/ 'router-hub' enter enter d enter", SIZE);
    let shown = screen(&app);
    assert!(shown.contains("Which machine is router-hub") && shown.contains("OFFLINE for 3h"), "{shown}");
    play(&mut app, &world, "'hub-b' enter", SIZE);
    let Page::Plan(plan) = page(&app) else { panic!() };
    assert_eq!(plan.draft.targets[0].1, instance(42));
    assert!(
        screen(&app).contains("WARNING") && screen(&app).contains("has not answered for 3h10m"),
        "{}",
        screen(&app)
    );
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "/ 'pos-17' enter enter d enter", SIZE);
    assert!(toast(&app).0.contains("nothing can run: pos-17: no managed node has that name"), "{:?}", toast(&app));
}

#[test]
fn marked_incidents_run_together_of_one_tenant_only() {
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "/ 'ward' enter * d enter", SIZE);
    let Page::Plan(plan) = page(&app) else { panic!("{:?}", page(&app)) };
    assert_eq!(plan.draft.targets.len(), 9);
    assert!(screen(&app).contains("machines") && screen(&app).contains("B o r e a l i s"));
    let (_, mut app) = at_night_in_reach();
    press(&mut app, "*");
    assert!(press(&mut app, "d").is_empty() && app.popups.is_empty());
    assert!(toast(&app).0.contains("of 6 tenants"), "{:?}", toast(&app));
    let mut world = night_in_reach();
    for number in 0..51 {
        world.alert(Span(0), "comp_ember", "Prometheus", Severity::High, &format!("node-{number:02}"), "host_down");
    }
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "/ 'node-' enter * d", SIZE);
    assert!(app.popups.is_empty() && toast(&app).0.contains("50 machines at most"), "{:?}", toast(&app));
}

#[test]
fn blanks_that_want_filling_are_a_form_with_what_is_wrong() {
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "d 'service' enter", SIZE);
    assert!(matches!(page(&app), Page::Inputs(_)));
    play(&mut app, &world, "'a b' enter", SIZE);
    assert!(screen(&app).contains("service takes the name of a service"), "{}", screen(&app));
    play(&mut app, &world, "ctrl-u 'nginx' tab ctrl-u '90' enter", SIZE);
    assert!(screen(&app).contains("grace takes a whole number from 0 to 60"), "{}", screen(&app));
    play(&mut app, &world, "ctrl-u '9' tab ctrl-u '5' enter", SIZE);
    assert!(screen(&app).contains("the timeout is from 30"), "{}", screen(&app));
    play(&mut app, &world, "ctrl-u '60' enter", SIZE);
    let Page::Plan(plan) = page(&app) else { panic!() };
    let Wanted::Runbook { name, inputs } = &plan.draft.what else { panic!() };
    assert_eq!((&**name, &*inputs["service"], &*inputs["grace"]), ("service-restart", "nginx", "9"));
    assert_eq!(plan.draft.timeout_seconds, Some(60));
    assert!(screen(&app).contains("resolves the incident"), "{}", screen(&app));
    play(&mut app, &world, "ctrl-e", SIZE);
    assert!(matches!(page(&app), Page::Inputs(_)));
    assert_eq!(app.popups.len(), 2, "the form is not there twice");
}

#[test]
fn what_changes_something_wants_the_name_typed_and_no_other_word_will_do() {
    let (mut world, mut app) = at_night_in_reach();
    play(&mut app, &world, "d 'service' enter 'nginx' enter", SIZE);
    play(&mut app, &world, "'y' enter", SIZE);
    assert_eq!(toast(&app), ("nothing was run: type payment-gw", Role::Mistake));
    assert!(press(&mut app, "enter").is_empty());
    play(&mut app, &world, "ctrl-u 'payment-gw'", SIZE);
    let effects = press(&mut app, "enter");
    let [Remote::Run { typed, .. }] = &remotes(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!(typed.as_deref(), Some("payment-gw"));
    world.carry_out(&mut app, &effects[0]);
    assert!(matches!(page(&app), Page::Execution(_)));
}

#[test]
fn what_may_take_a_service_away_waits_for_somebody_else_and_says_so() {
    let (mut world, mut app) = at_night_in_reach();
    work(&mut app, &mut world, "d 'prune' enter", SIZE);
    let shown = screen(&app);
    assert!(shown.contains("waits for another person's approval, 1h at most"), "{shown}");
    work(&mut app, &mut world, "'payment-gw' enter", SIZE);
    assert!(polls(&mut app).is_none(), "nothing runs yet");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(screen(&app).contains("waits for approval of another person until 04:12:40"), "{}", screen(&app));
}

#[test]
fn a_refused_run_says_why_and_what_has_changed_is_shown_again() {
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "d enter", SIZE);
    let Some(Effect::Ask(purpose, _)) = press(&mut app, "y").pop() else { panic!() };
    app.answered(purpose, Err(Refusal::new("denied", "ask Acme to grant ssm:SendCommand")));
    assert_eq!(toast(&app).0, "ask Acme to grant ssm:SendCommand");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let Some(Effect::Ask(purpose, _)) = press(&mut app, "y").pop() else { panic!("it can be tried again") };
    let changed = crate::core::execution::step::Barred::Changed.to_string();
    app.answered(purpose, Err(Refusal::new("refused", changed)));
    let asked = app.take_effects();
    assert!(matches!(remotes(&asked)[..], [Remote::Prepare(_)]), "{asked:?}");
    assert!(press(&mut app, "y").is_empty(), "what has changed is looked at first");
    app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true);
    assert!(screen(&app).contains("asking what would run"), "{}", screen(&app));
}

#[test]
fn a_command_of_ones_own_keeps_its_lines() {
    let (world, mut app) = at_night_in_reach();
    press(&mut app, "f");
    assert!(press(&mut app, "enter").is_empty(), "nothing is no command");
    app.pasted("df -h\r\nuptime\n");
    play(&mut app, &world, "backspace ctrl-j 'free -m' up home 'x' backspace down end", SIZE);
    let Page::Script(script) = page(&app) else { panic!() };
    assert_eq!(script.text(), "df -h\nuptime\nfree -m");
    let effects = press(&mut app, "ctrl-o");
    let [Effect::Edit { paper: Paper::Command(text), about }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((&**text, about.len()), ("df -h\nuptime\nfree -m", 1));
    app.command_written("df -h\n\t# all\nuptime");
    for effect in press(&mut app, "enter") {
        let (purpose, reply) = world.answer(&effect).unwrap();
        app.answered(purpose, Ok(reply));
    }
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, ": 'command uptime' enter", SIZE);
    let Page::Plan(plan) = page(&app) else { panic!("{:?}", page(&app)) };
    assert_eq!(plan.draft.what, Wanted::Command { text: "uptime".into() });
    play(&mut app, &world, "ctrl-e", SIZE);
    let Page::Script(script) = page(&app) else { panic!() };
    assert_eq!((script.text(), app.popups.len()), ("uptime".into(), 1));
}

#[test]
fn a_read_only_seat_looks_at_executions_and_runs_none() {
    let (world, _) = following(SIZE);
    let mut app = seat_with(|start| start.read_only = true);
    show(&mut app, &world);
    settled(&mut app, &world, 80, 24);
    for keys in ["d", "f", "D"] {
        assert!(press(&mut app, keys).is_empty() && app.popups.is_empty(), "{keys}");
        assert!(toast(&app).0.contains("read-only"), "{keys}");
    }
    press(&mut app, "F");
    assert!(polls(&mut app).is_some());
    for keys in ["c", "r", "D"] {
        assert!(press(&mut app, keys).is_empty() && app.popups.len() == 1, "{keys}");
        assert!(toast(&app).0.contains("read-only"), "{keys}");
    }
}

#[test]
fn an_end_while_nobody_looks_is_told_and_the_key_leads_to_it() {
    let (mut world, mut app) = following(SIZE);
    press(&mut app, "esc j");
    assert!(polls(&mut app).is_none(), "nothing is asked while nobody looks");
    happened(&mut app, ended(&mut world, &x(1), "Success", "Success", 0));
    assert_eq!(toast(&app), ("disk-evidence on payment-gw (comp_acme-x1) succeeded; F shows it", Role::Notice));
    press(&mut app, "F");
    let effects = app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true);
    let [Effect::Ask(purpose, Request::Execution { execution })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*execution, x(1));
    let (purpose, reply) = (purpose.clone(), world.answer(&effects[0]).unwrap().1);
    app.answered(purpose, Ok(reply));
    assert!(app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true).is_empty(), "asked once");
    assert!(screen(&app).contains("succeeded") && screen(&app).contains("612M"), "{}", screen(&app));
}

#[test]
fn a_failure_stays_until_it_is_seen_and_an_end_that_is_looked_at_is_not_told_twice() {
    let (mut world, mut app) = following(SIZE);
    let end = ended(&mut world, &x(1), "Failed", "Failed", 1);
    let mut closed = in_front_of(&night_in_reach(), 80, 24);
    show(&mut closed, &following(SIZE).0);
    happened(&mut app, end.clone());
    assert_eq!(toast(&app).0, "", "it is on the screen");
    happened(&mut closed, end);
    assert_eq!(toast(&closed).1, Role::Mistake);
    closed.tick(NOW + Span::HOUR);
    assert!(toast(&closed).0.contains("failed") && toast(&closed).0.ends_with("; F shows it"));
}

#[test]
fn what_runs_by_itself_is_told_loudly_at_every_seat() {
    let mut world = night_in_reach();
    let mut app = seat_with(|start| start.operator = "kim".into());
    show(&mut app, &world);
    let mut execution = crate::core::testing::execution("comp_acme", 7);
    execution.order.auto = true;
    execution.stage = crate::core::execution::Stage::Running;
    let change = crate::core::change::Change::ExecutionChanged(execution.into());
    let next = crate::core::change::Published { revision: world.board.revision + 1, company_id: x(7).tenant, change };
    world.board.apply(&next);
    happened(&mut app, vec![next]);
    assert_eq!(toast(&app), ("RUNS BY ITSELF: restart-nginx on web-01 (comp_acme-x7); F follows it", Role::Trouble));
    app.tick(NOW + Span::HOUR);
    assert_eq!(toast(&app).1, Role::Trouble, "it stays");
}

#[test]
fn a_seat_that_comes_back_mid_run_finds_its_execution() {
    let (world, _) = following(SIZE);
    let mut app = in_front_of(&world, 80, 24);
    assert!(screen(&app).contains("⟳"), "{}", screen(&app));
    press(&mut app, "F");
    let (_, machine, seen) = polls(&mut app).unwrap();
    assert_eq!((machine, seen), (instance(1), 0));
    // The engine comes back, and with it a new feed: the old question is not answered any more.
    app.changed(Feed::Snapshot(Box::new(world.board.snapshot())));
    assert!(polls(&mut app).is_some());
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "enter z", SIZE);
    assert!(screen(&app).contains("comp_acme-x1 disk-evidence on payment-gw: runs"), "{}", screen(&app));
}

#[test]
fn a_cancel_is_asked_first_and_no_is_the_answer_of_every_key_but_y() {
    let (_, mut app) = following(SIZE);
    press(&mut app, "c");
    assert!(matches!(app.popups.last(), Some(Popup::Confirm(_))));
    press(&mut app, "n");
    assert!(matches!(page(&app), Page::Execution(_)));
    let effects = press(&mut app, "c y");
    let [Effect::Ask(_, Request::Cancel { execution })] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(*execution, x(1));
}

#[test]
fn again_is_the_same_draft_and_another_outcome_of_it_is_warned_of() {
    let (mut world, mut app) = following(SIZE);
    happened(&mut app, ended(&mut world, &x(1), "Success", "Success", 0));
    let effects = press(&mut app, "r");
    let [Remote::Prepare(draft)] = &remotes(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((draft.again.clone(), draft.targets.len()), (Some(x(1)), 1));
    let Wanted::Runbook { inputs, .. } = &draft.what else { panic!() };
    assert_eq!(inputs["path"], "/", "the seat knows what it was made of");
    // Another seat does not: what would run is compared.
    let mut app = in_front_of(&world, 80, 24);
    play(&mut app, &world, "D", SIZE);
    assert!(screen(&app).contains("this is not what comp_acme-x1 ran"), "{}", screen(&app));
}

#[test]
fn output_is_searched_copied_and_written_to_a_file_that_is_named_by_ids() {
    let (world, mut app) = on_two_machines((80, 24));
    let mut long: String = (0..200).map(|line| format!("line {line}\n")).collect();
    long.push_str("\x1b]0;evil\x07\x1b[31mthe end\x1b[0m\n");
    polls(&mut app);
    answer_poll(&mut app, wrote(2, &long, "", false));
    settled(&mut app, &world, 80, 24);
    assert!(screen(&app).contains("the end") && screen(&app).contains("following"));
    play(&mut app, &world, "g g", SIZE);
    assert!(screen(&app).contains("line 0") && screen(&app).contains("G follows"));
    play(&mut app, &world, "/ 'line 15' enter n", SIZE);
    assert!(screen(&app).contains("line 150"), "{}", screen(&app));
    let [Effect::Copy(copied)] = &press(&mut app, "y")[..] else { panic!() };
    assert!(copied.ends_with("the end") && !copied.contains('\x1b'));
    let [Effect::WriteFile { name, text }] = &press(&mut app, "w")[..] else { panic!() };
    assert_eq!(name, "comp_acme-x1-i-00000000000000001.txt");
    assert!(text.contains("line 199\nthe end\n") && text.contains("111122223333") && !text.contains('\x1b'), "{text}");
}

#[test]
fn what_could_not_be_read_is_said_and_asked_again_later() {
    let (world, mut app) = following(SIZE);
    let id = x(1);
    settled(&mut app, &world, 80, 24);
    answer_poll(&mut app, Err(Refusal::new("expired", "the base credentials have expired: aws sso login")));
    assert!(polls(&mut app).is_none(), "not at once");
    app.tick(NOW + Span(6_000));
    assert!(polls(&mut app).is_some());
    let mut world = world;
    happened(&mut app, world.comes_to(&id, Step::Waits { for_what: Some("AWS to let us ask again".into()) }));
    settled(&mut app, &world, 80, 24);
    assert!(screen(&app).contains("waits for AWS to let us ask again"), "{}", screen(&app));
}

#[test]
fn a_machine_that_has_nothing_new_is_not_asked_in_a_circle() {
    let (_, mut app) = following(SIZE);
    answer_poll(&mut app, wrote(1, DF, "", false));
    assert!(polls(&mut app).is_none());
    app.tick(NOW + Span(1_000));
    assert!(polls(&mut app).is_some());
}

const EVIL: &str = "\x1b[2J\x1b]0;x\x07\u{9b}31m\u{202e}abc\u{2066}\r\n\t\0\u{7f}日本\u{200b}e\u{301}\u{301}\u{301}\u{301}\x1b[31mred\x1b[8mhid";

#[test]
fn hostile_text_in_every_place_of_an_execution_is_shown_as_what_it_is() {
    let (world, mut app) = at_night_in_reach();
    let mut offer = hands::offers().remove(0);
    offer.inputs[0].value = EVIL.into();
    (offer.name, offer.doc, offer.commands, offer.from) = (EVIL.into(), EVIL.into(), EVIL.repeat(9), EVIL.into());
    let asked = press(&mut app, "d");
    let Effect::Ask(purpose, _) = &asked[0] else { panic!() };
    app.answered(purpose.clone(), Ok(Reply::Reached(Reached::Runbooks(vec![offer]))));
    super::hostile::look_everywhere(&mut app, &world, "runbooks");
    let mut order = crate::core::testing::restart("comp_acme", 1, EVIL, Risk::High);
    (order.title, order.document) = (EVIL.into(), EVIL.into());
    order.parameters = [(EVIL.to_owned(), vec![EVIL.into(), EVIL.into()])].into();
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "d", SIZE);
    let Some(Effect::Ask(purpose, Request::Remote(Remote::Prepare(_)))) = press(&mut app, "enter").pop() else {
        panic!()
    };
    let (digest, gate) = (order.digest(), order.risk.gate(crate::core::role::Role::Technician));
    let plan = Plan { order, digest, gate, warnings: vec![EVIL.into()] };
    app.answered(purpose, Ok(Reply::Reached(Reached::Plan(Box::new(plan)))));
    super::hostile::look_everywhere(&mut app, &world, "plan");
    let (world, mut app) = following(SIZE);
    answer_poll(&mut app, wrote(2, &format!("{}{}\n{EVIL}", EVIL.repeat(50), "y".repeat(1 << 17)), EVIL, false));
    super::hostile::look_everywhere(&mut app, &world, "execution");
    press(&mut app, "tab");
    super::hostile::look_everywhere(&mut app, &world, "stderr");
    type_in(&mut app, "/");
    app.pasted(EVIL);
    super::hostile::look_everywhere(&mut app, &world, "search");
    let (world, mut app) = at_night_in_reach();
    press(&mut app, "f");
    app.pasted(&EVIL.repeat(3));
    super::hostile::look_everywhere(&mut app, &world, "script");
}

fn at_four_sizes(name: &str, world: impl Fn((u16, u16)) -> (World, App), script: &str) {
    for size in SIZES {
        let (world, mut app) = world(size);
        play(&mut app, &world, script, size);
        let name = format!("{name}_{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, with_styles(&draw(&app, size.0, size.1)));
    }
}

fn fresh(size: (u16, u16)) -> (World, App) {
    let world = night_in_reach();
    let app = in_front_of(&world, size.0, size.1);
    (world, app)
}

#[test]
fn the_way_to_a_run_at_four_sizes() {
    at_four_sizes("run_runbooks", fresh, "d");
    at_four_sizes("run_machines", fresh, "/ 'router-hub' enter enter d enter");
    at_four_sizes("run_inputs", fresh, "d 'service' enter 'a b' enter");
    at_four_sizes("run_script", fresh, "f 'df -h' ctrl-j 'uptime'");
    at_four_sizes("run_plan_low", fresh, "d enter");
    at_four_sizes("run_plan_medium", fresh, "/ 'scanner' enter enter d 'service' enter 'nginx' enter 'scan'");
    at_four_sizes("run_plan_high", fresh, "d 'prune' enter");
}

#[test]
fn an_execution_at_four_sizes() {
    at_four_sizes("execution_running", following, "");
    at_four_sizes("execution_of_two", on_two_machines, "right");
    let failed = |size: (u16, u16)| {
        let (mut world, mut app) = following(size);
        happened(&mut app, ended(&mut world, &x(1), "Failed", "Failed", 2));
        let mut output =
            Output { stdout: DF.into(), stderr: "du: /proc: denied\n".into(), truncated: true, kept_at: None };
        output.kept_at = Some("s3://acme-logs/8f1c/stdout".into());
        let kept = (world.engine.execution(&x(1)).unwrap().as_ref().clone(), vec![(instance(1), output)]);
        app.answered(Purpose::Run(Question::Kept(x(1))), Ok(Reply::Execution(Box::new(kept))));
        settled(&mut app, &world, size.0, size.1);
        (world, app)
    };
    at_four_sizes("execution_failed", failed, "");
    let fifty = |size: (u16, u16)| {
        let mut world = night_in_reach();
        for number in 0..50 {
            world.alert(Span(0), "comp_fjord", "Prometheus", Severity::High, &format!("node-{number:02}"), "host_down");
        }
        let mut app = in_front_of(&world, size.0, size.1);
        work(&mut app, &mut world, "/ 'node-' enter * d enter y", size);
        let id = ExecutionId { tenant: "comp_fjord".parse().unwrap(), number: 1 };
        let targets = world.engine.execution(&id).unwrap().order.targets.clone();
        let status = |at: usize| match at % 5 {
            0 => ("Success", "Success", Some(0)),
            1 => ("Failed", "Failed", Some(3)),
            2 => ("TimedOut", "DeliveryTimedOut", None),
            _ => ("InProgress", "InProgress", None),
        };
        let runs = targets.iter().enumerate().map(|(at, target)| {
            let (word, detail, exit) = status(at);
            ran(target.instance.clone(), word, detail, exit)
        });
        happened(&mut app, world.comes_to(&id, Step::Progress { runs: runs.collect() }));
        settled(&mut app, &world, size.0, size.1);
        (world, app)
    };
    at_four_sizes("execution_of_fifty", fifty, "l l");
}

#[test]
fn help_shows_the_keys_of_the_window_and_is_promised_only_where_it_comes() {
    let (world, mut app) = following(SIZE);
    press(&mut app, "P");
    assert_eq!(toast(&app).0, "P does nothing here; ? shows what does");
    play(&mut app, &world, "?", SIZE);
    let shown = screen(&app);
    assert!(shown.contains("cancel-run") && shown.contains("Write it to a file"), "{shown}");
    play(&mut app, &world, "esc", SIZE);
    assert!(matches!(page(&app), Page::Execution(_)), "back to where it was asked for");
    press(&mut app, "/ f5");
    assert_eq!(toast(&app).0, "f5 does nothing here", "a question mark is a letter where one types");
}

#[test]
fn the_hints_of_an_execution_offer_what_there_is_to_do() {
    let (mut world, mut app) = following((200, 60));
    let hints = |app: &App| text(&draw(app, 200, 60)).lines().rev().nth(1).unwrap_or_default().to_owned();
    let shown = hints(&app);
    assert!(shown.contains("c cancel the run") && !shown.contains("run again"), "{shown}");
    assert!(!shown.contains("next machine") && !shown.contains("next match"), "{shown}");
    let changes = ended(&mut world, &x(1), "Success", "Success", 0);
    happened(&mut app, changes);
    settled(&mut app, &world, 200, 60);
    let shown = hints(&app);
    assert!(shown.contains("r run again") && !shown.contains("cancel the run"), "{shown}");
}

#[test]
fn however_long_a_command_is_its_execution_says_whose_machine_it_is() {
    let (mut world, mut app) = at_night_in_reach();
    work(&mut app, &mut world, "f 'journalctl --since yesterday --unit nginx --no-pager --lines 500' enter", SIZE);
    work(&mut app, &mut world, "'payment-gw' enter", SIZE);
    settled(&mut app, &world, 40, 12);
    let shown = text(&draw(&app, 40, 12));
    assert!(shown.contains("Acme Corp: journalctl"), "{shown}");
}

#[test]
fn the_wait_for_approval_is_told_apart_from_the_time_that_it_runs() {
    let (mut world, mut app) = at_night_in_reach();
    work(&mut app, &mut world, "d 'prune' enter 'payment-gw' enter", SIZE);
    app.now = NOW + Span(24 * Span::SECOND.0);
    settled(&mut app, &world, 120, 40);
    let shown = text(&draw(&app, 120, 40));
    assert!(shown.contains("until 04:12:40, for 24 s so far"), "{shown}");
}

#[test]
fn where_nothing_can_run_no_key_is_offered_that_would_run_it() {
    let (world, mut app) = at_night_in_reach();
    play(&mut app, &world, "d", SIZE);
    let asked = press(&mut app, "enter");
    for effect in asked {
        let Effect::Ask(purpose, _) = effect else { panic!() };
        app.answered(purpose, Err(Refusal::new("no_account", "disk-evidence is for Windows")));
    }
    app.settle(ratatui::layout::Rect::new(0, 0, 80, 24), true);
    let shown = screen(&app);
    assert!(shown.contains("is for Windows") && !shown.contains("y yes"), "{shown}");
}
