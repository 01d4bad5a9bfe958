//! Where a tenant's machines are and how to get in, read from its settings once.

use crate::core::id::TenantId;
use crate::core::tenant::{AwsAccount, Tenant};

use super::{AwsError, Kind};

/// Where a tenant's machines are and the role that lets us in: settings that can work.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// Whose.
    pub(super) tenant: TenantId,
    /// Twelve digits.
    pub(super) account_id: String,
    /// The role to assume.
    pub(super) role_arn: String,
    /// What its trust policy asks for.
    pub(super) external_id: String,
    /// For example `us-east-1`.
    pub(super) region: String,
}

impl Place {
    /// Of the tenant's settings; `elsewhere` is the region when they name none.
    ///
    /// # Errors
    /// What is missing or cannot be right, and how to set it.
    pub(super) fn of(tenant: &Tenant, elsewhere: Option<&str>) -> Result<Self, AwsError> {
        let no = |what: String| Err(AwsError::new(Kind::NoAccount, what));
        let id = &tenant.id;
        let set = format!("set it with `alert-whisperer tenant set {id}");
        let Some(AwsAccount { account_id, role_arn, external_id, region }) = &tenant.settings.aws else {
            return no(format!(
                "{id} has no AWS role, and nobody else's credentials are used for it; {set} \
                 aws.role_arn=arn:aws:iam::ACCOUNT:role/NAME aws.external_id=… aws.region=…`"
            ));
        };
        if role_arn.is_empty() {
            return no(format!(
                "{id} has no AWS role, and nobody else's credentials are used for it; {set} \
                 aws.role_arn=arn:aws:iam::ACCOUNT:role/NAME`"
            ));
        }
        let Some((_, account)) = role(role_arn) else {
            return no(format!(
                "the AWS role of {id} is no role's ARN; {set} aws.role_arn=arn:aws:iam::ACCOUNT:role/NAME`"
            ));
        };
        if !account_id.is_empty() && account_id != account {
            return no(format!(
                "the AWS role of {id} is in account {account}, but its account is {account_id}; \
                 {set} aws.account_id=…` or aws.role_arn, whichever is wrong"
            ));
        }
        if !is_external_id(external_id) {
            return no(format!(
                "{id} has no external id that AWS would take: 2 to 1224 letters, digits and any of +=,.@:/-_; \
                 {set} aws.external_id=…` to what the trust policy of its role asks for"
            ));
        }
        let region = if region.is_empty() { elsewhere.unwrap_or_default() } else { region };
        if !is_region(region) {
            return no(format!("{id} has no AWS region; {set} aws.region=us-east-1`, or where its machines are"));
        }
        Ok(Self {
            tenant: id.clone(),
            account_id: account.into(),
            role_arn: role_arn.clone(),
            external_id: external_id.clone(),
            region: region.into(),
        })
    }
}

/// The partition and the account of a role's ARN.
pub(super) fn role(arn: &str) -> Option<(&str, &str)> {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), Some(partition), Some("iam"), Some(""), Some(account), Some(resource)) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let name = resource.strip_prefix("role/")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "+=,.@-_/".contains(c);
    let good = !name.is_empty() && name.chars().all(plain) && partition.starts_with("aws") && is_account(account);
    good.then_some((partition, account))
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|c| c.is_ascii_digit())
}

/// It becomes part of a host's name and of a command that somebody pastes.
fn is_region(text: &str) -> bool {
    (1..=32).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_external_id(text: &str) -> bool {
    (2..=1224).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "+=,.@:/-_".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::tenant;

    fn with(change: impl FnOnce(&mut AwsAccount)) -> Result<Place, AwsError> {
        let mut aws = AwsAccount {
            account_id: "123456789012".into(),
            role_arn: "arn:aws:iam::123456789012:role/path/Name".into(),
            external_id: "external".into(),
            region: "eu-central-1".into(),
        };
        change(&mut aws);
        let mut tenant = tenant("comp_acme");
        tenant.settings.aws = Some(aws);
        Place::of(&tenant, Some("us-west-2"))
    }

    #[test]
    fn what_is_absent_comes_from_elsewhere() {
        assert_eq!(with(|aws| aws.region.clear()).unwrap().region, "us-west-2");
        assert_eq!(with(|aws| aws.account_id.clear()).unwrap().account_id, "123456789012");
        assert_eq!(with(|_| ()).unwrap().region, "eu-central-1");
    }

    #[test]
    fn what_cannot_be_right_is_refused_with_the_setting_to_change() {
        type Change = fn(&mut AwsAccount);
        let bad: [(Change, &str); 8] = [
            (|aws| aws.role_arn.clear(), "aws.role_arn"),
            (|aws| aws.role_arn = "arn:aws:iam::12345678901:role/Name".into(), "aws.role_arn"),
            (|aws| aws.role_arn = "arn:aws:iam::123456789012:user/Name".into(), "aws.role_arn"),
            (|aws| aws.role_arn = "arn:aws:iam::123456789012:role/a b".into(), "aws.role_arn"),
            (|aws| aws.account_id = "210987654321".into(), "aws.account_id"),
            (|aws| aws.external_id = "é".into(), "aws.external_id"),
            (|aws| aws.region = "eu-central-1.example.org/".into(), "aws.region"),
            (|aws| aws.region = "; rm".into(), "aws.region"),
        ];
        for (change, setting) in bad {
            let error = with(change).unwrap_err();
            assert_eq!(error.kind, Kind::NoAccount);
            assert!(error.message.contains(&format!("tenant set comp_acme {setting}")), "{error}");
        }
        assert_eq!(role("arn:aws-cn:iam::123456789012:role/Name"), Some(("aws-cn", "123456789012")));
    }
}
