//! What waits to be written: bounded in bytes, so that a slow disk costs a recording some of its output and nobody else anything.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::core::time::Moment;
use crate::link::session::Size;

/// Bytes that may wait.
const ROOM: usize = 1 << 20;
/// What a piece costs besides its bytes.
const EACH: usize = 64;

/// Something that is recorded.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) at: Moment,
    pub(super) what: What,
}

/// Prints without what is typed and shown.
pub(super) enum What {
    Output(Bytes),
    Input(Bytes),
    Size(Size),
    Mark(String),
    /// Nothing had room here: so many bytes are missing, and this is the size that the terminal has by now.
    Gap {
        bytes: u64,
        size: Option<Size>,
    },
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    pieces: VecDeque<Piece>,
    bytes: usize,
    over: bool,
    trouble: Option<String>,
}

impl Queue {
    /// Takes a piece, or counts it as missing.
    pub(super) fn put(&self, at: Moment, what: What) {
        let mut waiting = self.waiting();
        if waiting.over {
            return;
        }
        let cost = EACH + what.bytes();
        if waiting.bytes + cost <= ROOM {
            waiting.bytes += cost;
            waiting.pieces.push_back(Piece { at, what });
        } else {
            waiting.leave_out(at, &what);
        }
        self.changed.notify_one();
    }

    /// No more will come.
    pub(super) fn end(&self) {
        self.waiting().over = true;
        self.changed.notify_one();
    }

    /// Nobody will ever take anything.
    pub(super) fn fail(&self, why: String) {
        let mut waiting = self.waiting();
        waiting.over = true;
        waiting.trouble = Some(why);
    }

    /// Waits for something and takes all there is; `None` when there will be no more.
    pub(super) fn take(&self) -> Option<VecDeque<Piece>> {
        let idle = |waiting: &mut Waiting| waiting.pieces.is_empty() && !waiting.over;
        let mut waiting = self.changed.wait_while(self.waiting(), idle).unwrap_or_else(PoisonError::into_inner);
        waiting.bytes = 0;
        let pieces = std::mem::take(&mut waiting.pieces);
        (!pieces.is_empty()).then_some(pieces)
    }

    /// Says what is wrong, if anything is.
    pub(super) fn tell(&self, trouble: Option<String>) {
        self.waiting().trouble = trouble;
    }

    pub(super) fn trouble(&self) -> Option<String> {
        self.waiting().trouble.clone()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// Counts what has no room, in one piece however much it is.
    fn leave_out(&mut self, at: Moment, what: &What) {
        let more = what.bytes() as u64;
        let new_size = if let What::Size(size) = what { Some(*size) } else { None };
        self.trouble.get_or_insert_with(|| "the disk is too slow: not everything is recorded".into());
        if let Some(Piece { what: What::Gap { bytes, size }, .. }) = self.pieces.back_mut() {
            *bytes += more;
            *size = new_size.or(*size);
        } else {
            self.pieces.push_back(Piece { at, what: What::Gap { bytes: more, size: new_size } });
        }
    }
}

impl std::fmt::Debug for What {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "What({} bytes)", self.bytes())
    }
}

impl What {
    /// What of it is lost when it is.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Output(bytes) | Self::Input(bytes) => bytes.len(),
            Self::Mark(text) => text.len(),
            Self::Size(_) | Self::Gap { .. } => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(n: i64) -> Moment {
        Moment(n)
    }

    #[test]
    fn what_has_no_room_is_counted_where_it_is_missing() {
        let queue = Queue::default();
        queue.put(at(1), What::Output(Bytes::from(vec![b'a'; ROOM - EACH])));
        assert_eq!(queue.trouble(), None);
        queue.put(at(2), What::Output(Bytes::from_static(b"four")));
        let larger = Size { cols: 100, rows: 30 };
        queue.put(at(3), What::Size(larger));
        queue.put(at(4), What::Output(Bytes::from_static(b"seven!!")));
        assert!(queue.trouble().unwrap().contains("too slow"));
        let pieces = queue.take().unwrap();
        let Piece { at: Moment(2), what: What::Gap { bytes: 11, size } } = pieces[1] else { panic!("{pieces:?}") };
        assert_eq!((size, pieces.len()), (Some(larger), 2));
        // Taken: there is room again.
        queue.put(at(5), What::Mark("here".into()));
        let pieces = queue.take().unwrap();
        assert!(matches!(&pieces[0].what, What::Mark(text) if text == "here"));
    }

    #[test]
    fn what_waits_is_taken_after_the_end_and_nothing_is_put_any_more() {
        let queue = Queue::default();
        queue.put(at(1), What::Mark("last".into()));
        queue.end();
        queue.put(at(2), What::Mark("late".into()));
        assert_eq!(queue.take().unwrap().len(), 1);
        assert!(queue.take().is_none());
    }

    /// However small what comes is, and however much of it, what waits is bounded.
    #[test]
    fn however_much_comes_little_waits() {
        let queue = Queue::default();
        for n in 0..100_000 {
            queue.put(at(n), if n % 2 == 0 { What::Size(Size::default()) } else { What::Mark("m".repeat(50)) });
            queue.put(at(n), What::Output(Bytes::from(vec![b'a'; 2_000])));
        }
        let pieces = queue.take().unwrap();
        let held: usize = pieces.iter().map(|piece| EACH + piece.what.bytes()).sum();
        assert!(held <= 3 * ROOM, "{held} bytes in {} pieces", pieces.len());
    }
}
