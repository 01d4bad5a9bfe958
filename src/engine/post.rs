//! Amazon SNS from the engine's side: the topics that want to send to a source, as the receiver and `action` tell of them, and whoever
//! fetches what SNS' messages name: `action` does, through `aws`; the receiver needs it to know who a message is from.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::handle::{Handle, Message};
use crate::core::credentials::Confirmation;
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::sns::Address;
use crate::link::Refusal;

/// What came, or why nothing did, in words.
pub type Fetched = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>> + Send>>;

/// Fetches what is at SNS.
pub trait Post: Send + Sync + std::fmt::Debug {
    /// What is there: some KiB at most, within seconds.
    fn get(&self, at: Address) -> Fetched;
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

impl Handle {
    /// Fetches what is at Amazon SNS from now on; the first one stays.
    pub fn fetches_with(&self, post: Arc<dyn Post>) {
        // All of them would fetch from the same AWS.
        let _ = self.post.set(post);
    }

    /// Whoever fetches what is at Amazon SNS; nobody where AWS is not reached.
    pub fn topic_post(&self) -> Option<&Arc<dyn Post>> {
        self.post.get()
    }

    /// An SNS topic wants to send to a source, and has proved that it is that topic: it waits from now on, on stable storage, until
    /// somebody lets it in. True when somebody has.
    ///
    /// # Errors
    /// Why it can't be written down.
    pub async fn topic_asks(
        &self,
        tenant: &TenantId,
        source: &str,
        arn: &str,
        confirm_at: Confirmation,
    ) -> Result<bool, Refusal> {
        self.topic_step(tenant, source, arn, OnTopic::Asks(confirm_at)).await
    }

    /// An SNS topic has proved that it was told not to send to a source any more: it waits again.
    ///
    /// # Errors
    /// Why it can't be written down.
    pub async fn topic_left(
        &self,
        tenant: &TenantId,
        source: &str,
        arn: &str,
        restore_at: Confirmation,
    ) -> Result<(), Refusal> {
        self.topic_step(tenant, source, arn, OnTopic::Left(restore_at)).await.map(drop)
    }

    /// Somebody has let an SNS topic in, and AWS knows: what it sends is taken from now on.
    ///
    /// # Errors
    /// There is no such topic any more, or it can't be written down.
    pub async fn topic_let_in(&self, tenant: &TenantId, source: &str, arn: &str, by: Actor) -> Result<(), Refusal> {
        self.topic_step(tenant, source, arn, OnTopic::LetIn(by)).await.map(drop)
    }

    async fn topic_step(&self, tenant: &TenantId, source: &str, arn: &str, on: OnTopic) -> Result<bool, Refusal> {
        let (answer, answered) = oneshot::channel();
        let (tenant, source, arn) = (tenant.clone(), source.into(), arn.into());
        self.put(Message::Topic(Box::new(TopicStep { tenant, source, arn, on, answer }))).await?;
        answered.await.map_err(|_| Refusal::gone())?
    }
}
