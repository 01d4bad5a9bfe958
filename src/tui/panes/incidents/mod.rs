//! What trouble: the incidents, in an order that people choose. Built for a hundred thousand of them in a storm: what changes
//! is put where it belongs, and nothing is filtered or sorted whole but when the filter or the order changes.
//!
//! Rows never move under the cursor. Between two joins every row keeps its place: what happens to its incident shows in it at
//! once, and if the incident belongs there no more, the row stays, dimmed. What is new is announced in the title. All of it
//! joins after a key, or after [`JOIN`].
//!
//! The selection follows its incident. Until somebody selects one, it stays at the top.

mod aside;
mod draw;
mod marks;
mod order;

use std::collections::HashMap;
use std::sync::Arc;

use ratatui::layout::Rect;

pub use draw::{draw, tenant_name};
pub use marks::Marks;
pub use order::{By, Row, Sort};

use self::aside::Aside;
use super::{Window, stepped};
use crate::core::board::Board;
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::query::{Query, Viewer};
use crate::core::time::{Moment, Span};
use crate::tui::moves::Move;
use order::Key;

/// For so long after the top row changed by itself, a key was meant for the row before.
const JUST_MOVED: Span = Span(700);
/// How long what has changed its place waits for a key.
pub const JOIN: Span = Span(3_000);
/// How old rows may be that time alone can change.
const OLDEST: Span = Span(30_000);

/// What is asked of the incidents that are shown.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The only tenant.
    pub narrowed: Option<&'a TenantId>,
    /// The filter.
    pub query: &'a Query,
    /// Who asks, and when.
    pub viewer: Viewer<'a>,
}

/// The pane's state.
#[derive(Debug, Default)]
pub struct Incidents {
    /// Those that are shown, in order.
    pub rows: Vec<Row>,
    /// The part that is on the screen.
    pub window: Window,
    /// What is marked.
    pub marks: Marks,
    sort: Sort,
    at: usize,
    /// The selection follows this one; absent: it stays at the top.
    pinned: Option<IncidentId>,
    top: Option<IncidentId>,
    top_since: Option<Moment>,
    /// What is not at its place.
    staged: HashMap<IncidentId, Staged>,
    staged_since: Option<Moment>,
    /// The rows without the filter, while there is one.
    aside: Option<Aside>,
    /// The rows are those without a filter.
    plain: bool,
    /// When the rows were taken from the board.
    taken: Moment,
}

/// Rows that others must be found from again.
struct Held {
    selected: Option<Row>,
    from: Option<Row>,
}

/// An incident that is not at its place.
#[derive(Clone, Debug)]
struct Staged {
    /// Its row's place; absent: it has none yet.
    was: Option<Key>,
    /// Where it belongs; absent: nowhere.
    to: Option<(Key, Arc<Incident>)>,
}

impl View<'_> {
    /// Whether an incident is shown.
    pub fn shows(&self, incident: &Incident) -> bool {
        self.narrowed.is_none_or(|only| *only == incident.id.tenant) && self.query.shows(incident, self.viewer)
    }
}

impl Incidents {
    /// New rows from everything on the board.
    pub fn refresh(&mut self, board: &Board, view: View<'_>) {
        let held = self.held();
        self.plain = view.query.is_empty();
        match self.aside.take().filter(|aside| aside.serves(&view)) {
            Some(aside) if self.plain => self.rows = aside.into_rows(board, self.sort),
            Some(mut aside) => {
                self.rows = picked(aside.rows(board, self.sort), view);
                self.aside = Some(aside);
            }
            None => self.rows = self.all(board, view),
        }
        self.staged.clear();
        self.staged_since = None;
        self.taken = view.viewer.now;
        self.rearranged(&held, board, view.viewer.now);
    }

    /// The board is another one: nothing that was kept of it holds.
    pub fn forget(&mut self) {
        self.aside = None;
        self.plain = false;
    }

