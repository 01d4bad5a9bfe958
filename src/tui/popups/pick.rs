//! One of several, found by a few letters: the argument of a command.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

use crate::core::id::IncidentId;
use crate::core::safe_text::SafeText;
use crate::tui::canvas::Canvas;
use crate::tui::command::Command;
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::panes::stepped;
use crate::tui::theme::Role;

/// Something to choose.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Choice {
    /// The command's argument.
    pub value: String,
    /// What is shown, and searched.
    pub label: String,
    /// What is shown beside it, and searched.
    pub note: String,
}

/// The popup's state.
#[derive(Debug)]
pub struct Pick {
    /// What will be run with what is chosen.
    pub command: &'static Command,
    /// The incidents it is for.
    pub aim: Vec<IncidentId>,
    /// What is asked.
    pub title: String,
    /// What is typed.
    pub input: Input,
    /// The command is run with each choice as it is highlighted, and with this when nothing is chosen.
    pub preview: Option<String>,
    choices: Vec<Choice>,
    found: Vec<usize>,
    at: usize,
}

impl Pick {
    /// With all choices in their order, the first one highlighted.
    pub fn new(command: &'static Command, aim: Vec<IncidentId>, title: String, choices: Vec<Choice>) -> Self {
        let found = (0..choices.len()).collect();
        Self { command, aim, title, input: Input::default(), preview: None, choices, found, at: 0 }
    }

    /// The text has changed: finds anew.
    pub fn typed_more(&mut self) {
        let pattern = Pattern::parse(self.input.text(), CaseMatching::Ignore, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut letters = Vec::new();
        let mut score = |text: &str| pattern.score(Utf32Str::new(text, &mut letters), &mut matcher);
        // What something is called says more than what is said of it.
        let scored = self.choices.iter().enumerate().filter_map(|(at, choice)| {
            let by_name = score(&choice.label);
            let by_all = by_name.or_else(|| score(&format!("{} {}", choice.label, choice.note)))?;
            Some((by_name.is_none(), std::cmp::Reverse(by_all), at))
        });
        let mut scored: Vec<_> = scored.collect();
        scored.sort_unstable();
        self.found = scored.into_iter().map(|(.., at)| at).collect();
        self.at = 0;
    }

    /// What is highlighted; without any that matches, what is typed.
    pub fn chosen(&self) -> Option<String> {
        let highlighted =
            self.found.get(self.at).and_then(|at| self.choices.get(*at)).map(|choice| choice.value.clone());
        let typed = Some(self.input.text().trim().to_owned()).filter(|typed| !typed.is_empty());
        // A choice with more text after it is meant as it stands.
        let said = |typed: &String| {
            let said = |choice: &Choice| {
                let (value, more) = typed.split_at_checked(choice.value.len())?;
                (more.starts_with(' ') && value.eq_ignore_ascii_case(&choice.value)).then_some(())
            };
            self.choices.iter().any(|choice| said(choice).is_some())
        };
        typed.clone().filter(said).or(highlighted).or(typed)
    }

    /// To one that is shown.
    pub fn point(&mut self, row: usize) {
        self.at = row.min(self.found.len().saturating_sub(1));
    }

    /// Highlights another one.
    pub fn choose(&mut self, by: isize) {
        self.at = stepped(self.at, by, self.found.len());
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height =
            u16::try_from(self.choices.len() + 3).unwrap_or(u16::MAX).min(screen.height.saturating_sub(2)).min(22);
        let inner = canvas.frame(layout::middle(screen, 70, height), &self.title);
        self.input.draw(&mut canvas.row(inner, 0), Role::Popup);
        let list = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        let look = canvas.look;
        let first = (self.at + 1).saturating_sub(usize::from(list.height));
        let widest = self.choices.iter().map(|choice| SafeText::line(&choice.label).width()).max().unwrap_or(0);
        let labels = u16::try_from(widest + 1).unwrap_or(u16::MAX).min(inner.width / 2);
        let shown = self.found.iter().enumerate().skip(first).take(list.height.into());
        for (line, (at, choice)) in shown.enumerate() {
            let Some(choice) = self.choices.get(*choice) else { continue };
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(list, line);
            row.cell(&choice.label, labels, look.style(Role::Title));
            row.role(&choice.note, Role::Popup);
            if at == self.at {
                canvas.tint(Rect { y: list.y + line, height: 1, ..list }, look.style(Role::Selected));
            }
            canvas.clicks.push((Rect { y: list.y + line, height: 1, ..list }, Click::Row(at)));
        }
    }
}
