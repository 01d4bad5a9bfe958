//! The seats on an engine: each gets every change that is theirs, or, having fallen behind, everything anew. None can hold up the
//! engine. And who sits there, for the others.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use super::counters::Counters;
use super::ring::Ring;
use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::id::IncidentId;
use crate::core::input::Actor;
use crate::core::person::{Present, Scope};
use crate::core::pulse::Pulse;
use crate::core::time::Moment;
use crate::link::{Feed, Standing};

/// How often everybody is told who is on, at most: fifty seats that come back together are told of once.
const PRESENT_EVERY: Duration = Duration::from_millis(250);
/// Those who left and may come back where they were, at most.
const KNOWN: usize = 4_096;

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

/// All seats.
#[derive(Debug)]
pub struct Seats {
    seats: Vec<Seat>,
    ring: Ring,
    /// What was shown to whom by what right: a seat that comes back for something else needs a snapshot.
    shown: BTreeMap<Right, Scope>,
    counters: Arc<Counters>,
    /// When everybody is told who is on; absent: they know.
    present_due: Option<Instant>,
    present_told: Option<Instant>,
    /// Why the engine ends soon.
    ending: Option<String>,
}

#[derive(Debug)]
struct Seat {
    feed: mpsc::Sender<Feed>,
    /// Something did not fit: nothing more until a snapshot does.
    behind: bool,
    /// Who is on is not what it was told.
    untold: bool,
    scope: Scope,
    /// Who sits there, by what right; absent: a part of this program.
    sitter: Option<(Present, Standing)>,
}

/// What a standing is known again by.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Right {
    Owner,
    Known(Arc<str>),
    Token(String),
}

impl From<&Standing> for Right {
    fn from(standing: &Standing) -> Self {
        match standing {
            Standing::Owner => Self::Owner,
            Standing::Known(name) => Self::Known(name.clone()),
            Standing::Bearer(claims) => Self::Token(claims.id.clone()),
        }
    }
}

impl Seats {
    /// Nobody is there, and the last change had that revision.
    pub fn new(counters: Arc<Counters>, revision: u64) -> Self {
        Self {
            seats: Vec::new(),
            ring: Ring::after(revision),
            shown: BTreeMap::new(),
            counters,
            present_due: None,
            present_told: None,
            ending: None,
        }
    }

    /// A new seat, for which `scope` is theirs. It goes on where it was, or begins as one that has fallen behind.
    pub fn add(&mut self, newcomer: Newcomer, scope: Scope, board: &Board, now: Moment) {
        let Newcomer { feed, number, seating } = newcomer;
        let mut since = None;
        let sitter = seating.map(|seating| {
            let right = Right::from(&seating.standing);
            if self.shown.len() >= KNOWN && !self.shown.contains_key(&right) {
                self.shown.clear();
            }
            let before = self.shown.insert(right, scope.clone());
            since = seating.since.filter(|_| before.as_ref() == Some(&scope));
            let Actor { who, seat } = seating.by;
            let present =
                Present { seat_number: number, who, seat, remote: seating.remote, since: now, looks_at: None };
            (present, seating.standing)
        });
        if let (Some(why), true) = (&self.ending, sitter.is_some()) {
            let _ = feed.try_send(Feed::Away(why.clone()));
            return;
        }
        let mut seat = Seat { feed, behind: true, untold: true, scope, sitter };
        if let Some(missed) = since.and_then(|since| self.ring.since(since)) {
            let missed: Vec<_> = missed.filter_map(|change| change.within(&seat.scope)).collect();
            self.counters.fed.resumed.fetch_add(1, Ordering::Relaxed);
            seat.behind = false;
            seat.send(Feed::Changes(Arc::default()));
            if !missed.is_empty() {
                self.counters.fed.changes.fetch_add(missed.len() as u64, Ordering::Relaxed);
                seat.send(Feed::Changes(Arc::new(missed)));
            }
            seat.send(Feed::Pulse(Box::new(board.pulse.within(&seat.scope))));
        }
        if seat.sitter.is_some() {
            self.present_changed();
        }
        self.seats.push(seat);
        self.count();
        self.catch_up(board);
    }

