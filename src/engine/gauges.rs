//! What `/metrics` tells beyond the [`Pulse`]: how long commits take, how the engine's life goes, what its seats are fed, what AWS
//! was asked. Plain counts with fixed names; none names a tenant or a person.
//!
//! [`Pulse`]: crate::core::pulse::Pulse

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::Duration;

/// Where an engine is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// It reads what the store holds.
    Loading,
    /// It takes what comes.
    Running,
    /// It finishes what was taken.
    Stopping,
    /// It could not start, and turns everybody away.
    Failed,
}

/// The stage, readable by everybody at any time.
#[derive(Debug, Default)]
pub struct Life(AtomicU8);

impl Life {
    /// Where it is now.
    pub fn stage(&self) -> Stage {
        match self.0.load(Ordering::Acquire) {
            0 => Stage::Loading,
            1 => Stage::Running,
            2 => Stage::Stopping,
            _ => Stage::Failed,
        }
    }

    /// It has come further.
    pub fn enter(&self, stage: Stage) {
        let number = match stage {
            Stage::Loading => 0,
            Stage::Running => 1,
            Stage::Stopping => 2,
            Stage::Failed => 3,
        };
        self.0.store(number, Ordering::Release);
    }
}

/// Upper bounds of the buckets, in microseconds: from a sync that a battery-backed cache takes to a disk about to fail.
pub const BOUNDS: [u64; 13] =
    [250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000];

/// How long something took, how often.
#[derive(Debug, Default)]
pub struct Histogram {
    /// One more than there are bounds: what is longer than the last.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

impl Histogram {
    /// It took so long once more.
    pub fn took(&self, span: Duration) {
        let micros = u64::try_from(span.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().position(|bound| micros <= *bound).unwrap_or(BOUNDS.len());
        self.buckets[bucket].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// How often it took at most as long as each bound, and then how often in all; and all of it together.
    pub fn read(&self) -> (Vec<u64>, Duration) {
        let mut so_far = 0;
        let counted = self.buckets.iter().map(|bucket| {
            so_far += bucket.load(Ordering::Relaxed);
            so_far
        });
        (counted.collect(), Duration::from_micros(self.micros.load(Ordering::Relaxed)))
    }
}

/// What seats are fed.
#[derive(Debug, Default)]
pub struct Fed {
    /// Seats of this host that are on now.
    pub local: AtomicU64,
    /// Seats that are on over the network now.
    pub remote: AtomicU64,
    /// Changes told, to each seat for itself.
    pub changes: AtomicU64,
    /// Snapshots given: at the start, and to whoever fell behind.
    pub snapshots: AtomicU64,
    /// Seats that resumed where they were, without one.
    pub resumed: AtomicU64,
    /// Bytes written to seats over the network.
    pub bytes: AtomicU64,
}

/// Counts under a few fixed labels.
#[derive(Debug, Default)]
pub struct Tally(Mutex<BTreeMap<(&'static str, &'static str), u64>>);

impl Tally {
    /// One more of these.
    pub fn add(&self, what: &'static str, outcome: &'static str) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).entry((what, outcome)).or_default() += 1;
    }

    /// All of them.
    pub fn read(&self) -> BTreeMap<(&'static str, &'static str), u64> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_counts_each_span_in_every_bucket_that_it_fits_into() {
        let histogram = Histogram::default();
        for micros in [0, 250, 251, 4_000_000, 60_000_000] {
            histogram.took(Duration::from_micros(micros));
        }
        let (counted, sum) = histogram.read();
        assert_eq!(counted, [2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4, 5]);
        assert_eq!(sum, Duration::from_micros(64_000_501));
    }

    #[test]
    fn a_life_begins_with_loading() {
        let life = Life::default();
        assert_eq!(life.stage(), Stage::Loading);
        for stage in [Stage::Running, Stage::Stopping, Stage::Failed, Stage::Loading] {
            life.enter(stage);
            assert_eq!(life.stage(), stage);
        }
    }
}
