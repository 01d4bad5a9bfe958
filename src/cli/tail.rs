//! `tail`: what happens, as plain lines, for scripts and screen readers.

use std::collections::BTreeMap;
use std::sync::Arc;

use clap::Args;

use super::out::{self, Failure};
use super::place::{Place, actor};
use super::reach::Reached;
use crate::core::alert::AlertStatus;
use crate::core::board::Snapshot;
use crate::core::change::{Change, Published};
use crate::core::execution::Execution;
use crate::core::execution::passage::Passage;
use crate::core::id::{ExecutionId, SessionId, TenantId};
use crate::core::incident::Incident;
use crate::core::query::{Query, Viewer};
use crate::core::safe_text::SafeText;
use crate::core::session::{self, Session};
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
    let mut heard = Heard::default();
    while let Some(piece) = reached.next() {
        match piece {
            Feed::Changes(changes) => {
                for published in changes.iter().filter(|published| wanted(published, tail, &query)) {
                    heard.tell(published, place.json)?;
                }
            }
            Feed::Lost(why) => return Err(anyhow::anyhow!(why).into()),
            Feed::Snapshot(snapshot) => heard.begin(&snapshot),
            Feed::Pulse(_) | Feed::Present(_) | Feed::Away(_) => {}
        }
    }
    Ok(())
}

/// What was heard of executions and sessions: a line is due when one has come to something else.
#[derive(Debug, Default)]
pub struct Heard {
    executions: BTreeMap<ExecutionId, Arc<Execution>>,
    sessions: BTreeMap<SessionId, Arc<Session>>,
}

impl Heard {
    /// Everything as it is now.
    pub fn begin(&mut self, snapshot: &Snapshot) {
        let all = snapshot.tenants.iter().flat_map(|part| &part.executions);
        self.executions = all.map(|one| (one.id.clone(), one.clone())).collect();
        let all = snapshot.tenants.iter().flat_map(|part| &part.sessions);
        self.sessions = all.map(|one| (one.id.clone(), one.clone())).collect();
    }

    /// Prints a change, if it has a line.
    ///
    /// # Errors
    /// When standard output can't be written.
    pub fn tell(&mut self, published: &Published, json: bool) -> Result<(), Failure> {
        if json {
            return out::json_line(published);
        }
        match self.say(&published.change) {
            Some(line) => out::line(SafeText::line(&line)),
            None => Ok(()),
        }
    }

    /// A change as a line; absent for what another line says already.
    fn say(&mut self, change: &Change) -> Option<String> {
        match change {
            Change::ExecutionChanged(is) => {
                let was = self.executions.insert(is.id.clone(), is.clone());
                let passage = Passage::between(was.as_deref(), is)?;
                let at = is.approval.as_ref().and_then(|approval| Some(approval.decided.as_ref()?.at));
                let at = match passage {
                    Passage::Asked => Some(is.asked_at),
                    Passage::Begun => is.sent_at,
                    Passage::Approved => at,
                    _ => is.ended_at,
                };
                Some(format!("{} execution {}", at.unwrap_or(is.asked_at), passage.words(is)))
            }
            Change::ExecutionForgotten { id } => {
                self.executions.remove(id);
                None
            }
            Change::SessionChanged(is) => {
                let was = self.sessions.insert(is.id.clone(), is.clone());
                let passage = session::passage::Passage::between(was.as_deref(), is)?;
                let at = match passage {
                    session::passage::Passage::Asked => is.asked_at,
                    session::passage::Passage::Opened => is.opened_at.unwrap_or(is.asked_at),
                    _ => is.ended_at.unwrap_or_else(engine::now),
                };
                Some(format!("{at} session {}", passage.words(is)))
            }
            Change::SessionForgotten { id } => {
                self.sessions.remove(id);
                None
            }
            other => say(other),
        }
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
        Change::Quarantined { id, source, at, reason, .. } => Some(format!("{at} unreadable {id} {source}: {reason}")),
        Change::TenantStopped { id, reason } => Some(format!("tenant {id} stopped: {reason}")),
        _ => None,
    }
}

fn of_incident(incident: &Incident, what: &str, at: crate::core::time::Moment) -> String {
    let Incident { id, severity, asset_name, signature, priority_score, .. } = incident;
    format!("{at} {what:<8} {id} {severity} {asset_name} {signature} score {priority_score}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::execution::Stage;
    use crate::core::testing::execution;

    #[test]
    fn an_execution_has_a_line_for_what_it_comes_to_and_none_for_how_far_it_is() {
        let mut heard = Heard::default();
        let mut say = |stage: &Stage| {
            let one = Execution { stage: stage.clone(), ..execution("comp_acme", 2) };
            heard.say(&Change::ExecutionChanged(Arc::new(one)))
        };
        let what = "restart-nginx on web-01 (comp_acme-x2)";
        let asked = format!("1970-01-01T00:00:00.000Z execution sam asks for approval of {what}");
        assert_eq!(say(&Stage::Waiting), Some(asked));
        assert_eq!(say(&Stage::Waiting), None);
        assert!(say(&Stage::Ready).is_some_and(|line| line.ends_with(&format!("somebody approved {what}"))));
        assert_eq!(say(&Stage::Sending), None);
        assert!(say(&Stage::Running).is_some());
        assert_eq!(say(&Stage::Running), None);
    }
}
