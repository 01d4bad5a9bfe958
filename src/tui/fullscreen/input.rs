//! Bytes from the terminal as they come, while it is handed over. Whoever reads keys from it otherwise must have let go of it.

use std::io;
use std::os::fd::OwnedFd;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

/// Bytes that are read at once, at most.
const MOST: usize = 4096;

/// The terminal's input.
#[derive(Debug)]
pub struct Bytes {
    input: AsyncFd<OwnedFd>,
}

impl Bytes {
    /// Takes standard input.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn take() -> io::Result<Self> {
        let input = rustix::io::dup(io::stdin())?;
        Ok(Self { input: AsyncFd::with_interest(input, Interest::READABLE)? })
    }

    /// What was typed; nothing when the terminal is gone. Nothing is lost when this is dropped while it waits.
    ///
    /// # Errors
    /// When the terminal can't be read.
    pub async fn read(&self) -> io::Result<Vec<u8>> {
        loop {
            let mut ready = self.input.readable().await?;
            // The terminal is shared with whatever started us, so it is not set to return at once where there is nothing.
            if !self.waits()? {
                ready.clear_ready();
                continue;
            }
            let mut bytes = vec![0; MOST];
            match rustix::io::read(self.input.get_ref(), &mut bytes) {
                Ok(count) => {
                    bytes.truncate(count);
                    return Ok(bytes);
                }
                Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                // The other end of a pseudo-terminal is gone.
                Err(rustix::io::Errno::IO) => return Ok(Vec::new()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// There is something to read, if only the end.
    fn waits(&self) -> io::Result<bool> {
        let mut one = [PollFd::new(self.input.get_ref(), PollFlags::IN)];
        match poll(&mut one, Some(&Timespec { tv_sec: 0, tv_nsec: 0 })) {
            Ok(count) => Ok(count > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}
