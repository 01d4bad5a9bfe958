//! One webhook request, in the order of checks of `PRODUCT.md`: size, source by key, timestamp, HMAC over the raw bytes,
//! rate, replay (by the engine), parse, store, answer.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderName, StatusCode};
use axum::response::Response;

use super::answer::{self, Form};
use super::desk::{Desk, Marks, Sender};
use super::key::{self, Carried};
use super::proof::{self, Proven};
use super::refusal::{
    BUSY, KEY_UNKNOWN, NO_ALERT, NOT_JSON, PUT_ASIDE, RATE, RATE_FOR_DROPPERS, Refused, STOPPED, UNAVAILABLE,
};
use super::topics::{self, Heard};
use super::{body, sources};
use crate::core::aside::{Came, KeptHead};
use crate::core::id::AlertId;
use crate::core::input::{self, Delivery, Input};
use crate::core::reading::{Context, Head, Parsed, Unreadable};
use crate::core::receipt::Receipts;
use crate::core::source::Source;
use crate::core::source::auth::Auth;
use crate::core::source::kind::{Dialect, Overload};
use crate::core::time::{Moment, Span};
use crate::engine::directory::Listed;
use crate::engine::handle::Answered;
use crate::engine::health::Outcome;

/// Characters of a delivery id that are shown; it is known again by all of it.
const SHOWN_OF_ID: usize = 128;
/// How far a sender's clock may be ahead that says no time of its own: a body may say when something happened.
const SKEW: Span = Span(300 * Span::SECOND.0);

/// The sender of this answer's request has been let in: it may keep its connection.
#[derive(Clone, Copy, Debug)]
pub struct LetIn;

