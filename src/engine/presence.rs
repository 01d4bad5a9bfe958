//! Who sits down and what is theirs, who is sent away, and who looks at what: what `seats` is told by the task.

use super::seats::Newcomer;
use super::task::Task;
use crate::core::id::IncidentId;
use crate::core::person::Scope;
use crate::core::time::Moment;
use crate::link::{Feed, Standing};
use crate::people::People;

/// What somebody may see.
fn scope_of(people: &People, standing: &Standing, now: Moment) -> Result<Scope, String> {
    people.rights(standing, now).map(|rights| rights.tenants).map_err(|refused| refused.to_string())
}

impl Task {
    /// Somebody sits down, if they may.
    pub(super) fn seat(&mut self, newcomer: Newcomer) {
        let now = self.now();
        let scope =
            newcomer.seating.as_ref().map_or(Ok(Scope::All), |seating| scope_of(&self.people, &seating.standing, now));
        match scope {
            Ok(scope) => self.seats.add(newcomer, scope, &self.board, now),
            // Whoever it was may have gone.
            Err(why) => drop(newcomer.feed.try_send(Feed::Away(why))),
        }
    }

    /// Sends those away who may not see any more what they saw, or shows them what they may. To be called whenever the book of people was changed.
    pub(super) fn judge_seats(&mut self) {
        let (now, book) = (self.now(), self.people.book());
        self.seats.judge(|who| book.person(who).is_some(), |standing| scope_of(&self.people, standing, now));
    }

    /// A seat shows an incident, or none. Says whether there is such an incident.
    pub(super) fn look(&mut self, seat: Option<u64>, incident: Option<&IncidentId>) -> bool {
        let there = incident.is_none_or(|incident| self.board.incident(incident).is_some());
        if let Some(seat) = seat.filter(|_| there) {
            self.seats.look(seat, incident.cloned());
        }
        there
    }
}
