//! All runbooks: those that come with the program, the user's, and each tenant's.

use std::path::Path;

use super::{Facts, Mistake, Runbook};
use crate::core::id::TenantId;
use crate::link::remote::Offer;

/// All runbooks. Loading reads a few small files: do it again whenever they may have changed.
#[derive(Clone, Debug, Default)]
pub struct Shelf {
    shipped: Vec<Runbook>,
}

impl Shelf {
    /// Those that come with the program, those of `folder` (`CONFIG_DIR/runbooks`), and those of its folders, which are named
    /// after tenants. A file with a mistake is left out and told.
    pub fn load(folder: Option<&Path>) -> (Self, Vec<Mistake>) {
        let _ = folder;
        (Self::default(), Vec::new())
    }

    /// A tenant's, by name; without a tenant: everybody's.
    pub fn all(&self, tenant: Option<&TenantId>) -> Vec<&Runbook> {
        let _ = tenant;
        self.shipped.iter().collect()
    }

    /// One that a tenant has.
    pub fn named(&self, tenant: &TenantId, name: &str) -> Option<&Runbook> {
        self.all(Some(tenant)).into_iter().find(|runbook| runbook.name == name)
    }

    /// What may be run for an incident: what is meant for it, best first, then the others by name.
    pub fn offers(&self, tenant: &TenantId, facts: &Facts) -> Vec<Offer> {
        let _ = (tenant, facts);
        Vec::new()
    }
}
