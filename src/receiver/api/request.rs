//! A call as it comes in: its token, its id, its query, its body. Everything has a limit, and what is not understood is refused.

use std::collections::BTreeMap;

use axum::body::{Body, HttpBody};
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use sha2::{Digest, Sha256};

use super::problem::{
    BAD_HEADER, BAD_PARAMETER, BODY_BROKEN, BODY_KIND, BODY_TOO_LARGE, BODY_TOO_SLOW, Problem, TOKEN_REFUSED,
};
use super::table::Endpoint;
use crate::receiver::options::Options;

/// A call's id.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Bytes of a body.
const MAX_BODY: usize = 64 << 10;
/// Bytes of a parameter.
const MAX_PARAMETER: usize = 1_024;
/// Characters of an id or key from outside.
const MAX_NAME: usize = 64;

/// The id of a call: the caller's, if it is of plain form; else our number for it.
pub fn id(headers: &HeaderMap, number: u64) -> String {
    let given = headers.get(X_REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_plain(id));
    given.map_or_else(|| format!("{number:016x}"), str::to_owned)
}

fn is_plain(text: &str) -> bool {
    let plain = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(plain)
}

/// The token, if there is one. It is nowhere but in its header: an address is logged by everybody on the way.
///
/// # Errors
/// There are several.
pub fn token(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    let text = first.to_str().map_err(|_| &TOKEN_REFUSED)?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    let token = token.trim();
    if given.next().is_some() {
        return Err((&TOKEN_REFUSED).into());
    }
    Ok(Some(token).filter(|token| scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()))
}

/// The key by which a repeated request is known again.
///
/// # Errors
/// It is not of plain form.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(key) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let key = key.to_str().ok().filter(|key| is_plain(key));
    key.map(Some).ok_or_else(|| Problem::at(&BAD_HEADER, "Idempotency-Key"))
}

/// What tells a request from others with the same key.
pub fn fingerprint(head: &Parts, body: &[u8]) -> String {
    let parts = [head.method.as_str().as_bytes(), head.uri.path().as_bytes(), body];
    let hashed = parts.iter().fold(Sha256::new(), |hash, part| hash.chain_update(part).chain_update([0]));
    hex::encode(hashed.finalize())
}

/// The parameters of the query.
///
/// # Errors
/// There is one that this address does not know, or twice.
pub fn query(endpoint: Endpoint, query: Option<&str>) -> Result<BTreeMap<String, String>, Problem> {
    let mut parameters = BTreeMap::new();
    for pair in query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decoded(name).filter(|name| endpoint.parameters().contains(&&**name)).ok_or(&BAD_PARAMETER)?;
        let value = decoded(value).filter(|value| value.len() <= MAX_PARAMETER).ok_or(&BAD_PARAMETER)?;
        if parameters.insert(name, value).is_some() {
            return Err((&BAD_PARAMETER).into());
        }
    }
    Ok(parameters)
}

/// A text of a query: `%` and two hex digits for a byte, `+` for a space.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

/// The whole body; empty where none is wanted.
///
/// # Errors
/// It is too large, too slow, of another kind, or broken off.
pub async fn body(endpoint: Endpoint, headers: &HeaderMap, body: Body, options: &Options) -> Result<Bytes, Problem> {
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length > MAX_BODY) {
        return Err(Problem::unread(&BODY_TOO_LARGE));
    }
    let read = tokio::time::timeout(options.read_timeout, Limited::new(body, MAX_BODY).collect()).await;
    let body = read.map_err(|_| Problem::unread(&BODY_TOO_SLOW))?.map_err(|error| {
        Problem::unread(if error.is::<LengthLimitError>() { &BODY_TOO_LARGE } else { &BODY_BROKEN })
    })?;
    let body = body.to_bytes();
    if !body.is_empty() && endpoint.changes() && !is_json(headers) {
        return Err((&BODY_KIND).into());
    }
    Ok(if endpoint.changes() { body } else { Bytes::new() })
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let plain = |coding: &[u8]| coding.trim_ascii().is_empty() || coding.trim_ascii().eq_ignore_ascii_case(b"identity");
    kind.eq_ignore_ascii_case("application/json")
        && headers.get_all(CONTENT_ENCODING).iter().all(|coding| plain(coding.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_once_and_whole_or_not_at_all() {
        let read = |text| query(Endpoint::Alerts, Some(text)).map_err(|problem| problem.code);
        let read_q = |text| read(text).map(|mut all| all.remove("q"));
        assert_eq!(read_q("q=sev%3E%3Dhigh+%22a%20b%22&limit=3"), Ok(Some("sev>=high \"a b\"".into())));
        assert_eq!(read_q("&&q="), Ok(Some(String::new())));
        for bad in ["planted=1", "q=a&q=b", "q=%ff", "q=%2", "q=%zz", &format!("q={}", "a".repeat(1_025))] {
            assert_eq!(read(bad), Err("bad_parameter"), "{bad}");
        }
        assert!(query(Endpoint::Company, Some("q=a")).is_err());
    }

    #[test]
    fn ids_and_keys_of_another_form_are_not_taken() {
        let with = |name: HeaderName, value: &str| HeaderMap::from_iter([(name, value.parse().unwrap())]);
        assert_eq!(id(&with(X_REQUEST_ID, "trace-1.a_B"), 7), "trace-1.a_B");
        for odd in ["", "a b", "<script>", "é", &"x".repeat(65)] {
            assert_eq!(id(&with(X_REQUEST_ID, odd), 7), "0000000000000007");
            assert!(idempotency_key(&with(IDEMPOTENCY_KEY, odd)).is_err(), "{odd:?}");
        }
    }

    #[test]
    fn a_token_comes_in_its_header_and_once() {
        let with = |values: &[&str]| {
            let each = values.iter().map(|value| (AUTHORIZATION, value.parse().unwrap()));
            token(&HeaderMap::from_iter(each)).map(|token| token.map(str::to_owned)).map_err(|problem| problem.code)
        };
        assert_eq!(with(&["bearer  abc "]), Ok(Some("abc".into())));
        assert_eq!((with(&["Basic abc"]), with(&["Bearer"]), with(&[])), (Ok(None), Ok(None), Ok(None)));
    }
}
