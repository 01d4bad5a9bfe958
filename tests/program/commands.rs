//! What commands print, and how they end.

use serde_json::Value;

use super::program::{Connection, Serve, json, program, run};
use super::{add, failure, signature, text};

/// A stand-in on the PATH: writes down its arguments and its input, and prints `answer`.
fn stand_in(folder: &std::path::Path, name: &str, answer: &str) {
    use std::os::unix::fs::PermissionsExt;
    let place = folder.display();
    let script = format!(
        "#!/bin/sh\nprintf '%s\\0' \"$@\" > '{place}/{name}.arguments'\n[ \"$1\" = dgst ] && cat > '{place}/{name}.input'\n\
         printf '%s\\n' '{answer}'\n"
    );
    let path = folder.join(name);
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn the_printed_command_signs_and_posts_what_the_receiver_takes() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let issued = json(dir.path(), &["tenant", "add", "comp_acme", "--name", "Acme Corp"]);
    let named = |name: &str| issued[name].as_str().unwrap().to_owned();
    let (key, secret) = (named("api_key"), named("hmac_secret"));
    assert_eq!(named("webhook_url"), format!("http://{}/api/webhooks/alerts?api_key={key}", serve.address));

    // openssl and curl are stood in for, so that what the shell hands them can be looked at on a machine without them.
    let tools = tempfile::tempdir().unwrap();
    stand_in(tools.path(), "openssl", "0123abcd *stdin");
    stand_in(tools.path(), "curl", "");
    let path = format!("{}:/usr/bin:/bin", tools.path().display());
    let ran = std::process::Command::new("/bin/sh").args(["-c", &named("curl")]).env("PATH", path).output().unwrap();
    assert!(ran.status.success() && ran.stderr.is_empty(), "{}", String::from_utf8_lossy(&ran.stderr));
    let wrote = |name: &str| std::fs::read_to_string(tools.path().join(name)).unwrap();
    let arguments =
        |name: &str| wrote(&format!("{name}.arguments")).split_terminator('\0').map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(arguments("openssl"), ["dgst", "-sha256", "-hmac", &secret, "-r"]);
    let signed = wrote("openssl.input");
    let (timestamp, body) = signed.split_once('.').unwrap();
    let curl = arguments("curl");
    let header = |name: &str| {
        let value = curl.iter().find_map(|argument| argument.strip_prefix(name)?.strip_prefix(": "));
        value.unwrap_or_else(|| panic!("no {name} in {curl:?}")).to_owned()
    };
    assert!(curl.contains(&named("webhook_url")), "{curl:?}");
    assert_eq!((header("X-Timestamp"), header("X-Signature")), (timestamp.to_owned(), "sha256=0123abcd".to_owned()));
    assert_eq!(curl[curl.iter().position(|argument| argument == "-d").unwrap() + 1], body);

    // With what openssl makes of it (see `sender`), the receiver takes it.
    let signature = signature(&secret, timestamp.parse().unwrap(), body.as_bytes());
    let request = format!(
        "POST /api/webhooks/alerts?api_key={key} HTTP/1.1\r\nHost: trial\r\nX-Timestamp: {timestamp}\r\n\
         X-Signature: {signature}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let (status, answer) = Connection::open(serve.address).unwrap().ask(request.as_bytes()).unwrap();
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn what_is_sent_is_listed_with_the_promised_names() {
    let dir = tempfile::tempdir().unwrap();
    let serve = Serve::start(dir.path());
    let tenant = add(dir.path(), "comp_acme");
    let url = format!("http://{}", serve.address);
    let send = |more: &[&str]| {
        let alert = ["send", "--url", &url, "--asset", "web-01", "--signature", "disk_full", "--severity", "warning"];
        let mut command = program(dir.path());
        command.env("ALERT_WHISPERER_KEY", &tenant.key).env("ALERT_WHISPERER_SECRET", &tenant.secret);
        command.args(alert).args(more).output().unwrap()
    };
    let said = text(&send(&["--count", "3", "--tool", "by hand"]));
    assert_eq!(said.lines().count(), 3, "{said}");
    assert!(said.starts_with("Alert received: alert comp_acme-a1, incident comp_acme-i1\n"), "{said}");
    let answer: Value = serde_json::from_str(&text(&send(&["--json", "--message", "full"]))).unwrap();
    assert_eq!((&answer["alert_id"], &answer["duplicate"]), (&"comp_acme-a4".into(), &false.into()));

    let incidents = json(dir.path(), &["incidents"]);
    let incident = &incidents[0];
    for name in [
        "id",
        "company_id",
        "asset_name",
        "signature",
        "severity",
        "status",
        "priority_score",
        "score_terms",
        "alert_count",
        "tool_sources",
        "category",
        "assigned_to",
        "opened_at",
        "last_alert_at",
        "resolved_at",
        "recurrences",
        "flapping",
    ] {
        assert!(incident.get(name).is_some(), "no {name} in {incident}");
    }
    let shown = (&incident["id"], &incident["severity"], &incident["status"], &incident["alert_count"]);
    assert_eq!(shown, (&"comp_acme-i1".into(), &"medium".into(), &"new".into(), &4.into()));
    assert!(incident["opened_at"].as_str().unwrap().ends_with('Z'), "{incident}");
    let alerts = json(dir.path(), &["alerts", "--tenant", "comp_acme", "--limit", "1"]);
    assert_eq!(alerts.as_array().unwrap().len(), 1);
    let alert = &alerts[0];
    for name in [
        "id",
        "company_id",
        "incident_id",
        "asset_name",
        "signature",
        "severity",
        "status",
        "message",
        "tool_source",
        "delivery_id",
        "received_at",
    ] {
        assert!(alert.get(name).is_some(), "no {name} in {alert}");
    }
    assert_eq!((&alert["id"], &alert["message"]), (&"comp_acme-a4".into(), &"full".into()));

    for tool in ["by hand", "alert-whisperer"] {
        text(&send(&["--resolved", "--tool", tool]));
    }
    assert_eq!(json(dir.path(), &["incidents", "--query", "status:open"]), Value::Array(Vec::new()));
    let resolved = json(dir.path(), &["incidents", "--query", "status:resolved"]);
    assert_eq!(resolved[0]["status"], "resolved");
    // The same without the engine.
    drop(serve);
    assert_eq!(json(dir.path(), &["incidents", "--query", "status:resolved"]), resolved);
}

#[test]
fn a_failure_is_one_line_and_its_code_says_whose_fault_it_is() {
    let dir = tempfile::tempdir().unwrap();
    text(&run(dir.path(), &["tenant", "add", "comp_acme"]));
    let send =
        ["send", "--url", "http://127.0.0.1:9", "--key", "k", "--asset", "a", "--signature", "s", "--severity", "low"];
    for (code, arguments, words) in [
        (1, &["tenant", "show", "comp_zero"][..], "tenant list"),
        (1, &["tenant", "add", "comp_acme"], "already"),
        (1, &["tail"], "alert-whisperer serve"),
        (1, &send, "127.0.0.1:9"),
        (2, &["tenant", "set", "comp_acme", "correlation.time_window_minutes=99"], "5"),
        (2, &["tenant", "set", "comp_acme", "name"], "KEY=VALUE"),
        (2, &["tenant", "remove", "comp_acme"], "--yes"),
        (2, &["serve", "--listen", "0.0.0.0:0"], "behind_proxy"),
        (2, &["serve", "--listen", "nowhere"], "ADDR:PORT"),
        (2, &["serve", "--config", "/no/such/config.toml"], "config.toml"),
        (2, &["tenant", "add", "Not An Id"], "comp_acme"),
        (2, &["no-such-command"], "no-such-command"),
        (2, &["tenant"], "--help"),
        (2, &["alerts", "--limit", "many"], "--limit"),
    ] {
        let (found, line) = failure(&run(dir.path(), arguments));
        assert_eq!(found, code, "{arguments:?}: {line}");
        assert!(line.contains(words), "{arguments:?}: {line}");
    }
    assert_eq!(run(dir.path(), &["--help"]).status.code(), Some(0));
    assert_eq!(run(dir.path(), &["--version"]).status.code(), Some(0));
}

#[test]
fn what_is_wrong_with_a_query_is_marked_under_it() {
    let dir = tempfile::tempdir().unwrap();
    for (arguments, words, below) in [
        (["incidents", "--query", "disk colour:red"], "no field colour", "  disk colour:red\n       ^^^^^^\n"),
        (["alerts", "--query", "é sev>=hihg"], "did you mean high?", "  é sev>=hihg\n         ^^^^\n"),
        (["alerts", "--query", "assignee:me"], "alerts have none of it", "  assignee:me\n  ^^^^^^^^^^^\n"),
        (["tail", "--query", "age<x"], "age looks like age<2h", "  age<x\n      ^\n"),
    ] {
        let output = run(dir.path(), &arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        let (line, rest) = said.split_once('\n').unwrap();
        assert_eq!((output.status.code(), rest), (Some(2), below), "{arguments:?}");
        assert!(line.contains(words), "{line}");
    }
}

#[test]
fn read_only_refuses_what_changes_something() {
    let dir = tempfile::tempdir().unwrap();
    text(&run(dir.path(), &["tenant", "add", "comp_acme"]));
    for command in [
        &["tenant", "add", "comp_bolt"][..],
        &["tenant", "set", "comp_acme", "name=Other"],
        &["tenant", "rotate-key", "comp_acme"],
        &["tenant", "rotate-secret", "comp_acme"],
        &["tenant", "signing", "comp_acme", "off"],
        &["tenant", "remove", "comp_acme", "--yes"],
    ] {
        let (code, line) = failure(&run(dir.path(), &[&["--read-only"], command].concat()));
        assert!(code == 2 && line.contains("--read-only"), "{command:?}: {code} {line}");
    }
    let shown = json(dir.path(), &["--read-only", "tenant", "list"]);
    assert_eq!((shown.as_array().unwrap().len(), &shown[0]["name"]), (1, &"comp_acme".into()));
}

#[test]
fn a_mistake_in_the_configuration_is_named_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("config.toml");
    for (text, at, words) in [
        ("[receiver]\nlistn = \"127.0.0.1:1\"\n", "config.toml:2", "listen"),
        ("[ui]\n\nfps = 1000\n", "config.toml:3", "fps"),
        ("[[tenants]]\nid = \"comp_acme\"\ncorrelation = { time_window_minutes = 99 }\n", "config.toml:3", "15"),
        ("[[tenants]]\nid = \"Not An Id\"\n", "config.toml:2", "comp_acme"),
        ("[receiver\n", "config.toml:1", ""),
        ("[receiver]\nlisten = \"0.0.0.0:0\"\n", "", "behind_proxy"),
    ] {
        std::fs::write(&file, text).unwrap();
        let config = file.to_str().unwrap();
        let (code, line) = failure(&run(dir.path(), &["--config", config, "tenant", "list"]));
        assert!(code == 2 && line.contains(at) && line.contains(words), "{text}: {code} {line}");
    }
}
