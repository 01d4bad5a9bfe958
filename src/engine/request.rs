//! What the receiver hands over when it knows who sends, and what becomes of it. How it gets to the engine's task is the handle's.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::oneshot;

use crate::core::credentials::Confirmation;
use crate::core::id::TenantId;
use crate::core::input::{Actor, DeliveryKey, Input};
use crate::core::receipt::Receipts;
use crate::link::Refusal;

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

/// What becomes of an SNS topic of a source.
#[derive(Debug)]
pub struct TopicStep {
    /// Whose the source is.
    pub tenant: TenantId,
    /// The source.
    pub source: String,
    /// The topic.
    pub arn: String,
    /// What.
    pub on: OnTopic,
    /// Where goes whether it may send.
    pub answer: oneshot::Sender<Result<bool, Refusal>>,
}

/// A step of a topic's.
#[derive(Clone, Debug)]
pub enum OnTopic {
    /// It wants to send, which is confirmed there.
    Asks(Confirmation),
    /// It was told not to send any more, which can be taken back there.
    Left(Confirmation),
    /// Somebody has let it in, and AWS knows.
    LetIn(Actor),
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
