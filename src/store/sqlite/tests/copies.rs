//! Tenants taken out and in: a copy is all of it or refused, whatever becomes of the file and wherever a crash falls; nothing is left
//! of one that is erased.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use proptest::prelude::*;
use rusqlite::Connection;
use sha2::Digest as _;

use super::super::schema;
use super::*;
use crate::core::audit::{Head, Sealed};
use crate::store::bundle::{Manifest, Member, whose};
use crate::store::{Kept, StoreError};

/// What can't be in another tenant's things.
const MARK: &str = "zephyr";

fn acme() -> TenantId {
    tenant_id("comp_acme")
}

/// A tenant with something in nearly every table, a recording, and a log; and another one.
fn rig() -> Rig {
    let mut rig = Rig::new(&["comp_acme", "comp_acme-2026"]);
    let marked = report(&format!("{MARK}-db"), "disk_full");
    let raw = Bytes::from(format!("{{\"asset_name\":\"{MARK}-db\"}}"));
    let mut delivery = delivery(vec![marked.clone(), report("web", "cpu")]);
    (delivery.delivery_id, delivery.keys) = (Some(format!("{MARK}-1")), vec![DeliveryKey([7; 16])]);
    rig.keep(vec![
        (Moment(1_000), acme(), Input::Delivery(delivery), raw.clone()),
        (Moment(1_500), acme(), posted(vec![marked]), raw),
        (Moment(2_000), acme(), act(1, Act::Note { text: format!("{MARK} again") }), Bytes::new()),
        (Moment(2_500), acme(), unreadable(DeliveryKey([8; 16])), Bytes::from_static(b"\xff not JSON")),
        (Moment(3_000), tenant_id("comp_acme-2026"), posted(vec![report("mail", "queue")]), Bytes::new()),
    ]);
    let entry = |number: u64| {
        let text = format!(
            "{{\"number\":{number},\"at\":\"2026-11-22T03:12:40.000Z\",\"who\":\"priya\",\"what\":\"{MARK}\",\"on\":\"x\",\"outcome\":\"done\",\"previous\":\"\",\"hash\":\"h{number}\"}}"
        );
        (acme(), Sealed { number, text })
    };
    let audited = vec![entry(1), entry(2)];
    rig.store.archive.write(&Batch { up_to: rig.seq, audited, ..Batch::default() }).unwrap();
    rig.store.archive.settle().unwrap();
    let recordings = rig.file("comp_acme").with_file_name("recordings");
    fs::create_dir(&recordings).unwrap();
    fs::write(recordings.join("comp_acme-s1.cast"), format!("{{\"version\":2}}\n[0.1,\"o\",\"{MARK}\"]\n")).unwrap();
    fs::write(recordings.join("notes.txt"), "nobody's recording").unwrap();
    rig
}

fn backed_up(rig: &Rig) -> (tempfile::TempDir, PathBuf, String) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("acme.tar");
    let digest = rig.store.copies.backup(&acme(), Moment(9_000), &file).unwrap();
    (dir, file, digest)
}

fn exported(store: &Opened) -> (String, String) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("acme.jsonl");
    let digest = store.copies.export(&acme(), &file).unwrap();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    (digest, fs::read_to_string(file).unwrap())
}

/// Another host.
fn elsewhere() -> (tempfile::TempDir, Opened) {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path()).unwrap();
    (dir, store)
}

fn taken_in(store: &mut Opened, file: &Path, up_to: u64) -> Result<Kept, StoreError> {
    store.copies.stage(&acme(), file)?;
    store.archive.take_in(&acme(), up_to)
}

/// Every file of a folder that has a text in it.
fn with_text(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(with_text(&path, text));
        } else if fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()) {
            found.push(path);
        }
    }
    found
}

