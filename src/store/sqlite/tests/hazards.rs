//! Full disks, damaged files, later versions, open permissions: what is told, and whom it stops.

use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::{FileExt, PermissionsExt};

use rusqlite::Connection;

use super::super::inbox::SqliteInbox;
use super::*;
use crate::core::query::Query;
use crate::core::testing::ANYBODY;
use crate::store::{Inbox, StoreError};

fn written(seq: u64, raw: usize) -> Written {
    let entry =
        Entry { seq, at: Moment(1), tenant: tenant_id("comp_a"), input: Arc::new(posted(vec![report("a", "b")])) };
    let encoded = serde_json::to_vec(&*entry.input).unwrap().into();
    Written { entry, encoded, raw: vec![7; raw].into() }
}

fn seqs(inbox: &mut SqliteInbox) -> Vec<u64> {
    let mut seqs = Vec::new();
    inbox.replay(&mut |written| seqs.push(written.entry.seq)).unwrap();
    seqs
}

#[test]
fn a_full_disk_takes_nothing_and_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = SqliteInbox::open(&dir.path().join("inbox.db")).unwrap();
    inbox.append(&[written(1, 10)]).unwrap();
    inbox.limit_pages(20);
    let full = inbox.append(&[written(2, 10), written(3, 200_000)]).unwrap_err();
    assert!(matches!(full, StoreError::Full { ref place } if place.ends_with("inbox.db")), "{full}");
    assert_eq!(seqs(&mut inbox), [1]);
    inbox.append(&[written(2, 10)]).unwrap();
    inbox.limit_pages(20_000);
    inbox.append(&[written(3, 200_000)]).unwrap();
    assert_eq!(seqs(&mut inbox), [1, 2, 3]);
}

#[test]
fn what_one_tenants_file_refuses_is_told_and_the_same_batch_is_taken_later() {
    let mut rig = Rig::new(&["comp_a", "comp_b"]);
    let post = |id| (Moment(1), tenant_id(id), posted(vec![report("web", "cpu")]), Bytes::new());
    let batch = rig.apply(vec![post("comp_a"), post("comp_b")]);
    // Stands in for a disk that refuses.
    Connection::open(rig.file("comp_a"))
        .unwrap()
        .execute_batch("CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT raise(ABORT, 'no'); END")
        .unwrap();
    let failed = rig.store.archive.write(&batch).unwrap_err();
    assert_eq!(failed.iter().map(|(tenant, _)| tenant.as_str()).collect::<Vec<_>>(), ["comp_a"]);
    let count = |rig: &Rig, id| rig.store.history.alerts(&tenant_id(id), &Query::default(), ANYBODY, 9).unwrap().len();
    assert_eq!((count(&rig, "comp_a"), count(&rig, "comp_b")), (0, 1));
    Connection::open(rig.file("comp_a")).unwrap().execute_batch("DROP TRIGGER full").unwrap();
    rig.store.archive.write(&batch).unwrap();
    assert_eq!((count(&rig, "comp_a"), count(&rig, "comp_b")), (1, 1));
}

#[test]
fn forgotten_inputs_keep_their_numbers_and_those_of_a_stopped_tenant_stay() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("inbox.db");
    let mut inbox = SqliteInbox::open(&path).unwrap();
    let mut other = written(2, 10);
    other.entry.tenant = tenant_id("comp_b");
    inbox.append(&[written(1, 10), other, written(3, 10)]).unwrap();
    inbox.forget(3, &[tenant_id("comp_b")]).unwrap();
    assert_eq!(seqs(&mut inbox), [2]);
    inbox.forget(3, &[]).unwrap();
    drop(inbox);
    let mut inbox = SqliteInbox::open(&path).unwrap();
    assert_eq!((seqs(&mut inbox), inbox.last_seq().unwrap()), (vec![], 3));
}

#[test]
fn the_log_of_the_inbox_does_not_grow_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let mut inbox = SqliteInbox::open(&dir.path().join("inbox.db")).unwrap();
    for seq in 1..=2_000 {
        inbox.append(&[written(seq, 8_000)]).unwrap();
        if seq % 50 == 0 {
            inbox.forget(seq - 10, &[]).unwrap();
        }
    }
    let size = |name: &str| fs::metadata(dir.path().join(name)).unwrap().len();
    assert!(size("inbox.db") < 2 << 20, "{}", size("inbox.db"));
    assert!(size("inbox.db-wal") < 12 << 20, "{}", size("inbox.db-wal"));
}

/// Two tenants with something in their files, closed.
fn closed() -> TempDir {
    let mut rig = Rig::new(&["comp_a", "comp_b"]);
    for n in 0..300 {
        let post = |id| (Moment(n), tenant_id(id), posted(vec![report(&format!("asset {n}"), "cpu")]), Bytes::new());
        rig.keep(vec![post("comp_a"), post("comp_b")]);
    }
    rig.store.archive.settle().unwrap();
    drop(rig.store);
    rig.dir
}

