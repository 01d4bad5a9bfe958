//! Tenants as a whole, while everybody is at work: copies, restoring, erasing.

use super::*;
use crate::core::audit::Entry;
use crate::core::credentials::Secret;
use crate::core::person::Scope;
use crate::core::role::Role;
use crate::link::house::{House as What, Housed, Made};
use crate::link::people::Ask;
use crate::link::session::Blob;

fn of(running: &Running, house: What) -> Result<Housed, Refusal> {
    of_tenant(running, "a", house)
}

fn of_tenant(running: &Running, tenant: &str, house: What) -> Result<Housed, Refusal> {
    match ask(running, Request::House { tenant: tenant_id(tenant), house })? {
        Reply::Housed(housed) => Ok(housed),
        other => panic!("{other:?}"),
    }
}

/// A file that was made, and all of it.
fn made(running: &Running, what: What) -> (Made, Vec<u8>) {
    let Housed::Made(made) = of(running, what).unwrap() else { panic!() };
    let mut whole = Vec::new();
    loop {
        let from = whole.len() as u64;
        let Housed::Part(Blob(part)) = of(running, What::Fetch { file: made.file, from }).unwrap() else { panic!() };
        if part.is_empty() {
            break;
        }
        whole.extend(part);
    }
    assert_eq!(whole.len() as u64, made.bytes);
    of(running, What::Drop { file: made.file }).unwrap();
    (made, whole)
}

fn restore(running: &Running, copy: &[u8], replace: bool) -> Result<String, Refusal> {
    let Housed::Brought(file) = of(running, What::Bring { replace })? else { panic!() };
    for (n, part) in copy.chunks(100_000).enumerate() {
        let from = n as u64 * 100_000;
        of(running, What::Put { file, from, part: Blob(part.to_vec()) })?;
    }
    match of(running, What::Restore { file, replace })? {
        Housed::Restored { digest } => Ok(digest),
        other => panic!("{other:?}"),
    }
}

fn own_log(running: &Running) -> Vec<String> {
    let Reply::Audit(log) = ask(running, Request::People(Ask::Log { from: 1, limit: 1_000 })).unwrap() else {
        panic!()
    };
    log.iter().map(|entry| serde_json::from_str::<Entry>(entry).unwrap().record.what).collect()
}

#[test]
fn a_tenant_that_was_removed_is_restored_as_it_was_under_everybodys_eyes() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    let mut seat = running.handle().seat();
    stored(post("a", "one").signed(1).to(&running));
    stored(post("a", "two").and("three").named(2).to(&running));
    let before = kept(snapshot(&running));
    let (copy, bytes) = made(&running, What::Backup);
    let refused = restore(&running, &bytes, false).unwrap_err();
    assert_eq!(refused.code, "exists");

    ask(&running, Request::TenantRemove { id: tenant_id("a") }).unwrap();
    assert!(matches!(post("a", "late").to(&running), Answered::Unavailable(_)));
    assert_eq!(restore(&running, &bytes, false).unwrap(), copy.digest);
    let after = kept(snapshot(&running));
    assert_eq!(after, before);
    next(&mut seat, |piece| match piece {
        Feed::Snapshot(snapshot) => (kept(*snapshot) == before).then_some(()),
        _ => None,
    });
    // Retries are known again, numbers go on.
    assert!(matches!(post("a", "one").signed(1).to(&running), Answered::Duplicate(..)));
    assert!(matches!(post("a", "two").and("three").named(2).to(&running), Answered::Duplicate(..)));
    let (export, text) = made(&running, What::Export);
    assert_eq!((export.sha256.as_str(), export.digest.as_str()), (copy.digest.as_str(), copy.digest.as_str()));
    assert!(text.ends_with(b"\n"));
    let receipts = stored(post("a", "four").to(&running));
    assert_eq!(receipts.alerts[0].alert_id.number, 4);
    running.stop();

    let running = house.start();
    assert_eq!(assets(&running, "a"), ["one", "two", "three", "four"]);
    assert_eq!(
        own_log(&running),
        ["tenant.add", "tenant.add", "tenant.backup", "tenant.remove", "tenant.restore", "tenant.export"]
    );
}

