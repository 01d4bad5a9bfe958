//! A full disk stops nobody for good; a damaged tenant stops alone, and what was taken for it is not lost.

use super::*;

fn store_error(link: &mut Link, wanted: bool) -> Option<String> {
    next(link, |piece| {
        let error = match piece {
            Feed::Pulse(pulse) => pulse.store_error,
            // For a seat that fell behind.
            Feed::Snapshot(snapshot) => snapshot.pulse.store_error,
            Feed::Changes(_) | Feed::Present(_) | Feed::Away(_) | Feed::Lost(_) => return None,
        };
        (error.is_some() == wanted).then_some(error)
    })
}

#[test]
fn a_full_disk_takes_nothing_is_seen_and_passes_by_itself() {
    let house = House::of(&["a"]);
    let running = house.start();
    let mut seat = running.handle().seat();
    let first = post("a", "one").and("two").signed(1);
    house.full.store(true, Ordering::Release);
    assert!(matches!(first.to(&running), Answered::Unavailable("the disk is full")));
    let said = store_error(&mut seat, true).unwrap();
    assert!(said.contains("full") && said.contains("make room"), "{said}");
    assert!(matches!(first.to(&running), Answered::Unavailable(_)));
    assert_eq!(set(&running, "a", "name", "Acme").unwrap_err().code, "unavailable");
    assert!(alerts(&running, "a").is_empty() && snapshot(&running).stream.is_empty());

    house.full.store(false, Ordering::Release);
    store_error(&mut seat, false);
    let told = stored(first.to(&running));
    assert_eq!(told.alerts.iter().map(|told| told.alert_id.number).collect::<Vec<_>>(), [1, 2]);
    assert!(matches!(first.to(&running), Answered::Duplicate(again, _) if again == told));
    assert_eq!(assets(&running, "a"), ["one", "two"]);
}

#[test]
fn an_archive_that_is_behind_refuses_nobody_soon_and_hides_nothing() {
    let house = House::of(&["a"]);
    let running = house.start();
    let mut seat = running.handle().seat();
    house.mood.full.store(true, Ordering::SeqCst);
    for n in 0..400 {
        stored(post("a", n).to(&running));
    }
    assert!(store_error(&mut seat, true).unwrap().contains("the file of a"));
    let listing = Listing { tenant: Some(tenant_id("a")), ..Listing::default() };
    assert_eq!(refusal(&running, Request::Alerts(listing)).code, "behind");

    // Large bodies fill the memory that it may take sooner.
    let refused = (0..20).find_map(|n| {
        let (mut intake, answer) = post("a", format!("large-{n}")).intake();
        intake.raw = vec![0; 4 << 20].into();
        running.handle().offer(intake).unwrap();
        match answer.blocking_recv().unwrap() {
            Answered::Unavailable(why) => Some((n, why)),
            _ => None,
        }
    });
    let (taken, why) = refused.unwrap();
    assert_eq!(why, "the store cannot keep up");
    house.mood.full.store(false, Ordering::SeqCst);
    store_error(&mut seat, false);
    assert_eq!(alerts(&running, "a").len(), 400 + taken);
    stored(post("a", "after").to(&running));
}

#[test]
fn a_file_that_is_damaged_while_nothing_runs_stops_its_tenant_alone() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    stored(post("a", "before").to(&running));
    running.stop();
    let good = std::fs::read(house.file("a")).unwrap();
    // What is taken now is in no tenant's file.
    house.mood.deaf.store(true, Ordering::SeqCst);
    let running = house.start();
    assert!(!running.handle().directory().any_unreadable());
    stored(post("a", "last").signed(1).to(&running));
    running.stop();
    house.mood.deaf.store(false, Ordering::SeqCst);
    damage(&house.file("a"));

    let running = house.start();
    let why = why_stopped(&snapshot(&running), "a").unwrap();
    assert!(why.contains("alerts.db is damaged") && why.contains("restore its folder from a backup"), "{why}");
    assert!(running.handle().directory().any_unreadable());
    assert!(matches!(post("a", "no").to(&running), Answered::Unavailable(_)));
    let new = NewTenant { id: tenant_id("a"), name: None, critical_assets: Vec::new(), aws: None };
    assert_eq!(refusal(&running, Request::TenantAdd(new)).code, "exists");
    stored(post("b", "goes on").to(&running));
    running.stop();

    // Mended: nothing that was acknowledged has left the inbox.
    std::fs::write(house.file("a"), good).unwrap();
    let running = house.start();
    assert_eq!(why_stopped(&snapshot(&running), "a"), None);
    assert_eq!(assets(&running, "a"), ["before", "last"]);
    assert!(matches!(post("a", "last").signed(1).to(&running), Answered::Duplicate(..)));
    assert_eq!(assets(&running, "b"), ["goes on"]);
}

