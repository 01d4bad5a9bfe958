//! The last line of a popup: what its keys do, with the operator's own keys, and where a click does the same.

use crate::tui::app::App;
use crate::tui::canvas::Row;
use crate::tui::command;
use crate::tui::keymap::Binding;
use crate::tui::mouse::Click;
use crate::tui::theme::Role;

/// Writes what fits of them: commands by their names, each with what it does in a word or two. What this seat refuses is left out.
pub fn draw(app: &App, row: &mut Row<'_, '_>, keys: &[(&str, &str)]) {
    for (name, does) in keys {
        let Some(command) = command::named(name).filter(|command| app.allows(command)) else { continue };
        let from = row.x();
        row.role(&app.key_of(name), Role::Key);
        row.role(&format!(" {does}"), Role::Dim);
        row.click(from, Click::Run(Binding { command, argument: String::new() }));
        row.skip(2);
    }
}
