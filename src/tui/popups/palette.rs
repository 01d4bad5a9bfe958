//! Commands by name, found by a few of their letters. What follows the name is the argument.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::command::{self, Command};
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::panes::stepped;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    found: Vec<&'static Command>,
    at: usize,
}

impl Palette {
    /// With everything in it.
    pub fn new() -> Self {
        let mut new = Self { input: Input::default(), found: Vec::new(), at: 0 };
        new.typed_more();
        new
    }

    /// The text has changed: finds anew.
    pub fn typed_more(&mut self) {
        let name = self.name();
        let pattern = Pattern::parse(name, CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
        let all = command::all().filter(|command| command.in_palette());
        // The name says more than its explanation.
        let scored = all.filter_map(|command| {
            let by_name = score(command.name).map(|score| score.saturating_mul(2));
            let by_doc = score(command.doc);
            by_name.max(by_doc).map(|score| (command.name != name, std::cmp::Reverse(score), command.place(), command))
        });
        let mut scored: Vec<_> = scored.collect();
        scored.sort_by_key(|(inexact, score, place, _)| (*inexact, *score, *place));
        self.found = scored.into_iter().map(|(.., command)| command).collect();
        self.at = 0;
    }

    /// The chosen command with its argument.
    pub fn chosen(&self) -> Option<(&'static Command, String)> {
        let argument = self.input.text().trim_start().split_once(' ').map_or("", |(_, argument)| argument.trim());
        let exact = command::named(self.name()).filter(|command| command.in_palette() && self.at == 0);
        exact.or_else(|| self.found.get(self.at).copied()).map(|command| (command, argument.to_owned()))
    }

    /// Writes the chosen command's name out.
    pub fn complete(&mut self) {
        if let Some(command) = self.found.get(self.at) {
            self.input = Input::new(&format!("{} ", command.name));
            self.typed_more();
        }
    }

    /// To one that is shown.
    pub fn point(&mut self, row: usize) {
        self.at = row.min(self.found.len().saturating_sub(1));
    }

    /// Chooses another one.
    pub fn choose(&mut self, by: isize) {
        self.at = stepped(self.at, by, self.found.len());
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let area = layout::middle(screen, 84, screen.height.saturating_sub(2).min(20));
        let inner = canvas.frame(area, "Command");
        let look = canvas.look;
        let mut row = canvas.row(inner, 0);
        row.role(":", Role::Key);
        self.input.draw(&mut row, Role::Popup);
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        let first = (self.at + 1).saturating_sub(usize::from(list.height));
        for (line, (at, command)) in self.found.iter().enumerate().skip(first).take(list.height.into()).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(list, line);
            row.at_right(&app.keymap.keys_of(command), look.style(Role::Key));
            row.cell(command.name, 16.min(inner.width / 3), look.style(Role::Title));
            row.role(command.doc, Role::Popup);
            if at == self.at {
                canvas.tint(Rect { y: list.y + line, height: 1, ..list }, look.style(Role::Selected));
            }
            canvas.clicks.push((Rect { y: list.y + line, height: 1, ..list }, Click::Row(at)));
        }
    }

    fn name(&self) -> &str {
        self.input.text().trim_start().split(' ').next().unwrap_or_default()
    }
}

impl Default for Palette {
    fn default() -> Self {
        Self::new()
    }
}
