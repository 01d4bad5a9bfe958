//! The program end to end, as people and scripts call it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "program/access.rs"]
mod access;
#[path = "program/commands.rs"]
mod commands;
#[path = "support/hostile.rs"]
mod corpus;
#[path = "program/hostile.rs"]
mod hostile;
#[path = "program/hostile_senders.rs"]
mod hostile_senders;
#[path = "program/machines.rs"]
mod machines;
#[path = "program/packaging.rs"]
mod packaging;
#[path = "program/people.rs"]
mod people;
#[path = "program/plain.rs"]
mod plain;
#[path = "support/program.rs"]
mod program;
#[path = "program/prompt.rs"]
mod prompt;
#[path = "program/reload.rs"]
mod reload;
#[path = "program/running.rs"]
mod running;
#[path = "program/secrets.rs"]
mod secrets;
#[path = "program/service.rs"]
mod service;
#[path = "program/sessions.rs"]
mod sessions;
#[path = "program/sources.rs"]
mod sources;
#[path = "support/terminal.rs"]
mod terminal;
#[path = "program/tls.rs"]
mod tls;

use std::path::Path;
use std::process::Output;
use std::time::{SystemTime, UNIX_EPOCH};

use alert_whisperer::sender::signature;
use program::{Connection, Serve};

/// A client, with what its senders need.
struct Tenant {
    key: String,
    secret: String,
    alertmanager_key: String,
}

fn add(data_dir: &Path, id: &str) -> Tenant {
    let issued = program::json(data_dir, &["tenant", "add", id]);
    let text = |name: &str| issued[name].as_str().unwrap().to_owned();
    Tenant { key: text("api_key"), secret: text("hmac_secret"), alertmanager_key: text("alertmanager_key") }
}

/// A signed request that has the key in its query.
fn signed(tenant: &Tenant, body: &str) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap();
    signed_as(tenant, body, now, &signature(&tenant.secret, now, body.as_bytes()))
}

fn signed_as(tenant: &Tenant, body: &str, at: i64, signature: &str) -> Vec<u8> {
    let (key, length) = (&tenant.key, body.len());
    format!(
        "POST /api/webhooks/alerts?api_key={key} HTTP/1.1\r\nHost: trial\r\nX-Timestamp: {at}\r\n\
         X-Signature: {signature}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn alert(asset: &str, message: &str) -> String {
    serde_json::json!({ "asset_name": asset, "signature": "high_cpu_usage", "severity": "critical", "message": message,
        "tool_source": "Zabbix" })
    .to_string()
}

/// Posts on a connection of its own: the status and the body.
fn post(serve: &Serve, request: &[u8]) -> (u16, String) {
    let (status, body) = Connection::open(serve.address).unwrap().ask(request).unwrap();
    (status, String::from_utf8(body).unwrap())
}

/// The exit code, and the one line on standard error.
fn failure(output: &Output) -> (i32, String) {
    let stderr = String::from_utf8(output.stderr.clone()).unwrap();
    let line = stderr.strip_suffix('\n').unwrap_or_else(|| panic!("no line: {stderr:?}"));
    assert!(!line.contains('\n') && output.stdout.is_empty(), "more than a line: {stderr}");
    assert!(line.starts_with("alert-whisperer: "), "{line}");
    (output.status.code().unwrap(), line.to_owned())
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}