/// Takes or refuses a request.
pub async fn receive(desk: &Desk, name: &str, path: &str, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let acceptable = body::acceptable(&head.headers, &body, &desk.options);
    let known = key::carried(&head).and_then(|carried| Ok((carried.owner(name, desk.handle.directory())?, carried)));
    let (listed, carried) = match known {
        Ok(known) => known,
        Err(refusal) => {
            let refusal = acceptable.err().unwrap_or(refusal);
            let retry_after = (refusal.status == StatusCode::SERVICE_UNAVAILABLE).then_some(60);
            return desk.refuse(None, &Refused { retry_after, ..Refused::unread(refusal) });
        }
    };
    let Some(source) = listed.tenant.source(name) else { return desk.refuse(None, &Refused::unread(&KEY_UNKNOWN)) };
    let asked = Asked { name, path, source: &source, listed: &listed };
    let mut known = Known::default();
    let taken = match acceptable {
        Ok(()) => take(desk, asked, &carried, &head, body, &mut known).await,
        Err(refusal) => Err(Refused::unread(refusal)),
    };
    let sender = Sender { tenant: &listed.tenant.id, source: name };
    let outcome = match &taken {
        Ok((_, first)) => Outcome::Taken(first.clone()),
        Err(_) if known.unreadable => Outcome::Unreadable,
        Err(refused) => refused.outcome(),
    };
    desk.answered(sender, known.proven.as_ref().map(|proven| &proven.proof), outcome);
    match taken {
        Ok((mut response, _)) => {
            response.extensions_mut().insert(LetIn);
            response
        }
        Err(refused) => desk.refuse(Some(sender), &refused),
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
    listed: &'a Listed,
}

/// What is known of a request by the time it is refused.
#[derive(Default)]
struct Known {
    /// It has proved where it is from.
    proven: Option<Proven>,
    /// It could not be read, and is kept.
    unreadable: bool,
}

/// A request under a known key; the answer, and the first alert.
async fn take(
    desk: &Desk,
    asked: Asked<'_>,
    carried: &Carried,
    head: &Parts,
    body: axum::body::Body,
    known: &mut Known,
) -> Result<(Response, Option<AlertId>), Refused> {
    let Asked { name, source, listed, .. } = asked;
    let tenant = &*listed.tenant;
    let claim = proof::claimed(carried, &head.headers, &source.auth)?;
    let mut inside = desk
        .allowances
        .enter(&tenant.id, &desk.options)
        .ok_or_else(|| Refused { retry_after: Some(1), ..Refused::unread(&BUSY) })?;
    let raw = body::read(body, &mut inside, &desk.options).await?;

    let (began, now) = (Instant::now(), crate::engine::now());
    let proven = claim.proven(&raw, tenant.credentials.secrets(name), now)?;
    let deadline = began + desk.options.answer_timeout;
    let (message, proven) = match source.auth {
        Auth::Sns => {
            let message = topics::proven(desk, &head.headers, &raw, now, deadline).await?;
            let proven = proven.by_id(name, message.id());
            (Some(message), proven)
        }
        _ if source.kind.row().dialect == Dialect::Sns => (topics::said(&raw), proven),
        _ => (None, proven),
    };
    let proven = &*known.proven.insert(proven);
    if let Err(seconds) = inside.spend(&tenant.settings.rate_limit, Instant::now()) {
        drop(raw);
        let over = match source.kind.row().overload {
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

    let attributes = sources::cloudevents::attributes(&head.headers);
    let context = context(asked, head, &attributes, now);
    let heard = match &message {
        Some(message) => message.heard(desk, tenant, name, source.auth == Auth::Sns, deadline).await?,
        None => Heard::LetIn,
    };
    let read = match heard {
        Heard::LetIn => sources::read(source, &raw, context),
        Heard::KeptOut(unreadable) => Err(unreadable),
    };
    let in_header = proof::delivery_id(&head.headers, &source.auth);
    let delivery_id = in_header.or_else(|| read.as_ref().ok()?.delivery_id.clone().map(String::into_bytes));
    let marks = proven.marks(name, delivery_id.as_deref());
    let mut form = Form::new(source.kind.row().dialect, proven.is_lasting(), began, desk.next_number());
    let (input, unread) = match read {
        Ok(parsed) => {
            if parsed.truncated > 0 {
                tracing::warn!(tenant = %tenant.id, left_out = parsed.truncated, "the sender left alerts out of a batch");
            }
            form.dedup_key = parsed.reports.first().and_then(|report| report.fingerprint.clone());
            if parsed.reports.is_empty() {
                return Ok((answer::passed_over(&form)?, None));
            }
            let came = (!parsed.rejected.is_empty()).then(|| Box::new(Came::of(&raw, KeptHead::of(context.head))));
            (delivery(name, delivery_id, marks, parsed, came), None)
        }
        Err(unreadable) => {
            let (input, refused) = put_aside(name, marks, unreadable, Came::of(&raw, KeptHead::of(context.head)));
            (input, Some(refused))
        }
    };
    match (desk.hand_over(&tenant.id, input, raw, marks, deadline).await?, unread) {
        (Answered::Stored(receipts), _) => Ok((answer::taken(&receipts, None, &form)?, first(&receipts))),
        (Answered::Duplicate(receipts, by), _) => Ok((answer::taken(&receipts, Some(by), &form)?, first(&receipts))),
        (Answered::PutAside, unread) => {
            known.unreadable = true;
            Err(unread.unwrap_or_else(|| Refused::new(&PUT_ASIDE)))
        }
        (Answered::Unavailable(words), _) => {
            Err(Refused { message: Some(words.into()), ..Refused::later(&UNAVAILABLE, 5) })
        }
    }
}

fn first(receipts: &Receipts) -> Option<AlertId> {
    receipts.alerts.first().map(|receipt| receipt.alert_id.clone())
}

/// What a parser must know besides the body.
fn context<'a>(asked: Asked<'a>, head: &'a Parts, attributes: &'a [(&'a str, &'a str)], now: Moment) -> Context<'a> {
    let text = |name: HeaderName| head.headers.get(name).and_then(|value| value.to_str().ok());
    let skew = match &asked.source.auth {
        Auth::Hmac(rules) => Span(i64::from(rules.tolerance_seconds) * Span::SECOND.0),
        Auth::Key | Auth::Basic | Auth::Bearer | Auth::Sns => SKEW,
    };
    let head = Head { user_agent: text(USER_AGENT), content_type: text(CONTENT_TYPE), path: asked.path, attributes };
    Context { now, skew, head, explain: false }
}

fn delivery(
    source: &str,
    delivery_id: Option<Vec<u8>>,
    marks: Marks,
    parsed: Parsed,
    came: Option<Box<Came>>,
) -> Input {
    let shown = |id: Vec<u8>| String::from_utf8_lossy(&id).chars().take(SHOWN_OF_ID).collect();
    Input::Delivery(Delivery {
        source: source.into(),
        delivery_id: delivery_id.map(shown),
        keys: marks.keys(),
        reports: parsed.reports.into_iter().map(Arc::new).collect(),
        indices: parsed.indices,
        rejected: parsed.rejected,
        batch: parsed.batch,
        came,
        again: None,
    })
}

/// The input that keeps a body that nobody can read, and the answer once that is stored.
fn put_aside(source: &str, marks: Marks, unreadable: Unreadable, came: Came) -> (Input, Refused) {
    let (refusal, reason, fields) = match unreadable {
        Unreadable::NotJson { reason } => (&NOT_JSON, reason, Vec::new()),
        Unreadable::NoAlert { reason, fields } => (&NO_ALERT, reason, fields),
    };
    let input = Input::Unreadable(input::Unreadable {
        source: source.into(),
        keys: marks.keys(),
        reason: reason.clone(),
        fields: fields.clone(),
        came,
    });
    (input, Refused { message: Some(reason.into()), fields, ..Refused::new(refusal) })
}
