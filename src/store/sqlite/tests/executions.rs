//! Executions in a tenant's file: every stage over a restart, what they wrote and how long, files of before, damage.

use rusqlite::{Connection, params};

use super::super::{file, schema};
use super::*;
use crate::core::execution::order::{InstanceId, Order};
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{Execution, Outcome, Output, Run, Stage};
use crate::core::id::ExecutionId;
use crate::core::role::Risk;
use crate::core::testing::{account, instance, order};
use crate::core::time::Span;
use crate::store::StoreError;

fn at(minutes: i64) -> Moment {
    Moment(1_700_000_000_000) + Span::minutes(minutes)
}

fn comp_a() -> TenantId {
    tenant_id("comp_a")
}

fn id(number: u64) -> ExecutionId {
    ExecutionId { tenant: comp_a(), number }
}

/// A tenant that can be reached, with an incident on `web-1`.
fn rig() -> Rig {
    let mut rig = Rig::new(&[]);
    let mut tenant = tenant("comp_a");
    tenant.settings.aws = Some(account());
    let credentials = (&*tenant.credentials).into();
    let added = Input::Tenant { by: Actor::default(), tenant: Box::new(tenant), credentials };
    let posted = posted(vec![report("web-1", "disk_full")]);
    rig.keep(vec![(at(0), comp_a(), added, Bytes::new()), (at(0), comp_a(), posted, Bytes::new())]);
    rig
}

fn asked(risk: Risk) -> Step {
    let order = Order { risk, ..order("comp_a", 1) };
    let typed = Some(order.word());
    Step::Ask { digest: order.digest(), order: Box::new(order), typed }
}

fn sent() -> Step {
    Step::Sent { command_id: "c".into(), request_id: Some("r".into()) }
}

fn run(status: &str) -> Run {
    let (status, detail) = (status.to_owned(), status.to_owned());
    Run { instance: instance(0), status, detail, exit_code: Some(0), started_at: Some(at(1)), ended_at: None }
}

fn wrote(text: &str) -> Step {
    let output = Output { stdout: text.into(), stderr: "\u{1b}[31m".into(), truncated: true, kept_at: None };
    Step::Ended { runs: vec![run("Success")], outputs: vec![(instance(0), output)] }
}

fn step(minutes: i64, execution: u64, step: Step) -> (Moment, TenantId, Input, Bytes) {
    let on = OnExecution { execution, by: Actor { who: "priya".into(), seat: "pts/1".into() }, step };
    (at(minutes), comp_a(), Input::Execution(on), Bytes::new())
}

/// One that wrote `text`, from being asked for to its end.
fn whole(minutes: i64, number: u64, text: &str) -> Vec<(Moment, TenantId, Input, Bytes)> {
    let steps = [(0, asked(Risk::Low)), (number, Step::Sending), (number, sent()), (number, wrote(text))];
    steps.into_iter().map(|(of, one)| step(minutes, of, one)).collect()
}

fn all(core: &Engine) -> Vec<Execution> {
    core.executions(&comp_a()).map(|one| Execution::clone(one)).collect()
}

fn texts(rig: &Rig, number: u64) -> Vec<String> {
    let (_, outputs) = rig.store.history.execution(&id(number)).unwrap().unwrap();
    outputs.into_iter().map(|(_, output)| output.stdout).collect()
}

