//! How many alerts came in each of the last minutes.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::time::{Moment, Span};

/// How many minutes the rate of a tenant's alerts goes back.
pub const RATE_MINUTES: usize = 30;

/// Alerts per minute, over the last [`RATE_MINUTES`].
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Rate {
    /// The minute since the epoch of the last count.
    minute: i64,
    /// The latest minute last.
    counts: VecDeque<u32>,
}

impl Rate {
    /// An alert came then.
    pub fn add(&mut self, at: Moment) {
        let minute = at.0.div_euclid(Span::MINUTE.0);
        if self.counts.is_empty() {
            self.minute = minute;
            self.counts.push_back(0);
        }
        while self.minute < minute {
            if minute - self.minute > RATE_MINUTES as i64 {
                self.counts.clear();
                self.minute = minute - 1;
            }
            self.minute += 1;
            self.counts.push_back(0);
        }
        while self.counts.len() > RATE_MINUTES {
            self.counts.pop_front();
        }
        if let Some(last) = self.counts.back_mut() {
            *last = last.saturating_add(1);
        }
    }

    /// The counts of the [`RATE_MINUTES`] minutes up to `now`, the latest last.
    pub fn up_to(&self, now: Moment) -> [u32; RATE_MINUTES] {
        let mut counts = [0; RATE_MINUTES];
        let behind = usize::try_from(now.0.div_euclid(Span::MINUTE.0) - self.minute).unwrap_or(0);
        for (back, count) in self.counts.iter().rev().enumerate() {
            if let Some(slot) = RATE_MINUTES.checked_sub(1 + behind + back).and_then(|i| counts.get_mut(i)) {
                *slot = *count;
            }
        }
        counts
    }
}
