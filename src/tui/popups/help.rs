//! Which keys work here, with the user's own.

use ratatui::layout::Rect;

use super::Place;
use crate::tui::canvas::Canvas;
use crate::tui::keymap::Binding;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Help {
    /// The selected row.
    pub list: Place,
    rows: Vec<(String, String, &'static str)>,
}

impl Help {
    /// From what is bound; keys of one command share a row.
    pub fn new(here: Vec<(String, Binding)>) -> Self {
        let mut rows: Vec<(String, String, &'static str)> = Vec::new();
        for (keys, binding) in here {
            let name = format!("{} {}", binding.command.name, binding.argument).trim_end().to_owned();
            match rows.iter_mut().find(|(_, known, _)| *known == name) {
                Some((known, ..)) => known.push_str(&format!(" | {keys}")),
                None => rows.push((keys, name, binding.command.doc)),
            }
        }
        Self { list: Place { at: 0, len: rows.len() }, rows }
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let height = u16::try_from(self.rows.len() + 3).unwrap_or(u16::MAX);
        let area = layout::middle(canvas.area(), 92, height);
        let inner = canvas.frame(area, "Keys that work here");
        let list = Rect { height: inner.height.saturating_sub(1), ..inner };
        let look = canvas.look;
        let rows = self.rows.iter().enumerate().skip(self.list.offset(list.height)).take(list.height.into());
        for (line, (at, (keys, name, doc))) in rows.enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(list, line);
            row.cell(keys, 17.min(inner.width / 3), look.style(Role::Key));
            row.cell(name, 16.min(inner.width / 4), look.style(Role::Title));
            row.role(doc, Role::Popup);
            if at == self.list.at {
                canvas.tint(Rect { y: list.y + line, height: 1, ..list }, look.style(Role::Selected));
            }
            canvas.clicks.push((Rect { y: list.y + line, height: 1, ..list }, Click::Row(at)));
        }
        let last = inner.height.saturating_sub(1);
        canvas.row(inner, last).role("esc closes; j and k move; : finds a command by name", Role::Dim);
    }
}
