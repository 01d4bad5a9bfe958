//! Session Manager as a client's account sees it: beginning, coming back to, ending and listing sessions. Their channels are in
//! `gateway`, what a machine does with them in `agent`.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::agent::{self, Plan};
use super::channels::Channel;
use super::gateway::relay::Relay;
use super::ssm::{Filter, between, seconds};
use super::state::Shared;
use super::wire::{Dialect, Problem, denied, object, page};
use super::world::{Fate, Node};
use super::{Caller, random};
use crate::core::credentials::Secret;
use crate::core::time::Moment;

/// The most that a session may last, in minutes, as the account has it set.
const LONGEST_MINUTES: &str = "60";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Start {
    target: String,
    document_name: Option<String>,
    #[serde(default)]
    parameters: BTreeMap<String, Vec<String>>,
    reason: Option<String>,
}

/// Begins a session: the machine's agent goes to its end of the channel, whether the client comes to its own or not.
pub(super) fn start(shared: &Arc<Shared>, caller: &Caller, asked: Start) -> Result<Value, Problem> {
    let reason = asked.reason.unwrap_or_default();
    if reason.chars().count() > 256 {
        let must = "have length less than or equal to 256";
        return Err(Problem::constraint(Dialect::Json, "reason", &reason, must));
    }
    let document = asked.document_name.as_deref().unwrap_or(SHELL);
    let refused = |resource: String| {
        let message = denied(&caller.arn, "ssm", "StartSession", Some(&resource));
        Problem::new("AccessDeniedException", message)
    };
    if caller.denied.iter().any(|denied| denied.strip_prefix("ssm:StartSession/") == Some(document)) {
        return Err(refused(format!("arn:aws:ssm:{}::document/{document}", caller.region)));
    }
    if caller.denied.iter().any(|denied| denied.strip_prefix("ssm:StartSession/") == Some(asked.target.as_str())) {
        let Caller { region, account, .. } = caller;
        return Err(refused(format!("arn:aws:ec2:{region}:{account}:instance/{}", asked.target)));
    }
    let raw = shared.state().wrongs.manner.raw_ports;
    let plan = plan(document, &asked.parameters, raw)?;
    let node = node(shared, caller, &asked.target)?;
    let name = caller.arn.rsplit('/').next().unwrap_or_default();
    let id = format!("{name}-0{}", random(8));
    let (relay, ends) = Relay::pair();
    let token = random(48);
    let channel = Channel {
        account: caller.account.clone(),
        region: caller.region.clone(),
        target: asked.target,
        document: document.into(),
        owner: caller.arn.clone(),
        reason,
        started_at: shared.now(),
        ended: None,
        token: Secret::new(token.clone()),
        client: None,
        requests: Vec::new(),
        sockets: 0,
        relay: Arc::new(relay),
    };
    let account = shared.world.account(&caller.account, &caller.region);
    let begun = agent::Begun {
        session: id.clone(),
        account: caller.account.clone(),
        node: node.clone(),
        plan,
        encryption: account.and_then(|account| account.encryption.clone()),
    };
    shared.state().channels.insert(id.clone(), channel);
    shared.changed();
    tokio::spawn(agent::attend(shared.clone(), begun, ends));
    Ok(json!({ "SessionId": id, "StreamUrl": shared.stream_url(&id), "TokenValue": token }))
}

/// The document that begins a shell.
const SHELL: &str = "SSM-SessionManagerRunShell";

/// What a document makes of its parameters.
fn plan(document: &str, parameters: &BTreeMap<String, Vec<String>>, raw: bool) -> Result<Plan, Problem> {
    let invalid = |what: &str| Problem::new("ValidationException", format!("{document}: {what} (AWS stand-in)"));
    let takes: &[&str] = match document {
        SHELL => &[],
        "AWS-StartNonInteractiveCommand" => {
            &["command", "separateOutputStream", "stdOutSeparatorPrefix", "stdErrSeparatorPrefix"]
        }
        "AWS-StartPortForwardingSession" => &["portNumber", "localPortNumber"],
        "AWS-StartPortForwardingSessionToRemoteHost" => &["host", "portNumber", "localPortNumber"],
        _ => return Err(Problem::new("InvalidDocument", format!("Document with name {document} does not exist."))),
    };
    if let Some(unknown) = parameters.keys().find(|name| !takes.contains(&name.as_str())) {
        return Err(invalid(&format!("it has no parameter {unknown}.")));
    }
    let one = |name: &str| parameters.get(name).and_then(|values| values.first()).map(String::as_str);
    let some = |name: &str| one(name).filter(|value| !value.is_empty());
    Ok(match document {
        SHELL => Plan::Shell,
        "AWS-StartNonInteractiveCommand" => {
            let text = some("command").ok_or_else(|| invalid("command is required."))?.to_owned();
            Plan::Command { text, separate: one("separateOutputStream") == Some("true") }
        }
        _ => {
            let host = some("host").map(str::to_owned);
            if host.is_none() && takes.contains(&"host") {
                return Err(invalid("host is required."));
            }
            let port = some("portNumber").unwrap_or("80").parse().ok().filter(|port| *port != 0);
            let port = port.ok_or_else(|| invalid("portNumber is from 1 to 65535."))?;
            let local = one("localPortNumber").unwrap_or("0").to_owned();
            Plan::Port { host, port, local, raw }
        }
    })
}

