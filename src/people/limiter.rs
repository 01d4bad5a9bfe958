//! How often somebody may fail to sign in: nothing is slowed at first, then each failure makes the next try wait longer. Pure: the
//! time is an argument.
//!
//! What counts is the address; of IPv6, the network (/64) that one customer has. A token that this engine signed and that is good
//! no more is no guess: it is counted for itself, so that a forgotten script shuts nobody out who shares its address.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};

use crate::core::time::{Moment, Span};

/// Failures that cost nothing.
const FREE: u32 = 5;
/// How long a failure counts, and the longest wait.
const WINDOW: Span = Span::minutes(15);
const LONGEST: Span = Span::minutes(5);
/// Whoever else fails then makes the one that has not failed for longest be forgotten.
const REMEMBERED: usize = 4_096;

/// Who failed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Source {
    /// Somebody at an address, or in a network.
    Address(IpAddr),
    /// Whoever has a token that is good no more.
    Token(String),
}

/// Counts failures.
#[derive(Clone, Debug, Default)]
pub struct Limiter {
    failures: BTreeMap<Source, Failures>,
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Moment,
}

impl Source {
    /// Whoever is at an address.
    pub fn at(address: IpAddr) -> Self {
        Self::Address(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
            v4 => v4,
        })
    }
}

impl Limiter {
    /// How long it has to wait before it may try; absent: not at all.
    pub fn wait(&self, source: &Source, now: Moment) -> Option<Span> {
        let Failures { count, last } = self.failures.get(source)?;
        let over = count.checked_sub(FREE)?;
        // 1 s, 2 s, 4 s …
        let wait = Span((Span::SECOND.0 << over.min(20)).min(LONGEST.0));
        let left = *last + wait - now;
        // A clock that was set back makes nobody wait longer than the rule does.
        (left.0 > 0).then(|| Span(left.0.min(wait.0)))
    }

    /// It failed. Says how many times it has, lately.
    pub fn failed(&mut self, source: Source, now: Moment) -> u32 {
        if self.failures.len() >= REMEMBERED && !self.failures.contains_key(&source) {
            self.forget(now);
        }
        let failures = self.failures.entry(source).or_insert(Failures { count: 0, last: now });
        let count = if now - failures.last > WINDOW { 0 } else { failures.count };
        *failures = Failures { count: count.saturating_add(1), last: now };
        failures.count
    }

    fn forget(&mut self, now: Moment) {
        self.failures.retain(|_, failures| now - failures.last <= WINDOW);
        if self.failures.len() >= REMEMBERED
            && let Some(oldest) = self.failures.iter().min_by_key(|(_, failures)| failures.last).map(|(s, _)| s.clone())
        {
            self.failures.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_700_000_000_000);

    fn at(address: &str) -> Source {
        Source::at(address.parse().unwrap())
    }

    #[test]
    fn each_failure_after_the_fifth_doubles_the_wait_up_to_five_minutes() {
        let (mut limiter, source) = (Limiter::default(), at("192.0.2.1"));
        let mut now = NOW;
        let mut waits = Vec::new();
        for _ in 0..16 {
            limiter.failed(source.clone(), now);
            let wait = limiter.wait(&source, now).unwrap_or(Span(0));
            waits.push(wait.0 / 1_000);
            assert_eq!(limiter.wait(&source, now + wait), None);
            now = now + wait;
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(limiter.failed(source.clone(), now + WINDOW + Span(1)), 1, "it was still for long enough");
        assert_eq!(limiter.wait(&source, now + WINDOW + Span(2)), None);
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let (mut limiter, source) = (Limiter::default(), at("192.0.2.1"));
        for _ in 0..5 {
            limiter.failed(source.clone(), NOW);
        }
        assert_eq!(limiter.wait(&source, NOW - Span::DAY), Some(Span::SECOND));
    }

    #[test]
    fn a_network_of_one_customer_is_one_source() {
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:192.0.2.1"), at("192.0.2.1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }

    #[test]
    fn so_many_sources_are_remembered_and_no_more() {
        let mut limiter = Limiter::default();
        let source = |n: u32| Source::Address(IpAddr::V4(n.into()));
        for n in 0..10_000 {
            limiter.failed(source(n), NOW + Span(i64::from(n)));
        }
        assert_eq!(limiter.failures.len(), REMEMBERED);
        assert_eq!(limiter.failed(source(9_999), NOW + Span(10_000)), 2, "the last ones are");
        limiter.failed(source(0), NOW + WINDOW + Span(20_000));
        assert_eq!(limiter.failures.len(), 1, "the others count no more");
    }
}
