//! Reliable delivery, both ways: what is counted and kept until it is acknowledged, and what came too
//! early. It belongs to the session and outlives every socket. What messages mean is left to `client`.

use std::collections::BTreeMap;

use bytes::Bytes;
use uuid::Uuid;

use super::frame::PayloadType;
use super::rto::Rto;
use crate::core::time::{Moment, Span};

/// Messages that may wait for their acknowledgement. The plugin's 10,000 would be 12 MB for each session.
const WINDOW: usize = 1_024;

/// Numbers between the oldest that waits and the next: the agent keeps 10,000 that come too early.
const REACH: i64 = 8_192;

/// Messages that came too early, and their bytes, before further ones are not taken.
const MOST_EARLY: usize = 10_000;
const MOST_EARLY_BYTES: usize = 8 << 20;

/// Acknowledgements that wait to be written: an other side that sends and does not read is owed no more. What it sends again is
/// acknowledged then.
const MOST_OWED: usize = 2 * MOST_EARLY;

/// So long without an acknowledgement, and the other side is given up.
const GIVE_UP: Span = Span::minutes(5);

/// While the other side is said to be away nothing is sent again, except to learn that it is back without anybody saying so.
const PROBE: Span = Span(10_000);

/// What was sent and is not acknowledged.
#[derive(Default)]
pub struct Outbox {
    next: i64,
    waiting: BTreeMap<i64, Waiting>,
    /// The first that was not sent on this socket yet.
    unsent: i64,
    rto: Rto,
    /// When the other side last acknowledged something, or nothing was left to acknowledge.
    progress_at: Moment,
}

struct Waiting {
    message: Bytes,
    /// When it was sent last.
    sent_at: Option<Moment>,
    /// More than once: its acknowledgement says nothing about the round trip.
    again: bool,
}

impl Outbox {
    /// Whether nothing more should be put in until something is acknowledged.
    pub fn is_full(&self) -> bool {
        let oldest = self.waiting.first_key_value().map_or(self.next, |(sequence, _)| *sequence);
        self.waiting.len() >= WINDOW || self.next - oldest >= REACH
    }

    /// Whether everything was acknowledged.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Numbers a message and keeps it, as it is sent now and ever after.
    pub fn put(&mut self, now: Moment, message: impl FnOnce(i64) -> Bytes) {
        if self.waiting.is_empty() {
            self.progress_at = now;
        }
        let message = message(self.next);
        self.waiting.insert(self.next, Waiting { message, sent_at: None, again: false });
        self.next += 1;
    }

    /// A message was acknowledged. It may have been before, or never have been sent.
    pub fn acknowledged(&mut self, now: Moment, sequence: i64) {
        // One that was not sent on this socket was on an earlier one.
        let Some(waiting) = self.waiting.remove(&sequence) else { return };
        self.progress_at = now;
        if let (Some(sent_at), false) = (waiting.sent_at, waiting.again) {
            self.rto.sample(now - sent_at);
        }
    }

    /// There is a new socket: what was not acknowledged goes out again, from the oldest on.
    pub fn again(&mut self, now: Moment) {
        self.unsent = 0;
        self.progress_at = now;
    }

    /// The other side is there again: only from now on it can be found silent.
    pub fn back(&mut self, now: Moment) {
        self.progress_at = now;
    }

    /// The next message that is due, which counts as sent: the oldest when it has waited too long, else the first unsent.
    pub fn next(&mut self, now: Moment, paused: bool) -> Option<Bytes> {
        if self.resend_at(paused).is_some_and(|due| due <= now)
            && let Some(mut oldest) = self.waiting.first_entry()
        {
            let oldest = oldest.get_mut();
            oldest.sent_at = Some(now);
            oldest.again = true;
            return Some(oldest.message.clone());
        }
        let (sequence, waiting) = self.waiting.range_mut(self.unsent..).next()?;
        self.unsent = sequence + 1;
        waiting.again |= waiting.sent_at.is_some();
        waiting.sent_at = Some(now);
        Some(waiting.message.clone())
    }

    /// When the oldest is to be sent again, if it was sent on this socket.
    pub fn resend_at(&self, paused: bool) -> Option<Moment> {
        let (sequence, oldest) = self.waiting.first_key_value()?;
        let wait = if paused { PROBE } else { self.rto.wait() };
        oldest.sent_at.filter(|_| *sequence < self.unsent).map(|sent_at| sent_at + wait)
    }

