//! The only way text gets onto the screen: as [`SafeText`], cut to its place. What is shown where is left to panes and popups.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::mouse::Click;
use super::theme::{Look, Role};
use crate::core::safe_text::SafeText;
use crate::core::severity::Severity;

/// A screenful being drawn.
#[derive(Debug)]
pub struct Canvas<'a> {
    /// How things look.
    pub look: &'a Look,
    /// Where the terminal's own cursor is to stand, while text is being typed.
    pub caret: Option<Position>,
    /// What a click does where; of two, the later one.
    pub clicks: Vec<(Rect, Click)>,
    buffer: &'a mut Buffer,
}

/// Writes one row from left to right.
#[derive(Debug)]
pub struct Row<'c, 'a> {
    canvas: &'c mut Canvas<'a>,
    x: u16,
    y: u16,
    right: u16,
}

impl<'a> Canvas<'a> {
    /// On a buffer, which it clears to the theme's ground.
    pub fn new(buffer: &'a mut Buffer, look: &'a Look) -> Self {
        buffer.reset();
        let area = *buffer.area();
        buffer.set_style(area, look.style(Role::Text));
        Self { look, caret: None, clicks: Vec::new(), buffer }
    }

    /// The whole screen.
    pub fn area(&self) -> Rect {
        *self.buffer.area()
    }

    /// Writes `text` into at most `width` columns; the columns it took.
    pub fn put(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        let area = self.area();
        if y >= area.bottom() || x >= area.right() {
            return 0;
        }
        let width = width.min(area.right() - x);
        let safe = SafeText::fit(text, usize::from(width));
        let safe = if self.look.glyphs.ascii { safe.ascii() } else { safe };
        let (end, _) = self.buffer.set_stringn(x, y, &*safe, usize::from(width), style);
        end - x
    }

    /// Writes what a terminal shows in `width` columns, in its own style over all of them.
    pub fn cells(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) {
        self.put(x, y, width, text, style);
        // Also where the text ends early, and in the second half of a wide character.
        self.tint(Rect { x, y, width, height: 1 }, style);
    }

    /// Lays a style over an area without touching its text.
    pub fn tint(&mut self, area: Rect, style: Style) {
        let area = area.intersection(self.area());
        self.buffer.set_style(area, style);
    }

    /// Empties an area to a role's ground.
    pub fn clear(&mut self, area: Rect, role: Role) {
        let area = area.intersection(self.area());
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
        self.buffer.set_style(area, self.look.style(Role::Text));
        self.buffer.set_style(area, self.look.style(role));
    }

    /// A row to write on, within `area` at its line `line`.
    pub fn row(&mut self, area: Rect, line: u16) -> Row<'_, 'a> {
        let y = area.y.saturating_add(line);
        // A row below its area has no columns: what is written there is nowhere.
        let right = if line < area.height { area.right() } else { area.x };
        Row { canvas: self, x: area.x, y, right }
    }

    /// `text` on a rule as wide as `area`: a pane's upper edge.
    pub fn title(&mut self, area: Rect, text: &str, focused: bool) {
        let glyphs = self.look.glyphs;
        let mut row = self.row(area, 0);
        row.role(glyphs.rule, Role::Rule);
        row.role(" ", Role::Text);
        row.role(text, if focused { Role::TitleFocused } else { Role::Title });
        row.role(" ", Role::Text);
        let left = row.left();
        row.role(&glyphs.rule.repeat(usize::from(left)), Role::Rule);
    }

    /// A framed box with a title; the area within.
    pub fn frame(&mut self, area: Rect, title: &str) -> Rect {
        self.clear(area, Role::Popup);
        let area = area.intersection(self.area());
        if area.width < 4 || area.height < 3 {
            return Rect::default();
        }
        self.edges(area, self.look.style(Role::Popup).patch(self.look.style(Role::Rule)));
        let title = SafeText::fit(title, usize::from(area.width.saturating_sub(6)));
        self.put(area.x + 2, area.y, area.width - 4, &format!(" {title} "), self.look.style(Role::TitleFocused));
        Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
    }

    /// Lines on all four sides of an area that is at least two columns wide and two rows high.
    pub fn edges(&mut self, area: Rect, style: Style) {
        let glyphs = self.look.glyphs;
        let (right, bottom) = (area.right().saturating_sub(1), area.bottom().saturating_sub(1));
        let across = glyphs.rule.repeat(usize::from(area.width.saturating_sub(2)));
        for (y, corners) in [(area.y, 0), (bottom, 2)] {
            self.put(area.x, y, 1, glyphs.corners[corners], style);
            self.put(area.x + 1, y, area.width.saturating_sub(2), &across, style);
            self.put(right, y, 1, glyphs.corners[corners + 1], style);
        }
        for y in area.y + 1..bottom {
            self.put(area.x, y, 1, glyphs.wall, style);
            self.put(right, y, 1, glyphs.wall, style);
        }
    }
}

impl Row<'_, '_> {
    /// Columns that are left.
    pub fn left(&self) -> u16 {
        self.right.saturating_sub(self.x)
    }

    /// A click on what was written since `from` does something.
    pub fn click(&mut self, from: u16, click: Click) {
        let area = Rect { x: from, y: self.y, width: self.x.saturating_sub(from), height: 1 };
        self.canvas.clicks.push((area, click));
    }

    /// The column that is written next.
    pub fn x(&self) -> u16 {
        self.x
    }

    /// Writes text as its role looks.
    pub fn role(&mut self, text: &str, role: Role) {
        let style = self.canvas.look.style(role);
        self.text(text, style);
    }

    /// Writes text.
    pub fn text(&mut self, text: &str, style: Style) {
        let left = self.left();
        self.x += self.canvas.put(self.x, self.y, left, text, style);
    }

    /// Writes text into exactly `width` columns, and leaves one free.
    pub fn cell(&mut self, text: &str, width: u16, style: Style) {
        let width = width.min(self.left());
        self.canvas.put(self.x, self.y, width, text, style);
        self.x = self.x.saturating_add(width).saturating_add(1).min(self.right);
    }

    /// The same, against the right edge.
    pub fn number(&mut self, text: &str, width: u16, style: Style) {
        let room = width.min(self.left());
        let used = u16::try_from(SafeText::line(text).width()).unwrap_or(u16::MAX);
        let skip = room.saturating_sub(used);
        self.canvas.put(self.x + skip, self.y, room - skip, text, style);
        self.x = self.x.saturating_add(room).saturating_add(1).min(self.right);
    }

    /// Glyph and word, in the severity's colour and weight.
    pub fn severity(&mut self, severity: Severity, width: u16) {
        let style = self.canvas.look.severity(severity);
        let glyph = self.canvas.look.glyphs.of(severity);
        let word = if width < 10 { severity.word().get(..4).unwrap_or(severity.word()) } else { severity.word() };
        self.cell(&format!("{glyph} {word}"), width, style);
    }

    /// Skips columns.
    pub fn skip(&mut self, columns: u16) {
        self.x = self.x.saturating_add(columns).min(self.right);
    }

    /// Writes text so that it ends at the right edge, and gives its columns and one more away.
    pub fn at_right(&mut self, text: &str, style: Style) {
        let used = u16::try_from(SafeText::line(text).width()).unwrap_or(u16::MAX).min(self.left());
        self.canvas.put(self.right - used, self.y, used, text, style);
        self.right = self.right.saturating_sub(used + 1).max(self.x);
    }

    /// The terminal's cursor goes here.
    pub fn caret(&mut self) {
        self.canvas.caret = Some(Position::new(self.x.min(self.right.saturating_sub(1)), self.y));
    }
}
