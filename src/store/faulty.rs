//! A fault at the store's edge, for tests of everything above it: an inbox whose disk can be made full.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Inbox, StoreError, Written};
use crate::core::id::TenantId;

/// An inbox that takes nothing while its switch is on, as if the disk were full.
pub struct FaultyInbox {
    inner: Box<dyn Inbox>,
    full: Arc<AtomicBool>,
}

impl FaultyInbox {
    /// Wraps an inbox; while `full` is set, appending fails and nothing is written.
    pub fn new(inner: Box<dyn Inbox>, full: Arc<AtomicBool>) -> Self {
        Self { inner, full }
    }

    fn has_room(&self) -> Result<(), StoreError> {
        match self.full.load(Ordering::Acquire) {
            true => Err(StoreError::Full { place: "inbox.db".into() }),
            false => Ok(()),
        }
    }
}

impl Inbox for FaultyInbox {
    fn append(&mut self, inputs: &[Written]) -> Result<(), StoreError> {
        self.has_room()?;
        self.inner.append(inputs)
    }

    fn replay(&mut self, each: &mut dyn FnMut(Written)) -> Result<(), StoreError> {
        self.inner.replay(each)
    }

    fn forget(&mut self, seq: u64, but: &[TenantId]) -> Result<(), StoreError> {
        self.inner.forget(seq, but)
    }

    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.has_room()?;
        self.inner.erase(tenant)
    }

    fn probe(&mut self) -> Result<(), StoreError> {
        self.has_room()?;
        self.inner.probe()
    }

    fn last_seq(&mut self) -> Result<u64, StoreError> {
        self.inner.last_seq()
    }
}
