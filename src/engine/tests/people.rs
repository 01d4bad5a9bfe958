//! The book of people as the engine keeps it: what is on record, who is told, who may not be left out.

use std::net::IpAddr;

use super::*;
use crate::core::audit::Entry;
use crate::core::person::{Claims, Person, Scope};
use crate::core::role::Role;
use crate::engine::seats::Seating;
use crate::link::Standing;
use crate::link::people::{Ask, NewToken, Told};
use crate::people::Refused;

fn people(running: &Running, ask: Ask) -> Result<Told, Refusal> {
    match super::ask(running, Request::People(ask))? {
        Reply::People(told) => Ok(told),
        Reply::Done => Ok(Told::List(Vec::new())),
        other => panic!("{other:?}"),
    }
}

fn asked_as(running: &Running, standing: Standing, who: &str, ask: Ask) -> Result<Reply, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let caller = running.handle().caller().with(standing, None);
    runtime.block_on(caller.ask(&Actor::named(who), Request::People(ask)))
}

fn put(name: &str, role: Role, tenants: Scope) -> Ask {
    Ask::Add { name: name.into(), role, tenants }
}

fn one(tenant: &str) -> Scope {
    Scope::Some([tenant_id(tenant)].into())
}

fn token(running: &Running, name: &str) -> NewToken {
    match people(running, Ask::Token { name: name.into(), ttl_seconds: 3_600 }).unwrap() {
        Told::Token(made) => made,
        other => panic!("{other:?}"),
    }
}

/// What is on the engine's own record.
fn own_log(running: &Running) -> Vec<Entry> {
    let asked = super::ask(running, Request::People(Ask::Log { from: 1, limit: 1_000 })).unwrap();
    let Reply::Audit(entries) = asked else { panic!() };
    entries.iter().map(|entry| serde_json::from_str(entry).unwrap()).collect()
}

fn on_record(running: &Running) -> Vec<String> {
    own_log(running)
        .into_iter()
        .map(|Entry { record, .. }| format!("{} {} {}", record.who, record.what, record.on))
        .collect()
}

/// The roles in a tenant's panel.
fn roles(running: &Running, tenant: &str) -> Vec<(String, Role)> {
    let parts = snapshot(running).tenants;
    let part = parts.iter().find(|part| part.id.as_str() == tenant).unwrap();
    part.people.iter().map(|(name, role)| (name.clone(), *role)).collect()
}

#[test]
fn each_tenant_hears_who_may_know_of_it_at_once_and_after_a_restart() {
    let house = House::new();
    let running = house.start();
    for tenant in ["a", "b"] {
        add(&running, tenant);
    }
    people(&running, put("ann", Role::Admin, Scope::All)).unwrap();
    people(&running, put("sam", Role::Viewer, one("a"))).unwrap();
    let both = vec![("ann".to_owned(), Role::Admin), ("sam".to_owned(), Role::Viewer)];
    assert_eq!((roles(&running, "a"), roles(&running, "b")), (both.clone(), both[..1].to_vec()));
    let set = Ask::Set { name: "sam".into(), role: Some(Role::Lead), tenants: Some(one("b")) };
    people(&running, set).unwrap();
    let moved = vec![("ann".to_owned(), Role::Admin), ("sam".to_owned(), Role::Lead)];
    assert_eq!((roles(&running, "a"), roles(&running, "b")), (both[..1].to_vec(), moved.clone()));
    add(&running, "c");
    assert_eq!(roles(&running, "c"), both[..1], "one that comes later too");
    running.stop();
    let running = house.start();
    assert_eq!((roles(&running, "a"), roles(&running, "b")), (both[..1].to_vec(), moved));
    people(&running, Ask::Remove { name: "sam".into() }).unwrap();
    assert_eq!(roles(&running, "b"), both[..1]);
}

