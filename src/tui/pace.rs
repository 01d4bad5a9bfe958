//! When the next frame may be sent. Keys are answered at once; changes wait for the frame rate, and for the line: what a storm
//! of changes may send is limited in bytes, so that a seat at the end of a slow link still answers its keys.

use std::time::{Duration, Instant};

/// What changes may send in the long run, in bytes a second.
const RATE: i64 = 6_000;
/// What may be sent at once after some quiet.
const CREDIT: i64 = 12_000;
/// How far one large frame may run ahead of the rate.
const DEBT: i64 = -12_000;

/// Knows what was sent.
#[derive(Debug)]
pub struct Pace {
    between: Duration,
    /// When changes were last shown.
    last: Instant,
    credit: i64,
    /// When the credit was that.
    counted: Instant,
}

impl Pace {
    /// At most `fps` frames a second.
    pub fn new(fps: u32, now: Instant) -> Self {
        Self { between: Duration::from_secs(1) / fps.clamp(1, 60), last: now, credit: CREDIT, counted: now }
    }

    /// When changes may be shown.
    pub fn due(&self) -> Instant {
        let missing = u64::try_from(-self.credit).unwrap_or(0);
        let wait = Duration::from_millis(missing * 1_000 / RATE.unsigned_abs());
        (self.last + self.between).max(self.counted + wait)
    }

    /// When a new size may be shown: a window being dragged is many sizes.
    pub fn due_for_size(&self) -> Instant {
        self.last + self.between
    }

    /// A frame of so many bytes was sent. A key's answer costs as any other, but is no reason to show changes later.
    pub fn sent(&mut self, bytes: usize, with_changes: bool, now: Instant) {
        let passed = now.saturating_duration_since(self.counted).as_millis();
        let earned = i64::try_from(passed).unwrap_or(i64::MAX).saturating_mul(RATE) / 1_000;
        let spent = i64::try_from(bytes).unwrap_or(i64::MAX);
        self.credit = self.credit.saturating_add(earned).min(CREDIT).saturating_sub(spent).max(DEBT);
        self.counted = now;
        if with_changes {
            self.last = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_frames_come_at_the_frame_rate_and_large_ones_at_the_lines() {
        let start = Instant::now();
        let sent_in = |bytes: usize, seconds: u64| {
            let mut pace = Pace::new(10, start);
            let (mut now, mut sent) = (start, 0);
            while now < start + Duration::from_secs(seconds) {
                pace.sent(bytes, true, now);
                sent += bytes;
                now = pace.due();
            }
            sent
        };
        assert_eq!(sent_in(100, 60), 600 * 100);
        let storm = sent_in(3_000, 60);
        assert!(storm < 60 * 6_000 + 24_000, "{storm}");
        assert!(storm > 60 * 5_000, "{storm}");
    }

    #[test]
    fn a_key_held_down_does_not_hold_changes_back() {
        let start = Instant::now();
        let mut pace = Pace::new(10, start);
        let due = pace.due();
        (0..9).for_each(|tenth| pace.sent(100, false, start + Duration::from_millis(tenth * 11)));
        assert_eq!(pace.due(), due);
    }

    #[test]
    fn one_huge_frame_holds_the_next_back_for_two_seconds_at_most() {
        let start = Instant::now();
        let mut pace = Pace::new(10, start);
        pace.sent(1_000_000, true, start);
        assert_eq!(pace.due(), start + Duration::from_secs(2));
        assert_eq!(pace.due_for_size(), start + Duration::from_millis(100));
    }
}
