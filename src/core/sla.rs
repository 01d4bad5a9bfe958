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

impl Clock {
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
