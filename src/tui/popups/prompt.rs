//! A command's argument while it is typed. What the command is for was settled when the prompt opened: whatever the board does
//! in the meantime, the command hits that.

use crate::core::id::IncidentId;
use crate::tui::canvas::Canvas;
use crate::tui::command::Command;
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Prompt {
    /// What will be run with what is typed.
    pub command: &'static Command,
    /// The incidents it is for.
    pub aim: Vec<IncidentId>,
    /// What is asked.
    pub title: String,
    /// What an answer looks like.
    pub hint: String,
    /// What is typed.
    pub input: Input,
}

impl Prompt {
    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let area = layout::middle(canvas.area(), 76, 5);
        let inner = canvas.frame(area, &self.title);
        self.input.draw(&mut canvas.row(inner, 0), Role::Popup);
        canvas.row(inner, 1).role(&self.hint, Role::Dim);
        canvas.row(inner, 2).role("enter does it; esc leaves it", Role::Dim);
    }
}
