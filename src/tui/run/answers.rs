//! What the engine answers on the way to an execution, and what that leads to.

use super::wish::Found;
use super::{Question, SOMETHING_ELSE};
use crate::core::execution::step::Barred;
use crate::core::id::{ExecutionId, IncidentId};
use crate::link::remote::{Draft, Offer, Reached, Remote};
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::popups::Popup;
use crate::tui::popups::run::Page;
use crate::tui::popups::run::plan::Confirmation;

impl App {
    /// The engine has answered a question about what is to run, or runs.
    pub fn run_answered(&mut self, question: Question, answer: Result<Reply, Refusal>) {
        let why = |answer: Result<Reply, Refusal>| match answer {
            Ok(_) => SOMETHING_ELSE.to_owned(),
            Err(refusal) => refusal.message,
        };
        match (question, answer) {
            (Question::Runbooks(incident), answer) => {
                let answer = match answer {
                    Ok(Reply::Reached(Reached::Runbooks(offers))) => Ok(offers),
                    other => Err(why(other)),
                };
                self.runbooks_answered(&incident, answer);
            }
            (Question::Locate(aim), Ok(Reply::Reached(Reached::Located(found)))) => {
                self.located(&aim, Found::Known(found));
            }
            (Question::Locate(aim), other) => self.located(&aim, Found::Failed(why(other))),
            (Question::Prepare(draft), answer) => {
                let answer = match answer {
                    Ok(Reply::Reached(Reached::Plan(plan))) => Ok(plan),
                    other => Err(why(other)),
                };
                if let Some(plan) = self.plan_of(&draft) {
                    plan.answered(answer);
                }
            }
            (Question::Run(draft), Ok(Reply::Reached(Reached::Begun(id)))) => self.begun(*draft, id),
            (Question::Run(draft), other) => self.not_begun(&draft, why(other)),
            (question @ (Question::Output { .. } | Question::Kept(_)), answer) => {
                self.watched_answered(question, answer);
            }
        }
    }

    fn runbooks_answered(&mut self, incident: &IncidentId, answer: Result<Vec<Offer>, String>) {
        let list = self.pages().find_map(|page| match page {
            Page::Runbooks(runbooks) if runbooks.wish.aim.first() == Some(incident) => Some(runbooks),
            _ => None,
        });
        let named = list.is_some_and(|runbooks| runbooks.answered(answer));
        if named && matches!(self.page(), Some(Page::Runbooks(_))) {
            self.submit();
        }
    }

    /// The machines are known, or nobody could say: what waited for that goes on.
    fn located(&mut self, aim: &[IncidentId], found: Found) {
        for page in self.pages() {
            if let Some(wish) = page.wish().filter(|wish| wish.aim == aim && wish.found == Found::Asked) {
                wish.found = found.clone();
            }
        }
        let waits = match self.page() {
            Some(Page::Runbooks(runbooks)) => std::mem::take(&mut runbooks.waits),
            Some(Page::Script(script)) => std::mem::take(&mut script.waits),
            _ => false,
        };
        if let Some(wish) = self.page().and_then(Page::wish).filter(|_| waits).cloned() {
            self.go_on(wish);
        }
    }

    fn plan_of(&mut self, draft: &Draft) -> Option<&mut Confirmation> {
        self.pages().rev().find_map(|page| match page {
            Page::Plan(plan) if plan.draft == *draft => Some(plan),
            _ => None,
        })
    }

    /// It runs, or waits for approval: what led there is done with, and it is followed.
    fn begun(&mut self, draft: Draft, id: ExecutionId) {
        let open = self.plan_of(&draft).is_some();
        self.watched.begun(id.clone(), draft);
        self.incidents.unmark();
        if !open {
            let key = self.key_of("follow");
            return self.notice(format!("{id} has begun; {key} follows it"));
        }
        self.popups.retain(|popup| !matches!(popup, Popup::Run(_)));
        self.follow(id);
    }

    fn not_begun(&mut self, draft: &Draft, why: String) {
        let changed = why == Barred::Changed.to_string();
        if let Some(plan) = self.plan_of(draft) {
            if changed {
                plan.ask_again();
            } else {
                plan.not_taken();
            }
            if changed {
                self.reach(Question::Prepare(Box::new(draft.clone())), Remote::Prepare(draft.clone()));
            }
        }
        self.mistake(why);
    }
}
