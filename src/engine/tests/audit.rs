//! The audit log: what is on it, that it is whole after whatever happened, and that what was done to it shows.

use super::*;
use crate::audit::{Broken, verify};
use crate::core::audit::{Entry, Head, Record};
use crate::core::execution::order::{Expect, OnSuccess, Order, Platform, Target};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{APPROVAL_FOR, Outcome};
use crate::core::id::{ExecutionId, IncidentId};
use crate::core::input::Act;
use crate::core::role::Risk;
use crate::core::tenant::AwsAccount;

fn log(running: &Running, tenant: &str) -> Vec<String> {
    let audit = Request::Audit { tenant: tenant_id(tenant), from: 1, limit: 10_000 };
    let Reply::Audit(entries) = ask(running, audit).unwrap() else { panic!() };
    entries
}

fn entries(log: &[String]) -> Vec<Entry> {
    log.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect()
}

/// What is on record: what, on what, and how it came out.
fn said(log: &[String]) -> Vec<String> {
    let words = |Entry { record: Record { what, on, outcome, .. }, .. }| format!("{what} {on} {outcome}");
    entries(log).into_iter().map(words).collect()
}

fn heads(house: &House, tenant: &str) -> Vec<Head> {
    let text = std::fs::read_to_string(house.dir.path().join(format!("audit/{tenant}.head"))).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn check(log: &[String], heads: &[Head]) -> Result<u64, Broken> {
    verify(log.iter().map(String::as_str), heads).map(|checked| checked.entries)
}

fn note(running: &Running, incident: u64, text: &str) -> Result<Reply, Refusal> {
    let incident = IncidentId { tenant: tenant_id("a"), number: incident };
    ask(running, Request::Act { incident, act: Act::Note { text: text.into() } })
}

fn order() -> Order {
    Order {
        runbook: None,
        title: "reboot".into(),
        risk: Risk::High,
        account_id: "123456789012".into(),
        region: "eu-west-1".into(),
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        document_version: None,
        parameters: [("commands".to_owned(), vec!["reboot".to_owned()])].into(),
        targets: vec![Target {
            incident: IncidentId { tenant: tenant_id("a"), number: 1 },
            instance: "i-0123456789abcdef0".parse().unwrap(),
            asset: "web".into(),
        }],
        timeout_seconds: 300,
        expect: Expect::default(),
        on_success: OnSuccess::Note,
        auto: false,
        again: None,
    }
}

/// A house whose tenant has the account that the order is for.
fn reachable() -> House {
    let house = House::new();
    let running = house.start();
    let aws = AwsAccount { account_id: order().account_id, region: order().region, ..AwsAccount::default() };
    let new = NewTenant { id: tenant_id("a"), name: None, critical_assets: Vec::new(), aws: Some(aws) };
    ask(&running, Request::TenantAdd(new)).unwrap();
    running.stop();
    house
}

fn step(running: &Running, who: &str, execution: u64, step: Step) -> Result<ExecutionId, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let on = OnExecution { execution, by: Actor::named(who), step };
    runtime.block_on(running.handle().step(&tenant_id("a"), on))
}

fn ask_for(running: &Running, order: Order) -> Result<ExecutionId, Refusal> {
    let (digest, typed) = (order.digest(), Some("web".into()));
    step(running, "priya", 0, Step::Ask { order: Box::new(order), digest, typed })
}

#[test]
fn what_is_done_and_what_is_refused_is_on_record_in_one_chain() {
    let house = House::new();
    let running = house.start();
    add(&running, "a");
    set(&running, "a", "critical_assets", "db-*").unwrap();
    set(&running, "a", "correlation.time_window_minutes", "4").unwrap_err();
    stored(post("a", "web").to(&running));
    note(&running, 1, "looked at it").unwrap();
    note(&running, 7, "there is none").unwrap_err();
    let incident = IncidentId { tenant: tenant_id("a"), number: 1 };
    ask(&running, Request::Act { incident, act: Act::Start }).unwrap();
    ask(&running, Request::Undo).unwrap();
    ask(&running, Request::TenantRemove { id: tenant_id("b") }).unwrap_err();
    let log = log(&running, "a");
    assert_eq!(
        said(&log),
        [
            "tenant.add a done",
            "tenant.set a done",
            "tenant.set a refused: `correlation.time_window_minutes` is from 5 to 15",
            "incident.note a-i1 done",
            "incident.note a-i7 refused: no such incident on the board; resolved ones leave it after a day",
            "incident.start a-i1 done",
            "incident.undo a-i1 done",
        ],
        "{log:#?}"
    );
    assert_eq!(check(&log, &[]), Ok(7));
    assert!(entries(&log).iter().all(|entry| entry.record.who == "priya"));
    assert!(log.iter().all(|entry| !entry.contains("awk_")));
}

