//! What is listed, page by page, and to whom.

use alert_whisperer::core::role::Role;
use alert_whisperer::core::source::auth::Preset;
use alert_whisperer::link::source::{Ask, Given};
use alert_whisperer::link::{NewTenant, Request};
use alert_whisperer::receiver::Options;
use serde_json::{Value, json};

use crate::rig::Rig;

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// All pages of a list, joined; fails if one is larger than asked for.
fn all(rig: &Rig, token: &str, address: &str, limit: usize) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = rig.get(token, &format!("{address}limit={limit}{cursor}")).json();
        let some = ids(&page);
        assert!(some.len() <= limit, "{page}");
        all.extend(some);
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[test]
fn a_list_goes_on_where_its_page_ended_whatever_came_meanwhile() {
    let rig = Rig::start();
    let token = rig.token("priya", Role::Viewer, &["*"]);
    // Alerts of one request come at the same moment.
    rig.alerts("comp_acme", &["a", "b", "c", "d", "e"]);
    rig.alerts("comp_bolt", &["f", "g"]);
    for what in ["alerts", "incidents"] {
        let whole = ids(&rig.get(&token, &format!("/api/{what}")).json());
        assert_eq!(whole.len(), 7);
        for limit in [1, 2, 3, 7] {
            assert_eq!(all(&rig, &token, &format!("/api/{what}?"), limit), whole, "{what} {limit}");
        }
    }
    let first = rig.get(&token, "/api/alerts?limit=3").json();
    rig.alert("comp_acme", "new");
    let next = first["next_cursor"].as_str().unwrap();
    let rest = rig.get(&token, &format!("/api/alerts?cursor={next}")).json();
    let mut listed = ids(&first);
    listed.extend(ids(&rest));
    listed.sort();
    listed.dedup();
    assert_eq!(listed.len(), 7, "neither twice nor left out, and the new one is none of them");
    assert_eq!(
        rig.get(&token, &format!("/api/alerts?company_id=comp_acme&cursor={next}")).refused(),
        (400, "bad_cursor".into()),
        "another list"
    );
}

#[test]
fn lists_are_narrowed_by_company_status_and_filter() {
    let rig = Rig::start();
    let token = rig.token("priya", Role::Technician, &["*"]);
    let done = rig.alert("comp_acme", "db-01");
    rig.alert("comp_acme", "web-01");
    rig.alert("comp_bolt", "db-01");
    rig.post(&token, &format!("/api/incidents/{done}/resolve"), json!({ "note": "restarted" }));
    let count = |query: &str| ids(&rig.get(&token, query).json()).len();
    assert_eq!(count("/api/incidents"), 3);
    assert_eq!(count("/api/incidents?status=open"), 2);
    assert_eq!(count("/api/incidents?status=resolved&company_id=comp_acme"), 1);
    assert_eq!(count("/api/incidents?status=resolved&company_id=comp_bolt"), 0);
    assert_eq!(count("/api/incidents?q=db-01%20sev%3E%3Dhigh"), 2);
    assert_eq!(count("/api/alerts?q=db-01&company_id=comp_acme"), 1);
    assert_eq!(count("/api/alerts?status=firing"), 3);
    assert_eq!(count("/api/alerts?status=resolved"), 0);
    for (query, code) in [
        ("status=planted", (400, "bad_parameter")),
        ("limit=0", (400, "bad_parameter")),
        ("limit=501", (400, "bad_parameter")),
        ("limit=planted", (400, "bad_parameter")),
        ("planted=1", (400, "bad_parameter")),
        ("company_id=..%2fplanted", (400, "bad_parameter")),
        ("cursor=planted", (400, "bad_cursor")),
        ("q=sev%3Aplanted", (422, "bad_query")),
    ] {
        let answer = rig.get(&token, &format!("/api/incidents?{query}"));
        assert_eq!(answer.refused(), (code.0, code.1.into()), "{query}");
        assert!(!String::from_utf8_lossy(&answer.body).contains("planted"), "{answer:?}");
    }
}

#[test]
fn everybody_sees_what_is_theirs() {
    let rig = Rig::start();
    rig.alert("comp_acme", "db-01");
    rig.alert("comp_bolt", "db-01");
    let (acme, all_of_them) =
        (rig.token("tomas", Role::Admin, &["comp_acme"]), rig.token("lena", Role::Viewer, &["*"]));
    for what in ["companies", "alerts", "incidents"] {
        let mine = rig.get(&acme, &format!("/api/{what}")).json();
        let theirs = rig.get(&all_of_them, &format!("/api/{what}")).json();
        assert_eq!((ids(&mine).len(), ids(&theirs).len()), (1, 2), "{what}");
        assert!(ids(&mine)[0].starts_with("comp_acme"));
    }
    let pages = all(&rig, &all_of_them, "/api/companies?", 1);
    assert_eq!(pages, ["comp_acme", "comp_bolt"]);
    let own = rig.get(&acme, "/api/audit?company_id=comp_acme").json();
    assert!(own["items"].as_array().unwrap().iter().any(|entry| entry["what"] == "tenant.add"), "{own}");
    assert_eq!(rig.get(&all_of_them, "/api/audit?company_id=comp_acme").refused(), (403, "not_allowed".into()));
    assert_eq!(rig.get(&acme, "/api/audit").refused().0, 403, "the engine's own");
}

