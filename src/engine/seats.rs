//! The seats on an engine: each gets every change, or, having fallen behind, everything anew. None can hold up the engine.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::pulse::Pulse;
use crate::link::Feed;

/// All seats.
#[derive(Debug, Default)]
pub struct Seats {
    seats: Vec<Seat>,
}

#[derive(Debug)]
struct Seat {
    feed: mpsc::Sender<Feed>,
    /// Something did not fit: nothing more until a snapshot does.
    behind: bool,
}

impl Seats {
    /// A new seat: it begins as one that has fallen behind.
    pub fn add(&mut self, feed: mpsc::Sender<Feed>, board: &Board) {
        self.seats.push(Seat { feed, behind: true });
        self.catch_up(board);
    }

    /// Nobody is there.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// Somebody waits for a snapshot.
    pub fn any_behind(&self) -> bool {
        self.seats.iter().any(|seat| seat.behind)
    }

    /// Gives a snapshot to everybody who waits for one and has room.
    pub fn catch_up(&mut self, board: &Board) {
        // One that has left would be waited for until something happens.
        self.seats.retain(|seat| !(seat.behind && seat.feed.is_closed()));
        for seat in self.seats.iter_mut().filter(|seat| seat.behind && seat.feed.capacity() > 0) {
            seat.behind = seat.feed.try_send(Feed::Snapshot(Box::new(board.snapshot()))).is_err();
        }
    }

    /// Something happened that no change says: everybody gets a snapshot.
    pub fn anew(&mut self, board: &Board) {
        self.seats.iter_mut().for_each(|seat| seat.behind = true);
        self.catch_up(board);
    }

    /// What just happened.
    pub fn publish(&mut self, changes: &Arc<Vec<Published>>) {
        self.send(|| Feed::Changes(changes.clone()));
    }

    /// How the engine is.
    pub fn pulse(&mut self, pulse: &Pulse) {
        self.send(|| Feed::Pulse(Box::new(pulse.clone())));
    }

    fn send(&mut self, piece: impl Fn() -> Feed) {
        self.seats.retain_mut(|seat| {
            if seat.behind {
                return !seat.feed.is_closed();
            }
            match seat.feed.try_send(piece()) {
                Ok(()) => true,
                Err(TrySendError::Full(_)) => {
                    seat.behind = true;
                    true
                }
                Err(TrySendError::Closed(_)) => false,
            }
        });
    }
}
