//! Follows a session until it is over.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::list::one;
use crate::cli::out::{self, Failure};
use crate::cli::place::actor;
use crate::cli::reach::Reached;
use crate::core::id::SessionId;
use crate::core::session::Session;
use crate::link::session::{Piece, Talk, Talked};
use crate::link::{Reply, Request};

/// So long is waited for the end of a session.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked whether the end is on disk.
const BETWEEN: Duration = Duration::from_millis(100);

/// The session as it is on disk once it is over there and at AWS, which may take longer than what it shows. As it is by then where
/// that takes too long.
pub(super) fn ended(reached: &Reached, id: &SessionId) -> Result<Arc<Session>, Failure> {
    let until = Instant::now() + PATIENCE;
    loop {
        let session = one(reached, id)?;
        if session.is_over() || Instant::now() >= until {
            return Ok(session);
        }
        // Made inside: a timer needs the runtime that it is made in.
        reached.wait(async { tokio::time::sleep(BETWEEN).await });
    }
}

/// What comes next of a session after what was seen of it and told; none where it has been over for a while. A signal that comes
/// meanwhile becomes a word to the session, which is told whether that is the last one.
pub(super) async fn next(
    reached: &Reached,
    ends: &mut Ends,
    (id, seen, version): (&SessionId, u64, u64),
    word: impl Fn(bool) -> Talk,
) -> Result<Option<Piece>, Failure> {
    let by = actor();
    let ask = |talk| reached.link.caller.ask(&by, Request::Session(talk));
    let read = ask(Talk::Read { session: id.clone(), seen, version });
    tokio::pin!(read);
    let reply = loop {
        tokio::select! {
            reply = &mut read => break reply,
            // One that is over has nothing more to be told.
            last = ends.next() => drop(ask(word(last)).await),
        }
    };
    match reply {
        Ok(Reply::Talked(Talked::Piece(piece))) => Ok(Some(*piece)),
        Ok(_) => Err(out::unexpected()),
        Err(refused) if refused.code == "over" => Ok(None),
        Err(refused) => Err(refused.into()),
    }
}

/// The signals that mean an end.
pub(super) struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    asked: bool,
}

impl Ends {
    pub(super) fn listen() -> std::io::Result<Self> {
        let listen = |kind| signal(kind);
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
            asked: false,
        })
    }

    /// Waits for the next one; whether it is the last word.
    pub(super) async fn next(&mut self) -> bool {
        let last = tokio::select! {
            _ = self.interrupt.recv() => self.asked,
            _ = self.terminate.recv() => true,
            _ = self.hang_up.recv() => true,
        };
        self.asked = true;
        last
    }

    /// There was one.
    pub(super) fn asked(&self) -> bool {
        self.asked
    }
}
