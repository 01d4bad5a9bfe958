//! Session Manager: a channel to one machine, as a stream of events and a place for input.
//!
//! What goes over the wire, and when, is decided by a state machine without clock, socket or chance; the task behind
//! a [`Channel`] only carries frames and time to it. Who may open a session, who sees what it shows, and when it has lasted long
//! enough is `action`'s.

mod address;
mod calls;
pub mod chance;
mod channel;
pub mod cipher;
pub mod client;
pub mod delivery;
mod dial;
#[cfg(test)]
mod dial_tests;
mod drive;
#[cfg(test)]
mod drive_tests;
mod edge;
pub mod frame;
pub mod handshake;
mod held;
mod line;
mod opening;
mod pace;
pub mod payload;
mod reach;
pub mod rto;
mod screen;
pub mod smux;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zeroize::Zeroizing;

use crate::core::execution::order::InstanceId;

pub use self::channel::Mate;

/// A session that AWS has begun: its channel is to be opened, or the session terminated.
#[derive(Debug)]
pub struct Started {
    /// AWS' id of it.
    pub aws_id: String,
    /// On which machine.
    pub instance: InstanceId,
    /// Where its channel is.
    pub url: String,
    /// What lets us in there.
    pub token: Token,
}

/// What lets somebody into a session. Prints as `***`.
#[derive(Clone)]
pub struct Token(pub Zeroizing<String>);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// A session that AWS says is active.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Active {
    /// AWS' id of it.
    pub aws_id: String,
    /// On which machine, as AWS calls it.
    pub target: String,
    /// Why it was opened, as whoever opened it said.
    pub reason: String,
}

/// A channel to a machine. It goes on, through other sockets, for as long as this is held; dropped, it stops where it is, and the
/// session has to be terminated.
#[derive(Debug)]
pub struct Channel {
    /// What the machine is to get. When it is full, the machine or the way there is slow: wait.
    pub input: mpsc::Sender<Input>,
    /// What happens. While nobody takes it, nothing more is read from the machine.
    pub events: mpsc::Receiver<Event>,
    /// What keeps it going.
    pub task: JoinHandle<()>,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Something for the machine. Prints without what is typed.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// Bytes: keys, or what goes through a port.
    Bytes(Bytes),
    /// The terminal's size.
    Size {
        /// Across.
        cols: u16,
        /// Down.
        rows: u16,
    },
    /// The port's other end is wanted no more: for port sessions.
    Terminate,
    /// The connection is over, the session is not: for port sessions after [`Event::Raw`].
    Disconnect,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Size { cols, rows } => write!(f, "Size({cols}x{rows})"),
            Self::Terminate => f.write_str("Terminate"),
            Self::Disconnect => f.write_str("Disconnect"),
        }
    }
}

/// Something that happens in a session. Prints without what is shown.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// What goes through the port is one connection's bytes and not smux: the agent is too old. Comes before [`Event::Ready`].
    Raw,
    /// The machine is ready. What was put in before is sent from here on.
    Ready {
        /// What the machine has to say about it. As hostile as any text from outside.
        message: String,
    },
    /// Bytes from the machine, in order and each once.
    Output(Bytes),
    /// What a command writes to its standard error.
    Errors(Bytes),
    /// How a command ended.
    ExitCode(i32),
    /// The machine could not connect to the port's other end.
    NoConnection,
    /// The machine does not respond at present.
    Paused,
    /// It does again.
    Resumed,
    /// The connection is away, and is being made again.
    Away {
        /// Why. As hostile as any text from outside.
        why: String,
        /// How many times it was tried.
        tries: u32,
    },
    /// It is there again.
    Back,
    /// It is over: there are no more events.
    Ended(Ending),
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Raw => f.write_str("Raw"),
            Self::Ready { message } => write!(f, "Ready({message:?})"),
            Self::Output(bytes) => write!(f, "Output({})", bytes.len()),
            Self::Errors(bytes) => write!(f, "Errors({})", bytes.len()),
            Self::ExitCode(code) => write!(f, "ExitCode({code})"),
            Self::NoConnection => f.write_str("NoConnection"),
            Self::Paused => f.write_str("Paused"),
            Self::Resumed => f.write_str("Resumed"),
            Self::Away { why, tries } => write!(f, "Away({why:?}, {tries})"),
            Self::Back => f.write_str("Back"),
            Self::Ended(ending) => write!(f, "Ended({ending:?})"),
        }
    }
}

/// How a channel ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Ending {
    /// The other side closed it: the shell or command has ended when there are no words, else those are the reason. As hostile as
    /// any text from outside.
    Closed(String),
    /// AWS has no such session any more: it had lasted too long, or nobody typed.
    TimedOut,
    /// It could not be opened, or not be gone on with: for people, with what to mend and on whose side.
    Failed(String),
}

#[cfg(test)]
mod tests;
