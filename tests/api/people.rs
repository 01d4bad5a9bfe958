//! The book of people and their tokens.

use alert_whisperer::core::role::Role;
use serde_json::json;

use crate::rig::Rig;

#[test]
fn an_admin_keeps_the_book_and_everybody_their_own_tokens() {
    let rig = Rig::start();
    let admin = rig.admin();
    let new = json!({ "name": "mia", "role": "technician", "tenants": ["comp_acme"] });
    let added = rig.post(&admin, "/api/users", new.clone());
    assert_eq!((added.status, added.header("location")), (201, Some("/api/users/mia")), "{added:?}");
    assert_eq!(rig.post(&admin, "/api/users", new).refused(), (409, "refused".into()), "there already");
    let made = rig.post(&admin, "/api/users/mia/tokens", json!({ "ttl_seconds": 600 }));
    assert_eq!(made.status, 201, "{made:?}");
    let (token, id) = (made.json()["token"].as_str().unwrap().to_owned(), made.json()["id"].clone());
    let me = rig.get(&token, "/api/me").json();
    assert_eq!((&me["name"], &me["tokens"][0]["id"]), (&json!("mia"), &id));
    assert!(!me.to_string().contains(&token));

    for (method, address) in [
        ("GET", "/api/users"),
        ("GET", "/api/users/root"),
        ("DELETE", "/api/users/root"),
        ("DELETE", "/api/users/nobody"),
    ] {
        assert_eq!(rig.ask(method, address, Some(&token), None).refused().0, 403, "{address}");
    }
    let own = rig.ask("POST", "/api/users/mia/tokens", Some(&token), None);
    assert_eq!(own.refused(), (409, "refused".into()), "a stolen token would live for ever");
    let second = rig.ask("POST", "/api/users/mia/tokens", Some(&admin), None).json();
    let second_id = second["id"].as_str().unwrap();
    assert_eq!(rig.ask("DELETE", &format!("/api/users/mia/tokens/{second_id}"), Some(&token), None).status, 204);
    assert_eq!(rig.get(second["token"].as_str().unwrap(), "/api/me").refused(), (401, "token_refused".into()));
    let nowhere = json!({ "name": "ida", "role": "viewer", "tenants": ["comp_none"] });
    assert_eq!(rig.post(&admin, "/api/users", nowhere).refused(), (422, "bad_body".into()));

    let change = json!({ "role": "viewer", "tenants": ["comp_acme"] });
    assert_eq!(rig.ask("PUT", "/api/users/mia", Some(&admin), Some(&change)).json()["role"], "viewer");
    let incident = rig.alert("comp_acme", "db-01");
    let act = rig.post(&token, &format!("/api/incidents/{incident}/acknowledge"), json!({}));
    assert_eq!(act.refused(), (403, "not_allowed".into()), "a token gives no more than the book does now");
    assert_eq!(rig.ask("DELETE", "/api/users/mia", Some(&admin), None).status, 204);
    assert_eq!(rig.get(&token, "/api/me").refused(), (401, "token_refused".into()));
    assert_eq!(rig.get(&admin, "/api/users/mia").refused(), (404, "not_found".into()));
    assert_eq!(rig.post(&admin, "/api/users/mia/tokens", json!({ "ttl_seconds": 90_000 })).status / 100, 4);
    let names = rig.get(&admin, "/api/users?limit=1").json();
    assert_eq!(names["items"][0]["name"], "root");
}

#[test]
fn an_admin_of_some_companies_is_none_of_the_book() {
    let rig = Rig::start();
    let token = rig.token("tomas", Role::Admin, &["comp_acme"]);
    assert_eq!(rig.get(&token, "/api/users").refused(), (403, "not_allowed".into()));
    let new = json!({ "name": "mia", "role": "admin", "tenants": ["*"] });
    assert_eq!(rig.post(&token, "/api/users", new).refused(), (403, "not_allowed".into()));
}
