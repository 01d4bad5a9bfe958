//! What waits for approval: the list of it, and one order in full. Only what was shown in full can be approved, and what is sent
//! is the digest of what was shown. Asking the engine is left to `tui::approvals`.
//!
//! ```text
//! ┌ Approval comp_acme-x2 ─────────────────────────┐
//! │ restart-nginx on web-01               42m left │
//! │ asked by  sam, at 03:02:40                     │
//! │ …                                              │
//! │ parameter commands                             │
//! │    1  systemctl restart nginx                  │
//! │ y approves  n rejects  Y approves, and why     │
//! ```

pub mod order;

use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Place, foot, rows};
use crate::core::board::Board;
use crate::core::execution::Execution;
use crate::core::execution::step::Barred;
use crate::core::id::ExecutionId;
use crate::core::time::{Moment, Span};
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::layout;
use crate::tui::moves::Move;
use crate::tui::panes::detail::text::Line;
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Approvals {
    rows: Vec<Arc<Execution>>,
    list: Place,
    open: Option<Shown>,
}

/// One of them in full.
#[derive(Debug)]
pub struct Shown {
    /// As it is shown: it does not follow the board, so that nobody approves what they have not seen.
    pub execution: Arc<Execution>,
    lines: Vec<Line>,
    list: Place,
}

impl Approvals {
    /// All that wait; one alone is shown at once.
    pub fn new(board: &Board) -> Self {
        let mut new = Self { rows: Vec::new(), list: Place::default(), open: None };
        new.refresh(board);
        if new.rows.len() == 1 {
            new.look_in();
        }
        new
    }

    /// Takes in what has changed; the selection follows its execution.
    pub fn refresh(&mut self, board: &Board) {
        let selected = self.rows.get(self.list.at).map(|one| one.id.clone());
        self.rows = waiting(board).cloned().collect();
        self.rows.sort_by_key(|one| (expires_at(one), one.id.clone()));
        let at = selected.and_then(|id| self.rows.iter().position(|row| row.id == id));
        self.list =
            Place { at: at.unwrap_or(self.list.at).min(self.rows.len().saturating_sub(1)), len: self.rows.len() };
    }

    /// Shows the selected one in full, or the list again.
    pub fn look_in(&mut self) {
        self.open = match (&self.open, self.rows.get(self.list.at)) {
            (None, Some(one)) => Some(Shown::new(one.clone())),
            _ => None,
        };
    }

    /// Shows another one in full: as it is now.
    pub fn look_again(&mut self, execution: Arc<Execution>) {
        self.open = Some(Shown::new(execution));
    }

    /// The one that is shown in full.
    pub fn shown(&self) -> Option<&Shown> {
        self.open.as_ref()
    }

    /// The id of the one that is shown, or selected.
    pub fn chosen(&self) -> Option<ExecutionId> {
        let shown = self.open.as_ref().map(|shown| shown.execution.id.clone());
        shown.or_else(|| self.rows.get(self.list.at).map(|one| one.id.clone()))
    }

    /// Whether a command has something to do, as things stand.
    pub fn has_use(&self, app: &App, name: &str) -> bool {
        let waits = |one: &Execution| app.board.execution(&one.id).is_some_and(|now| now.awaits_approval());
        match (name, &self.open, self.rows.get(self.list.at)) {
            ("approve" | "approve-why" | "reject", Some(shown), _) => {
                waits(&shown.execution) && app.may_decide(&shown.execution).is_ok()
            }
            ("approve" | "approve-why" | "reject", None, _) => false,
            ("withdraw", Some(Shown { execution: one, .. }), _) | ("withdraw", None, Some(one)) => {
                waits(one) && one.by.who == app.operator
            }
            ("withdraw", None, None) => false,
            ("look-in", ..) => !self.rows.is_empty(),
            _ => true,
        }
    }

    /// Moves in the list, or in the order.
    pub fn go(&mut self, by: Move) {
        match &mut self.open {
            Some(shown) => shown.list.go(by),
            None => self.list.go(by),
        }
    }

    /// Selects a row.
    pub fn point(&mut self, row: usize) {
        if self.open.is_none() {
            self.list.point(row);
        }
    }

    /// It is shown by `app` on a screen of `area`.
    pub fn fit(&mut self, app: &App, area: Rect) {
        if let Some(shown) = &mut self.open {
            shown.lines = order::lines(app, &shown.execution, body(place(area, usize::MAX)).width);
            let body = body(place(area, shown.lines.len()));
            let len = (shown.lines.len() + 1).saturating_sub(body.height.into()).max(1);
            shown.list = Place { at: shown.list.at.min(len - 1), len };
        }
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        match &self.open {
            Some(shown) => shown.draw(app, canvas, self.rows.len()),
            None => self.draw_list(app, canvas),
        }
    }

    fn draw_list(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.rows.len().max(1) + 3).unwrap_or(u16::MAX);
        let area = layout::middle(screen, 110, height.min(screen.height.saturating_sub(2)));
        let inner = canvas.frame(area, &format!("Waiting for approval {}", self.rows.len()));
        let last = inner.height.saturating_sub(1);
        let body = Rect { height: last, ..inner };
        if self.rows.is_empty() {
            canvas.row(body, 0).role("Nothing waits for approval.", Role::Popup);
        }
        rows::draw(canvas, body, &self.list, |at, row| {
            if let Some(one) = self.rows.get(at) {
                draw_row(app, row, one);
            }
        });
        let keys: &[_] = if self.rows.is_empty() { &[] } else { &[("look-in", "shows what would run")] };
        foot::draw(app, &mut canvas.row(inner, last), &[keys, &[("close", "closes")]].concat());
    }
}

