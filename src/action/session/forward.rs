//! A forwarded port: a listener on this computer whose connections go through a session's channel. How long it lasts, and who may
//! have it, is the session's.

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::aws::session::{Channel, Event};
use crate::link::session::Through;

/// A local port that is ours, and leads nowhere yet.
#[derive(Debug)]
pub(super) struct Bound {
    listener: TcpListener,
    port: u16,
}

/// A port that leads to a machine, until this is dropped: then its connections are reset, and its channel is dropped too.
#[derive(Debug)]
pub(super) struct Carried {
    /// What happens in the channel, but for what goes through the port. [`Event::Ready`]: connections are taken.
    pub(super) events: mpsc::Receiver<Event>,
    /// What goes through it.
    pub(super) figures: watch::Receiver<Figures>,
    task: JoinHandle<()>,
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
    /// The last that were refused, and why. As hostile as any text from outside.
    pub(super) refused: Vec<String>,
}

impl Bound {
    /// Takes a port on loopback; 0: any that is free.
    ///
    /// # Errors
    /// Why it could not be had, for people.
    pub(super) async fn bind(local: u16) -> Result<Self, String> {
        let say = |error: std::io::Error| format!("port {local} of this computer could not be had: {error}");
        let listener = TcpListener::bind(("127.0.0.1", local)).await.map_err(say)?;
        let port = listener.local_addr().map_err(say)?.port();
        Ok(Self { listener, port })
    }

    /// Which.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Lets its connections through a channel. `to`: where they lead, for people: `db.internal:5432`.
    pub(super) fn carry(self, mut channel: Channel, to: String) -> Carried {
        let (happens, events) = mpsc::channel(64);
        let (_, figures) = watch::channel(Figures::default());
        let task = tokio::spawn(async move {
            let (_listener, _to) = (self.listener, to);
            while let Some(event) = channel.events.recv().await {
                if !matches!(event, Event::Output(_)) && happens.send(event).await.is_err() {
                    return;
                }
            }
        });
        Carried { events, figures, task }
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        self.task.abort();
    }
}
