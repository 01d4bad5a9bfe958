//! What a sender is told when its request was taken: the same words again, but for two, when it sends it again. Senders of other
//! tools' requests are told what those tools would tell them.

use std::time::Instant;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use super::refusal::{BROKEN, Refused};
use crate::core::id::{AlertId, IncidentId};
use crate::core::input::Rejected;
use crate::core::receipt::{Receipt, Receipts};
use crate::core::source::kind::Dialect;
use crate::engine::handle::DuplicateBy;

const SAME_SIGNATURE: &str = "Duplicate: same signature as an earlier request; nothing was counted twice";

/// The answer to one alert.
#[derive(Serialize)]
struct One<'a> {
    message: &'a str,
    alert_id: Option<&'a AlertId>,
    incident_id: &'a Option<IncidentId>,
    duplicate: bool,
}

/// The answer to an array or a batch; it begins like that to one alert, for senders that look no further.
#[derive(Serialize)]
struct Many<'a> {
    message: &'a str,
    alert_id: Option<&'a AlertId>,
    incident_id: Option<&'a IncidentId>,
    duplicate: bool,
    accepted: usize,
    alerts: &'a [Receipt],
    rejected: Vec<Bad<'a>>,
}

#[derive(Serialize)]
struct Bad<'a> {
    index: u32,
    reason: &'a str,
    fields: &'a [String],
}

impl<'a> From<&'a Rejected> for Bad<'a> {
    fn from(rejected: &'a Rejected) -> Self {
        Self { index: rejected.index, reason: &rejected.reason, fields: &rejected.fields }
    }
}

/// What an answer's form depends on.
#[derive(Debug)]
pub struct Form {
    dialect: Dialect,
    /// The request is known again by its signature, where others are by their id.
    by_signature: bool,
    /// When its body had come.
    began: Instant,
    /// The request's number.
    number: u64,
    /// The sender's own name for the problem that it tells first.
    pub dedup_key: Option<String>,
}

impl Form {
    /// The form of an answer to a request of that number, whose body had come at `began`.
    pub fn new(dialect: Dialect, by_signature: bool, began: Instant, number: u64) -> Self {
        Self { dialect, by_signature, began, number, dedup_key: None }
    }

    /// The answer that a sender of another tool expects to be told by that tool, if it looks at it.
    fn of_tool(&self, alert: Option<&AlertId>) -> Option<Result<Response, Refused>> {
        let body = match self.dialect {
            Dialect::PagerDuty => {
                let dedup_key = self.dedup_key.clone().or_else(|| alert.map(ToString::to_string));
                json!({ "status": "success", "message": "Event processed", "dedup_key": dedup_key })
            }
            Dialect::Opsgenie => json!({
                "result": "Request will be processed",
                "took": self.began.elapsed().as_secs_f64(),
                "requestId": format!("{:016x}", self.number),
            }),
            Dialect::Native
            | Dialect::Alertmanager
            | Dialect::Sns
            | Dialect::EventBridge
            | Dialect::CloudEvents
            | Dialect::Mapped => return None,
        };
        Some(
            serde_json::to_vec(&body)
                .map_or_else(|_| Err((&BROKEN).into()), |body| Ok(json(StatusCode::ACCEPTED, body))),
        )
    }
}

/// A request in which nothing is to be taken: the sender only wants to know that we are there.
///
/// # Errors
/// None that happens.
pub fn passed_over(form: &Form) -> Result<Response, Refused> {
    if let Some(answer) = form.of_tool(None) {
        return answer;
    }
    let (message, duplicate) = ("Received; there is nothing in it to keep", false);
    let body = serde_json::to_vec(&One { message, alert_id: None, incident_id: &None, duplicate });
    Ok(json(StatusCode::OK, body.map_err(|_| &BROKEN)?))
}

/// A request that is stored now, or was before and is known again by `duplicate`.
///
/// # Errors
/// When the engine stored a request and has no receipt for its one alert: nothing true can be said then.
pub fn taken(receipts: &Receipts, duplicate: Option<DuplicateBy>, form: &Form) -> Result<Response, Refused> {
    let first = receipts.alerts.first();
    if let Some(answer) = form.of_tool(first.map(|receipt| &receipt.alert_id)) {
        return answer;
    }
    let again = duplicate.map(|by| match by {
        DuplicateBy::Signature => SAME_SIGNATURE,
        DuplicateBy::DeliveryId if form.by_signature => SAME_SIGNATURE,
        DuplicateBy::DeliveryId => "Duplicate: same delivery id as an earlier request; nothing was counted twice",
        DuplicateBy::Body => {
            "Duplicate: an earlier request with this body was stored unanswered; nothing was counted twice"
        }
    });
    let body = if receipts.batch {
        let accepted = receipts.alerts.len();
        let count = || format!("{accepted} alert{} received", if accepted == 1 { "" } else { "s" });
        serde_json::to_vec(&Many {
            message: &again.map_or_else(count, Into::into),
            alert_id: first.map(|receipt| &receipt.alert_id),
            incident_id: first.and_then(|receipt| receipt.incident_id.as_ref()),
            duplicate: duplicate.is_some(),
            accepted,
            alerts: &receipts.alerts,
            rejected: receipts.rejected.iter().map(Bad::from).collect(),
        })
    } else {
        let receipt = first.ok_or(&BROKEN)?;
        serde_json::to_vec(&One {
            message: again.unwrap_or("Alert received"),
            alert_id: Some(&receipt.alert_id),
            incident_id: &receipt.incident_id,
            duplicate: duplicate.is_some(),
        })
    };
    Ok(json(StatusCode::OK, body.map_err(|_| &BROKEN)?))
}

/// A JSON answer.
pub fn json(status: StatusCode, body: Vec<u8>) -> Response {
    let length = body.len();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_LENGTH, length.into());
    response
}
