//! Whether a tenant's account lets us in, found out step by step.

use crate::core::tenant::Tenant;

use super::{Aws, AwsError, Purpose};

/// How a tenant's account takes us.
#[derive(Clone, PartialEq, Eq, Debug)]
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
