//! What an input leaves to be done: clocks that have run out by it, escalations, and somebody to be found for an incident.
//! This is where the loads of all tenants' technicians come in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Caseload, Due, Tell};
use crate::core::assign::{Loads, Roster, Technician};
use crate::core::change::Change;
use crate::core::input::Actor;
use crate::core::role::Role;
use crate::core::time::Moment;
use crate::core::timeline::Event;

/// Something that is still to be done for an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wish {
    /// A clock of it has run out already.
    CatchUp(u64),
    /// Somebody is to be found.
    Assign(u64),
}

/// An incident is to be passed on.
#[derive(Debug)]
pub(super) struct Escalation {
    number: u64,
    by: Option<Actor>,
    to: Option<String>,
    why: Option<String>,
}

impl Caseload {
    /// Does what the last input, or deadline, has left to be done. Nothing is left after that.
    pub fn settle(&mut self, now: Moment, loads: &mut Loads, changes: &mut Vec<Change>) {
        loop {
            for (name, more) in self.held.drain(..) {
                if more { loads.add(&name) } else { loads.take(&name) }
            }
            self.tell_hushed(now, changes);
            if let Some(escalation) = self.escalations.pop_front() {
                self.escalate(now, escalation, loads, changes);
                continue;
            }
            match self.wishes.pop_first() {
                Some(Wish::CatchUp(number)) => self.catch_up(now, number, changes),
                Some(Wish::Assign(number)) => self.assign(now, number, loads, changes),
                None => return,
            }
        }
    }

    /// Who may be given its incidents from now on.
    pub fn set_roster(
        &mut self,
        now: Moment,
        technicians: &[Technician],
        staffed: bool,
        people: &BTreeMap<String, Role>,
        changes: &mut Vec<Change>,
    ) {
        self.standing.people = Arc::new(people.clone());
        self.roster = Roster::of(technicians);
        self.standing.roster = technicians.to_vec().into();
        self.standing.staffed = staffed;
        self.standing.next_shift = self.roster.next_begin(now);
        self.standing_touched = true;
        self.dues.extend(self.standing.next_shift.map(|at| (at, Due::Shift)));
        let (id, technicians) = (self.tenant.id.clone(), self.standing.roster.clone());
        let people = self.standing.people.clone();
        changes.push(Change::RosterChanged { id, technicians, staffed, people });
        let threshold = self.tenant.settings.priority.assign_threshold;
        let wanting = self.incidents.iter().filter(|(_, case)| case.incident.wants_somebody(threshold));
        let wanting: Vec<u64> = wanting.map(|(number, _)| *number).collect();
        if staffed {
            self.wishes.extend(wanting.into_iter().map(Wish::Assign));
        } else {
            for number in self.lacking.clone() {
                self.change(now, number, Tell::Updated, changes, |incident| incident.unassigned_because = None);
            }
        }
    }

    /// Somebody comes on call: those for whom nobody could be found are tried again.
    pub(super) fn shift(&mut self, at: Moment) {
        if self.standing.next_shift != Some(at) {
            return;
        }
        self.wishes.extend(self.lacking.iter().copied().map(Wish::Assign));
        self.standing.next_shift = self.roster.next_begin(at);
        self.standing_touched = true;
        self.dues.extend(self.standing.next_shift.map(|at| (at, Due::Shift)));
    }

    /// Nobody is to be found for an incident until it changes again.
    pub(super) fn leave_as_is(&mut self, number: u64) {
        self.wishes.remove(&Wish::Assign(number));
    }

    /// An incident is to be passed on, to a lead who is on call unless somebody is named.
    pub(super) fn wish_escalation(&mut self, number: u64, by: Option<Actor>, to: Option<String>, why: Option<String>) {
        self.escalations.push_back(Escalation { number, by, to, why });
    }

    fn escalate(&mut self, now: Moment, escalation: Escalation, loads: &Loads, changes: &mut Vec<Change>) {
        let Escalation { number, by, to, why } = escalation;
        let Some(incident) = self.incident(number).filter(|incident| incident.is_open()) else { return };
        let snoozed = incident.snoozed_until.is_some();
        let to = to.or_else(|| self.roster.lead(now, loads).map(|lead| lead.name.clone()));
        self.change(now, number, Tell::Updated, changes, |incident| {
            incident.escalations = incident.escalations.saturating_add(1);
            // It wants somebody now.
            incident.snoozed_until = None;
            if to.is_some() {
                incident.assigned_to.clone_from(&to);
            }
        });
        self.write(now, number, by.as_ref(), Event::Escalated { to, why }, changes);
        if snoozed {
            self.write(now, number, by.as_ref(), Event::Woke, changes);
        }
    }

    /// By score, skill, hours and load.
    fn assign(&mut self, now: Moment, number: u64, loads: &Loads, changes: &mut Vec<Change>) {
        let threshold = self.tenant.settings.priority.assign_threshold;
        let Some(incident) = self.incident(number).filter(|incident| incident.wants_somebody(threshold)) else {
            return;
        };
        let chosen = self.roster.choose(&self.tenant.id, &incident.category, now, loads);
        match chosen.map(|one| one.name.clone()) {
            Ok(name) => {
                self.change(now, number, Tell::Updated, changes, |incident| incident.assigned_to = Some(name.clone()));
                self.write(now, number, None, Event::Assigned { to: name }, changes);
            }
            Err(why) if incident.unassigned_because.as_ref() != Some(&why) => {
                self.change(now, number, Tell::Updated, changes, |incident| {
                    incident.unassigned_because = Some(why.clone());
                });
                self.write(now, number, None, Event::Unassigned { why }, changes);
            }
            Err(_) => {}
        }
    }
}
