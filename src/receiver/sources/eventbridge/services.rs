//! The many services whose events are flat: a row each says where the name, the state and the identity stand. Of all others,
//! and of people's own events, the usual names are looked for.

use std::borrow::Cow;

use super::super::field;
use super::super::json::{Json, Object};
use super::super::likely::{self, Word};
use super::{Event, arn, plain};
use crate::core::alert::{AlertStatus, Report};
use crate::core::severity::Severity;

/// How a kind of event is read.
struct Row {
    /// How its `detail-type` begins.
    kind: &'static str,
    /// Where in the detail the asset is named.
    asset: &'static [&'static str],
    /// Where the state stands; without one the `detail-type` itself may tell.
    state: &'static [&'static str],
    /// What besides the asset tells one problem from the next.
    identity: &'static [&'static str],
    /// How bad trouble is.
    severity: Severity,
}

macro_rules! rows {
    ($($kind:literal $asset:expr, $state:expr, $identity:expr, $severity:ident;)*) => {
        const ROWS: &[Row] = &[$(Row {
            kind: $kind,
            asset: &$asset,
            state: &$state,
            identity: &$identity,
            severity: Severity::$severity,
        }),*];
    };
}

rows! {
    "EC2 Instance State-change" ["/instance-id"], ["/state"], [], Medium;
    "EC2 Spot Instance Interruption" ["/instance-id"], [], [], High;
    "EC2 Instance Launch" ["/AutoScalingGroupName"], [], [], High;
    "EC2 Instance Terminate" ["/AutoScalingGroupName"], [], [], High;
    "EC2 Command Invocation" ["/instance-id"], ["/status"], ["/command-id"], High;
    "EC2 Command Status" ["/document-name"], ["/status"], ["/command-id"], High;
    "EC2 Automation Execution" ["/Definition"], ["/Status"], ["/ExecutionId"], High;
    "EC2 Automation Step" ["/Definition"], ["/Status"], ["/ExecutionId", "/StepName"], High;
    "EC2 State Manager Instance" ["/instance-id"], ["/detailed-status", "/status"], ["/association-id"], Medium;
    "EC2 State Manager Association" ["/association-id"], ["/status"], [], Medium;
    "Configuration Compliance" ["/resource-id"], ["/compliance-status"], ["/compliance-type", "/patch-baseline-id"], Medium;
    "Maintenance Window Execution" ["/window-id"], ["/status"], ["/window-execution-id"], Medium;
    "Maintenance Window Task" ["/window-id"], ["/status"], ["/window-execution-id", "/task-execution-id"], Medium;
    "EBS Snapshot" ["/source", "/snapshot_id"], ["/result"], ["/event"], Medium;
    "EBS Volume" [], ["/result"], ["/event"], Medium;
    "ECS Service Action" [], ["/eventType"], [], High;
    "ECS Deployment State" [], ["/eventType"], [], High;
    "ECS Container Instance" ["/ec2InstanceId"], ["/status"], [], Medium;
    "RDS DB" ["/SourceIdentifier"], [], ["/EventCategories/0"], Medium;
    "Backup Job" ["/resourceArn"], ["/state"], ["/backupVaultName"], High;
    "Copy Job" ["/resourceArn"], ["/state"], ["/destinationBackupVaultArn"], High;
    "Restore Job" ["/sourceResourceArn", "/recoveryPointArn"], ["/status"], ["/restoreJobId"], High;
    "CodePipeline" ["/pipeline"], ["/state"], ["/stage", "/action"], Medium;
    "CodeBuild Build State" ["/project-name"], ["/build-status"], [], Medium;
    "CodeDeploy Deployment" ["/application"], ["/state"], ["/deploymentGroup"], Medium;
    "Glue Job" ["/jobName"], ["/state"], [], High;
    "Step Functions Execution" ["/stateMachineArn"], ["/status"], ["/executionArn"], High;
    "Batch Job State" ["/jobName"], ["/status"], ["/jobId"], High;
    "Trusted Advisor Check Item" ["/resource_id", "/check-name"], ["/status"], ["/check-name", "/uuid"], Medium;
    "ACM Certificate Approaching" ["/CommonName"], [], [], High;
    "ACM Certificate Expired" ["/CommonName"], [], [], Critical;
    "CloudFormation Stack Status" ["/stack-id"], ["/status-details/status"], [], Medium;
    "AWS API Call" ["/eventSource"], ["/errorCode"], [], Medium;
    "AWS Console Sign In" ["/userIdentity/userName", "/userIdentity/arn", "/userIdentity/type"], [], [], Medium;
}

