//! Who wants in and what for, as the client's CloudTrail will have it: session names and tags that AWS takes, whatever people
//! are called.

use crate::core::id::{IncidentId, TenantId};

/// What an [`super::Account`] is wanted for: who, and at which incident. Both are in the client's CloudTrail.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Purpose {
    /// The operator's name.
    pub operator: String,
    /// The incident; absent when it is about the tenant.
    pub incident: Option<IncidentId>,
}

/// AWS takes as much of a session's name.
const NAME: usize = 64;
/// And of a tag's value.
const TAG: usize = 256;

impl Purpose {
    /// `aw-priya-i4`, or `aw-priya-comp_acme` without an incident: 2 to 64 of `[\w+=,.@-]` (API_AssumeRole). The operator is cut
    /// before the incident, which is never.
    pub(super) fn session(&self, tenant: &TenantId) -> String {
        let what = match &self.incident {
            Some(incident) => format!("-i{}", incident.number),
            None => format!("-{tenant}"),
        };
        let plain = |c: char| if c.is_ascii_alphanumeric() || "_+=,.@-".contains(c) { c } else { '-' };
        // At least 16 are for the operator: with a tenant's longest id there would be none.
        let room = NAME.saturating_sub("aw-".len() + what.len()).max(16);
        let who: String = self.who().chars().map(plain).take(room).collect();
        let mut name = format!("aw-{who}{what}");
        name.truncate(NAME);
        name
    }

    /// The value of the tag `Operator`: `[\p{L}\p{Z}\p{N}_.:/=+\-@]*`, of which the ASCII is kept.
    pub(super) fn operator_tag(&self) -> String {
        let plain = |c: char| if c.is_ascii_alphanumeric() || " _.:/=+-@".contains(c) { c } else { '_' };
        self.who().chars().map(plain).take(TAG).collect()
    }

    fn who(&self) -> &str {
        if self.operator.is_empty() { "nobody" } else { &self.operator }
    }
}
