//! A command is sent once and followed to its end, whenever the engine is killed: the real program, killed at 50 points around
//! the answer to SendCommand, before the stand-in that wrote down what it was sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

// Crash trials share it; not every one needs all of it.
#[allow(dead_code)]
#[path = "support/program.rs"]
mod program;

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alert_whisperer::core::board::Board;
use alert_whisperer::core::execution::Outcome;
use alert_whisperer::core::id::{ExecutionId, IncidentId};
use alert_whisperer::core::input::Actor;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::faults::Fault;
use alert_whisperer::demo::aws::state::Requested;
use alert_whisperer::demo::aws::world::{Account, Node, World};
use alert_whisperer::link::remote::{Draft, Reached, Remote, Wanted};
use alert_whisperer::link::{Feed, Link, Reply, Request, socket};
use alert_whisperer::sender::signature;

use program::{Connection, Serve};

const POINTS: usize = 50;
const WEB: &str = "i-0123456789abcdef0";
/// Nothing is waited for that long unless it fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// When the engine is killed, counted from the moment at which AWS has the command.
#[derive(Clone, Copy, Debug)]
enum Kill {
    /// It has no answer yet, and never gets one.
    Unanswered,
    /// The answer is on its way, or read, or being written down, or is.
    After(Duration),
}

impl Kill {
    /// A tenth of them without an answer; the others within the some milliseconds in which it is written
    /// down.
    fn at(point: usize) -> Self {
        match point % 10 {
            0 => Self::Unanswered,
            _ => Self::After(Duration::from_micros(60 * (point as u64 - point as u64 / 10 - 1))),
        }
    }
}

#[test]
fn a_command_is_sent_once_and_followed_to_its_end_whenever_the_engine_is_killed() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let node = Node::new(WEB, "web-03");
    let world = World::of(vec![Account::new("111122223333", "us-east-1", "acme-1", vec![node])]);
    let stand_in = runtime.block_on(StandIn::start(world)).unwrap();
    let mut serve = Some(start(dir.path(), &stand_in));
    let incident = incident(dir.path(), serve.as_ref().unwrap());

    let mut ids = Vec::new();
    let mut interrupted = 0;
    for point in 0..POINTS {
        let kill = Kill::at(point);
        if matches!(kill, Kill::Unanswered) {
            stand_in.faults().next("SendCommand", Fault::SilentAfter);
        }
        let id = runtime.block_on(begin(dir.path(), &incident, point));
        runtime.block_on(stand_in.until(|requests| sends(requests) > point));
        if let Kill::After(delay) = kill {
            std::thread::sleep(delay);
        }
        serve.take().unwrap().kill();
        serve = Some(start(dir.path(), &stand_in));
        let found = stand_in.requests().iter().filter(|request| request.operation == "ListCommands").count();
        let outcome = runtime.block_on(end(dir.path(), &id));
        assert_eq!(outcome, Some(Outcome::Success), "{kill:?}: {id}");
        let looked = stand_in.requests().iter().filter(|request| request.operation == "ListCommands").count() > found;
        interrupted += usize::from(looked);
        ids.push(id);
    }

    assert_eq!((sends(&stand_in.requests()), stand_in.commands().len()), (POINTS, POINTS));
    for id in &ids {
        let mark = format!("{id} ");
        let of = stand_in.commands().iter().filter(|sent| sent.comment.starts_with(&mark)).count();
        assert_eq!(of, 1, "{id}");
    }
    assert!(interrupted >= POINTS / 10, "nothing was tried: {interrupted}");
}

fn sends(requests: &[Requested]) -> usize {
    requests.iter().filter(|request| request.operation == "SendCommand").count()
}

/// The program, with the stand-in in the place of AWS and with keys of its own.
fn start(dir: &Path, stand_in: &StandIn) -> Serve {
    let config = dir.join("config.toml");
    let aws = format!("[aws]\nendpoint_url = \"{}\"\nregion = \"us-east-1\"\n", stand_in.url());
    std::fs::write(&config, aws).unwrap();
    let (folder, key) = (dir.join(".aws"), stand_in.base());
    std::fs::create_dir_all(&folder).unwrap();
    let (id, secret) = (&key.access_key, key.secret.expose());
    let keys = format!("[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    std::fs::write(folder.join("credentials"), keys).unwrap();
    Serve::with(dir, &["--config", config.to_str().unwrap()])
}

/// A tenant with an account, whose commands are of low risk, and an incident of it.
fn incident(dir: &Path, serve: &Serve) -> IncidentId {
    let add = [
        "tenant",
        "add",
        "comp_acme",
        "--aws-account-id=111122223333",
        "--aws-role-arn=arn:aws:iam::111122223333:role/AlertWhisperer",
        "--aws-external-id=acme-1",
        "--aws-region=us-east-1",
    ];
    let issued = program::json(dir, &add);
    program::run(dir, &["tenant", "set", "comp_acme", "actions.command_risk=low"]);
    let body =
        r#"{"asset_name":"web-03","signature":"disk_full","severity":"high","message":"/","tool_source":"Zabbix"}"#;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap();
    let (key, secret) = (issued["api_key"].as_str().unwrap(), issued["hmac_secret"].as_str().unwrap());
    let request = format!(
        "POST /api/webhooks/alerts HTTP/1.1\r\nHost: trial\r\nX-API-Key: {key}\r\nX-Timestamp: {now}\r\n\
         X-Signature: {}\r\nContent-Length: {}\r\n\r\n{body}",
        signature(secret, now, body.as_bytes()),
        body.len()
    );
    let (status, answer) = Connection::open(serve.address).unwrap().ask(request.as_bytes()).unwrap();
    assert_eq!(status, 200);
    let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap();
    answer["incident_id"].as_str().unwrap().parse().unwrap()
}

async fn seat(dir: &Path, subscribe: bool) -> Link {
    socket::connect(&dir.join("engine.sock"), subscribe).await.unwrap()
}

/// Asks for a command as a seat does, once somebody has read what would run.
async fn begin(dir: &Path, incident: &IncidentId, point: usize) -> ExecutionId {
    let link = seat(dir, false).await;
    let ask = async |remote| match link.caller.ask(&Actor::named("trial"), Request::Remote(remote)).await.unwrap() {
        Reply::Reached(reached) => reached,
        other => panic!("{other:?}"),
    };
    let draft = Draft {
        targets: vec![(incident.clone(), WEB.parse().unwrap())],
        what: Wanted::Command { text: format!("echo {point}") },
        timeout_seconds: None,
        again: None,
    };
    let Reached::Plan(plan) = ask(Remote::Prepare(draft.clone())).await else { panic!() };
    let Reached::Begun(id) = ask(Remote::Run { draft, digest: plan.digest, typed: None }).await else { panic!() };
    id
}

/// Watches an execution to its end.
async fn end(dir: &Path, id: &ExecutionId) -> Option<Outcome> {
    let mut link = seat(dir, true).await;
    let mut board = Board::default();
    let by = tokio::time::Instant::now() + PATIENCE;
    loop {
        if let Some(execution) = board.execution(id)
            && execution.is_over()
        {
            return execution.outcome();
        }
        let heard = tokio::time::timeout_at(by, link.feed.recv()).await;
        match heard.unwrap_or_else(|_| panic!("{:#?}", board.execution(id))).unwrap() {
            Feed::Snapshot(snapshot) => board.reset(*snapshot),
            Feed::Changes(changes) => changes.iter().for_each(|change| board.apply(change)),
            Feed::Pulse(_) | Feed::Present(_) | Feed::Away(_) => {}
            Feed::Lost(why) => panic!("{why}"),
        }
    }
}
