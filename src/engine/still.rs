//! Changes that are wanted only of what somebody has seen: looked at and done in one go, with nothing in between.

use super::task::Task;
use crate::core::id::{ExecutionId, IncidentId, TenantId};
use crate::core::tag;
use crate::link::{Call, Refusal, Request};

impl Task {
    /// The call that is to be answered; none, if what it is about is not as it was.
    pub(super) fn still(&self, call: Call) -> Option<Call> {
        let Request::IfStill { tags, request } = call.request else { return Some(call) };
        let call = Call { request: *request, ..call };
        let refused = match self.tag(&call.request) {
            Ok(Some(tag)) if !tags.contains(&tag) => {
                Refusal::new("changed_since", "it has changed since; look at it as it is now, then try again")
            }
            // What there is not is refused in the words for that.
            Ok(_) => return Some(call),
            Err(refused) => refused,
        };
        // Whoever asked may have gone.
        let _ = call.answer.send(Err(refused));
        None
    }

    /// The tag of what a request changes.
    fn tag(&self, request: &Request) -> Result<Option<String>, Refusal> {
        let tenant = |id: &TenantId| self.core.tenant(id).map(tag::of);
        let incident = |id: &IncidentId| self.core.incident(id).map(tag::of);
        let execution = |id: &ExecutionId| {
            let panel = self.board.tenants.get(&id.tenant)?;
            panel.executions.get(&id.number).map(tag::of)
        };
        Ok(match request {
            Request::Act { incident: id, .. } => incident(id),
            Request::TenantSet { id, .. } | Request::RotateKey { id, .. } | Request::RotateSecret { id, .. } => {
                tenant(id)
            }
            Request::Approve { execution: id, .. }
            | Request::Reject { execution: id, .. }
            | Request::Cancel { execution: id } => execution(id),
            _ => return Err(Refusal::new("refused", "that is not done to one thing which could have changed")),
        })
    }
}
