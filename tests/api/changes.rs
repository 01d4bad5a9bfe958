//! What is changed: once, of what was seen, within its bounds.

use alert_whisperer::core::role::Role;
use serde_json::{Value, json};

use crate::rig::Rig;

#[test]
fn an_incident_goes_through_its_life() {
    let rig = Rig::start();
    let token = rig.token("priya", Role::Technician, &["comp_acme"]);
    let id = rig.alert("comp_acme", "db-01");
    let address = format!("/api/incidents/{id}");
    let deed = |deed: &str, body: Value| {
        let answer = rig.post(&token, &format!("{address}/{deed}"), body);
        assert_eq!(answer.status, 200, "{deed}: {answer:?}");
        answer.json()
    };
    assert_eq!(rig.get(&token, &address).json()["score_terms"]["severity"], 90);
    let seen = deed("acknowledge", json!({ "why": "on it" }));
    assert_eq!((&seen["status"], &seen["acknowledged_by"]), (&json!("acknowledged"), &json!("priya")));
    assert_eq!(deed("acknowledge", json!({ "why": "on it" }))["acknowledged_by"], "priya", "idempotent");
    assert_eq!(deed("assign", json!({ "to": "jonas" }))["assigned_to"], "jonas");
    let until = "2999-01-01T00:00:00Z";
    let far = rig.post(&token, &format!("{address}/snooze"), json!({ "until": until }));
    assert_eq!(far.refused(), (409, "refused".into()), "at most 30 days");
    let soon = (alert_whisperer::engine::now() + alert_whisperer::core::time::Span::HOUR).to_string();
    assert_eq!(deed("snooze", json!({ "until": soon, "why": "vendor" }))["snoozed_until"], soon);
    deed("notes", json!({ "text": "vendor called" }));
    let done = deed("resolve", json!({ "note": "new disk" }));
    assert_eq!((&done["status"], &done["resolved_by"]), (&json!("resolved"), &json!("priya")));
    assert_eq!(deed("reopen", json!({}))["resolved_at"], Value::Null);
    let history = rig.get(&token, &format!("{address}/timeline")).json();
    let whats: Vec<_> = history["items"].as_array().unwrap().iter().map(|one| one["what"]["event"].clone()).collect();
    for event in ["opened", "acknowledged", "assigned", "snoozed", "note", "resolved", "reopened"] {
        assert!(whats.contains(&json!(event)), "{event}: {whats:?}");
    }
    assert_eq!(rig.get(&token, &format!("{address}/alerts")).json()["items"].as_array().unwrap().len(), 1);
    // No body says the same as an empty one.
    let plain = rig.ask("POST", &format!("{address}/acknowledge"), Some(&token), None);
    assert_eq!(plain.status, 200, "{plain:?}");
}

#[test]
fn only_what_somebody_has_seen_is_changed() {
    let rig = Rig::start();
    let token = rig.token("lena", Role::Admin, &["comp_acme"]);
    let id = rig.alert("comp_acme", "db-01");
    let cases = [
        (format!("/api/incidents/{id}"), "POST", format!("/api/incidents/{id}/notes"), json!({ "text": "a" })),
        (
            "/api/companies/comp_acme/webhook-security".into(),
            "POST",
            "/api/companies/comp_acme/webhook-security/disable".into(),
            json!({}),
        ),
        (
            "/api/companies/comp_acme/correlation-config".into(),
            "PUT",
            "/api/companies/comp_acme/correlation-config".into(),
            json!({ "time_window_minutes": 7, "auto_correlate": true, "min_alerts_for_incident": 2, "aggregation_key": "asset" }),
        ),
    ];
    for (look, method, change, body) in cases {
        let seen = rig.get(&token, &look).tag();
        let with = |name: &str, tag: &str| rig.ask_with(method, &change, Some(&token), &[(name, tag)], Some(&body));
        assert_eq!(rig.ask_with("GET", &look, Some(&token), &[("if-none-match", &seen)], None).status, 304);
        assert_eq!(with("if-match", "\"other\"").refused(), (412, "changed_since".into()), "{change}");
        assert_eq!(with("if-match", &format!("W/{seen}")).refused().0, 412, "a weak tag is not enough");
        assert_eq!(with("if-match", "planted").refused(), (400, "bad_header".into()));
        let done = with("if-match", &format!("\"other\", {seen}"));
        assert_eq!(done.status, 200, "{done:?}");
        if look.contains("companies") {
            assert_ne!(done.tag(), seen);
            assert_eq!(with("if-match", &seen).refused(), (412, "changed_since".into()), "{change}");
            assert_eq!(rig.ask_with("GET", &look, Some(&token), &[("if-none-match", &seen)], None).status, 200);
        }
        assert_eq!(with("if-match", "*").status, 200);
    }
}

