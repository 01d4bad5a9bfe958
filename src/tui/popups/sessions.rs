//! Sessions: those that are open first, then those that ended within a day, and of one tenant what the store has beyond that.
//!
//! ```text
//! ┌ Sessions of all tenants 2 ──────────────────────────────────────────────┐
//! │ 4m comp_acme-s3 Acme Corp shell on web-01  sam types, kim watches  open │
//! │ enter watches or comes back  T takes over  x ends  / finds  esc closes  │
//! ```

use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use super::listed::{Entry, Listed};
use super::through;
use crate::core::board::Board;
use crate::core::id::{SessionId, TenantId};
use crate::core::session::{End, Session, Stage};
use crate::tui::app::App;
use crate::tui::canvas::Row;
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// The popup's state.
pub type Sessions = Listed<Session>;

impl Entry for Session {
    type Id = SessionId;
    const CALLED: &'static str = "Sessions";
    const OLDER: &'static str = "older-sessions";

    fn id(&self) -> &SessionId {
        &self.id
    }

    fn tenant(&self) -> &TenantId {
        &self.id.tenant
    }

    fn all(board: &Board) -> impl Iterator<Item = &Arc<Self>> {
        board.sessions()
    }

    fn is_on(&self, board: &Board) -> bool {
        board.session(&self.id).is_some()
    }

    fn order(&self, other: &Self) -> Ordering {
        let rank = |one: &Self| (one.is_over(), Reverse(one.asked_at));
        rank(self).cmp(&rank(other)).then_with(|| other.id.cmp(&self.id))
    }

    fn words(&self) -> String {
        let incident = self.wish.incident.as_ref().map(ToString::to_string).unwrap_or_default();
        let [what, hands, standing] = [self.headline(), self.hands(), self.standing()];
        format!("{what} {} {} {hands} {standing} {incident}", self.wish.instance, self.by.who)
    }

    fn keys(selected: Option<&Self>) -> Vec<(&'static str, &'static str)> {
        let mut keys =
            vec![("look-in", "watches or comes back"), ("take-listed", "takes over"), ("end-listed", "ends")];
        let has_address = selected.is_some_and(|one| !one.is_over() && one.local_port.is_some());
        keys.extend(has_address.then_some(("copy-address", "copies")));
        keys
    }

    fn draw_row(&self, app: &App, row: &mut Row<'_, '_>, with_tenant: bool) {
        let look = &app.look;
        let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
        let (width, me) = (row.left(), app.me());
        row.number(&(app.now - self.asked_at).to_string(), 3, dim);
        let standing = look.style(standing_role(self));
        if width < 60 {
            row.cell(&self.standing(), width / 3, standing);
            return row.text(&self.wish.words(), text);
        }
        row.cell(&self.id.to_string(), 17, dim);
        if with_tenant && width >= 100 {
            row.cell(incidents::tenant_name(app, &self.id.tenant), 16, text);
        }
        row.cell(&self.wish.words(), width / 4, text);
        // Of one that is over, who typed last is nobody.
        let who = if self.is_over() { self.by.who.clone() } else { self.hands() };
        let mine = self.is_driven_by(&me) || self.watchers.contains(&me);
        row.cell(&who, width / 4, look.style(if mine { Role::TitleFocused } else { Role::Dim }));
        let port =
            self.local_port.filter(|_| !self.is_over()).map(|port| format!(" at 127.0.0.1:{port}")).unwrap_or_default();
        row.text(&format!("{}{port}", self.standing()), standing);
    }

    fn below(&self, app: &App) -> Vec<(String, Role)> {
        through::lines(app, self)
    }
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
