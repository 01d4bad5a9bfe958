use axum::http::{HeaderMap, HeaderName};
use hmac::{Hmac as Compute, KeyInit, Mac};
use sha2::Sha256;

use super::*;
use crate::core::credentials::Secret;
use crate::core::time::Moment;
use crate::receiver::refusal::Refused;
use crate::receiver::signature::claimed;

const SECRET: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = r#"{"alerts":[]}"#;

fn rules(preset: Preset) -> Hmac {
    match preset.into() {
        Auth::Hmac(rules) => rules,
        other => panic!("{other:?}"),
    }
}

fn mac(key: &[u8], text: &str) -> String {
    hex::encode(Compute::<Sha256>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes())
}

/// What a source is told that gets these headers and that body.
fn told(preset: Preset, headers: &[(&str, &str)], body: &str) -> (&'static str, String) {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
    }
    let secrets = [HmacSecret { secret: Secret::new(SECRET), expires_at: None }];
    let rules = rules(preset);
    let judged = claimed(&map, &rules).and_then(|claimed| claimed.verify(body.as_bytes(), &secrets, Moment(1_000)));
    let Refused { refusal, message, .. } = judged.unwrap_err();
    (refusal.code, message.unwrap_or_default().into_owned())
}

#[test]
fn whose_signature_it_is_shows_in_its_header() {
    for (preset, name, kind) in [
        (Preset::Grafana, "Grafana", "--kind grafana"),
        (Preset::Github, "GitHub", "--auth github"),
        (Preset::Slack, "Slack", "--auth slack"),
        (Preset::Stripe, "Stripe", "--auth stripe"),
        (Preset::StandardWebhooks, "Standard Webhooks", "--auth standard-webhooks"),
    ] {
        let header = rules(preset).header;
        let (code, words) = told(Preset::Native, &[(&header, "00")], BODY);
        assert!(
            code.ends_with("_missing") && words.contains(name) && words.contains(kind),
            "{preset:?}: {code} {words}"
        );
        let (code, words) = told(preset, &[("X-Signature", "sha256=00"), ("X-Timestamp", "1")], BODY);
        assert!(code.ends_with("_missing") && words.contains("--auth native"), "{preset:?}: {code} {words}");
    }
}

#[test]
fn grafana_at_a_native_source_is_known_by_its_bare_hex() {
    let signature = mac(SECRET.as_bytes(), &format!("1:{BODY}"));
    let (code, words) = told(Preset::Native, &[("X-Timestamp", "1"), ("X-Signature", &signature)], BODY);
    assert_eq!(code, "signature_malformed");
    assert!(words.contains("Grafana") && words.contains("--kind grafana"), "{words}");
    let (code, words) =
        told(Preset::Native, &[("X-Timestamp", "1"), ("X-Signature", &format!("sha256={signature}"))], BODY);
    assert_eq!(code, "signature_wrong");
    assert!(words.contains("with a colon"), "{words}");
}

#[test]
fn the_form_of_a_signature_shows_whose_it_is() {
    let form = |value: &str| told(Preset::Native, &[("X-Timestamp", "1"), ("X-Signature", value)], BODY).1;
    assert!(form("v0=00").contains("Slack"));
    assert!(form("t=1,v1=00").contains("Stripe"));
    assert!(form("v1,eA==").contains("Standard Webhooks"));
    assert_eq!(form("sha256=00"), "The signature must be sha256= and 64 hex digits.");
    let grafana = [("X-Grafana-Alerting-Timestamp", "1"), ("X-Grafana-Alerting-Signature", "sha256=00")];
    assert!(told(Preset::Grafana, &grafana, BODY).1.contains("sha256="));
}

#[test]
fn what_was_signed_instead_is_found_with_the_right_secret_only() {
    let instead = |key: &[u8], signed: &str, body: &str| {
        let signature = format!("sha256={}", mac(key, signed));
        let (code, words) = told(Preset::Native, &[("X-Timestamp", "1"), ("X-Signature", &signature)], body);
        assert_eq!(code, "signature_wrong", "{signed}");
        words
    };
    let key = SECRET.as_bytes();
    assert!(instead(key, BODY, BODY).contains("only the body"));
    assert!(instead(key, &format!("1{BODY}"), BODY).contains("nothing between"));
    assert!(instead(key, &format!("v0:1:{BODY}"), BODY).contains("Slack"));
    assert!(instead(key, &format!("1.{BODY}"), &format!("{BODY}\n")).contains("white space"));
    assert!(instead(&KeyDecoding::Base64.decoded(SECRET).unwrap(), &format!("1.{BODY}"), BODY).contains("decodes it"));
    assert_eq!(instead(b"another", &format!("1:{BODY}"), BODY), "");
    let large = "x".repeat(LOOKED_INTO + 1);
    assert_eq!(instead(key, &large, &large), "");
}

#[test]
fn a_request_without_any_signature_is_no_mistake() {
    assert_eq!(by_headers(&HeaderMap::new(), &rules(Preset::Slack)), None);
}

#[test]
fn the_words_fit_into_an_answer() {
    let all = [
        AS_GRAFANA,
        AS_GITHUB,
        AS_SLACK,
        AS_STRIPE,
        AS_STANDARD,
        AS_OURS,
        BARE_HEX,
        SHA256,
        WITH_COLON,
        WITH_DOT,
        JOINED,
        BODY_ONLY,
        SLACKS,
        LINE_END,
        OTHER_KEY,
    ];
    for words in all {
        assert!(words.len() < 300, "{words}");
    }
}
