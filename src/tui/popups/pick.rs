//! One of several, found by a few letters: the argument of a command.

use super::finder::Finder;
use crate::core::id::IncidentId;
use crate::tui::canvas::Canvas;
use crate::tui::command::Command;
use crate::tui::layout;
use crate::tui::theme::Role;

pub use super::finder::Choice;

/// The popup's state.
#[derive(Debug)]
pub struct Pick {
    /// What will be run with what is chosen.
    pub command: &'static Command,
    /// The incidents it is for.
    pub aim: Vec<IncidentId>,
    /// What is asked.
    pub title: String,
    /// What there is.
    pub finder: Finder,
    /// The command is run with each choice as it is highlighted, and with this when nothing is chosen.
    pub preview: Option<String>,
}

impl Pick {
    /// With all choices in their order, the first one highlighted.
    pub fn new(command: &'static Command, aim: Vec<IncidentId>, title: String, choices: Vec<Choice>) -> Self {
        Self { command, aim, title, finder: Finder::new(choices), preview: None }
    }

    /// What is highlighted; without any that matches, what is typed.
    pub fn chosen(&self) -> Option<String> {
        let choices = self.finder.choices();
        let highlighted = self.finder.highlighted().and_then(|at| choices.get(at)).map(|choice| choice.value.clone());
        let typed = Some(self.finder.input.text().trim().to_owned()).filter(|typed| !typed.is_empty());
        // A choice with more text after it is meant as it stands.
        let said = |typed: &String| {
            let said = |choice: &Choice| {
                let (value, more) = typed.split_at_checked(choice.value.len())?;
                (more.starts_with(' ') && value.eq_ignore_ascii_case(&choice.value)).then_some(())
            };
            choices.iter().any(|choice| said(choice).is_some())
        };
        typed.clone().filter(said).or(highlighted).or(typed)
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let choices = self.finder.choices().len();
        let height = u16::try_from(choices + 3).unwrap_or(u16::MAX).min(screen.height.saturating_sub(2)).min(22);
        let inner = canvas.frame(layout::middle(screen, 70, height), &self.title);
        self.finder.draw(canvas, inner, |_| Role::Title);
    }
}
