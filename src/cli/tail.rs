//! `tail`: what happens, as plain lines, for scripts and screen readers.

use clap::Args;

use super::out::{self, Failure};
use super::place::{Place, actor};
use super::reach::Reached;
use crate::core::alert::AlertStatus;
use crate::core::change::{Change, Published};
use crate::core::id::TenantId;
use crate::core::incident::Incident;
use crate::core::query::{Query, Viewer};
use crate::core::safe_text::SafeText;
use crate::engine;
use crate::link::Feed;

/// What to follow.
#[derive(Debug, Args)]
pub struct Tail {
    /// One client only
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// Words, and fields such as sev>=high, age<2h, asset:web-*, !noise
    #[arg(long, default_value = "", value_name = "QUERY")]
    query: String,
}

/// Runs until the engine ends, or whoever reads has enough.
///
/// # Errors
/// When no engine runs here.
pub fn run(tail: &Tail, place: &Place) -> Result<(), Failure> {
    let query = super::list::query(&tail.query)?;
    let mut reached = Reached::reach(place, true)?;
    if !reached.is_running() {
        reached.finish();
        let say = "no engine runs on this data folder, so nothing happens; start one with `alert-whisperer serve`";
        return Err(anyhow::anyhow!(say).into());
    }
    while let Some(piece) = reached.next() {
        match piece {
            Feed::Changes(changes) => {
                for published in changes.iter().filter(|published| wanted(published, tail, &query)) {
                    tell(published, place.json)?;
                }
            }
            Feed::Lost(why) => return Err(anyhow::anyhow!(why).into()),
            Feed::Snapshot(_) | Feed::Pulse(_) => {}
        }
    }
    Ok(())
}

/// Prints a change, if it has a line.
///
/// # Errors
/// When standard output can't be written.
pub fn tell(published: &Published, json: bool) -> Result<(), Failure> {
    if json {
        return out::json_line(published);
    }
    match say(&published.change) {
        Some(line) => out::line(SafeText::line(&line)),
        None => Ok(()),
    }
}

fn wanted(published: &Published, tail: &Tail, query: &Query) -> bool {
    let viewer = Viewer { who: &actor().who, now: engine::now() };
    if tail.tenant.as_ref().is_some_and(|tenant| *tenant != published.company_id) {
        return false;
    }
    match &published.change {
        Change::AlertReceived(alert) => query.matches_alert(alert, viewer),
        Change::IncidentCreated(incident) | Change::IncidentUpdated(incident) | Change::IncidentResolved(incident) => {
            query.matches(incident, viewer)
        }
        _ => query.is_empty(),
    }
}

/// A change as a line; absent for what an alert's own line says already.
fn say(change: &Change) -> Option<String> {
    match change {
        Change::AlertReceived(alert) => {
            let report = &alert.report;
            let what = if report.status == AlertStatus::Resolved { "resolved" } else { report.severity.word() };
            Some(format!(
                "{} {what:<8} {} {} {} [{}] {}",
                alert.received_at,
                alert.company_id,
                report.asset_name,
                report.signature,
                report.tool_source,
                report.message
            ))
        }
        Change::IncidentCreated(incident) => Some(of_incident(incident, "opened", incident.opened_at)),
        Change::IncidentResolved(incident) => {
            Some(of_incident(incident, "closed", incident.resolved_at.unwrap_or(incident.last_alert_at)))
        }
        Change::Quarantined { id, source, at, reason } => Some(format!("{at} unreadable {id} {source}: {reason}")),
        Change::TenantStopped { id, reason } => Some(format!("tenant {id} stopped: {reason}")),
        _ => None,
    }
}

fn of_incident(incident: &Incident, what: &str, at: crate::core::time::Moment) -> String {
    let Incident { id, severity, asset_name, signature, priority_score, .. } = incident;
    format!("{at} {what:<8} {id} {severity} {asset_name} {signature} score {priority_score}")
}
