//! Refused requests since the start, by tenant and cause: a sender that fails for hours shows here.

use ratatui::layout::Rect;

use super::Place;
use crate::core::pulse::Pulse;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Refused {
    /// How far down.
    pub list: Place,
}

impl Refused {
    /// With as many rows as there are by now; a tenant that is refused later is drawn, but not scrolled to.
    pub fn new(pulse: &Pulse) -> Self {
        let len = pulse.refused.values().map(std::collections::BTreeMap::len).sum::<usize>() + 1;
        Self { list: Place { at: 0, len } }
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let pulse = &app.board.pulse;
        let known = pulse.refused.iter().flat_map(|(id, causes)| {
            let name = incidents::tenant_name(app, id);
            causes.iter().map(move |(cause, count)| (name, cause.as_str(), *count))
        });
        let strangers = (pulse.strangers > 0).then_some(("-", "no known key", pulse.strangers));
        let mut rows: Vec<_> = known.chain(strangers).collect();
        rows.sort_by_key(|(name, cause, count)| (std::cmp::Reverse(*count), *name, *cause));
        let screen = canvas.area();
        let height = u16::try_from(rows.len().max(1) + 3).unwrap_or(u16::MAX);
        let area = layout::middle(screen, 70, height.min(screen.height.saturating_sub(2)));
        let inner = canvas.frame(area, &format!("Refused requests {}", pulse.refused_total()));
        let look = canvas.look;
        let body = Rect { height: inner.height.saturating_sub(1), ..inner };
        if rows.is_empty() {
            canvas.row(body, 0).role("None since the start.", Role::Popup);
        }
        let first = self.list.at.min(rows.len().saturating_sub(body.height.into()));
        for (line, (name, cause, count)) in rows.into_iter().skip(first).enumerate() {
            let mut row = canvas.row(body, u16::try_from(line).unwrap_or(u16::MAX));
            row.number(&count.to_string(), (inner.width / 6).min(9), look.style(Role::Badge));
            row.cell(name, (inner.width / 3).min(26), look.style(Role::Popup));
            row.role(cause, Role::Popup);
        }
        canvas.row(inner, body.height).role("esc closes", Role::Dim);
    }
}
