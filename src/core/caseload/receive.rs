//! What an alert does: counted into its episode, it opens, joins or reopens an incident, waits, or is the end of one.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::known::{Place, Sent};
use super::{Case, Caseload, Due, Tell};
use crate::core::alert::{Alert, AlertStatus, Report};
use crate::core::change::Change;
use crate::core::correlate::{self, FLAP_COUNT, FLAP_WITHIN, KeyState, Slot, Verdict, Waiting};
use crate::core::id::AlertId;
use crate::core::incident::{Incident, Status};
use crate::core::quiet;
use crate::core::severity::Severity;
use crate::core::tenant::Correlation;
use crate::core::time::{Moment, Span};
use crate::core::timeline::Event;

impl Caseload {
    /// One alert.
    pub fn receive(&mut self, now: Moment, report: &Arc<Report>, sent: Sent<'_>, changes: &mut Vec<Change>) {
        let report = &self.filled_in(sent, report);
        if self.hear(now, report, changes) {
            return self.keep(now, None, sent, report, changes);
        }
        let place = self.place_of(sent, report);
        let again =
            place.as_ref().filter(|place| self.slot(&place.key, &place.slot).is_some_and(|it| it.is_again(report)));
        match (report.status, again) {
            (AlertStatus::Firing, Some(place)) => self.seen_again(now, place, report, changes),
            // Nobody knows what it is that fires.
            (AlertStatus::Firing, None) if report.is_only_a_print() => self.keep(now, None, sent, report, changes),
            (AlertStatus::Firing, None) => self.fire(now, sent, report, place, changes),
            (AlertStatus::Resolved, _) => self.subside(now, sent, report, place, changes),
        }
    }

    fn fire(
        &mut self,
        now: Moment,
        sent: Sent<'_>,
        report: &Arc<Report>,
        before: Option<Place>,
        changes: &mut Vec<Change>,
    ) {
        let rules = self.rules_for(report);
        let place = Place { key: self.key_of(report), slot: correlate::slot(sent.source, report) };
        let key = &place.key.clone();
        if !self.keys.contains_key(key) {
            let state = KeyState { active_at: now, ..KeyState::new(key.to_string()) };
            self.keys.insert(key.clone(), state);
            self.dues.push((now + rules.window() + Span(1), Due::ForgetKey(key.clone())));
        }
        let number = self.take_alert_number();
        let elsewhere = before.filter(|before| *before != place);
        elsewhere.iter().for_each(|before| self.fires_no_more(before));
        self.fires_at(place, Slot::new(number, report));
        let Some(state) = self.keys.get_mut(key) else { return };
        let incident = state.incident.and_then(|number| self.incidents.get(&number)).map(|case| &*case.incident);
        let begins = state.count(now, rules.window());
        let verdict = state.verdict(now, &rules, begins, incident);
        state.active_at = now;
        let target = state.incident;
        if verdict == Verdict::Wait {
            state.waiting.push(Waiting { alert: number, at: now, report: report.clone() });
        }
        let incident = match verdict {
            Verdict::Join { .. } | Verdict::Reopen { .. } => target,
            Verdict::Open => Some(self.next_incident),
            Verdict::Leave | Verdict::Wait => None,
        };
        self.tell_alert(now, number, incident, sent, report.clone(), changes);
        match (verdict, target) {
            (Verdict::Leave | Verdict::Wait, _) | (Verdict::Join { .. } | Verdict::Reopen { .. }, None) => {}
            (Verdict::Open, _) => {
                self.open(now, key, Waiting { alert: number, at: now, report: report.clone() }, changes)
            }
            (Verdict::Join { recurs }, Some(target)) => self.join(now, target, key, recurs, report, changes),
            (Verdict::Reopen { recurs }, Some(target)) => {
                self.reopen(now, target, key, changes);
                self.join(now, target, key, recurs, report, changes);
            }
        }
        if let Some(before) = elsewhere {
            // It began anew under another name: what it was before is over.
            self.ended(now, &before.key, report, changes);
        }
    }

