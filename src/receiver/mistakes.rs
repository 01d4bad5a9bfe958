//! What a request that is refused was signed as instead: people point a tool at a source that expects another signature, or sign
//! other bytes than they send. Asked only under a known key, so that the words go to nobody else; they are fixed.

use axum::http::header::HeaderMap;

use super::signature::Claimed;
use crate::core::credentials::HmacSecret;
use crate::core::source::auth::{Auth, Hmac, KeyDecoding, Preset};
use crate::core::source::scheme::{Piece, pieces};

const AS_GRAFANA: &str = "This is signed as Grafana signs, and this source expects another signature. Give Grafana a source of its \
                          own: `source add TENANT NAME --kind grafana`.";
const AS_GITHUB: &str = "This is signed as GitHub signs, and this source expects another signature: `source set TENANT NAME --auth \
                         github`.";
const AS_SLACK: &str = "This is signed as Slack signs, and this source expects another signature: `source set TENANT NAME --auth \
                        slack`.";
const AS_STRIPE: &str = "This is signed as Stripe signs, and this source expects another signature: `source set TENANT NAME --auth \
                         stripe`.";
const AS_STANDARD: &str = "This is signed as Standard Webhooks are, and this source expects another signature: `source set TENANT \
                           NAME --auth standard-webhooks`.";
const AS_OURS: &str = "This is signed with X-Signature and sha256=, and this source expects another signature: `source set TENANT NAME \
                       --auth native`, or send it to a source of kind native.";
const BARE_HEX: &str = "The signature is bare hex, as Grafana signs, and this source expects something before it. Give Grafana a source \
                        of its own: `source add TENANT NAME --kind grafana`; other senders must add sha256=.";
const SHA256: &str = "The signature is written as sha256= and hex, which this source does not expect: send it to a source that signs as \
                      native or github, or see `source set TENANT NAME --auth`.";
const WITH_COLON: &str = "The secret is right, but timestamp and body are joined with a colon, as Grafana does; this source expects them \
                          otherwise. Give Grafana a source of its own: `source add TENANT NAME --kind grafana`.";
const WITH_DOT: &str =
    "The secret is right, but timestamp and body are joined with a dot; this source expects them otherwise.";
const JOINED: &str =
    "The secret is right, but timestamp and body are joined with nothing between; this source expects them otherwise.";
const BODY_ONLY: &str = "The secret is right, but only the body is signed, as GitHub does; this source expects the timestamp in the \
                         signature too.";
const SLACKS: &str = "The secret is right, but it is signed as Slack signs, with v0: before timestamp and body.";
const LINE_END: &str = "The secret is right, but the body has white space at its end that was not signed: send the very bytes that are \
                        signed.";
const OTHER_KEY: &str = "The secret is right, but one side takes it as text and the other decodes it: see how the source's key is \
                         decoded.";

/// Bytes of a body whose signature is looked into: each of a dozen mistakes costs another signature over it.
const LOOKED_INTO: usize = 64 << 10;

/// Ways to join what is signed, and what they are called.
const TEMPLATES: [(&str, &str); 5] = [
    ("{timestamp}:{body}", WITH_COLON),
    ("{timestamp}.{body}", WITH_DOT),
    ("{timestamp}{body}", JOINED),
    ("v0:{timestamp}:{body}", SLACKS),
    ("{body}", BODY_ONLY),
];

/// Whose signature the headers show, when it is not of the form that the rules want.
pub fn by_headers(headers: &HeaderMap, rules: &Hmac) -> Option<&'static str> {
    let known = [
        (Preset::Grafana, AS_GRAFANA),
        (Preset::Github, AS_GITHUB),
        (Preset::Slack, AS_SLACK),
        (Preset::Stripe, AS_STRIPE),
        (Preset::StandardWebhooks, AS_STANDARD),
        (Preset::Native, AS_OURS),
    ];
    if let Some(given) = headers.get(&rules.header) {
        return by_form(given.as_bytes(), rules);
    }
    known.into_iter().find_map(|(preset, words)| match preset.into() {
        Auth::Hmac(hmac) => headers.contains_key(&hmac.header).then_some(words),
        _ => None,
    })
}

/// Whose signature is written like that.
fn by_form(given: &[u8], rules: &Hmac) -> Option<&'static str> {
    let prefixes: [(&[u8], _); 4] =
        [(b"sha256=", SHA256), (b"v0=", AS_SLACK), (b"v1,", AS_STANDARD), (b"t=", AS_STRIPE)];
    let given = given.trim_ascii();
    let theirs = prefixes.into_iter().find(|(prefix, _)| given.starts_with(prefix));
    match theirs {
        Some((prefix, words)) => (prefix != rules.prefix.as_bytes() && rules.mac(given).is_none()).then_some(words),
        None if given.len() == 64 && given.iter().all(u8::is_ascii_hexdigit) && !rules.prefix.is_empty() => {
            Some(BARE_HEX)
        }
        None => None,
    }
}

/// What else was signed, when the signature has its form and does not fit.
pub fn by_body<'s>(
    claimed: &Claimed<'_>,
    body: &[u8],
    secrets: impl Iterator<Item = &'s HmacSecret> + Clone,
) -> Option<&'static str> {
    if body.len() > LOOKED_INTO {
        return None;
    }
    let rules = claimed.rules();
    let fits = |pieces: &[Piece<'_>], decoding: KeyDecoding, body: &[u8]| {
        let mut keys = secrets.clone().filter_map(|secret| decoding.decoded(secret.secret.expose()));
        keys.any(|key| bool::from(claimed.is_there(&claimed.mac(pieces, &key, body))))
    };
    let wanted = pieces(&rules.template);
    let trimmed = body.trim_ascii_end();
    if trimmed.len() < body.len() && fits(&wanted, rules.key, trimmed) {
        return Some(LINE_END);
    }
    let decodings = [KeyDecoding::Raw, KeyDecoding::Base64, KeyDecoding::Hex];
    if decodings.into_iter().any(|decoding| decoding != rules.key && fits(&wanted, decoding, body)) {
        return Some(OTHER_KEY);
    }
    let others = TEMPLATES.into_iter().filter(|(template, _)| *template != rules.template);
    others.filter(|(template, _)| fits(&pieces(template), rules.key, body)).map(|(_, words)| words).next()
}

#[cfg(test)]
#[path = "mistakes_tests.rs"]
mod tests;
