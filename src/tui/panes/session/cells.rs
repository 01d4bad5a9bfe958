//! The machine's screen, cell by cell: its characters as safe text, its colours as this terminal can show them. Where there is
//! less room than it needs, the part around the cursor.

use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};

use unicode_width::UnicodeWidthChar;

use crate::core::safe_text::{SafeText, is_plain};
use crate::tui::canvas::Canvas;
use crate::tui::sessions::back::Back;
use crate::tui::theme::{Look, Role};

/// Draws what is there now, and the cursor where it has the keys.
pub fn draw(screen: &vt100::Screen, canvas: &mut Canvas<'_>, room: Rect, focused: bool) {
    let (line, column) = screen.cursor_position();
    let (rows, cols) = screen.size();
    let first = (start(line, rows.get(), room.height), start(column, cols.get(), room.width));
    draw_rows(screen, canvas, room, first);
    if focused && !screen.hide_cursor() && room.width > 0 && room.height > 0 {
        let x = (column - first.1).min(room.width - 1);
        canvas.caret = Some(Position::new(room.x + x, room.y + (line - first.0).min(room.height - 1)));
    }
}

/// Draws what was there before, with what is marked and found.
pub fn draw_back(back: &Back, canvas: &mut Canvas<'_>, room: Rect) {
    let (rows, _) = back.screen().size();
    let at = u16::try_from(back.line()).unwrap_or(u16::MAX);
    let first = start(at, rows.get(), room.height);
    draw_rows(back.screen(), canvas, room, (first, 0));
    let look = canvas.look;
    for line in 0..room.height.min(rows.get() - first) {
        let row = Rect { y: room.y + line, height: 1, ..room };
        if back.is_marked((first + line).into()) {
            canvas.tint(row, look.style(Role::Marked));
        }
        for columns in back.found((first + line).into()) {
            let x = room.x.saturating_add(columns.start);
            let found = Rect { x, width: columns.end - columns.start, ..row };
            canvas.tint(found.intersection(row), look.style(Role::Selected).add_modifier(Modifier::BOLD));
        }
        if first + line == at {
            canvas.tint(row, look.style(Role::Selected));
        }
    }
}

/// The first row or column to show, so that `at` is among the `room` shown of `all`.
fn start(at: u16, all: u16, room: u16) -> u16 {
    (at + 1).saturating_sub(room).min(all.saturating_sub(room))
}

fn draw_rows(screen: &vt100::Screen, canvas: &mut Canvas<'_>, room: Rect, (first, left): (u16, u16)) {
    let (rows, cols) = screen.size();
    for line in 0..room.height.min(rows.get().saturating_sub(first)) {
        let y = room.y + line;
        // Most rows are few pieces: one is written for all neighbours that look the same.
        let (mut piece, mut from, mut style) = (String::new(), 0, Style::new());
        let mut column = 0;
        let width = room.width.min(cols.get().saturating_sub(left));
        while column < width {
            let Some(cell) = screen.cell(first + line, left + column) else { break };
            let (is, takes) = (look_of(cell, canvas.look), if cell.is_wide() { 2 } else { 1 });
            let plain = takes == 1 && single(cell.contents());
            if !piece.is_empty() && (is != style || !plain) {
                canvas.cells(room.x + from, y, column - from, &piece, style);
                piece.clear();
            }
            if plain {
                if piece.is_empty() {
                    (from, style) = (column, is);
                }
                piece.push(cell.contents().chars().next().unwrap_or(' '));
            } else {
                // Half of a wide character that begins or ends outside is a blank.
                let whole = column + takes <= width && !cell.is_wide_continuation();
                let text = if whole { &visible(cell.contents()) } else { " " };
                canvas.cells(room.x + column, y, takes.min(width - column), text, is);
            }
            column += takes;
        }
        if !piece.is_empty() {
            canvas.cells(room.x + from, y, column - from, &piece, style);
        }
    }
}

/// One character of one column that shows as itself, or none at all.
fn single(text: &str) -> bool {
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (None, _) => true,
        (Some(c), None) => is_plain(c),
        _ => false,
    }
}

/// A character with its marks, without what would show nothing or change how others are shown.
fn visible(contents: &str) -> String {
    let safe = SafeText::line(contents);
    let stays = |(at, c): &(usize, char)| *at == 0 || c.width() == Some(0);
    safe.chars().enumerate().filter(stays).map(|(_, c)| c).collect()
}

/// A cell's colours and weights. The colours that a terminal has by itself are the theme's ink and ground.
fn look_of(cell: &vt100::Cell, look: &Look) -> Style {
    let mut style = Style::new();
    if let Some(fg) = colour(cell.fgcolor()) {
        style = style.fg(look.down(fg));
    }
    if let Some(bg) = colour(cell.bgcolor()) {
        style = style.bg(look.down(bg));
    }
    if !cell.has_contents() {
        // What was erased has the ground of then and nothing else, as terminals have it.
        return style;
    }
    for (on, modifier) in [
        (cell.bold(), Modifier::BOLD),
        (cell.dim(), Modifier::DIM),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ] {
        if on {
            style = style.add_modifier(modifier);
        }
    }
    style
}

const SIXTEEN: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

fn colour(colour: vt100::Color) -> Option<Color> {
    match colour {
        vt100::Color::Default => None,
        vt100::Color::Idx(n) => Some(SIXTEEN.get(usize::from(n)).copied().unwrap_or(Color::Indexed(n))),
        vt100::Color::Rgb(r, g, b) => Some(Color::Rgb(r, g, b)),
    }
}
