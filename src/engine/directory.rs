//! Who may post: the receiver's view of the tenants, replaced whole whenever one of them changes.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use subtle::{ConditionallySelectable, ConstantTimeEq};

use crate::core::tenant::Tenant;

/// Tenants by key. Cheap to clone; all clones see the same.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pages: Arc<RwLock<Arc<Pages>>>,
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

/// Everybody, and the keys of all of them side by side: a request is compared with every one.
#[derive(Debug, Default)]
struct Pages {
    listed: Arc<Vec<Listed>>,
    keys: BTreeMap<String, Vec<Key>>,
}

/// A digest as four words, and one more than the place of its tenant.
#[derive(Debug)]
struct Key {
    words: [u64; 4],
    place: u32,
}

impl Directory {
    /// The tenant whose source of this name has the key with this digest. Every key is compared in full, so the time it takes
    /// tells nothing.
    pub fn find(&self, source: &str, key_digest: &[u8; 32]) -> Option<Listed> {
        let pages = self.pages();
        let wanted = words(key_digest);
        let mut found = 0;
        for key in pages.keys.get(source)? {
            let same = key.words.iter().zip(&wanted).fold(0, |differ, (a, b)| differ | (a ^ b)).ct_eq(&0);
            found.conditional_assign(&key.place, same);
        }
        pages.listed.get(usize::try_from(found).ok()?.checked_sub(1)?).cloned()
    }

    /// Everybody, by id.
    pub fn all(&self) -> Arc<Vec<Listed>> {
        self.pages().listed.clone()
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
        let mut keys: BTreeMap<String, Vec<Key>> = BTreeMap::new();
        for (place, listed) in (1..).zip(&all) {
            for source in &listed.tenant.credentials.sources {
                let key = Key { words: words(&source.key_digest), place };
                keys.entry(source.name.clone()).or_default().push(key);
            }
        }
        let pages = Pages { listed: Arc::new(all), keys };
        *self.pages.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pages);
    }

    fn pages(&self) -> Arc<Pages> {
        self.pages.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn words(digest: &[u8; 32]) -> [u64; 4] {
    let mut words = [0; 4];
    for (word, bytes) in words.iter_mut().zip(digest.as_chunks::<8>().0) {
        *word = u64::from_ne_bytes(*bytes);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::credentials::{Credentials, Source};
    use crate::core::testing::tenant;

    #[test]
    fn a_key_finds_its_own_tenant_at_its_own_source_only() {
        let with = |id: &str, first: u8, last: u8| {
            let mut key_digest = [first; 32];
            key_digest[31] = last;
            let sources = vec![Source::new("alerts", key_digest)];
            let tenant = Tenant { credentials: Arc::new(Credentials { sources, hmac: Vec::new() }), ..tenant(id) };
            Listed { tenant: Arc::new(tenant), stopped: None }
        };
        let directory = Directory::default();
        directory.replace(vec![with("a", 1, 1), with("b", 1, 2), with("c", 2, 1)]);
        let find = |source: &str, first: u8, last: u8| {
            let mut digest = [first; 32];
            digest[31] = last;
            directory.find(source, &digest).map(|listed| listed.tenant.id.to_string())
        };
        assert_eq!(find("alerts", 1, 2).as_deref(), Some("b"));
        assert_eq!(find("alerts", 2, 1).as_deref(), Some("c"));
        assert_eq!(find("alerts", 2, 2), None);
        assert_eq!(find("alertmanager", 1, 2), None);
    }
}
