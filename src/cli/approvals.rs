//! `approvals`, `approve`, `reject`: what waits for a second person, and their word on it.

use clap::Args;
use serde_json::json;

use super::executions::{one, order};
use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use crate::core::execution::Execution;
use crate::core::id::ExecutionId;
use crate::link::{Feed, Request};

/// What to approve.
#[derive(Debug, Args)]
pub struct Approve {
    /// For example comp_acme-x4
    id: ExecutionId,
    /// Why; the one who asked will read it
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Only what has this digest; `execution ID --json` and the screen show it
    #[arg(long, value_name = "HEX")]
    digest: Option<String>,
}

/// What to reject.
#[derive(Debug, Args)]
pub struct Reject {
    /// For example comp_acme-x4
    id: ExecutionId,
    /// Why; the one who asked will read it
    #[arg(long, value_name = "TEXT")]
    why: String,
}

/// Lists what waits for somebody's approval, what runs out first before the rest.
///
/// # Errors
/// What went wrong.
pub fn list(place: &Place) -> Result<(), Failure> {
    let mut reached = Reached::reach(place, true)?;
    let piece = reached.next();
    reached.finish();
    let Some(Feed::Snapshot(snapshot)) = piece else { return Err(out::unexpected()) };
    let all = snapshot.tenants.into_iter().flat_map(|part| part.executions);
    let mut waiting: Vec<_> = all.filter(|execution| execution.awaits_approval()).collect();
    let until = |execution: &Execution| execution.approval.as_ref().map(|approval| approval.expires_at);
    waiting.sort_by_key(|execution| until(execution));
    if place.json {
        return out::json(&waiting);
    }
    let mut table = Table::new(&["ID", "UNTIL", "ASKED BY", "INCIDENT", "WHAT", "RISK", "MACHINES"]);
    for execution in &waiting {
        table.row(&[
            &execution.id.to_string(),
            &until(execution).map_or_else(String::new, |at| at.to_string()),
            &execution.by.who,
            &execution.incident_id.to_string(),
            &execution.order.title,
            execution.order.risk.word(),
            &execution.order.word(),
        ]);
    }
    table.print()
}

/// Says yes, to exactly what it shows.
///
/// # Errors
/// What went wrong, or why not.
pub fn approve(approve: &Approve, place: &Place) -> Result<(), Failure> {
    let Approve { id, why, digest } = approve;
    decide(place, id, "approved", |execution| Request::Approve {
        execution: id.clone(),
        digest: digest.clone().unwrap_or(execution.digest.clone()),
        why: why.clone(),
    })
}

/// Says no.
///
/// # Errors
/// What went wrong, or why not.
pub fn reject(reject: &Reject, place: &Place) -> Result<(), Failure> {
    let Reject { id, why } = reject;
    decide(place, id, "rejected", |_| Request::Reject { execution: id.clone(), why: why.clone() })
}

fn decide(
    place: &Place,
    id: &ExecutionId,
    word: &str,
    request: impl FnOnce(&Execution) -> Request,
) -> Result<(), Failure> {
    place.may_change()?;
    let reached = Reached::reach(place, false)?;
    let running = reached.is_running();
    let decided = one(&reached, id).and_then(|(execution, _)| {
        reached.ask(request(&execution))?;
        Ok(execution)
    });
    reached.finish();
    let execution = decided?;
    if place.json {
        return out::json(&json!({ "done": true, "id": id, "digest": execution.digest }));
    }
    out::line(format!("{word} {id}:"))?;
    order(&execution.order)?;
    if word == "approved" && !running {
        out::line("No engine runs that would send it: start one within two minutes, or it is not sent.")?;
    }
    Ok(())
}
