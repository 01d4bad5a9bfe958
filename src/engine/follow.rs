//! The thread that follows behind: writes what came of inputs into the archive, and says how far it is on stable storage.
//!
//! A tenant whose place is damaged is stopped and its inputs stay in the inbox. A full disk stops nobody: the batch waits,
//! is tried again every second, and the engine refuses new deliveries once the queue to this thread is full.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::core::id::TenantId;
use crate::store::{Archive, Batch, StoreError};

/// Batches that may wait for the archive.
const DEPTH: usize = 256;
/// Inputs that are written in one go.
const MOST: usize = 4_096;
/// How long a first batch waits for company: fewer, larger transactions under load.
const LINGER: Duration = Duration::from_millis(100);
/// How often written batches are brought to stable storage, so that they can leave the inbox.
const SETTLE_EVERY: Duration = Duration::from_secs(5);
/// How long to wait before trying again what a full disk refused.
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// The thread, from outside.
#[derive(Debug)]
pub struct Follower {
    batches: Option<SyncSender<Batch>>,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
    waiting: Arc<AtomicU64>,
    given: u64,
}

/// Waits for what was applied to be readable in the archive.
#[derive(Clone, Debug)]
pub struct Progress {
    state: Arc<State>,
}

impl Progress {
    /// Waits until everything up to an input can be read. Gives up after `patience`: the archive may be in trouble.
    pub fn reach(&self, seq: u64, patience: Duration) {
        let written = lock(&self.state.written);
        // Time-out or not, what is there will be read.
        drop(self.state.moved.wait_timeout_while(written, patience, |written| *written < seq));
    }
}

/// What the thread has to say.
#[derive(Debug, Default)]
struct State {
    written: Mutex<u64>,
    moved: Condvar,
    settled: AtomicU64,
    error: Mutex<Option<String>>,
    stopped: Mutex<BTreeMap<TenantId, String>>,
}

impl Follower {
    /// Starts the thread. It calls `nudge` when it has something new to say.
    ///
    /// # Errors
    /// When the system has no thread left.
    pub fn start(archive: Box<dyn Archive>, nudge: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let (batches, arriving) = sync_channel(DEPTH);
        let state = Arc::new(State::default());
        let waiting = Arc::new(AtomicU64::new(0));
        let mut following =
            Following { archive, state: state.clone(), waiting: waiting.clone(), nudge: Box::new(nudge), up_to: 0 };
        let thread = std::thread::Builder::new().name("archive".into()).spawn(move || following.run(&arriving))?;
        Ok(Self { batches: Some(batches), state, thread: Some(thread), waiting, given: 0 })
    }

    /// How far it is, for those who wait.
    pub fn progress(&self) -> Progress {
        Progress { state: self.state.clone() }
    }

    /// Whether another batch would have to wait.
    pub fn is_full(&self) -> bool {
        self.waiting.load(Ordering::Acquire) >= DEPTH as u64
    }

    /// Gives it a batch; waits while it is full.
    pub fn give(&mut self, batch: Batch) {
        self.waiting.fetch_add(1, Ordering::AcqRel);
        self.given = batch.up_to;
        if let Some(batches) = &self.batches {
            // The thread ends only after this end is gone.
            let _ = batches.send(batch);
        }
    }

    /// The last input that it was given. What came before the first one was in the archive already.
    pub fn given(&self) -> u64 {
        self.given
    }

    /// All inputs up to this one are on stable storage in the archive, but for those of stopped tenants.
    pub fn settled(&self) -> u64 {
        self.state.settled.load(Ordering::Acquire)
    }

    /// Why it makes no progress; absent while it does.
    pub fn error(&self) -> Option<String> {
        lock(&self.state.error).clone()
    }

    /// The tenants it has given up on, and why.
    pub fn stopped(&self) -> BTreeMap<TenantId, String> {
        lock(&self.state.stopped).clone()
    }

