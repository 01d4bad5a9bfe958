//! The life of an execution: asked for, approved, sent, followed, over. What each step does to it, and what its success does
//! to its incidents.

mod by_itself;
mod check;
mod tell;

use std::sync::Arc;

use super::{Caseload, Due};
use crate::core::change::Change;
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::execution::judge::judge;
use crate::core::execution::order::{InstanceId, OnSuccess, Order};
use crate::core::execution::status::words;
use crate::core::execution::step::{OnExecution, Step};
use crate::core::execution::{APPROVAL_FOR, Approval, Decision, Execution, Outcome, Run, Stage};
use crate::core::id::ExecutionId;
use crate::core::input::Actor;
use crate::core::role::Role;
use crate::core::time::Moment;

/// Bytes that are kept of a reason that comes from elsewhere, and of a status or an id: cut, as such a step has to be taken.
const REASON: usize = 1_024;
const WORD: usize = 64;

impl Caseload {
    /// Its executions: all that are not over, and those that ended within a day.
    pub fn executions(&self) -> impl Iterator<Item = &Arc<Execution>> {
        self.executions.values()
    }

    /// The number that the next one gets.
    pub fn next_execution(&self) -> u64 {
        self.next_execution
    }

    /// One of them.
    pub fn execution(&self, number: u64) -> Option<&Arc<Execution>> {
        self.executions.get(&number)
    }

    /// Somebody's role for this tenant.
    pub fn role_of(&self, who: &str) -> Role {
        Role::of(who, &self.standing.people, &self.standing.roster, self.standing.staffed)
    }

    /// A step of an execution's life. One that may not be taken does nothing.
    pub fn step(&mut self, now: Moment, on: &OnExecution, changes: &mut Vec<Change>) {
        if self.check_execution(now, on).is_err() {
            return;
        }
        if let Step::Ask { order, digest, .. } = &on.step {
            return self.begin(now, &on.by, order, digest, changes);
        }
        let Some(before) = self.executions.get(&on.execution) else { return };
        let mut execution = Execution::clone(before);
        let over = |outcome, why: Option<&str>| Stage::Ended { outcome, why: why.map(|why| cut(why, REASON)) };
        match &on.step {
            Step::Ask { .. } => {}
            Step::Approve { why, .. } => {
                decide(&mut execution, now, &on.by, true, why.clone());
                execution.stage = Stage::Ready;
            }
            Step::Reject { why } => {
                decide(&mut execution, now, &on.by, false, Some(why.clone()));
                execution.stage = over(Outcome::Rejected, Some(why));
            }
            Step::Cancel => {
                execution.cancelled_by = Some(on.by.who.clone());
                if matches!(execution.stage, Stage::Waiting | Stage::Ready) {
                    execution.stage = over(Outcome::Cancelled, None);
                }
            }
            Step::Sending => {
                execution.stage = Stage::Sending;
                execution.sent_at = Some(now);
            }
            Step::Sent { command_id, request_id } => {
                execution.stage = Stage::Running;
                execution.command_id = Some(cut(command_id, WORD));
                execution.request_id = request_id.as_ref().map(|id| cut(id, WORD));
                execution.waits_for = None;
            }
            Step::NotSent { why } => execution.stage = over(Outcome::NotSent, Some(why)),
            Step::Lost { why } => execution.stage = over(Outcome::Unknown, Some(why)),
            Step::Progress { runs } => execution.runs = further(&execution.order, &execution.runs, runs),
            Step::Waits { for_what } => execution.waits_for = for_what.as_ref().map(|what| cut(what, REASON)),
            Step::Ended { runs, outputs } => {
                execution.runs = further(&execution.order, &execution.runs, runs);
                let (outcome, why) = judge(&execution.order, &execution.runs, outputs);
                execution.stage = over(outcome, why.as_deref());
            }
        }
        if execution == **before {
            return;
        }
        self.keep_execution(now, execution.clone(), changes);
        self.tell_step(now, &execution, on, changes);
        if execution.is_over() {
            self.conclude(now, &execution, changes);
        }
    }

    fn begin(&mut self, now: Moment, by: &Actor, order: &Order, digest: &str, changes: &mut Vec<Change>) {
        let Some(first) = order.targets.first() else { return };
        let gate = self.gate(by, order);
        let number = self.next_execution;
        self.next_execution += 1;
        let approval = gate.approval.then(|| Approval { expires_at: now + APPROVAL_FOR, decided: None });
        let execution = Execution {
            id: ExecutionId { tenant: self.tenant.id.clone(), number },
            incident_id: first.incident.clone(),
            by: by.clone(),
            asked_at: now,
            order: order.clone(),
            digest: digest.to_owned(),
            stage: if gate.approval { Stage::Waiting } else { Stage::Ready },
            approval,
            cancelled_by: None,
            command_id: None,
            request_id: None,
            sent_at: None,
            ended_at: None,
            runs: Vec::new(),
            waits_for: None,
        };
        self.keep_execution(now, execution.clone(), changes);
        self.tell_asked(now, &execution, changes);
    }