#[test]
fn a_damaged_file_stops_its_tenant_only_and_is_named() {
    for page in [0, 2, 3, 10] {
        let dir = closed();
        let path = dir.path().join("tenants/comp_a/alerts.db");
        let file = OpenOptions::new().write(true).open(&path).unwrap();
        let pages = file.metadata().unwrap().len() / 4096;
        // The middle of a text is not a page's structure: all but the first page in one go.
        let (from, length) = if page == 0 { (0, 4096) } else { (4096 * page, 4096 * (pages - page)) };
        file.write_all_at(&vec![0xA5; usize::try_from(length).unwrap()], from).unwrap();
        let mut store = open(dir.path()).unwrap();
        let told = store.archive.load(&tenant_id("comp_a")).unwrap_err();
        assert!(matches!(told, StoreError::Damaged { .. }), "page {page}: {told:?}");
        assert!(told.to_string().contains("comp_a/alerts.db"), "{told}");
        let read = store.history.alerts(&tenant_id("comp_a"), &Query::default(), ANYBODY, 400).unwrap_err();
        assert!(matches!(read, StoreError::Damaged { .. }), "page {page}: {read:?}");
        assert_eq!(store.archive.load(&tenant_id("comp_b")).unwrap().loaded.next_alert, 301);
    }
}

