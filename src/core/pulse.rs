//! How the engine itself is: what the status line shows and `/metrics` counts. Told about once a second while it changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::TenantId;
use super::time::Moment;

/// How the engine is.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Pulse {
    /// When it was taken.
    pub at: Moment,
    /// Where it listens, with [`HTTPS`] before it if it speaks TLS; absent while it doesn't.
    pub listen: Option<String>,
    /// Why it does not listen.
    pub listen_error: Option<String>,
    /// Alerts taken since the start.
    pub received: u64,
    /// Requests answered as duplicates since the start.
    pub duplicates: u64,
    /// Requests waiting for the store.
    pub queue: usize,
    /// Why the store can't take alerts; absent while it can.
    pub store_error: Option<String>,
    /// Why the configuration as it is now was not taken; the one before holds.
    #[serde(default)]
    pub config_error: Option<String>,
    /// As whom AWS knows us, or why it does not; absent until somebody needed to know.
    #[serde(default)]
    pub aws: Option<Result<String, String>>,
    /// Tenants that are stopped.
    pub tenants_stopped: usize,
    /// Still reading what the store holds.
    pub loading: bool,
    /// Requests refused since the start, by tenant and cause.
    pub refused: BTreeMap<TenantId, BTreeMap<String, u64>>,
    /// Requests refused before anybody knew whose they were.
    pub strangers: u64,
}

/// What stands before an address at which TLS is spoken.
pub const HTTPS: &str = "https://";

/// How those who listen there are reached.
pub fn base_url(listen: &str) -> String {
    match listen.starts_with(HTTPS) {
        true => listen.into(),
        false => format!("http://{listen}"),
    }
}

impl Pulse {
    /// All refused requests.
    pub fn refused_total(&self) -> u64 {
        self.strangers + self.refused.values().flat_map(|causes| causes.values()).sum::<u64>()
    }

    /// A tenant's refused requests.
    pub fn refused_of(&self, tenant: &TenantId) -> u64 {
        self.refused.get(tenant).map_or(0, |causes| causes.values().sum())
    }
}