#[test]
fn a_damaged_tenant_is_replaced_by_its_copy_and_takes_alerts_again() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    stored(post("a", "one").to(&running));
    let (copy, bytes) = made(&running, What::Backup);
    stored(post("a", "gone").to(&running));
    running.stop();
    damage(&house.file("a"));
    let running = house.start();
    assert!(why_stopped(&snapshot(&running), "a").is_some());
    assert_eq!(of(&running, What::Backup).unwrap_err().code, "no_such_tenant");
    assert_eq!(restore(&running, &bytes, false).unwrap_err().code, "exists");
    assert_eq!(restore(&running, &bytes, true).unwrap(), copy.digest);
    assert_eq!(why_stopped(&snapshot(&running), "a"), None);
    stored(post("a", "two").to(&running));
    stored(post("b", "other").to(&running));
    assert_eq!(assets(&running, "a"), ["one", "two"]);
    running.stop();
    assert_eq!(assets(&house.start(), "a"), ["one", "two"]);
}

#[test]
fn a_file_is_brought_in_turn_and_is_one_tenants() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    let code = |result: Result<Housed, Refusal>| result.unwrap_err().code;
    let (_, bytes) = made(&running, What::Backup);
    let Housed::Brought(file) = of(&running, What::Bring { replace: true }).unwrap() else { panic!() };
    let put = |from: u64, part: &[u8]| of(&running, What::Put { file, from, part: Blob(part.to_vec()) });
    assert_eq!(code(put(5, b"x")), "out_of_turn");
    put(0, &bytes[..50_000]).unwrap();
    assert_eq!(code(put(0, &bytes[..50_000])), "out_of_turn");
    assert_eq!(code(of_tenant(&running, "b", What::Restore { file, replace: true })), "no_such_file");
    assert_eq!(code(of(&running, What::Fetch { file, from: 0 })), "no_such_file");
    // It is cut off, and gone once it was judged.
    assert_eq!(code(of(&running, What::Restore { file, replace: true })), "unfit");
    assert_eq!(code(put(50_000, b"x")), "no_such_file");
    let Housed::Made(copy) = of(&running, What::Backup).unwrap() else { panic!() };
    assert_eq!(code(of_tenant(&running, "b", What::Fetch { file: copy.file, from: 0 })), "no_such_file");
    assert_eq!(code(of_tenant(&running, "b", What::Drop { file: copy.file })), "no_such_file");
    // Nobody fetches them: there are not more and more of them.
    let refused = (0..20).find_map(|_| of(&running, What::Backup).err());
    assert_eq!(refused.unwrap().code, "unavailable");
    let Reply::Audit(log) = ask(&running, Request::People(Ask::Log { from: 0, limit: 100 })).unwrap() else { panic!() };
    assert!(log.iter().any(|entry| entry.contains("\"what\":\"tenant.backup\"") && entry.contains("priya")));
}

