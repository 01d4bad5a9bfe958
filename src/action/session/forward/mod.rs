//! Forwarded ports: a listener on this machine's loopback, and the connections to it carried through a port session. The session
//! itself, who may have one and what is on record of it, are left to whoever holds sessions.
//!
//! The other end knows no half-closed connections, no slow readers, and no number for a connection that it could not make. What
//! follows from that is decided here: a program's own end is not passed on while answers come; a program that reads nothing holds
//! up its session for a while and is then reset; and what ends early is reset, so that no program takes a part for the whole.

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
use crate::aws::session::Channel;
use crate::link::session::{Live, Through};

/// Connections through one session at once. More are reset at once.
pub const MOST_CONNECTIONS: usize = 64;

/// Refusals that are remembered.
const REFUSALS: usize = 8;

/// Events that wait for whoever holds the session.
const WAITING: usize = 16;

/// A local port that is ours, before anything answers there.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    port: u16,
}

/// Takes a port of this machine's loopback; 0: one that is free. Nobody is answered there before [`carry`].
///
/// # Errors
/// Why it is not to be had, for people.
pub async fn listen(port: u16) -> Result<Listening, String> {
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::AddrInUse => {
            format!("port {port} of this machine is in use; take another, or 0 for one that is free")
        }
        ErrorKind::PermissionDenied => {
            format!("port {port} of this machine is not for us; take one from 1024 on, or 0 for one that is free")
        }
        _ => format!("port {port} of this machine is not to be had: {error}"),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(refused)?;
    let port = listener.local_addr().map_err(refused)?.port();
    Ok(Listening { listener, port })
}

impl Listening {
    /// Which port.
    pub const fn port(&self) -> u16 {
        self.port
    }
}

/// How long things are waited for. The default is what people get; trials take less.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// After a program has sent all: how long nothing may come before its connection is closed at the other end.
    pub answers: Duration,
    /// How long a program may read nothing while the session waits for it.
    pub readers: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { answers: Duration::from_secs(5), readers: Duration::from_secs(30) }
    }
}

/// A port session whose bytes are carried.
#[derive(Debug)]
pub struct Carried {
    /// Its channel, without the bytes: what else happens, and where to end it. Dropped, its connections are reset and its local
    /// port is free again.
    pub channel: Channel,
    /// What goes through it.
    pub flow: watch::Receiver<Flow>,
}

/// What goes through a forwarded port.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Flow {
    /// Bytes from the machine.
    pub bytes_in: u64,
    /// Bytes to it.
    pub bytes_out: u64,
    /// Connections that are open.
    pub connections: Vec<Through>,
    /// The last that were refused or reset, and why, the newest last.
    pub refused: Vec<String>,
}

impl Flow {
    /// Says it of a session; whether that is news.
    pub fn tell(&self, live: &mut Live) -> bool {
        let news = (live.bytes_in, live.bytes_out) != (self.bytes_in, self.bytes_out)
            || live.connections != self.connections
            || live.refused != self.refused;
        if news {
            live.bytes_in = self.bytes_in;
            live.bytes_out = self.bytes_out;
            live.connections.clone_from(&self.connections);
            live.refused.clone_from(&self.refused);
        }
        news
    }
}

/// Carries connections to the port through a session, from when it is ready until it ends. `towards` is the other end as people
/// are told of it: `port 5432 of db.internal through web-01`.
pub fn carry(listening: Listening, channel: Channel, towards: String, patience: Patience) -> Carried {
    let (input, commands) = mpsc::channel(WAITING);
    let (tell, events) = mpsc::channel(WAITING);
    let (say, flow) = watch::channel(Flow::default());
    let pump = Pump::new(listening.listener, channel, towards, patience, say);
    let task = tokio::spawn(pump.run(commands, tell));
    Carried { channel: Channel { input, events, task }, flow }
}
