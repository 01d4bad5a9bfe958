//! Being let into a tenant's account: assuming its role, and checking that it is the one that was meant.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sdk_kms as kms;
use aws_sdk_ssm as ssm;
use aws_sdk_sts as sts;
use aws_smithy_types::date_time::DateTime;

use super::base::Base;
use super::cache::Until;
use super::cause::Cause;
use super::place::Place;
use super::purpose::Purpose;
use super::words::Where;
use super::{AwsError, Kind};

/// How long a role is assumed for, in seconds: as long as one may be from another role.
const FOR_SECONDS: i32 = 3600;

/// A tenant's role, assumed. The credentials are in memory only, and overwritten when the last of this is dropped.
pub(super) struct Assumed {
    /// As whom we are in.
    pub(super) arn: String,
    pub(super) ssm: ssm::Client,
    pub(super) sts: sts::Client,
    pub(super) kms: kms::Client,
    /// For what no client of a service signs.
    pub(super) credentials: Credentials,
    until: SystemTime,
}

impl Until for Assumed {
    fn until(&self) -> SystemTime {
        self.until
    }
}

/// Assumes the role.
///
/// # Errors
/// When AWS does not let us in or can't be asked, and when the role is in another account than the tenant.
pub(super) async fn assume(base: &Base, place: &Place, purpose: &Purpose) -> Result<Assumed, AwsError> {
    let answer = base
        .sts()
        .assume_role()
        .role_arn(&place.role_arn)
        .external_id(&place.external_id)
        .role_session_name(purpose.session(&place.tenant))
        .duration_seconds(FOR_SECONDS)
        .set_tags(Some(tags(place, purpose)))
        .send()
        .await;
    let answer = match answer {
        Ok(answer) => Ok(answer),
        Err(error) => {
            let cause = Cause::of(&error);
            // Asking for it needs no permission, and whoever mends the trust policy needs it.
            let caller = if cause.is_denial() { base.identity().await.ok() } else { None };
            Err(cause.words("sts:AssumeRole", &Where::Door(place, caller.as_deref())))
        }
    };
    base.heard.ended("sts:AssumeRole", answer.as_ref());
    let answer = answer?;
    let arn = answer.assumed_role_user.map(|user| user.arn).unwrap_or_default();
    let unreadable = || AwsError::new(Kind::Invalid, "AWS STS sent no credentials for the role; is it AWS at all?");
    let account = account_of(&arn).ok_or_else(unreadable)?;
    if account != place.account_id {
        return Err(AwsError::new(
            Kind::NoAccount,
            format!(
                "the role of {} let us into account {account} and not into {}: its credentials were thrown away",
                place.tenant, place.account_id
            ),
        ));
    }
    let given = answer.credentials.ok_or_else(unreadable)?;
    let until = moment(given.expiration).ok_or_else(unreadable)?;
    // Moved, not copied: `Credentials` shares them with its clones, and overwrites them when the last goes.
    let credentials =
        Credentials::new(given.access_key_id, given.secret_access_key, Some(given.session_token), None, "role");
    let sdk = base.as_other(credentials.clone(), &place.region);
    let (ssm, sts, kms) = (ssm::Client::new(&sdk), sts::Client::new(&sdk), kms::Client::new(&sdk));
    Ok(Assumed { arn, ssm, sts, kms, credentials, until })
}

/// What the client's own policies and CloudTrail can tell sessions apart by.
fn tags(place: &Place, purpose: &Purpose) -> Vec<sts::types::Tag> {
    let tag = |(key, value): (&str, String)| sts::types::Tag::builder().key(key).value(value).build().ok();
    [("TenantId", place.tenant.to_string()), ("Operator", purpose.operator_tag())].into_iter().filter_map(tag).collect()
}

/// The account of `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`.
fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

fn moment(at: DateTime) -> Option<SystemTime> {
    SystemTime::try_from(at).ok()
}
