//! What stands over all of a tenant's incidents: its windows, its technicians, how its senders usually sound, and
//! what does not run by itself any more. The store keeps it as one value.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::assign::Technician;
use super::quiet::{Beat, Sender};
use super::role::Role;
use super::silence::Window;
use super::time::Moment;

/// One tenant's.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Standing {
    /// Windows that were ever made.
    pub windows_made: u64,
    /// Silences and maintenance windows that have not ended, by number.
    pub windows: BTreeMap<u64, Arc<Window>>,
    /// Up to when the windows' beginnings, ends and reminders have been carried out.
    pub windows_at: Moment,
    /// Who may be given its incidents.
    pub roster: Arc<Vec<Technician>>,
    /// Technicians are declared, whoever covers it: somebody is looked for.
    pub staffed: bool,
    /// Those in the book of people who may know of it, with their roles.
    pub people: Arc<BTreeMap<String, Role>>,
    /// When one of its technicians next comes on call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_shift: Option<Moment>,
    /// Its tools, by name in lower case.
    pub senders: BTreeMap<String, Sender>,
    /// Its heartbeats, by [`Beat::key`].
    pub beats: BTreeMap<String, Beat>,
    /// Runbooks that ran by themselves and failed, since they last succeeded there: assets in lower case and
    /// machines, runbooks, how often.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub failed_by_itself: BTreeMap<String, BTreeMap<String, u32>>,
    /// The engine was away before that: nobody could be heard.
    pub listening_since: Moment,
}
