//! What AWS' security services find: GuardDuty, Security Hub, Inspector, Macie, Access Analyzer, Config. A finding has an
//! identity of its own, and most say when it is over.

use super::super::field;
use super::super::json::Json;
use super::super::sorted::Sorted;
use super::{Event, arn, plain, text};
use crate::core::alert::{AlertStatus, Report};
use crate::core::severity::Severity;

/// Where GuardDuty names what is ill, the most exact first.
const GUARDED: [&str; 12] = [
    "/resource/instanceDetails/instanceId",
    "/resource/rdsDbInstanceDetails/dbInstanceIdentifier",
    "/resource/rdsLimitlessDbDetails/dbShardGroupIdentifier",
    "/resource/lambdaDetails/functionName",
    "/resource/eksClusterDetails/name",
    "/resource/ecsClusterDetails/name",
    "/resource/containerDetails/name",
    "/resource/s3BucketDetails/0/name",
    "/resource/ebsVolumeDetails/scannedVolumeDetails/0/volumeArn",
    "/resource/accessKeyDetails/userName",
    "/resource/accessKeyDetails/accessKeyId",
    "/accountId",
];

fn resolved(report: &mut Report, over: bool) {
    if over {
        report.status = AlertStatus::Resolved;
    }
}

/// A severity by GuardDuty's and Security Hub's numbers, from these bounds on.
fn by_number(number: f64, [medium, high, critical]: [f64; 3]) -> Severity {
    match number {
        n if n >= critical => Severity::Critical,
        n if n >= high => Severity::High,
        n if n >= medium => Severity::Medium,
        _ => Severity::Low,
    }
}

fn number(json: &Json<'_>, pointer: &str) -> Option<f64> {
    plain(json, pointer)?.trim().parse().ok()
}

/// A finding of GuardDuty. Over when it is archived.
pub fn guardduty(event: &Event<'_, '_>) -> Report {
    let asset = GUARDED.iter().find_map(|pointer| event.plain(pointer)).unwrap_or_default();
    let mut report = event.report(arn::name(&asset), event.text("/type").unwrap_or_default());
    if let Some(number) = number(event.detail, "/severity") {
        report.severity = by_number(number, [4.0, 7.0, 9.0]);
    }
    field::message(&mut report, &[event.text("/title"), event.text("/description")]);
    resolved(&mut report, event.plain("/service/archived").as_deref() == Some("true"));
    report.instance_id =
        event.text("/resource/instanceDetails/instanceId").filter(|id| field::is_instance(id)).map(Into::into);
    report.fingerprint = event.text("/arn").or(event.text("/id")).map(field::identity);
    for (name, pointer) in [("resource_type", "/resource/resourceType"), ("count", "/service/count")] {
        field::tell(&mut report, name, event.detail.at(pointer));
    }
    report
}

/// A finding of Inspector. Over when it is closed or suppressed.
pub fn inspector(event: &Event<'_, '_>) -> Report {
    let asset = event.text("/resources/0/id").or(event.resource()).unwrap_or_default();
    let signature = event.text("/title").or(event.text("/type")).unwrap_or_default();
    let mut report = event.report(arn::name(asset), signature);
    if let Some(severity) = event.text("/severity").and_then(|word| word.parse().ok()) {
        report.severity = severity;
    }
    field::message(&mut report, &[event.text("/title"), event.text("/description")]);
    resolved(&mut report, event.text("/status").is_some_and(|status| !status.eq_ignore_ascii_case("active")));
    report.fingerprint = event.text("/findingArn").map(field::identity);
    field::link(&mut report, event.text("/packageVulnerabilityDetails/sourceUrl"));
    field::link(&mut report, event.text("/remediation/recommendation/Url"));
    for (name, pointer) in [
        ("type", "/type"),
        ("vulnerability", "/packageVulnerabilityDetails/vulnerabilityId"),
        ("score", "/inspectorScore"),
        ("fix_available", "/fixAvailable"),
        ("exploit_available", "/exploitAvailable"),
        ("Name", "/resources/0/tags/Name"),
    ] {
        field::tell(&mut report, name, event.detail.at(pointer));
    }
    report
}

/// A finding of Macie. Over when it is archived.
pub fn macie(event: &Event<'_, '_>) -> Report {
    let asset = ["/resourcesAffected/s3Bucket/name", "/accountId"].iter().find_map(|at| event.text(at));
    let mut report = event.report(asset.unwrap_or_default(), event.text("/type").unwrap_or_default());
    if let Some(severity) = event.text("/severity/description").and_then(|word| word.parse().ok()) {
        report.severity = severity;
    }
    field::message(&mut report, &[event.text("/title"), event.text("/description")]);
    resolved(&mut report, event.plain("/archived").as_deref() == Some("true"));
    report.fingerprint = event.text("/id").map(field::identity);
    report
}

/// A finding of IAM Access Analyzer. Over when it is archived, resolved or deleted.
pub fn access(event: &Event<'_, '_>) -> Report {
    let asset = event.text("/resource").or(event.resource()).unwrap_or_default();
    let mut report = event.report(arn::name(asset), "");
    let of_type = event.text("/resourceType");
    field::message(&mut report, &[Some(event.kind()), of_type, event.text("/resource")]);
    let over = |status: &str| !status.eq_ignore_ascii_case("active");
    resolved(&mut report, event.text("/status").is_some_and(over));
    resolved(&mut report, event.plain("/isDeleted").as_deref() == Some("true"));
    report.fingerprint = event.text("/id").map(field::identity);
    report
}

