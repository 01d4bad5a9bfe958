//! A tenant's unreadable requests: what was wrong with each, and what it looked like. What is done with them is asked for by
//! `tui::sources`.
//!
//! ```text
//! ┌ Unreadable requests of Acme Corp 2 ────────────────────────────────┐
//! │ 03:09:40 dd-prod    not JSON: trailing comma                        │
//! │ 03:02:11 kuma       no alert is in it /monitor/name                 │
//! │ enter as it came  e how it would be read now  r takes it again      │
//! ```

mod body;

use ratatui::layout::Rect;

use super::{Place, foot, rows};
use crate::core::id::TenantId;
use crate::link::{Quarantined, Refusal, Reply};
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::clock;
use crate::tui::layout;
use crate::tui::moves::Move;
use crate::tui::panes::detail::text::{Line, hanging, wrap};
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Quarantine {
    /// Whose.
    pub tenant: TenantId,
    /// Only those of this source.
    pub source: Option<String>,
    list: Place,
    state: State,
    /// The selected one as it came, and how far down.
    open: Option<(Vec<Line>, Place)>,
    /// How wide those lines are.
    width: u16,
}

#[derive(Debug)]
enum State {
    Asked,
    Refused(String),
    Known(Vec<Quarantined>),
}

impl Quarantine {
    /// Nothing has come yet.
    pub fn new(tenant: TenantId, source: Option<String>) -> Self {
        Self { tenant, source, list: Place::default(), state: State::Asked, open: None, width: 0 }
    }

    /// The requests have come, or a refusal. The selection follows its request.
    pub fn answered(&mut self, answer: &Result<Reply, Refusal>) {
        let selected = self.selected().map(|request| request.number);
        self.state = match answer {
            Ok(Reply::Quarantine(requests)) => {
                let wanted = |request: &&Quarantined| self.source.as_ref().is_none_or(|of| request.source == *of);
                State::Known(requests.iter().filter(wanted).cloned().collect())
            }
            Ok(_) => State::Refused("the engine answered something else".into()),
            Err(refusal) => State::Refused(refusal.message.clone()),
        };
        let len = self.requests().len();
        let at = selected.and_then(|number| self.requests().iter().position(|request| request.number == number));
        // What was looked at is gone.
        self.open.take_if(|_| at.is_none());
        self.list = Place { at: at.unwrap_or(self.list.at).min(len.saturating_sub(1)), len };
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Quarantined> {
        self.requests().get(self.list.at)
    }

    /// How many of a source are listed.
    pub fn count_of(&self, source: &str) -> usize {
        self.requests().iter().filter(|request| request.source == source).count()
    }

    /// Moves in the list, or in the request.
    pub fn go(&mut self, by: Move) {
        match &mut self.open {
            Some((_, place)) => place.go(by),
            None => self.list.go(by),
        }
    }

    /// Selects a row.
    pub fn point(&mut self, row: usize) {
        if self.open.is_none() {
            self.list.point(row);
        }
    }

    /// Shows the selected request, or the list again.
    pub fn look_in(&mut self) {
        self.open = match (&self.open, self.selected()) {
            (None, Some(_)) => Some((Vec::new(), Place::default())),
            _ => None,
        };
        self.width = 0;
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect) {
        let body = body_of(place(area));
        let Some((lines, before)) = self.open.take() else { return };
        // A body may be long: it is laid out once for a width.
        let lines = match self.selected() {
            Some(request) if self.width != body.width => shown(request, body.width),
            _ => lines,
        };
        self.width = body.width;
        let len = (lines.len() + 1).saturating_sub(body.height.into()).max(1);
        self.open = Some((lines, Place { at: before.at.min(len - 1), len }));
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = place(canvas.area());
        let whose = incidents::tenant_name(app, &self.tenant);
        let of = self.source.as_ref().map(|source| format!("{source} of ")).unwrap_or_default();
        let count = match &self.state {
            State::Known(requests) => format!(" {}", requests.len()),
            _ => String::new(),
        };
        let inner = canvas.frame(area, &format!("Unreadable requests of {of}{whose}{count}"));
        let body = body_of(area);
        match (&self.state, &self.open) {
            (State::Asked, _) => canvas.row(body, 0).role("loading…", Role::Dim),
            (State::Refused(message), _) => {
                for (line, text) in (0..body.height).zip(wrap(message, body.width.into())) {
                    canvas.row(body, line).role(&text, Role::Mistake);
                }
            }
            (State::Known(requests), _) if requests.is_empty() => {
                canvas.row(body, 0).role("There are none.", Role::Popup);
            }
            (State::Known(requests), None) => rows::draw(canvas, body, &self.list, |at, row| {
                if let Some(request) = requests.get(at) {
                    draw_row(app, row, request);
                }
            }),
            (State::Known(_), Some((lines, scroll))) => {
                for (line, text) in (0..body.height).zip(lines.iter().skip(scroll.at)) {
                    text.draw(&mut canvas.row(body, line));
                }
            }
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        let more = self.open.as_ref().map_or(0, |(_, scroll)| scroll.len.saturating_sub(scroll.at + 1));
        if more > 0 {
            row.at_right(&format!("{more} more {}", app.look.glyphs.down), app.look.style(Role::Badge));
        }
        let keys = [
            ("look-in", if self.open.is_some() { "the list" } else { "as it came" }),
            ("how-read", "how it is read now"),
            ("replay", "takes it again"),
            ("replay-all", "all of its source"),
            ("discard", "forgets it"),
            ("close", "closes"),
        ];
        let any = !self.requests().is_empty();
        foot::draw(app, &mut row, if any { &keys } else { keys.last_chunk::<1>().map_or(&[], |last| last) });
    }

    fn requests(&self) -> &[Quarantined] {
        match &self.state {
            State::Known(requests) => requests,
            State::Asked | State::Refused(_) => &[],
        }
    }
}

/// Where it is on a screen.
fn place(screen: Rect) -> Rect {
    layout::middle(screen, 110, screen.height.saturating_sub(4))
}

/// Where its rows are: within the frame, above the keys.
fn body_of(area: Rect) -> Rect {
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(3) }
}

fn draw_row(app: &App, row: &mut Row<'_, '_>, request: &Quarantined) {
    let look = &app.look;
    row.role(&format!("{}  ", clock::day_and_time(app, request.at)), Role::Dim);
    row.cell(&request.source, if row.left() < 50 { 8 } else { 16 }, look.style(Role::Popup));
    row.role(&format!("{} {}", request.reason, request.fields.join(" ")), Role::Popup);
}

/// What is wrong with it, and all of it.
fn shown(request: &Quarantined, width: u16) -> Vec<Line> {
    let what = format!("{} {}", request.reason, request.fields.join(" "));
    let mut lines = hanging(Line::default(), &what, Role::Mistake, width);
    let how = if body::json(&request.raw).is_some() { "JSON, laid out" } else { "as they came" };
    let size = format!("{} bytes from {}, {how}:", request.raw.len(), request.source);
    lines.extend(hanging(Line::default(), &size, Role::Dim, width));
    lines.extend(body::lines(&request.raw, width));
    lines
}
