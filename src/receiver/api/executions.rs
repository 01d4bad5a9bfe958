//! Executions: what would run, running it, how it went, and the word of a second person.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::page::List;
use super::problem::{BAD_BODY, BAD_PARAMETER, BROKEN, Problem, REFUSED};
use super::visit::{Answer, Visit};
use crate::core::execution::order::InstanceId;
use crate::core::execution::{Execution, Output};
use crate::core::id::{ExecutionId, IncidentId, TenantId};
use crate::link::remote::{Draft, Reached, Remote, Wanted};
use crate::link::{Reply, Request};

/// Executions among which those are that wait: they do for an hour.
const LATEST: usize = 1_000;
/// Executions among which a repeated request is looked for.
const LATELY: usize = 200;

/// What is to run. Without `digest` nothing does: the answer is what would.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    runbook: Option<String>,
    #[serde(default)]
    inputs: BTreeMap<String, String>,
    command: Option<String>,
    instance_id: Option<InstanceId>,
    timeout_seconds: Option<u32>,
    digest: Option<String>,
    typed: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Approve {
    digest: String,
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reject {
    why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancel {}

/// An execution with what it wrote.
#[derive(Serialize)]
struct Shown<'a> {
    #[serde(flatten)]
    execution: &'a Execution,
    outputs: Vec<Written<'a>>,
}

#[derive(Serialize)]
struct Written<'a> {
    instance: &'a InstanceId,
    #[serde(flatten)]
    output: &'a Output,
}

/// What is put behind the seat of whoever asks for an execution with an `Idempotency-Key`: by it, the execution is known again
/// even by an engine that was started anew.
pub fn mark(key: &str) -> String {
    format!(" #{}", hex::encode(&Sha256::digest(key)[..8]))
}

/// Shows what would run, or runs exactly that.
pub async fn execute(visit: &Visit) -> Result<Answer, Problem> {
    let incident: IncidentId = visit.named("id")?;
    let tenant = incident.tenant.clone();
    let wish: Wish = visit.body()?;
    let what = match (wish.runbook, wish.command) {
        (Some(name), None) => Wanted::Runbook { name, inputs: wish.inputs },
        (None, Some(text)) if wish.inputs.is_empty() => Wanted::Command { text },
        _ => return Err(Problem::at(&BAD_BODY, "runbook")),
    };
    if let Some(begun) = begun_before(visit, &incident).await? {
        return answer(visit, &begun, StatusCode::ACCEPTED).await;
    }
    let instance = match wish.instance_id {
        Some(instance) => instance,
        None => locate(visit, &incident).await?,
    };
    let draft = Draft { targets: vec![(incident, instance)], what, timeout_seconds: wish.timeout_seconds, again: None };
    let Some(digest) = wish.digest else {
        return match visit.reach(&tenant, Remote::Prepare(draft)).await? {
            Reached::Plan(plan) => Answer::of(&plan),
            _ => Err((&BROKEN).into()),
        };
    };
    match visit.reach(&tenant, Remote::Run { draft, digest, typed: wish.typed }).await? {
        Reached::Begun(id) => answer(visit, &id, StatusCode::ACCEPTED).await,
        _ => Err((&BROKEN).into()),
    }
}

/// What was begun for an earlier request with the same key, which this engine may have forgotten.
async fn begun_before(visit: &Visit, incident: &IncidentId) -> Result<Option<ExecutionId>, Problem> {
    let Some((_, mark)) = visit.by.seat.rsplit_once(" #") else { return Ok(None) };
    let all = executions(visit, &incident.tenant, Some(incident.number), LATELY).await?;
    let same = |one: &&Arc<Execution>| {
        one.by.who == visit.by.who && one.by.seat.rsplit_once(" #").is_some_and(|(_, other)| other == mark)
    };
    Ok(all.iter().find(same).map(|one| one.id.clone()))
}

/// The one machine behind an incident.
async fn locate(visit: &Visit, incident: &IncidentId) -> Result<InstanceId, Problem> {
    let asked = Remote::Locate { incidents: vec![incident.clone()] };
    let Reached::Located(located) = visit.reach(&incident.tenant, asked).await? else { return Err((&BROKEN).into()) };
    let mut nodes = located.into_iter().flat_map(|located| located.nodes);
    match (nodes.next(), nodes.next()) {
        (Some(only), None) => Ok(only.instance),
        (None, _) => Err(Problem { message: "No machine is known for this incident.".into(), ..(&REFUSED).into() }),
        (Some(_), Some(_)) => {
            let message = "Several machines may be meant; choose one as instance_id.".into();
            Err(Problem { message, ..Problem::at(&REFUSED, "instance_id") })
        }
    }
}

/// One with what it wrote.
pub async fn one(visit: &Visit) -> Result<Answer, Problem> {
    answer(visit, &visit.named("id")?, StatusCode::OK).await
}

async fn answer(visit: &Visit, id: &ExecutionId, status: StatusCode) -> Result<Answer, Problem> {
    let request = Request::Execution { execution: id.clone() };
    let Reply::Execution(found) = visit.ask(Some(&id.tenant), request).await? else { return Err((&BROKEN).into()) };
    let (execution, outputs) = &*found;
    let outputs = outputs.iter().map(|(instance, output)| Written { instance, output }).collect();
    // What it wrote comes after it has ended: its tag says whether it can be changed as it is, not that the body is the same.
    let answer = Answer::of(&Shown { execution, outputs })?.tagged(execution);
    let location = (status != StatusCode::OK).then(|| format!("/api/executions/{id}"));
    Ok(Answer { status, location, ..answer })
}

async fn executions(
    visit: &Visit,
    tenant: &TenantId,
    incident: Option<u64>,
    limit: usize,
) -> Result<Vec<Arc<Execution>>, Problem> {
    let request = Request::Executions { tenant: tenant.clone(), incident, limit };
    match visit.ask(Some(tenant), request).await? {
        Reply::Executions(executions) => Ok(executions),
        _ => Err((&BROKEN).into()),
    }
}

/// Ends it, begun or not.
pub async fn cancel(visit: &Visit) -> Result<Answer, Problem> {
    let execution: ExecutionId = visit.named("id")?;
    let Cancel {} = visit.body()?;
    let request = Request::Cancel { execution: execution.clone() };
    visit.change(&execution.tenant, request).await?;
    answer(visit, &execution, StatusCode::OK).await
}

/// What waits for somebody's word, the latest first.
pub async fn approvals(visit: &Visit) -> Result<Answer, Problem> {
    let missing = || Problem::at(&BAD_PARAMETER, "company_id");
    let tenant: TenantId = visit.parameter("company_id")?.ok_or_else(missing)?;
    let mut all = executions(visit, &tenant, None, LATEST).await?;
    all.retain(|execution| execution.awaits_approval());
    Answer::of(&List::whole(all))
}

/// Says yes.
pub async fn approve(visit: &Visit) -> Result<Answer, Problem> {
    let execution: ExecutionId = visit.named("id")?;
    let Approve { digest, why } = visit.body()?;
    let request = Request::Approve { execution: execution.clone(), digest, why };
    visit.change(&execution.tenant, request).await?;
    answer(visit, &execution, StatusCode::OK).await
}

/// Says no.
pub async fn reject(visit: &Visit) -> Result<Answer, Problem> {
    let execution: ExecutionId = visit.named("id")?;
    let Reject { why } = visit.body()?;
    let request = Request::Reject { execution: execution.clone(), why };
    visit.change(&execution.tenant, request).await?;
    answer(visit, &execution, StatusCode::OK).await
}
