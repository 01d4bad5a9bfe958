//! The score, term by term: `severity + critical asset + duplicates + several tools − age`.

use serde::{Deserialize, Serialize};

use super::severity::Severity;
use super::time::{Moment, Span};

/// What each term is worth. `PRODUCT.md`, Priority; every one is a setting of the tenant.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// For severity low.
    pub low: i32,
    /// For severity medium.
    pub medium: i32,
    /// For severity high.
    pub high: i32,
    /// For severity critical.
    pub critical: i32,
    /// For an asset on the tenant's list.
    pub critical_asset: i32,
    /// For each alert of the current episode, when there is more than one.
    pub duplicate: i32,
    /// All duplicates together, at most.
    pub duplicates_max: i32,
    /// When two or more tools report it.
    pub several_tools: i32,
    /// Taken off for each whole hour since the incident opened.
    pub age_per_hour: i32,
    /// Taken off for age, at most.
    pub age_max: i32,
    /// Incidents that score at least this are assigned by themselves.
    pub assign_threshold: i32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            low: 10,
            medium: 30,
            high: 60,
            critical: 90,
            critical_asset: 20,
            duplicate: 2,
            duplicates_max: 20,
            several_tools: 10,
            age_per_hour: 1,
            age_max: 10,
            assign_threshold: 60,
        }
    }
}

/// A score's terms, each with its sign: they add up to the score.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Terms {
    /// By severity.
    pub severity: i32,
    /// For an asset on the tenant's list.
    pub critical_asset: i32,
    /// For repetition within the episode.
    pub duplicates: i32,
    /// For agreement among tools.
    pub tools: i32,
    /// For age: zero or less.
    pub age: i32,
}

impl Terms {
    /// The score.
    pub const fn sum(&self) -> i32 {
        self.severity + self.critical_asset + self.duplicates + self.tools + self.age
    }
}

/// What a score depends on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The incident's.
    pub severity: Severity,
    /// Its asset is on the tenant's list.
    pub on_critical_asset: bool,
    /// Alerts of the current episode.
    pub episode_count: u64,
    /// Tools that have reported it.
    pub tools: usize,
    /// How long it has been open.
    pub age: Span,
}

/// The terms of the score for `facts`.
pub fn terms(weights: &Weights, facts: &Facts) -> Terms {
    let repeated = if facts.episode_count > 1 { i32::try_from(facts.episode_count).unwrap_or(i32::MAX) } else { 0 };
    Terms {
        severity: match facts.severity {
            Severity::Low => weights.low,
            Severity::Medium => weights.medium,
            Severity::High => weights.high,
            Severity::Critical => weights.critical,
        },
        critical_asset: if facts.on_critical_asset { weights.critical_asset } else { 0 },
        duplicates: weights.duplicate.saturating_mul(repeated).min(weights.duplicates_max),
        tools: if facts.tools >= 2 { weights.several_tools } else { 0 },
        age: -whole_hours(facts.age).saturating_mul(weights.age_per_hour).min(weights.age_max),
    }
}

/// When the age term of an incident opened at `opened` next changes, if it ever does.
pub fn next_decay(weights: &Weights, opened: Moment, now: Moment) -> Option<Moment> {
    let hours = whole_hours(now - opened);
    let still_falls = weights.age_per_hour > 0 && hours.saturating_mul(weights.age_per_hour) < weights.age_max;
    still_falls.then(|| opened + Span::hours(i64::from(hours) + 1))
}

fn whole_hours(age: Span) -> i32 {
    i32::try_from(age.whole_hours().max(0)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(severity: Severity, on_critical_asset: bool, episode_count: u64, tools: usize, hours: i64) -> i32 {
        let facts = Facts { severity, on_critical_asset, episode_count, tools, age: Span::hours(hours) };
        terms(&Weights::default(), &facts).sum()
    }

    #[test]
    fn the_published_examples_come_out_exactly() {
        assert_eq!(score(Severity::Critical, true, 5, 2, 0), 130);
        assert_eq!(score(Severity::High, true, 3, 3, 2), 94);
        assert_eq!(score(Severity::Medium, false, 1, 1, 5), 25);
    }

    #[test]
    fn terms_stop_at_their_bounds() {
        assert_eq!(score(Severity::Low, false, 1, 1, 0), 10);
        assert_eq!(score(Severity::Low, false, 2, 1, 0), 14);
        assert_eq!(score(Severity::Low, false, 10, 1, 0), 30);
        assert_eq!(score(Severity::Low, false, u64::MAX, 1, 0), 30);
        assert_eq!(score(Severity::Medium, false, 1, 1, 10), 20);
        assert_eq!(score(Severity::Medium, false, 1, 1, i64::MAX / Span::HOUR.0), 20);
    }

    #[test]
    fn the_age_term_announces_each_of_its_steps_and_then_rests() {
        let weights = Weights::default();
        let opened = Moment(500);
        assert_eq!(next_decay(&weights, opened, opened), Some(opened + Span::hours(1)));
        assert_eq!(next_decay(&weights, opened, opened + Span::hours(1)), Some(opened + Span::hours(2)));
        assert_eq!(next_decay(&weights, opened, opened + Span::hours(10)), None);
    }
}
