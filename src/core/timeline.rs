//! An incident's history: what happened to it, when, and by whom.

use serde::{Deserialize, Serialize};

use super::id::IncidentId;
use super::severity::Severity;
use super::sla::Promise;
use super::time::Moment;

/// One line of an incident's history.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// Which incident.
    pub incident_id: IncidentId,
    /// When.
    pub at: Moment,
    /// The operator; absent when it happened by rule.
    pub who: Option<String>,
    /// Where the operator sat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seat: Option<String>,
    /// What happened.
    pub what: Event,
}

/// What can happen to an incident.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// It opened, perhaps as the successor of another.
    Opened {
        /// The one before.
        follows: Option<IncidentId>,
    },
    /// Another episode began.
    Recurred,
    /// An alert worse than all before came in.
    Worsened {
        /// From now on.
        severity: Severity,
    },
    /// One more tool reports it.
    ToolJoined {
        /// The tool.
        tool: String,
    },
    /// Seen by somebody.
    Acknowledged {
        /// Why that is enough for now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// For how long.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Moment>,
    },
    /// The acknowledgement has run out.
    AcknowledgementExpired,
    /// It got worse than it was when it was acknowledged.
    AcknowledgementBroken,
    /// Somebody works on it.
    Started,
    /// Left alone for a while.
    Snoozed {
        /// Until then.
        until: Moment,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Not left alone any more.
    Woke,
    /// Passed on to somebody who decides.
    Escalated {
        /// To whom; absent when nobody was there.
        to: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Nobody could be found for it.
    Unassigned {
        /// Why not.
        why: String,
    },
    /// Taken from whoever had it.
    Released,
    /// Three quarters of a clock have passed.
    SlaWarning {
        /// Which clock.
        promise: Promise,
    },
    /// A clock has run out.
    SlaBreached {
        /// Which clock.
        promise: Promise,
    },
    /// Another incident was merged into it.
    Merged {
        /// The other one.
        other: IncidentId,
    },
    /// It was merged into another incident.
    MergedInto {
        /// The other one.
        other: IncidentId,
    },
    /// A part of it became an incident of its own.
    SplitOff {
        /// The new one.
        other: IncidentId,
        /// How many alerts went with it.
        alerts: u64,
    },
    /// Alerts were added by hand.
    Gathered {
        /// How many.
        alerts: u64,
        /// Where they were; absent when they had no incident.
        from: Option<IncidentId>,
    },
    /// What was merged into it is an incident of its own again.
    Unmerged {
        /// The other one.
        other: IncidentId,
    },
    /// It is not part of another incident any more.
    UnmergedFrom {
        /// The other one.
        other: IncidentId,
    },
    /// It lies in a silence or maintenance window.
    Silenced {
        /// The window's number.
        window: u64,
        /// Who made it.
        author: String,
        /// Why.
        reason: String,
    },
    /// The window is over.
    SilenceEnded {
        /// The window's number.
        window: u64,
    },
    /// A change was taken back.
    Undone {
        /// Which, in words.
        what: String,
    },
    /// Given to somebody.
    Assigned {
        /// To whom.
        to: String,
    },
    /// Over.
    Resolved {
        /// What was done about it. As hostile as any text from outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// Back after having been resolved.
    Reopened,
    /// It has come back too often: its tools' word no longer resolves it at once.
    FlappingBegan,
    /// Still for one window.
    FlappingEnded,
    /// Somebody wrote something down.
    Note {
        /// What they wrote. As hostile as any text from outside.
        text: String,
    },
}

impl Event {
    /// In words, with times as `clock` writes them. What people and senders wrote is in it as they wrote it.
    pub fn words(&self, clock: impl Fn(Moment) -> String) -> String {
        let because = |why: &Option<String>| why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        match self {
            Self::Opened { follows: None } => "opened".into(),
            Self::Opened { follows: Some(before) } => format!("opened; follows {before}"),
            Self::Recurred => "began again".into(),
            Self::Worsened { severity } => format!("worsened to {severity}"),
            Self::ToolJoined { tool } => format!("{tool} reports it too"),
            Self::Acknowledged { why, until } => {
                let until = until.map(|at| format!(" until {}", clock(at))).unwrap_or_default();
                format!("acknowledged{until}{}", because(why))
            }
            Self::AcknowledgementExpired => "the acknowledgement ran out".into(),
            Self::AcknowledgementBroken => "worse than when it was acknowledged".into(),
            Self::Started => "work began".into(),
            Self::Assigned { to } => format!("assigned to {to}"),
            Self::Released => "released".into(),
            Self::Unassigned { why } => format!("nobody assigned: {why}"),
            Self::Snoozed { until, why } => format!("snoozed until {}{}", clock(*until), because(why)),
            Self::Woke => "woke".into(),
            Self::Escalated { to: Some(to), why } => format!("escalated to {to}{}", because(why)),
            Self::Escalated { to: None, why } => format!("escalated, and no lead is on call{}", because(why)),
            Self::SlaWarning { promise } => format!("three quarters of the time to {} have passed", promise.word()),
            Self::SlaBreached { promise } => format!("the time to {} has run out", promise.word()),
            Self::Merged { other } => format!("{other} was merged into it"),
            Self::MergedInto { other } => format!("merged into {other}"),
            Self::SplitOff { other, alerts } => format!("{alerts} of its alerts became {other}"),
            Self::Gathered { alerts, from: None } => format!("{alerts} alerts were correlated by hand"),
            Self::Gathered { alerts, from: Some(from) } => format!("{alerts} alerts came from {from}"),
            Self::Unmerged { other } => format!("{other} was taken out of it"),
            Self::UnmergedFrom { other } => format!("taken out of {other}"),
            Self::Silenced { window, author, reason } => format!("silenced by window {window} of {author}: {reason}"),
            Self::SilenceEnded { window } => format!("no longer silenced by window {window}"),
            Self::Undone { what } => format!("taken back: {what}"),
            Self::Resolved { note } => format!("resolved{}", because(note)),
            Self::Reopened => "reopened".into(),
            Self::FlappingBegan => "flaps: it no longer resolves and reopens at once".into(),
            Self::FlappingEnded => "still again".into(),
            Self::Note { text } => format!("note: {text}"),
        }
    }
}
