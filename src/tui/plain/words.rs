//! Incidents in sentences: the parts in a fixed order, the most telling first, nothing that only makes sense to look at.

use super::Plain;
use crate::core::board::Board;
use crate::core::incident::{Incident, Status};
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};
use crate::core::timeline::TimelineEntry;
use crate::link::Detail;
use crate::tui::popups::approvals::waiting_words;

/// Lines of history and alerts that are told at once.
const TOLD: usize = 10;

/// `17 open: 1 critical, 12 high. 15 not acknowledged.`
pub fn summary(board: &Board) -> String {
    let loud: Vec<_> = board.incidents().filter(|incident| incident.is_loud()).collect();
    let of = |severity: Severity| loud.iter().filter(|incident| incident.severity == severity).count();
    let counts: Vec<_> = Severity::ALL.into_iter().rev().map(|severity| (of(severity), severity)).collect();
    let counts = counts.iter().filter(|(count, _)| *count > 0).map(|(count, severity)| format!("{count} {severity}"));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let new = loud.iter().filter(|incident| incident.status == Status::New).count();
    let waiting = waiting_words(board).map(|words| format!(" {words}; executions tells which.")).unwrap_or_default();
    match loud.len() {
        0 => format!("No incident wants anybody. help tells what can be typed.{waiting}"),
        open => {
            format!("{open} open: {counts}. {new} not acknowledged. list tells which, help what can be typed.{waiting}")
        }
    }
}

/// `critical payment-gw high_latency, Acme Corp, comp_acme-i1`.
pub fn name(board: &Board, incident: &Incident) -> String {
    let Incident { id, severity, asset_name, signature, company_id, .. } = incident;
    format!("{severity} {asset_name} {signature}, {}, {id}", Plain::tenant_name(board, company_id))
}

/// Where it stands: `score 130, new, 5 alerts, open for 12m`.
pub fn standing(plain: &Plain, incident: &Incident) -> String {
    let mut parts = vec![format!("score {}", incident.priority_score), incident.status.word().replace('_', " ")];
    parts.extend(incident.assigned_to.as_ref().map(|who| format!("with {who}")));
    parts.extend(incident.acknowledged_by.as_ref().map(|who| format!("acknowledged by {who}")));
    parts.push(if incident.alert_count == 1 { "1 alert".into() } else { format!("{} alerts", incident.alert_count) });
    parts.push(format!("open for {}", plain.now - incident.opened_at));
    if incident.sla.breached() {
        parts.push("SLA breached".into());
    } else if let Some((promise, clock)) = incident.sla.next() {
        parts.push(format!("to {} by {}", promise.word(), time(plain, clock.due_at)));
    }
    parts.extend(incident.snoozed_until.map(|at| format!("snoozed until {}", time(plain, at))));
    parts.extend(incident.silenced_by.map(|window| format!("in silence {window}")));
    parts.join(", ")
}

/// All about one: where it stands, what its alerts say, what happened to it.
pub fn detail(plain: &Plain, detail: &Detail) -> Vec<String> {
    let incident = &*detail.incident;
    let mut lines = vec![format!("{}.", name(&plain.board, incident)), format!("{}.", standing(plain, incident))];
    lines.push(format!("Reported by {}.", incident.tool_sources.join(", ")));
    for alert in detail.alerts.iter().take(TOLD) {
        lines.push(format!(
            "Alert {}, {}: {}",
            time(plain, alert.received_at),
            alert.report.tool_source,
            alert.report.message
        ));
    }
    let skipped = detail.timeline.len().saturating_sub(TOLD);
    for entry in detail.timeline.iter().skip(skipped) {
        lines.push(format!("{}: {}", stamp(plain, entry), entry.what.words(|at| time(plain, at))));
    }
    lines
}

/// When, and who: `03:12 sam`.
pub fn stamp(plain: &Plain, entry: &TimelineEntry) -> String {
    let who = entry.who.as_ref().map(|who| format!(" {who}")).unwrap_or_default();
    format!("{}{who}", time(plain, entry.at))
}

/// `03:12`, with the date when that is another one.
pub fn time(plain: &Plain, at: Moment) -> String {
    let local = |at: Moment| at + (plain.utc_offset)(at);
    let text = local(at).to_string();
    let (day, time) = (text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default());
    let today = |at: Moment| local(at).0.div_euclid(Span::DAY.0);
    if today(at) == today(plain.now) { time.into() } else { format!("{day} {time}") }
}
