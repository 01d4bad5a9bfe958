//! What is answered where. Whatever is not in this table is a 404 or a 405, as JSON.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{get, post};

use super::api;
use super::desk::Desk;
use super::live;
use super::options::Options;
use super::refusal::{NOT_FOUND, Refused, WRONG_METHOD};
use super::webhook;
use super::{health, metrics};
use crate::engine::handle::Handle;

/// The table.
pub fn router(handle: Handle, options: Arc<Options>) -> Router {
    api::table::router()
        .route("/api/webhooks/{source}", post(webhook))
        .route("/api/webhooks/{source}/{*rest}", post(webhook_below))
        .route("/api/health", get(health::health))
        .route("/metrics", get(metrics::metrics))
        .route("/ws", get(live::open))
        .fallback(nothing_here)
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::new(Desk::new(handle, options)))
}

async fn webhook(State(desk): State<Arc<Desk>>, Path(source): Path<String>, request: Request) -> Response {
    webhook::receive(&desk, &source, "", request).await
}

async fn webhook_below(
    State(desk): State<Arc<Desk>>,
    Path((source, rest)): Path<(String, String)>,
    request: Request,
) -> Response {
    webhook::receive(&desk, &source, &rest, request).await
}

async fn nothing_here(State(desk): State<Arc<Desk>>) -> Response {
    desk.refuse(None, &Refused::new(&NOT_FOUND))
}

async fn wrong_method(State(desk): State<Arc<Desk>>) -> Response {
    desk.refuse(None, &Refused::new(&WRONG_METHOD))
}
