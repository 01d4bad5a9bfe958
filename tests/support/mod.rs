//! A receiver on a real socket, before an engine without a disk, and a client that sends exactly the bytes it is given.

pub mod client;
pub mod engine;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use alert_whisperer::core::credentials::{Credentials, HmacSecret, Secret, Source};
use alert_whisperer::core::tenant::{Settings, Tenant};
use alert_whisperer::core::time::Moment;
use alert_whisperer::receiver::{self, Options};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;

use client::{Answer, Client, Request};
use engine::FakeEngine;

/// A running receiver. Its tenants are `comp_acme` and `comp_bolt`, with the keys `acme-key`, `acme-am-key` and so on and the
/// secrets `acme-secret` and so on.
pub struct Receiver {
    pub address: SocketAddr,
    pub engine: FakeEngine,
    runtime: Option<tokio::runtime::Runtime>,
    stop: Option<oneshot::Sender<()>>,
    served: Option<tokio::task::JoinHandle<()>>,
}

impl Receiver {
    pub fn start() -> Self {
        Self::with(Options::default(), |_| {})
    }

    pub fn with(options: Options, settings: impl Fn(&mut Tenant)) -> Self {
        Self::before(FakeEngine::start(tenants(settings)), options)
    }

    pub fn before(engine: FakeEngine, options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let bound = receiver::bind("127.0.0.1:0".parse().unwrap(), engine.handle.clone(), options).unwrap();
        let address = bound.address();
        let (stop, stopped) = oneshot::channel();
        let served = runtime.spawn(async move {
            receiver::serve(bound, async { drop(stopped.await) }).await.unwrap();
        });
        Self { address, engine, runtime: Some(runtime), stop: Some(stop), served: Some(served) }
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    /// One request on a connection of its own.
    pub fn ask(&self, request: &Request) -> Answer {
        self.client().ask(request)
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask(&Request::new("GET", path))
    }

    /// Tells the receiver to stop.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    /// Waits until it has.
    pub fn join(&mut self) {
        let served = self.served.take().unwrap();
        self.runtime.as_ref().unwrap().block_on(served).unwrap();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
    }
}

pub fn tenants(settings: impl Fn(&mut Tenant)) -> Vec<Tenant> {
    ["acme", "bolt"]
        .into_iter()
        .map(|name| {
            let mut tenant = tenant(name);
            settings(&mut tenant);
            tenant
        })
        .collect()
}

pub fn tenant(name: &str) -> Tenant {
    let source = |source: &str, key: String| Source::new(source, Sha256::digest(key).into());
    Tenant {
        id: format!("comp_{name}").parse().unwrap(),
        name: name.into(),
        created_at: Moment(0),
        settings: Settings::default(),
        sources: Default::default(),
        credentials: Arc::new(Credentials {
            sources: vec![source("alerts", format!("{name}-key")), source("alertmanager", format!("{name}-am-key"))],
            hmac: vec![HmacSecret { secret: Secret::new(format!("{name}-secret")), expires_at: None }],
        }),
    }
}

pub fn unix_seconds() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

pub fn mac(secret: &str, timestamp: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

/// A native request as `comp_acme` signs it now.
pub fn signed(body: impl AsRef<[u8]>) -> Request {
    signed_by("acme", body)
}

pub fn signed_by(name: &str, body: impl AsRef<[u8]>) -> Request {
    signed_at(name, unix_seconds(), body)
}

pub fn signed_at(name: &str, at: i64, body: impl AsRef<[u8]>) -> Request {
    let body = body.as_ref();
    let at = at.to_string();
    Request::new("POST", &format!("/api/webhooks/alerts?api_key={name}-key"))
        .header("X-Timestamp", &at)
        .header("X-Signature", &format!("sha256={}", mac(&format!("{name}-secret"), &at, body)))
        .body(body)
}

/// What Alertmanager sends for `comp_acme`.
pub fn from_alertmanager(body: impl AsRef<[u8]>) -> Request {
    Request::new("POST", "/api/webhooks/alertmanager?api_key=acme-am-key")
        .header("User-Agent", "Alertmanager/0.25.0")
        .header("Content-Type", "application/json")
        .body(body.as_ref())
}

pub fn alert(asset: &str) -> String {
    format!(
        r#"{{"asset_name":"{asset}","signature":"high_cpu_usage","severity":"critical","message":"97 %","tool_source":"Zabbix"}}"#
    )
}
