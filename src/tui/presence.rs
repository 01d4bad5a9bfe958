//! Who else is on, and what they look at; and that this seat tells the others what it looks at, once its selection has rested.

use super::app::{App, Phase};
use super::effect::{Effect, Purpose};
use super::popups::Popup;
use super::popups::people::People;
use crate::core::id::IncidentId;
use crate::core::person::Present;
use crate::core::time::{Moment, Span};
use crate::link::Request;

/// A selection that goes on within this time was on its way somewhere else.
const RESTS: Span = Span(300);

/// What this seat looks at, and what the others were told of it.
#[derive(Debug, Default)]
pub struct Looking {
    at: Option<IncidentId>,
    since: Moment,
    told: Option<IncidentId>,
}

impl App {
    /// Everybody else who is on, whichever order the engine has them in.
    pub fn others(&self) -> impl Iterator<Item = &Present> {
        let live = self.phase == Phase::Live;
        self.board.present.iter().filter(move |one| live && !self.is_me(one))
    }

    /// Whether somebody on is this seat.
    pub fn is_me(&self, one: &Present) -> bool {
        one.who == self.operator && one.seat == self.seat
    }

    /// Others who look at an incident, each once.
    pub fn lookers(&self, id: &IncidentId) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.others().filter(|one| one.looks_at.as_ref() == Some(id)).map(|one| &*one.who).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Tells the others what this seat looks at, if it has for long enough. Called before each frame.
    pub fn settle_look(&mut self) {
        let subject = self.subject().filter(|_| self.wall.is_none()).map(|incident| incident.id.clone());
        let looking = &mut self.looking;
        if looking.at != subject {
            (looking.at, looking.since) = (subject, self.now);
        }
        if self.phase == Phase::Live && looking.at != looking.told && self.now - looking.since >= RESTS {
            looking.told.clone_from(&looking.at);
            let incident = looking.told.clone();
            self.effect(Effect::Ask(Purpose::Look, Request::Look { incident }));
        }
    }

    /// How long until there is something to tell; absent: there is not.
    pub fn look_due(&self) -> Option<Span> {
        let looking = &self.looking;
        let due = self.phase == Phase::Live && looking.at != looking.told;
        due.then(|| Span((looking.since + RESTS - self.now).0.max(0)))
    }

    /// Shows who is on.
    pub fn show_people(&mut self) {
        let mut people = People::default();
        people.refresh(&self.board.present);
        self.popup(Popup::People(people));
    }

    /// Nobody has been told anything: the seat is another one.
    pub fn look_anew(&mut self) {
        self.looking.told = None;
    }
}

/// `sam is here`, `kim and sam are here`; absent: nobody is.
pub fn here(names: &[&str]) -> Option<String> {
    match names {
        [] => None,
        [one] => Some(format!("{one} is here")),
        [first @ .., last] => Some(format!("{} and {last} are here", first.join(", "))),
    }
}
