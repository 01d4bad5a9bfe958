//! Earlier incidents of the same trouble, the latest first: when, how long, by whom, with what. `enter` opens one.
//!
//! ```text
//! This happened 7 times in 30 days, last time resolved by priya after 12m with: restarted the pool
//! 2026-01-29 02:10:03  12m priya     restarted the pool
//! 2026-01-21 14:55:40   2h sam       disk replaced
//! ```

use ratatui::layout::Rect;

use super::known::Known;
use super::overview::{roughly, sentence};
use super::text::{Line, hanging};
use crate::link::Past;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::theme::Role;

/// What stands above the list.
pub fn above(_app: &App, known: &Known, width: u16) -> Vec<Line> {
    match known.of().and_then(|id| known.similar(id)) {
        None => vec![Line::dim("loading…")],
        Some(Err(error)) => hanging(Line::default(), error, Role::Mistake, width),
        Some(Ok(similar)) => hanging(Line::default(), &sentence(similar), Role::Title, width),
    }
}

/// Draws the tab.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, room: Rect, focused: bool) {
    let detail = &app.detail;
    for (line, text) in detail.lines.iter().enumerate() {
        text.draw(&mut canvas.row(room, u16::try_from(line).unwrap_or(u16::MAX)));
    }
    let above = u16::try_from(detail.lines.len()).unwrap_or(u16::MAX).min(room.height);
    let room = Rect { y: room.y + above, height: room.height - above, ..room };
    let similar = detail.known.of().and_then(|id| detail.known.similar(id)?.as_ref().ok());
    let pasts = similar.map(|similar| &*similar.incidents).unwrap_or_default();
    for (line, at) in detail.window.rows(pasts.len()).enumerate() {
        let Some(past) = pasts.get(at) else { continue };
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        draw_row(app, canvas, room, line, past);
        if focused && at == detail.past {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(Rect { y: room.y + line, height: 1, ..room }, style);
        }
    }
}

fn draw_row(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, past: &Past) {
    let look = canvas.look;
    let [text, dim] = [Role::Text, Role::Dim].map(|role| look.style(role));
    let incident = &past.incident;
    let mut row = canvas.row(area, line);
    let opened = clock::day_and_time(app, incident.opened_at);
    let day = if area.width < 60 { opened.get(..10).unwrap_or(&opened) } else { &opened };
    row.cell(day, if area.width < 60 { 10 } else { 19 }, dim);
    let lasted = incident.resolved_at.map_or("open".into(), |at| roughly(at - incident.opened_at));
    row.number(&lasted, 6, text);
    row.cell(incident.resolved_by.as_deref().unwrap_or("-"), 8, dim);
    row.text(past.note.as_deref().unwrap_or(""), text);
}
