//! What is kept, and how the rest of the house reaches it: four narrow traits, so that another database can stand there.
//!
//! [`Inbox`] takes inputs before they are acted on; one append is one sync. [`Archive`] follows behind and writes what came of
//! them into each tenant's own place. [`History`] reads it back, one tenant at a time. [`Copies`] takes a tenant as a whole out
//! and in. When to call them is `engine`'s.

pub mod bundle;
mod copies;
pub mod faulty;
pub mod lock;
pub mod sqlite;

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;

pub use self::copies::Copies;
use crate::core::alert::Alert;
use crate::core::aside::KeptHead;
use crate::core::audit::{Head, Sealed};
use crate::core::caseload::Loaded;
use crate::core::change::Change;
use crate::core::correlate::KeyState;
use crate::core::execution::order::InstanceId;
use crate::core::execution::{Execution, Output};
use crate::core::id::{AlertId, ExecutionId, IncidentId, SessionId, TenantId};
use crate::core::incident::Incident;
use crate::core::input::{DeliveryKey, Entry};
use crate::core::query::{Query, Viewer};
use crate::core::receipt::Receipts;
use crate::core::session::Session;
use crate::core::standing::Standing;
use crate::core::time::Moment;
use crate::core::timeline::TimelineEntry;

/// An input to be written down.
#[derive(Clone, Debug)]
pub struct Written {
    /// The input.
    pub entry: Entry,
    /// The input as JSON, made where it came in, so that the one task that appends need not.
    pub encoded: Bytes,
    /// The request's body as received; empty for what came in no request.
    pub raw: Bytes,
}

/// What came of an input.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The input.
    pub entry: Entry,
    /// As in [`Written`].
    pub raw: Bytes,
    /// What the sender was told, when it was a delivery.
    pub receipts: Option<Arc<Receipts>>,
    /// The number under which it, or a part of it, is put aside.
    pub aside: Option<u64>,
}

/// Everything that a batch of inputs, and the time up to it, has brought about.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// All inputs up to this one are in this batch or in one before it.
    pub up_to: u64,
    /// The inputs.
    pub outcomes: Vec<Outcome>,
    /// All changes, of any tenant, in their order.
    pub changes: Vec<Change>,
    /// Every key whose state changed, as it is after the batch; absent when forgotten.
    pub keys: Vec<(TenantId, String, Option<KeyState>)>,
    /// What stands over tenants' incidents, where it changed, as it is after the batch.
    pub standing: Vec<(TenantId, Standing)>,
    /// Entries of the tenants' audit logs, in their order.
    pub audited: Vec<(TenantId, Sealed)>,
}

/// What the archive holds of a tenant.
#[derive(Debug)]
pub struct Kept {
    /// What the core goes on with.
    pub loaded: Loaded,
    /// The last input that is in it.
    pub watermark: u64,
    /// When the last alert came.
    pub last_alert_at: Option<Moment>,
    /// The last entry of its audit log; absent when there is none.
    pub audited: Option<Head>,
    /// Entries that the audit log once had and has not now: it was shortened or replaced while no engine ran.
    pub missing: Vec<Head>,
}

/// What was answered to a request, some time in the last 24 hours.
#[derive(Clone, Debug, PartialEq)]
pub enum PastAnswer {
    /// Taken.
    Taken(Receipts),
    /// Put aside as unreadable.
    Unreadable,
}

/// A request that nobody could read.
#[derive(Clone, Debug, PartialEq)]
pub struct PutAside {
    /// Its number within the tenant.
    pub number: u64,
    /// When it came.
    pub at: Moment,
    /// From which source.
    pub source: String,
    /// What is wrong with it.
    pub reason: String,
    /// JSON pointers to the fields at fault.
    pub fields: Vec<String>,
    /// What its head said about its body.
    pub head: KeptHead,
    /// The places of the alerts that were bad, when others were good.
    pub places: Vec<u32>,
    /// Its body; absent in what an earlier version put aside of a batch.
    pub raw: Vec<u8>,
}

/// Earlier incidents with an incident's asset and signature. Those that were merged into another are none of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// How many of them opened within the 30 days before it.
    pub within_30_days: u64,
    /// The latest of them, the latest first, each with what was written about its end.
    pub incidents: Vec<(Incident, Option<String>)>,
}

