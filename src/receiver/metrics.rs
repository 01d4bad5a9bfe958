//! `/metrics`: what has been counted since the start, as Prometheus reads it. Nobody has to prove anything to read it: no tenant
//! and no person is named, and what it is labelled with is fixed words, so that nobody outside makes it grow.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::desk::Desk;
use super::health::Report;
use crate::engine::counters::Counters;
use crate::engine::gauges::{BOUNDS, Histogram};

/// What Prometheus scrapes.
pub async fn metrics(State(desk): State<Arc<Desk>>) -> Response {
    let report = desk.report().await;
    let mut response = Response::new(text(desk.handle.counters(), &report).into());
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn text(counters: &Counters, report: &Report) -> String {
    let mut all = Families(String::new());
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    all.counter("alerts_received_total", "Alerts taken.", of(&counters.received));
    all.counter("alerts_correlated_total", "Alerts that are part of an incident.", of(&counters.correlated));
    all.counter("incidents_opened_total", "Incidents opened.", of(&counters.incidents));
    all.counter("duplicates_total", "Requests answered as duplicates.", of(&counters.duplicates));
    all.labelled("requests_refused_total", "counter", "Requests refused, by cause.", &refused(counters));
    all.gauge("queue_requests", "Requests waiting for the store.", report.queue.map(|queue| queue as u64));
    all.gauge("store_up", "Whether the store takes alerts.", Some(u64::from(report.store == "ok")));
    all.gauge(
        "takes_alerts",
        "Whether alerts are taken: what /api/health answers.",
        Some(report.takes_alerts().into()),
    );
    all.gauge("disk_free_bytes", "Room where everything is kept.", report.disk_free_bytes);
    let committed = report.last_commit_at.and_then(|at| u64::try_from(at.0 / 1_000).ok());
    all.gauge("last_commit_timestamp_seconds", "When something came to stable storage last.", committed);
    all.histogram("commit_seconds", "How long bringing what waits to stable storage takes.", &counters.commits);
    all.gauge("tenants_stopped", "Tenants that take nothing.", Some(report.tenants_stopped as u64));
    let fed = &counters.fed;
    let seats = [("{kind=\"local\"}", of(&fed.local)), ("{kind=\"remote\"}", of(&fed.remote))];
    all.labelled("seats", "gauge", "Seats that are on.", &seats.map(|(label, count)| (label.into(), count)));
    all.counter("feed_changes_total", "Changes told to seats, to each for itself.", of(&fed.changes));
    all.counter("feed_snapshots_total", "Snapshots given to seats.", of(&fed.snapshots));
    all.counter("feed_resumed_total", "Seats that went on where they were.", of(&fed.resumed));
    all.counter("feed_bytes_total", "Bytes written to seats over the network.", of(&fed.bytes));
    let aws = counters.aws.read().into_iter();
    let aws: Vec<_> =
        aws.map(|((of, how), count)| (format!("{{service=\"{of}\",outcome=\"{how}\"}}"), count)).collect();
    all.labelled("aws_calls_total", "counter", "Calls to AWS, by service and outcome.", &aws);
    let under_way = |count: &std::sync::atomic::AtomicUsize| Some(count.load(Ordering::Relaxed) as u64);
    all.gauge("sessions_open", "Sessions on clients' machines.", under_way(&counters.sessions));
    all.gauge("executions_under_way", "Executions on clients' machines.", under_way(&counters.executions));
    let build = format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION"));
    all.labelled("build_info", "gauge", "Which version this is.", &[(build, 1)]);
    all.0
}

fn refused(counters: &Counters) -> Vec<(String, u64)> {
    let mut refused: BTreeMap<String, u64> = BTreeMap::new();
    for (cause, count) in counters.refused().into_values().flatten() {
        *refused.entry(cause).or_default() += count;
    }
    refused.insert("stranger".into(), counters.strangers.load(Ordering::Relaxed));
    refused.into_iter().map(|(cause, count)| (format!("{{cause=\"{cause}\"}}"), count)).collect()
}

/// The text so far. Writing into it does not fail.
struct Families(String);

impl Families {
    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.labelled(name, "counter", help, &[(String::new(), value)]);
    }

    /// What is not known is left out.
    fn gauge(&mut self, name: &str, help: &str, value: Option<u64>) {
        if let Some(value) = value {
            self.labelled(name, "gauge", help, &[(String::new(), value)]);
        }
    }

    fn labelled(&mut self, name: &str, kind: &str, help: &str, values: &[(String, u64)]) {
        self.head(name, kind, help);
        for (labels, value) in values {
            let _ = writeln!(self.0, "alert_whisperer_{name}{labels} {value}");
        }
    }

    fn histogram(&mut self, name: &str, help: &str, histogram: &Histogram) {
        self.head(name, "histogram", help);
        let (counted, sum) = histogram.read();
        let all = counted.last().copied().unwrap_or(0);
        for (bound, count) in BOUNDS.iter().zip(&counted) {
            let bound = std::time::Duration::from_micros(*bound).as_secs_f64();
            let _ = writeln!(self.0, "alert_whisperer_{name}_bucket{{le=\"{bound}\"}} {count}");
        }
        let _ = writeln!(self.0, "alert_whisperer_{name}_bucket{{le=\"+Inf\"}} {all}");
        let _ = writeln!(self.0, "alert_whisperer_{name}_sum {}", sum.as_secs_f64());
        let _ = writeln!(self.0, "alert_whisperer_{name}_count {all}");
    }

    fn head(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP alert_whisperer_{name} {help}\n# TYPE alert_whisperer_{name} {kind}");
    }
}
