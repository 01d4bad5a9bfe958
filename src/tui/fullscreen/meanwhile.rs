//! What happened on the board while nobody could see it.

use std::collections::BTreeMap;

use crate::core::board::Board;
use crate::core::id::IncidentId;
use crate::core::severity::Severity;

/// What was open when the board went out of sight.
#[derive(Debug)]
pub struct Before(BTreeMap<IncidentId, Severity>);

/// What has happened since.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Meanwhile {
    /// Incidents that were not open then.
    pub new: usize,
    /// Critical ones among them.
    pub critical: usize,
    /// Those that got worse.
    pub worse: usize,
    /// Those that are open no more.
    pub resolved: usize,
}

impl Before {
    /// As it is now.
    pub fn of(board: &Board) -> Self {
        Self(open(board).collect())
    }

    /// What has happened since.
    pub fn until(&self, board: &Board) -> Meanwhile {
        let now: BTreeMap<IncidentId, Severity> = open(board).collect();
        let new: Vec<_> = now.iter().filter(|(id, _)| !self.0.contains_key(*id)).collect();
        Meanwhile {
            new: new.len(),
            critical: new.iter().filter(|(_, severity)| **severity == Severity::Critical).count(),
            worse: now.iter().filter(|(id, severity)| self.0.get(*id).is_some_and(|was| was < severity)).count(),
            resolved: self.0.keys().filter(|id| !now.contains_key(*id)).count(),
        }
    }
}

impl Meanwhile {
    /// `2 new incidents, 1 critical; 1 worse; 3 resolved`; absent when nothing happened.
    pub fn words(self) -> Option<String> {
        let mut said = Vec::new();
        if self.new > 0 {
            let critical = if self.critical > 0 { format!(", {} critical", self.critical) } else { String::new() };
            said.push(format!("{} new incident{}{critical}", self.new, if self.new == 1 { "" } else { "s" }));
        }
        said.extend((self.worse > 0).then(|| format!("{} worse", self.worse)));
        said.extend((self.resolved > 0).then(|| format!("{} resolved", self.resolved)));
        (!said.is_empty()).then(|| said.join("; "))
    }
}

fn open(board: &Board) -> impl Iterator<Item = (IncidentId, Severity)> {
    board.incidents().filter(|incident| incident.is_open()).map(|incident| (incident.id.clone(), incident.severity))
}
