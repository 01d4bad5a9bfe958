//! Events of Amazon EventBridge as an API destination posts them: one event, of any of AWS' services or of somebody's own.
//! What the services say is read by the file of their group; the rest by the usual names of fields.

mod alarm;
mod arn;
mod findings;
mod health;
mod services;

use super::field::{self, Fault};
use super::json::{Json, Object};
use super::no_alert;
use super::sorted::Sorted;
use crate::core::alert::Report;
use crate::core::reading::{Context, Parsed, Unreadable};

/// Reads an event, or an array of them.
///
/// # Errors
/// When there is no good alert in it.
pub fn parse(json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let mut read = Sorted::default();
    let mut delivery_id = None;
    match json {
        Json::Object(one) => {
            // EventBridge delivers an event at least once, and gives it an id that stays.
            delivery_id = one.word("id").map(Into::into);
            event(one, "", context, &mut read);
        }
        Json::List(events) => {
            read.batch = true;
            for (index, one) in events.iter().enumerate() {
                let at = format!("/{index}");
                match one {
                    Json::Object(one) => event(one, &at, context, &mut read),
                    _ => read.add(&at, Err(Fault::new("An event must be an object.", &[""]))),
                }
            }
        }
        _ => return Err(no_alert("The body must be an EventBridge event or an array of them.")),
    }
    Ok(Parsed { delivery_id, ..read.done()? })
}

/// Whether an object is such an event.
pub fn is_event(object: &Object<'_>) -> bool {
    object.word("detail-type").is_some() && object.get("detail").and_then(Json::object).is_some()
}

/// Reads an event that stands at a pointer; some hold several alerts.
pub fn event(object: &Object<'_>, at: &str, context: Context<'_>, read: &mut Sorted) {
    if !is_event(object) {
        let fault = Fault::new("An event must have a detail-type and a detail.", &["/detail-type", "/detail"]);
        return read.add(at, Err(fault));
    }
    let Some(detail) = object.get("detail") else { return };
    let event = Event { whole: object, detail, context };
    let one = match event.kind() {
        "GuardDuty Finding" => findings::guardduty(&event),
        "Inspector2 Finding" => findings::inspector(&event),
        "Macie Finding" => findings::macie(&event),
        "Access Analyzer Finding" => findings::access(&event),
        "Config Rules Compliance Change" => findings::config(&event),
        "AWS Health Event" | "AWS Health Abuse Event" => health::health(&event),
        "CloudWatch Alarm State Change" => return read.add(at, alarm::state(&event)),
        "CloudWatch Alarm Configuration Change" => alarm::configuration(&event),
        "ECS Task State Change" => services::task(&event),
        _ if event.detail.at("/findings").and_then(Json::list).is_some() => {
            return findings::hub(&event, at, read);
        }
        _ => services::any(&event),
    };
    read.add(at, Ok(one));
}

/// An event while it is read.
struct Event<'e, 'a> {
    whole: &'e Object<'a>,
    detail: &'e Json<'a>,
    context: Context<'e>,
}

impl<'e, 'a> Event<'e, 'a> {
    /// A text of the envelope.
    fn of(&self, name: &str) -> &'e str {
        self.whole.word(name).unwrap_or_default()
    }

    /// What kind of event it is.
    fn kind(&self) -> &'e str {
        self.of("detail-type")
    }

    /// A text or number of the detail.
    fn plain(&self, pointer: &str) -> Option<std::borrow::Cow<'e, str>> {
        plain(self.detail, pointer)
    }

    /// A text of the detail.
    fn text(&self, pointer: &str) -> Option<&'e str> {
        text(self.detail, pointer)
    }

    /// The first resource.
    fn resource(&self) -> Option<&'e str> {
        self.whole.get("resources")?.list()?.first()?.text().map(str::trim).filter(|text| !text.is_empty())
    }

    /// An identity made of these parts, in this account and region.
    fn identity(&self, parts: &[&str]) -> String {
        let place = [self.of("account"), self.of("region")];
        let all: Vec<_> = [self.of("source")].into_iter().chain(parts.iter().copied()).chain(place).collect();
        field::identity(&all.join("|"))
    }

    /// The identity of an event that says nothing of beginning or end: the same event sent again is the same.
    fn of_its_own(&self) -> Option<String> {
        self.whole.word("id").map(field::identity)
    }

    /// A report, with what every event says.
    fn report(&self, asset: &str, signature: &str) -> Report {
        let signature = if signature.is_empty() { self.kind() } else { signature };
        let asset = [asset, self.of("account"), self.of("source")].into_iter().find(|name| !name.trim().is_empty());
        let mut report = field::report(asset.unwrap_or(signature), signature, tool(self.of("source")));
        report.occurred_at = self.whole.word("time").and_then(|at| field::moment(at, self.context));
        report.instance_id = Some(&report.asset_name).filter(|asset| field::is_instance(asset)).cloned();
        for name in ["account", "region", "source", "detail-type"] {
            field::tell(&mut report, name, self.whole.get(name));
        }
        if let Some(resource) = self.resource() {
            field::tell(&mut report, "resource", Some(&Json::Text(resource.into())));
        }
        report
    }
}

/// A text or number at a pointer.
fn plain<'j>(json: &'j Json<'_>, pointer: &str) -> Option<std::borrow::Cow<'j, str>> {
    json.at(pointer)?.plain().filter(|text| !text.trim().is_empty())
}

/// A text at a pointer.
fn text<'j>(json: &'j Json<'_>, pointer: &str) -> Option<&'j str> {
    json.at(pointer)?.text().map(str::trim).filter(|text| !text.is_empty())
}

/// The service's name as people say it; anybody else's as it is.
fn tool(source: &str) -> &str {
    #[rustfmt::skip]
    const NAMES: &[(&str, &str)] = &[
        ("aws.access-analyzer", "IAM Access Analyzer"), ("aws.acm", "ACM"), ("aws.autoscaling", "Auto Scaling"),
        ("aws.backup", "AWS Backup"), ("aws.batch", "AWS Batch"), ("aws.cloudformation", "CloudFormation"),
        ("aws.cloudwatch", "CloudWatch"), ("aws.codebuild", "CodeBuild"), ("aws.codedeploy", "CodeDeploy"),
        ("aws.codepipeline", "CodePipeline"), ("aws.config", "AWS Config"), ("aws.dms", "DMS"), ("aws.ec2", "EC2"),
        ("aws.ecr", "ECR"), ("aws.ecs", "ECS"), ("aws.elasticache", "ElastiCache"), ("aws.emr", "EMR"), ("aws.glue", "Glue"),
        ("aws.guardduty", "GuardDuty"), ("aws.health", "AWS Health"), ("aws.inspector2", "Inspector"), ("aws.macie", "Macie"),
        ("aws.rds", "RDS"), ("aws.redshift", "Redshift"), ("aws.s3", "S3"), ("aws.securityhub", "Security Hub"),
        ("aws.signin", "AWS Sign-In"), ("aws.ssm", "Systems Manager"), ("aws.states", "Step Functions"),
        ("aws.trustedadvisor", "Trusted Advisor"),
    ];
    let known = NAMES.iter().find(|(name, _)| *name == source).map(|(_, said)| *said);
    known.or(Some(source)).filter(|name| !name.is_empty()).unwrap_or("EventBridge")
}
