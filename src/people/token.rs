//! What a token looks like: a JWT by HS256, with who it is for, what they may do and for whom. It is signed here and its signature
//! looked at; whether it is still good is left to the book.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::Refused;
use super::book::{Book, Key, SKEW};
use crate::core::person::{Claims, Scope};
use crate::core::role::Role;
use crate::core::time::Moment;

/// Whom it is for.
const AUDIENCE: &str = "alert-whisperer";
/// A longer one is none.
pub(super) const LONGEST: usize = 16 * 1024;

/// What it says.
#[derive(Serialize, Deserialize)]
struct Payload {
    aud: String,
    sub: String,
    jti: String,
    iat: i64,
    exp: i64,
    role: Role,
    tenants: Scope,
}

/// Signs a token. `None`: the key is none.
pub(super) fn sign(key: &Key, claims: &Claims, now: Moment) -> Option<String> {
    let payload = Payload {
        aud: AUDIENCE.into(),
        sub: claims.name.clone(),
        jti: claims.id.clone(),
        iat: now.unix_seconds(),
        exp: claims.expires_at.unix_seconds(),
        role: claims.role,
        tenants: claims.tenants.clone(),
    };
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::HS256) };
    jsonwebtoken::encode(&header, &payload, &EncodingKey::from_secret(key.secret.expose().as_bytes())).ok()
}

/// What a token says that one of the book's keys signed.
///
/// # Errors
/// None of them did.
pub(super) fn read(book: &Book, token: &str) -> Result<Claims, Refused> {
    if token.len() > LONGEST {
        return Err(Refused::Bad);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| Refused::Bad)?;
    let key = header.kid.and_then(|id| book.key(&id)).ok_or(Refused::Bad)?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "aud", "sub"]);
    // By our own clock, below.
    validation.validate_exp = false;
    let secret = DecodingKey::from_secret(key.secret.expose().as_bytes());
    let payload = jsonwebtoken::decode::<Payload>(token, &secret, &validation).map_err(|_| Refused::Bad)?.claims;
    Ok(Claims {
        name: payload.sub,
        role: payload.role,
        tenants: payload.tenants,
        id: payload.jti,
        expires_at: Moment(payload.exp.saturating_mul(1_000)),
    })
}

/// Whether claims are past their end.
pub(super) fn is_over(claims: &Claims, now: Moment) -> bool {
    now > claims.expires_at + SKEW
}