/// An execution, with what it wrote on each machine.
pub type Ran = (Execution, Vec<(InstanceId, Output)>);

/// Why the store could not do what was asked. The words are for people.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The disk is full, or a quota is used up. It may pass.
    #[error("the disk that holds {place} is full; make room and it goes on by itself")]
    Full {
        /// The file or folder.
        place: String,
    },
    /// A file can't be read as what it should be.
    #[error(
        "{place} is damaged ({detail}); restore its folder from a backup, or move that folder away, then start again"
    )]
    Damaged {
        /// The file.
        place: String,
        /// What the database said.
        detail: String,
    },
    /// A file was written by a later version.
    #[error("{place} was written by a later version of alert-whisperer (schema {found}); install that version")]
    TooNew {
        /// The file.
        place: String,
        /// Its schema version.
        found: i64,
    },
    /// Anything else.
    #[error("{place}: {detail}")]
    Failed {
        /// The file or folder.
        place: String,
        /// What the system said.
        detail: String,
    },
    /// There is no such tenant.
    #[error("no such tenant")]
    NoTenant,
    /// A file can't be restored from.
    #[error("nothing was restored from this file: {detail}")]
    Unfit {
        /// Why.
        detail: String,
    },
}

/// Takes inputs before they are acted on.
pub trait Inbox: Send {
    /// Writes all of `inputs` to stable storage, or none. When it returns, they survive the machine.
    ///
    /// # Errors
    /// Nothing was written.
    fn append(&mut self, inputs: &[Written]) -> Result<(), StoreError>;

    /// Hands every input that is still in it to `each`, the oldest first.
    ///
    /// # Errors
    /// When it can't be read.
    fn replay(&mut self, each: &mut dyn FnMut(Written)) -> Result<(), StoreError>;

    /// Drops the inputs up to `seq`, but for those of the tenants in `but`. Need not be on stable storage when it returns.
    ///
    /// # Errors
    /// Nothing was dropped.
    fn forget(&mut self, seq: u64, but: &[TenantId]) -> Result<(), StoreError>;

    /// Tries whether an append would succeed, by a write that changes nothing of what is kept.
    ///
    /// # Errors
    /// Why it would not.
    fn probe(&mut self) -> Result<(), StoreError>;

    /// Leaves nothing of a tenant's inputs, not even where they once were.
    ///
    /// # Errors
    /// They may still be there.
    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError>;

    /// The highest number that any input ever had.
    ///
    /// # Errors
    /// When it can't be read.
    fn last_seq(&mut self) -> Result<u64, StoreError>;
}

/// Keeps what came of inputs, each tenant's in its own place.
pub trait Archive: Send {
    /// Every tenant of which something is kept.
    ///
    /// # Errors
    /// When the place can't be read.
    fn tenants(&mut self) -> Result<Vec<TenantId>, StoreError>;

    /// What is kept of a tenant. Alerts and old incidents stay where they are.
    ///
    /// # Errors
    /// When it can't be read; other tenants are not touched by that.
    fn load(&mut self, tenant: &TenantId) -> Result<Kept, StoreError>;

    /// Writes a batch. Readers see it when this returns; it need not be on stable storage yet. Writing a batch again is
    /// harmless: a tenant whose watermark is past it is left alone.
    ///
    /// # Errors
    /// The tenants whose part could not be written, and why; the others' parts are.
    fn write(&mut self, batch: &Batch) -> Result<(), Vec<(TenantId, StoreError)>>;

    /// Brings everything written so far to stable storage.
    ///
    /// # Errors
    /// The tenants for which that failed, and why.
    fn settle(&mut self) -> Result<(), Vec<(TenantId, StoreError)>>;

    /// Makes a copy that was staged the tenant, instead of the one that is there. All inputs up to `up_to` are in it.
    ///
    /// # Errors
    /// It may be the tenant from the next start on.
    fn take_in(&mut self, tenant: &TenantId, up_to: u64) -> Result<Kept, StoreError>;

    /// Takes everything that is kept of a tenant away, its audit log too. Is finished by the next start when it was begun; the
    /// inbox has to be erased before it is said to be [`Copies::erased`].
    ///
    /// # Errors
    /// It may be gone from the next start on.
    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError>;
}

