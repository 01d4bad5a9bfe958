//! Quitting while sessions are open: what becomes of them is for the operator to say. Staying is the answer to every other key.
//!
//! ```text
//! ┌ Quit with 2 sessions open? ────────────────┐
//! │ shell on web-01 (comp_acme-s3)             │
//! │ port 5432 of db-01 (comp_acme-s4)          │
//! │ e ends them and quits  d leaves them open… │
//! ```

use ratatui::layout::Rect;

use super::foot;
use crate::core::id::SessionId;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Leaving {
    /// The sessions that it is about.
    pub sessions: Vec<SessionId>,
    /// It was said what becomes of them, and the seat ends once that is done.
    pub waits: bool,
}

impl Leaving {
    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.sessions.len() + 5).unwrap_or(u16::MAX);
        let area = layout::middle(screen, 84, height.min(screen.height.saturating_sub(2)));
        let count = self.sessions.len();
        let title = format!("Quit with {count} session{} open?", if count == 1 { "" } else { "s" });
        let inner = canvas.frame(area, &title);
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        let room = usize::from(list.height);
        for (line, id) in self.sessions.iter().take(room).enumerate() {
            let words = app.board.session(id).map_or_else(|| id.to_string(), |session| session.headline());
            let more = count.saturating_sub(line + 1);
            let cut = line + 1 == room && more > 0;
            let words = if cut { format!("{words}, and {more} more") } else { words };
            canvas.row(list, u16::try_from(line).unwrap_or(u16::MAX)).role(&words, Role::Popup);
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(2));
        match (self.waits, app.embedded) {
            (true, _) => row.role("on its way; once more quits at once", Role::Badge),
            (false, true) => row.role("The engine runs in this seat: they end with it.", Role::Badge),
            (false, false) => row.role("What runs in those that are ended ends with them.", Role::Dim),
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        let mut keys = vec![("end-and-quit", "ends them and quits")];
        keys.extend((!app.embedded).then_some(("detach-and-quit", "leaves them open and quits")));
        keys.push(("stay", "stays"));
        foot::draw(app, &mut row, &keys);
    }
}
