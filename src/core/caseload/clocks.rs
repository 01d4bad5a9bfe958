//! What time brings an incident: acknowledgements and snoozes run out, clocks warn and break, flapping calms, scores decay.

use super::{Caseload, Due, Tell};
use crate::core::change::Change;
use crate::core::correlate::{KeyState, REMEMBERED_FOR};
use crate::core::incident::Status;
use crate::core::priority;
use crate::core::sla::Mark;
use crate::core::time::{Moment, Span};
use crate::core::timeline::Event;

impl Caseload {
    /// Everything that was due for an incident by `now`. One deadline stands for all of its clocks.
    pub(super) fn catch_up(&mut self, now: Moment, number: u64, changes: &mut Vec<Change>) {
        let Some(incident) = self.incident(number).filter(|incident| incident.is_open()) else { return };
        let past = |at: Option<Moment>| at.is_some_and(|at| at <= now);
        let expired = incident.status == Status::Acknowledged && past(incident.acknowledged_until);
        let woke = past(incident.snoozed_until);
        let clocks = incident.sla.unmarked(now).is_some();
        let mut marks = Vec::new();
        if expired || woke || clocks {
            self.change(now, number, Tell::Updated, changes, |incident| {
                if expired || woke {
                    incident.unsee();
                }
                incident.snoozed_until.take_if(|_| woke);
                while let Some(mark) = incident.sla.mark(now) {
                    marks.push(mark);
                }
            });
        } else {
            // Outdated: what it was for has moved.
            return self.schedule_clock(number);
        }
        if expired {
            self.write(now, number, None, Event::AcknowledgementExpired, changes);
        }
        if woke {
            self.write(now, number, None, Event::Woke, changes);
        }
        for (promise, mark) in marks {
            let event = match mark {
                Mark::Warning => Event::SlaWarning { promise },
                Mark::Breach => Event::SlaBreached { promise },
            };
            if mark == Mark::Breach {
                let why = format!("the time to {} has run out", promise.word());
                self.wish_escalation(number, None, None, Some(why));
            }
            self.write(now, number, None, event, changes);
        }
        self.schedule_clock(number);
    }

    /// A flapping incident has been still for one window: it flaps no more, and ends if nobody reports it.
    pub(super) fn calm(&mut self, at: Moment, number: u64, changes: &mut Vec<Change>) {
        let window = self.tenant.settings.correlation.window();
        if !self.incident(number).is_some_and(|incident| incident.is_open() && incident.flapping) {
            return;
        }
        let stirred_at = self.stirred_at(number);
        if at - stirred_at < window {
            self.dues.push((stirred_at + window, Due::Calm(number)));
            return;
        }
        let fires = self.fires(number);
        self.change(at, number, Tell::Updated, changes, |incident| {
            incident.flapping = false;
            incident.reopened_at.clear();
        });
        self.write(at, number, None, Event::FlappingEnded, changes);
        if !fires && self.tenant.settings.correlation.auto_resolve {
            self.resolve(at, number, None, changes);
        }
    }

    /// Some sender still reports it.
    pub(super) fn fires(&self, number: u64) -> bool {
        self.states_of(number).any(KeyState::fires)
    }

    /// When a sender of this incident last changed its word.
    pub(super) fn stirred_at(&self, number: u64) -> Moment {
        let last_alert = || self.incident(number).map(|incident| incident.last_alert_at).unwrap_or_default();
        self.states_of(number).map(|state| state.active_at).max().unwrap_or_else(last_alert)
    }

    /// What is remembered of an incident's keys, but for those that have moved on to a later incident.
    pub(super) fn states_of(&self, number: u64) -> impl Iterator<Item = &KeyState> {
        let keys = self.incidents.get(&number).into_iter().flat_map(|case| &case.keys);
        keys.filter_map(|key| self.keys.get(key)).filter(move |state| state.incident == Some(number))
    }

    /// Announces what time will bring an incident.
    pub(super) fn schedule(&mut self, number: u64) {
        let Some(incident) = self.incident(number) else { return };
        if let Some(resolved) = incident.resolved_at {
            self.dues.push((resolved + REMEMBERED_FOR, Due::Forget(number)));
            return;
        }
        if incident.flapping {
            let window = self.tenant.settings.correlation.window();
            self.dues.push((self.stirred_at(number) + window, Due::Calm(number)));
        }
        self.schedule_clock(number);
        self.schedule_decay(number);
    }

    fn schedule_clock(&mut self, number: u64) {
        let at = self.incident(number).and_then(|incident| incident.next_clock());
        self.dues.extend(at.map(|at| (at, Due::Clock(number))));
    }

    /// Announces the next step of the age term, counted from the one that the score has by now.
    pub(super) fn schedule_decay(&mut self, number: u64) {
        let Some(incident) = self.incident(number) else { return };
        let weights = &self.tenant.settings.priority;
        let taken_off = i64::from(-incident.score_terms.age / weights.age_per_hour.max(1));
        let scored_at = incident.opened_at + Span::hours(taken_off);
        if let Some(at) = priority::next_decay(weights, incident.opened_at, scored_at) {
            self.dues.push((at, Due::Decay(number)));
        }
    }
}
