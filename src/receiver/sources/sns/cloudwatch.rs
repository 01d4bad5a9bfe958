//! CloudWatch alarms as they are published to a topic: metric alarms, those of several metrics, and composite ones.
//! Source: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>.

use std::collections::BTreeMap;

use super::words;
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::reading::{Context, Parsed};
use crate::core::severity::Severity;
use crate::core::time::Moment;
use crate::receiver::sources::field::{self, Fault};
use crate::receiver::sources::json::{Json, Object};

/// Who says so.
pub const TOOL: &str = "CloudWatch";

/// Dimensions that name what is ill, the most exact first; then comes the first that there is.
const ASSETS: [&str; 24] = [
    "InstanceId",
    "DBInstanceIdentifier",
    "DBClusterIdentifier",
    "FunctionName",
    "ServiceName",
    "QueueName",
    "TableName",
    "BucketName",
    "CacheClusterId",
    "ReplicationGroupId",
    "VolumeId",
    "FileSystemId",
    "StateMachineArn",
    "ApiName",
    "ApiId",
    "DistributionId",
    "StreamName",
    "NatGatewayId",
    "DomainName",
    "LoadBalancer",
    "LoadBalancerName",
    "ClusterName",
    "AutoScalingGroupName",
    "host",
];

/// Reads an alarm's change of state. `at` is the pointer to it.
///
/// # Errors
/// When its name or state is none.
pub fn parse(alarm: &Object<'_>, at: &str, context: Context<'_>) -> Result<Parsed, Fault> {
    let Some(name) = alarm.word("AlarmName") else {
        return Err(Fault::new("AlarmName must be a text.", &["/AlarmName"]));
    };
    let dimensions = dimensions(alarm);
    let ill = ASSETS.iter().find_map(|known| dimensions.iter().find(|of| of.name == *known)).or(dimensions.first());
    let asset = ill.map_or(name, |of| of.value);
    let description = alarm.word("AlarmDescription");
    let named = words::severity(description.into_iter().chain([name]));
    let (status, severity) = match (alarm.word("NewStateValue"), alarm.word("OldStateValue")) {
        (Some("ALARM"), _) => (AlertStatus::Firing, named.unwrap_or(Severity::High)),
        (Some("OK"), _) => (AlertStatus::Resolved, named.unwrap_or(Severity::High)),
        // What was ill is not known to be well.
        (Some("INSUFFICIENT_DATA"), Some("ALARM")) => (AlertStatus::Firing, named.unwrap_or(Severity::High)),
        (Some("INSUFFICIENT_DATA"), _) => (AlertStatus::Firing, Severity::Medium),
        _ => return Err(Fault::new("NewStateValue must be ALARM, OK or INSUFFICIENT_DATA.", &["/NewStateValue"])),
    };
    let reason = alarm.word("NewStateReason");
    let whole = [description, reason].into_iter().flatten().collect::<Vec<_>>().join("\n");
    let (message, message_cut) = field::cut(if whole.is_empty() { name } else { &whole }, field::LONGEST_MESSAGE);
    let instance = dimensions.iter().find(|of| of.name == "InstanceId" && is_instance(of.value));
    let arn = Arn::of(alarm);
    let mut links: Vec<String> = arn.as_ref().map(|arn| arn.console(name)).into_iter().collect();
    links.extend(words::links(description.unwrap_or_default()));
    links.truncate(field::MOST_LINKS);
    let report = Report {
        asset_name: field::cut_characters(asset, field::LONGEST_NAME).into(),
        signature: field::cut_characters(name, field::LONGEST_NAME).into(),
        severity,
        status,
        message: message.into(),
        message_cut,
        tool_source: TOOL.into(),
        occurred_at: alarm
            .word("StateChangeTime")
            .and_then(|at| Moment::parse(at).ok())
            .filter(|at| *at <= context.now + context.skew),
        instance_id: instance.map(|of| of.value.into()),
        links,
        labels: labels(alarm, arn.as_ref(), &dimensions),
        fingerprint: Some(identity(alarm, name)),
        identity: Identity::Fingerprint,
    };
    let or = |pointer: Option<String>| pointer.unwrap_or_else(|| format!("{at}/AlarmName"));
    let origins = vec![
        ("asset_name".into(), or(ill.map(|of| format!("{at}{}", of.pointer))), asset.into()),
        ("signature".into(), format!("{at}/AlarmName"), name.into()),
        (
            "severity".into(),
            format!("a word in {at}/AlarmDescription or {at}/AlarmName, else high"),
            description.unwrap_or(name).into(),
        ),
        ("status".into(), format!("{at}/NewStateValue"), alarm.word("NewStateValue").unwrap_or_default().into()),
        ("message".into(), format!("{at}/AlarmDescription, {at}/NewStateReason"), report.message.clone()),
        ("fingerprint".into(), format!("{at}/AlarmArn"), report.fingerprint.clone().unwrap_or_default()),
    ];
    Ok(super::one(report, context, origins))
}

