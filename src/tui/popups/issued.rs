//! A new tenant's keys and secret, shown this once, and a command that sends its first alert. They are nowhere else at a seat:
//! not in what it remembers, not in its log, not in any debug output.
//!
//! Without side walls and from the first column: what a terminal selects with its mouse can be pasted as it stands.

use ratatui::layout::Rect;

use super::Place;
use crate::core::tour;
use crate::link::Issued;
use crate::tui::canvas::Canvas;
use crate::tui::panes::detail::text::wrap;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Keys {
    /// How far down.
    pub list: Place,
    issued: Box<Issued>,
    room: u16,
}

impl Keys {
    /// With what was issued.
    pub fn new(issued: Box<Issued>) -> Self {
        Self { list: Place::default(), issued, room: 0 }
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect) {
        self.room = area.height.saturating_sub(3);
        self.list.len = (self.lines(area.width).len() + 1).saturating_sub(self.room.into());
        self.list.at = self.list.at.min(self.list.len.saturating_sub(1));
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let area = canvas.area();
        canvas.clear(area, Role::Popup);
        canvas.title(area, &format!("{} is added; this is shown once", self.issued.tenant), true);
        for (line, (text, role)) in self.lines(area.width).into_iter().skip(self.list.at).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            if line >= self.room {
                break;
            }
            canvas.row(area, line + 2).role(&text, role);
        }
        let last = area.height.saturating_sub(1);
        canvas.row(area, last).role("copy it, then esc closes", Role::Dim);
    }

    fn lines(&self, width: u16) -> Vec<(String, Role)> {
        let Issued { base_url, api_key, hmac_secret, alertmanager_key, .. } = &*self.issued;
        let mut lines: Vec<(String, Role)> = Vec::new();
        if let (Some(key), Some(secret)) = (api_key, hmac_secret) {
            lines.push(("Send its first alert from a shell:".into(), Role::Popup));
            lines.push((String::new(), Role::Popup));
            lines.push((format!("KEY={key}; SECRET={secret}"), Role::Key));
            lines.extend(tour::curl(base_url).map(|line| (line, Role::Key)));
            lines.push((String::new(), Role::Popup));
        }
        let named = [("api_key", api_key), ("hmac_secret", hmac_secret), ("alertmanager_key", alertmanager_key)];
        for (name, value) in named {
            lines.extend(value.as_ref().map(|value| (format!("{name:<17} {value}"), Role::Popup)));
        }
        let wrapped =
            |(text, role): (String, Role)| wrap(&text, width.into()).into_iter().map(move |line| (line, role));
        lines.into_iter().flat_map(wrapped).collect()
    }
}