#[test]
fn a_request_that_is_sent_again_is_done_once() {
    let rig = Rig::start();
    let (priya, jonas) =
        (rig.token("priya", Role::Technician, &["comp_acme"]), rig.token("jonas", Role::Technician, &["comp_acme"]));
    let id = rig.alert("comp_acme", "db-01");
    let address = format!("/api/incidents/{id}/notes");
    let note = |token: &str, key: &str, text: &str| {
        rig.ask_with("POST", &address, Some(token), &[("idempotency-key", key)], Some(&json!({ "text": text })))
    };
    let first = note(&priya, "k-1", "hello");
    let again = note(&priya, "k-1", "hello");
    assert_eq!((first.status, first.json(), first.tag()), (again.status, again.json(), again.tag()));
    assert_eq!(note(&priya, "k-1", "other").refused(), (422, "idempotency_key_reused".into()));
    assert_eq!(note(&jonas, "k-1", "other").status, 200, "another person's key");
    assert_eq!(note(&priya, "", "x").refused(), (400, "bad_header".into()));
    assert_eq!(note(&priya, "k-2", "").status, 409, "a note needs some text");
    assert_eq!(note(&priya, "k-2", "").status, 409, "what was refused may be tried again");
    let history = rig.get(&priya, &format!("/api/incidents/{id}/timeline")).json();
    let notes = history["items"].as_array().unwrap().iter().filter(|entry| entry["what"]["event"] == "note").count();
    assert_eq!(notes, 2);
}

#[test]
fn settings_keep_their_bounds_and_secrets_are_shown_once() {
    let rig = Rig::start();
    let lead = rig.token("lena", Role::Lead, &["comp_acme"]);
    let admin = rig.token("root", Role::Admin, &["comp_acme"]);
    let address = "/api/companies/comp_acme/correlation-config";
    let config = |minutes: i64| json!({ "time_window_minutes": minutes, "auto_correlate": false, "min_alerts_for_incident": 1, "aggregation_key": "asset|signature" });
    let put = |body: Value| rig.ask("PUT", address, Some(&lead), Some(&body));
    assert_eq!(put(config(6)).json(), config(6));
    assert_eq!(rig.get(&lead, address).json(), config(6));
    assert_eq!(put(config(6)).status, 200, "the same again");
    assert_eq!(put(config(16)).refused(), (422, "bad_setting".into()));
    assert_eq!(put(config(-1)).refused(), (422, "bad_body".into()));
    assert_eq!(put(json!({ "time_window_minutes": 6 })).refused(), (422, "bad_body".into()));
    let mut more = config(6);
    more["planted"] = json!(1);
    assert_eq!(put(more).refused(), (422, "bad_body".into()));

    let secret = "/api/companies/comp_acme/webhook-security/regenerate-secret";
    assert_eq!(rig.post(&lead, secret, json!({})).refused(), (403, "not_allowed".into()));
    let made = rig.post(&admin, secret, json!({ "grace_seconds": 60 })).json();
    let shown = made["hmac_secret"].as_str().unwrap();
    assert!(shown.len() >= 32 && made["previous_valid_until"].is_string());
    for look in ["", "/webhook-security", "/correlation-config"] {
        let answer = rig.get(&admin, &format!("/api/companies/comp_acme{look}"));
        assert!(!String::from_utf8_lossy(&answer.body).contains(shown), "{look}");
    }
    let log = rig.get(&admin, "/api/audit?company_id=comp_acme").body;
    assert!(!String::from_utf8_lossy(&log).contains(shown));
    assert_eq!(
        rig.post(&lead, "/api/companies/comp_acme/webhook-security/disable", json!({})).json()["enabled"],
        false
    );
    assert_eq!(rig.post(&lead, "/api/companies/comp_acme/webhook-security/enable", json!({})).json()["enabled"], true);
}
