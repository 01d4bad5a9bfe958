//! A sender that keeps failing to prove itself is an incident: three refusals within an hour open one under the tenant it
//! claims to be, an hour without any resolves it. No timer runs while nobody fails.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::desk::{Marks, intake};
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::id::TenantId;
use crate::core::input::{Delivery, Input};
use crate::core::quiet::OURSELVES;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};
use crate::engine::handle::{Answered, Handle};

/// The source that our own alerts come from.
const SOURCE: &str = "alert-whisperer";
/// Refusals within an hour that open an incident.
const ENOUGH: usize = 3;
/// How often an open incident is told about further ones.
const EVERY: Span = Span::MINUTE;
/// How long it must be quiet until it is over.
const QUIET: Span = Span::HOUR;

/// Who fails to prove itself.
#[derive(Debug)]
pub struct Failures {
    handle: Handle,
    of: Mutex<HashMap<(TenantId, Arc<str>), Streak>>,
    /// What was told and not stored yet: the engine begins nothing that nobody waits for.
    telling: Mutex<Vec<oneshot::Receiver<Answered>>>,
}

/// A tenant's source that fails.
#[derive(Debug, Default)]
struct Streak {
    last: VecDeque<Moment>,
    causes: BTreeMap<&'static str, u64>,
    /// When the incident was last told; absent while there is none.
    told: Option<Moment>,
}

impl Failures {
    /// Nobody fails yet.
    pub fn new(handle: Handle) -> Arc<Self> {
        Arc::new(Self { handle, of: Mutex::default(), telling: Mutex::default() })
    }

    /// A request of this tenant could not prove itself.
    pub fn happened(self: &Arc<Self>, tenant: &TenantId, source: &str, cause: &'static str) {
        if self.opens(crate::engine::now(), tenant, source, cause) {
            tokio::spawn(self.clone().wait_for_quiet(tenant.clone(), source.into()));
        }
    }

    /// Counts a refusal, and tells when it is time to; true when that opened an incident.
    fn opens(&self, now: Moment, tenant: &TenantId, source: &str, cause: &'static str) -> bool {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let streak = of.entry((tenant.clone(), source.into())).or_default();
        if streak.add(now, cause) && self.tell(tenant, streak.report(source, AlertStatus::Firing)) {
            return streak.told.replace(now).is_none();
        }
        false
    }

    /// Resolves the incident once it has been quiet for long enough.
    async fn wait_for_quiet(self: Arc<Self>, tenant: TenantId, source: Arc<str>) {
        while let Some(left) = self.quiet_in(crate::engine::now(), &tenant, &source) {
            tokio::time::sleep(left).await;
        }
    }

    /// How long it takes at least until the incident is over; absent when it is.
    fn quiet_in(&self, now: Moment, tenant: &TenantId, source: &str) -> Option<Duration> {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (tenant.clone(), source.into());
        let streak = of.get(&key)?;
        let left = streak.last.back().map_or(Span(0), |last| *last + QUIET - now);
        if left > Span(0) {
            return Some(Duration::from_millis(left.0.unsigned_abs()));
        }
        if !self.tell(tenant, streak.report(source, AlertStatus::Resolved)) {
            return Some(Duration::from_millis(EVERY.0.unsigned_abs()));
        }
        of.remove(&key);
        None
    }

    /// Sends our own alert the way of all alerts. False when the queue is full.
    fn tell(&self, tenant: &TenantId, report: Report) -> bool {
        let input =
            Input::Delivery(Delivery { source: SOURCE.into(), reports: vec![Arc::new(report)], ..Delivery::default() });
        let Some((intake, answer)) = intake(tenant, input, Bytes::new(), Marks::default()) else { return false };
        let told = self.handle.offer(intake).is_ok();
        if told {
            // What could not be stored is told again with the next refusal.
            let mut telling = self.telling.lock().unwrap_or_else(PoisonError::into_inner);
            telling.retain_mut(|answer| matches!(answer.try_recv(), Err(TryRecvError::Empty)));
            telling.push(answer);
        }
        told
    }
}

impl Streak {
    /// Counts a refusal; true when it is time to tell.
    fn add(&mut self, now: Moment, cause: &'static str) -> bool {
        if self.told.is_none() && self.last.back().is_some_and(|last| now - *last >= QUIET) {
            *self = Self::default();
        }
        *self.causes.entry(cause).or_default() += 1;
        self.last.push_back(now);
        if self.last.len() > ENOUGH {
            self.last.pop_front();
        }
        match self.told {
            Some(told) => now - told >= EVERY,
            None => self.last.len() == ENOUGH && self.last.front().is_some_and(|first| now - *first < QUIET),
        }
    }

    fn report(&self, source: &str, status: AlertStatus) -> Report {
        let mut message = match status {
            AlertStatus::Firing => String::from("A sender with the right key is refused"),
            AlertStatus::Resolved => String::from("No request was refused for an hour; before that"),
        };
        let mut before = ": ";
        for (cause, count) in &self.causes {
            // Writing into a string does not fail.
            let _ = write!(message, "{before}{cause} x{count}");
            before = ", ";
        }
        message.push_str(". Compare its key, its secret, its clock and its headers with this source's settings.");
        Report {
            asset_name: format!("webhook:{source}"),
            signature: "webhook_auth_failures".into(),
            severity: Severity::High,
            status,
            message,
            message_cut: false,
            tool_source: OURSELVES.into(),
            occurred_at: None,
            instance_id: None,
            links: Vec::new(),
            labels: BTreeMap::new(),
            fingerprint: Some(format!("webhook_auth_failures:{source}")),
            identity: Identity::Beginning,
        }
    }
}

#[cfg(test)]
#[path = "failures_tests.rs"]
mod tests;