    /// Somebody waits for a snapshot.
    pub fn any_behind(&self) -> bool {
        self.seats.iter().any(|seat| seat.behind)
    }

    /// When somebody has to be told something that is no change.
    pub fn due(&self) -> Option<Instant> {
        self.present_due
    }

    /// Gives a snapshot to everybody who waits for one and has room, and says who is on to everybody who has not heard. Those who
    /// have left are forgotten.
    pub fn catch_up(&mut self, board: &Board) {
        self.sweep();
        for seat in self.seats.iter_mut().filter(|seat| seat.behind && seat.feed.capacity() > 0) {
            let snapshot = board.snapshot().within(&seat.scope);
            seat.behind = seat.feed.try_send(Feed::Snapshot(Box::new(snapshot))).is_err();
            seat.untold = true;
            self.counters.fed.snapshots.fetch_add(1, Ordering::Relaxed);
        }
        if self.present_due.is_some_and(|due| due <= Instant::now()) {
            (self.present_due, self.present_told) = (None, Some(Instant::now()));
            self.seats.iter_mut().for_each(|seat| seat.untold = true);
        }
        if self.seats.iter().any(|seat| seat.untold && !seat.behind) {
            self.tell_present();
        }
    }

    fn tell_present(&mut self) {
        let sitters: Vec<_> = self.sitters().map(|(present, scope)| (present.clone(), scope.clone())).collect();
        for seat in self.seats.iter_mut().filter(|seat| seat.untold && !seat.behind) {
            let theirs = sitters.iter().filter_map(|(present, own)| present.within(own, &seat.scope)).collect();
            seat.untold = false;
            seat.send(Feed::Present(Arc::new(theirs)));
        }
    }

    fn sitters(&self) -> impl Iterator<Item = (&Present, &Scope)> {
        self.seats.iter().filter_map(|seat| Some((&seat.sitter.as_ref()?.0, &seat.scope)))
    }

    /// Who is on is not what it was.
    fn present_changed(&mut self) {
        let now = Instant::now();
        let due = self.present_told.map_or(now, |told| now.max(told + PRESENT_EVERY));
        self.present_due.get_or_insert(due);
    }

    /// Those who have left: the others are told.
    fn sweep(&mut self) {
        let (before, sitters) = (self.seats.len(), self.sitters().count());
        self.seats.retain(|seat| !seat.feed.is_closed());
        if self.seats.len() < before {
            self.count();
        }
        if self.sitters().count() < sitters {
            self.present_changed();
        }
    }

    fn count(&self) {
        let (remote, local): (Vec<_>, Vec<_>) = self.sitters().partition(|(present, _)| present.remote);
        self.counters.fed.remote.store(remote.len() as u64, Ordering::Relaxed);
        self.counters.fed.local.store(local.len() as u64, Ordering::Relaxed);
    }

    /// Something happened that no change says: everybody gets a snapshot, and so does whoever comes back.
    pub fn anew(&mut self, board: &Board) {
        self.ring = Ring::after(board.revision);
        self.seats.iter_mut().for_each(|seat| seat.behind = true);
        self.catch_up(board);
    }

