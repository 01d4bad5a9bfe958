//! Which incident an alert belongs to: keys, episodes, and what is remembered of each key. `PRODUCT.md`, Correlation.
//!
//! The decision is here, as a pure function of a key's memory and its incident; carrying it out is `engine`'s.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::alert::{Identity, Report};
use super::incident::Incident;
use super::severity::Severity;
use super::tenant::{AggregationKey, Correlation, Recurrence};
use super::time::{Moment, Span};

/// While an incident is unresolved, alerts join it for this long after its last one.
pub const JOINS_FOR: Span = Span::DAY;
/// Reopens within this time that make an incident flap…
pub const FLAP_WITHIN: Span = Span::HOUR;
/// …when there are so many.
pub const FLAP_COUNT: usize = 3;
/// A resolved incident stays on the board, and can be reopened by hand, for this long.
pub const REMEMBERED_FOR: Span = Span::DAY;
/// How long a key's last incident is known as the one that a new one follows.
pub const LINKED_FOR: Span = Span(30 * Span::DAY.0);

/// What alerts of one incident have in common, as text: unique within the tenant, whatever the names contain.
pub fn key(by: AggregationKey, report: &Report) -> String {
    let asset = folded(&report.asset_name);
    let signature = folded(&report.signature);
    match by {
        AggregationKey::AssetSignature => format!("as:{}:{asset}|{signature}", asset.len()),
        AggregationKey::AssetSignatureTool => {
            format!("ast:{}:{}:{asset}|{signature}|{}", asset.len(), signature.len(), folded(&report.tool_source))
        }
        AggregationKey::Asset => format!("a:{asset}"),
        AggregationKey::Signature => format!("s:{signature}"),
    }
}

/// What tells one firing problem of a tenant from every other: the sender's fingerprint, or else, within a key, the names.
pub fn slot(source: &str, report: &Report) -> String {
    let tool = folded(&report.tool_source);
    match &report.fingerprint {
        Some(fingerprint) => format!("{}{tool}", print_of(source, fingerprint)),
        None => {
            let asset = folded(&report.asset_name);
            format!("n:{}:{}:{tool}|{asset}|{}", tool.len(), asset.len(), folded(&report.signature))
        }
    }
}

/// What the [`slot`] of every problem with this fingerprint begins with, whatever its tool.
pub fn print_of(source: &str, fingerprint: &str) -> String {
    format!("i:{}:{}:{source}|{fingerprint}|", source.len(), fingerprint.len())
}

/// The [`slot`] of a problem with a fingerprint as it was named before sources were told apart.
pub fn old_print(report: &Report) -> String {
    let tool = folded(&report.tool_source);
    format!("f:{}:{tool}|{}", tool.len(), report.fingerprint.as_deref().unwrap_or_default())
}

/// Whether a [`slot`] is that of a problem with a fingerprint.
pub fn is_print(slot: &str) -> bool {
    slot.starts_with("i:") || slot.starts_with("f:")
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}

/// What is remembered of one key. All of it is kept by the store, so that a restart changes nothing.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct KeyState {
    /// The key itself.
    pub key: String,
    /// The number of its last incident.
    pub incident: Option<u64>,
    /// The incident that the key came with, when that was merged into its last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<u64>,
    /// When that incident was resolved, or its last alert came: what a link's age is counted from.
    pub active_at: Moment,
    /// The episode under way, or the last one.
    pub episode: Option<Episode>,
    /// Alerts of the episode that no incident has yet.
    pub waiting: Vec<Waiting>,
    /// What its senders report and have not called over yet.
    pub slots: BTreeMap<String, Slot>,
}

/// One burst of alerts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Episode {
    /// When its last alert came.
    pub last_at: Moment,
    /// How many alerts there are.
    pub count: u64,
}

/// An alert that no incident has yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// Its number.
    pub alert: u64,
    /// When it came.
    pub at: Moment,
    /// What it said.
    pub report: std::sync::Arc<Report>,
}

/// A problem that a sender reports and has not called over yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Slot {
    /// Its last firing alert.
    pub alert: u64,
    /// `occurred_at` of that alert.
    pub since: Option<Moment>,
    /// How many times that alert was reported.
    pub seen: u32,
    /// How bad its sender says that it is by now; absent in what was kept by an earlier version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// What it was reported as, where its end may be told by its fingerprint alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<Box<Named>>,
}

