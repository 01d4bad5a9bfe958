//! The end of a tenant's audit log, the latest entry first. Whether the log is whole is for the command line to say.
//!
//! ```text
//! ┌ Audit log of comp_acme ─────────────────────────────────────────────────┐
//! │ 03:11:40 priya        execution.ask comp_acme-x4   waits for approval    │
//! │ 03:09:02 sam          incident.note comp_acme-i1   done                  │
//! │ enter: all of it; esc closes                                             │
//! ```

use ratatui::layout::Rect;

use super::Place;
use crate::core::audit::{DONE, Entry};
use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::moves::Move;
use crate::tui::panes::detail::readable;
use crate::tui::theme::Role;

/// Entries that are shown, at most.
pub const ENTRIES: usize = 500;

/// The popup's state.
#[derive(Debug)]
pub struct Audit {
    /// Whose.
    pub tenant: TenantId,
    /// The selected entry.
    pub list: Place,
    state: State,
    /// All of the selected one, and how far down.
    open: Option<(Vec<SafeText>, Place)>,
}

#[derive(Debug)]
enum State {
    Asked,
    Refused(String),
    /// The latest first, each as it is kept and as it reads.
    Known(Vec<(String, Option<Box<Entry>>)>),
}

impl Audit {
    /// Nothing has come yet.
    pub fn new(tenant: TenantId) -> Self {
        Self { tenant, list: Place::default(), state: State::Asked, open: None }
    }

    /// The entries have come, or a refusal.
    pub fn answered(&mut self, answer: &Result<Reply, Refusal>) {
        let read = |kept: &String| (kept.clone(), serde_json::from_str(kept).ok());
        self.state = match answer {
            Ok(Reply::Audit(entries)) => State::Known(entries.iter().rev().map(read).collect()),
            Ok(_) => State::Refused("the engine answered something else".into()),
            Err(refusal) => State::Refused(refusal.message.clone()),
        };
        self.list = Place { at: 0, len: self.entries().len() };
    }

    /// Moves in the list, or in the entry.
    pub fn go(&mut self, by: Move) {
        match &mut self.open {
            Some((_, place)) => place.go(by),
            None => self.list.go(by),
        }
    }

    /// Shows all of the selected entry, or the list again.
    pub fn look_in(&mut self) {
        self.open = match (&self.open, self.entries().get(self.list.at)) {
            (None, Some((kept, _))) => {
                let lines = readable(kept.as_bytes());
                let place = Place { at: 0, len: lines.len() };
                Some((lines, place))
            }
            _ => None,
        };
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let area = layout::middle(screen, 130, screen.height.saturating_sub(4));
        let inner = canvas.frame(area, &format!("Audit log of {}", self.tenant));
        let last = inner.height.saturating_sub(1);
        let body = Rect { height: last, ..inner };
        let hint = if self.open.is_some() { "enter: the list; esc closes" } else { "enter: all of it; esc closes" };
        canvas.row(inner, last).role(hint, Role::Dim);
        match (&self.state, &self.open) {
            (State::Asked, _) => canvas.row(body, 0).role("loading…", Role::Dim),
            (State::Refused(message), _) => canvas.row(body, 0).role(message, Role::Mistake),
            (State::Known(_), Some((lines, place))) => {
                for (line, text) in lines.iter().skip(place.at).take(body.height.into()).enumerate() {
                    canvas.row(body, u16::try_from(line).unwrap_or(u16::MAX)).role(text, Role::Popup);
                }
            }
            (State::Known(entries), None) => self.draw_list(app, canvas, body, entries),
        }
    }

    fn draw_list(&self, app: &App, canvas: &mut Canvas<'_>, body: Rect, entries: &[(String, Option<Box<Entry>>)]) {
        let look = canvas.look;
        let first = self.list.offset(body.height);
        for (line, (at, (_, entry))) in entries.iter().enumerate().skip(first).take(body.height.into()).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(body, line);
            match entry {
                Some(entry) => {
                    let record = &entry.record;
                    row.role(&format!("{}  ", clock::day_and_time(app, record.at)), Role::Dim);
                    row.cell(&record.who, 14, look.style(Role::Popup));
                    row.role(&format!("{} {}  ", record.what, record.on), Role::Popup);
                    let role = if record.outcome == DONE { Role::Dim } else { Role::Title };
                    row.role(&record.outcome, role);
                }
                None => row.role("unreadable: `audit verify` says more", Role::Mistake),
            }
            let place = Rect { y: body.y + line, height: 1, ..body };
            if at == self.list.at {
                canvas.tint(place, look.style(Role::Selected));
            }
            canvas.clicks.push((place, Click::Row(at)));
        }
    }

    fn entries(&self) -> &[(String, Option<Box<Entry>>)] {
        match &self.state {
            State::Known(entries) => entries,
            State::Asked | State::Refused(_) => &[],
        }
    }
}