/// Where other services, and people, name the asset and the state, besides the usual names.
const STATES: [&str; 6] = ["/state/value", "/State", "/Status", "/build-status", "/compliance-status", "/eventType"];
const REASONS: [&str; 16] = [
    "/message",
    "/Message",
    "/statusMessage",
    "/StatusMessage",
    "/StatusReason",
    "/reason",
    "/Cause",
    "/cause",
    "/stoppedReason",
    "/errorMessage",
    "/additional-information/phases/0/phase-context",
    "/status-details/status-reason",
    "/description",
    "/Description",
    "/summary",
    "/eventName",
];

/// Any event: by its row, and by the usual names.
pub fn any(event: &Event<'_, '_>) -> Report {
    let kind = event.kind();
    let row = ROWS.iter().find(|row| kind.starts_with(row.kind));
    let none = Object::default();
    let fields = event.detail.object().unwrap_or(&none);
    let first = |pointers: &[&str]| pointers.iter().find_map(|pointer| event.plain(pointer));
    let usual = || if row.is_none() { likely::asset(fields) } else { None };
    let asset = row.and_then(|row| first(row.asset)).or_else(usual).or(event.resource().map(Cow::Borrowed));
    let own_signature = if row.is_none() { likely::signature(fields) } else { None };
    let mut report = event.report(arn::name(&asset.unwrap_or_default()), own_signature.as_deref().unwrap_or(kind));
    report.severity = row.map(|row| row.severity).or(likely::severity(fields)).unwrap_or(report.severity);

    let state = state(event, row, fields);
    let reason = first(&REASONS);
    let says = state.as_ref().map(|(said, _)| format!("{kind}: {} {said}", report.asset_name));
    let says = says.unwrap_or_else(|| format!("{kind}: {}", report.asset_name));
    let more = likely::message(fields);
    field::message(&mut report, &[Some(&says), reason.as_deref().or(more.as_deref())]);

    let word = match &state {
        Some((_, word)) => Some(*word),
        None if kind.starts_with("RDS DB") => Some(of_database(&mut report, event)),
        None => None,
    };
    if let Some(word) = word {
        likely::set(&mut report, word);
    }
    let key = likely::key(fields).filter(|_| row.is_none()).map(|key| field::identity(&key));
    report.fingerprint = match word {
        _ if key.is_some() => key,
        Some(Word::Bad(_) | Word::Good) => {
            let parts = row.map(|row| row.identity).unwrap_or_default();
            let more: Vec<_> = parts.iter().filter_map(|pointer| event.plain(pointer)).collect();
            let named = [about(kind), &*report.asset_name];
            let parts: Vec<_> = named.into_iter().chain(more.iter().map(|part| &**part)).collect();
            Some(event.identity(&parts))
        }
        // Neither trouble nor its end: kept as an event that touches no other.
        Some(Word::Between) | None => event.of_its_own(),
    };
    likely::rest(&mut report, fields);
    report
}

/// What the event says of how things stand, and in which word.
fn state<'e>(event: &Event<'e, '_>, row: Option<&Row>, fields: &Object<'_>) -> Option<(Cow<'e, str>, Word)> {
    let said = |pointers: &[&str]| {
        pointers.iter().find_map(|pointer| {
            let said = event.plain(pointer)?;
            let word = words(&said)?;
            Some((said, word))
        })
    };
    let by_row = row.and_then(|row| said(row.state));
    let by_name = || if row.is_none() { said(&STATES) } else { None };
    let usual = || {
        let word = likely::status(fields).filter(|_| row.is_none())?;
        Some((Cow::Borrowed(""), word))
    };
    let by_kind = || {
        let last = event.kind().split_whitespace().rev().find_map(|word| Some((word, likely::word(word)?)))?;
        Some((Cow::Borrowed(last.0), last.1)).filter(|(_, word)| *word != Word::Between)
    };
    by_row
        .or_else(by_name)
        .or_else(usual)
        .or_else(|| if row.is_none_or(|row| row.state.is_empty()) { by_kind() } else { None })
}

