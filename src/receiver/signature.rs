//! Whether a request was signed by who has the source's secret, and when: one verifier for every way to sign with HMAC-SHA256, told
//! by the source's settings. What a request that is refused was signed as instead is for `mistakes` to find out.

use axum::http::header::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::key::once;
use super::mistakes;
use super::refusal::{
    Refusal, Refused, SIGNATURE_MALFORMED, SIGNATURE_MISSING, SIGNATURE_WRONG, SIGNED_MISSING, TIMESTAMP_MALFORMED,
    TIMESTAMP_MISSING, TIMESTAMP_OUTSIDE,
};
use crate::core::credentials::HmacSecret;
use crate::core::source::auth::Hmac as Rules;
use crate::core::source::scheme::{MAC, Piece, Timestamp, pieces};
use crate::core::time::Moment;

/// What a request says about its signature, well formed and not yet believed.
#[derive(Debug)]
pub struct Claimed<'a> {
    rules: &'a Rules,
    headers: &'a HeaderMap,
    timestamp: &'a [u8],
    at: Option<i64>,
    macs: Vec<[u8; MAC]>,
}

/// A signature that was found right.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// The signature.
    pub mac: [u8; MAC],
    /// When it was made, in Unix seconds; absent: nobody says it, and it stays right for ever.
    pub at: Option<i64>,
    /// The secret it was made with, by its id.
    pub secret: String,
}

/// Reads what the headers say.
///
/// # Errors
/// When something is missing, repeated, or not of its form. The words name another way to sign where the headers show one.
pub fn claimed<'a>(headers: &'a HeaderMap, rules: &'a Rules) -> Result<Claimed<'a>, Refused> {
    read(headers, rules).map_err(|refusal| Refused {
        message: mistakes::by_headers(headers, rules).or_else(|| how(refusal, headers, rules)).map(Into::into),
        ..Refused::new(refusal)
    })
}

fn read<'a>(headers: &'a HeaderMap, rules: &'a Rules) -> Result<Claimed<'a>, &'static Refusal> {
    let signature = || once(headers, &rules.header)?.ok_or(&SIGNATURE_MISSING);
    let timestamp = match rules.timestamp_is() {
        Timestamp::Header(header) => Some(once(headers, header)?.ok_or(&TIMESTAMP_MISSING)?),
        Timestamp::InList => {
            let time = entries(signature()?, rules).find_map(|entry| entry.strip_prefix(b"t="));
            Some(time.ok_or(&TIMESTAMP_MISSING)?)
        }
        Timestamp::Nowhere => None,
    };
    let at = timestamp.map(|text| seconds(text).ok_or(&TIMESTAMP_MALFORMED)).transpose()?;
    // A list may hold signatures of other versions, and with other secrets.
    let macs: Vec<_> = entries(signature()?, rules).filter_map(|entry| rules.mac(entry)).collect();
    if macs.is_empty() {
        return Err(&SIGNATURE_MALFORMED);
    }
    for piece in pieces(&rules.template) {
        if let Piece::Header(name) = piece {
            once(headers, name)?.ok_or(&SIGNED_MISSING)?;
        }
    }
    Ok(Claimed { rules, headers, timestamp: timestamp.unwrap_or_default(), at, macs })
}

/// How it is done, in words for the senders that most people have.
fn how(refusal: &Refusal, headers: &HeaderMap, rules: &Rules) -> Option<&'static str> {
    match (refusal.code, &*rules.prefix, &*rules.template) {
        ("signature_missing", "sha256=", "{timestamp}.{body}") => {
            Some("Sign the request: sha256=<hex of HMAC-SHA256(secret, timestamp + '.' + body)>.")
        }
        ("signature_malformed", "sha256=", _) => Some("The signature must be sha256= and 64 hex digits."),
        (_, "", "{timestamp}:{body}") if !headers.contains_key(&rules.header) => Some(
            "Fill in HMAC Signature in Grafana's contact point, Timestamp Header included. A Grafana before 12 can't sign: \
             `source set TENANT NAME --auth key`.",
        ),
        ("timestamp_missing", "", "{timestamp}:{body}") => Some(
            "Grafana sends the time of signing only when its contact point names a Timestamp Header: name it there.",
        ),
        _ => None,
    }
}

/// What a header lists; itself when there is no list.
fn entries<'a>(header: &'a [u8], rules: &Rules) -> impl Iterator<Item = &'a [u8]> {
    let separator = rules.separator.and_then(|separator| u8::try_from(separator).ok());
    header.split(move |byte| Some(*byte) == separator).map(<[u8]>::trim_ascii)
}

impl<'a> Claimed<'a> {
    /// The signature, once it is found right: made over this body with one of the secrets that are valid at `now`, and at a
    /// time that is not too far from it.
    ///
    /// # Errors
    /// Our own time is told only to who has signed rightly.
    pub fn verify(&self, body: &[u8], secrets: &[HmacSecret], now: Moment) -> Result<Signed, Refused> {
        let pieces = pieces(&self.rules.template);
        let mut right = None;
        // Every secret is tried in full, so the time it takes does not tell which one fits.
        for secret in secrets.iter().filter(|secret| secret.is_live(now)) {
            let Some(key) = self.rules.key.decoded(secret.secret.expose()) else { continue };
            let mac = self.mac(&pieces, &key, body);
            if bool::from(self.is_there(&mac)) && right.is_none() {
                right = Some((mac, secret));
            }
        }
        let Some((mac, secret)) = right else {
            let words = mistakes::by_body(self, body, secrets.iter().filter(|secret| secret.is_live(now)));
            return Err(Refused { message: words.map(Into::into), ..Refused::new(&SIGNATURE_WRONG) });
        };
        let (server, tolerance) = (now.unix_seconds(), self.rules.tolerance_seconds);
        if let Some(at) = self.at
            && server.abs_diff(at) > u64::from(tolerance)
        {
            let skew = Some(at.saturating_sub(server));
            return Err(Refused { clock: Some((server, tolerance)), skew, ..Refused::new(&TIMESTAMP_OUTSIDE) });
        }
        Ok(Signed { mac, at: self.at, secret: secret.id() })
    }

    /// The rules it claims to follow.
    pub(super) fn rules(&self) -> &'a Rules {
        self.rules
    }

    /// The signature of those pieces of the request.
    pub(super) fn mac(&self, pieces: &[Piece<'_>], key: &[u8], body: &[u8]) -> [u8; MAC] {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; MAC] };
        for piece in pieces {
            match piece {
                Piece::Text(text) => mac.update(text.as_bytes()),
                Piece::Timestamp => mac.update(self.timestamp),
                Piece::Body => mac.update(body),
                Piece::Header(name) => mac.update(self.headers.get(*name).map_or(b"", |value| value.as_bytes())),
            }
        }
        mac.finalize().into_bytes().into()
    }

    /// Whether this is one of the signatures that the request gives.
    pub(super) fn is_there(&self, mac: &[u8; MAC]) -> Choice {
        self.macs.iter().fold(Choice::from(0), |found, given| found | mac.ct_eq(given))
    }
}

/// Plain decimal Unix seconds: digits only, and not so many that they must be milliseconds.
fn seconds(text: &[u8]) -> Option<i64> {
    let plain = (1..=11).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
    plain.then(|| text.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
#[path = "signature_tests.rs"]
mod tests;
