//! The HTTP API: what every call goes through, in this order: the token, what the answer may be, the query, the body, the
//! `Idempotency-Key`. Then the engine is asked on the caller's behalf, and decides what they may.
//!
//! Invariants: nothing is read or asked for whoever has not shown a good token. No answer repeats anything that was sent but an
//! `X-Request-Id` of plain form. What is of another tenant is answered like what there is not.

mod alerts;
mod audit;
mod companies;
mod conditions;
mod executions;
mod incidents;
mod page;
mod patches;
mod people;
mod problem;
mod repeats;
mod request;
pub mod table;
mod turns;
mod visit;

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{RawPathParams, Request};
use axum::http::header::{ETAG, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use self::problem::{BROKEN, Problem, SIGN_IN_LIMITED, TOKEN_MISSING, TOKEN_REFUSED, TOO_MANY_AT_ONCE};
use self::repeats::{Begun, Repeats};
use self::request::X_REQUEST_ID;
use self::table::Endpoint;
use self::turns::Turns;
use self::visit::{Answer, Visit};
use super::desk::Desk;
use super::proxy::Client;
use super::webhook::LetIn;
use crate::core::input::Actor;
use crate::core::person::Claims;
use crate::link::Standing;
use crate::people::Refused;

/// What all calls share.
#[derive(Debug, Default)]
pub struct Api {
    repeats: Repeats,
    turns: Turns,
}

/// Answers a call.
pub async fn call(desk: &Arc<Desk>, endpoint: Endpoint, named: &RawPathParams, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let request_id = request::id(&head.headers, desk.next_number());
    let unread = !axum::body::HttpBody::is_end_stream(&body);
    let mut let_in = false;
    let answered = match sign_in(desk, &head) {
        Ok(claims) => {
            let_in = true;
            answer(desk, endpoint, named, claims, &head, body).await
        }
        Err(problem) => Err(Problem { closes: unread, ..problem }),
    };
    let mut response = match answered {
        Ok(answer) => written(answer, &head),
        Err(problem) => {
            tracing::debug!(code = problem.code, request_id, "a call refused");
            problem.response(&request_id)
        }
    };
    if let_in {
        response.extensions_mut().insert(LetIn);
    }
    // An id is of plain form.
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// Who calls.
fn sign_in(desk: &Desk, head: &Parts) -> Result<Arc<Claims>, Problem> {
    let token = request::token(&head.headers)?.ok_or(&TOKEN_MISSING)?;
    desk.handle.sign_in(token, address(head), crate::engine::now()).map_err(|refused| match refused {
        Refused::Wait(wait) => {
            let seconds = u64::try_from(wait.0).unwrap_or(0).div_ceil(1_000);
            Problem { retry_after: Some(seconds.max(1)), ..Problem::from(&SIGN_IN_LIMITED) }
        }
        _ => (&TOKEN_REFUSED).into(),
    })
}

/// Where a call comes from.
fn address(head: &Parts) -> IpAddr {
    head.extensions.get::<Client>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0)
}

async fn answer(
    desk: &Arc<Desk>,
    endpoint: Endpoint,
    named: &RawPathParams,
    claims: Arc<Claims>,
    head: &Parts,
    body: axum::body::Body,
) -> Result<Answer, Problem> {
    let _turn = desk.api.turns.take(&claims.name).ok_or(&TOO_MANY_AT_ONCE)?;
    conditions::acceptable(&head.headers)?;
    let query = request::query(endpoint, head.uri.query())?;
    let body = request::body(endpoint, &head.headers, body, &desk.options).await?;
    let key = request::idempotency_key(&head.headers)?;
    let mut by = Actor { who: claims.name.clone(), seat: format!("http {}", address(head)) };
    let claim = match key {
        Some(key) if endpoint.changes() => {
            if endpoint == Endpoint::Execute {
                by.seat.push_str(&executions::mark(key));
            }
            let asked = request::fingerprint(head, &body);
            match desk.api.repeats.begin(&claims.name, key, asked, Instant::now()).map_err(Problem::from)? {
                Begun::Before(answer) => return Ok(answer),
                Begun::New(claim) => Some(claim),
            }
        }
        _ => None,
    };
    let visit = Visit {
        desk: desk.clone(),
        caller: desk.handle.caller().with(Standing::Bearer(claims.clone()), None),
        claims,
        by,
        named: named.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        query,
        headers: head.headers.clone(),
        body,
    };
    let Some(claim) = claim else { return dispatch(&visit, endpoint).await };
    // A caller who is gone comes back with the same key: what was begun is finished, and its answer kept.
    let finished = tokio::spawn(async move {
        let answer = dispatch(&visit, endpoint).await?;
        claim.done(&answer);
        Ok(answer)
    });
    finished.await.unwrap_or_else(|_| Err((&BROKEN).into()))
}

async fn dispatch(visit: &Visit, endpoint: Endpoint) -> Result<Answer, Problem> {
    match endpoint {
        Endpoint::Companies => companies::list(visit).await,
        Endpoint::Company => companies::one(visit).await,
        Endpoint::Correlation => companies::correlation(visit).await,
        Endpoint::SetCorrelation => companies::set_correlation(visit).await,
        Endpoint::Security => companies::security(visit).await,
        Endpoint::Sign(on) => companies::sign(visit, on).await,
        Endpoint::RegenerateSecret => companies::regenerate_secret(visit).await,
        Endpoint::Kpis => companies::kpis(visit).await,
        Endpoint::Sources => companies::sources(visit).await,
        Endpoint::Patches => patches::compliance(visit).await,
        Endpoint::Alerts => alerts::list(visit).await,
        Endpoint::Incidents => incidents::list(visit).await,
        Endpoint::Incident => incidents::one(visit).await,
        Endpoint::IncidentAlerts => incidents::alerts(visit).await,
        Endpoint::Timeline => incidents::timeline(visit).await,
        Endpoint::Act(deed) => incidents::act(visit, deed).await,
        Endpoint::Execute => executions::execute(visit).await,
        Endpoint::Execution => executions::one(visit).await,
        Endpoint::Cancel => executions::cancel(visit).await,
        Endpoint::Approvals => executions::approvals(visit).await,
        Endpoint::Approve => executions::approve(visit).await,
        Endpoint::Reject => executions::reject(visit).await,
        Endpoint::Audit => audit::list(visit).await,
        Endpoint::Me => people::me(visit).await,
        Endpoint::Users => people::list(visit).await,
        Endpoint::AddUser => people::add(visit).await,
        Endpoint::User => people::one(visit).await,
        Endpoint::SetUser => people::set(visit).await,
        Endpoint::RemoveUser => people::remove(visit).await,
        Endpoint::MakeToken => people::make_token(visit).await,
        Endpoint::RevokeTokens => people::revoke(visit, false).await,
        Endpoint::RevokeToken => people::revoke(visit, true).await,
    }
}

/// An answer with its headers; without its body, if whoever asks has that.
fn written(answer: Answer, head: &Parts) -> Response {
    let known = answer.is_fresh && answer.tag.as_ref().is_some_and(|tag| conditions::is_known(&head.headers, tag));
    let (status, body) = if known { (StatusCode::NOT_MODIFIED, Vec::new()) } else { (answer.status, answer.body) };
    let mut response = if body.is_empty() {
        let mut response = Response::new(axum::body::Body::empty());
        *response.status_mut() = status;
        response
    } else {
        super::answer::json(status, body)
    };
    let headers = response.headers_mut();
    let tag = answer.tag.map(|tag| format!("\"{tag}\""));
    for (name, value) in [(ETAG, tag), (LOCATION, answer.location)] {
        // Tags and ids are of plain form.
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    response
}
