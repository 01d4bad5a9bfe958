//! A tenant's unreadable requests: what was wrong with each, and what it looked like.

use ratatui::layout::Rect;

use super::Place;
use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::link::{Quarantined, Refusal, Reply};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::moves::Move;
use crate::tui::panes::detail::readable;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Quarantine {
    /// Whose.
    pub tenant: TenantId,
    /// The selected one.
    pub list: Place,
    state: State,
    /// The selected one as it came, and how far down.
    open: Option<(Vec<SafeText>, Place)>,
}

#[derive(Debug)]
enum State {
    Asked,
    Refused(String),
    Known(Vec<Quarantined>),
}

impl Quarantine {
    /// Nothing has come yet.
    pub fn new(tenant: TenantId) -> Self {
        Self { tenant, list: Place::default(), state: State::Asked, open: None }
    }

    /// The requests have come, or a refusal.
    pub fn answered(&mut self, answer: &Result<Reply, Refusal>) {
        self.state = match answer {
            Ok(Reply::Quarantine(requests)) => State::Known(requests.clone()),
            Ok(_) => State::Refused("the engine answered something else".into()),
            Err(refusal) => State::Refused(refusal.message.clone()),
        };
        self.list = Place { at: 0, len: self.requests().len() };
    }

    /// Moves in the list, or in the request.
    pub fn go(&mut self, by: Move) {
        match &mut self.open {
            Some((_, place)) => place.go(by),
            None => self.list.go(by),
        }
    }

    /// Shows the selected request, or the list again.
    pub fn look_in(&mut self) {
        self.open = match (&self.open, self.requests().get(self.list.at)) {
            (None, Some(request)) => {
                let lines = readable(&request.raw);
                let place = Place { at: 0, len: lines.len() };
                Some((lines, place))
            }
            _ => None,
        };
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let area = layout::middle(screen, 110, screen.height.saturating_sub(4));
        let inner = canvas.frame(area, &format!("Unreadable requests of {}", self.tenant));
        let last = inner.height.saturating_sub(1);
        let body = Rect { height: last, ..inner };
        let hint = if self.open.is_some() { "enter: the list; esc closes" } else { "enter: as it came; esc closes" };
        canvas.row(inner, last).role(hint, Role::Dim);
        match (&self.state, &self.open) {
            (State::Asked, _) => canvas.row(body, 0).role("loading…", Role::Dim),
            (State::Refused(message), _) => canvas.row(body, 0).role(message, Role::Mistake),
            (State::Known(requests), _) if requests.is_empty() => {
                canvas.row(body, 0).role("There are none.", Role::Popup);
            }
            (State::Known(requests), None) => self.draw_list(app, canvas, body, requests),
            (State::Known(_), Some((lines, place))) => {
                for (line, text) in lines.iter().skip(place.at).take(body.height.into()).enumerate() {
                    canvas.row(body, u16::try_from(line).unwrap_or(u16::MAX)).role(text, Role::Popup);
                }
            }
        }
    }

    fn draw_list(&self, app: &App, canvas: &mut Canvas<'_>, body: Rect, requests: &[Quarantined]) {
        let look = canvas.look;
        let first = self.list.offset(body.height);
        for (line, (at, request)) in requests.iter().enumerate().skip(first).take(body.height.into()).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(body, line);
            row.role(&format!("{}  ", clock::day_and_time(app, request.at)), Role::Dim);
            row.cell(&request.source, 12, look.style(Role::Popup));
            row.role(&format!("{} {}", request.reason, request.fields.join(" ")), Role::Popup);
            if at == self.list.at {
                canvas.tint(Rect { y: body.y + line, height: 1, ..body }, look.style(Role::Selected));
            }
            canvas.clicks.push((Rect { y: body.y + line, height: 1, ..body }, Click::Row(at)));
        }
    }

    fn requests(&self) -> &[Quarantined] {
        match &self.state {
            State::Known(requests) => requests,
            State::Asked | State::Refused(_) => &[],
        }
    }
}
