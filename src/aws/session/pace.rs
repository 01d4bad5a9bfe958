//! How patient a channel is: when it asks whether somebody is there, when it stops believing so, and when it tries again.

use std::time::Duration;

/// As often a session that never said anything is tried.
pub(super) const FIRST_TRIES: u32 = 5;

/// How patient a channel is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pace {
    /// Between pings.
    pub(super) ping: Duration,
    /// After so long without any word, nobody is there.
    pub(super) dead: Duration,
    /// The first pause between tries of a session that never said anything, doubling: its token is good for a moment only.
    pub(super) first: Duration,
    /// The first pause between tries of one that has, doubling.
    pub(super) again: Duration,
    /// The longest of those.
    pub(super) longest: Duration,
    /// A socket that lasted that long was good, also if nobody had anything to say: it is replaced at once.
    pub(super) long: Duration,
    /// One that did not last that long was not, whatever was said.
    pub(super) short: Duration,
}

/// Proxies cut sockets that are idle for some minutes, so there are pings in between; three of them without any answer, and some
/// patience, are enough.
pub(super) const PACE: Pace = Pace {
    ping: Duration::from_secs(30),
    dead: Duration::from_secs(100),
    first: Duration::from_millis(200),
    again: Duration::from_secs(1),
    longest: Duration::from_secs(30),
    long: Duration::from_secs(10),
    short: Duration::from_millis(500),
};

impl Pace {
    /// The pause before another try, after so many in vain.
    pub(super) fn pause(self, opened: bool, tries: u32) -> Duration {
        let Some(before) = tries.checked_sub(1) else { return Duration::ZERO };
        let doubled = 2_u32.saturating_pow(before);
        if opened { self.again.saturating_mul(doubled).min(self.longest) } else { self.first.saturating_mul(doubled) }
    }

    /// Whether a socket was of use.
    pub(super) fn is_good(self, age: Duration, spoke: bool) -> bool {
        age >= self.long || spoke && age >= self.short
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let pauses = |opened, tries: std::ops::Range<u32>| {
            tries.map(|tries| PACE.pause(opened, tries).as_millis()).collect::<Vec<_>>()
        };
        assert_eq!(pauses(false, 0..FIRST_TRIES), [0, 200, 400, 800, 1_600]);
        assert_eq!(pauses(true, 0..9), [0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
        assert_eq!(PACE.pause(true, u32::MAX), PACE.longest);
    }

    #[test]
    fn a_socket_that_only_said_hello_was_of_no_use() {
        let (short, long) = (PACE.short, PACE.long);
        assert!(!PACE.is_good(short / 2, true) && PACE.is_good(short, true));
        assert!(!PACE.is_good(long / 2, false) && PACE.is_good(long, false));
    }
}
