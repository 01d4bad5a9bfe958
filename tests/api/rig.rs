//! An engine with two companies and people, its receiver on a socket, hands that play AWS, and a client. Every answer is held to
//! `docs/openapi.yaml`.

use std::net::SocketAddr;
use std::time::Duration;

use alert_whisperer::audit::own::OwnLog;
use alert_whisperer::core::execution::order::{Expect, InstanceId, OnSuccess, Order, Platform, Target};
use alert_whisperer::core::execution::step::{OnExecution, Step};
use alert_whisperer::core::id::IncidentId;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::node::Node;
use alert_whisperer::core::patch::{Patches, State};
use alert_whisperer::core::person::Scope;
use alert_whisperer::core::role::{Gate, Risk, Role};
use alert_whisperer::core::tenant::AwsAccount;
use alert_whisperer::core::time::Moment;
use alert_whisperer::engine::{self, Running, handle::Handle};
use alert_whisperer::link::people::{Ask, Told};
use alert_whisperer::link::remote::{Draft, Located, Plan, Reached, Remote, Wanted};
use alert_whisperer::link::{Call, Issued, NewTenant, Refusal, Reply, Request};
use alert_whisperer::people::People;
use alert_whisperer::receiver::{self, Options};
use alert_whisperer::sender::signature;
use alert_whisperer::store::sqlite;
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use crate::spec::Spec;

pub struct Rig {
    pub address: SocketAddr,
    client: reqwest::Client,
    running: Option<Running>,
    runtime: Option<Runtime>,
    spec: Spec,
    issued: Vec<Issued>,
    pub dir: tempfile::TempDir,
}

pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {}", self.status, self.headers, String::from_utf8_lossy(&self.body))
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{self:?}"))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
    }

    pub fn tag(&self) -> String {
        self.header("etag").unwrap().into()
    }

    /// The status and the code of an error, after looking at its form.
    pub fn refused(&self) -> (u16, String) {
        assert!(self.status >= 400 && self.body.len() <= 512, "{self:?}");
        let json = self.json();
        assert_eq!(json["request_id"], self.header("x-request-id").unwrap_or_default(), "{self:?}");
        (self.status, json["error"].as_str().unwrap().into())
    }
}

impl Rig {
    pub fn start() -> Self {
        Self::with(Options::default())
    }

    pub fn with(options: Options) -> Self {
        let mut rig = Self {
            address: "127.0.0.1:0".parse().unwrap(),
            client: reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap(),
            running: None,
            runtime: None,
            spec: Spec::read(),
            issued: Vec::new(),
            dir: tempfile::tempdir().unwrap(),
        };
        rig.wake(options);
        for id in ["comp_acme", "comp_bolt"] {
            let aws =
                AwsAccount { account_id: "123456789012".into(), region: "us-east-1".into(), ..AwsAccount::default() };
            let new = NewTenant { id: id.parse().unwrap(), name: None, critical_assets: Vec::new(), aws: Some(aws) };
            let Reply::Issued(issued) = rig.own(Request::TenantAdd(new)) else { panic!() };
            rig.issued.push(*issued);
        }
        rig
    }

