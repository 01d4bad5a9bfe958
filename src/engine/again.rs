//! What nobody could read, read again: each body by its source's rules as they are now, delivered as if it came now, once however
//! often that is asked.
//!
//! The thread that knows the past reads, and offers what it read as any delivery is offered; that a body is put aside no more, and
//! that its alerts are there, is one input. So nothing is lost or doubled when the engine ends in between.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;

use super::handle::{Answered, Handle, Intake};
use super::porter::Answer;
use super::reader::{HowToRead, Question};
use super::task::Task;
use crate::core::alert::{Identity, Report};
use crate::core::aside::Came;
use crate::core::id::TenantId;
use crate::core::input::{Actor, Again, Delivery, Discard, Input};
use crate::core::reading::Parsed;
use crate::core::time::Moment;
use crate::link::source::{Ask, Told};
use crate::link::{Refusal, Reply, Request};
use crate::store::{History, PutAside};

/// Deliveries that are under way at a time.
const AT_ONCE: usize = 64;
/// How long a full queue is waited for, and how often.
const BUSY_FOR: Duration = Duration::from_millis(10);
const BUSY_TIMES: usize = 500;
/// What an alert says about when its request came.
const CAME_AT: &str = "quarantined_at";

/// What is to be read again.
#[derive(Debug)]
pub(super) struct Work {
    /// Who wants that.
    by: Actor,
    /// The bodies, by number, the oldest first.
    numbers: Vec<u64>,
    /// By which rules, by source.
    how: BTreeMap<String, HowToRead>,
    /// Where it is delivered.
    to: Handle,
}

impl Task {
    /// What is to be read again, and by which rules. A source that is no more has none: what it sent stays as it is.
    pub(super) fn work(
        &self,
        by: Actor,
        id: &TenantId,
        source: Option<&str>,
        numbers: &[u64],
    ) -> Result<Work, Refusal> {
        let numbers = self.chosen(id, source, numbers)?;
        let rules = |(name, _): (&str, _)| Some((name.to_owned(), self.how_to_read(id, name).ok()?));
        let how = self.known(id)?.all_sources().filter_map(rules).collect();
        Ok(Work { by, numbers, how, to: self.own.clone() })
    }

    /// Has the thread that knows the past do that.
    pub(super) fn read_again(&mut self, id: TenantId, work: Work, answer: Answer) {
        let (after, now, who) = (self.follower.given(), self.now(), work.by.who.clone());
        let about = Ask::Replay { name: None, numbers: work.numbers.clone() };
        let request = Request::Source { tenant: id, about };
        let (tenants, incident, how, again) = (Vec::new(), None, None, Some(work));
        self.reader.ask(Question { request, tenants, after, incident, who, now, how, again, answer });
    }

    /// Throws bodies away.
    pub(super) fn discard(&mut self, by: Actor, id: &TenantId, numbers: &[u64]) -> Result<Reply, Refusal> {
        if numbers.is_empty() {
            return Err(Refusal::new("no_such_body", "say which, by their numbers"));
        }
        let numbers = self.chosen(id, None, numbers)?;
        self.write(id, Input::Discard(Discard { by, numbers }))?;
        Ok(Reply::Done)
    }

    /// Those of the numbers that are put aside; without numbers, all of the source.
    fn chosen(&self, id: &TenantId, source: Option<&str>, numbers: &[u64]) -> Result<Vec<u64>, Refusal> {
        self.known(id)?;
        let mut chosen = self.core.aside(id, source);
        if !numbers.is_empty() {
            chosen.retain(|number| numbers.contains(number));
            if chosen.is_empty() {
                return Err(Refusal::new(
                    "no_such_body",
                    "there is no such unreadable request, or it was taken already",
                ));
            }
        }
        Ok(chosen)
    }
}

impl Work {
    /// Reads all of it and delivers what can be read.
    ///
    /// # Errors
    /// When the store can't be read; what was delivered until then is.
    pub(super) fn carry_out(&self, history: &dyn History, id: &TenantId, now: Moment) -> Result<Reply, Refusal> {
        let (mut taken, mut left) = (0, 0);
        let mut under_way = VecDeque::new();
        for number in &self.numbers {
            let aside = history.one_aside(id, *number).map_err(super::reader::refusal)?;
            // Somebody else was faster.
            let Some(aside) = aside else { continue };
            match self.delivery(&aside, now).and_then(|delivery| self.offer(id, delivery, aside.raw)) {
                Some(answered) => under_way.push_back(answered),
                None => left += 1,
            }
            if under_way.len() >= AT_ONCE {
                count(under_way.pop_front(), &mut taken, &mut left);
            }
        }
        while let Some(answered) = under_way.pop_front() {
            count(Some(answered), &mut taken, &mut left);
        }
        Ok(Reply::Source(Told::Replayed { taken, left }))
    }

