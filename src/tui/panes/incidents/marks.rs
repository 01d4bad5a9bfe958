//! Incidents that were marked, so that one command does something to all of them. Marks stay with their incidents, shown or not.

use std::collections::BTreeSet;

use super::{Incidents, Row};
use crate::core::id::IncidentId;

/// What is marked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Marks {
    marked: BTreeSet<IncidentId>,
    /// The row at which a range was begun.
    pub(super) from: Option<usize>,
}

impl Marks {
    /// None is marked, and no range was begun.
    pub fn is_empty(&self) -> bool {
        self.marked.is_empty() && self.from.is_none()
    }

    /// An incident is on the board no more.
    pub fn forget(&mut self, id: &IncidentId) {
        self.marked.remove(id);
    }
}

impl Incidents {
    /// Marks the selected one, or takes its mark away, and goes on to the next.
    pub fn mark(&mut self) {
        let Some(id) = self.selected().map(|incident| incident.id.clone()) else { return };
        if !self.marks.marked.remove(&id) {
            self.marks.marked.insert(id);
        }
        self.go(crate::tui::moves::Move::Rows(1));
    }

    /// Begins a range at the selected one, or ends it there: all between are marked.
    pub fn range(&mut self) {
        if self.marks.from.is_some() {
            self.end_range();
        } else if !self.rows.is_empty() {
            self.marks.from = Some(self.at);
            self.pin();
        }
    }

    /// Marks all that are shown.
    pub fn mark_all(&mut self) {
        self.marks.from = None;
        self.marks.marked.extend(self.rows.iter().filter(|row| !row.gone).map(|row| row.id.clone()));
    }

    /// Takes all marks away.
    pub fn unmark(&mut self) {
        self.marks = Marks::default();
    }

    /// All that are marked, those of a range that was begun among them.
    pub fn marked(&mut self) -> Vec<IncidentId> {
        self.end_range();
        self.marks.marked.iter().cloned().collect()
    }

    /// How many would be marked if the range ended now.
    pub fn count_marked(&self) -> usize {
        let between = self.between().into_iter().filter(|row| !self.marks.marked.contains(&row.id));
        self.marks.marked.len() + between.count()
    }

    /// Whether the row at `at` is marked, or would be if the range ended now.
    pub fn is_marked(&self, at: usize) -> bool {
        let Some(row) = self.rows.get(at).filter(|_| !self.marks.is_empty()) else { return false };
        let between = |from: usize| (from.min(self.at)..=from.max(self.at)).contains(&at);
        (!row.gone && self.marks.from.is_some_and(between)) || self.marks.marked.contains(&row.id)
    }

    /// The rows of a range that was begun, if it ended now.
    fn between(&self) -> Vec<&Row> {
        let ends = self.marks.from.map(|from| from.min(self.at)..=from.max(self.at));
        let rows = ends.and_then(|ends| self.rows.get(ends)).unwrap_or_default();
        rows.iter().filter(|row| !row.gone).collect()
    }

    fn end_range(&mut self) {
        let between: Vec<_> = self.between().into_iter().map(|row| row.id.clone()).collect();
        self.marks.marked.extend(between);
        self.marks.from = None;
    }
}
