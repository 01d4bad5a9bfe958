//! `/api/health`: whether alerts can be stored, for machines. Nobody has to prove anything to read it, so it names no tenant, no
//! path and no error's words.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use tokio::sync::Mutex;

use super::answer;
use super::desk::Desk;
use crate::core::input::Actor;
use crate::core::pulse::Pulse;
use crate::core::time::Moment;
use crate::engine::gauges::Stage;
use crate::engine::now;
use crate::link::{Reply, Request};

/// How the engine was when it was asked last, at most once in [`FRESH`], whoever asks how often.
#[derive(Debug, Default)]
pub struct Health(Mutex<Option<(Instant, Report)>>);

const FRESH: Duration = Duration::from_millis(500);
/// How long the engine may take to say how it is, and the disk to say how much room there is.
const PATIENCE: Duration = Duration::from_secs(2);
/// Bytes that are too few for the largest request and what becomes of it.
const FULL: u64 = 16 << 20;
/// Bytes at which somebody should make room: as many as `check` wants.
const LOW: u64 = 256 << 20;

/// How the engine is.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    status: &'static str,
    /// Where it is in its life.
    pub stage: &'static str,
    /// Whether the store takes alerts.
    pub store: &'static str,
    disk: &'static str,
    /// Bytes that are free where everything is kept.
    pub disk_free_bytes: Option<u64>,
    /// Requests that wait for the store.
    pub queue: Option<usize>,
    /// When something was brought to stable storage last, since the start.
    pub last_commit_at: Option<Moment>,
    last_commit_age_seconds: Option<i64>,
    /// Tenants that take nothing.
    pub tenants_stopped: usize,
    version: &'static str,
}

impl Report {
    /// Alerts are taken.
    pub fn takes_alerts(&self) -> bool {
        self.store == "ok" && self.stage == "running" && self.disk != "full"
    }

    async fn of(desk: &Desk) -> Self {
        let pulse = async {
            let by = Actor::named("health");
            let asking = desk.handle.caller().ask(&by, Request::Pulse);
            match tokio::time::timeout(PATIENCE, asking).await {
                Ok(Ok(Reply::Pulse(pulse))) => Some(*pulse),
                _ => None,
            }
        };
        let (pulse, free) = tokio::join!(pulse, room(desk.options.folder.as_deref()));
        let counters = desk.handle.counters();
        let last_commit_at = Some(counters.committed_at.load(Ordering::Relaxed)).filter(|at| *at > 0).map(Moment);
        let mut report = Self {
            status: "ok",
            stage: stage(counters.life.stage()),
            store: store(pulse.as_ref()),
            disk: disk(free),
            disk_free_bytes: free,
            queue: pulse.as_ref().map(|pulse| pulse.queue),
            last_commit_at,
            last_commit_age_seconds: last_commit_at.map(|at| (now() - at).0.max(0) / 1_000),
            tenants_stopped: pulse.map_or(0, |pulse| pulse.tenants_stopped),
            version: env!("CARGO_PKG_VERSION"),
        };
        report.status = match report.takes_alerts() {
            false => "unavailable",
            true if report.tenants_stopped > 0 || report.disk == "low" => "degraded",
            true => "ok",
        };
        report
    }
}

impl Desk {
    /// How the engine is.
    pub(super) async fn report(&self) -> Report {
        let mut last = self.health.0.lock().await;
        if let Some((at, report)) = &*last
            && at.elapsed() < FRESH
        {
            return report.clone();
        }
        let report = Report::of(self).await;
        *last = Some((Instant::now(), report.clone()));
        report
    }
}

/// 200 while alerts can be taken, 503 while they can't.
pub async fn health(State(desk): State<Arc<Desk>>) -> Response {
    let report = desk.report().await;
    let status = if report.takes_alerts() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer::json(status, serde_json::to_vec(&report).unwrap_or_default())
}

/// How many bytes are free; absent when that is not known in time: a network's disk may never answer.
async fn room(folder: Option<&Path>) -> Option<u64> {
    let folder = folder?.to_owned();
    let asked = tokio::task::spawn_blocking(move || rustix::fs::statvfs(&folder).ok());
    let disk = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()??;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn disk(free: Option<u64>) -> &'static str {
    match free {
        None => "unknown",
        Some(free) if free < FULL => "full",
        Some(free) if free < LOW => "low",
        Some(_) => "ok",
    }
}

fn stage(stage: Stage) -> &'static str {
    match stage {
        Stage::Loading => "loading",
        Stage::Running => "running",
        Stage::Stopping => "stopping",
        Stage::Failed => "failed",
    }
}

fn store(pulse: Option<&Pulse>) -> &'static str {
    match pulse {
        None => "unknown",
        Some(pulse) if pulse.store_error.is_some() => "failing",
        Some(pulse) if pulse.loading => "loading",
        Some(_) => "ok",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_full_before_the_last_byte() {
        assert_eq!([None, Some(0), Some(FULL), Some(LOW)].map(disk), ["unknown", "full", "low", "ok"]);
    }
}
