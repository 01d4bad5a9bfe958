//! What becomes of executions, as a seat tells it: followed in a popup, said when one that was asked for here ends, said loudly
//! when one runs by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::layout::Rect;

use super::Question;
use crate::core::board::Board;
use crate::core::execution::passage::Passage;
use crate::core::execution::{Execution, Outcome};
use crate::core::id::ExecutionId;
use crate::core::time::{Moment, Span};
use crate::link::remote::{Draft, Reached};
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::popups::Popup;
use crate::tui::popups::run::Page;
use crate::tui::popups::run::execution::Following;

/// Drafts that are remembered.
const REMEMBERED: usize = 100;
/// After an execution was told of, the key that follows one follows that, for so long.
const TOLD_FOR: Span = Span::MINUTE;

/// What a seat remembers of executions.
#[derive(Debug, Default)]
pub struct Watched {
    /// What those asked for here were made of.
    drafts: BTreeMap<ExecutionId, Draft>,
    /// The one that was told of last, and when.
    told: Option<(ExecutionId, Moment)>,
}

impl Watched {
    /// It was asked for here.
    pub fn begun(&mut self, id: ExecutionId, draft: Draft) {
        self.drafts.insert(id, draft);
        if self.drafts.len() > REMEMBERED {
            self.drafts.pop_first();
        }
    }

    /// What an execution was made of, if it was asked for here.
    pub fn draft_of(&self, id: &ExecutionId) -> Option<&Draft> {
        self.drafts.get(id)
    }
}

impl App {
    /// Follows an execution: the one called `text`, the one that was just told of, or the incident's latest.
    pub fn follow_latest(&mut self, text: &str) {
        if !text.is_empty() {
            return match text.trim().parse() {
                Ok(id) => self.follow(id),
                Err(_) => self.mistake("an execution's id looks like comp_acme-x2".into()),
            };
        }
        let now = self.now;
        let told = self.watched.told.take().filter(|(_, at)| now - *at <= TOLD_FOR).map(|(id, _)| id);
        if let Some(id) = told.or_else(|| self.execution_meant()) {
            self.follow(id);
        }
    }

    /// Opens an execution, to see how it goes.
    pub fn follow(&mut self, id: ExecutionId) {
        self.popup(Popup::Run(Box::new(Page::Execution(Following::new(id)))));
    }

    /// An execution, if it is on the board or shown.
    pub fn execution(&self, id: &ExecutionId) -> Option<Arc<Execution>> {
        let shown = self.popups.iter().rev().find_map(|popup| match popup {
            Popup::Run(page) => match &**page {
                Page::Execution(following) if following.id == *id => following.execution(self),
                _ => None,
            },
            _ => None,
        });
        shown.or_else(|| self.board.execution(id)).cloned()
    }

    /// The latest execution for the incident aimed at; says so when there is none.
    pub(super) fn execution_meant(&mut self) -> Option<ExecutionId> {
        let incident = self.targets().first()?.clone();
        let latest = self.board.executions_of(&incident).next().map(|execution| execution.id.clone());
        if latest.is_none() {
            let key = self.key_of("runbooks");
            self.mistake(format!("nothing was run for {incident} in the last day; {key} runs something"));
        }
        latest
    }

    /// Does something with the execution that is followed.
    pub fn in_execution(&mut self, how: impl FnOnce(&mut Following, &Self)) {
        let Some(Popup::Run(mut page)) = self.popups.pop() else { return };
        if let Page::Execution(following) = &mut *page {
            how(following, self);
        }
        self.popup(Popup::Run(page));
    }

    /// Ends what is followed, after asking.
    pub fn cancel_followed(&mut self) {
        if let Some(execution) = self.followed() {
            self.cancel_execution(&execution.id);
        }
    }

    /// Runs once more what is followed.
    pub fn run_followed_again(&mut self) {
        if let Some(execution) = self.followed() {
            self.run_once_more(&execution.id);
        }
    }

