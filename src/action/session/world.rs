//! What a live session needs besides its machine's bytes, as one seam: trials hold the other side of it without AWS or a disk.

use crate::aws::session::{Channel, Event, Input};
use crate::core::input::Actor;
use crate::core::session::End;
use crate::core::session::step::Step;
use crate::core::time::Moment;
use crate::link::Refusal;
use crate::link::session::Size;
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::forward::{Carried, Figures};
use super::recording::Recording;

/// The world around one session.
pub(super) trait World: Send + Sync + 'static {
    /// The time of day, for what is kept.
    fn now(&self) -> Moment;

    /// The time, for what is waited for.
    fn instant(&self) -> Instant;

    /// Waits for it.
    fn sleep_until(&self, at: Instant) -> impl Future<Output = ()> + Send;

    /// Begins the session at AWS. Why not, for people.
    fn begin(&self, size: Size) -> impl Future<Output = Result<Way, String>> + Send;

    /// Takes a step of the session's life, on disk when it returns. Nobody: the program itself.
    fn step(&self, by: Option<&Actor>, step: Step) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// Begins its recording, if it is one that is recorded.
    fn record(&self, size: Size) -> Option<Recording>;

    /// Whether somebody who does not type in it may end it.
    fn may_end(&self, by: &Actor) -> Result<(), Refusal>;

    /// Something was refused: it goes on record.
    fn refused(&self, by: &Actor, what: &'static str, why: &Refusal);

    /// Ends the session at AWS, unless that has ended it, then its recording; then it is over, on disk.
    fn end(&self, over: Over) -> impl Future<Output = ()> + Send;
}

/// How a session ended.
#[derive(Debug)]
pub(super) struct Over {
    /// How.
    pub(super) how: End,
    /// Why, where there is more to say.
    pub(super) why: Option<String>,
    /// Of a command.
    pub(super) exit_code: Option<i32>,
    /// Who ended it; nobody when time, the machine or the engine did.
    pub(super) by: Option<Actor>,
    /// What shows it.
    pub(super) recording: Option<Recording>,
    /// AWS has ended it already.
    pub(super) there: bool,
}

/// The way to a machine.
#[derive(Debug)]
pub(super) enum Way {
    /// Its terminal.
    Channel(Channel),
    /// A port, and which one it is on this computer.
    Port(Carried, u16),
}

/// Something came on the way from a machine.
#[derive(Debug)]
pub(super) enum Came {
    /// An event. Nothing: the channel broke.
    Event(Option<Event>),
    /// Other figures of what goes through a port.
    Figures(Figures),
}

impl Way {
    /// The next that comes. May be given up at any time.
    pub(super) async fn next(&mut self) -> Came {
        match self {
            Self::Channel(channel) => Came::Event(channel.events.recv().await),
            Self::Port(carried, _) => tokio::select! {
                event = carried.events.recv() => Came::Event(event),
                Ok(()) = carried.figures.changed() => Came::Figures(carried.figures.borrow_and_update().clone()),
            },
        }
    }

    /// Where what is typed goes, where anybody can type.
    pub(super) fn input(&self) -> Option<mpsc::Sender<Input>> {
        match self {
            Self::Channel(channel) => Some(channel.input.clone()),
            Self::Port(..) => None,
        }
    }

    /// The port on this computer.
    pub(super) fn port(&self) -> Option<u16> {
        match self {
            Self::Channel(_) => None,
            Self::Port(_, port) => Some(*port),
        }
    }
}