/// Whether the text is the id of a machine of EC2, or of one that Systems Manager manages elsewhere.
pub fn is_instance(text: &str) -> bool {
    let digits = text.strip_prefix("mi-").or_else(|| text.strip_prefix("i-"));
    digits.is_some_and(|digits| {
        (8..=17).contains(&digits.len()) && digits.bytes().all(|c| c.is_ascii_digit() || (b'a'..=b'f').contains(&c))
    })
}

/// What a metric is about.
struct Dimension<'a> {
    name: &'a str,
    value: &'a str,
    pointer: String,
}

/// Those of the metric, or of the first of several metrics that has some.
fn dimensions<'a>(alarm: &'a Object<'_>) -> Vec<Dimension<'a>> {
    let Some(trigger) = alarm.get("Trigger").and_then(Json::object) else { return Vec::new() };
    let of_one = listed(trigger, "/Trigger");
    if !of_one.is_empty() {
        return of_one;
    }
    let Some(Json::List(metrics)) = trigger.get("Metrics") else { return Vec::new() };
    let mut of_each = metrics.iter().enumerate().filter_map(|(place, metric)| {
        let metric = metric.object()?.get("MetricStat")?.object()?.get("Metric")?.object()?;
        Some(listed(metric, &format!("/Trigger/Metrics/{place}/MetricStat/Metric")))
    });
    of_each.find(|found| !found.is_empty()).unwrap_or_default()
}

/// A list of names and values, in whichever case they are.
fn listed<'a>(of: &'a Object<'_>, at: &str) -> Vec<Dimension<'a>> {
    let Some(Json::List(list)) = of.get("Dimensions") else { return Vec::new() };
    let one = |(place, dimension): (usize, &'a Json<'_>)| {
        let dimension = dimension.object()?;
        let word = |lower: &str, upper: &str| dimension.word(lower).or_else(|| dimension.word(upper));
        let (name, value) = (word("name", "Name")?, word("value", "Value")?);
        Some(Dimension { name, value, pointer: format!("{at}/Dimensions/{place}/value") })
    };
    list.iter().take(field::MOST_LABELS).enumerate().filter_map(one).collect()
}

/// The alarm's name in all of AWS. One alarm may watch many things and tell of each.
fn identity(alarm: &Object<'_>, name: &str) -> String {
    let account = alarm.word("AWSAccountId").unwrap_or_default();
    let region = alarm.word("Region").unwrap_or_default();
    let arn = alarm.word("AlarmArn").map_or_else(|| format!("{account}:{region}:{name}"), Into::into);
    let arn = match alarm.word("AlarmContributorId") {
        Some(contributor) => format!("{arn}#{contributor}"),
        None => arn,
    };
    field::cut(&arn, 512).0.into()
}

/// `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:NAME`.
struct Arn<'a> {
    partition: &'a str,
    region: &'a str,
}

impl<'a> Arn<'a> {
    fn of(alarm: &'a Object<'_>) -> Option<Self> {
        let mut parts = alarm.word("AlarmArn")?.split(':');
        let (arn, partition, service, region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let word = |text: &str| !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-');
        (arn == "arn" && service == "cloudwatch" && word(partition) && word(region))
            .then_some(Self { partition, region })
    }

    /// The alarm in AWS' console.
    fn console(&self, name: &str) -> String {
        let region = self.region;
        let console = match self.partition {
            "aws-cn" => "console.amazonaws.cn",
            "aws-us-gov" => "console.amazonaws-us-gov.com",
            _ => "console.aws.amazon.com",
        };
        let name = escaped(field::cut(name, 255).0);
        format!("https://{region}.{console}/cloudwatch/home?region={region}#alarmsV2:alarm/{name}")
    }
}

/// With everything escaped that is no plain character.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
}

fn labels(alarm: &Object<'_>, arn: Option<&Arn<'_>>, dimensions: &[Dimension<'_>]) -> BTreeMap<String, String> {
    let trigger = alarm.get("Trigger").and_then(Json::object);
    let of_trigger = |name| trigger.and_then(|trigger| trigger.word(name));
    let known = [
        ("account", alarm.word("AWSAccountId")),
        ("region", arn.map(|arn| arn.region).or_else(|| alarm.word("Region"))),
        ("namespace", of_trigger("Namespace")),
        ("metric", of_trigger("MetricName")),
        ("state", alarm.word("NewStateValue")),
        ("state_before", alarm.word("OldStateValue")),
        ("alarm_rule", alarm.word("AlarmRule")),
    ];
    let known = known.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let all = known.chain(dimensions.iter().map(|of| (of.name, of.value)));
    let text = |text: &str| field::cut(text, 1_024).0.to_owned();
    all.take(field::MOST_LABELS).map(|(name, value)| (text(name), text(value))).collect()
}
