//! Tenants' managed nodes, and how they are patched, as AWS last told it.

use std::sync::Arc;

use super::room::Room;
use crate::aws::{AwsError, Purpose};
use crate::core::patch::Patches;
use crate::core::tenant::Tenant;
use crate::core::time::Span;
use crate::link::remote::Nodes;

impl Room {
    /// A tenant's nodes, no older than `at_most`.
    pub(super) async fn nodes(
        &self,
        tenant: &Tenant,
        purpose: &Purpose,
        at_most: Span,
    ) -> Result<Arc<Nodes>, AwsError> {
        let asked_at = self.now();
        let ask = async {
            let nodes = self.account(tenant, purpose).await?.nodes().await?;
            Ok(Nodes { nodes, at: self.now() })
        };
        self.machines.get(tenant, |nodes| nodes.at > asked_at - at_most, ask).await
    }

    /// A tenant's nodes as far as they are known: AWS is not asked, and whoever asks it now is not waited for.
    pub(super) fn nodes_known(&self, tenant: &Tenant) -> Option<Arc<Nodes>> {
        self.machines.known(tenant)
    }

    /// How a tenant's nodes are patched, no older than `at_most`.
    pub(super) async fn patches(
        &self,
        tenant: &Tenant,
        purpose: &Purpose,
        at_most: Span,
    ) -> Result<Arc<Patches>, AwsError> {
        let asked_at = self.now();
        let ask = async {
            let nodes = self.nodes(tenant, purpose, self.pace.nodes_keep).await?;
            let ids: Vec<_> = nodes.nodes.iter().map(|node| node.instance.clone()).collect();
            let states = self.account(tenant, purpose).await?.patch_states(&ids).await?;
            Ok(Patches::of(&nodes.nodes, states, self.now()))
        };
        self.patches.get(tenant, |patches| patches.at > asked_at - at_most, ask).await
    }
}

/// No older than that: whatever was known before the question is too old.
pub(super) const FRESH: Span = Span(0);
