//! What the detail knows of its incident, and what it asks the engine for.
//!
//! Alerts and history are asked for once, and kept up with the changes after that; one question of a kind is on its way at a
//! time, so holding a key down asks no more than the engine answers.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::core::alert::Alert;
use crate::core::change::Change;
use crate::core::id::{AlertId, IncidentId};
use crate::core::incident::Incident;
use crate::core::timeline::{Event, TimelineEntry};
use crate::link::{Refusal, Reply, Request, Similar};
use crate::tui::effect::{Effect, Purpose};

/// Alerts that are kept of an incident.
const ALERTS: usize = 500;
/// Incidents whose earlier ones are kept.
const CACHED: usize = 64;
/// What an answer of the wrong kind comes to.
const SOMETHING_ELSE: &str = "the engine answered something else";

/// What is known.
#[derive(Debug, Default)]
pub struct Known {
    /// The latest first.
    pub alerts: Vec<Alert>,
    /// The oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Why nothing is known.
    pub error: Option<String>,
    of: Option<IncidentId>,
    /// As it was when it was asked for; the board knows better as long as it has it.
    incident: Option<Arc<Incident>>,
    /// It must be asked for again; until the answer comes, what is known is shown.
    stale: bool,
    asked: Option<IncidentId>,
    asked_raw: bool,
    asked_similar: bool,
    similar: BTreeMap<IncidentId, Result<Similar, String>>,
    /// Changes that came while the question was on its way.
    meanwhile: Vec<Change>,
}

impl Known {
    /// Whose alerts and history these are.
    pub fn of(&self) -> Option<&IncidentId> {
        self.of.as_ref()
    }

    /// An incident that may have left the board.
    pub fn incident(&self, id: &IncidentId) -> Option<&Arc<Incident>> {
        self.incident.as_ref().filter(|incident| incident.id == *id)
    }

    /// Earlier incidents like that one, once they are known.
    pub fn similar(&self, id: &IncidentId) -> Option<&Result<Similar, String>> {
        self.similar.get(id)
    }

    /// All of it may be out of date.
    pub fn forget(&mut self) {
        self.of = None;
        self.similar.clear();
    }

    /// What must be asked so that an incident can be shown, and of one of its alerts the request.
    pub fn wants(&mut self, id: &IncidentId, alert: Option<AlertId>) -> Option<Effect> {
        if self.of.as_ref() != Some(id) || self.stale {
            if self.asked.is_some() {
                return None;
            }
            self.asked = Some(id.clone());
            self.stale = false;
            self.meanwhile.clear();
            return Some(Effect::Ask(Purpose::Detail(id.clone()), Request::Detail { incident: id.clone() }));
        }
        if let Some(alert) = alert.filter(|_| !self.asked_raw) {
            self.asked_raw = true;
            return Some(Effect::Ask(Purpose::Raw(alert.clone()), Request::Raw { alert }));
        }
        if !self.similar.contains_key(id) && !self.asked_similar {
            self.asked_similar = true;
            return Some(Effect::Ask(Purpose::Similar(id.clone()), Request::Similar { incident: id.clone() }));
        }
        None
    }

    /// The alerts and history of an incident have come, or a refusal. True when it is another one than before.
    pub fn answered(&mut self, id: &IncidentId, answer: Result<Reply, Refusal>) -> bool {
        self.asked = None;
        let another = self.of.as_ref() != Some(id);
        self.of = Some(id.clone());
        let answer = match answer {
            Ok(Reply::Detail(detail)) => Ok(detail),
            Ok(_) => Err(SOMETHING_ELSE.into()),
            Err(refusal) => Err(refusal.message),
        };
        match answer {
            Ok(detail) => {
                (self.alerts, self.timeline, self.error) = (detail.alerts, detail.timeline, None);
                self.incident = Some(detail.incident);
            }
            Err(error) => (self.alerts, self.timeline, self.error) = (Vec::new(), Vec::new(), Some(error)),
        }
        for change in std::mem::take(&mut self.meanwhile) {
            self.take_in(&change);
        }
        another
    }

    /// Earlier incidents have come, or a refusal.
    pub fn similar_answered(&mut self, id: IncidentId, answer: Result<Reply, Refusal>) {
        self.asked_similar = false;
        let similar = match answer {
            Ok(Reply::Similar(similar)) => Ok(*similar),
            Ok(_) => Err(SOMETHING_ELSE.into()),
            Err(refusal) => Err(refusal.message),
        };
        if self.similar.len() >= CACHED {
            self.similar.clear();
        }
        self.similar.insert(id, similar);
    }

    /// The body of a request has come, or a refusal.
    pub fn raw_answered(&mut self) {
        self.asked_raw = false;
    }

    /// Something happened, perhaps to the incident. True when it has got another alert.
    pub fn changed(&mut self, change: &Change) -> bool {
        let about = match change {
            Change::AlertReceived(alert) => alert.incident_id.as_ref(),
            Change::AlertSeenAgain { incident_id, .. } => incident_id.as_ref(),
            Change::AlertsCorrelated { incident_id, alerts } => {
                // They may have been taken out of this one.
                self.stale |= self.alerts.iter().any(|alert| alerts.contains(&alert.id));
                Some(incident_id)
            }
            Change::AlertsReleased { alerts, .. } => {
                self.stale |= self.alerts.iter().any(|alert| alerts.contains(&alert.id));
                None
            }
            Change::Timeline(entry) => Some(&entry.incident_id),
            // What has ended is among the earlier ones of what comes next.
            Change::IncidentResolved(incident) => {
                self.similar.retain(|id, _| id.tenant != incident.id.tenant);
                None
            }
            _ => None,
        };
        if about.is_none() {
            return false;
        }
        if about == self.asked.as_ref() {
            self.meanwhile.push(change.clone());
        }
        about == self.of.as_ref() && self.take_in(change)
    }

    fn take_in(&mut self, change: &Change) -> bool {
        match change {
            Change::AlertReceived(alert) if self.alerts.iter().all(|known| known.id != alert.id) => {
                self.alerts.insert(0, (**alert).clone());
                self.alerts.truncate(ALERTS);
                return true;
            }
            Change::AlertSeenAgain { id, seen, severity, .. } => {
                if let Some(alert) = self.alerts.iter_mut().find(|alert| alert.id == *id) {
                    alert.see_again(*seen, *severity);
                }
            }
            // They came before they were its alerts: the whole is asked for again.
            Change::AlertsCorrelated { .. } => self.stale = true,
            Change::Timeline(entry) if !self.timeline.contains(entry) => {
                let regrouped = matches!(
                    entry.what,
                    Event::Merged { .. }
                        | Event::MergedInto { .. }
                        | Event::Unmerged { .. }
                        | Event::UnmergedFrom { .. }
                        | Event::SplitOff { .. }
                        | Event::Gathered { .. }
                        | Event::Undone { .. }
                );
                self.stale |= regrouped;
                self.timeline.push((**entry).clone());
            }
            _ => {}
        }
        false
    }
}
