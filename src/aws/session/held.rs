//! What waits to be sent until the machine is ready and there is room in the window. Bounded: who brings more has to wait.

use std::collections::VecDeque;

use bytes::{Bytes, BytesMut};

use super::payload::{Flag, MOST};

/// Bytes that wait while there is a socket.
const ROOM: usize = 64 << 10;

/// Bytes that wait while there is none: some lines typed, which whoever types can remember.
const ROOM_AWAY: usize = 4 << 10;

/// Bytes and signals in the order in which they came.
#[derive(Default)]
pub struct Held {
    items: VecDeque<Item>,
    bytes: usize,
}

/// What is sent as one message.
pub enum Item {
    /// Bytes; when they come out, no more than a message holds.
    Bytes(BytesMut),
    /// A signal.
    Flag(Flag),
}

impl Held {
    /// How many bytes there is room for.
    pub fn room(&self, is_online: bool) -> usize {
        (if is_online { ROOM } else { ROOM_AWAY }).saturating_sub(self.bytes)
    }

    /// Whether nothing waits.
    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Adds bytes.
    pub fn put(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            // A message without a payload is none.
            return;
        }
        self.bytes += bytes.len();
        match self.items.back_mut() {
            Some(Item::Bytes(last)) => last.extend_from_slice(bytes),
            _ => self.items.push_back(Item::Bytes(BytesMut::from(bytes))),
        }
    }

    /// Adds a signal, unless the same one waits already.
    pub fn flag(&mut self, flag: Flag) {
        if !matches!(self.items.back(), Some(Item::Flag(last)) if *last == flag) {
            self.items.push_back(Item::Flag(flag));
        }
    }

    /// The next message's worth.
    pub fn next(&mut self) -> Option<Item> {
        match self.items.front_mut()? {
            Item::Bytes(bytes) if bytes.len() > MOST => {
                self.bytes -= MOST;
                Some(Item::Bytes(bytes.split_to(MOST)))
            }
            Item::Bytes(bytes) => {
                self.bytes -= bytes.len();
                self.items.pop_front()
            }
            Item::Flag(_) => self.items.pop_front(),
        }
    }
}

/// A lone line feed typed in a shell is a key, and that key is Enter.
pub fn typed(bytes: &[u8]) -> Bytes {
    Bytes::copy_from_slice(if bytes == b"\n" { b"\r" } else { bytes })
}
