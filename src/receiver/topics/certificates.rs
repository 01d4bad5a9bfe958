//! The certificates that were fetched: each once, by whoever reaches AWS. A request does not wait for a slow one: it is told to
//! come again, and finds it there.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{OnceCell, Semaphore};

use super::certificate::Certificate;
use crate::core::sns::Address;
use crate::engine::handle::Handle;

/// Certificates that are kept; AWS has one of each region at a time, and whoever has a key can name others.
const MOST: usize = 64;
/// Certificates that are fetched at a time.
const AT_ONCE: usize = 4;
/// How long nobody asks again for one that was not to be had.
const AGAIN: Duration = Duration::from_secs(10);
/// How long one is gone for, its turn waited for included: those that nobody waits for any more do not pile up.
const GIVEN_UP: Duration = Duration::from_secs(15);

/// Certificates by where they are.
#[derive(Debug)]
pub struct Certificates {
    known: Mutex<BTreeMap<Address, Arc<Entry>>>,
    turns: Arc<Semaphore>,
}

impl Default for Certificates {
    fn default() -> Self {
        Self { known: Mutex::default(), turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

/// One that is there, or is being fetched.
#[derive(Default, Debug)]
struct Entry {
    certificate: OnceCell<Certificate>,
    failed: Mutex<Option<Instant>>,
}

impl Certificates {
    /// The certificate that is there; absent when it can't be had in that time.
    pub async fn get(&self, engine: &Handle, at: &Address, patience: Duration) -> Option<Certificate> {
        let entry = self.entry(at);
        if let Some(certificate) = entry.certificate.get() {
            return Some(certificate.clone());
        }
        let (engine, at, turns) = (engine.clone(), at.clone(), self.turns.clone());
        // On a task of its own: it goes on when this request gives up.
        let fetching = tokio::spawn(async move {
            tokio::time::timeout(GIVEN_UP, entry.fetched(&engine, &at, &turns)).await.ok().flatten()
        });
        tokio::time::timeout(patience, fetching).await.ok()?.ok()?
    }

    fn entry(&self, at: &Address) -> Arc<Entry> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.contains_key(at) && known.len() >= MOST {
            let empty = known.iter().find(|(_, entry)| !entry.certificate.initialized());
            let one = empty.or_else(|| known.iter().next()).map(|(address, _)| address.clone());
            one.map(|address| known.remove(&address));
        }
        known.entry(at.clone()).or_default().clone()
    }
}

impl Entry {
    /// Fetches it, once for all that ask.
    async fn fetched(&self, engine: &Handle, at: &Address, turns: &Semaphore) -> Option<Certificate> {
        let fetch = || async {
            if self.failed.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() < AGAIN) {
                return Err(());
            }
            let _turn = turns.acquire().await;
            let read = |pem: Vec<u8>| Certificate::read(&pem).ok_or_else(|| "it is none".to_owned());
            let fetched = match engine.topic_post() {
                Some(post) => post.get(at.clone()).await.and_then(read),
                None => Err("nobody here reaches AWS".into()),
            };
            fetched.map_err(|why| {
                tracing::warn!(host = at.host(), %why, "the certificate that SNS signs with can't be had");
                *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            })
        };
        self.certificate.get_or_try_init(fetch).await.ok().cloned()
    }
}
