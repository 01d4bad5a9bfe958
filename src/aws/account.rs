//! One tenant's account: the only type that reaches a client's AWS.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use aws_sdk_ssm as ssm;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::core::id::TenantId;
use crate::core::time::Moment;

use super::cause::Cause;
use super::place::Place;
use super::role::Assumed;
use super::words::Where;
use super::{Aws, AwsError, Kind, Purpose};

/// One tenant's account, for one purpose. Only [`Aws::account`] makes one, from the tenant itself, so nothing can be asked of a
/// tenant's AWS with another's credentials:
///
/// ```compile_fail,E0616
/// # use alert_whisperer::aws::Account;
/// fn turned(mut ours: Account, theirs: Account) -> Account {
///     ours.place = theirs.place;
///     ours
/// }
/// ```
#[derive(Clone)]
pub struct Account {
    pub(super) aws: Aws,
    pub(super) place: Arc<Place>,
    pub(super) purpose: Arc<Purpose>,
}

impl std::fmt::Debug for Account {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Account({}, {}, {})", self.place.tenant, self.place.account_id, self.place.region)
    }
}

impl Account {
    /// Whose it is.
    pub fn tenant(&self) -> &TenantId {
        &self.place.tenant
    }

    /// Twelve digits: the account that the role is in.
    pub fn account_id(&self) -> &str {
        &self.place.account_id
    }

    /// Where its machines are.
    pub fn region(&self) -> &str {
        &self.place.region
    }

    /// As whom we are in: the ARN of the assumed role, as AWS itself sees it.
    ///
    /// # Errors
    /// When AWS can't be asked.
    pub async fn identity(&self) -> Result<String, AwsError> {
        let role = self.role().await?;
        const ACTION: &str = "sts:GetCallerIdentity";
        let answer = role.sts.get_caller_identity().send().await;
        let answer = answer.map_err(|error| self.failed(ACTION, &role, &error));
        self.aws.heard().ended(ACTION, answer.as_ref());
        let answer = answer?;
        Ok(answer.arn.unwrap_or_else(|| role.arn.clone()))
    }

    /// What time it is.
    pub(super) fn now(&self) -> Moment {
        let since = self.aws.now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// The role, assumed, and good for some minutes at least.
    pub(super) async fn role(&self) -> Result<Arc<Assumed>, AwsError> {
        self.aws.role(&self.place, &self.purpose).await
    }

    /// Asks Systems Manager something that may be asked twice: once more if the credentials turn out to have expired.
    pub(super) async fn ask<T, E, F>(&self, action: &str, call: impl Fn(ssm::Client) -> F) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.ask_as(action, |role| call(role.ssm.clone())).await
    }

    /// Asks any service something that may be asked twice: once more if the credentials turn out to have expired.
    pub(super) async fn ask_as<T, E, F>(&self, action: &str, call: impl Fn(&Assumed) -> F) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        match self.ask_as_once(action, &call).await {
            Err(error) if error.kind == Kind::Expired => self.ask_as_once(action, &call).await,
            answer => answer,
        }
    }

    /// Asks Systems Manager something, with exactly one request.
    pub(super) async fn ask_once<T, E, F>(&self, action: &str, call: impl Fn(ssm::Client) -> F) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        self.ask_as_once(action, |role| call(role.ssm.clone())).await
    }

    async fn ask_as_once<T, E, F>(&self, action: &str, call: impl Fn(&Assumed) -> F) -> Result<T, AwsError>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let role = self.role().await?;
        let answer = call(&role).await.map_err(|error| self.failed(action, &role, &error));
        self.aws.heard().ended(action, answer.as_ref());
        answer
    }

    /// AWS does not take the credentials of this role: the next time, there are others.
    pub(super) fn spoilt(&self, role: &Arc<Assumed>) {
        self.aws.spoilt(&self.place, &self.purpose, role);
    }

    fn failed<E>(&self, action: &str, role: &Arc<Assumed>, error: &SdkError<E, HttpResponse>) -> AwsError
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let error = Cause::of(error).words(action, &Where::Theirs(&self.place));
        // A session that was revoked, or is of a role that was made anew, is denied: the next one may not be.
        if matches!(error.kind, Kind::Expired | Kind::Denied) {
            self.spoilt(role);
        }
        tracing::debug!(tenant = %self.place.tenant, action, kind = ?error.kind, request_id = error.request_id, "AWS");
        error
    }
}