#[test]
fn what_is_done_to_the_book_is_on_record_and_what_was_refused_too() {
    let house = House::new();
    let running = house.start();
    add(&running, "a");
    people(&running, put("sam", Role::Viewer, one("a"))).unwrap();
    let made = token(&running, "sam");
    assert_eq!(people(&running, put("sam", Role::Viewer, one("a"))).unwrap_err().code, "exists");
    assert_eq!(people(&running, put("eve", Role::Viewer, one("nope"))).unwrap_err().code, "no_such_tenant");
    assert_eq!(people(&running, put("Eve", Role::Viewer, one("a"))).unwrap_err().code, "bad_setting");
    people(&running, Ask::Revoke { name: "sam".into(), token: Some(made.id.clone()) }).unwrap();
    people(&running, Ask::Rotate { revoke: false }).unwrap();
    people(&running, Ask::Remove { name: "sam".into() }).unwrap();
    let expected = [
        "priya tenant.add a",
        "priya person.add sam",
        "priya token.make sam",
        "priya person.add sam",
        "priya person.add eve",
        "priya person.add Eve",
        "priya token.revoke sam",
        "priya keys.rotate keys",
        "priya person.remove sam",
    ];
    assert_eq!(on_record(&running), expected);
    let log = own_log(&running);
    let outcomes: Vec<bool> = log.iter().map(|entry| entry.record.outcome == "done").collect();
    assert_eq!(outcomes, [true, true, true, false, false, false, true, true, true]);
    assert_eq!(log[1].record.parameters, serde_json::json!({ "role": "viewer", "tenants": ["a"] }));
    let text = std::fs::read_to_string(crate::audit::own::path(house.dir.path())).unwrap();
    assert!(text.contains(&made.id) && !text.contains(&made.token));
}

#[test]
fn nobody_but_who_has_the_folder_leaves_the_book_without_an_admin() {
    let house = House::new();
    let running = house.start();
    people(&running, put("ann", Role::Admin, Scope::All)).unwrap();
    let ann = || Standing::Known("ann".into());
    let remove = |name: &str| Ask::Remove { name: name.into() };
    let set = |role| Ask::Set { name: "ann".into(), role: Some(role), tenants: None };
    for change in [remove("ann"), set(Role::Lead)] {
        assert_eq!(asked_as(&running, ann(), "ann", change).unwrap_err().code, "refused");
    }
    asked_as(&running, ann(), "ann", put("bob", Role::Admin, Scope::All)).unwrap();
    asked_as(&running, ann(), "ann", set(Role::Lead)).unwrap();
    asked_as(&running, Standing::Owner, "root", remove("bob")).unwrap();
    let Told::List(left) = people(&running, Ask::List).unwrap() else { panic!() };
    assert_eq!(
        left.iter().map(|person: &Person| (&*person.name, person.role)).collect::<Vec<_>>(),
        [("ann", Role::Lead)]
    );
}

#[test]
fn a_token_does_not_make_the_next_one_for_its_holder() {
    let house = House::new();
    let running = house.start();
    people(&running, put("ann", Role::Admin, Scope::All)).unwrap();
    people(&running, put("bob", Role::Viewer, Scope::All)).unwrap();
    let made = token(&running, "ann");
    let signed_in =
        running.handle().sign_in(&made.token, [192, 0, 2, 1].into(), Moment(house.clock.load(Ordering::SeqCst)));
    let bearer = || Standing::Bearer(signed_in.clone().unwrap());
    let make = |name: &str| Ask::Token { name: name.into(), ttl_seconds: 60 };
    assert_eq!(asked_as(&running, bearer(), "ann", make("ann")).unwrap_err().code, "refused");
    assert!(asked_as(&running, bearer(), "ann", make("bob")).is_ok());
    assert!(asked_as(&running, Standing::Known("bob".into()), "bob", make("bob")).is_ok(), "the host vouches for them");
}

