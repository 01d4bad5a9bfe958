//! Sources of every kind: how each proves itself, what it is answered, and how it is afterwards.

use std::sync::Arc;

use alert_whisperer::core::credentials::{Credentials, HmacSecret, Secret, Source as Kept};
use alert_whisperer::core::source::Source;
use alert_whisperer::core::source::auth::{Auth, Preset};
use alert_whisperer::core::time::Moment;
use alert_whisperer::link::source::Health;
use alert_whisperer::receiver::Options;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::client::{Answer, Request};
use crate::support::{Receiver, alert, mac, signed, unix_seconds};

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A receiver whose tenants have sources of their own, by name, kind and way to prove itself. Their key is `NAME-key`.
fn with(sources: &'static [(&'static str, &'static str, Preset)]) -> Receiver {
    Receiver::with(Options::default(), |tenant| {
        let mut credentials = Credentials::clone(&tenant.credentials);
        for (name, kind, auth) in sources {
            let source = Source { auth: Auth::from(*auth), ..Source::of(kind.parse().unwrap()) };
            tenant.sources.insert((*name).into(), source);
            let key = format!("{}-{name}-key", tenant.name);
            let mut kept = Kept::new(*name, Sha256::digest(key).into());
            kept.secrets = vec![HmacSecret { secret: Secret::new(SECRET), expires_at: None }];
            credentials.sources.push(kept);
        }
        tenant.credentials = Arc::new(credentials);
    })
}

fn post(source: &str, body: impl AsRef<[u8]>) -> Request {
    Request::new("POST", &format!("/api/webhooks/{source}")).body(body.as_ref())
}

fn hmac(key: &[u8], signed: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(signed).finalize().into_bytes().to_vec()
}

fn health(receiver: &Receiver, source: &str) -> Health {
    let now = Moment(unix_seconds() * 1_000);
    receiver.engine.handle.counters().sources.of(now, &"comp_acme".parse().unwrap(), source)
}

fn code(answer: &Answer) -> (u16, String) {
    if answer.status < 300 { (answer.status, String::new()) } else { answer.refused() }
}

#[test]
fn a_key_is_taken_where_the_source_wants_it() {
    let receiver = with(&[
        ("any", "native", Preset::Key),
        ("basic", "native", Preset::Basic),
        ("bearer", "native", Preset::Bearer),
    ]);
    // user:acme-basic-key and user:acme-any-key
    let (basic, any) = ("Basic dXNlcjphY21lLWJhc2ljLWtleQ==", "Basic dXNlcjphY21lLWFueS1rZXk=");
    let ask = |source: &str, header: &str, value: &str| {
        code(&receiver.ask(&post(source, alert("db-01")).header(header, value)))
    };
    let ok = (200, String::new());
    assert_eq!(ask("any", "X-API-Key", "acme-any-key"), ok);
    assert_eq!(ask("any", "Authorization", any), ok);
    assert_eq!(ask("any", "Authorization", "GenieKey acme-any-key"), ok);
    assert_eq!(ask("any", "Authorization", "Token acme-any-key"), ok);
    assert_eq!(ask("basic", "Authorization", basic), ok);
    assert_eq!(ask("basic", "X-API-Key", "acme-basic-key"), (401, "basic_missing".into()));
    assert_eq!(ask("bearer", "Authorization", "Bearer acme-bearer-key"), ok);
    assert_eq!(ask("bearer", "X-API-Key", "acme-bearer-key"), (401, "bearer_missing".into()));
    assert_eq!(ask("bearer", "Authorization", "Bearer acme-any-key"), (401, "api_key_unknown".into()));
    assert_eq!(ask("nowhere", "X-API-Key", "acme-any-key"), (401, "api_key_unknown".into()));
    let challenge = receiver.ask(&post("basic", "{}"));
    assert_eq!(challenge.refused(), (401, "api_key_missing".into()));
    assert!(challenge.head.contains("Basic realm="), "{challenge:?}");
    let basic = health(&receiver, "basic");
    assert_eq!((basic.taken, basic.in_last_hour, basic.refused["basic_missing"]), (1, 1, 1));
    assert!(basic.seen_at.is_some() && basic.last_alert.is_some());
}