    /// When the other side has been silent for too long.
    pub fn give_up_at(&self) -> Option<Moment> {
        (!self.waiting.is_empty()).then_some(self.progress_at + GIVE_UP)
    }
}

/// What came, in order and each once.
#[derive(Default)]
pub struct Inbox {
    expected: i64,
    early: BTreeMap<i64, (PayloadType, Bytes)>,
    early_bytes: usize,
    owed: BTreeMap<i64, Uuid>,
}

impl Inbox {
    /// Takes a message: it is acknowledged whether it is new or not, unless it came too early for the room there is.
    pub fn take(&mut self, sequence: i64, id: Uuid, payload_type: PayloadType, payload: &Bytes) {
        if sequence < 0 {
            // There are none before the first.
            return;
        }
        let is_new = sequence >= self.expected && !self.early.contains_key(&sequence);
        if is_new {
            let is_early = sequence > self.expected;
            let bytes = self.early_bytes + payload.len();
            if is_early && (self.early.len() >= MOST_EARLY || bytes > MOST_EARLY_BYTES) {
                return;
            }
            // What waits must not hold the whole buffer of the socket that it came in.
            let kept = if is_early { Bytes::copy_from_slice(payload) } else { payload.clone() };
            self.early.insert(sequence, (payload_type, kept));
            self.early_bytes = bytes;
        }
        // Always, for the agent sends only its oldest again: one acknowledgement lost, and silence on the second copy would stop
        // everything behind it.
        if self.owed.len() < MOST_OWED {
            self.owed.insert(sequence, id);
        }
    }

    /// The next message in order.
    pub fn take_next(&mut self) -> Option<(PayloadType, Bytes)> {
        let next = self.early.remove(&self.expected)?;
        self.expected += 1;
        self.early_bytes -= next.1.len();
        Some(next)
    }

    /// Whether nothing waits for something that has not come.
    pub fn is_whole(&self) -> bool {
        self.early.is_empty()
    }

    /// Whether anything has ever come in order.
    pub fn has_begun(&self) -> bool {
        self.expected > 0
    }

