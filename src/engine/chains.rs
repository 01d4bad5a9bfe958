//! The ends of the tenants' audit logs: what the core puts on record is chained here, in the order in which it happened, and goes
//! to the archive with the batch that it happened in.

use std::collections::BTreeMap;

use super::task::Task;
use crate::audit::Chain;
use crate::core::audit::{Head, Record, Sealed, TENANT_REMOVED};
use crate::core::id::TenantId;
use crate::core::input::Actor;

/// Where each tenant's log ends.
#[derive(Debug, Default)]
pub(super) struct Chains {
    of: BTreeMap<TenantId, Chain>,
    missing: Vec<(TenantId, Vec<Head>)>,
}

impl Chains {
    /// A tenant's log as the archive has it, and what it should have and has not.
    pub(super) fn load(&mut self, tenant: &TenantId, last: Option<Head>, missing: Vec<Head>) {
        self.of.insert(tenant.clone(), Chain::after(last));
        if !missing.is_empty() {
            self.missing.push((tenant.clone(), missing));
        }
    }

    /// There is no such log any more.
    pub(super) fn forget(&mut self, tenant: &TenantId) {
        self.of.remove(tenant);
    }

    /// Chains records. A tenant's log ends with its removal; one that is added again has a new one.
    pub(super) fn seal(&mut self, records: Vec<(TenantId, Record)>) -> Vec<(TenantId, Sealed)> {
        let seal = |(tenant, record): (TenantId, Record)| {
            let chain = self.of.entry(tenant.clone()).or_insert_with(|| Chain::after(None));
            let sealed = chain.seal(&record);
            if record.what == TENANT_REMOVED {
                self.of.remove(&tenant);
            }
            (tenant, sealed)
        };
        records.into_iter().map(seal).collect()
    }
}

impl Task {
    /// Puts on record that logs have lost what they had.
    pub(super) fn note_missing(&mut self) {
        for (tenant, missing) in std::mem::take(&mut self.chains.missing) {
            let at = self.now();
            let Some(last) = missing.iter().map(|head| head.number).max() else { continue };
            tracing::error!(%tenant, entry = last, "the audit log lacks an entry that it had; `audit verify` says more");
            let mut record = Record::of(&Actor::program(""), at, "audit.broken", tenant.as_str());
            record.outcome = format!("entry {last} was in this log and is not any more");
            // That it could not be is logged.
            let _ = self.note(&tenant, record);
        }
    }
}
