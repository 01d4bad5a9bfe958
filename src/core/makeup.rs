//! How many alerts of each tool and severity an incident has: what it is left with when some of them leave it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::severity::Severity;

/// Alerts by tool, in lower case, and by severity, the least first. No tool has none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Makeup(BTreeMap<String, [u64; 4]>);

impl Makeup {
    /// One alert more.
    pub fn add(&mut self, tool: &str, severity: Severity) {
        self.0.entry(folded(tool)).or_default()[severity as usize] += 1;
    }

    /// One alert less. When the tool's own word for it has changed since, the nearest one that is there.
    pub fn remove(&mut self, tool: &str, severity: Severity) {
        self.take(tool, severity, 1);
    }

    /// An alert is worse, or better, than its tool said before. If the tool has none such, as its alert was another incident's,
    /// some other got worse; none got better.
    pub fn turn(&mut self, tool: &str, was: Severity, is: Severity) {
        let tool = folded(tool);
        let (was, is) = (was as usize, is as usize);
        let named = if self.0.contains_key(&tool) { Some(&tool) } else { self.0.keys().next() }.cloned();
        let Some(counts) = named.as_ref().and_then(|tool| self.0.get_mut(tool)) else { return };
        let own = named == Some(tool) && counts[was] > 0;
        let worse = || (0..is).rev().find(|at| is > was && counts[*at] > 0);
        if let Some(at) = Some(was).filter(|_| own).or_else(worse) {
            counts[at] -= 1;
            counts[is] += 1;
        }
    }

    /// All of another's too.
    pub fn join(&mut self, other: &Self) {
        for (tool, counts) in &other.0 {
            let own = self.0.entry(tool.clone()).or_default();
            own.iter_mut().zip(counts).for_each(|(own, count)| *own += count);
        }
    }

    /// All of another's less.
    pub fn part(&mut self, other: &Self) {
        for (tool, counts) in &other.0 {
            for (severity, count) in Severity::ALL.into_iter().zip(counts) {
                self.take(tool, severity, *count);
            }
        }
    }

    fn take(&mut self, tool: &str, severity: Severity, mut many: u64) {
        let tool = folded(tool);
        let Some(counts) = self.0.get_mut(&tool) else { return };
        let mut nearest = [0, 1, 2, 3];
        nearest.sort_by_key(|at: &usize| at.abs_diff(severity as usize));
        for at in nearest {
            let taken = many.min(counts[at]);
            counts[at] -= taken;
            many -= taken;
        }
        if *counts == [0; 4] {
            self.0.remove(&tool);
        }
    }

    /// The worst of them; absent when there is none.
    pub fn worst(&self) -> Option<Severity> {
        Severity::ALL.into_iter().rev().find(|severity| self.0.values().any(|counts| counts[*severity as usize] > 0))
    }

    /// Whether a tool has any.
    pub fn knows(&self, tool: &str) -> bool {
        self.0.contains_key(&folded(tool))
    }

    /// All of them.
    pub fn total(&self) -> u64 {
        self.0.values().flatten().sum()
    }
}

fn folded(tool: &str) -> String {
    tool.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_joined_can_be_parted() {
        let (mut all, mut part) = (Makeup::default(), Makeup::default());
        all.add("Zabbix", Severity::Low);
        let before = all.clone();
        part.add(" ZABBIX", Severity::High);
        part.add("Datadog", Severity::Critical);
        all.join(&part);
        assert_eq!((all.total(), all.worst(), all.knows("datadog")), (3, Some(Severity::Critical), true));
        all.part(&part);
        assert_eq!(all, before);
    }

    #[test]
    fn an_alert_that_worsened_still_counts_once_and_can_leave() {
        let mut makeup = Makeup::default();
        makeup.add("z", Severity::Low);
        makeup.add("z", Severity::Medium);
        makeup.turn("z", Severity::Medium, Severity::Critical);
        assert_eq!((makeup.total(), makeup.worst()), (2, Some(Severity::Critical)));
        makeup.remove("z", Severity::Medium);
        assert_eq!(makeup.total(), 1);
        makeup.remove("z", Severity::Medium);
        assert_eq!(makeup, Makeup::default());
    }
}