    /// What a body says by now; absent when it still says nothing.
    fn delivery(&self, aside: &PutAside, now: Moment) -> Option<Delivery> {
        let how = self.how.get(&aside.source).filter(|how| how.lets_in(&aside.raw))?;
        let parsed = how.read(&aside.raw, &aside.head, now, false).ok()?;
        let parsed = if aside.places.is_empty() { parsed } else { only(parsed, &aside.places) };
        if parsed.reports.is_empty() && !parsed.rejected.is_empty() {
            return None;
        }
        let came = (!parsed.rejected.is_empty()).then(|| Box::new(Came::of(&aside.raw, aside.head.clone())));
        Some(Delivery {
            source: aside.source.clone(),
            reports: parsed.reports.into_iter().map(|report| Arc::new(dated(report, aside.at))).collect(),
            indices: parsed.indices,
            rejected: parsed.rejected,
            batch: parsed.batch,
            came,
            again: Some(Box::new(Again { number: aside.number, at: aside.at, by: self.by.clone() })),
            ..Delivery::default()
        })
    }

    fn offer(&self, id: &TenantId, delivery: Delivery, raw: Vec<u8>) -> Option<oneshot::Receiver<Answered>> {
        let input = Arc::new(Input::Delivery(delivery));
        let encoded: Bytes = serde_json::to_vec(&*input).ok()?.into();
        let raw = Bytes::from(raw);
        for _ in 0..BUSY_TIMES {
            let (answer, answered) = oneshot::channel();
            let (tenant, input, encoded, raw) = (id.clone(), input.clone(), encoded.clone(), raw.clone());
            let intake = Intake { tenant, input, encoded, raw, by_signature: None, by_id: None, answer };
            if self.to.offer(intake).is_ok() {
                return Some(answered);
            }
            std::thread::sleep(BUSY_FOR);
        }
        None
    }
}

fn count(answered: Option<oneshot::Receiver<Answered>>, taken: &mut u64, left: &mut u64) {
    match answered.and_then(|answered| answered.blocking_recv().ok()) {
        Some(Answered::Stored(_) | Answered::Duplicate(..)) => *taken += 1,
        Some(Answered::PutAside | Answered::Unavailable(_)) | None => *left += 1,
    }
}

/// What stood at these places of a batch: the others were good when it came.
fn only(parsed: Parsed, places: &[u32]) -> Parsed {
    let indices = if parsed.indices.is_empty() { (0..).take(parsed.reports.len()).collect() } else { parsed.indices };
    let both = indices.into_iter().zip(parsed.reports).filter(|(index, _)| places.contains(index));
    let (indices, reports) = both.unzip();
    let rejected = parsed.rejected.into_iter().filter(|rejected| places.contains(&rejected.index)).collect();
    Parsed { indices, reports, rejected, ..parsed }
}

/// Says when the request came. It counts from when it is taken, like every alert.
fn dated(mut report: Report, came_at: Moment) -> Report {
    if report.identity != Identity::Beginning {
        report.occurred_at.get_or_insert(came_at);
    }
    report.labels.entry(CAME_AT.into()).or_insert_with(|| came_at.to_string());
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::input::Rejected;
    use crate::core::testing::report;

    #[test]
    fn only_what_was_bad_is_taken_of_a_batch() {
        let rejected = |index| Rejected { index, reason: "no".into(), fields: Vec::new() };
        let parsed = Parsed {
            reports: ["a", "b", "c"].map(|asset| report(asset, "cpu")).into(),
            indices: vec![0, 2, 3],
            rejected: vec![rejected(1), rejected(4)],
            batch: true,
            ..Parsed::default()
        };
        let left = only(parsed, &[2, 4]);
        assert_eq!((left.indices, left.reports), (vec![2], vec![report("b", "cpu")]));
        assert_eq!(left.rejected, [rejected(4)]);
        let whole = Parsed { reports: vec![report("a", "cpu"), report("b", "cpu")], ..Parsed::default() };
        assert_eq!(only(whole, &[1]).reports, [report("b", "cpu")]);
    }

    #[test]
    fn the_time_of_receipt_is_noted_and_no_beginning_is_made_up() {
        let now = dated(report("a", "cpu"), Moment(0));
        assert_eq!((now.occurred_at, &*now.labels[CAME_AT]), (Some(Moment(0)), "1970-01-01T00:00:00.000Z"));
        let began = Report { identity: Identity::Beginning, ..report("a", "cpu") };
        assert_eq!(dated(began, Moment(0)).occurred_at, None);
    }
}
