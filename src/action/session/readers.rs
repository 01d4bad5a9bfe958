//! Questions for more output that wait until there is some.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::shown::Shown;
use crate::link::session::{Live, Talked};
use crate::link::{Refusal, Reply};

/// Questions that wait at once: every seat that may be there has one, and those that gave up on theirs have another.
const MOST: usize = 64;

/// They.
#[derive(Debug, Default)]
pub(super) struct Readers(Vec<Reader>);

/// One of them.
#[derive(Debug)]
pub(super) struct Reader {
    /// Bytes that they have seen.
    pub(super) seen: u64,
    /// How they know the session to be.
    pub(super) version: u64,
    /// Until when they wait.
    pub(super) until: Instant,
    /// Where the answer goes.
    pub(super) answer: oneshot::Sender<Result<Reply, Refusal>>,
}

impl Readers {
    /// Another one.
    pub(super) fn put(&mut self, reader: Reader) {
        self.0.retain(|one| !one.answer.is_closed());
        if self.0.len() < MOST {
            return self.0.push(reader);
        }
        let say = "too many questions wait for this session; try again";
        // Whoever asked may have gone.
        let _ = reader.answer.send(Err(Refusal::new("busy", say)));
    }

    /// Answers all for whom there is something new, or who have waited long enough.
    pub(super) fn answer(&mut self, now: Instant, shown: &Shown, live: &Live, over: bool) {
        let due = |reader: &mut Reader| {
            over || reader.seen != shown.upto() || reader.version != live.version || reader.until <= now
        };
        for reader in self.0.extract_if(.., due) {
            let mut piece = shown.after(reader.seen);
            // An empty terminal has a size.
            let tell = piece.fresh || reader.version != live.version;
            piece.live = tell.then(|| live.clone());
            piece.over = over && piece.upto == shown.upto();
            let _ = reader.answer.send(Ok(Reply::Talked(Talked::Piece(Box::new(piece)))));
        }
    }

    /// When the next has waited long enough.
    pub(super) fn next(&self) -> Option<Instant> {
        self.0.iter().map(|reader| reader.until).min()
    }
}

/// How far the seat that types has come, of a command: its output is no screen, so none of it is to be skipped.
#[derive(Debug, Default)]
pub(super) struct Follows {
    seen: u64,
    at: Option<Instant>,
}

impl Follows {
    /// It asks for what follows `seen`.
    pub(super) fn read(&mut self, seen: u64, now: Instant) {
        *self = Self { seen, at: Some(now) };
    }

    /// Until when the machine has to wait for it: it is behind by as much as is kept, and reads.
    pub(super) fn holds_up(&self, upto: u64, now: Instant) -> Option<Instant> {
        let until = self.at? + PATIENCE;
        (upto.saturating_sub(self.seen) > BEHIND && until > now).then_some(until)
    }
}

/// How long a machine waits for a seat that has stopped reading.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes that it may be behind: well below what is kept, as what is on its way comes still.
const BEHIND: u64 = super::ring::KEPT as u64 / 2;
