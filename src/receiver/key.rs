//! Which API key a request carries and where, and whose source that is. Keys are compared as digests and never kept or logged.

use std::fmt;

use axum::extract::Query;
use axum::http::HeaderName;
use axum::http::header::{AUTHORIZATION, HeaderMap};
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::refusal::{
    BASIC_WANTED, BEARER_WANTED, HEADER_REPEATED, KEY_MISSING, KEY_UNKNOWN, KEYS_DIFFER, OWNER_UNREADABLE, Refusal,
};
use crate::core::source::auth::Auth;
use crate::engine::directory::{Directory, Listed};

const X_API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Schemes of `Authorization` in which tools send a key as it is.
const SCHEMES: [&[u8]; 3] = [b"GenieKey ", b"Key ", b"Token "];

/// The one key that a request carries. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Carried {
    key: Zeroizing<Vec<u8>>,
    /// It is there as `Authorization: Bearer`.
    as_bearer: bool,
    /// It is there as the password of `Authorization: Basic`.
    as_basic: bool,
}

impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Carried {
    /// Who has this key at the source of that name.
    ///
    /// # Errors
    /// When nobody has it.
    pub fn owner(&self, source: &str, directory: &Directory) -> Result<Listed, &'static Refusal> {
        let digest: [u8; 32] = Sha256::digest(&*self.key).into();
        // A sender that is told 401 may give up for good, and this may be one whose tenant's file waits to be mended.
        let unknown = if directory.any_unreadable() { &OWNER_UNREADABLE } else { &KEY_UNKNOWN };
        directory.find(source, &digest).ok_or(unknown)
    }

    /// Whether it is where the source wants it.
    ///
    /// # Errors
    /// When it is elsewhere.
    pub fn is_where(&self, auth: &Auth) -> Result<(), &'static Refusal> {
        match auth {
            Auth::Basic if !self.as_basic => Err(&BASIC_WANTED),
            Auth::Bearer if !self.as_bearer => Err(&BEARER_WANTED),
            Auth::Basic | Auth::Bearer | Auth::Key | Auth::Hmac(_) | Auth::Sns => Ok(()),
        }
    }
}

/// The key of a request, wherever it carries it. `Basic` and the schemes of some tools are looked at only when it is nowhere else:
/// they may be somebody else's, a proxy's perhaps.
///
/// # Errors
/// When there is none, or more than one.
pub fn carried(head: &Parts) -> Result<Carried, &'static Refusal> {
    let query = match head.uri.query() {
        Some(_) => Query::<Vec<(String, String)>>::try_from_uri(&head.uri).map_or_else(|_| Vec::new(), |query| query.0),
        None => Vec::new(),
    };
    let in_query = query.iter().filter(|(name, _)| name == "api_key").map(|(_, key)| key.as_bytes());
    let in_header = once(&head.headers, X_API_KEY.as_str())?;
    let authorization = once(&head.headers, AUTHORIZATION.as_str())?;
    let bearer = authorization.and_then(bearer).map(<[u8]>::trim_ascii);
    let password = authorization.and_then(password);
    let of_tool = authorization.and_then(of_tool);
    let mut ours =
        in_query.chain(in_header).chain(bearer).map(<[u8]>::trim_ascii).filter(|key| !key.is_empty()).peekable();
    let first = ours.peek().copied();
    if !ours.all(|key| Some(key) == first) {
        return Err(&KEYS_DIFFER);
    }
    let key = first.or(password.as_deref().map(Vec::as_slice)).or(of_tool).ok_or(&KEY_MISSING)?;
    Ok(Carried {
        key: Zeroizing::new(key.to_vec()),
        as_bearer: bearer == Some(key),
        as_basic: password.as_deref().is_some_and(|password| password == key),
    })
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

/// What follows `Bearer `.
pub fn bearer(value: &[u8]) -> Option<&[u8]> {
    after(b"Bearer ", value)
}

fn after<'a>(scheme: &[u8], value: &'a [u8]) -> Option<&'a [u8]> {
    let (given, rest) = value.split_at_checked(scheme.len())?;
    given.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// The password of `Basic `, whatever the user.
fn password(value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let pair = Zeroizing::new(STANDARD.decode(after(b"Basic ", value)?.trim_ascii()).ok()?);
    let colon = pair.iter().position(|c| *c == b':')?;
    Some(Zeroizing::new(pair[colon + 1..].trim_ascii().to_vec())).filter(|password| !password.is_empty())
}

