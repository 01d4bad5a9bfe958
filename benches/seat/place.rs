//! A data folder full of open incidents, and an engine on it in a process of its own.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use alert_whisperer::core::input::Actor;
use alert_whisperer::link::{Caller, NewTenant, Reply, Request, socket};
use alert_whisperer::sender::Sender;

pub struct Place {
    pub dir: tempfile::TempDir,
    /// The address, then a key and a secret for each tenant, line by line.
    pub senders: PathBuf,
    engine: Child,
}

/// Kinds of trouble, in the order of their severities.
const TROUBLES: [(&str, &str); 5] = [
    ("disk_full", "medium"),
    ("high_cpu_usage", "high"),
    ("host_down", "critical"),
    ("certificate_expires", "low"),
    ("replication_lag", "high"),
];

/// An alert of a tenant's `number`th incident, with when it was made.
pub fn alert(number: usize) -> String {
    let (signature, severity) = TROUBLES[number % TROUBLES.len()];
    let made = millis();
    format!(
        "{{\"asset_name\":\"web-{number:05}.site-{}\",\"signature\":\"{signature}\",\"severity\":\"{severity}\",\
         \"message\":\"{signature} has been so for five minutes at {made}\",\"tool_source\":\"Zabbix\",\
         \"labels\":{{\"site\":\"berlin-2\",\"role\":\"frontend\"}}}}",
        number % 7
    )
}

/// Seconds since the epoch.
pub fn now() -> i64 {
    millis() / 1_000
}

/// Milliseconds since the epoch.
pub fn millis() -> i64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

impl Place {
    pub fn fill(tenants: usize, incidents: usize) -> Self {
        let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut engine = Command::new(env!("CARGO_BIN_EXE_alert-whisperer"));
        engine.args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(dir.path()).arg("serve");
        let engine = engine.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let senders = dir.path().join("senders");
        let place = Self { dir, senders, engine };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(place.fill_with(tenants, incidents));
        place
    }

    async fn fill_with(&self, tenants: usize, incidents: usize) {
        let began = Instant::now();
        let caller = self.caller().await;
        let by = Actor::named("bench");
        let address = loop {
            match caller.ask(&by, Request::Pulse).await.unwrap() {
                Reply::Pulse(pulse) if pulse.listen.is_some() => break pulse.listen.unwrap(),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        };
        let url = format!("http://{address}/api/webhooks/alerts");
        let mut senders = format!("{address}\n");
        let mut done = 0;
        for tenant in 0..tenants {
            let new = NewTenant {
                id: format!("comp_{tenant:03}").parse().unwrap(),
                name: Some(format!("Company {tenant:03}")),
                critical_assets: Vec::new(),
                aws: None,
            };
            let Reply::Issued(issued) = caller.ask(&by, Request::TenantAdd(new)).await.unwrap() else { panic!() };
            let (key, secret) = (issued.api_key.unwrap(), issued.hmac_secret.unwrap());
            let sender = Sender::direct(&url, &key, Some(&secret)).unwrap();
            let share = (incidents - done) / (tenants - tenant);
            let all: Vec<String> = (0..share).map(alert).collect();
            for part in all.chunks(500) {
                let said = sender.post(format!("[{}]", part.join(",")), now()).await.unwrap();
                assert_eq!(said.status, 200, "{}", said.body);
            }
            done += share;
            writeln!(senders, "{key} {secret} {share}").unwrap();
        }
        std::fs::write(&self.senders, senders).unwrap();
        println!("{done} incidents of {tenants} tenants in {:.0} s", began.elapsed().as_secs_f64());
    }

    /// What the seats of this host sit down at.
    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("engine.sock")
    }

    /// Asks the engine, as soon as it is there.
    pub async fn caller(&self) -> Caller {
        for _ in 0..500 {
            if let Ok(link) = socket::connect(&self.socket(), false).await {
                return link.caller;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("the engine did not open its socket");
    }

    /// Bytes of memory that the engine holds.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.engine.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1_024
    }

    /// Processor time that the engine has used.
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.engine.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Its folder goes with it: there is nothing to end well.
        let _ = self.engine.kill();
        let _ = self.engine.wait();
    }
}