    /// What its end does to others.
    fn conclude(&mut self, now: Moment, execution: &Execution, changes: &mut Vec<Change>) {
        self.learn_from(execution);
        let order = &execution.order;
        if execution.outcome() != Some(Outcome::Success) || order.on_success != OnSuccess::Resolve {
            return;
        }
        for incident in order.incidents() {
            // One that goes on in another is not over because a part of that other one is.
            let open = self.incident(incident.number).is_some_and(|incident| incident.is_open());
            if open {
                let note = format!("{} succeeded: {}", order.title, execution.id);
                self.resolve_saying(now, incident.number, Some(&execution.by), Some(note), changes);
            }
        }
    }

    /// Time has passed for an execution: its approval came too late, or it leaves the board.
    pub(super) fn due_execution(&mut self, at: Moment, number: u64, changes: &mut Vec<Change>) {
        let Some(execution) = self.executions.get(&number) else { return };
        let late = execution.approval.as_ref().is_some_and(|approval| approval.expires_at <= at);
        if execution.awaits_approval() && late {
            let mut execution = Execution::clone(execution);
            execution.stage = Stage::Ended { outcome: Outcome::Expired, why: None };
            self.keep_execution(at, execution.clone(), changes);
            self.tell_expired(at, &execution, changes);
        } else if execution.ended_at.is_some_and(|then| then + REMEMBERED_FOR <= at) {
            self.executions.remove(&number);
            changes.push(Change::ExecutionForgotten { id: ExecutionId { tenant: self.tenant.id.clone(), number } });
        }
    }

    /// The tenant's settings have changed: what was not sent yet, and is for an account that is not the tenant's any more, is
    /// never sent.
    pub(super) fn leave_account(&mut self, now: Moment, changes: &mut Vec<Change>) {
        let unsent = |one: &&Arc<Execution>| matches!(one.stage, Stage::Waiting | Stage::Ready);
        let left: Vec<Execution> = self
            .executions
            .values()
            .filter(unsent)
            .filter(|one| self.check_account(&one.order).is_err())
            .map(|one| Execution::clone(one))
            .collect();
        for mut execution in left {
            let why = "the tenant's AWS account or region has been changed; look at it again, and ask anew";
            execution.stage = Stage::Ended { outcome: Outcome::NotSent, why: Some(why.into()) };
            self.keep_execution(now, execution.clone(), changes);
            self.tell_end(now, &execution, changes);
            self.conclude(now, &execution, changes);
        }
    }

    /// Deadlines of executions that the store kept.
    pub(super) fn load_executions(&mut self) {
        let dues: Vec<_> = self.executions.values().filter_map(|execution| due(execution)).collect();
        self.dues.extend(dues);
    }

    fn keep_execution(&mut self, now: Moment, mut execution: Execution, changes: &mut Vec<Change>) {
        if execution.is_over() {
            execution.ended_at.get_or_insert(now);
            execution.waits_for = None;
        }
        self.dues.extend(due(&execution));
        let execution = Arc::new(execution);
        self.executions.insert(execution.id.number, execution.clone());
        changes.push(Change::ExecutionChanged(execution));
    }
}

/// When time alone will next do something to an execution.
fn due(execution: &Execution) -> Option<(Moment, Due)> {
    let at = match (execution.ended_at, &execution.approval) {
        (Some(ended), _) => ended + REMEMBERED_FOR,
        (None, Some(approval)) if execution.awaits_approval() => approval.expires_at,
        _ => return None,
    };
    Some((at, Due::Execution(execution.id.number)))
}

fn decide(execution: &mut Execution, at: Moment, by: &Actor, approved: bool, why: Option<String>) {
    if let Some(approval) = &mut execution.approval {
        approval.decided = Some(Decision { by: by.clone(), at, approved, why });
    }
}

/// Every machine's part as it was told last, in the order of the targets. AWS' answers come out of order now and then: what is
/// over does not begin again. Machines that were not asked for are nobody's.
fn further(order: &Order, before: &[Run], told: &[Run]) -> Vec<Run> {
    let of = |runs: &[Run], instance: &InstanceId| runs.iter().find(|run| run.instance == *instance).cloned();
    let is_over = |run: &Run| words(&run.status, &run.detail).is_final;
    let latest = |instance: &InstanceId| {
        let (was, is) = (of(before, instance), of(told, instance));
        let mut run = match (was, is) {
            (Some(was), Some(is)) if is_over(&was) && !is_over(&is) => was,
            (was, is) => is.or(was)?,
        };
        run.status = cut(&run.status, WORD);
        run.detail = cut(&run.detail, WORD);
        Some(run)
    };
    order.instances().into_iter().filter_map(latest).collect()
}

/// The first of a text's bytes, at most so many, as a text.
fn cut(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}
