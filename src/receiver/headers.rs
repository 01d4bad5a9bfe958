//! What every answer says to a browser that should never have come: take it for nothing but what it is, keep it nowhere, run
//! nothing of it.

use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

const ALWAYS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'")),
    // A key may be in the URL.
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// A year, in which who has been here over TLS comes no other way.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// An answer with all of that.
pub fn guarded(mut response: Response, encrypted: bool) -> Response {
    let headers = response.headers_mut();
    headers.extend(ALWAYS);
    if encrypted {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}
