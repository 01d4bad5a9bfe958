//! What senders do that are broken, slow or hostile, and that the others do not notice.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use alert_whisperer::core::tenant::RateLimit;
use alert_whisperer::engine::handle::{Intake, Message};
use alert_whisperer::receiver::Options;
use serde_json::json;

use crate::support::client::{Client, Request};
use crate::support::engine::FakeEngine;
use crate::support::{Receiver, alert, from_alertmanager, signed, signed_by, tenants};

fn impatient() -> Options {
    Options { read_timeout: Duration::from_millis(200), ..Options::default() }
}

fn small() -> Options {
    Options { max_body: 10_000.into(), ..impatient() }
}

fn next_intake(messages: &std::sync::mpsc::Receiver<Message>) -> Box<Intake> {
    let intake = |message| match message {
        Message::Intake(intake) => Some(intake),
        _ => None,
    };
    messages.iter().find_map(intake).unwrap()
}

fn chunk(length: usize) -> Vec<u8> {
    let mut chunk = format!("{length:x}\r\n").into_bytes();
    chunk.resize(chunk.len() + length, b' ');
    chunk.extend_from_slice(b"\r\n");
    chunk
}

fn chunked() -> Request {
    signed("").header("Transfer-Encoding", "chunked").lengthless()
}

#[test]
fn a_body_that_says_it_is_too_large_is_refused_unread() {
    let receiver = Receiver::with(small(), |_| {});
    let mut client = receiver.client();
    client.send(&signed("").lengthless().header("Content-Length", "10001").bytes());
    assert_eq!(client.answer().refused(), (413, "body_too_large".into()));
    assert!(client.is_closed());
    let fits = format!("{:10000}", alert("a"));
    assert_eq!(receiver.ask(&signed(fits)).status, 200);
}

#[test]
fn the_answer_to_a_body_that_is_too_large_survives_the_sending_of_it() {
    let receiver = Receiver::start();
    let answer = receiver.ask(&signed(vec![b' '; 5 << 20]));
    assert_eq!(answer.refused(), (413, "body_too_large".into()));
}

#[test]
fn a_body_in_chunks_is_taken_whole_or_cut_off_at_the_limit() {
    let receiver = Receiver::with(small(), |_| {});
    let body = alert("a");
    let request = signed(&body).lengthless().header("Transfer-Encoding", "chunked").body(b"");
    let mut client = receiver.client();
    client.send(&request.bytes());
    for byte in body.bytes() {
        client.send(format!("1\r\n{}\r\n", char::from(byte)).as_bytes());
    }
    client.send(b"0\r\n\r\n");
    assert_eq!(client.answer().status, 200);

    let mut client = receiver.client();
    client.send(&chunked().bytes());
    for _ in 0..11 {
        client.try_send(&chunk(1_000));
    }
    assert_eq!(client.answer().refused(), (413, "body_too_large".into()));
    assert!(client.is_closed());
}

#[test]
fn chunks_without_an_end_are_too_slow() {
    let receiver = Receiver::with(small(), |_| {});
    let mut client = receiver.client();
    client.send(&chunked().bytes());
    client.send(&chunk(100));
    assert_eq!(client.answer().refused(), (408, "body_too_slow".into()));
    assert!(client.is_closed());
}

#[test]
fn chunks_that_are_none_are_a_broken_body() {
    let receiver = Receiver::with(small(), |_| {});
    let mut client = receiver.client();
    client.send(&chunked().bytes());
    client.send(b"zzz\r\nplanted\r\n");
    assert_eq!(client.answer().refused(), (400, "body_broken".into()));
    assert!(client.is_closed());
}

#[test]
fn a_body_shorter_than_it_says_is_too_slow_or_broken() {
    let receiver = Receiver::with(impatient(), |_| {});
    let longer = signed(alert("a")).lengthless().header("Content-Length", "500");
    let mut client = receiver.client();
    client.send(&longer.bytes());
    assert_eq!(client.answer().refused(), (408, "body_too_slow".into()));
    assert!(client.is_closed());
    let mut client = receiver.client();
    client.send(&longer.bytes());
    client.finish_sending();
    assert_eq!(client.answer().refused(), (400, "body_broken".into()));
}

