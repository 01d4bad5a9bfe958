//! A real engine on a folder of its own, the hands at its side, and the stand-in behind a door that can be shut.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use alert_whisperer::action::session::Rules;
use alert_whisperer::action::{self, Backoff, Duty, Pace, Working};
use alert_whisperer::aws::{Aws, Keys, Options as AwsOptions, Timeouts};
use alert_whisperer::core::alert::{AlertStatus, Report};
use alert_whisperer::core::board::Board;
use alert_whisperer::core::execution::order::{InstanceId, Order, Platform, Target};
use alert_whisperer::core::execution::step::{OnExecution, Step};
use alert_whisperer::core::execution::{Execution, Output};
use alert_whisperer::core::id::{ExecutionId, IncidentId, TenantId};
use alert_whisperer::core::input::{Actor, Input};
use alert_whisperer::core::role::Risk;
use alert_whisperer::core::severity::Severity;
use alert_whisperer::core::tenant::AwsAccount;
use alert_whisperer::core::time::Span;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::{Account, Node, World};
use alert_whisperer::engine::{self, Running};
use alert_whisperer::link::remote::{Reached, Remote};
use alert_whisperer::link::{Feed, Link, NewTenant, Refusal, Reply, Request};
use alert_whisperer::store::{Inbox, Opened, StoreError, Written, sqlite};
use tempfile::TempDir;
use tokio::sync::Notify;

use crate::delivery::deliver;
use crate::door::Door;

pub const REGION: &str = "us-east-1";
pub const ACME: &str = "comp_acme";
pub const BOLT: &str = "comp_bolt";
pub const WEB: &str = "i-0123456789abcdef0";
pub const DB: &str = "mi-0123456789abcdef2";
pub const THEIRS: &str = "i-0fedcba9876543210";
/// Nothing is waited for that long unless a test fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct Rig {
    pub stand_in: StandIn,
    pub door: Door,
    pub pace: Pace,
    /// What is another of the sessions' rules for hands that take their place from now on.
    pub rules: fn(&mut Rules),
    dir: TempDir,
    ahead: Arc<AtomicI64>,
    full: Arc<AtomicBool>,
    /// It had no room for the word that something is about to be sent.
    unsaid: Arc<Notify>,
    hands: Option<Working>,
    running: Option<Running>,
}

/// An inbox on a disk that can be full.
struct Disk {
    inbox: Box<dyn Inbox>,
    full: Arc<AtomicBool>,
    unsaid: Arc<Notify>,
}

impl Disk {
    fn room(&mut self) -> Result<&mut dyn Inbox, StoreError> {
        if self.full.load(Ordering::SeqCst) {
            return Err(StoreError::Full { place: "inbox.db".into() });
        }
        Ok(&mut *self.inbox)
    }
}

impl Inbox for Disk {
    fn append(&mut self, inputs: &[Written]) -> Result<(), StoreError> {
        let sends = |one: &Written| matches!(&*one.entry.input, Input::Execution(on) if on.step == Step::Sending);
        match self.room() {
            Ok(inbox) => inbox.append(inputs),
            Err(full) => {
                if inputs.iter().any(sends) {
                    self.unsaid.notify_one();
                }
                Err(full)
            }
        }
    }

    fn replay(&mut self, each: &mut dyn FnMut(Written)) -> Result<(), StoreError> {
        self.inbox.replay(each)
    }

    fn forget(&mut self, seq: u64, but: &[TenantId]) -> Result<(), StoreError> {
        self.room()?.forget(seq, but)
    }

    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.room()?.erase(tenant)
    }

    fn probe(&mut self) -> Result<(), StoreError> {
        self.room()?.probe()
    }

    fn last_seq(&mut self) -> Result<u64, StoreError> {
        self.inbox.last_seq()
    }
}

/// A seat with its board.
pub struct Seat {
    link: Link,
    pub board: Board,
}

/// `comp_acme` with `web-03` and `db-01`, `comp_bolt` with `web-03` of its own.
pub fn world() -> World {
    let acme = vec![Node::new(WEB, "web-03"), Node { ip: "10.0.0.11".into(), ..Node::new(DB, "db-01") }];
    World::of(vec![
        Account::new("111122223333", REGION, "acme-1", acme),
        Account::new("444455556666", REGION, "bolt-1", vec![Node::new(THEIRS, "web-03")]),
    ])
}

/// In milliseconds.
fn between(from: u64, to: u64) -> Backoff {
    Backoff::between(Duration::from_millis(from), Duration::from_millis(to))
}

/// A hundred times as fast as people get it.
pub fn fast() -> Pace {
    Pace {
        watched: between(10, 20),
        unwatched: between(20, 40),
        trouble: between(10, 40),
        shut_out: between(10, 40),
        looking: between(10, 20),
        shows_within: Span(400),
        output_waits: Duration::from_millis(300),
        lingers: Duration::from_millis(100),
        ..Pace::default()
    }
}

impl Rig {
    pub async fn start() -> Self {
        Self::with(world(), fast()).await
    }

