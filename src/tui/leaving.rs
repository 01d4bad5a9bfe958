//! Leaving the seat while sessions are open, or while others are on the engine that runs in it: no session goes on unless somebody
//! said so, and nothing ends unasked. A seat that is cut off, or
//! ended by a signal, says nothing: its sessions wait for their operator until nobody has typed for too long.

use super::app::{App, Phase};
use super::effect::Effect;
use super::popups::Popup;
use super::popups::leaving::Leaving;
use super::sessions::Question;
use crate::core::id::SessionId;
use crate::link::session::Talk;

impl App {
    /// Quits, after asking what becomes of the sessions that would lose whoever types in them, and of the engine that others are on.
    /// Once it is on its way, a second word quits at once.
    pub fn quit(&mut self) {
        if let Some(Popup::Leaving(leaving)) = self.popups.last() {
            let waits = leaving.waits;
            return if waits { self.effect(Effect::Quit) } else { self.mistake(self.leaving_words()) };
        }
        let (sessions, others) = (self.left_behind(), self.left_alone());
        if sessions.is_empty() && others.is_empty() {
            return self.go_away();
        }
        // Over the wall and whatever else is open: it is about leaving all of it.
        self.popup(Popup::Leaving(Leaving { sessions, others, waits: false }));
    }

    /// Ends the sessions, then quits.
    pub fn end_and_quit(&mut self) {
        if self.embedded {
            // The engine ends them as it stops.
            return self.go_away();
        }
        self.leave_with(|session| (Question::End(session.clone()), Talk::End { session }));
    }

    /// Lets the engine of this seat go on in the background, then quits: the others come back to it by themselves.
    pub fn leave_engine_and_quit(&mut self) {
        if !self.embedded {
            return self.mistake("the engine does not run in this seat: it goes on in any case".into());
        }
        if !self.hands_over {
            return self.mistake("this engine ends with its seat".into());
        }
        self.effect(Effect::LeaveEngine);
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
        let (behind, others) = (self.left_behind(), self.left_alone());
        let Some(Popup::Leaving(leaving)) = self.popups.last_mut() else { return };
        leaving.sessions.retain(|id| behind.contains(id));
        leaving.others = others;
        if !leaving.sessions.is_empty() || !leaving.others.is_empty() {
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

    /// Those whose engine would end with this seat.
    fn left_alone(&self) -> Vec<String> {
        let others = self.others().filter(|_| self.embedded);
        others.map(|one| format!("{} at {}", one.who, one.seat)).collect()
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
        let [end, detach, leave, stay] =
            ["end-and-quit", "detach-and-quit", "leave-engine", "stay"].map(|name| self.key_of(name));
        let what = match self.popups.last() {
            Some(Popup::Leaving(leaving)) if leaving.sessions.is_empty() => "the engine",
            _ => "the sessions",
        };
        let or = match (self.embedded, self.left_alone().is_empty()) {
            (false, _) => format!("{detach} leaves them open and quits, "),
            (true, false) if self.hands_over => format!("{leave} leaves the engine running and quits, "),
            (true, _) => String::new(),
        };
        format!("{end} ends {what} and quits, {or}{stay} stays")
    }
}
