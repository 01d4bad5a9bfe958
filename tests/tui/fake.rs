//! An engine in memory: the real core behind a link, without receiver or store. What it holds is said by one word.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use alert_whisperer::core::alert::{AlertStatus, Report};
use alert_whisperer::core::board::Board;
use alert_whisperer::core::change::{Change, Published};
use alert_whisperer::core::engine::Engine;
use alert_whisperer::core::execution::order::Platform;
use alert_whisperer::core::id::SessionId;
use alert_whisperer::core::id::TenantId;
use alert_whisperer::core::input::{Delivery, Input, OnIncident};
use alert_whisperer::core::node::Node;
use alert_whisperer::core::pulse::Pulse;
use alert_whisperer::core::session::End;
use alert_whisperer::core::session::step::{OnSession, Step};
use alert_whisperer::core::severity::Severity;
use alert_whisperer::core::tenant::{Settings, Tenant};
use alert_whisperer::core::time::Moment;
use alert_whisperer::link::remote::{Located, Reached, Remote};
use alert_whisperer::link::session::{Talk, Talked};
use alert_whisperer::link::{Call, Caller, Detail, Feed, Link, Refusal, Reply, Request};
use tokio::sync::mpsc;

use super::machine::Machine;

/// From then on, the seat's clock panics.
pub static BROKEN: AtomicBool = AtomicBool::new(false);

/// How many acts the engine was asked for.
pub static ACTS: AtomicU64 = AtomicU64::new(0);

const START: i64 = 1_750_000_000_000;

pub struct Fake {
    engine: Engine,
    board: Board,
    feed: mpsc::Sender<Feed>,
    calls: mpsc::Receiver<Call>,
    alerts: u64,
    machine: Machine,
    /// Questions about the machine that wait for something new: the session, how far, and where the answer goes.
    reading: Vec<(SessionId, u64, u64, Call)>,
}

pub fn now() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    Moment(since.as_millis() as i64)
}

pub fn breakable_clock() -> Moment {
    assert!(!BROKEN.load(Ordering::Acquire), "the planted panic");
    now()
}

