//! Two tenants with an account each in the stand-in, and a server that says what it is told.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use alert_whisperer::aws::{Account, Aws, Clock, Keys, Options, Purpose, Timeouts};
use alert_whisperer::core::credentials::Credentials;
use alert_whisperer::core::execution::order::{Order, Platform, Target};
use alert_whisperer::core::id::IncidentId;
use alert_whisperer::core::role::Risk;
use alert_whisperer::core::tenant::{AwsAccount, Settings, Tenant};
use alert_whisperer::core::time::Moment;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::{self, Node, World};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

pub const ACME: &str = "111122223333";
pub const BOLT: &str = "444455556666";
pub const REGION: &str = "us-east-1";
pub const WEB: &str = "i-0123456789abcdef0";
pub const FILES: &str = "i-0123456789abcdef1";
pub const TILL: &str = "mi-0123456789abcdef2";
pub const THEIRS: &str = "i-0fedcba9876543210";

pub async fn stand_in() -> StandIn {
    let windows = Node { platform: Platform::Windows, ..Node::new(FILES, "files-01") };
    StandIn::start(World::of(vec![
        world::Account::new(
            ACME,
            REGION,
            "acme-external",
            vec![Node::new(WEB, "web-03"), windows, Node::new(TILL, "till-07")],
        ),
        world::Account::new(BOLT, REGION, "bolt-external", vec![Node::new(THEIRS, "db-01")]),
    ]))
    .await
    .unwrap()
}

pub fn options(stand_in: &StandIn) -> Options {
    let key = stand_in.base();
    at(&stand_in.url(), &key.access_key, key.secret.expose())
}

/// Whatever the environment of the tests is, nothing of it is used.
pub fn at(url: &str, id: &str, secret: &str) -> Options {
    Options {
        region: Some(REGION.into()),
        endpoint_url: Some(url.into()),
        keys: Some(Keys { id: id.into(), secret: secret.to_owned().into() }),
        ..Options::default()
    }
}

/// With which a silent server is found silent soon.
pub const IMPATIENT: Timeouts = Timeouts {
    connect: Duration::from_millis(300),
    attempt: Duration::from_millis(300),
    call: Duration::from_millis(300),
    credentials: Duration::from_millis(300),
};

pub fn tenant(id: &str, aws: Option<AwsAccount>) -> Tenant {
    Tenant {
        id: id.parse().unwrap(),
        name: id.into(),
        created_at: Moment(0),
        settings: Settings { aws, ..Settings::default() },
        sources: Default::default(),
        credentials: Arc::new(Credentials::default()),
    }
}

pub fn access(account: &str, external_id: &str) -> AwsAccount {
    AwsAccount {
        account_id: account.into(),
        role_arn: format!("arn:aws:iam::{account}:role/AlertWhisperer"),
        external_id: external_id.into(),
        region: REGION.into(),
    }
}

pub fn acme() -> Tenant {
    tenant("comp_acme", Some(access(ACME, "acme-external")))
}

pub fn bolt() -> Tenant {
    tenant("comp_bolt", Some(access(BOLT, "bolt-external")))
}

pub fn purpose(operator: &str, tenant: &Tenant, number: u64) -> Purpose {
    let incident = (number > 0).then(|| IncidentId { tenant: tenant.id.clone(), number });
    Purpose { operator: operator.into(), incident }
}

/// Priya's way into Acme's account.
pub async fn inside(stand_in: &StandIn) -> Account {
    Aws::new(options(stand_in)).account(&acme(), &purpose("priya", &acme(), 4)).await.unwrap()
}

pub fn order(tenant: &Tenant, instances: &[&str], script: &str) -> Order {
    let aws = tenant.settings.aws.as_ref().unwrap();
    let target = |instance: &&str| Target {
        incident: IncidentId { tenant: tenant.id.clone(), number: 4 },
        instance: instance.parse().unwrap(),
        asset: "web-03".into(),
    };
    Order {
        runbook: None,
        title: script.into(),
        risk: Risk::Low,
        account_id: aws.account_id.clone(),
        region: aws.region.clone(),
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        document_version: None,
        parameters: [("commands".into(), script.lines().map(Into::into).collect())].into(),
        targets: instances.iter().map(target).collect(),
        timeout_seconds: 120,
        expect: Default::default(),
        on_success: Default::default(),
        auto: false,
        again: None,
    }
}

/// How often an operation was asked for.
pub fn asked(stand_in: &StandIn, operation: &str) -> usize {
    stand_in.requests().iter().filter(|request| request.operation == operation).count()
}

/// A clock that stands still until it is moved.
#[derive(Clone)]
pub struct Hands(Arc<AtomicU64>);

impl Hands {
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(0)))
    }

    pub fn move_on(&self, by: Duration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    pub fn clock(&self) -> Clock {
        let (hands, began) = (self.0.clone(), SystemTime::now());
        Clock::new(move || began + Duration::from_secs(hands.load(Ordering::Relaxed)))
    }
}

/// A server that answers everything with this.
pub async fn says(status: u16, body: String) -> SocketAddr {
    answers(move |_, _| (status, body.clone())).await
}

/// A server that answers what is asked of Systems Manager, or of STS, whose requests name no operation.
pub async fn answers(with: impl Fn(&str, &str) -> (u16, String) + Clone + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = service_fn(move |request: Request<Incoming>| {
        let with = with.clone();
        async move {
            let target = request.headers().get("x-amz-target").map(|target| target.to_str().unwrap().to_owned());
            let body = request.into_body().collect().await?.to_bytes();
            let operation = target.unwrap_or_default().replace("AmazonSSM.", "");
            let (status, answer) = with(&operation, str::from_utf8(&body).unwrap());
            let answer = Response::builder().status(status).body(Full::new(Bytes::from(answer))).unwrap();
            Ok::<_, hyper::Error>(answer)
        }
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone()));
        }
    });
    address
}

/// What STS says when it lets somebody into an account.
pub fn let_in(account: &str, secret: &str, token: &str) -> String {
    format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><AssumedRoleUser>\
         <AssumedRoleId>AROA:x</AssumedRoleId><Arn>arn:aws:sts::{account}:assumed-role/AlertWhisperer/x</Arn>\
         </AssumedRoleUser><Credentials><AccessKeyId>ASIAPLANTED</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>\
         <SessionToken>{token}</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
         </AssumeRoleResult></AssumeRoleResponse>"
    )
}
