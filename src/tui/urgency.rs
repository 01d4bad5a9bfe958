//! How urgently the screen is out of date, and when it is drawn for that. How much may be sent is left to `pace`.

use std::time::{Duration, Instant};

use super::pace::Pace;

/// What a machine shows so soon after a key may be the key's echo: it is drawn at once, but no more often than an eye sees. What
/// it shows later waits as other changes do, so that a long listing leaves a slow link room for ctrl-c.
const ECHO: Duration = Duration::from_secs(1);
/// The least time between two such frames.
const BETWEEN_ECHOES: Duration = Duration::from_millis(33);

/// Why the screen is out of date; of two, the later one is the more urgent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Dirty {
    /// It is not.
    No,
    /// Something has happened.
    Changed,
    /// A machine has answered somebody who types.
    Echoed,
    /// It has another size.
    Resized,
    /// Somebody has done something here.
    Pressed,
}

/// Knows how urgent it is.
#[derive(Debug)]
pub struct Urgency {
    dirty: Dirty,
    /// When a key last went to a machine.
    typed: Option<Instant>,
    /// When what a machine answered was last drawn.
    echoed: Option<Instant>,
}

impl Urgency {
    /// Nothing is drawn yet.
    pub fn new() -> Self {
        Self { dirty: Dirty::Pressed, typed: None, echoed: None }
    }

    /// The screen is out of date for this reason too.
    pub fn raise(&mut self, dirty: Dirty) {
        self.dirty = self.dirty.max(dirty);
    }

    /// A key goes to a machine.
    pub fn typed(&mut self, now: Instant) {
        self.typed = Some(now);
    }

    /// A machine has shown something.
    pub fn shown(&mut self, now: Instant) {
        let echo = self.typed.is_some_and(|typed| now.saturating_duration_since(typed) < ECHO);
        self.raise(if echo { Dirty::Echoed } else { Dirty::Changed });
    }

    /// When a frame is due; absent: nothing has changed.
    pub fn due(&self, pace: &Pace, now: Instant) -> Option<Instant> {
        match self.dirty {
            Dirty::No => None,
            Dirty::Changed => Some(pace.due()),
            Dirty::Echoed => Some(self.echoed.map_or(now, |echoed| echoed + BETWEEN_ECHOES)),
            Dirty::Resized => Some(pace.due_for_size()),
            Dirty::Pressed => Some(now),
        }
    }

    /// A frame was sent; `behind`: there is more to show than it had.
    pub fn drawn(&mut self, now: Instant, behind: bool) {
        if self.dirty == Dirty::Echoed {
            self.echoed = Some(now);
        }
        self.dirty = if behind { Dirty::Changed } else { Dirty::No };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_echo_is_drawn_at_once_and_a_listing_as_other_changes_are() {
        let start = Instant::now();
        let after = |millis| start + Duration::from_millis(millis);
        let mut pace = Pace::new(10, start);
        let mut urgency = Urgency::new();
        assert_eq!(urgency.due(&pace, start), Some(start));
        urgency.drawn(start, false);
        pace.sent(0, true, start);
        assert_eq!(urgency.due(&pace, start), None);
        urgency.typed(after(1));
        urgency.shown(after(5));
        assert_eq!(urgency.due(&pace, after(5)), Some(after(5)));
        urgency.drawn(after(5), false);
        urgency.shown(after(8));
        assert_eq!(urgency.due(&pace, after(8)), Some(after(38)), "no more often than an eye sees");
        urgency.drawn(after(38), false);
        urgency.shown(after(1_500));
        assert_eq!(urgency.due(&pace, after(1_500)), Some(pace.due()));
        urgency.raise(Dirty::Pressed);
        urgency.shown(after(1_501));
        assert_eq!(urgency.due(&pace, after(1_501)), Some(after(1_501)), "a key is a key");
        urgency.drawn(after(1_501), true);
        assert_eq!(urgency.due(&pace, after(1_501)), Some(pace.due()), "what is left comes with the changes");
    }
}
