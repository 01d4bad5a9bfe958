//! The rows of the list without a filter, kept aside while one is on: whoever widens or takes away a filter finds them sorted.
//!
//! They are as of the moment they were put aside. Which incidents have changed since is remembered, and put right before they
//! are used again.

use std::collections::HashMap;

use super::View;
use super::order::{Key, Row, Sort};
use crate::core::board::Board;
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;

/// Rows kept aside.
#[derive(Debug)]
pub struct Aside {
    rows: Vec<Row>,
    /// The only tenant that they are of.
    narrowed: Option<TenantId>,
    /// What has changed since, with the place that its row has; absent: it has none.
    touched: HashMap<IncidentId, Option<Key>>,
}

impl Aside {
    /// Puts the rows of the list without a filter aside.
    pub fn new(rows: Vec<Row>, narrowed: Option<&TenantId>) -> Self {
        Self { rows, narrowed: narrowed.cloned(), touched: HashMap::new() }
    }

    /// Whether these are the rows that a view picks from.
    pub fn serves(&self, view: &View<'_>) -> bool {
        self.narrowed.as_ref() == view.narrowed && !view.query.asks_for_hidden()
    }

    /// An incident changes, from what it was.
    pub fn touch(&mut self, id: &IncidentId, was: Option<&Incident>, sort: Sort) {
        if !self.touched.contains_key(id) {
            let place = was.filter(|was| self.has_row(was)).map(|was| sort.key(was));
            self.touched.insert(id.clone(), place);
        }
    }

    /// The rows as they are by now.
    pub fn rows(&mut self, board: &Board, sort: Sort) -> &[Row] {
        let touched = std::mem::take(&mut self.touched);
        if !touched.is_empty() {
            let leaving = touched.iter().filter_map(|(id, place)| sort.find(&self.rows, place.as_ref()?, id)).collect();
            let is = touched.keys().filter_map(|id| board.incident(id)).filter(|incident| self.has_row(incident));
            let coming = is.map(|incident| sort.row(incident)).collect();
            sort.merge(&mut self.rows, leaving, coming);
        }
        &self.rows
    }

    /// The same, for good.
    pub fn into_rows(mut self, board: &Board, sort: Sort) -> Vec<Row> {
        self.rows(board, sort);
        self.rows
    }

    fn has_row(&self, incident: &Incident) -> bool {
        incident.is_loud() && self.narrowed.as_ref().is_none_or(|only| *only == incident.id.tenant)
    }
}
