//! What an alert does: counted into its episode, it opens, joins or reopens an incident, waits, or is the end of one.

use std::sync::Arc;

use super::{Case, Caseload, Due, Tell};
use crate::core::alert::{Alert, AlertStatus, Report};
use crate::core::category;
use crate::core::change::Change;
use crate::core::correlate::{self, FLAP_COUNT, FLAP_WITHIN, KeyState, Slot, Verdict, Waiting};
use crate::core::id::AlertId;
use crate::core::incident::{Incident, Status};
use crate::core::priority;
use crate::core::quiet;
use crate::core::tenant::Correlation;
use crate::core::time::{Moment, Span};
use crate::core::timeline::Event;

impl Caseload {
    /// One alert.
    pub fn receive(&mut self, now: Moment, report: &Arc<Report>, delivery_id: Option<&str>, changes: &mut Vec<Change>) {
        if self.hear(now, report, changes) {
            let number = self.take_alert_number();
            return self.tell_alert(now, number, None, delivery_id, report.clone(), changes);
        }
        let rules = self.tenant.settings.correlation;
        let key: Arc<str> = correlate::key(rules.aggregation_key, report).into();
        let slot = correlate::slot(report);
        self.touched.insert(key.clone());
        if !self.keys.contains_key(&key) {
            let mut state = KeyState::new(key.to_string());
            state.active_at = now;
            self.keys.insert(key.clone(), state);
            self.dues.push((now + rules.window() + Span(1), Due::ForgetKey(key.clone())));
        }
        match report.status {
            AlertStatus::Firing if self.keys[&key].seen_before(&slot, report) => {
                self.seen_again(now, &key, &slot, report, changes);
            }
            AlertStatus::Firing => self.fire(now, &key, slot, report, delivery_id, changes),
            AlertStatus::Resolved => self.subside(now, &key, &slot, report, delivery_id, changes),
        }
    }

    fn fire(
        &mut self,
        now: Moment,
        key: &Arc<str>,
        slot: String,
        report: &Arc<Report>,
        delivery_id: Option<&str>,
        changes: &mut Vec<Change>,
    ) {
        let rules = self.rules_for(report);
        let number = self.take_alert_number();
        let Some(state) = self.keys.get_mut(key) else { return };
        let incident = state.incident.and_then(|number| self.incidents.get(&number)).map(|case| &*case.incident);
        let begins = state.count(now, rules.window());
        let verdict = state.verdict(now, &rules, begins, incident);
        state.active_at = now;
        state.slots.insert(slot, Slot { alert: number, since: report.occurred_at, seen: 1 });
        let target = state.incident;
        if verdict == Verdict::Wait {
            state.waiting.push(Waiting { alert: number, at: now, report: report.clone() });
        }
        let incident = match verdict {
            Verdict::Join { .. } | Verdict::Reopen { .. } => target,
            Verdict::Open => Some(self.next_incident),
            Verdict::Leave | Verdict::Wait => None,
        };
        self.tell_alert(now, number, incident, delivery_id, report.clone(), changes);
        match (verdict, target) {
            (Verdict::Leave | Verdict::Wait, _) | (Verdict::Join { .. } | Verdict::Reopen { .. }, None) => {}
            (Verdict::Open, _) => {
                self.open(now, key, Waiting { alert: number, at: now, report: report.clone() }, changes)
            }
            (Verdict::Join { recurs }, Some(target)) => self.join(now, target, recurs, report, changes),
            (Verdict::Reopen { recurs }, Some(target)) => {
                self.reopen(now, target, changes);
                self.join(now, target, recurs, report, changes);
            }
        }
    }

