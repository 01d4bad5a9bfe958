//! Run Command as a caller sees it: sending, listing, reading, cancelling. What a machine does with it is in `life`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::documents;
use super::life::{Part, live};
use super::shell::{MOST_ERR, MOST_OUT};
use super::ssm::{Filter, between, seconds};
use super::state::{Command, Invocation, Sent, Shared};
use super::wire::{Dialect, Problem, object, page};
use super::world::Node;
use super::{Caller, random_id};
use crate::core::time::{Moment, Span};

/// Seconds that a command may take to a machine, unless it says so.
const TIMEOUT_SECONDS: u32 = 3_600;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Send {
    document_name: String,
    document_version: Option<String>,
    #[serde(default)]
    instance_ids: Vec<String>,
    #[serde(default)]
    targets: Vec<Value>,
    #[serde(default)]
    parameters: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    comment: String,
    timeout_seconds: Option<u32>,
    #[serde(rename = "OutputS3BucketName")]
    bucket: Option<String>,
    #[serde(rename = "OutputS3KeyPrefix", default)]
    prefix: String,
}

/// Takes a command.
pub(super) fn send(shared: &Arc<Shared>, caller: &Caller, asked: Send) -> Result<Value, Problem> {
    if asked.comment.chars().count() > 100 {
        let must = "have length less than or equal to 100";
        return Err(Problem::constraint(Dialect::Json, "comment", &asked.comment, must));
    }
    between("timeoutSeconds", asked.timeout_seconds.map(|seconds| seconds as usize), 30, 2_592_000)?;
    let nodes = targets(shared, caller, &asked)?;
    let document = documents::named(&asked.document_name, asked.document_version.as_deref())?;
    document.check(&asked.parameters)?;
    let now = shared.now();
    let timeout_seconds = asked.timeout_seconds.unwrap_or(TIMEOUT_SECONDS);
    let sent = Sent {
        command_id: random_id(),
        account: caller.account.clone(),
        document: asked.document_name,
        comment: asked.comment,
        parameters: asked.parameters,
        instances: asked.instance_ids,
    };
    let mut state = shared.state();
    let manner = state.wrongs.manner;
    let parts: Vec<Part> = nodes
        .into_iter()
        .map(|node| {
            let fate = document.fate(node, state.wrongs.fate(&node.id).unwrap_or(node.fate));
            Part {
                account: caller.account.clone(),
                command: sent.command_id.clone(),
                instance: node.id.clone(),
                work: document.work(node, &sent.parameters),
                fate,
                delivery_seconds: timeout_seconds,
                run_seconds: documents::run_seconds(&sent.parameters),
            }
        })
        .collect();
    let command = Command {
        region: caller.region.clone(),
        version: asked.document_version.unwrap_or_else(|| "$DEFAULT".into()),
        requested_at: now,
        expires_at: now + Span(i64::from(timeout_seconds) * Span::SECOND.0),
        timeout_seconds,
        bucket: asked.bucket.map(|bucket| (bucket, asked.prefix)),
        invocations: parts.iter().map(|part| (part.instance.clone(), Invocation::pending())).collect(),
        unseen: manner.unseen,
        unlisted: manner.unlisted,
        sent,
    };
    let answer = json!({ "Command": described(&command) });
    state.order.push(command.sent.command_id.clone());
    state.commands.insert(command.sent.command_id.clone(), command);
    drop(state);
    shared.changed();
    for part in parts {
        tokio::spawn(live(shared.clone(), part, manner));
    }
    Ok(answer)
}

/// The machines that a command is for: the caller's own, each once.
fn targets<'s>(shared: &'s Shared, caller: &Caller, asked: &Send) -> Result<Vec<&'s Node>, Problem> {
    let ids = &asked.instance_ids;
    if ids.is_empty() || !asked.targets.is_empty() {
        let message = "Name the machines by InstanceIds, 1 to 50 of them. (AWS stand-in)";
        return Err(Problem::new("ValidationException", message));
    }
    if ids.len() > 50 {
        let must = "have length less than or equal to 50";
        return Err(Problem::constraint(Dialect::Json, "instanceIds", &format!("[{}]", ids.join(", ")), must));
    }
    if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
        return Err(Problem::new("DuplicateInstanceId", ""));
    }
    let nodes = shared.world.account(&caller.account, &caller.region).map_or(&[][..], |account| &account.nodes);
    ids.iter().map(|id| nodes.iter().find(|node| node.id == *id).ok_or_else(|| strange(id, caller))).collect()
}

