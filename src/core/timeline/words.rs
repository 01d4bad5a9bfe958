//! How the lines of an incident's history read.

use super::{Event, OfSession};
use crate::core::execution::order::InstanceId;
use crate::core::id::SessionId;
use crate::core::time::{Moment, Span};

impl Event {
    /// In words, with times as `clock` writes them. What people and senders wrote is in it as they wrote it.
    pub fn words(&self, clock: impl Fn(Moment) -> String) -> String {
        let because = |why: &Option<String>| why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        match self {
            Self::Opened { follows: None } => "opened".into(),
            Self::Opened { follows: Some(before) } => format!("opened; follows {before}"),
            Self::Recurred => "began again".into(),
            Self::Worsened { severity } => format!("worsened to {severity}"),
            Self::Eased { severity } => format!("eased to {severity}"),
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
            Self::ExecutionAsked { execution, title, risk, machines, others, waits } => {
                let more = if *others > 0 { format!(" and {others} more") } else { String::new() };
                let waits = if *waits { ", waits for approval" } else { "" };
                format!("wants {title} run on {}{more}: {execution}, {} risk{waits}", named(machines), risk.word())
            }
            Self::RunsByItself { execution, title, machines } => {
                format!("RUNS BY ITSELF: {title} on {}: {execution}, nobody asked for it", named(machines))
            }
            Self::ExecutionApproved { execution, why } => format!("approved {execution}{}", because(why)),
            Self::ExecutionRejected { execution, why } => format!("rejected {execution}: {why}"),
            Self::ExecutionExpired { execution } => format!("{execution} was not approved in time"),
            Self::ExecutionSent { execution, command } => format!("{execution} was sent: AWS calls it {command}"),
            Self::ExecutionCancelled { execution, sent: false } => format!("cancelled {execution} before it was sent"),
            Self::ExecutionCancelled { execution, sent: true } => format!("wants {execution} cancelled"),
            Self::ExecutionEnded { execution, title, outcome, why, exit_codes, took } => {
                let codes: Vec<String> = exit_codes.iter().map(ToString::to_string).collect();
                let codes = if codes.is_empty() { String::new() } else { format!(", exit code {}", codes.join(", ")) };
                format!("{title} {} after {}{codes}: {execution}{}", outcome.words(), length(*took), because(why))
            }
            Self::ExecutionNotSent { execution, why } => format!("{execution} was not sent: {why}"),
            Self::ExecutionLost { execution, why } => format!("nobody knows what became of {execution}: {why}"),
            Self::Session { session, what } => what.words(session),
        }
    }
}

impl OfSession {
    fn words(&self, session: &SessionId) -> String {
        match self {
            Self::Asked { what } => format!("opens {session}: {what}"),
            Self::Opened => format!("{session} is open"),
            Self::Watched => format!("watches {session}"),
            Self::TakenOver { from: Some(from) } => format!("took {session} over from {from}"),
            Self::TakenOver { from: None } => format!("took {session} over"),
            Self::Detached => format!("left {session} running"),
            Self::Ended { how, why, exit_code, lasted } => {
                let code = exit_code.map(|code| format!(", exit code {code}")).unwrap_or_default();
                let why = why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
                format!("{session} {} after {}{code}{why}", how.words(), length(*lasted))
            }
        }
    }
}

/// The first few of some machines.
fn named(machines: &[InstanceId]) -> String {
    const FEW: usize = 3;
    let first: Vec<&str> = machines.iter().take(FEW).map(InstanceId::as_str).collect();
    let more = machines.len().saturating_sub(FEW);
    if more > 0 { format!("{} and {more} more", first.join(", ")) } else { first.join(", ") }
}

/// A length of time to the second.
fn length(span: Span) -> String {
    let seconds = span.0.max(0) / Span::SECOND.0;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}
