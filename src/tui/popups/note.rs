//! A note while it is typed.

use crate::core::id::IncidentId;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Note {
    /// On which incident.
    pub incident: IncidentId,
    /// What is typed.
    pub input: Input,
}

impl Note {
    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let area = layout::middle(canvas.area(), 76, 4);
        let inner = canvas.frame(area, &format!("Note on {}", self.incident));
        self.input.draw(&mut canvas.row(inner, 0), Role::Popup);
        canvas.row(inner, 1).role("enter writes it down; esc leaves it", Role::Dim);
    }
}
