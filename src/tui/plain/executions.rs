//! Executions and approvals at a plain seat: what is told of them, and what can be typed about them. What was not told in full here
//! cannot be approved here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Outcome, Plain, words};
use crate::core::execution::Execution;
use crate::core::execution::order::Order;
use crate::core::execution::passage::Passage;
use crate::core::execution::step::Barred;
use crate::core::id::ExecutionId;
use crate::core::timeline::Event;
use crate::link::{Refusal, Reply, Request};
use crate::tui::effect::Purpose;
use crate::tui::executions::Question;
use crate::tui::popups::approvals::order::document;

/// What was told in full: the digests of the orders.
pub type Told = BTreeMap<ExecutionId, String>;

/// A line of an incident's history that says what an execution's own line does.
pub(super) fn is_told(what: &Event) -> bool {
    match what {
        Event::ExecutionAsked { .. }
        | Event::ExecutionApproved { .. }
        | Event::ExecutionRejected { .. }
        | Event::ExecutionExpired { .. }
        | Event::ExecutionSent { .. }
        | Event::ExecutionEnded { .. }
        | Event::ExecutionNotSent { .. }
        | Event::ExecutionLost { .. } => true,
        Event::ExecutionCancelled { sent, .. } => !sent,
        _ => false,
    }
}

/// How many executions are told at once.
const LISTED: usize = 20;

impl Plain {
    /// What an execution that is about to change on the board has come to, if that is worth a line; and whether somebody should be
    /// woken for it.
    pub(super) fn execution_told(&self, is: &Execution) -> Option<(String, bool)> {
        let was = self.board.execution(&is.id).map(|was| &**was);
        let passage = Passage::between(was, is)?;
        let asked = passage == Passage::Asked && is.by.who != self.operator;
        let incident = self.board.incident(&is.incident_id);
        let approval = !matches!(passage, Passage::Begun | Passage::Ended);
        let wanted = approval || incident.is_none_or(|incident| self.query.matches(incident, self.viewer()));
        let rings = asked && self.bell.from.is_some() && !self.bell.is_muted(&is.id.tenant);
        let more = if asked { format!(" show {} tells what would run.", is.id) } else { String::new() };
        let name = Self::tenant_name(&self.board, &is.id.tenant);
        wanted.then(|| (format!("{}: {}, {name}.{more}", words::time(self, self.now), passage.words(is)), rings))
    }

    /// The executions on the board, what waits for approval first, then the latest.
    pub(super) fn executions(&self) -> Outcome {
        let mut all: Vec<_> = self.board.executions().collect();
        all.sort_by_key(|one| (!one.awaits_approval(), std::cmp::Reverse(one.asked_at), one.id.clone()));
        let line = |one: &&Arc<Execution>| {
            let (when, who) = (words::time(self, one.asked_at), &one.by.who);
            format!("{}: {}; risk {}, by {who} {when}.", one.headline(), one.standing(), one.order.risk.word())
        };
        let mut lines: Vec<String> = all.iter().take(LISTED).map(line).collect();
        match all.len() {
            0 => lines.push("No execution within a day.".into()),
            count if count > LISTED => lines.push(format!("And {} more.", count - LISTED)),
            _ => {}
        }
        Outcome { lines, ..Outcome::default() }
    }

