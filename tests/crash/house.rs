//! Tenants as a whole over kills: restored or not, erased or not, and never in between. And a data folder that was carried elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use super::program::{self, Connection, Serve};

const ROUNDS: u32 = 6;
/// What can't be in another tenant's things.
const MARK: &str = "zephyr";

/// A tenant, with the key that lets its senders in.
fn add(data: &Path, id: &str) -> String {
    let issued = program::json(data, &["tenant", "add", id, "--name", &format!("{id}-company")]);
    program::run(data, &["tenant", "signing", id, "off"]);
    issued["api_key"].as_str().unwrap().to_owned()
}

fn post(serve: &Serve, key: &str, alerts: usize) {
    let alert = |n: usize| {
        json!({ "asset_name": format!("{MARK}-{n}"), "signature": "disk_full", "severity": "high", "message": MARK,
            "tool_source": "Zabbix" })
    };
    let body = json!((0..alerts).map(alert).collect::<Vec<_>>()).to_string();
    let length = body.len();
    let request = format!(
        "POST /api/webhooks/alerts HTTP/1.1\r\nHost: trial\r\nX-API-Key: {key}\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    let (status, _) = Connection::open(serve.address).unwrap().ask(request.as_bytes()).unwrap();
    assert_eq!(status, 200);
}

fn alerts(data: &Path, id: &str) -> usize {
    let listed = program::json(data, &["alerts", "--tenant", id, "--limit", "10000"]);
    listed.as_array().unwrap().len()
}

fn is_there(data: &Path, id: &str) -> bool {
    let tenants = program::json(data, &["tenant", "list"]);
    tenants.as_array().unwrap().iter().any(|tenant| tenant["id"] == id)
}

fn made(data: &Path, what: &str, id: &str, file: &Path) -> Value {
    program::json(data, &["tenant", what, id, file.to_str().unwrap()])
}

/// Every file of a folder that has a text in it.
fn with_text(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(with_text(&path, text));
        } else if path.is_file() && fs::read(&path).unwrap().windows(text.len()).any(|part| part == text.as_bytes()) {
            found.push(path);
        }
    }
    found
}

/// Runs a command while the engine is killed, after a while that is another one in each round.
fn killed_meanwhile(data: &Path, serve: Serve, round: u32, arguments: &[&str]) {
    let null = std::process::Stdio::null;
    let mut child = program::program(data).args(arguments).stdout(null()).stderr(null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(u64::from(round) * 20));
    serve.kill();
    // It was done, or refused as the engine went away.
    child.wait().unwrap();
}

#[test]
fn a_kill_leaves_the_tenant_that_was_there_or_the_one_that_was_restored() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = dir.path();
    let copy = elsewhere.path().join("acme.tar");
    let mut serve = Serve::start(data);
    let key = add(data, "comp_acme");
    post(&serve, &key, 300);
    let backup = made(data, "backup", "comp_acme", &copy);
    let mut replaced = 0;
    for round in 0..ROUNDS {
        post(&serve, &key, 1);
        let had = alerts(data, "comp_acme");
        let restore = ["tenant", "restore", "--replace", copy.to_str().unwrap()];
        killed_meanwhile(data, serve, round, &restore);
        serve = Serve::start(data);
        let has = alerts(data, "comp_acme");
        assert!(has == 300 || has == had, "{round}: {has} of {had}");
        assert_eq!(program::json(data, &["audit", "verify", "--tenant", "comp_acme"])["whole"], true);
        if has == 300 {
            replaced += 1;
            let export = elsewhere.path().join(format!("{round}.jsonl"));
            assert_eq!(made(data, "export", "comp_acme", &export)["sha256"], backup["digest"]);
        }
        let beside: Vec<_> = fs::read_dir(data.join("tenants")).unwrap().map(|one| one.unwrap().file_name()).collect();
        assert_eq!(beside, ["comp_acme"], "{round}");
    }
    assert!(replaced > 0, "nothing was tried");
    serve.terminate();
    assert!(serve.wait().0.success());
}

#[test]
fn a_kill_leaves_a_tenant_whole_or_nothing_of_it() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = dir.path();
    let copy = elsewhere.path().join("acme.tar");
    let mut serve = Serve::start(data);
    let (key, other) = (add(data, "comp_acme"), add(data, "comp_bolt"));
    post(&serve, &other, 5);
    post(&serve, &key, 100);
    made(data, "backup", "comp_acme", &copy);
    let mut erased = 0;
    for round in 0..ROUNDS {
        let traces = || ["comp_acme-i", "comp_acme-company"].map(|text| with_text(data, text)).concat();
        assert!(!traces().is_empty());
        killed_meanwhile(data, serve, round, &["tenant", "erase", "comp_acme", "--yes"]);
        serve = Serve::start(data);
        if is_there(data, "comp_acme") {
            assert_eq!(alerts(data, "comp_acme"), 100, "{round}");
        } else {
            erased += 1;
            assert_eq!(traces(), Vec::<PathBuf>::new(), "{round}");
            let restored = program::json(data, &["tenant", "restore", copy.to_str().unwrap()]);
            assert_eq!(restored["id"], "comp_acme");
        }
        assert_eq!(alerts(data, "comp_bolt"), 5);
    }
    assert!(erased > 0, "nothing was tried");
    drop(serve);
    assert_eq!(program::json(data, &["audit", "verify", "--engine"])["whole"], true);
}

#[test]
fn a_data_folder_can_be_copied_and_started_elsewhere() {
    let (dir, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let data = dir.path();
    let serve = Serve::start(data);
    let key = add(data, "comp_acme");
    post(&serve, &key, 20);
    program::run(data, &["user", "add", "ann", "--role", "admin"]);
    let before = made(data, "export", "comp_acme", &elsewhere.path().join("before.jsonl"));
    // As a machine that goes down leaves it: with everything in its logs, and a socket that nobody serves.
    serve.kill();
    let moved = elsewhere.path().join("data");
    copy_all(data, &moved);
    fs::remove_dir_all(data).unwrap();
    let serve = Serve::start(&moved);
    assert_eq!(alerts(&moved, "comp_acme"), 20);
    post(&serve, &key, 1);
    assert_eq!(alerts(&moved, "comp_acme"), 21);
    let people = program::json(&moved, &["user", "list"]);
    assert_eq!(people[0]["name"], "ann");
    assert_eq!(program::json(&moved, &["audit", "verify", "--tenant", "comp_acme"])["whole"], true);
    assert_eq!(before["id"], "comp_acme");
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, there) = (entry.path(), to.join(entry.file_name()));
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => copy_all(&path, &there),
            kind if kind.is_file() => drop(fs::copy(&path, &there).unwrap()),
            // The socket.
            _ => {}
        }
    }
}