impl Shown {
    fn new(execution: Arc<Execution>) -> Self {
        Self { execution, lines: Vec::new(), list: Place::default() }
    }

    fn draw(&self, app: &App, canvas: &mut Canvas<'_>, waiting: usize) {
        let area = place(canvas.area(), self.lines.len());
        let one = &self.execution;
        let inner = canvas.frame(area, &format!("Approval {}", one.id));
        let body = body(area);
        let look = canvas.look;
        let mut row = canvas.row(inner, 0);
        let (state, role) = state(app, one);
        row.at_right(&state, look.style(role));
        row.role(&format!("{} on {}", one.order.title, one.machines()), Role::TitleFocused);
        for (line, text) in self.lines.iter().skip(self.list.at).take(body.height.into()).enumerate() {
            text.draw(&mut canvas.row(body, u16::try_from(line).unwrap_or(u16::MAX)));
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        let below = self.list.len.saturating_sub(self.list.at + 1);
        if below > 0 {
            row.at_right(&format!("{below} more {}", look.glyphs.down), look.style(Role::Badge));
        }
        let mut keys: Vec<(&str, &str)> = Vec::new();
        if app.board.execution(&one.id).is_some_and(|now| now.awaits_approval()) {
            match app.may_decide(one) {
                Ok(()) => {
                    keys.extend([("approve", "approves"), ("reject", "rejects"), ("approve-why", "approves, and why")]);
                }
                Err(Barred::OwnRequest) => keys.push(("withdraw", "takes it back; nobody approves their own")),
                Err(_) => row.role("a lead decides  ", Role::Badge),
            }
        }
        keys.extend((waiting > 1).then_some(("look-in", "list")));
        keys.push(("close", "closes"));
        foot::draw(app, &mut row, &keys);
    }
}

/// What waits for approval, of all tenants on a board.
pub fn waiting(board: &Board) -> impl Iterator<Item = &Arc<Execution>> {
    board.executions().filter(|one| one.awaits_approval())
}

/// `2 approvals wait`; absent when none does.
pub fn waiting_words(board: &Board) -> Option<String> {
    match waiting(board).count() {
        0 => None,
        1 => Some("1 approval waits".into()),
        several => Some(format!("{several} approvals wait")),
    }
}

fn draw_row(app: &App, row: &mut Row<'_, '_>, one: &Execution) {
    let look = &app.look;
    let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
    let width = row.left();
    let (left, role) = state(app, one);
    row.cell(&left, 10, look.style(role));
    if width >= 60 {
        row.cell(incidents::tenant_name(app, &one.id.tenant), 16, text);
    }
    let who = if one.by.who == app.operator { "mine" } else { &one.by.who };
    row.cell(who, 8, if who == "mine" { look.style(Role::Badge) } else { dim });
    if width >= 60 {
        row.cell(one.order.risk.word(), 6, look.style(super::executions::risk_role(one.order.risk)));
    }
    row.text(&format!("{} on {}", one.order.title, one.machines()), text);
}

/// How long there is left to decide; or what has been decided, since the board may know more than what is shown.
fn state(app: &App, one: &Execution) -> (String, Role) {
    let Some(now) = app.board.execution(&one.id) else { return ("gone".into(), Role::Mistake) };
    if now.digest != one.digest {
        return ("changed".into(), Role::Mistake);
    }
    if now.awaits_approval() {
        return left(app.now, expires_at(now));
    }
    let decided = now.approval.as_ref().and_then(|approval| approval.decided.as_ref());
    match decided {
        Some(by) if by.approved => (format!("approved by {}", by.by.who), Role::Fine),
        Some(by) => (format!("rejected by {}", by.by.who), Role::Mistake),
        None => (now.standing(), Role::Dim),
    }
}

/// `42m left`, `37s left`.
fn left(now: Moment, until: Option<Moment>) -> (String, Role) {
    let span = until.map_or(Span(0), |until| until - now);
    let seconds = span.0.div_euclid(Span::SECOND.0);
    match seconds {
        ..=0 => ("time is up".into(), Role::Mistake),
        1..60 => (format!("{seconds}s left"), Role::Breached),
        60..600 => (format!("{span} left"), Role::Warned),
        _ => (format!("{span} left"), Role::Popup),
    }
}

fn expires_at(one: &Execution) -> Option<Moment> {
    one.approval.as_ref().map(|approval| approval.expires_at)
}

/// Where an order of so many lines is on a screen: as high as it needs to be, as far as there is room.
fn place(screen: Rect, lines: usize) -> Rect {
    let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(4);
    layout::middle(screen, 110, height.min(screen.height.saturating_sub(2)))
}

/// Where its lines are: within the frame, below its title, above the keys.
fn body(area: Rect) -> Rect {
    Rect { x: area.x + 2, y: area.y + 2, width: area.width.saturating_sub(4), height: area.height.saturating_sub(4) }
}
