//! What a body would become by a source's rules, field by field. Nothing is stored.

use super::super::porter::Answer;
use super::super::reader::{HowToRead, Question};
use super::super::task::Task;
use super::no_source;
use crate::core::aside::KeptHead;
use crate::core::id::TenantId;
use crate::core::reading::{Context, Parsed, Unreadable};
use crate::core::source::auth::Auth;
use crate::core::time::{Moment, Span};
use crate::link::source::{Ask, Body};
use crate::link::{Refusal, Request};

impl Task {
    /// Has the thread that knows the past read a body.
    pub(super) fn read_body(&mut self, who: String, id: TenantId, name: String, body: Body, answer: Answer) {
        let how = self.how_to_read(&id, &name);
        match how.and_then(|how| Ok((how, self.known(&id)?.clone()))) {
            Ok((how, tenant)) => {
                let (after, now) = (self.follower.given(), self.now());
                let request = Request::Source { tenant: id, about: Ask::Read { name, body } };
                let (tenants, incident, how) = (vec![tenant], None, Some(how));
                self.reader.ask(Question { request, tenants, after, incident, who, now, how, again: None, answer });
            }
            // Whoever asked may have gone.
            Err(refusal) => drop(answer.send(Err(refusal))),
        }
    }

    /// By which rules a source's bodies are read, and who does.
    pub(in crate::engine) fn how_to_read(&self, id: &TenantId, name: &str) -> Result<HowToRead, Refusal> {
        let tenant = self.known(id)?;
        let source = tenant.source(name).ok_or_else(no_source)?.into_owned();
        let skew = Span(i64::from(tenant.settings.signing.max_timestamp_diff_seconds) * Span::SECOND.0);
        let interpreter = self.interpreter.get().cloned();
        let nobody = || Refusal::new("no_reader", "nobody here can read a body: the receiver is not there");
        let kept = tenant.credentials.source(name).map_or(&[][..], |kept| &kept.topics);
        let topics = kept.iter().filter(|topic| topic.approved).map(|topic| topic.arn.clone()).collect();
        Ok(HowToRead { source, topics, skew, interpreter: interpreter.ok_or_else(nobody)? })
    }
}

impl HowToRead {
    /// Whether what its source proves lets a body in: one of an SNS topic that nobody approved stays put aside.
    pub(in crate::engine) fn lets_in(&self, body: &[u8]) -> bool {
        let approved = || self.interpreter.topic(body).is_some_and(|topic| self.topics.contains(&topic));
        self.source.auth != Auth::Sns || approved()
    }

    /// What a body says.
    ///
    /// # Errors
    /// When there is no good alert in it.
    pub(in crate::engine) fn read(
        &self,
        body: &[u8],
        head: &KeptHead,
        now: Moment,
        explain: bool,
    ) -> Result<Parsed, Unreadable> {
        head.with(|head| self.interpreter.read(&self.source, body, Context { now, skew: self.skew, head, explain }))
    }
}
