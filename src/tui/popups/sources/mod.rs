//! A tenant's sources: who sends, how each proves itself, how it is; and one of them in full. Asking is left to `tui::sources`.
//!
//! ```text
//! ┌ Sources of Acme Corp 4 ─────────────────────────────────────────────┐
//! │ ● alerts        native         12s ago   34/h                       │
//! │ ✖ dd-prod       datadog        3h ago     0/h refused 12            │
//! │ ○ kuma          uptime-kuma    never                                │
//! │ n adds  enter looks in  K new key  S new secret  x removes          │
//! ```

pub mod adding;
pub mod page;
pub mod pasting;
pub mod topic;
pub mod words;

use ratatui::layout::Rect;

use super::{Place, foot, rows};
use crate::core::id::TenantId;
use crate::core::time::{Moment, Span};
use crate::link::source::Shown;
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::layout;
use crate::tui::moves::Move;
use crate::tui::panes::detail::text::{Line, wrap};
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// What is shown is asked for again after this time.
const FRESH: Span = Span(2_000);

/// The popup's state.
#[derive(Debug)]
pub struct Sources {
    /// Whose.
    pub tenant: TenantId,
    known: Option<Vec<Shown>>,
    refused: Option<String>,
    list: Place,
    /// The selected one is shown in full, as these lines, so far down.
    open: Option<(Vec<Line>, Place)>,
    due: Due,
}

/// When to ask again: never twice at a time, and not before it makes sense.
#[derive(Clone, Copy, Debug, Default)]
pub struct Due {
    asked_at: Option<Moment>,
    answered: bool,
}

impl Due {
    /// Whether it is time, by `now`; if so, it counts as asked.
    pub fn comes(&mut self, now: Moment) -> bool {
        let due = self.asked_at.is_none_or(|at| self.answered && now - at >= FRESH);
        if due {
            *self = Self { asked_at: Some(now), answered: false };
        }
        due
    }

    /// There was an answer.
    pub fn answered(&mut self) {
        self.answered = true;
    }

    /// What is known is old, or the question is lost.
    pub fn now(&mut self) {
        self.asked_at = None;
    }
}

impl Sources {
    /// Nothing has come yet.
    pub fn new(tenant: TenantId) -> Self {
        Self { tenant, known: None, refused: None, list: Place::default(), open: None, due: Due::default() }
    }

    /// When to ask again.
    pub fn due(&mut self) -> &mut Due {
        &mut self.due
    }

    /// They have come, or a refusal; then what was known stays. The selection follows its source.
    pub fn answered(&mut self, answer: Result<Vec<Shown>, String>) {
        self.due.answered();
        match answer {
            Ok(mut known) => {
                let selected = self.selected().map(|one| one.name.clone());
                known.sort_by(|a, b| a.name.cmp(&b.name));
                let at = selected.as_ref().and_then(|name| known.iter().position(|one| one.name == *name));
                // What was looked at is gone.
                self.open.take_if(|_| at.is_none());
                let at = at.unwrap_or(self.list.at).min(known.len().saturating_sub(1));
                self.list = Place { at, len: known.len() };
                (self.known, self.refused) = (Some(known), None);
            }
            Err(why) => self.refused = Some(why),
        }
    }