#[test]
fn somebody_sees_themselves_and_their_tokens() {
    let house = House::new();
    let running = house.start();
    people(&running, put("sam", Role::Viewer, Scope::All)).unwrap();
    let made = token(&running, "sam");
    let show = |standing, who: &str, name: Option<&str>| match asked_as(
        &running,
        standing,
        who,
        Ask::Show { name: name.map(Into::into) },
    )? {
        Reply::People(Told::Shown { person, tokens }) => Ok::<_, Refusal>((person.map(|one| one.name), tokens.len())),
        other => panic!("{other:?}"),
    };
    let sam = || Standing::Known("sam".into());
    assert_eq!(show(sam(), "sam", None), Ok((Some("sam".into()), 1)));
    assert_eq!(show(Standing::Owner, "root", None), Ok((None, 0)));
    assert_eq!(show(Standing::Owner, "root", Some("root")).unwrap_err().code, "no_such_person");
    house.pass(Span::HOUR);
    assert_eq!(show(sam(), "sam", None), Ok((Some("sam".into()), 0)), "{} has expired", made.id);
}

#[test]
fn a_tenant_that_is_removed_is_nobody_s_any_more_and_on_record_with_the_engine() {
    let house = House::new();
    let running = house.start();
    for tenant in ["a", "b"] {
        add(&running, tenant);
    }
    people(&running, put("sam", Role::Viewer, Scope::Some([tenant_id("a"), tenant_id("b")].into()))).unwrap();
    super::ask(&running, Request::TenantRemove { id: tenant_id("a") }).unwrap();
    add(&running, "a");
    assert_eq!((roles(&running, "a"), roles(&running, "b").len()), (Vec::new(), 1), "it is another company's");
    assert!(on_record(&running).contains(&"priya tenant.remove a".to_owned()));
}

#[test]
fn who_signs_in_is_on_record_once_and_who_fails_as_often_as_it_says_something() {
    let house = House::new();
    let running = house.start();
    people(&running, put("sam", Role::Viewer, Scope::All)).unwrap();
    let made = token(&running, "sam");
    let (home, away): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), "2001:db8::1".parse().unwrap());
    let sign_in = |token: &str, from| {
        let signed_in = running.handle().sign_in(token, from, Moment(house.clock.load(Ordering::SeqCst)));
        signed_in.map(|claims: Arc<Claims>| claims.name.clone())
    };
    let before = own_log(&running).len();
    let new = || own_log(&running).split_off(before);
    (0..3).for_each(|_| assert_eq!(sign_in(&made.token, home), Ok("sam".into())));
    assert_eq!(sign_in(&made.token, away), Ok("sam".into()));
    let said: Vec<_> = new().into_iter().map(|entry| entry.record).collect();
    let who: Vec<_> = said.iter().map(|record| (&*record.who, &*record.seat, &*record.what, &*record.on)).collect();
    assert_eq!(who, [("sam", "192.0.2.1", "sign_in", &*made.id), ("sam", "2001:db8::1", "sign_in", &*made.id)]);

    // Each for a tenth of a second: what waits is not even counted.
    for _ in 0..200 {
        let refused = sign_in("guess", home).unwrap_err();
        assert!(matches!(refused, Refused::Bad | Refused::Wait(_)));
        house.pass(Span(100));
    }
    let failed: Vec<_> = new().split_off(2).into_iter().map(|entry| entry.record).collect();
    assert_eq!(
        failed.iter().map(|record| record.parameters["failures"].as_u64().unwrap()).collect::<Vec<_>>(),
        [1, 2, 4, 8]
    );
    assert!(failed.iter().all(|record| record.who == "(unknown)" && record.on.is_empty()));
    assert!(failed[0].outcome.starts_with("refused: the token is none of this engine's"), "{}", failed[0].outcome);

    for network in 0..500_u16 {
        let _ = sign_in("guess", IpAddr::from([0x2001, 0xdb8, 0, network, 0, 0, 0, 1]));
    }
    assert!(new().len() <= 2 + 4 + 60, "{}", new().len());
    house.pass(Span::MINUTE);
    let _ = sign_in("guess", IpAddr::from([0x2001, 0xdb8, 1, 0, 0, 0, 0, 1]));
    assert!(new().last().unwrap().record.parameters["others_not_on_record"].as_u64().unwrap() > 400);
}

