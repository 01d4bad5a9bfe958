//! CloudWatch's alarms as EventBridge tells of them.

use super::super::field;
use super::super::json::Json;
use super::Event;
use crate::core::alert::{AlertStatus, Report};
use crate::core::severity::Severity;

/// Dimensions that name what is ill, the most exact first.
const NAMES: [&str; 22] = [
    "InstanceId",
    "DBInstanceIdentifier",
    "DBClusterIdentifier",
    "FunctionName",
    "ServiceName",
    "ClusterName",
    "AutoScalingGroupName",
    "LoadBalancer",
    "LoadBalancerName",
    "TargetGroup",
    "CacheClusterId",
    "TableName",
    "QueueName",
    "TopicName",
    "BucketName",
    "VolumeId",
    "FileSystemId",
    "StreamName",
    "ApiName",
    "DomainName",
    "DistributionId",
    "host",
];

/// A change of an alarm's state. Over when it is OK.
pub fn alarm(event: &Event<'_, '_>) -> Report {
    let name = event.text("/alarmName").unwrap_or_default();
    let dimensions = dimensions(event.detail);
    let of = |wanted: &str| dimensions.iter().find(|(name, _)| *name == wanted).map(|(_, value)| *value);
    let asset = NAMES.iter().find_map(|name| of(name)).or(dimensions.first().map(|(_, value)| *value));
    let mut report = event.report(asset.unwrap_or(name), name);
    report.severity = Severity::High;
    field::message(&mut report, &[event.text("/configuration/description"), event.text("/state/reason")]);
    match event.text("/state/value") {
        Some("OK") => report.status = AlertStatus::Resolved,
        Some("INSUFFICIENT_DATA") => report.severity = Severity::Low,
        _ => {}
    }
    report.instance_id = of("InstanceId").filter(|id| field::is_instance(id)).map(Into::into);
    report.fingerprint = event.resource().map(field::identity).or_else(|| Some(event.identity(&[name])));
    for (name, value) in &dimensions {
        field::tell(&mut report, name, Some(&Json::Text((*value).into())));
    }
    report
}

/// The dimensions of the metrics that an alarm looks at.
fn dimensions<'j>(detail: &'j Json<'_>) -> Vec<(&'j str, &'j str)> {
    let metrics = detail.at("/configuration/metrics").and_then(Json::list).unwrap_or_default();
    let of_metrics = metrics.iter().filter_map(|metric| metric.at("/metricStat/metric/dimensions")?.object());
    of_metrics
        .flat_map(|dimensions| dimensions.pairs())
        .filter_map(|(name, value)| Some((name, value.text()?)))
        .collect()
}
