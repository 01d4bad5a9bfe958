//! One webhook request, in the order of checks of `PRODUCT.md`: size, source by key, timestamp, HMAC over the raw bytes,
//! rate, replay (by the engine), parse, store, answer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HeaderMap, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;
use sha2::{Digest, Sha256};

use super::desk::{Desk, Marks, Sender};
use super::refusal::{
    BUSY, KEY_UNKNOWN, NO_ALERT, NOT_JSON, PUT_ASIDE, RATE, RATE_FOR_DROPPERS, Refused, STOPPED, UNAVAILABLE,
};
use super::topics::{self, Heard};
use super::{answer, body, key, signature, sources};
use crate::core::input::{self, Delivery, DeliveryKey, Input};
use crate::core::reading::{Context, Head, Parsed, Unreadable};
use crate::core::source::Source;
use crate::core::source::auth::Auth;
use crate::core::source::kind::{Dialect, Overload};
use crate::core::time::Span;
use crate::engine::directory::Listed;
use crate::engine::handle::Answered;

const X_DELIVERY_ID: HeaderName = HeaderName::from_static("x-delivery-id");

/// Characters of a delivery id that are shown; it is known again by all of it.
const SHOWN_OF_ID: usize = 128;

/// The sender of this answer's request has been let in: it may keep its connection.
#[derive(Clone, Copy, Debug)]
pub struct LetIn;

/// Takes or refuses a request.
pub async fn receive(desk: &Desk, name: &str, path: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let acceptable = body::acceptable(&head.headers, &body, &desk.options);
    let owner = key::owner(&head, name, desk.handle.directory());
    let listed = match owner {
        Ok(listed) => listed,
        Err(refusal) => {
            let refusal = acceptable.err().unwrap_or(refusal);
            let retry_after = (refusal.status == StatusCode::SERVICE_UNAVAILABLE).then_some(60);
            return desk.refuse(None, &Refused { retry_after, ..Refused::unread(refusal) });
        }
    };
    let Some(source) = listed.tenant.source(name) else { return desk.refuse(None, &Refused::unread(&KEY_UNKNOWN)) };
    let asked = Asked { name, path, source: &source };
    let taken = match acceptable {
        Ok(()) => take(desk, asked, &listed, head, body).await,
        Err(refusal) => Err(Refused::unread(refusal)),
    };
    match taken {
        Ok(mut response) => {
            response.extensions_mut().insert(LetIn);
            response
        }
        Err(refused) => {
            let sender = Sender { tenant: &listed.tenant.id, source: name };
            desk.refuse(Some(sender), &refused)
        }
    }
}

/// What was asked, of whom.
#[derive(Clone, Copy)]
struct Asked<'a> {
    /// The source's name.
    name: &'a str,
    /// What follows it in the path.
    path: &'a str,
    source: &'a Source,
}

