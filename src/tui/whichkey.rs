//! The box that says what may follow, while a sequence of keys has begun. It stands above the hint line, as high as it needs to
//! be, in as many columns as fit.
//!
//! ```text
//! ┌ g … ───────────────────────────────────────────────────┐
//! │ d  detail           To the incident's detail           │
//! │ g  first            First row; the selection stays …   │
//! └────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::app::App;
use super::canvas::Canvas;
use super::mouse::Click;
use super::theme::Role;

/// The widest that an explanation needs.
const WIDTH: u16 = 76;

/// Draws it, if a sequence has begun.
pub fn draw(app: &App, canvas: &mut Canvas<'_>) {
    let next = app.continuations();
    if next.is_empty() {
        return;
    }
    let screen = canvas.area();
    let room = screen.height.saturating_sub(4).max(1);
    let rows = u16::try_from(next.len()).unwrap_or(u16::MAX);
    // Where not all fit below each other, names without explanations stand side by side.
    let columns = rows.div_ceil(room).max(1);
    let lines = rows.div_ceil(columns);
    let (width, height) = (WIDTH.min(screen.width), lines + 2);
    let area = Rect {
        x: screen.right().saturating_sub(width),
        y: app.plan.hints.y.saturating_sub(height).max(screen.y),
        width,
        height,
    };
    let inner =
        canvas.frame(area, &format!("{} {}", app.keymap.begun(), if canvas.look.glyphs.ascii { "..." } else { "…" }));
    let look = canvas.look;
    let wide = inner.width / columns;
    for (at, (keys, binding)) in next.iter().enumerate() {
        let at = u16::try_from(at).unwrap_or(u16::MAX);
        let column = Rect { x: inner.x + at / lines * wide, width: wide, ..inner };
        let mut row = canvas.row(column, at % lines);
        let from = row.x();
        row.cell(keys, 6.min(wide / 4), look.style(Role::Key));
        row.cell(&binding.line(), 16.min(wide * 2 / 3), look.style(Role::Title));
        if columns == 1 {
            row.role(binding.command.doc, Role::Popup);
        }
        row.click(from, Click::Run(binding.clone()));
    }
}
