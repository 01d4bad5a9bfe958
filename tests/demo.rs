//! The demo's night, played fast to a real engine and receiver; and the command itself, which leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use alert_whisperer::action::{self, Duty, Pace};
use alert_whisperer::aws::{Aws, Keys, Options};
use alert_whisperer::core::board::Board;
use alert_whisperer::core::change::Change;
use alert_whisperer::core::execution::Output;
use alert_whisperer::core::id::AlertId;
use alert_whisperer::core::incident::Incident;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::role::Risk;
use alert_whisperer::core::severity::Severity;
use alert_whisperer::core::time::Span;
use alert_whisperer::demo::aws::{self, StandIn};
use alert_whisperer::demo::companies::{ACME, COMPANIES};
use alert_whisperer::demo::crew;
use alert_whisperer::demo::player::Player;
use alert_whisperer::demo::post::Post;
use alert_whisperer::demo::script::{Scene, Step, script};
use alert_whisperer::engine::{self, wall_clock};
use alert_whisperer::link::remote::{Blank, Draft, Followed, Reached, Remote, Wanted};
use alert_whisperer::link::{Feed, Link, Reply, Request};
use alert_whisperer::receiver;
use alert_whisperer::store::sqlite;

/// What a seat has seen.
#[derive(Default)]
struct Seen {
    board: Board,
    /// How many times each alert that was repeated has been reported.
    repeated: HashMap<AlertId, u32>,
    alerts: usize,
}

impl Seen {
    /// Follows the feed until `enough`. That something never comes is told by the time limit, not waited for when it does.
    async fn until(&mut self, link: &mut Link, enough: impl Fn(&Self) -> bool) {
        let follow = async {
            while !enough(self) {
                match link.feed.recv().await.expect("the engine runs") {
                    Feed::Snapshot(snapshot) => self.board.reset(*snapshot),
                    Feed::Pulse(pulse) => self.board.pulse = *pulse,
                    Feed::Present(_) | Feed::Away(_) => {}
                    Feed::Lost(why) => panic!("{why}"),
                    Feed::Changes(changes) => {
                        for published in changes.iter() {
                            match &published.change {
                                Change::AlertReceived(_) => self.alerts += 1,
                                Change::AlertSeenAgain { id, seen, .. } => {
                                    self.repeated.insert(id.clone(), *seen);
                                }
                                _ => {}
                            }
                            self.board.apply(published);
                        }
                    }
                }
            }
        };
        if tokio::time::timeout(Duration::from_secs(60), follow).await.is_err() {
            panic!("it never came; the board: {:#?}", self.board);
        }
    }

    fn of(&self, company: &str) -> Vec<&Incident> {
        self.board
            .incidents()
            .filter(|incident| incident.company_id.as_str() == company)
            .map(|found| &**found)
            .collect()
    }

    fn find(&self, company: &str, signature: &str) -> Option<&Incident> {
        self.of(company).into_iter().find(|incident| incident.signature == signature)
    }
}

/// The first minute and a half: every scene has begun and none of the great ones is over.
fn prefix() -> Vec<Step> {
    script(1, 0).into_iter().filter(|step| step.at < Span(90_000)).collect()
}