#[test]
fn a_tenant_is_the_same_on_another_host_and_its_numbers_go_on_there() {
    let mut rig = rig();
    let (_dir, file, digest) = backed_up(&rig);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(whose(File::open(&file).unwrap()).unwrap(), acme());
    let (before, text) = exported(&rig.store);
    assert_eq!(before, digest);
    for kind in [
        "tenant",
        "credentials",
        "incident",
        "timeline",
        "alert",
        "delivery",
        "answer",
        "key",
        "put_aside",
        "audit",
        "recording",
    ] {
        assert!(text.contains(&format!("\"of\":\"{kind}\"")), "{kind} is not tried");
    }
    assert!(!text.contains("planted-secret") && !text.contains("nobody's") && text.contains(MARK));
    // The copy has all that there is, also when nobody has carried it over.
    assert!(rig.store.copies.place().read_dir().unwrap().next().is_none());

    let (dir, mut store) = elsewhere();
    let kept = taken_in(&mut store, &file, 41).unwrap();
    let known = rig.store.archive.load(&acme()).unwrap();
    assert_eq!(kept.watermark, 41);
    assert_eq!((kept.loaded, kept.last_alert_at, kept.audited), (known.loaded, known.last_alert_at, known.audited));
    assert_eq!(exported(&store).0, digest);
    let answer = |store: &Opened| store.history.past_answer(&acme(), DeliveryKey([7; 16]), Moment(4_000)).unwrap();
    assert!(answer(&store).is_some() && answer(&store) == answer(&rig.store));
    let head = fs::read_to_string(dir.path().join("audit/comp_acme.head")).unwrap();
    assert_eq!(serde_json::from_str::<Head>(&head).unwrap(), Head { number: 2, hash: "h2".into() });
    assert!(!dir.path().join("tenants/comp_acme/audit.head").exists());
    drop(store);
    let mut store = open(dir.path()).unwrap();
    assert_eq!((store.archive.load(&acme()).unwrap().watermark, exported(&store).0), (41, digest));
}

#[test]
fn one_that_is_replaced_is_another_and_its_log_is_kept() {
    let mut rig = rig();
    let (_dir, file, digest) = backed_up(&rig);
    rig.keep(vec![(Moment(5_000), acme(), posted(vec![report("later", "x")]), Bytes::new())]);
    assert_ne!(exported(&rig.store).0, digest);
    let up_to = rig.seq;
    taken_in(&mut rig.store, &file, up_to).unwrap();
    rig.store.copies.clear_away(&acme()).unwrap();
    assert_eq!(exported(&rig.store).0, digest);
    let log = fs::read_to_string(rig.dir.path().join("audit/comp_acme-2026-11-22T031240.000Z.jsonl")).unwrap();
    assert_eq!(log.lines().count(), 2);
    let names: Vec<_> =
        rig.dir.path().join("tenants").read_dir().unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    // What was applied before belongs to the one that was replaced, wherever a restart falls.
    assert_eq!(
        rig.restarted().tenant(&acme()),
        Some(&Arc::new(rig.store.archive.load(&acme()).unwrap().loaded.tenant))
    );
    assert!(rig.restarted().incidents(&acme()).all(|incident| incident.asset_name != "later"));
}

#[test]
fn a_crash_leaves_the_old_one_or_the_new_one() {
    let rig = rig();
    let (_dir, file, digest) = backed_up(&rig);
    // After each step of taking it in, in a data folder of another host that has a tenant of that id.
    for step in 0..4 {
        let dir = tempfile::tempdir().unwrap();
        {
            let mut store = open(dir.path()).unwrap();
            taken_in(&mut store, &file, 41).unwrap();
            store.copies.stage(&acme(), &file).unwrap();
        }
        let tenants = dir.path().join("tenants");
        let rename = |from: &str, to: &str| fs::rename(tenants.join(from), tenants.join(to)).unwrap();
        fs::write(tenants.join("comp_acme/old"), "the old one").unwrap();
        if step >= 1 {
            rename(".staged-comp_acme", ".ready-comp_acme");
        }
        if step >= 2 {
            rename("comp_acme", ".removed-comp_acme");
        }
        if step >= 3 {
            rename(".ready-comp_acme", "comp_acme");
        }
        let store = open(dir.path()).unwrap();
        assert_eq!(exported(&store).0, digest, "{step}");
        assert_eq!(tenants.join("comp_acme/old").exists(), step == 0, "{step}");
        drop(store);
        let left: Vec<_> = tenants.read_dir().unwrap().map(|one| one.unwrap().file_name()).collect();
        assert_eq!(left, ["comp_acme"], "{step}");
    }
}

