//! `runbooks`: what may be run, on what, and exactly how.

use clap::Args;
use serde_json::json;

use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use crate::action::runbook::{Runbook, Shelf};
use crate::core::id::{IncidentId, TenantId};
use crate::core::safe_text::SafeText;
use crate::core::session::port;
use crate::link::remote::{BlankKind, Offer, Reached as Answer, Remote};

/// Lines of a runbook's commands that are printed.
const LINES: usize = 10_000;

/// Which.
#[derive(Debug, Args)]
pub struct Runbooks {
    /// All of this one
    name: Option<String>,
    /// With those of one client
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// As they are offered for one incident, those that are meant for it first
    #[arg(long, value_name = "ID", conflicts_with = "tenant")]
    incident: Option<IncidentId>,
}

/// Lists them, or shows one.
///
/// # Errors
/// What went wrong.
pub fn run(which: &Runbooks, place: &Place) -> Result<(), Failure> {
    let all = match &which.incident {
        Some(incident) => offered(incident, place)?,
        None => {
            let (shelf, mistakes) = Shelf::load(place.runbooks.as_deref());
            for mistake in mistakes {
                out::warn(&format!("left out: {mistake}"));
            }
            shelf.all(which.tenant.as_ref()).into_iter().map(offer).collect()
        }
    };
    match &which.name {
        None if place.json => out::json(&all),
        None => list(&all, which.incident.is_some()),
        Some(name) => {
            let found = all.into_iter().find(|one| one.name == *name);
            let found = found.ok_or_else(|| anyhow::anyhow!("no such runbook; `runbooks` lists them"))?;
            if place.json { out::json(&found) } else { show(&found) }
        }
    }
}

fn offered(incident: &IncidentId, place: &Place) -> Result<Vec<Offer>, Failure> {
    let reached = Reached::with_hands(place, false)?;
    let answer = reached.ask_remote(Remote::Runbooks { incident: incident.clone() });
    reached.finish();
    match answer? {
        Answer::Runbooks(offers) => Ok(offers),
        _ => Err(out::unexpected()),
    }
}

/// A runbook as it is offered when it is not known for what.
fn offer(runbook: &Runbook) -> Offer {
    let blank = |input: &crate::action::runbook::Input| crate::link::remote::Blank {
        name: input.name.clone(),
        doc: input.doc.clone(),
        kind: input.kind.clone(),
        value: String::new(),
    };
    Offer {
        name: runbook.name.clone(),
        doc: runbook.doc.clone(),
        risk: runbook.risk,
        platform: runbook.platform,
        document: runbook.document.clone(),
        commands: runbook.work.to_string(),
        timeout_seconds: runbook.timeout_seconds,
        inputs: runbook.inputs.iter().map(blank).collect(),
        forwards: runbook.forwards.clone(),
        fits: false,
        auto: runbook.auto,
        from: runbook.from.clone(),
    }
}

fn list(all: &[Offer], for_an_incident: bool) -> Result<(), Failure> {
    let mut table =
        Table::new(&["NAME", "RISK", "PLATFORM", "FROM", if for_an_incident { "FITS" } else { "AUTO" }, "DOES"]);
    for one in all {
        let marked = if for_an_incident { one.fits } else { one.auto };
        let mark = if marked { "yes" } else { "-" };
        table.row(&[&one.name, one.risk.word(), &word(&one.platform), &one.from, mark, &one.doc]);
    }
    table.print()
}

fn show(one: &Offer) -> Result<(), Failure> {
    let rows = [
        ("runbook", one.name.clone()),
        ("does", one.doc.clone()),
        ("risk", one.risk.word().into()),
        ("platform", word(&one.platform)),
        ("document", one.document.clone()),
        ("timeout", format!("{} s", one.timeout_seconds)),
        ("by itself", if one.auto { "where a client's `actions.auto` names it" } else { "never" }.into()),
        ("from", one.from.clone()),
    ];
    for (name, value) in rows {
        out::line(SafeText::line(&format!("{name:<10} {value}")))?;
    }
    for blank in &one.inputs {
        let value = if blank.value.is_empty() { String::new() } else { format!(", here {}", blank.value) };
        let said = format!("input      {}: {} ({}{value})", blank.name, blank.doc, takes(&blank.kind));
        out::line(SafeText::line(&said))?;
    }
    for forward in &one.forwards {
        let said = format!("port       {}: {}, {}", forward.name, port::written(&forward.kind()), forward.doc);
        out::line(SafeText::line(&said))?;
    }
    out::line("")?;
    SafeText::lines(&one.commands, LINES).into_iter().try_for_each(out::line)
}

fn takes(kind: &BlankKind) -> String {
    match kind {
        BlankKind::Instance => "an instance id".into(),
        BlankKind::Service => "the name of a service".into(),
        BlankKind::Path => "an absolute path".into(),
        BlankKind::Integer { min, max } => format!("a whole number from {min} to {max}"),
        BlankKind::Choice { of } => format!("one of {}", of.join(", ")),
        BlankKind::Text => "text".into(),
    }
}

/// A value's word in JSON.
fn word(value: &impl serde::Serialize) -> String {
    json!(value).as_str().unwrap_or_default().to_owned()
}
