//! How a program that was told to end ends: in order, within its time, at once when it is told again.

use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// All of it: requests that are under way, seats, sessions, the archive.
pub const LIMIT: Duration = Duration::from_secs(10);

/// The signals that ask for the end.
#[derive(Debug)]
pub struct Asked {
    interrupt: Signal,
    terminate: Signal,
}

impl Asked {
    /// From now on they are heard, and do not end the process. To be called within a runtime.
    ///
    /// # Errors
    /// When the system does not let us hear them.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for the next.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// Ends the process when it is told to once more, or when its time is over. What was answered is on stable storage, and the
    /// next engine goes on with it as after a crash.
    pub fn at_once(mut self, runtime: &Runtime) {
        runtime.spawn(async move {
            let why = tokio::select! {
                () = self.next() => "told to end again",
                () = tokio::time::sleep(LIMIT) => "it took too long to end",
            };
            tracing::error!(why, "ending at once: the next start finishes what was taken");
            std::process::exit(1);
        });
    }
}
