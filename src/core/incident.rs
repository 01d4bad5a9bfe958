//! An incident: alerts of one tenant with one aggregation key, and what people have done about it.

use serde::{Deserialize, Serialize};

use super::alert::Report;
use super::category;
use super::id::{IncidentId, TenantId};
use super::makeup::Makeup;
use super::priority::Terms;
use super::severity::Severity;
use super::sla::{Clocks, Promise, Sla};
use super::time::Moment;

/// Alerts of one tenant with one aggregation key, while they are one problem.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// `comp_acme-i4`.
    pub id: IncidentId,
    /// The same tenant as the id's, for readers of the JSON.
    pub company_id: TenantId,
    /// The asset as first spelled.
    pub asset_name: String,
    /// The signature as first spelled.
    pub signature: String,
    /// The highest among its alerts.
    pub severity: Severity,
    /// Where it stands.
    pub status: Status,
    /// The sum of [`Incident::score_terms`] as of the last change.
    pub priority_score: i32,
    /// What the score is made of.
    pub score_terms: Terms,
    /// Firing alerts, each counted once however often its sender repeated it.
    pub alert_count: u64,
    /// Alerts of the current episode.
    pub episode_count: u64,
    /// The firing alerts by tool and severity.
    #[serde(default)]
    pub makeup: Makeup,
    /// Everybody who reported it, in the order of their first alert.
    pub tool_sources: Vec<String>,
    /// What skill it wants.
    pub category: String,
    /// Who works on it.
    pub assigned_to: Option<String>,
    /// Who acknowledged it.
    pub acknowledged_by: Option<String>,
    /// Why it is acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_because: Option<String>,
    /// When the acknowledgement runs out; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged_until: Option<Moment>,
    /// It is left alone until then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snoozed_until: Option<Moment>,
    /// How many times it was escalated.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub escalations: u32,
    /// Why it has nobody, when somebody was looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unassigned_because: Option<String>,
    /// How long it may wait.
    #[serde(default)]
    pub sla: Clocks,
    /// The number of the window that it lies in; of one that is resolved, the one that it ended in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silenced_by: Option<u64>,
    /// The numbers of the incidents that were merged into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<u64>,
    /// The incident that it was merged into. It is resolved then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<IncidentId>,
    /// When it opened, or what was merged into it did.
    pub opened_at: Moment,
    /// When it opened itself; absent when nothing older was merged into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_opened_at: Option<Moment>,
    /// When its last firing alert was received, repeats included.
    pub last_alert_at: Moment,
    /// When it was resolved.
    pub resolved_at: Option<Moment>,
    /// Who resolved it; absent when its tools did.
    pub resolved_by: Option<String>,
    /// Episodes after the first.
    pub recurrences: u32,
    /// Times it came back after being resolved.
    pub flaps: u32,
    /// It has come back three times within an hour, and not been still since.
    pub flapping: bool,
    /// When it came back, the last three.
    #[serde(default)]
    pub reopened_at: Vec<Moment>,
    /// The incident of the same key before this one.
    pub follows: Option<IncidentId>,
    /// The node the alerts named.
    pub instance_id: Option<String>,
}

/// Where an incident stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nobody has looked.
    New,
    /// Somebody has seen it.
    Acknowledged,
    /// Somebody works on it.
    InProgress,
    /// Over.
    Resolved,
}

impl Status {
    /// The word of `INTERFACES.md`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledged => "acknowledged",
            Self::InProgress => "in_progress",
            Self::Resolved => "resolved",
        }
    }
}

impl Incident {
    /// One that opens, named after its first alert; [`Incident::take_in`] counts the alerts.
    pub fn opening(id: IncidentId, first: &Report, now: Moment) -> Self {
        Self {
            company_id: id.tenant.clone(),
            id,
            asset_name: first.asset_name.trim().into(),
            signature: first.signature.trim().into(),
            severity: first.severity,
            status: Status::New,
            priority_score: 0,
            score_terms: Terms::default(),
            alert_count: 0,
            episode_count: 0,
            makeup: Makeup::default(),
            tool_sources: Vec::new(),
            category: category::of(&first.signature, &first.asset_name).into(),
            assigned_to: None,
            acknowledged_by: None,
            acknowledged_because: None,
            acknowledged_until: None,
            snoozed_until: None,
            escalations: 0,
            unassigned_because: None,
            sla: Clocks::default(),
            silenced_by: None,
            merged: Vec::new(),
            merged_into: None,
            opened_at: now,
            own_opened_at: None,
            last_alert_at: now,
            resolved_at: None,
            resolved_by: None,
            recurrences: 0,
            flaps: 0,
            flapping: false,
            reopened_at: Vec::new(),
            follows: None,
            instance_id: None,
        }
    }

