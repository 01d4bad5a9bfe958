//! What a sender is told when its request was taken: the same words again, but for two, when it sends it again.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;

use super::refusal::{BROKEN, Refused};
use crate::core::id::{AlertId, IncidentId};
use crate::core::input::Rejected;
use crate::core::receipt::{Receipt, Receipts};
use crate::engine::handle::DuplicateBy;

/// The answer to one alert.
#[derive(Serialize)]
struct One<'a> {
    message: &'a str,
    alert_id: &'a AlertId,
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

/// A request that is stored now, or was before and is known again by `duplicate`.
///
/// # Errors
/// When the engine stored a request and has no receipt for its one alert: nothing true can be said then.
pub fn taken(receipts: &Receipts, duplicate: Option<DuplicateBy>) -> Result<Response, Refused> {
    let again = duplicate.map(|by| match by {
        DuplicateBy::Signature => "Duplicate: same signature as an earlier request; nothing was counted twice",
        DuplicateBy::DeliveryId => "Duplicate: same X-Delivery-ID as an earlier request; nothing was counted twice",
    });
    let body = if receipts.batch {
        let accepted = receipts.alerts.len();
        let first = receipts.alerts.first();
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
        let receipt = receipts.alerts.first().ok_or(&BROKEN)?;
        serde_json::to_vec(&One {
            message: again.unwrap_or("Alert received"),
            alert_id: &receipt.alert_id,
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