    /// Lets it finish what it was given; gives up after `patience`.
    pub fn finish(&mut self, patience: Duration) {
        drop(self.batches.take());
        let until = Instant::now() + patience;
        if let Some(thread) = self.thread.take() {
            while !thread.is_finished() && Instant::now() < until {
                std::thread::sleep(Duration::from_millis(2));
            }
            if thread.is_finished() {
                let _ = thread.join();
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The thread, from inside.
struct Following {
    archive: Box<dyn Archive>,
    state: Arc<State>,
    waiting: Arc<AtomicU64>,
    nudge: Box<dyn Fn() + Send>,
    up_to: u64,
}

impl Following {
    fn run(&mut self, arriving: &Receiver<Batch>) {
        let mut settle_at: Option<Instant> = None;
        loop {
            let next = match settle_at {
                None => arriving.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => arriving.recv_timeout(at.saturating_duration_since(Instant::now())),
            };
            match next {
                Ok(first) => {
                    let batch = self.gather(first, arriving);
                    self.write(batch);
                    settle_at.get_or_insert_with(|| Instant::now() + SETTLE_EVERY);
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.settle();
                    settle_at = None;
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
            if settle_at.is_some_and(|at| at <= Instant::now()) {
                self.settle();
                settle_at = None;
            }
        }
        self.settle();
    }

    /// One batch out of all that come within the linger.
    fn gather(&self, first: Batch, arriving: &Receiver<Batch>) -> Batch {
        let until = Instant::now() + LINGER;
        let mut batch = first;
        let mut keys: BTreeMap<_, _> = batch.keys.drain(..).map(|(id, key, state)| ((id, key), state)).collect();
        self.waiting.fetch_sub(1, Ordering::AcqRel);
        while batch.outcomes.len() < MOST
            && let Ok(more) = arriving.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            self.waiting.fetch_sub(1, Ordering::AcqRel);
            batch.up_to = more.up_to;
            batch.outcomes.extend(more.outcomes);
            batch.changes.extend(more.changes);
            keys.extend(more.keys.into_iter().map(|(id, key, state)| ((id, key), state)));
        }
        batch.keys = keys.into_iter().map(|((id, key), state)| (id, key, state)).collect();
        batch
    }

    /// Writes until nothing is left that could succeed. Writing again what is written is harmless.
    fn write(&mut self, mut batch: Batch) {
        loop {
            self.leave_out_stopped(&mut batch);
            let Err(failed) = self.archive.write(&batch) else { break };
            let full = failed.iter().find(|(_, error)| matches!(error, StoreError::Full { .. }));
            self.say(full.map(|(_, error)| error.to_string()));
            let full = full.is_some();
            self.give_up_on(failed);
            if !full {
                break;
            }
            std::thread::sleep(RETRY_EVERY);
        }
        self.say(None);
        self.up_to = self.up_to.max(batch.up_to);
        *lock(&self.state.written) = self.up_to;
        self.state.moved.notify_all();
    }

    /// A tenant's file must not go on after a gap: what it missed is in the inbox, and taken from there at the next start.
    fn leave_out_stopped(&self, batch: &mut Batch) {
        let stopped = lock(&self.state.stopped);
        if stopped.is_empty() {
            return;
        }
        batch.outcomes.retain(|outcome| !stopped.contains_key(&outcome.entry.tenant));
        batch.changes.retain(|change| !stopped.contains_key(change.tenant()));
        batch.keys.retain(|(tenant, ..)| !stopped.contains_key(tenant));
    }

    fn settle(&mut self) {
        if let Err(failed) = self.archive.settle() {
            let full = failed.iter().find(|(_, error)| matches!(error, StoreError::Full { .. }));
            let full = full.map(|(_, error)| error.to_string());
            self.say(full.clone());
            self.give_up_on(failed);
            if full.is_some() {
                return;
            }
        }
        self.state.settled.store(self.up_to, Ordering::Release);
        (self.nudge)();
    }

    fn say(&self, error: Option<String>) {
        let mut said = lock(&self.state.error);
        if *said != error {
            *said = error;
            (self.nudge)();
        }
    }

    fn give_up_on(&self, failed: Vec<(TenantId, StoreError)>) {
        let mut stopped = lock(&self.state.stopped);
        for (tenant, error) in failed.into_iter().filter(|(_, error)| !matches!(error, StoreError::Full { .. })) {
            stopped.entry(tenant).or_insert_with(|| error.to_string());
            (self.nudge)();
        }
    }
}
