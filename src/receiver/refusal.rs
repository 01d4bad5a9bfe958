//! Every way to say no: a status, a code, fixed words. Nothing a sender sent is ever in them.

use std::borrow::Cow;
use std::fmt::Write as _;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use crate::engine::health::Outcome;

/// One row of the table of answers.
#[derive(PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The HTTP status.
    pub status: StatusCode,
    /// `code_in_snake_case`: what is counted, and what a sender's programmer looks up.
    pub code: &'static str,
    /// What to do about it.
    pub message: &'static str,
}

impl Refusal {
    /// The key was right, and the rest of the proof was not.
    pub fn is_authentication(&self) -> bool {
        self.status == StatusCode::UNAUTHORIZED
    }
}

/// A refused request: the row, and what may be added to it.
#[derive(Debug)]
pub struct Refused {
    /// The row.
    pub refusal: &'static Refusal,
    /// More exact words for this request; fixed ones too.
    pub message: Option<Cow<'static, str>>,
    /// JSON pointers to the fields at fault.
    pub fields: Vec<String>,
    /// Whole seconds after which it is worth another try.
    pub retry_after: Option<u64>,
    /// Our time and the allowed difference in seconds; only for who has signed rightly.
    pub clock: Option<(i64, u32)>,
    /// How far ahead of ours the sender's clock is, in seconds, when that is why; not told, but counted.
    pub skew: Option<i64>,
    /// The rest of the body will not be read, so the connection can't be used again.
    pub closes: bool,
}

macro_rules! refusals {
    ($($name:ident $status:ident $code:literal $message:literal;)*) => {
        $(#[doc = $message] pub const $name: Refusal = Refusal { status: StatusCode::$status, code: $code, message: $message };)*
        #[cfg(test)]
        const ALL: &[&Refusal] = &[$(&$name),*];
    };
}

refusals! {
    NOT_FOUND           NOT_FOUND              "not_found"                "There is nothing here.";
    WRONG_METHOD        METHOD_NOT_ALLOWED     "method_not_allowed"       "This address does not take that method.";
    KEY_MISSING         UNAUTHORIZED           "api_key_missing"          "Give the API key as ?api_key=, X-API-Key, Authorization: Bearer, or the password of Basic.";
    KEY_UNKNOWN         UNAUTHORIZED           "api_key_unknown"          "This API key is not known here.";
    BASIC_WANTED        UNAUTHORIZED           "basic_missing"            "This source takes its key as the password of Authorization: Basic.";
    BEARER_WANTED       UNAUTHORIZED           "bearer_missing"           "This source takes its key as Authorization: Bearer.";
    KEYS_DIFFER         UNAUTHORIZED           "api_keys_differ"          "The request carries different API keys; give one.";
    HEADER_REPEATED     UNAUTHORIZED           "header_repeated"          "A header that proves who you are is there more than once.";
    SIGNATURE_MISSING   UNAUTHORIZED           "signature_missing"        "The signature is missing: this source expects one with every request.";
    SIGNED_MISSING      UNAUTHORIZED           "signature_missing"        "A header that is signed along is missing.";
    SIGNATURE_MALFORMED UNAUTHORIZED           "signature_malformed"      "The signature is not written as this source expects it.";
    SIGNATURE_WRONG     UNAUTHORIZED           "signature_wrong"          "The signature does not fit this body and timestamp.";
    TIMESTAMP_MISSING   UNAUTHORIZED           "timestamp_missing"        "Send the time of signing in Unix seconds.";
    TIMESTAMP_MALFORMED UNAUTHORIZED           "timestamp_malformed"      "The timestamp must be plain decimal Unix seconds.";
    TIMESTAMP_OUTSIDE   UNAUTHORIZED           "timestamp_outside_window" "The timestamp is too far from the server's time.";
    CERTIFICATE         SERVICE_UNAVAILABLE    "certificate_unavailable"  "The certificate that the message is signed with can't be had now; try again.";
    BODY_TOO_LARGE      PAYLOAD_TOO_LARGE      "body_too_large"           "The body is larger than a request may be; send fewer alerts at once.";
    BODY_TOO_SLOW       REQUEST_TIMEOUT        "body_too_slow"            "The body did not arrive in time.";
    BODY_BROKEN         BAD_REQUEST            "body_broken"              "The body did not arrive whole.";
    ENCODED             UNSUPPORTED_MEDIA_TYPE "encoding_unsupported"     "Send the body without Content-Encoding.";
    NOT_JSON            BAD_REQUEST            "not_json"                 "The body is not valid JSON.";
    NO_ALERT            UNPROCESSABLE_ENTITY   "not_an_alert"             "The body is not an alert.";
    PUT_ASIDE           UNPROCESSABLE_ENTITY   "put_aside_before"         "This delivery came before and was put aside as unreadable.";
    RATE                TOO_MANY_REQUESTS      "rate_limited"             "Too many requests; slow down.";
    RATE_FOR_DROPPERS   SERVICE_UNAVAILABLE    "rate_limited"             "Too many requests; slow down.";
    BUSY                SERVICE_UNAVAILABLE    "busy"                     "Too many requests are waiting; try again.";
    UNAVAILABLE         SERVICE_UNAVAILABLE    "store_unavailable"        "The alert could not be stored; try again.";
    STOPPED             SERVICE_UNAVAILABLE    "tenant_stopped"           "Nothing can be stored for this tenant now; try again later.";
    OWNER_UNREADABLE    SERVICE_UNAVAILABLE    "tenant_unreadable"        "Whose key this is cannot be found out now; try again later.";
    TOKEN_MISSING       UNAUTHORIZED           "token_missing"            "Give a token as Authorization: Bearer or ?token=; `user token NAME` makes one.";
    TOKEN_REFUSED       UNAUTHORIZED           "token_refused"            "The token is none of this engine's; `user token NAME` makes one.";
    TOKEN_EXPIRED       UNAUTHORIZED           "token_expired"            "The token has expired; `user token NAME` makes another.";
    TOKEN_REVOKED       UNAUTHORIZED           "token_revoked"            "The token was taken back; `user token NAME` makes another.";
    SIGN_INS            TOO_MANY_REQUESTS      "too_many_sign_ins"        "Too many failed sign-ins from there; try again later.";
    NOT_WEBSOCKET       UPGRADE_REQUIRED       "websocket_required"       "Open this address as a WebSocket (RFC 6455).";
    SEAT_VERSION        UPGRADE_REQUIRED       "wrong_version"            "This engine speaks with seats of its own version only.";
    BAD_SINCE           BAD_REQUEST            "bad_since"                "`since` is the revision of the last change that came.";
    FEEDS_FULL          TOO_MANY_REQUESTS      "too_many_feeds"           "Too many live feeds are open for this tenant or person; close one.";
    BROKEN              INTERNAL_SERVER_ERROR  "internal_error"           "Something went wrong here.";
}

/// Bytes of an error body.
const LONGEST: usize = 512;
/// Pointers in an error body.
const MOST_FIELDS: usize = 8;

#[derive(Serialize)]
struct Body<'a> {
    error: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    server_time: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_timestamp_diff_seconds: Option<u32>,
    request_id: &'a str,
}

