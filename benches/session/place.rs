//! A client's account in the stand-in, and an engine in a process of its own that cares for it.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use alert_whisperer::aws::{Account, Aws, Keys, Options, Purpose};
use alert_whisperer::core::credentials::Credentials;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::tenant::{AwsAccount, Settings, Tenant};
use alert_whisperer::core::time::Moment;
use alert_whisperer::demo::aws::StandIn;
use alert_whisperer::demo::aws::world::{self, Node, World};
use alert_whisperer::link::{Caller, NewTenant, Reply, Request, socket};
use alert_whisperer::sender::Sender;

pub const TENANT: &str = "comp_acme";
pub const ACME: &str = "111122223333";
pub const EXTERNAL: &str = "acme-external";
pub const REGION: &str = "us-east-1";
pub const WEB: &str = "i-0123456789abcdef0";

/// Incidents that the load is about.
const INCIDENTS: usize = 1_000;

pub fn world() -> World {
    World::of(vec![world::Account::new(ACME, REGION, EXTERNAL, vec![Node::new(WEB, "web-03")])])
}

fn aws() -> AwsAccount {
    AwsAccount {
        account_id: ACME.into(),
        role_arn: format!("arn:aws:iam::{ACME}:role/AlertWhisperer"),
        external_id: EXTERNAL.into(),
        region: REGION.into(),
    }
}

/// The way into the account.
pub async fn account(stand_in: &StandIn) -> Account {
    let key = stand_in.base();
    let options = Options {
        region: Some(REGION.into()),
        endpoint_url: Some(stand_in.url()),
        keys: Some(Keys { id: key.access_key.clone(), secret: key.secret.expose().to_owned().into() }),
        ..Options::default()
    };
    let tenant = Tenant {
        id: TENANT.parse().unwrap(),
        name: "Acme".into(),
        created_at: Moment(0),
        settings: Settings { aws: Some(aws()), ..Settings::default() },
        sources: Default::default(),
        credentials: Arc::new(Credentials::default()),
    };
    let purpose = Purpose { operator: "bench".into(), incident: None };
    Aws::new(options).account(&tenant, &purpose).await.unwrap()
}

/// An alert of the `number`th incident.
pub fn alert(number: usize) -> String {
    format!(
        "{{\"asset_name\":\"web-{number:05}\",\"signature\":\"high_cpu_usage\",\"severity\":\"high\",\
         \"message\":\"high_cpu_usage has been so for five minutes\",\"tool_source\":\"Zabbix\"}}"
    )
}

/// Seconds since the epoch.
pub fn now() -> i64 {
    seconds()
}

pub fn seconds() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

pub struct Place {
    pub dir: tempfile::TempDir,
    /// The address, then a key and a secret for each tenant, line by line.
    pub senders: PathBuf,
    engine: Child,
}

impl Place {
    pub async fn fill(stand_in: &StandIn) -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let key = stand_in.base();
        let mut engine = Command::new(env!("CARGO_BIN_EXE_alert-whisperer"));
        engine
            .args(["--listen", "127.0.0.1:0", "--data-dir"])
            .arg(dir.path())
            .arg("serve")
            .env("AWS_ENDPOINT_URL", stand_in.url())
            .env("AWS_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", &key.access_key)
            .env("AWS_SECRET_ACCESS_KEY", key.secret.expose())
            .env("AWS_EC2_METADATA_DISABLED", "true");
        let engine = engine.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let senders = dir.path().join("senders");
        let place = Self { dir, senders, engine };
        let (caller, by) = (place.caller().await, Actor::named("bench"));
        let address = loop {
            match caller.ask(&by, Request::Pulse).await.unwrap() {
                Reply::Pulse(pulse) if pulse.listen.is_some() => break pulse.listen.unwrap(),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let new = NewTenant {
            id: TENANT.parse().unwrap(),
            name: Some("Acme".into()),
            critical_assets: Vec::new(),
            aws: Some(aws()),
        };
        let Reply::Issued(issued) = caller.ask(&by, Request::TenantAdd(new)).await.unwrap() else { panic!() };
        let (key, secret) = (issued.api_key.unwrap(), issued.hmac_secret.unwrap());
        let url = format!("http://{address}/api/webhooks/alerts");
        let sender = Sender::direct(&url, &key, Some(&secret)).unwrap();
        let all: Vec<String> = (0..INCIDENTS).map(alert).collect();
        for part in all.chunks(500) {
            let said = sender.post(format!("[{}]", part.join(",")), now()).await.unwrap();
            assert_eq!(said.status, 200, "{}", said.body);
        }
        std::fs::write(&place.senders, format!("{address}\n{key} {secret} {INCIDENTS}\n")).unwrap();
        place
    }

    pub async fn caller(&self) -> Caller {
        for _ in 0..500 {
            if let Ok(link) = socket::connect(&self.dir.path().join("engine.sock"), false).await {
                return link.caller;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the engine did not open its socket");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Its folder goes with it: there is nothing to end well.
        let _ = self.engine.kill();
        let _ = self.engine.wait();
    }
}
