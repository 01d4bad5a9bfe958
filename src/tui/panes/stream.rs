//! What comes in: the latest alerts, the newest on top.
//!
//! A scrolling list is the most expensive thing on a terminal, so it moves at most once a second, and less often while more
//! comes in than anybody could read; and it stands still while somebody has gone down into it.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Window, stepped};
use crate::core::alert::{Alert, AlertStatus};
use crate::core::board::Board;
use crate::core::id::TenantId;
use crate::core::query::{Query, Viewer};
use crate::core::time::{Moment, Span};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::moves::Move;
use crate::tui::panes::{Pane, incidents};
use crate::tui::theme::Role;

/// How long rows stand when a few alerts came.
const CALM: Span = Span::SECOND;
/// How long they stand when every row would be another.
const STORM: Span = Span(3_000);

/// The pane's state.
#[derive(Debug, Default)]
pub struct Stream {
    rows: Vec<Arc<Alert>>,
    window: Window,
    at: usize,
    /// When the rows were taken.
    taken: Option<Moment>,
    /// The last change in them.
    revision: u64,
}

impl Stream {
    /// Takes new rows, if it is time, and shows them in `area`.
    pub fn settle(
        &mut self,
        board: &Board,
        narrowed: Option<&TenantId>,
        query: &Query,
        viewer: Viewer<'_>,
        area: Option<Rect>,
    ) {
        let now = viewer.now;
        let known = self.rows.first().map(|alert| &alert.id);
        let fresh = board.stream.iter().rev().take_while(|alert| Some(&alert.id) != known).count();
        let rest = if fresh >= self.window.height { STORM } else { CALM };
        let rested = self.taken.is_none_or(|taken| !(Span(0)..rest).contains(&(now - taken)));
        if area.is_some() && rested && self.at == 0 && (self.taken.is_none() || self.revision != board.revision) {
            let query = query.about_alerts();
            let wanted = |alert: &&Arc<Alert>| {
                narrowed.is_none_or(|only| *only == alert.id.tenant) && query.matches_alert(alert, viewer)
            };
            self.rows = board.stream.iter().rev().filter(wanted).cloned().collect();
            self.taken = Some(now);
            self.revision = board.revision;
        }
        self.window.height = area.map_or(0, |area| usize::from(area.height.saturating_sub(1)));
        self.window.show(self.at, self.rows.len());
    }

    /// The next frame takes new rows.
    pub fn refresh_now(&mut self) {
        self.taken = None;
        self.at = 0;
    }

    /// The selected alert.
    pub fn selected(&self) -> Option<&Arc<Alert>> {
        self.rows.get(self.at)
    }

    /// Moves the selection.
    pub fn go(&mut self, by: Move) {
        self.at = stepped(self.at, by.rows(self.window.height), self.rows.len());
    }

    /// Selects what is shown in line `line`.
    pub fn point(&mut self, line: usize) {
        self.at = stepped(self.window.offset + line, 0, self.rows.len());
    }
}

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let pane = &app.stream;
    let focused = app.focus == Pane::Stream;
    let still = if pane.at > 0 { " (stands still; home: live)" } else { "" };
    canvas.title(area, &format!("Alerts {}{still}", app.arrivals.per_second()), focused);
    for (line, at) in pane.window.rows(pane.rows.len()).enumerate() {
        let Some(alert) = pane.rows.get(at) else { continue };
        let line = u16::try_from(line + 1).unwrap_or(u16::MAX);
        draw_row(app, canvas, area, line, alert);
        if focused && at == pane.at {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(Rect { y: area.y + line, height: 1, ..area }, style);
        }
    }
}

fn draw_row(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, alert: &Alert) {
    let look = canvas.look;
    let [text, dim] = [Role::Text, Role::Dim].map(|role| look.style(role));
    let report = &*alert.report;
    let width = area.width;
    let mut row = canvas.row(area, line);
    if alert.incident_id.is_none() && report.status == AlertStatus::Firing {
        row.at_right(if width < 60 { "uncorr" } else { "uncorrelated" }, look.style(Role::Badge));
    }
    if alert.seen > 1 {
        row.at_right(&format!("{}{}", look.glyphs.times, alert.seen), dim);
    }
    row.cell(&crate::tui::clock::time_of_day(app, alert.received_at), 8, dim);
    if report.status == AlertStatus::Resolved {
        row.cell("resolved", 10, look.style(Role::Fine));
    } else {
        row.severity(report.severity, 10);
    }
    if width >= 60 {
        row.cell(incidents::tenant_name(app, &alert.company_id), width / 9, text);
    }
    row.cell(&report.asset_name, width / 7, text);
    row.cell(&report.signature, width / 6, text);
    if width >= 70 {
        row.cell(&report.tool_source, (width / 12).max(8), dim);
    }
    if width >= 90 {
        let left = row.left();
        row.cell(&report.message, left, dim);
    }
}