    pub async fn with(world: World, pace: Pace) -> Self {
        let stand_in = StandIn::start(world).await.unwrap();
        let door = Door::open(stand_in.address()).await;
        let dir = tempfile::tempdir().unwrap();
        let (ahead, full, unsaid) = Default::default();
        let mut rig =
            Self { stand_in, door, pace, rules: |_| {}, dir, ahead, full, unsaid, hands: None, running: None };
        rig.wake();
        for (id, account, external_id) in [(ACME, "111122223333", "acme-1"), (BOLT, "444455556666", "bolt-1")] {
            rig.add(id, account, external_id).await;
        }
        rig
    }

    pub async fn add(&self, id: &str, account: &str, external_id: &str) {
        let aws = AwsAccount {
            account_id: account.into(),
            role_arn: format!("arn:aws:iam::{account}:role/AlertWhisperer"),
            external_id: external_id.into(),
            region: REGION.into(),
        };
        let new = NewTenant { id: tenant(id), name: None, critical_assets: Vec::new(), aws: Some(aws) };
        self.ask("priya", Request::TenantAdd(new)).await.unwrap();
    }

    /// The hands and the engine go, in that order.
    pub async fn sleep(&mut self) {
        self.let_go();
        let running = self.running.take();
        tokio::task::spawn_blocking(move || drop(running)).await.unwrap();
    }

    /// The hands come to an end as they should; the engine stays.
    pub async fn close(&mut self) {
        self.hands.take().unwrap().close().await;
    }

    /// The hands go, as if they had been killed; the engine stays.
    pub fn let_go(&mut self) {
        drop(self.hands.take());
    }

    /// Others take their places, to stay.
    pub fn wake(&mut self) {
        self.wake_for(Duty::Everything);
    }

    /// Others take their places.
    pub fn wake_for(&mut self, duty: Duty) {
        let (dir, ahead) = (self.dir.path().to_owned(), self.ahead.clone());
        let wall = engine::wall_clock();
        let clock: engine::Clock = Arc::new(move || wall() + Span(ahead.load(Ordering::SeqCst)));
        let options = engine::Options {
            declared: Vec::new(),
            technicians: Vec::new(),
            public_url: "http://127.0.0.1:8001".into(),
            clock: clock.clone(),
            people: Default::default(),
            own_log: Default::default(),
        };
        let (full, unsaid) = (self.full.clone(), self.unsaid.clone());
        let open = move || {
            let opened = sqlite::open(&dir)?;
            Ok(Opened { inbox: Box::new(Disk { inbox: opened.inbox, full, unsaid }), ..opened })
        };
        let running = engine::start(open, options).unwrap();
        self.hands = Some(self.hands_for(&running, duty, clock));
        self.running = Some(running);
    }

    /// Other hands take their place at the same engine.
    pub fn wake_again(&mut self) {
        let hands = self.hands_for(self.engine(), Duty::Everything, engine::wall_clock());
        self.hands = Some(hands);
    }

    fn hands_for(&self, running: &Running, duty: Duty, clock: engine::Clock) -> Working {
        let mut sessions = Rules::of(self.dir.path());
        (self.rules)(&mut sessions);
        let options = action::Options {
            aws: Aws::new(aws_options(&self.stand_in, self.door.address)),
            runbooks: None,
            clock,
            pace: self.pace.clone(),
            duty,
            sessions,
        };
        action::start(running.handle().clone(), options)
    }

    /// From now on nothing can be written down; or it can again.
    pub fn disk_is_full(&self, full: bool) {
        self.full.store(full, Ordering::SeqCst);
    }

    /// Waits until the disk had no room for the word that something is about to be sent.
    pub async fn could_not_say(&self) {
        tokio::time::timeout(PATIENCE, self.unsaid.notified()).await.unwrap();
    }

    /// The clock goes forward.
    pub fn pass(&self, span: Span) {
        self.ahead.fetch_add(span.0, Ordering::SeqCst);
    }

