//! Seats over a kill: ten on the socket and ten on the network, their engine killed in a storm. All come back by themselves, show
//! what the next engine shows, and lack nothing that a sender was told of.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use alert_whisperer::core::board::Board;
use alert_whisperer::core::credentials::Secret;
use alert_whisperer::core::digest::digest;
use alert_whisperer::core::input::Actor;
use alert_whisperer::link::live::{self, Live, Pass};
use alert_whisperer::link::{Caller, Feed, Link, Request, socket};
use serde_json::json;
use tokio::sync::Notify;

use super::program::{self, Connection, Serve};

/// On the socket, and as many on the network.
const SEATS: usize = 10;
/// Nothing is waited for that long unless it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// A seat, as far as its board goes.
struct Sat {
    caller: Caller,
    board: Mutex<Board>,
    away: AtomicBool,
    /// Times that it was cut off.
    cuts: AtomicUsize,
    /// What it was given instead of what it missed.
    snapshots: AtomicUsize,
}

impl Sat {
    /// Follows a link's feed for as long as the trial lasts.
    fn at(link: Link, stirred: &Arc<Notify>) -> Arc<Self> {
        let Link { mut feed, caller } = link;
        let seat = Arc::new(Self {
            caller,
            board: Mutex::default(),
            away: AtomicBool::new(true),
            cuts: AtomicUsize::new(0),
            snapshots: AtomicUsize::new(0),
        });
        let (following, stirred) = (seat.clone(), stirred.clone());
        tokio::spawn(async move {
            while let Some(piece) = feed.recv().await {
                following.take(piece);
                stirred.notify_waiters();
            }
        });
        seat
    }

    fn take(&self, piece: Feed) {
        let away = matches!(piece, Feed::Away(_));
        match piece {
            Feed::Snapshot(snapshot) => {
                self.snapshots.fetch_add(1, Ordering::SeqCst);
                self.board.lock().unwrap().reset(*snapshot);
            }
            Feed::Changes(changes) => {
                let mut board = self.board.lock().unwrap();
                for change in changes.iter() {
                    assert_eq!(change.revision, board.revision + 1, "a gap");
                    board.apply(change);
                }
            }
            Feed::Pulse(_) | Feed::Present(_) => {}
            Feed::Away(_) => {}
            Feed::Lost(why) => panic!("a seat was lost: {why}"),
        }
        let was = self.away.swap(away, Ordering::SeqCst);
        self.cuts.fetch_add(usize::from(away && !was), Ordering::SeqCst);
    }

    fn digest(&self) -> String {
        digest(&self.board.lock().unwrap())
    }

    /// Alerts that its incidents count.
    fn alerts(&self) -> u64 {
        self.board.lock().unwrap().incidents().map(|incident| incident.alert_count).sum()
    }
}

/// Waits until something holds.
async fn until(stirred: &Notify, what: &str, holds: impl Fn() -> bool) {
    let by = tokio::time::Instant::now() + PATIENCE;
    loop {
        let next = stirred.notified();
        tokio::pin!(next);
        // What stirs between looking and waiting counts too.
        next.as_mut().enable();
        if holds() {
            return;
        }
        tokio::time::timeout_at(by, next).await.unwrap_or_else(|_| panic!("never: {what}"));
    }
}

/// Posts until there is nobody to post to; how many were answered with 200.
fn storm(serve: &Serve, key: &str, most: usize) -> usize {
    let Ok(mut connection) = Connection::open(serve.address) else { return 0 };
    for number in 0..most {
        let body =
            json!({ "asset_name": format!("web-{:02}", number % 40), "signature": "disk_full", "severity": "high",
            "message": format!("{number}"), "tool_source": "Zabbix" })
            .to_string();
        let request = format!(
            "POST /api/webhooks/alerts HTTP/1.1\r\nHost: trial\r\nX-API-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        match connection.ask(request.as_bytes()) {
            Ok((200, _)) => {}
            Ok((503, _)) | Err(_) => return number,
            Ok((status, body)) => panic!("{status}: {}", String::from_utf8_lossy(&body)),
        }
    }
    most
}

