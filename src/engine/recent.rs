//! Requests answered lately, by which a retry is known. What was answered is held until the archive has it; of what it has, only
//! that it was answered. What is older is asked of the history, or by a signature not at all.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::handle::{Answered, DuplicateBy};
use crate::core::change::Change;
use crate::core::id::TenantId;
use crate::core::input::{DeliveryKey, Input};
use crate::core::receipt::Receipts;
use crate::core::time::{Moment, Span};

/// How long a request is known to have been answered. A signature is valid for twice the skew at most.
const HELD_FOR: Span = Span::minutes(15);
/// How long an answer is given again.
const KNOWN_FOR: Span = Span::DAY;

/// Requests answered in the last [`HELD_FOR`].
#[derive(Debug, Default)]
pub struct Recent {
    /// What the archive may not have yet.
    answers: HashMap<(TenantId, DeliveryKey), Held>,
    /// The same, in order, with the number of the input.
    unsettled: VecDeque<(u64, TenantId, DeliveryKey)>,
    /// What it has.
    older: HashSet<(TenantId, DeliveryKey)>,
    /// The same, in order.
    order: VecDeque<(Moment, TenantId, DeliveryKey)>,
}

/// An answer that the archive may not have yet.
#[derive(Debug)]
struct Held {
    /// To the input of this number.
    seq: u64,
    /// When.
    at: Moment,
    answer: Answer,
}

/// What was answered.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Taken.
    Taken(Arc<Receipts>),
    /// Put aside as unreadable.
    PutAside,
}

impl Answer {
    /// The answer to an input, read off what came of it.
    pub fn to(input: &Input, changes: &[Change]) -> Self {
        match input {
            Input::Delivery(delivery) => Self::Taken(Arc::new(Receipts::of(delivery, changes))),
            _ => Self::PutAside,
        }
    }

    /// What the sender of a delivery was told.
    pub fn receipts(&self) -> Option<Arc<Receipts>> {
        match self {
            Self::Taken(receipts) => Some(receipts.clone()),
            Self::PutAside => None,
        }
    }

    /// As the first request is answered.
    pub fn first(&self) -> Answered {
        match self {
            Self::Taken(receipts) => Answered::Stored(receipts.clone()),
            Self::PutAside => Answered::PutAside,
        }
    }

    /// As a retry is answered.
    pub fn again(&self, by: DuplicateBy) -> Answered {
        match self {
            Self::Taken(receipts) => Answered::Duplicate(receipts.clone(), by),
            Self::PutAside => Answered::PutAside,
        }
    }
}

impl Recent {
    /// What was answered to the request with this key.
    pub fn find(&self, now: Moment, tenant: &TenantId, key: DeliveryKey) -> Option<&Answer> {
        let held = self.answers.get(&(tenant.clone(), key))?;
        (now - held.at <= KNOWN_FOR).then_some(&held.answer)
    }

    /// Remembers the answer to an input of this number.
    pub fn remember(&mut self, at: Moment, seq: u64, tenant: &TenantId, key: DeliveryKey, answer: Answer) {
        self.answers.insert((tenant.clone(), key), Held { seq, at, answer });
        self.unsettled.push_back((seq, tenant.clone(), key));
    }

    /// The archive has everything up to this number: no more is held of it than that it was answered, and that not for ever.
    pub fn settled(&mut self, now: Moment, up_to: u64) {
        while let Some((seq, ..)) = self.unsettled.front()
            && *seq <= up_to
            && let Some((_, tenant, key)) = self.unsettled.pop_front()
        {
            let whose = (tenant, key);
            // After a day the same key may have been answered anew.
            if self.answers.get(&whose).is_some_and(|held| held.seq <= up_to) {
                self.answers.remove(&whose);
            }
            self.know(now, whose);
        }
        while let Some((at, ..)) = self.order.front()
            && now - *at > HELD_FOR
            && let Some((_, tenant, key)) = self.order.pop_front()
        {
            self.older.remove(&(tenant, key));
        }
    }

    /// A request that was answered before the start: whoever asks for its answer is sent to the history.
    pub fn remember_older(&mut self, now: Moment, tenant: &TenantId, key: DeliveryKey) {
        self.know(now, (tenant.clone(), key));
    }

    fn know(&mut self, now: Moment, whose: (TenantId, DeliveryKey)) {
        if self.older.insert(whose.clone()) {
            self.order.push_back((now, whose.0, whose.1));
        }
    }

    /// Knows nothing of a tenant's requests any more.
    pub fn forget(&mut self, tenant: &TenantId) {
        self.answers.retain(|(whose, _), _| whose != tenant);
        self.unsettled.retain(|(_, whose, _)| whose != tenant);
        self.order.retain(|(_, whose, _)| whose != tenant);
        self.older.retain(|(whose, _)| whose != tenant);
    }

    /// Whether the history has the answer to a request that came within [`HELD_FOR`].
    pub fn is_older(&self, tenant: &TenantId, key: DeliveryKey) -> bool {
        !self.older.is_empty() && self.older.contains(&(tenant.clone(), key))
    }

    /// From when on a signature's answer must be known.
    pub fn since(now: Moment) -> Moment {
        now - HELD_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::source::scheme::MOST_TOLERANCE;
    use crate::core::testing::tenant_id;

    #[test]
    fn a_request_is_known_for_as_long_as_its_signature_is_right() {
        assert!(HELD_FOR > Span(2 * i64::from(MOST_TOLERANCE) * Span::SECOND.0));
    }

    #[test]
    fn an_answer_is_held_until_the_archive_has_it_and_known_for_a_while_then() {
        let (a, b, key) = (tenant_id("a"), tenant_id("b"), |n| DeliveryKey([n; 16]));
        let mut recent = Recent::default();
        recent.remember(Moment(0), 1, &a, key(1), Answer::PutAside);
        recent.remember(Moment(0), 2, &a, key(2), Answer::PutAside);
        assert!(recent.find(Moment(0), &a, key(1)).is_some() && recent.find(Moment(0), &b, key(1)).is_none());
        recent.settled(Moment(0), 1);
        assert!(recent.find(Moment(0), &a, key(1)).is_none() && recent.is_older(&a, key(1)));
        assert!(recent.find(Moment(0), &a, key(2)).is_some() && !recent.is_older(&a, key(2)));
        recent.settled(Moment(0) + HELD_FOR, 1);
        assert!(recent.is_older(&a, key(1)));
        recent.settled(Moment(0) + HELD_FOR + Span(1), 2);
        assert!(!recent.is_older(&a, key(1)) && recent.is_older(&a, key(2)));
        recent.remember(Moment(0), 3, &a, key(3), Answer::PutAside);
        assert!(recent.find(Moment(0) + KNOWN_FOR, &a, key(3)).is_some());
        assert!(recent.find(Moment(0) + KNOWN_FOR + Span(1), &a, key(3)).is_none());
        recent.forget(&a);
        assert_eq!(
            (recent.answers.len(), recent.unsettled.len(), recent.older.len(), recent.order.len()),
            (0, 0, 0, 0)
        );
    }
}
