use axum::http::{HeaderName, HeaderValue};

use super::*;
use crate::core::credentials::Secret;
use crate::core::source::auth::{Auth, Preset};

/// `printf '1795312009.{"asset_name":"web-01"}' | openssl dgst -sha256 -hmac whsec-known-answer`
const KNOWN: &str = "52402ed300a75a19b696a4a7f489e6ae352e487af4da1d0f80f24d1623e706ed";
const BODY: &[u8] = br#"{"asset_name":"web-01"}"#;
const AT: i64 = 1_795_312_009;

fn secret(text: &str, expires_at: Option<Moment>) -> HmacSecret {
    HmacSecret { secret: Secret::new(text), expires_at }
}

fn rules(preset: Preset) -> Rules {
    match preset.into() {
        Auth::Hmac(rules) => rules,
        other => panic!("{other:?}"),
    }
}

fn map(headers: &[(&str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    map
}

/// What a header says by our own scheme: the time.
fn read(headers: &[(&str, &str)]) -> Result<i64, &'static str> {
    let headers = map(headers);
    claimed(&headers, &rules(Preset::Native)).map(|claimed| claimed.at.unwrap()).map_err(|refused| refused.refusal.code)
}

/// A request by a scheme, judged at `now`.
fn judge(
    rules: &Rules,
    headers: &[(&str, &str)],
    body: &[u8],
    secrets: &[HmacSecret],
    now: i64,
) -> Result<Signed, Refused> {
    claimed(&map(headers), rules)?.verify(body, secrets, Moment(now * 1_000))
}

fn verify(signature: &str, body: &[u8], secrets: &[HmacSecret], now: i64) -> Result<Signed, Refused> {
    let headers = [("x-timestamp", "1795312009"), ("x-signature", signature)];
    judge(&rules(Preset::Native), &headers, body, secrets, now)
}

#[test]
fn the_known_answer_is_right_in_either_case_of_hex() {
    let secrets = [secret("whsec-known-answer", None)];
    for hex in [KNOWN.to_owned(), KNOWN.to_uppercase()] {
        let signed = verify(&format!("sha256={hex}"), BODY, &secrets, AT).unwrap();
        assert_eq!((hex::encode(signed.mac), signed.at), (KNOWN.into(), Some(AT)));
        assert_eq!(signed.secret, secrets[0].id());
    }
}

#[test]
fn another_body_another_time_another_secret_is_wrong() {
    let signature = format!("sha256={KNOWN}");
    let code = |body: &[u8], secrets: &[HmacSecret]| verify(&signature, body, secrets, AT).unwrap_err().refusal.code;
    assert_eq!(code(b"{}", &[secret("whsec-known-answer", None)]), "signature_wrong");
    assert_eq!(code(BODY, &[secret("whsec-other", None)]), "signature_wrong");
    assert_eq!(code(BODY, &[]), "signature_wrong");
    let moved = [("x-timestamp", "1795312010"), ("x-signature", &*signature)];
    let secrets = [secret("whsec-known-answer", None)];
    assert!(judge(&rules(Preset::Native), &moved, BODY, &secrets, AT).is_err());
}

#[test]
fn an_old_secret_is_valid_until_its_end_and_not_at_it() {
    let signature = format!("sha256={KNOWN}");
    let end = Moment((AT + 60) * 1_000);
    let secrets = [secret("whsec-new", None), secret("whsec-known-answer", Some(end))];
    assert_eq!(verify(&signature, BODY, &secrets, AT + 59).unwrap().secret, secrets[1].id());
    assert_eq!(verify(&signature, BODY, &secrets, AT + 60).unwrap_err().refusal.code, "signature_wrong");
}

#[test]
fn the_window_is_exact_and_its_size_is_told_only_to_who_signed_rightly() {
    let secrets = [secret("whsec-known-answer", None)];
    let signature = format!("sha256={KNOWN}");
    for now in [AT - 300, AT, AT + 300] {
        assert!(verify(&signature, BODY, &secrets, now).is_ok(), "{now}");
    }
    for now in [AT - 301, AT + 301] {
        let right = verify(&signature, BODY, &secrets, now).unwrap_err();
        assert_eq!((right.refusal.code, right.clock), ("timestamp_outside_window", Some((now, 300))));
        assert_eq!(right.skew, Some(AT - now));
        let wrong = verify(&signature, b"{}", &secrets, now).unwrap_err();
        assert_eq!((wrong.refusal.code, wrong.clock), ("signature_wrong", None));
    }
}

#[test]
fn the_headers_have_one_form() {
    let signature = format!("sha256={KNOWN}");
    let with_time = |time: &str| read(&[("x-timestamp", time), ("x-signature", &signature)]);
    assert_eq!(with_time("1795312009"), Ok(AT));
    for bad in
        ["", "now", "-1795312009", "+1795312009", "1795312009000", "1795312009.5", "0x6b02", "1795312009, 1", "१७"]
    {
        assert_eq!(with_time(bad), Err("timestamp_malformed"), "{bad}");
    }
    let with = |signature: &str| read(&[("x-timestamp", "1"), ("x-signature", signature)]).map(|_| ());
    let short = &signature[..70];
    for bad in [
        "",
        KNOWN,
        "sha256=",
        short,
        "SHA256=00",
        &format!("sha512={KNOWN}"),
        &format!("{signature}0"),
        &format!("{short}g"),
    ] {
        assert_eq!(with(bad), Err("signature_malformed"), "{bad}");
    }
    assert_eq!(read(&[("x-signature", &signature)]).map(|_| ()), Err("timestamp_missing"));
    assert_eq!(read(&[("x-timestamp", "1")]).map(|_| ()), Err("signature_missing"));
    let twice = [("x-timestamp", "1"), ("x-timestamp", "1"), ("x-signature", &*signature)];
    assert_eq!(read(&twice).map(|_| ()), Err("header_repeated"));
    let twice = [("x-timestamp", "1"), ("x-signature", &*signature), ("x-signature", &*signature)];
    assert_eq!(read(&twice).map(|_| ()), Err("header_repeated"));
}

/// A request that the scheme's own documentation or its project's tests call right, or one of ours where they give none: headers,
/// body, secret, time.
struct Vector {
    preset: Preset,
    headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    secret: &'static str,
    at: i64,
}

const VECTORS: &[Vector] = &[
    // standard-webhooks/standard-webhooks, libraries' tests.
    Vector {
        preset: Preset::StandardWebhooks,
        headers: &[
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            (
                "webhook-signature",
                "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= \
                 v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE= v1a,x",
            ),
        ],
        body: r#"{"test": 2432232314}"#,
        secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        at: 1_614_265_330,
    },
    // docs.github.com, "Validating webhook deliveries", testing.
    Vector {
        preset: Preset::Github,
        headers: &[("X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")],
        body: "Hello, World!",
        secret: "It's a Secret to Everybody",
        at: 0,
    },
    // api.slack.com, "Verifying requests from Slack".
    Vector {
        preset: Preset::Slack,
        headers: &[
            ("X-Slack-Request-Timestamp", "1531420618"),
            ("X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"),
        ],
        body: "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c",
        secret: "8f742231b10e8888abcd99yyyzzz85a5",
        at: 1_531_420_618,
    },
    // Ours, by docs.stripe.com's description; its example gives no secret.
    Vector {
        preset: Preset::Stripe,
        headers: &[(
            "Stripe-Signature",
            "t=1492774577,v1=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39,\
             v1=1976af3f883fc4ad682c52dcee24f7f04274847cbd8003fb1d45bd87e1e11558,v0=6ffbb59b2300aae63f272406069a9788598b792a944a07aba816edb039989a39",
        )],
        body: r#"{"id":"evt_1"}"#,
        secret: "whsec_stripe-known",
        at: 1_492_774_577,
    },
    // Ours, by grafana.com's description.
    Vector {
        preset: Preset::Grafana,
        headers: &[
            ("X-Grafana-Alerting-Timestamp", "1795312795"),
            ("X-Grafana-Alerting-Signature", "4ecfbdb1b04a3af572cbb346178eaac1ddc2bbbf6f044e25a078920b8f17090a"),
        ],
        body: r#"{"alerts":[]}"#,
        secret: "grafana-known",
        at: 1_795_312_795,
    },
];

#[test]
fn every_scheme_is_verified_as_its_owner_says() {
    for Vector { preset, headers, body, secret: text, at } in VECTORS {
        let rules = rules(*preset);
        let secrets = [secret("MfKQ9r8GKYqrTwjUPD8ILPZIo2Laanother", None), secret(text, None)];
        let judged = |body: &[u8], secrets: &[HmacSecret], now: i64| {
            judge(&rules, headers, body, secrets, now).map_err(|refused| refused.refusal.code)
        };
        let signed = judged(body.as_bytes(), &secrets, *at).unwrap_or_else(|code| panic!("{preset:?}: {code}"));
        assert_eq!(signed.at, (*at > 0).then_some(*at), "{preset:?}");
        assert_eq!(signed.secret, secrets[1].id(), "{preset:?}");
        assert_eq!(judged(body.as_bytes(), &secrets[..1], *at), Err("signature_wrong"), "{preset:?}");
        assert_eq!(judged(b"{}", &secrets, *at), Err("signature_wrong"), "{preset:?}");
        let later = judged(body.as_bytes(), &secrets, at + 301).map(|signed| signed.at);
        let expected = if *at == 0 { Ok(None) } else { Err("timestamp_outside_window") };
        assert_eq!(later, expected, "{preset:?}");
        for (missing, _) in *headers {
            let rest: Vec<_> = headers.iter().copied().filter(|(name, _)| name != missing).collect();
            let code = judge(&rules, &rest, body.as_bytes(), &secrets, *at).unwrap_err().refusal.code;
            assert!(code.ends_with("_missing"), "{preset:?} without {missing}: {code}");
        }
    }
}

#[test]
fn a_list_needs_one_entry_of_the_form_and_stripes_a_time() {
    let code = |preset: Preset, header: &str, value: &str| {
        let headers = [("webhook-id", "m"), ("webhook-timestamp", "1"), (header, value)];
        judge(&rules(preset), &headers, b"", &[], 0).unwrap_err().refusal.code
    };
    let standard = |value: &str| code(Preset::StandardWebhooks, "webhook-signature", value);
    assert_eq!(["", "v1a,eA==", "v1,eA==", "v1 eA=="].map(standard), ["signature_malformed"; 4]);
    let stripe = |value: &str| code(Preset::Stripe, "Stripe-Signature", value);
    assert_eq!(stripe("v1=00"), "timestamp_missing");
    assert_eq!(stripe("t=x,v1=00"), "timestamp_malformed");
    assert_eq!(stripe("t=1,v1=00"), "signature_malformed");
}

#[test]
fn grafana_that_sends_no_time_is_told_where_it_is_set() {
    let headers = [("X-Grafana-Alerting-Signature", KNOWN)];
    let refused = judge(&rules(Preset::Grafana), &headers, BODY, &[], AT).unwrap_err();
    assert_eq!(refused.refusal.code, "timestamp_missing");
    assert!(refused.message.unwrap().contains("only when its contact point names a Timestamp Header"));
    let unsigned = judge(&rules(Preset::Grafana), &[], BODY, &[], AT).unwrap_err();
    assert!(unsigned.message.unwrap().contains("`source set TENANT NAME --auth key`"), "an older Grafana can't sign");
}
