//! The filter while it is typed, in the hint line's place. It works as far as it can be understood: what is wrong is marked under
//! the text, what may stand there is offered above it.

use ratatui::layout::Rect;

use crate::core::query::completion::{Completion, Vocabulary, complete};
use crate::core::query::{BadQuery, Query};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::panes::stepped;
use crate::tui::theme::Role;

/// Suggestions that are shown.
const OFFERED: u16 = 6;

/// The popup's state.
#[derive(Debug)]
pub struct Filter {
    /// What is typed.
    pub input: Input,
    /// The filter as it was.
    pub before: String,
    /// Why it can't be understood.
    pub error: Option<BadQuery>,
    vocabulary: Vocabulary,
    offered: Vec<Completion>,
    chosen: Option<usize>,
    /// Filters that were typed before, the latest last.
    recent: Vec<String>,
    /// The one of them that is shown.
    recalled: Option<usize>,
}

impl Filter {
    /// As the filter is, with the values that there are and the filters that were.
    pub fn new(before: &str, vocabulary: Vocabulary, recent: &[String]) -> Self {
        let mut new = Self {
            input: Input::new(before),
            before: before.into(),
            error: None,
            vocabulary,
            offered: Vec::new(),
            chosen: None,
            recent: recent.to_vec(),
            recalled: None,
        };
        new.offer();
        new
    }

    /// The text has changed. The query that it is by now, as far as it can be understood.
    pub fn typed_more(&mut self) -> Option<String> {
        self.recalled.take_if(|at| self.recent.get(*at).is_none_or(|text| text != self.input.text()));
        self.offer();
        match Query::parse_begun(self.input.text()) {
            Ok((query, error)) => {
                self.error = error;
                Some(query.to_string())
            }
            Err(error) => {
                self.error = Some(error);
                None
            }
        }
    }

    /// Puts what is chosen, or else the first of what is offered, where the cursor is.
    pub fn complete(&mut self) {
        if let Some(completion) = self.offered.get(self.chosen.unwrap_or(0)) {
            let Completion { range, replacement, .. } = completion.clone();
            self.input.replace(range, &replacement);
        }
    }

    /// Chooses another suggestion; while nothing is typed, another one of the filters that were.
    pub fn choose(&mut self, by: isize) {
        if self.recalled.is_none() && !self.input.text().is_empty() {
            self.chosen = match self.chosen {
                None if self.offered.is_empty() => None,
                None if by < 0 => Some(self.offered.len() - 1),
                None => Some(0),
                Some(at) => Some(stepped(at, by, self.offered.len())),
            };
            return;
        }
        // Up goes back in time.
        let at = self.recalled.unwrap_or(self.recent.len()).saturating_add_signed(by);
        self.recalled = (at < self.recent.len()).then_some(at);
        self.input = Input::new(self.recalled.and_then(|at| self.recent.get(at)).map_or("", String::as_str));
    }

    fn offer(&mut self) {
        self.offered = complete(self.input.text(), self.input.at(), &self.vocabulary);
        self.chosen = None;
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = app.plan.hints;
        self.draw_offered(canvas, area);
        canvas.clear(area, Role::Text);
        let look = canvas.look;
        let mut row = canvas.row(area, 0);
        if area.width >= 70 && self.input.text().is_empty() {
            let recall = if self.recent.is_empty() { "" } else { "up: earlier filters  " };
            row.at_right(&format!("{recall}tab: complete"), look.style(Role::Dim));
        }
        row.role("/", Role::Key);
        let room = row.left();
        self.input.draw(&mut row, Role::Title);
        if let Some(error) = &self.error {
            self.draw_error(canvas, app.plan.status, error, room);
        }
    }

    /// Under the text: marks at what is at fault, and the words where there is room for them.
    fn draw_error(&self, canvas: &mut Canvas<'_>, area: Rect, error: &BadQuery, room: u16) {
        canvas.clear(area, Role::Text);
        let columns = self.input.columns(&error.at, room);
        let marks = "^".repeat(usize::from((columns.end - columns.start).max(1)));
        let words = u16::try_from(error.words.chars().count()).unwrap_or(u16::MAX);
        let look = canvas.look;
        let behind = area.width.saturating_sub(columns.end + 2);
        let mut row = canvas.row(area, 0);
        row.skip(1);
        if behind < words && columns.start > behind {
            row.cell(&error.words, columns.start.saturating_sub(1), look.style(Role::Mistake));
            row.role(&marks, Role::Mistake);
        } else {
            row.skip(columns.start);
            row.role(&format!("{marks} {}", error.words), Role::Mistake);
        }
    }

    fn draw_offered(&self, canvas: &mut Canvas<'_>, hints: Rect) {
        let shown = u16::try_from(self.offered.len()).unwrap_or(u16::MAX).min(OFFERED).min(hints.y / 2);
        let area = Rect { y: hints.y - shown, height: shown, width: hints.width.min(60), ..hints };
        canvas.clear(area, Role::Popup);
        let look = canvas.look;
        let first = (self.chosen.unwrap_or(0) + 1).saturating_sub(usize::from(shown));
        for (line, (at, one)) in self.offered.iter().enumerate().skip(first).take(shown.into()).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(area, line);
            row.skip(1);
            row.cell(&one.replacement, area.width / 2, look.style(Role::Key));
            row.role(&one.note, Role::Popup);
            if Some(at) == self.chosen {
                canvas.tint(Rect { y: area.y + line, height: 1, ..area }, look.style(Role::Selected));
            }
        }
    }
}