#[test]
fn a_log_is_read_in_pages_without_a_gap() {
    let rig = Rig::start();
    let token = rig.token("lena", Role::Lead, &["comp_acme"]);
    let incident = rig.alert("comp_acme", "db-01");
    for n in 0..5 {
        rig.post(&token, &format!("/api/incidents/{incident}/notes"), json!({ "text": format!("note {n}") }));
    }
    let (mut numbers, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = rig.get(&token, &format!("/api/audit?company_id=comp_acme&limit=2{cursor}")).json();
        numbers.extend(page["items"].as_array().unwrap().iter().map(|entry| entry["number"].as_u64().unwrap()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert!(numbers.len() >= 6);
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    let admin = rig.admin();
    let engine = rig.get(&admin, "/api/audit").json();
    assert!(engine["items"].as_array().unwrap().iter().any(|entry| entry["what"] == "sign_in"), "{engine}");
}

#[test]
fn figures_count_what_opened_and_what_became_of_it() {
    let rig = Rig::start();
    let token = rig.token("priya", Role::Technician, &["comp_acme"]);
    let one = rig.alert("comp_acme", "db-01");
    rig.alerts("comp_acme", &["web-01", "web-01"]);
    rig.post(&token, &format!("/api/incidents/{one}/resolve"), json!({}));
    let kpis = rig.get(&token, "/api/companies/comp_acme/kpis?days=7").json();
    assert_eq!((&kpis["open"], &kpis["opened"]["critical"], &kpis["resolved"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!((&kpis["alerts"], &kpis["alerts_per_incident"]), (&json!(3), &json!(1.5)));
    assert_eq!(kpis["resolved_by_tools"], 0);
    assert_eq!(rig.get(&token, "/api/companies/comp_acme/kpis?days=91").refused(), (400, "bad_parameter".into()));
}

#[test]
fn patches_are_told_where_aws_tells_them_and_the_reason_where_not() {
    let rig = Rig::start();
    let token = rig.token("lena", Role::Viewer, &["comp_acme", "comp_bolt"]);
    let patches = |of: &str| rig.get(&token, &format!("/api/companies/{of}/patch-compliance"));
    assert_eq!(
        patches("comp_acme").json(),
        json!({
            "known": true, "as_of": "1970-01-01T00:00:02.000Z",
            "nodes": 2, "compliant": 0, "non_compliant": 1, "never_scanned": 1,
            "instances": [
                {
                    "instance_id": "i-0123456789abcdef0", "name": "db-01", "status": "non_compliant",
                    "baseline_id": "pb-0123456789abcdef0", "missing": 2, "failed": 0, "installed": 40,
                    "pending_reboot": 1, "operation_ended_at": "1970-01-01T00:00:01.000Z",
                },
                {
                    "instance_id": "mi-0123456789abcdef1", "name": "till-07", "status": "never_scanned",
                    "baseline_id": null, "missing": null, "failed": null, "installed": null,
                    "pending_reboot": null, "operation_ended_at": null,
                },
            ],
        })
    );
    let no_account = json!({ "known": false, "code": "no_account", "why": "comp_bolt has no AWS role" });
    assert_eq!(patches("comp_bolt").json(), no_account);
    // Who may not see the company is told nothing of it, and what is not there is like it.
    let other = rig.token("tomas", Role::Admin, &["comp_bolt"]);
    for of in ["comp_acme", "comp_none"] {
        let refused = rig.get(&other, &format!("/api/companies/{of}/patch-compliance")).refused();
        assert_eq!(refused, (403, "forbidden".into()), "{of}");
    }
}

#[test]
fn nobody_waits_for_patches_that_aws_does_not_tell() {
    let rig = Rig::with(Options { patches_timeout: std::time::Duration::ZERO, ..Options::default() });
    let silent = NewTenant { id: "comp_silent".parse().unwrap(), name: None, critical_assets: Vec::new(), aws: None };
    rig.own(Request::TenantAdd(silent));
    let token = rig.token("lena", Role::Viewer, &["*"]);
    let patches = rig.get(&token, "/api/companies/comp_silent/patch-compliance").json();
    assert_eq!((&patches["known"], &patches["code"]), (&json!(false), &json!("aws_unreachable")), "{patches}");
}

#[test]
fn a_company_s_sources_are_listed_without_what_they_prove_themselves_with() {
    let rig = Rig::start();
    let admin = rig.token("ada", Role::Admin, &["*"]);
    let kind = "custom".parse().unwrap();
    let auth = Some(Box::new(Preset::Github.into()));
    let secret = Some(Given("planted-secret".into()));
    let about = Ask::Add { name: "hooks".into(), kind, auth, mapping: None, secret };
    rig.own(Request::Source { tenant: "comp_acme".parse().unwrap(), about });
    let answer = rig.get(&admin, "/api/companies/comp_acme/sources").json();
    let names: Vec<_> = answer["items"].as_array().unwrap().iter().map(|item| item["name"].clone()).collect();
    assert_eq!(names, ["alertmanager", "alerts", "hooks"]);
    let hooks = &answer["items"][2];
    assert_eq!((&hooks["company_id"], &hooks["auth"]["scheme"]), (&json!("comp_acme"), &json!("hmac")));
    assert!(!answer.to_string().contains("planted-secret"));
    assert_eq!(hooks["secrets"][0]["id"].as_str().map(str::len), Some(8));
    let first = rig.get(&admin, "/api/companies/comp_acme/sources?limit=2").json();
    let next = first["next_cursor"].as_str().unwrap();
    let rest = rig.get(&admin, &format!("/api/companies/comp_acme/sources?cursor={next}")).json();
    assert_eq!(rest["items"][0]["name"], "hooks");
}
