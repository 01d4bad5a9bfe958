//! Sessions: those that are open first, then those that ended within a day, and of one tenant what the store has beyond that.
//!
//! ```text
//! ┌ Sessions of all tenants 2 ──────────────────────────────────────────────┐
//! │ 4m comp_acme-s3 Acme Corp shell on web-01  sam types, kim watches  open │
//! │ enter watches or comes back  T takes over  x ends  / finds  esc closes  │
//! ```

use std::sync::Arc;

use ratatui::layout::Rect;

use super::{Place, foot, through};
use crate::core::board::Board;
use crate::core::id::TenantId;
use crate::core::session::{End, Session, Stage};
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::moves::Move;
use crate::tui::panes::{Window, incidents};
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Sessions {
    /// The only tenant shown.
    pub narrowed: Option<TenantId>,
    /// What the rows must have.
    pub input: Input,
    /// It is being typed.
    pub searching: bool,
    rows: Vec<Arc<Session>>,
    /// What the store has of the only tenant.
    older: Older,
    list: Place,
}

#[derive(Debug)]
enum Older {
    Unasked,
    Asked,
    Refused(String),
    Known(Vec<Arc<Session>>),
}

impl Sessions {
    /// Those of a tenant, or of all.
    pub fn new(narrowed: Option<TenantId>, board: &Board) -> Self {
        let older = if narrowed.is_some() { Older::Asked } else { Older::Unasked };
        let (input, rows) = (Input::default(), Vec::new());
        let mut list = Self { narrowed, input, searching: false, rows, older, list: Place::default() };
        list.refresh(board);
        list
    }

    /// Takes in what has changed; the selection follows its session.
    pub fn refresh(&mut self, board: &Board) {
        let selected = self.selected().map(|one| one.id.clone());
        let narrowed = |one: &&Arc<Session>| self.narrowed.as_ref().is_none_or(|only| one.id.tenant == *only);
        let mut rows: Vec<_> = board.sessions().filter(narrowed).cloned().collect();
        if let Older::Known(older) = &self.older {
            rows.extend(older.iter().filter(|one| board.session(&one.id).is_none()).cloned());
        }
        let words: Vec<String> = self.input.text().split_whitespace().map(str::to_lowercase).collect();
        rows.retain(|one| words.is_empty() || found(board, one, &words));
        rows.sort_by(|a, b| {
            let rank = |one: &Session| (one.is_over(), std::cmp::Reverse(one.asked_at));
            rank(a).cmp(&rank(b)).then_with(|| b.id.cmp(&a.id))
        });
        let at = selected.and_then(|id| rows.iter().position(|row| row.id == id));
        self.list = Place { at: at.unwrap_or(self.list.at).min(rows.len().saturating_sub(1)), len: rows.len() };
        self.rows = rows;
    }

