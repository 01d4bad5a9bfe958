//! The incident's alerts, the latest first, and below them, where there is room, all about the selected one.
//!
//! ```text
//! 03:06:40 ◆ critical Datadog      p99 4.2 s
//! 03:04:40 ◆ critical CloudWatch   p99 3.9 s
//! ──────────────────────────────────────────
//! message   p99 4.2 s over 5 min
//! link      https://grafana.example/d/1
//! label     region = eu-1
//! ```

use ratatui::layout::Rect;

use super::text::{Line, hanging};
use super::{Detail, overview};
use crate::core::alert::{Alert, AlertStatus};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::theme::Role;

/// With less room, the list has all of it.
const ROOMY: u16 = 9;

/// Where the list is, of the room for the tab.
pub fn list(room: Rect, alerts: usize) -> Rect {
    if room.height < ROOMY {
        return room;
    }
    let rows = u16::try_from(alerts).unwrap_or(u16::MAX).clamp(1, room.height / 2);
    Rect { height: rows, ..room }
}

/// All about an alert.
pub fn lines(app: &App, alert: &Alert, width: u16) -> Vec<Line> {
    let report = &alert.report;
    let mut lines = Vec::new();
    let mut field = |name: &str, text: &str, role| lines.extend(hanging(overview::label(name), text, role, width));
    field("message", &report.message, Role::Text);
    if report.message_cut {
        field("", "(the sender's message was longer)", Role::Badge);
    }
    for link in &report.links {
        field("link", link, Role::Key);
    }
    for (name, value) in &report.labels {
        field("label", &format!("{name} = {value}"), Role::Text);
    }
    let mut ids = vec![alert.id.to_string()];
    ids.extend(alert.delivery_id.as_ref().map(|id| format!("delivery {id}")));
    ids.extend(report.instance_id.clone());
    ids.extend(report.occurred_at.map(|at| format!("happened {}", clock::day_and_time(app, at))));
    ids.extend(alert.silenced_by.map(|window| format!("fell into window {window}")));
    ids.extend((alert.seen > 1).then(|| format!("reported {} times", alert.seen)));
    field("alert", &ids.join(&format!(" {} ", app.look.glyphs.dot)), Role::Dim);
    lines
}

/// Draws the tab.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, room: Rect, focused: bool) {
    let detail = &app.detail;
    let alerts = &detail.known.alerts;
    if alerts.is_empty() {
        canvas.row(room, 0).role("no alert is kept", Role::Dim);
        return;
    }
    let list = list(room, alerts.len());
    for (line, at) in detail.window.rows(alerts.len()).enumerate() {
        let Some(alert) = alerts.get(at) else { continue };
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        draw_row(app, canvas, list, line, alert);
        if focused && at == detail.at {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(Rect { y: list.y + line, height: 1, ..list }, style);
        }
    }
    if list.height < room.height {
        let below = Rect { y: list.bottom(), height: room.height - list.height, ..room };
        let rule = canvas.look.glyphs.rule.repeat(below.width.into());
        canvas.row(below, 0).role(&rule, Role::Rule);
        for (line, text) in detail.lines.iter().take(usize::from(below.height) - 1).enumerate() {
            text.draw(&mut canvas.row(below, u16::try_from(line + 1).unwrap_or(u16::MAX)));
        }
    }
}

fn draw_row(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, alert: &Alert) {
    let detail: &Detail = &app.detail;
    let look = canvas.look;
    let [text, dim] = [Role::Text, Role::Dim].map(|role| look.style(role));
    let mut row = canvas.row(area, line);
    if !detail.marked.is_empty() {
        let marked = detail.marked.contains(&alert.id.number);
        row.cell(if marked { "*" } else { "" }, 1, look.style(Role::Key));
    }
    let time = clock::day_and_time(app, alert.received_at);
    // A day is the same for many: where there is no room, the time of day says more.
    let time = if area.width < 60 { clock::time_of_day(app, alert.received_at) } else { time };
    row.cell(&time, u16::try_from(time.len()).unwrap_or(8), dim);
    let narrow = area.width < 60;
    match alert.report.status {
        AlertStatus::Resolved => row.cell("resolved", if narrow { 8 } else { 10 }, look.style(Role::Fine)),
        AlertStatus::Firing => row.severity(alert.report.severity, if narrow { 8 } else { 10 }),
    }
    row.cell(&alert.report.tool_source, if narrow { 8 } else { 12 }, dim);
    if alert.seen > 1 {
        let seen = format!("{}{}", look.glyphs.times, alert.seen);
        row.cell(&seen, u16::try_from(seen.chars().count()).unwrap_or(4), dim);
    }
    row.text(&alert.report.message, text);
    if alert.report.message_cut {
        row.role(" (cut)", Role::Badge);
    }
}
