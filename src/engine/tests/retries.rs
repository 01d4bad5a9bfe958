//! One request is one delivery, however often and whenever it comes.

use std::sync::Mutex;

use super::*;
use crate::engine::handle::DuplicateBy::{self, Body, DeliveryId, Signature};
use crate::store::{StoreError, Written};

fn duplicate(answered: Answered) -> (Arc<Receipts>, DuplicateBy) {
    match answered {
        Answered::Duplicate(receipts, by) => (receipts, by),
        other => panic!("{other:?}"),
    }
}

#[test]
fn within_one_batch() {
    let house = House::of(&["a", "b"]);
    let (running, release) = house.start_held();
    let signed = post("a", "one").signed(1);
    let named = post("a", "two").signed(2).named(1);
    let again = [signed.clone(), signed, named.clone(), named.signed(3), post("b", "other").signed(1)];
    let answers: Vec<_> = again.iter().map(|post| post.offer(&running)).collect();
    release.send(()).unwrap();
    let mut answers = answers.into_iter().map(|answer| answer.blocking_recv().unwrap());
    let mut next = || answers.next().unwrap();

    let first = stored(next());
    assert_eq!(duplicate(next()), (first, Signature));
    let second = stored(next());
    assert_eq!(duplicate(next()), (second, DeliveryId));
    stored(next());
    assert_eq!(assets(&running, "a"), ["one", "two"]);
}

#[test]
fn across_batches_and_restarts_from_the_archive_and_from_the_inbox() {
    let house = House::of(&["a"]);
    let running = house.start();
    let (first, second) = (post("a", "one").and("more").signed(1), post("a", "two").named(1));
    let told = (stored(first.to(&running)), stored(second.to(&running)));
    let check = |running: &Running| {
        assert_eq!(duplicate(first.to(running)), (told.0.clone(), Signature));
        assert_eq!(duplicate(second.to(running)), (told.1.clone(), DeliveryId));
    };
    check(&running);
    running.stop();

    let running = house.start();
    check(&running);
    house.mood.deaf.store(true, Ordering::SeqCst);
    let third = post("a", "three").signed(3).named(3);
    let only_in_the_inbox = stored(third.to(&running));
    running.stop();

    house.mood.deaf.store(false, Ordering::SeqCst);
    let running = house.start();
    check(&running);
    assert_eq!(duplicate(third.to(&running)), (only_in_the_inbox, Signature));
    assert_eq!(assets(&running, "a"), ["one", "more", "two", "three"]);
}

#[test]
fn a_delivery_id_is_known_for_a_day() {
    let house = House::of(&["a"]);
    let named = post("a", "one").named(1);
    let running = house.start();
    stored(named.to(&running));
    alerts(&running, "a");
    house.pass(Span::minutes(23 * 60));
    duplicate(named.to(&running));
    house.pass(Span::minutes(2 * 60));
    stored(post("a", "another").signed(1).to(&running));
    stored(named.to(&running));
}

#[test]
fn answers_follow_the_order_of_arrival() {
    let house = House::of(&["a"]);
    let (running, release) = house.start_held();
    let answers: Vec<_> = (0..600).map(|n| post("a", format!("web-{n}")).offer(&running)).collect();
    release.send(()).unwrap();
    for (number, answer) in (1..).zip(answers) {
        let receipts = stored(answer.blocking_recv().unwrap());
        assert_eq!(receipts.alerts[0].alert_id.number, number);
    }
}

/// Lets go of answers while what they answer is written down: whoever waited has hung up.
struct HangsUp {
    inner: Box<dyn Inbox>,
    waiting: Arc<Mutex<Vec<oneshot::Receiver<Answered>>>>,
}

impl Inbox for HangsUp {
    fn append(&mut self, inputs: &[Written]) -> Result<(), StoreError> {
        self.inner.append(inputs)?;
        self.waiting.lock().unwrap().clear();
        Ok(())
    }

    fn replay(&mut self, each: &mut dyn FnMut(Written)) -> Result<(), StoreError> {
        self.inner.replay(each)
    }

    fn forget(&mut self, seq: u64, but: &[TenantId]) -> Result<(), StoreError> {
        self.inner.forget(seq, but)
    }

    fn probe(&mut self) -> Result<(), StoreError> {
        self.inner.probe()
    }

    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.inner.erase(tenant)
    }

    fn last_seq(&mut self) -> Result<u64, StoreError> {
        self.inner.last_seq()
    }
}

#[test]
fn what_nobody_waits_for_is_not_begun() {
    let house = House::of(&["a"]);
    let (running, release) = house.start_held();
    drop(post("a", "gone").offer(&running));
    let answer = post("a", "here").offer(&running);
    release.send(()).unwrap();
    stored(answer.blocking_recv().unwrap());
    assert_eq!(assets(&running, "a"), ["here"]);
}

#[test]
fn what_was_stored_unheard_is_known_by_its_body_once() {
    let house = House::of(&["a"]);
    let waiting: Arc<Mutex<Vec<_>>> = Arc::default();
    let leaving = waiting.clone();
    let (running, release) = house.start_on(|inner| Box::new(HangsUp { inner, waiting: leaving }));
    let offer = |raw: &'static [u8]| {
        let (mut intake, answered) = post("a", "db-01").intake();
        intake.raw = bytes::Bytes::from_static(raw);
        running.handle().offer(intake).unwrap();
        answered
    };
    waiting.lock().unwrap().push(offer(b"one"));
    release.send(()).unwrap();
    let other = stored(offer(b"other").blocking_recv().unwrap());
    let (again, by) = duplicate(offer(b"one").blocking_recv().unwrap());
    assert_eq!(by, Body);
    assert_ne!(again, other);
    assert_ne!(stored(offer(b"one").blocking_recv().unwrap()), again, "now it is another one");
    assert_eq!(assets(&running, "a").len(), 3);
}
