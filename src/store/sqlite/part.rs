//! What a batch says about one tenant, with only the last word on everything that it says more than once.

use std::collections::BTreeMap;

use crate::core::alert::Alert;
use crate::core::audit::Sealed;
use crate::core::change::Change;
use crate::core::correlate::KeyState;
use crate::core::execution::Execution;
use crate::core::id::TenantId;
use crate::core::incident::Incident;
use crate::core::input::Input;
use crate::core::session::Session;
use crate::core::severity::Severity;
use crate::core::standing::Standing;
use crate::core::tenant::Tenant;
use crate::core::time::Moment;
use crate::core::timeline::TimelineEntry;
use crate::store::{Batch, Outcome};

/// One tenant's part of a batch.
#[derive(Default)]
pub(super) struct Part<'a> {
    /// The tenant was removed. What follows in this part came after that.
    pub(super) removed: bool,
    /// The tenant as it is now, when it changed.
    pub(super) tenant: Option<&'a Tenant>,
    /// By number.
    pub(super) incidents: BTreeMap<u64, &'a Incident>,
    /// In the order of their numbers.
    pub(super) alerts: Vec<&'a Alert>,
    /// How many times, and how bad by now when that has changed, by alert number.
    pub(super) seen: BTreeMap<u64, (u32, Option<Severity>)>,
    /// What is put aside no more.
    pub(super) cleared: Vec<u64>,
    /// Alert and incident; absent when it has none any more.
    pub(super) correlated: Vec<(u64, Option<u64>)>,
    /// In order.
    pub(super) timeline: Vec<&'a TimelineEntry>,
    /// States; absent for forgotten ones.
    pub(super) keys: Vec<(&'a str, Option<&'a KeyState>)>,
    /// What stands over its incidents, when that changed.
    pub(super) standing: Option<&'a Standing>,
    /// By number.
    pub(super) executions: BTreeMap<u64, &'a Execution>,
    /// By number.
    pub(super) sessions: BTreeMap<u64, &'a Session>,
    /// Entries of its audit log.
    pub(super) audited: Vec<&'a Sealed>,
    /// Entries that were the last of its audit log before it was removed.
    pub(super) last_audited: Vec<&'a Sealed>,
    /// Its inputs.
    pub(super) outcomes: Vec<&'a Outcome>,
    /// When an alert last came.
    pub(super) last_alert_at: Option<Moment>,
}

/// A batch, tenant by tenant.
pub(super) fn parts(batch: &Batch) -> BTreeMap<&TenantId, Part<'_>> {
    let mut parts: BTreeMap<&TenantId, Part<'_>> = BTreeMap::new();
    for change in &batch.changes {
        // A stopped tenant's file may be the very thing that is broken, and nothing about it is to be kept.
        if !matches!(change, Change::TenantStopped { .. }) {
            parts.entry(change.tenant()).or_default().take(change);
        }
    }
    for outcome in &batch.outcomes {
        let part = parts.entry(&outcome.entry.tenant).or_default();
        match *outcome.entry.input {
            Input::TenantRemoved { .. } => part.outcomes.clear(),
            _ => part.outcomes.push(outcome),
        }
    }
    for (tenant, key, state) in &batch.keys {
        parts.entry(tenant).or_default().keys.push((key, state.as_ref()));
    }
    for (tenant, standing) in &batch.standing {
        parts.entry(tenant).or_default().standing = Some(standing);
    }
    for (tenant, entry) in &batch.audited {
        parts.entry(tenant).or_default().audited.push(entry);
    }
    parts.values_mut().filter(|part| part.removed).for_each(Part::part_the_logs);
    parts
}

impl<'a> Part<'a> {
    /// The core changed nothing: it does not know the tenant, or the input was without effect.
    pub(super) fn changes_nothing(&self) -> bool {
        let Self {
            removed,
            tenant,
            incidents,
            alerts,
            seen,
            cleared,
            correlated,
            timeline,
            keys,
            standing,
            executions,
            sessions,
            audited,
            last_audited: _,
            outcomes: _,
            last_alert_at: _,
        } = self;
        !removed
            && tenant.is_none()
            && incidents.is_empty()
            && alerts.is_empty()
            && seen.is_empty()
            && cleared.is_empty()
            && correlated.is_empty()
            && timeline.is_empty()
            && keys.is_empty()
            && standing.is_none()
            && executions.is_empty()
            && sessions.is_empty()
            && audited.is_empty()
    }

    /// A removed tenant's log is over; one that was added again since has another, which begins at 1.
    fn part_the_logs(&mut self) {
        let begins = self.audited.iter().rposition(|entry| entry.number == 1).filter(|_| self.tenant.is_some());
        let new = self.audited.split_off(begins.unwrap_or(self.audited.len()));
        self.last_audited = std::mem::replace(&mut self.audited, new);
    }

    fn take(&mut self, change: &'a Change) {
        self.last_alert_at = change.heard_at().or(self.last_alert_at);
        match change {
            Change::TenantChanged(tenant) => self.tenant = Some(tenant),
            Change::TenantRemoved { .. } => *self = Self { removed: true, ..Self::default() },
            Change::AlertReceived(alert) => self.alerts.push(alert),
            Change::AlertSeenAgain { id, seen, severity, .. } => {
                let told = self.seen.entry(id.number).or_default();
                *told = (*seen, severity.or(told.1));
            }
            Change::AlertsCorrelated { incident_id, alerts } => {
                self.correlated.extend(alerts.iter().map(|alert| (alert.number, Some(incident_id.number))));
            }
            Change::AlertsReleased { alerts, .. } => {
                self.correlated.extend(alerts.iter().map(|alert| (alert.number, None)));
            }
            Change::IncidentCreated(incident)
            | Change::IncidentUpdated(incident)
            | Change::IncidentResolved(incident) => drop(self.incidents.insert(incident.id.number, incident)),
            Change::ExecutionChanged(execution) => drop(self.executions.insert(execution.id.number, execution)),
            Change::SessionChanged(session) => drop(self.sessions.insert(session.id.number, session)),
            Change::Timeline(entry) => self.timeline.push(entry),
            // With its body in the outcomes.
            Change::Quarantined { .. } => {}
            Change::QuarantineCleared { numbers, .. } => self.cleared.extend(numbers),
            // Forgotten by the board only.
            Change::IncidentForgotten { .. }
            | Change::ExecutionForgotten { .. }
            | Change::SessionForgotten { .. }
            | Change::TenantStopped { .. } => {}
            // In the standing.
            Change::WindowChanged { .. }
            | Change::WindowEnded { .. }
            | Change::WindowExpires { .. }
            | Change::RosterChanged { .. } => {}
        }
    }
}
