//! Alerts get an incident by hand: a part of one becomes one of its own, or what nobody correlated is correlated.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Case, Caseload, Due, Tell};
use crate::core::alert::{AlertStatus, Report};
use crate::core::change::Change;
use crate::core::correlate::{self, KeyState, Waiting};
use crate::core::incident::Incident;
use crate::core::input::{Actor, Gather};
use crate::core::time::Moment;
use crate::core::timeline::Event;

impl Caseload {
    /// The number that the next incident gets.
    pub fn next_incident(&self) -> u64 {
        self.next_incident
    }

    /// An operator's choice of alerts. One that makes no sense does nothing.
    pub fn gather(&mut self, now: Moment, gather: &Gather, changes: &mut Vec<Change>) {
        if self.check_gather(gather).is_err() {
            return;
        }
        let firing = gather.alerts.iter().filter(|alert| alert.report.status == AlertStatus::Firing);
        let firing: Vec<&Waiting> = firing.collect();
        let into = gather.into.unwrap_or(self.next_incident);
        let keys = if gather.from.is_none() { self.free_keys(now, &firing) } else { BTreeSet::new() };
        if let Some(from) = gather.from {
            self.leave(now, from, &firing, changes);
        }
        match gather.into {
            Some(into) => {
                self.hand_keys(keys, into);
                self.change(now, into, Tell::Updated, changes, |incident| take_all(incident, &firing));
            }
            None => self.open_by_hand(now, keys, &firing, changes),
        }
        let alerts = gather.alerts.iter().map(|alert| self.alert_id(alert.alert)).collect();
        changes.push(Change::AlertsCorrelated { incident_id: self.incident_id(into), alerts });
        self.tell_gathered(now, &gather.by, gather.from, into, firing.len() as u64, changes);
        self.schedule_decay(into);
    }

    /// The keys of these alerts, as the tenant's rules have them now.
    pub(super) fn keys_for<'a>(&self, reports: impl Iterator<Item = &'a Arc<Report>>) -> BTreeSet<Arc<str>> {
        let by = self.tenant.settings.correlation.aggregation_key;
        reports.map(|report| correlate::key(by, report).into()).collect()
    }

    /// The keys among those of these alerts that have no open incident. The alerts wait no more.
    fn free_keys(&mut self, now: Moment, alerts: &[&Waiting]) -> BTreeSet<Arc<str>> {
        let mut keys = self.keys_for(alerts.iter().map(|alert| &alert.report));
        let gathered: BTreeSet<u64> = alerts.iter().map(|alert| alert.alert).collect();
        keys.retain(|key| {
            if !self.keys.contains_key(key) {
                let state = KeyState { active_at: now, ..KeyState::new(key.to_string()) };
                self.dues.push((self.forgotten_at(&state), Due::ForgetKey(key.clone())));
                self.keys.insert(key.clone(), state);
            }
            self.touched.insert(key.clone());
            let Some(state) = self.keys.get_mut(key) else { return false };
            state.waiting.retain(|waiting| !gathered.contains(&waiting.alert));
            let open = |number| self.incidents.get(&number).is_some_and(|case| case.incident.is_open());
            !state.incident.is_some_and(open)
        });
        keys
    }

    /// These alerts are not the incident's any more.
    fn leave(&mut self, now: Moment, from: u64, alerts: &[&Waiting], changes: &mut Vec<Change>) {
        let window = self.tenant.settings.correlation.window();
        for key in self.keys_for(alerts.iter().map(|alert| &alert.report)) {
            let Some(state) = self.keys.get_mut(&key).filter(|state| state.incident == Some(from)) else { continue };
            let Some(episode) = &mut state.episode else { continue };
            let own = |alert: &&&Waiting| {
                correlate::key(self.tenant.settings.correlation.aggregation_key, &alert.report) == *key
            };
            let gone = alerts.iter().filter(own).filter(|alert| episode.last_at - alert.at <= window).count();
            episode.count = episode.count.saturating_sub(gone as u64).max(1);
            self.touched.insert(key);
        }
        self.change(now, from, Tell::Updated, changes, |incident| {
            let lately = |alert: &&&Waiting| incident.last_alert_at - alert.at <= window;
            let gone = alerts.iter().filter(lately).count() as u64;
            incident.episode_count = incident.episode_count.saturating_sub(gone).max(1);
            alerts.iter().for_each(|alert| incident.let_go(&alert.report));
        });
    }

    fn open_by_hand(&mut self, now: Moment, keys: BTreeSet<Arc<str>>, alerts: &[&Waiting], changes: &mut Vec<Change>) {
        let Some(first) = alerts.first() else { return };
        let number = self.next_incident;
        self.next_incident += 1;
        let before = keys.iter().find_map(|key| self.keys.get(key).and_then(|state| state.incident));
        let mut incident = Incident::opening(self.incident_id(number), &first.report, now);
        incident.follows = before.map(|number| self.incident_id(number));
        incident.last_alert_at = first.at;
        take_all(&mut incident, alerts);
        self.incidents.insert(number, Case { incident: Arc::new(incident), keys: BTreeSet::new() });
        self.hand_keys(keys, number);
        self.change(now, number, Tell::Created, changes, |_| {});
    }

    fn tell_gathered(
        &self,
        now: Moment,
        by: &Actor,
        from: Option<u64>,
        into: u64,
        alerts: u64,
        changes: &mut Vec<Change>,
    ) {
        let Some(incident) = self.incident(into) else { return };
        if incident.alert_count == alerts {
            let follows = incident.follows.clone();
            self.write(now, into, Some(by), Event::Opened { follows }, changes);
        }
        if let Some(from) = from {
            let other = incident.id.clone();
            self.write(now, from, Some(by), Event::SplitOff { other, alerts }, changes);
        }
        let from = from.map(|number| self.incident_id(number));
        self.write(now, into, Some(by), Event::Gathered { alerts, from }, changes);
    }
}

/// Counts alerts that were gathered, the oldest first.
fn take_all(incident: &mut Incident, alerts: &[&Waiting]) {
    alerts.iter().for_each(|alert| incident.take_in(&alert.report));
    incident.episode_count += alerts.len() as u64;
    let last = alerts.iter().map(|alert| alert.at).max();
    incident.last_alert_at = last.map_or(incident.last_alert_at, |last| incident.last_alert_at.max(last));
}
