//! AWS: a tenant's credentials, its managed nodes, Run Command, and what goes wrong there in words for people.
//!
//! Whoever wants something of a tenant's account asks [`Aws::account`] for an [`Account`]: it is only made from a tenant, and it
//! is the only thing here that reaches one. When to ask, what to ask again and what to keep is `action`'s.

mod account;
mod error;
mod options;
mod policies;
mod verify;

use crate::core::id::{IncidentId, TenantId};
use crate::core::tenant::Tenant;

pub use self::account::{Account, Sent};
pub use self::error::{AwsError, Kind};
pub use self::options::{Clock, Keys, Options, Timeouts};
pub use self::policies::{permission_policy, trust_policy};
pub use self::verify::Verified;

/// The way to AWS. Cheap to clone; costs nothing until it is used.
#[derive(Clone, Debug)]
pub struct Aws {
    options: std::sync::Arc<Options>,
}

/// What an [`Account`] is wanted for: who, and at which incident. Both are in the client's CloudTrail.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Purpose {
    /// The operator's name.
    pub operator: String,
    /// The incident; absent when it is about the tenant.
    pub incident: Option<IncidentId>,
}

impl Aws {
    /// With these options. Reads no file and asks nobody.
    pub fn new(options: Options) -> Self {
        Self { options: options.into() }
    }

    /// As whom AWS knows us: the ARN of our own credentials.
    ///
    /// # Errors
    /// When we have none, or AWS can't be asked.
    pub async fn identity(&self) -> Result<String, AwsError> {
        let _ = &self.options;
        Err(AwsError::new(Kind::NoCredentials, "AWS is not reached yet"))
    }

    /// The tenant's account, with its role assumed for this purpose. Ask for one whenever something is to be done: it is kept
    /// here for as long as it is good, and an [`Account`] made before the tenant's settings changed reaches nothing any more.
    ///
    /// # Errors
    /// When the tenant has no account or no role, its role does not let us in, or AWS can't be asked.
    pub async fn account(&self, tenant: &Tenant, purpose: &Purpose) -> Result<Account, AwsError> {
        let _ = purpose;
        Err(AwsError::new(Kind::NoAccount, format!("{} is not reached yet", tenant.id)))
    }

    /// Forgets a tenant's credentials: it is no more.
    pub fn forget(&self, tenant: &TenantId) {
        let _ = tenant;
    }
}
