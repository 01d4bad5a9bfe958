//! Which API key a request carries, and which tenant that is. Keys are compared as digests and never kept or logged.

use axum::extract::Query;
use axum::http::HeaderName;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::http::request::Parts;
use sha2::{Digest, Sha256};

use super::refusal::{HEADER_REPEATED, KEY_MISSING, KEY_UNKNOWN, KEYS_DIFFER, OWNER_UNREADABLE, Refusal};
use crate::engine::directory::{Directory, Listed};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Who sends this to the source of that name.
///
/// # Errors
/// When there is no key, or no single one, or nobody has it.
pub fn owner(head: &Parts, source: &str, directory: &Directory) -> Result<Listed, &'static Refusal> {
    let digest: [u8; 32] = Sha256::digest(the_key(head)?).into();
    // A sender that is told 401 may give up for good, and this may be one whose tenant's file waits to be mended.
    let unknown = if directory.any_unreadable() { &OWNER_UNREADABLE } else { &KEY_UNKNOWN };
    directory.find(source, &digest).ok_or(unknown)
}

/// The value of a header that may be there once.
///
/// # Errors
/// When it is there more than once.
pub fn once<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a [u8]>, &'static Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (_, Some(_)) => Err(&HEADER_REPEATED),
        (value, None) => Ok(value.map(|value| value.as_bytes())),
    }
}

/// The one key that the request carries, wherever it carries it.
fn the_key(head: &Parts) -> Result<Vec<u8>, &'static Refusal> {
    let query = match head.uri.query() {
        Some(_) => Query::<Vec<(String, String)>>::try_from_uri(&head.uri).map_or_else(|_| Vec::new(), |query| query.0),
        None => Vec::new(),
    };
    let in_query = query.iter().filter(|(name, _)| name == "api_key").map(|(_, key)| key.as_bytes());
    let in_header = once(&head.headers, X_API_KEY.as_str())?;
    let bearer = once(&head.headers, AUTHORIZATION.as_str())?.and_then(bearer);
    let mut keys = in_query.chain(in_header).chain(bearer).map(<[u8]>::trim_ascii).filter(|key| !key.is_empty());
    let key = keys.next().ok_or(&KEY_MISSING)?;
    if keys.all(|other| other == key) { Ok(key.to_vec()) } else { Err(&KEYS_DIFFER) }
}

/// What follows `Bearer `. Other schemes are somebody else's, a proxy's perhaps.
pub fn bearer(value: &[u8]) -> Option<&[u8]> {
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then_some(token)
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn key(uri: &str, headers: &[(&str, &str)]) -> Result<String, &'static str> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        the_key(&head).map(|key| String::from_utf8(key).unwrap()).map_err(|refusal| refusal.code)
    }

    #[test]
    fn a_key_may_come_three_ways() {
        for (uri, headers) in [
            ("/?api_key=k%2B1", &[][..]),
            ("/?a=b&api_key=k%2B1&c", &[]),
            ("/", &[("X-API-Key", "k+1")]),
            ("/", &[("authorization", "bearer k+1")]),
            ("/?api_key=k%2B1", &[("x-api-key", "k+1"), ("Authorization", "Bearer  k+1")]),
            ("/?api_key=", &[("x-api-key", "k+1"), ("Authorization", "Basic xyz")]),
        ] {
            assert_eq!(key(uri, headers).as_deref(), Ok("k+1"), "{uri} {headers:?}");
        }
    }

    #[test]
    fn two_keys_are_none() {
        assert_eq!(key("/", &[]), Err("api_key_missing"));
        assert_eq!(key("/?api_key", &[("authorization", "Basic k")]), Err("api_key_missing"));
        assert_eq!(key("/?api_key=a&api_key=b", &[]), Err("api_keys_differ"));
        assert_eq!(key("/?api_key=a", &[("x-api-key", "b")]), Err("api_keys_differ"));
        assert_eq!(key("/", &[("x-api-key", "a"), ("x-api-key", "a")]), Err("header_repeated"));
        assert_eq!(
            key("/?api_key=a", &[("authorization", "Bearer a"), ("authorization", "x")]),
            Err("header_repeated")
        );
    }
}
