//! Bytes from the terminal as they come, while it is handed over. Whoever reads keys from it otherwise must have let go of it.
//!
//! A thread of its own reads them, since the terminal is shared with whatever started us and must not be set to return at once
//! where there is nothing. It ends before anybody else reads.

use std::io;
use std::os::fd::OwnedFd;
use std::thread::JoinHandle;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::mpsc;

/// Bytes that are read at once, at most.
const MOST: usize = 4096;

/// The terminal's input.
#[derive(Debug)]
pub struct Bytes {
    read: mpsc::Receiver<io::Result<Vec<u8>>>,
    /// Closed, it ends the thread.
    stop: Option<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Bytes {
    /// Takes standard input.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn take() -> io::Result<Self> {
        let (stopped, stop) = rustix::pipe::pipe()?;
        // One piece is on its way, and the next is read when it is taken: what is not wanted stays in the terminal.
        let (reading, read) = mpsc::channel(1);
        let thread = std::thread::Builder::new().name("keys".into()).spawn(move || read_on(&stopped, &reading))?;
        Ok(Self { read, stop: Some(stop), thread: Some(thread) })
    }

    /// What was typed; nothing when the terminal is gone. Nothing is lost when this is dropped while it waits.
    ///
    /// # Errors
    /// When the terminal can't be read.
    pub async fn read(&mut self) -> io::Result<Vec<u8>> {
        self.read.recv().await.unwrap_or(Ok(Vec::new()))
    }

    /// Lets go of the terminal; what was read of it and not taken.
    pub fn finish(mut self) -> Vec<u8> {
        self.end();
        let mut rest = Vec::new();
        while let Ok(read) = self.read.try_recv() {
            rest.extend(read.unwrap_or_default());
        }
        rest
    }

    fn end(&mut self) {
        self.stop = None;
        // It may wait for room: there is none any more, and what it has is kept by nobody.
        self.read.close();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked reads nothing either.
            let _ = thread.join();
        }
    }
}

impl Drop for Bytes {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads until it is stopped, or nobody takes what is read, or the terminal is gone.
fn read_on(stopped: &OwnedFd, reading: &mpsc::Sender<io::Result<Vec<u8>>>) {
    let input = io::stdin();
    loop {
        let mut both = [PollFd::new(&input, PollFlags::IN), PollFd::new(stopped, PollFlags::IN)];
        match poll(&mut both, None) {
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(error) => return drop(reading.blocking_send(Err(error.into()))),
        }
        if !both[1].revents().is_empty() {
            return;
        }
        let mut bytes = vec![0; MOST];
        let read = match rustix::io::read(&input, &mut bytes) {
            Ok(count) => {
                bytes.truncate(count);
                Ok(bytes)
            }
            Err(Errno::INTR | Errno::AGAIN) => continue,
            // The other end of a pseudo-terminal is gone.
            Err(Errno::IO) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        };
        let last = read.as_ref().map_or(true, Vec::is_empty);
        if reading.blocking_send(read).is_err() || last {
            return;
        }
    }
}