#[test]
fn a_change_that_cannot_be_put_on_record_is_not_made() {
    let house = House::new();
    let running = house.start();
    people(&running, put("sam", Role::Viewer, Scope::All)).unwrap();
    let log = crate::audit::own::path(house.dir.path());
    std::fs::rename(&log, log.with_extension("aside")).unwrap();
    std::fs::create_dir(&log).unwrap();
    assert_eq!(people(&running, Ask::Remove { name: "sam".into() }).unwrap_err().code, "unavailable");
    assert_eq!(people(&running, Ask::Token { name: "sam".into(), ttl_seconds: 60 }).unwrap_err().code, "unavailable");
    let Told::List(left) = people(&running, Ask::List).unwrap() else { panic!() };
    assert_eq!(left.len(), 1);
}

#[test]
fn who_may_see_something_else_from_now_on_is_sent_away_and_told_why() {
    let house = House::new();
    let running = house.start();
    for tenant in ["a", "b"] {
        add(&running, tenant);
    }
    let (sam, ann) = (put("sam", Role::Viewer, one("a")), put("ann", Role::Admin, Scope::All));
    people(&running, sam).and_then(|_| people(&running, ann)).unwrap();
    let seat = |name: &str| {
        let by = Actor { who: name.into(), seat: "jump01".into() };
        let seating = Seating { by, standing: Standing::Known(name.into()), remote: false, since: None };
        let mut link = running.handle().seat_of(seating);
        let first = next(&mut link, Some);
        (link, first)
    };
    let why = |link: &mut Link| {
        next(link, |piece| match piece {
            Feed::Away(why) => Some(why),
            _ => None,
        })
    };
    let tenants = |first: &Feed| match first {
        Feed::Snapshot(snapshot) => snapshot.tenants.iter().map(|part| part.id.to_string()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let (mut sams, shown) = seat("sam");
    assert_eq!(tenants(&shown), ["a"]);
    let (mut anns, shown) = seat("ann");
    assert_eq!(tenants(&shown), ["a", "b"]);
    people(&running, Ask::Set { name: "sam".into(), role: None, tenants: Some(one("b")) }).unwrap();
    assert_eq!(why(&mut sams), "what you may see was changed");
    let (mut sams, shown) = seat("sam");
    assert_eq!(tenants(&shown), ["b"]);
    people(&running, Ask::Remove { name: "sam".into() }).unwrap();
    assert!(why(&mut sams).contains("not in the book of people"));
    assert!(matches!(seat("sam").1, Feed::Away(why) if why.contains("not in the book")));
    // What happened to sam was nothing to ann.
    add(&running, "c");
    next(&mut anns, |piece| match piece {
        Feed::Away(why) => panic!("{why}"),
        Feed::Changes(changes) => changes.iter().any(|one| one.company_id.as_str() == "c").then_some(()),
        _ => None,
    });
}

#[test]
fn whoever_has_the_data_folder_and_comes_into_the_book_sees_and_does_what_that_says() {
    let house = House::new();
    let running = house.start();
    for tenant in ["a", "b"] {
        add(&running, tenant);
    }
    let by = Actor { who: "root".into(), seat: "pts/1".into() };
    let seating = Seating { by: by.clone(), standing: Standing::Owner, remote: false, since: None };
    let mut link = running.handle().seat_of(seating);
    let tenants = |link: &mut Link| {
        next(link, |piece| match piece {
            Feed::Snapshot(shown) => Some(shown.tenants.iter().map(|part| part.id.to_string()).collect::<Vec<_>>()),
            _ => None,
        })
    };
    assert_eq!(tenants(&mut link), ["a", "b"]);
    people(&running, put("ann", Role::Admin, Scope::All)).unwrap();
    people(&running, put("root", Role::Technician, one("a"))).unwrap();
    assert_eq!(tenants(&mut link), ["a"]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let refused = runtime.block_on(link.caller.ask(&by, Request::Tenant { id: tenant_id("b") })).unwrap_err();
    assert_eq!(refused.code, "no_such_tenant");
    set(&running, "b", "name", "theirs").unwrap();
    set(&running, "a", "name", "ours").unwrap();
    next(&mut link, |piece| match piece {
        Feed::Changes(changes) => {
            assert!(changes.iter().all(|one| one.company_id.as_str() == "a"), "{changes:?}");
            (!changes.is_empty()).then_some(())
        }
        _ => None,
    });
}

#[test]
fn nothing_waits_for_a_sign_in_to_be_on_record() {
    let house = House::new();
    let running = house.start();
    people(&running, put("sam", Role::Viewer, Scope::All)).unwrap();
    let made = token(&running, "sam");
    // A log that cannot be written on with before somebody reads it.
    let log = crate::audit::own::path(house.dir.path());
    let aside = log.with_extension("aside");
    std::fs::rename(&log, &aside).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &log, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
    let now = Moment(house.clock.load(Ordering::SeqCst));
    running.handle().sign_in(&made.token, [192, 0, 2, 1].into(), now).unwrap();
    ask(&running, Request::Pulse).unwrap();
    add(&running, "a");
    // It is let go on, into a pipe, which is no file that can be synced.
    let reader = std::fs::File::open(&log).unwrap();
    std::fs::rename(&aside, &log).unwrap();
    people(&running, put("ann", Role::Viewer, Scope::All)).unwrap();
    drop(reader);
    assert_eq!(on_record(&running).last().unwrap(), "priya person.add ann");
}

#[test]
fn a_token_decides_nothing_by_a_role_that_its_holder_was_given_later() {
    let house = House::new();
    let running = house.start();
    add(&running, "a");
    people(&running, put("sam", Role::Technician, one("a"))).unwrap();
    let now = Moment(house.clock.load(Ordering::SeqCst));
    let came = |token: &str| Standing::Bearer(running.handle().sign_in(token, [192, 0, 2, 1].into(), now).unwrap());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let code = |standing: &Standing, request| {
        let caller = running.handle().caller().with(standing.clone(), None);
        runtime.block_on(caller.ask(&Actor::named("sam"), request)).unwrap_err().code
    };
    let execution = crate::core::id::ExecutionId { tenant: tenant_id("a"), number: 1 };
    let approve = || Request::Approve { execution: execution.clone(), digest: String::new(), why: None };
    let old = came(&token(&running, "sam").token);
    assert_eq!(code(&old, approve()), "no_such_execution");
    people(&running, Ask::Set { name: "sam".into(), role: Some(Role::Lead), tenants: None }).unwrap();
    assert_eq!(code(&old, approve()), "forbidden");
    let still = Request::IfStill { tags: vec![], request: Box::new(approve()) };
    assert_eq!(code(&old, still), "forbidden");
    assert_eq!(code(&old, Request::Cancel { execution: execution.clone() }), "no_such_execution");
    assert_eq!(code(&came(&token(&running, "sam").token), approve()), "no_such_execution");
}

#[test]
fn nobody_breaks_the_engines_own_log_by_a_long_name() {
    let house = House::new();
    let running = house.start();
    people(&running, put("sam", Role::Viewer, Scope::All)).unwrap();
    let now = Moment(house.clock.load(Ordering::SeqCst));
    let made = token(&running, "sam");
    let came = Standing::Bearer(running.handle().sign_in(&made.token, [192, 0, 2, 1].into(), now).unwrap());
    let long = Ask::Show { name: Some("\u{1}ä".repeat(300_000)) };
    assert_eq!(asked_as(&running, came, "sam", long).unwrap_err().code, "forbidden");
    let last = own_log(&running).pop().unwrap();
    assert!(last.record.what == "person.show" && last.record.on.len() <= 4_096, "{}", last.record.on.len());
    running.stop();
    assert_eq!(OwnLog::open(house.dir.path()).unwrap().missing(), None);
    let running = house.start();
    people(&running, put("ann", Role::Viewer, Scope::All)).unwrap();
    assert_eq!(own_log(&running).pop().unwrap().number, last.number + 1);
}
