//! Executions: what was ordered, who let it pass, how far it is, and how it ended. What AWS calls a state is put into words
//! by `status`, what it comes to is in `judge`; what may happen when is in `caseload::executions`; sending and following are
//! `action`'s.

pub mod judge;
pub mod order;
pub mod passage;
pub mod status;
pub mod step;

use serde::{Deserialize, Serialize};

use self::order::{InstanceId, Order};
use super::id::{ExecutionId, IncidentId};
use super::input::Actor;
use super::time::{Moment, Span};

/// How long a request for approval waits.
pub const APPROVAL_FOR: Span = Span::HOUR;
/// Who asks for what runs by itself. No person may go by that name.
pub const BY_ITSELF: &str = "auto-remediation";

/// One order and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Execution {
    /// Which.
    pub id: ExecutionId,
    /// The incident that it was asked for at; its targets may be of more.
    pub incident_id: IncidentId,
    /// Who asked.
    pub by: Actor,
    /// When.
    pub asked_at: Moment,
    /// What.
    pub order: Order,
    /// Of the order, as it was confirmed.
    pub digest: String,
    /// How far it is.
    pub stage: Stage,
    /// Somebody else has to approve, or has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Who wants it cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled_by: Option<String>,
    /// What AWS calls it, once that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_id: Option<String>,
    /// The AWS request that sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// When it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<Moment>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Moment>,
    /// Each machine's part, in the order of the targets; empty until it was sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<Run>,
    /// What is being waited for, when that is not the machines: throttling, the network, credentials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits_for: Option<String>,
}

/// How far an execution is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum Stage {
    /// Somebody has to approve.
    Waiting,
    /// To be sent.
    Ready,
    /// On its way; whether AWS has it is not known. It is never sent again from here, only looked for.
    Sending,
    /// AWS has it.
    Running,
    /// Over.
    Ended {
        /// How.
        outcome: Outcome,
        /// Why, where there is more to say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
}

/// How an execution ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// On every machine as expected.
    Success,
    /// On one at least not.
    Failed,
    /// On one at least not in time.
    TimedOut,
    /// Taken back.
    Cancelled,
    /// Somebody did not approve.
    Rejected,
    /// Nobody approved in time.
    Expired,
    /// It never reached AWS.
    NotSent,
    /// Nobody knows whether it ran.
    Unknown,
}

/// The word of a second person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Approval {
    /// Until when it can be given.
    pub expires_at: Moment,
    /// Whose word it was; absent: there is none yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decision>,
}

/// What the second person said.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Decision {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Moment,
    /// Yes or no.
    pub approved: bool,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// One machine's part of an execution.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Run {
    /// Which machine.
    pub instance: InstanceId,
    /// AWS' own word: `InProgress`.
    pub status: String,
    /// AWS' own words: `DeliveryTimedOut`. See [`status`].
    pub detail: String,
    /// Of the command, when it ended by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// When it began there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Moment>,
    /// When it ended there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Moment>,
}

/// What a machine's part wrote. As hostile as any text from outside.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Output {
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
    /// AWS keeps the first 24,000 characters of standard output and 8,000 of standard error: there was more of one of them.
    pub truncated: bool,
    /// Where all of it is, if anywhere: an S3 URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<String>,
}

impl Execution {
    /// It is over.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended { .. })
    }

    /// How it ended, if it has.
    pub fn outcome(&self) -> Option<Outcome> {
        match self.stage {
            Stage::Ended { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    /// It has been let pass and is not over: it runs, or is about to.
    pub fn is_under_way(&self) -> bool {
        matches!(self.stage, Stage::Ready | Stage::Sending | Stage::Running)
    }

    /// It was asked for on account of this incident, alone or among others.
    pub fn concerns(&self, incident: &IncidentId) -> bool {
        self.order.targets.iter().any(|target| target.incident == *incident)
    }

    /// Somebody has to decide on it.
    pub fn awaits_approval(&self) -> bool {
        self.stage == Stage::Waiting
    }
}

impl Outcome {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Success => "succeeded",
            Self::Failed => "failed",
            Self::TimedOut => "timed out",
            Self::Cancelled => "cancelled",
            Self::Rejected => "rejected",
            Self::Expired => "not approved in time",
            Self::NotSent => "not sent",
            Self::Unknown => "outcome unknown",
        }
    }
}
