//! Fields whose value is one of a few words of ours: severity and status. A tool's words and numbers become ours here.

use std::collections::BTreeMap;

use super::Field;
use crate::core::alert::AlertStatus;
use crate::core::severity::Severity;

/// A field of few words.
#[derive(Clone, Debug)]
pub struct Graded<T> {
    /// Where the tool's word is.
    pub field: Field,
    /// What its words mean, by their small letters.
    pub words: BTreeMap<String, T>,
    /// What its numbers mean; the first range that holds one counts.
    pub ranges: Vec<Within<T>>,
    /// What it is when nothing is said, or nothing that is known.
    pub default: T,
}

/// What numbers of a range mean.
#[derive(Clone, Debug)]
pub struct Within<T> {
    /// The least; absent: any.
    pub from: Option<f64>,
    /// All are less than that; absent: any.
    pub below: Option<f64>,
    /// What they mean.
    pub is: T,
}

/// Few words of ours.
pub trait Word: Copy {
    /// What it is when nothing is said.
    const USUAL: Self;
    /// All of them, for people.
    const ALL: &'static str;

    /// Reads one of them, or what else commonly means it.
    fn read(word: &str) -> Option<Self>;
}

impl Word for Severity {
    const USUAL: Self = Self::Medium;
    const ALL: &'static str = "low, medium, high, critical";

    fn read(word: &str) -> Option<Self> {
        word.parse().ok()
    }
}

impl Word for AlertStatus {
    const USUAL: Self = Self::Firing;
    const ALL: &'static str = "firing, resolved";

    fn read(word: &str) -> Option<Self> {
        const OVER: [&str; 16] = [
            "resolved",
            "resolve",
            "recovered",
            "recovery",
            "ok",
            "up",
            "closed",
            "close",
            "cleared",
            "clear",
            "normal",
            "healthy",
            "fixed",
            "inactive",
            "deactivated",
            "completed",
        ];
        const ON: [&str; 8] = ["firing", "alerting", "open", "problem", "triggered", "down", "active", "activated"];
        let is = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word.trim()));
        if is(&OVER) { Some(Self::Resolved) } else { is(&ON).then_some(Self::Firing) }
    }
}

impl<T: Word> Graded<T> {
    /// What a tool's word means.
    pub fn of(&self, word: &str) -> T {
        let word = word.trim();
        let known = self.words.get(&word.to_lowercase()).copied();
        known.or_else(|| self.in_range(word.parse().ok()?)).or_else(|| T::read(word)).unwrap_or(self.default)
    }

    fn in_range(&self, number: f64) -> Option<T> {
        let holds = |range: &&Within<T>| {
            range.from.is_none_or(|from| number >= from) && range.below.is_none_or(|below| number < below)
        };
        self.ranges.iter().find(holds).map(|range| range.is)
    }
}
