//! Sessions in a tenant's file: every stage over a restart, long after their ends, and files of before.

use rusqlite::Connection;

use super::*;
use crate::core::id::SessionId;
use crate::core::session::step::{OnSession, Step};
use crate::core::session::{End, Kind, Recording, Session, Stage, Wish};
use crate::core::testing::instance;
use crate::core::time::Span;

fn at(minutes: i64) -> Moment {
    Moment(1_700_000_000_000) + Span::minutes(minutes)
}

fn comp_a() -> TenantId {
    tenant_id("comp_a")
}

fn id(number: u64) -> SessionId {
    SessionId { tenant: comp_a(), number }
}

/// A tenant with an incident on `web-1`.
fn rig() -> Rig {
    let mut rig = Rig::new(&["comp_a"]);
    rig.keep(vec![(at(0), comp_a(), posted(vec![report("web-1", "disk_full")]), Bytes::new())]);
    rig
}

fn ask(incident: Option<u64>, kind: Kind) -> Step {
    let incident = incident.map(|number| IncidentId { tenant: comp_a(), number });
    Step::Ask { wish: Box::new(Wish { incident, instance: instance(0), asset: "web-1".into(), kind }) }
}

fn started() -> Step {
    Step::Started { aws_id: "priya-0123".into() }
}

fn ended(why: &str) -> Step {
    let recording = Recording { file: "x.cast".into(), bytes: 7, sha256: "00".into(), trouble: None };
    let (why, recording) = (Some(why.to_owned()), Some(Box::new(recording)));
    Step::Ended { how: End::Exited, why, exit_code: Some(3), recording }
}

fn step(minutes: i64, session: u64, step: Step) -> (Moment, TenantId, Input, Bytes) {
    let on = OnSession { session, by: Actor { who: "priya".into(), seat: "pts/1".into() }, step };
    (at(minutes), comp_a(), Input::Session(on), Bytes::new())
}

fn all(core: &Engine) -> Vec<Session> {
    core.sessions(&comp_a()).map(|one| Session::clone(one)).collect()
}

fn listed(rig: &Rig, of: Option<u64>, limit: usize) -> Vec<u64> {
    let found = rig.store.history.sessions(&comp_a(), of, limit).unwrap();
    found.into_iter().map(|session| session.id.number).collect()
}

#[test]
fn sessions_in_every_stage_come_back_and_go_on() {
    let mut rig = rig();
    let forward = Kind::Forward { host: Some("db.internal".into()), port: 5432, local: 0 };
    let mut inputs = vec![step(1, 0, ask(Some(1), Kind::Shell)), step(1, 0, ask(None, forward))];
    inputs.push(step(1, 0, ask(None, Kind::Command { text: "df".into() })));
    inputs.extend([
        step(2, 2, started()),
        step(2, 3, started()),
        step(3, 2, Step::Opened { local_port: Some(40_000) }),
    ]);
    inputs.extend([step(3, 2, Step::Detach), step(4, 3, ended("done"))]);
    let kept = inputs.len() / 2;
    // What is in the file, and what only the inbox has.
    let last = inputs.split_off(kept);
    rig.keep(inputs);
    rig.apply(last);
    let again = rig.restarted();
    assert_eq!(all(&again), all(&rig.core));
    let stages: Vec<_> = all(&again).into_iter().map(|one| one.stage).collect();
    let over = Stage::Ended { how: End::Exited, why: Some("done".into()) };
    assert_eq!(stages, [Stage::Opening, Stage::Open, over]);
    assert_eq!(again.next_session(&comp_a()), 4);
}

#[test]
fn one_that_is_over_leaves_the_board_and_stays_in_the_file() {
    let mut rig = rig();
    rig.keep(vec![step(1, 0, ask(Some(1), Kind::Shell)), step(2, 1, started()), step(3, 1, ended("one"))]);
    rig.keep(vec![step(4, 0, ask(None, Kind::Shell))]);
    assert_eq!((listed(&rig, None, 10), listed(&rig, Some(1), 10)), (vec![2, 1], vec![1]));
    assert_eq!((listed(&rig, None, 1), listed(&rig, Some(9), 10)), (vec![2], vec![]));
    let kept = rig.store.history.session(&id(1)).unwrap().unwrap();
    assert_eq!((kept.exit_code, kept.recording.unwrap().file), (Some(3), "x.cast".into()));
    assert_eq!(rig.store.history.session(&id(9)).unwrap(), None);
    let later = 3 + 25 * 60;
    rig.keep(vec![(at(later), comp_a(), posted(vec![report("web-2", "disk_full")]), Bytes::new())]);
    let again = rig.restarted();
    let left: Vec<_> = all(&again).into_iter().map(|one| one.id.number).collect();
    assert_eq!(left, [2], "the one that is not over stays for as long as it takes");
    assert_eq!(listed(&rig, None, 10), [2, 1]);
}

#[test]
fn a_file_of_before_gets_the_table() {
    let rig = rig();
    let path = rig.file("comp_a");
    let Rig { dir, store, core, .. } = rig;
    drop(store);
    // As the version before left it.
    let db = Connection::open(&path).unwrap();
    db.execute_batch(BEFORE_ASIDE).unwrap();
    db.execute_batch("DROP TABLE sessions").unwrap();
    db.pragma_update(None, "user_version", 4).unwrap();
    drop(db);
    let store = open(dir.path()).unwrap();
    let mut rig = Rig { dir, store, core, seq: 2 };
    assert_eq!(rig.store.archive.load(&comp_a()).unwrap().loaded.next_session, 1);
    rig.keep(vec![step(1, 0, ask(None, Kind::Shell))]);
    assert_eq!(listed(&rig, None, 10), [1]);
}