#[test]
fn a_source_signs_as_its_scheme_says_with_its_own_secret() {
    let receiver = with(&[
        ("std", "native", Preset::StandardWebhooks),
        ("hub", "native", Preset::Github),
        ("own", "native", Preset::Native),
    ]);
    let (at, body) = (unix_seconds().to_string(), alert("db-01"));
    let key = b"\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d\xa4\xb0";
    let standard = |id: &str, at: &str| {
        use base64::Engine as _;
        let mac = base64::engine::general_purpose::STANDARD.encode(hmac(key, &format!("{id}.{at}.{body}")));
        let request = post("std", &body).header("X-API-Key", "acme-std-key");
        request
            .header("webhook-id", id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", &format!("v1,{mac}"))
    };
    assert_eq!(receiver.ask(&standard("msg_1", &at)).json()["duplicate"], false);
    let later = (unix_seconds() + 5).to_string();
    let again = receiver.ask(&standard("msg_1", &later));
    assert_eq!(again.json()["duplicate"], true, "the id is the same, and signed: {again:?}");
    assert_eq!(receiver.ask(&standard("msg_2", &later)).json()["duplicate"], false);

    let hub = || {
        let mac = hex::encode(hmac(SECRET.as_bytes(), &body));
        let request = post("hub", &body).header("X-API-Key", "acme-hub-key");
        request.header("X-Hub-Signature-256", &format!("sha256={mac}"))
    };
    assert_eq!(receiver.ask(&hub().header("X-GitHub-Delivery", "1")).json()["duplicate"], false);
    let replayed = receiver.ask(&hub().header("X-GitHub-Delivery", "2")).json();
    assert_eq!(replayed["duplicate"], true, "what is signed without a time is only taken once");
    assert!(replayed["message"].as_str().unwrap().contains("same signature"), "{replayed}");

    let own = |secret: &str| {
        let request = post("own", &body).header("X-API-Key", "acme-own-key").header("X-Timestamp", &at);
        receiver.ask(&request.header("X-Signature", &format!("sha256={}", mac(secret, &at, body.as_bytes()))))
    };
    assert_eq!(own("acme-secret").refused(), (401, "signature_wrong".into()), "that is the tenant's");
    assert_eq!(own(SECRET).status, 200);
    let own = health(&receiver, "own");
    assert!(own.skew_seconds.is_some_and(|skew| (-60..=0).contains(&skew)), "{own:?}");
    let id = HmacSecret { secret: Secret::new(SECRET), expires_at: None }.id();
    let verified = receiver.engine.handle.counters().sources.verified_at(&"comp_acme".parse().unwrap(), "own", &id);
    assert!(verified.is_some());
}

#[test]
fn grafana_at_a_native_source_is_named_once_its_key_was_right() {
    let receiver = Receiver::start();
    let captured = alert("db-01");
    let at = unix_seconds().to_string();
    let bare = hex::encode(hmac(b"acme-secret", &format!("{at}:{captured}")));
    let grafana = |key: &str| {
        let request = post(&format!("alerts?api_key={key}"), &captured).header("User-Agent", "Grafana");
        receiver.ask(&request.header("X-Timestamp", &at).header("X-Signature", &bare))
    };
    let stranger = grafana("k-demo");
    assert_eq!(stranger.refused(), (401, "api_key_unknown".into()));
    assert!(!stranger.text.contains("Grafana"));
    let known = grafana("acme-key");
    assert_eq!(known.refused(), (401, "signature_malformed".into()));
    assert!(known.text.contains("as Grafana signs") && known.text.contains("--kind grafana"), "{known:?}");
    assert!(known.text.len() <= 512);
    let (_, why) = health(&receiver, "alerts").last_refused.unwrap();
    assert!(why.contains("Grafana"), "{why}");
}

#[test]
fn a_clock_that_is_off_shows_in_the_health_of_its_source() {
    let receiver = Receiver::start();
    let late = crate::support::signed_at("acme", unix_seconds() - 4_000, alert("a"));
    assert_eq!(receiver.ask(&late).refused(), (401, "timestamp_outside_window".into()));
    let health = health(&receiver, "alerts");
    assert!(health.skew_seconds.is_some_and(|skew| (-4_100..=-4_000).contains(&skew)), "{health:?}");
    assert_eq!((health.seen_at, health.in_last_hour), (None, 0), "it was not let in");
}

#[test]
fn tools_are_told_what_their_own_receivers_tell_them() {
    let receiver = with(&[("pd", "pagerduty", Preset::Key), ("og", "opsgenie", Preset::Key)]);
    let trigger = json!({
        "routing_key": "r", "event_action": "trigger", "dedup_key": "disk/db-01",
        "payload": { "summary": "disk full", "source": "db-01", "severity": "critical" },
    });
    let answer = receiver.ask(&post("pd/v2/enqueue?api_key=acme-pd-key", trigger.to_string()));
    let expected = json!({ "status": "success", "message": "Event processed", "dedup_key": "disk/db-01" });
    assert_eq!((answer.status, answer.json()), (202, expected.clone()), "{answer:?}");
    let again = receiver.ask(&post("pd/v2/enqueue?api_key=acme-pd-key", trigger.to_string()));
    assert_eq!((again.status, again.json()), (202, expected));
    let unreadable = receiver.ask(&post("pd?api_key=acme-pd-key", "{"));
    assert_eq!(unreadable.refused(), (400, "not_json".into()));

    let create = json!({ "message": "disk full", "alias": "disk/db-01", "entity": "db-01", "priority": "P1" });
    let request = post("og/v2/alerts", create.to_string()).header("Authorization", "GenieKey acme-og-key");
    let answer = receiver.ask(&request);
    assert_eq!((answer.status, &answer.json()["result"]), (202, &json!("Request will be processed")), "{answer:?}");
    assert!(answer.json()["took"].is_f64() && answer.json()["requestId"].is_string());
    assert_eq!(health(&receiver, "pd").unreadable, 1);
}

#[test]
fn a_body_has_64_levels_and_5000_alerts_at_most_whoever_sends_it() {
    let receiver = with(&[("dd", "custom", Preset::Key)]);
    let deep = format!(r#"{{"asset_name":{}1{}}}"#, "[".repeat(64), "]".repeat(64));
    let answer = receiver.ask(&signed(deep));
    assert_eq!(answer.refused(), (422, "not_an_alert".into()));
    assert!(answer.text.contains("64 levels"));
    let one = r#"{"status":"firing","labels":{"alertname":"x","instance":"y"}},"#;
    let many = format!(r#"{{"version":"4","alerts":[{}null]}}"#, one.repeat(5_000));
    assert_eq!(receiver.ask(&crate::support::from_alertmanager(many)).refused(), (422, "not_an_alert".into()));
}
