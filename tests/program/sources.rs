//! Sources from the command line: from adding one to how its first message was understood.

use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use super::program::{Connection, Serve, json, program, run};
use super::{failure, text};

const MAPPING: &str = "tool = \"Doors\"\n[asset_name]\nfrom = [\"/door\"]\n[signature]\nfrom = [\"/what\"]\n";

fn post(serve: &Serve, source: &str, key: &str, body: &str) -> (u16, Vec<u8>) {
    let request = format!(
        "POST /api/webhooks/{source}?api_key={key} HTTP/1.1\r\nHost: trial\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    Connection::open(serve.address).unwrap().ask(request.as_bytes()).unwrap()
}

#[test]
fn a_source_is_added_and_its_first_message_shown_as_it_was_understood() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    json(dir.path(), &["tenant", "add", "comp_acme"]);
    let mapping = dir.path().join("doors.toml");
    std::fs::write(&mapping, MAPPING).unwrap();
    let mut adding = program(dir.path())
        .args(["source", "add", "comp_acme", "doors", "--kind", "custom", "--wait", "--mapping"])
        .arg(&mapping)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(adding.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("api_key") {
        assert!(lines.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let key = said.lines().find_map(|line| line.strip_prefix("api_key")).unwrap().trim().to_owned();
    let (status, answer) = post(&serve, "doors", &key, r#"{"door":"north","what":"open"}"#);
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    lines.read_to_string(&mut said).unwrap();
    assert!(adding.wait().unwrap().success(), "{said}");
    for part in ["This is shown once.", "/api/webhooks/doors", "asset_name", "north", "/door", "signature", "open"] {
        assert!(said.contains(part), "{part}: {said}");
    }

    let list = json(dir.path(), &["source", "list", "comp_acme"]);
    let doors = list.as_array().unwrap().iter().find(|source| source["name"] == "doors").unwrap();
    assert_eq!((&doors["health"]["taken"], &doors["kind"]), (&1.into(), &"custom".into()));
    assert!(!text(&run(dir.path(), &["source", "show", "comp_acme", "doors"])).contains(&key));
    let paste = text(&run(dir.path(), &["source", "paste", "comp_acme", "doors"]));
    assert!(paste.contains("/api/webhooks/doors") && !paste.contains(&key), "{paste}");

    // What can't be read waits for a mended mapping.
    assert_eq!(post(&serve, "doors", &key, r#"{"gate":"south","what":"open"}"#).0, 422);
    let unread = json(dir.path(), &["source", "unread", "comp_acme", "doors"]);
    assert_eq!(unread[0]["body"], r#"{"gate":"south","what":"open"}"#);
    std::fs::write(&mapping, MAPPING.replace("\"/door\"", "\"/door\", \"/gate\"")).unwrap();
    let mapping = mapping.to_str().unwrap();
    json(dir.path(), &["source", "set", "comp_acme", "doors", "--mapping", mapping]);
    let replayed = json(dir.path(), &["source", "replay", "comp_acme", "doors"]);
    assert_eq!((&replayed["taken"], &replayed["left"]), (&1.into(), &0.into()));
    let alerts = json(dir.path(), &["alerts", "--query", "asset:south"]);
    assert_eq!(alerts.as_array().map(Vec::len), Some(1));

    json(dir.path(), &["source", "remove", "comp_acme", "doors", "--yes"]);
    assert_eq!(post(&serve, "doors", &key, r#"{"door":"north","what":"open"}"#).0, 401);
}

#[test]
fn a_saved_body_is_read_without_an_engine_and_the_exit_code_says_whether_there_is_an_alert_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let body = dir.path().join("body.json");
    let alert = r#"{"asset_name":"db-01","signature":"disk","severity":"p1","message":"full","tool_source":"x"}"#;
    std::fs::write(&body, alert).unwrap();
    let body = body.to_str().unwrap();
    let read = json(dir.path(), &["source", "test", "native", body]);
    assert_eq!((&read[0]["asset_name"], &read[0]["severity"]), (&"db-01".into(), &"critical".into()));
    assert!(read[0]["origins"].is_array());
    let mapping = dir.path().join("map.toml");
    std::fs::write(&mapping, MAPPING.replace("/door", "/asset_name").replace("/what", "/signature")).unwrap();
    let mapping = mapping.to_str().unwrap();
    let read = json(dir.path(), &["source", "test", "custom", body, "--mapping", mapping]);
    assert_eq!((&read[0]["tool_source"], &read[0]["signature"]), (&"Doors".into(), &"disk".into()));
    assert_eq!(read[0]["origins"][0]["field"], "asset_name");

    std::fs::write(body, "{\"asset_name\": 1,}").unwrap();
    let (code, said) = failure(&run(dir.path(), &["source", "test", "native", body]));
    assert!(code == 1 && said.contains("nothing can be read"), "{code} {said}");
    std::fs::write(body, "{}").unwrap();
    assert_eq!(failure(&run(dir.path(), &["source", "test", "native", body])).0, 1);
    std::fs::write(mapping, "[asset_nam]\nfrom = [\"/a\"]\n").unwrap();
    let (code, said) = failure(&run(dir.path(), &["source", "test", "custom", body, "--mapping", mapping]));
    assert!(code == 2 && said.contains("line 1"), "{code} {said}");
}

#[test]
fn a_secret_comes_from_a_file_and_is_told_to_nobody() {
    let dir = tempfile::tempdir().unwrap();
    json(dir.path(), &["tenant", "add", "comp_acme"]);
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "planted-secret\n").unwrap();
    let add = ["source", "add", "comp_acme", "hooks", "--kind", "custom", "--auth", "github", "--secret-file"];
    let issued = json(dir.path(), &[&add[..], &[secret.to_str().unwrap()]].concat());
    assert!(issued["api_key"].is_string() && issued["hmac_secret"].is_null(), "{issued}");
    assert!(!issued.to_string().contains("planted-secret"));
    let rotated = json(dir.path(), &["source", "rotate-secret", "comp_acme", "hooks", "--grace", "1h"]);
    assert!(rotated["hmac_secret"].is_string() && rotated["api_key"].is_null());
    let shown = json(dir.path(), &["source", "show", "comp_acme", "hooks"]);
    assert_eq!(shown["secrets"].as_array().map(Vec::len), Some(2));
    let audit = text(&run(dir.path(), &["audit", "show", "--tenant", "comp_acme", "--json"]));
    assert!(audit.contains("source.rotate_secret") && !audit.contains("planted-secret"), "{audit}");

    let own = ["source", "add", "comp_acme", "own", "--kind", "custom", "--hmac-header", "X-Sig", "--hmac-template"];
    let own_json = json(dir.path(), &[&own[..], &["{timestamp}|{body}", "--hmac-timestamp-header", "X-Time"]].concat());
    assert!(own_json["paste"].as_str().unwrap().contains("`{timestamp}|{body}`"), "{own_json}");
    let (code, said) = failure(&run(dir.path(), &[&own[..], &["nothing"]].concat()));
    assert!(code == 2 && said.contains("{body}"), "{said}");
    let kinds = json(dir.path(), &["source", "kinds"]);
    assert!(kinds.as_array().unwrap().iter().any(|kind| kind["kind"] == "zabbix"));
    let preset = run(dir.path(), &["source", "preset", "datadog"]);
    assert!(text(&preset).contains("[asset_name]"));
}