#[test]
fn a_file_that_is_cut_off_or_changed_is_refused_with_words_and_nothing_is_restored() {
    let rig = rig();
    let (dir, file, _) = backed_up(&rig);
    let whole = fs::read(&file).unwrap();
    let bad = dir.path().join("bad.tar");
    let (host, store) = elsewhere();
    let refused = |bytes: &[u8]| {
        fs::write(&bad, bytes).unwrap();
        let refused = store.copies.stage(&acme(), &bad);
        let left: Vec<_> = host.path().join("tenants").read_dir().unwrap().collect();
        assert!(left.is_empty() || refused.is_ok(), "{left:?}");
        store.copies.unstage(&acme()).unwrap();
        refused.err().map(|error| {
            assert!(matches!(error, StoreError::Unfit { .. }), "{error:?}");
            error.to_string()
        })
    };
    assert_eq!(refused(&whole), None);
    assert!(refused(b"").is_some() && refused(b"not a tar").is_some() && refused(&[0; 4_096]).is_some());
    let strategy = (0..whole.len(), any::<u8>(), any::<bool>());
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig { cases: 48, ..ProptestConfig::default() });
    runner
        .run(&strategy, |(at, byte, cut)| {
            let mut changed = whole.clone();
            if cut {
                changed.truncate(at);
            } else {
                changed[at] ^= byte.max(1);
            }
            // What stands between the files, and after them, is the tar's own: it is no part of the tenant.
            if let Some(words) = refused(&changed) {
                prop_assert!(words.starts_with("nothing was restored from this file: "), "{words}");
            } else {
                prop_assert!(!cut || at > whole.len() - 1_024 || changed.len() == whole.len());
            }
            Ok(())
        })
        .unwrap();
    // Each file's own bytes: always refused.
    for needle in [&b"\"tenant\""[..], b"SQLite format 3", b"\"version\":2", b"\"hash\":\"h2\""] {
        let at = whole.windows(needle.len()).position(|part| part == needle).unwrap();
        let mut changed = whole.clone();
        changed[at + 3] ^= 1;
        assert!(refused(&changed).is_some(), "{}", String::from_utf8_lossy(needle));
        assert!(refused(&whole[..at + 3]).is_some());
    }
}

