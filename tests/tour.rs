//! The README's tour: what the documents show is what there is, and what its senders put on the wire is taken.
//!
//! Python, Node and Alertmanager may be missing where this runs. Their bytes are in `tests/data`, captured from real runs; the
//! receiver and the engine behind it are the real ones, in a process of their own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "tour/documents.rs"]
mod documents;
#[path = "support/program.rs"]
mod program;

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use alert_whisperer::core::tour;
use alert_whisperer::sender::signature;
use program::{Connection, Serve, json};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What the captured senders were given.
const KEY: &str = "awk_0123456789abcdef0123456789abcdef01234567";
const SECRET: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
const TIMESTAMP: i64 = 1_700_000_000;

/// A request as it was captured.
struct Captured {
    tool: &'static str,
    bytes: &'static [u8],
}

const CAPTURED: [Captured; 3] = [
    Captured { tool: "curl", bytes: include_bytes!("data/senders/curl.http") },
    Captured { tool: "python", bytes: include_bytes!("data/senders/python.http") },
    Captured { tool: "node", bytes: include_bytes!("data/senders/node.http") },
];

impl Captured {
    fn head(&self) -> &'static str {
        std::str::from_utf8(self.split().0).unwrap()
    }

    fn body(&self) -> &'static [u8] {
        self.split().1
    }

    fn split(&self) -> (&'static [u8], &'static [u8]) {
        self.bytes.split_at(self.bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4)
    }

    fn header(&self, name: &str) -> &'static str {
        let named = |line: &'static str| line.split_once(": ").filter(|(known, _)| known.eq_ignore_ascii_case(name));
        self.head().lines().find_map(named).unwrap().1
    }

    /// The same request under another key.
    fn under(&self, key: &str) -> Vec<u8> {
        assert_eq!(self.head().matches(KEY).count(), 1);
        [self.head().replace(KEY, key).as_bytes(), self.body()].concat()
    }

    /// The same request under another key, signed at another time.
    fn signed_at(&self, at: i64, key: &str) -> Vec<u8> {
        let head = self.head().replace(KEY, key).replace(&TIMESTAMP.to_string(), &at.to_string());
        let head = head.replace(self.header("x-signature"), &signature(SECRET, at, self.body()));
        [head.as_bytes(), self.body()].concat()
    }
}

#[test]
fn the_captured_senders_sign_as_we_do() {
    for captured in &CAPTURED {
        assert_eq!(captured.header("x-timestamp"), TIMESTAMP.to_string());
        let ours = signature(SECRET, TIMESTAMP, captured.body());
        assert_eq!(captured.header("x-signature"), ours, "{}", captured.tool);
    }
}

#[test]
fn the_captures_are_of_the_senders_as_they_are_now() {
    let sums = include_str!("data/senders/SHA256SUMS");
    for (name, file) in documents::SENDERS {
        let sum = format!("{}  {name}\n", hex::encode(Sha256::digest(file)));
        assert!(sums.contains(&sum), "{name} has changed: capture it anew, as tests/data/README.md says");
    }
    let lines = tour::curl("http://127.0.0.1:8001").join("\n");
    let (body, _) = lines.split_once("BODY='").unwrap().1.split_once("';").unwrap();
    assert_eq!(CAPTURED[0].body(), body.as_bytes());
}

#[test]
fn the_receiver_takes_what_the_tours_senders_send() {
    let dir = tempfile::tempdir().unwrap();
    let config = declare(dir.path());
    let serve = Serve::with(dir.path(), &["--config", &config]);
    let ask = |request: &[u8]| ask(&serve, request);
    let list = |what: &str| json(dir.path(), &[what, "--query", "sig:high_cpu_usage"]);
    let issued = json(dir.path(), &["--config", &config, "tenant", "rotate-key", "comp_acme"]);
    let key = issued["api_key"].as_str().unwrap();

    for captured in &CAPTURED {
        // Our own time is told only to who has signed rightly: these bytes passed the signature check, years late.
        let (status, late) = ask(&captured.under(key));
        assert_eq!((status, &late["error"]), (401, &"timestamp_outside_window".into()), "{}", captured.tool);
        assert!(late["server_time"].is_i64(), "{late}");
        let mut forged = captured.under(key);
        *forged.last_mut().unwrap() = b' ';
        assert_eq!(ask(&forged).1["error"], "signature_wrong", "{}", captured.tool);
    }
    assert_eq!(list("alerts"), Value::Array(Vec::new()), "nothing refused was stored");

    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap();
    for (number, captured) in (1..).zip(&CAPTURED) {
        let request = captured.signed_at(now, key);
        let (status, answer) = ask(&request);
        assert_eq!((status, &answer["message"]), (200, &"Alert received".into()), "{}: {answer}", captured.tool);
        assert_eq!(answer["incident_id"], ask(&request).1["incident_id"], "sent again, it is the same");
        let incidents = list("incidents");
        assert_eq!((incidents.as_array().unwrap().len(), &incidents[0]["alert_count"]), (1, &number.into()));
    }
    assert_eq!(list("incidents")[0]["tool_sources"], serde_json::json!(["curl", "python", "node"]));
}

