//! The last changes, for seats that were away for a moment. A revision is never given twice, by whichever run of an engine: one that
//! another run gave is known to be none of this one's.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::core::change::Published;
use crate::core::time::Moment;

/// Changes that are kept.
const MOST: usize = 8_192;

/// Revisions for each millisecond: more than there can be changes, so that a later run always begins further on.
const EACH_MILLISECOND: u64 = 1_000;

/// The revision that a run begins after, given some chance: clocks of machines that have none begin at the same moment again and
/// again.
pub fn first_revision(now: Moment, chance: u64) -> u64 {
    u64::try_from(now.0).unwrap_or(0) * EACH_MILLISECOND + chance % EACH_MILLISECOND
}

/// The last changes.
#[derive(Debug)]
pub struct Ring {
    batches: VecDeque<Arc<Vec<Published>>>,
    changes: usize,
    /// The last revision that is not among them any more.
    before: u64,
    /// The last revision there is.
    last: u64,
}

impl Ring {
    /// None yet after that revision.
    pub fn after(revision: u64) -> Self {
        Self { batches: VecDeque::new(), changes: 0, before: revision, last: revision }
    }

    /// What just happened.
    pub fn push(&mut self, batch: &Arc<Vec<Published>>) {
        let Some(last) = batch.last() else { return };
        self.last = last.revision;
        self.changes += batch.len();
        self.batches.push_back(batch.clone());
        while self.changes > MOST
            && let Some(oldest) = self.batches.pop_front()
        {
            self.changes -= oldest.len();
            self.before = oldest.last().map_or(self.before, |change| change.revision);
        }
    }

    /// What happened after a revision; absent when that is not known any more, or was never given.
    pub fn since(&self, revision: u64) -> Option<impl Iterator<Item = &Published>> {
        let known = (self.before..=self.last).contains(&revision);
        let all = self.batches.iter().flat_map(|batch| batch.iter());
        known.then(|| all.filter(move |change| change.revision > revision))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::change::Change;
    use crate::core::testing::tenant_id;

    fn batch(revisions: std::ops::RangeInclusive<u64>) -> Arc<Vec<Published>> {
        let id = tenant_id("a");
        let change = |revision| {
            let change = Change::TenantRemoved { id: id.clone() };
            Published { revision, company_id: id.clone(), change }
        };
        Arc::new(revisions.map(change).collect())
    }

    fn since(ring: &Ring, revision: u64) -> Option<Vec<u64>> {
        Some(ring.since(revision)?.map(|change| change.revision).collect())
    }

    #[test]
    fn what_came_after_a_revision_is_known_for_a_while_and_never_with_a_gap() {
        let mut ring = Ring::after(100);
        assert_eq!(since(&ring, 100), Some(vec![]));
        assert_eq!((since(&ring, 99), since(&ring, 101)), (None, None), "neither was ever given by this run");
        ring.push(&batch(101..=103));
        ring.push(&batch(104..=104));
        assert_eq!(since(&ring, 100), Some(vec![101, 102, 103, 104]));
        assert_eq!(since(&ring, 102), Some(vec![103, 104]));
        assert_eq!((since(&ring, 104), since(&ring, 105)), (Some(vec![]), None));
        let most = MOST as u64;
        ring.push(&batch(105..=104 + most));
        assert_eq!(since(&ring, 103), None, "the batch that it was in is gone");
        assert_eq!(since(&ring, 104).unwrap().len() as u64, most);
        assert_eq!(since(&ring, 104 + most), Some(vec![]));
    }

    #[test]
    fn a_later_run_begins_after_all_that_an_earlier_one_can_have_given() {
        let first = first_revision(Moment(1_700_000_000_000), 7_777);
        assert!(first_revision(Moment(1_700_000_000_001), 0) > first);
        assert!(first < 1 << 53, "other people's programs read it as a double");
    }
}
