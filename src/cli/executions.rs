//! `executions`, `execution`, `cancel`: what was run, what it wrote, and its end.

use std::time::Duration;

use clap::Args;
use serde_json::json;

use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use crate::core::execution::order::{InstanceId, Order};
use crate::core::execution::status::words;
use crate::core::execution::{Execution, Output, Stage};
use crate::core::id::{ExecutionId, IncidentId, TenantId};
use crate::core::safe_text::SafeText;
use crate::link::{Reply, Request};

/// How long an engine of our own waits for a cancelled execution to be over.
const A_WHILE: Duration = Duration::from_secs(30);
/// Lines of one machine's output that are printed: more than the 24,000 characters that AWS keeps can have.
const LINES: usize = 24_000;

/// An execution, with what it wrote on each machine.
pub type Ran = (Execution, Vec<(InstanceId, Output)>);

/// Which executions.
#[derive(Debug, Args)]
pub struct Executions {
    /// One client only
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// One incident only
    #[arg(long, value_name = "ID", conflicts_with = "tenant")]
    incident: Option<IncidentId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

/// Which execution.
#[derive(Debug, Args)]
pub struct Which {
    /// For example comp_acme-x4
    id: ExecutionId,
}

/// Lists executions, the latest first.
///
/// # Errors
/// What went wrong.
pub fn list(which: &Executions, place: &Place) -> Result<(), Failure> {
    let reached = Reached::reach(place, false)?;
    let found = find(&reached, which);
    reached.finish();
    let executions = found?;
    if place.json {
        return out::json(&executions);
    }
    let mut table = Table::new(&["ID", "ASKED", "BY", "INCIDENT", "WHAT", "RISK", "MACHINES", "STATE"]);
    for execution in &executions {
        table.row(&[
            &execution.id.to_string(),
            &execution.asked_at.to_string(),
            &execution.by.who,
            &execution.incident_id.to_string(),
            &execution.order.title,
            execution.order.risk.word(),
            &machines(&execution.order),
            &state(execution),
        ]);
    }
    table.print()
}

fn find(reached: &Reached, which: &Executions) -> Result<Vec<std::sync::Arc<Execution>>, Failure> {
    let tenants = match (&which.tenant, &which.incident) {
        (Some(tenant), _) => vec![tenant.clone()],
        (None, Some(incident)) => vec![incident.tenant.clone()],
        (None, None) => match reached.ask(Request::Tenants)? {
            Reply::Tenants(tenants) => tenants.iter().map(|tenant| tenant.id.clone()).collect(),
            _ => return Err(out::unexpected()),
        },
    };
    let mut all = Vec::new();
    for tenant in tenants {
        let incident = which.incident.as_ref().map(|incident| incident.number);
        match reached.ask(Request::Executions { tenant, incident, limit: which.limit })? {
            Reply::Executions(executions) => all.extend(executions),
            _ => return Err(out::unexpected()),
        }
    }
    all.sort_by_key(|execution| std::cmp::Reverse(execution.asked_at));
    all.truncate(which.limit);
    Ok(all)
}

/// Shows one with what it wrote.
///
/// # Errors
/// What went wrong.
pub fn show(which: &Which, place: &Place) -> Result<(), Failure> {
    let reached = Reached::reach(place, false)?;
    let found = one(&reached, &which.id);
    reached.finish();
    let (execution, outputs) = found?;
    tell(&execution, &outputs, place.json)
}

/// Ends one.
///
/// # Errors
/// What went wrong.
pub fn cancel(which: &Which, place: &Place) -> Result<(), Failure> {
    place.may_change()?;
    let mut reached = Reached::with_hands(place, true)?;
    let asked = reached.ask(Request::Cancel { execution: which.id.clone() });
    // A running engine sees to the rest. One of our own would take that with it.
    let seen = match asked {
        Ok(_) if !reached.is_running() => reached.follow(&which.id, Some(A_WHILE), Execution::is_over),
        Ok(_) => Ok(None),
        Err(failure) => Err(failure),
    };
    reached.finish();
    let over = seen?.is_some();
    if place.json {
        return out::json(&json!({ "done": true }));
    }
    out::line(if over { "cancelled" } else { "cancelled; a machine that has begun may take a moment to stop" })
}

/// An execution with what it wrote.
///
/// # Errors
/// What went wrong.
pub fn one(reached: &Reached, id: &ExecutionId) -> Result<Ran, Failure> {
    match reached.ask(Request::Execution { execution: id.clone() })? {
        Reply::Execution(ran) => Ok(*ran),
        _ => Err(out::unexpected()),
    }
}

/// Prints an execution with what it wrote.
///
/// # Errors
/// When standard output can't be written.
pub fn tell(execution: &Execution, outputs: &[(InstanceId, Output)], json: bool) -> Result<(), Failure> {
    if json {
        let output = |(instance, output): &(InstanceId, Output)| {
            let mut one = json!(output);
            one["instance"] = json!(instance);
            one
        };
        let mut all = json!(execution);
        all["outputs"] = outputs.iter().map(output).collect();
        return out::json(&all);
    }
    let mut rows = vec![
        ("execution", execution.id.to_string()),
        ("state", state(execution)),
        ("incident", execution.incident_id.to_string()),
        ("asked", format!("{} by {}", execution.asked_at, execution.by.who)),
    ];
    if let Some(decision) = execution.approval.as_ref().and_then(|approval| approval.decided.as_ref()) {
        let word = if decision.approved { "approved" } else { "rejected" };
        let why = decision.why.as_deref().map_or_else(String::new, |why| format!(": {why}"));
        rows.push((word, format!("{} by {}{why}", decision.at, decision.by.who)));
    }
    rows.extend(execution.waits_for.clone().map(|what| ("waits for", what)));
    rows.extend(execution.command_id.clone().map(|id| ("command", id)));
    rows.extend(execution.request_id.clone().map(|id| ("AWS request", id)));
    for (name, value) in rows {
        out::line(SafeText::line(&format!("{name:<12} {value}")))?;
    }
    order(&execution.order)?;
    for target in &execution.order.targets {
        let run = execution.runs.iter().find(|run| run.instance == target.instance);
        let said = run.map_or("not heard of yet", |run| words(&run.status, &run.detail).says);
        let code = run.and_then(|run| run.exit_code).map(|code| format!("exit code {code}"));
        // What is meant by `Success` names its exit code already.
        let code = code.filter(|code| !said.ends_with(&**code)).map_or_else(String::new, |code| format!(", {code}"));
        out::line("")?;
        out::line(SafeText::line(&format!("{} {}: {said}{code}", target.instance, target.asset)))?;
        let Some((_, output)) = outputs.iter().find(|(instance, _)| *instance == target.instance) else { continue };
        for (name, text) in [("", &output.stdout), ("stderr: ", &output.stderr)] {
            for line in SafeText::lines(text, LINES) {
                out::line(format!("  {name}{line}"))?;
            }
        }
        if output.truncated {
            let more = output.kept_at.as_deref().map_or_else(String::new, |at| format!("; all of it is at {at}"));
            out::line(SafeText::line(&format!("  AWS keeps the first 24,000 characters, of errors 8,000{more}")))?;
        }
    }
    Ok(())
}

/// Prints what runs, and where, exactly.
///
/// # Errors
/// When standard output can't be written.
pub fn order(order: &Order) -> Result<(), Failure> {
    let rows = [
        ("what", order.title.clone()),
        ("risk", order.risk.word().into()),
        ("account", format!("{} in {}", order.account_id, order.region)),
        (
            "machines",
            order.targets.iter().map(|one| format!("{} {}", one.instance, one.asset)).collect::<Vec<_>>().join(", "),
        ),
        (
            "document",
            match &order.document_version {
                Some(version) => format!("{} version {version}", order.document),
                None => order.document.clone(),
            },
        ),
        ("timeout", format!("{} s", order.timeout_seconds)),
    ];
    for (name, value) in rows {
        out::line(SafeText::line(&format!("{name:<12} {value}")))?;
    }
    for (name, values) in &order.parameters {
        out::line(SafeText::line(&format!("{name}:")))?;
        for line in values.iter().flat_map(|value| SafeText::lines(value, LINES)) {
            out::line(format!("  {line}"))?;
        }
    }
    Ok(())
}

/// How far it is, in words.
pub fn state(execution: &Execution) -> String {
    match &execution.stage {
        Stage::Waiting => match &execution.approval {
            Some(approval) => format!("waits for approval until {}", approval.expires_at),
            None => "waits for approval".into(),
        },
        Stage::Ready => "about to be sent".into(),
        Stage::Sending => "sent; AWS has not confirmed it yet".into(),
        Stage::Running => {
            let over = |run: &&crate::core::execution::Run| words(&run.status, &run.detail).is_final;
            let done = execution.runs.iter().filter(over).count();
            format!("running, {done} of {} machines done", execution.order.instances().len())
        }
        Stage::Ended { outcome, why: Some(why) } => format!("{}: {why}", outcome.words()),
        Stage::Ended { outcome, why: None } => outcome.words().into(),
    }
}

fn machines(order: &Order) -> String {
    match &order.targets[..] {
        [only] => only.asset.clone(),
        many => format!("{} machines", many.len()),
    }
}