/// A rule of Config and a resource. Over when the resource complies, or the rule no longer applies to it.
pub fn config(event: &Event<'_, '_>) -> Report {
    let resource = event.text("/resourceId").unwrap_or_default();
    let rule = event.text("/configRuleName").unwrap_or_default();
    let mut report = event.report(arn::name(resource), rule);
    let says = event.text("/newEvaluationResult/complianceType");
    let on = event.text("/resourceType").map(|of_type| format!("{of_type} {resource}"));
    let result = says.unwrap_or("no longer evaluated");
    field::message(
        &mut report,
        &[Some(&format!("{rule}: {result}")), event.text("/newEvaluationResult/annotation"), on.as_deref()],
    );
    match says {
        Some("NON_COMPLIANT") => {}
        Some("INSUFFICIENT_DATA") => report.severity = Severity::Low,
        _ => resolved(&mut report, true),
    }
    let of_type = event.text("/resourceType").unwrap_or_default();
    report.fingerprint = Some(event.identity(&[rule, of_type, resource]));
    for name in ["resourceType", "configRuleARN"] {
        field::tell(&mut report, name, event.detail.at(&format!("/{name}")));
    }
    report
}

/// The findings of an event of Security Hub, each an alert.
pub fn hub(event: &Event<'_, '_>, at: &str, read: &mut Sorted) {
    read.batch = true;
    for (index, finding) in event.detail.at("/findings").and_then(Json::list).into_iter().flatten().enumerate() {
        let at = format!("{at}/detail/findings/{index}");
        if finding.object().is_none() {
            read.add(&at, Err(field::Fault::new("A finding must be an object.", &[""])));
        } else if finding.at("/finding_info").is_some() {
            read.add(&at, Ok(open_schema(event, finding)));
        } else {
            read.add(&at, Ok(of_hub(event, finding)));
        }
    }
}

/// A finding in AWS' own format. Over when it is archived, its workflow is at an end, or its control passed.
fn of_hub(event: &Event<'_, '_>, finding: &Json<'_>) -> Report {
    let says = |pointer: &str| text(finding, pointer);
    let product = says("/ProductName").or(says("/ProductFields/aws~1securityhub~1ProductName"));
    // GuardDuty's titles name the machine; its type, the last part of which we want, does not.
    let kind = says("/Types/0").and_then(|kinds| kinds.rsplit('/').next()).filter(|_| product == Some("GuardDuty"));
    let signature = kind.or(says("/Title")).or(says("/GeneratorId")).unwrap_or_default();
    let asset = says("/Resources/0/Id").or(says("/AwsAccountId")).unwrap_or_default();
    let mut report = event.report(arn::name(asset), signature);
    let label = says("/Severity/Label").or(says("/FindingProviderFields/Severity/Label"));
    let by_label = label.and_then(|word| word.parse().ok());
    let normalized = || number(finding, "/Severity/Normalized").map(|n| by_number(n, [40.0, 70.0, 90.0]));
    report.severity = by_label.or_else(normalized).unwrap_or(report.severity);
    field::message(&mut report, &[says("/Title"), says("/Description")]);
    let over = [
        ("/RecordState", &["ARCHIVED"][..]),
        ("/Workflow/Status", &["RESOLVED", "SUPPRESSED"][..]),
        ("/Compliance/Status", &["PASSED"][..]),
    ];
    resolved(&mut report, over.iter().any(|(at, ends)| says(at).is_some_and(|word| ends.contains(&word))));
    report.fingerprint = says("/Id").map(field::identity);
    field::link(&mut report, says("/SourceUrl"));
    field::link(&mut report, says("/Remediation/Recommendation/Url"));
    for (name, pointer) in [
        ("product", "/ProductName"),
        ("generator", "/GeneratorId"),
        ("control", "/Compliance/SecurityControlId"),
        ("compliance", "/Compliance/Status"),
        ("workflow", "/Workflow/Status"),
        ("resource_type", "/Resources/0/Type"),
        ("resource", "/Resources/0/Id"),
        ("account", "/AwsAccountId"),
    ] {
        field::tell(&mut report, name, finding.at(pointer));
    }
    report
}

/// A finding in the Open Cybersecurity Schema, which Security Hub sends since its second version.
fn open_schema(event: &Event<'_, '_>, finding: &Json<'_>) -> Report {
    let says = |pointer: &str| text(finding, pointer);
    let asset = says("/resources/0/uid").or(says("/cloud/account/uid")).unwrap_or_default();
    let signature = says("/finding_info/types/0").or(says("/finding_info/title")).unwrap_or_default();
    let mut report = event.report(arn::name(asset), signature);
    if let Some(severity) = says("/severity").and_then(|word| word.parse().ok()) {
        report.severity = severity;
    }
    field::message(&mut report, &[says("/finding_info/title"), says("/finding_info/desc")]);
    let ends = ["resolved", "suppressed", "archived", "deleted"];
    let over = |status: &str| ends.iter().any(|end| status.eq_ignore_ascii_case(end));
    resolved(&mut report, says("/status").is_some_and(over));
    report.fingerprint = says("/finding_info/uid").or(says("/metadata/uid")).map(field::identity);
    field::link(&mut report, says("/finding_info/src_url"));
    for (name, pointer) in [
        ("product", "/metadata/product/name"),
        ("resource_type", "/resources/0/type"),
        ("resource", "/resources/0/uid"),
        ("account", "/cloud/account/uid"),
        ("status", "/status"),
    ] {
        field::tell(&mut report, name, finding.at(pointer));
    }
    report
}