impl Refused {
    /// A refusal with nothing added.
    pub fn new(refusal: &'static Refusal) -> Self {
        Self { refusal, message: None, fields: Vec::new(), retry_after: None, clock: None, skew: None, closes: false }
    }

    /// A refusal that says when to come again.
    pub fn later(refusal: &'static Refusal, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..Self::new(refusal) }
    }

    /// A refusal after which the connection is closed, because the body stays unread.
    pub fn unread(refusal: &'static Refusal) -> Self {
        Self { closes: true, ..Self::new(refusal) }
    }

    /// What is counted of it for its source.
    pub fn outcome(&self) -> Outcome<'_> {
        let words = self.message.as_deref().unwrap_or(self.refusal.message);
        Outcome::Refused { cause: self.refusal.code, words, skew_seconds: self.skew }
    }

    /// The answer.
    pub fn response(&self, request_number: u64) -> Response {
        let mut request_id = String::with_capacity(16);
        // Writing into a string does not fail.
        let _ = write!(request_id, "{request_number:016x}");
        let mut body = Body {
            error: self.refusal.code,
            message: self.message.as_deref().unwrap_or(self.refusal.message),
            fields: &self.fields[..self.fields.len().min(MOST_FIELDS)],
            server_time: self.clock.map(|(now, _)| now),
            max_timestamp_diff_seconds: self.clock.map(|(_, skew)| skew),
            request_id: &request_id,
        };
        let mut json = serde_json::to_vec(&body).unwrap_or_default();
        if json.len() > LONGEST {
            body.fields = &[];
            json = serde_json::to_vec(&body).unwrap_or_default();
        }
        let mut response = super::answer::json(self.refusal.status, json);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.closes {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if self.refusal.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            if [KEY_MISSING.code, BASIC_WANTED.code].contains(&self.refusal.code) {
                // Some senders give what they have for `Basic` only when they are asked for it.
                headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"webhooks\""));
            }
        }
        response
    }
}

impl From<&'static Refusal> for Refused {
    fn from(refusal: &'static Refusal) -> Self {
        Self::new(refusal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: &str = "The store says at some length why it can't take anything now and what would have to be done about it by \
                        whoever looks after the machine that it runs on, which is more than most senders ever want to know.";

    fn body_length(refused: &Refused) -> usize {
        refused.response(u64::MAX).headers()[header::CONTENT_LENGTH].to_str().unwrap().parse().unwrap()
    }

    #[test]
    fn every_refusal_is_short_and_has_its_two_words() {
        for refusal in ALL {
            let full = Refused {
                fields: (0..20).map(|n| format!("/alerts/1999{n}/occurred_at")).collect(),
                clock: Some((i64::MAX, u32::MAX)),
                ..Refused::later(refusal, 60)
            };
            assert!(body_length(&full) <= LONGEST, "{}", refusal.code);
            let longer = Refused { message: Some(LONG.into()), ..full };
            assert!(body_length(&longer) <= LONGEST, "{}", refusal.code);
            assert!(refusal.code.bytes().all(|c| c.is_ascii_lowercase() || c == b'_'));
        }
    }
}
