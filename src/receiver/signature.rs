//! Whether a request was signed by who has the tenant's secret, and when: HMAC-SHA256 over timestamp, a dot and the raw body.

use axum::http::header::HeaderMap;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use super::key::once;
use super::refusal::{
    Refused, SIGNATURE_MALFORMED, SIGNATURE_MISSING, SIGNATURE_WRONG, TIMESTAMP_MALFORMED, TIMESTAMP_MISSING,
    TIMESTAMP_OUTSIDE,
};
use crate::core::credentials::HmacSecret;
use crate::core::tenant::Signing;
use crate::core::time::Moment;

/// What a request says about its signature, well formed and not yet believed.
#[derive(Debug)]
pub struct Claimed {
    timestamp: Vec<u8>,
    at: i64,
    mac: [u8; 32],
}

/// Reads the two headers.
///
/// # Errors
/// When one is missing, repeated, or not of its form.
pub fn claimed(headers: &HeaderMap, rules: &Signing) -> Result<Claimed, Refused> {
    let timestamp = once(headers, &rules.timestamp_header)?.ok_or(&TIMESTAMP_MISSING)?;
    let at = seconds(timestamp).ok_or(&TIMESTAMP_MALFORMED)?;
    let signature = once(headers, &rules.signature_header)?.ok_or(&SIGNATURE_MISSING)?;
    let digits = signature.strip_prefix(b"sha256=").ok_or(&SIGNATURE_MALFORMED)?;
    let mut mac = [0; 32];
    hex::decode_to_slice(digits, &mut mac).map_err(|_| &SIGNATURE_MALFORMED)?;
    Ok(Claimed { timestamp: timestamp.to_vec(), at, mac })
}

impl Claimed {
    /// The signature, once it is found right: made over this body with one of the secrets that are valid at `now`, and at a
    /// time that is not too far from it.
    ///
    /// # Errors
    /// Our own time is told only to who has signed rightly.
    pub fn verify(
        self,
        body: &[u8],
        secrets: &[HmacSecret],
        rules: &Signing,
        now: Moment,
    ) -> Result<[u8; 32], Refused> {
        let mut right = Choice::from(0);
        // Every secret is tried in full, so the time it takes does not tell which one fits.
        for secret in secrets.iter().filter(|secret| secret.expires_at.is_none_or(|end| now < end)) {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.secret.expose().as_bytes()) else { continue };
            mac.update(&self.timestamp);
            mac.update(b".");
            mac.update(body);
            right |= mac.finalize().into_bytes().as_slice().ct_eq(&self.mac);
        }
        if !bool::from(right) {
            return Err(Refused::new(&SIGNATURE_WRONG));
        }
        let (server, skew) = (now.unix_seconds(), rules.max_timestamp_diff_seconds);
        if server.abs_diff(self.at) > u64::from(skew) {
            return Err(Refused { clock: Some((server, skew)), ..Refused::new(&TIMESTAMP_OUTSIDE) });
        }
        Ok(self.mac)
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