#[test]
fn executions_in_every_stage_come_back_and_go_on() {
    let mut rig = rig();
    let mut inputs = vec![step(1, 0, asked(Risk::High))];
    inputs.extend((0..4).map(|_| step(1, 0, asked(Risk::Low))));
    inputs.extend([step(2, 3, Step::Sending), step(2, 4, Step::Sending), step(2, 4, sent())]);
    inputs.push(step(3, 4, Step::Progress { runs: vec![run("InProgress")] }));
    inputs.push(step(3, 4, Step::Waits { for_what: Some("AWS is slow".into()) }));
    inputs.push(step(3, 5, Step::Cancel));
    let kept = inputs.len() / 2;
    // What is in the file, and what only the inbox has.
    let last = inputs.split_off(kept);
    rig.keep(inputs);
    rig.apply(last);
    let mut again = rig.restarted();
    assert_eq!(all(&again), all(&rig.core));
    let stages: Vec<_> = all(&again).into_iter().map(|one| one.stage).collect();
    let over = Stage::Ended { outcome: Outcome::Cancelled, why: None };
    assert_eq!(stages, [Stage::Waiting, Stage::Ready, Stage::Sending, Stage::Running, over]);
    assert_eq!(again.next_execution(&comp_a()), 6);
    // The one that waits expires, also after a restart; those that are under way stay for as long as it takes.
    again.advance(at(61));
    assert_eq!(again.execution(&id(1)).unwrap().outcome(), Some(Outcome::Expired));
    again.advance(at(61) + Span::hours(200));
    assert_eq!(all(&again).iter().map(|one| one.id.number).collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn numbers_go_on_after_all_executions_have_left_the_board() {
    let mut rig = rig();
    rig.keep(whole(1, 1, "text"));
    rig.keep(vec![(at(2) + Span::hours(30), comp_a(), posted(vec![report("web-1", "disk_full")]), Bytes::new())]);
    let kept = open_copy(&rig).1.archive.load(&comp_a()).unwrap().loaded;
    assert_eq!((kept.next_execution, kept.executions), (2, vec![]));
    let (execution, outputs) = rig.store.history.execution(&id(1)).unwrap().unwrap();
    assert_eq!(execution.outcome(), Some(Outcome::Success));
    assert_eq!((outputs[0].1.stdout.as_str(), outputs[0].1.truncated), ("text", true));
    assert_eq!(rig.store.history.execution(&id(2)).unwrap(), None);
    let other = ExecutionId { tenant: tenant_id("comp_b"), number: 1 };
    assert!(matches!(rig.store.history.execution(&other), Err(StoreError::NoTenant)));
}

#[test]
fn the_latest_come_first_of_all_incidents_or_of_one() {
    let mut rig = rig();
    rig.keep(vec![(at(1), comp_a(), posted(vec![report("web-2", "disk_full")]), Bytes::new())]);
    for number in 1..=3 {
        rig.keep(whole(number, number.cast_unsigned(), "text"));
    }
    let mut elsewhere = order("comp_a", 2);
    elsewhere.targets.remove(0);
    let asked = Step::Ask { digest: elsewhere.digest(), order: Box::new(elsewhere), typed: None };
    rig.keep(vec![step(4, 0, asked)]);
    let listed = |incident, limit| -> Vec<u64> {
        let found = rig.store.history.executions(&comp_a(), incident, limit).unwrap();
        found.into_iter().map(|one| one.id.number).collect()
    };
    assert_eq!(listed(None, 9), [4, 3, 2, 1]);
    assert_eq!(listed(None, 2), [4, 3]);
    assert_eq!(listed(Some(1), 9), [3, 2, 1]);
    assert_eq!(listed(Some(2), 9), [4]);
}

#[test]
fn an_end_that_was_refused_writes_nothing_and_one_written_twice_is_written_once() {
    let mut rig = rig();
    let batch = rig.keep(whole(1, 1, "first"));
    rig.keep(vec![step(2, 1, wrote("second")), step(2, 9, wrote("nobody's"))]);
    rig.store.archive.write(&batch).unwrap();
    assert_eq!(texts(&rig, 1), ["first"]);
    let count = "SELECT count(*) FROM outputs";
    let rows: i64 = Connection::open(rig.file("comp_a")).unwrap().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn what_was_written_is_kept_for_ninety_days_and_up_to_a_bound_and_the_execution_stays() {
    let mut rig = rig();
    let day = 24 * 60;
    rig.keep(whole(1, 1, "old"));
    rig.keep(whole(50 * day, 2, "younger"));
    rig.keep(whole(90 * day, 3, "now"));
    assert_eq!((texts(&rig, 1), texts(&rig, 2)), (vec!["old".to_owned()], vec!["younger".to_owned()]));
    rig.keep(whole(90 * day + 2, 4, "now"));
    assert_eq!((texts(&rig, 1), texts(&rig, 2)), (vec![], vec!["younger".to_owned()]));
    assert!(rig.store.history.execution(&id(1)).unwrap().unwrap().0.is_over());
    // Far more was written since.
    let db = Connection::open(rig.file("comp_a")).unwrap();
    let most = 256 << 20;
    db.execute("UPDATE outputs SET reaches = reaches + ?1 WHERE execution = 4", params![most]).unwrap();
    drop(db);
    rig.keep(whole(90 * day + 3, 5, "the last"));
    let left: Vec<_> = (1..=5).map(|number| texts(&rig, number).len()).collect();
    assert_eq!(left, [0, 0, 0, 1, 1]);
}

#[test]
fn a_file_of_before_gets_the_tables() {
    let rig = rig();
    let path = rig.file("comp_a");
    let Rig { dir, store, core, .. } = rig;
    drop(store);
    // As the version before left it.
    let db = Connection::open(&path).unwrap();
    db.execute_batch(BEFORE_ASIDE).unwrap();
    db.execute_batch("DROP TABLE sessions; DROP TABLE executions; DROP TABLE outputs; DROP TABLE audit").unwrap();
    db.pragma_update(None, "user_version", 3).unwrap();
    drop(db);
    let fresh = dir.path().join("fresh.db");
    let before: Vec<String> = tables(&file::open(&fresh, "", &schema::TENANT[..3]).unwrap());
    assert_eq!(tables(&Connection::open(&path).unwrap()), before);
    let mut store = open(dir.path()).unwrap();
    let kept = store.archive.load(&comp_a()).unwrap().loaded;
    assert_eq!((kept.next_execution, kept.next_session, kept.incidents.len()), (1, 1, 1));
    let mut rig = Rig { dir, store, core, seq: 2 };
    rig.keep(whole(1, 1, "text"));
    assert_eq!(texts(&rig, 1), ["text"]);
}

fn tables(db: &Connection) -> Vec<String> {
    let mut names = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names = names.query_map([], |row| row.get(0)).unwrap();
    names.collect::<rusqlite::Result<_>>().unwrap()
}

#[test]
fn a_damaged_execution_stops_its_tenant_and_a_damaged_output_only_the_question_for_it() {
    let mut rig = rig();
    rig.keep(whole(1, 1, "text"));
    rig.keep(whole(2, 2, "text"));
    let path = rig.file("comp_a");
    let spoil = |sql: &str| Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    spoil("UPDATE outputs SET output = x'FF00FF' WHERE execution = 1");
    let damaged = |error: StoreError| matches!(error, StoreError::Damaged { .. });
    assert!(damaged(rig.store.history.execution(&id(1)).unwrap_err()));
    assert_eq!(texts(&rig, 2), ["text"]);
    assert_eq!(rig.store.history.executions(&comp_a(), None, 9).unwrap().len(), 2);
    assert_eq!(rig.store.archive.load(&comp_a()).unwrap().loaded.executions.len(), 2);
    spoil("UPDATE executions SET execution = x'FF00FF' WHERE number = 2");
    let told = rig.store.archive.load(&comp_a()).unwrap_err();
    assert!(told.to_string().contains("comp_a/alerts.db") && damaged(told));
    assert!(rig.store.history.execution(&id(1)).is_err());
}

#[test]
fn ids_of_machines_are_kept_as_they_were() {
    let mut rig = rig();
    let hybrid: InstanceId = "mi-0123456789abcdef0".parse().unwrap();
    let mut other = order("comp_a", 1);
    other.targets.push(crate::core::execution::order::Target { instance: hybrid.clone(), ..other.targets[0].clone() });
    let asked = Step::Ask { digest: other.digest(), order: Box::new(other), typed: None };
    let end = Step::Ended {
        runs: vec![run("Success")],
        outputs: vec![(hybrid.clone(), Output::default()), (instance(0), Output::default())],
    };
    rig.keep(vec![step(1, 0, asked), step(1, 1, Step::Sending), step(1, 1, sent()), step(1, 1, end)]);
    let (execution, outputs) = rig.store.history.execution(&id(1)).unwrap().unwrap();
    assert_eq!(outputs.into_iter().map(|(instance, _)| instance).collect::<Vec<_>>(), [hybrid, instance(0)]);
    assert_eq!(execution.outcome(), Some(Outcome::Unknown), "of the other one nothing is known");
}