/// What follows one of [`SCHEMES`]; some write `Token token=KEY`.
fn of_tool(value: &[u8]) -> Option<&[u8]> {
    let key = SCHEMES.iter().find_map(|scheme| after(scheme, value))?.trim_ascii();
    let key = key.strip_prefix(b"token=").unwrap_or(key);
    let bare = key.strip_prefix(b"\"").and_then(|key| key.strip_suffix(b"\"")).unwrap_or(key);
    Some(bare).filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    fn read(uri: &str, headers: &[(&str, &str)]) -> Result<Carried, &'static str> {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        carried(&head).map_err(|refusal| refusal.code)
    }

    fn key(uri: &str, headers: &[(&str, &str)]) -> Result<String, &'static str> {
        read(uri, headers).map(|carried| String::from_utf8(carried.key.to_vec()).unwrap())
    }

    /// `user:k+1`
    const BASIC: (&str, &str) = ("authorization", "basic dXNlcjprKzE=");

    #[test]
    fn a_key_may_come_in_many_ways() {
        for (uri, headers) in [
            ("/?api_key=k%2B1", &[][..]),
            ("/?a=b&api_key=k%2B1&c", &[]),
            ("/", &[("X-API-Key", "k+1")]),
            ("/", &[("authorization", "bearer k+1")]),
            ("/?api_key=k%2B1", &[("x-api-key", "k+1"), ("Authorization", "Bearer  k+1")]),
            ("/?api_key=", &[("x-api-key", "k+1"), ("Authorization", "Basic xyz")]),
            ("/", &[BASIC]),
            ("/", &[("authorization", "GenieKey k+1")]),
            ("/", &[("authorization", "KEY k+1")]),
            ("/", &[("authorization", "Token  k+1")]),
            ("/", &[("authorization", "Token token=k+1")]),
            ("/", &[("authorization", "Token token=\"k+1\"")]),
        ] {
            assert_eq!(key(uri, headers).as_deref(), Ok("k+1"), "{uri} {headers:?}");
        }
    }

    #[test]
    fn two_keys_are_none() {
        assert_eq!(key("/", &[]), Err("api_key_missing"));
        assert_eq!(key("/?api_key", &[("authorization", "Basic k")]), Err("api_key_missing"));
        assert_eq!(key("/", &[("authorization", "Basic dXNlcjo=")]), Err("api_key_missing"));
        assert_eq!(key("/", &[("authorization", "Splunk k")]), Err("api_key_missing"));
        assert_eq!(key("/?api_key=a&api_key=b", &[]), Err("api_keys_differ"));
        assert_eq!(key("/?api_key=a", &[("x-api-key", "b")]), Err("api_keys_differ"));
        assert_eq!(key("/", &[("x-api-key", "a"), ("x-api-key", "a")]), Err("header_repeated"));
        assert_eq!(
            key("/?api_key=a", &[("authorization", "Bearer a"), ("authorization", "x")]),
            Err("header_repeated")
        );
    }

    #[test]
    fn what_a_proxy_adds_is_no_key_when_there_is_one() {
        assert_eq!(key("/?api_key=a", &[BASIC]).as_deref(), Ok("a"));
        assert_eq!(key("/?api_key=a", &[("authorization", "Token b")]).as_deref(), Ok("a"));
    }

    #[test]
    fn a_source_may_want_it_in_one_place() {
        let fits = |uri: &str, headers: &[(&str, &str)], auth: Auth| {
            read(uri, headers).unwrap().is_where(&auth).map_err(|refusal| refusal.code)
        };
        assert_eq!(fits("/", &[BASIC], Auth::Basic), Ok(()));
        assert_eq!(fits("/?api_key=k%2B1", &[BASIC], Auth::Basic), Ok(()));
        assert_eq!(fits("/?api_key=a", &[BASIC], Auth::Basic), Err("basic_missing"));
        assert_eq!(fits("/", &[BASIC], Auth::Bearer), Err("bearer_missing"));
        assert_eq!(fits("/", &[("authorization", "Bearer k")], Auth::Bearer), Ok(()));
        assert_eq!(fits("/", &[("authorization", "Bearer k")], Auth::Basic), Err("basic_missing"));
        for auth in [Auth::Key, Auth::Sns] {
            assert_eq!(fits("/", &[BASIC], auth), Ok(()));
        }
    }

    #[test]
    fn a_key_never_prints() {
        assert_eq!(format!("{:?}", read("/?api_key=planted", &[]).unwrap()), "***");
    }
}