    /// What just happened.
    pub fn publish(&mut self, changes: &Arc<Vec<Published>>) {
        self.ring.push(changes);
        // Seats of the same people get the same changes.
        let mut filtered: Vec<(Scope, Arc<Vec<Published>>)> = Vec::new();
        let mut told = 0;
        for seat in self.seats.iter_mut().filter(|seat| !seat.behind) {
            let theirs = match &seat.scope {
                Scope::All => changes.clone(),
                scope => match filtered.iter().find(|(known, _)| known == scope) {
                    Some((_, theirs)) => theirs.clone(),
                    None => {
                        let theirs: Vec<_> = changes.iter().filter_map(|change| change.within(scope)).collect();
                        filtered.push((scope.clone(), Arc::new(theirs)));
                        filtered.last().map(|(_, theirs)| theirs.clone()).unwrap_or_default()
                    }
                },
            };
            if !theirs.is_empty() {
                told += theirs.len() as u64;
                seat.send(Feed::Changes(theirs));
            }
        }
        self.counters.fed.changes.fetch_add(told, Ordering::Relaxed);
    }

    /// How the engine is.
    pub fn pulse(&mut self, pulse: &Pulse) {
        for seat in self.seats.iter_mut().filter(|seat| !seat.behind) {
            seat.send(Feed::Pulse(Box::new(pulse.within(&seat.scope))));
        }
    }

    /// Somebody at a seat asked something: where they sit, if that was not said before.
    pub fn heard(&mut self, number: u64, by: &Actor) {
        let place = |present: &&mut Present| present.seat.is_empty() && !by.seat.is_empty();
        if let Some(present) = self.present(number).filter(place) {
            present.seat.clone_from(&by.seat);
            self.present_changed();
        }
    }

    /// Somebody looks at an incident, or at none.
    pub fn look(&mut self, number: u64, incident: Option<IncidentId>) {
        if let Some(present) = self.present(number).filter(|present| present.looks_at != incident) {
            present.looks_at = incident;
            self.present_changed();
        }
    }

    fn present(&mut self, number: u64) -> Option<&mut Present> {
        let mut sitters = self.seats.iter_mut().filter_map(|seat| seat.sitter.as_mut());
        sitters.find(|(present, _)| present.seat_number == number).map(|(present, _)| present)
    }

    /// The engine ends: people are told why, and fed no more. Parts of the program go on until they are ended.
    pub fn farewell(&mut self, why: &str) {
        self.ending = Some(why.into());
        self.seats.retain(|seat| {
            if seat.sitter.is_some() {
                // Whoever has no room for it hears the end.
                let _ = seat.feed.try_send(Feed::Away(why.into()));
            }
            seat.sitter.is_none()
        });
        self.count();
    }

    /// By what right somebody sits there now: another one than they came by, once the book knows them.
    pub fn standing(&self, number: u64) -> Option<&Standing> {
        let mut sitters = self.seats.iter().filter_map(|seat| seat.sitter.as_ref());
        sitters.find(|(present, _)| present.seat_number == number).map(|(_, standing)| standing)
    }

    /// Ends the feeds of those who may not see now what they may have seen until now: they are told why, and may come again. Who had
    /// everything because the data folder is theirs, and is in the book now, is shown what that says.
    pub fn judge(&mut self, is_known: impl Fn(&str) -> bool, scope_of: impl Fn(&Standing) -> Result<Scope, String>) {
        let before = self.seats.len();
        self.seats.retain_mut(|seat| {
            let Some((present, standing)) = &mut seat.sitter else { return true };
            let came = *standing == Standing::Owner && is_known(&present.who);
            if came {
                *standing = Standing::Known(present.who.as_str().into());
            }
            let why = match scope_of(standing) {
                Ok(scope) if scope == seat.scope => return true,
                Ok(scope) if came => {
                    (seat.scope, seat.behind) = (scope, true);
                    return true;
                }
                Ok(_) => "what you may see was changed".to_owned(),
                Err(why) => why,
            };
            // Whoever has no room for it hears the end.
            let _ = seat.feed.try_send(Feed::Away(why));
            false
        });
        if self.seats.len() < before {
            self.count();
            self.present_changed();
        }
    }
}

impl Seat {
    fn send(&mut self, piece: Feed) {
        // One that has left is found soon.
        self.behind |= matches!(self.feed.try_send(piece), Err(TrySendError::Full(_)));
    }
}