/// Alerts that senders with the right secret post, without those that only repeat one.
fn expected(steps: &[Step]) -> usize {
    let mut known = std::collections::HashSet::new();
    let alerts = steps.iter().filter_map(|step| match &step.post {
        Post::Alerts(alerts) => Some(alerts.iter().map(move |alert| (step, alert))),
        Post::Forged(_) | Post::Unreadable(_) => None,
    });
    let counts = |(step, alert): &(&Step, &alert_whisperer::demo::post::Alert)| {
        let alertmanager = step.tool == alert_whisperer::demo::companies::Tool::Prometheus;
        !alertmanager
            || !alert.firing
            || known.insert((step.company.id, alert.asset.clone(), alert.signature, alert.since))
    };
    alerts.flatten().filter(counts).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_scene_is_on_the_board() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_owned();
    let options = engine::Options {
        declared: Vec::new(),
        technicians: crew::technicians(),
        public_url: String::new(),
        clock: wall_clock(),
        people: Default::default(),
        own_log: Default::default(),
    };
    let running = engine::start(move || sqlite::open(&data_dir), options).unwrap();
    let handle = running.handle().clone();
    let bound = receiver::bind("127.0.0.1:0".parse().unwrap(), handle.clone(), receiver::Options::default()).unwrap();
    let receiver = tokio::spawn(receiver::serve(bound, std::future::pending()));
    let mut link = handle.seat();
    let mut seen = Seen::default();

    let player = Player::prepare(handle.caller(), &Actor::named("kim"), 10_000.0, wall_clock()).await.unwrap();
    seen.until(&mut link, |seen| seen.board.tenants.len() == COMPANIES.len()).await;
    let steps = prefix();
    let alerts = expected(&steps);
    let assets_in_storm = assets_in_storm(&steps);
    let night = tokio::spawn(async move { player.night(steps).await });

    // One more is our own, about the sender with the wrong secret. Four of Alertmanager's have come four times by then.
    seen.until(&mut link, |seen| {
        let of_delta = seen.repeated.iter().filter(|(id, _)| id.tenant.as_str() == "comp_delta");
        seen.alerts == alerts + 1
            && of_delta.filter(|(_, seen)| **seen == 4).count() >= 4
            && seen.board.tenants.values().any(|panel| panel.quarantined > 0)
    })
    .await;
    night.await.unwrap();

    assert!(assets_in_storm >= 36);
    let struck = |incident: &&Incident| {
        ["dc2-", "wms-"].iter().any(|prefix| incident.asset_name.starts_with(prefix)) && incident.is_open()
    };
    assert!(seen.of("comp_bluefin").into_iter().filter(struck).count() >= assets_in_storm);

    // Nobody has room for a storm: the first incidents are given away, and the rest say why they are not.
    let given = |incident: &&Incident| incident.assigned_to.is_some();
    let crew: Vec<_> = crew::technicians().into_iter().map(|technician| technician.name).collect();
    let all: Vec<&Incident> = seen.board.incidents().map(|incident| &**incident).collect();
    assert!(all.iter().filter(|incident| given(incident)).count() >= 6);
    assert!(all.iter().filter_map(|incident| incident.assigned_to.as_ref()).all(|name| crew.contains(name)));
    let left = |incident: &&&Incident| incident.is_open() && !given(incident) && incident.priority_score >= 60;
    let why = all.iter().filter(left).filter_map(|incident| incident.unassigned_because.as_deref());
    assert!(why.filter(|why| why.contains("limit")).count() >= 6, "{all:#?}");
    let promised = all.iter().filter(|incident| incident.severity >= Severity::High && incident.is_open());
    assert!(promised.clone().count() > 20 && promised.clone().all(|incident| incident.sla.resolve.is_some()));

    let flapping: Vec<_> = seen.board.incidents().filter(|incident| incident.flapping).collect();
    assert!(matches!(flapping.as_slice(), [one] if one.asset_name == "lobby-eu-01"), "{flapping:#?}");

    let agreed = seen.find("comp_cedar", "database_down").unwrap();
    assert_eq!(agreed.tool_sources.len(), 3, "{agreed:#?}");
    assert_eq!(agreed.score_terms.critical_asset, 20);
    assert!(agreed.priority_score >= 120, "{agreed:#?}");

    let forged = seen.find("comp_delta", "webhook_auth_failures").unwrap();
    assert!(forged.is_open() && forged.asset_name == "webhook:alerts", "{forged:#?}");

    assert_eq!(seen.board.tenants[&"comp_acme".parse().unwrap()].quarantined, 1);

    let burning = seen.find("comp_fjord", "disk_space_low").unwrap();
    assert_eq!((burning.asset_name.as_str(), burning.alert_count), ("historian-01", 3));

    let repeated: Vec<_> = seen.of("comp_delta").into_iter().filter(|found| found.signature == "job_overdue").collect();
    assert_eq!(repeated.len(), 4);
    assert!(repeated.iter().all(|incident| incident.alert_count == 1 && incident.score_terms.duplicates == 0));

    receiver.abort();
    running.stop();
}

