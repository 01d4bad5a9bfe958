//! What is answered where. Whatever is not in this table is a 404 or a 405, as JSON.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{get, post};

use super::api;
use super::desk::Desk;
use super::live;
use super::options::Options;
use super::refusal::{NOT_FOUND, Refused, WRONG_METHOD};
use super::sources::Dialect;
use super::webhook;
use super::{health, metrics};
use crate::engine::handle::Handle;

/// The table.
pub fn router(handle: Handle, options: Arc<Options>) -> Router {
    api::table::router()
        .route("/api/webhooks/alerts", post(alerts))
        .route("/api/webhooks/alertmanager", post(alertmanager))
        .route("/api/health", get(health::health))
        .route("/metrics", get(metrics::metrics))
        .route("/ws", get(live::open))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::new(Desk::new(handle, options)))
}

async fn alerts(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    webhook::receive(&desk, Dialect::Native, request).await
}

async fn alertmanager(State(desk): State<Arc<Desk>>, request: Request) -> Response {
    webhook::receive(&desk, Dialect::Alertmanager, request).await
}

async fn nothing_here(State(desk): State<Arc<Desk>>) -> Response {
    desk.refuse(None, &Refused::new(&NOT_FOUND))
}

async fn wrong_method(State(desk): State<Arc<Desk>>) -> Response {
    desk.refuse(None, &Refused::new(&WRONG_METHOD))
}
