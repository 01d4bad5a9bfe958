//! What a client must grant, as JSON to paste: who may assume the role, and what the role may do.

use serde_json::{Value, json};

use crate::core::tenant::{AwsAccount, Tenant};

use super::place;

/// The documents that commands and runbooks use. A client may add its own.
const DOCUMENTS: [&str; 3] = ["AWS-RunShellScript", "AWS-RunPowerShellScript", "AWS-RunDocument"];

/// The trust policy of the tenant's role: who may assume it. `caller` is the ARN of our own identity; without it, its place is
/// marked.
pub fn trust_policy(tenant: &Tenant, caller: Option<&str>) -> String {
    let external_id = of(tenant, |aws| &aws.external_id, "EXTERNAL-ID");
    let (principal, arn_is) = principal(caller);
    let mut may_assume = json!({ "StringEquals": { "sts:ExternalId": external_id } });
    let mut may_tag = json!({
        "StringEquals": { "aws:RequestTag/TenantId": tenant.id.as_str() },
        "ForAllValues:StringEquals": { "aws:TagKeys": ["TenantId", "Operator"] },
    });
    if let Some(arn_is) = arn_is {
        for condition in [&mut may_assume, &mut may_tag] {
            condition["ArnLike"] = json!({ "aws:PrincipalArn": arn_is });
        }
    }
    policy(vec![
        json!({
            "Sid": "AlertWhisperer",
            "Effect": "Allow",
            "Principal": { "AWS": principal },
            "Action": "sts:AssumeRole",
            "Condition": may_assume,
        }),
        json!({
            "Sid": "AlertWhispererNamesWhoAndWhy",
            "Effect": "Allow",
            "Principal": { "AWS": principal },
            "Action": "sts:TagSession",
            "Condition": may_tag,
        }),
    ])
}

/// The permission policy of the tenant's role: what it may do. The last two statements are for machines outside of AWS only.
pub fn permission_policy(tenant: &Tenant) -> String {
    let role_arn = of(tenant, |aws| &aws.role_arn, "");
    let (partition, account) = place::role(&role_arn).unwrap_or(("aws", "ACCOUNT"));
    let region = of(tenant, |aws| &aws.region, "REGION");
    let document = |name| format!("arn:{partition}:ssm:{region}:*:document/{name}");
    let mut on: Vec<String> = DOCUMENTS.into_iter().map(document).collect();
    on.push(format!("arn:{partition}:ec2:{region}:{account}:instance/*"));
    on.push(format!("arn:{partition}:ssm:{region}:{account}:managed-instance/*"));
    policy(vec![
        json!({
            "Sid": "Look",
            "Effect": "Allow",
            "Action": [
                "ssm:DescribeInstanceInformation",
                "ssm:ListCommands",
                "ssm:ListCommandInvocations",
                "ssm:GetCommandInvocation",
                "ssm:CancelCommand",
            ],
            "Resource": "*",
        }),
        json!({ "Sid": "Run", "Effect": "Allow", "Action": "ssm:SendCommand", "Resource": on }),
        json!({ "Sid": "Activate", "Effect": "Allow", "Action": "ssm:CreateActivation", "Resource": "*" }),
        json!({
            "Sid": "GiveActivatedMachinesTheirRole",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": format!("arn:{partition}:iam::{account}:role/{}", super::nodes::HYBRID_ROLE),
            "Condition": { "StringEquals": { "iam:PassedToService": "ssm.amazonaws.com" } },
        }),
    ])
}

/// Whom a trust policy has to name for this caller, and which of that account it is when it can't be named: the ARN of an assumed
/// role does not tell the role's path, and a principal must have it.
fn principal(caller: Option<&str>) -> (String, Option<[String; 2]>) {
    let Some(caller) = caller else { return ("ARN-OF-ALERT-WHISPERERS-IDENTITY".into(), None) };
    let parts: Vec<&str> = caller.splitn(6, ':').collect();
    let [_, partition, "sts", _, account, resource] = parts[..] else { return (caller.into(), None) };
    let Some((role, _)) = resource.strip_prefix("assumed-role/").and_then(|role| role.rsplit_once('/')) else {
        return (caller.into(), None);
    };
    let arn = |path| format!("arn:{partition}:iam::{account}:role/{path}{role}");
    (format!("arn:{partition}:iam::{account}:root"), Some([arn(""), arn("*/")]))
}

/// A setting, or what stands for it.
fn of(tenant: &Tenant, which: impl Fn(&AwsAccount) -> &String, absent: &str) -> String {
    tenant.settings.aws.as_ref().map(which).filter(|text| !text.is_empty()).cloned().unwrap_or_else(|| absent.into())
}

fn policy(statements: Vec<Value>) -> String {
    format!("{:#}", json!({ "Version": "2012-10-17", "Statement": statements }))
}
