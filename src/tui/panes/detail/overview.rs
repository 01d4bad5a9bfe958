//! Where the incident stands, how long it may wait, why it is where it is in the list, and what is known of it.
//!
//! ```text
//! state     acknowledged by priya until 05:12:40: waiting for parts
//! score     130 = critical 90 + asset 20 + duplicates 10 + tools 10
//! clocks    ● 3h48m left to resolve, until 07:00:40
//! why       +90 for severity critical
//!           +20 payment-gw is on the list of critical assets
//! before    this happened 7 times in 30 days, last time resolved by priya after 12m with: …
//! ```

use super::known::Known;
use super::text::{Line, hanging};
use crate::core::execution::Execution;
use crate::core::id::IncidentId;
use crate::core::incident::{Incident, Status};
use crate::core::limit::Limit;
use crate::core::sla::{Clock, Promise};
use crate::core::time::Span;
use crate::link::Similar;
use crate::tui::app::App;
use crate::tui::clock;
use crate::tui::popups::run::execution::stage_role;
use crate::tui::presence;
use crate::tui::theme::Role;

/// Executions that are named.
const EXECUTIONS: usize = 5;
/// Open sessions that are named.
const SESSIONS: usize = 3;
/// Links of all alerts that are shown.
const LINKS: usize = 8;

/// What a line is about, in front of it.
pub fn label(name: &str) -> Line {
    Line::dim(&format!("{name:<10}"))
}

/// The tab's lines.
pub fn lines(app: &App, incident: &Incident, known: &Known, width: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut field = |name: &str, text: &str, role| lines.extend(hanging(label(name), text, role, width));
    let state = if incident.status == Status::New { Role::Title } else { Role::Text };
    field("state", &stands(app, incident), state);
    if let Some(here) = presence::here(&app.lookers(&incident.id)) {
        field("here", &here, Role::Badge);
    }
    field("score", &sum(incident, app.look.glyphs.minus), Role::Text);
    for promise in Promise::ALL {
        if let Some(clock) = incident.sla.of(promise) {
            let (text, role) = runs(app, promise, clock, incident);
            field(if promise == Promise::Respond { "clocks" } else { "" }, &text, role);
        }
    }
    for (at, (worth, reason)) in reasons(incident).into_iter().enumerate() {
        let sign = if worth < 0 { app.look.glyphs.minus } else { "+" };
        field(if at == 0 { "why" } else { "" }, &format!("{sign}{} {reason}", worth.unsigned_abs()), Role::Dim);
    }
    for (name, text) in quiet(app, incident) {
        field(name, &text, Role::Badge);
    }
    for (at, execution) in app.board.executions_of(&incident.id).take(EXECUTIONS).enumerate() {
        let ago = roughly(app.now - execution.asked_at);
        let text = format!("{} {}, {ago} ago by {}", execution.id, ran(execution), execution.by.who);
        let text = if at == 0 { format!("{text}; {} shows it", app.key_of("follow")) } else { text };
        field(if at == 0 { "ran" } else { "" }, &text, stage_role(execution));
    }
    for (at, (text, role)) in on_it(app, incident).into_iter().enumerate() {
        field(if at == 0 { "session" } else { "" }, &text, role);
    }
    if let Some(Ok(similar)) = known.similar(&incident.id) {
        field("before", &sentence(similar), Role::Text);
    }
    for (name, text) in facts(app, incident, known) {
        field(name, &text, Role::Text);
    }
    let mut links: Vec<&String> = Vec::new();
    for link in known.alerts.iter().flat_map(|alert| &alert.report.links) {
        if links.len() < LINKS && !links.contains(&link) {
            links.push(link);
        }
    }
    for link in links {
        field("link", link, Role::Key);
    }
    lines
}

/// The sessions on its account: those that are open, each with who has it, and the last that was.
fn on_it(app: &App, incident: &Incident) -> Vec<(String, Role)> {
    let panel = app.board.tenants.get(&incident.id.tenant);
    let all = panel.into_iter().flat_map(|panel| panel.sessions.values().rev());
    let all: Vec<_> = all.filter(|one| one.wish.incident.as_ref() == Some(&incident.id)).collect();
    let open = all.iter().filter(|one| !one.is_over());
    let key = app.key_of("sessions");
    let open = open
        .take(SESSIONS)
        .map(|one| (format!("s{} {}: {}; {key} lists it", one.id.number, one.standing(), one.hands()), Role::Badge));
    let mut lines: Vec<_> = open.collect();
    if lines.is_empty() {
        lines.extend(all.first().map(|one| {
            let ago = one.ended_at.map(|at| format!(", {} ago", roughly(app.now - at))).unwrap_or_default();
            (format!("s{} of {} {}{ago}", one.id.number, one.by.who, one.standing()), Role::Dim)
        }));
    }
    lines
}

