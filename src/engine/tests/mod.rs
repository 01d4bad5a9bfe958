//! The engine's task on the real store in a folder of its own, with a clock that stands until it is moved.

mod aside;
mod audit;
mod by_hand;
mod executions;
mod history;
mod house;
mod people;
mod retries;
mod seats;
mod socket;
mod sources;
mod tenants;
mod trouble;
mod windows;

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use tempfile::TempDir;
use tokio::sync::oneshot;

use super::handle::{Answered, Intake};
use super::*;
use crate::core::alert::Alert;
use crate::core::board::TenantPart;
use crate::core::input::{Actor, Delivery, DeliveryKey, Input};
use crate::core::receipt::Receipts;
use crate::core::testing::{report, tenant_id};
use crate::core::time::Span;
use crate::link::{Issued, Link, Listing, NewTenant, Reply, Request};
use crate::store::faulty::FaultyInbox;
use crate::store::{Archive, Inbox, Kept, sqlite};

/// A data folder, and what its engines are started with.
struct House {
    dir: TempDir,
    clock: Arc<AtomicI64>,
    /// The disk is full.
    full: Arc<AtomicBool>,
    /// The archive's disposition.
    mood: Arc<Mood>,
    declared: Vec<Declared>,
    technicians: Vec<crate::core::assign::Technician>,
}

#[derive(Default)]
struct Mood {
    /// It says that it wrote, and writes nothing.
    deaf: AtomicBool,
    /// It fails for the tenant `a`, for a reason that may pass.
    failing: AtomicBool,
    /// Its disk is full.
    full: AtomicBool,
}

struct Moody {
    inner: Box<dyn Archive>,
    mood: Arc<Mood>,
}

impl House {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            clock: Arc::new(AtomicI64::new(1_700_000_000_000)),
            full: Arc::default(),
            mood: Arc::default(),
            declared: Vec::new(),
            technicians: Vec::new(),
        }
    }

    /// A house with these tenants.
    fn of(tenants: &[&str]) -> Self {
        let house = Self::new();
        let running = house.start();
        for tenant in tenants {
            add(&running, tenant);
        }
        running.stop();
        house
    }

    fn start(&self) -> Running {
        let (running, release) = self.start_held();
        release.send(()).unwrap();
        running
    }

    /// An engine that takes nothing off its queue until it is released: what is sent before that is one batch.
    fn start_held(&self) -> (Running, SyncSender<()>) {
        self.start_on(|inbox| inbox)
    }

    /// The same, on an inbox that is looked at before it is used.
    fn start_on(
        &self,
        wrap: impl FnOnce(Box<dyn Inbox>) -> Box<dyn Inbox> + Send + 'static,
    ) -> (Running, SyncSender<()>) {
        let (release, released) = sync_channel(1);
        let (dir, full, mood) = (self.dir.path().to_owned(), self.full.clone(), self.mood.clone());
        let open = move || {
            released.recv().unwrap();
            let Opened { inbox, archive, history, copies } = sqlite::open(&dir)?;
            let inbox = wrap(Box::new(FaultyInbox::new(inbox, full)));
            Ok(Opened { inbox, archive: Box::new(Moody { inner: archive, mood }), history, copies })
        };
        let clock = self.clock.clone();
        let options = Options {
            declared: self.declared.clone(),
            technicians: self.technicians.clone(),
            public_url: "http://127.0.0.1:8001".into(),
            clock: Arc::new(move || Moment(clock.load(Ordering::SeqCst))),
            people: People::open(self.dir.path()).unwrap(),
            own_log: OwnLog::open(self.dir.path()).unwrap(),
        };
        (start(open, options).unwrap(), release)
    }

    fn pass(&self, span: Span) {
        self.clock.fetch_add(span.0, Ordering::SeqCst);
    }

    fn file(&self, tenant: &str) -> std::path::PathBuf {
        self.dir.path().join("tenants").join(tenant).join("alerts.db")
    }
}

impl Archive for Moody {
    fn tenants(&mut self) -> Result<Vec<TenantId>, StoreError> {
        self.inner.tenants()
    }

    fn load(&mut self, tenant: &TenantId) -> Result<Kept, StoreError> {
        self.inner.load(tenant)
    }

    fn write(&mut self, batch: &Batch) -> Result<(), Vec<(TenantId, StoreError)>> {
        let a = tenant_id("a");
        if self.mood.failing.load(Ordering::SeqCst) && batch.changes.iter().any(|change| *change.tenant() == a) {
            let error = StoreError::Failed { place: "the file of a".into(), detail: "input/output error".into() };
            return Err(vec![(a, error)]);
        }
        if self.mood.full.load(Ordering::SeqCst) {
            return Err(vec![(a, StoreError::Full { place: "the file of a".into() })]);
        }
        if self.mood.deaf.load(Ordering::SeqCst) { Ok(()) } else { self.inner.write(batch) }
    }

    fn take_in(&mut self, tenant: &TenantId, up_to: u64) -> Result<Kept, StoreError> {
        self.inner.take_in(tenant, up_to)
    }

    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.inner.erase(tenant)
    }

    fn settle(&mut self) -> Result<(), Vec<(TenantId, StoreError)>> {
        if self.mood.deaf.load(Ordering::SeqCst) {
            // Or what it never wrote would leave the inbox.
            return Err(vec![(tenant_id("a"), StoreError::Full { place: "nowhere".into() })]);
        }
        self.inner.settle()
    }
}

