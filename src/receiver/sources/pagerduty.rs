//! PagerDuty's Events API, version 2, as the many tools speak it that know PagerDuty: `event_action` rules, and what ends or
//! acknowledges a problem often has nothing but its `dedup_key`.

use sha2::{Digest, Sha256};

use super::field::{self, Fault};
use super::json::{Json, Object};
use super::no_alert;
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::reading::{Context, Parsed, Unreadable};

/// Who sends, when the event doesn't say.
const TOOL: &str = "PagerDuty";
/// The signature of an event that has no more than its key.
const ONLY: &str = "pagerduty";

/// Reads an event. Nothing comes of an acknowledgement, and of a change, which is no alert.
///
/// # Errors
/// When there is no event in it.
pub fn parse(json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let Some(event) = json.object() else { return Err(no_alert("The body must be a PagerDuty event object.")) };
    if context.head.path.trim_end_matches('/').ends_with("change/enqueue") {
        return Ok(Parsed::default());
    }
    let action = event.word("event_action").unwrap_or_default().to_ascii_lowercase();
    let report = match action.as_str() {
        "trigger" => trigger(event, context),
        "resolve" => resolve(event, context),
        "acknowledge" => return Ok(Parsed::default()),
        _ => Err(Fault::new("event_action must be trigger, acknowledge or resolve.", &["/event_action"])),
    };
    match report {
        Ok(report) => Ok(Parsed { reports: vec![report], ..Parsed::default() }),
        Err(fault) => Err(fault.unreadable()),
    }
}

fn trigger(event: &Object<'_>, context: Context<'_>) -> Result<Report, Fault> {
    let Some(payload) = event.get("payload").and_then(Json::object) else {
        return Err(Fault::new("payload must be an object.", &["/payload"]));
    };
    let mut report = whole(event, payload, context)?;
    report.fingerprint = Some(
        event
            .get("dedup_key")
            .and_then(Json::plain)
            .map_or_else(|| own_key(&report, context), |key| field::identity(&key)),
    );
    Ok(report)
}

/// A key for an event without one: PagerDuty makes a new problem of each such.
fn own_key(report: &Report, context: Context<'_>) -> String {
    let mut hash = Sha256::new();
    hash.update(context.now.0.to_be_bytes());
    for part in [&report.asset_name, &report.signature, &report.message] {
        hash.update(part);
        hash.update([0]);
    }
    hex::encode(&hash.finalize()[..16])
}

fn resolve(event: &Object<'_>, context: Context<'_>) -> Result<Report, Fault> {
    let key = event.get("dedup_key").and_then(Json::plain).map(|key| field::identity(&key));
    let Some(key) = key.filter(|key| !key.is_empty()) else {
        return Err(Fault::new("dedup_key is required to resolve.", &["/dedup_key"]));
    };
    let payload = event.get("payload").and_then(Json::object);
    let told = payload.and_then(|payload| whole(event, payload, context).ok());
    let report = told.unwrap_or_else(|| Report { identity: Identity::Only, ..field::report(&key, ONLY, ONLY) });
    Ok(Report { status: AlertStatus::Resolved, fingerprint: Some(key), ..report })
}

/// An event with a payload.
fn whole(event: &Object<'_>, payload: &Object<'_>, context: Context<'_>) -> Result<Report, Fault> {
    let summary = payload.word("summary");
    let client = event.word("client");
    let component = payload.word("component");
    let details = payload.get("custom_details");
    // Alertmanager's source is itself, as is its client, unless its configuration says otherwise.
    let source = payload.word("source");
    let exact = source.filter(|source| Some(*source) != client);
    let inside = |name| details.and_then(|details| inside(details, name));
    let Some(asset) = exact.or(component).or_else(|| inside("instance")).or(source).or(client) else {
        return Err(Fault::new("payload has no source.", &["/payload/source"]));
    };
    let title = summary.map(field::unmarked);
    let Some(signature) = payload.word("class").or_else(|| inside("alertname")).or(title) else {
        return Err(Fault::new("payload has no summary.", &["/payload/summary"]));
    };
    let mut report = field::report(asset, signature, client.unwrap_or(TOOL));
    if let Some(severity) = payload.word("severity").and_then(|word| word.parse().ok()) {
        report.severity = severity;
    }
    field::message(&mut report, &[summary, details.and_then(Json::text)]);
    report.occurred_at = payload.word("timestamp").and_then(|at| field::moment(at, context));
    for name in ["component", "group", "class"] {
        field::tell(&mut report, name, payload.get(name));
    }
    for (name, value) in details.and_then(Json::object).into_iter().flat_map(Object::pairs) {
        field::tell(&mut report, name, Some(value));
    }
    report.instance_id = [asset].into_iter().chain(component).find(|name| field::is_instance(name)).map(Into::into);
    field::link(&mut report, event.word("client_url"));
    for link in event.get("links").and_then(Json::list).into_iter().flatten() {
        field::link(&mut report, link.object().and_then(|link| link.word("href")));
    }
    for image in event.get("images").and_then(Json::list).into_iter().flatten().filter_map(Json::object) {
        field::link(&mut report, image.word("href").or_else(|| image.word("src")));
    }
    Ok(report)
}

/// A label in the text that Alertmanager makes of its alerts: ` - instance = db-01:9100`.
fn inside<'d>(details: &'d Json<'_>, name: &str) -> Option<&'d str> {
    let text = ["/firing", "/resolved"].iter().find_map(|at| details.at(at)?.text().filter(|text| !text.is_empty()))?;
    let mut lines = text.lines().take_while(|line| !line.starts_with("Annotations:"));
    lines.find_map(|line| line.strip_prefix(" - ")?.strip_prefix(name)?.strip_prefix(" = ")).map(str::trim)
}
