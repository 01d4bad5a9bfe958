//! What the core is told when alerts can come again after a while in which none could.

use std::sync::Arc;

use bytes::Bytes;

use super::task::Task;
use crate::core::id::TenantId;
use crate::core::input::{Entry, Input};
use crate::core::standing::Standing;
use crate::store::{Outcome, Written};

impl Task {
    /// Tells the core that nobody could be heard while the engine was away. One that is not told takes senders for missing
    /// that are not, so a store that can't be written now is no reason not to start.
    pub(super) fn resume(&mut self) {
        self.resume_some(|_| true);
    }

    /// The same for some of them only: they were away, and the engine was not.
    pub(super) fn resume_some(&mut self, which: impl Fn(&TenantId) -> bool) {
        let (at, input) = (self.now(), Arc::new(Input::Resumed));
        let listens = |id: &TenantId| self.core.standing(id).is_some_and(Standing::listens) && !self.is_stopped(id);
        let tenants = self.core.tenants().map(|tenant| tenant.id.clone()).filter(|id| which(id) && listens(id));
        let numbered = tenants.zip(self.last_seq + 1..);
        let entries: Vec<Entry> =
            numbered.map(|(tenant, seq)| Entry { seq, at, tenant, input: input.clone() }).collect();
        let Ok(encoded) = serde_json::to_vec(&*input).map(Bytes::from) else { return };
        let written = |entry: &Entry| Written { entry: entry.clone(), encoded: encoded.clone(), raw: Bytes::new() };
        if entries.is_empty() || self.append(&entries.iter().map(written).collect::<Vec<_>>()).is_err() {
            return;
        }
        self.last_seq += entries.len() as u64;
        let changes = entries.iter().flat_map(|entry| self.core.apply(entry.at, &entry.tenant, &entry.input)).collect();
        let outcome = |entry| Outcome { entry, raw: Bytes::new(), receipts: None, aside: None };
        self.finish_batch(entries.into_iter().map(outcome).collect(), changes);
    }
}
