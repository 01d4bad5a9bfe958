//! What operators may do to an incident.

use super::{Caseload, Due, Tell};
use crate::core::change::Change;
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::incident::{Incident, Status};
use crate::core::input::{Act, Actor, OnIncident};
use crate::core::time::Moment;
use crate::core::timeline::Event;

impl Caseload {
    /// An operator's command. One that makes no sense, or changes nothing, does nothing.
    pub fn act(&mut self, now: Moment, on: &OnIncident, changes: &mut Vec<Change>) {
        let Some(incident) = self.incident(on.incident) else { return };
        if self.check(now, on.incident, &on.act).is_err() {
            return;
        }
        let (number, by) = (on.incident, &on.by);
        let timeout = self.tenant.settings.lifecycle.ack_timeout.0.map(|timeout| now + timeout);
        let event = |event: Event| (by, event);
        match &on.act {
            Act::Acknowledge { why, until } => {
                let until = until.or(timeout);
                let says_more = why.is_some() || matches!(on.act, Act::Acknowledge { until: Some(_), .. });
                let new = incident.status == Status::New || (incident.status == Status::Acknowledged && says_more);
                if new {
                    let line = Event::Acknowledged { why: why.clone(), until };
                    self.put(now, number, event(line), changes, |incident| {
                        see(incident, by, until);
                        incident.acknowledged_because.clone_from(why);
                    });
                }
            }
            Act::Start => self.put(now, number, event(Event::Started), changes, |incident| {
                incident.status = Status::InProgress;
                incident.acknowledged_until = None;
                incident.acknowledged_by.get_or_insert_with(|| by.who.clone());
                incident.assigned_to.get_or_insert_with(|| by.who.clone());
            }),
            Act::Assign { to } => {
                let to = to.trim().to_owned();
                let line = Event::Assigned { to: to.clone() };
                self.put(now, number, event(line), changes, |incident| {
                    if to == by.who && incident.status == Status::New {
                        see(incident, by, timeout);
                    }
                    incident.assigned_to = Some(to);
                });
            }
            Act::Release => {
                self.put(now, number, event(Event::Released), changes, |incident| {
                    if incident.assigned_to.take().is_some() && incident.status == Status::InProgress {
                        incident.status = Status::Acknowledged;
                        incident.acknowledged_until = timeout;
                    }
                });
                // Or it would go straight back to whom it was taken from.
                self.leave_as_is(number);
            }
            Act::Snooze { until, why } => {
                let line = Event::Snoozed { until: *until, why: why.clone() };
                self.put(now, number, event(line), changes, |incident| incident.snoozed_until = Some(*until));
            }
            Act::Wake => self.put(now, number, event(Event::Woke), changes, |incident| incident.snoozed_until = None),
            Act::Escalate { to, why } => {
                let to = to.as_ref().map(|to| to.trim().to_owned());
                self.wish_escalation(number, Some(by.clone()), to, why.clone());
            }
            Act::Resolve { note } if incident.is_open() => {
                self.resolve_saying(now, number, Some(by), note.clone(), changes);
            }
            Act::Reopen if !incident.is_open() => {
                self.put(now, number, event(Event::Reopened), changes, |incident| stand_up(incident, now, timeout));
                self.schedule(number);
            }
            Act::Resolve { .. } | Act::Reopen => {}
            Act::Merge { into } => self.merge(now, by, number, *into, changes),
            Act::Unmerge { part } => self.unmerge(now, by, number, *part, changes),
            Act::Restore(restore) => self.restore(now, by, restore, changes),
            Act::Note { text } => self.write(now, number, Some(by), Event::Note { text: text.clone() }, changes),
        }
    }

    /// It is over, by somebody's word or by rule.
    pub(super) fn resolve(&mut self, now: Moment, number: u64, by: Option<&Actor>, changes: &mut Vec<Change>) {
        self.resolve_saying(now, number, by, None, changes);
    }

    /// The same, with what was done about it.
    pub(super) fn resolve_saying(
        &mut self,
        now: Moment,
        number: u64,
        by: Option<&Actor>,
        note: Option<String>,
        changes: &mut Vec<Change>,
    ) {
        self.change(now, number, Tell::Resolved, changes, |incident| end(incident, now, by));
        self.write(now, number, by, Event::Resolved { note }, changes);
        for key in self.keys_of(number) {
            // Whatever fires from now on is news.
            self.nothing_fires(&key);
            self.stir(&key, now);
        }
        self.dues.push((now + REMEMBERED_FOR, Due::Forget(number)));
    }

    /// Changes an incident and says so, unless it is the same after it.
    fn put(
        &mut self,
        now: Moment,
        number: u64,
        (by, event): (&Actor, Event),
        changes: &mut Vec<Change>,
        with: impl FnOnce(&mut Incident),
    ) {
        let Some(incident) = self.incident(number) else { return };
        let mut after = Incident::clone(incident);
        with(&mut after);
        if after == **incident {
            return;
        }
        self.change(now, number, Tell::Updated, changes, |incident| *incident = after);
        self.write(now, number, Some(by), event, changes);
    }
}

/// Somebody has seen it.
fn see(incident: &mut Incident, by: &Actor, until: Option<Moment>) {
    incident.status = Status::Acknowledged;
    incident.acknowledged_by = Some(by.who.clone());
    incident.acknowledged_because = None;
    incident.acknowledged_until = until;
}

/// It is over.
pub(super) fn end(incident: &mut Incident, now: Moment, by: Option<&Actor>) {
    incident.status = Status::Resolved;
    incident.resolved_at = Some(now);
    incident.resolved_by = by.map(|by| by.who.clone());
    incident.snoozed_until = None;
    incident.flapping = false;
}

/// It is not over after all. Whoever has it knows of it.
pub(super) fn stand_up(incident: &mut Incident, now: Moment, timeout: Option<Moment>) {
    incident.come_back(now);
    incident.unsee();
    if let Some(name) = incident.assigned_to.clone() {
        incident.status = Status::Acknowledged;
        incident.acknowledged_by = Some(name);
        incident.acknowledged_until = timeout;
    }
}
