//! What a tenant's open incidents come to, kept up with every change: nobody counts them all to show a number.

use std::collections::BTreeMap;

use super::incident::{Incident, Status};
use super::severity::Severity;

/// Counts of a tenant's incidents that are not resolved.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Those that want somebody, by severity, the least first.
    pub loud: [usize; 4],
    /// Loud ones that nobody has looked at.
    pub new: usize,
    /// Loud ones that broke a promise.
    pub breached: usize,
    /// Those in a window, snoozed or not.
    pub silenced: usize,
    /// Those left alone for a while, and not in a window.
    pub snoozed: usize,
    /// How many loud ones have each score.
    scores: BTreeMap<i32, usize>,
}

impl Tally {
    /// Counts an incident in.
    pub fn add(&mut self, incident: &Incident) {
        self.count(incident, |count| *count += 1);
        if incident.is_loud() {
            *self.scores.entry(incident.priority_score).or_default() += 1;
        }
    }

    /// Takes out an incident as it was counted in.
    pub fn remove(&mut self, incident: &Incident) {
        self.count(incident, |count| *count = count.saturating_sub(1));
        if incident.is_loud()
            && let Some(same) = self.scores.get_mut(&incident.priority_score)
        {
            *same -= 1;
            if *same == 0 {
                self.scores.remove(&incident.priority_score);
            }
        }
    }

    /// All that are open, loud or not.
    pub fn open(&self) -> usize {
        self.loud() + self.silenced + self.snoozed
    }

    /// All that want somebody.
    pub fn loud(&self) -> usize {
        self.loud.iter().sum()
    }

    /// The highest score among the loud ones.
    pub fn worst_score(&self) -> Option<i32> {
        self.scores.last_key_value().map(|(score, _)| *score)
    }

    fn count(&mut self, incident: &Incident, how: impl Fn(&mut usize)) {
        if !incident.is_open() {
        } else if incident.silenced_by.is_some() {
            how(&mut self.silenced);
        } else if incident.snoozed_until.is_some() {
            how(&mut self.snoozed);
        } else {
            let at = Severity::ALL.iter().position(|severity| *severity == incident.severity).unwrap_or(0);
            how(&mut self.loud[at]);
            if incident.status == Status::New {
                how(&mut self.new);
            }
            if incident.sla.breached() {
                how(&mut self.breached);
            }
        }
    }
}

impl<'a> FromIterator<&'a Incident> for Tally {
    fn from_iter<I: IntoIterator<Item = &'a Incident>>(incidents: I) -> Self {
        let mut tally = Self::default();
        incidents.into_iter().for_each(|incident| tally.add(incident));
        tally
    }
}