    /// An engine and its receiver, on what lies in the folder.
    fn wake(&mut self, options: Options) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let place = self.dir.path().to_owned();
        let running = engine::start(
            {
                let place = place.clone();
                move || sqlite::open(&place)
            },
            engine::Options {
                declared: Vec::new(),
                technicians: Vec::new(),
                public_url: "http://127.0.0.1:8001".into(),
                clock: engine::wall_clock(),
                people: People::open(&place).unwrap(),
                own_log: OwnLog::open(&place).unwrap(),
            },
        )
        .unwrap();
        let handle = running.handle().clone();
        let (hands, asked) = mpsc::channel(16);
        handle.hands(hands);
        runtime.spawn(play_aws(handle.clone(), asked));
        let bound = {
            let _inside = runtime.enter();
            receiver::bind("127.0.0.1:0".parse().unwrap(), handle, options).unwrap()
        };
        self.address = bound.address();
        runtime.spawn(receiver::serve(bound, std::future::pending()));
        (self.running, self.runtime) = (Some(running), Some(runtime));
    }

    /// Ends the engine and starts another one on the same folder.
    pub fn restart(&mut self) {
        self.runtime.take().unwrap().shutdown_background();
        self.running.take().unwrap().stop();
        self.wake(Options::default());
    }

    fn on<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.as_ref().unwrap().block_on(what)
    }

    /// Asks the engine as who has its folder.
    pub fn own(&self, request: Request) -> Reply {
        self.try_own(request).unwrap()
    }

    pub fn try_own(&self, request: Request) -> Result<Reply, Refusal> {
        let caller = self.running.as_ref().unwrap().handle().caller();
        self.on(caller.ask(&Actor::named("owner"), request))
    }

    /// Somebody new, and a token of theirs.
    pub fn token(&self, name: &str, role: Role, tenants: &[&str]) -> String {
        let tenants = match tenants {
            ["*"] => Scope::All,
            ids => Scope::Some(ids.iter().map(|id| id.parse().unwrap()).collect()),
        };
        self.own(Request::People(Ask::Add { name: name.into(), role, tenants }));
        let ask = Ask::Token { name: name.into(), ttl_seconds: 3_600 };
        match self.own(Request::People(ask)) {
            Reply::People(Told::Token(token)) => token.token,
            other => panic!("{other:?}"),
        }
    }

    /// An admin of everything.
    pub fn admin(&self) -> String {
        self.token("root", Role::Admin, &["*"])
    }

    /// Sends an alert as a tool does; the id of its incident.
    pub fn alert(&self, company: &str, asset: &str) -> String {
        self.alerts(company, &[asset])["incident_id"].as_str().unwrap().into()
    }

    /// Sends alerts at once; what is answered.
    pub fn alerts(&self, company: &str, assets: &[&str]) -> Value {
        let issued = self.issued.iter().find(|issued| issued.tenant.as_str() == company).unwrap();
        let alert = |asset: &&str| {
            json!({
                "asset_name": asset, "signature": "high_cpu_usage", "severity": "critical", "message": "97 %",
                "tool_source": "Zabbix", "instance_id": "i-0123456789abcdef0",
            })
        };
        let all: Vec<Value> = assets.iter().map(alert).collect();
        let body = if let [one] = &all[..] { one.to_string() } else { json!(all).to_string() };
        let at = engine::now().unix_seconds();
        let signed = signature(issued.hmac_secret.as_deref().unwrap(), at, body.as_bytes());
        let at = at.to_string();
        let headers = [("x-api-key", issued.api_key.clone().unwrap()), ("x-timestamp", at), ("x-signature", signed)];
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, &**value)).collect();
        let answer = self.send("POST", "/api/webhooks/alerts", &headers, Some(&body));
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    pub fn get(&self, token: &str, address: &str) -> Answer {
        self.ask("GET", address, Some(token), None)
    }

    pub fn post(&self, token: &str, address: &str, body: Value) -> Answer {
        self.ask("POST", address, Some(token), Some(&body))
    }

    pub fn ask(&self, method: &str, address: &str, token: Option<&str>, body: Option<&Value>) -> Answer {
        self.ask_with(method, address, token, &[], body)
    }

    pub fn ask_with(
        &self,
        method: &str,
        address: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let token = token.map(|token| format!("Bearer {token}"));
        let mut headers = headers.to_vec();
        headers.extend(token.iter().map(|token| ("authorization", &**token)));
        if body.is_some() && !headers.iter().any(|(name, _)| *name == "content-type") {
            headers.push(("content-type", "application/json"));
        }
        let body = body.map(|body| body.as_str().map_or_else(|| body.to_string(), str::to_owned));
        let answer = self.send(method, address, &headers, body.as_deref());
        let path = address.split('?').next().unwrap();
        if !matches!(answer.status, 405) && ROUTED.iter().any(|begin| path.starts_with(begin)) {
            self.spec.hold(method, path, answer.status, &answer.headers, &answer.body);
        }
        answer
    }

    fn send(&self, method: &str, address: &str, headers: &[(&str, &str)], body: Option<&str>) -> Answer {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, format!("http://{}{address}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body.to_owned());
        }
        self.on(async {
            let answer = request.send().await.unwrap();
            let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
            let headers = answer.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
            Answer { status: answer.status().as_u16(), headers, body: answer.bytes().await.unwrap().to_vec() }
        })
    }
}