    /// All about one: what is to run, and where it stands.
    pub(super) fn show_execution(&mut self, id: &ExecutionId) -> Outcome {
        let Some(one) = self.board.execution(id).cloned() else { return none() };
        self.told.insert(id.clone(), one.order.digest());
        let Order { account_id, region, timeout_seconds, risk, .. } = &one.order;
        let name = Self::tenant_name(&self.board, &id.tenant);
        let mut lines = vec![
            format!("{}, {name}: {}.", one.headline(), one.standing()),
            format!("Asked for by {} at {}.", one.by.who, words::time(self, one.asked_at)),
            format!("Account {account_id} in {region}. Ended after {timeout_seconds} seconds."),
            format!("Risk {}: {}.", risk.word(), one.why_approval()),
            format!("Document {}.", document(&one.order)),
        ];
        lines.extend(one.order.targets.iter().map(|target| format!("Machine {} {}.", target.instance, target.asset)));
        for (name, values) in &one.order.parameters {
            lines.push(format!("Parameter {name}:"));
            let all = values.iter().flat_map(|value| value.split('\n'));
            lines.extend((1..).zip(all).map(|(number, line)| format!("Line {number}: {line}")));
        }
        lines.push(format!("Digest {}.", one.order.digest()));
        if let Some(approval) = one.approval.as_ref().filter(|_| one.awaits_approval()) {
            let until = words::time(self, approval.expires_at);
            lines.push(format!("Waits until {until}. approve {id}, or reject {id} WHY."));
        }
        Outcome { lines, ..Outcome::default() }
    }

    /// `comp_acme-x2 WHY`: says yes to what was told.
    pub(super) fn approve(&self, rest: &str) -> Outcome {
        self.about_execution(rest, |plain, one, why| {
            plain.may_decide(one)?;
            let digest = match plain.told.get(&one.id) {
                Some(told) if *told == one.digest => told.clone(),
                Some(_) => return Err(format!("{}: show {} tells it.", Barred::Changed, one.id)),
                None => return Err(format!("First hear what would run: show {} tells it.", one.id)),
            };
            let why = Some(why.to_owned()).filter(|why| !why.is_empty());
            Ok((Question::Approve(one.id.clone()), Request::Approve { execution: one.id.clone(), digest, why }))
        })
    }

    /// `comp_acme-x2 WHY`: says no.
    pub(super) fn reject(&self, rest: &str) -> Outcome {
        self.about_execution(rest, |plain, one, why| {
            plain.may_decide(one)?;
            if why.is_empty() {
                return Err(format!("{}. For example: reject {} not before six", Barred::NoReason, one.id));
            }
            Ok((Question::Reject(one.id.clone()), Request::Reject { execution: one.id.clone(), why: why.into() }))
        })
    }

    /// `comp_acme-x2`: ends it, begun or not.
    pub(super) fn cancel(&self, rest: &str) -> Outcome {
        self.about_execution(rest, |_, one, _| {
            if one.is_over() {
                return Err(format!("{}.", Barred::Over));
            }
            Ok((Question::Cancel(one.id.clone()), Request::Cancel { execution: one.id.clone() }))
        })
    }

    /// The engine has answered.
    pub(super) fn execution_answered(question: &Question, answer: &Result<Reply, Refusal>) -> Outcome {
        match (question, answer) {
            (_, Err(refusal)) => Outcome::say(format!("Not done: {}", refusal.message)),
            (Question::Approve(id), _) => Outcome::say(format!("Approved {id}.")),
            (Question::Reject(id), _) => Outcome::say(format!("Rejected {id}.")),
            (Question::Cancel(id), _) => Outcome::say(format!("Cancelled {id}.")),
            (Question::Older(_), _) => Outcome::default(),
        }
    }

    fn may_decide(&self, one: &Execution) -> Result<(), String> {
        if !one.awaits_approval() {
            return Err(format!("{} waits for no approval: {}.", one.id, one.standing()));
        }
        if one.by.who == self.operator {
            return Err(format!("{}. cancel {} takes it back.", Barred::OwnRequest, one.id));
        }
        Ok(())
    }

    fn about_execution(
        &self,
        rest: &str,
        ask: impl FnOnce(&Self, &Execution, &str) -> Result<(Question, Request), String>,
    ) -> Outcome {
        let (which, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let found = which.parse::<ExecutionId>().ok().and_then(|id| self.board.execution(&id));
        let Some(one) = found else { return none() };
        match ask(self, one, text.trim()) {
            Ok((question, request)) => {
                Outcome { ask: Some((Purpose::Execution(question), request)), ..Outcome::default() }
            }
            Err(say) => Outcome::say(say),
        }
    }
}

fn none() -> Outcome {
    Outcome::say("Which one? Its id, as comp_acme-x2. executions tells them.")
}
