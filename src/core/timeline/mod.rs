//! An incident's history: what happened to it, when, and by whom. How that reads is in `words`.

mod words;

use serde::{Deserialize, Serialize};

use super::execution::Outcome;
use super::execution::order::InstanceId;
use super::id::{ExecutionId, IncidentId, SessionId};
use super::role::Risk;
use super::session::End;
use super::severity::Severity;
use super::sla::Promise;
use super::time::{Moment, Span};

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

/// What can happen to a session on account of an incident.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum OfSession {
    /// Somebody wants it.
    Asked {
        /// What and where, in words. As hostile as any text from outside.
        what: String,
    },
    /// The machine is ready.
    Opened,
    /// Somebody looks on.
    Watched,
    /// Somebody else types from now on.
    TakenOver {
        /// Who did before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
    },
    /// It was left running on purpose.
    Detached,
    /// It is over.
    Ended {
        /// How.
        how: End,
        /// Why. As hostile as any text from outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// Of a command.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exit_code: Option<i32>,
        /// From its opening to its end.
        lasted: Span,
    },
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
    /// Its sender says that what made it as bad as it was is less bad by now.
    Eased {
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
    /// Somebody wants something run on its machines.
    ExecutionAsked {
        /// Which execution.
        execution: ExecutionId,
        /// What it is called. As hostile as any text from outside.
        title: String,
        /// What it may do to them.
        risk: Risk,
        /// The incident's machines.
        machines: Vec<InstanceId>,
        /// How many machines of other incidents it is for too.
        #[serde(default, skip_serializing_if = "is_zero")]
        others: usize,
        /// Somebody else has to approve.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        waits: bool,
    },
    /// A runbook runs, and nobody asked for it.
    RunsByItself {
        /// Which execution.
        execution: ExecutionId,
        /// What it is called.
        title: String,
        /// The incident's machines.
        machines: Vec<InstanceId>,
    },
    /// A second person said yes.
    ExecutionApproved {
        /// To which execution.
        execution: ExecutionId,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A second person said no.
    ExecutionRejected {
        /// To which execution.
        execution: ExecutionId,
        /// Why.
        why: String,
    },
    /// No second person said anything in time.
    ExecutionExpired {
        /// About which execution.
        execution: ExecutionId,
    },
    /// AWS has it.
    ExecutionSent {
        /// Which execution.
        execution: ExecutionId,
        /// What AWS calls it.
        command: String,
    },
    /// Somebody wants it no more.
    ExecutionCancelled {
        /// Which execution.
        execution: ExecutionId,
        /// AWS may have it: it ends when the machines say so.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        sent: bool,
    },
    /// All machines are done.
    ExecutionEnded {
        /// Which execution.
        execution: ExecutionId,
        /// What it is called.
        title: String,
        /// How, on all machines together.
        outcome: Outcome,
        /// Why, when not well. As hostile as any text from outside.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
        /// Of the incident's machines.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        exit_codes: Vec<i32>,
        /// From its sending to its end.
        took: Span,
    },
    /// AWS never got it.
    ExecutionNotSent {
        /// Which execution.
        execution: ExecutionId,
        /// Why.
        why: String,
    },
    /// Nobody can find out what became of it.
    ExecutionLost {
        /// Which execution.
        execution: ExecutionId,
        /// Why.
        why: String,
    },
    /// Something about a session on its machine.
    Session {
        /// Which session.
        session: SessionId,
        /// What.
        what: OfSession,
    },
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
