//! Forwarded ports: a listener on this machine's loopback, and the connections to it carried through a port session. The session
//! itself, who may have one and what is on record of it, are left to whoever holds sessions.
//!
//! The other end knows no half-closed connections, no slow readers, and no number for a connection that it could not make. What
//! follows from that is decided here: a program's own end is not passed on while answers come; a program that reads nothing holds
//! up its session for a while and is then reset; and what ends early is reset, so that no program takes a part for the whole.

mod exchange;
mod lanes;
mod local;
mod pump;
#[cfg(test)]
mod tests;

use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};

use self::pump::Pump;
use crate::aws::session::{Channel, Event};
use crate::link::session::Through;

/// Connections through one session at once. More are reset at once.
const MOST_CONNECTIONS: usize = 64;

/// Refusals that are remembered.
const REFUSALS: usize = 8;

/// Events that wait for whoever holds the session.
const WAITING: usize = 16;

/// A local port that is ours, and leads nowhere yet.
#[derive(Debug)]
pub(super) struct Bound {
    listener: TcpListener,
    port: u16,
}

/// A port that leads to a machine, until this is dropped: then its connections are reset, the machine is told, and its channel is
/// dropped too.
#[derive(Debug)]
pub(super) struct Carried {
    /// What happens in the channel, but for what goes through the port. [`Event::Ready`]: connections are taken.
    pub(super) events: mpsc::Receiver<Event>,
    /// What goes through it.
    pub(super) figures: watch::Receiver<Figures>,
}

/// What goes through a port.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Figures {
    /// Bytes from the machine, since the beginning.
    pub(super) bytes_in: u64,
    /// Bytes to it.
    pub(super) bytes_out: u64,
    /// Connections that are there.
    pub(super) connections: Vec<Through>,
    /// The last that were refused or reset, and why, the newest last. As hostile as any text from outside.
    pub(super) refused: Vec<String>,
}

/// How long things are waited for. The default is what people get; trials take less.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// After a program has sent all: how long nothing may come before its connection is closed at the other end.
    answers: Duration,
    /// How long a program may read nothing while the session waits for it: one that stops for a minute gets all of it. The others
    /// of the same session wait as long, and the agent bears it: what it sent is acknowledged once it is read on.
    readers: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answers: Duration::from_secs(5), readers: Duration::from_secs(90) }
    }
}

impl Bound {
    /// Takes a port on loopback; 0: any that is free. Nobody is answered there before [`Bound::carry`].
    ///
    /// # Errors
    /// Why it could not be had, for people.
    pub(super) async fn bind(local: u16) -> Result<Self, String> {
        let say = |error: std::io::Error| match error.kind() {
            ErrorKind::AddrInUse => {
                format!("port {local} of this computer is in use; take another, or 0 for one that is free")
            }
            ErrorKind::PermissionDenied => {
                format!("port {local} of this computer is not for us; take one from 1024 on, or 0 for one that is free")
            }
            _ => format!("port {local} of this computer could not be had: {error}"),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, local)).await.map_err(say)?;
        let port = listener.local_addr().map_err(say)?.port();
        Ok(Self { listener, port })
    }

    /// Which.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Lets its connections through a channel, from when it is ready until it ends. `to`: where they lead, for people:
    /// `port 5432 of db.internal through web-01`.
    pub(super) fn carry(self, channel: Channel, to: String) -> Carried {
        self.carry_with(channel, to, Patience::default())
    }

    fn carry_with(self, channel: Channel, to: String, patience: Patience) -> Carried {
        let (tell, events) = mpsc::channel(WAITING);
        let (say, figures) = watch::channel(Figures::default());
        let pump = Pump::new(self.listener, channel, to, patience, say);
        tokio::spawn(pump.run(tell));
        Carried { events, figures }
    }
}