    /// The next message to be acknowledged, by number and id.
    pub fn owed(&mut self) -> Option<(i64, Uuid)> {
        self.owed.pop_first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Moment {
        Moment(1_000_000 + ms)
    }

    fn outbox(messages: u8) -> Outbox {
        let mut outbox = Outbox::default();
        for _ in 0..messages {
            outbox.put(at(0), |sequence| Bytes::from(vec![sequence as u8]));
        }
        outbox
    }

    fn sent(outbox: &mut Outbox, now: Moment) -> Vec<u8> {
        std::iter::from_fn(|| outbox.next(now, false)).map(|message| message[0]).collect()
    }

    #[test]
    fn only_the_oldest_is_sent_again() {
        let mut outbox = outbox(3);
        assert_eq!(sent(&mut outbox, at(0)), [0, 1, 2]);
        assert_eq!(outbox.resend_at(false), Some(at(200)));
        assert!(sent(&mut outbox, at(199)).is_empty());
        assert_eq!(sent(&mut outbox, at(200)), [0]);
        assert!(sent(&mut outbox, at(399)).is_empty());
        outbox.acknowledged(at(399), 0);
        assert_eq!(sent(&mut outbox, at(400)), [1], "it has waited since the start");
        outbox.acknowledged(at(401), 2);
        outbox.acknowledged(at(401), 2);
        outbox.acknowledged(at(401), 1);
        assert!(outbox.is_empty() && outbox.resend_at(false).is_none() && outbox.give_up_at().is_none());
        outbox.acknowledged(at(402), 77);
    }

    #[test]
    fn what_was_sent_twice_says_nothing_about_the_round_trip() {
        let mut outbox = outbox(2);
        sent(&mut outbox, at(0));
        sent(&mut outbox, at(200));
        outbox.acknowledged(at(5_000), 0);
        assert_eq!(outbox.rto.wait(), Span(200));
        outbox.acknowledged(at(20), 1);
        assert_eq!(outbox.rto.wait(), Span(170));
    }

    #[test]
    fn a_new_socket_gets_everything_that_waits() {
        let mut outbox = outbox(4);
        sent(&mut outbox, at(0));
        outbox.acknowledged(at(10), 1);
        outbox.again(at(20));
        assert_eq!(outbox.resend_at(false), None, "nothing was sent on this one");
        assert_eq!(sent(&mut outbox, at(20)), [0, 2, 3]);
        assert_eq!(outbox.resend_at(false), Some(at(20) + outbox.rto.wait()));
    }

    #[test]
    fn a_pause_slows_resending_down() {
        let mut outbox = outbox(1);
        sent(&mut outbox, at(0));
        assert_eq!(outbox.next(at(9_999), true), None);
        assert!(outbox.next(at(10_000), true).is_some());
    }

    #[test]
    fn the_window_is_bounded_in_messages_and_in_numbers() {
        let mut full = Outbox::default();
        let mut put = 0;
        while !full.is_full() {
            full.put(at(0), |_| Bytes::new());
            put += 1;
        }
        assert_eq!(put, WINDOW);
        // All but the oldest come through: it must not run away from the agent's buffer.
        while full.next - REACH < 0 {
            full.acknowledged(at(1), full.next - 1);
            full.put(at(0), |_| Bytes::new());
        }
        full.acknowledged(at(1), 1);
        full.acknowledged(at(1), 2);
        assert!(full.waiting.len() < WINDOW && full.is_full());
        full.acknowledged(at(1), 0);
        assert!(!full.is_full());
    }

    fn take(inbox: &mut Inbox, sequence: i64) -> Vec<u8> {
        inbox.take(sequence, Uuid::nil(), PayloadType::OUTPUT, &Bytes::from(vec![sequence as u8]));
        std::iter::from_fn(|| inbox.take_next()).map(|(_, payload)| payload[0]).collect()
    }

    fn owed(inbox: &mut Inbox) -> Vec<i64> {
        std::iter::from_fn(|| inbox.owed()).map(|(sequence, _)| sequence).collect()
    }

    #[test]
    fn messages_come_out_in_order_and_once_and_every_copy_is_acknowledged() {
        let mut inbox = Inbox::default();
        assert_eq!(take(&mut inbox, 0), [0]);
        assert!(take(&mut inbox, 2).is_empty());
        assert!(take(&mut inbox, 3).is_empty() && !inbox.is_whole());
        assert_eq!(owed(&mut inbox), [0, 2, 3]);
        assert!(take(&mut inbox, 2).is_empty());
        assert!(take(&mut inbox, 0).is_empty());
        assert_eq!(owed(&mut inbox), [0, 2]);
        assert_eq!(take(&mut inbox, 1), [1, 2, 3]);
        assert!(inbox.is_whole() && inbox.early_bytes == 0);
    }

    #[test]
    fn whoever_sends_and_does_not_read_is_not_owed_without_end() {
        let mut inbox = Inbox::default();
        for sequence in 0..100_000 {
            take(&mut inbox, sequence);
            take(&mut inbox, -1 - sequence);
        }
        let owed = owed(&mut inbox);
        assert!(owed.len() == MOST_OWED && owed[0] == 0);
        assert!(take(&mut inbox, 99_999).is_empty());
        assert_eq!(inbox.owed().map(|(sequence, _)| sequence), Some(99_999), "it is acknowledged when it comes again");
    }

    #[test]
    fn what_finds_no_room_is_not_acknowledged() {
        let mut inbox = Inbox::default();
        for sequence in 1..=MOST_EARLY as i64 {
            take(&mut inbox, sequence);
        }
        assert_eq!(owed(&mut inbox).len(), MOST_EARLY);
        take(&mut inbox, MOST_EARLY as i64 + 1);
        assert!(owed(&mut inbox).is_empty());
        assert_eq!(take(&mut inbox, 0).len(), MOST_EARLY + 1, "the one that is missing always finds room");

        let mut inbox = Inbox::default();
        let big = Bytes::from(vec![0; MOST_EARLY_BYTES]);
        inbox.take(1, Uuid::nil(), PayloadType::OUTPUT, &big);
        inbox.take(2, Uuid::nil(), PayloadType::OUTPUT, &Bytes::from_static(b"x"));
        assert_eq!(owed(&mut inbox), [1]);
    }
}
