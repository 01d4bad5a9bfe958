//! Draws what is played:
//! ```text
//! sh-5.1$ df -h /var
//! …
//!  shell on web-01 (comp_acme-s3)  0:42  sam watches            x2  space pause  +/- speed  q quit
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::player::Player;
use crate::tui::canvas::Canvas;
use crate::tui::panes::session::cells;
use crate::tui::theme::{Look, Role};

pub(super) fn draw(player: &Player, title: &str, look: &Look, buffer: &mut Buffer) -> Option<Position> {
    let mut canvas = Canvas::new(buffer, look);
    let area = canvas.area();
    let above = Rect { height: area.height.saturating_sub(1), ..area };
    cells::draw(player.screen(), &mut canvas, above, true);
    let below = Rect { y: area.y + above.height, height: area.height.min(1), ..area };
    canvas.tint(below, look.style(Role::Selected));
    let state = match (player.is_over(), player.paused) {
        (true, _) => "end".to_owned(),
        (false, true) => "paused".to_owned(),
        (false, false) => format!("x{}", player.speed),
    };
    let keys = format!("{state}  space pause  +/- speed  q quit ");
    let seconds = player.at().0 / 1_000;
    let mark = player.mark.as_deref().map(|mark| format!("  {mark}")).unwrap_or_default();
    let left = format!(" {title}  {}:{:02}{mark}", seconds / 60, seconds % 60);
    let style = look.style(Role::Selected);
    let width = u16::try_from(keys.len()).unwrap_or(below.width).min(below.width);
    canvas.put(below.x, below.y, below.width - width, &left, style);
    canvas.put(below.right() - width, below.y, width, &keys, style);
    canvas.caret
}
