//! What an execution leaves in the histories of the incidents that it is for: who asked, who decided, that it was sent, how it
//! ended. A line for each of them, also for one that is over or has left the board in the meantime.

use crate::core::caseload::Caseload;
use crate::core::change::Change;
use crate::core::execution::order::InstanceId;
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{Execution, Outcome, Stage};
use crate::core::id::IncidentId;
use crate::core::input::Actor;
use crate::core::time::{Moment, Span};
use crate::core::timeline::Event;

impl Caseload {
    /// That it began.
    pub(super) fn tell_asked(&self, now: Moment, execution: &Execution, changes: &mut Vec<Change>) {
        let order = &execution.order;
        let all = order.instances().len();
        self.tell(now, execution, Some(&execution.by), changes, |incident| {
            let (id, title, machines) = (execution.id.clone(), order.title.clone(), order.instances_of(incident));
            if order.auto {
                return Event::RunsByItself { execution: id, title, machines };
            }
            let (others, waits) = (all.saturating_sub(machines.len()), execution.awaits_approval());
            Event::ExecutionAsked { execution: id, title, risk: order.risk, machines, others, waits }
        });
    }

    /// That a step was taken: `execution` is what it is after that.
    pub(super) fn tell_step(&self, now: Moment, execution: &Execution, on: &OnExecution, changes: &mut Vec<Change>) {
        let id = || execution.id.clone();
        let by = Some(&on.by);
        match &on.step {
            Step::Ask { .. } | Step::Sending | Step::Progress { .. } | Step::Waits { .. } => {}
            Step::Approve { why, .. } => self
                .tell(now, execution, by, changes, |_| Event::ExecutionApproved { execution: id(), why: why.clone() }),
            Step::Reject { why } => self
                .tell(now, execution, by, changes, |_| Event::ExecutionRejected { execution: id(), why: why.clone() }),
            Step::Cancel => self.tell(now, execution, by, changes, |_| Event::ExecutionCancelled {
                execution: id(),
                sent: !execution.is_over(),
            }),
            Step::Sent { .. } => self.tell(now, execution, None, changes, |_| Event::ExecutionSent {
                execution: id(),
                command: execution.command_id.clone().unwrap_or_default(),
            }),
            Step::NotSent { .. } | Step::Lost { .. } | Step::Ended { .. } => self.tell_end(now, execution, changes),
        }
    }

    /// That nobody approved in time.
    pub(super) fn tell_expired(&self, now: Moment, execution: &Execution, changes: &mut Vec<Change>) {
        self.tell(now, execution, None, changes, |_| Event::ExecutionExpired { execution: execution.id.clone() });
    }

    /// That it ended, and how.
    pub(super) fn tell_end(&self, now: Moment, execution: &Execution, changes: &mut Vec<Change>) {
        let Stage::Ended { outcome, why } = &execution.stage else { return };
        let took = now - execution.sent_at.unwrap_or(now);
        let codes = |machines: Vec<InstanceId>| {
            let of = |machine| execution.runs.iter().find(|run| run.instance == machine)?.exit_code;
            machines.into_iter().filter_map(of).collect()
        };
        self.tell(now, execution, None, changes, |incident| {
            let (id, reason) = (execution.id.clone(), || why.clone().unwrap_or_default());
            match outcome {
                Outcome::NotSent => Event::ExecutionNotSent { execution: id, why: reason() },
                Outcome::Unknown if execution.runs.is_empty() => Event::ExecutionLost { execution: id, why: reason() },
                outcome => Event::ExecutionEnded {
                    execution: id,
                    title: execution.order.title.clone(),
                    outcome: *outcome,
                    why: why.clone(),
                    exit_codes: codes(execution.order.instances_of(incident)),
                    took: Span(took.0.max(0)),
                },
            }
        });
    }

    fn tell(
        &self,
        now: Moment,
        execution: &Execution,
        by: Option<&Actor>,
        changes: &mut Vec<Change>,
        what: impl Fn(&IncidentId) -> Event,
    ) {
        for incident in execution.order.incidents() {
            self.write(now, incident.number, by, what(incident), changes);
        }
    }
}
