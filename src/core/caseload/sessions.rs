//! The life of a session: asked for, open, driven and watched, over. What each step does to it, and what it leaves in its
//! incident's history.

use std::sync::Arc;

use super::{Caseload, Due};
use crate::core::change::Change;
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::id::SessionId;
use crate::core::input::Actor;
use crate::core::quiet::OURSELVES;
use crate::core::role::Role;
use crate::core::session::step::{Barred, OnSession, Step};
use crate::core::session::{End, Kind, MOST_WATCHERS, Session, Stage, Wish};
use crate::core::time::{Moment, Span};
use crate::core::timeline::{Event, OfSession};

/// Bytes of a machine's or a host's name, of a command, of a reason and of an id that are kept.
const NAME: usize = 512;
const COMMAND: usize = 64 << 10;
const REASON: usize = 1_024;
const ID: usize = 256;

impl Caseload {
    /// Its sessions: all that are not over, and those that ended within a day.
    pub fn sessions(&self) -> impl Iterator<Item = &Arc<Session>> {
        self.sessions.values()
    }

    /// The number that the next one gets.
    pub fn next_session(&self) -> u64 {
        self.next_session
    }

    /// One of them.
    pub fn session(&self, number: u64) -> Option<&Arc<Session>> {
        self.sessions.get(&number)
    }

    /// Whether a step may be taken.
    ///
    /// # Errors
    /// Why not.
    pub fn check_session(&self, on: &OnSession) -> Result<(), Barred> {
        if let Step::Ask { wish } = &on.step {
            let new = if on.session == 0 { Ok(()) } else { Err(Barred::OutOfTurn) };
            return new.and_then(|()| self.check_wish(&on.by, wish));
        }
        let session = self.session(on.session).ok_or(Barred::NoSession)?;
        match (&on.step, &session.stage) {
            // Whoever is gone is gone.
            (Step::Leave, _) => Ok(()),
            (_, Stage::Ended { .. }) => Err(Barred::Over),
            (Step::Ask { .. }, _) => Err(Barred::OutOfTurn),
            (Step::Started { .. }, Stage::Opening) if session.aws_id.is_none() => Ok(()),
            (Step::Opened { .. }, Stage::Opening) if session.aws_id.is_some() => Ok(()),
            (Step::Started { .. } | Step::Opened { .. }, _) => Err(Barred::OutOfTurn),
            (Step::Drive, _) => self.check_hand(&on.by),
            (Step::Detach, _) if session.is_driven_by(&on.by) => Ok(()),
            (Step::Detach, _) => Err(Barred::OutOfTurn),
            (Step::Watch, _) if session.watchers.contains(&on.by) => Ok(()),
            (Step::Watch, _) if session.watchers.len() >= MOST_WATCHERS => Err(Barred::Crowded),
            // Whoever types in it may end it, and whoever might; time, the machine and the engine always do.
            (Step::Ended { how: End::Closed, .. }, _) if on.by.who != OURSELVES && !session.is_driven_by(&on.by) => {
                self.check_hand(&on.by)
            }
            (Step::Watch | Step::Ended { .. }, _) => Ok(()),
        }
    }

    /// A step of a session's life. One that may not be taken does nothing.
    pub fn step_session(&mut self, now: Moment, on: &OnSession, changes: &mut Vec<Change>) {
        if self.check_session(on).is_err() {
            return;
        }
        if let Step::Ask { wish } = &on.step {
            return self.begin_session(now, &on.by, wish, changes);
        }
        let Some(before) = self.sessions.get(&on.session).cloned() else { return };
        let mut session = Session::clone(&before);
        match &on.step {
            Step::Ask { .. } => {}
            Step::Started { aws_id } => session.aws_id = Some(cut(aws_id, ID)),
            Step::Opened { local_port } => {
                session.stage = Stage::Open;
                session.opened_at = Some(now);
                session.local_port = *local_port;
            }
            Step::Drive => {
                session.watchers.retain(|one| *one != on.by);
                session.driver = Some(on.by.clone());
                session.detached = false;
            }
            Step::Watch => {
                if session.is_driven_by(&on.by) {
                    session.driver = None;
                }
                if !session.watchers.contains(&on.by) {
                    session.watchers.push(on.by.clone());
                }
            }
            Step::Leave => {
                session.watchers.retain(|one| *one != on.by);
                session.driver = session.driver.take().filter(|driver| *driver != on.by);
            }
            Step::Detach => {
                session.driver = None;
                session.detached = true;
            }
            Step::Ended { how, why, exit_code, recording } => {
                let why = why.as_deref().map(|why| cut(why, REASON));
                session.stage = Stage::Ended { how: *how, why };
                session.ended_at = Some(now);
                session.exit_code = *exit_code;
                session.recording = recording.as_deref().cloned();
                session.driver = None;
                session.watchers.clear();
            }
        }
        if session == *before {
            return;
        }
        self.tell_session(now, &before, &session, on, changes);
        self.keep_session(session, changes);
    }

