//! Signals that end a seat. They are taken from the start, so that none ends it with the terminal left as it is.

use std::io;

use futures_util::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Those that end a seat, and the one that must not stop an embedded engine.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
    /// Held so that the default, stopping the process, does not happen.
    _stop: Option<Signal>,
}

impl Signals {
    /// Begins to listen. With an engine in this process, a request to stop is ignored from here on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen(embedded: bool) -> io::Result<Self> {
        let stop = SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw());
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            _stop: embedded.then(|| signal(stop)).transpose()?,
        })
    }

    /// Waits until one of them comes.
    pub async fn end(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.hang_up.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// The same while the terminal is lent: then an interrupt is meant for whoever has it.
    pub async fn end_while_lent(&mut self) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.hang_up.recv() => return,
                _ = self.interrupt.recv() => {}
            }
        }
    }

    /// Interrupts that have come by now were meant for somebody else.
    pub fn forget_interrupts(&mut self) {
        while self.interrupt.recv().now_or_never().is_some() {}
    }
}