#[test]
fn a_body_longer_than_it_says_is_another_request_and_a_bad_one() {
    let receiver = Receiver::with(impatient(), |_| {});
    let mut client = receiver.client();
    client.send(&signed(alert("a")).lengthless().header("Content-Length", "10").bytes());
    assert_eq!(client.answer().refused(), (401, "signature_wrong".into()));
    assert_eq!(client.answer().status, 400);
    assert!(client.is_closed());
}

#[test]
fn a_stranger_is_answered_before_its_body_and_sent_away() {
    let receiver = Receiver::with(impatient(), |_| {});
    let mut client = receiver.client();
    client.send(&Request::new("POST", "/api/webhooks/alerts").lengthless().header("Content-Length", "1000000").bytes());
    assert_eq!(client.answer().refused(), (401, "api_key_missing".into()));
    assert!(client.is_closed());
}

#[test]
fn who_asks_before_sending_is_told_to_go_on_or_not_to() {
    let receiver = Receiver::start();
    let mut client = receiver.client();
    let good = signed(alert("a")).header("Expect", "100-continue").bytes();
    let body = alert("a").len();
    client.send(&good[..good.len() - body]);
    assert_eq!(client.answer().status, 100);
    client.send(&good[good.len() - body..]);
    assert_eq!(client.answer().status, 200);
    let mut client = receiver.client();
    let stranger = Request::new("POST", "/api/webhooks/alerts").lengthless();
    client.send(&stranger.header("Content-Length", "9").header("Expect", "100-continue").bytes());
    assert_eq!(client.answer().status, 401);
}

#[test]
fn a_head_that_does_not_come_or_does_not_end_closes_the_connection() {
    let receiver = Receiver::with(impatient(), |_| {});
    let mut silent = receiver.client();
    let mut slow = receiver.client();
    slow.send(b"POST /api/webhooks/alerts HTTP/1.1\r\nHost: x\r\nX-A: ");
    assert!(silent.is_closed() && slow.is_closed());
    let mut long = receiver.client();
    long.try_send(&Request::new("GET", "/api/health").header("X-A", &"a".repeat(40_000)).bytes());
    assert_eq!(long.answer().status, 431);
    assert!(long.is_closed());
    let mut none = receiver.client();
    none.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03planted");
    let answer = none.answer();
    assert!(answer.status == 400 && !answer.text.contains("planted"));
    assert!(none.is_closed());
}

#[test]
fn a_sender_that_was_let_in_may_keep_its_connection_and_a_stranger_may_not() {
    let receiver = Receiver::with(impatient(), |_| {});
    let mut sender = receiver.client();
    assert_eq!(sender.ask(&signed(alert("a"))).status, 200);
    let mut stranger = receiver.client();
    assert_eq!(stranger.ask(&Request::new("GET", "/api/health")).status, 200);
    assert!(stranger.is_closed());
    assert_eq!(sender.ask(&signed(alert("b"))).status, 200);

    let brief = Options { idle_timeout: Duration::from_millis(50), ..Options::default() };
    let receiver = Receiver::with(Options { read_timeout: Duration::from_millis(100), ..brief }, |_| {});
    let mut sender = receiver.client();
    assert_eq!(sender.ask(&signed(alert("a"))).status, 200);
    assert!(sender.is_closed());
}

#[test]
fn silent_connections_beyond_the_cap_keep_no_sender_out() {
    let receiver = Receiver::with(Options { connections: 400, ..impatient() }, |_| {});
    let silent: Vec<Client> = (0..500).map(|_| receiver.client()).collect();
    assert_eq!(receiver.ask(&signed(alert("a"))).status, 200);
    drop(silent);
}