/// A request under a known key.
async fn take(
    desk: &Desk,
    asked: Asked<'_>,
    listed: &Listed,
    head: Parts,
    body: axum::body::Body,
) -> Result<Response, Refused> {
    let tenant = &*listed.tenant;
    let rules = &tenant.settings.signing;
    let signs = matches!(asked.source.auth, Auth::Hmac(_));
    let claimed = if signs && rules.enabled { Some(signature::claimed(&head.headers, rules)?) } else { None };
    let mut inside = desk
        .allowances
        .enter(&tenant.id, &desk.options)
        .ok_or_else(|| Refused { retry_after: Some(1), ..Refused::unread(&BUSY) })?;
    let raw = body::read(body, &mut inside, &desk.options).await?;

    let now = crate::engine::now();
    let message = match asked.source.auth {
        Auth::Sns => Some(topics::proven(desk, tenant, &head.headers, &raw, now).await?),
        _ if asked.source.kind.row().dialect == Dialect::Sns => topics::said(&raw),
        _ => None,
    };
    let mac = claimed.map(|claimed| claimed.verify(&raw, &tenant.credentials.hmac, rules, now)).transpose()?;
    if let Err(seconds) = inside.spend(&tenant.settings.rate_limit, Instant::now()) {
        drop(raw);
        let over = match asked.source.kind.row().overload {
            Overload::TooMany => &RATE,
            Overload::Unavailable => &RATE_FOR_DROPPERS,
        };
        // A flood that is answered at once comes back at once, and takes the processor from everybody else.
        tokio::time::sleep(desk.options.rate_pause).await;
        return Err(Refused::later(over, seconds));
    }
    if listed.stopped.is_some() {
        return Err(Refused::later(&STOPPED, 60));
    }

    let of_message = || message.as_ref().and_then(topics::Message::id).map(Into::into);
    let delivery_id = delivery_id(&head.headers).or_else(of_message);
    let marks = Marks {
        signature: mac.and_then(|mac| mac.first_chunk().copied()).map(DeliveryKey),
        id: delivery_id.as_deref().map(|id| id_mark(asked.name, id)),
    };
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let context = Context {
        now,
        skew: Span(i64::from(rules.max_timestamp_diff_seconds) * Span::SECOND.0),
        head: Head { user_agent: text(USER_AGENT), content_type: text(CONTENT_TYPE), path: asked.path },
        explain: false,
    };
    let proven = asked.source.auth == Auth::Sns;
    let heard = match &message {
        Some(message) => message.heard(desk, tenant, asked.name, proven).await?,
        None => Heard::LetIn,
    };
    let read = match heard {
        Heard::LetIn => sources::read(asked.source, &raw, context),
        Heard::KeptOut(unreadable) => Err(unreadable),
    };
    let (input, unread) = match read {
        Ok(parsed) => {
            if parsed.truncated > 0 {
                tracing::warn!(tenant = %tenant.id, left_out = parsed.truncated, "the sender left alerts out of a batch");
            }
            (delivery(asked.name, delivery_id, marks, parsed), None)
        }
        Err(unreadable) => {
            let (input, refused) = put_aside(asked.name, marks, unreadable);
            (input, Some(refused))
        }
    };
    match (desk.hand_over(&tenant.id, input, raw, marks).await?, unread) {
        (Answered::Stored(receipts), _) => answer::taken(&receipts, None),
        (Answered::Duplicate(receipts, by), _) => answer::taken(&receipts, Some(by)),
        (Answered::PutAside, Some(refused)) => Err(refused),
        (Answered::PutAside, None) => Err(Refused::new(&PUT_ASIDE)),
        (Answered::Unavailable(words), _) => {
            Err(Refused { message: Some(words.into()), ..Refused::later(&UNAVAILABLE, 5) })
        }
    }
}

fn delivery(source: &str, delivery_id: Option<Vec<u8>>, marks: Marks, parsed: Parsed) -> Input {
    let shown = |id: Vec<u8>| String::from_utf8_lossy(&id).chars().take(SHOWN_OF_ID).collect();
    Input::Delivery(Delivery {
        source: source.into(),
        delivery_id: delivery_id.map(shown),
        keys: marks.keys(),
        reports: parsed.reports.into_iter().map(Arc::new).collect(),
        indices: parsed.indices,
        rejected: parsed.rejected,
        batch: parsed.batch,
    })
}

/// The input that keeps a body that nobody can read, and the answer once that is stored.
fn put_aside(source: &str, marks: Marks, unreadable: Unreadable) -> (Input, Refused) {
    let (refusal, reason, fields) = match unreadable {
        Unreadable::NotJson { reason } => (&NOT_JSON, reason, Vec::new()),
        Unreadable::NoAlert { reason, fields } => (&NO_ALERT, reason, fields),
    };
    let input = Input::Unreadable(input::Unreadable {
        source: source.into(),
        keys: marks.keys(),
        reason: reason.clone(),
        fields: fields.clone(),
    });
    (input, Refused { message: Some(reason.into()), fields, ..Refused::new(refusal) })
}

/// The sender's id for this delivery. Given more than once it is the list of them, as any proxy on the way may make it.
fn delivery_id(headers: &HeaderMap) -> Option<Vec<u8>> {
    let given: Vec<&[u8]> = headers.get_all(X_DELIVERY_ID).iter().map(|id| id.as_bytes().trim_ascii()).collect();
    Some(given.join(&b", "[..])).filter(|id| !id.is_empty())
}

/// The same id from another source is another delivery.
fn id_mark(source: &str, id: &[u8]) -> DeliveryKey {
    let digest: [u8; 32] = Sha256::new().chain_update(source).chain_update([0]).chain_update(id).finalize().into();
    let mut mark = [0; 16];
    mark.copy_from_slice(&digest[..16]);
    DeliveryKey(mark)
}
