//! How much one tenant's senders may ask for: requests a minute, requests at a time, bytes at a time. One tenant's flood ends
//! here, so that it never reaches the queue that all share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

use super::options::Options;
use crate::core::id::TenantId;
use crate::core::tenant::RateLimit;

/// Every tenant's allowance.
#[derive(Debug)]
pub struct Allowances {
    began: Instant,
    bytes: AtomicUsize,
    of: RwLock<HashMap<TenantId, Arc<Allowance>>>,
}

#[derive(Debug, Default)]
struct Allowance {
    requests: AtomicUsize,
    bytes: AtomicUsize,
    /// When, since `began`, everything that was let in would have come at the sustained rate.
    paid_until: Mutex<Duration>,
}

/// A request inside: what it takes is given back when it goes.
#[derive(Debug)]
pub struct Inside {
    all: Arc<Allowances>,
    own: Arc<Allowance>,
    bytes: usize,
}

impl Allowances {
    /// Nothing used.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), bytes: AtomicUsize::new(0), of: RwLock::default() })
    }

    /// Lets a request of this tenant in; absent when too many of them are inside.
    pub fn enter(self: &Arc<Self>, tenant: &TenantId, options: &Options) -> Option<Inside> {
        let own = self.own(tenant);
        let before = own.requests.fetch_add(1, Ordering::Relaxed);
        let inside = Inside { all: self.clone(), own, bytes: 0 };
        (before < options.max_requests_of_tenant).then_some(inside)
    }

    fn own(&self, tenant: &TenantId) -> Arc<Allowance> {
        if let Some(own) = self.of.read().unwrap_or_else(PoisonError::into_inner).get(tenant) {
            return own.clone();
        }
        self.of.write().unwrap_or_else(PoisonError::into_inner).entry(tenant.clone()).or_default().clone()
    }
}

impl Inside {
    /// Takes `more` bytes; false when that is more than there is room for.
    pub fn hold(&mut self, more: usize, options: &Options) -> bool {
        self.bytes += more;
        let own = self.own.bytes.fetch_add(more, Ordering::Relaxed) + more;
        let all = self.all.bytes.fetch_add(more, Ordering::Relaxed) + more;
        own <= options.max_bodies_of_tenant && all <= options.max_bodies
    }

    /// Counts the request against the tenant's rate.
    ///
    /// # Errors
    /// Whole seconds until the next one will be let in.
    pub fn spend(&self, limit: &RateLimit, now: Instant) -> Result<(), u64> {
        if limit.requests_per_minute == 0 {
            return Ok(());
        }
        let now = now.saturating_duration_since(self.all.began);
        let each = Duration::from_secs(60) / limit.requests_per_minute;
        let mut paid_until = self.own.paid_until.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (*paid_until).max(now) + each;
        match next.checked_sub(now + each * limit.burst.max(1)) {
            None | Some(Duration::ZERO) => {
                *paid_until = next;
                Ok(())
            }
            Some(early) => Err(early.as_secs() + u64::from(early.subsec_nanos() > 0)),
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.own.requests.fetch_sub(1, Ordering::Relaxed);
        self.own.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        self.all.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    #[test]
    fn a_burst_then_the_sustained_rate_then_all_of_it_again() {
        let all = Allowances::new();
        let inside = all.enter(&tenant_id("a"), &Options::default()).unwrap();
        let limit = RateLimit { requests_per_minute: 30, burst: 3 };
        let at = |seconds: f64| all.began + Duration::from_secs_f64(seconds);
        for _ in 0..3 {
            assert_eq!(inside.spend(&limit, at(5.0)), Ok(()));
        }
        assert_eq!(inside.spend(&limit, at(5.0)), Err(2));
        assert_eq!(inside.spend(&limit, at(6.5)), Err(1));
        assert_eq!(inside.spend(&limit, at(7.0)), Ok(()));
        assert_eq!(inside.spend(&limit, at(7.0)), Err(2));
        let other = all.enter(&tenant_id("b"), &Options::default()).unwrap();
        assert_eq!(other.spend(&limit, at(7.0)), Ok(()));
        for _ in 0..3 {
            assert_eq!(inside.spend(&limit, at(60.0)), Ok(()));
        }
        assert_eq!(inside.spend(&limit, at(60.0)), Err(2));
    }

    #[test]
    fn no_rate_is_no_limit_and_no_burst_is_one_at_a_time() {
        let all = Allowances::new();
        let inside = all.enter(&tenant_id("a"), &Options::default()).unwrap();
        for _ in 0..10_000 {
            assert_eq!(inside.spend(&RateLimit { requests_per_minute: 0, burst: 0 }, all.began), Ok(()));
        }
        let single = RateLimit { requests_per_minute: 60, burst: 0 };
        assert_eq!(inside.spend(&single, all.began), Ok(()));
        assert_eq!(inside.spend(&single, all.began), Err(1));
        assert_eq!(inside.spend(&single, all.began + Duration::from_secs(1)), Ok(()));
    }

    #[test]
    fn what_a_request_takes_is_given_back() {
        let all = Allowances::new();
        let options =
            Options { max_requests_of_tenant: 2, max_bodies_of_tenant: 10, max_bodies: 15, ..Options::default() };
        let enter = |id| all.enter(&tenant_id(id), &options);
        let (mut first, second) = (enter("a").unwrap(), enter("a").unwrap());
        assert!(enter("a").is_none() && enter("a").is_none());
        assert!(first.hold(10, &options) && !first.hold(1, &options));
        let mut other = enter("b").unwrap();
        assert!(!other.hold(5, &options));
        drop((first, second, other));
        assert!(enter("a").unwrap().hold(10, &options));
        assert_eq!(all.bytes.load(Ordering::Relaxed), 0);
    }
}