/// Asks, and waits for the answer.
fn ask(running: &Running, request: Request) -> Result<Reply, Refusal> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(running.handle().caller().ask(&Actor::named("priya"), request))
}

fn refusal(running: &Running, request: Request) -> Refusal {
    ask(running, request).unwrap_err()
}

fn add(running: &Running, tenant: &str) -> Issued {
    let new = NewTenant { id: tenant_id(tenant), name: None, critical_assets: Vec::new(), aws: None };
    let Reply::Issued(issued) = ask(running, Request::TenantAdd(new)).unwrap() else { panic!() };
    *issued
}

fn set(running: &Running, tenant: &str, key: &str, value: &str) -> Result<Reply, Refusal> {
    let settings = vec![(key.to_owned(), value.to_owned())];
    ask(running, Request::TenantSet { id: tenant_id(tenant), settings })
}

/// A tenant's alerts, the oldest first.
fn alerts(running: &Running, tenant: &str) -> Vec<Alert> {
    let listing = Listing { tenant: Some(tenant_id(tenant)), query: String::new(), limit: 10_000, page: None };
    let Reply::Alerts(mut alerts) = ask(running, Request::Alerts(listing)).unwrap() else { panic!() };
    alerts.reverse();
    alerts
}

fn assets(running: &Running, tenant: &str) -> Vec<String> {
    alerts(running, tenant).iter().map(|alert| alert.report.asset_name.clone()).collect()
}

/// A request under way: what it says and how it is known again.
#[derive(Clone)]
struct Post {
    tenant: &'static str,
    assets: Vec<String>,
    signature: Option<u8>,
    id: Option<u8>,
}

/// One alert.
fn post(tenant: &'static str, asset: impl ToString) -> Post {
    Post { tenant, assets: vec![asset.to_string()], signature: None, id: None }
}

impl Post {
    fn signed(self, signature: u8) -> Self {
        Self { signature: Some(signature), ..self }
    }

    fn named(self, id: u8) -> Self {
        Self { id: Some(id), ..self }
    }

    fn and(mut self, asset: &str) -> Self {
        self.assets.push(asset.into());
        self
    }

    fn intake(&self) -> (Intake, oneshot::Receiver<Answered>) {
        let key = |kind: u8, number: u8| DeliveryKey([kind, number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let (by_signature, by_id) = (self.signature.map(|n| key(1, n)), self.id.map(|n| key(2, n)));
        let input = Arc::new(Input::Delivery(Delivery {
            source: "alerts".into(),
            keys: by_signature.into_iter().chain(by_id).collect(),
            reports: self.assets.iter().map(|asset| Arc::new(report(asset, "high_cpu_usage"))).collect(),
            batch: self.assets.len() > 1,
            ..Delivery::default()
        }));
        let (answer, answered) = oneshot::channel();
        let encoded = serde_json::to_vec(&*input).unwrap().into();
        let raw = bytes::Bytes::from_static(b"{}");
        (Intake { tenant: tenant_id(self.tenant), input, encoded, raw, by_signature, by_id, answer }, answered)
    }

    fn offer(&self, running: &Running) -> oneshot::Receiver<Answered> {
        let (intake, answered) = self.intake();
        running.handle().offer(intake).unwrap();
        answered
    }

    /// Offers it, and waits for the answer.
    fn to(&self, running: &Running) -> Answered {
        self.offer(running).blocking_recv().unwrap()
    }
}

/// What was told of a request that was new.
fn stored(answered: Answered) -> Arc<Receipts> {
    match answered {
        Answered::Stored(receipts) => receipts,
        other => panic!("{other:?}"),
    }
}

/// The next piece of a feed that `wanted` knows what to make of.
fn next<T>(link: &mut Link, wanted: impl Fn(Feed) -> Option<T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        loop {
            // No test waits that long but one that fails.
            let piece = tokio::time::timeout(std::time::Duration::from_secs(30), link.feed.recv()).await;
            if let Some(found) = wanted(piece.expect("nothing of the kind came").unwrap()) {
                return found;
            }
        }
    })
}

/// What a new seat is shown.
fn snapshot(running: &Running) -> Snapshot {
    next(&mut running.handle().seat(), |piece| match piece {
        Feed::Snapshot(snapshot) => Some(*snapshot),
        _ => None,
    })
}

/// A snapshot without what comes and goes with the process.
fn kept(mut snapshot: Snapshot) -> Vec<TenantPart> {
    for part in &mut snapshot.tenants {
        (part.rate, part.quarantined) = Default::default();
    }
    snapshot.tenants
}

/// Why a tenant is stopped.
fn why_stopped(snapshot: &Snapshot, tenant: &str) -> Option<String> {
    snapshot.tenants.iter().find(|part| part.id.as_str() == tenant).unwrap().stopped.clone()
}

fn damage(file: &Path) {
    std::fs::write(file, "garbage ".repeat(4_096)).unwrap();
    for log in ["db-wal", "db-shm"] {
        drop(std::fs::remove_file(file.with_extension(log)));
    }
}
