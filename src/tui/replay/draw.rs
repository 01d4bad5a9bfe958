//! Draws what is played:
//! ```text
//! sh-5.1$ df -h /var
//! …
//!  0:42  shell on web-01 (comp_acme-s3)          x2  space pause  +/- speed  q quit
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
    // Whoever plays it knows what it is; a marker they don't.
    let says = player.mark.as_deref().unwrap_or(title);
    let left = format!(" {}:{:02}  {says}", seconds / 60, seconds % 60);
    let style = look.style(Role::Selected);
    let width = u16::try_from(keys.len()).unwrap_or(below.width).min(below.width);
    canvas.put(below.x, below.y, below.width - width, &left, style);
    canvas.put(below.right() - width, below.y, width, &keys, style);
    canvas.caret
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::time::Span;
    use crate::link::session::Size;
    use crate::tui::colour::Depth;
    use crate::tui::replay::{Step, What};

    fn drawn(width: u16, height: u16, steps: Vec<Step>) -> (Vec<String>, Option<Position>) {
        let mut player = Player::new(Size { cols: 20, rows: 6 }, Box::new(steps.into_iter()), 1.0, None);
        player.passed(std::time::Duration::from_secs(90));
        let look = Look::new("default", Depth::Rgb, false).unwrap();
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let caret = draw(&player, "shell on web-01", &look, &mut buffer);
        let row = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        ((0..height).map(row).collect(), caret)
    }

    /// The line below on a terminal with 70 columns.
    fn below(left: &str, state: &str) -> String {
        let right = format!("{state}  space pause  +/- speed  q quit ");
        format!("{left:<width$}{right}", width = 70 - right.len())
    }

    fn step(at: i64, what: What) -> Step {
        Step { at: Span(at), what }
    }

    #[test]
    fn the_line_below_says_where_it_is_and_the_last_marker() {
        let output = step(61_000, What::Output("hello".into()));
        let (rows, caret) = drawn(70, 8, vec![output.clone(), step(200_000, What::Output("later".into()))]);
        assert_eq!((rows[0].trim_end(), caret), ("hello", Some(Position::new(5, 0))));
        assert_eq!(rows[7], below(" 1:01  shell on web-01", "x1"));
        let (rows, _) = drawn(70, 8, vec![output, step(62_000, What::Mark("sam\u{1b}[2J watches".into()))]);
        assert_eq!(rows[7], below(" 1:02  sam␛[2J watches", "end"));
    }

    #[test]
    fn a_smaller_terminal_shows_what_is_around_the_cursor_and_none_is_too_small() {
        let text: String = (1..=6).map(|n| format!("\r\nline {n}")).collect();
        let steps = vec![step(0, What::Output(text))];
        let (rows, _) = drawn(10, 3, steps.clone());
        assert_eq!(rows[..2], ["line 5    ", "line 6    "]);
        for (width, height) in [(0, 0), (1, 1), (2, 2), (200, 1)] {
            drawn(width, height, steps.clone());
        }
    }
}
