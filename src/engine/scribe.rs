//! The engine's own log, written on a thread of its own: a sync takes long, and no delivery waits for one because somebody
//! knocks. What waits in the queue is written with one sync. What must be on record before it is done waits for that; everything
//! else is on record a moment later, and at an orderly end before this is gone.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use crate::audit::own::{Kept, OwnLog};
use crate::core::audit::Record;

/// Entries that may wait, and are written together: with more, whoever brings another waits.
const WAITING: usize = 1_024;

/// The log, from the task's end.
#[derive(Debug)]
pub(super) struct Scribe {
    /// There until this is dropped.
    jobs: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    kept: Kept,
    missing: Option<u64>,
}

/// Whoever reads the log after all that was put on record before.
pub(super) struct Reading(Option<SyncSender<Job>>, Kept);

#[derive(Debug)]
struct Job {
    /// Absent: it is enough that what came before is written.
    record: Option<Record>,
    done: Option<SyncSender<Result<(), String>>>,
}

impl Scribe {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub(super) fn start(log: OwnLog) -> io::Result<Self> {
        let (kept, missing) = (log.kept(), log.missing());
        let (jobs, given) = sync_channel(WAITING);
        let thread = std::thread::Builder::new().name("scribe".into()).spawn(move || write(log, &given))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), kept, missing })
    }

    /// The last entry that was in the log when it was opened, and was not there any more.
    pub(super) fn missing(&self) -> Option<u64> {
        self.missing
    }

    /// Puts something on record, soon. That it could not be is logged.
    pub(super) fn note(&self, record: Record) {
        let _ = put(self.jobs.as_ref(), Job { record: Some(record), done: None });
    }

    /// Puts something on record. When it returns, that is on stable storage.
    ///
    /// # Errors
    /// It could not be written, and is not there.
    pub(super) fn add(&self, record: &Record) -> Result<(), String> {
        wait(self.jobs.as_ref(), Some(record.clone()))
    }

    /// For whoever reads it elsewhere.
    pub(super) fn reading(&self) -> Reading {
        Reading(self.jobs.clone(), self.kept.clone())
    }
}

impl Reading {
    /// Entries as [`Kept::read`] has them.
    ///
    /// # Errors
    /// When they can't be read.
    pub(super) fn read(self, from: u64, limit: usize) -> Result<Vec<String>, String> {
        wait(self.0.as_ref(), None)?;
        self.1.read(from, limit).map_err(|error| error.to_string())
    }
}

impl Drop for Scribe {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn wait(jobs: Option<&SyncSender<Job>>, record: Option<Record>) -> Result<(), String> {
    let (done, written) = sync_channel(1);
    put(jobs, Job { record, done: Some(done) })?;
    written.recv().map_err(|_| gone())?
}

fn put(jobs: Option<&SyncSender<Job>>, job: Job) -> Result<(), String> {
    jobs.ok_or_else(gone)?.send(job).map_err(|_| gone())
}

fn gone() -> String {
    "the engine's own log is closed".into()
}

/// Writes what waits, until nobody is left who could bring more.
fn write(mut log: OwnLog, jobs: &Receiver<Job>) {
    while let Ok(first) = jobs.recv() {
        let batch: Vec<Job> = std::iter::once(first).chain(jobs.try_iter()).take(WAITING).collect();
        let written = log.add(batch.iter().filter_map(|job| job.record.as_ref())).map_err(|error| error.to_string());
        if let Err(error) = &written {
            for record in batch.iter().filter_map(|job| job.record.as_ref()) {
                tracing::error!(%error, what = record.what, "cannot be put on the engine's own record");
            }
        }
        for done in batch.into_iter().filter_map(|job| job.done) {
            // Whoever waited may have gone.
            let _ = done.send(written.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::input::Actor;
    use crate::core::time::Moment;

    fn record(n: i64) -> Record {
        Record::of(&Actor::named("priya"), Moment(n), "sign_in", n.to_string())
    }

    #[test]
    fn everything_is_on_record_in_its_order_when_it_is_read_and_at_the_end() {
        let dir = tempfile::tempdir().unwrap();
        let scribe = Scribe::start(OwnLog::open(dir.path()).unwrap()).unwrap();
        (0..1_500).for_each(|n| scribe.note(record(n)));
        scribe.add(&record(1_500)).unwrap();
        assert_eq!(scribe.kept.read(1_500, 9).unwrap().len(), 2, "it waited for those before it too");
        scribe.note(record(1_501));
        assert_eq!(scribe.reading().read(1_501, 9).unwrap().len(), 2);
        (1_502..1_600).for_each(|n| scribe.note(record(n)));
        let kept = scribe.kept.clone();
        drop(scribe);
        let entries = kept.read(1, 2_000).unwrap();
        let checked =
            crate::audit::verify(entries.iter().map(String::as_str), &crate::audit::own::heads(dir.path()).unwrap());
        assert_eq!(checked.unwrap().entries, 1_600);
        let on: Vec<String> = entries
            .iter()
            .map(|entry| serde_json::from_str::<crate::core::audit::Entry>(entry).unwrap().record.on)
            .collect();
        assert_eq!(on, (0..1_600).map(|n| n.to_string()).collect::<Vec<_>>());
    }

    #[test]
    fn whoever_must_have_it_on_record_hears_that_it_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let scribe = Scribe::start(OwnLog::open(dir.path()).unwrap()).unwrap();
        std::fs::create_dir_all(crate::audit::own::path(dir.path())).unwrap();
        assert!(scribe.add(&record(0)).is_err());
        std::fs::remove_dir(crate::audit::own::path(dir.path())).unwrap();
        scribe.add(&record(1)).unwrap();
    }
}
