//! What stands where incidents would be: why there are none, and what to type next.

use ratatui::layout::Rect;

use super::app::{App, Phase};
use super::canvas::Canvas;
use super::theme::Role;
use crate::core::board::TenantPanel;
use crate::core::{pulse, tour};

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let mut lines = Lines { area, line: 1 };
    let first = app.board.tenants.values().find_map(|panel| panel.tenant.as_ref());
    let seen = |panel: &TenantPanel| panel.last_alert_at.is_some() || !panel.incidents.is_empty();
    let received = app.board.pulse.received > 0 || app.board.tenants.values().any(seen);
    match (&app.phase, first) {
        (Phase::Waiting, _) => lines.say(canvas, "loading…", Role::Dim),
        (_, None) if app.board.pulse.loading => lines.say(canvas, "loading tenants…", Role::Dim),
        (_, None) => {
            let add = if app.read_only { "In another terminal:" } else { "enter adds the first; so does, in a shell:" };
            lines.say(canvas, &format!("No tenant yet. {add}"), Role::Text);
            lines.gap();
            lines.say(canvas, tour::ADD_TENANT, Role::Key);
            lines.gap();
            lines.say(canvas, "Both show the key, the secret and a command that sends the first alert.", Role::Text);
        }
        _ if !app.filter.is_empty() || app.narrowed.is_some() => {
            let back = app.key_of("back");
            let text = format!("Nothing matches. {} open in all; {back} steps back.", app.board.open());
            lines.say(canvas, &text, Role::Text);
        }
        (_, Some(_)) if received => {
            let fine = canvas.look.glyphs.fine;
            lines.say(canvas, &format!("{fine} No open incidents."), Role::Fine);
        }
        (_, Some(tenant)) => {
            let (id, secret) = (&tenant.id, "KEY=… SECRET=…");
            lines.say(
                canvas,
                &format!("No alert yet. Send the first one of {} from a shell:", tenant.name),
                Role::Text,
            );
            lines.gap();
            lines.say(canvas, secret, Role::Key);
            for line in tour::curl(&base_url(app)) {
                lines.say(canvas, &line, Role::Key);
            }
            lines.gap();
            let lost =
                format!("KEY and SECRET were shown by `tenant add`; `alert-whisperer tenant rotate-key {id}` and");
            lines.say(canvas, &lost, Role::Dim);
            lines.say(canvas, &format!("`alert-whisperer tenant rotate-secret {id}` make new ones."), Role::Dim);
        }
    }
}

fn base_url(app: &App) -> String {
    let listening = app.board.pulse.listen.as_deref().map(pulse::base_url);
    app.base_url.clone().or(listening).unwrap_or_else(|| "http://127.0.0.1:8001".into())
}

struct Lines {
    area: Rect,
    line: u16,
}

impl Lines {
    /// Writes a text that may take several rows: what is cut could not be copied.
    fn say(&mut self, canvas: &mut Canvas<'_>, text: &str, role: Role) {
        let room = usize::from(self.area.width.saturating_sub(2)).max(1);
        let characters: Vec<char> = text.chars().collect();
        for part in characters.chunks(room) {
            let mut row = canvas.row(self.area, self.line);
            row.skip(1);
            row.role(&part.iter().collect::<String>(), role);
            self.line += 1;
        }
    }

    fn gap(&mut self) {
        self.line += 1;
    }
}
