//! Executions through the engine: steps from whoever carries them out and words from people, what is refused to whom, restarts.

use tokio::sync::mpsc;

use super::*;
use crate::core::execution::order::Order;
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{BY_ITSELF, Execution, Outcome, Output, Run, Stage};
use crate::core::id::{ExecutionId, IncidentId};
use crate::core::role::Risk;
use crate::core::testing::{account, instance, order, technician};
use crate::link::remote::{Reached, Remote};
use crate::link::{Call, Detail};

/// A house whose tenants can be reached and have an incident on `web-1`; priya is a technician, tomas a lead.
fn house() -> (House, Running) {
    let mut house = House::of(&["a", "b"]);
    house.technicians = vec![technician("priya", false), technician("tomas", true)];
    let running = house.start();
    for tenant in ["a", "b"] {
        let account = account();
        let account = [
            ("aws.account_id", account.account_id),
            ("aws.role_arn", account.role_arn),
            ("aws.external_id", account.external_id),
            ("aws.region", account.region),
        ];
        let settings = account.map(|(key, value)| (key.to_owned(), value)).to_vec();
        ask(&running, Request::TenantSet { id: tenant_id(tenant), settings }).unwrap();
        stored(post(tenant, "web-1").to(&running));
    }
    (house, running)
}

fn id(tenant: &str, number: u64) -> ExecutionId {
    ExecutionId { tenant: tenant_id(tenant), number }
}

/// A step, as `action` takes it.
fn step(running: &Running, tenant: &str, who: &str, execution: u64, step: Step) -> Result<ExecutionId, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let on = OnExecution { execution, by: Actor { who: who.into(), seat: "pts/1".into() }, step };
    runtime.block_on(running.handle().step(&tenant_id(tenant), on))
}

fn ask_as(running: &Running, who: &str, request: Request) -> Result<Reply, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(running.handle().caller().ask(&Actor::named(who), request))
}

fn wants(order: Order) -> Step {
    let typed = Some(order.word());
    Step::Ask { digest: order.digest(), order: Box::new(order), typed }
}

fn dangerous(tenant: &str) -> Order {
    Order { risk: Risk::High, ..order(tenant, 1) }
}

fn sent() -> Step {
    Step::Sent { command_id: "c-1".into(), request_id: None }
}

fn ended() -> Step {
    let (status, detail) = ("Success".to_owned(), "Success".to_owned());
    let run = Run { instance: instance(0), status, detail, exit_code: Some(0), started_at: None, ended_at: None };
    let output = Output { stdout: "Filesystem".into(), ..Output::default() };
    Step::Ended { runs: vec![run], outputs: vec![(instance(0), output)] }
}

/// What a new seat is shown.
fn shown(running: &Running, tenant: &str) -> Vec<Execution> {
    ask(running, Request::Pulse).unwrap();
    let part = snapshot(running).tenants.into_iter().find(|part| part.id.as_str() == tenant).unwrap();
    part.executions.into_iter().map(|one| Execution::clone(&one)).collect()
}

fn stages(running: &Running, tenant: &str) -> Vec<Stage> {
    shown(running, tenant).into_iter().map(|one| one.stage).collect()
}

fn over(outcome: Outcome) -> Stage {
    Stage::Ended { outcome, why: None }
}

