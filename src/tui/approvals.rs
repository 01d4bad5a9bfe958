//! Approvals at a seat: what is announced when somebody asks or decides, and what is asked of the engine. The rules are the
//! core's; what a seat knows of them spares a question whose answer is no.

use std::sync::Arc;

use ratatui::layout::Rect;

use super::app::App;
use super::command;
use super::effect::{Effect, Purpose};
use super::executions::Question;
use super::input::Input;
use super::popups::Popup;
use super::popups::approvals::{Approvals, waiting};
use super::popups::prompt::Prompt;
use crate::core::board::Snapshot;
use crate::core::execution::Execution;
use crate::core::execution::passage::Passage;
use crate::core::execution::step::Barred;
use crate::core::role::Role;
use crate::link::Request;

impl App {
    /// Shows what waits for approval.
    pub fn list_approvals(&mut self) {
        let list = Approvals::new(&self.board);
        self.popup(Popup::Approvals(Box::new(list)));
    }

    /// An execution is about to change on the board: says so where somebody is asked for, or was answered.
    pub fn approval_changes(&mut self, execution: &Execution) {
        let was = self.board.execution(&execution.id).map(|was| &**was);
        let Some(passage) = Passage::between(was, execution) else { return };
        let mine = execution.by.who == self.operator;
        let words = passage.words(execution);
        match passage {
            Passage::Asked if !mine => {
                let (key, tenant) = (self.key_of("approvals"), &execution.id.tenant);
                if self.bell.from.is_some() && !self.bell.is_muted(tenant) {
                    self.effect(Effect::Ring(words.clone()));
                }
                self.notice(format!("{words}; {key} shows it"));
            }
            Passage::Approved if mine => self.notice(words),
            Passage::Rejected | Passage::Expired if mine => self.mistake(words),
            Passage::Withdrawn if mine && execution.cancelled_by.as_ref() != Some(&self.operator) => {
                self.mistake(words);
            }
            _ => {}
        }
    }

    /// A whole board is about to take the place of the one that fell behind: what was asked and answered in between is said as
    /// well.
    pub fn approvals_of(&mut self, snapshot: &Snapshot) {
        for execution in snapshot.tenants.iter().flat_map(|part| &part.executions) {
            self.approval_changes(execution);
        }
    }

    /// What is on the board has changed: lists of executions follow it, and a question that has been answered elsewhere is not
    /// asked any more.
    pub fn follow_executions(&mut self) {
        for popup in &mut self.popups {
            match popup {
                Popup::Approvals(approvals) => approvals.refresh(&self.board),
                Popup::Executions(executions) => executions.refresh(&self.board),
                _ => {}
            }
        }
        let Some(Popup::Confirm(confirm)) = self.popups.last() else { return };
        let [Effect::Ask(Purpose::Execution(question), _)] = &confirm.effects[..] else { return };
        let (id, open): (_, fn(&Execution) -> bool) = match question {
            Question::Approve(id) => (id, Execution::awaits_approval),
            Question::Cancel(id) => (id, |one| !one.is_over()),
            Question::Reject(_) | Question::Older(_) => return,
        };
        let now = self.board.execution(id).cloned();
        if now.as_ref().is_none_or(|now| !open(now)) {
            self.close();
            self.mistake(now.map_or_else(|| Barred::NoExecution.to_string(), |now| over(&now)));
        }
    }

    /// What is shown of an order is as wide as the screen.
    pub fn fit_approvals(&mut self, area: Rect) {
        let mut popups = std::mem::take(&mut self.popups);
        for popup in &mut popups {
            if let Popup::Approvals(approvals) = popup {
                approvals.fit(self, area);
            }
        }
        self.popups = popups;
    }

    /// Says yes to what is shown, for a reason or without one, after asking.
    pub fn approve(&mut self, why: &str) {
        let Some(shown) = self.decidable() else { return };
        let (id, digest) = (shown.id.clone(), shown.order.digest());
        let why = Some(why.trim().to_owned()).filter(|why| !why.is_empty());
        let mut lines = vec![
            shown.headline(),
            format!("for {}, in account {} in {}", shown.by.who, shown.order.account_id, shown.order.region),
        ];
        lines.extend(why.as_ref().map(|why| format!("because {why}")));
        lines.push("It is sent as soon as you say yes.".into());
        let question = format!("Approve {id}?");
        let request = Request::Approve { execution: id.clone(), digest, why };
        self.popup(Popup::confirm(question, lines, vec![ask(Question::Approve(id), request)]));
    }