#[test]
fn a_file_that_is_damaged_while_it_is_used_stops_its_tenant_alone() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    let mut seat = running.handle().seat();
    stored(post("b", "one").to(&running));
    damage(&house.file("a"));
    // Whether the look for an earlier answer finds it or the write that follows.
    drop(post("a", "one").signed(1).to(&running));
    let why = next(&mut seat, |piece| match piece {
        Feed::Changes(changes) => changes.iter().find_map(|published| match &published.change {
            Change::TenantStopped { id, reason } if id.as_str() == "a" => Some(reason.clone()),
            _ => None,
        }),
        _ => None,
    });
    assert!(why.contains("damaged"), "{why}");
    assert!(matches!(post("a", "two").signed(2).to(&running), Answered::Unavailable(_)));
    let listed = running.handle().directory().all();
    let stopped = |id: &str| listed.iter().find(|listed| listed.tenant.id.as_str() == id).unwrap().stopped.is_some();
    assert!(stopped("a") && !stopped("b"));
    stored(post("b", "two").to(&running));
    assert_eq!(assets(&running, "b"), ["one", "two"]);
}

#[test]
fn a_file_that_failed_once_does_not_go_on_after_the_gap() {
    let house = House::of(&["a"]);
    let running = house.start();
    let mut seat = running.handle().seat();
    house.mood.failing.store(true, Ordering::SeqCst);
    stored(post("a", "one").to(&running));
    next(&mut seat, |piece| match piece {
        Feed::Changes(changes) => {
            let stopped =
                |published: &crate::core::change::Published| matches!(published.change, Change::TenantStopped { .. });
            changes.iter().any(stopped).then_some(())
        }
        _ => None,
    });
    house.mood.failing.store(false, Ordering::SeqCst);
    // Time brings changes to the stopped tenant too.
    house.pass(Span::minutes(3 * 60));
    ask(&running, Request::Pulse).unwrap();
    running.stop();
    assert_eq!(assets(&house.start(), "a"), ["one"]);
}

#[test]
fn a_file_that_is_damaged_in_part_does_not_go_on_after_the_gap_either() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "before").to(&running));
    running.stop();
    house.mood.deaf.store(true, Ordering::SeqCst);
    let running = house.start();
    stored(post("a", "last").to(&running));
    running.stop();
    house.mood.deaf.store(false, Ordering::SeqCst);
    let rename = |from: &str, to: &str| {
        let file = rusqlite::Connection::open(house.file("a")).unwrap();
        file.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")).unwrap();
    };
    rename("runs", "elsewhere");
    let running = house.start();
    assert!(why_stopped(&snapshot(&running), "a").unwrap().contains("runs"));
    house.pass(Span::minutes(3 * 60));
    ask(&running, Request::Pulse).unwrap();
    running.stop();
    rename("elsewhere", "runs");
    assert_eq!(assets(&house.start(), "a"), ["before", "last"]);
}

#[test]
fn an_empty_file_is_a_new_tenants_only_when_the_inbox_has_it() {
    let house = House::new();
    house.mood.deaf.store(true, Ordering::SeqCst);
    let running = house.start();
    add(&running, "a");
    running.stop();
    house.mood.deaf.store(false, Ordering::SeqCst);
    for tenant in ["a", "b"] {
        std::fs::create_dir(house.dir.path().join("tenants").join(tenant)).unwrap();
        std::fs::write(house.file(tenant), "").unwrap();
    }
    let running = house.start();
    let shown = snapshot(&running);
    assert_eq!(why_stopped(&shown, "a"), None);
    assert!(why_stopped(&shown, "b").unwrap().contains("nothing in it"));
    stored(post("a", "one").to(&running));
}

#[test]
fn an_engine_that_cannot_start_says_why_to_everybody() {
    let open = || Err(StoreError::Failed { place: "inbox.db".into(), detail: "no such luck".into() });
    let clock: Clock = Arc::new(|| Moment(0));
    let running = start(
        open,
        Options {
            declared: Vec::new(),
            technicians: Vec::new(),
            public_url: String::new(),
            clock,
            people: People::default(),
            own_log: OwnLog::default(),
        },
    )
    .unwrap();
    let why = next(&mut running.handle().seat(), |piece| match piece {
        Feed::Lost(why) => Some(why),
        _ => None,
    });
    assert_eq!(why, "inbox.db: no such luck");
    assert_eq!(refusal(&running, Request::Pulse).message, why);
    assert!(post("a", "one").offer(&running).blocking_recv().is_err());
}

#[test]
fn a_file_that_knows_of_a_later_time_sets_nobodys_clock() {
    let house = House::of(&["a", "b"]);
    // As one may be that was restored from another host.
    let db = rusqlite::Connection::open(house.file("a")).unwrap();
    let later = house.clock.load(Ordering::SeqCst) + Span::hours(70_000).0;
    assert_eq!(db.execute("UPDATE progress SET last_alert_at = ?1", [later]).unwrap(), 1);
    drop(db);
    let running = house.start();
    stored(post("b", "one").to(&running));
    assert_eq!(alerts(&running, "b")[0].received_at.0, house.clock.load(Ordering::SeqCst));
}
