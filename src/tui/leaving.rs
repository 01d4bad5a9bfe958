//! Leaving the seat while sessions are open: none goes on unless somebody said so, and none ends unasked. A seat that is cut off, or
//! ended by a signal, says nothing: its sessions wait for their operator until nobody has typed for too long.

use super::app::{App, Phase};
use super::effect::Effect;
use super::popups::Popup;
use super::popups::leaving::Leaving;
use super::sessions::Question;
use crate::core::id::SessionId;
use crate::link::session::Talk;

impl App {
    /// Quits, after asking what becomes of the sessions that would lose whoever types in them. Once it is on its way, a second
    /// word quits at once.
    pub fn quit(&mut self) {
        if let Some(Popup::Leaving(leaving)) = self.popups.last() {
            let waits = leaving.waits;
            return if waits { self.effect(Effect::Quit) } else { self.mistake(self.leaving_words()) };
        }
        let sessions = self.left_behind();
        if sessions.is_empty() {
            return self.go_away();
        }
        // Over the wall and whatever else is open: it is about leaving all of it.
        self.popup(Popup::Leaving(Leaving { sessions, waits: false }));
    }

    /// Ends the sessions, then quits.
    pub fn end_and_quit(&mut self) {
        if self.embedded {
            // The engine ends them as it stops.
            return self.go_away();
        }
        self.leave_with(|session| (Question::End(session.clone()), Talk::End { session }));
    }

    /// Leaves the sessions open, then quits.
    pub fn detach_and_quit(&mut self) {
        if self.embedded {
            return self
                .mistake("the engine runs in this seat: no session outlives it; with `serve` they stay open".into());
        }
        self.leave_with(|session| (Question::Detach(session.clone()), Talk::Detach { session }));
    }

    /// The engine has refused what should have become of a session: the seat stays.
    pub fn stay_after_all(&mut self) {
        for popup in &mut self.popups {
            if let Popup::Leaving(leaving) = popup {
                leaving.waits = false;
            }
        }
    }

    /// Quits as soon as everything is as it was said to become. Called before each frame.
    pub fn settle_leaving(&mut self) {
        let behind = self.left_behind();
        let Some(Popup::Leaving(leaving)) = self.popups.last_mut() else { return };
        leaving.sessions.retain(|id| behind.contains(id));
        if !leaving.sessions.is_empty() {
            return;
        }
        let waits = leaving.waits;
        self.popups.pop();
        if waits {
            self.go_away();
        }
    }

    fn leave_with(&mut self, how: impl Fn(SessionId) -> (Question, Talk)) {
        let Some(Popup::Leaving(leaving)) = self.popups.last_mut() else { return };
        if std::mem::replace(&mut leaving.waits, true) {
            return;
        }
        for session in leaving.sessions.clone() {
            let (question, talk) = how(session);
            self.talk(question, talk);
        }
    }

    /// What would be left without anybody who types; with an engine in this process, what would end with it.
    fn left_behind(&self) -> Vec<SessionId> {
        match self.phase {
            Phase::Lost(_) | Phase::Away(_) | Phase::Waiting => Vec::new(),
            Phase::Live if self.embedded => {
                self.board.sessions().filter(|one| !one.is_over()).map(|one| one.id.clone()).collect()
            }
            Phase::Live => self.driven().map(|one| one.id.clone()).collect(),
        }
    }

    /// Nobody at this seat looks on any longer.
    fn go_away(&mut self) {
        let me = self.me();
        let live = self.phase == Phase::Live;
        let watched = self.board.sessions().filter(|one| live && !one.is_over() && one.watchers.contains(&me));
        let watched: Vec<_> = watched.map(|one| one.id.clone()).collect();
        for session in watched {
            self.talk(Question::Leave(session.clone()), Talk::Leave { session });
        }
        self.effect(Effect::Quit);
    }

    fn leaving_words(&self) -> String {
        let [end, detach, stay] = ["end-and-quit", "detach-and-quit", "stay"].map(|name| self.key_of(name));
        let detach = if self.embedded { String::new() } else { format!("{detach} leaves them open and quits, ") };
        format!("{end} ends the sessions and quits, {detach}{stay} stays")
    }
}
