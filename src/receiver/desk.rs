//! What all requests share: the way to the engine, the allowances, and the words of every refusal.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use axum::response::Response;
use bytes::Bytes;
use tokio::sync::oneshot;

use super::allowance::Allowances;
use super::api::Api;
use super::failures::Failures;
use super::health::Health;
use super::live::Places;
use super::options::Options;
use super::refusal::{BUSY, Refused, UNAVAILABLE};
use super::topics::Certificates;
use crate::core::id::TenantId;
use crate::core::input::{DeliveryKey, Input};
use crate::engine::handle::{Answered, Handle, Intake};
use crate::engine::health::{Outcome, Proof};

/// What all requests share.
#[derive(Debug)]
pub struct Desk {
    pub(super) handle: Handle,
    pub(super) options: Arc<Options>,
    pub(super) allowances: Arc<Allowances>,
    pub(super) failures: Arc<Failures>,
    pub(super) health: Health,
    pub(super) feeds: Places,
    pub(super) api: Api,
    pub(super) certificates: Certificates,
    requests: AtomicU64,
}

/// A tenant's request, at the source it was sent to.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// Whose.
    pub tenant: &'a TenantId,
    /// To which source.
    pub source: &'a str,
}

/// What an intake is known again by.
#[derive(Clone, Copy, Default, Debug)]
pub struct Marks {
    /// The signature.
    pub signature: Option<DeliveryKey>,
    /// The sender's delivery id.
    pub id: Option<DeliveryKey>,
}

impl Marks {
    /// Those that there are.
    pub fn keys(&self) -> Vec<DeliveryKey> {
        self.signature.into_iter().chain(self.id).collect()
    }
}

impl Desk {
    /// A desk before its first request.
    pub fn new(handle: Handle, options: Arc<Options>) -> Self {
        // Numbers of different runs should not meet in one log; that they could is no harm.
        let first = getrandom::u64().unwrap_or(0) << 24;
        Self {
            failures: Failures::new(handle.clone()),
            handle,
            options,
            allowances: Allowances::new(),
            health: Health::default(),
            feeds: Places::default(),
            api: Api::default(),
            certificates: Certificates::default(),
            requests: AtomicU64::new(first),
        }
    }

    /// A number for a request.
    pub fn next_number(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed)
    }

    /// Refuses a request, and counts that.
    pub fn refuse(&self, sender: Option<Sender<'_>>, refused: &Refused) -> Response {
        let number = self.next_number();
        let code = refused.refusal.code;
        match sender {
            Some(Sender { tenant, source }) => {
                tracing::debug!(%tenant, source, code, request_id = %format_args!("{number:016x}"), "request refused");
                self.handle.refused(tenant, code);
                if refused.refusal.is_authentication() {
                    self.failures.happened(tenant, source, code);
                }
            }
            None => {
                tracing::debug!(code, request_id = %format_args!("{number:016x}"), "a stranger's request refused");
                self.handle.refused_stranger();
            }
        }
        refused.response(number)
    }

    /// Notes for the source's health what became of a request under its key. `proof`: it was let in, and by what.
    pub fn answered(&self, sender: Sender<'_>, proof: Option<&Proof>, outcome: Outcome<'_>) {
        let sources = &self.handle.counters().sources;
        sources.answered(crate::engine::now(), sender.tenant, sender.source, proof, outcome);
    }

    /// Hands a request to the engine and waits until it is stored, or known not to be; after the deadline nobody waits, and the
    /// engine does not begin what nobody waits for.
    ///
    /// # Errors
    /// When the queue is full, or the engine does not answer in time.
    pub async fn hand_over(
        &self,
        tenant: &TenantId,
        input: Input,
        raw: Bytes,
        marks: Marks,
        deadline: Instant,
    ) -> Result<Answered, Refused> {
        let (intake, answer) = intake(tenant, input, raw, marks).ok_or_else(|| Refused::later(&UNAVAILABLE, 5))?;
        self.handle.offer(intake).map_err(|_| Refused::later(&BUSY, 1))?;
        match tokio::time::timeout_at(deadline.into(), answer).await {
            Ok(Ok(answered)) => Ok(answered),
            Ok(Err(_)) | Err(_) => Err(Refused::later(&UNAVAILABLE, 5)),
        }
    }
}

/// An intake, encoded here so that the engine's one task need not; absent when it can't be.
pub fn intake(
    tenant: &TenantId,
    input: Input,
    raw: Bytes,
    marks: Marks,
) -> Option<(Intake, oneshot::Receiver<Answered>)> {
    let encoded = serde_json::to_vec(&input).ok()?.into();
    let (answer, answered) = oneshot::channel();
    let intake = Intake {
        tenant: tenant.clone(),
        input: Arc::new(input),
        encoded,
        raw,
        by_signature: marks.signature,
        by_id: marks.id,
        answer,
    };
    Some((intake, answered))
}
