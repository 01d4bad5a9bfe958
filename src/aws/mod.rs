//! AWS: a tenant's credentials, its managed nodes, Run Command, and what goes wrong there in words for people.
//!
//! Whoever wants something of a tenant's account asks [`Aws::account`] for an [`Account`]: it is only made from a tenant, and it
//! is the only thing here that reaches one. Every call here is one request, or one for each page: when to ask again, and what to
//! keep, is `action`'s.

mod account;
mod base;
mod cache;
mod cause;
mod commands;
mod error;
mod heard;
mod invocations;
mod nodes;
mod options;
mod patch;
mod place;
mod policies;
mod purpose;
mod role;
pub mod session;
mod sns;
mod verify;
mod way;
mod words;

use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::Mutex;

use crate::core::id::TenantId;
use crate::core::tenant::Tenant;

use self::base::Base;
use self::cache::Cache;
use self::place::Place;
use self::role::Assumed;

pub use self::account::Account;
pub use self::commands::Sent;
pub use self::error::{AwsError, Kind};
pub use self::heard::Heard;
pub use self::options::{Clock, Keys, Options, Timeouts};
pub use self::policies::{permission_policy, trust_policy};
pub use self::purpose::Purpose;

/// The way to AWS. Cheap to clone; costs nothing until it is used.
#[derive(Clone)]
pub struct Aws {
    shared: Arc<Shared>,
}

struct Shared {
    options: Options,
    base: Mutex<Option<Arc<Base>>>,
    roles: Cache<Purpose, Place, Assumed>,
}

impl std::fmt::Debug for Aws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Aws({:?})", self.shared.options)
    }
}

impl Aws {
    /// With these options. Reads no file and asks nobody.
    pub fn new(options: Options) -> Self {
        Self { shared: Arc::new(Shared { options, base: Mutex::default(), roles: Cache::new() }) }
    }

    /// As whom AWS knows us: the ARN of our own credentials.
    ///
    /// # Errors
    /// When we have none, or AWS can't be asked.
    pub async fn identity(&self) -> Result<String, AwsError> {
        let base = self.base().await?;
        self.mended(base.identity().await).await
    }

    /// The tenant's account, with its role assumed for this purpose. Ask for one whenever something is to be done: the role is
    /// kept here for as long as it is good, and an [`Account`] from before the tenant's AWS settings changed reaches nothing any
    /// more.
    ///
    /// # Errors
    /// When the tenant has no account or no role, its role does not let us in, or AWS can't be asked.
    pub async fn account(&self, tenant: &Tenant, purpose: &Purpose) -> Result<Account, AwsError> {
        if purpose.incident.as_ref().is_some_and(|incident| incident.tenant != tenant.id) {
            return Err(AwsError::new(Kind::NoAccount, format!("that incident is none of {}", tenant.id)));
        }
        // Known to be missing without looking for our own credentials: most tenants of an engine without AWS are.
        if tenant.settings.aws.is_none() {
            self.forget(&tenant.id);
        }
        let base = match &tenant.settings.aws {
            Some(aws) if aws.region.is_empty() => Some(self.base().await?),
            _ => None,
        };
        let place =
            Place::of(tenant, base.as_ref().and_then(|base| base.region())).inspect_err(|_| self.forget(&tenant.id))?;
        self.shared.roles.settle(&tenant.id, &place);
        let account = Account { aws: self.clone(), place: place.into(), purpose: purpose.clone().into() };
        account.role().await?;
        Ok(account)
    }

    /// Forgets a tenant's credentials: it is no more.
    pub fn forget(&self, tenant: &TenantId) {
        self.shared.roles.forget(tenant);
    }

    /// Who hears how each call ended.
    fn heard(&self) -> &Heard {
        &self.shared.options.heard
    }

    fn now(&self) -> SystemTime {
        self.shared.options.clock.now()
    }

    /// Our own identity, found at the first use.
    async fn base(&self) -> Result<Arc<Base>, AwsError> {
        let mut held = self.shared.base.lock().await;
        if let Some(base) = &*held {
            return Ok(Arc::clone(base));
        }
        let found = Arc::new(Base::find(&self.shared.options).await?);
        *held = Some(Arc::clone(&found));
        Ok(found)
    }

    /// The answer. When it is that our own credentials are not there or not good, they are looked for anew the next time: whoever
    /// mends a file need not restart the engine.
    async fn mended<T>(&self, mut answer: Result<T, AwsError>) -> Result<T, AwsError> {
        if let Err(error) = &mut answer
            && matches!(error.kind, Kind::NoCredentials | Kind::Expired)
        {
            *self.shared.base.lock().await = None;
            // The SDK does not say that there is no such profile.
            if let Some(profile) = &self.shared.options.profile {
                error.message.push_str(&format!("; [aws] profile is \"{profile}\""));
            }
        }
        answer
    }

    /// The role of a place, assumed.
    async fn role(&self, place: &Arc<Place>, purpose: &Arc<Purpose>) -> Result<Arc<Assumed>, AwsError> {
        let make = || {
            let (aws, place, purpose) = (self.clone(), Arc::clone(place), Arc::clone(purpose));
            async move {
                let base = aws.base().await?;
                aws.mended(role::assume(&base, &place, &purpose).await).await
            }
        };
        let changed = || {
            let why = format!("the AWS settings of {} have changed meanwhile; ask again", place.tenant);
            Err(AwsError::new(Kind::NoAccount, why))
        };
        self.shared.roles.get(&place.tenant, purpose, place, self.now(), make).await.unwrap_or_else(changed)
    }

    /// AWS says that a role's credentials are not good any more.
    fn spoilt(&self, place: &Place, purpose: &Purpose, role: &Arc<Assumed>) {
        self.shared.roles.spoilt(&place.tenant, purpose, role);
    }
}
