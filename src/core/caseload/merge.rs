//! Two incidents that are one trouble become one, and two again when they were not.
//!
//! What was merged away is resolved, and points to the one that goes on. Its keys do too, so that alerts and their ends reach
//! that one; each key remembers what it came with. Alerts that came before stay with the incident that they came to.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::act::{end, stand_up};
use super::{Caseload, Due, Tell};
use crate::core::change::Change;
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::incident::Incident;
use crate::core::input::Actor;
use crate::core::time::Moment;
use crate::core::timeline::Event;

impl Caseload {
    /// `part` goes on in `into`.
    pub(super) fn merge(&mut self, now: Moment, by: &Actor, part: u64, into: u64, changes: &mut Vec<Change>) {
        let Some(other) = self.incident(part).cloned() else { return };
        let target = self.incident_id(into);
        self.change(now, into, Tell::Updated, changes, |incident| absorb(incident, &other));
        self.change(now, part, Tell::Resolved, changes, |incident| {
            end(incident, now, Some(by));
            incident.merged_into = Some(target.clone());
        });
        let keys = self.keys_of(part);
        for key in &keys {
            if let Some(state) = self.keys.get_mut(key) {
                state.part.get_or_insert(part);
            }
        }
        self.hand_keys(keys, into);
        self.write(now, part, Some(by), Event::MergedInto { other: target }, changes);
        self.write(now, into, Some(by), Event::Merged { other: other.id.clone() }, changes);
        self.schedule_decay(into);
        self.dues.push((now + REMEMBERED_FOR, Due::Forget(part)));
    }

    /// `part` is an incident of its own again.
    pub(super) fn unmerge(&mut self, now: Moment, by: &Actor, from: u64, part: u64, changes: &mut Vec<Change>) {
        let Some(other) = self.incident(part).cloned() else { return };
        let timeout = self.tenant.settings.lifecycle.ack_timeout.0.map(|timeout| now + timeout);
        let whole = self.incident_id(from);
        let still_in = self.incident(from).map(|incident| incident.merged.clone()).unwrap_or_default();
        let opened = still_in.iter().filter(|number| **number != part).filter_map(|number| self.incident(*number));
        let oldest = opened.map(|incident| incident.opened_at).min();
        self.change(now, from, Tell::Updated, changes, |incident| release(incident, &other, oldest));
        self.change(now, part, Tell::Updated, changes, |incident| {
            incident.merged_into = None;
            stand_up(incident, now, timeout);
        });
        let parts = self.parts_of(part);
        let came_with = |key: &Arc<str>| {
            let with = self.keys.get(key).and_then(|state| state.part);
            with.is_some_and(|with| with == part || parts.contains(&with))
        };
        let keys: BTreeSet<Arc<str>> = self.keys_of(from).into_iter().filter(came_with).collect();
        for key in &keys {
            if let Some(state) = self.keys.get_mut(key) {
                state.part.take_if(|with| *with == part);
            }
        }
        self.hand_keys(keys, part);
        self.write(now, from, Some(by), Event::Unmerged { other: other.id.clone() }, changes);
        self.write(now, part, Some(by), Event::UnmergedFrom { other: whole }, changes);
        self.schedule(part);
        self.schedule_decay(from);
    }

    /// From now on `to` is these keys' incident.
    pub(super) fn hand_keys(&mut self, keys: BTreeSet<Arc<str>>, to: u64) {
        for key in keys {
            let Some(state) = self.keys.get_mut(&key) else { continue };
            let before = state.incident.replace(to);
            if let Some(case) = before.and_then(|number| self.incidents.get_mut(&number)) {
                case.keys.remove(&key);
            }
            if let Some(case) = self.incidents.get_mut(&to) {
                case.keys.insert(key.clone());
            }
            self.touched.insert(key);
        }
    }

    pub(super) fn keys_of(&self, number: u64) -> BTreeSet<Arc<str>> {
        self.incidents.get(&number).map(|case| case.keys.clone()).unwrap_or_default()
    }

    /// Everything that was merged into an incident, or into what was.
    pub fn parts_of(&self, number: u64) -> BTreeSet<u64> {
        let mut parts = BTreeSet::new();
        let mut left = vec![number];
        while let Some(number) = left.pop() {
            let merged = self.incident(number).map(|incident| incident.merged.clone()).unwrap_or_default();
            left.extend(merged.into_iter().filter(|part| parts.insert(*part)));
        }
        parts
    }
}

/// What goes over to the one that goes on. Whoever has it keeps it, and what they have acknowledged stays so: somebody has just
/// looked at both.
fn absorb(incident: &mut Incident, other: &Incident) {
    incident.merged.push(other.id.number);
    incident.alert_count += other.alert_count;
    incident.episode_count += other.episode_count;
    incident.severity = incident.severity.max(other.severity);
    for tool in &other.tool_sources {
        if !incident.makeup.knows(tool) {
            incident.tool_sources.push(tool.clone());
        }
    }
    incident.makeup.join(&other.makeup);
    incident.last_alert_at = incident.last_alert_at.max(other.last_alert_at);
    if other.opened_at < incident.opened_at {
        incident.own_opened_at.get_or_insert(incident.opened_at);
        incident.opened_at = other.opened_at;
    }
}

/// What it loses again. Alerts that came since the two became one stay. `oldest` is when the first of those that are still
/// merged into it opened.
fn release(incident: &mut Incident, other: &Incident, oldest: Option<Moment>) {
    incident.merged.retain(|number| *number != other.id.number);
    incident.alert_count = incident.alert_count.saturating_sub(other.alert_count);
    incident.episode_count = incident.episode_count.saturating_sub(other.episode_count).max(1);
    incident.makeup.part(&other.makeup);
    incident.read_makeup();
    if let Some(own) = incident.own_opened_at {
        incident.opened_at = oldest.map_or(own, |oldest| oldest.min(own));
        incident.own_opened_at.take_if(|own| *own == incident.opened_at);
    }
}
