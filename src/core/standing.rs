//! What stands over all of a tenant's incidents: its windows, its technicians, and how its senders usually sound. The store
//! keeps it as one value.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::assign::Technician;
use super::silence::Window;
use super::time::{Moment, Span};

/// One tenant's.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// Windows that were ever made.
    pub windows_made: u64,
    /// Silences and maintenance windows that have not ended, by number.
    pub windows: BTreeMap<u64, Arc<Window>>,
    /// Who may be given its incidents.
    pub roster: Arc<Vec<Technician>>,
    /// Technicians are declared, whoever covers it: somebody is looked for.
    pub staffed: bool,
    /// When one of its technicians next comes on call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_shift: Option<Moment>,
    /// Its tools, by name in lower case.
    pub senders: BTreeMap<String, Sender>,
}

/// How a tool usually sounds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Sender {
    /// Its name as first spelled.
    pub name: String,
    /// When it was last heard, to the minute.
    pub last_at: Moment,
    /// How long it was quiet between its last bursts, the latest last.
    #[serde(default)]
    pub gaps: VecDeque<Span>,
    /// It is missing.
    #[serde(default)]
    pub quiet: bool,
}
