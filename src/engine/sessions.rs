//! Steps of sessions' lives, all from whoever holds the sessions.

use super::refusals::Attempt;
use super::task::Task;
use crate::core::id::{SessionId, TenantId};
use crate::core::input::Input;
use crate::core::session::step::{Barred, OnSession};
use crate::link::Refusal;

impl Task {
    /// A step of a session's life: checked, written down, applied. What an operator wanted and is refused is on record.
    pub(super) fn step_session(&mut self, tenant: &TenantId, on: OnSession) -> Result<SessionId, Refusal> {
        let (by, attempt) = (on.by.clone(), Attempt::of_session(tenant, &on));
        let taken = self.take_session_step(tenant, on);
        self.note_refusal(&by, attempt, &taken);
        taken
    }

    fn take_session_step(&mut self, tenant: &TenantId, on: OnSession) -> Result<SessionId, Refusal> {
        self.known(tenant)?;
        let now = self.catch_up();
        self.core.check_session(tenant, &on).map_err(barred)?;
        let number = match on.session {
            0 => self.core.next_session(tenant),
            number => number,
        };
        self.write_at(now, tenant, Input::Session(on))?;
        Ok(SessionId { tenant: tenant.clone(), number })
    }
}

/// What belongs to another tenant is refused in the words for what there is not.
fn barred(why: Barred) -> Refusal {
    let code = match why {
        Barred::NoSession => "no_such_session",
        Barred::NoIncident => "no_such_incident",
        _ => "refused",
    };
    Refusal::new(code, why.to_string())
}
