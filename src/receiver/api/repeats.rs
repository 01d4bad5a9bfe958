//! Requests that are sent again because nobody knows whether they arrived: with the same `Idempotency-Key` they are done once, and
//! answered twice. Kept for 24 hours in memory, so for as long as this process lives.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::problem::{KEY_BUSY, KEY_REUSED, Row};
use super::visit::Answer;

/// How long an answer is kept.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// Answers that are kept for one person, and of all, at most: the oldest give way.
const MOST_OF_ONE: usize = 1_000;
const MOST: usize = 10_000;
/// Bytes of all kept answers, at most.
const MOST_BYTES: usize = 64 << 20;

/// What was answered lately.
#[derive(Debug, Default)]
pub struct Repeats(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    of: HashMap<Mark, Repeat>,
    /// The oldest first.
    order: VecDeque<(Instant, Mark)>,
    counts: HashMap<String, usize>,
    bytes: usize,
}

/// Who, and with which key.
type Mark = (String, String);

#[derive(Debug)]
struct Repeat {
    /// Of all that was asked for.
    request: String,
    answer: Option<Answer>,
}

/// What is to be done with a request.
#[derive(Debug)]
pub enum Begun {
    /// It is new: do it, and say what came of it.
    New(Claim),
    /// It was done: this was the answer.
    Before(Answer),
}

/// A request that is being done. Dropped without an answer, it may be tried again.
#[derive(Debug)]
pub struct Claim {
    kept: Arc<Mutex<Kept>>,
    mark: Option<Mark>,
}

impl Repeats {
    /// A request with a key.
    ///
    /// # Errors
    /// It is under way, or the key was another request's.
    pub fn begin(&self, who: &str, key: &str, request: String, now: Instant) -> Result<Begun, &'static Row> {
        let mark = (who.to_owned(), key.to_owned());
        let mut kept = lock(&self.0);
        kept.forget(now, who);
        match kept.of.get(&mark) {
            Some(before) if before.request != request => return Err(&KEY_REUSED),
            Some(Repeat { answer: None, .. }) => return Err(&KEY_BUSY),
            Some(Repeat { answer: Some(answer), .. }) => return Ok(Begun::Before(answer.clone())),
            None => {}
        }
        kept.of.insert(mark.clone(), Repeat { request, answer: None });
        kept.order.push_back((now, mark.clone()));
        *kept.counts.entry(mark.0.clone()).or_default() += 1;
        Ok(Begun::New(Claim { kept: self.0.clone(), mark: Some(mark) }))
    }
}

impl Claim {
    /// It was done, and answered with this.
    pub fn done(mut self, answer: &Answer) {
        let Some(mark) = self.mark.take() else { return };
        let mut kept = lock(&self.kept);
        if let Some(repeat) = kept.of.get_mut(&mark) {
            repeat.answer = Some(answer.clone());
            kept.bytes += answer.body.len();
        }
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(mark) = self.mark.take() {
            let mut kept = lock(&self.kept);
            kept.order.retain(|(_, other)| *other != mark);
            kept.let_go(&mark);
        }
    }
}

impl Kept {
    /// Forgets what is too old, and as much as there must be room for another one of `who`.
    fn forget(&mut self, now: Instant, who: &str) {
        while let Some((at, _)) = self.order.front()
            && (now.saturating_duration_since(*at) >= KEPT_FOR || self.order.len() >= MOST || self.bytes >= MOST_BYTES)
            && let Some((_, mark)) = self.order.pop_front()
        {
            self.let_go(&mark);
        }
        if self.counts.get(who).is_some_and(|count| *count >= MOST_OF_ONE)
            && let Some(at) = self.order.iter().position(|(_, mark)| mark.0 == who)
            && let Some((_, mark)) = self.order.remove(at)
        {
            self.let_go(&mark);
        }
    }

    fn let_go(&mut self, mark: &Mark) {
        let Some(gone) = self.of.remove(mark) else { return };
        self.bytes -= gone.answer.map_or(0, |answer| answer.body.len());
        if let Some(count) = self.counts.get_mut(&mark.0) {
            *count -= 1;
            if *count == 0 {
                self.counts.remove(&mark.0);
            }
        }
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(repeats: &Repeats, who: &str, key: &str, request: &str, now: Instant) -> Result<Begun, &'static str> {
        repeats.begin(who, key, request.into(), now).map_err(|row| super::super::problem::Problem::from(row).code)
    }

    #[test]
    fn a_key_is_one_request_of_one_person_for_a_day() {
        let (repeats, now) = (Repeats::default(), Instant::now());
        let begin = |who: &str, request: &str, now| begin(&repeats, who, "k1", request, now);
        let Ok(Begun::New(claim)) = begin("priya", "a", now) else { panic!() };
        assert_eq!(begin("priya", "a", now).err(), Some("under_way"));
        drop(claim);
        let Ok(Begun::New(claim)) = begin("priya", "a", now) else { panic!("what came to nothing may be tried again") };
        claim.done(&Answer::done(b"1".to_vec()));
        assert!(matches!(begin("priya", "a", now), Ok(Begun::Before(answer)) if answer.body == b"1"));
        assert_eq!(begin("priya", "b", now).err(), Some("idempotency_key_reused"));
        assert!(matches!(begin("jonas", "b", now), Ok(Begun::New(_))));
        assert!(matches!(begin("priya", "b", now + KEPT_FOR), Ok(Begun::New(_))));
    }

    #[test]
    fn nobody_makes_it_keep_more_than_so_much() {
        let (repeats, now) = (Repeats::default(), Instant::now());
        for number in 0..MOST_OF_ONE + 5 {
            let Ok(Begun::New(claim)) = begin(&repeats, "priya", &number.to_string(), "a", now) else { panic!() };
            claim.done(&Answer::done(vec![0; 10]));
        }
        let kept = lock(&repeats.0);
        assert_eq!((kept.of.len(), kept.order.len(), kept.bytes), (MOST_OF_ONE, MOST_OF_ONE, MOST_OF_ONE * 10));
        assert!(!kept.of.contains_key(&("priya".into(), "4".into())));
    }
}
