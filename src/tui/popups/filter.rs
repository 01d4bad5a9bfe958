//! The filter while it is typed, in the hint line's place. It works as far as it can be understood.

use crate::core::query::Query;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Filter {
    /// What is typed.
    pub input: Input,
    /// The filter as it was.
    pub before: String,
    /// Why it can't be understood.
    pub error: Option<String>,
}

impl Filter {
    /// The text, when it can be understood; else keeps why not.
    pub fn understood(&mut self) -> Option<String> {
        self.error = Query::parse(self.input.text()).err().map(|error| error.to_string());
        self.error.is_none().then(|| self.input.text().to_owned())
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = app.plan.hints;
        canvas.clear(area, Role::Text);
        let look = canvas.look;
        let mut row = canvas.row(area, 0);
        let roomy = area.width >= 70;
        if let Some(error) = &self.error {
            row.at_right(error, look.style(Role::Mistake));
        } else if roomy {
            row.at_right("words tenant: asset: sig: tool: sev>= status:", look.style(Role::Dim));
        }
        row.role("/", Role::Key);
        self.input.draw(&mut row, Role::Title);
    }
}
