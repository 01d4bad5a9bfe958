//! The two clocks that run on an incident until it is answered and until it is over. `PRODUCT.md`, From alert to person.

use serde::{Deserialize, Serialize};

use super::limit::Limit;
use super::severity::Severity;
use super::time::{Moment, Span};

/// How long an incident may wait, by severity. A setting of the tenant; off from the start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Sla {
    /// For severity low.
    pub low: Limits,
    /// For severity medium.
    pub medium: Limits,
    /// For severity high.
    pub high: Limits,
    /// For severity critical.
    pub critical: Limits,
}

/// How long until somebody answers, and until it is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Until somebody has acknowledged it or works on it.
    pub respond: Limit,
    /// Until it is resolved.
    pub resolve: Limit,
}

impl Sla {
    /// The limits of a severity.
    pub const fn of(&self, severity: Severity) -> Limits {
        match severity {
            Severity::Low => self.low,
            Severity::Medium => self.medium,
            Severity::High => self.high,
            Severity::Critical => self.critical,
        }
    }
}

/// Which clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// Somebody answers.
    Respond,
    /// It is over.
    Resolve,
}

impl Promise {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Respond, Self::Resolve];

    /// For people.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Respond => "respond",
            Self::Resolve => "resolve",
        }
    }
}

/// An incident's clocks; absent ones have no limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Clocks {
    /// Until somebody answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respond: Option<Clock>,
    /// Until it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve: Option<Clock>,
}

/// One clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Clock {
    /// When it began to run.
    pub from: Moment,
    /// When the promise is broken. Never before `from`.
    pub due_at: Moment,
    /// When it stopped; absent while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_at: Option<Moment>,
    /// Three quarters had passed while it ran.
    #[serde(default)]
    pub warned: bool,
    /// All of it had passed while it ran.
    #[serde(default)]
    pub breached: bool,
}

/// What a clock has come to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// Three quarters have passed.
    Warning,
    /// All of it has passed.
    Breach,
}

impl Clock {
    fn begun(now: Moment, limit: Span) -> Self {
        Self { from: now, due_at: now + limit, stopped_at: None, warned: false, breached: false }
    }

    /// As it is with another limit. What has not passed by that limit is not held against it.
    fn limited(mut self, now: Moment, limit: Span) -> Self {
        self.due_at = self.from + limit;
        self.warned &= self.warns_at() <= now;
        self.breached &= self.due_at <= now;
        self
    }

    fn stopped(mut self, now: Moment) -> Self {
        self.stopped_at.get_or_insert(now.max(self.from));
        self
    }

    /// It runs on, and the time that it stood still does not count.
    fn resumed(mut self, now: Moment) -> Self {
        if let Some(stopped) = self.stopped_at.take() {
            let still = Span((now - stopped).0.max(0));
            (self.from, self.due_at) = (self.from + still, self.due_at + still);
        }
        self
    }

    /// When three quarters have passed.
    pub fn warns_at(&self) -> Moment {
        self.from + Span((self.due_at - self.from).0 / 4 * 3)
    }

    /// What is left at `now`; negative once it is broken. Absent when it has stopped.
    pub fn left(&self, now: Moment) -> Option<Span> {
        self.stopped_at.is_none().then(|| self.due_at - now)
    }
}

impl Clocks {
    /// Brings both in step: `runs` says which of them the incident's state lets run. One that had no limit begins when it gets
    /// one; a new limit counts from when the clock began.
    pub fn keep(&mut self, now: Moment, limits: Limits, runs: impl Fn(Promise) -> bool) {
        for promise in Promise::ALL {
            let limit = match promise {
                Promise::Respond => limits.respond.0,
                Promise::Resolve => limits.resolve.0,
            };
            let clock = self.slot(promise);
            *clock = match (*clock, limit) {
                (Some(clock), _) if clock.stopped_at.is_some() => Some(clock),
                (clock, _) if !runs(promise) => clock.map(|clock| clock.stopped(now)),
                (clock, Some(limit)) => {
                    Some(clock.map_or_else(|| Clock::begun(now, limit), |clock| clock.limited(now, limit)))
                }
                (_, None) => None,
            };
        }
    }

    /// Lets one run on that was stopped; the time in between does not count.
    pub fn resume(&mut self, now: Moment, promise: Promise) {
        let clock = self.slot(promise);
        *clock = clock.map(|clock| clock.resumed(now));
    }

    /// What one has come to by `now` and was not marked yet. It is marked by that.
    pub fn mark(&mut self, now: Moment) -> Option<(Promise, Mark)> {
        let (promise, mark) = self.unmarked(now)?;
        if let Some(clock) = self.slot(promise) {
            clock.warned = true;
            clock.breached |= mark == Mark::Breach;
        }
        Some((promise, mark))
    }

    /// The same, without marking it.
    pub fn unmarked(&self, now: Moment) -> Option<(Promise, Mark)> {
        Promise::ALL.into_iter().find_map(|promise| {
            let clock = self.of(promise).filter(|clock| clock.stopped_at.is_none())?;
            if !clock.breached && clock.due_at <= now {
                Some((promise, Mark::Breach))
            } else {
                (!clock.warned && clock.warns_at() <= now).then_some((promise, Mark::Warning))
            }
        })
    }

    /// When one of them next comes to something.
    pub fn next_mark(&self) -> Option<Moment> {
        let each = |promise| {
            let clock = self.of(promise).filter(|clock| clock.stopped_at.is_none() && !clock.breached)?;
            Some(if clock.warned { clock.due_at } else { clock.warns_at() })
        };
        Promise::ALL.into_iter().filter_map(each).min()
    }

    fn slot(&mut self, promise: Promise) -> &mut Option<Clock> {
        match promise {
            Promise::Respond => &mut self.respond,
            Promise::Resolve => &mut self.resolve,
        }
    }

    /// One of them.
    pub const fn of(&self, promise: Promise) -> Option<&Clock> {
        match promise {
            Promise::Respond => self.respond.as_ref(),
            Promise::Resolve => self.resolve.as_ref(),
        }
    }

    /// The running clock that ends first.
    pub fn next(&self) -> Option<(Promise, &Clock)> {
        let running = |promise: Promise| self.of(promise).filter(|clock| clock.stopped_at.is_none());
        let both = Promise::ALL.into_iter().filter_map(|promise| Some((promise, running(promise)?)));
        both.min_by_key(|(_, clock)| clock.due_at)
    }

    /// A promise was broken, whether it is kept by now or not.
    pub fn breached(&self) -> bool {
        [self.respond, self.resolve].into_iter().flatten().any(|clock| clock.breached)
    }

    /// A running clock has passed three quarters.
    pub fn warned(&self) -> bool {
        [self.respond, self.resolve].into_iter().flatten().any(|clock| clock.warned && clock.stopped_at.is_none())
    }
}
