//! Whose role is assumed for whom, as whom, how often, and until when.

use std::time::Duration;

use alert_whisperer::aws::{Aws, Kind, Options};
use alert_whisperer::core::tenant::AwsAccount;

use super::fixture::*;

#[tokio::test]
async fn the_role_is_assumed_in_the_name_of_operator_and_incident() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    let account = aws.account(&acme(), &purpose("priya o'neil", &acme(), 4)).await.unwrap();
    let [assumed] = &stand_in.assumed()[..] else { panic!("once") };
    assert_eq!(assumed.session_name, "aw-priya-o-neil-i4");
    assert_eq!(assumed.role_arn, format!("arn:aws:iam::{ACME}:role/AlertWhisperer"));
    assert_eq!(assumed.tags["TenantId"], "comp_acme");
    assert_eq!(assumed.tags["Operator"], "priya o_neil");
    assert_eq!(assumed.seconds, 3600);
    let arn = account.identity().await.unwrap();
    assert_eq!(arn, format!("arn:aws:sts::{ACME}:assumed-role/AlertWhisperer/aw-priya-o-neil-i4"));
    assert_eq!((account.tenant().as_str(), account.account_id(), account.region()), ("comp_acme", ACME, REGION));
}

#[tokio::test]
async fn making_it_costs_nothing_and_asking_twice_asks_once() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    assert!(stand_in.requests().is_empty());
    let (tenant, purpose) = (acme(), purpose("priya", &acme(), 4));
    let many = (0..20).map(|_| aws.account(&tenant, &purpose));
    assert!(futures_util::future::join_all(many).await.into_iter().all(|account| account.is_ok()));
    aws.account(&tenant, &purpose).await.unwrap();
    assert_eq!(asked(&stand_in, "AssumeRole"), 1);
}

#[tokio::test]
async fn operators_incidents_and_tenants_share_no_session() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    for (operator, tenant, number) in
        [("priya", acme(), 4), ("tom", acme(), 4), ("priya", acme(), 5), ("priya", acme(), 0), ("priya", bolt(), 4)]
    {
        aws.account(&tenant, &purpose(operator, &tenant, number)).await.unwrap();
    }
    let names: Vec<_> = stand_in.assumed().into_iter().map(|assumed| assumed.session_name).collect();
    assert_eq!(names, ["aw-priya-i4", "aw-tom-i4", "aw-priya-i5", "aw-priya-comp_acme", "aw-priya-i4"]);
}

#[tokio::test]
async fn a_tenant_without_a_role_uses_nobodys_credentials() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    // The other one's are there and good.
    aws.account(&bolt(), &purpose("priya", &bolt(), 4)).await.unwrap();
    let before = stand_in.requests().len();
    let without = [
        (None, "has no AWS role"),
        (Some(AwsAccount { role_arn: String::new(), ..access(ACME, "acme-external") }), "has no AWS role"),
        (Some(AwsAccount { role_arn: "AlertWhisperer".into(), ..access(ACME, "acme-external") }), "no role's ARN"),
        (Some(AwsAccount { account_id: BOLT.into(), ..access(ACME, "acme-external") }), "whichever is wrong"),
        (Some(access(ACME, "")), "no external id"),
    ];
    for (settings, says) in without {
        let tenant = tenant("comp_acme", settings);
        let error = aws.account(&tenant, &purpose("priya", &tenant, 4)).await.unwrap_err();
        assert_eq!(error.kind, Kind::NoAccount, "{error}");
        assert!(error.message.contains(says), "{error}");
        assert!(error.message.contains("alert-whisperer tenant set comp_acme aws."), "{error}");
        assert!(!error.passes());
    }
    assert_eq!(stand_in.requests().len(), before);
}

#[tokio::test]
async fn an_incident_of_another_tenant_opens_nothing() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    let error = aws.account(&acme(), &purpose("priya", &bolt(), 4)).await.unwrap_err();
    assert_eq!(error.kind, Kind::NoAccount);
    assert!(stand_in.requests().is_empty());
}

#[tokio::test]
async fn a_wrong_external_id_is_said_with_what_to_mend_where() {
    let stand_in = stand_in().await;
    let tenant = tenant("comp_acme", Some(access(ACME, "another-external")));
    let error = Aws::new(options(&stand_in)).account(&tenant, &purpose("priya", &tenant, 4)).await.unwrap_err();
    assert_eq!(error.kind, Kind::Denied);
    assert!(error.request_id.is_some());
    let role = format!("arn:aws:iam::{ACME}:role/AlertWhisperer");
    for part in
        [stand_in.world().base_arn().as_str(), &role, ACME, "trust policy", "external id", "tenant verify comp_acme"]
    {
        assert!(error.message.contains(part), "{part} in {error}");
    }
    assert!(!error.message.contains("another-external"), "{error}");
}

#[tokio::test]
async fn a_role_in_another_account_than_the_tenants_is_thrown_away() {
    let address = says(200, let_in(BOLT, "secret", "token")).await;
    let aws = Aws::new(at(&format!("http://{address}"), "AKIA", "secret"));
    let error = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap_err();
    assert_eq!(error.kind, Kind::NoAccount);
    assert!(error.message.contains(ACME) && error.message.contains(BOLT), "{error}");
}

