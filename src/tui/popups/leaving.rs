//! Quitting while sessions are open, or while others are on the engine that runs in this seat: what becomes of them is for the
//! operator to say. Staying is the answer to every other key.
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
    /// Those who are on the engine of this seat, and where they sit.
    pub others: Vec<String>,
    /// It was said what becomes of them, and the seat ends once that is done.
    pub waits: bool,
}

impl Leaving {
    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let session =
            |id: &SessionId| app.board.session(id).map_or_else(|| id.to_string(), |session| session.headline());
        let lines: Vec<String> = self.sessions.iter().map(session).chain(self.others.iter().cloned()).collect();
        let height = u16::try_from(lines.len() + 5).unwrap_or(u16::MAX);
        let area = layout::middle(screen, 84, height.min(screen.height.saturating_sub(2)));
        let inner = canvas.frame(area, &self.title());
        let list = Rect { height: inner.height.saturating_sub(2), ..inner };
        let room = usize::from(list.height);
        for (line, words) in lines.iter().take(room).enumerate() {
            let more = lines.len().saturating_sub(line + 1);
            let cut = line + 1 == room && more > 0;
            let words = if cut { format!("{words}, and {more} more") } else { words.clone() };
            canvas.row(list, u16::try_from(line).unwrap_or(u16::MAX)).role(&words, Role::Popup);
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(2));
        let alone = !self.others.is_empty();
        match (self.waits, app.embedded) {
            (true, _) => row.role("on its way; once more quits at once", Role::Badge),
            (false, true) if self.sessions.is_empty() => row.role("The engine runs in this seat.", Role::Badge),
            (false, true) if alone => row.role("The engine runs in this seat: sessions end with it.", Role::Badge),
            (false, true) => row.role("The engine runs in this seat: they end with it.", Role::Badge),
            (false, false) => row.role("What runs in those that are ended ends with them.", Role::Dim),
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        let mut keys = Vec::new();
        keys.extend((alone && app.hands_over).then_some(("leave-engine", "leaves the engine running")));
        keys.push(("end-and-quit", if alone { "ends it for all" } else { "ends them and quits" }));
        keys.extend((!app.embedded).then_some(("detach-and-quit", "leaves them open and quits")));
        keys.push(("stay", "stays"));
        foot::draw(app, &mut row, &keys);
    }

    fn title(&self) -> String {
        let sessions = (self.sessions.len(), "session", "open");
        let others = (self.others.len(), "other", "on");
        let counted = [sessions, others].into_iter().filter(|(count, ..)| *count > 0);
        let words = |(count, what, how)| format!("{count} {what}{} {how}", if count == 1 { "" } else { "s" });
        format!("Quit with {}?", counted.map(words).collect::<Vec<_>>().join(" and "))
    }
}
