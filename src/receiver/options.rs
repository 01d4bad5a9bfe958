//! The receiver's limits, and how many connections the machine lets it have.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::tls::Tls;

/// Everything about the receiver that can be set. The defaults are those of `PRODUCT.md`.
#[derive(Clone, Debug)]
pub struct Options {
    /// Bytes of a body.
    pub max_body: Limit,
    /// Bytes of all bodies that are being read or waiting for the store.
    pub max_bodies: usize,
    /// Bytes of all such bodies of one tenant.
    pub max_bodies_of_tenant: usize,
    /// Requests of one tenant that are being read or waiting for the store.
    pub max_requests_of_tenant: usize,
    /// Bytes of a request's head.
    pub max_head: usize,
    /// How long a head, and after it a body, may take to come.
    pub read_timeout: Duration,
    /// How long a sender that has been let in may keep its connection without asking anything.
    pub idle_timeout: Duration,
    /// How long after a request's body the engine may take to say that it is stored, before its sender is told to come again.
    /// Patient: only whoever serves senders knows how long they wait.
    pub answer_timeout: Duration,
    /// How long the engine may take to answer a question.
    pub api_timeout: Duration,
    /// How long AWS may take to say how machines are patched, before the answer is that it is not known.
    pub patches_timeout: Duration,
    /// How long a sender over its rate waits for being told so.
    pub rate_pause: Duration,
    /// Connections at a time; fewer when the machine's limit on open files is low.
    pub connections: usize,
    /// Connections from one address at a time; those of trusted proxies are not counted.
    pub connections_of_address: usize,
    /// Connections from this host are not counted either: everybody may come through a tunnel or a proxy of its own.
    pub trusts_this_host: bool,
    /// How long a connection may be kept in all: what it was let in by may not hold any more.
    pub longest_connection: Duration,
    /// What is spoken below HTTP; absent: nothing.
    pub tls: Option<Arc<Tls>>,
    /// How often its files are looked at.
    pub look_at_tls: Duration,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long requests that are under way may take when the receiver is told to stop.
    pub drain: Duration,
    /// Where everything is kept: how much room there is, is told; absent: nobody knows.
    pub folder: Option<PathBuf>,
}

/// A limit that can be changed while the receiver runs. Clones are the same limit.
#[derive(Clone, Debug)]
pub struct Limit(Arc<AtomicUsize>);

impl Limit {
    /// As it is now.
    pub fn get(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// As it is from now on.
    pub fn set(&self, limit: usize) {
        self.0.store(limit, Ordering::Relaxed);
    }
}

impl From<usize> for Limit {
    fn from(limit: usize) -> Self {
        Self(Arc::new(AtomicUsize::new(limit)))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_body: (4 << 20).into(),
            max_bodies: 256 << 20,
            max_bodies_of_tenant: 64 << 20,
            max_requests_of_tenant: 1_024,
            max_head: 32 << 10,
            read_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            answer_timeout: Duration::from_secs(30),
            api_timeout: Duration::from_secs(30),
            patches_timeout: Duration::from_secs(10),
            rate_pause: Duration::from_millis(100),
            connections: 12_000,
            connections_of_address: 1_000,
            trusts_this_host: true,
            longest_connection: Duration::from_secs(60 * 60),
            tls: None,
            look_at_tls: Duration::from_secs(2),
            trusted_proxies: Vec::new(),
            drain: Duration::from_secs(5),
            folder: None,
        }
    }
}

/// Raises the limit on open files as far as it goes, and says how many of `wanted` connections fit under it when the rest
/// of the program, at least half of a low limit, has its own.
pub fn affordable(wanted: usize) -> usize {
    /// Files for the store, the seats and everything else.
    const OTHERS: u64 = 2_048;
    let limit = getrlimit(Resource::Nofile);
    // Staying at the lower limit is no error: the cap follows it.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let room = files - OTHERS.min(files / 2);
    wanted.min(usize::try_from(room).unwrap_or(usize::MAX)).max(1)
}

#[cfg(test)]
mod tests {
    use super::affordable;

    #[test]
    fn connections_never_exceed_what_was_asked_for_and_never_vanish() {
        assert_eq!(affordable(10), 10);
        assert_eq!(affordable(0), 1);
        assert!(affordable(usize::MAX) > 10);
    }
}
