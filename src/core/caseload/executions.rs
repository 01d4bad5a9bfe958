//! The life of an execution: asked for, approved, sent, followed, over. What may happen when, and what it does.

use std::sync::Arc;

use super::{Caseload, Due};
use crate::core::change::Change;
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::execution::order::{MOST_TARGETS, Order};
use crate::core::execution::step::{Barred, OnExecution, Step};
use crate::core::execution::{APPROVAL_FOR, Approval, Decision, Execution, Outcome, Run, Stage};
use crate::core::id::ExecutionId;
use crate::core::input::Actor;
use crate::core::role::{Gate, Role};
use crate::core::time::Moment;

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
        Role::of(who, &self.standing.roster, self.standing.staffed)
    }

    /// Whether a step may be taken.
    ///
    /// # Errors
    /// Why not.
    pub fn check_execution(&self, now: Moment, on: &OnExecution) -> Result<(), Barred> {
        if let Step::Ask { order, digest, typed } = &on.step {
            return self.check_ask(&on.by, order, digest, typed.as_deref());
        }
        let execution = self.execution(on.execution).ok_or(Barred::NoExecution)?;
        if execution.is_over() {
            return Err(Barred::Over);
        }
        match (&on.step, &execution.stage) {
            (Step::Approve { digest, .. }, Stage::Waiting) => {
                self.check_decision(now, execution, &on.by)?;
                if *digest == execution.digest { Ok(()) } else { Err(Barred::Changed) }
            }
            (Step::Reject { why }, Stage::Waiting) if !why.trim().is_empty() => {
                self.check_decision(now, execution, &on.by)
            }
            (Step::Reject { .. }, Stage::Waiting) => Err(Barred::NoReason),
            (Step::Approve { .. } | Step::Reject { .. }, _) => Err(Barred::NotWaiting),
            (Step::Sending, Stage::Ready)
            | (Step::Sent { .. } | Step::Lost { .. }, Stage::Sending)
            | (Step::NotSent { .. }, Stage::Ready | Stage::Sending)
            | (Step::Progress { .. } | Step::Ended { .. }, Stage::Running)
            | (Step::Lost { .. }, Stage::Running)
            | (Step::Cancel | Step::Waits { .. }, _) => Ok(()),
            _ => Err(Barred::OutOfTurn),
        }
    }

    fn check_ask(&self, by: &Actor, order: &Order, digest: &str, typed: Option<&str>) -> Result<(), Barred> {
        if order.targets.is_empty() || order.targets.len() > MOST_TARGETS {
            return Err(Barred::Targets);
        }
        let ours = |target: &crate::core::execution::order::Target| {
            target.incident.tenant == self.tenant.id && self.incident(target.incident.number).is_some()
        };
        if !order.targets.iter().all(ours) {
            return Err(Barred::NoIncident);
        }
        if !(30..=172_800).contains(&order.timeout_seconds) {
            return Err(Barred::Timeout);
        }
        if order.digest() != digest {
            return Err(Barred::Changed);
        }
        let word = order.word();
        if self.gate(by, order).typed && typed.map(str::trim) != Some(word.trim()) {
            return Err(Barred::NotTyped(word));
        }
        Ok(())
    }

    /// What stands before an order of somebody's.
    pub fn gate(&self, by: &Actor, order: &Order) -> Gate {
        order.risk.gate(self.role_of(&by.who))
    }

    fn check_decision(&self, now: Moment, execution: &Execution, by: &Actor) -> Result<(), Barred> {
        if by.who == execution.by.who {
            return Err(Barred::OwnRequest);
        }
        if execution.approval.as_ref().is_none_or(|approval| approval.expires_at <= now) {
            return Err(Barred::NotWaiting);
        }
        let (role, asker) = (self.role_of(&by.who), self.role_of(&execution.by.who));
        if role.may_approve(asker) { Ok(()) } else { Err(Barred::Role(role.word())) }
    }

    /// A step of an execution's life. One that may not be taken does nothing.
    pub fn step(&mut self, now: Moment, on: &OnExecution, changes: &mut Vec<Change>) {
        if self.check_execution(now, on).is_err() {
            return;
        }
        if let Step::Ask { order, digest, .. } = &on.step {
            return self.begin(now, &on.by, order, digest, changes);
        }
        let Some(execution) = self.executions.get(&on.execution) else { return };
        let mut execution = Execution::clone(execution);
        let over = |outcome, why: Option<&str>| Stage::Ended { outcome, why: why.map(str::to_owned) };
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
                execution.command_id = Some(command_id.clone());
                execution.request_id.clone_from(request_id);
            }
            Step::NotSent { why } => execution.stage = over(Outcome::NotSent, Some(why)),
            Step::Lost { why } => execution.stage = over(Outcome::Unknown, Some(why)),
            Step::Progress { runs } => execution.runs.clone_from(runs),
            Step::Waits { for_what } => execution.waits_for.clone_from(for_what),
            Step::Ended { runs, .. } => {
                execution.runs.clone_from(runs);
                execution.stage = over(judged(&execution), None);
            }
        }
        self.keep_execution(now, execution, changes);
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
        self.keep_execution(now, execution, changes);
    }

    /// Time has passed for an execution: its approval came too late, or it leaves the board.
    pub(super) fn due_execution(&mut self, at: Moment, number: u64, changes: &mut Vec<Change>) {
        let Some(execution) = self.executions.get(&number) else { return };
        let late = execution.approval.as_ref().is_some_and(|approval| approval.expires_at <= at);
        if execution.awaits_approval() && late {
            let mut execution = Execution::clone(execution);
            execution.stage = Stage::Ended { outcome: Outcome::Expired, why: None };
            self.keep_execution(at, execution, changes);
        } else if execution.ended_at.is_some_and(|then| then + REMEMBERED_FOR <= at) {
            self.executions.remove(&number);
            changes.push(Change::ExecutionForgotten { id: ExecutionId { tenant: self.tenant.id.clone(), number } });
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

/// How an execution ended whose machines are all done: as its worst one.
fn judged(execution: &Execution) -> Outcome {
    let outcome = |run: &Run| match run.status.as_str() {
        "Success" => Outcome::Success,
        "Cancelled" => Outcome::Cancelled,
        "TimedOut" => Outcome::TimedOut,
        _ => Outcome::Failed,
    };
    let worst = |outcome: &Outcome| match outcome {
        Outcome::Success => 0,
        Outcome::Cancelled => 1,
        Outcome::TimedOut => 2,
        _ => 3,
    };
    execution.runs.iter().map(outcome).max_by_key(worst).unwrap_or(Outcome::Unknown)
}