/// Reads what is kept of a tenant. What was applied in the last second may not be there yet.
pub trait History: Send + Sync {
    /// Alerts that match, the latest first.
    ///
    /// # Errors
    /// When the tenant's place can't be read.
    fn alerts(
        &self,
        tenant: &TenantId,
        query: &Query,
        viewer: Viewer<'_>,
        limit: usize,
    ) -> Result<Vec<Alert>, StoreError>;

    /// Incidents that the query shows, the latest first. Words match as they are written only, here and above.
    ///
    /// # Errors
    /// As above.
    fn incidents(
        &self,
        tenant: &TenantId,
        query: &Query,
        viewer: Viewer<'_>,
        limit: usize,
    ) -> Result<Vec<Incident>, StoreError>;

    /// One incident.
    ///
    /// # Errors
    /// As above.
    fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError>;

    /// The alerts of an incident and of what was merged into it, the latest first.
    ///
    /// # Errors
    /// As above.
    fn alerts_of(&self, id: &IncidentId, limit: usize) -> Result<Vec<Alert>, StoreError>;

    /// The alerts with these numbers, the oldest first; those that there are not are left out.
    ///
    /// # Errors
    /// As above.
    fn alerts_numbered(&self, tenant: &TenantId, numbers: &BTreeSet<u64>) -> Result<Vec<Alert>, StoreError>;

    /// The history of an incident and of what was merged into it, the oldest first.
    ///
    /// # Errors
    /// As above.
    fn timeline(&self, id: &IncidentId) -> Result<Vec<TimelineEntry>, StoreError>;

    /// Earlier incidents of the same asset and signature.
    ///
    /// # Errors
    /// As above.
    fn similar(&self, incident: &Incident) -> Result<Alike, StoreError>;

    /// The body of the request that an alert came in.
    ///
    /// # Errors
    /// As above.
    fn raw(&self, id: &AlertId) -> Result<Option<Vec<u8>>, StoreError>;

    /// What was answered to the request with this key in the 24 hours before `now`.
    ///
    /// # Errors
    /// As above.
    fn past_answer(&self, tenant: &TenantId, key: DeliveryKey, now: Moment) -> Result<Option<PastAnswer>, StoreError>;

    /// The keys of the requests that came at or after `since`.
    ///
    /// # Errors
    /// As above.
    fn keys_since(&self, tenant: &TenantId, since: Moment) -> Result<Vec<DeliveryKey>, StoreError>;

    /// An execution, with what it wrote on each machine.
    ///
    /// # Errors
    /// As above.
    fn execution(&self, id: &ExecutionId) -> Result<Option<Ran>, StoreError>;

    /// Executions, the latest first; of one incident only, if one is given.
    ///
    /// # Errors
    /// As above.
    fn executions(&self, tenant: &TenantId, of: Option<u64>, limit: usize) -> Result<Vec<Execution>, StoreError>;

    /// A session.
    ///
    /// # Errors
    /// As above.
    fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError>;

    /// Sessions, the latest first; of one incident only, if one is given.
    ///
    /// # Errors
    /// As above.
    fn sessions(&self, tenant: &TenantId, of: Option<u64>, limit: usize) -> Result<Vec<Session>, StoreError>;

    /// Entries of the audit log from a number on, each exactly as it was hashed, the oldest first; from 0: the last ones.
    ///
    /// # Errors
    /// As above.
    fn audit(&self, tenant: &TenantId, from: u64, limit: usize) -> Result<Vec<String>, StoreError>;

    /// Unreadable requests, the latest first.
    ///
    /// # Errors
    /// As above.
    fn put_aside(&self, tenant: &TenantId, limit: usize) -> Result<Vec<PutAside>, StoreError>;

    /// One of them.
    ///
    /// # Errors
    /// As above.
    fn one_aside(&self, tenant: &TenantId, number: u64) -> Result<Option<PutAside>, StoreError>;
}

/// The four of them, on one data folder.
pub struct Opened {
    /// For the engine's task.
    pub inbox: Box<dyn Inbox>,
    /// For the thread that follows behind.
    pub archive: Box<dyn Archive>,
    /// For whoever asks.
    pub history: Arc<dyn History>,
    /// For whole tenants.
    pub copies: Arc<dyn Copies>,
}
