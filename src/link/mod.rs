//! What a seat and a command line may ask of an engine, and the pipe through which changes come back.
//!
//! In-process and over the socket differ only in who holds the other ends of a [`Link`].

mod ask;
pub mod hello;
pub mod house;
pub mod live;
pub mod need;
pub mod people;
pub mod reconnect;
pub mod remote;
mod reply;
pub mod session;
pub mod socket;
pub mod source;
#[cfg(test)]
mod tests;
pub mod wire;

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot};

pub use self::ask::{Listing, NewTenant, Request};
pub use self::reply::{Detail, Issued, Past, Quarantined, Reply, Similar};
use crate::core::board::Snapshot;
use crate::core::change::Published;
use crate::core::input::Actor;
use crate::core::person::{Claims, Present};
use crate::core::pulse::Pulse;

/// The shapes that seats and engines exchange. Counted up whenever a seat and an engine of two versions would not understand each
/// other: they say so then, instead of showing what is not there.
pub const PROTOCOL: u32 = 1;

/// A seat's connection with an engine.
#[derive(Debug)]
pub struct Link {
    /// What happens.
    pub feed: mpsc::Receiver<Feed>,
    /// What may be asked.
    pub caller: Caller,
}

/// A piece of the feed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "feed", content = "data", rename_all = "snake_case")]
pub enum Feed {
    /// Everything, first and after a gap.
    Snapshot(Box<Snapshot>),
    /// What happened since.
    Changes(Arc<Vec<Published>>),
    /// How the engine is.
    Pulse(Box<Pulse>),
    /// Everybody who is at a seat, whenever that changes.
    Present(Arc<Vec<Present>>),
    /// The connection is away, and why, and being made again by itself. What comes next goes on without a gap, or is a snapshot.
    /// Until then every question is refused.
    Away(String),
    /// The engine is gone for good, and why.
    Lost(String),
}

/// Asks an engine. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Caller {
    calls: mpsc::Sender<Call>,
    standing: Standing,
    seat: Option<u64>,
}

/// By what right somebody asks: what the engine knows of the connection, and nothing that was said over it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Whoever has the data folder may do everything, as far as the tenants' technicians leave that to anybody.
    Owner,
    /// Somebody of this host who is in the book of people, by that name.
    Known(Arc<str>),
    /// Somebody who has shown a token.
    Bearer(Arc<Claims>),
}

/// A request on its way, with the place for its answer.
#[derive(Debug)]
pub struct Call {
    /// Who asks.
    pub by: Actor,
    /// By what right.
    pub standing: Standing,
    /// The number of the seat that asks; absent: it is no seat.
    pub seat: Option<u64>,
    /// What they ask.
    pub request: Request,
    /// Where the answer goes.
    pub answer: oneshot::Sender<Result<Reply, Refusal>>,
}

/// Why not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// `code_in_snake_case`.
    pub code: String,
    /// What to do about it.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    /// There is no such tenant.
    pub fn no_tenant() -> Self {
        Self::new("no_such_tenant", "no such tenant; `alert-whisperer tenant list` shows them")
    }

    /// The engine has stopped.
    pub fn gone() -> Self {
        Self::new("engine_gone", "the engine has stopped; start it again")
    }

    /// The connection is away: the question was not put.
    pub fn away() -> Self {
        Self::new("away", "the connection with the engine is away and nothing was done; again when it is back")
    }

    /// The connection broke before the answer.
    pub fn unanswered() -> Self {
        Self::new("away", "the connection broke before the engine answered: when it is back, look whether it was done")
    }
}

impl Caller {
    /// A caller, and the end at which its calls arrive.
    pub fn new(depth: usize) -> (Self, mpsc::Receiver<Call>) {
        let (calls, arriving) = mpsc::channel(depth);
        (Self { calls, standing: Standing::Owner, seat: None }, arriving)
    }

    /// The same for somebody else.
    #[must_use]
    pub fn with(&self, standing: Standing, seat: Option<u64>) -> Self {
        Self { calls: self.calls.clone(), standing, seat }
    }

    /// The number of the seat that asks, if it is one.
    pub const fn seat(&self) -> Option<u64> {
        self.seat
    }

    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// The engine's refusal, or that it is gone.
    pub async fn ask(&self, by: &Actor, request: Request) -> Result<Reply, Refusal> {
        self.put(by, request).await?.await
    }

    /// Asks; what is returned waits for the answer. What one puts after the other arrives after the other, and what is typed has
    /// to: whoever types puts, and waits for answers elsewhere.
    ///
    /// # Errors
    /// The engine is gone.
    pub async fn put(
        &self,
        by: &Actor,
        request: Request,
    ) -> Result<impl Future<Output = Result<Reply, Refusal>> + Send + use<>, Refusal> {
        let (answer, answered) = oneshot::channel();
        let (standing, seat) = (self.standing.clone(), self.seat);
        let call = Call { by: by.clone(), standing, seat, request, answer };
        self.calls.send(call).await.map_err(|_| Refusal::gone())?;
        Ok(async { answered.await.map_err(|_| Refusal::gone())? })
    }
}
