//! What was made for a tenant and is good for a while: made once however many ask at once, made anew before it ends, and gone
//! when the tenant's settings are other ones.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};

use crate::core::id::TenantId;

use super::AwsError;

/// Nothing is used in the last minutes of its life: a call that takes long must not outlive it.
pub(super) const BEFORE_THE_END: Duration = Duration::from_secs(300);
/// As many are kept.
const MOST: usize = 512;

/// Something good until a time.
pub(super) trait Until: Send + Sync + 'static {
    /// Until when.
    fn until(&self) -> SystemTime;
}

/// What was made, by tenant and purpose. `P` is all that it was made from: another `P` drops everything of that tenant.
pub(super) struct Cache<K, P, T> {
    held: Mutex<Held<K, P, T>>,
}

struct Held<K, P, T> {
    made_from: HashMap<TenantId, P>,
    made: HashMap<(TenantId, K), Making<T>>,
}

type Making<T> = Shared<BoxFuture<'static, Result<Arc<T>, AwsError>>>;

impl<K: Clone + Eq + Hash, P: Clone + PartialEq, T: Until> Cache<K, P, T> {
    /// Nothing yet.
    pub(super) fn new() -> Self {
        Self { held: Mutex::new(Held { made_from: HashMap::new(), made: HashMap::new() }) }
    }

    /// From now on everything of this tenant is made from this.
    pub(super) fn settle(&self, tenant: &TenantId, from: &P) {
        let mut held = self.lock();
        if held.made_from.get(tenant) != Some(from) {
            held.drop_all_of(tenant);
            held.made_from.insert(tenant.clone(), from.clone());
        }
    }

    /// The tenant is no more.
    pub(super) fn forget(&self, tenant: &TenantId) {
        self.lock().drop_all_of(tenant);
    }

    /// What was made for the tenant is made anew when it is needed next; those who are at it go on.
    pub(super) fn renew(&self, tenant: &TenantId) {
        self.lock().made.retain(|(of, _), _| of != tenant);
    }

    /// What was made is not good any more, whatever it says.
    pub(super) fn spoilt(&self, tenant: &TenantId, key: &K, what: &Arc<T>) {
        let mut held = self.lock();
        let entry = (tenant.clone(), key.clone());
        let same = |making: &Making<T>| matches!(making.peek(), Some(Ok(made)) if Arc::ptr_eq(made, what));
        if held.made.get(&entry).is_some_and(same) {
            held.made.remove(&entry);
        }
    }

    /// What is there and good for long enough, or what `make` makes; None when the tenant's things are made from something else by
    /// now. A failure goes to all who waited for it, and is not kept.
    pub(super) async fn get<F>(
        &self,
        tenant: &TenantId,
        key: &K,
        from: &P,
        now: SystemTime,
        make: impl FnOnce() -> F,
    ) -> Option<Result<Arc<T>, AwsError>>
    where
        F: Future<Output = Result<T, AwsError>> + Send + 'static,
    {
        let making = {
            let mut held = self.lock();
            if held.made_from.get(tenant) != Some(from) {
                return None;
            }
            let entry = (tenant.clone(), key.clone());
            match held.made.get(&entry) {
                Some(making) if is_good(making, now) => making.clone(),
                _ => {
                    held.make_room(now);
                    let making = start(make());
                    held.made.insert(entry, making.clone());
                    making
                }
            }
        };
        Some(making.await)
    }

    fn lock(&self) -> MutexGuard<'_, Held<K, P, T>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A task of its own: whoever asked first may go away, and the others still get it.
fn start<T: Until>(making: impl Future<Output = Result<T, AwsError>> + Send + 'static) -> Making<T> {
    let task = tokio::spawn(making);
    let made = async move {
        let gone =
            |_| Err(AwsError::new(super::Kind::Silent, "asking for credentials ended before it was done; ask again"));
        task.await.unwrap_or_else(gone).map(Arc::new)
    };
    made.boxed().shared()
}

fn is_good<T: Until>(making: &Making<T>, now: SystemTime) -> bool {
    match making.peek() {
        None => true,
        Some(Ok(made)) => now + BEFORE_THE_END < made.until(),
        Some(Err(_)) => false,
    }
}

impl<K: Clone + Eq + Hash, P, T: Until> Held<K, P, T> {
    fn drop_all_of(&mut self, tenant: &TenantId) {
        self.made_from.remove(tenant);
        self.made.retain(|(of, _), _| of != tenant);
    }

