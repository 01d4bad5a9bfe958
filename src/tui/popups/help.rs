//! Which keys work here, with the user's own, by where they work. What is typed finds some of them; enter runs one.
//!
//! ```text
//! ┌ Keys that work here ───────────────────────────────────┐
//! │ /ackn▏                                                 │
//! │ incidents and detail                                   │
//! │ a                acknowledge     Acknowledge …         │
//! ```

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::keymap::Binding;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::panes::stepped;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Help {
    /// What is searched for.
    pub input: Input,
    rows: Vec<Row>,
    /// The rows that match, in their order.
    found: Vec<usize>,
    /// The selected one of them.
    at: usize,
}

/// One command, with all its keys.
#[derive(Debug)]
struct Row {
    keys: String,
    name: String,
    binding: Binding,
}

/// A line of the list.
enum Shown<'a> {
    Heading(&'static str),
    Row(usize, &'a Row),
}

impl Help {
    /// From what is bound; keys of one command share a row.
    pub fn new(here: Vec<(String, Binding)>) -> Self {
        let mut rows: Vec<Row> = Vec::new();
        for (keys, binding) in here {
            let name = binding.line();
            match rows.iter_mut().find(|row| row.name == name) {
                Some(row) => row.keys.push_str(&format!(" | {keys}")),
                None => rows.push(Row { keys, name, binding }),
            }
        }
        let found = (0..rows.len()).collect();
        Self { input: Input::default(), rows, found, at: 0 }
    }

    /// The text has changed: finds anew, and selects what fits best. Whoever searches with `/` means no slash by it.
    pub fn typed_more(&mut self) {
        let text = self.input.text().trim_start_matches('/');
        let pattern = Pattern::parse(text, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        // In a sentence, nearly any letters are somewhere: of its words, whole parts must be.
        let words = Pattern::new(text, CaseMatching::Ignore, Normalization::Smart, AtomKind::Substring);
        let mut score = |row: &Row| {
            let within = [(&*row.keys, &pattern), (&row.name, &pattern), (row.binding.command.doc, &words)];
            let score =
                |(text, pattern): (&str, &Pattern)| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
            within.into_iter().filter_map(score).max()
        };
        let scored: Vec<_> =
            self.rows.iter().enumerate().filter_map(|(at, row)| Some((score(row)?, row.keys == text, at))).collect();
        let best = scored.iter().enumerate().max_by_key(|(at, (score, exact, _))| (*exact, *score, usize::MAX - at));
        self.at = if text.is_empty() { 0 } else { best.map_or(0, |(at, _)| at) };
        self.found = scored.into_iter().map(|(.., at)| at).collect();
    }

    /// The selected command.
    pub fn chosen(&self) -> Option<Binding> {
        let row = self.found.get(self.at).and_then(|at| self.rows.get(*at))?;
        Some(row.binding.clone())
    }

    /// Selects another one.
    pub fn choose(&mut self, by: isize) {
        self.at = stepped(self.at, by, self.found.len());
    }

    /// To one that is shown.
    pub fn point(&mut self, row: usize) {
        self.at = row.min(self.found.len().saturating_sub(1));
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let shown = self.shown();
        let screen = canvas.area();
        let height = u16::try_from(shown.len() + 4).unwrap_or(u16::MAX).min(screen.height.saturating_sub(1));
        let inner = canvas.frame(layout::middle(screen, 92, height), "Keys that work here");
        let mut row = canvas.row(inner, 0);
        row.role("/", Role::Key);
        self.input.draw(&mut row, Role::Popup);
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(2), ..inner };
        let look = canvas.look;
        let selected = shown.iter().position(|line| matches!(line, Shown::Row(at, _) if *at == self.at)).unwrap_or(0);
        let middle = usize::from(list.height).max(1).div_ceil(2);
        let first = (selected + 1).saturating_sub(middle).min(shown.len().saturating_sub(list.height.into()));
        if shown.is_empty() {
            canvas.row(list, 0).role("Nothing here has these letters; : knows every command.", Role::Popup);
        }
        for (line, shown) in (0..list.height).zip(shown.iter().skip(first)) {
            let mut row = canvas.row(list, line);
            match shown {
                Shown::Heading(words) => row.role(words, Role::Dim),
                Shown::Row(at, command) => {
                    row.cell(&command.keys, 17.min(inner.width / 3), look.style(Role::Key));
                    row.cell(&command.name, 16.min(inner.width / 4), look.style(Role::Title));
                    row.role(command.binding.command.doc, Role::Popup);
                    canvas.clicks.push((Rect { y: list.y + line, height: 1, ..list }, Click::Row(*at)));
                    if *at == self.at {
                        canvas.tint(Rect { y: list.y + line, height: 1, ..list }, look.style(Role::Selected));
                    }
                }
            }
        }
        canvas.row(inner, inner.height.saturating_sub(1)).role("type to search; enter runs it; esc closes", Role::Dim);
    }

    /// The rows that match, each scope under its words.
    fn shown(&self) -> Vec<Shown<'_>> {
        let mut shown = Vec::new();
        let mut scope = None;
        for (at, row) in self.found.iter().enumerate().filter_map(|(at, row)| Some((at, self.rows.get(*row)?))) {
            let its = row.binding.command.scope;
            if scope.replace(its) != Some(its) {
                shown.push(Shown::Heading(its.words()));
            }
            shown.push(Shown::Row(at, row));
        }
        shown
    }
}