/// Its status, who has it, and who has said what about it.
fn stands(app: &App, incident: &Incident) -> String {
    let clock = |at| clock::day_and_time(app, at);
    let because = |why: &Option<String>| why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
    let owner = match &incident.assigned_to {
        Some(owner) => format!("with {owner}"),
        None => "unassigned".into(),
    };
    match incident.status {
        Status::New => format!("new, {owner}{}", because(&incident.unassigned_because)),
        Status::Acknowledged => {
            let by = incident.acknowledged_by.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
            let until = incident.acknowledged_until.map(|at| format!(" until {}", clock(at))).unwrap_or_default();
            format!("{owner}, acknowledged{by}{until}{}", because(&incident.acknowledged_because))
        }
        Status::InProgress => format!("{owner}, in progress"),
        Status::Resolved => {
            let by = incident.resolved_by.as_deref().unwrap_or("its tools");
            let at = incident.resolved_at.map(clock).unwrap_or_default();
            match &incident.merged_into {
                Some(other) => format!("merged into {other} {at}"),
                None => format!("resolved by {by} {at}"),
            }
        }
    }
}

/// A clock: what is left, or by how much it is late.
fn runs(app: &App, promise: Promise, clock: &Clock, incident: &Incident) -> (String, Role) {
    let glyphs = app.look.glyphs;
    let word = promise.word();
    let limit = roughly(clock.due_at - clock.from);
    let due = clock::day_and_time(app, clock.due_at);
    match clock.left(app.now) {
        Some(left) if clock.breached || left < Span(0) => {
            let late = roughly(Span(-left.0));
            (format!("{} late to {word} by {late}, since {due}", glyphs.trouble), Role::Critical)
        }
        Some(left) if clock.warned => {
            (format!("{} only {} left to {word}, until {due}", glyphs.severity[2], roughly(left)), Role::High)
        }
        Some(left) => (format!("{} {} left to {word}, until {due}", glyphs.fine, roughly(left)), Role::Fine),
        None => {
            let took = clock.stopped_at.map_or(Span(0), |at| at - clock.from);
            let done = match (promise, incident.status) {
                // In a window nobody has to answer.
                (Promise::Respond, Status::New) if incident.silenced_by.is_some() => "stopped",
                (Promise::Respond, _) => "answered",
                (Promise::Resolve, Status::Resolved) => "resolved",
                (Promise::Resolve, _) => "stopped",
            };
            match clock.breached {
                true => (format!("{} {done} after {}, promised {limit}", glyphs.trouble, roughly(took)), Role::High),
                false => (format!("{} {done} after {}, promised {limit}", glyphs.fine, roughly(took)), Role::Dim),
            }
        }
    }
}

/// `94 = high 60 + asset 20 + duplicates 6 + tools 10 − age 2`.
pub fn sum(incident: &Incident, minus: &str) -> String {
    let terms = &incident.score_terms;
    let mut text = format!("{} = {} {}", incident.priority_score, incident.severity, terms.severity);
    let parts =
        [("asset", terms.critical_asset), ("duplicates", terms.duplicates), ("tools", terms.tools), ("age", terms.age)];
    for (name, worth) in parts {
        match worth {
            0 => {}
            1.. => text.push_str(&format!(" + {name} {worth}")),
            _ => text.push_str(&format!(" {minus} {name} {}", worth.unsigned_abs())),
        }
    }
    text
}

/// Why it is where it is in the list: every term that counts, with its reason.
fn reasons(incident: &Incident) -> Vec<(i32, String)> {
    let terms = &incident.score_terms;
    let tools = incident.tool_sources.join(" ");
    let reasons = [
        (terms.severity, format!("for severity {}", incident.severity)),
        (terms.critical_asset, format!("{} is on the list of critical assets", incident.asset_name)),
        (terms.duplicates, format!("{} alerts in this episode", incident.episode_count)),
        (terms.tools, format!("{} tools report it: {tools}", incident.tool_sources.len())),
        (terms.age, "for its age: a point for each hour that it is open".into()),
    ];
    reasons.into_iter().filter(|(worth, _)| *worth != 0).collect()
}