#[test]
fn several_requests_may_be_sent_at_once_and_are_answered_in_turn() {
    let receiver = Receiver::start();
    let mut client = receiver.client();
    let requests = [signed(alert("a")), signed("x"), signed(alert("c"))];
    client.send(&requests.iter().flat_map(Request::bytes).collect::<Vec<_>>());
    assert_eq!([client.answer().status, client.answer().status, client.answer().status], [200, 400, 200]);
}

#[test]
fn who_has_finished_sending_still_gets_its_answer() {
    let receiver = Receiver::start();
    let mut client = receiver.client();
    client.send(&signed(alert("a")).bytes());
    client.finish_sending();
    assert_eq!(client.answer().status, 200);
    assert!(client.is_closed());
}

#[test]
fn strange_json_costs_no_more_than_other() {
    let receiver = Receiver::start();
    let deep = "[".repeat(10_000) + &"]".repeat(10_000);
    let within = |more: &str| alert("a").replacen('{', &format!("{{{more},"), 1);
    let same = vec![r#""asset_name":"other""#; 1_000].join(",");
    for (body, status) in [
        (deep.clone(), 422),
        (within(&format!(r#""extra":{deep}"#)), 422),
        (within(&same), 200),
        (format!("\u{feff}{}", alert("a")), 200),
        (format!("[{}0]", "0,".repeat(2_000_000)), 422),
        (within(r#""extra":1e999"#), 400),
        (within(r#""asset_name":"\ud800""#), 400),
        (format!("{} {}", alert("a"), alert("a")), 400),
    ] {
        let answer = receiver.ask(&signed(&body));
        assert_eq!(answer.status, status, "{answer:?} to {:.100}", body);
    }
    let state = receiver.engine.state.lock().unwrap();
    assert!(state.deliveries.iter().all(|(_, delivery)| delivery.reports[0].asset_name == "a"), "the last name counts");
}

#[test]
fn a_batch_of_four_mebibytes_is_taken() {
    let receiver = Receiver::start();
    let alert = |n: usize| {
        format!(
            r#"{{"status":"firing","labels":{{"alertname":"InstanceDown","instance":"host-{n}","severity":"critical"}},"annotations":{{"summary":"{}"}},"startsAt":"2026-01-01T00:00:00Z","fingerprint":"{n:016x}"}}"#,
            "x".repeat(1_500)
        )
    };
    let alerts: Vec<_> = (0..2_400).map(alert).collect();
    let body = format!(r#"{{"receiver":"r","alerts":[{}]}}"#, alerts.join(","));
    assert!((4_000_000..4 << 20).contains(&body.len()), "{}", body.len());
    let answer = receiver.ask(&from_alertmanager(body)).json();
    assert_eq!((&answer["accepted"], &answer["rejected"]), (&json!(2_400), &json!([])));
}

#[test]
fn a_full_queue_is_a_503_at_once_and_so_is_an_engine_that_is_gone() {
    let (engine, messages) = FakeEngine::asleep(tenants(|_| {}), 1);
    // The one place of the queue is taken by where the receiver listens.
    let receiver = Receiver::before(engine, Options::default());
    let refused = receiver.ask(&signed(alert("a")));
    assert_eq!((refused.refused().1.as_str(), refused.header("retry-after")), ("busy", Some("1")));
    receiver.engine.wake(messages);
    let taken = std::iter::repeat_with(|| receiver.ask(&signed(alert("a")))).find(|answer| answer.status == 200);
    assert_eq!(taken.unwrap().json()["duplicate"], false, "nothing of the refused request was kept");

    let (engine, messages) = FakeEngine::asleep(tenants(|_| {}), 2);
    let receiver = Receiver::before(engine, Options::default());
    drop(messages);
    assert_eq!(receiver.ask(&signed(alert("a"))).refused(), (503, "busy".into()));
}

#[test]
fn one_tenant_cannot_fill_the_queue_nor_the_memory() {
    let (engine, messages) = FakeEngine::asleep(tenants(|_| {}), 64);
    let options = Options { max_requests_of_tenant: 2, max_bodies_of_tenant: 2_000, ..Options::default() };
    let receiver = Receiver::before(engine, options);
    let mut taken = Vec::new();
    let mut waiting: Vec<Client> = Vec::new();
    for asset in ["a", "b"] {
        let mut client = receiver.client();
        client.send(&signed(alert(asset)).bytes());
        taken.push(next_intake(&messages));
        waiting.push(client);
    }
    assert_eq!(receiver.ask(&signed(alert("c"))).refused(), (503, "busy".into()));
    assert_eq!(receiver.ask(&signed_by("bolt", format!("{:2001}", alert("a")))).refused(), (503, "busy".into()));
    let mut other = receiver.client();
    other.send(&signed_by("bolt", alert("a")).bytes());
    taken.push(next_intake(&messages));
    drop(taken);
    assert!(waiting.iter_mut().chain([&mut other]).all(|client| client.answer().status == 503));
    receiver.engine.wake(messages);
    assert_eq!(receiver.ask(&signed(alert("c"))).status, 200);
}

#[test]
fn one_tenants_flood_leaves_the_other_alone() {
    let receiver = Receiver::with(Options::default(), |tenant| {
        if tenant.name == "acme" {
            tenant.settings.rate_limit = RateLimit { requests_per_minute: 60, burst: 10 };
        }
    });
    let over = Arc::new(AtomicBool::new(false));
    let flood: Vec<_> = (0..4)
        .map(|n| {
            let (over, mut client) = (over.clone(), receiver.client());
            std::thread::spawn(move || {
                let mut refused = 0;
                while !over.load(Ordering::Relaxed) || refused == 0 {
                    refused += usize::from(client.ask(&signed(alert(&format!("flood-{n}")))).status == 429);
                }
                refused
            })
        })
        .collect();
    let mut client = receiver.client();
    for n in 0..200 {
        assert_eq!(client.ask(&signed_by("bolt", alert(&format!("db-{n}")))).status, 200);
    }
    over.store(true, Ordering::Relaxed);
    assert!(flood.into_iter().all(|flood| flood.join().unwrap() > 0));
}

#[test]
fn told_to_stop_it_finishes_what_is_under_way_and_takes_no_more() {
    let (engine, messages) = FakeEngine::asleep(tenants(|_| {}), 8);
    let mut receiver = Receiver::before(engine, Options::default());
    let mut idle = receiver.client();
    assert_eq!(idle.ask(&Request::new("GET", "/")).status, 404);
    let mut under_way = receiver.client();
    under_way.send(&signed(alert("a")).bytes());
    let intake = next_intake(&messages);
    receiver.stop();
    assert!(idle.is_closed());
    drop(intake);
    assert_eq!(under_way.answer().status, 503);
    assert!(under_way.is_closed());
    receiver.join();
    assert!(std::net::TcpStream::connect(receiver.address).is_err());
}

#[test]
fn told_to_stop_it_waits_for_nobody_for_ever() {
    let (engine, messages) = FakeEngine::asleep(tenants(|_| {}), 8);
    let options = Options { drain: Duration::from_millis(100), ..Options::default() };
    let mut receiver = Receiver::before(engine, options);
    let mut under_way = receiver.client();
    under_way.send(&signed(alert("a")).bytes());
    let intake = next_intake(&messages);
    receiver.stop();
    receiver.join();
    assert!(under_way.is_closed());
    drop(intake);
}

#[test]
fn an_address_that_is_taken_is_told_to_whoever_looks() {
    let receiver = Receiver::start();
    let (engine, messages) = FakeEngine::asleep(tenants(|_| {}), 8);
    let taken = alert_whisperer::receiver::bind(receiver.address, engine.handle.clone(), Options::default());
    assert!(taken.is_err());
    let Message::Listening(Err(told)) = messages.recv().unwrap() else { panic!() };
    assert!(told.contains(&receiver.address.to_string()), "{told}");
}
