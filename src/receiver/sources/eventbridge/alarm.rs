//! CloudWatch's alarms as EventBridge tells of them: the same alarm reads the same when a topic tells of it, and has the same
//! identity.

use super::super::field::{self, Fault};
use super::super::json::{Json, Object};
use super::super::sns::cloudwatch;
use super::Event;
use crate::core::alert::{AlertStatus, Report};

/// A change of an alarm's state. Over when it is OK.
///
/// # Errors
/// When it has no name, or no state that there is.
pub fn state(event: &Event<'_, '_>) -> Result<Report, Fault> {
    let says = |pointer: &str| event.text(pointer).map_or(Json::Null, |text| Json::Text(text.into()));
    let of = |name: &str| Json::Text(event.of(name).into());
    let arn = event.resource().map_or(Json::Null, |arn| Json::Text(arn.into()));
    let dimensions = dimensions(event.detail).into_iter().map(|(name, value)| {
        let text = |text: &'static str, value| (text, Json::Text(std::borrow::Cow::Borrowed(value)));
        let pair = [text("name", name), text("value", value)];
        Json::Object(pair.into_iter().fold(Object::default(), |object, (name, value)| object.with(name, value)))
    });
    let metric = event.detail.at("/configuration/metrics").and_then(|metrics| metrics.at("/0/metricStat/metric"));
    let of_metric = |name: &str| metric.and_then(|metric| metric.at(name)).cloned().unwrap_or(Json::Null);
    let trigger = Object::default()
        .with("Namespace", of_metric("/namespace"))
        .with("MetricName", of_metric("/name"))
        .with("Dimensions", Json::List(dimensions.collect()));
    let alarm = Object::default()
        .with("AlarmName", says("/alarmName"))
        .with("AlarmDescription", says("/configuration/description"))
        .with("AlarmRule", says("/configuration/alarmRule"))
        .with("AlarmArn", arn)
        .with("AWSAccountId", of("account"))
        .with("Region", of("region"))
        .with("OldStateValue", says("/previousState/value"))
        .with("NewStateValue", says("/state/value"))
        .with("NewStateReason", says("/state/reason"))
        .with("StateChangeTime", says("/state/timestamp"))
        .with("Trigger", Json::Object(trigger));
    let parsed = cloudwatch::parse(&alarm, "", event.context)?;
    parsed.reports.into_iter().next().ok_or_else(|| Fault::new("The event has no alarm.", &["/detail"]))
}

/// An alarm that is made, changed or taken away. That ends it when it is taken away; else it is only to be known.
pub fn configuration(event: &Event<'_, '_>) -> Report {
    let name = event.text("/alarmName").unwrap_or_default();
    let mut report = event.report(name, name);
    let operation = event.text("/operation").unwrap_or("change");
    let says = format!("{}: {operation} {name}", event.kind());
    field::message(&mut report, &[Some(&says), event.text("/configuration/description")]);
    report.status = AlertStatus::Resolved;
    let ended = event.resource().filter(|_| operation == "delete").map(field::identity);
    report.fingerprint = ended.or_else(|| event.of_its_own());
    report
}

/// The dimensions of the first metric that has some.
fn dimensions<'j>(detail: &'j Json<'_>) -> Vec<(&'j str, &'j str)> {
    let metrics = detail.at("/configuration/metrics").and_then(Json::list).unwrap_or_default();
    let of_metrics = metrics.iter().filter_map(|metric| metric.at("/metricStat/metric/dimensions")?.object());
    let mut all = of_metrics.map(|dimensions| {
        dimensions.pairs().filter_map(|(name, value)| Some((name, value.text()?))).collect::<Vec<_>>()
    });
    all.find(|dimensions| !dimensions.is_empty()).unwrap_or_default()
}
