//! How the detail looks.
//!
//! ```text
//! ─ Detail comp_acme-i4 ────────────────────────────────────────
//! ◆ critical  payment-gw  high_latency              Acme Corp
//! overview │ alerts 5 │ timeline 3 │ raw │ similar 7
//! ```

use ratatui::layout::Rect;

use super::{Tab, alerts, similar};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::mouse::Click;
use crate::tui::panes::{Pane, incidents};
use crate::tui::theme::Role;

/// Lines above the tab's own.
const HEAD: u16 = 3;
/// With less room, tabs are called by their names alone.
const ROOMY: u16 = 60;

/// The room for the tab's own lines.
pub fn body(area: Rect) -> Rect {
    let head = HEAD.min(area.height);
    Rect { y: area.y + head, height: area.height - head, ..area }
}

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let focused = app.focus == Pane::Detail;
    let body = body(area);
    let Some(incident) = app.subject() else {
        let Some(id) = app.detail.opened() else {
            canvas.title(area, "Detail", focused);
            return;
        };
        canvas.title(area, &format!("Detail {id}"), focused);
        let error = app.detail.known.error.as_ref().filter(|_| app.detail.known.of() == Some(id));
        match error {
            Some(error) => canvas.row(body, 0).role(error, Role::Mistake),
            None => canvas.row(body, 0).role("loading…", Role::Dim),
        }
        return;
    };
    let apart = if app.detail.opened().is_some() { " (esc: back to the selected one)" } else { "" };
    canvas.title(area, &format!("Detail {}{apart}", incident.id), focused);
    let look = canvas.look;
    let mut row = canvas.row(area, 1);
    row.at_right(incidents::tenant_name(app, &incident.company_id), look.style(Role::Dim));
    row.severity(incident.severity, if area.width < ROOMY { 6 } else { 10 });
    let half = row.left() / 2;
    row.cell(&incident.asset_name, half, look.style(Role::Title));
    row.role(&incident.signature, Role::Title);
    draw_tabs(app, canvas, area);
    let detail = &app.detail;
    if detail.known.of() != Some(&incident.id) {
        canvas.row(body, 0).role("loading…", Role::Dim);
    } else if let Some(error) = &detail.known.error {
        canvas.row(body, 0).role(error, Role::Mistake);
    } else {
        match detail.tab {
            Tab::Alerts => alerts::draw(app, canvas, body, focused),
            Tab::Similar => similar::draw(app, canvas, body, focused),
            Tab::Overview | Tab::Timeline | Tab::Raw => draw_lines(app, canvas, body, focused),
        }
    }
}

fn draw_lines(app: &App, canvas: &mut Canvas<'_>, body: Rect, focused: bool) {
    let detail = &app.detail;
    for (line, at) in detail.window.rows(detail.lines.len()).enumerate() {
        let Some(text) = detail.lines.get(at) else { continue };
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        text.draw(&mut canvas.row(body, line));
        if focused && detail.tab == Tab::Raw && at == detail.line {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(Rect { y: body.y + line, height: 1, ..body }, style);
        }
    }
}

fn draw_tabs(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let detail = &app.detail;
    let wall = canvas.look.glyphs.wall;
    let roomy = area.width >= ROOMY;
    let mut row = canvas.row(area, 2);
    for tab in Tab::ALL {
        let (name, count) = match tab {
            Tab::Overview => ("overview", None),
            Tab::Alerts => ("alerts", Some(detail.known.alerts.len())),
            Tab::Timeline => ("timeline", Some(detail.known.timeline.len())),
            Tab::Raw => ("raw", None),
            Tab::Similar => ("similar", Some(detail.pasts())),
        };
        let name = count.filter(|_| roomy).map_or(name.into(), |count| format!("{name} {count}"));
        if tab != Tab::Overview {
            row.role(&if roomy { format!(" {wall} ") } else { " ".into() }, Role::Rule);
        }
        let from = row.x();
        row.role(&name, if tab == detail.tab { Role::TitleFocused } else { Role::Dim });
        row.click(from, Click::Tab(tab));
    }
}