#[test]
fn a_seat_sees_every_step_and_the_end_can_be_read() {
    let (_house, running) = house();
    let mut seat = running.handle().seat();
    assert_eq!(step(&running, "a", "priya", 0, wants(order("a", 1))).unwrap(), id("a", 1));
    assert_eq!(step(&running, "b", "priya", 0, wants(order("b", 1))).unwrap(), id("b", 1));
    for one in [Step::Sending, sent(), ended()] {
        assert_eq!(step(&running, "a", "alert-whisperer", 1, one).unwrap(), id("a", 1));
    }
    let mut seen = Vec::new();
    while seen.len() < 4 {
        seen.extend(next(&mut seat, |piece| match piece {
            Feed::Changes(changes) => {
                let of_a = |change: &Change| match change {
                    Change::ExecutionChanged(one) if one.id == id("a", 1) => Some(one.stage.clone()),
                    _ => None,
                };
                Some(changes.iter().filter_map(|published| of_a(&published.change)).collect::<Vec<_>>())
            }
            _ => None,
        }));
    }
    assert_eq!(seen, [Stage::Ready, Stage::Sending, Stage::Running, over(Outcome::Success)]);
    let Reply::Execution(ran) = ask(&running, Request::Execution { execution: id("a", 1) }).unwrap() else { panic!() };
    assert_eq!((ran.0.stage.clone(), ran.1[0].1.stdout.as_str()), (over(Outcome::Success), "Filesystem"));
    let all = Request::Executions { tenant: tenant_id("a"), incident: Some(1), limit: 0 };
    let Reply::Executions(listed) = ask(&running, all).unwrap() else { panic!() };
    assert_eq!(listed.iter().map(|one| one.id.clone()).collect::<Vec<_>>(), [id("a", 1)]);
    let incident = IncidentId { tenant: tenant_id("a"), number: 1 };
    let Reply::Detail(detail) = ask(&running, Request::Detail { incident }).unwrap() else { panic!() };
    let Detail { timeline, .. } = *detail;
    let words: Vec<_> = timeline.iter().map(|entry| entry.what.words(|_| String::new())).collect();
    assert!(words.last().unwrap().starts_with("disk-usage succeeded after 0 s, exit code 0: a-x1"), "{words:?}");
}

#[test]
fn people_decide_by_calls_and_are_told_why_not() {
    let (house, running) = house();
    let digest = dangerous("a").digest();
    for _ in 0..4 {
        step(&running, "a", "priya", 0, wants(dangerous("a"))).unwrap();
    }
    let approve = |number| Request::Approve { execution: id("a", number), digest: digest.clone(), why: None };
    let reject = |number| Request::Reject { execution: id("a", number), why: "no".into() };
    let cancel = |number| Request::Cancel { execution: id("a", number) };
    let refused = |who: &str, request: Request| ask_as(&running, who, request).unwrap_err().message;
    assert_eq!(refused("priya", approve(1)), "nobody approves what they asked for themselves; ask somebody else");
    assert_eq!(refused("kim", approve(1)), "your role, technician, does not approve this; a lead does");
    let changed = Request::Approve { execution: id("a", 1), digest: "other".into(), why: None };
    assert_eq!(refused("tomas", changed), "what would run is not what was shown; look at it again");
    assert_eq!(stages(&running, "a"), vec![Stage::Waiting; 4]);
    ask_as(&running, "tomas", approve(1)).unwrap();
    ask_as(&running, "tomas", reject(2)).unwrap();
    ask_as(&running, "kim", cancel(3)).unwrap();
    assert_eq!(refused("kim", cancel(3)), "this execution is over");
    house.pass(Span::minutes(60));
    assert_eq!(refused("tomas", approve(4)), "the request has expired; whoever wants it has to ask again");
    let rejected = Stage::Ended { outcome: Outcome::Rejected, why: Some("no".into()) };
    let stages = stages(&running, "a");
    assert_eq!(stages, [Stage::Ready, rejected, over(Outcome::Cancelled), over(Outcome::Expired)]);
}

