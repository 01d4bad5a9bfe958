//! `engine.sock`, both ends of it.

use super::*;
use crate::core::audit::Entry;
use crate::core::input::Actor;
use crate::engine::operator::Process;
use crate::link::socket::connect;

#[test]
fn whoever_does_not_say_how_they_speak_is_told_what_to_install_and_nothing_else() {
    use std::io::{BufRead, BufReader, Read, Write};
    let house = House::new();
    let running = house.start();
    let path = house.dir.path().join("engine.sock");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(async { super::super::socket::bind(&path, None).unwrap() });
    runtime.spawn(super::super::socket::serve(listener, running.handle().clone()));
    for first in [r#"{"to":"subscribe"}"#, r#"{"to":"hello","protocol":9999,"version":"9.1.0"}"#, "GET / HTTP/1.1"] {
        let mut stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
        writeln!(stream, "{first}").unwrap();
        let mut reading = BufReader::new(stream);
        let mut answer = String::new();
        reading.read_line(&mut answer).unwrap();
        let version = concat!("install ", env!("CARGO_PKG_VERSION"), " here");
        assert!(answer.starts_with(r#"{"refused":{"code":"wrong_version""#) && answer.contains(version), "{answer}");
        assert_eq!(reading.read_to_string(&mut String::new()).unwrap(), 0, "and nothing else");
    }
    running.stop();
}

#[test]
fn requests_and_the_feed_go_through_the_socket() {
    let house = House::new();
    let running = house.start();
    let path = house.dir.path().join("engine.sock");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    // One that a crash left behind is in nobody's way.
    std::fs::write(&path, "").unwrap();
    let listener = runtime.block_on(async { super::super::socket::bind(&path, None).unwrap() });
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&path).unwrap().permissions()) & 0o777,
        0o600
    );
    runtime.spawn(super::super::socket::serve(listener, running.handle().clone()));

    let mut seat = runtime.block_on(connect(&path, true)).unwrap();
    next(&mut seat, |piece| matches!(piece, Feed::Snapshot(snapshot) if snapshot.tenants.is_empty()).then_some(()));
    let asking = runtime.block_on(connect(&path, false)).unwrap();
    let over_socket = |request| runtime.block_on(asking.caller.ask(&Actor::named("priya"), request));
    let new = NewTenant { id: tenant_id("a"), name: Some("Acme".into()), critical_assets: Vec::new(), aws: None };
    let Reply::Issued(issued) = over_socket(Request::TenantAdd(new.clone())).unwrap() else { panic!() };
    let key = issued.api_key.unwrap();
    assert!(running.handle().directory().find("alerts", &issue::digest(&key)).is_some());
    assert_eq!(over_socket(Request::TenantAdd(new)).unwrap_err().code, "exists");
    let audit = Request::Audit { tenant: tenant_id("a"), from: 1, limit: 10 };
    let Reply::Audit(audit) = over_socket(audit).unwrap() else { panic!() };
    let who = |entry: &String| serde_json::from_str::<Entry>(entry).unwrap().record.who;
    let own = Process::own().operator().who;
    assert_ne!(own, "priya", "nobody of that name runs trials");
    assert_eq!(audit.iter().map(who).collect::<Vec<_>>(), [own.clone(), own], "a name that was chosen is not believed");
    stored(post("a", "web-01").to(&running));
    let alert = next(&mut seat, |piece| match piece {
        Feed::Changes(changes) => changes.iter().find_map(|published| match &published.change {
            Change::AlertReceived(alert) => Some(alert.clone()),
            _ => None,
        }),
        _ => None,
    });
    assert_eq!(alert.report.asset_name, "web-01");
    let Reply::Alerts(alerts) = over_socket(Request::Alerts(Listing::default())).unwrap() else { panic!() };
    assert_eq!(alerts, [Alert::clone(&alert)]);

    running.stop();
    next(&mut seat, |piece| matches!(piece, Feed::Lost(_)).then_some(()));
    assert_eq!(over_socket(Request::Pulse).unwrap_err().code, "engine_gone");
}
