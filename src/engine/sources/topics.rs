//! SNS topics that send to a source: each waits until somebody lets it in, and again when AWS has ended its subscription. That AWS is
//! told of a yes is `action`'s: what comes here is known there already.

use std::sync::Arc;

use super::super::post::OnTopic;
use super::super::task::Task;
use super::no_source;
use crate::core::alert::AlertStatus;
use crate::core::credentials::{Credentials, MOST_TOPICS, Source, Topic};
use crate::core::id::TenantId;
use crate::core::input::{Actor, Delivery, Input};
use crate::core::sns::{self, Wish};
use crate::core::tenant::Tenant;
use crate::core::time::Moment;
use crate::link::{Refusal, Reply};

impl Task {
    /// A step of a topic's. True when it may send from now on.
    pub(in crate::engine) fn on_topic(
        &mut self,
        id: &TenantId,
        name: &str,
        arn: &str,
        on: OnTopic,
    ) -> Result<bool, Refusal> {
        match on {
            OnTopic::LetIn(by) => self.let_topic(by, id, name, arn, true).map(|_| true),
            on => {
                let now = self.now();
                let change = |kept: &mut Source| waits(kept, arn, &on, now);
                self.change_topics(Actor::program("sns"), id, name, change)
            }
        }
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
        let waited = self.change_topics(by, id, name, |kept| {
            let at = match kept.topics.iter().position(|topic| topic.arn == arn) {
                Some(at) => at,
                // It will ask, and is answered at once.
                None if approve && arn.parse::<sns::Topic>().is_ok() && kept.topics.len() < MOST_TOPICS => {
                    kept.topics.push(Topic { arn: arn.into(), approved: false, since: now, confirm_at: None });
                    kept.topics.len() - 1
                }
                None => return Err(no_topic()),
            };
            let waited = kept.topics[at].confirm_at.is_some();
            if approve {
                let topic = &mut kept.topics[at];
                if !topic.approved {
                    (topic.approved, topic.since) = (true, now);
                }
                topic.confirm_at = None;
            } else {
                kept.topics.remove(at);
            }
            Ok(waited)
        })?;
        if waited && let Ok(topic) = arn.parse() {
            self.waits_no_more(id, name, &topic);
        }
        Ok(Reply::Done)
    }

    /// Changes what is kept of a source, if that changes anything.
    fn change_topics(
        &mut self,
        by: Actor,
        id: &TenantId,
        name: &str,
        change: impl FnOnce(&mut Source) -> Result<bool, Refusal>,
    ) -> Result<bool, Refusal> {
        let mut tenant = Tenant::clone(self.known(id)?);
        let mut credentials = Credentials::clone(&tenant.credentials);
        let answer = change(credentials.source_mut(name).ok_or_else(no_source)?)?;
        if credentials != *tenant.credentials {
            tenant.credentials = Arc::new(credentials);
            self.put(by, tenant)?;
        }
        Ok(answer)
    }

    /// The alert that a topic waits is over. When that can't be written down, somebody has to resolve it.
    fn waits_no_more(&mut self, id: &TenantId, source: &str, topic: &sns::Topic) {
        let report = Wish::Send.report(topic, AlertStatus::Resolved);
        let delivery = Delivery { source: source.into(), reports: vec![Arc::new(report)], ..Delivery::default() };
        if let Err(refusal) = self.write(id, Input::Delivery(delivery)) {
            tracing::warn!(tenant = %id, %topic, %refusal, "the alert of a topic stays open");
        }
    }
}

/// A topic waits for somebody's yes, or, when it has one, to be confirmed anew. True when it has one.
fn waits(kept: &mut Source, arn: &str, on: &OnTopic, since: Moment) -> Result<bool, Refusal> {
    let (confirm_at, left) = match on {
        OnTopic::Asks(at) => (at, false),
        OnTopic::Left(at) => (at, true),
        OnTopic::LetIn(_) => return Ok(true),
    };
    let full = kept.topics.len() >= MOST_TOPICS;
    match kept.topics.iter_mut().find(|topic| topic.arn == arn) {
        Some(topic) => {
            if left && topic.approved {
                (topic.approved, topic.since) = (false, since);
            }
            topic.confirm_at = Some(confirm_at.clone());
            Ok(topic.approved)
        }
        None if full => {
            Err(Refusal::new("too_many", "too many topics wait for this source; let them in or refuse them first"))
        }
        None => {
            let confirm_at = Some(confirm_at.clone());
            kept.topics.push(Topic { arn: arn.into(), approved: false, since, confirm_at });
            Ok(false)
        }
    }
}

fn no_topic() -> Refusal {
    Refusal::new("no_such_topic", "no such topic asks to send to this source")
}