/// What every answer below is held to the description for.
const ROUTED: [&str; 8] = [
    "/api/companies",
    "/api/alerts",
    "/api/incidents",
    "/api/executions",
    "/api/approvals",
    "/api/audit",
    "/api/users",
    "/api/me",
];

impl Drop for Rig {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Hands that find one machine for everything and begin whatever they are told to.
async fn play_aws(handle: Handle, mut asked: mpsc::Receiver<Call>) {
    let mut silent = Vec::new();
    while let Some(Call { by, request, answer, .. }) = asked.recv().await {
        let Request::Remote(remote) = request else { continue };
        let reached = match remote {
            Remote::Locate { incidents } => Ok(Reached::Located(incidents.into_iter().map(located).collect())),
            Remote::Prepare(draft) => {
                let order = order(&draft);
                let digest = order.digest();
                let gate = Gate { typed: true, approval: order.risk == Risk::High };
                Ok(Reached::Plan(Box::new(Plan { order, digest, gate, warnings: Vec::new() })))
            }
            Remote::Run { draft, digest, typed } => {
                let order = Box::new(order(&draft));
                let tenant = draft.targets[0].0.tenant.clone();
                let step = Step::Ask { order, digest, typed };
                handle.step(&tenant, OnExecution { execution: 0, by, step }).await.map(Reached::Begun)
            }
            Remote::Patches { tenant } => match &*tenant.to_string() {
                "comp_acme" => Ok(Reached::Patches(Box::new(patches()))),
                "comp_bolt" => Err(Refusal::new("no_account", "comp_bolt has no AWS role")),
                // Kept, so that whoever asks is not told that nobody answers.
                _ => {
                    silent.push(answer);
                    continue;
                }
            },
            other => panic!("{other:?}"),
        };
        drop(answer.send(reached.map(Reply::Reached)));
    }
}

fn instance() -> InstanceId {
    "i-0123456789abcdef0".parse().unwrap()
}

fn node() -> Node {
    Node {
        instance: instance(),
        name: "db-01".into(),
        platform: Platform::Linux,
        system: "Ubuntu 24.04".into(),
        ip: "10.0.0.1".into(),
        agent_version: "3.3".into(),
        online: true,
        last_ping_at: None,
    }
}

fn located(incident: IncidentId) -> Located {
    Located { incident, asset: "db-01".into(), nodes: vec![node()], how: "by its name".into() }
}

/// One machine that lacks two patches, and one that was never scanned.
fn patches() -> Patches {
    let state = State {
        instance: instance(),
        baseline: "pb-0123456789abcdef0".into(),
        missing: 2,
        failed: 0,
        installed: 40,
        pending_reboot: 1,
        compliant: false,
        ended_at: Some(Moment(1_000)),
    };
    let never = Node { instance: "mi-0123456789abcdef1".parse().unwrap(), name: "till-07".into(), ..node() };
    Patches::of(&[node(), never], vec![state], Moment(2_000))
}

/// A runbook that is called `high` is of high risk; everything else of medium.
fn order(draft: &Draft) -> Order {
    let (runbook, title) = match &draft.what {
        Wanted::Runbook { name, .. } => (Some(name.clone()), name.clone()),
        Wanted::Command { text } => (None, text.clone()),
    };
    let target = |(incident, instance): &(IncidentId, InstanceId)| Target {
        incident: incident.clone(),
        instance: instance.clone(),
        asset: "db-01".into(),
    };
    Order {
        risk: if title == "high" { Risk::High } else { Risk::Medium },
        runbook,
        title,
        account_id: "123456789012".into(),
        region: "us-east-1".into(),
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        document_version: None,
        parameters: [("commands".to_owned(), vec!["uptime".to_owned()])].into(),
        targets: draft.targets.iter().map(target).collect(),
        timeout_seconds: 300,
        expect: Expect::default(),
        on_success: OnSuccess::default(),
        auto: false,
        again: None,
    }
}