/// Why it is left alone, and who was told.
fn quiet(app: &App, incident: &Incident) -> Vec<(&'static str, String)> {
    let clock = |at| clock::day_and_time(app, at);
    let mut quiet = Vec::new();
    if let Some(until) = incident.snoozed_until {
        quiet.push(("snoozed", format!("until {}", clock(until))));
    }
    if let Some(number) = incident.silenced_by {
        let panel = app.board.tenants.get(&incident.id.tenant);
        let window = panel.and_then(|panel| panel.windows.get(&number));
        let text = window.map(|window| format!(" of {}: {}", window.author, window.reason)).unwrap_or_default();
        quiet.push(("silenced", format!("by window {number}{text}")));
    }
    if incident.escalations > 0 {
        quiet.push(("escalated", times(incident.escalations.into())));
    }
    if incident.flapping {
        quiet.push(("flapping", "its tools' word no longer resolves it at once".into()));
    }
    quiet
}

fn facts(app: &App, incident: &Incident, known: &Known) -> Vec<(&'static str, String)> {
    let clock = |at| clock::day_and_time(app, at);
    let ago = |at| roughly(app.now - at);
    let mut facts = vec![
        ("opened", format!("{} ago, {}", ago(incident.opened_at), clock(incident.opened_at))),
        ("latest", format!("{} ago, {}", ago(incident.last_alert_at), clock(incident.last_alert_at))),
        ("alerts", counted_alerts(incident, known)),
    ];
    let counted = [(incident.recurrences, "began again"), (incident.flaps, "reopened")];
    for (count, what) in counted.into_iter().filter(|(count, _)| *count > 0) {
        facts.push(("", format!("{what} {}", times(count.into()))));
    }
    facts.push(("tools", incident.tool_sources.join(" ")));
    facts.push(("category", incident.category.clone()));
    facts.extend(incident.instance_id.clone().map(|id| ("instance", id)));
    facts.extend(incident.follows.as_ref().map(|before| ("follows", before.to_string())));
    let part = |number: &u64| IncidentId { tenant: incident.id.tenant.clone(), number: *number }.to_string();
    let parts: Vec<_> = incident.merged.iter().map(part).collect();
    facts.extend((!parts.is_empty()).then(|| ("holds", parts.join(" "))));
    facts
}

/// `5`, or `5, reported 12 times` where tools have repeated some of those that are kept.
fn counted_alerts(incident: &Incident, known: &Known) -> String {
    let again: u64 = known.alerts.iter().map(|alert| u64::from(alert.seen.saturating_sub(1))).sum();
    match again {
        0 => incident.alert_count.to_string(),
        again => format!("{}, reported {}", incident.alert_count, times(incident.alert_count.saturating_add(again))),
    }
}

/// `disk-evidence on web-03 succeeded`.
fn ran(execution: &Execution) -> String {
    format!("{} on {}: {}", execution.order.title, execution.machines(), execution.standing())
}

/// What has become of the same trouble before.
pub fn sentence(similar: &Similar) -> String {
    let Some(last) = similar.incidents.first() else { return "this has not happened before".into() };
    let how_often = match similar.within_30_days {
        0 => "this has not happened in 30 days".into(),
        count => format!("this happened {} in 30 days", times(count)),
    };
    let incident = &last.incident;
    let Some(at) = incident.resolved_at else { return format!("{how_often}, last time is not resolved") };
    let by = incident.resolved_by.as_deref().unwrap_or("its tools");
    let with = last.note.as_ref().map(|note| format!(" with: {note}")).unwrap_or_default();
    format!("{how_often}, last time resolved by {by} after {}{with}", roughly(at - incident.opened_at))
}

fn times(count: u64) -> String {
    if count == 1 { "once".into() } else { format!("{count} times") }
}

/// A length of time to the minute, of more than a day to the hour: `<1m`, `12m`, `3h48m`, `2d3h`.
pub fn roughly(span: Span) -> String {
    let unit = if span >= Span::DAY { Span::HOUR } else { Span::MINUTE };
    match span.0.max(0) / unit.0 * unit.0 {
        0 => "<1m".into(),
        rough => Limit(Some(Span(rough))).to_string(),
    }
}