    /// The store has answered, or refused.
    pub fn answered(&mut self, tenant: &TenantId, answer: Result<Vec<Arc<Session>>, String>) {
        if self.narrowed.as_ref() == Some(tenant) {
            self.older = answer.map_or_else(Older::Refused, Older::Known);
        }
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Arc<Session>> {
        self.rows.get(self.list.at)
    }

    /// Moves.
    pub fn go(&mut self, by: Move) {
        self.list.go(by);
    }

    /// Selects a row.
    pub fn point(&mut self, row: usize) {
        self.list.point(row);
    }

    /// Draws it: a line for each.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let below = self.selected().map_or_else(Vec::new, |one| through::lines(app, one));
        let height = u16::try_from(self.rows.len().max(1) + 3 + below.len()).unwrap_or(u16::MAX).max(8);
        let area = layout::middle(screen, 140, height.min(screen.height.saturating_sub(2)));
        let whose = self.narrowed.as_ref().map_or("all tenants", |id| incidents::tenant_name(app, id));
        let inner = canvas.frame(area, &format!("Sessions of {whose} {}", self.rows.len()));
        let last = inner.height.saturating_sub(1);
        // At least the selected row has its place.
        let room = usize::from(last.saturating_sub(1)).min(below.len());
        let body = Rect { height: last.saturating_sub(u16::try_from(room).unwrap_or(0)), ..inner };
        for (line, (text, role)) in (body.height..last).zip(&below) {
            canvas.row(inner, line).role(text, *role);
        }
        if self.rows.is_empty() {
            let say = if self.input.text().is_empty() { "There are none within a day." } else { "Nothing matches." };
            canvas.row(body, 0).role(say, Role::Popup);
        }
        let mut window = Window { offset: 0, height: body.height.into() };
        window.show(self.list.at, self.rows.len());
        for (line, at) in window.rows(self.rows.len()).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let Some(one) = self.rows.get(at) else { continue };
            let place = Rect { y: body.y + line, height: 1, ..body };
            draw_row(app, &mut canvas.row(body, line), one, self.narrowed.is_none());
            if at == self.list.at {
                let style = canvas.look.style(Role::Selected);
                canvas.tint(place, style);
            }
            canvas.clicks.push((place, Click::Row(at)));
        }
        self.draw_foot(app, &mut canvas.row(inner, last));
    }

    fn draw_foot(&self, app: &App, row: &mut Row<'_, '_>) {
        if self.searching {
            row.role("/", Role::Key);
            return self.input.draw(row, Role::Popup);
        }
        let look = &app.look;
        match &self.older {
            Older::Asked => row.at_right("asking for older ones…", look.style(Role::Dim)),
            Older::Refused(why) => row.at_right(why, look.style(Role::Mistake)),
            Older::Unasked | Older::Known(_) => {}
        }
        if !self.input.text().is_empty() {
            row.role(&format!("/{}  ", self.input.text()), Role::Title);
        }
        let mut keys =
            vec![("look-in", "watches or comes back"), ("take-listed", "takes over"), ("end-listed", "ends")];
        let has_address = self.selected().is_some_and(|one| !one.is_over() && one.local_port.is_some());
        keys.extend(has_address.then_some(("copy-address", "copies")));
        keys.extend(matches!(self.older, Older::Unasked).then_some(("older-sessions", "older")));
        keys.extend([("search", "finds"), ("close", "closes")]);
        foot::draw(app, row, &keys);
    }
}

/// Whether every word is somewhere in what is shown of it.
fn found(board: &Board, one: &Session, words: &[String]) -> bool {
    let tenant = board.tenants.get(&one.id.tenant).and_then(|panel| panel.tenant.as_ref());
    let tenant = tenant.map_or("", |tenant| &tenant.name);
    let incident = one.wish.incident.as_ref().map(ToString::to_string).unwrap_or_default();
    let text = format!(
        "{tenant} {} {} {} {} {} {incident}",
        one.headline(),
        one.wish.instance,
        one.by.who,
        one.hands(),
        one.standing()
    );
    let text = text.to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn draw_row(app: &App, row: &mut Row<'_, '_>, one: &Session, with_tenant: bool) {
    let look = &app.look;
    let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
    let (width, me) = (row.left(), app.me());
    row.number(&(app.now - one.asked_at).to_string(), 3, dim);
    let standing = look.style(standing_role(one));
    if width < 60 {
        row.cell(&one.standing(), width / 3, standing);
        return row.text(&one.wish.words(), text);
    }
    row.cell(&one.id.to_string(), 17, dim);
    if with_tenant && width >= 100 {
        row.cell(incidents::tenant_name(app, &one.id.tenant), 16, text);
    }
    row.cell(&one.wish.words(), width / 4, text);
    // Of one that is over, who typed last is nobody.
    let who = if one.is_over() { one.by.who.clone() } else { one.hands() };
    let mine = one.is_driven_by(&me) || one.watchers.contains(&me);
    row.cell(&who, width / 4, look.style(if mine { Role::TitleFocused } else { Role::Dim }));
    let port =
        one.local_port.filter(|_| !one.is_over()).map(|port| format!(" at 127.0.0.1:{port}")).unwrap_or_default();
    row.text(&format!("{}{port}", one.standing()), standing);
}

/// How the words look that say where it stands.
pub fn standing_role(one: &Session) -> Role {
    match &one.stage {
        Stage::Opening => Role::Title,
        Stage::Open if one.detached => Role::Badge,
        Stage::Open => Role::Fine,
        Stage::Ended { how: End::Exited | End::Closed, .. } => Role::Dim,
        Stage::Ended { .. } => Role::Mistake,
    }
}
