//! How often AWS is asked and how long anything is waited for. Values only; whoever waits takes them from here.

use std::time::Duration;

use crate::core::time::Span;

/// All of it. The default is what people get; tests take less.
#[derive(Clone, Debug)]
pub struct Pace {
    /// Between looks at an execution that somebody watches.
    pub watched: Backoff,
    /// Between looks at one that nobody watches.
    pub unwatched: Backoff,
    /// Between trials while AWS or the way to it fails.
    pub trouble: Backoff,
    /// Between trials while the client's account does not let us in: its people have to do something.
    pub shut_out: Backoff,
    /// Between looks for a command of which it is not known whether AWS has it.
    pub looking: Backoff,
    /// How long a command may be missing from AWS' lists although AWS has it.
    pub shows_within: Span,
    /// How long an order stays good. One that could not be sent by then is not sent: whoever confirmed it has looked away.
    pub good_for: Span,
    /// How long past its deadline an execution is looked for at all.
    pub give_up_after: Span,
    /// How long a question for output waits for more.
    pub output_waits: Duration,
    /// How long after such a question an execution still counts as watched: the next one is on its way.
    pub lingers: Duration,
    /// How old a list of nodes may be when nobody asks for a fresh one.
    pub nodes_keep: Span,
    /// How old what is known of their patches may be.
    pub patches_keep: Span,
}

/// A delay that doubles from one length to another.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// The first.
    pub from: Duration,
    /// The longest.
    pub to: Duration,
}

impl Backoff {
    /// Between these.
    pub const fn between(from: Duration, to: Duration) -> Self {
        Self { from, to }
    }

    /// The delay after `n` others, a fifth longer or shorter, as `seed` has it: many that began at once do not stay
    /// together. The same seed gives the same delays.
    pub fn nth(&self, n: u32, seed: u64) -> Duration {
        let whole = self.from.saturating_mul(1 << n.min(20)).min(self.to);
        let mixed = (seed ^ u64::from(n).wrapping_mul(0x9e37_79b9_7f4a_7c15)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let thousandths = 800 + u32::try_from((mixed >> 32) % 401).unwrap_or(0);
        whole * thousandths / 1_000
    }
}

impl Default for Pace {
    fn default() -> Self {
        let seconds = |from, to| Backoff::between(Duration::from_secs(from), Duration::from_secs(to));
        Self {
            watched: seconds(1, 3),
            // Most commands are short: who asked for one wants to hear of its end soon, watching or not.
            unwatched: seconds(1, 30),
            trouble: seconds(1, 30),
            shut_out: seconds(60, 300),
            looking: seconds(1, 15),
            shows_within: Span::minutes(2),
            good_for: Span::minutes(2),
            give_up_after: Span::DAY,
            output_waits: Duration::from_secs(10),
            lingers: Duration::from_secs(3),
            nodes_keep: Span::MINUTE,
            patches_keep: Span::minutes(15),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_the_longest_and_differ_by_seed() {
        let backoff = Backoff::between(Duration::from_secs(1), Duration::from_secs(60));
        for n in 0..40 {
            let whole = 60.min(1_u64 << n.min(10)) * 1_000;
            let delay = u64::try_from(backoff.nth(n, 7).as_millis()).unwrap();
            assert!((whole * 4 / 5..=whole * 6 / 5).contains(&delay), "{n}: {delay}");
        }
        assert_eq!(backoff.nth(3, 7), backoff.nth(3, 7));
        let differ = (0..50).map(|seed| backoff.nth(3, seed)).collect::<std::collections::BTreeSet<_>>();
        assert!(differ.len() > 25, "{}", differ.len());
    }
}
