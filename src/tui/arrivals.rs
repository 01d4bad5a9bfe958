//! How many alerts come in, per second, over the last few seconds.

use std::collections::VecDeque;

use crate::core::time::Moment;

/// Seconds that are averaged.
const SECONDS: usize = 5;

/// Counts arrivals.
#[derive(Debug, Default)]
pub struct Arrivals {
    current: u32,
    past: VecDeque<u32>,
    second: i64,
}

impl Arrivals {
    /// One more.
    pub fn count(&mut self) {
        self.current = self.current.saturating_add(1);
    }

    /// It is `now`.
    pub fn tick(&mut self, now: Moment) {
        let second = now.unix_seconds();
        let passed = usize::try_from(second - self.second).unwrap_or(0);
        self.second = second;
        for _ in 0..passed.min(SECONDS + 1) {
            self.past.push_back(std::mem::take(&mut self.current));
        }
        while self.past.len() > SECONDS {
            self.past.pop_front();
        }
    }

    /// `0/s`, `0.4/s`, `980/s`.
    pub fn per_second(&self) -> String {
        let sum: u64 = self.past.iter().copied().map(u64::from).sum();
        let tenths = sum * 10 / SECONDS as u64;
        if sum == 0 {
            "0/s".into()
        } else if tenths < 100 {
            format!("{}.{}/s", tenths / 10, tenths % 10)
        } else {
            format!("{}/s", tenths / 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_five_seconds() {
        let mut arrivals = Arrivals::default();
        arrivals.tick(Moment(1_000_000));
        (0..2).for_each(|_| arrivals.count());
        arrivals.tick(Moment(1_001_000));
        assert_eq!(arrivals.per_second(), "0.4/s");
        (0..5_000).for_each(|_| arrivals.count());
        arrivals.tick(Moment(1_002_000));
        assert_eq!(arrivals.per_second(), "1000/s");
        arrivals.tick(Moment(9_000_000));
        assert_eq!(arrivals.per_second(), "0/s");
    }
}
