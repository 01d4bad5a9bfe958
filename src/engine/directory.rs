//! Who may post: the receiver's view of the tenants, replaced whole whenever one of them changes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use subtle::ConstantTimeEq;

use crate::core::id::TenantId;
use crate::core::tenant::Tenant;

/// Tenants by key. Cheap to clone; all clones see the same.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    listed: Arc<RwLock<Arc<Vec<Listed>>>>,
    unreadable: Arc<AtomicBool>,
}

/// A tenant that may post.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The tenant, with its credentials.
    pub tenant: Arc<Tenant>,
    /// Why nothing can be taken for it; absent while it can.
    pub stopped: Option<Arc<str>>,
}

impl Directory {
    /// The tenant whose source of this name has the key with this digest. Every key is compared in full, so the time it takes
    /// tells nothing.
    pub fn find(&self, source: &str, key_digest: &[u8; 32]) -> Option<Listed> {
        let mut found = None;
        for listed in self.all().iter() {
            for known in listed.tenant.credentials.sources.iter().filter(|known| known.name == source) {
                if bool::from(known.key_digest.ct_eq(key_digest)) {
                    found = Some(listed.clone());
                }
            }
        }
        found
    }

    /// Everybody, by id.
    pub fn all(&self) -> Arc<Vec<Listed>> {
        self.listed.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// One tenant.
    pub fn tenant(&self, id: &TenantId) -> Option<Arc<Tenant>> {
        self.all().iter().find(|listed| listed.tenant.id == *id).map(|listed| listed.tenant.clone())
    }

    /// Whether a tenant could not be read, so that nobody here knows its keys: one that is not found may be of those.
    pub fn any_unreadable(&self) -> bool {
        self.unreadable.load(Ordering::Acquire)
    }

    /// Some tenant could not be read.
    pub fn note_unreadable(&self) {
        self.unreadable.store(true, Ordering::Release);
    }

    /// Replaces everybody.
    pub fn replace(&self, all: Vec<Listed>) {
        *self.listed.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(all);
    }
}