    /// Drops what is over, and when that does not help what is over first.
    fn make_room(&mut self, now: SystemTime) {
        if self.made.len() < MOST {
            return;
        }
        self.made.retain(|_, making| is_good(making, now));
        while self.made.len() >= MOST {
            let until = |making: &Making<T>| making.peek().and_then(|made| made.as_ref().ok().map(|made| made.until()));
            let first =
                self.made.iter().filter_map(|(key, making)| Some((until(making)?, key))).min_by_key(|(at, _)| *at);
            let Some(key) = first.map(|(_, key)| key.clone()) else { break };
            self.made.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::aws::Kind;

    struct Ticket {
        number: u32,
        until: SystemTime,
    }

    impl Until for Ticket {
        fn until(&self) -> SystemTime {
            self.until
        }
    }

    const HOUR: Duration = Duration::from_secs(3600);

    struct Office {
        cache: Cache<u64, &'static str, Ticket>,
        made: Arc<AtomicU32>,
        tenant: TenantId,
    }

    impl Office {
        fn new() -> Self {
            let office = Self { cache: Cache::new(), made: Arc::default(), tenant: "a".parse().unwrap() };
            office.cache.settle(&office.tenant, &"settings");
            office
        }

        /// Gets the ticket of a key at so many seconds; when there is none, one that is good for an hour.
        async fn at(&self, seconds: u64, key: u64) -> u32 {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            let made = self.made.clone();
            let make = || async move {
                let number = made.fetch_add(1, Ordering::Relaxed) + 1;
                Ok(Ticket { number, until: now + HOUR })
            };
            self.cache.get(&self.tenant, &key, &"settings", now, make).await.unwrap().unwrap().number
        }
    }

    #[tokio::test]
    async fn a_ticket_is_good_until_five_minutes_before_its_end() {
        let office = Office::new();
        assert_eq!(office.at(0, 1).await, 1);
        assert_eq!(office.at(3_299, 1).await, 1);
        assert_eq!(office.at(3_300, 1).await, 2);
        assert_eq!(office.at(3_300 + 3_299, 1).await, 2);
    }

    #[tokio::test]
    async fn those_who_ask_meanwhile_wait_for_the_same_failure() {
        let office = Office::new();
        let (open, gate) = tokio::sync::oneshot::channel::<()>();
        let (mut gate, tries) = (Some(gate), AtomicU32::new(0));
        let mut ask = || {
            let gate = gate.take();
            office.cache.get(&office.tenant, &1, &"settings", SystemTime::UNIX_EPOCH, || {
                tries.fetch_add(1, Ordering::Relaxed);
                async {
                    gate.unwrap().await.unwrap();
                    Err(AwsError::new(Kind::Denied, "no"))
                }
            })
        };
        let (first, second) = (ask(), ask());
        let (first, second, ()) = tokio::join!(first, second, async { open.send(()).unwrap() });
        assert!(first.unwrap().is_err() && second.unwrap().is_err());
        assert_eq!(tries.load(Ordering::Relaxed), 1);
        assert_eq!(office.at(0, 1).await, 1, "a failure is not kept");
    }

    #[tokio::test]
    async fn who_goes_away_does_not_take_it_along() {
        let office = Office::new();
        let (open, gate) = tokio::sync::oneshot::channel::<()>();
        let now = SystemTime::UNIX_EPOCH;
        let first = office.cache.get(&office.tenant, &1, &"settings", now, || async move {
            gate.await.unwrap();
            Ok(Ticket { number: 77, until: now + HOUR })
        });
        assert!(first.now_or_never().is_none(), "asked, and gone");
        open.send(()).unwrap();
        assert_eq!(office.at(0, 1).await, 77);
    }

    #[tokio::test]
    async fn a_spoilt_ticket_goes_and_its_successor_stays() {
        let office = Office::new();
        let now = SystemTime::UNIX_EPOCH;
        let never = || async { Err(AwsError::new(Kind::Denied, "it is there")) };
        office.at(0, 1).await;
        let old = office.cache.get(&office.tenant, &1, &"settings", now, never).await.unwrap().unwrap();
        office.cache.spoilt(&office.tenant, &1, &old);
        assert_eq!(office.at(0, 1).await, 2);
        office.cache.spoilt(&office.tenant, &1, &old);
        assert_eq!(office.at(0, 1).await, 2, "who is late does not spoil the new one");
    }

    #[tokio::test]
    async fn other_settings_leave_nothing_of_a_tenant_and_all_of_others() {
        let office = Office::new();
        let other: TenantId = "b".parse().unwrap();
        let now = SystemTime::UNIX_EPOCH;
        let make = || async move { Ok(Ticket { number: 9, until: now + HOUR }) };
        office.cache.settle(&other, &"theirs");
        office.cache.get(&other, &1, &"theirs", now, make).await.unwrap().unwrap();
        office.at(0, 1).await;
        office.cache.settle(&office.tenant, &"new");
        assert!(office.cache.get(&office.tenant, &1, &"settings", now, make).await.is_none());
        assert_eq!(office.cache.lock().made.len(), 1);
        office.cache.forget(&other);
        assert!(office.cache.get(&other, &1, &"theirs", now, make).await.is_none());
    }

    #[tokio::test]
    async fn what_ends_first_makes_room() {
        let office = Office::new();
        for key in 0..=MOST as u64 {
            office.at(key, key).await;
        }
        assert_eq!(office.cache.lock().made.len(), MOST);
        assert_eq!(office.at(0, 1).await, 2, "only the first had to go");
        assert_eq!(office.at(0, 0).await, MOST as u32 + 2);
    }
}
