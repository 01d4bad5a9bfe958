//! Something is run for an incident: shown first, approved where it must be, and never twice.

use alert_whisperer::core::role::Role;
use serde_json::{Value, json};

use crate::rig::Rig;

#[test]
fn nothing_runs_but_exactly_what_was_shown() {
    let rig = Rig::start();
    let token = rig.token("priya", Role::Lead, &["comp_acme"]);
    let id = rig.alert("comp_acme", "db-01");
    let address = format!("/api/incidents/{id}/executions");
    let mut wish = json!({ "command": "uptime", "typed": "db-01" });
    let plan = rig.post(&token, &address, wish.clone());
    assert_eq!(plan.status, 200, "{plan:?}");
    let plan = plan.json();
    assert_eq!(plan["order"]["targets"][0]["instance"], "i-0123456789abcdef0");
    wish["digest"] = json!("planted");
    let other = rig.post(&token, &address, wish.clone());
    assert_eq!((other.status, other.refused().1.as_str()), (409, "refused"));
    wish["digest"] = plan["digest"].clone();
    let begun = rig.post(&token, &address, wish);
    assert_eq!(begun.status, 202, "{begun:?}");
    let execution = begun.header("location").unwrap().to_owned();
    let shown = rig.get(&token, &execution).json();
    assert_eq!((&shown["by"]["who"], &shown["outputs"]), (&json!("priya"), &json!([])));
    let ended = rig.post(&token, &format!("{execution}/cancel"), json!({})).json();
    assert_eq!(ended["stage"]["outcome"], "cancelled", "{ended}");
    for bad in [json!({}), json!({ "command": "a", "runbook": "b" }), json!({ "command": "a", "inputs": { "x": "y" } })]
    {
        assert_eq!(rig.post(&token, &address, bad).refused(), (422, "bad_body".into()));
    }
}

#[test]
fn a_dangerous_thing_waits_for_a_second_person() {
    let rig = Rig::start();
    let (priya, lena) = (rig.token("priya", Role::Lead, &["comp_acme"]), rig.token("lena", Role::Lead, &["comp_acme"]));
    let id = rig.alert("comp_acme", "db-01");
    let ask = || {
        let address = format!("/api/incidents/{id}/executions");
        let wish = json!({ "runbook": "high" });
        let plan = rig.post(&priya, &address, wish.clone()).json();
        assert_eq!(plan["gate"]["approval"], true);
        let typed = plan["order"]["targets"][0]["asset"].clone();
        let wish = json!({ "runbook": "high", "digest": plan["digest"], "typed": typed });
        let begun = rig.post(&priya, &address, wish);
        assert_eq!(begun.status, 202, "{begun:?}");
        begun.json()
    };
    let (first, second) = (ask(), ask());
    let waiting = rig.get(&lena, "/api/approvals?company_id=comp_acme").json();
    assert_eq!(waiting["items"].as_array().unwrap().len(), 2);
    let word = |token: &str, one: &Value, word: &str, body: Value| {
        rig.post(token, &format!("/api/approvals/{}/{word}", one["id"].as_str().unwrap()), body)
    };
    let digest = json!({ "digest": first["digest"], "why": "go" });
    assert_eq!(word(&priya, &first, "approve", digest.clone()).refused().0, 409, "not one's own");
    assert_eq!(word(&lena, &first, "approve", json!({ "digest": "0" })).refused().0, 409);
    let approved = word(&lena, &first, "approve", digest).json();
    assert_eq!(approved["approval"]["decided"]["approved"], true);
    let rejected = word(&lena, &second, "reject", json!({ "why": "not now" })).json();
    assert_eq!(rejected["stage"]["outcome"], "rejected");
    assert_eq!(rig.get(&lena, "/api/approvals").refused(), (400, "bad_parameter".into()));
}

#[test]
fn a_command_that_is_asked_for_again_runs_once_even_by_another_engine() {
    let mut rig = Rig::start();
    let token = rig.token("priya", Role::Lead, &["comp_acme"]);
    let id = rig.alert("comp_acme", "db-01");
    let address = format!("/api/incidents/{id}/executions");
    let digest = rig.post(&token, &address, json!({ "command": "uptime" })).json()["digest"].clone();
    let wish = json!({ "command": "uptime", "digest": digest, "typed": "db-01" });
    let run = |rig: &Rig, key: &str| {
        let answer = rig.ask_with("POST", &address, Some(&token), &[("idempotency-key", key)], Some(&wish));
        assert_eq!(answer.status, 202, "{answer:?}");
        answer.json()["id"].clone()
    };
    let first = run(&rig, "k-1");
    assert_eq!(run(&rig, "k-1"), first);
    rig.restart();
    assert_eq!(run(&rig, "k-1"), first, "an engine that never heard of the key");
    assert_ne!(run(&rig, "k-2"), first);
}
