//! The stand-in's Systems Manager: managed nodes, activations, and the way to the commands.

use std::sync::Arc;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::state::Shared;
use super::wire::{Dialect, Problem, denied, object, page};
use super::world::{Fate, Node};
use super::{Caller, commands, patches, random, random_id, sessions};
use crate::core::time::{Moment, Span};

/// Answers a call.
pub(super) fn answer(shared: &Arc<Shared>, caller: &Caller, operation: &str, body: &[u8]) -> Result<Value, Problem> {
    if caller.is_base || caller.denied.iter().any(|action| action.strip_prefix("ssm:") == Some(operation)) {
        let resource = format!("arn:aws:ssm:{}:{}:*", caller.region, caller.account);
        let message = denied(&caller.arn, "ssm", operation, Some(&resource));
        return Err(Problem::new("AccessDeniedException", message));
    }
    match operation {
        "DescribeInstanceInformation" => nodes(shared, caller, &read(body)?),
        "DescribeInstancePatchStates" => patches::states(shared, caller, &read(body)?),
        "CreateActivation" => activation(shared, &read(body)?),
        "SendCommand" => commands::send(shared, caller, read(body)?),
        "ListCommands" => commands::list(shared, caller, &read(body)?),
        "ListCommandInvocations" => commands::invocations(shared, caller, &read(body)?),
        "GetCommandInvocation" => commands::invocation(shared, caller, &read(body)?),
        "CancelCommand" => commands::cancel(shared, caller, &read(body)?),
        "StartSession" => sessions::start(shared, caller, read(body)?),
        "ResumeSession" => sessions::resume(shared, caller, &read(body)?),
        "TerminateSession" => sessions::terminate(shared, caller, &read(body)?),
        "DescribeSessions" => sessions::describe(shared, caller, &read(body)?),
        _ => Err(Problem::new("UnknownOperationException", "")),
    }
}

pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body)
        .map_err(|error| Problem::new("SerializationException", format!("{error} (AWS stand-in)")))
}

/// A condition of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    #[serde(alias = "Key")]
    pub key: String,
    #[serde(alias = "value", alias = "Values", alias = "valueSet", deserialize_with = "one_or_more")]
    pub values: Vec<String>,
}

fn one_or_more<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Values {
        One(String),
        More(Vec<String>),
    }
    Ok(match Values::deserialize(from)? {
        Values::One(one) => vec![one],
        Values::More(more) => more,
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Describe {
    #[serde(default, alias = "InstanceInformationFilterList")]
    filters: Vec<Filter>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

fn nodes(shared: &Shared, caller: &Caller, asked: &Describe) -> Result<Value, Problem> {
    between("maxResults", asked.max_results, 5, 50)?;
    let nodes = shared.world.account(&caller.account, &caller.region).map_or(&[][..], |account| &account.nodes);
    let mut found = Vec::new();
    for node in nodes {
        if matches(shared, node, &asked.filters)? {
            found.push(node);
        }
    }
    let (found, next) = page(found, asked.max_results, shared.state().wrongs.manner.page, asked.next_token.as_deref())?;
    let found: Vec<Value> = found.into_iter().map(|node| described(shared, node)).collect();
    Ok(object(json!({ "InstanceInformationList": found, "NextToken": next })))
}

fn matches(shared: &Shared, node: &Node, filters: &[Filter]) -> Result<bool, Problem> {
    for Filter { key, values } in filters {
        let is = match key.as_str() {
            "InstanceIds" => node.id.as_str(),
            "PingStatus" => ping(shared, node),
            "PlatformTypes" | "PlatformType" => node.platform_type(),
            "ResourceType" => resource_type(node),
            _ => {
                return Err(Problem::new(
                    "InvalidInstanceInformationFilterValue",
                    "Invalid filter key. (AWS stand-in)",
                ));
            }
        };
        if !values.iter().any(|value| value == is) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn ping(shared: &Shared, node: &Node) -> &'static str {
    let fate = shared.state().wrongs.fate(&node.id).unwrap_or(node.fate);
    if fate == Fate::Offline { "ConnectionLost" } else { "Online" }
}

fn resource_type(node: &Node) -> &'static str {
    if node.is_hybrid() { "ManagedInstance" } else { "EC2Instance" }
}

fn described(shared: &Shared, node: &Node) -> Value {
    let ping = ping(shared, node);
    let ago = if ping == "Online" { Span(90_000) } else { Span::hours(7) };
    let hybrid = node.is_hybrid();
    object(json!({
        "InstanceId": node.id,
        "PingStatus": ping,
        "LastPingDateTime": seconds(shared.now() - ago),
        "AgentVersion": "3.3.987.0",
        "IsLatestVersion": ping == "Online",
        "PlatformType": node.platform_type(),
        "PlatformName": node.system.0,
        "PlatformVersion": node.system.1,
        "ResourceType": resource_type(node),
        "IPAddress": node.ip,
        "ComputerName": node.name,
        // Only what came through an activation has a name and a role of its own.
        "Name": hybrid.then_some(&node.name),
        "IamRole": hybrid.then_some("AlertWhispererHybrid"),
        "SourceId": node.id,
        "SourceType": if hybrid { "AWS::SSM::ManagedInstance" } else { "AWS::EC2::Instance" },
    }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Activate {
    iam_role: String,
    registration_limit: Option<u32>,
    expiration_date: Option<f64>,
}

fn activation(shared: &Shared, asked: &Activate) -> Result<Value, Problem> {
    let now = seconds(shared.now());
    let thirty_days = 30.0 * 86_400.0;
    if asked.iam_role.is_empty() {
        return Err(Problem::new("ValidationException", "IamRole is required. (AWS stand-in)"));
    }
    if asked.registration_limit.is_some_and(|limit| !(1..=1_000).contains(&limit)) {
        return Err(Problem::new("InvalidParameters", "RegistrationLimit is from 1 to 1000. (AWS stand-in)"));
    }
    if asked.expiration_date.is_some_and(|at| at <= now || at > now + thirty_days) {
        return Err(Problem::new("InvalidParameters", "ExpirationDate is within 30 days from now. (AWS stand-in)"));
    }
    Ok(json!({ "ActivationId": random_id(), "ActivationCode": random(10) }))
}

/// A count in its range.
pub(super) fn between(field: &str, value: Option<usize>, least: usize, most: usize) -> Result<(), Problem> {
    let Some(value) = value else { return Ok(()) };
    let wrong = |must: String| Problem::constraint(Dialect::Json, field, &value.to_string(), &must);
    if value < least {
        return Err(wrong(format!("have value greater than or equal to {least}")));
    }
    if value > most {
        return Err(wrong(format!("have value less than or equal to {most}")));
    }
    Ok(())
}

/// A moment as AWS JSON has it.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of this age fit")]
pub(super) fn seconds(at: Moment) -> f64 {
    at.0 as f64 / 1_000.0
}
