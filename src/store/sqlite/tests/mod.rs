//! The store under a real core, in a folder of its own.

mod alike;
mod copies;
mod executions;
mod hazards;
mod reading;
mod restart;
mod sessions;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tempfile::TempDir;

use super::open;
use crate::core::alert::Report;
use crate::core::engine::Engine;
use crate::core::id::{AlertId, IncidentId, TenantId};
use crate::core::input::{Act, Actor, Delivery, DeliveryKey, Entry, Input, OnIncident, Unreadable};
use crate::core::receipt::{Receipts, put_aside};
use crate::core::testing::{report, tenant, tenant_id};
use crate::core::time::Moment;
use crate::store::{Batch, Opened, Outcome, Written};

/// What the engine does with the store, without its threads.
struct Rig {
    dir: TempDir,
    store: Opened,
    core: Engine,
    seq: u64,
}

impl Rig {
    /// With these tenants.
    fn new(tenants: &[&str]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = open(dir.path()).unwrap();
        let mut rig = Self { dir, store, core: Engine::default(), seq: 0 };
        let add = |id: &&str| (Moment(0), tenant_id(id), added(id), Bytes::new());
        let batch = rig.apply(tenants.iter().map(add).collect());
        rig.store.archive.write(&batch).unwrap();
        rig
    }

    /// Writes inputs down and applies them; what came of them is not in the archive yet.
    fn apply(&mut self, inputs: Vec<(Moment, TenantId, Input, Bytes)>) -> Batch {
        let mut batch = Batch::default();
        let mut written = Vec::new();
        for (at, tenant, input, raw) in inputs {
            self.seq += 1;
            let encoded = serde_json::to_vec(&input).unwrap().into();
            let entry = Entry { seq: self.seq, at, tenant, input: Arc::new(input) };
            written.push(Written { entry, encoded, raw });
        }
        self.store.inbox.append(&written).unwrap();
        for one in written {
            take(&mut self.core, &mut batch, one);
        }
        batch.up_to = self.seq;
        batch.keys = self.core.take_touched();
        batch.standing = self.core.take_standing();
        batch
    }

    /// Applies inputs and writes what came of them.
    fn keep(&mut self, inputs: Vec<(Moment, TenantId, Input, Bytes)>) -> Batch {
        let batch = self.apply(inputs);
        self.store.archive.write(&batch).unwrap();
        batch
    }

    /// Carries out deadlines and writes what came of them.
    fn advance(&mut self, now: Moment) -> Batch {
        let changes = self.core.advance(now);
        let (keys, standing) = (self.core.take_touched(), self.core.take_standing());
        let batch = Batch { up_to: self.seq, changes, keys, standing, ..Batch::default() };
        self.store.archive.write(&batch).unwrap();
        batch
    }

    /// The core that another process would have after this one was killed.
    fn restarted(&mut self) -> Engine {
        let mut core = Engine::default();
        let mut watermarks = std::collections::BTreeMap::new();
        let mut store = open_copy(self);
        for tenant in store.1.archive.tenants().unwrap() {
            let kept = store.1.archive.load(&tenant).unwrap();
            watermarks.insert(tenant, kept.watermark);
            core.load(kept.loaded);
        }
        let mut batch = Batch::default();
        store
            .1
            .inbox
            .replay(&mut |written| {
                if written.entry.seq > watermarks.get(&written.entry.tenant).copied().unwrap_or(0) {
                    take(&mut core, &mut batch, written);
                }
            })
            .unwrap();
        core.take_touched();
        core
    }

    fn file(&self, tenant: &str) -> PathBuf {
        self.dir.path().join("tenants").join(tenant).join("alerts.db")
    }
}

/// A copy of the files as they are now: what a killed process leaves behind.
fn open_copy(rig: &Rig) -> (TempDir, Opened) {
    let copy = tempfile::tempdir().unwrap();
    let source = rig.dir.path();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        std::fs::create_dir_all(copy.path().join(&folder)).unwrap();
        for entry in std::fs::read_dir(source.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let inner = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(inner);
            } else if !entry.file_name().to_str().unwrap().ends_with("-shm") {
                std::fs::copy(entry.path(), copy.path().join(inner)).unwrap();
            }
        }
    }
    let store = open(copy.path()).unwrap();
    (copy, store)
}

fn take(core: &mut Engine, batch: &mut Batch, written: Written) {
    let Written { entry, raw, .. } = written;
    let changes = core.apply(entry.at, &entry.tenant, &entry.input);
    let receipts = match &*entry.input {
        Input::Delivery(delivery) => Some(Arc::new(Receipts::of(delivery, &changes))),
        _ => None,
    };
    let aside = put_aside(&changes);
    batch.outcomes.push(Outcome { entry, raw, receipts, aside });
    batch.changes.extend(changes);
}

/// Takes back what the schema's last step did to a file.
const BEFORE_ASIDE: &str = "ALTER TABLE put_aside DROP COLUMN size; ALTER TABLE put_aside DROP COLUMN places;
    ALTER TABLE put_aside DROP COLUMN head; ALTER TABLE progress DROP COLUMN put_aside;";

fn added(id: &str) -> Input {
    let tenant = tenant(id);
    let credentials = (&*tenant.credentials).into();
    Input::Tenant { tenant: Box::new(tenant), credentials, by: Default::default() }
}

fn delivery(reports: Vec<Report>) -> Delivery {
    Delivery {
        source: "alerts".into(),
        batch: reports.len() > 1,
        reports: reports.into_iter().map(std::sync::Arc::new).collect(),
        ..Delivery::default()
    }
}

fn posted(reports: Vec<Report>) -> Input {
    Input::Delivery(delivery(reports))
}

fn act(incident: u64, act: Act) -> Input {
    Input::Act(OnIncident { incident, by: Actor::named("priya"), act })
}

fn unreadable(key: DeliveryKey) -> Input {
    Input::Unreadable(Unreadable {
        source: "alerts".into(),
        keys: vec![key],
        reason: "not JSON".into(),
        fields: vec!["/severity".into()],
        ..Unreadable::default()
    })
}

fn alert_id(tenant: &str, number: u64) -> AlertId {
    AlertId { tenant: tenant_id(tenant), number }
}

fn incident_id(tenant: &str, number: u64) -> IncidentId {
    IncidentId { tenant: tenant_id(tenant), number }
}