#[test]
fn the_chain_goes_on_after_a_restart_from_the_archive_and_from_the_inbox() {
    let house = reachable();
    let running = house.start();
    stored(post("a", "web").to(&running));
    note(&running, 1, "one").unwrap();
    let first = log(&running, "a");
    running.stop();
    assert_eq!(heads(&house, "a"), [Head { number: 2, hash: entries(&first)[1].hash.clone() }]);

    let running = house.start();
    house.mood.deaf.store(true, Ordering::SeqCst);
    note(&running, 1, "two").unwrap();
    let asked = ask_for(&running, order()).unwrap();
    note(&running, 8, "refused").unwrap_err();
    // While the engine is away, time goes on.
    running.stop();
    house.mood.deaf.store(false, Ordering::SeqCst);
    house.pass(APPROVAL_FOR + Span::MINUTE);

    for _ in 0..2 {
        let running = house.start();
        // After the first answer the time that has passed has done its work.
        ask(&running, Request::Pulse).unwrap();
        let log = log(&running, "a");
        assert_eq!(log[..2], first);
        let expired = format!("execution.end {asked} {}", Outcome::Expired.words());
        let said = said(&log[2..]);
        assert_eq!(said[..2], ["incident.note a-i1 done", "execution.ask a-x1 waits for approval"]);
        assert!(said[2].starts_with("incident.note a-i8 refused") && said[3] == expired, "{said:?}");
        assert_eq!(check(&log, &heads(&house, "a")), Ok(6));
        running.stop();
    }
}

#[test]
fn what_others_decide_is_on_record_with_them_and_what_they_may_not_too() {
    let house = reachable();
    let running = house.start();
    stored(post("a", "web").to(&running));
    let digest = order().digest();
    let mut misnamed = order();
    misnamed.targets[0].asset = "db".into();
    ask_for(&running, misnamed).unwrap_err();
    ask_for(&running, order()).unwrap();
    step(&running, "priya", 1, Step::Approve { digest: digest.clone(), why: None }).unwrap_err();
    step(&running, "sam", 1, Step::Approve { digest, why: None }).unwrap();
    // Whoever carries it out tries what it may not: that is no operator's doing.
    step(&running, "", 1, Step::Lost { why: "x".into() }).unwrap_err();
    step(&running, "", 1, Step::Sending).unwrap();
    step(&running, "", 1, Step::Sent { command_id: "c-1".into(), request_id: Some("r-1".into()) }).unwrap();
    let log = log(&running, "a");
    let said = said(&log);
    assert_eq!(said[1], "execution.ask a-i1 refused: what would run is not what was shown; look at it again");
    assert_eq!(said[2], "execution.ask a-x1 waits for approval");
    assert!(said[3].starts_with("execution.approve a-x1 refused: nobody approves what they asked for"), "{said:?}");
    assert_eq!(said[4..], ["execution.approve a-x1 done", "execution.send a-x1 sent"]);
    assert_eq!(entries(&log)[5].record.request_id.as_deref(), Some("r-1"));
}

#[test]
fn a_refusal_again_and_again_is_on_record_once_a_minute_and_many_are_bounded() {
    let house = House::of(&["a"]);
    let running = house.start();
    for _ in 0..30 {
        note(&running, 7, "x").unwrap_err();
    }
    assert_eq!(log(&running, "a").len(), 2);
    house.pass(Span::MINUTE);
    note(&running, 7, "x").unwrap_err();
    assert_eq!(log(&running, "a").len(), 3);
    house.pass(Span::MINUTE);
    for number in 1..=100 {
        note(&running, number, "x").unwrap_err();
    }
    assert_eq!(log(&running, "a").len(), 63);
}

