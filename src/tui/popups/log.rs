//! What was said and done at this seat, the latest at the bottom; `/` shows only lines with some words.

use ratatui::layout::Rect;

use crate::core::safe_text::SafeText;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::input::Input;
use crate::tui::log::{Kind, Line, Log};
use crate::tui::moves::Move;
use crate::tui::panes::stepped;
use crate::tui::theme::Role;

/// What is copied at once, at most: terminals take no more.
const COPIED: usize = 48 * 1_024;

/// The popup's state.
#[derive(Debug, Default)]
pub struct LogView {
    /// What is searched for.
    pub input: Input,
    /// It is being typed.
    pub searching: bool,
    /// The number of the selected line; absent: the latest, whichever that is.
    at: Option<u64>,
}

impl LogView {
    /// The search has been typed.
    pub fn searched(self) -> Self {
        Self { searching: false, ..self }
    }

    /// Moves. On the last line, the selection stays on the latest.
    pub fn go(&mut self, by: Move, log: &Log, height: usize) {
        let lines = log.matching(self.input.text());
        let to = stepped(self.place(&lines), by.rows(height), lines.len());
        self.at = lines.get(to).filter(|_| to + 1 < lines.len()).map(|line| line.number);
    }

    /// The selected line, as it is copied.
    pub fn line(&self, app: &App) -> Option<String> {
        let lines = app.log.matching(self.input.text());
        lines.get(self.place(&lines)).map(|line| written(app, line))
    }

    /// All lines shown, as they are copied: the latest of them that fit.
    pub fn lines(&self, app: &App) -> Vec<String> {
        let mut room = COPIED;
        let matching = app.log.matching(self.input.text());
        let mut lines: Vec<String> = matching
            .iter()
            .rev()
            .map(|line| written(app, line))
            .take_while(|line| {
                let fits = line.len() < room;
                room = room.saturating_sub(line.len() + 1);
                fits
            })
            .collect();
        lines.reverse();
        lines
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let area = Rect { height: screen.height.saturating_sub(2), ..screen };
        let lines = app.log.matching(self.input.text());
        let inner = canvas.frame(area, &format!("Log {} of {}", lines.len(), app.log.matching("").len()));
        let list = Rect { height: inner.height.saturating_sub(1), ..inner };
        let at = self.place(&lines);
        let first = (at + 1).saturating_sub(usize::from(list.height));
        let look = canvas.look;
        let shown: Vec<_> = lines.iter().skip(first).take(list.height.into()).collect();
        let times: Vec<String> = shown.iter().map(|line| clock::day_and_time(app, line.at)).collect();
        // The day takes room only where one is shown.
        let width = times.iter().map(String::len).max().and_then(|width| u16::try_from(width).ok()).unwrap_or(0);
        for (row_at, (line, time)) in (0..list.height).zip(shown.into_iter().zip(&times)) {
            let mut row = canvas.row(list, row_at);
            row.cell(time, width, look.style(Role::Dim));
            row.cell(line.kind.word(), 7, look.style(role(line.kind)));
            row.role(&line.text, Role::Popup);
            if first + usize::from(row_at) == at {
                canvas.tint(Rect { y: list.y + row_at, height: 1, ..list }, look.style(Role::Selected));
            }
        }
        let mut row = canvas.row(inner, list.height);
        if self.searching {
            row.role("/", Role::Key);
            self.input.draw(&mut row, Role::Popup);
        } else if self.input.text().is_empty() {
            row.role("/ searches; c copies the line, C all; esc closes", Role::Dim);
        } else {
            row.role(&format!("/{}", self.input.text()), Role::Title);
            row.role("  esc shows all again", Role::Dim);
        }
    }

    fn place(&self, lines: &[&Line]) -> usize {
        let last = lines.len().saturating_sub(1);
        self.at.map_or(last, |number| lines.partition_point(|line| line.number < number).min(last))
    }
}

fn role(kind: Kind) -> Role {
    match kind {
        Kind::Asked | Kind::Seat => Role::Dim,
        Kind::Done => Role::Notice,
        Kind::Failed => Role::Mistake,
        Kind::Trouble => Role::Badge,
    }
}

fn written(app: &App, line: &Line) -> String {
    let at = clock::day_and_time(app, line.at);
    SafeText::line(&format!("{at} {} {}", line.kind.word(), line.text)).to_string()
}
