//! The table of answers, row by row.

use alert_whisperer::core::change::Change;
use alert_whisperer::core::tenant::RateLimit;
use alert_whisperer::engine::gauges::Stage;
use alert_whisperer::receiver::Options;
use serde_json::{Value, json};

use crate::support::client::Request;
use crate::support::{Receiver, alert, from_alertmanager, mac, signed, signed_at, signed_by, tenants, unix_seconds};

#[test]
fn a_signed_alert_is_stored_and_answered() {
    let receiver = Receiver::start();
    let answer = receiver.ask(&signed(alert("db-01")));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.text,
        r#"{"message":"Alert received","alert_id":"comp_acme-a1","incident_id":"comp_acme-i1","duplicate":false}"#
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[test]
fn an_alert_without_an_incident_says_null() {
    let receiver = Receiver::with(Options::default(), |tenant| tenant.settings.correlation.min_alerts_for_incident = 2);
    assert_eq!(receiver.ask(&signed(alert("db-01"))).json()["incident_id"], Value::Null);
}

#[test]
fn an_alertmanager_batch_is_stored_and_answered() {
    let receiver = Receiver::start();
    let body = include_bytes!("../data/senders/alertmanager/two_firing.json");
    let answer = receiver.ask(&from_alertmanager(body));
    assert_eq!(answer.status, 200, "{answer:?}");
    let expected: Value = json!({
        "message": "2 alerts received", "alert_id": "comp_acme-a1", "incident_id": "comp_acme-i1", "duplicate": false,
        "accepted": 2, "rejected": [],
        "alerts": [
            {"index": 0, "alert_id": "comp_acme-a1", "incident_id": "comp_acme-i1"},
            {"index": 1, "alert_id": "comp_acme-a2", "incident_id": "comp_acme-i2"},
        ],
    });
    assert_eq!(answer.json(), expected);
    let again = receiver.ask(&from_alertmanager(body)).json();
    assert_eq!(
        (&again["duplicate"], &again["alerts"]),
        (&json!(false), &expected["alerts"]),
        "the same alerts, seen again"
    );
}

#[test]
fn alertmanager_may_send_its_key_as_bearer() {
    let receiver = Receiver::start();
    let request = from_alertmanager(include_bytes!("../data/senders/grafana/docs_webhook_example.json"))
        .path("/api/webhooks/alertmanager")
        .header("Authorization", "Bearer acme-am-key");
    assert_eq!(receiver.ask(&request).json()["accepted"], 2);
}

#[test]
fn the_bad_of_an_array_are_listed_and_the_good_stored() {
    let receiver = Receiver::start();
    let answer = receiver.ask(&signed(format!(r#"[7,{},{{"severity":"planted"}}]"#, alert("db-01"))));
    assert_eq!(answer.status, 200);
    let json = answer.json();
    assert_eq!((&json["message"], &json["accepted"]), (&json!("1 alert received"), &json!(1)));
    assert_eq!(json["alerts"], json!([{"index": 1, "alert_id": "comp_acme-a1", "incident_id": "comp_acme-i1"}]));
    assert_eq!(json["alert_id"], "comp_acme-a1");
    assert_eq!(json["rejected"][0], json!({"index": 0, "reason": "An alert must be an object.", "fields": ["/0"]}));
    assert_eq!(
        json["rejected"][1]["fields"],
        json!(["/2/asset_name", "/2/signature", "/2/severity", "/2/message", "/2/tool_source"])
    );
    assert!(!answer.text.contains("planted"));
    let state = receiver.engine.state.lock().unwrap();
    assert_eq!(state.deliveries[0].1.rejected.len(), 2);
}

#[test]
fn a_retry_gets_the_first_answer_again() {
    let receiver = Receiver::start();
    let request = signed(alert("db-01"));
    let first = receiver.ask(&request).json();
    let again = receiver.ask(&request).json();
    assert_eq!((&again["duplicate"], &again["alert_id"]), (&json!(true), &first["alert_id"]));
    assert_eq!(again["incident_id"], first["incident_id"]);
    assert!(again["message"].as_str().unwrap().starts_with("Duplicate: same signature"), "{again}");
    assert_eq!(receiver.engine.state.lock().unwrap().deliveries.len(), 1);
}

#[test]
fn a_delivery_id_is_one_delivery_of_its_source() {
    let receiver = Receiver::start();
    let with_id = |request: Request| request.header("X-Delivery-ID", " d-1 ");
    assert_eq!(receiver.ask(&with_id(signed(alert("db-01")))).json()["duplicate"], false);
    let again = receiver.ask(&with_id(signed(alert("db-02")))).json();
    assert_eq!((&again["duplicate"], &again["alert_id"]), (&json!(true), &json!("comp_acme-a1")));
    assert!(
        again["message"].as_str().unwrap().starts_with("Duplicate: same delivery id as an earlier request"),
        "{again}"
    );
    let body = include_bytes!("../data/senders/alertmanager/two_firing.json");
    assert_eq!(receiver.ask(&with_id(from_alertmanager(body))).json()["duplicate"], false);
    assert_eq!(receiver.ask(&with_id(from_alertmanager(body))).json()["duplicate"], true);
    assert_eq!(receiver.ask(&with_id(signed_by("bolt", alert("db-01")))).json()["duplicate"], false);
    let state = receiver.engine.state.lock().unwrap();
    assert_eq!(state.deliveries[0].1.delivery_id.as_deref(), Some("d-1"));
    assert_eq!(state.deliveries[0].1.keys.len(), 2);
}

#[test]
fn without_the_right_key_nobody_gets_in() {
    let receiver = Receiver::start();
    let good = signed(alert("db-01"));
    let alerts = "/api/webhooks/alerts";
    for (request, code) in [
        (good.clone().path(alerts), "api_key_missing"),
        (good.clone().path(&format!("{alerts}?api_key=planted")), "api_key_unknown"),
        (good.clone().path(&format!("{alerts}?api_key=acme-am-key")), "api_key_unknown"),
        (good.clone().path("/api/webhooks/alertmanager?api_key=acme-key"), "api_key_unknown"),
        (good.clone().header("X-API-Key", "bolt-key"), "api_keys_differ"),
        (good.clone().path(&format!("{alerts}?api_key=acme-key&api_key=bolt-key")), "api_keys_differ"),
        (good.clone().header("X-API-Key", "acme-key").header("x-api-key", "acme-key"), "header_repeated"),
    ] {
        let answer = receiver.ask(&request);
        assert_eq!(answer.refused(), (401, code.into()));
        assert!(!answer.text.contains("planted") && !answer.text.contains("server_time"));
    }
    assert!(receiver.engine.state.lock().unwrap().deliveries.is_empty());
    assert!(receiver.engine.handle.counters().refused().is_empty());
}

#[test]
fn every_way_to_give_the_key_is_good() {
    let receiver = Receiver::start();
    for (asset, name, value) in [("a", "X-API-Key", "acme-key"), ("b", "Authorization", "Bearer acme-key")] {
        let request = signed(alert(asset));
        assert_eq!(receiver.ask(&request.clone().header(name, value)).status, 200);
        assert_eq!(receiver.ask(&request.path("/api/webhooks/alerts").header(name, value)).status, 200);
    }
}

#[test]
fn without_the_right_signature_nobody_gets_in() {
    let receiver = Receiver::start();
    let good = signed(alert("db-01"));
    let at = good.value("X-Timestamp").to_owned();
    let right = good.value("X-Signature").to_owned();
    let by_bolt = format!("sha256={}", mac("bolt-secret", &at, alert("db-01").as_bytes()));
    let other_body = format!("sha256={}", mac("acme-secret", &at, b"{}"));
    for (request, code) in [
        (good.clone().without("X-Signature"), "signature_missing"),
        (good.clone().instead("X-Signature", &by_bolt), "signature_wrong"),
        (good.clone().instead("X-Signature", &other_body), "signature_wrong"),
        (good.clone().instead("X-Signature", right.strip_prefix("sha256=").unwrap()), "signature_malformed"),
        (good.clone().header("X-Signature", &right), "header_repeated"),
        (good.clone().without("X-Timestamp"), "timestamp_missing"),
        (good.clone().instead("X-Timestamp", "now"), "timestamp_malformed"),
        (good.clone().instead("X-Timestamp", &format!("-{at}")), "timestamp_malformed"),
        (good.clone().instead("X-Timestamp", &format!("{at}000")), "timestamp_malformed"),
        (good.clone().instead("X-Timestamp", "1"), "signature_wrong"),
        (good.clone().header("X-Timestamp", &at), "header_repeated"),
    ] {
        let answer = receiver.ask(&request);
        assert_eq!(answer.refused(), (401, code.into()));
        assert!(!answer.text.contains("server_time"), "{answer:?}");
    }
    assert_eq!(receiver.ask(&good.instead("X-Signature", &right.to_uppercase().replace("SHA", "sha"))).status, 200);
}

#[test]
fn who_signed_rightly_at_the_wrong_time_is_told_the_time() {
    let receiver = Receiver::start();
    for off in [-302, 302] {
        let answer = receiver.ask(&signed_at("acme", unix_seconds() + off, alert("db-01")));
        assert_eq!(answer.refused(), (401, "timestamp_outside_window".into()));
        let json = answer.json();
        assert_eq!(json["max_timestamp_diff_seconds"], 300);
        assert!(unix_seconds().abs_diff(json["server_time"].as_i64().unwrap()) < 100);
    }
}

#[test]
fn a_tenant_may_name_its_headers_or_do_without_signing() {
    let receiver = Receiver::with(Options::default(), |tenant| match &*tenant.name {
        "acme" => {
            tenant.settings.signing.signature_header = "X-Hub-Signature-256".into();
            tenant.settings.signing.timestamp_header = "X-Sent-At".into();
        }
        _ => tenant.settings.signing.enabled = false,
    });
    let request = signed(alert("db-01"));
    assert_eq!(receiver.ask(&request).refused(), (401, "timestamp_missing".into()));
    let (at, signature) = (request.value("X-Timestamp").to_owned(), request.value("X-Signature").to_owned());
    assert_eq!(receiver.ask(&request.header("x-sent-at", &at).header("x-hub-signature-256", &signature)).status, 200);
    let unsigned = Request::new("POST", "/api/webhooks/alerts?api_key=bolt-key").body(alert("db-01").as_bytes());
    assert_eq!(receiver.ask(&unsigned).json()["duplicate"], false);
    assert_eq!(
        receiver.ask(&unsigned).json()["duplicate"],
        false,
        "without a signature nothing tells it from a new one"
    );
}

#[test]
fn what_nobody_can_read_is_put_aside() {
    let receiver = Receiver::start();
    let missing =
        r#"{"asset_name":"planted-asset","signature":"s","severity":"planted","message":"m","links":["planted"]}"#;
    for (body, status, code, fields) in [
        (&b"planted"[..], 400, "not_json", json!(null)),
        (b"", 400, "not_json", json!(null)),
        (b"{\"asset_name\":\"\xff\"}", 400, "not_json", json!(null)),
        (missing.as_bytes(), 422, "not_an_alert", json!(["/severity", "/tool_source", "/links"])),
        (b"[]", 422, "not_an_alert", json!(null)),
        (
            b"[{\"severity\":\"low\",\"message\":\"m\",\"tool_source\":\"t\",\"signature\":\"s\"}]",
            422,
            "not_an_alert",
            json!(["/0/asset_name"]),
        ),
        (b"\"planted\"", 422, "not_an_alert", json!(null)),
    ] {
        let answer = receiver.ask(&signed(body));
        assert_eq!(answer.refused(), (status, code.into()));
        assert_eq!(answer.json()["fields"], fields, "{answer:?}");
        assert!(!answer.text.contains("planted"), "{answer:?}");
        let state = receiver.engine.state.lock().unwrap();
        let (_, unreadable, raw) = state.put_aside.last().unwrap();
        assert_eq!((&raw[..], &*unreadable.source, unreadable.keys.len()), (body, "alerts", 1));
    }
    let count = receiver.engine.state.lock().unwrap().put_aside.len();
    let request = signed("planted again").header("X-Delivery-ID", "d-1");
    assert_eq!(receiver.ask(&request).status, 400);
    assert_eq!(receiver.ask(&request).status, 400, "a retry is told the same");
    let other = signed(alert("db-01")).header("X-Delivery-ID", "d-1");
    assert_eq!(receiver.ask(&other).refused(), (422, "put_aside_before".into()));
    assert_eq!(receiver.engine.state.lock().unwrap().put_aside.len(), count + 1);
    receiver.engine.state.lock().unwrap().failing = true;
    assert_eq!(receiver.ask(&signed("not stored")).refused(), (503, "store_unavailable".into()));
}

#[test]
fn any_content_type_will_do_and_no_content_encoding() {
    let receiver = Receiver::start();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "nonsense"] {
        assert_eq!(receiver.ask(&signed(alert(kind)).header("Content-Type", kind)).status, 200);
    }
    assert_eq!(receiver.ask(&signed(alert("a")).header("Content-Encoding", "Identity")).status, 200);
    for coding in ["gzip", "identity, gzip", "br"] {
        let answer = receiver.ask(&signed(alert("b")).header("Content-Encoding", coding));
        assert_eq!(answer.refused(), (415, "encoding_unsupported".into()));
    }
}

#[test]
fn over_the_rate_a_sender_is_told_when_to_come_again() {
    let receiver = Receiver::with(Options::default(), |tenant| {
        tenant.settings.rate_limit = RateLimit { requests_per_minute: 2, burst: 1 };
    });
    assert_eq!(receiver.ask(&signed(alert("a"))).status, 200);
    let answer = receiver.ask(&signed(alert("b")));
    assert_eq!(answer.refused(), (429, "rate_limited".into()));
    assert!((1..=30).contains(&answer.header("retry-after").unwrap().parse().unwrap()), "{answer:?}");
    let answer = receiver.ask(&from_alertmanager(b"{}"));
    assert_eq!(answer.refused(), (503, "rate_limited".into()), "Alertmanager drops what gets a 429");
    assert!(answer.header("retry-after").is_some());
    assert_eq!(receiver.ask(&signed_by("bolt", alert("a"))).status, 200);
}

#[test]
fn what_cannot_be_stored_is_a_503() {
    let receiver =
        Receiver::with(Options { answer_timeout: std::time::Duration::from_millis(200), ..Options::default() }, |_| {});
    receiver.engine.state.lock().unwrap().failing = true;
    let answer = receiver.ask(&signed(alert("a")));
    assert_eq!(answer.refused(), (503, "store_unavailable".into()));
    assert_eq!(
        (&answer.json()["message"], answer.header("retry-after")),
        (&json!("The disk is full; try again."), Some("5"))
    );
    receiver.engine.state.lock().unwrap().failing = false;
    receiver.engine.state.lock().unwrap().forgetful = true;
    assert_eq!(receiver.ask(&signed(alert("b"))).refused(), (503, "store_unavailable".into()));
}

#[test]
fn a_stopped_tenant_is_a_503_and_the_others_go_on() {
    let receiver = Receiver::start();
    let directory = receiver.engine.handle.directory();
    let mut all = (*directory.all()).clone();
    all[0].stopped = Some("its file is damaged".into());
    directory.replace(all);
    receiver.engine.state.lock().unwrap().pulse.tenants_stopped = 1;
    assert_eq!(receiver.ask(&signed(alert("a"))).refused(), (503, "tenant_stopped".into()));
    assert_eq!(receiver.ask(&signed_by("bolt", alert("a"))).status, 200);
    let health = receiver.get("/api/health");
    assert_eq!((health.status, &health.json()["status"]), (200, &json!("degraded")));
    assert!(!health.text.contains("damaged"));
}

#[test]
fn a_refused_request_of_a_known_tenant_is_counted_and_three_are_an_incident() {
    let receiver = Receiver::start();
    for asset in ["a", "b", "c", "d"] {
        let forged = signed(alert(asset)).instead("X-Signature", &format!("sha256={}", "0".repeat(64)));
        assert_eq!(receiver.ask(&forged).status, 401);
    }
    assert_eq!(receiver.ask(&signed("no json")).status, 400);
    let tenant = tenants(|_| {})[0].id.clone();
    let refused = receiver.engine.handle.counters().refused().remove(&tenant).unwrap();
    assert_eq!(refused, [("not_json".to_owned(), 1), ("signature_wrong".to_owned(), 4)].into());
    let state = receiver.engine.state.lock().unwrap();
    let opened: Vec<_> = state
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::AlertReceived(alert) if alert.incident_id.is_some() => Some(&alert.report),
            _ => None,
        })
        .filter(|report| report.signature == "webhook_auth_failures")
        .collect();
    let [report] = opened[..] else { panic!("{opened:?}") };
    assert_eq!(report.asset_name, "webhook:alerts");
    assert!(report.message.contains("signature_wrong x3"), "{}", report.message);
}

#[test]
fn elsewhere_there_is_nothing() {
    let receiver = Receiver::start();
    for path in ["/", "/api/webhooks/alerts/", "/api/webhooks"] {
        assert_eq!(receiver.ask(&Request::new("POST", path)).refused(), (404, "not_found".into()));
    }
    // Which sources there are is told to nobody who has none of their keys.
    for path in ["/api/webhooks/planted", "/api/webhooks/alerts", "/api/webhooks/planted/below"] {
        let answer = receiver.ask(&Request::new("POST", path));
        assert_eq!(answer.refused(), (401, "api_key_missing".into()));
        assert!(!answer.text.contains("planted"));
    }
    for (method, path) in
        [("GET", "/api/webhooks/alerts"), ("DELETE", "/api/health"), ("PUT", "/api/webhooks/alertmanager")]
    {
        assert_eq!(receiver.ask(&Request::new(method, path)).refused(), (405, "method_not_allowed".into()));
    }
}

#[test]
fn health_says_whether_alerts_can_be_stored() {
    for (store_error, loading, status, word) in
        [(None, false, 200, "ok"), (Some("planted: disk full"), false, 503, "failing"), (None, true, 503, "loading")]
    {
        let receiver = Receiver::start();
        {
            let pulse = &mut receiver.engine.state.lock().unwrap().pulse;
            pulse.store_error = store_error.map(Into::into);
            pulse.loading = loading;
            pulse.queue = 7;
        }
        let answer = receiver.get("/api/health");
        let json = answer.json();
        assert_eq!((answer.status, &json["store"], &json["queue"]), (status, &json!(word), &json!(7)));
        assert!(!answer.text.contains("planted"));
        let metrics = receiver.get("/metrics").text;
        for gauge in ["store_up", "takes_alerts"] {
            let up = metrics.contains(&format!("alert_whisperer_{gauge} 1\n"));
            assert_eq!(up, status == 200, "{gauge}");
        }
    }
}

#[test]
fn health_says_where_the_engine_is_in_its_life() {
    for (stage, status, word) in [
        (Stage::Loading, 503, "loading"),
        (Stage::Running, 200, "running"),
        (Stage::Stopping, 503, "stopping"),
        (Stage::Failed, 503, "failed"),
    ] {
        let receiver = Receiver::start();
        receiver.engine.handle.counters().life.enter(stage);
        let answer = receiver.get("/api/health");
        assert_eq!((answer.status, &answer.json()["stage"]), (status, &json!(word)));
    }
}

#[test]
fn health_says_how_much_room_there_is_and_when_something_was_stored_last() {
    let receiver = Receiver::start();
    let health = receiver.get("/api/health").json();
    assert_eq!((&health["disk"], &health["last_commit_at"]), (&json!("unknown"), &json!(null)));
    let folder = tempfile::tempdir().unwrap();
    let receiver = Receiver::with(Options { folder: Some(folder.path().into()), ..Options::default() }, |_| {});
    let counters = receiver.engine.handle.counters();
    counters.committed_at.store(1_750_000_000_000, std::sync::atomic::Ordering::Relaxed);
    let health = receiver.get("/api/health").json();
    assert!(health["disk_free_bytes"].is_u64(), "{health}");
    assert_eq!(health["last_commit_at"], json!("2025-06-15T15:06:40.000Z"));
    assert!(health["last_commit_age_seconds"].as_i64().unwrap() > 0, "{health}");
    let path = folder.path().to_str().unwrap();
    assert!(!health.to_string().contains(path), "{health}");
}

#[test]
fn metrics_count_causes_and_name_no_tenant() {
    let receiver = Receiver::start();
    receiver.ask(&signed("no json"));
    receiver.ask(&signed_by("bolt", "no json"));
    receiver.ask(&Request::new("POST", "/api/webhooks/alerts"));
    let text = receiver.get("/metrics").text;
    for line in [
        "# TYPE alert_whisperer_requests_refused_total counter",
        "alert_whisperer_requests_refused_total{cause=\"not_json\"} 2",
        "alert_whisperer_requests_refused_total{cause=\"stranger\"} 1",
        "alert_whisperer_alerts_received_total 0",
        "alert_whisperer_duplicates_total 0",
        "alert_whisperer_queue_requests 0",
        "alert_whisperer_store_up 1",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    assert!(!text.contains("comp_"), "{text}");
}

#[test]
fn metrics_are_as_prometheus_reads_them() {
    let receiver = Receiver::start();
    let counters = receiver.engine.handle.counters();
    counters.commits.took(std::time::Duration::from_micros(700));
    counters.commits.took(std::time::Duration::from_secs(60));
    counters.aws.add("ssm", "ok");
    counters.fed.remote.fetch_add(3, std::sync::atomic::Ordering::Relaxed);
    let text = receiver.get("/metrics").text;
    for line in [
        "alert_whisperer_commit_seconds_bucket{le=\"0.0005\"} 0",
        "alert_whisperer_commit_seconds_bucket{le=\"0.001\"} 1",
        "alert_whisperer_commit_seconds_bucket{le=\"5\"} 1",
        "alert_whisperer_commit_seconds_bucket{le=\"+Inf\"} 2",
        "alert_whisperer_commit_seconds_sum 60.0007",
        "alert_whisperer_commit_seconds_count 2",
        "alert_whisperer_aws_calls_total{service=\"ssm\",outcome=\"ok\"} 1",
        "alert_whisperer_seats{kind=\"remote\"} 3",
        "alert_whisperer_sessions_open 0",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
    // Every value belongs to a family that was announced, and every family is announced once.
    let mut announced = Vec::new();
    for line in text.lines() {
        if let Some(family) = line.strip_prefix("# TYPE ") {
            announced.push(family.split(' ').next().unwrap().to_owned());
        } else if !line.starts_with('#') {
            let (name, value) = line.rsplit_once(' ').unwrap();
            let name = name.split('{').next().unwrap();
            let parts = ["", "_bucket", "_sum", "_count"];
            let known = parts.iter().any(|part| name.strip_suffix(part) == announced.last().map(String::as_str));
            assert!(known && value.parse::<f64>().is_ok(), "{line}");
        }
    }
    let count = announced.len();
    announced.sort();
    announced.dedup();
    assert_eq!(announced.len(), count);
}
