//! What AWS last said of each tenant. Asked for only when somebody needs it, and once for all who wait.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::aws::AwsError;
use crate::core::id::TenantId;
use crate::core::tenant::{AwsAccount, Tenant};

/// A tenant's place is locked while AWS is asked: whoever comes meanwhile waits for that answer.
type Place<T> = Arc<tokio::sync::Mutex<Option<One<T>>>>;

/// What is kept of all tenants.
#[derive(Debug)]
pub(super) struct Kept<T>(Mutex<HashMap<TenantId, Place<T>>>);

#[derive(Debug)]
struct One<T> {
    /// Whose it is: the tenant may have another account by now.
    of: Option<AwsAccount>,
    said: Arc<T>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Kept<T> {
    /// What is known if it is `recent`, else what AWS says now.
    pub(super) async fn get(
        &self,
        tenant: &Tenant,
        recent: impl FnOnce(&T) -> bool,
        ask: impl Future<Output = Result<T, AwsError>>,
    ) -> Result<Arc<T>, AwsError> {
        let place = self.place(&tenant.id);
        let mut kept = place.lock().await;
        if let Some(said) = current(kept.as_ref(), tenant).filter(|said| recent(said)) {
            return Ok(said);
        }
        let said = Arc::new(ask.await?);
        *kept = Some(One { of: tenant.settings.aws.clone(), said: said.clone() });
        Ok(said)
    }

    /// What is known: AWS is not asked, and whoever asks it now is not waited for.
    pub(super) fn known(&self, tenant: &Tenant) -> Option<Arc<T>> {
        let place = self.place(&tenant.id);
        let kept = place.try_lock().ok()?;
        current(kept.as_ref(), tenant)
    }

    /// A tenant is no more.
    pub(super) fn forget(&self, tenant: &TenantId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(tenant);
    }

    fn place(&self, tenant: &TenantId) -> Place<T> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(tenant.clone()).or_default().clone()
    }
}

/// What is kept of the account that the tenant has.
fn current<T>(kept: Option<&One<T>>, tenant: &Tenant) -> Option<Arc<T>> {
    kept.filter(|kept| kept.of == tenant.settings.aws).map(|kept| kept.said.clone())
}
