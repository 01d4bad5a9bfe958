//! The rows of a popup's list: as many as there is room for, with the selected one among them.

use ratatui::layout::Rect;

use super::Place;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::mouse::Click;
use crate::tui::panes::Window;
use crate::tui::theme::Role;

/// Draws them, marks the selected one, and lets a click select another.
pub fn draw(canvas: &mut Canvas<'_>, body: Rect, list: &Place, draw_row: impl Fn(usize, &mut Row<'_, '_>)) {
    let mut window = Window { offset: 0, height: body.height.into() };
    window.show(list.at, list.len);
    for (line, at) in window.rows(list.len).enumerate() {
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        let place = Rect { y: body.y + line, height: 1, ..body };
        draw_row(at, &mut canvas.row(body, line));
        if at == list.at {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(place, style);
        }
        canvas.clicks.push((place, Click::Row(at)));
    }
}