    /// All of them, as far as they are known.
    pub fn all(&self) -> &[Shown] {
        self.known.as_deref().unwrap_or_default()
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Shown> {
        self.all().get(self.list.at)
    }

    /// Selects one by its name.
    pub fn select(&mut self, name: &str) {
        if let Some(at) = self.all().iter().position(|one| one.name == name) {
            self.list.at = at;
        }
    }

    /// Moves in the list, or in the one that is shown in full.
    pub fn go(&mut self, by: Move) {
        match &mut self.open {
            Some((_, scroll)) => scroll.go(by),
            None => self.list.go(by),
        }
    }

    /// Selects a row.
    pub fn point(&mut self, row: usize) {
        if self.open.is_none() {
            self.list.point(row);
        }
    }

    /// Shows the selected one in full, or the list again.
    pub fn look_in(&mut self) {
        self.open = match &self.open {
            None if self.selected().is_some() => Some((Vec::new(), Place::default())),
            _ => None,
        };
    }

    /// It is about to be shown on a screen of `area`.
    pub fn settle(&mut self, app: &App, area: Rect) {
        let inner = inner(area, self.height(true));
        let Some((_, before)) = self.open else { return };
        let Some(one) = self.selected() else { return };
        let lines = page::lines(app, &self.tenant, one, inner.width);
        let len = (lines.len() + 1).saturating_sub(inner.height.saturating_sub(1).into()).max(1);
        self.open = Some((lines, Place { at: before.at.min(len - 1), len }));
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = place(canvas.area(), self.height(self.open.is_some()));
        let whose = incidents::tenant_name(app, &self.tenant);
        let title = match (&self.open, self.selected()) {
            (Some(_), Some(one)) => format!("{} of {whose}", one.name),
            _ => {
                let count = self.known.as_ref().map(|known| format!(" {}", known.len())).unwrap_or_default();
                format!("Sources of {whose}{count}")
            }
        };
        let inner = canvas.frame(area, &title);
        let last = inner.height.saturating_sub(1);
        let body = Rect { height: last, ..inner };
        match (&self.known, &self.refused, &self.open) {
            (None, None, _) => canvas.row(body, 0).role("loading…", Role::Dim),
            (_, Some(why), _) => {
                for (line, text) in (0..body.height).zip(wrap(why, body.width.into())) {
                    canvas.row(body, line).role(&text, Role::Mistake);
                }
            }
            (Some(_), _, Some((lines, scroll))) => {
                for (line, text) in (0..body.height).zip(lines.iter().skip(scroll.at)) {
                    text.draw(&mut canvas.row(body, line));
                }
            }
            (Some(known), _, None) if known.is_empty() => canvas.row(body, 0).role("There is none.", Role::Popup),
            (Some(known), _, None) => rows::draw(canvas, body, &self.list, |at, row| {
                if let Some(one) = known.get(at) {
                    draw_row(app, row, one);
                }
            }),
        }
        let more = self.open.as_ref().map_or(0, |(_, scroll)| scroll.len.saturating_sub(scroll.at + 1));
        self.draw_foot(app, &mut canvas.row(inner, last), more);
    }

    fn draw_foot(&self, app: &App, row: &mut Row<'_, '_>, more: usize) {
        if more > 0 {
            row.at_right(&format!("{more} more {}", app.look.glyphs.down), app.look.style(Role::Badge));
        }
        let waits = self.selected().is_some_and(|one| words::waiting(one).is_some());
        let mut keys = Vec::new();
        keys.extend(waits.then_some(("decide-topic", "decides on its topic")));
        keys.push(("look-in", if self.open.is_some() { "the list" } else { "looks in" }));
        keys.extend([
            ("new-source", "adds"),
            ("last-message", "how its last was read"),
            ("rotate-source-key", "new key"),
            ("rotate-source-secret", "new secret"),
            ("source-paste", "what to paste"),
            ("source-unreadable", "unreadable"),
            ("remove-source", "removes"),
            ("close", "closes"),
        ]);
        foot::draw(app, row, &keys);
    }

    fn height(&self, whole: bool) -> u16 {
        if whole { u16::MAX } else { u16::try_from(self.all().len().max(2) + 3).unwrap_or(u16::MAX).max(8) }
    }
}

fn place(screen: Rect, height: u16) -> Rect {
    layout::middle(screen, 150, height.min(screen.height.saturating_sub(2)))
}

/// What is inside the frame.
fn inner(screen: Rect, height: u16) -> Rect {
    let area = place(screen, height);
    let (width, height) = (area.width.saturating_sub(4), area.height.saturating_sub(2));
    Rect { x: area.x + 2, y: area.y + 1, width, height }
}

fn draw_row(app: &App, row: &mut Row<'_, '_>, one: &Shown) {
    let look = &app.look;
    let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
    let width = row.left();
    let wrong = words::wrong(one);
    let (sign, role) = match (&wrong, one.health.seen_at) {
        (Some(_), _) => (look.glyphs.trouble, Role::Mistake),
        (None, Some(_)) => (look.glyphs.fine, Role::Fine),
        (None, None) => (look.glyphs.severity[0], Role::Dim),
    };
    row.cell(sign, 1, look.style(role));
    let seen = words::seen(app, one);
    if width < 60 {
        row.cell(&one.name, width / 2, text);
        row.cell(&seen, 8, dim);
        return row.role(&wrong.unwrap_or_default(), Role::Mistake);
    }
    row.cell(&one.name, if width < 100 { width / 5 } else { width / 6 }, text);
    row.cell(one.source.kind.name(), 14, dim);
    if width >= 100 {
        row.cell(words::scheme(&one.source.auth), 17, dim);
    }
    if width >= 130 {
        row.cell(words::path(&one.url), width / 4, dim);
    }
    row.cell(&seen, 8, if one.health.seen_at.is_some() { text } else { dim });
    row.number(&words::rate(one), 6, dim);
    row.role(&wrong.unwrap_or_default(), Role::Mistake);
}
