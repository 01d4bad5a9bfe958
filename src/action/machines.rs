//! Tenants' managed nodes, as AWS last told them. Asked for only when somebody needs them, and once for all who wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::room::Room;
use crate::aws::{AwsError, Purpose};
use crate::core::id::TenantId;
use crate::core::tenant::{AwsAccount, Tenant};
use crate::core::time::Span;
use crate::link::remote::Nodes;

/// What is kept of all tenants. A tenant's place is locked while AWS is asked: whoever comes meanwhile waits for that answer.
#[derive(Debug, Default)]
pub(super) struct Machines(Mutex<HashMap<TenantId, Arc<tokio::sync::Mutex<Option<Kept>>>>>);

#[derive(Debug)]
struct Kept {
    /// Whose nodes they are: the tenant may have another account by now.
    of: Option<AwsAccount>,
    nodes: Arc<Nodes>,
}

impl Room {
    /// A tenant's nodes, no older than `at_most`.
    pub(super) async fn nodes(
        &self,
        tenant: &Tenant,
        purpose: &Purpose,
        at_most: Span,
    ) -> Result<Arc<Nodes>, AwsError> {
        let asked_at = self.now();
        let place = self.machines.place(&tenant.id);
        let mut kept = place.lock().await;
        let current = kept.as_ref().filter(|kept| kept.of == tenant.settings.aws);
        if let Some(kept) = current.filter(|kept| kept.nodes.at > asked_at - at_most) {
            return Ok(kept.nodes.clone());
        }
        let nodes = self.account(tenant, purpose).await?.nodes().await?;
        let nodes = Arc::new(Nodes { nodes, at: self.now() });
        *kept = Some(Kept { of: tenant.settings.aws.clone(), nodes: nodes.clone() });
        Ok(nodes)
    }

    /// A tenant's nodes as far as they are known: AWS is not asked, and whoever asks it now is not waited for.
    pub(super) fn nodes_known(&self, tenant: &Tenant) -> Option<Arc<Nodes>> {
        let place = self.machines.place(&tenant.id);
        let kept = place.try_lock().ok()?;
        kept.as_ref().filter(|kept| kept.of == tenant.settings.aws).map(|kept| kept.nodes.clone())
    }
}

impl Machines {
    fn place(&self, tenant: &TenantId) -> Arc<tokio::sync::Mutex<Option<Kept>>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(tenant.clone()).or_default().clone()
    }

    /// A tenant is no more.
    pub(super) fn forget(&self, tenant: &TenantId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(tenant);
    }
}

/// No older than that: whatever was known before the question is too old.
pub(super) const FRESH: Span = Span(0);