#[tokio::test]
async fn other_settings_drop_what_was_made_from_the_old() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    let before = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    let now = tenant("comp_acme", Some(AwsAccount { region: "eu-west-1".into(), ..access(ACME, "acme-external") }));
    let after = aws.account(&now, &purpose("priya", &now, 4)).await.unwrap();
    let error = before.nodes().await.unwrap_err();
    assert_eq!(error.kind, Kind::NoAccount);
    assert!(after.nodes().await.unwrap().is_empty());
    // Taking the role away does so too.
    assert!(aws.account(&tenant("comp_acme", None), &purpose("priya", &now, 4)).await.is_err());
    assert_eq!(after.nodes().await.unwrap_err().kind, Kind::NoAccount);
}

#[tokio::test]
async fn a_tenant_that_is_no_more_is_forgotten() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    aws.forget(&acme().id);
    assert_eq!(account.nodes().await.unwrap_err().kind, Kind::NoAccount);
}

#[tokio::test]
async fn a_role_is_assumed_anew_five_minutes_before_it_ends() {
    let stand_in = stand_in().await;
    let hands = Hands::new();
    let aws = Aws::new(Options { clock: hands.clock(), ..options(&stand_in) });
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    hands.move_on(Duration::from_secs(54 * 60));
    account.nodes().await.unwrap();
    assert_eq!(asked(&stand_in, "AssumeRole"), 1);
    hands.move_on(Duration::from_secs(2 * 60));
    account.nodes().await.unwrap();
    assert_eq!(asked(&stand_in, "AssumeRole"), 2);
}

#[tokio::test]
async fn credentials_that_end_too_soon_are_made_anew_within_a_question() {
    let stand_in = stand_in().await;
    let account = inside(&stand_in).await;
    stand_in.faults().expire_sessions();
    assert_eq!(account.nodes().await.unwrap().len(), 3);
    assert_eq!(asked(&stand_in, "AssumeRole"), 2);
}

#[tokio::test]
async fn a_failure_is_not_kept() {
    use alert_whisperer::demo::aws::faults::Fault;
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    let (tenant, purpose) = (acme(), purpose("priya", &acme(), 4));
    for (fault, kind) in
        [(Fault::Throttled, Kind::Throttled), (Fault::Broken, Kind::Server), (Fault::DroppedBefore, Kind::Silent)]
    {
        stand_in.faults().next("AssumeRole", fault);
        let error = aws.account(&tenant, &purpose).await.unwrap_err();
        assert_eq!((error.kind, error.passes()), (kind, true), "{error}");
    }
    aws.account(&tenant, &purpose).await.unwrap();
}

#[tokio::test]
async fn keys_that_aws_does_not_know_are_our_own_to_mend() {
    let stand_in = stand_in().await;
    let aws = Aws::new(at(&stand_in.url(), "AKIAUNKNOWN", "nothing"));
    let error = aws.identity().await.unwrap_err();
    assert_eq!(error.kind, Kind::NoCredentials);
    assert!(error.message.contains("our own access key"), "{error}");
    let error = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap_err();
    assert_eq!(error.kind, Kind::NoCredentials);
}

#[tokio::test]
async fn verifying_finds_out_step_by_step() {
    let stand_in = stand_in().await;
    let aws = Aws::new(options(&stand_in));
    let good = aws.verify(&acme(), &purpose("priya", &acme(), 0)).await;
    assert_eq!(good.base, Ok(stand_in.world().base_arn()));
    assert_eq!(good.role, Ok(format!("arn:aws:sts::{ACME}:assumed-role/AlertWhisperer/aw-priya-comp_acme")));
    assert_eq!(good.nodes, Ok((3, 3)));
    let wrong = tenant("comp_acme", Some(access(ACME, "another-external")));
    let bad = aws.verify(&wrong, &purpose("priya", &wrong, 0)).await;
    assert!(bad.base.is_ok() && bad.role.unwrap_err().contains("trust policy") && bad.nodes.is_err());
    for (policy, part) in [
        (&bad.trust_policy, stand_in.world().base_arn()),
        (&bad.trust_policy, "another-external".into()),
        (&bad.permission_policy, format!("arn:aws:ec2:{REGION}:{ACME}:instance/*")),
    ] {
        assert!(policy.contains(&part), "{part} in {policy}");
        assert!(serde_json::from_str::<serde_json::Value>(policy).is_ok());
    }
}

#[tokio::test]
async fn verifying_leaves_those_who_are_at_it_where_they_are() {
    use alert_whisperer::demo::aws::faults::Fault;
    let stand_in = stand_in().await;
    let aws = Aws::new(Options { timeouts: IMPATIENT, ..options(&stand_in) });
    let account = aws.account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap();
    stand_in.faults().next("GetCallerIdentity", Fault::SilentBefore);
    let (tenant, tom) = (acme(), purpose("tom", &acme(), 0));
    let meanwhile = async {
        stand_in.until(|requests| requests.iter().any(|one| one.operation == "GetCallerIdentity")).await;
        account.nodes().await
    };
    let (_, nodes) = tokio::join!(aws.verify(&tenant, &tom), meanwhile);
    assert_eq!(nodes.unwrap().len(), 3);
    assert_eq!(asked(&stand_in, "AssumeRole"), 3, "nothing from before was used");
}
