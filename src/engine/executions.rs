//! Steps of executions' lives: from operators as calls, from whoever carries them out as messages. And what is only put on
//! record.

use tokio::sync::mpsc::error::TrySendError;

use super::refusals::Attempt;
use super::task::Task;
use crate::core::audit::Record;
use crate::core::execution::step::{Barred, OnExecution, Step};
use crate::core::id::{ExecutionId, IncidentId, TenantId};
use crate::core::input::{Actor, Input};
use crate::link::{Call, Refusal, Reply};

impl Task {
    /// An operator's word on an execution.
    pub(super) fn step_by(&mut self, by: Actor, id: &ExecutionId, step: Step) -> Result<Reply, Refusal> {
        self.step(&id.tenant, OnExecution { execution: id.number, by, step }).map(|_| Reply::Done)
    }

    /// A step from whoever carries executions out. What an operator asked for and is refused is on record.
    pub(super) fn step_of(&mut self, tenant: &TenantId, on: OnExecution) -> Result<ExecutionId, Refusal> {
        let (by, attempt) = (on.by.clone(), Attempt::of_step(tenant, &on));
        let taken = self.step(tenant, on);
        self.note_refusal(&by, attempt, &taken);
        taken
    }

    /// A step of an execution's life: checked, written down, applied.
    pub(super) fn step(&mut self, tenant: &TenantId, on: OnExecution) -> Result<ExecutionId, Refusal> {
        self.known(tenant)?;
        // At one and the same moment: what is found allowed is not too late a millisecond later, when it is written down.
        let now = self.catch_up();
        self.core.check_execution(now, tenant, &on).map_err(barred)?;
        let number = match on.execution {
            0 => self.core.next_execution(tenant),
            number => number,
        };
        self.write_at(now, tenant, Input::Execution(on))?;
        Ok(ExecutionId { tenant: tenant.clone(), number })
    }

    /// Whether a runbook may run by itself for an incident now: an answer that leaves no trace.
    pub(super) fn by_itself(&mut self, incident: &IncidentId, runbook: &str) -> Result<(), Refusal> {
        let now = self.catch_up();
        self.core.check_by_itself(now, incident, runbook).map_err(barred)
    }

    /// Something that changed nothing and is to be on record.
    ///
    /// # Errors
    /// It could not be written, which is logged too.
    pub(super) fn note(&mut self, tenant: &TenantId, record: Record) -> Result<(), Refusal> {
        self.write(tenant, Input::Noted(Box::new(record)))
            .inspect_err(|refusal| tracing::error!(%tenant, %refusal, "the audit log misses an entry"))
    }

    /// Passes a question about other people's machines on to whoever reaches them.
    pub(super) fn hand_over(&self, call: Call) {
        let refused = match &self.hands {
            None => Err((call, "this engine does not reach AWS")),
            Some(hands) => hands.try_send(call).map_err(|error| match error {
                TrySendError::Full(call) => (call, "too much is being asked at once; try again"),
                TrySendError::Closed(call) => (call, "this engine no longer reaches AWS; start it again"),
            }),
        };
        if let Err((call, why)) = refused {
            // Whoever asked may have gone.
            let _ = call.answer.send(Err(Refusal::new("unavailable", why)));
        }
    }
}

/// What belongs to another tenant is refused in the words for what there is not.
fn barred(why: Barred) -> Refusal {
    let code = match why {
        Barred::NoExecution => "no_such_execution",
        Barred::NoIncident => "no_such_incident",
        _ => "refused",
    };
    Refusal::new(code, why.to_string())
}