/// The full disk of web-03: looked into by a runbook, and worked on by a command that the crew's lead approves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_full_disk_is_looked_into_on_the_machine_itself() {
    let stand_in = StandIn::start(aws::world()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().to_owned();
    let options = engine::Options {
        declared: Vec::new(),
        technicians: crew::technicians(),
        public_url: String::new(),
        clock: wall_clock(),
        people: Default::default(),
        own_log: Default::default(),
    };
    let running = engine::start(move || sqlite::open(&data_dir), options).unwrap();
    let handle = running.handle().clone();
    let key = stand_in.base();
    let keys = Keys { id: key.access_key.clone(), secret: key.secret.expose().to_owned().into() };
    let reached = action::Options {
        aws: Aws::new(Options { endpoint_url: Some(stand_in.url()), keys: Some(keys), ..Options::default() }),
        runbooks: None,
        clock: wall_clock(),
        pace: Pace::default(),
        duty: Duty::Everything,
        sessions: action::session::Rules::of(folder.path()),
    };
    let _hands = action::start(handle.clone(), reached);
    let bound = receiver::bind("127.0.0.1:0".parse().unwrap(), handle.clone(), receiver::Options::default()).unwrap();
    tokio::spawn(receiver::serve(bound, std::future::pending()));
    let mut link = handle.seat();
    let mut seen = Seen::default();
    // To its crew, everything has waited long enough.
    let later = Arc::new(|| wall_clock()() + crew::APPROVES_AFTER);
    let player = Player::prepare(handle.caller(), &Actor::named("kim"), 10_000.0, later).await.unwrap();
    let full = script(1, 0).into_iter().filter(|step| step.scene == Scene::DiskFull && step.at < Span(60_000));
    player.night(full.collect()).await;
    seen.until(&mut link, |seen| seen.find("comp_acme", "disk_full").is_some()).await;
    let incident = seen.find("comp_acme", "disk_full").unwrap().id.clone();

    let kim = Actor::named("kim");
    let ask = async |remote| match link.caller.ask(&kim, Request::Remote(remote)).await.unwrap() {
        Reply::Reached(reached) => reached,
        other => panic!("{other:?}"),
    };
    let Reached::Runbooks(offers) = ask(Remote::Runbooks { incident: incident.clone() }).await else { panic!() };
    let Reached::Located(located) = ask(Remote::Locate { incidents: vec![incident.clone()] }).await else { panic!() };
    assert_eq!((offers[0].risk, located[0].nodes.len()), (Risk::Low, 1), "{offers:?} {located:?}");
    let targets = vec![(incident, located[0].nodes[0].instance.clone())];
    // Not from the root on: how much there is below it is another machine's matter.
    let small =
        |blank: &Blank| (blank.name.clone(), if blank.name == "path" { "/etc".into() } else { blank.value.clone() });
    let inputs = offers[0].inputs.iter().map(small).collect();
    let runbook = Wanted::Runbook { name: offers[0].name.clone(), inputs };
    for (what, typed, prints) in [
        (runbook, None, "Filesystem"),
        (Wanted::Command { text: "pwd".into() }, Some("web-03".to_owned()), "alert-whisperer-aws-stand-in"),
    ] {
        let draft = Draft { targets: targets.clone(), what, timeout_seconds: None, again: None };
        let Reached::Plan(plan) = ask(Remote::Prepare(draft.clone())).await else { panic!() };
        let run = Remote::Run { draft, digest: plan.digest.clone(), typed };
        let Reached::Begun(id) = ask(run).await else { panic!() };
        let ines = Actor::named(crew::LEAD);
        let approvals = player.approvals(&ines, &ACME).await;
        assert_eq!(approvals.len(), usize::from(plan.gate.approval));
        for approve in approvals {
            link.caller.ask(&ines, approve).await.unwrap();
        }
        let mut followed = Followed { version: 0, output: Output::default(), over: false };
        while !followed.over {
            let more = Remote::Output { execution: id.clone(), instance: targets[0].1.clone(), seen: followed.version };
            let Reached::Output(more) = ask(more).await else { panic!() };
            followed = *more;
        }
        assert!(followed.output.stdout.contains(prints), "{followed:?}");
    }
}

fn assets_in_storm(steps: &[Step]) -> usize {
    let storm = steps.iter().filter(|step| step.scene == Scene::Storm);
    let assets = storm.flat_map(|step| match &step.post {
        Post::Alerts(alerts) => alerts.iter().map(|alert| alert.asset.as_str()).collect(),
        Post::Forged(_) | Post::Unreadable(_) => Vec::new(),
    });
    assets.collect::<std::collections::HashSet<_>>().len()
}

#[test]
fn the_command_tells_what_happens_and_leaves_nothing_behind() {
    let temporary = tempfile::tempdir().unwrap();
    let demo = Command::new(env!("CARGO_BIN_EXE_alert-whisperer"))
        .args(["demo", "--speed", "20"])
        .env("TMPDIR", temporary.path())
        .env("HOME", temporary.path().join("home"))
        // Whoever needs a proxy for the world must not get the demo's alerts there.
        .env("http_proxy", "http://127.0.0.1:9")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut demo = Ended(demo);
    let out = BufReader::new(demo.0.stdout.take().unwrap());
    let (telling, told) = std::sync::mpsc::channel();
    // It reads to the end, so that the demo can always write.
    let reading = std::thread::spawn(move || out.lines().map(Result::unwrap).for_each(|line| drop(telling.send(line))));
    let opened = |line: &String| line.contains(" opened ") && line.contains("ehr-db-01 database_down");
    while !opened(&told.recv_timeout(Duration::from_secs(60)).expect("it tells of the incident")) {}
    // Its data, and what the AWS stand-in's machines have.
    assert_eq!(entries(temporary.path()), 2);
    let process = rustix::process::Pid::from_child(&demo.0);
    rustix::process::kill_process(process, rustix::process::Signal::TERM).unwrap();
    assert!(demo.0.wait().unwrap().success());
    reading.join().unwrap();
    assert_eq!(entries(temporary.path()), 0);
}

/// A process that does not outlive its test.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It has ended by itself when all went well.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn entries(folder: &Path) -> usize {
    folder.read_dir().unwrap().count()
}
