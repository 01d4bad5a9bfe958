//! How long a session may go on: until nothing has happened in it for too long, or it has lasted too long; and what people are
//! told before. Time comes in; nothing here waits.

use std::time::Duration;

use tokio::time::Instant;

use super::rules::Rules;
use crate::core::session::{End, Kind};

/// What is left, in seconds, when it is told again.
const TOLD_AT: [u64; 4] = [120, 60, 30, 10];

/// The two ends that a session may come to by time alone.
#[derive(Clone, Debug)]
pub(super) struct Limits {
    idle: Duration,
    longest: Duration,
    warning: Duration,
    nothing: &'static str,
    keeps: &'static str,
    begun: Instant,
    touched: Instant,
}

impl Limits {
    /// From now on.
    pub(super) fn new(rules: &Rules, kind: &Kind, now: Instant) -> Self {
        let (nothing, keeps) = match kind {
            Kind::Shell => ("nobody has typed", "; any key keeps it"),
            Kind::Command { .. } => ("the command has written nothing", ""),
            Kind::Forward { .. } => ("nothing has gone through", ""),
        };
        let (idle, longest) = (rules.idle, rules.longest);
        Self { idle, longest, warning: rules.warning, nothing, keeps, begun: now, touched: now }
    }

    /// Something happened in it.
    pub(super) fn touch(&mut self, now: Instant) {
        self.touched = now;
    }

    /// The end that it has come to, and why, for people.
    pub(super) fn over(&self, now: Instant) -> Option<(End, String)> {
        if now >= self.begun + self.longest {
            return Some((End::TooLong, format!("{} is the longest that a session lasts", words(self.longest))));
        }
        let idle = now >= self.touched + self.idle;
        idle.then(|| (End::Idle, format!("{} for {}", self.nothing, words(self.idle))))
    }

    /// What people are to be told by now.
    pub(super) fn warning(&self, now: Instant) -> Option<String> {
        let (at, of, why) = self.nearest();
        let left = at.saturating_duration_since(now);
        let told = self.steps(of).filter(|told| *told >= left).min()?;
        Some(format!("ends in {}: {why}", words(told)))
    }

    /// When either says something else, if nothing happens until then.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let (at, of, _) = self.nearest();
        self.steps(of).filter_map(|told| at.checked_sub(told)).filter(|next| *next > now).min().unwrap_or(at)
    }

    /// The end that comes first: when, out of how long, and why.
    fn nearest(&self) -> (Instant, Duration, String) {
        let (longest, idle) = (self.begun + self.longest, self.touched + self.idle);
        if longest <= idle {
            return (longest, self.longest, format!("{} is the longest that a session lasts", words(self.longest)));
        }
        let since = self.idle.saturating_sub(self.told_first(self.idle));
        (idle, self.idle, format!("{} for {}{}", self.nothing, words(since), self.keeps))
    }

    /// How long before an end it is first told: when no more than half the time is gone, it is too early.
    fn told_first(&self, of: Duration) -> Duration {
        self.warning.min(of / 2)
    }

    fn steps(&self, of: Duration) -> impl Iterator<Item = Duration> {
        let first = self.told_first(of);
        let later = TOLD_AT.into_iter().map(Duration::from_secs).filter(move |told| *told < first);
        std::iter::once(first).chain(later)
    }
}

/// `2 minutes`, `90 seconds`.
fn words(length: Duration) -> String {
    let of = |n: u64, unit: &str| if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") };
    match length.as_secs() {
        seconds if seconds == 0 || seconds % 60 != 0 => of(seconds, "second"),
        seconds => of(seconds / 60, "minute"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn limits(kind: &Kind) -> (Limits, Instant) {
        let now = Instant::now();
        (Limits::new(&Rules::of(Path::new("")), kind, now), now)
    }

    #[test]
    fn twenty_minutes_without_a_key_are_told_and_then_the_end() {
        let (mut limits, start) = limits(&Kind::Shell);
        limits.touch(start + MINUTE * 5);
        let touched = start + MINUTE * 5;
        let ends = touched + MINUTE * 20;
        let mut told = Vec::new();
        let mut now = start + MINUTE * 6;
        while limits.over(now).is_none() {
            if let Some(warning) = limits.warning(now) {
                told.push(((ends - now).as_secs(), warning));
            }
            let next = limits.next(now);
            assert!(next > now && next <= ends);
            now = next;
        }
        assert_eq!(now, ends);
        assert_eq!(limits.over(now), Some((End::Idle, "nobody has typed for 20 minutes".into())));
        let say = |left: &str| format!("ends in {left}: nobody has typed for 18 minutes; any key keeps it");
        let expected = [(120, "2 minutes"), (60, "1 minute"), (30, "30 seconds"), (10, "10 seconds")];
        assert_eq!(told, expected.map(|(left, words)| (left, say(words))));
    }

    #[test]
    fn a_key_takes_the_warning_back() {
        let (mut limits, start) = limits(&Kind::Shell);
        let late = start + MINUTE * 19;
        assert!(limits.warning(late).is_some());
        limits.touch(late);
        assert_eq!((limits.warning(late), limits.over(late + MINUTE * 19)), (None, None));
    }

    #[test]
    fn an_hour_is_the_end_whatever_is_typed() {
        let (mut limits, start) = limits(&Kind::Shell);
        (0..60).for_each(|minute| limits.touch(start + MINUTE * minute));
        let late = start + MINUTE * 58;
        assert_eq!(limits.warning(late).unwrap(), "ends in 2 minutes: 60 minutes is the longest that a session lasts");
        assert_eq!(limits.over(start + MINUTE * 60 - Duration::from_millis(1)), None);
        assert_eq!(limits.over(start + MINUTE * 60).unwrap().0, End::TooLong);
    }

    #[test]
    fn short_limits_are_not_told_from_the_start() {
        let now = Instant::now();
        let rules = Rules { idle: MINUTE, ..Rules::of(Path::new("")) };
        let limits = Limits::new(&rules, &Kind::Shell, now);
        assert_eq!(limits.warning(now + Duration::from_secs(29)), None);
        let said = limits.warning(now + Duration::from_secs(30)).unwrap();
        assert_eq!(said, "ends in 30 seconds: nobody has typed for 30 seconds; any key keeps it");
    }

    #[test]
    fn what_nothing_happened_in_is_said_in_its_own_words() {
        for (kind, words) in [
            (Kind::Command { text: "ls".into() }, "the command has written nothing for 20 minutes"),
            (Kind::Forward { host: None, port: 1, local: 0 }, "nothing has gone through for 20 minutes"),
        ] {
            let (limits, start) = limits(&kind);
            assert_eq!(limits.over(start + MINUTE * 20).unwrap().1, words);
        }
    }
}
