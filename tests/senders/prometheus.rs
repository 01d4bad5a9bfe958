//! Prometheus and its Alertmanager: alerts, their ends, many at once, and a receiver that is away or refuses for a while.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::program::{Connection, Serve, json as asked, run};
use super::{Posts, sender};

/// A running program. Dropped, it is killed.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// An address that nobody has.
fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// Waits for something that a program does in its own time.
fn until(what: &str, mut there: impl FnMut() -> bool) {
    let began = Instant::now();
    while !there() {
        assert!(began.elapsed() < Duration::from_secs(90), "{what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// An Alertmanager that posts as our page about it says, and tries again soon.
fn alertmanager(dir: &Path, posts: &Posts) -> (Running, SocketAddr) {
    let address = free();
    let (url, key) = (&posts.url, &posts.key);
    let config = format!(
        "route: {{receiver: alert-whisperer, group_by: [job], group_wait: 1s, group_interval: 1s, repeat_interval: 1h}}\n\
         receivers:\n- name: alert-whisperer\n  webhook_configs:\n  - url: {url}\n    send_resolved: true\n    http_config: \
         {{authorization: {{credentials: {key}}}}}\n"
    );
    let file = dir.join("alertmanager.yml");
    std::fs::write(&file, config).unwrap();
    let mut command = sender("ALERTMANAGER");
    command
        .arg(format!("--config.file={}", file.display()))
        .arg(format!("--storage.path={}", dir.join("am").display()));
    command.arg(format!("--web.listen-address={address}")).arg("--cluster.listen-address=");
    let running = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    until("Alertmanager listens", || {
        let ready = Connection::open(address).and_then(|mut am| am.ask(b"GET /-/ready HTTP/1.1\r\nHost: am\r\n\r\n"));
        ready.is_ok_and(|(status, _)| status == 200)
    });
    (running, address)
}

/// Tells Alertmanager of alerts, as Prometheus does.
fn tell(alertmanager: SocketAddr, instances: impl Iterator<Item = String>, ends_at: Option<&str>) {
    let alert = |instance: String| {
        let mut alert = json!({
            "labels": { "alertname": "InstanceDown", "instance": instance, "job": "node", "severity": "critical" },
            "annotations": { "summary": format!("{instance} does not answer") },
            "startsAt": "2026-01-01T00:00:00Z",
        });
        if let Some(ends_at) = ends_at {
            alert["endsAt"] = ends_at.into();
        }
        alert
    };
    let body = Value::from(instances.map(alert).collect::<Vec<_>>()).to_string();
    let request = format!(
        "POST /api/v2/alerts HTTP/1.1\r\nHost: am\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (status, said) = Connection::open(alertmanager).unwrap().ask(request.as_bytes()).unwrap();
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&said));
}

fn one(name: &str) -> std::iter::Once<String> {
    std::iter::once(name.to_owned())
}

impl Posts {
    /// Alerts that fire, by asset, each with the number of times that it was seen.
    fn firing(&self) -> Vec<(String, u64)> {
        let all = asked(&self.data_dir, &["alerts", "--limit", "10000"]);
        let firing =
            all.as_array().unwrap().iter().filter(|alert| alert["status"] == "firing" && self.is_theirs(alert));
        let mut firing: Vec<_> = firing
            .map(|alert| (alert["asset_name"].as_str().unwrap().to_owned(), alert["seen"].as_u64().unwrap()))
            .collect();
        firing.sort();
        firing
    }

    fn is_theirs(&self, of: &Value) -> bool {
        !of["asset_name"].as_str().unwrap().starts_with("webhook:")
    }

    /// How many incidents of theirs are resolved, and how many there are.
    fn resolved(&self) -> (usize, usize) {
        let all = asked(&self.data_dir, &["incidents", "--query", "status:any", "--limit", "10000"]);
        let theirs: Vec<_> = all.as_array().unwrap().iter().filter(|one| self.is_theirs(one)).collect();
        assert!(theirs.iter().all(|one| one["alert_count"] == 1), "{theirs:#?}");
        (theirs.iter().filter(|one| one["status"] == "resolved").count(), theirs.len())
    }
}

#[test]
fn an_alert_and_two_thousand_at_once_come_and_end_once() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "alertmanager");
    let (_running, alertmanager) = alertmanager(dir.path(), &posts);
    let many = || (0..2_000).map(|n| format!("node-{n:04}:9100"));
    tell(alertmanager, many(), None);
    until("two thousand alerts", || posts.firing().len() >= 2_000);
    tell(alertmanager, many(), Some("2026-01-01T00:10:00Z"));
    until("two thousand ends", || posts.resolved().0 >= 2_000);
    assert_eq!(posts.resolved(), (2_000, 2_000));
    assert_eq!(posts.firing(), many().map(|name| (name, 1)).collect::<Vec<_>>());
}

#[test]
fn what_fires_while_the_receiver_is_away_or_refuses_comes_afterwards() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "alertmanager");
    let (_running, alertmanager) = alertmanager(dir.path(), &posts);
    tell(alertmanager, one("before"), None);
    until("the first alert", || posts.firing().len() == 1);

    serve.kill();
    tell(alertmanager, one("away"), None);
    // Alertmanager has tried by then, and failed.
    std::thread::sleep(Duration::from_secs(3));
    let serve = Serve::with(dir.path(), &["--listen", &posts.address.to_string()]);
    until("what fired while it was away", || posts.firing().iter().any(|(name, _)| name == "away"));

    let set =
        |pairs: &[&str]| assert!(run(dir.path(), &[&["tenant", "set", "comp_acme"], pairs].concat()).status.success());
    set(&["rate_limit.requests_per_minute=1", "rate_limit.burst=1"]);
    // One more may pass; then it is 503.
    for n in 0..3 {
        tell(alertmanager, one(&format!("refused-{n}")), None);
        std::thread::sleep(Duration::from_secs(2));
    }
    assert!(posts.firing().len() < 5, "the rate is over");
    set(&["rate_limit.requests_per_minute=0"]);
    until("what was refused", || posts.firing().len() == 5);
    let names: Vec<String> = posts.firing().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["away", "before", "refused-0", "refused-1", "refused-2"]);
    assert_eq!(posts.resolved(), (0, 5));
    drop(serve);
}

#[test]
fn prometheus_says_that_a_target_is_down_and_that_it_is_back() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "alertmanager");
    let (_running, alertmanager) = alertmanager(dir.path(), &posts);
    let target = free();
    let rules =
        "groups:\n- name: up\n  rules:\n  - alert: InstanceDown\n    expr: up == 0\n    labels: {severity: critical}\n";
    std::fs::write(dir.path().join("rules.yml"), rules).unwrap();
    let config = format!(
        "global: {{scrape_interval: 1s, evaluation_interval: 1s}}\nrule_files: [rules.yml]\n\
         alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}\n\
         scrape_configs:\n- job_name: node\n  static_configs: [{{targets: ['{target}']}}]\n"
    );
    let file = dir.path().join("prometheus.yml");
    std::fs::write(&file, config).unwrap();
    let mut command = sender("PROMETHEUS");
    command.arg(format!("--config.file={}", file.display())).arg(format!("--web.listen-address={}", free()));
    command.arg(format!("--storage.tsdb.path={}", dir.path().join("tsdb").display()));
    let _prometheus = Running(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    until("the target is down", || posts.firing().len() == 1);
    assert_eq!(posts.firing()[0].0, target.to_string());

    let listener = TcpListener::bind(target).unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            // Whoever scrapes may have gone.
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nanswers 1\n");
        }
    });
    until("the target is back", || posts.resolved() == (1, 1));
    drop(serve);
}