    /// Copies what is shown of what was written.
    pub fn copy_output(&mut self) {
        let Some(Page::Execution(following)) = self.page() else { return };
        match following.text() {
            text if text.is_empty() => self.mistake("there is nothing to copy yet".into()),
            text => self.copy_text(text),
        }
    }

    /// Writes what a machine wrote into a file.
    pub fn save_output(&mut self) {
        let Some(Popup::Run(page)) = self.popups.last() else { return };
        let Page::Execution(following) = &**page else { return };
        match following.file(self) {
            Some((name, text)) => self.effect(Effect::WriteFile { name, text }),
            None => self.mistake("there is nothing to write yet".into()),
        }
    }

    /// Brings the pages up to date before they are drawn on a screen of `area`.
    pub fn settle_pages(&mut self, area: Rect) {
        let mut popups = std::mem::take(&mut self.popups);
        for popup in &mut popups {
            if let Popup::Run(page) = popup
                && let Some(effect) = page.settle(self, area)
            {
                self.effects.push(effect);
            }
        }
        self.popups = popups;
    }

    /// The engine has come back: what was asked before is not answered any more.
    pub fn ask_pages_anew(&mut self) {
        for page in self.pages() {
            if let Page::Execution(following) = page {
                following.forget();
            }
        }
    }

    /// The board is another one: says what has ended meanwhile.
    pub fn executions_since(&mut self, before: &Board) {
        let all: Vec<_> = self.board.executions().filter(|is| before.execution(&is.id).is_some()).cloned().collect();
        for execution in all {
            self.execution_changed(before.execution(&execution.id).map(|was| &**was), &execution);
        }
    }

    /// An execution is as it is now. `was`: what the board has of it. What is decided on it is `approvals`' to tell.
    pub fn execution_changed(&mut self, was: Option<&Execution>, is: &Execution) {
        let follow = self.key_of("follow");
        let ended = Passage::between(was, is) == Some(Passage::Ended);
        let open = matches!(self.popups.last(), Some(Popup::Run(page)) if page.is_of(&is.id));
        if was.is_none() && is.order.auto {
            self.watched.told = Some((is.id.clone(), self.now));
            self.warn(format!("RUNS BY ITSELF: {}; {follow} follows it", is.headline()));
        } else if ended && (is.by.who == self.operator || is.order.auto) && !open {
            self.watched.told = Some((is.id.clone(), self.now));
            let said = format!("{}; {follow} shows it", Passage::Ended.words(is));
            if is.outcome() == Some(Outcome::Success) { self.notice(said) } else { self.mistake(said) }
        }
    }

    pub(super) fn watched_answered(&mut self, question: Question, answer: Result<Reply, Refusal>) {
        let now = self.now;
        let why = |answer: Result<Reply, Refusal>| match answer {
            Ok(_) => super::SOMETHING_ELSE.to_owned(),
            Err(refusal) => refusal.message,
        };
        match question {
            Question::Output { execution, instance, ask } => {
                let answer = match answer {
                    Ok(Reply::Reached(Reached::Output(followed))) => Ok(followed),
                    other => Err(why(other)),
                };
                if let Some(following) = self.following(&execution) {
                    following.output_answered(now, &instance, ask, answer);
                }
            }
            Question::Kept(execution) => {
                let answer = match answer {
                    Ok(Reply::Execution(ran)) => Ok(*ran),
                    other => Err(why(other)),
                };
                if let Some(following) = self.following(&execution) {
                    following.kept_answered(answer);
                }
            }
            _ => {}
        }
    }

    fn following(&mut self, id: &ExecutionId) -> Option<&mut Following> {
        self.pages().rev().find_map(|page| match page {
            Page::Execution(following) if following.id == *id => Some(following),
            _ => None,
        })
    }

    /// The execution that is followed in the last popup.
    fn followed(&mut self) -> Option<Arc<Execution>> {
        let Some(Page::Execution(following)) = self.page() else { return None };
        let id = following.id.clone();
        let execution = self.execution(&id);
        if execution.is_none() {
            self.mistake(format!("{id} is not here yet"));
        }
        execution
    }
}
