//! Opsgenie's Alert API, as the tools speak it that know Opsgenie: what is to be done is in the path,
//! `v2/alerts/ALIAS/close`, and the body may then be empty.

use super::field;
use super::json::{Json, Object};
use super::no_alert;
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::reading::{Context, Parsed, Unreadable};

/// Who sends.
const TOOL: &str = "Opsgenie";
/// The signature of an alert of which only the alias came.
const ONLY: &str = "opsgenie";
/// What can be done to an alert besides closing it; nothing comes of that here.
const ACTIONS: [&str; 13] = [
    "acknowledge",
    "unacknowledge",
    "snooze",
    "escalate",
    "assign",
    "notes",
    "tags",
    "details",
    "responders",
    "teams",
    "priority",
    "message",
    "description",
];
/// Details that name what is ill, the most exact one first.
const ASSET: [&str; 10] =
    ["instance", "host", "hostname", "node", "pod", "container", "service", "device", "cluster", "job"];

/// What is to be done to an alert that is known by its alias, as far as the path says so; there need be no body.
pub fn about_known(context: Context<'_>) -> Option<Parsed> {
    let path = context.head.path.trim_matches('/');
    let below = path.split_once("alerts/").map_or(path, |(_, below)| below);
    let (alias, action) = below.rsplit_once('/')?;
    let alias = field::identity(alias);
    if alias.is_empty() {
        return None;
    }
    if action == "close" {
        let report = Report {
            status: AlertStatus::Resolved,
            identity: Identity::Only,
            fingerprint: Some(alias.clone()),
            ..field::report(&alias, ONLY, ONLY)
        };
        let from = || field::origin("fingerprint", "the path", Some(&alias));
        let origins = if context.explain { vec![vec![from()]] } else { Vec::new() };
        return Some(Parsed { reports: vec![report], origins, ..Parsed::default() });
    }
    ACTIONS.contains(&action).then(Parsed::default)
}

/// Reads an alert that is created.
///
/// # Errors
/// When there is none in it.
pub fn parse(json: &Json<'_>, _: Context<'_>) -> Result<Parsed, Unreadable> {
    let Some(alert) = json.object() else { return Err(no_alert("The body must be an Opsgenie alert object.")) };
    let Some(text) = alert.word("message") else {
        return Err(Unreadable::NoAlert { reason: "message is required.".into(), fields: vec!["/message".into()] });
    };
    let none = Object::default();
    let details = alert.get("details").and_then(Json::object).unwrap_or(&none);
    let alias = alert.word("alias");
    let named = ASSET.iter().find_map(|name| details.word(name));
    let asset = alert.word("entity").or(named).or_else(|| alert.word("source")).or(alias).unwrap_or(text);
    let signature = details.word("alertname").unwrap_or_else(|| field::unmarked(text));
    let mut report = field::report(asset, signature, TOOL);
    if let Some(severity) = alert.word("priority").and_then(|word| word.parse().ok()) {
        report.severity = severity;
    }
    field::message(&mut report, &[Some(text), alert.word("description"), alert.word("note")]);
    report.fingerprint = alias.map(field::identity);
    report.instance_id = Some(asset).filter(|asset| field::is_instance(asset)).map(Into::into);
    for link in details.pairs().filter_map(|(_, value)| value.text()) {
        field::link(&mut report, Some(link));
    }
    field::link(&mut report, alert.word("source"));
    field::tell(&mut report, "source", alert.get("source"));
    let tags: Vec<_> = alert.get("tags").and_then(Json::list).into_iter().flatten().filter_map(Json::text).collect();
    field::tell(&mut report, "tags", Some(&Json::Text(tags.join(",").into())));
    for (name, value) in details.pairs() {
        field::tell(&mut report, name, Some(value));
    }
    Ok(Parsed { reports: vec![report], ..Parsed::default() })
}
