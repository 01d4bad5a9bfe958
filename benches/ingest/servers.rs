//! The four servers. Each prints its address, then a key and a secret for each tenant, and ends with its standard input.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use alert_whisperer::core::board::Board;
use alert_whisperer::core::input::Actor;
use alert_whisperer::engine;
use alert_whisperer::link::{Feed, Link, NewTenant, Reply, Request};
use alert_whisperer::receiver;
use alert_whisperer::sender::signature;
use alert_whisperer::store::sqlite;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use tokio::sync::oneshot;

pub fn run(kind: &str, dir: &Path, tenants: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match kind {
        "bare" => runtime.spawn(plain(Router::new().route(PATH, post(|_: Bytes| async { ANSWER })), tenants)),
        "parse" => runtime.spawn(plain(Router::new().route(PATH, post(parse)), tenants)),
        "append" => {
            let log = Appender::start(&dir.join("log"));
            runtime.spawn(plain(Router::new().route(PATH, post(append)).with_state(log), tenants))
        }
        _ => return ours(&runtime, dir, tenants),
    };
    wait();
}

const PATH: &str = "/api/webhooks/alerts";
const ANSWER: &str = "{\"message\":\"Alert received\",\"alert_id\":\"a\",\"incident_id\":\"b\",\"duplicate\":false}";

fn wait() {
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

async fn plain(router: Router, tenants: usize) {
    use hyper_util::rt::TokioIo;
    use hyper_util::service::TowerToHyperService;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("{}", listener.local_addr().unwrap());
    (0..tenants).for_each(|_| println!("key {SECRET}"));
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let service = TowerToHyperService::new(router.clone());
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

const SECRET: &str = "a secret of the usual length";

/// The HMAC over the raw body, and the body as JSON.
fn verify(headers: &HeaderMap, body: &Bytes) -> bool {
    let timestamp = headers["x-timestamp"].to_str().unwrap().parse().unwrap();
    let signed = signature(SECRET, timestamp, body) == headers["x-signature"].to_str().unwrap();
    signed && serde_json::from_slice::<serde_json::Value>(body).unwrap()["asset_name"].is_string()
}

async fn parse(headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    if verify(&headers, &body) { (StatusCode::OK, ANSWER) } else { (StatusCode::UNAUTHORIZED, "") }
}

async fn append(State(log): State<Appender>, headers: HeaderMap, body: Bytes) -> (StatusCode, &'static str) {
    if !verify(&headers, &body) {
        return (StatusCode::UNAUTHORIZED, "");
    }
    let (done, synced) = oneshot::channel();
    log.entries.send((body, done)).unwrap();
    synced.await.unwrap();
    (StatusCode::OK, ANSWER)
}

/// Appends to one file, one fdatasync for everything that waits.
#[derive(Clone)]
struct Appender {
    entries: Sender<(Bytes, oneshot::Sender<()>)>,
}

impl Appender {
    fn start(path: &Path) -> Self {
        let file = File::create(path).unwrap();
        let (entries, arriving) = channel();
        std::thread::spawn(move || Self::run(file, &arriving));
        Self { entries }
    }

    fn run(mut file: File, arriving: &Receiver<(Bytes, oneshot::Sender<()>)>) {
        let mut written = Vec::new();
        while let Ok((body, done)) = arriving.recv() {
            written.clear();
            written.extend_from_slice(&body);
            let mut waiting = vec![done];
            while let Ok((body, done)) = arriving.try_recv() {
                written.extend_from_slice(&body);
                waiting.push(done);
            }
            file.write_all(&written).unwrap();
            file.sync_data().unwrap();
            waiting.into_iter().for_each(|done| done.send(()).unwrap());
        }
    }
}

/// The whole of it, with one seat that keeps its board in step.
fn ours(runtime: &tokio::runtime::Runtime, dir: &Path, tenants: usize) {
    let options = engine::Options {
        declared: Vec::new(),
        technicians: Vec::new(),
        public_url: String::new(),
        clock: engine::wall_clock(),
        people: Default::default(),
        own_log: Default::default(),
    };
    let opened = dir.to_owned();
    let running = engine::start(move || sqlite::open(&opened), options).unwrap();
    let handle = running.handle().clone();
    let bound = receiver::bind("127.0.0.1:0".parse().unwrap(), handle.clone(), receiver::Options::default()).unwrap();
    println!("{}", bound.address());
    runtime.block_on(async {
        for number in 0..tenants {
            let id = format!("comp_{number}").parse().unwrap();
            let new = NewTenant { id, name: None, critical_assets: vec!["web-00*".into()], aws: None };
            let Ok(Reply::Issued(issued)) = handle.caller().ask(&Actor::named("bench"), Request::TenantAdd(new)).await
            else {
                panic!("no tenant")
            };
            let settings = vec![("rate_limit.requests_per_minute".to_owned(), "0".to_owned())];
            let set = Request::TenantSet { id: issued.tenant.clone(), settings };
            handle.caller().ask(&Actor::named("bench"), set).await.unwrap();
            println!("{} {}", issued.api_key.unwrap(), issued.hmac_secret.unwrap());
        }
    });
    let seat = handle.seat();
    std::thread::spawn(move || watch(seat));
    let (stop, stopped) = oneshot::channel::<()>();
    let receiver = runtime.spawn(receiver::serve(bound, async {
        let _ = stopped.await;
    }));
    wait();
    stop.send(()).unwrap();
    runtime.block_on(receiver).unwrap().unwrap();
    running.stop();
}

fn watch(mut seat: Link) {
    let board = Arc::new(std::sync::Mutex::new(Board::default()));
    while let Some(piece) = seat.feed.blocking_recv() {
        let mut board = board.lock().unwrap();
        match piece {
            Feed::Snapshot(snapshot) => board.reset(*snapshot),
            Feed::Changes(changes) => changes.iter().for_each(|published| board.apply(published)),
            Feed::Pulse(pulse) => board.pulse = *pulse,
            Feed::Present(_) | Feed::Away(_) => {}
            Feed::Lost(_) => return,
        }
    }
}
