//! Sessions at a seat, beside the bytes: the list of them, coming back to one, watching, taking over, ending; and what is said
//! when somebody looks on, takes over, or one ends. Who may do what is the core's to say.

use std::sync::Arc;

use super::app::App;
use super::effect::{Effect, Purpose};
use super::opening::something_else;
use super::popups::Popup;
use super::popups::sessions::Sessions as List;
use super::sessions::Question as Asked;
use crate::core::board::Board;
use crate::core::id::{IncidentId, TenantId};
use crate::core::session::passage::Passage;
use crate::core::session::{Kind, Session};
use crate::link::session::{Sessions, Talk};
use crate::link::{Refusal, Reply, Request};

/// Sessions that are asked of the store, at most.
const OLDER: usize = 500;

/// What was asked about sessions, beside what `sessions` asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// The machine behind an incident.
    Locate(IncidentId),
    /// Which ones a tenant has had.
    Older(TenantId),
    /// The ports of the runbooks that fit an incident.
    Ports(IncidentId),
}

impl App {
    /// Lists the sessions of the tenant called `id`, of the only one shown, or of all.
    pub fn list_sessions(&mut self, id: &str) {
        let narrowed = match id {
            "" => self.narrowed.clone(),
            id => match self.tenant_meant(id) {
                Some(tenant) => Some(tenant),
                None => return,
            },
        };
        self.show_sessions(narrowed);
    }

    /// Lists those of the tenant that the selected one is of, with those that have left the board.
    pub fn list_older_sessions(&mut self) {
        let Some(Popup::Sessions(list)) = self.popups.last() else { return };
        if list.narrowed.is_some() {
            return self.mistake("these are all that the store has".into());
        }
        let chosen = list.selected().map(|one| one.id.tenant.clone());
        let Some(tenant) = chosen.or_else(|| self.tenant_meant("")) else { return };
        self.close();
        self.show_sessions(Some(tenant));
    }

    /// Comes back to the selected session where that takes it from nobody, else looks on.
    pub fn attend_listed(&mut self) {
        let Some(one) = self.listed_session() else { return };
        let me = self.me();
        let (id, mine) = (one.id.clone(), one.by.who == me.who);
        self.popups.clear();
        if one.is_driven_by(&me) || one.watchers.contains(&me) {
            return self.tab_opened(id);
        }
        match &one.driver {
            // Whoever had it is gone: it waits for them, or for anybody once it was left on purpose.
            None if mine || one.detached => self.drive_session(id),
            _ => self.watch_session(id),
        }
    }

    /// Takes the selected session over, after asking.
    pub fn take_over_listed(&mut self) {
        let Some(one) = self.listed_session() else { return };
        self.take_over(&one);
    }

    /// Takes a session over, after asking.
    pub fn take_over(&mut self, one: &Session) {
        let me = self.me();
        if one.is_driven_by(&me) {
            return self.mistake("you type in it already".into());
        }
        let lines = vec![one.headline(), one.hands(), "Whoever types there now can only look on afterwards.".into()];
        let (id, question) = (one.id.clone(), format!("Take {} over?", one.id));
        let effect = talk(Asked::Drive(id.clone()), Talk::Drive { session: id });
        self.popup(Popup::confirm(question, lines, vec![effect]));
    }

    /// Ends the selected session, after asking.
    pub fn end_listed_session(&mut self) {
        let Some(one) = self.listed_session() else { return };
        self.end_session(&one);
    }

    /// Ends a session, after asking.
    pub fn end_session(&mut self, one: &Session) {
        let lines = vec![one.headline(), one.hands(), "What runs in it on the machine ends with it.".into()];
        let (id, question) = (one.id.clone(), format!("End {}?", one.id));
        let effect = talk(Asked::End(id.clone()), Talk::End { session: id });
        self.popup(Popup::confirm(question, lines, vec![effect]));
    }

    /// The engine has answered.
    pub fn attended(&mut self, question: Question, answer: Result<Reply, Refusal>) {
        match (question, answer) {
            (Question::Locate(incident), answer) => self.shell_located(&incident, answer),
            (Question::Ports(incident), answer) => self.ports_offered(&incident, answer),
            (Question::Older(tenant), answer) => {
                let answer = match answer {
                    Ok(Reply::Sessions(sessions)) => Ok(sessions),
                    Ok(_) => Err(something_else()),
                    Err(refusal) => Err(refusal.message),
                };
                for popup in &mut self.popups {
                    if let Popup::Sessions(list) = popup {
                        list.answered(&tenant, answer.clone());
                        list.refresh(&self.board);
                    }
                }
            }
        }
    }

    /// A session is about to change on the board: says what concerns whoever sits here.
    pub fn session_changes(&mut self, is: &Session) {
        let was = self.board.session(&is.id).cloned();
        self.say_session(was.as_deref(), is);
    }

    /// The board is another one: says what has become of sessions meanwhile.
    pub fn sessions_since(&mut self, before: &Board) {
        let all: Vec<_> = self.board.sessions().cloned().collect();
        for is in all {
            if let Some(was) = before.session(&is.id).cloned() {
                self.say_session(Some(&was), &is);
            }
        }
    }

    /// Says what has become of a session in which this seat has a hand.
    fn say_session(&mut self, was: Option<&Session>, is: &Session) {
        let (Some(was), Some(passage)) = (was, Passage::between(was, is)) else { return };
        let me = self.me();
        let mine = was.is_driven_by(&me) || (was.driver.is_none() && was.by.who == me.who);
        if !mine && !was.watchers.contains(&me) || passage.who() == Some(&me) {
            return;
        }
        let words = passage.words(is);
        match passage {
            Passage::Driven(_) if mine => self.warn(format!("{words}; {} lists it", self.key_of("sessions"))),
            // Whoever did it here knows.
            Passage::Asked | Passage::Opened | Passage::Detached | Passage::Abandoned => {}
            Passage::Driven(_) | Passage::Watched(_) | Passage::Unwatched(_) | Passage::Ended => self.notice(words),
        }
    }

    /// Asks about sessions.
    pub(super) fn attend(&mut self, question: Question, request: Request) {
        self.effect(Effect::Ask(Purpose::Attend(question), request));
    }

    /// Lists of sessions show what is on the board now.
    pub fn follow_sessions(&mut self) {
        for popup in &mut self.popups {
            if let Popup::Sessions(list) = popup {
                list.refresh(&self.board);
            }
        }
    }

    fn show_sessions(&mut self, narrowed: Option<TenantId>) {
        let list = List::new(narrowed.clone(), &self.board);
        self.popup(Popup::Sessions(Box::new(list)));
        if let Some(tenant) = narrowed {
            let request = Request::Sessions(Sessions { tenant: tenant.clone(), incident: None, limit: OLDER });
            self.attend(Question::Older(tenant), request);
        }
    }

    /// The selected session, if anything can be done with it; else says why not.
    fn listed_session(&mut self) -> Option<Arc<Session>> {
        let Some(Popup::Sessions(list)) = self.popups.last() else { return None };
        match list.selected().cloned() {
            Some(one) if one.is_over() => {
                let recorded = !matches!(one.wish.kind, Kind::Forward { .. });
                let plays = format!("; `alert-whisperer session replay {}` plays it", one.id);
                self.mistake(format!("{} is over{}", one.id, if recorded { &*plays } else { "" }));
                None
            }
            Some(one) => (!self.is_lost()).then_some(one),
            None => {
                self.mistake("there is no session".into());
                None
            }
        }
    }
}

fn talk(question: Asked, talk: Talk) -> Effect {
    Effect::Ask(Purpose::Session(question), Request::Session(talk))
}