/// A file that begins as a copy does.
fn beginning(file: &Path, manifest: &serde_json::Value, more: &[(&str, &[u8])]) {
    let text = manifest.to_string();
    let hash = hex::encode(sha2::Sha256::digest(&text));
    let mut tar = tar::Builder::new(File::create(file).unwrap());
    let first: [(&str, &[u8]); 2] = [("manifest.json", text.as_bytes()), ("manifest.sha256", hash.as_bytes())];
    for (name, bytes) in first.iter().chain(more) {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap().flush().unwrap();
}

#[test]
fn a_file_of_another_tenant_version_or_program_is_refused() {
    let rig = rig();
    let (dir, file, _) = backed_up(&rig);
    let (_host, store) = elsewhere();
    let words = |file: &Path, tenant: &str| store.copies.stage(&tenant_id(tenant), file).unwrap_err().to_string();
    assert!(words(&file, "comp_b").ends_with("it is of comp_acme, not of comp_b"));

    let bad = dir.path().join("bad.tar");
    let known = i64::try_from(schema::TENANT.len()).unwrap();
    let member = |name: &str, bytes: &[u8]| {
        let sha256 = hex::encode(sha2::Sha256::digest(bytes));
        Member { name: name.into(), bytes: bytes.len() as u64, sha256 }
    };
    let of = |schema: i64, files: Vec<Member>, more: &[(&str, &[u8])]| {
        let manifest = Manifest::new(&acme(), Moment(1), schema, String::new(), files);
        beginning(&bad, &serde_json::to_value(manifest).unwrap(), more);
        words(&bad, "comp_acme")
    };
    assert!(of(known + 1, Vec::new(), &[]).contains("made by a later version, alert-whisperer "));
    let newer = serde_json::json!({ "format": 2, "made_by": "alert-whisperer 9.9\u{1b}[2J", "of": "comp_acme" });
    beginning(&bad, &newer, &[]);
    assert!(words(&bad, "comp_acme").contains("a later version, alert-whisperer 9.9[2J; install that one"));

    assert!(of(known, Vec::new(), &[]).ends_with("there is no database in it"));
    assert!(of(known, Vec::new(), &[("x", b"x")]).ends_with("there are files in it that it does not name"));
    let garbage = b"garbage ".repeat(1_024);
    let damaged = of(known, vec![member("alerts.db", &garbage)], &[("alerts.db", &garbage)]);
    assert!(damaged.ends_with("its database is damaged"), "{damaged}");
    for name in ["../evil", "recordings/../../evil", "recordings/comp_b-s1.cast", "/etc/evil", "alerts.db-wal"] {
        let words = of(known, vec![member(name, b"x")], &[]);
        assert!(words.ends_with("it names a file that no tenant has"), "{name}: {words}");
    }
    // A database of ours with something more in it, which would be carried out when it is written to.
    let own = |version: usize, sql: &str| {
        let database = dir.path().join("alerts.db");
        drop(fs::remove_file(&database));
        let db = Connection::open(&database).unwrap();
        schema::TENANT.iter().take(version).for_each(|step| db.execute_batch(step).unwrap());
        db.execute_batch(sql).unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        drop(db);
        let bytes = fs::read(&database).unwrap();
        of(known, vec![member("alerts.db", &bytes)], &[("alerts.db", &bytes)])
    };
    let newest = schema::TENANT.len();
    let extra = [
        "CREATE TRIGGER t AFTER INSERT ON alerts BEGIN DELETE FROM keys; END",
        // What a step towards the newest version stumbles over is found before it is taken.
        "CREATE TRIGGER t BEFORE UPDATE ON progress BEGIN SELECT raise(ABORT, 'x'); END; DROP TABLE alerts",
        "CREATE VIEW v AS SELECT * FROM alerts",
    ];
    for (version, sql) in (1..=newest).flat_map(|version| extra.map(|sql| (version, sql))) {
        let words = own(version, sql);
        assert!(words.ends_with("its database has other tables than ours"), "{version} {sql}: {words}");
    }
    assert!(own(newest, "").ends_with("there is no tenant in it"));
    assert!(own(0, "").ends_with("its database is damaged"));
}

#[test]
fn nothing_is_left_of_a_tenant_that_is_erased_and_everything_of_the_others() {
    let mut rig = rig();
    // Applied, and not carried over yet: it is in the inbox, and was in pages of it that are free by now.
    rig.apply(vec![(Moment(6_000), acme(), posted(vec![report(&format!("{MARK}-late"), "x")]), Bytes::new())]);
    fs::write(rig.dir.path().join("audit/comp_acme-2026-11-22T031240.000Z.jsonl"), MARK).unwrap();
    fs::write(rig.dir.path().join("audit/comp_acme-2026.head"), "the other's").unwrap();
    fs::write(rig.dir.path().join("inbox.db.schema-1"), MARK).unwrap();
    let data = rig.dir.path().to_owned();
    assert!(with_text(&data, MARK).len() > 3);
    rig.store.inbox.forget(3, &[]).unwrap();
    let last = rig.store.inbox.last_seq().unwrap();
    rig.store.archive.erase(&acme()).unwrap();
    assert_eq!(rig.store.copies.erasing().unwrap(), [acme()]);
    rig.store.inbox.erase(&acme()).unwrap();
    rig.store.copies.clear_away(&acme()).unwrap();
    rig.store.copies.erased(&acme()).unwrap();
    for text in [MARK, "disk_full", "\"comp_acme\"", "comp_acme-s1"] {
        assert_eq!(with_text(&data, text), Vec::<PathBuf>::new(), "{text}");
    }
    assert!(rig.store.copies.erasing().unwrap().is_empty());
    assert_eq!(rig.store.inbox.last_seq().unwrap(), last, "a number is never used again");
    assert_eq!(rig.store.archive.tenants().unwrap(), [tenant_id("comp_acme-2026")]);
    assert!(data.join("audit/comp_acme-2026.head").exists());
    let mut left = Vec::new();
    rig.store.inbox.replay(&mut |written| left.push(written.entry.tenant)).unwrap();
    assert!(!left.contains(&acme()) && !left.is_empty());
    assert!(matches!(rig.store.copies.export(&acme(), &data.join("x")), Err(StoreError::NoTenant)));
}

#[test]
fn a_file_of_each_older_version_is_brought_forward_and_kept_as_it_was() {
    let rig = rig();
    let newest = rig.file("comp_acme");
    let (_, text) = exported(&rig.store);
    let lines = |text: &str, kinds: &[&str]| -> Vec<String> {
        let of = |line: &&str| kinds.iter().any(|kind| line.contains(&format!("\"of\":\"{kind}\"")));
        text.lines().filter(of).map(str::to_owned).collect()
    };
    for version in 1..schema::TENANT.len() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("tenants/comp_acme");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("alerts.db");
        let db = Connection::open(&file).unwrap();
        schema::TENANT[..version].iter().for_each(|step| db.execute_batch(step).unwrap());
        db.execute_batch("DELETE FROM progress").unwrap();
        db.execute("ATTACH ?1 AS newest", [newest.to_str().unwrap()]).unwrap();
        let tables: Vec<String> = {
            let mut select = db.prepare("SELECT name FROM main.sqlite_schema WHERE type = 'table'").unwrap();
            select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        for table in tables {
            let columns: Vec<String> = {
                let mut select = db.prepare(&format!("SELECT name FROM pragma_table_info('{table}', 'main')")).unwrap();
                select.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
            };
            let columns = columns.join(",");
            db.execute_batch(&format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newest.{table}"))
                .unwrap();
        }
        db.execute_batch("DETACH newest").unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        drop(db);
        fs::write(folder.join("alerts.db.schema-0"), "of the time before").unwrap();

        let mut store = open(dir.path()).unwrap();
        let kept = store.archive.load(&acme()).unwrap();
        assert_eq!((kept.loaded.next_alert, kept.loaded.next_incident, kept.loaded.keys.len()), (5, 4, 3), "{version}");
        let always =
            ["tenant", "credentials", "incident", "timeline", "alert", "delivery", "answer", "key", "put_aside"];
        let (_, forward) = exported(&store);
        assert_eq!(lines(&forward, &always), lines(&text, &always), "{version}");

        let older = folder.join(format!("alerts.db.schema-{version}"));
        assert_eq!(fs::metadata(&older).unwrap().permissions().mode() & 0o777, 0o600);
        let found: usize =
            Connection::open(&older).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(found, version);
        let mut names: Vec<_> =
            folder.read_dir().unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
        names.sort();
        assert_eq!(names, ["alerts.db".to_owned(), format!("alerts.db.schema-{version}")]);
        // Put back, it is what it was before.
        drop(store);
        fs::rename(&older, &file).unwrap();
        let mut store = open(dir.path()).unwrap();
        assert_eq!(store.archive.load(&acme()).unwrap().loaded.next_alert, 4);
    }
}

#[test]
fn what_tar_has_besides_files_is_not_read_into_memory() {
    let rig = rig();
    let (dir, file, _) = backed_up(&rig);
    let (_host, store) = elsewhere();
    let whole = fs::read(&file).unwrap();
    for kind in [tar::EntryType::GNULongName, tar::EntryType::GNULongLink, tar::EntryType::XHeader] {
        let mut before = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        let said: &[u8] = if kind == tar::EntryType::XHeader { b"22 path=manifest.json\n" } else { b"manifest.json\0" };
        header.set_size(said.len() as u64);
        before.append_data(&mut header, "long", said).unwrap();
        let mut bytes = before.into_inner().unwrap();
        // Without the two blocks at its end.
        bytes.truncate(bytes.len() - 1_024);
        bytes.extend(&whole);
        let bad = dir.path().join("bad.tar");
        fs::write(&bad, &bytes).unwrap();
        let words = store.copies.stage(&acme(), &bad).unwrap_err().to_string();
        assert!(words.ends_with("it does not begin with a manifest"), "{kind:?}: {words}");
        assert!(whose(&bytes[..]).is_err());
    }
}
