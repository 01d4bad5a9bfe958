//! What the receiver hands over when it knows who sends, and what becomes of it. How it gets to the engine's task is the handle's.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::core::id::TenantId;
use crate::core::input::{DeliveryKey, Input};
use crate::core::receipt::Receipts;

/// An authenticated request on its way to the inbox.
#[derive(Debug)]
pub struct Intake {
    /// Whose.
    pub tenant: TenantId,
    /// A delivery, or an unreadable request.
    pub input: Arc<Input>,
    /// The input as JSON.
    pub encoded: Bytes,
    /// The body as received.
    pub raw: Bytes,
    /// By the signature: valid only within the skew, so never looked for in the archive once that has passed.
    pub by_signature: Option<DeliveryKey>,
    /// By the sender's delivery id: for 24 hours.
    pub by_id: Option<DeliveryKey>,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Answered>,
}

/// What became of a request.
#[derive(Clone, Debug)]
pub enum Answered {
    /// It is on stable storage and applied.
    Stored(Arc<Receipts>),
    /// It has been before, and this was the answer.
    Duplicate(Arc<Receipts>, DuplicateBy),
    /// It was put aside as unreadable, now or before.
    PutAside,
    /// Nothing was stored. The words are fixed.
    Unavailable(&'static str),
}

/// How a request was known again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DuplicateBy {
    /// The same signature: same second, same bytes.
    Signature,
    /// The same delivery id from the same source.
    DeliveryId,
    /// The same body from the same source, which was stored when nobody waited for its answer any more.
    Body,
}
