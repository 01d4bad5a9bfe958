//! Executions, the latest first: those on the board, and of one tenant what the store has beyond that.
//!
//! ```text
//! ┌ Executions of all tenants 2 ────────────────────────────────────────────┐
//! │ 4m comp_acme-x2 Acme Corp restart-nginx high web-01 sam runs          3m │
//! │ enter shows  x cancels  o older  / finds  esc closes                     │
//! ```

use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Place, foot};
use crate::core::board::Board;
use crate::core::execution::{Execution, Outcome, Stage};
use crate::core::id::{ExecutionId, TenantId};
use crate::core::role::Risk;
use crate::core::time::{Moment, Span};
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::moves::Move;
use crate::tui::panes::{Window, incidents};
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Executions {
    /// The only tenant shown.
    pub narrowed: Option<TenantId>,
    /// What the rows must have.
    pub input: Input,
    /// It is being typed.
    pub searching: bool,
    rows: Vec<Arc<Execution>>,
    /// What the store has of the only tenant.
    older: Older,
    list: Place,
}

#[derive(Debug)]
enum Older {
    Unasked,
    Asked,
    Refused(String),
    Known(Vec<Arc<Execution>>),
}

impl Executions {
    /// Those of a tenant, or of all.
    pub fn new(narrowed: Option<TenantId>, board: &Board) -> Self {
        let older = if narrowed.is_some() { Older::Asked } else { Older::Unasked };
        let (input, rows) = (Input::default(), Vec::new());
        let mut list = Self { narrowed, input, searching: false, rows, older, list: Place::default() };
        list.refresh(board);
        list
    }

    /// Takes in what has changed; the selection follows its execution.
    pub fn refresh(&mut self, board: &Board) {
        let selected = self.selected().map(|one| one.id.clone());
        let narrowed = |one: &&Arc<Execution>| self.narrowed.as_ref().is_none_or(|only| one.id.tenant == *only);
        let mut rows: Vec<_> = board.executions().filter(narrowed).cloned().collect();
        if let Older::Known(older) = &self.older {
            rows.extend(older.iter().filter(|one| board.execution(&one.id).is_none()).cloned());
        }
        let words: Vec<String> = self.input.text().split_whitespace().map(str::to_lowercase).collect();
        rows.retain(|one| words.is_empty() || found(board, one, &words));
        rows.sort_by(|a, b| b.asked_at.cmp(&a.asked_at).then_with(|| b.id.cmp(&a.id)));
        let at = selected.and_then(|id| rows.iter().position(|row| row.id == id));
        self.list = Place { at: at.unwrap_or(self.list.at).min(rows.len().saturating_sub(1)), len: rows.len() };
        self.rows = rows;
    }

    /// The store has answered, or refused.
    pub fn answered(&mut self, tenant: &TenantId, answer: Result<Vec<Arc<Execution>>, String>) {
        if self.narrowed.as_ref() == Some(tenant) {
            self.older = answer.map_or_else(Older::Refused, Older::Known);
        }
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Arc<Execution>> {
        self.rows.get(self.list.at)
    }

    /// The id of the selected one.
    pub fn chosen(&self) -> Option<ExecutionId> {
        self.selected().map(|one| one.id.clone())
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
        let height = u16::try_from(self.rows.len().max(1) + 3).unwrap_or(u16::MAX).max(8);
        let area = layout::middle(screen, 140, height.min(screen.height.saturating_sub(2)));
        let whose = self.narrowed.as_ref().map_or("all tenants", |id| incidents::tenant_name(app, id));
        let inner = canvas.frame(area, &format!("Executions of {whose} {}", self.rows.len()));
        let last = inner.height.saturating_sub(1);
        let body = Rect { height: last, ..inner };
        if self.rows.is_empty() {
            let say = if self.input.text().is_empty() { "There are none within a day." } else { "Nothing matches." };
            canvas.row(body, 0).role(say, Role::Popup);
        }
        let mut window = Window { offset: 0, height: body.height.into() };
        window.show(self.list.at, self.rows.len());
        for (line, at) in window.rows(self.rows.len()).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let Some(one) = self.rows.get(at) else { continue };
            let place = Rect { y: body.y + line, height: 1, ..body };
            draw_row(app, &mut canvas.row(body, line), one, self.narrowed.is_none());
            if at == self.list.at {
                let style = canvas.look.style(Role::Selected);
                canvas.tint(place, style);
            }
            canvas.clicks.push((place, Click::Row(at)));
        }
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
        let mut keys = vec![("look-in", "shows"), ("cancel-execution", "cancels")];
        keys.extend(matches!(self.older, Older::Unasked).then_some(("older", "older")));
        keys.extend([("search", "finds"), ("close", "closes")]);
        foot::draw(app, row, &keys);
    }
}

/// Whether every word is somewhere in what is shown of it.
fn found(board: &Board, one: &Execution, words: &[String]) -> bool {
    let tenant = board.tenants.get(&one.id.tenant).and_then(|panel| panel.tenant.as_ref());
    let tenant = tenant.map_or("", |tenant| &tenant.name);
    let risk = one.order.risk.word();
    let mut text = format!("{tenant} {} {risk} {} {} {}", one.headline(), one.by.who, one.standing(), one.incident_id);
    for target in &one.order.targets {
        text.push_str(&format!(" {} {}", target.asset, target.instance));
    }
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn draw_row(app: &App, row: &mut Row<'_, '_>, one: &Execution, with_tenant: bool) {
    let look = &app.look;
    let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
    let width = row.left();
    row.number(&(app.now - one.asked_at).to_string(), 3, dim);
    if let Some(took) = took(one, app.now) {
        row.at_right(&took, dim);
    }
    let standing = look.style(standing_role(one));
    if width < 60 {
        row.cell(&one.standing(), width / 3, standing);
        return row.text(&format!("{} {}", one.machines(), one.order.title), text);
    }
    row.cell(&one.id.to_string(), 17, dim);
    if with_tenant && width >= 100 {
        row.cell(incidents::tenant_name(app, &one.id.tenant), 16, text);
    }
    row.cell(one.order.risk.word(), 6, look.style(risk_role(one.order.risk)));
    row.cell(&one.order.title, width / 6, text);
    row.cell(&one.machines(), width / 8, text);
    if width >= 100 {
        row.cell(&one.by.who, 10, dim);
    }
    row.text(&one.standing(), standing);
}

/// How a risk looks.
pub fn risk_role(risk: Risk) -> Role {
    match risk {
        Risk::Low => Role::Dim,
        Risk::Medium => Role::Popup,
        Risk::High => Role::Badge,
    }
}

/// How the words look that say where it stands.
pub fn standing_role(one: &Execution) -> Role {
    match &one.stage {
        Stage::Waiting => Role::Badge,
        Stage::Ready | Stage::Sending | Stage::Running => Role::Title,
        Stage::Ended { outcome: Outcome::Success, .. } => Role::Fine,
        Stage::Ended { outcome: Outcome::Cancelled | Outcome::Rejected | Outcome::Expired, .. } => Role::Dim,
        Stage::Ended { .. } => Role::Mistake,
    }
}

/// How long it has run by now, or ran: `37s`, `4m`.
fn took(one: &Execution, now: Moment) -> Option<String> {
    let span = one.ended_at.unwrap_or(now) - one.sent_at?;
    let seconds = span.0.max(0) / Span::SECOND.0;
    Some(if seconds < 60 { format!("{seconds}s") } else { span.to_string() })
}
