//! What is counted while it happens, by whoever it happens to, and read once a second for the [`Pulse`].
//!
//! [`Pulse`]: crate::core::pulse::Pulse

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use super::gauges::{Fed, Histogram, Life, Tally};
use super::health::Healths;
use crate::core::board::Board;
use crate::core::change::Change;
use crate::core::id::TenantId;
use crate::core::time::Moment;

/// Counts since the start.
#[derive(Debug, Default)]
pub struct Counters {
    /// Alerts taken.
    pub received: AtomicU64,
    /// Requests answered as duplicates.
    pub duplicates: AtomicU64,
    /// Requests refused before anybody knew whose they were.
    pub strangers: AtomicU64,
    /// Requests that wait for the store.
    pub queued: AtomicUsize,
    /// Alerts that came to be part of an incident.
    pub correlated: AtomicU64,
    /// Incidents opened.
    pub incidents: AtomicU64,
    /// How long it took to bring what waited to stable storage.
    pub commits: Histogram,
    /// When that was done last, in milliseconds since 1970; 0 while it never was.
    pub committed_at: AtomicI64,
    /// Where the engine is in its life.
    pub life: Life,
    /// What its seats are fed.
    pub fed: Fed,
    /// Sessions on clients' machines that are open now.
    pub sessions: AtomicUsize,
    /// Executions on clients' machines that are under way now.
    pub executions: AtomicUsize,
    /// What AWS was asked: the service, and what came of it.
    pub aws: Tally,
    /// How each source is.
    pub sources: Healths,
    refused: Mutex<BTreeMap<TenantId, BTreeMap<String, u64>>>,
    changed: AtomicBool,
}

impl Counters {
    /// Adds to a count. True when nobody has looked since the last change: the one who counts should then see to it that
    /// somebody does.
    pub fn add(&self, count: &AtomicU64, by: u64) -> bool {
        count.fetch_add(by, Ordering::Relaxed);
        self.mark()
    }

    /// A known tenant's request was refused. The result is that of [`Self::add`].
    pub fn refuse(&self, tenant: &TenantId, cause: &'static str) -> bool {
        let mut refused = self.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let causes = match refused.get_mut(tenant) {
            Some(causes) => causes,
            None => refused.entry(tenant.clone()).or_default(),
        };
        match causes.get_mut(cause) {
            Some(count) => *count += 1,
            None => drop(causes.insert(cause.into(), 1)),
        }
        drop(refused);
        self.mark()
    }

    /// Refused requests by tenant and cause.
    pub fn refused(&self) -> BTreeMap<TenantId, BTreeMap<String, u64>> {
        self.refused.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// Whether anything changed since the last [`Self::look`].
    pub fn changed(&self) -> bool {
        self.changed.load(Ordering::Acquire)
    }

    /// Somebody is about to read everything: what changes from now on wants another look.
    pub fn look(&self) {
        self.changed.store(false, Ordering::Release);
    }

    /// What waited has come to stable storage, which took so long.
    pub(super) fn committed(&self, at: Moment, took: Duration) {
        self.commits.took(took);
        self.committed_at.store(at.0, Ordering::Relaxed);
    }

    /// What came of a batch.
    pub(super) fn happened(&self, changes: &[Change]) {
        let (mut correlated, mut incidents) = (0, 0);
        for change in changes {
            match change {
                Change::AlertReceived(alert) if alert.incident_id.is_some() => correlated += 1,
                Change::AlertsCorrelated { alerts, .. } => correlated += alerts.len() as u64,
                Change::IncidentCreated(_) => incidents += 1,
                _ => {}
            }
        }
        self.correlated.fetch_add(correlated, Ordering::Relaxed);
        self.incidents.fetch_add(incidents, Ordering::Relaxed);
    }

    /// What is under way on clients' machines.
    pub(super) fn of_board(&self, board: &Board) {
        let sessions = board.sessions().filter(|session| !session.is_over()).count();
        let executions = board.executions().filter(|execution| execution.is_under_way()).count();
        self.sessions.store(sessions, Ordering::Relaxed);
        self.executions.store(executions, Ordering::Relaxed);
    }

    fn mark(&self) -> bool {
        !self.changed.swap(true, Ordering::AcqRel)
    }
}
