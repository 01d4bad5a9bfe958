//! The audit log over kills: whole at every start, with everything in it that was answered, and nothing in it twice.

use std::collections::HashMap;
use std::path::Path;
use std::sync::mpsc::{self, Sender};
use std::time::Duration;

use alert_whisperer::core::audit::Entry;
use alert_whisperer::core::id::IncidentId;
use alert_whisperer::core::input::{Act, Actor};
use alert_whisperer::link::Request;
use alert_whisperer::link::socket::connect;
use serde_json::json;

use super::program::{self, Connection, Serve};

const ROUNDS: usize = 8;
const PEOPLE: usize = 6;

/// Writes notes, one after the other, until the engine is gone. Says which were answered.
fn write_notes(socket: &Path, name: &str, answered: &Sender<String>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let Ok(link) = connect(socket, false).await else { return };
        for number in 0.. {
            let text = format!("{name}.{number}");
            let incident = IncidentId { tenant: "comp_acme".parse().unwrap(), number: 1 };
            let act = Act::Note { text: text.clone() };
            match link.caller.ask(&Actor::named("priya"), Request::Act { incident, act }).await {
                Ok(_) => answered.send(text).unwrap(),
                Err(_) => return,
            }
        }
    });
}

fn post_one(data_dir: &Path, serve: &Serve) {
    let issued = program::json(data_dir, &["tenant", "add", "comp_acme"]);
    program::run(data_dir, &["tenant", "signing", "comp_acme", "off"]);
    let body = json!({ "asset_name": "web-03", "signature": "disk_full", "severity": "high", "message": "full",
        "tool_source": "Zabbix" })
    .to_string();
    let request = format!(
        "POST /api/webhooks/alerts HTTP/1.1\r\nHost: trial\r\nX-API-Key: {}\r\nContent-Length: {}\r\n\r\n{body}",
        issued["api_key"].as_str().unwrap(),
        body.len()
    );
    let (status, _) = Connection::open(serve.address).unwrap().ask(request.as_bytes()).unwrap();
    assert_eq!(status, 200);
}

#[test]
fn the_audit_log_is_whole_after_every_kill_and_has_everything_that_was_answered_once() {
    let data_dir = tempfile::tempdir().unwrap();
    let data = data_dir.path();
    let mut serve = Serve::start(data);
    post_one(data, &serve);
    let mut told: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let (answered, answers) = mpsc::channel();
        std::thread::scope(|scope| {
            for person in 0..PEOPLE {
                let (answered, socket) = (answered.clone(), data.join("engine.sock"));
                scope.spawn(move || write_notes(&socket, &format!("{round}.{person}"), &answered));
            }
            // Another moment each time: while the first are written, and while the archive follows behind.
            told.extend(answers.iter().take(17 * (round + 1)));
            if round % 3 == 2 {
                // In the middle of carrying everything over.
                serve.terminate();
                std::thread::sleep(Duration::from_millis(7 * round as u64));
            }
            serve.kill();
            drop(answered);
            told.extend(answers.iter());
        });
        let verified = program::json(data, &["audit", "verify", "--tenant", "comp_acme"]);
        assert_eq!(verified["whole"], true, "{verified}");
        let log = program::run(data, &["audit", "export", "--tenant", "comp_acme"]).stdout;
        let mut times: HashMap<String, usize> = HashMap::new();
        for line in String::from_utf8(log).unwrap().lines() {
            let entry: Entry = serde_json::from_str(line).unwrap();
            let text = entry.record.parameters["text"].as_str().filter(|_| entry.record.what == "incident.note");
            *times.entry(text.unwrap_or_default().to_owned()).or_default() += usize::from(text.is_some());
        }
        let lost: Vec<_> = told.iter().filter(|text| !times.contains_key(*text)).collect();
        assert!(lost.is_empty(), "answered and not on record: {lost:?}");
        assert!(times.values().all(|times| *times <= 1), "on record twice");
        serve = Serve::start(data);
    }
    assert!(told.len() > 100, "nothing was tried");
}