fn strange(instance: &str, caller: &Caller) -> Problem {
    let message = format!("Instances [[{instance}]] not in a valid state for account {}", caller.account);
    Problem::new("InvalidInstanceId", message)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct List {
    command_id: Option<String>,
    instance_id: Option<String>,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<usize>,
    next_token: Option<String>,
    #[serde(default)]
    details: bool,
}

impl List {
    /// Whether a command of the caller's is one of those that are asked for.
    fn wants(&self, caller: &Caller, command: &Command) -> bool {
        let fits = |filter: &Filter| {
            let value = filter.values.first().map_or("", String::as_str);
            match filter.key.as_str() {
                "InvokedAfter" => Moment::parse(value).is_ok_and(|at| command.requested_at > at),
                "InvokedBefore" => Moment::parse(value).is_ok_and(|at| command.requested_at < at),
                "Status" => command.status().0 == value,
                "DocumentName" => command.sent.document == value,
                _ => true,
            }
        };
        caller.owns(command)
            && self.command_id.as_ref().is_none_or(|id| *id == command.sent.command_id)
            && self.instance_id.as_ref().is_none_or(|id| command.invocations.contains_key(id))
            && self.filters.iter().all(fits)
    }
}

/// Commands, the latest first.
pub(super) fn list(shared: &Shared, caller: &Caller, asked: &List) -> Result<Value, Problem> {
    between("maxResults", asked.max_results, 1, 50)?;
    let mut state = shared.state();
    let state = &mut *state;
    let mut found = Vec::new();
    for id in state.order.iter().rev() {
        let Some(command) = state.commands.get_mut(id).filter(|command| asked.wants(caller, command)) else { continue };
        if command.unlisted > 0 {
            command.unlisted -= 1;
            continue;
        }
        found.push(described(command));
    }
    let (found, next) = page(found, asked.max_results, state.wrongs.manner.page, asked.next_token.as_deref())?;
    Ok(object(json!({ "Commands": found, "NextToken": next })))
}

/// Machines' parts of commands.
pub(super) fn invocations(shared: &Shared, caller: &Caller, asked: &List) -> Result<Value, Problem> {
    between("maxResults", asked.max_results, 1, 50)?;
    let mut state = shared.state();
    let state = &mut *state;
    let early = state.wrongs.manner.early_output;
    let mut found = Vec::new();
    for id in state.order.iter().rev() {
        let Some(command) = state.commands.get_mut(id).filter(|command| asked.wants(caller, command)) else { continue };
        if command.unseen > 0 {
            command.unseen -= 1;
            continue;
        }
        let wanted = |instance: &String| asked.instance_id.as_ref().is_none_or(|wanted| wanted == instance);
        let parts = command.invocations.iter().filter(|(instance, _)| wanted(instance));
        found.extend(parts.map(|(id, invocation)| part(command, id, invocation, asked.details.then_some(early))));
    }
    let (found, next) = page(found, asked.max_results, state.wrongs.manner.page, asked.next_token.as_deref())?;
    Ok(object(json!({ "CommandInvocations": found, "NextToken": next })))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Get {
    command_id: String,
    instance_id: String,
}

/// A machine's part of a command, with its output.
pub(super) fn invocation(shared: &Shared, caller: &Caller, asked: &Get) -> Result<Value, Problem> {
    let mut state = shared.state();
    let early = state.wrongs.manner.early_output;
    let none = || Problem::new("InvocationDoesNotExist", "");
    let command = state.commands.get_mut(&asked.command_id).filter(|command| caller.owns(command)).ok_or_else(none)?;
    if command.unseen > 0 {
        command.unseen -= 1;
        return Err(none());
    }
    let invocation = command.invocations.get(&asked.instance_id).ok_or_else(none)?;
    let shown = invocation.is_over() || early;
    let text = |at: Option<Moment>| at.map_or_else(String::new, |at| at.to_string());
    let lasted = invocation.started_at.zip(invocation.ended_at).map(|(from, to)| (to - from).0.max(0));
    let lasted = lasted.map_or_else(String::new, |millis| format!("PT{}.{:03}S", millis / 1_000, millis % 1_000));
    let url = |name| url(command, &asked.instance_id, name);
    Ok(json!({
        "CommandId": command.sent.command_id,
        "InstanceId": asked.instance_id,
        "Comment": command.sent.comment,
        "DocumentName": command.sent.document,
        "DocumentVersion": command.version,
        "PluginName": documents::plugin(&command.sent.document),
        "ResponseCode": invocation.code,
        "ExecutionStartDateTime": text(invocation.started_at),
        "ExecutionElapsedTime": lasted,
        "ExecutionEndDateTime": text(invocation.ended_at),
        "Status": invocation.status,
        "StatusDetails": invocation.detail,
        "StandardOutputContent": if shown { invocation.stdout.text(MOST_OUT) } else { String::new() },
        "StandardOutputUrl": url("stdout"),
        "StandardErrorContent": if shown { invocation.stderr.text(MOST_ERR) } else { String::new() },
        "StandardErrorUrl": url("stderr"),
        "CloudWatchOutputConfig": { "CloudWatchLogGroupName": "", "CloudWatchOutputEnabled": false },
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Cancel {
    command_id: String,
    #[serde(default)]
    instance_ids: Vec<String>,
}

/// Ends a command on some of its machines, or on all.
pub(super) fn cancel(shared: &Shared, caller: &Caller, asked: &Cancel) -> Result<Value, Problem> {
    let mut state = shared.state();
    let command = state.commands.get_mut(&asked.command_id).filter(|command| caller.owns(command));
    let command = command.ok_or_else(|| Problem::new("InvalidCommandId", ""))?;
    if let Some(stranger) = asked.instance_ids.iter().find(|id| !command.invocations.contains_key(*id)) {
        return Err(strange(stranger, caller));
    }
    for (id, invocation) in &mut command.invocations {
        if (asked.instance_ids.is_empty() || asked.instance_ids.contains(id)) && !invocation.is_over() {
            (invocation.status, invocation.detail) = ("Cancelling", "Cancelling");
        }
    }
    drop(state);
    shared.changed();
    Ok(json!({}))
}

impl Caller {
    /// Whether a command is of the account and region that the caller is in.
    fn owns(&self, command: &Command) -> bool {
        command.sent.account == self.account && command.region == self.region
    }
}

impl Invocation {
    fn pending() -> Self {
        Self {
            status: "Pending",
            detail: "Pending",
            code: -1,
            started_at: None,
            ended_at: None,
            stdout: Default::default(),
            stderr: Default::default(),
        }
    }
}

fn described(command: &Command) -> Value {
    let (status, detail) = command.status();
    let all = || command.invocations.values();
    let count = |of: fn(&&Invocation) -> bool| all().filter(of).count();
    object(json!({
        "CommandId": command.sent.command_id,
        "DocumentName": command.sent.document,
        "DocumentVersion": command.version,
        "Comment": command.sent.comment,
        "ExpiresAfter": seconds(command.expires_at),
        "Parameters": command.sent.parameters,
        "InstanceIds": command.sent.instances,
        "Targets": [],
        "RequestedDateTime": seconds(command.requested_at),
        "Status": status,
        "StatusDetails": detail,
        "OutputS3BucketName": command.bucket.as_ref().map_or("", |bucket| bucket.0.as_str()),
        "OutputS3KeyPrefix": command.bucket.as_ref().map_or("", |bucket| bucket.1.as_str()),
        "MaxConcurrency": "50",
        "MaxErrors": "0",
        "TargetCount": command.invocations.len(),
        "CompletedCount": count(|one| one.is_over()),
        "ErrorCount": count(|one| matches!(one.status, "Failed" | "TimedOut")),
        "DeliveryTimedOutCount": count(|one| one.detail == "DeliveryTimedOut"),
        "ServiceRole": "",
        "TimeoutSeconds": command.timeout_seconds,
    }))
}

/// A machine's part as it is listed; with its plugin when details are wanted, `Some(early)`.
fn part(command: &Command, id: &str, invocation: &Invocation, details: Option<bool>) -> Value {
    let plugin = details.map(|early| {
        let shown = invocation.is_over() || early;
        object(json!({
            "Name": documents::plugin(&command.sent.document),
            "Status": invocation.status,
            "StatusDetails": invocation.detail,
            "ResponseCode": invocation.code,
            "ResponseStartDateTime": invocation.started_at.map(seconds),
            "ResponseFinishDateTime": invocation.ended_at.map(seconds),
            "Output": if shown { invocation.stdout.text(2_500) } else { String::new() },
            "StandardOutputUrl": url(command, id, "stdout"),
            "StandardErrorUrl": url(command, id, "stderr"),
        }))
    });
    json!({
        "CommandId": command.sent.command_id,
        "InstanceId": id,
        "InstanceName": "",
        "Comment": command.sent.comment,
        "DocumentName": command.sent.document,
        "DocumentVersion": command.version,
        "RequestedDateTime": seconds(command.requested_at),
        "Status": invocation.status,
        "StatusDetails": invocation.detail,
        "StandardOutputUrl": url(command, id, "stdout"),
        "StandardErrorUrl": url(command, id, "stderr"),
        "CommandPlugins": plugin.into_iter().collect::<Vec<_>>(),
        "ServiceRole": "",
    })
}

/// Where all of an output would be.
fn url(command: &Command, instance: &str, name: &str) -> String {
    let Some((bucket, prefix)) = &command.bucket else { return String::new() };
    let Sent { command_id, document, .. } = &command.sent;
    let slash = if prefix.is_empty() { "" } else { "/" };
    let plugin = documents::plugin(document).replace(':', "");
    format!(
        "https://s3.{}.amazonaws.com/{bucket}/{prefix}{slash}{command_id}/{instance}/{plugin}/{name}",
        command.region
    )
}
