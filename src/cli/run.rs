//! `run`: a runbook or a command on an incident's machine. Without `--yes` it says what would run, and runs nothing.

use std::collections::BTreeMap;

use clap::Args;
use serde_json::json;

use super::executions::{one, order, state, tell};
use super::nodes;
use super::out::{self, Failure};
use super::place::Place;
use super::reach::Reached;
use crate::core::execution::order::InstanceId;
use crate::core::execution::{Execution, Outcome, Stage};
use crate::core::id::{ExecutionId, IncidentId};
use crate::core::safe_text::SafeText;
use crate::link::remote::{Draft, Located, Plan, Reached as Answer, Remote, Wanted};

/// What to run, and where.
#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("what").required(true).args(["runbook", "command"]),
    // As it would be made, what is required of the two comes first.
    override_usage = "alert-whisperer run [OPTIONS] <INCIDENT> <RUNBOOK|--command <TEXT>>"
)]
pub struct Run {
    /// For example comp_acme-i4
    incident: IncidentId,
    /// By its name; `runbooks` lists them
    runbook: Option<String>,
    /// In its place, a command for the machine's shell, or for PowerShell
    #[arg(long, value_name = "TEXT")]
    command: Option<String>,
    /// An input of the runbook; may be given again
    #[arg(long = "input", value_name = "NAME=VALUE", conflicts_with = "command")]
    inputs: Vec<String>,
    /// On this machine; the incident's own without it
    #[arg(long, value_name = "ID")]
    instance: Option<InstanceId>,
    /// Ended after so long
    #[arg(long, value_name = "SECONDS")]
    timeout: Option<u32>,
    /// Run exactly what is shown without it
    #[arg(long)]
    yes: bool,
    /// What has to be typed for it, where something has to be
    #[arg(long, value_name = "WORD")]
    word: Option<String>,
    /// Wait for its end and print what it wrote; ends with code 1 unless it succeeded
    #[arg(long)]
    wait: bool,
}

/// Shows what would run; with `--yes`, runs it.
///
/// # Errors
/// What went wrong, why it may not run, or that it did not succeed.
pub fn run(run: &Run, place: &Place) -> Result<(), Failure> {
    if run.yes {
        place.may_change()?;
    }
    let mut reached = Reached::with_hands(place, true)?;
    let ended = go(run, &mut reached, place.json);
    reached.finish();
    ended
}

fn go(run: &Run, reached: &mut Reached, json: bool) -> Result<(), Failure> {
    let instance = match &run.instance {
        Some(instance) => instance.clone(),
        None => locate(reached, &run.incident)?.0,
    };
    let draft = Draft {
        targets: vec![(run.incident.clone(), instance)],
        what: wanted(run)?,
        timeout_seconds: run.timeout,
        again: None,
    };
    let Answer::Plan(plan) = reached.ask_remote(Remote::Prepare(draft.clone()))? else { return Err(out::unexpected()) };
    if !run.yes {
        return refuse(&plan, &run.incident, json);
    }
    let asked = Remote::Run { draft, digest: plan.digest.clone(), typed: run.word.clone() };
    let Answer::Begun(id) = reached.ask_remote(asked)? else { return Err(out::unexpected()) };
    let waits = if run.wait {
        true
    } else {
        // What is asked of an engine of our own ends with it, unless it is in AWS' hands, or somebody else's.
        !reached.is_running() && {
            let settled = |one: &Execution| !matches!(one.stage, Stage::Ready | Stage::Sending);
            reached.follow(&id, None, settled)?;
            false
        }
    };
    if !waits {
        return begun(reached, &id, json);
    }
    if !json {
        out::line(format!("{id}: waiting for its end; ctrl-c leaves it to the engine"))?;
    }
    reached.follow(&id, None, Execution::is_over)?;
    let (execution, outputs) = one(reached, &id)?;
    tell(&execution, &outputs, json)?;
    match execution.outcome() {
        Some(Outcome::Success) => Ok(()),
        _ => Err(anyhow::anyhow!("{id} {}", state(&execution)).into()),
    }
}

fn wanted(run: &Run) -> Result<Wanted, Failure> {
    if let Some(text) = &run.command {
        return Ok(Wanted::Command { text: text.clone() });
    }
    let pair = |pair: &String| match pair.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.to_owned())),
        None => Err(Failure::wrong_words("inputs are given as NAME=VALUE; `runbooks NAME` lists them")),
    };
    let inputs = run.inputs.iter().map(pair).collect::<Result<BTreeMap<_, _>, _>>()?;
    Ok(Wanted::Runbook { name: run.runbook.clone().unwrap_or_default(), inputs })
}

/// The one machine behind an incident, and what the incident calls it.
///
/// # Errors
/// There is none, or somebody has to choose.
pub fn locate(reached: &Reached, incident: &IncidentId) -> Result<(InstanceId, String), Failure> {
    let asked = Remote::Locate { incidents: vec![incident.clone()] };
    let Answer::Located(mut located) = reached.ask_remote(asked)? else { return Err(out::unexpected()) };
    let Some(Located { asset, nodes, how, .. }) = located.pop() else { return Err(out::unexpected()) };
    match &nodes[..] {
        [only] => Ok((only.instance.clone(), asset)),
        [] => Err(anyhow::anyhow!("no machine is known for {incident}: {how}").into()),
        many => {
            nodes::table(many).print()?;
            Err(Failure::wrong_words(format!("{how}; choose one of these with --instance ID")))
        }
    }
}

/// Shows what would run, and says that nothing did.
fn refuse(plan: &Plan, incident: &IncidentId, json: bool) -> Result<(), Failure> {
    if json {
        out::json(plan)?;
    } else {
        out::line(SafeText::line(&format!("tenant       {}, for {incident}", incident.tenant)))?;
        order(&plan.order)?;
        out::line(format!("digest       {}", plan.digest))?;
        for warning in &plan.warnings {
            out::line(SafeText::line(&format!("warning      {warning}")))?;
        }
        if plan.gate.approval {
            out::line("It waits for somebody else's approval, for at most an hour.")?;
        }
    }
    let word = if plan.gate.typed { format!(" --word '{}'", plan.order.word()) } else { String::new() };
    Err(Failure::wrong_words(format!("nothing was run; to run exactly this, say so with --yes{word}")))
}

fn begun(reached: &Reached, id: &ExecutionId, json: bool) -> Result<(), Failure> {
    let (execution, _) = one(reached, id)?;
    if json {
        return out::json(&json!(execution));
    }
    out::line(SafeText::line(&format!("{id} {}", state(&execution))))
}
