//! `/api/health` and `/metrics`: how the engine is, for machines. Nobody has to prove anything to read them, so they name no
//! tenant, no path and no error's words.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde::Serialize;
use tokio::sync::Mutex;

use super::answer;
use super::desk::Desk;
use crate::core::input::Actor;
use crate::core::pulse::Pulse;
use crate::link::{Caller, Reply, Request};

/// The engine's last pulse, asked for at most once in [`FRESH`], whoever asks how often.
#[derive(Debug, Default)]
pub struct Health(Mutex<Option<(Instant, Option<Pulse>)>>);

const FRESH: Duration = Duration::from_millis(500);
/// How long the engine may take to say how it is.
const PATIENCE: Duration = Duration::from_secs(2);

impl Health {
    /// How the engine is; absent when it does not say.
    async fn pulse(&self, caller: &Caller) -> Option<Pulse> {
        let mut last = self.0.lock().await;
        if let Some((at, pulse)) = &*last
            && at.elapsed() < FRESH
        {
            return pulse.clone();
        }
        let pulse = match tokio::time::timeout(PATIENCE, caller.ask(&Actor::named("health"), Request::Pulse)).await {
            Ok(Ok(Reply::Pulse(pulse))) => Some(*pulse),
            _ => None,
        };
        *last = Some((Instant::now(), pulse.clone()));
        pulse
    }
}

#[derive(Serialize)]
struct Report {
    status: &'static str,
    store: &'static str,
    queue: Option<usize>,
    tenants_stopped: usize,
    version: &'static str,
}

/// 200 while alerts can be taken, 503 while they can't.
pub async fn health(State(desk): State<Arc<Desk>>) -> Response {
    let pulse = desk.health.pulse(desk.handle.caller()).await;
    let tenants_stopped = pulse.as_ref().map_or(0, |pulse| pulse.tenants_stopped);
    let store = store(pulse.as_ref());
    let report = Report {
        status: if store == "ok" && tenants_stopped == 0 { "ok" } else { "degraded" },
        store,
        queue: pulse.map(|pulse| pulse.queue),
        tenants_stopped,
        version: env!("CARGO_PKG_VERSION"),
    };
    let status = if store == "ok" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer::json(status, serde_json::to_vec(&report).unwrap_or_default())
}

/// What Prometheus scrapes.
pub async fn metrics(State(desk): State<Arc<Desk>>) -> Response {
    let pulse = desk.health.pulse(desk.handle.caller()).await;
    let counters = desk.handle.counters();
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    for (cause, count) in counters.refused().into_values().flatten() {
        *refused.entry(cause).or_default() += count;
    }
    refused.insert("stranger".into(), counters.strangers.load(Ordering::Relaxed));
    let mut text = String::new();
    let mut family = |name: &str, kind: &str, help: &str, values: &[(String, u64)]| {
        // Writing into a string does not fail.
        let _ = writeln!(text, "# HELP alert_whisperer_{name} {help}\n# TYPE alert_whisperer_{name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "alert_whisperer_{name}{labels} {value}");
        }
    };
    let single = |value: u64| [(String::new(), value)];
    let count = |count: &std::sync::atomic::AtomicU64| single(count.load(Ordering::Relaxed));
    family("alerts_received_total", "counter", "Alerts taken.", &count(&counters.received));
    family("duplicates_total", "counter", "Requests answered as duplicates.", &count(&counters.duplicates));
    let refused: Vec<_> = refused.into_iter().map(|(cause, count)| (format!("{{cause=\"{cause}\"}}"), count)).collect();
    family("requests_refused_total", "counter", "Requests refused, by cause.", &refused);
    let store_up = u64::from(store(pulse.as_ref()) == "ok");
    family("store_up", "gauge", "Whether alerts can be stored.", &single(store_up));
    if let Some(pulse) = pulse {
        let queue = u64::try_from(pulse.queue).unwrap_or(u64::MAX);
        family("queue_requests", "gauge", "Requests waiting for the store.", &single(queue));
    }
    let mut response = Response::new(text.into());
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn store(pulse: Option<&Pulse>) -> &'static str {
    match pulse {
        None => "unknown",
        Some(pulse) if pulse.store_error.is_some() => "failing",
        Some(pulse) if pulse.loading => "loading",
        Some(_) => "ok",
    }
}
