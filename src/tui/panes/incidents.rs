//! What trouble: the incidents, the highest score first; among equals the oldest first, so that rows keep their place.
//!
//! ```text
//! ─ Incidents 12 ───────────────────────────────────────────────────────────
//!  130 ◆ critical  12m Acme Corp  payment-gw  high_latency  ×5  new
//! ```
//! The selection follows its incident. Until somebody selects one, it stays at the top.

use std::cmp::Reverse;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Window, stepped};
use crate::core::board::Board;
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::{Incident, Status};
use crate::core::query::{Query, Viewer};
use crate::core::time::{Moment, Span};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::columns::{self, Column};
use crate::tui::moves::Move;
use crate::tui::panes::Pane;
use crate::tui::theme::Role;

/// For so long after the top row changed by itself, a key was meant for the row before.
const JUST_MOVED: Span = Span(700);

/// The pane's state.
#[derive(Debug, Default)]
pub struct Incidents {
    /// Those that are shown, in order.
    pub rows: Vec<Arc<Incident>>,
    /// How many are open, shown or not.
    pub open: usize,
    /// The part that is on the screen.
    pub window: Window,
    at: usize,
    /// The selection follows this one; absent: it stays at the top.
    pinned: Option<IncidentId>,
    top: Option<IncidentId>,
    top_since: Option<Moment>,
}

impl Incidents {
    /// New rows.
    pub fn refresh(&mut self, board: &Board, narrowed: Option<&TenantId>, query: &Query, viewer: Viewer<'_>) {
        let now = viewer.now;
        let tenants = board.tenants.iter().filter(|(id, _)| narrowed.is_none_or(|only| only == *id));
        let all = tenants.flat_map(|(_, panel)| panel.incidents.values());
        let wanted = |incident: &&Arc<Incident>| query.shows(incident, viewer);
        self.rows.clear();
        self.rows.extend(all.filter(wanted).cloned());
        self.rows.sort_unstable_by(|a, b| order(a).cmp(&order(b)));
        self.open = board.tenants.values().map(|panel| panel.open().count()).sum();
        match self.pinned.as_ref().and_then(|id| self.position(id)) {
            Some(at) => self.at = at,
            // It left the list: the one that took its place is next.
            None if self.pinned.is_some() => {
                self.at = stepped(self.at, 0, self.rows.len());
                self.pin();
            }
            None => self.at = 0,
        }
        let top = self.rows.first().map(|incident| &incident.id);
        if top != self.top.as_ref() {
            self.top_since = self.top.is_some().then_some(now);
            self.top = top.cloned();
        }
    }

    /// It is shown in `area`.
    pub fn fit(&mut self, area: Option<Rect>) {
        self.window.height = area.map_or(0, |area| usize::from(area.height.saturating_sub(1)));
        self.window.show(self.at, self.rows.len());
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Arc<Incident>> {
        self.rows.get(self.at)
    }

    /// The selection stays with its incident from now on.
    pub fn pin(&mut self) {
        self.pinned = self.selected().map(|incident| incident.id.clone());
    }

    /// Selects an incident, if it is shown.
    pub fn select(&mut self, id: &IncidentId) -> bool {
        let found = self.position(id);
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

    fn position(&self, id: &IncidentId) -> Option<usize> {
        self.rows.iter().position(|incident| incident.id == *id)
    }
}

fn order(incident: &Incident) -> (bool, Reverse<i32>, Moment, &IncidentId) {
    (!incident.is_open(), Reverse(incident.priority_score), incident.opened_at, &incident.id)
}

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let pane = &app.incidents;
    canvas.title(area, &title(app), app.focus == Pane::Incidents);
    if pane.rows.is_empty() {
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        crate::tui::empty::draw(app, canvas, below);
        return;
    }
    let columns = columns::plan(area.width);
    for (line, at) in pane.window.rows(pane.rows.len()).enumerate() {
        let Some(incident) = pane.rows.get(at) else { continue };
        let line = u16::try_from(line + 1).unwrap_or(u16::MAX);
        draw_row(app, canvas, area, line, incident, &columns);
        if at == pane.at {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(Rect { y: area.y + line, height: 1, ..area }, style);
        }
    }
}

fn title(app: &App) -> String {
    let (shown, open) = (app.incidents.rows.len(), app.incidents.open);
    let dot = app.look.glyphs.dot;
    let narrowed = app.narrowed.is_some() || !app.filter.is_empty();
    let mut title = if narrowed { format!("Incidents {shown} of {open} open") } else { format!("Incidents {open}") };
    if let Some(tenant) = &app.narrowed {
        title.push_str(&format!(" {dot} only {tenant}"));
    }
    if !app.filter.is_empty() {
        title.push_str(&format!(" {dot}"));
        app.query.chips().for_each(|chip| title.push_str(&format!(" [{chip}]")));
    }
    title
}

fn draw_row(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, incident: &Incident, columns: &[(Column, u16)]) {
    let look = canvas.look;
    let [text, dim, title, badge] = [Role::Text, Role::Dim, Role::Title, Role::Badge].map(|role| look.style(role));
    let name = if incident.status == Status::New { title } else { text };
    let mut row = canvas.row(area, line);
    for (column, width) in columns.iter().copied() {
        match column {
            Column::Score => row.number(&incident.priority_score.to_string(), width, look.severity(incident.severity)),
            Column::Severity => row.severity(incident.severity, width),
            Column::Age => row.number(&(app.now - incident.opened_at).to_string(), width, dim),
            Column::Tenant => row.cell(tenant_name(app, &incident.company_id), width, text),
            Column::Asset => row.cell(&incident.asset_name, width, name),
            Column::Signature => row.cell(&incident.signature, width, name),
            Column::Count => {
                let times = look.glyphs.times;
                let count = super::tenants::short(incident.alert_count);
                row.number(
                    &if incident.alert_count > 1 { format!("{times}{count}") } else { String::new() },
                    width,
                    text,
                );
            }
            Column::Again => row.cell(&again(app, incident, width), width, badge),
            Column::Tools => row.cell(&incident.tool_sources.join(" "), width, dim),
            Column::Owner => row.cell(incident.assigned_to.as_deref().unwrap_or("-"), width, dim),
            Column::Status => {
                let style = if incident.status == Status::New { title } else { dim };
                row.cell(status(incident.status, width), width, style);
            }
        }
    }
}

/// `flapping`, `↻3`, or nothing.
fn again(app: &App, incident: &Incident, width: u16) -> String {
    match u64::from(incident.recurrences) + u64::from(incident.flaps) {
        _ if incident.flapping => if width < 8 { "flap" } else { "flapping" }.into(),
        0 => String::new(),
        count => format!("{}{}", app.look.glyphs.again, super::tenants::short(count)),
    }
}

fn status(status: Status, width: u16) -> &'static str {
    match status {
        Status::Acknowledged if width < 12 => "ack",
        Status::InProgress if width < 12 => "work",
        Status::Resolved if width < 8 => "done",
        status => status.word(),
    }
}

/// What people call a tenant.
pub fn tenant_name<'a>(app: &'a App, id: &'a TenantId) -> &'a str {
    let tenant = app.board.tenants.get(id).and_then(|panel| panel.tenant.as_ref());
    tenant.map_or(id.as_str(), |tenant| &tenant.name)
}
