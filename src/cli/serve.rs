//! `serve`: the engine without a screen. SIGINT and SIGTERM end it: nothing more is taken, what was taken is finished. SIGHUP
//! has it read the configuration again.

use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tracing_subscriber::EnvFilter;

use super::out::Failure;
use super::place::{Place, actor};
use super::{reach, receiving};
use crate::action::{Duty, Working};
use crate::engine::handle::Handle;
use crate::engine::socket;
use crate::link::Request;
use crate::receiver;

/// Threads that answer senders.
pub const THREADS: usize = 2;

/// Runs until a signal ends it.
///
/// # Errors
/// When it can't listen, or the store can't be read.
pub fn run(place: &Place) -> Result<(), Failure> {
    log(place, true)?;
    let (running, _lock) = reach::start(place)?;
    let runtime = reach::runtime(THREADS)?;
    // Answered once the store is read: until then there is nothing to listen for.
    runtime.block_on(running.handle().caller().ask(&actor(), Request::Pulse))?;
    let doors = Doors::open(place, &runtime, running.handle())?;
    tracing::info!(address = %doors.address.map_or_else(String::new, |at| at.to_string()), data = %place.data_dir.display(), "listening");
    runtime.block_on(until_ended(place, running.handle()))?;
    tracing::info!("ending: finishing what was taken");
    runtime.block_on(doors.close());
    running.stop();
    Ok(())
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
}

impl Doors {
    /// Listens at both.
    ///
    /// # Errors
    /// When one of them can't be had.
    pub fn open(place: &Place, runtime: &Runtime, handle: &Handle) -> Result<Self, Failure> {
        let (doors, bound) = Self::open_socket(place, runtime, handle)?;
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
        let bound = bind(place, handle);
        let (address, receiver, bound) = match bound {
            Ok(bound) => (Some(bound.address()), Some(runtime.spawn(receiver::serve(bound, shutdown))), Ok(())),
            Err(failure) => (None, None, Err(failure)),
        };
        Ok((Self { address, close, receiver, socket, socket_path, hands }, bound))
    }

    /// Takes nothing more; lets requests that are under way finish.
    pub async fn close(self) {
        // A receiver that has ended already needs no word.
        let _ = self.close.send(());
        if let Some(receiver) = self.receiver {
            let _ = receiver.await;
        }
        self.socket.abort();
        // Sessions end; the rest of what it is at is taken up by the next one.
        self.hands.close().await;
        // The next engine removes it too.
        let _ = std::fs::remove_file(self.socket_path);
    }
}

/// Takes the receiver's address. Why that can't be is told to the engine, too.
fn bind(place: &Place, handle: &Handle) -> Result<receiver::Bound, Failure> {
    let options = receiving::options(place).map_err(|error| {
        handle.listening(Err(error.to_string()));
        Failure::wrong(error)
    })?;
    let bound = receiver::bind(place.listen, handle.clone(), options);
    Ok(bound.with_context(|| format!("cannot listen on {}; choose another with --listen", place.listen))?)
}

/// Ends when SIGINT or SIGTERM comes. At each SIGHUP, the engine is told what the configuration declares by then.
async fn until_ended(place: &Place, engine: &Handle) -> std::io::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            _ = interrupt.recv() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            _ = hang_up.recv() => {}
        }
        if let Some(again) = &place.again {
            let read = again.find();
            engine.declare(read.as_ref().map(Place::declaration).map_err(Failure::words));
        }
    }
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

/// Starts the log: to the file that was asked for, else to standard error if that is free.
///
/// # Errors
/// When the file can't be written.
pub fn log(place: &Place, to_stderr: bool) -> Result<(), Failure> {
    let builder = tracing_subscriber::fmt().with_env_filter(log_filter(place.verbose)).with_ansi(false);
    match &place.log {
        Some(path) => {
            let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
            let file = file.with_context(|| format!("cannot write the log {}", path.display()))?;
            builder.with_writer(std::sync::Mutex::new(file)).init();
        }
        None if to_stderr => builder.with_writer(std::io::stderr).init(),
        None => {}
    }
    Ok(())
}

/// What is logged. The libraries that carry requests to AWS and others write whole requests, with their credentials, when they
/// are let: they are not, however much else is wanted.
pub fn log_filter(verbose: u8) -> EnvFilter {
    let level = match verbose {
        0 => "info",
        1 => "alert_whisperer=debug,info",
        _ => "trace",
    };
    EnvFilter::new(format!("{level},aws=warn,hyper=warn,h2=warn,reqwest=warn,rustls=warn"))
}
