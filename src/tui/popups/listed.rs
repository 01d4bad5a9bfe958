//! A list of what is on the board, of all tenants or of one, and of one what the store has beyond that.

use std::cmp::Ordering;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Place, foot, rows};
use crate::core::board::Board;
use crate::core::id::TenantId;
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::moves::Move;
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// What such a list is of.
pub trait Entry: Sized + 'static {
    /// Names one of them.
    type Id: Clone + PartialEq;
    /// What they are called: `Sessions`.
    const CALLED: &'static str;
    /// The command that shows what the store has.
    const OLDER: &'static str;

    /// Its name.
    fn id(&self) -> &Self::Id;
    /// Whose it is.
    fn tenant(&self) -> &TenantId;
    /// All on the board.
    fn all(board: &Board) -> impl Iterator<Item = &Arc<Self>>;
    /// Whether it is on the board, where it may be newer.
    fn is_on(&self, board: &Board) -> bool;
    /// Which of two is above the other.
    fn order(&self, other: &Self) -> Ordering;
    /// What it is found by, besides its tenant's name.
    fn words(&self) -> String;
    /// What can be done with the selected one: commands by their names, each with what it does.
    fn keys(selected: Option<&Self>) -> Vec<(&'static str, &'static str)>;
    /// Its row.
    fn draw_row(&self, app: &App, row: &mut Row<'_, '_>, with_tenant: bool);

    /// What stands below the list while it is selected.
    fn below(&self, _app: &App) -> Vec<(String, Role)> {
        Vec::new()
    }
}

/// The popup's state.
#[derive(Debug)]
pub struct Listed<T> {
    /// The only tenant shown.
    pub narrowed: Option<TenantId>,
    /// What the rows must have.
    pub input: Input,
    /// It is being typed.
    pub searching: bool,
    rows: Vec<Arc<T>>,
    /// What the store has of the only tenant.
    older: Older<T>,
    list: Place,
}

#[derive(Debug)]
enum Older<T> {
    Unasked,
    Asked,
    Refused(String),
    Known(Vec<Arc<T>>),
}

impl<T: Entry> Listed<T> {
    /// Those of a tenant, or of all.
    pub fn new(narrowed: Option<TenantId>, board: &Board) -> Self {
        let older = if narrowed.is_some() { Older::Asked } else { Older::Unasked };
        let (input, rows) = (Input::default(), Vec::new());
        let mut list = Self { narrowed, input, searching: false, rows, older, list: Place::default() };
        list.refresh(board);
        list
    }

    /// Takes in what has changed; the selection follows what was selected.
    pub fn refresh(&mut self, board: &Board) {
        let chosen = self.chosen();
        let narrowed = |one: &&Arc<T>| self.narrowed.as_ref().is_none_or(|only| one.tenant() == only);
        let mut rows: Vec<_> = T::all(board).filter(narrowed).cloned().collect();
        if let Older::Known(older) = &self.older {
            rows.extend(older.iter().filter(|one| !one.is_on(board)).cloned());
        }
        let words: Vec<String> = self.input.text().split_whitespace().map(str::to_lowercase).collect();
        rows.retain(|one| words.is_empty() || found(board, &**one, &words));
        rows.sort_by(|a, b| a.order(b));
        let at = chosen.and_then(|id| rows.iter().position(|row| *row.id() == id));
        self.list = Place { at: at.unwrap_or(self.list.at).min(rows.len().saturating_sub(1)), len: rows.len() };
        self.rows = rows;
    }

    /// The store has answered, or refused.
    pub fn answered(&mut self, tenant: &TenantId, answer: Result<Vec<Arc<T>>, String>) {
        if self.narrowed.as_ref() == Some(tenant) {
            self.older = answer.map_or_else(Older::Refused, Older::Known);
        }
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Arc<T>> {
        self.rows.get(self.list.at)
    }

    /// The id of the selected one.
    pub fn chosen(&self) -> Option<T::Id> {
        self.selected().map(|one| one.id().clone())
    }

    /// Moves.
    pub fn go(&mut self, by: Move) {
        self.list.go(by);
    }

    /// Selects a row.
    pub fn point(&mut self, row: usize) {
        self.list.point(row);
    }

    /// Draws it: a line for each.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let below = self.selected().map_or_else(Vec::new, |one| one.below(app));
        let height = u16::try_from(self.rows.len().max(1) + 3 + below.len()).unwrap_or(u16::MAX).max(8);
        let area = layout::middle(screen, 140, height.min(screen.height.saturating_sub(2)));
        let whose = self.narrowed.as_ref().map_or("all tenants", |id| incidents::tenant_name(app, id));
        let inner = canvas.frame(area, &format!("{} of {whose} {}", T::CALLED, self.rows.len()));
        let last = inner.height.saturating_sub(1);
        // At least the selected row has its place.
        let room = usize::from(last.saturating_sub(1)).min(below.len());
        let body = Rect { height: last.saturating_sub(u16::try_from(room).unwrap_or(0)), ..inner };
        for (line, (text, role)) in (body.height..last).zip(&below) {
            canvas.row(inner, line).role(text, *role);
        }
        if self.rows.is_empty() {
            let say = if self.input.text().is_empty() { "There are none within a day." } else { "Nothing matches." };
            canvas.row(body, 0).role(say, Role::Popup);
        }
        rows::draw(canvas, body, &self.list, |at, row| {
            if let Some(one) = self.rows.get(at) {
                one.draw_row(app, row, self.narrowed.is_none());
            }
        });
        self.draw_foot(app, &mut canvas.row(inner, last));
    }

    fn draw_foot(&self, app: &App, row: &mut Row<'_, '_>) {
        if self.searching {
            row.role("/", Role::Key);
            return self.input.draw(row, Role::Popup);
        }
        let look = &app.look;
        match &self.older {
            Older::Asked => row.at_right("asking for older ones…", look.style(Role::Dim)),
            Older::Refused(why) => row.at_right(why, look.style(Role::Mistake)),
            Older::Unasked | Older::Known(_) => {}
        }
        if !self.input.text().is_empty() {
            row.role(&format!("/{}  ", self.input.text()), Role::Title);
        }
        let mut keys = T::keys(self.selected().map(|one| &**one));
        keys.extend(matches!(self.older, Older::Unasked).then_some((T::OLDER, "older")));
        keys.extend([("search", "finds"), ("close", "closes")]);
        foot::draw(app, row, &keys);
    }
}

/// Whether every word is somewhere in what is shown of it.
fn found<T: Entry>(board: &Board, one: &T, words: &[String]) -> bool {
    let tenant = board.tenants.get(one.tenant()).and_then(|panel| panel.tenant.as_ref());
    let tenant = tenant.map_or("", |tenant| &tenant.name);
    let text = format!("{tenant} {}", one.words()).to_lowercase();
    words.iter().all(|word| text.contains(word))
}
