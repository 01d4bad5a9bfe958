//! Deliveries: which are new, written down in one sync, applied, answered. A retry gets the answer that the first got.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::handle::{Answered, DuplicateBy, Intake};
use super::recent::Answer;
use super::task::Task;
use crate::core::id::TenantId;
use crate::core::input::{DeliveryKey, Entry};
use crate::core::receipt::put_aside;
use crate::core::time::Moment;
use crate::store::{Outcome, PastAnswer, StoreError, Written};

/// A request that has passed the look for duplicates.
struct Taken {
    intake: Intake,
    entry: Entry,
}

impl Task {
    /// Writes deliveries down, applies and answers them.
    pub(super) fn deliver(&mut self, intakes: Vec<Intake>) {
        if intakes.is_empty() {
            return;
        }
        let now = self.now();
        self.recent.settled(now, self.follower.settled());
        let mut taken: Vec<Taken> = Vec::with_capacity(intakes.len());
        let mut retries: Vec<(Intake, DuplicateBy)> = Vec::new();
        let no_room = self.follower.is_full();
        for intake in intakes {
            if intake.answer.is_closed() {
                // Its sender was told to come again, or has hung up, and will.
                continue;
            }
            if let Some(by) = same_key(&intake, &taken) {
                retries.push((intake, by));
                continue;
            }
            match self.answered_before(now, &intake) {
                Ok(Some(answered)) => {
                    self.count_duplicate();
                    let Intake { tenant, input, raw, answer, .. } = intake;
                    if answer.send(answered).is_ok() {
                        self.unheard.heard(&tenant, &input, &raw);
                    }
                }
                Ok(None) if no_room => answer(intake, Answered::Unavailable("the store cannot keep up")),
                Ok(None) if !self.accepts(&intake.tenant) => {
                    answer(intake, Answered::Unavailable("this tenant is stopped"));
                }
                Ok(None) => {
                    self.last_seq += 1;
                    let (tenant, input) = (intake.tenant.clone(), intake.input.clone());
                    taken.push(Taken { entry: Entry { seq: self.last_seq, at: now, tenant, input }, intake });
                }
                Err(error) => {
                    tracing::warn!(tenant = %intake.tenant, %error, "cannot look for an earlier answer");
                    if let StoreError::Damaged { .. } = error {
                        self.damaged.insert(intake.tenant.clone(), error.to_string());
                    }
                    answer(intake, Answered::Unavailable("the store cannot be read"));
                }
            }
        }
        let written: Vec<Written> = taken.iter().map(Taken::written).collect();
        if let Err(error) = self.append(&written) {
            self.last_seq -= taken.len() as u64;
            let all = taken.into_iter().map(|taken| taken.intake).chain(retries.into_iter().map(|(intake, _)| intake));
            for intake in all {
                answer(intake, Answered::Unavailable(error));
            }
            return;
        }
        let mut changes = Vec::with_capacity(taken.len() * 3);
        let mut outcomes = Vec::with_capacity(taken.len());
        let mut answers = Vec::with_capacity(taken.len());
        for Taken { entry, intake } in taken {
            let from = changes.len();
            changes.extend(self.core.apply(entry.at, &entry.tenant, &entry.input));
            let what = Answer::to(&entry.input, &changes[from..]);
            for key in [intake.by_signature, intake.by_id].into_iter().flatten() {
                self.recent.remember(entry.seq, &entry.tenant, key, what.clone());
            }
            let receipts = what.receipts();
            self.counters.received.fetch_add(receipts.as_ref().map_or(0, |r| r.alerts.len() as u64), Ordering::Relaxed);
            let aside = put_aside(&changes[from..]);
            outcomes.push(Outcome { entry, raw: intake.raw.clone(), receipts, aside });
            answers.push((intake, what));
        }
        for (intake, what) in answers {
            let Intake { tenant, input, raw, answer, .. } = intake;
            // A sender that has hung up, or was told to come again, will; it is then told that it was here before.
            if answer.send(what.first()).is_err() {
                self.unheard.remember(now, &tenant, &input, &raw, what);
            }
        }
        for (intake, by) in retries {
            self.count_duplicate();
            let what = [intake.by_signature, intake.by_id].into_iter().flatten();
            let what = what.filter_map(|key| self.recent.find(&intake.tenant, key)).next().cloned();
            answer(intake, what.map_or(Answered::Unavailable("the first request is not done"), |what| what.again(by)));
        }
        self.want_pulse();
        self.finish_batch(outcomes, changes);
    }

    /// What was answered to this request before, if it is not new.
    fn answered_before(&self, now: Moment, intake: &Intake) -> Result<Option<Answered>, StoreError> {
        let ways = [(intake.by_signature, DuplicateBy::Signature), (intake.by_id, DuplicateBy::DeliveryId)];
        for (key, by) in ways {
            let Some(key) = key else { continue };
            if let Some(found) = self.recent.find(&intake.tenant, key) {
                return Ok(Some(found.again(by)));
            }
            // A signature is valid for minutes, an id for a day.
            if by == DuplicateBy::Signature && !self.recent.is_older(&intake.tenant, key) {
                continue;
            }
            match self.history.past_answer(&intake.tenant, key, now) {
                Ok(Some(PastAnswer::Taken(receipts))) => return Ok(Some(Answered::Duplicate(Arc::new(receipts), by))),
                Ok(Some(PastAnswer::Unreadable)) => return Ok(Some(Answered::PutAside)),
                // A tenant that the archive does not know has only just been added.
                Ok(None) | Err(StoreError::NoTenant) => {}
                Err(error) => return Err(error),
            }
        }
        let unheard = self.unheard.find(now, &intake.tenant, &intake.input, &intake.raw);
        Ok(unheard.map(|answer| answer.again(DuplicateBy::Body)))
    }

    fn accepts(&self, tenant: &TenantId) -> bool {
        self.core.tenant(tenant).is_some() && !self.is_stopped(tenant)
    }

    fn count_duplicate(&mut self) {
        self.counters.duplicates.fetch_add(1, Ordering::Relaxed);
        self.want_pulse();
    }
}

impl Taken {
    fn written(&self) -> Written {
        Written { entry: self.entry.clone(), encoded: self.intake.encoded.clone(), raw: self.intake.raw.clone() }
    }
}

/// Whether a request of the same batch is this one.
fn same_key(intake: &Intake, taken: &[Taken]) -> Option<DuplicateBy> {
    let same = |mine: Option<DeliveryKey>, theirs: fn(&Intake) -> Option<DeliveryKey>| {
        mine.is_some() && taken.iter().any(|t| t.intake.tenant == intake.tenant && theirs(&t.intake) == mine)
    };
    if same(intake.by_signature, |intake| intake.by_signature) {
        Some(DuplicateBy::Signature)
    } else if same(intake.by_id, |intake| intake.by_id) {
        Some(DuplicateBy::DeliveryId)
    } else {
        None
    }
}

fn answer(intake: Intake, answered: Answered) {
    // A sender that has hung up will retry.
    let _ = intake.answer.send(answered);
}