/// What a problem was reported as.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Named {
    /// Its asset.
    pub asset: String,
    /// Its signature.
    pub signature: String,
    /// Its tool.
    pub tool: String,
}

impl Slot {
    /// A problem that was just reported.
    pub fn new(alert: u64, report: &Report) -> Self {
        let named = report.fingerprint.as_ref().map(|_| {
            let Report { asset_name, signature, tool_source, .. } = report;
            Box::new(Named { asset: asset_name.clone(), signature: signature.clone(), tool: tool_source.clone() })
        });
        Self { alert, since: report.occurred_at, seen: 1, severity: Some(report.severity), named }
    }

    /// Whether a firing report of this problem is the alert that is known already, sent again.
    pub fn is_again(&self, report: &Report) -> bool {
        match report.identity {
            _ if report.fingerprint.is_none() => false,
            Identity::Fingerprint | Identity::Only => true,
            Identity::Beginning => self.since == report.occurred_at,
        }
    }
}

/// What to do with a firing alert.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Leave it for an operator.
    Leave,
    /// It waits until its episode is large enough.
    Wait,
    /// It opens an incident, together with those that wait.
    Open,
    /// It joins the key's incident.
    Join {
        /// It begins another episode.
        recurs: bool,
    },
    /// It brings the key's incident back.
    Reopen {
        /// It begins another episode.
        recurs: bool,
    },
}

impl KeyState {
    /// A key never seen before.
    pub fn new(key: String) -> Self {
        Self { key, ..Self::default() }
    }

    /// Counts a firing alert into its episode; says whether it begins a new one.
    pub fn count(&mut self, now: Moment, window: Span) -> bool {
        match &mut self.episode {
            Some(episode) if now - episode.last_at <= window => {
                episode.last_at = now;
                episode.count += 1;
                false
            }
            episode => {
                *episode = Some(Episode { last_at: now, count: 1 });
                self.waiting.clear();
                true
            }
        }
    }

    /// What to do with an alert that was just counted. `incident` is the key's last one, if it is still known.
    pub fn verdict(&self, now: Moment, rules: &Correlation, begins: bool, incident: Option<&Incident>) -> Verdict {
        if !rules.auto_correlate {
            return Verdict::Leave;
        }
        let recurs = begins && incident.is_some();
        match incident {
            Some(incident) if incident.is_open() => {
                let apart = begins && rules.recurrence == Recurrence::New;
                let stale = now - incident.last_alert_at > JOINS_FOR;
                // An alert that still waits belongs to an episode which is not the incident's.
                if !apart && !stale && self.waiting.is_empty() {
                    return Verdict::Join { recurs };
                }
            }
            Some(incident) => {
                let resolved = incident.resolved_at.unwrap_or(now);
                if now - resolved <= rules.window() && self.waiting.is_empty() {
                    return Verdict::Reopen { recurs };
                }
            }
            None => {}
        }
        if self.waiting.len() as u64 + 1 >= u64::from(rules.min_alerts_for_incident) {
            Verdict::Open
        } else {
            Verdict::Wait
        }
    }

    /// Some sender still reports a problem.
    pub fn fires(&self) -> bool {
        !self.slots.is_empty()
    }

    /// When nothing about this key is worth remembering any more.
    pub fn forgotten_at(&self, window: Span) -> Moment {
        let kept_for = if self.incident.is_some() { LINKED_FOR } else { window };
        self.episode.map_or(self.active_at, |episode| episode.last_at.max(self.active_at)) + kept_for
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::report;

    #[test]
    fn keys_compare_without_case_and_outer_space() {
        let by = AggregationKey::AssetSignature;
        assert_eq!(key(by, &report(" Web-01 ", "High_CPU")), key(by, &report("web-01", "high_cpu")));
        assert_ne!(key(by, &report("web-01", "cpu")), key(by, &report("web-02", "cpu")));
    }

    #[test]
    fn no_choice_of_names_makes_two_keys_one() {
        for by in [AggregationKey::AssetSignature, AggregationKey::AssetSignatureTool] {
            assert_ne!(key(by, &report("a|b", "c")), key(by, &report("a", "b|c")));
        }
    }

    #[test]
    fn the_window_includes_its_last_moment() {
        let window = Span::minutes(10);
        let mut state = KeyState::new("k".into());
        assert!(state.count(Moment(0), window));
        assert!(!state.count(Moment(window.0), window));
        assert!(state.count(Moment(2 * window.0 + 1), window));
    }
}