#[test]
fn what_is_another_tenant_s_is_refused_in_the_words_for_what_there_is_not() {
    let (_house, running) = house();
    step(&running, "a", "priya", 0, wants(dangerous("a"))).unwrap();
    let before = (shown(&running, "a"), shown(&running, "b"));
    let digest = dangerous("a").digest();
    let words = |number: u64| {
        let execution = || id("b", number);
        [
            Request::Approve { execution: execution(), digest: digest.clone(), why: None },
            Request::Reject { execution: execution(), why: "no".into() },
            Request::Cancel { execution: execution() },
            Request::Execution { execution: execution() },
        ]
    };
    for (theirs, nobodys) in words(1).into_iter().zip(words(99)) {
        let told = ask_as(&running, "tomas", theirs).unwrap_err();
        assert_eq!(told.code, "no_such_execution");
        assert_eq!(told, ask_as(&running, "tomas", nobodys).unwrap_err());
    }
    for one in [Step::Sending, sent(), ended(), Step::NotSent { why: "w".into() }, Step::Waits { for_what: None }] {
        let told = step(&running, "b", "alert-whisperer", 1, one.clone()).unwrap_err();
        assert_eq!(told, step(&running, "b", "alert-whisperer", 99, one).unwrap_err());
    }
    // An order for an incident of the other one, whether it is there or not; and one that repeats an execution of the other.
    for number in [1, 99] {
        let mut crossed = order("b", 1);
        crossed.targets[0].incident = IncidentId { tenant: tenant_id("a"), number };
        assert_eq!(step(&running, "b", "priya", 0, wants(crossed)).unwrap_err().code, "no_such_incident");
        let again = Order { again: Some(id("a", number)), ..order("b", 1) };
        assert_eq!(step(&running, "b", "priya", 0, wants(again)).unwrap_err().code, "no_such_execution");
    }
    let elsewhere = Order { account_id: "999988887777".into(), ..order("b", 1) };
    assert_eq!(step(&running, "b", "priya", 0, wants(elsewhere)).unwrap_err().code, "refused");
    assert_eq!(step(&running, "c", "priya", 0, wants(order("c", 1))).unwrap_err().code, "no_such_tenant");
    let cancel = Request::Cancel { execution: id("c", 1) };
    assert_eq!(ask_as(&running, "tomas", cancel).unwrap_err().code, "no_such_tenant");
    assert_eq!((shown(&running, "a"), shown(&running, "b")), before);
}

#[test]
fn a_step_is_on_disk_before_it_is_answered_and_one_that_cannot_be_written_has_not_happened() {
    let (house, running) = house();
    step(&running, "a", "priya", 0, wants(order("a", 1))).unwrap();
    house.full.store(true, Ordering::Release);
    assert_eq!(step(&running, "a", "alert-whisperer", 1, Step::Sending).unwrap_err().code, "unavailable");
    assert_eq!(ask_as(&running, "tomas", Request::Cancel { execution: id("a", 1) }).unwrap_err().code, "unavailable");
    assert_eq!(step(&running, "a", "priya", 0, wants(order("a", 1))).unwrap_err().code, "unavailable");
    assert_eq!(stages(&running, "a"), [Stage::Ready]);
    house.full.store(false, Ordering::Release);
    step(&running, "a", "alert-whisperer", 1, Step::Sending).unwrap();
    assert_eq!(stages(&running, "a"), [Stage::Sending]);
    // A refused one leaves nothing behind either: the number is not used up.
    assert_eq!(step(&running, "a", "alert-whisperer", 1, Step::Sending).unwrap_err().code, "refused");
    step(&running, "a", "priya", 0, wants(Order { timeout_seconds: 1, ..order("a", 1) })).unwrap_err();
    assert_eq!(step(&running, "a", "priya", 0, wants(order("a", 1))).unwrap(), id("a", 2));
}

/// Wherever the engine is killed, what was answered is there again, with what was on its way to the archive or not.
#[test]
fn every_stage_is_there_after_a_restart_from_the_file_or_from_the_inbox() {
    let steps = [
        ("priya", 0, wants(dangerous("a"))),
        ("tomas", 1, Step::Approve { digest: dangerous("a").digest(), why: None }),
        ("alert-whisperer", 1, Step::Sending),
        ("alert-whisperer", 1, sent()),
        ("tomas", 1, Step::Cancel),
        ("alert-whisperer", 1, Step::Waits { for_what: Some("AWS is slow".into()) }),
        ("alert-whisperer", 1, ended()),
    ];
    for deaf in [false, true] {
        let (house, mut running) = house();
        running.stop();
        // Deaf: nothing but the inbox has what comes now.
        house.mood.deaf.store(deaf, Ordering::SeqCst);
        running = house.start();
        for (who, number, one) in steps.clone() {
            step(&running, "a", who, number, one).unwrap();
            let before = shown(&running, "a");
            running.stop();
            running = house.start();
            assert_eq!(shown(&running, "a"), before);
        }
        running.stop();
        house.mood.deaf.store(false, Ordering::SeqCst);
        let running = house.start();
        assert_eq!(stages(&running, "a"), [over(Outcome::Success)]);
        let Reply::Execution(ran) = ask(&running, Request::Execution { execution: id("a", 1) }).unwrap() else {
            panic!()
        };
        assert_eq!(ran.1[0].1.stdout, "Filesystem");
        assert_eq!(step(&running, "a", "priya", 0, wants(order("a", 1))).unwrap(), id("a", 2));
    }
}