    /// The same alert again: counted on the alert, not in the incident.
    fn seen_again(&mut self, now: Moment, key: &Arc<str>, slot: &str, report: &Report, changes: &mut Vec<Change>) {
        let Some(state) = self.keys.get_mut(key) else { return };
        let Some(slot) = state.slots.get_mut(slot) else { return };
        slot.seen = slot.seen.saturating_add(1);
        let (alert, seen) = (slot.alert, slot.seen);
        let open = |number: &u64| self.incidents.get(number).is_some_and(|case| case.incident.is_open());
        let incident = state.incident.filter(open);
        changes.push(Change::AlertSeenAgain {
            id: self.alert_id(alert),
            incident_id: incident.map(|number| self.incident_id(number)),
            seen,
            at: now,
        });
        if let Some(number) = incident {
            let worse = self.worsened(number, report);
            self.change(now, number, Tell::Updated, changes, |incident| {
                incident.last_alert_at = now;
                incident.severity = incident.severity.max(report.severity);
            });
            if worse {
                self.write(now, number, None, Event::Worsened { severity: report.severity }, changes);
                self.settle_silence(now, number, changes);
            }
        }
    }

    /// A sender says that its problem is over.
    fn subside(
        &mut self,
        now: Moment,
        key: &Arc<str>,
        slot: &str,
        report: &Arc<Report>,
        delivery_id: Option<&str>,
        changes: &mut Vec<Change>,
    ) {
        let number = self.take_alert_number();
        let Some(state) = self.keys.get_mut(key) else { return };
        let ended = state.slots.remove(slot).is_some();
        let still_fires = state.fires();
        let open = |number: &u64| self.incidents.get(number).is_some_and(|case| case.incident.is_open());
        let incident = state.incident.filter(open);
        self.tell_alert(now, number, incident, delivery_id, report.clone(), changes);
        let Some(incident) = incident else { return };
        if !ended {
            return;
        }
        self.stir(incident, now);
        let flapping = self.incident(incident).is_some_and(|incident| incident.flapping);
        if flapping {
            self.schedule(incident);
        } else if !still_fires && self.rules_for(report).auto_resolve {
            self.resolve(now, incident, None, changes);
        }
    }

    /// Opens an incident for `last` and everything that waited with it.
    fn open(&mut self, now: Moment, key: &Arc<str>, last: Waiting, changes: &mut Vec<Change>) {
        let Some(state) = self.keys.get_mut(key) else { return };
        let mut alerts = std::mem::take(&mut state.waiting);
        let joined: Vec<u64> = alerts.iter().map(|waiting| waiting.alert).collect();
        alerts.push(last);
        let number = self.next_incident;
        self.next_incident += 1;
        let follows = state.incident.replace(number);
        let episode_count = state.episode.map_or(1, |episode| episode.count);
        let Some(first) = alerts.first() else { return };
        let mut incident = Incident {
            id: self.incident_id(number),
            company_id: self.tenant.id.clone(),
            asset_name: first.report.asset_name.trim().into(),
            signature: first.report.signature.trim().into(),
            severity: first.report.severity,
            status: Status::New,
            priority_score: 0,
            score_terms: priority::Terms::default(),
            alert_count: alerts.len() as u64,
            episode_count,
            tool_sources: Vec::new(),
            category: category::of(&first.report.signature, &first.report.asset_name).into(),
            assigned_to: None,
            acknowledged_by: None,
            acknowledged_because: None,
            acknowledged_until: None,
            snoozed_until: None,
            escalations: 0,
            unassigned_because: None,
            sla: crate::core::sla::Clocks::default(),
            silenced_by: None,
            merged: Vec::new(),
            merged_into: None,
            opened_at: now,
            last_alert_at: now,
            resolved_at: None,
            resolved_by: None,
            recurrences: 0,
            flaps: 0,
            flapping: false,
            reopened_at: Vec::new(),
            follows: follows.map(|number| self.incident_id(number)),
            instance_id: None,
        };
        for waiting in &alerts {
            take_in(&mut incident, &waiting.report);
        }
        incident.silenced_by = self.silencing_incident(&incident);
        let (follows, silenced_by) = (incident.follows.clone(), incident.silenced_by);
        let case = Case { incident: Arc::new(incident), key: key.clone() };
        self.incidents.insert(number, case);
        self.change(now, number, Tell::Created, changes, |_| {});
        if !joined.is_empty() {
            let alerts = joined.into_iter().map(|alert| self.alert_id(alert)).collect();
            changes.push(Change::AlertsCorrelated { incident_id: self.incident_id(number), alerts });
        }
        self.write(now, number, None, Event::Opened { follows }, changes);
        if let Some(window) = silenced_by {
            self.write_silenced(now, number, window, changes);
        }
        self.schedule_decay(number);
    }

