//! Our way to AWS, tried against moto: it recalculates signatures with AWS' own Python library, and applies the trust policy
//! that we ask clients to set. And the stand-in beside it, so that what it says is what moto says.
//!
//! `.ci/moto` starts moto, one request at a time, and says where in MOTO_URL; and once more for its SNS, in MOTO_SNS_URL. A plain `cargo test` leaves this out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

// Others need more of it.
#[path = "support/program.rs"]
#[allow(dead_code)]
mod program;
#[path = "moto/sns.rs"]
mod sns;

use std::sync::Arc;

use alert_whisperer::aws::{Aws, AwsError, Keys, Kind, Options, Purpose, permission_policy, trust_policy};
use alert_whisperer::core::tenant::{AwsAccount, Settings, Tenant};
use alert_whisperer::core::time::Moment;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::{Account, World};

/// The account that moto is.
const MOTO: &str = "123456789012";
const CALLER: &str = "arn:aws:iam::123456789012:user/alert-whisperer";
const EXTERNAL_ID: &str = "aw-comp_acme-7f3c";

fn tenant(account_id: &str, external_id: &str) -> Tenant {
    let aws = AwsAccount {
        account_id: account_id.into(),
        role_arn: format!("arn:aws:iam::{account_id}:role/AlertWhisperer"),
        external_id: external_id.into(),
        region: "us-east-1".into(),
    };
    Tenant {
        id: "comp_acme".parse().unwrap(),
        name: "Acme".into(),
        created_at: Moment(0),
        settings: Settings { aws: Some(aws), ..Settings::default() },
        sources: Default::default(),
        credentials: Arc::default(),
    }
}

fn reached(url: &str, id: &str, secret: &str) -> Aws {
    Aws::new(Options {
        region: Some("us-east-1".into()),
        endpoint_url: Some(url.into()),
        keys: Some(Keys { id: id.into(), secret: secret.to_owned().into() }),
        ..Options::default()
    })
}

/// What somebody with a key of their own finds at an address: who they are, and as whom they are in the account.
async fn finds(url: &str, id: &str, secret: &str, tenant: &Tenant) -> Vec<Result<String, Kind>> {
    let aws = reached(url, id, secret);
    let purpose = Purpose { operator: "kim".into(), incident: None };
    let inside = async { aws.account(tenant, &purpose).await?.identity().await };
    let kind = |error: AwsError| error.kind;
    vec![aws.identity().await.map_err(kind), inside.await.map_err(kind)]
}

/// moto, before it looks at signatures.
struct Moto {
    url: String,
    http: reqwest::Client,
}

impl Moto {
    /// A call to IAM by nobody in particular.
    async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.by_nobody("iam", "2010-05-08", &[&[("Action", action)], parameters].concat()).await
    }

    /// A call to a service by nobody in particular: the scope says which one it is for.
    async fn by_nobody(&self, service: &str, version: &str, parameters: &[(&str, &str)]) -> String {
        let body = form_urlencoded::Serializer::new(format!("Version={version}")).extend_pairs(parameters).finish();
        let scope = format!(
            "Credential=AKIANOBODY/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=00"
        );
        let request = self
            .http
            .post(&self.url)
            .header("Authorization", format!("AWS4-HMAC-SHA256 {scope}"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body);
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{service} {parameters:?}: {text}");
        text
    }

    /// From here on it looks at every signature and policy.
    async fn be_strict(&self) {
        let answer = self.http.post(format!("{}/moto-api/reset-auth", self.url)).body("0").send().await.unwrap();
        assert!(answer.status().is_success());
    }
}

fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    rest.split_once(to).unwrap().0
}

#[tokio::test]
async fn moto_takes_us_as_the_stand_in_does() {
    let url = std::env::var("MOTO_URL").expect("MOTO_URL: run .ci/moto");
    let moto = Moto { url: url.clone(), http: reqwest::Client::builder().no_proxy().build().unwrap() };
    let ours = tenant(MOTO, EXTERNAL_ID);
    moto.iam("CreateUser", &[("UserName", "alert-whisperer")]).await;
    let key = moto.iam("CreateAccessKey", &[("UserName", "alert-whisperer")]).await;
    let (id, secret) = (between(&key, "<AccessKeyId>", "<"), between(&key, "<SecretAccessKey>", "<"));
    let may = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],
                  "Resource":"arn:aws:iam::*:role/AlertWhisperer"}]}"#;
    let user = [("UserName", "alert-whisperer"), ("PolicyName", "may"), ("PolicyDocument", may)];
    moto.iam("PutUserPolicy", &user).await;
    let trust = trust_policy(&ours, Some(CALLER));
    moto.iam("CreateRole", &[("RoleName", "AlertWhisperer"), ("AssumeRolePolicyDocument", &trust)]).await;
    let permission = permission_policy(&ours);
    let role = [("RoleName", "AlertWhisperer"), ("PolicyName", "do"), ("PolicyDocument", permission.as_str())];
    moto.iam("PutRolePolicy", &role).await;
    moto.be_strict().await;

    let mut world = World::of(vec![Account::new(MOTO, "us-east-1", EXTERNAL_ID, Vec::new())]);
    world.base_account = MOTO.into();
    let stand_in = StandIn::start(world).await.unwrap();
    let base = stand_in.base();

    let role = "arn:aws:sts::123456789012:assumed-role/AlertWhisperer/aw-kim-comp_acme";
    let theirs = tenant(MOTO, "of-somebody-else");
    let nobody = "AKIAIOSFODNN7EXAMPLE";
    for (what, tenant, key_is_ours, secret_is_right, expected) in [
        ("all is right", &ours, true, true, [Ok(CALLER.into()), Ok(role.into())]),
        ("wrong external id", &theirs, true, true, [Ok(CALLER.into()), Err(Kind::Denied)]),
        ("wrong secret", &ours, true, false, [Err(Kind::NoCredentials), Err(Kind::NoCredentials)]),
        ("a key that nobody has", &ours, false, true, [Err(Kind::NoCredentials), Err(Kind::NoCredentials)]),
    ] {
        let with =
            |id, secret| (if key_is_ours { id } else { nobody }, if secret_is_right { secret } else { "another" });
        let (base_id, base_secret) = with(&base.access_key, base.secret.expose());
        assert_eq!(finds(&stand_in.url(), base_id, base_secret, tenant).await, expected, "{what}, at the stand-in");
        // moto words its refusals as no STS does: that it refuses is all that it tells.
        let (id, secret) = with(id, secret);
        let found: Vec<_> = finds(&url, id, secret, tenant).await.into_iter().map(Result::ok).collect();
        assert_eq!(found, expected.map(Result::ok), "{what}, at moto");
    }
}
