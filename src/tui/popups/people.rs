//! Who is on, where they sit, and what they look at.
//!
//! ```text
//! ┌ On 3 ────────────────────────────────────────────────────────────┐
//! │ priya  jump-1 pts/4  1h  comp_acme-i1 payment-gw high_latency     │
//! │ sam    sam-laptop    4m  over the network; types in comp_acme-s3  │
//! ```

use std::sync::Arc;

use ratatui::layout::Rect;

use super::Place;
use crate::core::input::Actor;
use crate::core::person::Present;
use crate::tui::app::{App, Phase};
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::moves::Move;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug, Default)]
pub struct People {
    present: Arc<Vec<Present>>,
    list: Place,
}

impl People {
    /// Takes in who is on by now; the selection follows its seat.
    pub fn refresh(&mut self, present: &Arc<Vec<Present>>) {
        if Arc::ptr_eq(&self.present, present) {
            return;
        }
        let selected = self.present.get(self.list.at).map(|one| one.seat_number);
        let at = present.iter().position(|one| Some(one.seat_number) == selected);
        self.list = Place { at: at.unwrap_or(self.list.at).min(present.len().saturating_sub(1)), len: present.len() };
        self.present = present.clone();
    }

    /// Moves.
    pub fn go(&mut self, by: Move) {
        self.list.go(by);
    }

    /// Selects a row.
    pub fn point(&mut self, row: usize) {
        self.list.point(row);
    }

    /// Draws it: a line for each seat.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.present.len().max(1) + 3).unwrap_or(u16::MAX);
        let area = layout::middle(screen, 110, height.min(screen.height.saturating_sub(2)));
        let inner = canvas.frame(area, &format!("On {}", self.present.len()));
        let body = Rect { height: inner.height.saturating_sub(1), ..inner };
        canvas.row(inner, body.height).role("esc closes", Role::Dim);
        if app.phase != Phase::Live {
            return canvas.row(body, 0).role("Nobody knows while the engine is away.", Role::Mistake);
        }
        if self.present.is_empty() {
            return canvas.row(body, 0).role("The engine has not said.", Role::Dim);
        }
        let look = canvas.look;
        let wide = |of: fn(&Present) -> &str| self.present.iter().map(|one| of(one).chars().count()).max().unwrap_or(0);
        let width = |longest: usize, most: u16| u16::try_from(longest).unwrap_or(most).clamp(3, most);
        let narrow = body.width < 70;
        let (who, seat) = (width(wide(|one| &one.who), 16), width(wide(|one| &one.seat), if narrow { 12 } else { 24 }));
        let first = self.list.offset(body.height);
        let shown = self.present.iter().enumerate().skip(first).take(body.height.into());
        for (line, (at, one)) in shown.enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(body, line);
            let me = app.is_me(one);
            row.cell(&one.who, who, look.style(if me { Role::Dim } else { Role::Title }));
            row.cell(&one.seat, seat, look.style(Role::Dim));
            row.number(&(app.now - one.since).to_string(), 4, look.style(Role::Dim));
            row.role(&doing(app, one, me), Role::Popup);
            let place = Rect { y: body.y + line, height: 1, ..body };
            if at == self.list.at {
                canvas.tint(place, look.style(Role::Selected));
            }
            canvas.clicks.push((place, Click::Row(at)));
        }
    }
}

/// What somebody is at: what they look at, which session they type in, how they came.
fn doing(app: &App, one: &Present, me: bool) -> String {
    let mut said = Vec::new();
    said.extend(one.looks_at.as_ref().map(|id| match app.board.incident(id) {
        Some(incident) => format!("{id} {} {}", incident.asset_name, incident.signature),
        None => id.to_string(),
    }));
    let actor = Actor { who: one.who.clone(), seat: one.seat.clone() };
    let typed = app.board.sessions().filter(|session| !session.is_over() && session.driver.as_ref() == Some(&actor));
    said.extend(typed.map(|session| format!("types in {}", session.id)));
    said.extend(one.remote.then(|| "over the network".to_owned()));
    said.extend(me.then(|| "this seat".to_owned()));
    said.join("; ")
}
