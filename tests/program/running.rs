//! The engine as a process: alone on its folder, ended by signals, with a tenant it cannot read.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use super::program::{Connection, Serve, json, run};
use super::{Tenant, add, alert, failure, post, signed, text};

#[test]
fn a_second_engine_on_the_same_folder_is_refused_by_the_firsts_pid() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let (code, line) = failure(&run(dir.path(), &["serve", "--listen", "127.0.0.1:0"]));
    assert_eq!(code, 1);
    assert!(line.contains(&format!("process {}", serve.child.id())), "{line}");
    // The first one has not felt anything.
    add(dir.path(), "comp_acme");
}

#[test]
fn a_signal_lets_it_finish_whatever_its_senders_do() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let tenant = add(dir.path(), "comp_acme");
    let _idle = Connection::open(serve.address).unwrap();
    let mut half = TcpStream::connect(serve.address).unwrap();
    half.write_all(b"POST /api/webhooks/alerts HTTP/1.1\r\nHost: tri").unwrap();
    let mut unfinished = TcpStream::connect(serve.address).unwrap();
    let request = signed(&tenant, &alert("late", "never whole"));
    unfinished.write_all(&request[..request.len() - 1]).unwrap();
    assert_eq!(post(&serve, &signed(&tenant, &alert("web-01", "in time"))).0, 200);
    serve.terminate();
    let (status, log) = serve.wait();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(!dir.path().join("engine.sock").exists());
    let alerts = json(dir.path(), &["alerts"]);
    assert_eq!((alerts.as_array().unwrap().len(), &alerts[0]["asset_name"]), (1, &"web-01".into()));
}

#[test]
fn a_damaged_tenant_stops_alone_and_check_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let (acme, bolt) = (add(dir.path(), "comp_acme"), add(dir.path(), "comp_bolt"));
    let request = signed(&acme, &alert("web-01", "before"));
    assert_eq!(post(&serve, &request).0, 200);
    text(&run(dir.path(), &["check"]));
    serve.kill();
    let file = dir.path().join("tenants/comp_acme/alerts.db");
    // Its file alone, as the last engine left it: a copy to mend it with.
    text(&run(dir.path(), &["alerts"]));
    let good = std::fs::read(&file).unwrap();
    damage(&file);

    let serve = Serve::start(dir.path());
    let (status, body) = post(&serve, &signed(&acme, &alert("web-01", "while stopped")));
    assert!(status == 503 && body.contains("tenant_unreadable"), "{status} {body}");
    let mut answer = String::new();
    let mut stream = TcpStream::connect(serve.address).unwrap();
    stream.write_all(&signed(&acme, &alert("web-01", "while stopped"))).unwrap();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.to_lowercase().contains("\r\nretry-after: "), "{answer}");
    assert_eq!(post(&serve, &signed(&bolt, &alert("db-01", "goes on"))).0, 200);
    let check = || {
        let checked = run(dir.path(), &["check"]);
        let (out, line) = (String::from_utf8(checked.stdout).unwrap(), String::from_utf8(checked.stderr).unwrap());
        assert_eq!(checked.status.code(), Some(1), "{out}");
        let said = out.lines().find(|line| line.contains("comp_acme")).unwrap();
        assert!(said.starts_with("WRONG") && said.contains("alerts.db") && said.contains("restore"), "{said}");
        assert!(out.lines().any(|line| line.starts_with("ok") && line.contains("comp_bolt")), "{out}");
        assert!(line.contains("something wrong"), "{line}");
    };
    check();
    serve.terminate();
    serve.wait();
    check();

    std::fs::write(&file, good).unwrap();
    let serve = Serve::start(dir.path());
    assert!(post(&serve, &request).1.contains("\"duplicate\":true"));
    let (status, body) = post(&serve, &signed(&Tenant { key: "nobodys".into(), ..acme }, "{}"));
    assert!(status == 401 && body.contains("api_key_unknown"), "{status} {body}");
    text(&run(dir.path(), &["check"]));
}

fn damage(file: &Path) {
    std::fs::write(file, "garbage ".repeat(4_096)).unwrap();
    // The log may hold all there is.
    for log in ["db-wal", "db-shm"] {
        drop(std::fs::remove_file(file.with_extension(log)));
    }
}
