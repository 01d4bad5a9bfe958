//! Commands by name, found by a few of their letters. What follows the name is the argument, and what it may be is suggested.
//!
//! ```text
//! ┌ Command ───────────────────────────────────────────────┐
//! │ :tenant fj▏                                            │
//! │ ID: a tenant, by a few letters of its id or name       │
//! │ comp_fjord           Fjord Bank                        │
//! ```

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

use super::pick::Choice;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::command::argument::Argument;
use crate::tui::command::{self, Command};
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::panes::stepped;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug, Default)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    found: Found,
    /// The highlighted suggestion.
    at: Option<usize>,
    /// How many lines back, while earlier lines are looked through.
    back: usize,
}

/// What is suggested.
#[derive(Debug)]
enum Found {
    /// While the name is typed.
    Commands(Vec<&'static Command>),
    /// While what follows it is typed.
    Values(&'static Command, Vec<Choice>),
}

impl Default for Found {
    fn default() -> Self {
        Self::Commands(Vec::new())
    }
}

impl Palette {
    /// With everything in it.
    pub fn new(app: &App) -> Self {
        let mut new = Self::default();
        new.typed_more(app);
        new
    }

    /// The text has changed: finds anew.
    pub fn typed_more(&mut self, app: &App) {
        self.back = 0;
        self.find(app);
    }

    /// What is meant: the highlighted suggestion, else what is typed.
    ///
    /// # Errors
    /// There is no such command; in words.
    pub fn chosen(&self) -> Result<(&'static Command, String), String> {
        let (name, typed) = self.parts();
        match &self.found {
            Found::Values(command, values) => {
                let highlighted = self.at.and_then(|at| values.get(at)).map(|choice| choice.value.clone());
                Ok((command, highlighted.unwrap_or_else(|| typed.trim().to_owned())))
            }
            Found::Commands(commands) => match self.at.and_then(|at| commands.get(at)) {
                Some(command) => Ok((command, typed.trim().to_owned())),
                None => Err(command::unknown(name)),
            },
        }
    }

    /// Writes the highlighted suggestion out, or the first one.
    pub fn complete(&mut self, app: &App) {
        let at = self.at.unwrap_or(0);
        let text = match &self.found {
            Found::Commands(commands) => commands.get(at).map(|command| match command.argument {
                Argument::None => command.name.to_owned(),
                _ => format!("{} ", command.name),
            }),
            Found::Values(command, values) => values.get(at).map(|choice| format!("{} {}", command.name, choice.value)),
        };
        if let Some(text) = text {
            self.input = Input::new(&text);
            self.typed_more(app);
        }
    }

    /// Highlights another suggestion. With nothing typed yet, and up from the first one, the lines that were run before.
    pub fn choose(&mut self, app: &App, by: isize) {
        let recalling = self.back > 0 || self.input.text().is_empty();
        if recalling && (self.back > 0 || by < 0 && self.at.unwrap_or(0) == 0) {
            self.back = self.back.saturating_add_signed(-by).min(app.lines.len());
            let line = app.lines.len().checked_sub(self.back).and_then(|at| app.lines.get(at));
            self.input = Input::new(line.map_or("", String::as_str));
            self.find(app);
            return;
        }
        let len = match &self.found {
            Found::Commands(commands) => commands.len(),
            Found::Values(_, values) => values.len(),
        };
        self.at = match self.at {
            Some(at) => Some(stepped(at, by, len)),
            None if by > 0 && len > 0 => Some(0),
            None => None,
        };
    }

    /// To a suggestion that is shown.
    pub fn point(&mut self, row: usize) {
        self.at = Some(row);
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let area = layout::middle(screen, 84, screen.height.saturating_sub(2).min(20));
        let inner = canvas.frame(area, "Command");
        let mut row = canvas.row(inner, 0);
        row.role(":", Role::Key);
        self.input.draw(&mut row, Role::Popup);
        let below = |lines: u16| Rect { y: inner.y + lines, height: inner.height.saturating_sub(lines), ..inner };
        match &self.found {
            Found::Commands(commands) => self.draw_commands(app, canvas, below(1), commands),
            Found::Values(command, values) => {
                canvas.row(inner, 1).role(command.argument.words(), Role::Dim);
                canvas.row(inner, 2).role(command.doc, Role::Dim);
                self.draw_values(canvas, below(3), values);
            }
        }
    }

    fn draw_commands(&self, app: &App, canvas: &mut Canvas<'_>, list: Rect, commands: &[&'static Command]) {
        let look = canvas.look;
        if commands.is_empty() {
            canvas.row(list, 0).role(&command::unknown(self.parts().0), Role::Mistake);
        }
        for (line, at) in self.shown(list, commands.len()) {
            let Some(command) = commands.get(at) else { break };
            let mut row = canvas.row(list, line);
            row.at_right(&app.keymap.keys_of(command), look.style(Role::Key));
            row.cell(command.name, 16.min(list.width / 3), look.style(Role::Title));
            row.role(command.doc, Role::Popup);
            self.highlight(canvas, list, line, at);
        }
    }

    fn draw_values(&self, canvas: &mut Canvas<'_>, list: Rect, values: &[Choice]) {
        let look = canvas.look;
        for (line, at) in self.shown(list, values.len()) {
            let Some(choice) = values.get(at) else { break };
            let mut row = canvas.row(list, line);
            row.cell(&choice.label, 28.min(list.width / 2), look.style(Role::Title));
            row.role(&choice.note, Role::Popup);
            self.highlight(canvas, list, line, at);
        }
    }

    fn highlight(&self, canvas: &mut Canvas<'_>, list: Rect, line: u16, at: usize) {
        canvas.clicks.push((Rect { y: list.y + line, height: 1, ..list }, Click::Row(at)));
        if self.at == Some(at) {
            let look = canvas.look;
            canvas.tint(Rect { y: list.y + line, height: 1, ..list }, look.style(Role::Selected));
        }
    }

    /// The lines of a list, with the suggestions that stand there.
    fn shown(&self, list: Rect, len: usize) -> impl Iterator<Item = (u16, usize)> + use<> {
        let first = (self.at.unwrap_or(0) + 1).saturating_sub(usize::from(list.height));
        (0..list.height).zip(first..len)
    }

    fn find(&mut self, app: &App) {
        let (name, typed) = self.parts();
        let exact = command::named(name).filter(|command| command.in_palette());
        let begun = self.input.text().trim_start().contains(' ');
        let (found, at) = match exact {
            Some(command) if begun => {
                let values = command.argument.suggestions(app, typed.trim_start());
                let meant = command.argument.is_closed() && !typed.trim().is_empty() && !values.is_empty();
                (Found::Values(command, values), meant.then_some(0))
            }
            _ => {
                let commands = fitting(name);
                let at = (!commands.is_empty()).then_some(0);
                (Found::Commands(commands), at)
            }
        };
        (self.found, self.at) = (found, at);
    }

    /// The name, and what follows it.
    fn parts(&self) -> (&str, &str) {
        let text = self.input.text().trim_start();
        text.split_once(' ').unwrap_or((text, ""))
    }
}

/// Commands that have the letters of `name`: it itself, names that begin with it, names that have its letters, and then
/// explanations that do.
fn fitting(name: &str) -> Vec<&'static Command> {
    let pattern = Pattern::parse(name, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
    let mut rank = |command: &Command| {
        if command.name.starts_with(name) {
            return Some((0, u32::try_from(command.name.len()).unwrap_or(u32::MAX)));
        }
        let (by_name, by_doc) = (score(command.name), score(command.doc));
        by_name.map(|score| (1, u32::MAX - score)).or(by_doc.map(|score| (2, u32::MAX - score)))
    };
    let all = command::all().filter(|command| command.in_palette());
    if name.is_empty() {
        return all.collect();
    }
    let mut ranked: Vec<_> = all.filter_map(|command| Some((rank(command)?, command.place(), command))).collect();
    ranked.sort_by_key(|(rank, place, _)| (*rank, *place));
    ranked.into_iter().map(|(.., command)| command).collect()
}
