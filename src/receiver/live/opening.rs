//! How a live feed is asked for: a WebSocket's handshake (RFC 6455), with a token, and from where to go on.

use axum::extract::Query;
use axum::http::header::{
    AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
};
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::key::{bearer, once};
use super::super::refusal::{BAD_SINCE, KEYS_DIFFER, NOT_WEBSOCKET, Refusal, SEAT_VERSION, TOKEN_MISSING};
use crate::core::credentials::Secret;
use crate::link::{PROTOCOL, wire};

/// Where somebody sits, in their own words.
const X_SEAT: HeaderName = HeaderName::from_static("x-seat");

/// What somebody asks for.
#[derive(Debug)]
pub struct Opening {
    /// What the client proves our answer by.
    pub key: String,
    /// As the deflated stream of our own seats.
    pub deflated: bool,
    /// Who they are.
    pub token: Secret,
    /// Where they sit, in their own words.
    pub seat: String,
    /// The last change that they know of.
    pub since: Option<u64>,
}

impl Opening {
    /// Reads a request's head.
    ///
    /// # Errors
    /// It is none, or makes no sense, or comes from a seat of another version: that before anything else.
    pub fn read(head: &Parts) -> Result<Self, &'static Refusal> {
        let headers = &head.headers;
        let key = key(headers).ok_or(&NOT_WEBSOCKET)?;
        let deflated = deflated(headers)?;
        let query = match head.uri.query() {
            Some(_) => {
                Query::<Vec<(String, String)>>::try_from_uri(&head.uri).map_or_else(|_| Vec::new(), |query| query.0)
            }
            None => Vec::new(),
        };
        let asked = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let header = once(headers, AUTHORIZATION.as_str())?.and_then(bearer).map(<[u8]>::trim_ascii);
        let given = query.iter().filter(|(name, _)| name == "token").map(|(_, token)| token.as_bytes());
        let mut tokens = given.chain(header).filter(|token| !token.is_empty());
        let token = tokens.next().ok_or(&TOKEN_MISSING)?;
        if tokens.any(|other| other != token) {
            return Err(&KEYS_DIFFER);
        }
        let seat = headers.get(X_SEAT).and_then(|seat| seat.to_str().ok());
        let since = asked("since").map(str::parse).transpose().map_err(|_| &BAD_SINCE)?;
        Ok(Self {
            key,
            deflated,
            token: Secret::new(String::from_utf8_lossy(token)),
            seat: seat.or(asked("seat")).unwrap_or_default().to_owned(),
            since,
        })
    }
}

/// The key of a WebSocket's handshake; absent: it is none.
fn key(headers: &HeaderMap) -> Option<String> {
    let says = |name: HeaderName, word: &str| {
        let values = headers.get_all(name);
        let mut words = values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        words.any(|one| one.trim().eq_ignore_ascii_case(word))
    };
    let opens = says(CONNECTION, "upgrade") && says(UPGRADE, "websocket") && says(SEC_WEBSOCKET_VERSION, "13");
    // What came after the head would be taken for frames.
    let bare = !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING);
    let key = once(headers, SEC_WEBSOCKET_KEY.as_str()).ok().flatten()?;
    let sixteen = STANDARD.decode(key).is_ok_and(|key| key.len() == 16);
    (opens && bare && sixteen).then(|| String::from_utf8_lossy(key).into_owned())
}

/// Whether the deflated stream is asked for. Subprotocols of others are left unanswered.
fn deflated(headers: &HeaderMap) -> Result<bool, &'static Refusal> {
    let values = headers.get_all(SEC_WEBSOCKET_PROTOCOL);
    let named = values.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    let mut ours = named.filter_map(|name| wire::protocol_of(name.trim())).peekable();
    if ours.peek().is_none() {
        return Ok(false);
    }
    if ours.any(|protocol| protocol == PROTOCOL) { Ok(true) } else { Err(&SEAT_VERSION) }
}
