//! Our own schema: one alert, or an array of up to 5,000. What it does not know it ignores; the raw body keeps it.

use super::field::{self, Fault};
use super::json::{Json, Object};
use super::{no_alert, sort_out};
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::reading::{Context, Parsed, Unreadable};
use crate::core::severity::Severity;
use crate::core::time::Moment;

/// Alerts in one request.
pub const MOST_ALERTS: usize = 5_000;

/// Characters of a sender's identity for the problem.
const LONGEST_KEY: usize = 255;
/// Characters of an instance id.
const LONGEST_INSTANCE: usize = 64;

/// Reads a body.
///
/// # Errors
/// When there is no good alert in it.
pub fn parse(json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    match json {
        Json::Object(alert) => {
            let report = one(alert, context).map_err(Fault::unreadable)?;
            Ok(Parsed { reports: vec![report], ..Parsed::default() })
        }
        Json::List(alerts) if alerts.len() > MOST_ALERTS => Err(no_alert("The array has more than 5000 alerts.")),
        Json::List(alerts) => sort_out(alerts, "", |alert| match alert {
            Json::Object(alert) => one(alert, context),
            _ => Err(Fault::new("An alert must be an object.", &[""])),
        }),
        _ => Err(no_alert("The body must be an alert object or an array of them.")),
    }
}

/// Collects what is wrong while the fields are read.
#[derive(Default)]
struct Faults(Option<Fault>);

impl Faults {
    fn add(&mut self, field: &'static str, reason: &'static str) {
        self.0.get_or_insert_with(|| Fault::new(reason, &[])).fields.push(field);
    }

    /// A required text of 1 to `longest` characters, trimmed.
    fn name<'o>(
        &mut self,
        alert: &'o Object<'_>,
        pointer: &'static str,
        longest: usize,
        reason: &'static str,
    ) -> &'o str {
        let text = alert.get(&pointer[1..]).and_then(Json::text).map(str::trim);
        match text {
            Some(text) if field::fits(text, longest) => text,
            _ => {
                self.add(pointer, reason);
                ""
            }
        }
    }
}

/// Reads one alert.
///
/// # Errors
/// With every field that is wrong.
pub fn one(alert: &Object<'_>, context: Context<'_>) -> Result<Report, Fault> {
    let mut faults = Faults::default();
    let asset_name =
        faults.name(alert, "/asset_name", field::LONGEST_NAME, "asset_name is required: text of 1 to 256 characters.");
    let signature =
        faults.name(alert, "/signature", field::LONGEST_NAME, "signature is required: text of 1 to 256 characters.");
    let severity = alert.get("severity").and_then(Json::text).and_then(|word| word.parse::<Severity>().ok());
    if severity.is_none() {
        faults.add("/severity", "severity is required: low, medium, high, critical, or a known synonym.");
    }
    let message = alert.get("message").and_then(Json::text);
    if message.is_none() {
        faults.add("/message", "message is required, as text.");
    }
    let tool_source =
        faults.name(alert, "/tool_source", field::LONGEST_TOOL, "tool_source is required: text of 1 to 64 characters.");
    let status = status(alert, &mut faults);
    let occurred_at = occurred_at(alert, context, &mut faults);
    let instance_id = instance_id(alert, &mut faults);
    let links = links(alert, &mut faults);
    let fingerprint = dedup_key(alert, &mut faults);
    let labels = match alert.get("labels") {
        None => Some(Default::default()),
        Some(labels) => labels.object().and_then(|labels| field::labels(labels, field::MOST_LABELS)),
    };
    if labels.is_none() {
        faults.add("/labels", "labels must be an object of up to 64 texts.");
    }
    match (faults.0, severity, message, labels) {
        (None, Some(severity), Some(message), Some(labels)) => {
            let (message, message_cut) = field::cut(message, field::LONGEST_MESSAGE);
            Ok(Report {
                asset_name: asset_name.into(),
                signature: signature.into(),
                severity,
                status,
                message: message.into(),
                message_cut,
                tool_source: tool_source.into(),
                occurred_at,
                instance_id,
                links,
                labels,
                fingerprint,
                identity: Identity::default(),
            })
        }
        (faults, ..) => Err(faults.unwrap_or_else(|| Fault::new("The alert can't be read.", &[""]))),
    }
}

fn status(alert: &Object<'_>, faults: &mut Faults) -> AlertStatus {
    let word = match alert.get("status") {
        None => return AlertStatus::Firing,
        Some(status) => status.text().map_or("", str::trim),
    };
    if word.eq_ignore_ascii_case("resolved") {
        return AlertStatus::Resolved;
    }
    if !word.eq_ignore_ascii_case("firing") {
        faults.add("/status", "status must be firing or resolved.");
    }
    AlertStatus::Firing
}

fn occurred_at(alert: &Object<'_>, context: Context<'_>, faults: &mut Faults) -> Option<Moment> {
    let given = alert.get("occurred_at")?;
    let at = given.text().and_then(|text| Moment::parse(text.trim()).ok());
    match at {
        Some(at) if at <= context.now + context.skew => Some(at),
        _ => {
            faults.add("/occurred_at", "occurred_at must be an RFC 3339 time that is not in the future.");
            None
        }
    }
}

fn instance_id(alert: &Object<'_>, faults: &mut Faults) -> Option<String> {
    let id = alert.get("instance_id")?.text().map(str::trim);
    match id {
        Some("") => None,
        Some(id) if field::fits(id, LONGEST_INSTANCE) => Some(id.into()),
        _ => {
            faults.add("/instance_id", "instance_id must be text of up to 64 characters.");
            None
        }
    }
}

fn dedup_key(alert: &Object<'_>, faults: &mut Faults) -> Option<String> {
    let key = alert.get("dedup_key")?.plain();
    match key.as_deref().map(str::trim) {
        Some("") => None,
        Some(key) if field::fits(key, LONGEST_KEY) => Some(field::identity(key)),
        _ => {
            faults.add("/dedup_key", "dedup_key must be text of up to 255 characters.");
            None
        }
    }
}

fn links(alert: &Object<'_>, faults: &mut Faults) -> Vec<String> {
    let links = match alert.get("links") {
        None => return Vec::new(),
        Some(Json::List(links)) if links.len() <= field::MOST_LINKS => links
            .iter()
            .map(|link| link.text().map(str::trim).filter(|link| field::is_link(link)).map(Into::into))
            .collect(),
        Some(_) => None,
    };
    links.unwrap_or_else(|| {
        faults.add("/links", "links must be an array of up to 8 http or https URLs.");
        Vec::new()
    })
}

#[cfg(test)]
#[path = "native_tests.rs"]
mod tests;
