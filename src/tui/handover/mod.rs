//! Shift handover: what the next one must know, composed from the board and from what happened to its incidents. Pure; asking
//! for timelines is `ask`'s, showing it `popups::handover`'s.

mod ask;
mod executions;
mod markdown;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use markdown::markdown;

use crate::core::board::Board;
use crate::core::id::IncidentId;
use crate::core::incident::{Incident, Status};
use crate::core::severity::Severity;
use crate::core::silence::{Repeat, Window};
use crate::core::time::Moment;
use crate::core::timeline::{Event, TimelineEntry};

/// Of each kind, at most so many incidents are listed.
const LISTED: usize = 50;
/// Of what people did to one incident, at most so much.
const NOTES: usize = 8;

/// What a handover is made of.
pub struct Facts<'a> {
    /// Everything as it is now.
    pub board: &'a Board,
    /// Incidents that were resolved in the shift and have left the board.
    pub gone: &'a [Arc<Incident>],
    /// What happened to incidents, as far as it was asked for.
    pub timelines: &'a BTreeMap<IncidentId, Vec<TimelineEntry>>,
    /// When the shift began.
    pub since: Moment,
    /// The time.
    pub now: Moment,
    /// Who hands over.
    pub who: &'a str,
    /// A time of day, with the date when that is another one.
    pub clock: &'a dyn Fn(Moment) -> String,
}

/// A line of a handover. Names and notes are in it as people and senders wrote them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Line {
    /// What it is.
    Title(String),
    /// A sentence.
    Text(String),
    /// What follows.
    Heading(String),
    /// An incident.
    Incident(Severity, String),
    /// Something else that is there.
    Item(String),
    /// What somebody did or wrote about the incident above.
    Note(String),
}

/// The kinds of incidents, in the order in which they are listed.
const KINDS: [(Kind, &str); 6] = [
    (Kind::Breached, "SLA breached"),
    (Kind::Unseen, "Not acknowledged"),
    (Kind::InHand, "In hand"),
    (Kind::Snoozed, "Snoozed"),
    (Kind::Silenced, "In silences"),
    (Kind::Resolved, "Resolved in this shift"),
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Breached,
    Unseen,
    InHand,
    Snoozed,
    Silenced,
    Resolved,
}

impl Kind {
    /// Absent for what was over before the shift.
    fn of(incident: &Incident, since: Moment) -> Option<Self> {
        if !incident.is_open() {
            return incident.resolved_at.is_some_and(|at| at >= since).then_some(Self::Resolved);
        }
        Some(if incident.silenced_by.is_some() {
            Self::Silenced
        } else if incident.snoozed_until.is_some() {
            Self::Snoozed
        } else if incident.sla.breached() {
            Self::Breached
        } else if incident.status == Status::New {
            Self::Unseen
        } else {
            Self::InHand
        })
    }
}

/// The incidents whose timelines are worth asking for, the most important first.
pub fn wanted(board: &Board, gone: &[Arc<Incident>], since: Moment) -> Vec<IncidentId> {
    let kinds = by_kind(board, gone, since);
    let listed = kinds.into_values().flat_map(|incidents| incidents.into_iter().take(LISTED));
    listed.map(|incident| incident.id.clone()).collect()
}

/// Everything, line by line.
pub fn compose(facts: &Facts<'_>) -> Vec<Line> {
    let Facts { board, gone, since, now, who, clock, .. } = *facts;
    let kinds = by_kind(board, gone, since);
    let of = |kind: Kind| kinds.get(&kind).map(Vec::as_slice).unwrap_or_default();
    let mut lines = vec![Line::Title(format!("Handover of {who}, {} to {}", clock(since), clock(now)))];
    let open = board.incidents().filter(|incident| incident.is_open()).count();
    let new = board.incidents().filter(|incident| incident.opened_at >= since).count();
    let resolved = of(Kind::Resolved).len();
    lines.push(Line::Text(format!("{open} open, {new} opened and {resolved} resolved in this shift.")));
    for (kind, title) in KINDS {
        let incidents = of(kind);
        if incidents.is_empty() {
            continue;
        }
        lines.push(Line::Heading(format!("{title}: {}", incidents.len())));
        for incident in incidents.iter().take(LISTED) {
            lines.push(Line::Incident(incident.severity, about(facts, incident)));
            lines.extend(notes(facts, incident));
        }
        if incidents.len() > LISTED {
            lines.push(Line::Item(format!("and {} more", incidents.len() - LISTED)));
        }
    }
    lines.extend(executions::lines(facts));
    let windows: Vec<_> =
        board.tenants.iter().flat_map(|(id, panel)| panel.windows.values().map(move |w| (id, w))).collect();
    if !windows.is_empty() {
        lines.push(Line::Heading(format!("Silences and maintenance windows: {}", windows.len())));
        lines.extend(
            windows.into_iter().map(|(id, window)| Line::Item(format!("{id} {}", about_window(facts, window)))),
        );
    }
    lines
}

