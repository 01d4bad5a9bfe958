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
