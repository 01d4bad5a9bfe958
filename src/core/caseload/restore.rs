//! Takes a change back: what people decide is as it was before, and what has come since by alerts stays.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::act::end;
use super::{Caseload, Due, Tell};
use crate::core::change::Change;
use crate::core::correlate::{KeyState, REMEMBERED_FOR};
use crate::core::engine::Senseless;
use crate::core::incident::Incident;
use crate::core::input::{Act, Actor, Gather, Input, Moved, OnIncident, Restore, Touched, TouchedKey};
use crate::core::makeup::Makeup;
use crate::core::silence::Window;
use crate::core::time::Moment;
use crate::core::timeline::Event;

/// What an input may touch, as it is.
#[derive(Debug, Default)]
pub struct Captured {
    incidents: Vec<Arc<Incident>>,
    keys: Vec<KeyState>,
    windows: BTreeMap<u64, Arc<Window>>,
    /// The number that an incident would get that the input opens.
    next_incident: u64,
}

impl Captured {
    /// The window that is another one by now, and what it was; absent when it was not there.
    pub fn windows_changed(&self, caseload: &Caseload) -> Option<(u64, Option<Arc<Window>>)> {
        let now = &caseload.standing().windows;
        let number =
            self.windows.keys().chain(now.keys()).find(|number| self.windows.get(number) != now.get(number))?;
        Some((*number, self.windows.get(number).cloned()))
    }
}

impl Caseload {
    /// Everything that an input may touch; nothing for one that can't be taken back.
    pub fn capture(&self, input: &Input) -> Captured {
        let (numbers, keys) = match input {
            Input::Act(OnIncident { act: Act::Note { .. } | Act::Restore(_), .. }) => return Captured::default(),
            Input::Act(on) => {
                let other = match &on.act {
                    Act::Merge { into: other } | Act::Unmerge { part: other } => Some(*other),
                    _ => None,
                };
                let numbers: Vec<u64> = std::iter::once(on.incident).chain(other).collect();
                let moves = matches!(on.act, Act::Resolve { .. } | Act::Merge { .. } | Act::Unmerge { .. });
                let keys = if moves {
                    numbers.iter().flat_map(|number| self.keys_of(*number)).collect()
                } else {
                    BTreeSet::new()
                };
                (numbers, keys)
            }
            Input::Gather(Gather { from, into, alerts, .. }) => {
                let into = into.unwrap_or(self.next_incident);
                (from.iter().copied().chain([into]).collect(), self.keys_for(alerts.iter().map(|alert| &alert.report)))
            }
            Input::Window(_) => {
                return Captured { windows: self.standing.windows.clone(), ..Captured::default() };
            }
            _ => return Captured::default(),
        };
        Captured {
            incidents: numbers.iter().filter_map(|number| self.incident(*number).cloned()).collect(),
            keys: keys
                .iter()
                .map(|key| self.keys.get(key).cloned().unwrap_or_else(|| KeyState::new(key.to_string())))
                .collect(),
            windows: BTreeMap::new(),
            next_incident: self.next_incident,
        }
    }

    /// How to take back what was done since `before` was captured.
    pub fn way_back(&self, before: Captured, what: String, moved: Option<Moved>) -> Restore {
        let now = |number: u64| self.incident(number).map(|incident| Incident::clone(incident));
        let touched = |before: Arc<Incident>| {
            let after = now(before.id.number).filter(|after| *after != *before)?;
            Some(Touched { before: Some(Incident::clone(&before)), after })
        };
        let opened = (before.next_incident != self.next_incident && moved.is_some()).then_some(before.next_incident);
        let opened = opened.and_then(now).map(|after| Touched { before: None, after });
        let changed = |before: KeyState| {
            let after = self.keys.get(before.key.as_str()).filter(|after| **after != before)?.clone();
            Some(TouchedKey { before, after })
        };
        Restore {
            what,
            incidents: before.incidents.into_iter().filter_map(touched).chain(opened).collect(),
            keys: before.keys.into_iter().filter_map(changed).collect(),
            moved,
        }
    }

    /// Whether nobody has changed what the change touched since.
    ///
    /// # Errors
    /// Somebody, or time, has.
    pub fn check_restore(&self, restore: &Restore) -> Result<(), Senseless> {
        for touched in &restore.incidents {
            let current = self.incident(touched.after.id.number).ok_or(Senseless::NoIncident)?;
            if !same_hand(current, &touched.after) {
                return Err(Senseless::ChangedSince(restore.what.clone()));
            }
        }
        Ok(())
    }