fn by_kind<'a>(board: &'a Board, gone: &'a [Arc<Incident>], since: Moment) -> BTreeMap<Kind, Vec<&'a Arc<Incident>>> {
    let mut kinds: BTreeMap<Kind, Vec<&Arc<Incident>>> = BTreeMap::new();
    let gone = gone.iter().filter(|incident| board.incident(&incident.id).is_none());
    for incident in board.incidents().chain(gone) {
        if let Some(kind) = Kind::of(incident, since) {
            kinds.entry(kind).or_default().push(incident);
        }
    }
    let order = |incident: &Incident| (std::cmp::Reverse(incident.priority_score), incident.opened_at);
    for incidents in kinds.values_mut() {
        incidents.sort_by(|a, b| order(a).cmp(&order(b)).then_with(|| a.id.cmp(&b.id)));
    }
    kinds
}

/// `comp_acme-i1 130 Acme Corp: payment-gw high_latency, opened 03:00, ×5, with sam`.
fn about(facts: &Facts<'_>, incident: &Incident) -> String {
    let clock = facts.clock;
    let tenant = facts.board.tenants.get(&incident.company_id).and_then(|panel| panel.tenant.as_ref());
    let tenant = tenant.map_or_else(|| incident.company_id.to_string(), |tenant| tenant.name.clone());
    let Incident { id, priority_score, asset_name, signature, alert_count, .. } = incident;
    let mut text =
        format!("{id} {priority_score} {tenant}: {asset_name} {signature}, opened {}", clock(incident.opened_at));
    let mut add = |part: String| text.push_str(&format!(", {part}"));
    if *alert_count > 1 {
        add(format!("{alert_count} alerts"));
    }
    match &incident.resolved_at {
        Some(at) => {
            let by = incident.resolved_by.as_ref().map_or_else(|| "by its tools".into(), |who| format!("by {who}"));
            add(format!("resolved {} {by}", clock(*at)));
            return text;
        }
        None => add(incident.assigned_to.as_ref().map_or_else(|| "with nobody".into(), |who| format!("with {who}"))),
    }
    if let Some(who) = &incident.acknowledged_by {
        let until = incident.acknowledged_until.map(|at| format!(" until {}", clock(at))).unwrap_or_default();
        add(format!("acknowledged by {who}{until}"));
    }
    incident.snoozed_until.into_iter().for_each(|at| add(format!("snoozed until {}", clock(at))));
    incident.silenced_by.into_iter().for_each(|number| add(format!("in window {number}")));
    if let Some((promise, clock_of)) = incident.sla.next() {
        add(format!("to {} by {}", promise.word(), clock(clock_of.due_at)));
    }
    if incident.flapping {
        add("flapping".into());
    }
    if incident.escalations > 0 {
        add("escalated".into());
    }
    text
}

/// What people did to an incident in the shift, the latest of it.
fn notes(facts: &Facts<'_>, incident: &Incident) -> Vec<Line> {
    let entries = facts.timelines.get(&incident.id).map(Vec::as_slice).unwrap_or_default();
    let told = |entry: &&TimelineEntry| {
        entry.at >= facts.since
            && match &entry.what {
                Event::Note { .. } | Event::SlaBreached { .. } | Event::Reopened => true,
                Event::Opened { .. } | Event::Recurred | Event::ToolJoined { .. } => false,
                _ => entry.who.is_some(),
            }
    };
    let told: Vec<_> = entries.iter().filter(told).collect();
    let say = |entry: &&TimelineEntry| {
        let by = entry.who.as_ref().map(|who| format!("{who} ")).unwrap_or_default();
        Line::Note(format!("{} {by}{}", (facts.clock)(entry.at), entry.what.words(facts.clock)))
    };
    told.iter().skip(told.len().saturating_sub(NOTES)).map(say).collect()
}

fn about_window(facts: &Facts<'_>, window: &Window) -> String {
    let Window { number, matches, begins_at, lasts, repeats, until, author, reason, .. } = window;
    let clock = facts.clock;
    let when = match repeats {
        Repeat::Once => format!("{} to {}", clock(*begins_at), clock(*begins_at + *lasts)),
        repeats => repeats.to_string(),
    };
    let until = until.map(|at| format!(" until {}", clock(at))).unwrap_or_default();
    format!("window {number} of {author}: {matches}; {when}{until}; {reason}")
}
