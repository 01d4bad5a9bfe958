//! What is counted while it happens, by whoever it happens to, and read once a second for the [`Pulse`].
//!
//! [`Pulse`]: crate::core::pulse::Pulse

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use crate::core::id::TenantId;

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

    fn mark(&self) -> bool {
        !self.changed.swap(true, Ordering::AcqRel)
    }
}
