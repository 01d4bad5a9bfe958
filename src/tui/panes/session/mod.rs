//! A session, in the detail's place or alone on the screen: framed on all sides in its tenant's colour, with the tenant's name
//! always there, so that nobody types into the wrong client's machine. What keys do is left to `sessions`.
//!
//! ```text
//! ┌ Acme Corp ─ web-01 i-0123… ─ s3 ──────── TYPING ┐
//! │$ uname -a                                       │
//! └ ctrl-] commands ────── connection lost, try 3 ──┘
//! ```

pub mod cells;
mod frame;
pub mod words;

use ratatui::layout::Rect;

use crate::link::session::Size;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::panes::Pane;
use crate::tui::theme::Role;

/// The room for the machine's screen.
pub fn room(area: Rect) -> Rect {
    Rect {
        x: area.x.saturating_add(1),
        y: area.y.saturating_add(1),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    }
}

/// The same, as a terminal's size.
pub fn size(area: Rect) -> Size {
    let room = room(area);
    Size { cols: room.width.max(2), rows: room.height.max(1) }
}

/// What there is to know about the session that is typed into, in the line of the hints: none of them works there.
pub fn draw_state(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(tab) = app.sessions.current() else { return };
    let dot = canvas.look.glyphs.dot;
    let mut row = canvas.row(area, 0);
    let states = words::state(app, tab);
    // The first one stands in the frame; alone, it is here once more, in case that has no room for all of it.
    let rest = usize::from(states.len() > 1);
    for (at, (text, role)) in states.into_iter().skip(rest).enumerate() {
        row.role(&if at == 0 { " ".into() } else { format!(" {dot} ") }, Role::Rule);
        row.role(&text, role);
    }
}

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let Some(tab) = app.sessions.current() else { return };
    let room = room(area);
    frame::draw(app, tab, canvas, area);
    match &tab.back {
        Some(back) => cells::draw_back(back, canvas, room),
        None => cells::draw(tab.screen(), canvas, room, app.focus == Pane::Session),
    }
    if !tab.has_shown() && tab.back.is_none() {
        let waits = words::before_output(app, tab);
        canvas.row(room, 0).role(&waits, Role::Dim);
    }
}
