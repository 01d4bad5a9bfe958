//! What may be asked about other people's machines, and the answers: runbooks, nodes, plans, output. Answered by whoever reaches
//! AWS, on the engine's side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::core::access::Verified;
use crate::core::execution::Output;
use crate::core::execution::order::{InstanceId, Order, Platform};
use crate::core::id::{ExecutionId, IncidentId, TenantId};
use crate::core::node::{Activation, Node};
use crate::core::patch::Patches;
use crate::core::role::{Gate, Risk};
use crate::core::session::port::Preset;
use crate::core::time::Moment;

/// A question to whoever reaches AWS.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "remote", rename_all = "snake_case")]
pub enum Remote {
    /// The runbooks that fit an incident, best first, then the others.
    Runbooks {
        /// Which.
        incident: IncidentId,
    },
    /// The machines behind incidents of one tenant.
    Locate {
        /// Which.
        incidents: Vec<IncidentId>,
    },
    /// A tenant's managed nodes.
    Nodes {
        /// Whose.
        tenant: TenantId,
        /// Ask AWS, however fresh what is known is.
        fresh: bool,
    },
    /// How a tenant's managed nodes are patched.
    Patches {
        /// Whose.
        tenant: TenantId,
    },
    /// What would run, exactly.
    Prepare(Draft),
    /// Run it, if it is still exactly that.
    Run {
        /// What.
        draft: Draft,
        /// Of the plan that was shown.
        digest: String,
        /// What was typed, where something has to be.
        typed: Option<String>,
    },
    /// What an execution's machine has written; answered when there is more than was seen, or it is over, or after some seconds.
    Output {
        /// Which execution.
        execution: ExecutionId,
        /// Which machine.
        instance: InstanceId,
        /// Of the last answer; 0 at first.
        seen: u64,
    },
    /// Whether a tenant's account lets us in, and what it must grant.
    Verify {
        /// Whose.
        tenant: TenantId,
    },
    /// Prepare a machine outside of AWS to be managed.
    Activate {
        /// Whose.
        tenant: TenantId,
        /// What it is called.
        name: String,
        /// What it runs.
        platform: Platform,
    },
}

/// What somebody wants to run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Draft {
    /// For which incidents, all of one tenant, and on which machine of each.
    pub targets: Vec<(IncidentId, InstanceId)>,
    /// What.
    pub what: Wanted,
    /// Another timeout than the runbook's.
    pub timeout_seconds: Option<u32>,
    /// The execution that this one repeats.
    pub again: Option<ExecutionId>,
}

/// A runbook with its inputs, or a command.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "wanted", rename_all = "snake_case")]
pub enum Wanted {
    /// From a file.
    Runbook {
        /// Its name.
        name: String,
        /// By the inputs' names.
        inputs: BTreeMap<String, String>,
    },
    /// As typed: for a shell, or for PowerShell.
    Command {
        /// Every line of it.
        text: String,
    },
}

/// An answer from whoever reaches AWS.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "remote", content = "data", rename_all = "snake_case")]
pub enum Reached {
    /// Runbooks, the best first.
    Runbooks(Vec<Offer>),
    /// The machines behind incidents, in the order asked for.
    Located(Vec<Located>),
    /// A tenant's managed nodes.
    Nodes(Box<Nodes>),
    /// How they are patched.
    Patches(Box<Patches>),
    /// What would run.
    Plan(Box<Plan>),
    /// It begins, or waits for approval.
    Begun(ExecutionId),
    /// What a machine has written.
    Output(Box<Followed>),
    /// How a tenant's account takes us.
    Verified(Box<Verified>),
    /// A machine outside of AWS can register.
    Activated(Box<Activation>),
}

/// A runbook as it is offered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// What it does.
    pub doc: String,
    /// What it may do to the machine.
    pub risk: Risk,
    /// What the machines must run.
    pub platform: Platform,
    /// The SSM document.
    pub document: String,
    /// Its commands as its file has them, or its parameters.
    pub commands: String,
    /// Seconds.
    pub timeout_seconds: u32,
    /// What is to be filled in.
    pub inputs: Vec<Blank>,
    /// Ports that people want when they are about this.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forwards: Vec<Preset>,
    /// It is meant for this kind of incident.
    pub fits: bool,
    /// It may run by itself.
    pub auto: bool,
    /// The file it comes from; `built in` for those that come with the program.
    pub from: String,
}

/// An input of a runbook.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Blank {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub doc: String,
    /// What it takes.
    pub kind: BlankKind,
    /// What it is unless somebody says otherwise: from the incident, or from the file. As hostile as any text from outside.
    pub value: String,
}

/// What an input takes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BlankKind {
    /// An instance id.
    Instance,
    /// The name of a service.
    Service,
    /// An absolute path.
    Path,
    /// A whole number.
    Integer {
        /// At least.
        min: i64,
        /// At most.
        max: i64,
    },
    /// One of these words.
    Choice {
        /// The words.
        of: Vec<String>,
    },
    /// Anything; travels as data.
    Text,
}

/// The machine behind an incident.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Located {
    /// The incident.
    pub incident: IncidentId,
    /// What the incident calls it.
    pub asset: String,
    /// Those that it may be: one when it is clear, several when somebody has to choose.
    pub nodes: Vec<Node>,
    /// How the first was found, or why none was, in words.
    pub how: String,
}

/// A tenant's managed nodes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Nodes {
    /// By name.
    pub nodes: Vec<Node>,
    /// When AWS said so.
    pub at: Moment,
}

/// What would run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// All of it.
    pub order: Order,
    /// Of the order.
    pub digest: String,
    /// What is to be typed and approved.
    pub gate: Gate,
    /// What the confirmation should warn of: a machine that is offline.
    pub warnings: Vec<String>,
}

/// What a machine of an execution has written so far.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Followed {
    /// Another number when there is more.
    pub version: u64,
    /// All of it, so far.
    pub output: Output,
    /// There will be no more.
    pub over: bool,
}
