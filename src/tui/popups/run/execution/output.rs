//! What a machine has written, cut into rows: where one looks, whether that follows the end, and what is found in it.

use ratatui::layout::Rect;

use super::Stream;
use crate::tui::ansi::{self, Line};
use crate::tui::moves::Move;
use crate::tui::panes::{Window, stepped};

/// The machine, which of its outputs, and its version.
type Version = (usize, Stream, u64);

/// The rows.
#[derive(Debug, Default)]
pub struct Shown {
    lines: Vec<Line>,
    /// Each with the place of its line.
    rows: Vec<(usize, Line)>,
    of: Option<(Version, u16)>,
    window: Window,
    /// One looks elsewhere than at the end.
    away: bool,
    /// The line that was found.
    hit: Option<usize>,
}

impl Shown {
    /// This is what was written, and so much room there is for it.
    pub fn settle(&mut self, text: &str, version: Version, room: Rect) {
        if self.of != Some((version, room.width)) {
            self.of = Some((version, room.width));
            self.lines = ansi::read(text);
            let rows =
                |(at, line)| ansi::rows(line, usize::from(room.width).max(1)).into_iter().map(move |row| (at, row));
            self.rows = self.lines.iter().enumerate().flat_map(rows).collect();
        }
        self.window.height = room.height.into();
        let most = self.most();
        self.window.offset = if self.away { self.window.offset.min(most) } else { most };
    }

    /// It is another's.
    pub fn restart(&mut self) {
        *self = Self { window: Window { offset: 0, ..self.window }, ..Self::default() };
    }

    /// Moves.
    pub fn go(&mut self, by: Move) {
        self.window.offset = stepped(self.window.offset, by.rows(self.window.height), self.most() + 1);
        self.away = self.window.offset < self.most();
    }

    /// To a line that holds `text`: the next one, the one before, or for 0 the first from here on.
    pub fn seek(&mut self, text: &str, by: isize) {
        let text = text.to_lowercase();
        let holds = |at: &usize| self.lines.get(*at).is_some_and(|line| line.text().to_lowercase().contains(&text));
        let top = self.rows.get(self.window.offset).map_or(0, |(line, _)| *line);
        let from = self.hit.unwrap_or(top);
        let len = self.lines.len();
        let found = match by {
            _ if text.is_empty() => None,
            0 => (from..len).chain(0..from.min(len)).find(holds),
            1.. => (from + 1..len).chain(0..(from + 1).min(len)).find(holds),
            _ => (0..from.min(len)).rev().chain((from.min(len)..len).rev()).find(holds),
        };
        self.hit = found;
        if let Some(row) = found.and_then(|hit| self.rows.iter().position(|(line, _)| *line == hit)) {
            self.window.show(row, self.rows.len());
            self.away = true;
        }
    }

    /// All of it, as plain text.
    pub fn text(&self) -> String {
        self.lines.iter().map(Line::text).collect::<Vec<_>>().join("\n")
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// It shows the end, whatever comes.
    pub fn follows(&self) -> bool {
        !self.away
    }

    /// The rows in view, each with whether it was found.
    pub fn view(&self) -> impl Iterator<Item = (&Line, bool)> {
        let rows = self.rows.get(self.window.rows(self.rows.len())).unwrap_or_default();
        rows.iter().map(|(line, row)| (row, self.hit == Some(*line)))
    }

    fn most(&self) -> usize {
        self.rows.len().saturating_sub(self.window.height)
    }
}
