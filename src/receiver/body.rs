//! Reads a body: whole, within its size and its time, or not at all.

use axum::body::{Body, HttpBody};
use axum::http::header::{CONTENT_ENCODING, HeaderMap};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;

use super::allowance::Inside;
use super::options::Options;
use super::refusal::{BODY_BROKEN, BODY_TOO_LARGE, BODY_TOO_SLOW, BUSY, ENCODED, Refusal, Refused};

/// What can be said against a body before any of it is read.
///
/// # Errors
/// When it says that it is too large, or that it is encoded.
pub fn acceptable(headers: &HeaderMap, body: &Body, options: &Options) -> Result<(), &'static Refusal> {
    // For a body with a Content-Length this is the length.
    if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length <= options.max_body.get()) {
        let plain =
            |coding: &[u8]| coding.trim_ascii().is_empty() || coding.trim_ascii().eq_ignore_ascii_case(b"identity");
        let mut codings = headers.get_all(CONTENT_ENCODING).iter();
        return if codings.all(|coding| plain(coding.as_bytes())) { Ok(()) } else { Err(&ENCODED) };
    }
    Err(&BODY_TOO_LARGE)
}

/// The whole body.
///
/// # Errors
/// When it is too large, too slow or broken off, or there is no room for it.
pub async fn read(mut body: Body, inside: &mut Inside, options: &Options) -> Result<Bytes, Refused> {
    tokio::time::timeout(options.read_timeout, whole(&mut body, inside, options))
        .await
        .unwrap_or_else(|_| Err(Refused::unread(&BODY_TOO_SLOW)))
}

async fn whole(body: &mut Body, inside: &mut Inside, options: &Options) -> Result<Bytes, Refused> {
    // Most bodies arrive in one piece, which need not be gathered.
    let mut first = Bytes::new();
    let mut gathered = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refused::unread(&BODY_BROKEN))?.into_data() else { continue };
        if first.len() + gathered.len() + data.len() > options.max_body.get() {
            return Err(Refused::unread(&BODY_TOO_LARGE));
        }
        if !inside.hold(data.len(), options) {
            return Err(Refused { retry_after: Some(1), ..Refused::unread(&BUSY) });
        }
        if first.is_empty() && gathered.is_empty() {
            first = data;
            continue;
        }
        if !first.is_empty() {
            gathered.extend_from_slice(&std::mem::take(&mut first));
        }
        gathered.extend_from_slice(&data);
    }
    // A copy of its own size: a piece of the connection's buffer would keep all of that for as long as the body is kept.
    Ok(if gathered.is_empty() { Bytes::copy_from_slice(&first) } else { gathered.freeze() })
}
