//! Whoever is not let in, asks for what is another's, or asks for it wrongly.

use alert_whisperer::core::role::Role;
use alert_whisperer::receiver::Options;
use alert_whisperer::receiver::api::table::ROUTES;
use serde_json::{Value, json};

use crate::rig::{Answer, Rig};

fn address(path: &str, company: &str) -> String {
    let what = match path.split('/').nth(2) {
        Some("incidents") => format!("{company}-i1"),
        Some("executions" | "approvals") => format!("{company}-x1"),
        _ => company.to_owned(),
    };
    path.replace("{id}", &what).replace("{name}", "root").replace("{token}", "t")
}

#[test]
fn nobody_gets_anything_without_a_good_token() {
    let rig = Rig::start();
    for route in ROUTES {
        let address = address(route.path, "comp_acme");
        for (token, code) in [(None, "token_missing"), (Some("planted"), "token_refused")] {
            let answer = rig.ask(route.method, &address, token, None);
            // Somebody who guesses is told to wait, sooner or later.
            if answer.status != 429 {
                assert_eq!(answer.refused(), (401, code.into()), "{} {address}", route.method);
                assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
            }
        }
    }
    let waits = rig.ask("GET", "/api/me", Some("planted"), None);
    assert_eq!(waits.refused(), (429, "too_many_sign_ins".into()));
    assert!(waits.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
}

/// All of an answer that may tell something.
fn told(answer: &Answer) -> (u16, Value) {
    let mut json = answer.json();
    json["request_id"] = Value::Null;
    (answer.status, json)
}

#[test]
fn what_is_anothers_is_answered_like_what_there_is_not() {
    let rig = Rig::start();
    rig.alert("comp_bolt", "db-01");
    let token = rig.token("tomas", Role::Admin, &["comp_acme"]);
    for route in ROUTES.iter().filter(|route| route.path.contains("{id}")) {
        let ask = |company: &str| {
            let body = (route.method != "GET").then(|| json!({}));
            rig.ask(route.method, &address(route.path, company), Some(&token), body.as_ref())
        };
        let (theirs, nobodys) = (ask("comp_bolt"), ask("comp_none"));
        assert_eq!(told(&theirs), told(&nobodys), "{} {}", route.method, route.path);
        assert!(matches!(theirs.status, 403 | 422), "{theirs:?}");
    }
    for query in ["alerts?company_id=", "incidents?company_id=", "approvals?company_id=", "audit?company_id="] {
        let ask = |company: &str| rig.get(&token, &format!("/api/{query}{company}"));
        assert_eq!(told(&ask("comp_bolt")), told(&ask("comp_none")), "{query}");
        assert_eq!(ask("comp_bolt").refused(), (403, "forbidden".into()), "{query}");
    }
    assert_eq!(rig.get(&token, "/api/incidents/comp_acme-i9").refused(), (404, "not_found".into()), "theirs to know");
    assert_eq!(rig.get(&token, "/api/incidents/planted").refused(), (404, "not_found".into()));
    let all = rig.token("lena", Role::Viewer, &["*"]);
    assert_eq!(rig.get(&all, "/api/companies/comp_none").refused(), (404, "not_found".into()));
    let log = rig.get(&rig.admin(), "/api/audit?limit=500").json();
    let denied = |entry: &&Value| entry["who"] == "tomas" && entry["outcome"].as_str().unwrap().starts_with("refused");
    assert!(log["items"].as_array().unwrap().iter().filter(denied).count() > 5, "{log}");
}

#[test]
fn what_is_asked_for_wrongly_is_refused_without_repeating_it() {
    let rig = Rig::start();
    let token = rig.token("priya", Role::Lead, &["*"]);
    let id = rig.alert("comp_acme", "db-01");
    let address = format!("/api/incidents/{id}/notes");
    let with = |headers: &[(&str, &str)], body: &str| {
        let answer = rig.ask_with("POST", &address, Some(&token), headers, Some(&json!(body)));
        assert!(!String::from_utf8_lossy(&answer.body).contains("planted"), "{answer:?}");
        answer.refused()
    };
    assert_eq!(with(&[], "{planted"), (400, "not_json".into()));
    assert_eq!(with(&[], "\"planted\""), (422, "bad_body".into()));
    assert_eq!(with(&[], r#"{"planted":1}"#), (422, "bad_body".into()));
    assert_eq!(with(&[("content-type", "text/planted")], "{}"), (415, "media_type_unsupported".into()));
    assert_eq!(
        with(&[("content-type", "application/json"), ("content-encoding", "gzip")], "{}"),
        (415, "media_type_unsupported".into())
    );
    assert_eq!(with(&[("accept", "text/planted")], "{}"), (406, "not_acceptable".into()));
    let large = format!(r#"{{"text":"{}"}}"#, "x".repeat(70_000));
    assert_eq!(with(&[], &large), (413, "body_too_large".into()));
    let deep = "[".repeat(10_000);
    assert_eq!(with(&[], &deep).0, 400);
}

#[test]
fn a_request_keeps_the_id_that_it_came_with_if_that_is_plain() {
    let rig = Rig::start();
    let token = rig.token("priya", Role::Viewer, &["*"]);
    let with = |id: &str| {
        let answer = rig.ask_with("GET", "/api/incidents/comp_acme-i1", Some(&token), &[("x-request-id", id)], None);
        assert_eq!(answer.json()["request_id"], answer.header("x-request-id").unwrap());
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(with("trace-1.a_B"), "trace-1.a_B");
    assert_ne!(with("<planted>"), "<planted>");
    assert_ne!(with("a"), with("<b>"));
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for_for_ever() {
    let options = Options { read_timeout: std::time::Duration::from_millis(200), ..Options::default() };
    let rig = Rig::with(options);
    let token = rig.token("priya", Role::Lead, &["*"]);
    let mut stream = std::net::TcpStream::connect(rig.address).unwrap();
    let head = format!(
        "POST /api/incidents/comp_acme-i1/notes HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    );
    std::io::Write::write_all(&mut stream, head.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("body_too_slow"), "{answer}");
}
