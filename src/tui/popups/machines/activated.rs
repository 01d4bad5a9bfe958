//! What a machine outside of AWS registers with, shown this once. It is nowhere else at a seat: not in what it remembers, not in its
//! log, not in any debug output; when this closes, it is wiped.
//!
//! Without side walls and from the first column: what a terminal selects with its mouse can be pasted as it stands.

use ratatui::layout::Rect;

use crate::core::credentials::Secret;
use crate::core::id::TenantId;
use crate::core::node::Activation;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::panes::detail::text::wrap;
use crate::tui::popups::Place;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Activated {
    /// How far down.
    pub list: Place,
    tenant: TenantId,
    activation: Box<Activation>,
    room: u16,
}

impl Activated {
    /// With what was issued.
    pub fn new(tenant: TenantId, activation: Box<Activation>) -> Self {
        Self { list: Place::default(), tenant, activation, room: 0 }
    }

    /// What to run on the machine.
    pub fn command(&self) -> &Secret {
        &self.activation.command.0
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect) {
        self.room = area.height.saturating_sub(3);
        let height = self.secret_lines(area.width).len() + HEAD;
        self.list.len = (height + 1).saturating_sub(self.room.into()).max(1);
        self.list.at = self.list.at.min(self.list.len - 1);
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = canvas.area();
        canvas.clear(area, Role::Popup);
        canvas.title(area, &format!("An activation for {}; this is shown once", self.tenant), true);
        let until = clock::day_and_time(app, self.activation.expires_at);
        let head = [
            (format!("One machine can register with it until {until}. On it, as its administrator:"), Role::Popup),
            (String::new(), Role::Popup),
        ];
        let lines = head.into_iter().chain(self.secret_lines(area.width));
        for (line, (text, role)) in (0..self.room).zip(lines.skip(self.list.at)) {
            canvas.row(area, line + 2).role(&text, role);
        }
        let last = area.height.saturating_sub(1);
        canvas.row(area, last).role("c copies the command; esc closes, and it is gone", Role::Dim);
    }

    fn secret_lines(&self, width: u16) -> Vec<(String, Role)> {
        let Activation { id, code, command, .. } = &*self.activation;
        let lines = [
            (command.0.expose().to_owned(), Role::Key),
            (String::new(), Role::Popup),
            (format!("activation id    {id}"), Role::Popup),
            (format!("activation code  {}", code.0.expose()), Role::Popup),
        ];
        let wrapped =
            |(text, role): (String, Role)| wrap(&text, width.into()).into_iter().map(move |line| (line, role));
        lines.into_iter().flat_map(wrapped).collect()
    }
}

/// Lines above those that hold the code.
const HEAD: usize = 2;
