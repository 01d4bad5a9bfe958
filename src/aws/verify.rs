//! Whether a tenant's account lets us in, found out step by step.

use super::{Aws, AwsError, Purpose};
use crate::core::access::Verified;
use crate::core::tenant::Tenant;

impl Aws {
    /// Finds out how a tenant's account takes us: who we are, whether its role lets us in, how many machines there are. What was
    /// known of its credentials before is forgotten: a role that was taken back must not look as if it were there.
    pub async fn verify(&self, tenant: &Tenant, purpose: &Purpose) -> Verified {
        self.shared.roles.renew(&tenant.id);
        let base = self.identity().await.map_err(|error| error.message);
        let (role, nodes) = match self.inside(tenant, purpose).await {
            Ok((arn, nodes)) => (Ok(arn), nodes.map_err(|error| error.message)),
            Err(error) => (Err(error.message), Err("not known: the role does not let us in".into())),
        };
        Verified {
            trust_policy: super::trust_policy(tenant, base.as_deref().ok()),
            permission_policy: super::permission_policy(tenant),
            base,
            role,
            nodes,
        }
    }

    async fn inside(
        &self,
        tenant: &Tenant,
        purpose: &Purpose,
    ) -> Result<(String, Result<(usize, usize), AwsError>), AwsError> {
        let account = self.account(tenant, purpose).await?;
        let arn = account.identity().await?;
        let nodes = account.nodes().await;
        Ok((arn, nodes.map(|nodes| (nodes.len(), nodes.iter().filter(|node| node.online).count()))))
    }
}
