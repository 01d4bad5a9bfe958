//! What AWS Health says of AWS itself and of the client's machines in it.

use super::super::field;
use super::super::json::Json;
use super::{Event, arn, text};
use crate::core::alert::{AlertStatus, Report};
use crate::core::severity::Severity;

/// Things named in a message and a label.
const MOST_NAMED: usize = 20;

/// An event of AWS Health, one alert whatever the number of things it is about. Over when it is closed.
pub fn health(event: &Event<'_, '_>) -> Report {
    let entities = event.detail.at("/affectedEntities").and_then(Json::list).unwrap_or_default();
    let named: Vec<_> = entities.iter().filter_map(|entity| text(entity, "/entityValue")).take(MOST_NAMED).collect();
    let service = event.text("/service").unwrap_or_default();
    let region = event.text("/eventRegion").unwrap_or(event.of("region"));
    let place = format!("{service} {region}");
    let asset = named.first().map_or(place.trim(), |first| arn::name(first));
    let mut report = event.report(asset, event.text("/eventTypeCode").unwrap_or_default());
    report.severity = match event.text("/eventTypeCategory") {
        Some("issue") => Severity::High,
        Some("accountNotification") if event.kind() != "AWS Health Abuse Event" => Severity::Low,
        _ => Severity::Medium,
    };
    let descriptions = event.detail.at("/eventDescription").and_then(Json::list).unwrap_or_default();
    let english =
        |description: &&Json<'_>| text(description, "/language").is_none_or(|tongue| tongue.starts_with("en"));
    let description = descriptions.iter().find(english).or(descriptions.first());
    let things = named.join(", ");
    let told = description.and_then(|description| text(description, "/latestDescription"));
    field::message(&mut report, &[told, Some(&things)]);
    if event.text("/statusCode") == Some("closed") {
        report.status = AlertStatus::Resolved;
    }
    // What AWS has taken back names its event no more, but the end of it does.
    let account = event.text("/affectedAccount").unwrap_or(event.of("account"));
    report.fingerprint = event.text("/eventArn").map(|arn| field::identity(&format!("{arn}|{account}")));
    let began = event.text("/startTime").and_then(|at| field::moment(at, event.context));
    report.occurred_at = began.or(report.occurred_at);
    for (name, pointer) in [
        ("service", "/service"),
        ("category", "/eventTypeCategory"),
        ("status", "/statusCode"),
        ("event_region", "/eventRegion"),
        ("start", "/startTime"),
        ("end", "/endTime"),
        ("affected_account", "/affectedAccount"),
    ] {
        field::tell(&mut report, name, event.detail.at(pointer));
    }
    field::tell(&mut report, "entities", Some(&Json::Text(things.into())));
    report
}
