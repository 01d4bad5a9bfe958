//! Requests answered lately, by which a retry is known. What is older, or was before the start, is asked of the history.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::handle::{Answered, DuplicateBy};
use crate::core::change::Change;
use crate::core::id::TenantId;
use crate::core::input::{DeliveryKey, Input};
use crate::core::receipt::Receipts;
use crate::core::time::{Moment, Span};

/// How long answers are held in memory. A signature is valid for twice the skew at most, and the archive has everything
/// long before this has passed.
const HELD_FOR: Span = Span::minutes(15);

/// Requests answered in the last [`HELD_FOR`].
#[derive(Debug, Default)]
pub struct Recent {
    answers: HashMap<(TenantId, DeliveryKey), Answer>,
    order: VecDeque<(Moment, TenantId, DeliveryKey)>,
    older: HashSet<(TenantId, DeliveryKey)>,
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
    pub fn find(&self, tenant: &TenantId, key: DeliveryKey) -> Option<&Answer> {
        self.answers.get(&(tenant.clone(), key))
    }

    /// Remembers an answer, and forgets those that are old.
    pub fn remember(&mut self, now: Moment, tenant: &TenantId, key: DeliveryKey, answer: Answer) {
        while let Some((at, ..)) = self.order.front()
            && now - *at > HELD_FOR
            && let Some((_, tenant, key)) = self.order.pop_front()
        {
            self.answers.remove(&(tenant, key));
        }
        if self.answers.insert((tenant.clone(), key), answer).is_none() {
            self.order.push_back((now, tenant.clone(), key));
        }
    }

    /// A request that was answered before the start: whoever asks for its answer is sent to the history.
    pub fn remember_older(&mut self, tenant: &TenantId, key: DeliveryKey) {
        self.older.insert((tenant.clone(), key));
    }

    /// Knows nothing of a tenant's requests any more.
    pub fn forget(&mut self, tenant: &TenantId) {
        self.answers.retain(|(whose, _), _| whose != tenant);
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
    use crate::core::testing::tenant_id;

    #[test]
    fn answers_are_held_for_a_while_and_per_tenant() {
        let (a, b) = (tenant_id("a"), tenant_id("b"));
        let mut recent = Recent::default();
        recent.remember(Moment(0), &a, DeliveryKey([1; 16]), Answer::PutAside);
        assert!(recent.find(&a, DeliveryKey([1; 16])).is_some());
        assert!(recent.find(&b, DeliveryKey([1; 16])).is_none());
        recent.remember(Moment(0) + HELD_FOR + Span(1), &b, DeliveryKey([2; 16]), Answer::PutAside);
        assert!(recent.find(&a, DeliveryKey([1; 16])).is_none());
        assert_eq!((recent.answers.len(), recent.order.len()), (1, 1));
    }
}
