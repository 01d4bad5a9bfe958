//! Data of nobody's schema, as people put it into events of their own: what the fields with the usual names say.

use std::borrow::Cow;

use super::field;
use super::json::Object;
use crate::core::alert::{AlertStatus, Report};
use crate::core::severity::Severity;

/// What is ill, the most exact name first.
const ASSET: [&str; 22] = [
    "asset_name",
    "asset",
    "instance_id",
    "instanceId",
    "instance-id",
    "instance",
    "hostname",
    "host_name",
    "host",
    "server",
    "node",
    "device",
    "pod",
    "container",
    "resource_name",
    "resourceName",
    "resource_id",
    "resourceId",
    "resource",
    "service",
    "cluster",
    "job",
];
const SIGNATURE: [&str; 9] =
    ["signature", "alertname", "alert_name", "alertName", "rule", "ruleName", "rule_name", "check", "monitor"];
const SEVERITY: [&str; 5] = ["severity", "priority", "level", "criticality", "urgency"];
const MESSAGE: [&str; 8] = ["message", "summary", "output", "description", "text", "title", "reason", "cause"];
const STATUS: [&str; 6] = ["status", "state", "alert_status", "alertStatus", "result", "outcome"];
const KEY: [&str; 7] = ["dedup_key", "dedupKey", "fingerprint", "alert_id", "alertId", "incident_id", "incidentId"];
const LINK: [&str; 7] = ["url", "link", "html_url", "alert_url", "runbook_url", "dashboard_url", "console_url"];

/// What a word says of how things stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// There is trouble, of the usual weight of its kind unless the word says how bad.
    Bad(Option<Severity>),
    /// All is well.
    Good,
    /// Something is on its way, and will be told again.
    Between,
}

/// What a word means, in any case and however its parts are joined.
pub fn word(text: &str) -> Option<Word> {
    #[rustfmt::skip]
    const WORDS: &[(Word, &[&str])] = &[
        (Word::Bad(None), &["firing", "triggered", "trigger", "alerting", "alarm", "active", "open", "opened", "problem", "down",
            "failed", "failure", "fail", "error", "fault", "fatal", "unhealthy", "impaired", "degraded", "offline",
            "unsuccessful", "undeliverable", "terminated", "timedout", "timeout", "executiontimedout", "deliverytimedout",
            "accessdenied", "noncompliant", "rejected", "partial", "terminatedwitherrors", "exitedwitherror", "invalid",
            "stopped", "stopping", "shuttingdown", "aborted", "expired"]),
        (Word::Bad(Some(Severity::Medium)), &["warn", "warning"]),
        (Word::Bad(Some(Severity::Low)), &["cancelled", "canceled"]),
        (Word::Good, &["resolved", "resolve", "recovered", "ok", "okay", "closed", "close", "inactive", "up", "normal",
            "success", "successful", "succeeded", "succeed", "completed", "complete", "finished", "healthy", "running",
            "available", "online", "compliant", "passed", "pass", "info", "cleared", "archived", "suppressed"]),
        (Word::Between, &["pending", "inprogress", "started", "starting", "start", "queued", "created", "submitted", "waiting",
            "scheduled", "provisioning", "delayed", "cancelling", "runnable", "initializing", "creating", "updating"]),
    ];
    let plain: String =
        text.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).take(40).collect();
    WORDS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(word, _)| *word)
}

/// The first of these fields that says something plain; of an object, its `name`.
fn first<'o>(data: &'o Object<'_>, names: &[&str]) -> Option<Cow<'o, str>> {
    names.iter().find_map(|name| {
        let value = data.get(name)?;
        let value = value.at("/name").unwrap_or(value);
        value.plain().filter(|text| !text.trim().is_empty())
    })
}

/// What is ill.
pub fn asset<'o>(data: &'o Object<'_>) -> Option<Cow<'o, str>> {
    first(data, &ASSET)
}

/// The kind of trouble.
pub fn signature<'o>(data: &'o Object<'_>) -> Option<Cow<'o, str>> {
    first(data, &SIGNATURE)
}

/// What it says.
pub fn message<'o>(data: &'o Object<'_>) -> Option<Cow<'o, str>> {
    first(data, &MESSAGE)
}

/// Its sender's identity.
pub fn key<'o>(data: &'o Object<'_>) -> Option<Cow<'o, str>> {
    first(data, &KEY)
}

/// How things stand.
pub fn status(data: &Object<'_>) -> Option<Word> {
    STATUS.iter().find_map(|name| word(&data.get(name)?.plain()?))
}

/// How bad.
pub fn severity(data: &Object<'_>) -> Option<Severity> {
    SEVERITY.iter().find_map(|name| data.get(name)?.text()?.parse().ok())
}

/// Adds what the data say besides: links, plain fields as labels.
pub fn rest(report: &mut Report, data: &Object<'_>) {
    for name in LINK {
        field::link(report, data.word(name));
    }
    for (name, value) in data.pairs().filter(|(name, _)| !MESSAGE.contains(name)) {
        field::tell(report, name, Some(value));
    }
}

/// Sets what a word says.
pub fn set(report: &mut Report, word: Word) {
    match word {
        Word::Bad(Some(severity)) => report.severity = severity,
        Word::Bad(None) => {}
        Word::Good | Word::Between => report.status = AlertStatus::Resolved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_the_same_however_they_are_written() {
        for (text, wanted) in [
            ("FAILED", Word::Bad(None)),
            ("NON_COMPLIANT", Word::Bad(None)),
            ("Execution Timed Out", Word::Bad(None)),
            ("Cancelled", Word::Bad(Some(Severity::Low))),
            ("SUCCEEDED", Word::Good),
            ("In Progress", Word::Between),
        ] {
            assert_eq!(word(text), Some(wanted), "{text}");
        }
        assert_eq!((word(""), word("purple")), (None, None));
    }
}