    pub fn engine(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub async fn ask(&self, who: &str, request: Request) -> Result<Reply, Refusal> {
        self.engine().handle().caller().ask(&Actor::named(who), request).await
    }

    pub async fn remote(&self, remote: Remote) -> Result<Reached, Refusal> {
        match self.ask("priya", Request::Remote(remote)).await? {
            Reply::Reached(reached) => Ok(reached),
            other => panic!("{other:?}"),
        }
    }

    /// An alert that opens an incident.
    pub async fn incident(&self, of: &str, asset: &str) -> IncidentId {
        self.alert(of, asset, "disk_full", None).await
    }

    pub async fn alert(&self, of: &str, asset: &str, signature: &str, instance: Option<&str>) -> IncidentId {
        let report = Report {
            asset_name: asset.into(),
            signature: signature.into(),
            severity: Severity::High,
            status: AlertStatus::Firing,
            message: "/dev/shm is full".into(),
            message_cut: false,
            tool_source: "Zabbix".into(),
            occurred_at: None,
            instance_id: instance.map(Into::into),
            links: Vec::new(),
            labels: Default::default(),
            fingerprint: None,
            identity: Default::default(),
        };
        let receipts = deliver(self.engine().handle(), tenant(of), report, "{}").await;
        receipts.alerts[0].incident_id.clone().unwrap()
    }

    /// Asks for an order as the desk does once somebody has confirmed it.
    pub async fn begin(&self, order: Order) -> ExecutionId {
        self.try_to_begin(order).await.unwrap()
    }

    pub async fn try_to_begin(&self, order: Order) -> Result<ExecutionId, Refusal> {
        let tenant = order.targets[0].incident.tenant.clone();
        let step = Step::Ask { digest: order.digest(), order: order.into(), typed: None };
        let on = OnExecution { execution: 0, by: Actor::named("priya"), step };
        self.engine().handle().step(&tenant, on).await
    }

    /// Another step, as the hands take it.
    pub async fn step(&self, id: &ExecutionId, step: Step) {
        let on = OnExecution { execution: id.number, by: Actor::named("alert-whisperer"), step };
        self.engine().handle().step(&id.tenant, on).await.unwrap();
    }

    /// Begins a script on `web-03` of `comp_acme`.
    pub async fn script(&self, script: &str) -> ExecutionId {
        let incident = self.incident(ACME, "web-03").await;
        self.begin(order(&incident, "web-03", WEB, script)).await
    }

    pub async fn seat(&self) -> Seat {
        let mut seat = Seat { link: self.engine().handle().seat(), board: Board::default() };
        seat.hear().await;
        seat
    }

    /// Waits until an execution is as wanted.
    pub async fn until(&self, id: &ExecutionId, wanted: impl Fn(&Execution) -> bool) -> Execution {
        let mut seat = self.seat().await;
        let by = tokio::time::Instant::now() + PATIENCE;
        loop {
            match seat.board.execution(id) {
                Some(execution) if wanted(execution) => return Execution::clone(execution),
                known => {
                    let shown = format!("{known:#?}");
                    let heard = tokio::time::timeout_at(by, seat.hear()).await;
                    assert!(heard.is_ok(), "it never came to that: {shown}");
                }
            }
        }
    }

    pub async fn end(&self, id: &ExecutionId) -> Execution {
        self.until(id, Execution::is_over).await
    }

    /// What the machines of an execution wrote, as the store has it.
    pub async fn outputs(&self, id: &ExecutionId) -> Vec<(InstanceId, Output)> {
        match self.ask("priya", Request::Execution { execution: id.clone() }).await.unwrap() {
            Reply::Execution(kept) => kept.1,
            other => panic!("{other:?}"),
        }
    }

    pub async fn audit(&self, of: &str) -> Vec<String> {
        match self.ask("priya", Request::Audit { tenant: tenant(of), from: 0, limit: 10_000 }).await.unwrap() {
            Reply::Audit(entries) => entries,
            other => panic!("{other:?}"),
        }
    }

    /// How many rightly signed requests of an operation there were.
    pub fn count(&self, operation: &str) -> usize {
        self.stand_in.requests().iter().filter(|request| request.operation == operation).count()
    }
}

impl Seat {
    /// Hears the next piece of the feed.
    pub async fn hear(&mut self) {
        match self.link.feed.recv().await.unwrap() {
            Feed::Snapshot(snapshot) => self.board.reset(*snapshot),
            Feed::Changes(changes) => changes.iter().for_each(|change| self.board.apply(change)),
            Feed::Pulse(pulse) => self.board.pulse = *pulse,
            Feed::Present(_) | Feed::Away(_) => {}
            Feed::Lost(why) => panic!("{why}"),
        }
    }
}

pub fn aws_options(stand_in: &StandIn, address: SocketAddr) -> AwsOptions {
    let base = stand_in.base();
    let wait = |ms| Duration::from_millis(ms);
    AwsOptions {
        endpoint_url: Some(format!("http://{address}")),
        region: Some(REGION.into()),
        keys: Some(Keys { id: base.access_key.clone(), secret: base.secret.expose().to_owned().into() }),
        timeouts: Timeouts { connect: wait(500), attempt: wait(500), call: wait(1_000), credentials: wait(1_000) },
        ..AwsOptions::default()
    }
}

/// A script of low risk.
pub fn order(incident: &IncidentId, asset: &str, instance: &str, script: &str) -> Order {
    let account = if incident.tenant.as_str() == ACME { "111122223333" } else { "444455556666" };
    Order {
        runbook: Some("trial".into()),
        title: "trial".into(),
        risk: Risk::Low,
        account_id: account.into(),
        region: REGION.into(),
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        document_version: None,
        parameters: [("commands".to_owned(), script.lines().map(Into::into).collect())].into(),
        targets: vec![Target { incident: incident.clone(), instance: instance.parse().unwrap(), asset: asset.into() }],
        timeout_seconds: 300,
        expect: Default::default(),
        on_success: Default::default(),
        auto: false,
        again: None,
    }
}

pub fn tenant(id: &str) -> TenantId {
    id.parse().unwrap()
}

pub fn instance(id: &str) -> InstanceId {
    id.parse().unwrap()
}