#[test]
fn what_expired_while_nothing_ran_is_over_at_the_start() {
    let (house, running) = house();
    step(&running, "a", "priya", 0, wants(dangerous("a"))).unwrap();
    running.stop();
    house.pass(Span::minutes(61));
    let running = house.start();
    let expired = &shown(&running, "a")[0];
    assert_eq!(expired.stage, over(Outcome::Expired));
    assert_eq!(expired.ended_at, Some(expired.asked_at + Span::HOUR));
}

#[test]
fn whether_something_may_run_by_itself_is_answered_without_a_trace() {
    let (_house, running) = house();
    let incident = |number| IncidentId { tenant: tenant_id("a"), number };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let may = |number| runtime.block_on(running.handle().by_itself(&incident(number), "disk-usage"));
    let unasked = || wants(Order { auto: true, ..order("a", 1) });
    let why = may(1).unwrap_err();
    assert_eq!(why.message, "it does not run by itself: disk-usage is not in this tenant's actions.auto");
    assert_eq!(step(&running, "a", BY_ITSELF, 0, unasked()).unwrap_err(), why);
    set(&running, "a", "actions.auto", "disk-*").unwrap();
    may(1).unwrap();
    assert_eq!(may(9).unwrap_err().code, "no_such_incident");
    assert_eq!(shown(&running, "a").len(), 0);
    step(&running, "a", BY_ITSELF, 0, unasked()).unwrap();
    assert_eq!(may(1).unwrap_err().message, "it does not run by itself: a-x1 runs there");
}

#[test]
fn questions_about_machines_go_to_whoever_reaches_them_and_come_back_when_nobody_does() {
    let (_house, running) = house();
    let nodes = || Request::Remote(Remote::Nodes { tenant: tenant_id("a"), fresh: false });
    let refused = refusal(&running, nodes());
    assert_eq!((refused.code.as_str(), refused.message.as_str()), ("unavailable", "this engine does not reach AWS"));
    let (hands, mut calls) = mpsc::channel::<Call>(1);
    running.handle().hands(hands);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let (caller, priya) = (running.handle().caller().clone(), Actor::named("priya"));
        let first = tokio::spawn(async move { caller.ask(&priya, nodes()).await });
        let held = calls.recv().await.unwrap();
        assert_eq!(held.by.who, "priya");
        held.answer.send(Ok(Reply::Reached(Reached::Located(Vec::new())))).unwrap();
        assert!(matches!(first.await.unwrap(), Ok(Reply::Reached(Reached::Located(_)))));
        // It takes no more than it can: who asks beyond that is told, and the engine goes on.
        let (caller, priya, tomas) = (running.handle().caller(), Actor::named("priya"), Actor::named("tomas"));
        let mut waiting = Box::pin(caller.ask(&priya, nodes()));
        tokio::select! {
            biased;
            told = &mut waiting => panic!("nobody has answered yet: {told:?}"),
            // Once this is answered, the question before it has been passed on.
            told = caller.ask(&tomas, Request::Pulse) => drop(told.unwrap()),
        }
        // It takes no more than it can: who asks beyond that is told, and the engine goes on.
        let too_much = caller.ask(&tomas, nodes()).await.unwrap_err();
        assert_eq!(too_much.message, "too much is being asked at once; try again");
        drop(calls);
        // The question that was passed on is dropped with it.
        assert!(waiting.await.is_err());
        let gone = caller.ask(&tomas, nodes()).await.unwrap_err();
        assert_eq!(gone.message, "this engine no longer reaches AWS; start it again");
    });
    assert!(ask(&running, Request::Pulse).is_ok());
}
