use axum::http::{HeaderName, HeaderValue};

use super::*;
use crate::core::credentials::Secret;

/// `printf '1795312009.{"asset_name":"web-01"}' | openssl dgst -sha256 -hmac whsec-known-answer`
const KNOWN: &str = "52402ed300a75a19b696a4a7f489e6ae352e487af4da1d0f80f24d1623e706ed";
const BODY: &[u8] = br#"{"asset_name":"web-01"}"#;
const AT: i64 = 1_795_312_009;

fn secret(text: &str, expires_at: Option<Moment>) -> HmacSecret {
    HmacSecret { secret: Secret::new(text), expires_at }
}

fn read(headers: &[(&str, &str)]) -> Result<Claimed, &'static str> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    claimed(&map, &Signing::default()).map_err(|refused| refused.refusal.code)
}

fn verify(signature: &str, body: &[u8], secrets: &[HmacSecret], now: i64) -> Result<[u8; 32], Refused> {
    let claimed = read(&[("x-timestamp", "1795312009"), ("x-signature", signature)]).unwrap();
    claimed.verify(body, secrets, &Signing::default(), Moment(now * 1_000))
}

#[test]
fn the_known_answer_is_right_in_either_case_of_hex() {
    let secrets = [secret("whsec-known-answer", None)];
    for hex in [KNOWN.to_owned(), KNOWN.to_uppercase()] {
        let mac = verify(&format!("sha256={hex}"), BODY, &secrets, AT).unwrap();
        assert_eq!(hex::encode(mac), KNOWN);
    }
}

#[test]
fn another_body_another_time_another_secret_is_wrong() {
    let signature = format!("sha256={KNOWN}");
    let code = |body: &[u8], secrets: &[HmacSecret]| verify(&signature, body, secrets, AT).unwrap_err().refusal.code;
    assert_eq!(code(b"{}", &[secret("whsec-known-answer", None)]), "signature_wrong");
    assert_eq!(code(BODY, &[secret("whsec-other", None)]), "signature_wrong");
    assert_eq!(code(BODY, &[]), "signature_wrong");
    let moved = read(&[("x-timestamp", "1795312010"), ("x-signature", &signature)]).unwrap();
    let secrets = [secret("whsec-known-answer", None)];
    assert!(moved.verify(BODY, &secrets, &Signing::default(), Moment(AT * 1_000)).is_err());
}

#[test]
fn an_old_secret_is_valid_until_its_end_and_not_at_it() {
    let signature = format!("sha256={KNOWN}");
    let end = Moment((AT + 60) * 1_000);
    let secrets = [secret("whsec-new", None), secret("whsec-known-answer", Some(end))];
    assert!(verify(&signature, BODY, &secrets, AT + 59).is_ok());
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
        let wrong = verify(&signature, b"{}", &secrets, now).unwrap_err();
        assert_eq!((wrong.refusal.code, wrong.clock), ("signature_wrong", None));
    }
}

#[test]
fn the_headers_have_one_form() {
    let signature = format!("sha256={KNOWN}");
    let with_time = |time: &str| read(&[("x-timestamp", time), ("x-signature", &signature)]).map(|claimed| claimed.at);
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
