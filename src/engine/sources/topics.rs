//! SNS topics that want to send to a source: one waits until somebody lets it in. Confirming the wish at AWS is not done here.

use std::sync::Arc;

use super::super::task::Task;
use super::no_source;
use crate::core::credentials::{Confirmation, Credentials, MOST_TOPICS, Topic};
use crate::core::id::TenantId;
use crate::core::input::Actor;
use crate::core::tenant::Tenant;
use crate::link::{Refusal, Reply};

impl Task {
    /// A topic wants to send to a source, and has proved that it is that topic. True when it may already.
    pub(in crate::engine) fn topic_asks(
        &mut self,
        id: &TenantId,
        name: &str,
        arn: &str,
        confirm_at: Confirmation,
    ) -> Result<bool, Refusal> {
        let since = self.now();
        let mut tenant = Tenant::clone(self.known(id)?);
        let mut credentials = Credentials::clone(&tenant.credentials);
        let kept = credentials.source_mut(name).ok_or_else(no_source)?;
        let full = kept.topics.len() >= MOST_TOPICS;
        let approved = match kept.topics.iter_mut().find(|topic| topic.arn == arn) {
            Some(topic) if topic.confirm_at.as_ref() == Some(&confirm_at) => return Ok(topic.approved),
            Some(topic) => {
                topic.confirm_at = Some(confirm_at);
                topic.approved
            }
            None if full => {
                let say = "too many topics wait for this source; let them in or refuse them first";
                return Err(Refusal::new("too_many", say));
            }
            None => {
                let topic = Topic { arn: arn.into(), approved: false, since, confirm_at: Some(confirm_at) };
                kept.topics.push(topic);
                false
            }
        };
        tenant.credentials = Arc::new(credentials);
        self.put(Actor::program("sns"), tenant)?;
        Ok(approved)
    }

    /// Somebody lets a topic in, or does not; then it is forgotten, and may ask again.
    pub(super) fn let_topic(
        &mut self,
        by: Actor,
        id: &TenantId,
        name: &str,
        arn: &str,
        approve: bool,
    ) -> Result<Reply, Refusal> {
        let now = self.now();
        let mut tenant = Tenant::clone(self.known(id)?);
        let mut credentials = Credentials::clone(&tenant.credentials);
        let kept = credentials.source_mut(name).ok_or_else(no_source)?;
        let at = kept.topics.iter().position(|topic| topic.arn == arn);
        let at = at.ok_or_else(|| Refusal::new("no_such_topic", "no such topic asks to send to this source"))?;
        if approve {
            let topic = &mut kept.topics[at];
            (topic.approved, topic.since) = (true, now);
        } else {
            kept.topics.remove(at);
        }
        tenant.credentials = Arc::new(credentials);
        self.put(by, tenant)?;
        Ok(Reply::Done)
    }
}