    fn join(&mut self, now: Moment, number: u64, recurs: bool, report: &Report, changes: &mut Vec<Change>) {
        let Some(incident) = self.incident(number) else { return };
        let tool = report.tool_source.trim();
        let another_tool = !knows_tool(incident, tool);
        let worse = self.worsened(number, report);
        let episode_count = self.state_of(number).and_then(|state| state.episode).map_or(1, |episode| episode.count);
        self.stir(number, now);
        self.change(now, number, Tell::Updated, changes, |incident| {
            incident.alert_count += 1;
            incident.episode_count = episode_count;
            incident.last_alert_at = now;
            incident.recurrences += u32::from(recurs);
            take_in(incident, report);
        });
        let events = [
            recurs.then_some(Event::Recurred),
            worse.then_some(Event::Worsened { severity: report.severity }),
            another_tool.then(|| Event::ToolJoined { tool: tool.into() }),
        ];
        for event in events.into_iter().flatten() {
            self.write(now, number, None, event, changes);
        }
        if worse {
            self.settle_silence(now, number, changes);
        }
    }

    /// A resolved incident's problem came back within the window.
    fn reopen(&mut self, now: Moment, number: u64, changes: &mut Vec<Change>) {
        let mut began = false;
        self.edit(now, number, |incident| {
            incident.status = Status::New;
            incident.acknowledged_by = None;
            incident.resolved_at = None;
            incident.resolved_by = None;
            incident.flaps += 1;
            incident.reopened_at.push(now);
            incident.reopened_at.retain(|then| now - *then <= FLAP_WITHIN);
            began = !incident.flapping && incident.reopened_at.len() >= FLAP_COUNT;
            incident.flapping |= began;
        });
        self.write(now, number, None, Event::Reopened, changes);
        self.hush(now, number, changes);
        if began {
            self.write(now, number, None, Event::FlappingBegan, changes);
        }
        self.stir(number, now);
        self.schedule(number);
    }

    fn tell_alert(
        &mut self,
        now: Moment,
        number: u64,
        incident: Option<u64>,
        delivery_id: Option<&str>,
        report: Arc<Report>,
        changes: &mut Vec<Change>,
    ) {
        let silenced_by = self.silencing(&report.asset_name, &report.signature, report.severity);
        changes.push(Change::AlertReceived(Arc::new(Alert {
            id: self.alert_id(number),
            company_id: self.tenant.id.clone(),
            incident_id: incident.map(|number| self.incident_id(number)),
            received_at: now,
            delivery_id: delivery_id.map(Into::into),
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

    /// A sender of this incident changed its word.
    fn stir(&mut self, number: u64, now: Moment) {
        if let Some(case) = self.incidents.get(&number)
            && let Some(state) = self.keys.get_mut(&case.key)
        {
            state.active_at = now;
            self.touched.insert(case.key.clone());
        }
    }

    fn take_alert_number(&mut self) -> u64 {
        self.next_alert += 1;
        self.next_alert - 1
    }

    fn alert_id(&self, number: u64) -> AlertId {
        AlertId { tenant: self.tenant.id.clone(), number }
    }
}

fn knows_tool(incident: &Incident, tool: &str) -> bool {
    incident.tool_sources.iter().any(|known| known.to_lowercase() == tool.to_lowercase())
}

/// What an incident learns from one of its alerts.
fn take_in(incident: &mut Incident, report: &Report) {
    incident.severity = incident.severity.max(report.severity);
    let tool = report.tool_source.trim();
    if !knows_tool(incident, tool) {
        incident.tool_sources.push(tool.into());
    }
    if incident.instance_id.is_none() {
        incident.instance_id.clone_from(&report.instance_id);
    }
}