#[test]
fn an_alertmanagers_firing_repeat_and_resolve_are_one_incident_with_one_alert() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let issued = json(dir.path(), &["tenant", "add", "comp_acme"]);
    let key = issued["alertmanager_key"].as_str().unwrap();
    let post = |serve: &Serve, body: &[u8]| {
        let (status, answer) = ask(serve, &from_alertmanager(key, body));
        assert_eq!((status, &answer["accepted"]), (200, &1.into()), "{answer}");
        let only = |what: &str, at: usize, of: usize| {
            let all = json(dir.path(), &[what]);
            assert_eq!(all.as_array().unwrap().len(), of, "{all:#}");
            all[at].clone()
        };
        let firing = if answer["alert_id"] == "comp_acme-a1" { only("alerts", 0, 1) } else { only("alerts", 1, 2) };
        (only("incidents", 0, 1), firing)
    };

    let (incident, alert) = post(&serve, include_bytes!("data/senders/alertmanager/instance_down_firing.json"));
    let text = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
    assert_eq!(
        ["asset_name", "signature", "severity", "status"].map(|name| text(&incident, name)),
        ["web-09:9100", "InstanceDown", "critical", "new"]
    );
    assert_eq!(
        (&incident["alert_count"], &incident["priority_score"], &alert["seen"]),
        (&1.into(), &90.into(), &1.into())
    );

    documents::assert_described("docs/json.md", &incident);
    documents::assert_described("docs/json.md", &alert);

    let (repeated, alert) = post(&serve, include_bytes!("data/senders/alertmanager/instance_down_repeat.json"));
    for same in ["alert_count", "episode_count", "priority_score", "recurrences", "status"] {
        assert_eq!(repeated[same], incident[same], "{same}");
    }
    assert_eq!(alert["seen"], 2);
    assert!(text(&repeated, "last_alert_at") >= text(&incident, "last_alert_at"));

    // A crash in between changes nothing.
    serve.kill();
    let serve = Serve::start(dir.path());
    let (resolved, alert) = post(&serve, include_bytes!("data/senders/alertmanager/instance_down_resolved.json"));
    assert_eq!((&resolved["status"], &resolved["resolved_by"]), (&"resolved".into(), &Value::Null));
    assert_eq!((&resolved["alert_count"], &alert["seen"]), (&1.into(), &2.into()));
    serve.terminate();
    let (ended, log) = serve.wait();
    assert!(ended.success(), "{log}");
}

/// A configuration in which the tenant has the senders' secret.
fn declare(dir: &Path) -> String {
    let (config, secret) = (dir.join("config.toml"), dir.join("secret"));
    std::fs::write(&secret, SECRET).unwrap();
    let tenant = format!("[[tenants]]\nid = \"comp_acme\"\nsecrets = {{ hmac = 'file:{}' }}\n", secret.display());
    std::fs::write(&config, tenant).unwrap();
    config.to_str().unwrap().into()
}

/// As Alertmanager sends it when `http_config` has a bearer token.
fn from_alertmanager(key: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /api/webhooks/alertmanager HTTP/1.1\r\nHost: 127.0.0.1:8001\r\nUser-Agent: Alertmanager/0.25.0\r\n\
         Content-Length: {}\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// Posts on a connection of its own.
fn ask(serve: &Serve, request: &[u8]) -> (u16, Value) {
    let (status, body) = Connection::open(serve.address).unwrap().ask(request).unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}