    /// Time has passed for a session that is over: it leaves the board.
    pub(super) fn due_session(&mut self, at: Moment, number: u64, changes: &mut Vec<Change>) {
        let over = |session: &Arc<Session>| session.ended_at.is_some_and(|then| then + REMEMBERED_FOR <= at);
        if self.sessions.get(&number).is_some_and(over) {
            self.sessions.remove(&number);
            changes.push(Change::SessionForgotten { id: SessionId { tenant: self.tenant.id.clone(), number } });
        }
    }

    /// Deadlines of sessions that the store kept.
    pub(super) fn load_sessions(&mut self) {
        let dues: Vec<_> = self.sessions.values().filter_map(|session| due(session)).collect();
        self.dues.extend(dues);
    }

    fn check_wish(&self, by: &Actor, wish: &Wish) -> Result<(), Barred> {
        self.check_hand(by)?;
        if let Some(incident) = &wish.incident {
            let ours = incident.tenant == self.tenant.id && self.incident(incident.number).is_some();
            if !ours {
                return Err(Barred::NoIncident);
            }
        }
        if wish.asset.len() > NAME {
            return Err(Barred::TooLong("a machine's name has at most 512 bytes"));
        }
        match &wish.kind {
            Kind::Command { text } if text.len() > COMMAND => Err(Barred::TooLong("a command has at most 64 KiB")),
            Kind::Command { text } if text.trim().is_empty() => Err(Barred::TooLong("there is no command")),
            Kind::Forward { host: Some(host), .. } if host.len() > NAME || host.is_empty() => {
                Err(Barred::TooLong("a host's name has 1 to 512 bytes"))
            }
            Kind::Forward { port: 0, .. } => Err(Barred::TooLong("a port is from 1 to 65535")),
            _ => Ok(()),
        }
    }

    /// Whether somebody may have a session of this tenant in their hands.
    fn check_hand(&self, by: &Actor) -> Result<(), Barred> {
        let (role, least) = (self.role_of(&by.who), self.tenant.settings.actions.sessions.max(Role::Technician));
        if role >= least { Ok(()) } else { Err(Barred::Role(role.word(), least.word())) }
    }

    fn begin_session(&mut self, now: Moment, by: &Actor, wish: &Wish, changes: &mut Vec<Change>) {
        let number = self.next_session;
        self.next_session += 1;
        let session = Session {
            id: SessionId { tenant: self.tenant.id.clone(), number },
            wish: wish.clone(),
            by: by.clone(),
            asked_at: now,
            stage: Stage::Opening,
            aws_id: None,
            opened_at: None,
            ended_at: None,
            driver: Some(by.clone()),
            watchers: Vec::new(),
            detached: false,
            local_port: None,
            exit_code: None,
            recording: None,
        };
        self.note_session(now, &session, Some(by), OfSession::Asked { what: wish.words() }, changes);
        self.keep_session(session, changes);
    }

    fn keep_session(&mut self, session: Session, changes: &mut Vec<Change>) {
        self.dues.extend(due(&session));
        let session = Arc::new(session);
        self.sessions.insert(session.id.number, session.clone());
        changes.push(Change::SessionChanged(session));
    }

    fn tell_session(&self, now: Moment, was: &Session, is: &Session, on: &OnSession, changes: &mut Vec<Change>) {
        let what = match &on.step {
            Step::Opened { .. } => OfSession::Opened,
            Step::Drive => OfSession::TakenOver { from: was.driver.as_ref().map(|driver| driver.who.clone()) },
            Step::Watch => OfSession::Watched,
            Step::Detach => OfSession::Detached,
            Step::Ended { how, why, .. } => {
                let lasted = is.opened_at.map_or(Span(0), |opened| Span((now - opened).0.max(0)));
                OfSession::Ended { how: *how, why: why.clone(), exit_code: is.exit_code, lasted }
            }
            Step::Ask { .. } | Step::Started { .. } | Step::Leave => return,
        };
        // Time, the machine and the engine end sessions too; a person closes one.
        let by_hand = !matches!(&on.step, Step::Opened { .. })
            && !matches!(&on.step, Step::Ended { how, .. } if *how != End::Closed);
        self.note_session(now, is, by_hand.then_some(&on.by), what, changes);
    }

    fn note_session(
        &self,
        now: Moment,
        session: &Session,
        by: Option<&Actor>,
        what: OfSession,
        changes: &mut Vec<Change>,
    ) {
        if let Some(incident) = &session.wish.incident {
            let event = Event::Session { session: session.id.clone(), what };
            self.write(now, incident.number, by, event, changes);
        }
    }
}

/// When time alone will next do something to a session.
fn due(session: &Session) -> Option<(Moment, Due)> {
    session.ended_at.map(|ended| (ended + REMEMBERED_FOR, Due::Session(session.id.number)))
}

/// The first of a text's bytes, at most so many, as a text.
fn cut(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}
