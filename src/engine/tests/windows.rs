//! Windows as calls, and who is missing after the engine itself was away.

use super::*;
use crate::core::incident::Incident;
use crate::core::input::WindowAct;
use crate::core::silence::{Matcher, Window};
use crate::core::zone::Zone;

fn window(asset: Option<&str>) -> Window {
    Window {
        number: 0,
        matches: Matcher { asset: asset.map(Into::into), ..Matcher::default() },
        begins_at: Moment(1_700_000_000_000),
        lasts: Span::hours(2),
        repeats: Default::default(),
        zone: Zone::UTC,
        until: None,
        author: "somebody else".into(),
        reason: "new disks".into(),
        created_at: Moment(0),
    }
}

fn put(window: Window, sure: bool) -> Request {
    Request::Window { tenant: tenant_id("a"), act: WindowAct::Put { window: Box::new(window) }, sure }
}

fn end(number: u64) -> Request {
    Request::Window { tenant: tenant_id("a"), act: WindowAct::End { number }, sure: true }
}

/// What a new seat is shown of the tenant: incidents, and the numbers and authors of its windows.
fn shown(running: &Running) -> (Vec<Arc<Incident>>, Vec<(u64, String)>) {
    // Whatever was due is done before the second of two questions.
    ask(running, Request::Pulse).unwrap();
    let part = snapshot(running).tenants.remove(0);
    let windows = part.windows.iter().map(|window| (window.number, window.author.clone()));
    (part.incidents, windows.collect())
}

#[test]
fn windows_are_refused_or_made_ended_and_put_back() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "web-1").to(&running));
    assert_eq!(refusal(&running, put(window(None), false)).code, "too_broad");
    assert_eq!(refusal(&running, put(Window { reason: String::new(), ..window(None) }, true)).code, "bad_window");
    assert_eq!(refusal(&running, end(1)).code, "no_such_window");
    let nobody = Request::Window { tenant: tenant_id("b"), act: WindowAct::End { number: 1 }, sure: true };
    assert_eq!(refusal(&running, nobody).code, "no_such_tenant");
    assert_eq!(shown(&running).1, []);
    ask(&running, put(window(None), true)).unwrap();
    ask(&running, put(window(Some("db-*")), false)).unwrap();
    let (incidents, windows) = shown(&running);
    assert_eq!((incidents[0].silenced_by, windows.len()), (Some(1), 2));
    assert_eq!(windows[0], (1, "priya".into()), "whoever asks is its author");
    ask(&running, end(1)).unwrap();
    assert_eq!(shown(&running).0[0].silenced_by, None);
    let Reply::Undone { what } = ask(&running, Request::Undo).unwrap() else { panic!() };
    assert_eq!(what, "end of window 1 of a");
    assert_eq!(shown(&running).0[0].silenced_by, Some(1));
    assert_eq!(alerts(&running, "a")[0].silenced_by, None, "it came before the window");
    stored(post("a", "web-2").to(&running));
    assert_eq!(alerts(&running, "a")[1].silenced_by, Some(1));
}

#[test]
fn windows_go_on_after_a_restart_and_end_while_the_engine_is_away() {
    for deaf in [false, true] {
        let house = House::of(&["a"]);
        // Deaf: the next one has nothing but the inbox to go by.
        house.mood.deaf.store(deaf, Ordering::SeqCst);
        let running = house.start();
        stored(post("a", "web-1").to(&running));
        ask(&running, put(window(Some("web-*")), false)).unwrap();
        let before = kept(snapshot(&running));
        running.stop();
        house.mood.deaf.store(false, Ordering::SeqCst);
        let running = house.start();
        assert_eq!(kept(snapshot(&running)), before);
        running.stop();
        house.pass(Span::hours(3));
        let running = house.start();
        let (incidents, windows) = shown(&running);
        assert_eq!((incidents[0].silenced_by, windows), (None, vec![]));
    }
}

#[test]
fn who_could_not_be_heard_while_the_engine_was_away_is_not_missing() {
    let house = House::of(&["a", "b"]);
    let running = house.start();
    for tenant in ["a", "b"] {
        set(&running, tenant, "senders.quiet_after", "30m").unwrap();
    }
    for tenant in ["a", "b"] {
        stored(post(tenant, "web-1").to(&running));
    }
    running.stop();
    house.pass(Span::hours(5));
    let running = house.start();
    let quiet = |running: &Running| {
        ask(running, Request::Pulse).unwrap();
        let all = snapshot(running).tenants.into_iter().flat_map(|part| part.incidents);
        all.filter(|incident| incident.signature == "sender_quiet")
            .map(|incident| incident.company_id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(quiet(&running), [""; 0]);
    house.pass(Span::minutes(30));
    stored(post("b", "web-2").to(&running));
    house.pass(Span::minutes(1));
    assert_eq!(quiet(&running), ["a"]);
    let receipts = stored(post("a", "web-3").to(&running));
    assert_eq!(receipts.alerts.len(), 1, "our own alert is no part of the answer");
    let ids: Vec<_> = alerts(&running, "a").iter().map(|alert| alert.report.asset_name.clone()).collect();
    assert_eq!(ids, ["web-1", "Zabbix", "Zabbix", "web-3"]);
    assert_eq!(receipts.alerts[0].alert_id.number, 4);
}
