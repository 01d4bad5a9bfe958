//! What is under way, and for how long.

use ratatui::layout::Rect;

use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::theme::Role;

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>) {
    let tasks = app.tasks.all();
    let screen = canvas.area();
    let height = u16::try_from(tasks.len().max(1) + 3).unwrap_or(u16::MAX);
    let area = layout::middle(screen, 60, height.min(screen.height.saturating_sub(2)));
    let inner = canvas.frame(area, "Under way");
    let list = Rect { height: inner.height.saturating_sub(1), ..inner };
    let look = canvas.look;
    if tasks.is_empty() {
        canvas.row(list, 0).role("Nothing: every question is answered.", Role::Popup);
    }
    for (line, task) in (0..list.height).zip(tasks) {
        let mut row = canvas.row(list, line);
        row.at_right(&format!("{} s", (app.now - task.since).0.max(0) / 1_000), look.style(Role::Dim));
        row.role(&format!("{} {}", look.glyphs.busy, task.shown()), Role::Popup);
    }
    canvas.row(inner, list.height).role("esc closes", Role::Dim);
}
