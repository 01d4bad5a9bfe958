//! Who may be given an incident: technicians with their skills, tenants and hours. Whom it goes to is decided here; when, in
//! `caseload`.

use serde::{Deserialize, Serialize};

use super::id::TenantId;

/// Somebody who works on incidents, as the configuration declares them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Technician {
    /// The name that incidents are assigned to.
    pub name: String,
    /// Categories; empty: all.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Globs over tenant ids.
    #[serde(default)]
    pub tenants: Vec<String>,
    /// When they are on call: `always`, `never`, or shifts such as `mon-fri 08:00-18:00 Europe/Vilnius; sat 10:00-14:00`.
    #[serde(default)]
    pub on_call: String,
    /// Open incidents they can have, at most; absent: any number.
    #[serde(default)]
    pub at_most: Option<u32>,
    /// Incidents are escalated to them.
    #[serde(default)]
    pub lead: bool,
}

impl Technician {
    /// Whether they look after a tenant.
    pub fn covers(&self, tenant: &TenantId) -> bool {
        self.tenants.iter().any(|glob| wildmatch::WildMatch::new(glob).matches(tenant.as_str()))
    }
}