#[test]
fn what_cannot_be_read_is_never_quoted() {
    let dir = closed();
    let db = Connection::open(dir.path().join("tenants/comp_a/alerts.db")).unwrap();
    db.execute_batch(r#"UPDATE tenant SET credentials = '{"sources":"planted-secret","hmac":[]}'"#).unwrap();
    drop(db);
    let told = open(dir.path()).unwrap().archive.load(&tenant_id("comp_a")).unwrap_err();
    assert!(matches!(told, StoreError::Damaged { .. }));
    assert!(!format!("{told} {told:?}").contains("planted"), "{told:?}");
}

#[test]
fn a_later_versions_file_is_left_alone() {
    let dir = closed();
    for file in ["tenants/comp_a/alerts.db", "inbox.db"] {
        let db = Connection::open(dir.path().join(file)).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
    }
    let Err(told) = open(dir.path()) else { panic!("the inbox is of a later version") };
    assert!(matches!(told, StoreError::TooNew { found: 99, .. }), "{told}");
    Connection::open(dir.path().join("inbox.db")).unwrap().pragma_update(None, "user_version", 1).unwrap();
    let mut store = open(dir.path()).unwrap();
    let told = store.archive.load(&tenant_id("comp_a")).unwrap_err();
    assert!(matches!(told, StoreError::TooNew { found: 99, .. }), "{told}");
    let told = store.history.alerts(&tenant_id("comp_a"), &Query::default(), ANYBODY, 1).unwrap_err();
    assert!(matches!(told, StoreError::TooNew { found: 99, .. }), "{told}");
    store.archive.load(&tenant_id("comp_b")).unwrap();
}

#[test]
fn nobody_else_may_read_any_of_it() {
    let mut rig = Rig::new(&["comp_a"]);
    rig.keep(vec![(Moment(1), tenant_id("comp_a"), posted(vec![report("web", "cpu")]), Bytes::new())]);
    rig.store.history.alerts(&tenant_id("comp_a"), &Query::default(), ANYBODY, 1).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let mut folders = vec![rig.dir.path().join("tenants")];
    let mut files = vec![rig.dir.path().join("inbox.db"), rig.dir.path().join("inbox.db-wal")];
    while let Some(folder) = folders.pop() {
        assert_eq!(mode(&folder), 0o700, "{folder:?}");
        for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    assert_eq!(files.len(), 5, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{file:?}");
    }
    let path = rig.file("comp_a");
    let Rig { dir, store, .. } = rig;
    drop(store);
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    open(dir.path()).unwrap().archive.load(&tenant_id("comp_a")).unwrap();
    assert_eq!(mode(&path), 0o600);
}

#[test]
fn a_removed_tenant_leaves_nothing_and_no_late_reader_brings_it_back() {
    let mut rig = Rig::new(&["comp_a", "comp_b"]);
    let a = tenant_id("comp_a");
    rig.keep(vec![(Moment(1), a.clone(), posted(vec![report("web", "cpu")]), Bytes::new())]);
    rig.store.history.alerts(&a, &Query::default(), ANYBODY, 1).unwrap();
    rig.keep(vec![(Moment(2), a.clone(), Input::TenantRemoved { by: Default::default() }, Bytes::new())]);
    rig.store.archive.settle().unwrap();
    assert!(matches!(rig.store.history.alerts(&a, &Query::default(), ANYBODY, 1), Err(StoreError::NoTenant)));
    assert!(matches!(rig.store.archive.load(&a), Err(StoreError::NoTenant)));
    assert_eq!(rig.store.archive.tenants().unwrap(), [tenant_id("comp_b")]);
    let left: Vec<_> =
        fs::read_dir(rig.dir.path().join("tenants")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["comp_b"]);
}

#[test]
fn a_removal_that_was_cut_short_is_finished_at_the_next_start() {
    let dir = closed();
    let tenants = dir.path().join("tenants");
    fs::rename(tenants.join("comp_a"), tenants.join(".removed-comp_a")).unwrap();
    let mut store = open(dir.path()).unwrap();
    assert!(!tenants.join(".removed-comp_a").exists());
    assert_eq!(store.archive.tenants().unwrap(), [tenant_id("comp_b")]);
}

#[test]
fn what_is_settled_is_in_the_file_itself_also_past_a_reader() {
    let mut rig = Rig::new(&["comp_a"]);
    let a = tenant_id("comp_a");
    rig.keep(vec![(Moment(1), a.clone(), posted(vec![report("web", "cpu")]), Bytes::new())]);
    rig.store.archive.settle().unwrap();
    let reader = Connection::open(rig.file("comp_a")).unwrap();
    let alone = |rig: &Rig| {
        let copy = tempfile::tempdir().unwrap();
        fs::copy(rig.file("comp_a"), copy.path().join("alerts.db")).unwrap();
        let db = Connection::open(copy.path().join("alerts.db")).unwrap();
        db.query_row("SELECT count(*) FROM alerts", [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert_eq!(alone(&rig), 1);
    reader.execute_batch("BEGIN; SELECT count(*) FROM alerts").unwrap();
    rig.keep(vec![(Moment(2), a.clone(), posted(vec![report("web", "cpu")]), Bytes::new())]);
    rig.store.archive.settle().unwrap();
    reader.execute_batch("COMMIT").unwrap();
    rig.keep(vec![(Moment(3), a, posted(vec![report("web", "cpu")]), Bytes::new())]);
    rig.store.archive.settle().unwrap();
    assert_eq!(alone(&rig), 3);
}

#[test]
fn a_file_that_is_just_being_made_belongs_to_no_tenant_yet() {
    let mut rig = Rig::new(&[]);
    let a = tenant_id("comp_a");
    std::fs::create_dir(rig.file("comp_a").parent().unwrap()).unwrap();
    std::fs::write(rig.file("comp_a"), "").unwrap();
    let early = rig.store.history.past_answer(&a, DeliveryKey([1; 16]), Moment(0));
    assert!(matches!(early, Err(StoreError::NoTenant)), "{early:?}");
    rig.keep(vec![(Moment(0), a.clone(), added("comp_a"), Bytes::new())]);
    assert_eq!(rig.store.history.past_answer(&a, DeliveryKey([1; 16]), Moment(0)).unwrap(), None);
}

#[test]
fn an_alert_that_time_alone_raised_may_be_written_twice() {
    use crate::core::change::Change;
    use crate::core::time::Span;
    let mut rig = Rig::new(&["a"]);
    let a = tenant_id("a");
    // The last alert of a block: its table of bits is made when it is written.
    let many = vec![report("cluster", "heartbeat"); 254];
    rig.keep(vec![(Moment(1), a.clone(), posted(many), Bytes::new())]);
    let missing = rig.advance(Moment(1) + Span::HOUR);
    let raised = |change: &Change| matches!(change, Change::AlertReceived(_));
    assert_eq!(missing.changes.iter().filter(|change| raised(change)).count(), 1);
    let again = |rig: &mut Rig| rig.store.archive.write(&missing).unwrap();
    again(&mut rig);
    let find = |rig: &Rig, word: &str| {
        let query = Query::parse(word).unwrap();
        let found = rig.store.history.alerts(&a, &query, ANYBODY, 500).unwrap();
        found.iter().map(|alert| alert.id.number).collect::<Vec<_>>()
    };
    assert_eq!(find(&rig, "heartbeat_missing"), [255]);
    // What is learnt of it later is not undone by its being written once more.
    rig.keep(vec![(Moment(2) + Span::HOUR, a.clone(), posted(vec![report("cluster", "heartbeat")]), Bytes::new())]);
    again(&mut rig);
    assert_eq!(find(&rig, "sig:heartbeat_missing"), [256, 255]);
    assert_eq!(rig.store.history.incident(&incident_id("a", 1)).unwrap().unwrap().id.number, 1);
    assert_eq!(rig.restarted().standing(&a), rig.core.standing(&a));
    assert_eq!(rig.store.archive.load(&a).unwrap().last_alert_at, Some(Moment(2) + Span::HOUR));
}
