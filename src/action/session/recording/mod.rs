//! The recording of a session: what its machine showed, with the times, as an asciicast beside the tenant's other files.
//!
//! Whoever has the session says what happens and never waits: [`Recording`] puts it in a bounded queue, and a thread of its own
//! writes it (`writer`). A disk that is full or slow stops no session: what could not be kept is counted, said, and marked where
//! it is missing. How an event looks as a line is [`cast`]'s; finding what is kept is [`kept`]'s; who may read it, and how long
//! it is kept, is [`desk`]'s.

pub mod cast;
pub mod desk;
pub mod kept;
mod queue;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;

use self::cast::Header;
use self::queue::{Queue, What};
use self::writer::{OnDisk, Writer};
use crate::core::session::{self, Session};
use crate::core::time::Moment;
use crate::link::session::Size;

/// How long the end of a session waits for its disk.
const PATIENCE: Duration = Duration::from_secs(10);

/// A recording that goes on. Dropped without its end, it is still written as far as it came.
#[derive(Debug)]
pub struct Recording {
    queue: Arc<Queue>,
    file: String,
    input: bool,
    ended: oneshot::Receiver<session::Recording>,
}

impl Recording {
    /// Begins the recording of a session in its tenant's folder of recordings. Times count from when the session was opened, or
    /// asked for as long as it is not open. Never fails: what is wrong is [`Recording::trouble`].
    pub fn begin(folder: &Path, session: &Session, size: Size, record_input: bool) -> Self {
        let (queue, file) = (Arc::new(Queue::default()), kept::file_of(&session.id));
        let begun = session.opened_at.unwrap_or(session.asked_at);
        let header = Header::of(session, begun, size, record_input);
        let disk = OnDisk::new(folder.join(&file));
        let (ending, ended) = oneshot::channel();
        let (taken, name) = (queue.clone(), file.clone());
        let thread = std::thread::Builder::new().name("recording".into()).spawn(move || {
            let mut writer = Writer::new(disk, &header, begun, size);
            while let Some(pieces) = taken.take() {
                pieces.into_iter().for_each(|piece| writer.put(piece));
                writer.flush();
                taken.tell(writer.trouble());
            }
            // Whoever wanted to know may not wait any longer.
            let _ = ending.send(writer.end(name));
        });
        if let Err(error) = thread {
            queue.fail(format!("nothing is recorded: {error}"));
        }
        Self { queue, file, input: record_input, ended }
    }

    /// Bytes from the machine.
    pub fn output(&self, at: Moment, bytes: Bytes) {
        self.queue.put(at, What::Output(bytes));
    }

    /// Bytes that were typed: kept only where that was asked for.
    pub fn input(&self, at: Moment, bytes: Bytes) {
        if self.input {
            self.queue.put(at, What::Input(bytes));
        }
    }

    /// The terminal has another size.
    pub fn resize(&self, at: Moment, size: Size) {
        self.queue.put(at, What::Size(size));
    }

    /// Something happened that the output does not show. The text may be as hostile as any from outside.
    pub fn mark(&self, at: Moment, text: impl Into<String>) {
        self.queue.put(at, What::Mark(text.into()));
    }

    /// What is not recorded, and why.
    pub fn trouble(&self) -> Option<String> {
        self.queue.trouble()
    }

    /// Ends it and says what is kept, once that is on stable storage. Waits for a disk for ten seconds, no longer.
    pub async fn end(mut self) -> Option<session::Recording> {
        self.queue.end();
        match tokio::time::timeout(PATIENCE, &mut self.ended).await {
            Ok(kept) => kept.ok(),
            Err(_) => Some(session::Recording {
                file: self.file.clone(),
                bytes: 0,
                sha256: String::new(),
                trouble: Some("the disk did not take its end within ten seconds".into()),
            }),
        }
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        self.queue.end();
    }
}
