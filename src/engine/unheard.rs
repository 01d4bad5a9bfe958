//! Requests that were stored when nobody waited for their answer any more: the sender was told 503, or hung up, and will send them
//! again. Where neither a signature nor an id tells that it is the same one, its body does, for a short while and only once.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};

use sha2::{Digest, Sha256};

use super::recent::Answer;
use crate::core::id::TenantId;
use crate::core::input::Input;
use crate::core::time::{Moment, Span};

/// How long a sender may take to try again.
const HELD_FOR: Span = Span::minutes(2);
/// Requests that are held at a time.
const MOST: usize = 4_096;

/// Requests whose answers nobody heard.
#[derive(Debug, Default)]
pub(super) struct Unheard {
    answers: HashMap<Mark, (Moment, Answer)>,
    order: VecDeque<(Moment, Mark)>,
}

/// Whose request, and its source and body.
type Mark = (TenantId, [u8; 32]);

impl Unheard {
    /// The answer to a request with that body, which nobody heard.
    pub fn find(&self, now: Moment, tenant: &TenantId, input: &Input, raw: &[u8]) -> Option<&Answer> {
        // There is none on almost every day: nothing is computed then.
        if self.answers.is_empty() {
            return None;
        }
        let (at, answer) = self.answers.get(&mark(tenant, input, raw)?)?;
        (now - *at <= HELD_FOR).then_some(answer)
    }

    /// Nobody heard this answer.
    pub fn remember(&mut self, now: Moment, tenant: &TenantId, input: &Input, raw: &[u8], answer: Answer) {
        let Some(mark) = mark(tenant, input, raw) else { return };
        while let Some((at, _)) = self.order.front()
            && (now - *at > HELD_FOR || self.order.len() >= MOST)
            && let Some((_, old)) = self.order.pop_front()
        {
            self.answers.remove(&old);
        }
        // Told again, it is as old as it was: it is not held for ever.
        if let Entry::Vacant(place) = self.answers.entry(mark.clone()) {
            place.insert((now, answer));
            self.order.push_back((now, mark));
        }
    }

    /// Somebody has heard it now: the next request with that body is another one.
    pub fn heard(&mut self, tenant: &TenantId, input: &Input, raw: &[u8]) {
        if self.answers.is_empty() {
            return;
        }
        if let Some(mark) = mark(tenant, input, raw)
            && self.answers.remove(&mark).is_some()
        {
            self.order.retain(|(_, known)| *known != mark);
        }
    }
}

/// Absent for what no sender sends: it has no body.
fn mark(tenant: &TenantId, input: &Input, raw: &[u8]) -> Option<Mark> {
    let (source, reports) = match input {
        Input::Delivery(delivery) if delivery.again.is_none() => (&delivery.source, &delivery.reports[..]),
        Input::Unreadable(unreadable) => (&unreadable.source, &[][..]),
        _ => return None,
    };
    let mut digest = Sha256::new().chain_update(source).chain_update([0]);
    // Which problem is over may stand in the path alone.
    for print in
        reports.iter().filter(|report| report.is_only_a_print()).filter_map(|report| report.fingerprint.as_ref())
    {
        digest = digest.chain_update(print).chain_update([0]);
    }
    let digest = digest.chain_update(raw).finalize();
    (!raw.is_empty()).then(|| (tenant.clone(), digest.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::core::alert::{Identity, Report};
    use crate::core::input::{Delivery, Unreadable};
    use crate::core::testing::{report, tenant_id};

    fn from(source: &str) -> Input {
        Input::Unreadable(Unreadable { source: source.into(), ..Unreadable::default() })
    }

    #[test]
    fn a_body_whose_answer_nobody_heard_is_known_once_for_two_minutes() {
        let (acme, bolt, input) = (tenant_id("acme"), tenant_id("bolt"), from("zabbix"));
        let mut unheard = Unheard::default();
        let at = |seconds: i64| Moment(1_000_000) + Span(seconds * 1_000);
        assert!(unheard.find(at(0), &acme, &input, b"{}").is_none());
        unheard.remember(at(0), &acme, &input, b"{}", Answer::PutAside);
        unheard.remember(at(60), &acme, &input, b"{}", Answer::PutAside);
        assert!(unheard.find(at(120), &acme, &input, b"{}").is_some());
        assert!(unheard.find(at(121), &acme, &input, b"{}").is_none());
        assert!(unheard.find(at(1), &bolt, &input, b"{}").is_none());
        assert!(unheard.find(at(1), &acme, &from("alerts"), b"{}").is_none());
        assert!(unheard.find(at(1), &acme, &input, b"{ }").is_none());
        unheard.heard(&acme, &input, b"{}");
        assert!(unheard.find(at(1), &acme, &input, b"{}").is_none());
        assert!(unheard.order.is_empty());
    }

    #[test]
    fn the_ends_of_two_problems_are_two_whatever_the_body_says() {
        let (acme, mut unheard) = (tenant_id("acme"), Unheard::default());
        let close = |alias: &str| {
            let (fingerprint, identity) = (Some(alias.to_owned()), Identity::Only);
            let report = Arc::new(Report { fingerprint, identity, ..report(alias, "opsgenie") });
            Input::Delivery(Delivery { source: "opsgenie".into(), reports: vec![report], ..Delivery::default() })
        };
        unheard.remember(Moment(0), &acme, &close("a"), b"{}", Answer::PutAside);
        assert!(unheard.find(Moment(0), &acme, &close("a"), b"{}").is_some());
        assert!(unheard.find(Moment(0), &acme, &close("b"), b"{}").is_none());
    }

    #[test]
    fn what_has_no_body_was_sent_by_nobody() {
        let mut unheard = Unheard::default();
        unheard.remember(Moment(0), &tenant_id("acme"), &from("alert-whisperer"), b"", Answer::PutAside);
        assert!(unheard.answers.is_empty());
    }

    #[test]
    fn there_are_only_so_many() {
        let (acme, mut unheard) = (tenant_id("acme"), Unheard::default());
        for n in 0..=MOST {
            unheard.remember(Moment(0), &acme, &from("x"), n.to_string().as_bytes(), Answer::PutAside);
        }
        assert_eq!((unheard.answers.len(), unheard.order.len()), (MOST, MOST));
        assert!(unheard.find(Moment(0), &acme, &from("x"), b"0").is_none());
    }
}