    fn all(&self, board: &Board, view: View<'_>) -> Vec<Row> {
        let panels = board.tenants.iter().filter(|(id, _)| view.narrowed.is_none_or(|only| only == *id));
        let all: Vec<&Arc<Incident>> = panels.flat_map(|(_, panel)| panel.incidents.values()).collect();
        let shown = all.iter().zip(view.query.shown(&all, view.viewer)).filter(|(_, shown)| *shown);
        let mut rows: Vec<Row> = shown.map(|(incident, _)| self.sort.row(incident)).collect();
        rows.sort_unstable_by(|a, b| self.sort.rows(a, b));
        rows
    }

    /// Only the rows that the view still shows: for a view that shows less than the one before.
    pub fn narrow(&mut self, board: &Board, view: View<'_>) {
        self.join(board, view.viewer.now);
        let held = self.held();
        let rows = picked(&self.rows, view);
        let before = std::mem::replace(&mut self.rows, rows);
        if std::mem::take(&mut self.plain) {
            self.aside = Some(Aside::new(before, view.narrowed)).filter(|aside| aside.serves(&view));
        }
        self.rearranged(&held, board, view.viewer.now);
    }

    /// An incident is not as it was; absent: it is not on the board.
    pub fn changed(&mut self, was: Option<&Arc<Incident>>, is: Option<&Arc<Incident>>, view: View<'_>) {
        let Some(id) = is.or(was).map(|incident| &incident.id) else { return };
        if let Some(aside) = &mut self.aside {
            aside.touch(id, was.map(|was| &**was), self.sort);
        }
        let staged = self.staged.get(id);
        let place = staged.map_or_else(|| was.map(|was| self.sort.key(was)), |staged| staged.was);
        let row = place.and_then(|key| self.sort.find(&self.rows, &key, id)).and_then(|at| self.rows.get_mut(at));
        let to = is.filter(|is| view.shows(is)).map(|is| (self.sort.key(is), is.clone()));
        let was = row.map(|row| {
            row.gone = to.is_none();
            if let Some(is) = is {
                row.incident = is.clone();
            }
            row.key
        });
        if was == to.as_ref().map(|(key, _)| *key) {
            self.staged.remove(id);
        } else {
            self.staged.insert(id.clone(), Staged { was, to });
            self.staged_since.get_or_insert(view.viewer.now);
        }
        if is.is_none() {
            self.marks.forget(id);
        }
    }

    /// Time alone may have changed what is shown.
    pub fn is_old(&self, query: &Query, now: Moment) -> bool {
        query.moves_with_time() && !(Span(0)..OLDEST).contains(&(now - self.taken))
    }

    /// What has waited long enough for its place. Where there is no row, nothing waits: there is none that could move.
    pub fn is_due(&self, now: Moment) -> bool {
        self.staged_since.is_some_and(|since| self.rows.is_empty() || !(Span(0)..JOIN).contains(&(now - since)))
    }

    /// Everything goes to its place.
    pub fn join(&mut self, board: &Board, now: Moment) {
        if self.staged_since.take().is_none() || self.staged.is_empty() {
            return;
        }
        let held = self.held();
        let mut staged = std::mem::take(&mut self.staged);
        let gone = staged.iter().filter_map(|(id, staged)| self.sort.find(&self.rows, staged.was.as_ref()?, id));
        let leaving = gone.collect();
        let row = |staged: Staged| staged.to.map(|(key, incident)| Row { key, incident, gone: false });
        let coming = staged.drain().filter_map(|(_, staged)| row(staged)).collect();
        // Its room is kept: there is a next time.
        self.staged = staged;
        let mut rows = std::mem::take(&mut self.rows);
        self.sort.merge(&mut rows, leaving, coming);
        self.rows = rows;
        self.rearranged(&held, board, now);
    }

