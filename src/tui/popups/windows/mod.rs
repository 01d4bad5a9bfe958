//! Silences and maintenance windows: the list of them, and the form in which one is made. What is done to them is asked by
//! `tui::windows`.

pub mod form;
pub mod reading;

use std::sync::Arc;

use ratatui::layout::Rect;

use super::Place;
use crate::core::board::Board;
use crate::core::id::TenantId;
use crate::core::silence::Window;
use crate::core::time::Moment;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::moves::Move;
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// The list's state.
#[derive(Debug)]
pub struct Windows {
    /// The only tenant shown.
    pub narrowed: Option<TenantId>,
    rows: Vec<(TenantId, Arc<Window>)>,
    list: Place,
}

impl Windows {
    /// Those of a tenant, or of all.
    pub fn new(narrowed: Option<TenantId>, board: &Board) -> Self {
        let mut list = Self { narrowed, rows: Vec::new(), list: Place::default() };
        list.refresh(board);
        list
    }

    /// Takes in what has changed; the selection follows its window.
    pub fn refresh(&mut self, board: &Board) {
        let name = |(id, window): &(TenantId, Arc<Window>)| (id.clone(), window.number);
        let selected = self.selected().map(name);
        let shown = board.tenants.iter().filter(|(id, _)| self.narrowed.as_ref().is_none_or(|only| only == *id));
        let each = shown.flat_map(|(id, panel)| panel.windows.values().map(|window| (id.clone(), window.clone())));
        self.rows = each.collect();
        let at = selected.and_then(|selected| self.rows.iter().position(|row| name(row) == selected));
        let at = at.unwrap_or(self.list.at).min(self.rows.len().saturating_sub(1));
        self.list = Place { at, len: self.rows.len() };
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&(TenantId, Arc<Window>)> {
        self.rows.get(self.list.at)
    }

    /// Moves.
    pub fn go(&mut self, by: Move) {
        self.list.go(by);
    }

    /// Draws it: a line for each, and below them all about the selected one.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.rows.len().max(1) + 5).unwrap_or(u16::MAX);
        let area = layout::middle(screen, 110, height.min(screen.height.saturating_sub(2)));
        let whose = self
            .narrowed
            .as_ref()
            .map_or_else(|| "all tenants".into(), |id| incidents::tenant_name(app, id).to_owned());
        let inner = canvas.frame(area, &format!("Silences and maintenance windows of {whose}"));
        let last = inner.height.saturating_sub(1);
        let body = Rect { height: inner.height.saturating_sub(3), ..inner };
        let look = canvas.look;
        let first = self.list.offset(body.height);
        let roomy = inner.width >= 70;
        for (line, (at, (tenant, window))) in
            self.rows.iter().enumerate().skip(first).take(body.height.into()).enumerate()
        {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(body, line);
            row.number(&window.number.to_string(), 3, look.style(Role::Dim));
            let (state, role) = state(window, app.now);
            row.cell(&state, 12, look.style(role));
            if roomy && self.narrowed.is_none() {
                row.cell(incidents::tenant_name(app, tenant), 16, look.style(Role::Popup));
            }
            if roomy {
                row.cell(&window.matches.to_string(), 28, look.style(Role::Popup));
                row.cell(&window.author, 10, look.style(Role::Dim));
                row.role(&window.reason, Role::Popup);
            } else {
                row.role(&window.matches.to_string(), Role::Popup);
            }
            if at == self.list.at {
                canvas.tint(Rect { y: body.y + line, height: 1, ..body }, look.style(Role::Selected));
            }
        }
        match self.selected() {
            Some((tenant, window)) => {
                canvas.row(inner, last.saturating_sub(2)).role(&form::when(window, app.now), Role::Popup);
                let Window { author, reason, .. } = &**window;
                let whose = incidents::tenant_name(app, tenant);
                canvas.row(inner, last.saturating_sub(1)).role(&format!("{whose}, {author}: {reason}"), Role::Popup);
            }
            None => canvas.row(body, 0).role("There are none.", Role::Popup),
        }
        let hint = [("n", " new  "), ("e", " change  "), ("x", " end  "), ("esc", " closes")];
        let mut row = canvas.row(inner, last);
        for (key, does) in hint {
            row.role(key, Role::Key);
            row.role(does, Role::Dim);
        }
    }
}

/// Whether a window is on, and until when.
fn state(window: &Window, now: Moment) -> (String, Role) {
    match (window.covers(now), window.ends_at(now), window.next_begin(now)) {
        (true, Some(end), _) => (format!("now, {} left", end - now), Role::Badge),
        (true, None, _) => ("now, no end".into(), Role::Badge),
        (false, _, Some(begin)) => (format!("in {}", begin - now), Role::Dim),
        (false, _, None) => ("over".into(), Role::Dim),
    }
}
