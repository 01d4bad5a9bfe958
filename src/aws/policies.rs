//! What a client must grant, as JSON to paste: who may assume the role, and what the role may do.

use serde_json::{Value, json};

use crate::core::tenant::{AwsAccount, Tenant};

use super::place;

/// The documents that commands and runbooks use. A client may add its own.
const DOCUMENTS: [&str; 4] =
    ["AWS-RunShellScript", "AWS-RunPowerShellScript", "AWS-RunDocument", "AWS-RunPatchBaseline"];

/// The documents that sessions use: shells, ports of a machine and of what it reaches, commands.
const SESSION_DOCUMENTS: [&str; 4] = [
    "SSM-SessionManagerRunShell",
    "AWS-StartPortForwardingSession",
    "AWS-StartPortForwardingSessionToRemoteHost",
    "AWS-StartNonInteractiveCommand",
];

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
    let mut opens: Vec<String> = SESSION_DOCUMENTS.into_iter().map(document).collect();
    opens.push(format!("arn:{partition}:ec2:{region}:{account}:instance/*"));
    opens.push(format!("arn:{partition}:ssm:{region}:{account}:managed-instance/*"));
    policy(vec![
        json!({
            "Sid": "Look",
            "Effect": "Allow",
            "Action": [
                "ssm:DescribeInstanceInformation",
                "ssm:DescribeInstancePatchStates",
                "ssm:ListCommands",
                "ssm:ListCommandInvocations",
                "ssm:GetCommandInvocation",
                "ssm:CancelCommand",
                "ssm:DescribeSessions",
            ],
            "Resource": "*",
        }),
        json!({ "Sid": "Run", "Effect": "Allow", "Action": "ssm:SendCommand", "Resource": on }),
        json!({ "Sid": "OpenSessions", "Effect": "Allow", "Action": "ssm:StartSession", "Resource": opens }),
        // A session's id begins with the name of the role's session: ours begin with `aw-`, and no one else's are touched.
        json!({
            "Sid": "KeepAndEndSessions",
            "Effect": "Allow",
            "Action": ["ssm:ResumeSession", "ssm:TerminateSession", "ssmmessages:OpenDataChannel"],
            "Resource": format!("arn:{partition}:ssm:{region}:{account}:session/aw-*"),
        }),
        json!({
            "Sid": "EncryptSessions",
            "Effect": "Allow",
            "Action": "kms:GenerateDataKey",
            "Resource": format!("arn:{partition}:kms:{region}:{account}:key/*"),
            "Condition": { "StringLike": { "kms:EncryptionContext:aws:ssm:SessionId": "aw-*" } },
        }),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing;

    fn tenant(aws: Option<AwsAccount>) -> Tenant {
        let mut tenant = testing::tenant("comp_acme");
        tenant.settings.aws = aws;
        tenant
    }

    fn acme() -> Tenant {
        tenant(Some(AwsAccount {
            account_id: "123456789012".into(),
            role_arn: "arn:aws-cn:iam::123456789012:role/Name".into(),
            external_id: "ext\\\"ernal".into(),
            region: "cn-north-1".into(),
        }))
    }

    fn trust(tenant: &Tenant, caller: Option<&str>) -> Value {
        serde_json::from_str(&trust_policy(tenant, caller)).unwrap()
    }

    #[test]
    fn a_user_is_trusted_by_name_with_the_external_id_and_its_tags() {
        let user = "arn:aws-cn:iam::210987654321:user/ops/msp";
        let policy = trust(&acme(), Some(user));
        let [assume, tag] = &policy["Statement"].as_array().unwrap()[..] else { panic!("two") };
        assert_eq!((&assume["Principal"]["AWS"], &tag["Principal"]["AWS"]), (&json!(user), &json!(user)));
        assert_eq!(assume["Action"], "sts:AssumeRole");
        assert_eq!(assume["Condition"], json!({ "StringEquals": { "sts:ExternalId": "ext\\\"ernal" } }));
        assert_eq!(tag["Action"], "sts:TagSession");
        assert_eq!(tag["Condition"]["StringEquals"]["aws:RequestTag/TenantId"], "comp_acme");
    }

    #[test]
    fn an_assumed_role_is_trusted_wherever_its_path_is() {
        let policy =
            trust(&acme(), Some("arn:aws:sts::210987654321:assumed-role/AWSReservedSSO_Ops_0123/priya@example.org"));
        for statement in policy["Statement"].as_array().unwrap() {
            assert_eq!(statement["Principal"]["AWS"], "arn:aws:iam::210987654321:root");
            let roles = ["AWSReservedSSO_Ops_0123", "*/AWSReservedSSO_Ops_0123"]
                .map(|role| format!("arn:aws:iam::210987654321:role/{role}"));
            assert_eq!(statement["Condition"]["ArnLike"]["aws:PrincipalArn"], json!(roles));
        }
    }

    #[test]
    fn what_is_not_known_has_its_place_marked() {
        let nobody = tenant(None);
        let text = trust_policy(&nobody, None) + &permission_policy(&nobody);
        for mark in ["ARN-OF-ALERT-WHISPERERS-IDENTITY", "EXTERNAL-ID", "ACCOUNT", "REGION"] {
            assert!(text.contains(mark), "{mark}");
        }
    }

    #[test]
    fn commands_are_let_to_machines_of_that_account_and_region_only() {
        let policy: Value = serde_json::from_str(&permission_policy(&acme())).unwrap();
        let run = policy["Statement"]
            .as_array()
            .unwrap()
            .iter()
            .find(|statement| statement["Action"] == "ssm:SendCommand")
            .unwrap();
        let on: Vec<&str> = run["Resource"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(on.contains(&"arn:aws-cn:ssm:cn-north-1:*:document/AWS-RunShellScript"));
        assert!(on.contains(&"arn:aws-cn:ec2:cn-north-1:123456789012:instance/*"));
        assert!(on.contains(&"arn:aws-cn:ssm:cn-north-1:123456789012:managed-instance/*"));
    }

    #[test]
    fn the_manual_has_them() {
        let acme = tenant(Some(AwsAccount {
            account_id: "123456789012".into(),
            role_arn: "arn:aws:iam::123456789012:role/AlertWhisperer".into(),
            external_id: "alert-whisperer-acme-corp".into(),
            region: "eu-central-1".into(),
        }));
        let manual = include_str!("../../docs/aws.md");
        let trust = trust_policy(&acme, Some("arn:aws:iam::210987654321:user/alert-whisperer"));
        for policy in [trust, permission_policy(&acme)] {
            assert!(manual.contains(&policy), "docs/aws.md has not:\n{policy}");
        }
    }
}
