//! Zabbix' own engine for JavaScript, running our media type as it is imported.

use std::path::Path;
use std::process::Output;

use serde_json::{Map, Value, json};

use super::program::Serve;
use super::{Posts, sender};

/// The media type, as Zabbix reads it from the file.
fn media_type() -> Value {
    let text = include_str!("../../packaging/senders/zabbix/alert-whisperer.yaml");
    let export: Value = serde_norway::from_str(text).unwrap();
    export["zabbix_export"]["media_types"][0].clone()
}

/// What Zabbix hands to the script: every parameter with the macros in it expanded, as far as it can.
fn expanded(macros: &Map<String, Value>) -> String {
    let media_type = media_type();
    let filled = |text: &str| {
        macros
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value.as_str().unwrap()))
    };
    let parameters = media_type["parameters"].as_array().unwrap().iter().map(|parameter| {
        let value = parameter["value"].as_str().unwrap_or_default();
        (parameter["name"].as_str().unwrap().to_owned(), Value::from(filled(value)))
    });
    // Both ways to write a character beyond U+FFFF: as it is, and as a pair of surrogates.
    Value::Object(parameters.collect()).to_string().replace('🔥', r"\ud83d\udd25")
}

/// One run of the script for an event. It says `OK`, or why not.
fn notify(folder: &Path, macros: &Map<String, Value>) -> Result<(), String> {
    let script = folder.join("script.js");
    std::fs::write(&script, media_type()["script"].as_str().unwrap()).unwrap();
    let run = sender("ZABBIX_JS").arg("-s").arg(script).args(["-p", &expanded(macros)]).output().unwrap();
    let Output { stdout, stderr, status } = run;
    let said = String::from_utf8_lossy(&stdout).into_owned() + &String::from_utf8_lossy(&stderr);
    if status.success() && said.trim().ends_with("OK") { Ok(()) } else { Err(said) }
}

/// A problem with its macros; `more` replaces some.
fn event(posts: &Posts, more: Value) -> Map<String, Value> {
    let mut macros = json!({
        "$ALERT_WHISPERER.URL": posts.url, "$ALERT_WHISPERER.KEY": posts.key, "$ALERT_WHISPERER.SECRET": posts.secret,
        "EVENT.SOURCE": "0", "EVENT.ID": "8421", "EVENT.VALUE": "1", "EVENT.UPDATE.STATUS": "0", "EVENT.NSEVERITY": "4",
        "EVENT.NAME": "High CPU 🔥 中文 on \"C:\\\"", "EVENT.AGE": "0s", "EVENT.TAGS": "component:cpu", "HOST.NAME": "файл-01",
        "ALERT.MESSAGE": "line1\nline2\t𝔘𝔫𝔦𝔠𝔬𝔡𝔢 é \u{2028} <&>", "DATE": "2026.11.22", "TIME": "20:15:00",
    });
    macros.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    macros.as_object().unwrap().clone()
}

#[test]
fn a_problem_its_retry_repeat_update_and_end_are_one_alert() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "zabbix");
    let notify = |more: Value| notify(dir.path(), &event(&posts, more)).unwrap();

    notify(json!({}));
    let alert = posts.only("alerts");
    for (field, value) in [
        ("asset_name", "файл-01"),
        ("signature", "High CPU 🔥 中文 on \"C:\\\""),
        ("severity", "high"),
        ("message", "line1\nline2\t𝔘𝔫𝔦𝔠𝔬𝔡𝔢 é \u{2028} <&>"),
        ("tool_source", "Zabbix"),
    ] {
        assert_eq!(alert[field], value, "{alert:#}");
    }
    // Zabbix did not hear the answer, and runs the script again with the same parameters.
    notify(json!({}));
    assert_eq!(posts.only("alerts")["seen"], 1);
    // The next step of an escalation.
    notify(json!({ "TIME": "20:45:00", "EVENT.AGE": "30m" }));
    assert_eq!(posts.only("alerts")["seen"], 2);
    let incident = posts.only("incidents");
    assert_eq!((&incident["alert_count"], &incident["severity"]), (&1.into(), &"high".into()));

    notify(json!({ "EVENT.UPDATE.STATUS": "1", "EVENT.UPDATE.ACTION": "changed severity", "EVENT.NSEVERITY": "5" }));
    assert_eq!(posts.only("incidents")["severity"], "critical");

    let end = json!({ "EVENT.VALUE": "0", "EVENT.AGE": "1h", "EVENT.NAME": "another text by now", "TIME": "21:15:00" });
    notify(end.clone());
    assert_eq!(posts.only("incidents")["status"], "resolved");
    // The firing one that was not heard comes once more, after the end.
    notify(json!({}));
    notify(end);
    assert_eq!(posts.only("incidents")["status"], "resolved");
}

#[test]
fn a_wrong_secret_and_a_receiver_that_is_away_are_failures_that_zabbix_tries_again() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let posts = Posts::to(&serve, dir.path(), "zabbix");

    let wrong = event(&posts, json!({ "$ALERT_WHISPERER.SECRET": "not-the-secret" }));
    let said = notify(dir.path(), &wrong).unwrap_err();
    assert!(said.contains("answered 401") && said.contains("signature_wrong"), "{said}");
    let none = event(&posts, json!({ "$ALERT_WHISPERER.KEY": "" }));
    let said = notify(dir.path(), &none).unwrap_err();
    assert!(said.contains("key is empty"), "{said}");
    assert!(posts.all("alerts").is_empty(), "nothing refused was stored");

    let right = event(&posts, json!({}));
    serve.kill();
    let said = notify(dir.path(), &right).unwrap_err();
    assert!(!said.contains(&posts.key) && !said.contains(&posts.secret), "{said}");
    let serve = Serve::with(dir.path(), &["--listen", &posts.address.to_string()]);
    notify(dir.path(), &right).unwrap();
    assert_eq!(posts.only("alerts")["seen"], 1);

    // The answer was not heard because we died after it was stored.
    serve.kill();
    let serve = Serve::with(dir.path(), &["--listen", &posts.address.to_string()]);
    notify(dir.path(), &right).unwrap();
    assert_eq!(posts.only("alerts")["seen"], 1);

    serve.terminate();
    let (ended, log) = serve.wait();
    assert!(ended.success() && !log.contains(&posts.key) && !log.contains(&posts.secret), "{log}");
}