/// A state's word; CloudFormation and others join theirs from several: `UPDATE_ROLLBACK_FAILED`.
fn words(said: &str) -> Option<Word> {
    likely::word(said).or_else(|| {
        let last = said.rsplit('_').next().filter(|last| last.len() < said.len())?;
        let rolled_back = said.contains("ROLLBACK").then_some(Word::Bad(None));
        rolled_back.or_else(|| likely::word(last))
    })
}

/// What a kind of event is about, the same for good news and bad: `EC2 Instance Launch Successful` ends an unsuccessful one.
fn about(kind: &str) -> &str {
    let end = kind.trim_end().rsplit_once(' ').filter(|(_, last)| likely::word(last).is_some());
    end.map_or(kind, |(start, _)| start)
}

/// How bad an event of RDS is, by its categories: it tells no states.
fn of_database(report: &mut Report, event: &Event<'_, '_>) -> Word {
    const GRAVE: [&str; 3] = ["failure", "low storage", "failover"];
    const BAD: [&str; 4] = ["availability", "read replica", "security", "serverless"];
    // Restarted, and both kinds of failover through: each is of the category of what it ends.
    const GOOD: [&str; 3] = ["RDS-EVENT-0006", "RDS-EVENT-0049", "RDS-EVENT-0071"];
    let categories = event.detail.at("/EventCategories").and_then(Json::list).unwrap_or_default();
    let of = |wanted: &[&str]| categories.iter().filter_map(Json::text).any(|category| wanted.contains(&category));
    if let Some(category) = categories.first().and_then(Json::text) {
        report.signature = format!("{}: {}", event.kind(), field::cut_characters(category, 64));
    }
    if event.text("/EventID").is_some_and(|id| GOOD.contains(&id)) {
        Word::Good
    } else if of(&GRAVE) {
        Word::Bad(Some(Severity::High))
    } else if of(&BAD) {
        Word::Bad(None)
    } else {
        Word::Between
    }
}

/// A task of ECS. Trouble when it stopped of itself; a task that runs, or was told to stop, ends that of its service.
pub fn task(event: &Event<'_, '_>) -> Report {
    let group = event.text("/group").unwrap_or_default();
    let cluster = event.text("/clusterArn").map(arn::name).unwrap_or_default();
    let named = group.split_once(':').map_or(group, |(_, name)| name);
    let task = event.text("/taskDefinitionArn").map(arn::name).unwrap_or_default();
    let asset = [named, task, cluster].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let mut report = event.report(asset, "");
    report.severity = Severity::High;
    let containers = event.detail.at("/containers").and_then(Json::list).unwrap_or_default();
    let exit = |container: &&Json<'_>| plain(container, "/exitCode").is_some_and(|code| code != "0");
    let failed = containers.iter().find(exit);
    let stopped = event.text("/lastStatus") == Some("STOPPED");
    let code = event.text("/stopCode").unwrap_or_default();
    let of_itself = matches!(code, "TaskFailedToStart" | "SpotInterruption")
        || (code == "EssentialContainerExited" && (failed.is_some() || containers.is_empty()));
    let container = failed.map(|failed| {
        let says = |pointer| plain(failed, pointer).unwrap_or_default();
        format!("{} exited with {} {}", says("/name"), says("/exitCode"), says("/reason"))
    });
    let status = event.text("/lastStatus").unwrap_or_default();
    let says = format!("{}: {asset} {status} {code}", event.kind());
    field::message(&mut report, &[Some(&says), event.text("/stoppedReason"), container.as_deref()]);
    if !(stopped && of_itself) {
        report.status = AlertStatus::Resolved;
    }
    let steady = status == "RUNNING" && event.text("/desiredStatus") == Some("RUNNING");
    report.fingerprint = if (stopped && of_itself) || steady {
        Some(event.identity(&[event.kind(), cluster, asset]))
    } else {
        event.of_its_own()
    };
    for (name, pointer) in [("group", "/group"), ("stop_code", "/stopCode"), ("launch_type", "/launchType")] {
        field::tell(&mut report, name, event.detail.at(pointer));
    }
    field::tell(&mut report, "cluster", Some(&Json::Text(cluster.into())));
    report
}