    /// The same alert again: counted on the alert, not in the incident.
    fn seen_again(&mut self, now: Moment, place: &Place, report: &Report, changes: &mut Vec<Change>) {
        let number = self.open_incident_of(&place.key);
        let stood = number.and_then(|number| self.incident(number)).map(|incident| incident.severity);
        let Some(state) = self.keys.get_mut(&place.key) else { return };
        let Some(slot) = state.slots.get_mut(&place.slot) else { return };
        self.touched.insert(place.key.clone());
        slot.seen = slot.seen.saturating_add(1);
        let is = report.severity;
        let was = slot.severity.unwrap_or(stood.map_or(is, |stood| stood.min(is)));
        let turned = Some(is).filter(|is| *is != was && !report.is_only_a_print());
        if turned.is_some() {
            slot.severity = turned;
            if let Some(waiting) = state.waiting.iter_mut().find(|waiting| waiting.alert == slot.alert) {
                Arc::make_mut(&mut waiting.report).severity = is;
            }
        }
        let (alert, seen) = (slot.alert, slot.seen);
        let incident_id = number.map(|number| self.incident_id(number));
        changes.push(Change::AlertSeenAgain { id: self.alert_id(alert), incident_id, seen, at: now, severity: turned });
        let (Some(number), Some(stood)) = (number, stood) else { return };
        self.change(now, number, Tell::Updated, changes, |incident| {
            incident.last_alert_at = now;
            if turned.is_some() {
                incident.turn(&report.tool_source, was, is);
            }
        });
        let Some(stands) = self.incident(number).map(|incident| incident.severity) else { return };
        self.worsen(now, number, Some(stands).filter(|stands| *stands > stood), changes);
        if stands < stood {
            self.write(now, number, None, Event::Eased { severity: stands }, changes);
        }
    }

    /// A sender says that its problem is over. What nobody knows is kept, and ends nothing.
    fn subside(
        &mut self,
        now: Moment,
        sent: Sent<'_>,
        report: &Arc<Report>,
        place: Option<Place>,
        changes: &mut Vec<Change>,
    ) {
        let key = place.as_ref().map_or_else(|| self.key_of(report), |place| place.key.clone());
        self.keep(now, self.open_incident_of(&key), sent, report, changes);
        if let Some(place) = place {
            self.fires_no_more(&place);
            self.ended(now, &place.key, report, changes);
        }
    }

    /// A problem of this key fires no more.
    fn ended(&mut self, now: Moment, key: &Arc<str>, report: &Report, changes: &mut Vec<Change>) {
        let Some(incident) = self.open_incident_of(key) else { return };
        self.stir(key, now);
        let flapping = self.incident(incident).is_some_and(|incident| incident.flapping);
        if flapping {
            self.schedule(incident);
        } else if !self.fires(incident) && self.rules_for(report).auto_resolve {
            self.resolve(now, incident, None, changes);
        }
    }

    /// Keeps an alert that counts nowhere.
    fn keep(
        &mut self,
        now: Moment,
        incident: Option<u64>,
        sent: Sent<'_>,
        report: &Arc<Report>,
        changes: &mut Vec<Change>,
    ) {
        let number = self.take_alert_number();
        self.tell_alert(now, number, incident, sent, report.clone(), changes);
    }

    pub(super) fn key_of(&self, report: &Report) -> Arc<str> {
        correlate::key(self.tenant.settings.correlation.aggregation_key, report).into()
    }

    fn open_incident_of(&self, key: &str) -> Option<u64> {
        let open = |number: &u64| self.incidents.get(number).is_some_and(|case| case.incident.is_open());
        self.keys.get(key)?.incident.filter(open)
    }

    /// Opens an incident for `last` and everything that waited with it.
    fn open(&mut self, now: Moment, key: &Arc<str>, last: Waiting, changes: &mut Vec<Change>) {
        let Some(state) = self.keys.get_mut(key) else { return };
        let mut alerts = std::mem::take(&mut state.waiting);
        let joined: Vec<u64> = alerts.iter().map(|waiting| waiting.alert).collect();
        alerts.push(last);
        let number = self.next_incident;
        self.next_incident += 1;
        let follows = state.incident;
        state.part = None;
        let episode_count = state.episode.map_or(1, |episode| episode.count);
        let Some(first) = alerts.first() else { return };
        let mut incident = Incident::opening(self.incident_id(number), &first.report, now);
        incident.episode_count = episode_count;
        incident.follows = follows.map(|number| self.incident_id(number));
        alerts.iter().for_each(|waiting| incident.take_in(&waiting.report));
        let follows = incident.follows.clone();
        self.incidents.insert(number, Case { incident: Arc::new(incident), keys: BTreeSet::new() });
        self.hand_keys(BTreeSet::from([key.clone()]), number);
        self.change(now, number, Tell::Created, changes, |_| {});
        if !joined.is_empty() {
            let alerts = joined.into_iter().map(|alert| self.alert_id(alert)).collect();
            changes.push(Change::AlertsCorrelated { incident_id: self.incident_id(number), alerts });
        }
        self.write(now, number, None, Event::Opened { follows }, changes);
        self.schedule_decay(number);
    }

