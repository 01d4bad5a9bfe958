//! How the engine itself is: what the status line shows and `/metrics` counts. Told about once a second while it changes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::TenantId;
use super::person::Scope;
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

    /// What of it somebody may know who may know of these tenants only: nothing that tells how much others receive, which
    /// others there are, or what is wrong with theirs.
    #[must_use]
    pub fn within(&self, scope: &Scope) -> Self {
        if *scope == Scope::All {
            return self.clone();
        }
        let without_names = |error: &Option<String>, words: &str| error.as_ref().map(|_| words.to_owned());
        let theirs = self.refused.iter().filter(|(tenant, _)| scope.covers(tenant));
        Self {
            received: 0,
            duplicates: 0,
            strangers: 0,
            tenants_stopped: 0,
            store_error: without_names(&self.store_error, "the store cannot be written"),
            config_error: without_names(&self.config_error, "the configuration as it is now was not taken"),
            refused: theirs.map(|(tenant, causes)| (tenant.clone(), causes.clone())).collect(),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant_id;

    #[test]
    fn whoever_may_know_of_some_tenants_hears_nothing_of_the_others() {
        let refused = |id| (tenant_id(id), BTreeMap::from([("bad_key".to_owned(), 3)]));
        let pulse = Pulse {
            received: 70,
            duplicates: 7,
            strangers: 5,
            tenants_stopped: 1,
            store_error: Some("tenants/b/alerts.db is damaged".into()),
            config_error: Some("config.toml:7: b has no name".into()),
            refused: [refused("a"), refused("b")].into(),
            ..Pulse::default()
        };
        let theirs = pulse.within(&Scope::Some([tenant_id("a")].into()));
        let (text, other) = (serde_json::to_string(&theirs).unwrap(), tenant_id("b"));
        assert!(theirs.refused_of(&tenant_id("a")) == 3 && theirs.refused_total() == 3, "{text}");
        assert!(
            theirs.refused_of(&other) == 0 && !text.contains("config.toml") && !text.contains("tenants/b"),
            "{text}"
        );
        assert_eq!((theirs.received, theirs.duplicates, theirs.tenants_stopped), (0, 0, 0));
        assert!(theirs.store_error.is_some(), "that nothing can be taken is everybody's trouble");
        assert_eq!(pulse.within(&Scope::All), pulse);
    }
}