    /// As it was before the change.
    pub(super) fn restore(&mut self, now: Moment, by: &Actor, restore: &Restore, changes: &mut Vec<Change>) {
        for touched in &restore.incidents {
            let number = touched.after.id.number;
            let Some(current) = self.incident(number) else { continue };
            let restored = match &touched.before {
                Some(before) => put_back(current, before, &touched.after),
                None => undone(current, &touched.after, now, by),
            };
            let over = current.is_open() && !restored.is_open();
            let tell = if over { Tell::Resolved } else { Tell::Updated };
            self.change(now, number, tell, changes, |incident| *incident = restored);
            // It is to be as it was, not given to somebody.
            self.leave_as_is(number);
            self.write(now, number, Some(by), Event::Undone { what: restore.what.clone() }, changes);
        }
        for touched in &restore.keys {
            self.restore_key(touched);
        }
        if let Some(moved) = &restore.moved {
            let alerts = moved.alerts.iter().map(|alert| self.alert_id(*alert)).collect();
            changes.push(match moved.from {
                Some(from) => Change::AlertsCorrelated { incident_id: self.incident_id(from), alerts },
                None => Change::AlertsReleased { id: self.tenant.id.clone(), alerts },
            });
        }
        for touched in &restore.incidents {
            let number = touched.after.id.number;
            let Some(incident) = self.incident(number) else { continue };
            if incident.is_open() {
                self.schedule_decay(number);
                self.calm(now, number, changes);
            } else {
                let leaves_at = incident.resolved_at.unwrap_or(now) + REMEMBERED_FOR;
                if leaves_at > now {
                    self.dues.push((leaves_at, Due::Forget(number)));
                } else {
                    self.due(now, Due::Forget(number), changes);
                }
            }
        }
    }

    fn restore_key(&mut self, touched: &TouchedKey) {
        let (before, after) = (&touched.before, &touched.after);
        let key: Arc<str> = before.key.as_str().into();
        let Some(state) = self.keys.get_mut(&key) else { return };
        self.touched.insert(key.clone());
        if state.active_at == after.active_at {
            state.active_at = before.active_at;
        }
        if state.episode == after.episode {
            state.episode = before.episode;
            if state.waiting == after.waiting {
                state.waiting.clone_from(&before.waiting);
            }
        }
        if state.incident != after.incident {
            // The key has an incident of its own by now.
            return;
        }
        state.part = before.part;
        if before.incident != after.incident {
            if let Some(case) = after.incident.and_then(|number| self.incidents.get_mut(&number)) {
                case.keys.remove(&key);
            }
            state.incident = before.incident;
            if let Some(case) = before.incident.and_then(|number| self.incidents.get_mut(&number)) {
                case.keys.insert(key);
            }
        }
        self.fires_again(before);
    }
}

/// What people decide about an incident is the same.
fn same_hand(one: &Incident, other: &Incident) -> bool {
    let hand = |incident: &Incident| {
        let Incident { status, acknowledged_until, snoozed_until, escalations, resolved_at, .. } = incident;
        (*status, *acknowledged_until, *snoozed_until, *escalations, *resolved_at)
    };
    hand(one) == hand(other)
        && one.assigned_to == other.assigned_to
        && one.acknowledged_by == other.acknowledged_by
        && one.acknowledged_because == other.acknowledged_because
        && one.resolved_by == other.resolved_by
        && one.merged == other.merged
        && one.merged_into == other.merged_into
}

/// What people decided as it was before; what alerts have brought since is added to what was there before.
fn put_back(current: &Incident, before: &Incident, after: &Incident) -> Incident {
    let tools = before.tool_sources.iter().chain(&current.tool_sources);
    let mut restored = Incident {
        severity: if current.severity == after.severity { before.severity } else { current.severity },
        alert_count: (current.alert_count + before.alert_count).saturating_sub(after.alert_count),
        episode_count: (current.episode_count + before.episode_count).saturating_sub(after.episode_count).max(1),
        makeup: shifted(&current.makeup, &before.makeup, &after.makeup),
        opened_at: if current.opened_at == after.opened_at { before.opened_at } else { current.opened_at },
        last_alert_at: if current.last_alert_at == after.last_alert_at {
            before.last_alert_at
        } else {
            current.last_alert_at
        },
        // What follows is as it was, whatever has come since.
        status: before.status,
        assigned_to: before.assigned_to.clone(),
        acknowledged_by: before.acknowledged_by.clone(),
        acknowledged_because: before.acknowledged_because.clone(),
        acknowledged_until: before.acknowledged_until,
        snoozed_until: before.snoozed_until,
        escalations: before.escalations,
        unassigned_because: before.unassigned_because.clone(),
        sla: before.sla,
        merged: before.merged.clone(),
        merged_into: before.merged_into.clone(),
        own_opened_at: before.own_opened_at,
        resolved_at: before.resolved_at,
        resolved_by: before.resolved_by.clone(),
        flapping: before.flapping,
        reopened_at: before.reopened_at.clone(),
        score_terms: before.score_terms,
        priority_score: before.priority_score,
        tool_sources: Vec::new(),
        ..current.clone()
    };
    for tool in tools {
        let listed = restored.tool_sources.iter().any(|known| known.to_lowercase() == tool.to_lowercase());
        if restored.makeup.knows(tool) && !listed {
            restored.tool_sources.push(tool.clone());
        }
    }
    if current.severity != after.severity {
        restored.severity = restored.makeup.worst().unwrap_or(current.severity);
    }
    restored
}

/// What the change opened is over, without the alerts that it was made of.
fn undone(current: &Incident, after: &Incident, now: Moment, by: &Actor) -> Incident {
    let mut restored = current.clone();
    end(&mut restored, now, Some(by));
    restored.alert_count = restored.alert_count.saturating_sub(after.alert_count);
    restored.makeup.part(&after.makeup);
    restored.read_makeup();
    restored
}

fn shifted(current: &Makeup, before: &Makeup, after: &Makeup) -> Makeup {
    let mut makeup = current.clone();
    makeup.join(before);
    makeup.part(after);
    makeup
}
