//! What a request says, and its body in the dialect of whoever sends it.

use serde_json::{Value, json};

use super::companies::{Company, Tool};
use super::script::Step;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};

/// A request's content.
#[derive(Clone, PartialEq, Debug)]
pub enum Post {
    /// Alerts as the tool sends them: signed, or from Alertmanager.
    Alerts(Vec<Alert>),
    /// An alert signed with a secret that is not the tenant's.
    Forged(Alert),
    /// Rightly signed, and not an alert.
    Unreadable(String),
}

/// One alert of a script.
#[derive(Clone, PartialEq, Debug)]
pub struct Alert {
    /// What is ill.
    pub asset: String,
    /// The kind of trouble.
    pub signature: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What a person reads.
    pub message: String,
    /// Begun, or over.
    pub firing: bool,
    /// When it began, in milliseconds from the beginning of the night. A repeat has that of the first.
    pub since: u32,
    /// The tool's number for this event.
    pub event: u64,
}

impl Step {
    /// The request's body. `when` says what time of day a moment of the night is.
    pub fn body(&self, when: impl Fn(Span) -> Moment) -> String {
        match &self.post {
            Post::Alerts(alerts) if self.tool == Tool::Prometheus => {
                alertmanager(self.company, alerts, when).to_string()
            }
            Post::Alerts(alerts) => match alerts.as_slice() {
                [alert] => native(self.tool, alert, when).to_string(),
                alerts => alerts.iter().map(|alert| native(self.tool, alert, &when)).collect::<Value>().to_string(),
            },
            Post::Forged(alert) => native(self.tool, alert, when).to_string(),
            Post::Unreadable(body) => body.clone(),
        }
    }
}

fn native(tool: Tool, alert: &Alert, when: impl Fn(Span) -> Moment) -> Value {
    json!({
        "asset_name": alert.asset,
        "signature": alert.signature,
        "severity": alert.severity,
        "message": alert.message,
        "tool_source": tool.name(),
        "status": status(alert.firing),
        "occurred_at": when(Span(alert.since.into())),
        "labels": { "event_id": alert.event.to_string() },
    })
}

/// What Alertmanager's webhook of version 4 sends for a group.
fn alertmanager(company: &Company, alerts: &[Alert], when: impl Fn(Span) -> Moment) -> Value {
    let name = alerts.first().map_or("", |alert| alert.signature);
    let one = |alert: &Alert| {
        json!({
            "status": status(alert.firing),
            "labels": {
                "alertname": alert.signature,
                "instance": alert.asset,
                "job": "node",
                "severity": alert.severity,
            },
            "annotations": { "summary": alert.message },
            "startsAt": when(Span(alert.since.into())),
            "endsAt": "0001-01-01T00:00:00Z",
            "fingerprint": fingerprint(company, alert),
        })
    };
    json!({
        "version": "4",
        "receiver": "alert-whisperer",
        "status": status(alerts.iter().any(|alert| alert.firing)),
        "groupKey": format!("{{}}:{{alertname=\"{name}\"}}"),
        "truncatedAlerts": 0,
        "groupLabels": { "alertname": name },
        "commonLabels": { "alertname": name, "job": "node" },
        "commonAnnotations": {},
        "externalURL": format!("http://alertmanager.{}.example:9093", company.id.replace('_', "-")),
        "alerts": alerts.iter().map(one).collect::<Value>(),
    })
}

fn status(firing: bool) -> &'static str {
    if firing { "firing" } else { "resolved" }
}

/// FNV-1a over what tells one of Prometheus' alerts from another.
fn fingerprint(company: &Company, alert: &Alert) -> String {
    let bytes = [company.id, &alert.asset, alert.signature].into_iter().flat_map(|part| part.bytes().chain([0xff]));
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{hash:016x}")
}