    /// In which order they stand.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// Another order. The rows follow at the next [`Incidents::refresh`].
    pub fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
        self.forget();
    }

    /// How many new ones wait for their place, and whether that is above the selection.
    pub fn waiting(&self) -> (usize, bool) {
        let new = self.staged.iter().filter(|(_, staged)| staged.was.is_none());
        let at = self.rows.get(self.at);
        let above =
            |id: &IncidentId, key: &Key| at.is_some_and(|row| self.sort.order((key, id), (&row.key, &row.id)).is_le());
        new.fold((0, false), |(count, any), (id, staged)| {
            (count + 1, any || staged.to.as_ref().is_some_and(|(key, _)| above(id, key)))
        })
    }

    /// It is shown in `area`.
    pub fn fit(&mut self, area: Option<Rect>) {
        self.window.height = area.map_or(0, |area| usize::from(area.height.saturating_sub(1)));
        self.window.show(self.at, self.rows.len());
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Arc<Incident>> {
        self.rows.get(self.at).map(|row| &row.incident)
    }

    /// The selection stays with its incident from now on.
    pub fn pin(&mut self) {
        self.pinned = self.selected().map(|incident| incident.id.clone());
    }

    /// Selects an incident, if it is shown.
    pub fn select(&mut self, id: &IncidentId) -> bool {
        let found = self.rows.iter().position(|row| row.id == *id);
        if let Some(at) = found {
            self.at = at;
            self.pin();
        }
        found.is_some()
    }

    /// Moves the selection. On the first row by `First`, it stays at the top whatever comes there.
    pub fn go(&mut self, by: Move) {
        self.at = stepped(self.at, by.rows(self.window.height), self.rows.len());
        self.pin();
        if by == Move::First {
            self.pinned = None;
        }
    }

    /// Selects what is shown in line `line`.
    pub fn point(&mut self, line: usize) {
        self.at = stepped(self.window.offset + line, 0, self.rows.len());
        self.pin();
    }

    /// The selection stays at the top, and another incident has only just come there.
    pub fn just_moved(&self, now: Moment) -> bool {
        self.pinned.is_none() && self.top_since.is_some_and(|since| (Span(0)..JUST_MOVED).contains(&(now - since)))
    }

    /// The selected row and the one where a range began, as they are before the rows change.
    fn held(&self) -> Held {
        let row = |at: usize| self.rows.get(at).cloned();
        Held { selected: row(self.at), from: self.marks.from.and_then(row) }
    }

    /// The rows are others than before: the selection and a begun range go with their incidents.
    fn rearranged(&mut self, held: &Held, board: &Board, now: Moment) {
        let before = self.at;
        self.marks.from = held.from.as_ref().map(|row| self.place_of(row, board));
        match &held.selected {
            Some(row) if self.pinned.is_some() => {
                self.at = self.place_of(row, board);
                self.pin();
                // Whoever has gone down keeps their line; at the top, what is new is seen.
                if self.window.offset > 0 {
                    let moved = self.at.cast_signed() - before.cast_signed();
                    self.window.offset = self.window.offset.saturating_add_signed(moved);
                }
            }
            // Whoever is to be selected is not there yet.
            None if self.pinned.is_some() => {
                let pinned =
                    self.pinned.as_ref().and_then(|id| board.incident(id)).map(|incident| self.sort.row(incident));
                self.at = pinned.map_or(0, |row| self.place_of(&row, board));
            }
            _ => self.at = 0,
        }
        let top = self.rows.first().map(|row| &row.id);
        if top != self.top.as_ref() {
            self.top_since = self.top.is_some().then_some(now);
            self.top = top.cloned();
        }
    }

    /// Where a row's incident is by now; if it has left, where the next one is.
    fn place_of(&self, row: &Row, board: &Board) -> usize {
        let now = board.incident(&row.id).map_or(row.key, |incident| self.sort.key(incident));
        let found = self.sort.find(&self.rows, &now, &row.id);
        let next = || self.rows.partition_point(|other| self.sort.rows(other, row).is_lt());
        found.unwrap_or_else(|| stepped(next(), 0, self.rows.len()))
    }
}

/// The rows that a view shows of those.
fn picked(rows: &[Row], view: View<'_>) -> Vec<Row> {
    let all: Vec<&Arc<Incident>> = rows.iter().map(|row| &row.incident).collect();
    let shown = rows.iter().zip(view.query.shown(&all, view.viewer)).filter(|(_, shown)| *shown);
    shown.map(|(row, _)| row.clone()).collect()
}
