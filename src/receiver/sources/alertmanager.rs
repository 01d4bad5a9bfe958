//! Alertmanager's webhook, version 4, and Grafana's, which has the same bones. What is odd in one alert is mended rather
//! than refused: these senders drop a batch on any 4xx.

use sha2::{Digest, Sha256};

use super::field::{self, Fault};
use super::json::{Json, Object};
use super::{no_alert, sort_out};
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::reading::{Context, Parsed, Unreadable};
use crate::core::severity::Severity;
use crate::core::time::Moment;

/// Alerts in one batch. The senders set no bound; the body's size does before this one.
pub const MOST_ALERTS: usize = super::native::MOST_ALERTS;

/// What is ill, the most exact name first; the last ones only say where.
const ASSET: [&str; 14] = [
    "instance",
    "host",
    "hostname",
    "node",
    "pod",
    "container",
    "service",
    "device",
    "cluster",
    "job",
    "namespace",
    "zone",
    "region",
    "grafana_folder",
];

/// Start times before this one, 2000-01-01, mean that there is none: Go's zero time is in the year 1.
const OLDEST: Moment = Moment(946_684_800_000);

/// Reads a batch.
///
/// # Errors
/// When there is no good alert in it.
pub fn parse(json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let Some(batch) = json.object() else {
        return Err(no_alert("The body must be an Alertmanager or Grafana webhook object."));
    };
    let Some(Json::List(alerts)) = batch.get("alerts") else {
        return Err(Unreadable::NoAlert { reason: "alerts must be an array.".into(), fields: vec!["/alerts".into()] });
    };
    if alerts.len() > MOST_ALERTS {
        return Err(no_alert("The batch has more than 5000 alerts."));
    }
    let about = About { batch, tool: tool(batch, alerts, context), context };
    let mut parsed = sort_out(alerts, "/alerts", |alert| about.one(alert))?;
    parsed.truncated = match batch.get("truncatedAlerts") {
        Some(Json::Number(left_out)) => left_out.as_u64().unwrap_or(0),
        _ => 0,
    };
    Ok(parsed)
}

/// Whose words these are. A custom payload template may leave nothing but the user agent to tell by.
fn tool(batch: &Object<'_>, alerts: &[Json<'_>], context: Context<'_>) -> &'static str {
    const OF_BATCH: [&str; 4] = ["orgId", "state", "title", "numFiring"];
    const OF_ALERT: [&str; 5] = ["silenceURL", "dashboardURL", "panelURL", "values", "valueString"];
    let first = alerts.first().and_then(Json::object);
    let says = |agent: &str| context.head.user_agent.is_some_and(|said| said.starts_with(agent));
    let grafana = says("Grafana")
        || OF_BATCH.iter().any(|name| batch.get(name).is_some())
        || first.is_some_and(|alert| OF_ALERT.iter().any(|name| alert.get(name).is_some()));
    if grafana && !says("Alertmanager/") { "Grafana" } else { "Prometheus" }
}

/// What all alerts of a batch have in common.
struct About<'b, 'a> {
    batch: &'b Object<'a>,
    tool: &'static str,
    context: Context<'b>,
}

impl About<'_, '_> {
    fn one(&self, alert: &Json<'_>) -> Result<Report, Fault> {
        let alert = alert.object().ok_or_else(|| Fault::new("An alert must be an object.", &[""]))?;
        let Some(own) = alert.get("labels").and_then(Json::object) else {
            return Err(Fault::new("labels must be an object.", &["/labels"]));
        };
        let none = Object::default();
        let annotations = alert.get("annotations").and_then(Json::object).unwrap_or(&none);
        let shared = ["commonLabels", "groupLabels"].map(|name| self.batch.get(name).and_then(Json::object));
        let label =
            |name: &str| own.word(name).or_else(|| shared.iter().flatten().find_map(|labels| labels.word(name)));

        let signature = label("alertname").or_else(|| annotations.word("title")).unwrap_or("alert");
        let asset = ASSET.iter().find_map(|name| label(name));
        let asset = asset.or_else(|| label("alertname")).or_else(|| self.batch.word("receiver")).unwrap_or(self.tool);
        let severity = ["severity", "priority", "level"].iter().find_map(|name| label(name));
        let (message, message_cut) = message(annotations, signature);
        Ok(Report {
            asset_name: field::cut_characters(asset, field::LONGEST_NAME).into(),
            signature: field::cut_characters(signature, field::LONGEST_NAME).into(),
            severity: severity.and_then(|word| word.parse().ok()).unwrap_or(Severity::Medium),
            status: self.status(alert)?,
            message,
            message_cut,
            tool_source: self.tool.into(),
            occurred_at: alert.word("startsAt").and_then(|at| self.sane(at)),
            instance_id: None,
            links: links(alert, annotations),
            labels: own
                .pairs()
                .filter_map(|(name, value)| {
                    Some((field::cut(name, field::LONGEST_LABEL).0.to_owned(), field::label(value)?))
                })
                .take(field::MOST_LABELS)
                .collect(),
            fingerprint: Some(fingerprint(alert, own)),
            identity: Identity::Beginning,
        })
    }

    fn status(&self, alert: &Object<'_>) -> Result<AlertStatus, Fault> {
        match alert.get("status").or_else(|| self.batch.get("status")).map(|status| status.text().unwrap_or("")) {
            None | Some("firing") => Ok(AlertStatus::Firing),
            Some("resolved") => Ok(AlertStatus::Resolved),
            Some(_) => Err(Fault::new("status must be firing or resolved.", &["/status"])),
        }
    }

    /// A time that can be: not Go's zero, not in the future.
    fn sane(&self, at: &str) -> Option<Moment> {
        let latest = self.context.now + self.context.skew;
        Moment::parse(at).ok().filter(|at| (OLDEST..=latest).contains(at))
    }
}

/// The summary, then the description when it says something else.
fn message(annotations: &Object<'_>, signature: &str) -> (String, bool) {
    let summary = annotations.word("summary").or_else(|| annotations.word("title"));
    let description = annotations.word("description").or_else(|| annotations.word("message"));
    let whole = match (summary, description) {
        (Some(summary), Some(description)) if summary != description => &format!("{summary}\n{description}"),
        (Some(only), _) | (None, Some(only)) => only,
        (None, None) => signature,
    };
    let (kept, cut) = field::cut(whole, field::LONGEST_MESSAGE);
    (kept.into(), cut)
}

fn links(alert: &Object<'_>, annotations: &Object<'_>) -> Vec<String> {
    let of_alert = ["generatorURL", "dashboardURL", "panelURL", "silenceURL"].map(|name| alert.word(name));
    let of_annotations = ["runbook_url", "dashboard_url"].map(|name| annotations.word(name));
    let mut links: Vec<String> = Vec::new();
    for link in of_annotations.into_iter().chain(of_alert).flatten() {
        if field::is_link(link) && !links.iter().any(|known| known == link) {
            links.push(link.into());
        }
    }
    links
}

/// The sender's identity for the problem, or else one made of its labels, whatever their order.
fn fingerprint(alert: &Object<'_>, labels: &Object<'_>) -> String {
    if let Some(given) = alert.word("fingerprint") {
        return field::identity(given);
    }
    let mut pairs: Vec<_> = labels.pairs().filter_map(|(name, value)| Some((name, value.plain()?))).collect();
    pairs.sort_unstable();
    let mut hash = Sha256::new();
    for (name, value) in &pairs {
        for part in [name.as_bytes(), value.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
    }
    hex::encode(&hash.finalize()[..8])
}

#[cfg(test)]
#[path = "alertmanager_tests.rs"]
mod tests;