    fn join(
        &mut self,
        now: Moment,
        number: u64,
        key: &Arc<str>,
        begins: bool,
        report: &Report,
        changes: &mut Vec<Change>,
    ) {
        let window = self.tenant.settings.correlation.window();
        let Some(incident) = self.incident(number) else { return };
        let tool = report.tool_source.trim();
        let another_tool = !incident.makeup.knows(tool);
        let severity = Some(report.severity).filter(|_| self.worsened(number, report));
        // One burst of alerts may come by several keys, once incidents were merged.
        let bursts = || self.states_of(number).filter_map(|state| Some((&state.key, state.episode?)));
        let going_on = || bursts().filter(|(_, episode)| now - episode.last_at <= window);
        let episode_count = going_on().map(|(_, episode)| episode.count).sum();
        let recurs = begins && !going_on().any(|(other, _)| **other != **key);
        self.stir(key, now);
        self.change(now, number, Tell::Updated, changes, |incident| {
            incident.episode_count = episode_count;
            incident.last_alert_at = now;
            incident.recurrences += u32::from(recurs);
            incident.take_in(report);
        });
        if recurs {
            self.write(now, number, None, Event::Recurred, changes);
        }
        self.worsen(now, number, severity, changes);
        if another_tool {
            self.write(now, number, None, Event::ToolJoined { tool: tool.into() }, changes);
        }
    }

    /// It has got as bad as `severity`: nobody has seen it like that, and it is left alone no more.
    fn worsen(&mut self, now: Moment, number: u64, severity: Option<Severity>, changes: &mut Vec<Change>) {
        let Some(severity) = severity else { return };
        self.write(now, number, None, Event::Worsened { severity }, changes);
        let Some(incident) = self.incident(number) else { return };
        let seen = incident.status == Status::Acknowledged;
        let snoozed = incident.snoozed_until.is_some();
        if !seen && !snoozed {
            return;
        }
        self.change(now, number, Tell::Updated, changes, |incident| {
            incident.snoozed_until = None;
            if seen {
                incident.unsee();
            }
        });
        if seen {
            self.write(now, number, None, Event::AcknowledgementBroken, changes);
        }
        if snoozed {
            self.write(now, number, None, Event::Woke, changes);
        }
    }

    /// A resolved incident's problem came back within the window.
    fn reopen(&mut self, now: Moment, number: u64, key: &Arc<str>, changes: &mut Vec<Change>) {
        let mut began = false;
        self.edit(now, number, |incident| {
            incident.unsee();
            incident.come_back(now);
            incident.flaps += 1;
            incident.reopened_at.push(now);
            incident.reopened_at.retain(|then| now - *then <= FLAP_WITHIN);
            began = !incident.flapping && incident.reopened_at.len() >= FLAP_COUNT;
            incident.flapping |= began;
        });
        self.write(now, number, None, Event::Reopened, changes);
        if began {
            self.write(now, number, None, Event::FlappingBegan, changes);
        }
        self.stir(key, now);
        self.schedule(number);
    }

    fn tell_alert(
        &mut self,
        now: Moment,
        number: u64,
        incident: Option<u64>,
        sent: Sent<'_>,
        report: Arc<Report>,
        changes: &mut Vec<Change>,
    ) {
        let silenced_by = self.silences.of(&report.asset_name, &report.signature, report.severity);
        changes.push(Change::AlertReceived(Arc::new(Alert {
            id: self.alert_id(number),
            company_id: self.tenant.id.clone(),
            incident_id: incident.map(|number| self.incident_id(number)),
            received_at: now,
            delivery_id: sent.delivery_id.map(Into::into),
            silenced_by,
            seen: 1,
            report,
        })));
    }

    /// What the program itself reports wants an incident whatever the tenant's rules for its senders are.
    fn rules_for(&self, report: &Report) -> Correlation {
        let rules = self.tenant.settings.correlation;
        if quiet::is_ours(report) {
            Correlation { min_alerts_for_incident: 1, auto_correlate: true, auto_resolve: true, ..rules }
        } else {
            rules
        }
    }

    fn worsened(&self, number: u64, report: &Report) -> bool {
        self.incident(number).is_some_and(|incident| report.severity > incident.severity)
    }

    /// A sender of this key's incident changed its word.
    pub(super) fn stir(&mut self, key: &Arc<str>, now: Moment) {
        if let Some(state) = self.keys.get_mut(key) {
            state.active_at = now;
            self.touched.insert(key.clone());
        }
    }

    fn take_alert_number(&mut self) -> u64 {
        self.next_alert += 1;
        self.next_alert - 1
    }

    pub(super) fn alert_id(&self, number: u64) -> AlertId {
        AlertId { tenant: self.tenant.id.clone(), number }
    }
}
