//! The seats on an engine: each gets every change, or, having fallen behind, everything anew. None can hold up the engine.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::input::Actor;
use crate::core::pulse::Pulse;
use crate::link::{Feed, Standing};

/// All seats.
#[derive(Debug, Default)]
pub struct Seats {
    seats: Vec<Seat>,
    /// Why the engine ends soon.
    ending: Option<String>,
}

/// Somebody who sits down.
#[derive(Clone, Debug)]
pub struct Seating {
    /// Who, and where they sit.
    pub by: Actor,
    /// By what right.
    pub standing: Standing,
    /// They come over the network.
    pub remote: bool,
    /// The last change that they know of.
    pub since: Option<u64>,
}

/// Somebody new to tell what happens.
#[derive(Debug)]
pub struct Newcomer {
    /// Where it goes.
    pub feed: mpsc::Sender<Feed>,
    /// The seat's number.
    pub number: u64,
    /// Who sits there; absent: a part of this program.
    pub seating: Option<Seating>,
}

#[derive(Debug)]
struct Seat {
    feed: mpsc::Sender<Feed>,
    /// Something did not fit: nothing more until a snapshot does.
    behind: bool,
    /// Somebody sits there; else it feeds a part of this program.
    is_person: bool,
}

impl Seats {
    /// A new seat: it begins as one that has fallen behind.
    pub fn add(&mut self, newcomer: Newcomer, board: &Board) {
        let is_person = newcomer.seating.is_some();
        if let (Some(why), true) = (&self.ending, is_person) {
            let _ = newcomer.feed.try_send(Feed::Lost(why.clone()));
            return;
        }
        self.seats.push(Seat { feed: newcomer.feed, behind: true, is_person });
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

    /// What just happened.
    pub fn publish(&mut self, changes: &Arc<Vec<Published>>) {
        self.send(|| Feed::Changes(changes.clone()));
    }

    /// How the engine is.
    pub fn pulse(&mut self, pulse: &Pulse) {
        self.send(|| Feed::Pulse(Box::new(pulse.clone())));
    }

    /// The engine ends: people are told why, and fed no more. Parts of the program go on until they are ended.
    pub fn farewell(&mut self, why: &str) {
        self.ending = Some(why.into());
        self.seats.retain(|seat| {
            if seat.is_person {
                // One that has no room finds its feed closed.
                let _ = seat.feed.try_send(Feed::Lost(why.into()));
            }
            !seat.is_person
        });
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