    /// The same, with a reason.
    pub fn approve_why(&mut self, why: &str) {
        if why.is_empty() {
            self.ask_why("approve-why", "Approve", "why; the audit log keeps it");
        } else {
            self.approve(why);
        }
    }

    /// Says no to what is shown, for a reason.
    pub fn reject(&mut self, why: &str) {
        if why.trim().is_empty() {
            return self.ask_why("reject", "Reject", "why; the one who asked will read it");
        }
        let Some(shown) = self.decidable() else { return };
        let id = shown.id.clone();
        let request = Request::Reject { execution: id.clone(), why: why.trim().into() };
        self.effect(ask(Question::Reject(id), request));
    }

    /// Takes back what one has asked for oneself, after asking.
    pub fn withdraw(&mut self) {
        let chosen = match self.popups.last() {
            Some(Popup::Approvals(approvals)) => approvals.chosen(),
            _ => None,
        };
        match chosen.and_then(|id| self.board.execution(&id).cloned()) {
            Some(one) if one.by.who == self.operator => self.cancel_execution(&one.id),
            Some(one) => {
                let (key, who) = (self.key_of("reject"), &one.by.who);
                self.mistake(format!("{who} asked for this; {key} rejects it"));
            }
            None => self.mistake("nothing waits for approval".into()),
        }
    }

    fn ask_why(&mut self, name: &str, verb: &str, hint: &str) {
        let Some(command) = command::named(name) else { return };
        if let Some(shown) = self.decidable() {
            let title = format!("{verb} {}", shown.id);
            let prompt = Prompt { command, aim: Vec::new(), title, hint: hint.into(), input: Input::default() };
            self.popup(Popup::Prompt(prompt));
        }
    }

    /// What is shown in full, if this seat may decide on it; else says why not. What is only listed is shown first, and so is what
    /// has changed since.
    fn decidable(&mut self) -> Option<Arc<Execution>> {
        let Some(Popup::Approvals(approvals)) = self.popups.last_mut() else { return None };
        let Some(shown) = approvals.shown().map(|shown| shown.execution.clone()) else {
            approvals.look_in();
            let looked = approvals.shown().is_some();
            self.mistake(if looked { "look at it first" } else { "nothing waits for approval" }.into());
            return None;
        };
        let now = self.board.execution(&shown.id).cloned();
        let why_not = match &now {
            None => Barred::NoExecution.to_string(),
            Some(now) if !now.awaits_approval() => over(now),
            Some(now) if now.digest != shown.order.digest() => {
                approvals.look_again(now.clone());
                Barred::Changed.to_string()
            }
            Some(now) if now.approval.as_ref().is_none_or(|approval| approval.expires_at <= self.now) => {
                Passage::Expired.words(now)
            }
            Some(_) if self.is_lost() => return None,
            Some(now) => match self.may_decide(now) {
                Ok(()) => return Some(shown),
                Err(Barred::OwnRequest) => format!("{}; {} takes it back", Barred::OwnRequest, self.key_of("withdraw")),
                Err(barred) => barred.to_string(),
            },
        };
        self.mistake(why_not);
        None
    }

    /// Whether whoever sits here may decide on it, as far as a seat knows.
    pub fn may_decide(&self, execution: &Execution) -> Result<(), Barred> {
        if execution.by.who == self.operator {
            return Err(Barred::OwnRequest);
        }
        let panel = self.board.tenants.get(&execution.id.tenant);
        let role = |who: &str| panel.map_or(Role::Viewer, |panel| panel.role(who));
        let here = role(&self.operator);
        if here.may_approve(role(&execution.by.who)) { Ok(()) } else { Err(Barred::Role(here.word())) }
    }

    /// How many wait, and which key shows them; absent when none does.
    pub fn waiting_mark(&self) -> Option<String> {
        let words = super::popups::approvals::waiting_words(&self.board)?;
        Some(format!("{words}: {}", self.key_of("approvals")))
    }

    /// The same for little room.
    pub fn waiting_mark_short(&self) -> Option<String> {
        let count = waiting(&self.board).count();
        (count > 0).then(|| format!("{count} wait: {}", self.key_of("approvals")))
    }
}

/// What became of one that waits no more.
fn over(execution: &Execution) -> String {
    let decided = execution.approval.as_ref().and_then(|approval| approval.decided.as_ref());
    match decided {
        Some(by) if by.approved => Passage::Approved.words(execution),
        _ => format!("{} waits no more: {}", execution.id, execution.standing()),
    }
}

fn ask(question: Question, request: Request) -> Effect {
    Effect::Ask(Purpose::Execution(question), request)
}
