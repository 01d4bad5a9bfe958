//! SNS: a topic that somebody lets in is confirmed at AWS, and what a message names is fetched for whoever has to know who it is
//! from. Only addresses that can be nobody's but SNS' are gone to.

use super::room::{Room, refusal};
use crate::aws::Aws;
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::sns::{Address, Topic};
use crate::engine::post::{Fetched, Post};
use crate::link::{Refusal, Reply};

/// What an answer to a confirmation has in it, when it was one.
const CONFIRMED: &str = "<SubscriptionArn>";

/// Fetches with nobody's credentials: what is there is for everybody who knows where.
#[derive(Debug)]
pub(super) struct Fetching(pub(super) Aws);

impl Post for Fetching {
    fn get(&self, at: Address) -> Fetched {
        let aws = self.0.clone();
        Box::pin(async move { aws.fetch(&at).await.map_err(|error| error.message) })
    }
}

impl Room {
    /// Lets a topic send to a source: AWS is told first, as nothing comes from there before.
    pub(super) async fn let_topic_in(
        &self,
        by: &Actor,
        tenant: &TenantId,
        source: &str,
        arn: &str,
    ) -> Result<Reply, Refusal> {
        let all = self.engine.directory().all();
        let known = all.iter().find(|listed| listed.tenant.id == *tenant);
        let kept = known.and_then(|listed| listed.tenant.credentials.source(source));
        let waiting = kept.and_then(|kept| kept.topics.iter().find(|topic| topic.arn == arn)).cloned();
        if let Some(confirm_at) = waiting.and_then(|topic| topic.confirm_at) {
            let address = arn.parse::<Topic>().ok().and_then(|topic| Address::confirming(&confirm_at.0, &topic));
            let Some(address) = address else {
                return Err(Refusal::new(
                    "aws_invalid",
                    "the topic names no address of Amazon SNS; subscribe it again",
                ));
            };
            let answer = self.aws.fetch(&address).await.map_err(refusal)?;
            if !String::from_utf8_lossy(&answer).contains(CONFIRMED) {
                let say = "Amazon SNS answered, and did not say that the subscription is confirmed; subscribe it again";
                return Err(Refusal::new("aws_failed", say));
            }
        }
        self.engine.topic_let_in(tenant, source, arn, by.clone()).await?;
        Ok(Reply::Done)
    }
}
