//! `serve`: the engine without a screen. SIGINT and SIGTERM end it: nothing more is taken, what was taken is finished. SIGHUP
//! has it read the configuration again.

use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use anyhow::Context;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::ending::Asked;
use super::log::Log;
use super::out::Failure;
use super::place::{Place, actor};
use super::{notify, reach, receiving, reload};
use crate::action::{Duty, Working};
use crate::engine::handle::Handle;
use crate::engine::socket;
use crate::link::Request;
use crate::receiver::{self, Limit};

/// Threads that answer senders.
pub const THREADS: usize = 2;

/// Runs until a signal ends it.
///
/// # Errors
/// When it can't listen, or the store can't be read.
pub fn run(place: &Place) -> Result<(), Failure> {
    let log = Log::start(place, true)?;
    log_panics();
    let handed = receiving::handed(&place.config.receiver)?;
    let (running, _lock) = reach::start(place)?;
    let runtime = reach::runtime(THREADS)?;
    let mut asked = runtime.block_on(async { Asked::listen() })?;
    notify::status("reading what the store holds");
    // Answered once the store is read: until then there is nothing to listen for.
    runtime.block_on(running.handle().caller().ask(&actor(), Request::Pulse))?;
    let doors = Doors::open(place, &runtime, running.handle(), handed)?;
    let address = doors.address.map_or_else(String::new, |at| at.to_string());
    tracing::info!(%address, data = %place.data_dir.display(), "listening");
    notify::ready(&format!("listening on {address}"));
    let ended = runtime.block_on(async {
        tokio::select! {
            () = asked.next() => Ok(()),
            never = reload_when_told(place, &log, &doors) => Ok(never?),
            gone = notify::accompany(running.handle()) => Err(gone),
        }
    });
    tracing::info!("ending: finishing what was taken");
    notify::stopping();
    asked.at_once(&runtime);
    runtime.block_on(doors.close());
    running.stop();
    tracing::info!("ended");
    ended
}

/// Has a panic logged as everything else is, on one line.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, message = panic.payload_as_str(), "a part of the program has failed");
    }));
}

/// The ways into an engine, the socket and the receiver, and its way out: the hands that reach AWS.
pub struct Doors {
    /// Where senders post; absent when the address could not be had.
    pub address: Option<SocketAddr>,
    close: watch::Sender<()>,
    receiver: Option<JoinHandle<std::io::Result<()>>>,
    socket: JoinHandle<()>,
    socket_path: PathBuf,
    hands: Working,
    engine: Handle,
    /// Bytes of a body.
    pub max_body: Limit,
}

impl Doors {
    /// Listens at both; for senders, at the address or at the socket that was handed over.
    ///
    /// # Errors
    /// When one of them can't be had.
    pub fn open(
        place: &Place,
        runtime: &Runtime,
        handle: &Handle,
        handed: Option<TcpListener>,
    ) -> Result<Self, Failure> {
        let (doors, bound) = Self::opened(place, runtime, handle, handed)?;
        match bound {
            Ok(()) => Ok(doors),
            Err(failure) => {
                runtime.block_on(doors.close());
                Err(failure)
            }
        }
    }

    /// Listens at the socket, and at the receiver if that is possible: seats and command lines of this host can then come
    /// in either way, and the screen says why senders can't.
    ///
    /// # Errors
    /// When the socket can't be had.
    pub fn open_socket(
        place: &Place,
        runtime: &Runtime,
        handle: &Handle,
    ) -> Result<(Self, Result<(), Failure>), Failure> {
        Self::opened(place, runtime, handle, None)
    }

    fn opened(
        place: &Place,
        runtime: &Runtime,
        handle: &Handle,
        handed: Option<TcpListener>,
    ) -> Result<(Self, Result<(), Failure>), Failure> {
        let _inside = runtime.enter();
        let socket_path = place.socket();
        let listener = socket::bind(&socket_path, place.config.seats.group.as_deref())
            .with_context(|| format!("cannot make {}", socket_path.display()))?;
        let socket = runtime.spawn(socket::serve(listener, handle.clone()));
        let hands = reach::hands(place, handle, Duty::Everything);
        let (close, mut closing) = watch::channel(());
        let shutdown = async move {
            // The other end going away means the same.
            let _ = closing.changed().await;
        };
        let max_body = Limit::from(place.config.receiver.max_body.0);
        let bound = bind(place, handle, handed, &max_body);
        let (address, receiver, bound) = match bound {
            Ok(bound) => (Some(bound.address()), Some(runtime.spawn(receiver::serve(bound, shutdown))), Ok(())),
            Err(failure) => (None, None, Err(failure)),
        };
        Ok((Self { address, close, receiver, socket, socket_path, hands, engine: handle.clone(), max_body }, bound))
    }

    /// Takes nothing more. What was taken is finished and answered, whoever sits here is told, sessions end.
    pub async fn close(self) {
        // A receiver that has ended already needs no word.
        let _ = self.close.send(());
        self.socket.abort();
        // Behind what was taken so far: its senders have their answers, and the seats have seen it.
        self.engine.farewell("the engine ends");
        let answered = async {
            if let Some(receiver) = self.receiver {
                let _ = receiver.await;
            }
        };
        // Neither waits for the other: a sender may take as long as it is let. Of what the hands are at, the next engine takes up
        // all but the sessions.
        tokio::join!(answered, self.hands.close());
        // The next engine removes it too.
        let _ = std::fs::remove_file(self.socket_path);
    }
}

/// Takes the receiver's address. Why that can't be is told to the engine, too.
fn bind(
    place: &Place,
    handle: &Handle,
    handed: Option<TcpListener>,
    max_body: &Limit,
) -> Result<receiver::Bound, Failure> {
    let mut options = receiving::options(place).map_err(|error| {
        handle.listening(Err(error.to_string()));
        Failure::wrong(error)
    })?;
    options.max_body = max_body.clone();
    let bound = match handed {
        Some(listener) => receiver::take_over(listener, handle.clone(), options),
        None => receiver::bind(place.listen, handle.clone(), options),
    };
    Ok(bound.with_context(|| format!("cannot listen on {}; choose another with --listen", place.listen))?)
}

/// At each SIGHUP, reads the configuration again.
async fn reload_when_told(place: &Place, log: &Log, doors: &Doors) -> std::io::Result<()> {
    let mut hang_up = signal(SignalKind::hangup())?;
    while hang_up.recv().await.is_some() {
        reload::again(place, log, &doors.engine, &doors.max_body).await;
    }
    Ok(())
}

/// Ends when SIGINT, SIGTERM or SIGHUP comes.
pub fn asked_to_end() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}
