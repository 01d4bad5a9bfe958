//! Executions, the latest first: those on the board, and of one tenant what the store has beyond that.
//!
//! ```text
//! ┌ Executions of all tenants 2 ────────────────────────────────────────────┐
//! │ 4m comp_acme-x2 Acme Corp restart-nginx high web-01 sam runs          3m │
//! │ enter shows  x cancels  o older  / finds  esc closes                     │
//! ```

use std::cmp::Ordering;
use std::sync::Arc;

use super::listed::{Entry, Listed};
use crate::core::board::Board;
use crate::core::execution::{Execution, Outcome, Stage};
use crate::core::id::{ExecutionId, TenantId};
use crate::core::role::Risk;
use crate::core::time::{Moment, Span};
use crate::tui::app::App;
use crate::tui::canvas::Row;
use crate::tui::panes::incidents;
use crate::tui::theme::Role;

/// The popup's state.
pub type Executions = Listed<Execution>;

impl Entry for Execution {
    type Id = ExecutionId;
    const CALLED: &'static str = "Executions";
    const OLDER: &'static str = "older";

    fn id(&self) -> &ExecutionId {
        &self.id
    }

    fn tenant(&self) -> &TenantId {
        &self.id.tenant
    }

    fn all(board: &Board) -> impl Iterator<Item = &Arc<Self>> {
        board.executions()
    }

    fn is_on(&self, board: &Board) -> bool {
        board.execution(&self.id).is_some()
    }

    fn order(&self, other: &Self) -> Ordering {
        other.asked_at.cmp(&self.asked_at).then_with(|| other.id.cmp(&self.id))
    }

    fn words(&self) -> String {
        let [what, standing, risk] = [&*self.headline(), &*self.standing(), self.order.risk.word()];
        let mut words = format!("{what} {risk} {} {standing} {}", self.by.who, self.incident_id);
        for target in &self.order.targets {
            words.push_str(&format!(" {} {}", target.asset, target.instance));
        }
        words
    }

    fn keys(_selected: Option<&Self>) -> Vec<(&'static str, &'static str)> {
        vec![("look-in", "shows"), ("cancel-execution", "cancels")]
    }

    fn draw_row(&self, app: &App, row: &mut Row<'_, '_>, with_tenant: bool) {
        let look = &app.look;
        let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
        let width = row.left();
        row.number(&(app.now - self.asked_at).to_string(), 3, dim);
        if let Some(took) = took(self, app.now) {
            row.at_right(&took, dim);
        }
        let standing = look.style(standing_role(self));
        if width < 60 {
            row.cell(&self.standing(), width / 3, standing);
            return row.text(&format!("{} {}", self.machines(), self.order.title), text);
        }
        row.cell(&self.id.to_string(), 17, dim);
        if with_tenant && width >= 100 {
            row.cell(incidents::tenant_name(app, &self.id.tenant), 16, text);
        }
        row.cell(self.order.risk.word(), 6, look.style(risk_role(self.order.risk)));
        row.cell(&self.order.title, width / 6, text);
        row.cell(&self.machines(), width / 8, text);
        if width >= 100 {
            row.cell(&self.by.who, 10, dim);
        }
        row.text(&self.standing(), standing);
    }
}

/// How a risk looks.
pub fn risk_role(risk: Risk) -> Role {
    match risk {
        Risk::Low => Role::Dim,
        Risk::Medium => Role::Popup,
        Risk::High => Role::Badge,
    }
}

/// How the words look that say where it stands.
pub fn standing_role(one: &Execution) -> Role {
    match &one.stage {
        Stage::Waiting => Role::Badge,
        Stage::Ready | Stage::Sending | Stage::Running => Role::Title,
        Stage::Ended { outcome: Outcome::Success, .. } => Role::Fine,
        Stage::Ended { outcome: Outcome::Cancelled | Outcome::Rejected | Outcome::Expired, .. } => Role::Dim,
        Stage::Ended { .. } => Role::Mistake,
    }
}

/// How long it has run by now, or ran: `37s`, `4m`.
fn took(one: &Execution, now: Moment) -> Option<String> {
    let span = one.ended_at.unwrap_or(now) - one.sent_at?;
    let seconds = span.0.max(0) / Span::SECOND.0;
    Some(if seconds < 60 { format!("{seconds}s") } else { span.to_string() })
}