#[test]
fn a_log_that_was_shortened_while_nothing_ran_says_so_for_ever() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "web").to(&running));
    for text in ["one", "two", "three"] {
        note(&running, 1, text).unwrap();
    }
    let whole = log(&running, "a");
    running.stop();
    let db = rusqlite::Connection::open(house.file("a")).unwrap();
    assert!(db.execute("DELETE FROM audit WHERE number = 4", []).unwrap_err().to_string().contains("append only"));
    assert!(db.execute("UPDATE audit SET entry = ''", []).unwrap_err().to_string().contains("append only"));
    db.execute_batch("DROP TRIGGER audit_is_not_shortened; DELETE FROM audit WHERE number >= 3").unwrap();
    drop(db);
    for goes_on in 0..2 {
        let running = house.start();
        note(&running, 1, "four").unwrap();
        let log = log(&running, "a");
        assert_eq!(said(&log)[2], "audit.broken a entry 4 was in this log and is not any more");
        assert_eq!(log[..2], whole[..2]);
        assert_eq!(check(&log, &[]), Ok(4 + 2 * goes_on), "by itself it looks whole");
        running.stop();
        let broken = check(&log, &heads(&house, "a")).unwrap_err();
        assert_eq!(broken.at, 4, "what was there is known: {broken}");
    }
}

#[test]
fn a_removed_tenant_leaves_its_log_and_one_that_comes_after_it_has_a_new_one() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "web").to(&running));
    note(&running, 1, "one").unwrap();
    ask(&running, Request::TenantRemove { id: tenant_id("a") }).unwrap();
    add(&running, "a");
    assert_eq!(said(&log(&running, "a")), ["tenant.add a done"]);
    running.stop();
    let folder = house.dir.path().join("audit");
    let names = || -> Vec<String> {
        let names = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
        // The engine's own log is another one.
        let mut names: Vec<_> = names.filter(|name| !name.starts_with("engine.")).collect();
        names.sort();
        names
    };
    let [log_file, head] = &names()[..] else { panic!("{:?}", names()) };
    assert_eq!((log_file.as_str(), head.as_str()), ("a-2023-11-14T221320.000Z.jsonl", "a.head"));
    let kept: Vec<String> =
        std::fs::read_to_string(folder.join(log_file)).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(said(&kept), ["tenant.add a done", "incident.note a-i1 done", "tenant.remove a done"]);
    assert_eq!(check(&kept, &[]), Ok(3));
    assert_eq!(heads(&house, "a").len(), 1);

    // All in one batch, and gone at its end.
    house.pass(Span::MINUTE);
    let (running, release) = house.start_held();
    release.send(()).unwrap();
    add(&running, "b");
    ask(&running, Request::TenantRemove { id: tenant_id("b") }).unwrap();
    running.stop();
    assert_eq!(names().len(), 3, "{:?}", names());
    assert!(!house.dir.path().join("tenants/b").exists());
}

#[test]
fn a_page_of_the_log_begins_where_it_was_asked_for_or_is_the_last() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "web").to(&running));
    for text in ["one", "two", "three"] {
        note(&running, 1, text).unwrap();
    }
    let numbers = |from, limit| -> Vec<u64> {
        let audit = Request::Audit { tenant: tenant_id("a"), from, limit };
        let Reply::Audit(page) = ask(&running, audit).unwrap() else { panic!() };
        entries(&page).iter().map(|entry| entry.number).collect()
    };
    assert_eq!(numbers(2, 2), [2, 3]);
    assert_eq!(numbers(0, 2), [3, 4]);
    assert_eq!(numbers(0, 0), [1, 2, 3, 4]);
    assert!(numbers(5, 2).is_empty());
    let other = Request::Audit { tenant: tenant_id("b"), from: 0, limit: 1 };
    assert_eq!(refusal(&running, other).code, "no_such_tenant");
}
