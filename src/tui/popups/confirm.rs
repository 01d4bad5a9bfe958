//! A question before something large, with what it will touch. Every key but `y` means no.

use super::Place;
use crate::tui::canvas::Canvas;
use crate::tui::command;
use crate::tui::effect::Effect;
use crate::tui::keymap::Binding;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The popup's state.
#[derive(Debug)]
pub struct Confirm {
    /// What is asked.
    pub question: String,
    /// What it will touch, line by line.
    pub lines: Vec<String>,
    /// The selected line.
    pub list: Place,
    /// What is done on `y`.
    pub effects: Vec<Effect>,
}

impl Confirm {
    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let height = u16::try_from(self.lines.len() + 4).unwrap_or(u16::MAX);
        let screen = canvas.area();
        let area = layout::middle(screen, 80, height.min(screen.height.saturating_sub(2)));
        let inner = canvas.frame(area, &self.question);
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        for (line, text) in self.lines.iter().skip(self.list.offset(list.height)).take(list.height.into()).enumerate() {
            canvas.row(list, u16::try_from(line).unwrap_or(u16::MAX)).role(text, Role::Popup);
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        for (key, does, name) in [("y", " does it; ", "yes"), ("n", " or esc leaves it", "no")] {
            let from = row.x();
            row.role(key, Role::Key);
            row.role(does, Role::Popup);
            if let Some(command) = command::named(name) {
                row.click(from, Click::Run(Binding { command, argument: String::new() }));
            }
        }
    }
}
