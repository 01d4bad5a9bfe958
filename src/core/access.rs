//! How a tenant's account takes us, as it was found out. Values only; finding out is `aws`'.

use serde::{Deserialize, Serialize};

/// How a tenant's account takes us.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Verified {
    /// As whom we come, or why we can't.
    pub base: Result<String, String>,
    /// As whom we are in, or why not and who has to mend what.
    pub role: Result<String, String>,
    /// How many managed nodes there are, and how many are online; or why that is not known.
    pub nodes: Result<(usize, usize), String>,
    /// What the role's trust policy must say, as JSON.
    pub trust_policy: String,
    /// What the role must be allowed to do, as JSON.
    pub permission_policy: String,
}