#[test]
fn an_erased_tenant_is_gone_for_everybody_and_leaves_one_line() {
    let house = House::of(&["a", "b"]);
    let seats = house.dir.path().join("seats");
    std::fs::create_dir(&seats).unwrap();
    std::fs::write(seats.join("priya.toml"), "narrowed = \"a\"\nzoomed = true\n").unwrap();
    let running = house.start();
    let person = Ask::Add {
        name: "ann".into(),
        role: Role::Lead,
        tenants: Scope::Some([tenant_id("a"), tenant_id("b")].into()),
    };
    ask(&running, Request::People(person)).unwrap();
    stored(post("a", "zephyr").signed(1).to(&running));
    stored(post("b", "other").to(&running));
    let mut seat = running.handle().seat();
    let (_, bytes) = made(&running, What::Backup);
    assert_eq!(of(&running, What::Erase).unwrap(), Housed::Done);
    next(&mut seat, |piece| match piece {
        Feed::Changes(changes) => {
            changes.iter().any(|one| matches!(one.change, Change::TenantRemoved { .. })).then_some(())
        }
        _ => None,
    });
    assert!(matches!(post("a", "late").to(&running), Answered::Unavailable(_)));
    assert_eq!(of(&running, What::Erase).unwrap_err().code, "no_such_tenant");
    assert_eq!(own_log(&running)[2..], ["person.add", "tenant.backup", "tenant.erase"]);
    let people = running.handle().people().book().person("ann").cloned().unwrap();
    assert_eq!(people.tenants, Scope::Some([tenant_id("b")].into()));
    assert_eq!(std::fs::read_to_string(seats.join("priya.toml")).unwrap(), "zoomed = true\n");
    assert_eq!(assets(&running, "b"), ["other"]);
    assert_eq!(found(house.dir.path(), "zephyr"), 0);
    // Its id is free again, for its copy too.
    restore(&running, &bytes, false).unwrap();
    assert_eq!(assets(&running, "a"), ["zephyr"]);
    running.stop();
    assert_eq!(assets(&house.start(), "a"), ["zephyr"]);
}

/// Files that have a text in them.
fn found(folder: &Path, text: &str) -> usize {
    let of = |entry: std::fs::DirEntry| match entry.path() {
        path if path.is_dir() => found(&path, text),
        path => usize::from(String::from_utf8_lossy(&std::fs::read(path).unwrap()).contains(text)),
    };
    std::fs::read_dir(folder).unwrap().map(|entry| of(entry.unwrap())).sum()
}

#[test]
fn erasing_that_was_cut_short_is_finished_before_anything_else() {
    let house = House::of(&["a", "b"]);
    house.mood.deaf.store(true, Ordering::SeqCst);
    let running = house.start();
    // In the inbox only.
    stored(post("a", "zephyr").to(&running));
    running.stop();
    house.mood.deaf.store(false, Ordering::SeqCst);
    assert!(found(house.dir.path(), "zephyr") > 0);
    std::fs::write(house.dir.path().join("tenants/.erasing-a"), "").unwrap();
    let running = house.start();
    assert_eq!(snapshot(&running).tenants.iter().map(|part| part.id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(found(house.dir.path(), "zephyr"), 0);
    assert!(!house.dir.path().join("tenants/.erasing-a").exists());
}

#[test]
fn what_the_file_declares_is_not_erased_and_holds_over_what_is_restored() {
    let mut house = House::of(&["a"]);
    let running = house.start();
    set(&running, "a", "correlation.time_window_minutes", "5").unwrap();
    let (_, bytes) = made(&running, What::Backup);
    running.stop();
    let placed =
        |value: &str, line: u32| declared::Placed { value: value.into(), place: format!("config.toml:{line}") };
    house.declared = vec![Declared {
        id: tenant_id("a"),
        name: None,
        settings: [("correlation.time_window_minutes".to_owned(), placed("7", 3))].into(),
        hmac: Some((Secret::new("a-secret-from-a-file"), "config.toml:4".into())),
    }];
    let running = house.start();
    assert_eq!(of(&running, What::Erase).unwrap_err().code, "pinned");
    restore(&running, &bytes, true).unwrap();
    let tenant = snapshot(&running).tenants[0].tenant.clone().unwrap();
    assert_eq!(tenant.settings.correlation.time_window_minutes, 7);
}

#[test]
fn one_tenants_copies_leave_room_for_anothers() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    let bring = |tenant| of_tenant(&running, tenant, What::Bring { replace: true });
    let Housed::Brought(first) = bring("a").unwrap() else { panic!() };
    bring("a").unwrap();
    assert_eq!(bring("a").unwrap_err().code, "unavailable");
    bring("b").unwrap();
    of(&running, What::Drop { file: first }).unwrap();
    bring("a").unwrap();
}