    /// Counts one of its firing alerts, and learns what it says.
    pub fn take_in(&mut self, report: &Report) {
        let tool = report.tool_source.trim();
        self.alert_count += 1;
        self.severity = self.severity.max(report.severity);
        if !self.makeup.knows(tool) {
            self.tool_sources.push(tool.into());
        }
        self.makeup.add(tool, report.severity);
        if self.instance_id.is_none() {
            self.instance_id.clone_from(&report.instance_id);
        }
    }

    /// One of its firing alerts is not its own any more.
    pub fn let_go(&mut self, report: &Report) {
        self.alert_count = self.alert_count.saturating_sub(1);
        self.makeup.remove(&report.tool_source, report.severity);
        self.read_makeup();
    }

    /// One of its firing alerts that was as bad as `was` is as bad as `is` by now.
    pub fn turn(&mut self, tool: &str, was: Severity, is: Severity) {
        self.makeup.turn(tool, was, is);
        self.severity = self.makeup.worst().unwrap_or(self.severity);
    }

    /// What follows from the alerts that it has.
    pub fn read_makeup(&mut self) {
        self.severity = self.makeup.worst().unwrap_or(self.severity);
        self.tool_sources.retain(|tool| self.makeup.knows(tool));
    }

    /// Not resolved.
    pub fn is_open(&self) -> bool {
        self.status != Status::Resolved
    }

    /// Neither in a window nor snoozed: it wants somebody.
    pub fn is_loud(&self) -> bool {
        self.is_open() && self.silenced_by.is_none() && self.snoozed_until.is_none()
    }

    /// Somebody was looked for, and nobody found.
    pub fn lacks_somebody(&self) -> bool {
        self.is_open() && self.assigned_to.is_none() && self.unassigned_because.is_some()
    }

    /// Somebody is to be found for it, when its score is at least `threshold`.
    pub fn wants_somebody(&self, threshold: i32) -> bool {
        self.is_loud() && self.status == Status::New && self.assigned_to.is_none() && self.priority_score >= threshold
    }

    /// Nobody has seen it, or what they saw no longer counts. Whoever has it still has it.
    pub fn unsee(&mut self) {
        self.status = Status::New;
        self.acknowledged_by = None;
        self.acknowledged_because = None;
        self.acknowledged_until = None;
    }

    /// Starts, stops and limits its clocks, as its state and severity want it.
    pub fn keep_clocks(&mut self, now: Moment, sla: &Sla) {
        let runs = self.is_open() && self.silenced_by.is_none();
        let waits = runs && self.status == Status::New;
        self.sla.keep(now, sla.of(self.severity), |promise| match promise {
            Promise::Respond => waits,
            Promise::Resolve => runs,
        });
    }

    /// Its clocks run on after they stood still, but for what was answered in the meantime.
    pub fn run_on(&mut self, now: Moment) {
        self.sla.resume(now, Promise::Resolve);
        if self.status == Status::New {
            self.sla.resume(now, Promise::Respond);
        }
    }

    /// It is back after having been over: it is to be answered anew, and the time until it is over runs on.
    pub fn come_back(&mut self, now: Moment) {
        self.resolved_at = None;
        self.resolved_by = None;
        self.sla.respond = None;
        self.sla.resume(now, Promise::Resolve);
    }

    /// When an acknowledgement or a snooze runs out, or a clock comes to something, whichever is first.
    pub fn next_clock(&self) -> Option<Moment> {
        let acknowledged = self.acknowledged_until.filter(|_| self.status == Status::Acknowledged);
        let all = [acknowledged, self.snoozed_until, self.sla.next_mark()];
        all.into_iter().flatten().min().filter(|_| self.is_open())
    }

    /// One that was kept before alerts were tallied gets a makeup that agrees with all else.
    pub fn guess_makeup(&mut self) {
        let known = self.makeup.total();
        let Some(first) = self.tool_sources.first() else { return };
        if known == 0 {
            self.tool_sources.iter().for_each(|tool| self.makeup.add(tool, self.severity));
            (self.makeup.total()..self.alert_count).for_each(|_| self.makeup.add(first, self.severity));
        }
    }
}

fn is_zero(count: &u32) -> bool {
    *count == 0
}