/// `empty`, `board N` with N incidents, `storm N` with N incidents and 1,000 alerts a second.
pub fn link(holds: &str) -> Link {
    let (feed_in, feed) = mpsc::channel(256);
    let (caller, calls) = Caller::new(16);
    let mut words = holds.split(' ');
    let kind = words.next().unwrap().to_owned();
    let count: u64 = words.next().map_or(0, |count| count.parse().unwrap());
    std::thread::spawn(move || {
        let (engine, board, machine) = (Engine::default(), Board::default(), Machine::boot());
        let mut fake = Fake { engine, board, feed: feed_in, calls, alerts: 0, machine, reading: Vec::new() };
        if kind != "empty" {
            fake.fill(count);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(fake.serve(kind == "storm"));
    });
    Link { feed, caller }
}

impl Fake {
    fn fill(&mut self, incidents: u64) {
        for name in ["acme", "borealis", "cobalt", "dunes", "ember", "fjord"] {
            let tenant = Tenant {
                id: format!("comp_{name}").parse().unwrap(),
                name: format!("{} Corp", name[..1].to_uppercase() + &name[1..]),
                created_at: Moment(START),
                settings: Settings::default(),
                sources: Default::default(),
                credentials: Arc::default(),
            };
            let input = Input::Tenant {
                tenant: Box::new(tenant.clone()),
                credentials: Default::default(),
                by: Default::default(),
            };
            self.apply(Moment(START), &tenant.id, &input);
        }
        for _ in 0..incidents {
            self.alert(now(), incidents);
        }
    }

    /// One more alert, on one of `spread` problems.
    fn alert(&mut self, at: Moment, spread: u64) -> Vec<Published> {
        const TENANTS: [&str; 6] = ["acme", "borealis", "cobalt", "dunes", "ember", "fjord"];
        const TOOLS: [&str; 3] = ["Datadog", "Zabbix", "Prometheus"];
        const WHAT: [&str; 4] = ["high_cpu_usage", "disk_full", "replication_lag", "http_5xx_rate"];
        self.alerts += 1;
        // Spread without a pattern, the same each time.
        let random = self.alerts.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let which = if self.alerts <= spread { self.alerts } else { random % spread.max(1) };
        let pick = |list: usize, salt: u64| (which.wrapping_mul(salt) >> 3) as usize % list;
        let report = Report {
            asset_name: format!("host-{which:05}"),
            signature: WHAT[pick(4, 7)].into(),
            severity: Severity::ALL[pick(4, 31)],
            status: AlertStatus::Firing,
            message: format!("measured {} which is over the limit", random % 1000),
            message_cut: false,
            tool_source: TOOLS[(random >> 7) as usize % 3].into(),
            occurred_at: None,
            instance_id: None,
            links: Vec::new(),
            labels: Default::default(),
            fingerprint: None,
            identity: Default::default(),
        };
        let tenant: TenantId = format!("comp_{}", TENANTS[pick(6, 13)]).parse().unwrap();
        let delivery = Delivery { source: "alerts".into(), reports: vec![report.into()], ..Delivery::default() };
        self.apply(at, &tenant, &Input::Delivery(delivery))
    }

    fn apply(&mut self, at: Moment, tenant: &TenantId, input: &Input) -> Vec<Published> {
        let changes = self.engine.apply(at, tenant, input);
        self.publish(changes)
    }

    fn publish(&mut self, changes: Vec<Change>) -> Vec<Published> {
        let mut published = Vec::new();
        for change in changes {
            let next = Published { revision: self.board.revision + 1, company_id: change.tenant().clone(), change };
            self.board.apply(&next);
            published.push(next);
        }
        published
    }

    async fn serve(mut self, storm: bool) {
        self.board.pulse =
            Pulse { at: now(), listen: Some("127.0.0.1:8001".into()), received: self.alerts, ..Pulse::default() };
        if self.feed.send(Feed::Snapshot(Box::new(self.board.snapshot()))).await.is_err() {
            return;
        }
        let spread = self.alerts;
        let mut batches = tokio::time::interval(Duration::from_millis(10));
        loop {
            tokio::select! {
                Some(call) = self.calls.recv() => self.answer(call).await,
                _ = batches.tick(), if storm => {
                    let mut batch = Vec::new();
                    for _ in 0..10 {
                        batch.extend(self.alert(now(), spread));
                    }
                    // A seat that can't keep up gets a new snapshot, as the engine's feed does it.
                    if self.feed.try_send(Feed::Changes(Arc::new(batch))).is_err() {
                        let snapshot = Box::new(self.board.snapshot());
                        if self.feed.send(Feed::Snapshot(snapshot)).await.is_err() {
                            return;
                        }
                    }
                }
                () = self.feed.closed() => return,
            }
        }
    }

    /// Somebody does something to a session, or asks what it shows.
    async fn talk(&mut self, talk: Talk, call: Call) {
        if let Talk::Read { session, seen, version } = talk {
            self.reading.push((session, seen, version, call));
            return self.show();
        }
        let step = match &talk {
            Talk::Open { wish, .. } => Some(Step::Ask { wish: wish.clone() }),
            Talk::End { .. } => Some(Step::Ended { how: End::Closed, why: None, exit_code: None, recording: None }),
            Talk::Detach { .. } => Some(Step::Detach),
            Talk::Leave { .. } => Some(Step::Leave),
            _ => None,
        };
        let step = self.machine.take(&talk).or(step);
        let tenant = match &talk {
            Talk::Open { tenant, .. } => tenant.clone(),
            other => other.session().unwrap().tenant.clone(),
        };
        let number = talk.session().map_or_else(|| self.engine.next_session(&tenant), |session| session.number);
        if let Some(step) = step {
            let session = if matches!(step, Step::Ask { .. }) { 0 } else { number };
            let on = OnSession { session, by: call.by.clone(), step };
            assert_eq!(self.engine.check_session(&tenant, &on).err(), None);
            let changes = self.apply(now(), &tenant, &Input::Session(on));
            let _ = self.feed.send(Feed::Changes(Arc::new(changes))).await;
        }
        let opened = matches!(talk, Talk::Open { .. });
        let id = SessionId { tenant, number };
        let reply = Reply::Talked(if opened { Talked::Opening(id) } else { Talked::Done });
        let _ = call.answer.send(Ok(reply));
        self.show();
    }

    /// Answers everybody who has not seen everything.
    fn show(&mut self) {
        for (session, seen, version, call) in std::mem::take(&mut self.reading) {
            let over = self.board.session(&session).is_none_or(|session| session.is_over());
            match self.machine.piece(seen, version, over) {
                Some(piece) => drop(call.answer.send(Ok(Reply::Talked(Talked::Piece(Box::new(piece)))))),
                None => self.reading.push((session, seen, version, call)),
            }
        }
    }

    async fn answer(&mut self, mut call: Call) {
        let request = std::mem::replace(&mut call.request, Request::Undo);
        let reply = match request {
            Request::Session(talk) => return self.talk(talk, call).await,
            Request::Remote(Remote::Locate { incidents }) => {
                let located = incidents.into_iter().map(|incident| Located {
                    asset: self.engine.incident(&incident).unwrap().asset_name.clone(),
                    incident,
                    nodes: vec![node()],
                    how: "by its name".into(),
                });
                Ok(Reply::Reached(Reached::Located(located.collect())))
            }
            Request::Act { incident, act } => {
                ACTS.fetch_add(1, Ordering::AcqRel);
                if std::env::var("SEAT_BREAKS").is_ok() {
                    BROKEN.store(true, Ordering::Release);
                }
                if std::env::var("SEAT_STOPS").is_ok() {
                    rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::TSTP).unwrap();
                }
                let on = OnIncident { incident: incident.number, by: call.by, act };
                let changes = self.apply(now(), &incident.tenant, &Input::Act(on));
                let _ = self.feed.send(Feed::Changes(Arc::new(changes))).await;
                Ok(Reply::Done)
            }
            Request::Detail { incident } => match self.engine.incident(&incident) {
                Some(incident) => Ok(Reply::Detail(Box::new(Detail {
                    incident: incident.clone(),
                    alerts: Vec::new(),
                    timeline: Vec::new(),
                }))),
                None => Err(Refusal::new("no_incident", "no such incident")),
            },
            _ => Err(Refusal::new("not_here", "not in this test")),
        };
        let _ = call.answer.send(reply);
    }
}

/// The one machine of every account.
fn node() -> Node {
    Node {
        instance: "i-0123456789abcdef0".parse().unwrap(),
        name: "the-machine".into(),
        platform: Platform::Linux,
        system: "Ubuntu 24.04".into(),
        ip: "10.0.0.1".into(),
        agent_version: "3.3".into(),
        online: true,
        last_ping_at: None,
    }
}