fn token(data: &Path) -> Secret {
    let added = program::run(data, &["user", "add", "lee", "--role", "lead"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let printed = program::run(data, &["user", "token", "lee"]);
    Secret::new(String::from_utf8(printed.stdout).unwrap().trim())
}

async fn seats(data: &Path, serve: &Serve, token: &Secret, stirred: &Arc<Notify>) -> Vec<Arc<Sat>> {
    let mut seats = Vec::new();
    for number in 0..SEATS {
        let link = socket::stay(&data.join("engine.sock"), &format!("seat {number}")).await.unwrap();
        seats.push(Sat::at(link, stirred));
        let live = Live {
            address: format!("http://{}", serve.address).parse().unwrap(),
            pass: Pass::Said(token.clone()),
            tls: None,
            seat: format!("far seat {number}"),
        };
        seats.push(Sat::at(live::stay(live).await.unwrap(), stirred));
    }
    seats
}

#[test]
fn twenty_seats_are_back_right_and_complete_after_their_engine_was_killed() {
    let data_dir = tempfile::tempdir().unwrap();
    let data = data_dir.path();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let serve = Serve::start(data);
    let issued = program::json(data, &["tenant", "add", "comp_acme"]);
    let key = issued["api_key"].as_str().unwrap().to_owned();
    program::run(data, &["tenant", "signing", "comp_acme", "off"]);
    program::run(data, &["tenant", "set", "comp_acme", "rate_limit.requests_per_minute=0"]);
    let token = token(data);
    let stirred = Arc::new(Notify::new());
    let all = runtime.block_on(seats(data, &serve, &token, &stirred));
    let wait = |what: &str, holds: &dyn Fn() -> bool| runtime.block_on(until(&stirred, what, holds));
    wait("everybody has a board", &|| all.iter().all(|seat| !seat.away.load(Ordering::SeqCst)));

    // Killed in the middle of a storm.
    let address = serve.address.to_string();
    let taken = std::thread::scope(|scope| {
        let (serve_ref, key) = (&serve, key.as_str());
        let storming = scope.spawn(move || storm(serve_ref, key, usize::MAX));
        wait("everybody hears of the storm", &|| all.iter().all(|seat| seat.alerts() > 100));
        serve.signal(rustix::process::Signal::KILL);
        storming.join().unwrap()
    });
    drop(serve);
    wait("everybody knows that the engine is away", &|| all.iter().all(|seat| seat.away.load(Ordering::SeqCst)));
    let by = Actor::named("lee");
    for seat in &all {
        let refusal = runtime.block_on(seat.caller.ask(&by, Request::Pulse)).unwrap_err();
        assert_eq!(refusal.code, "away");
    }

    let again = Instant::now();
    let serve = Serve::with(data, &["--listen", &address]);
    let listens = again.elapsed();
    let reference =
        runtime.block_on(async { Sat::at(socket::connect(&data.join("engine.sock"), true).await.unwrap(), &stirred) });
    let agree = || {
        let right = reference.digest();
        !reference.away.load(Ordering::SeqCst)
            && all.iter().all(|seat| !seat.away.load(Ordering::SeqCst) && seat.digest() == right)
    };
    wait("everybody is back and shows what the engine shows", &agree);
    let back = again.elapsed();
    assert!(reference.alerts() >= taken as u64, "{} of {taken} alerts are there", reference.alerts());

    // And what happens from now on is everywhere.
    let more = storm(&serve, &key, 50);
    let whole = taken + more;
    wait("everybody has heard of what came since", &|| reference.alerts() >= whole as u64 && agree());
    for seat in &all {
        assert_eq!(seat.cuts.load(Ordering::SeqCst), 1);
        // Another run of the engine has other revisions: what was missed cannot be told change by change.
        assert_eq!(seat.snapshots.load(Ordering::SeqCst), 2);
    }
    println!("{} seats back in {back:?}, of which {listens:?} until the engine listened; {whole} alerts", all.len());
    serve.kill();
}