/// The machine, if its agent is there.
fn node<'s>(shared: &'s Shared, caller: &Caller, target: &str) -> Result<&'s Node, Problem> {
    let nodes = shared.world.account(&caller.account, &caller.region).map_or(&[][..], |account| &account.nodes);
    let fate = |node: &Node| shared.state().wrongs.fate(&node.id).unwrap_or(node.fate);
    let there = |node: &&Node| node.id == target && !matches!(fate(node), Fate::Offline | Fate::AccessDenied);
    // Whether there is none or its agent is silent: AWS says the same.
    let away = || Problem::new("TargetNotConnected", format!("{target} is not connected."));
    nodes.iter().find(there).ok_or_else(away)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Which {
    session_id: String,
}

/// Gives a new token for a session; none for one that is over.
pub(super) fn resume(shared: &Shared, caller: &Caller, asked: &Which) -> Result<Value, Problem> {
    let id = &asked.session_id;
    let mut state = shared.state();
    let channel = state.channels.get_mut(id).filter(|channel| caller.may(channel)).ok_or_else(|| unknown(id))?;
    if channel.ended.is_some() {
        return Ok(json!({ "SessionId": id }));
    }
    let token = random(48);
    channel.token = Secret::new(token.clone());
    Ok(json!({ "SessionId": id, "StreamUrl": shared.stream_url(id), "TokenValue": token }))
}

/// Ends a session.
pub(super) fn terminate(shared: &Shared, caller: &Caller, asked: &Which) -> Result<Value, Problem> {
    let id = &asked.session_id;
    if !shared.state().channels.get(id).is_some_and(|channel| caller.may(channel)) {
        return Err(unknown(id));
    }
    shared.end_channel(id, "Terminated");
    Ok(json!({ "SessionId": id }))
}

fn unknown(id: &str) -> Problem {
    Problem::new("DoesNotExistException", format!("Session {id} does not exist."))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Describe {
    state: String,
    #[serde(default)]
    filters: Vec<Filter>,
    max_results: Option<usize>,
    next_token: Option<String>,
}

/// Sessions, the latest first.
pub(super) fn describe(shared: &Shared, caller: &Caller, asked: &Describe) -> Result<Value, Problem> {
    between("maxResults", asked.max_results, 1, 200)?;
    let active = match asked.state.as_str() {
        "Active" => true,
        "History" => false,
        other => {
            let must = "satisfy enum value set: [Active, History]";
            return Err(Problem::constraint(Dialect::Json, "state", other, must));
        }
    };
    let state = shared.state();
    let fits = |id: &str, channel: &Channel, filter: &Filter| {
        let value = filter.values.first().map_or("", String::as_str);
        match filter.key.as_str() {
            "Target" => channel.target == value,
            "Owner" => channel.owner == value,
            "SessionId" => id == value,
            "Status" => channel.status() == value,
            "InvokedAfter" => Moment::parse(value).is_ok_and(|at| channel.started_at > at),
            "InvokedBefore" => Moment::parse(value).is_ok_and(|at| channel.started_at < at),
            _ => true,
        }
    };
    let mut found: Vec<(&String, &Channel)> = state
        .channels
        .iter()
        .filter(|(id, channel)| {
            caller.may(channel)
                && channel.ended.is_none() == active
                && asked.filters.iter().all(|filter| fits(id, channel, filter))
        })
        .collect();
    found.sort_by_key(|(_, channel)| std::cmp::Reverse(channel.started_at));
    let (found, next) = page(found, asked.max_results, state.wrongs.manner.page, asked.next_token.as_deref())?;
    let found: Vec<Value> = found.into_iter().map(|(id, channel)| described(id, channel)).collect();
    Ok(object(json!({ "Sessions": found, "NextToken": next })))
}

fn described(id: &str, channel: &Channel) -> Value {
    object(json!({
        "SessionId": id,
        "Target": channel.target,
        "Status": channel.status(),
        "StartDate": seconds(channel.started_at),
        "EndDate": channel.ended.map(|(at, _)| seconds(at)),
        "DocumentName": channel.document,
        "Owner": channel.owner,
        "Reason": Some(&channel.reason).filter(|reason| !reason.is_empty()),
        "OutputUrl": {},
        "MaxSessionDuration": LONGEST_MINUTES,
        "AccessType": "Standard",
    }))
}

impl Caller {
    /// Whether a session is of the account and region that the caller is in.
    fn may(&self, channel: &Channel) -> bool {
        channel.account == self.account && channel.region == self.region
    }
}
