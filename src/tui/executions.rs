//! Executions at a seat: the list of them, and what is asked of the engine about one.

use super::app::App;
use super::effect::{Effect, Purpose};
use super::popups::Popup;
use super::popups::executions::Executions;
use crate::core::execution::Execution;
use crate::core::id::{ExecutionId, TenantId};
use crate::link::{Refusal, Reply, Request};

/// Executions that are asked of the store, at most.
const OLDER: usize = 500;

/// What the engine was asked about executions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// To let it pass.
    Approve(ExecutionId),
    /// Not to.
    Reject(ExecutionId),
    /// To end it.
    Cancel(ExecutionId),
    /// Which ones a tenant has had.
    Older(TenantId),
}

impl Question {
    /// It changes something.
    pub const fn is_change(&self) -> bool {
        !matches!(self, Self::Older(_))
    }
}

impl App {
    /// Lists the executions of the tenant called `id`, of the only one shown, or of all.
    pub fn list_executions(&mut self, id: &str) {
        let narrowed = match id {
            "" => self.narrowed.clone(),
            id => match self.tenant_meant(id) {
                Some(tenant) => Some(tenant),
                None => return,
            },
        };
        self.show_executions(narrowed);
    }

    /// Lists the executions of the tenant that the selected one is of, with those that have left the board.
    pub fn list_older(&mut self) {
        let Some(Popup::Executions(list)) = self.popups.last() else { return };
        if list.narrowed.is_some() {
            return self.mistake("these are all that the store has".into());
        }
        let chosen = list.chosen().map(|id| id.tenant);
        let Some(tenant) = chosen.or_else(|| self.tenant_meant("")) else { return };
        self.close();
        self.show_executions(Some(tenant));
    }

    /// Shows the selected one.
    pub fn open_listed(&mut self) {
        let Some(Popup::Executions(list)) = self.popups.last() else { return };
        match list.chosen() {
            Some(id) => self.follow(id),
            None => self.mistake("there is no execution".into()),
        }
    }

    /// Ends the selected one, after asking.
    pub fn cancel_listed(&mut self) {
        let Some(Popup::Executions(list)) = self.popups.last() else { return };
        match list.chosen() {
            Some(id) => self.cancel_execution(&id),
            None => self.mistake("there is no execution".into()),
        }
    }

    /// Ends an execution, begun or not, after asking.
    pub fn cancel_execution(&mut self, id: &ExecutionId) {
        let Some(one) = self.board.execution(id).filter(|one| !one.is_over()) else {
            return self.mistake(format!("{id} is over"));
        };
        let one = one.clone();
        if self.is_lost() {
            return;
        }
        let mut lines = vec![one.headline(), one.standing()];
        lines.push(if one.command_id.is_some() {
            "Machines that have begun it may not stop at once.".into()
        } else {
            "It has not begun.".into()
        });
        let request = Request::Cancel { execution: id.clone() };
        let effect = Effect::Ask(Purpose::Execution(Question::Cancel(id.clone())), request);
        self.popup(Popup::confirm(format!("Cancel {id}?"), lines, vec![effect]));
    }

    /// The engine has answered.
    pub fn execution_answered(&mut self, question: Question, answer: Result<Reply, Refusal>) {
        match (question, answer) {
            (Question::Older(tenant), answer) => {
                let answer = match answer {
                    Ok(Reply::Executions(executions)) => Ok(executions),
                    Ok(_) => Err("the engine answered something else".into()),
                    Err(refusal) => Err(refusal.message),
                };
                for popup in &mut self.popups {
                    if let Popup::Executions(list) = popup {
                        list.answered(&tenant, answer.clone());
                        list.refresh(&self.board);
                    }
                }
            }
            (_, Err(refusal)) => self.mistake(refusal.message),
            (Question::Approve(id), Ok(_)) => self.notice(format!("approved {}", self.called(&id))),
            (Question::Reject(id), Ok(_)) => self.notice(format!("rejected {}", self.called(&id))),
            (Question::Cancel(id), Ok(_)) => self.notice(format!("cancelled {}", self.called(&id))),
        }
    }

    fn show_executions(&mut self, narrowed: Option<TenantId>) {
        let list = Executions::new(narrowed.clone(), &self.board);
        self.popup(Popup::Executions(Box::new(list)));
        if let Some(tenant) = narrowed {
            let request = Request::Executions { tenant: tenant.clone(), incident: None, limit: OLDER };
            self.effect(Effect::Ask(Purpose::Execution(Question::Older(tenant)), request));
        }
    }

    fn called(&self, id: &ExecutionId) -> String {
        self.board.execution(id).map_or_else(|| id.to_string(), |one| Execution::headline(one))
    }
}
