//! How many connections come from one address. How many there are in all is `doors`'.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::options::Options;
use super::proxy::is_trusted;

/// Who is turned away is logged so often at most.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// Everybody who is in.
#[derive(Clone, Default)]
pub struct Crowd(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// Only of addresses that have a connection: no more than there are connections.
    of: HashMap<IpAddr, usize>,
    told: Option<Instant>,
    turned_away: u64,
}

/// One of them. Dropped, it has left.
pub struct Among(Option<(Crowd, IpAddr)>);

impl Crowd {
    /// Lets a connection from an address in, if there are not too many already. Whoever stands for many is not counted.
    pub fn enter(&self, address: IpAddr, options: &Options) -> Option<Among> {
        let address = address.to_canonical();
        if (options.trusts_this_host && address.is_loopback()) || is_trusted(address, &options.trusted_proxies) {
            return Some(Among(None));
        }
        let one = network(address);
        let mut inner = self.inner();
        let count = inner.of.entry(one).or_default();
        if *count >= options.connections_of_address.max(1) {
            inner.turned_away += 1;
            if inner.told.is_none_or(|told| told.elapsed() >= TOLD_EVERY) {
                inner.told = Some(Instant::now());
                let turned_away = std::mem::take(&mut inner.turned_away);
                tracing::warn!(%address, turned_away, "too many connections from one address");
            }
            return None;
        }
        *count += 1;
        Some(Among(Some((self.clone(), one))))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Among {
    fn drop(&mut self) {
        let Some((crowd, one)) = self.0.take() else { return };
        let mut inner = crowd.inner();
        if let Some(count) = inner.of.get_mut(&one) {
            *count -= 1;
            if *count == 0 {
                inner.of.remove(&one);
            }
        }
    }
}

/// Whoever has one address of IPv6 has the other 2^64 beside it too.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(long) => Ipv6Addr::from_bits(long.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        let trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
        Options { connections_of_address: 2, trusted_proxies, ..Options::default() }
    }

    #[test]
    fn an_address_has_its_places_and_gets_them_back() {
        let (crowd, options) = (Crowd::default(), options());
        let enter = |address: &str| crowd.enter(address.parse().unwrap(), &options);
        let one = enter("192.0.2.1").unwrap();
        let _two = enter("::ffff:192.0.2.1").unwrap();
        assert!(enter("192.0.2.1").is_none());
        let other = enter("192.0.2.2").unwrap();
        drop((one, other));
        assert!(enter("192.0.2.1").is_some());
        assert_eq!(crowd.inner().of.len(), 1, "nothing is kept of who has left");
    }

    #[test]
    fn neighbours_of_ipv6_are_one() {
        let (crowd, options) = (Crowd::default(), options());
        let enter = |address: &str| crowd.enter(address.parse().unwrap(), &options);
        let _two = [enter("2001:db8::1").unwrap(), enter("2001:db8::ffff:0:1").unwrap()];
        assert!(enter("2001:db8::2").is_none());
        assert!(enter("2001:db8:0:1::2").is_some());
    }

    #[test]
    fn this_host_and_trusted_proxies_stand_for_many() {
        let (crowd, options) = (Crowd::default(), options());
        for address in ["127.0.0.1", "::1", "10.1.2.3"] {
            let all: Vec<_> = (0..9).map(|_| crowd.enter(address.parse().unwrap(), &options)).collect();
            assert!(all.iter().all(Option::is_some), "{address}");
        }
    }
}
