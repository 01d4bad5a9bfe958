//! The agent's queues as the real agent has them: what it has sent, of which it sends only the oldest again and looks every 100 ms
//! whether it must, and what came too early. Written apart from the client's, so that neither excuses the other.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;

use crate::aws::session::frame::Frame;
use crate::aws::session::rto::Rto;
use crate::core::time::{Moment, Span};

/// Messages that either queue holds.
pub const MOST: usize = 10_000;

const LOOK: Span = Span(100);

/// What was said and is not acknowledged.
#[derive(Default)]
pub struct Said {
    next: i64,
    queue: VecDeque<Message>,
    rto: Rto,
    look_at: Option<Moment>,
}

struct Message {
    sequence: i64,
    bytes: Bytes,
    sent_at: Option<Moment>,
    resent: bool,
    is_due: bool,
}

impl Said {
    /// How many more messages there is room for.
    pub fn room(&self) -> usize {
        MOST - self.queue.len().min(MOST)
    }

    /// Whether everything was acknowledged.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// The next number.
    pub fn number(&self) -> i64 {
        self.next
    }

    /// A message with that number.
    pub fn put(&mut self, now: Moment, bytes: Bytes) {
        self.look_at.get_or_insert(now + LOOK);
        let message = Message { sequence: self.next, bytes, sent_at: None, resent: false, is_due: true };
        self.queue.push_back(message);
        self.next += 1;
    }

    /// A message was acknowledged.
    pub fn acknowledged(&mut self, now: Moment, sequence: i64) {
        let Ok(at) = self.queue.binary_search_by_key(&sequence, |message| message.sequence) else { return };
        let Some(message) = self.queue.remove(at) else { return };
        if let (Some(sent_at), false) = (message.sent_at, message.resent) {
            self.rto.sample(now - sent_at);
        }
    }

    /// Looks after the oldest, if it is time.
    pub fn tick(&mut self, now: Moment, is_paused: bool) {
        let Some(oldest) = self.queue.front_mut() else {
            self.look_at = None;
            return;
        };
        if self.look_at.is_some_and(|at| at > now) {
            return;
        }
        self.look_at = Some(now + LOOK);
        if !is_paused && oldest.sent_at.is_some_and(|sent_at| now - sent_at > self.rto.wait()) {
            oldest.is_due = true;
            oldest.resent = true;
        }
    }

    /// When to look after the oldest.
    pub fn deadline(&self) -> Option<Moment> {
        self.look_at
    }

    /// The next message to be sent.
    pub fn next(&mut self, now: Moment) -> Option<Bytes> {
        // What was never sent stands behind everything that was: only the oldest is ever due again.
        let message = match self.queue.front()?.is_due {
            true => self.queue.front_mut()?,
            false => {
                let at = self.queue.partition_point(|message| message.sent_at.is_some());
                self.queue.get_mut(at)?
            }
        };
        message.is_due = false;
        message.sent_at = Some(now);
        Some(message.bytes.clone())
    }
}

/// What came, until its turn.
#[derive(Default)]
pub struct Heard {
    /// The next number whose turn it is.
    pub expected: i64,
    early: BTreeMap<i64, Frame>,
}

impl Heard {
    /// Keeps a message that came too early, and whether there was room.
    pub fn keep(&mut self, frame: Frame) -> bool {
        let has_room = self.early.len() < MOST || self.early.contains_key(&frame.sequence);
        if has_room {
            self.early.insert(frame.sequence, frame);
        }
        has_room
    }

    /// The message whose turn it is, if it came too early.
    pub fn kept(&mut self) -> Option<Frame> {
        self.early.remove(&self.expected)
    }
}
