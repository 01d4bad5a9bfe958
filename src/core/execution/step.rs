//! The steps of an execution's life, as inputs. Whether one is allowed, and what it does, is in `caseload::executions`.
//!
//! `Ask` and everything from `Sending` on come from whoever carries executions out; people reach `Approve`, `Reject` and
//! `Cancel` only, so nobody at a seat can say that something was sent or how it ended.

use serde::{Deserialize, Serialize};

use super::order::{InstanceId, Order};
use super::{Output, Run};
use crate::core::input::Actor;

/// A step of one execution.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct OnExecution {
    /// The number within the tenant; 0 for one that begins.
    pub execution: u64,
    /// Who, and where; the program itself where nobody does it.
    #[serde(flatten)]
    pub by: Actor,
    /// What.
    pub step: Step,
}

/// What can happen to an execution.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum Step {
    /// Somebody wants it.
    Ask {
        /// What.
        order: Box<Order>,
        /// The digest that was shown and confirmed.
        digest: String,
        /// What was typed, where something has to be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        typed: Option<String>,
    },
    /// A second person says yes to exactly this.
    Approve {
        /// The digest that was shown.
        digest: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A second person says no.
    Reject {
        /// Why.
        why: String,
    },
    /// Somebody wants it no more.
    Cancel,
    /// It is about to be sent. From here on it is never sent again.
    Sending,
    /// AWS has it.
    Sent {
        /// AWS' id of it.
        command_id: String,
        /// AWS' id of the request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request_id: Option<String>,
    },
    /// AWS does not have it, and will not.
    NotSent {
        /// Why not, and what to do.
        why: String,
    },
    /// Nobody can find out whether AWS has it.
    Lost {
        /// Why, and what to do.
        why: String,
    },
    /// Machines have come further.
    Progress {
        /// All of them, as they are.
        runs: Vec<Run>,
    },
    /// Something other than the machines is being waited for; absent: no more.
    Waits {
        /// What.
        for_what: Option<String>,
    },
    /// All machines are done.
    Ended {
        /// All of them.
        runs: Vec<Run>,
        /// What they wrote.
        outputs: Vec<(InstanceId, Output)>,
    },
}

/// Why a step cannot be taken, and what would help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// There is no such execution.
    #[error("no such execution; E lists them")]
    NoExecution,
    /// There is no such incident.
    #[error("no such incident on the board; resolved ones leave it after a day")]
    NoIncident,
    /// Too many machines, or none.
    #[error("an execution runs on 1 to 50 machines")]
    Targets,
    /// Never without an end.
    #[error("the timeout is from 30 seconds to 48 hours")]
    Timeout,
    /// Something else than what was seen.
    #[error("what would run is not what was shown; look at it again")]
    Changed,
    /// The name was not typed.
    #[error("type {0} to run this")]
    NotTyped(String),
    /// One's own.
    #[error("nobody approves what they asked for themselves; ask somebody else")]
    OwnRequest,
    /// Not for that role.
    #[error("your role, {0}, does not approve this; a lead does")]
    Role(&'static str),
    /// There is nothing to decide.
    #[error("this execution does not wait for approval")]
    NotWaiting,
    /// It is over.
    #[error("this execution is over")]
    Over,
    /// A decision without a reason.
    #[error("say why: the one who asked will read it")]
    NoReason,
    /// Not at this point of its life.
    #[error("this execution is not at that point")]
    OutOfTurn,
    /// Not for that role either.
    #[error("your role, viewer, may only look; ask a technician")]
    OnlyLooks,
    /// Nobody decided in time.
    #[error("the request has expired; whoever wants it has to ask again")]
    Expired,
    /// Somebody was faster.
    #[error("{0} has cancelled it already; it ends when its machines say so")]
    CancelAsked(String),
    /// More text than is kept.
    #[error("that is too long: {0}")]
    TooLong(&'static str),
    /// Another account than the tenant's, as it is set now.
    #[error("this is for another AWS account or region than the tenant has now; look at it again")]
    Account,
    /// A command that says that it is harmless.
    #[error("a command that comes from no runbook is of {0} risk here; look at it again")]
    RiskTooLow(&'static str),
    /// Not opted in, too often, or failed before.
    #[error("it does not run by itself: {0}")]
    NotByItself(String),
}
