//! The thread that follows behind: writes what came of inputs into the archive, and says how far it is on stable storage.
//!
//! A tenant whose place is damaged is stopped and its inputs stay in the inbox. A full disk stops nobody: the batch waits and
//! is tried again every second. The queue to this thread is bounded: an archive that is slow slows the engine down, one that
//! fails makes it refuse new deliveries.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::core::id::TenantId;
use crate::store::{Archive, Batch, StoreError};

/// Bytes, by [`weight`], that may wait for the archive: some seconds of a storm. A batch may go beyond once.
const MOST_WAITING: usize = 48 << 20;
/// Bytes, by [`weight`], that are enough to write at once.
const ENOUGH: usize = 16 << 20;
/// How long a first batch waits for company: in larger transactions, what changes often is written once. A reader who waits
/// for what was just applied ends it.
const LINGER: Duration = Duration::from_millis(400);
/// How often written batches are brought to stable storage, so that they can leave the inbox.
const SETTLE_EVERY: Duration = Duration::from_secs(5);
/// How long to wait before trying again what a full disk refused.
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// The thread, from outside.
#[derive(Debug)]
pub struct Follower {
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
    given: u64,
}

/// What the thread has to do.
#[derive(Debug, Default)]
struct Work {
    batches: Vec<Batch>,
    /// Of the batches that wait, and of those that are being written.
    weight: usize,
    /// Of the batches that wait.
    waiting: usize,
    /// Somebody waits for what there is.
    hurry: bool,
    /// Something else to do with the archive, once nothing waits to be written.
    errand: Option<Errand>,
    /// Nothing more will come.
    last: bool,
}

/// Something to do with the archive that is not a batch. Whoever sends it waits for it.
struct Errand(Box<Run>);

/// What is done with it.
type Run = dyn FnOnce(&mut dyn Archive) + Send;

impl std::fmt::Debug for Errand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Errand")
    }
}

/// What the thread does next.
enum Next {
    /// Write that, and whether it was the last.
    Write(Option<Batch>, bool),
    /// Something else.
    Run(Errand),
}

/// Waits for what was applied to be readable in the archive.
#[derive(Clone, Debug)]
pub struct Progress {
    state: Arc<State>,
}

impl Progress {
    /// Waits until everything up to an input can be read. False when that takes longer than `patience`, or the archive makes
    /// no progress.
    pub fn reach(&self, seq: u64, patience: Duration) -> bool {
        let written = lock(&self.state.written);
        if *written >= seq {
            return true;
        }
        lock(&self.state.work).hurry = true;
        self.state.called.notify_one();
        let wait = |written: &mut u64| *written < seq && lock(&self.state.error).is_none();
        let waited = self.state.moved.wait_timeout_while(written, patience, wait);
        *waited.unwrap_or_else(PoisonError::into_inner).0 >= seq
    }
}

/// What the engine and the thread tell each other.
#[derive(Debug, Default)]
struct State {
    work: Mutex<Work>,
    /// There is work, or a reason to begin with it.
    called: Condvar,
    /// There is room for more.
    room: Condvar,
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
        let state = Arc::new(State::default());
        let mut following = Following { archive, state: state.clone(), nudge: Box::new(nudge), up_to: 0 };
        let thread = std::thread::Builder::new().name("archive".into()).spawn(move || following.run())?;
        Ok(Self { state, thread: Some(thread), given: 0 })
    }

    /// How far it is, for those who wait.
    pub fn progress(&self) -> Progress {
        Progress { state: self.state.clone() }
    }

    /// Whether it fails and has as much as it can hold.
    pub fn is_full(&self) -> bool {
        lock(&self.state.work).weight >= MOST_WAITING && self.error().is_some()
    }

    /// Gives it a batch. Waits for room, unless it fails.
    pub fn give(&mut self, batch: Batch) {
        let no_room = |work: &mut Work| work.weight >= MOST_WAITING && self.error().is_none();
        let work = self.state.room.wait_while(lock(&self.state.work), no_room);
        let mut work = work.unwrap_or_else(PoisonError::into_inner);
        self.given = batch.up_to;
        let weight = weight(&batch);
        work.weight += weight;
        work.waiting += weight;
        work.batches.push(batch);
        // While it lingers, only enough work is worth a call: each costs both threads more than a small batch does.
        if work.batches.len() == 1 || work.waiting >= ENOUGH {
            self.state.called.notify_one();
        }
    }

    /// Does something else with the archive, after everything that was given has been written; `None` when that takes longer than
    /// `patience`, or the archive makes no progress.
    pub fn errand<T: Send + 'static>(
        &self,
        patience: Duration,
        what: impl FnOnce(&mut dyn Archive) -> T + Send + 'static,
    ) -> Option<T> {
        if !self.progress().reach(self.given, patience) {
            return None;
        }
        let (tell, told) = std::sync::mpsc::channel();
        // Whoever waits is the one who sent it.
        let errand = Errand(Box::new(move |archive| drop(tell.send(what(archive)))));
        lock(&self.state.work).errand = Some(errand);
        self.state.called.notify_one();
        told.recv().ok()
    }

    /// Goes on with a tenant that it had given up on: it is another one from now on.
    pub fn resume(&self, tenant: &TenantId) {
        lock(&self.state.stopped).remove(tenant);
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

    /// Gives up on a tenant that could not be read: nothing more is written of it.
    pub fn stop(&self, tenant: TenantId, reason: String) {
        lock(&self.state.stopped).entry(tenant).or_insert(reason);
    }

    /// Lets it finish what it was given; gives up after `patience`.
    pub fn finish(&mut self, patience: Duration) {
        lock(&self.state.work).last = true;
        self.state.called.notify_one();
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

/// One batch out of several, in their order.
fn gathered(batches: Vec<Batch>) -> Option<Batch> {
    let mut batches = batches.into_iter();
    let mut all = batches.next()?;
    let mut keys: BTreeMap<_, _> = all.keys.drain(..).map(|(id, key, state)| ((id, key), state)).collect();
    let mut standing: BTreeMap<_, _> = all.standing.drain(..).collect();
    for more in batches {
        all.up_to = more.up_to;
        all.outcomes.extend(more.outcomes);
        all.changes.extend(more.changes);
        keys.extend(more.keys.into_iter().map(|(id, key, state)| ((id, key), state)));
        standing.extend(more.standing);
        all.audited.extend(more.audited);
    }
    all.keys = keys.into_iter().map(|((id, key), state)| (id, key, state)).collect();
    all.standing = standing.into_iter().collect();
    Some(all)
}

/// About how much memory a batch takes. Gathering batches into one changes nothing about it.
fn weight(batch: &Batch) -> usize {
    /// A change or an input without its texts.
    const EACH: usize = 1_024;
    let audited: usize = batch.audited.iter().map(|(_, entry)| entry.text.len()).sum();
    let texts = audited + batch.outcomes.iter().map(|outcome| 2 * outcome.raw.len()).sum::<usize>();
    texts + EACH * (batch.outcomes.len() + batch.changes.len() + batch.standing.len())
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread, from inside.
struct Following {
    archive: Box<dyn Archive>,
    state: Arc<State>,
    nudge: Box<dyn Fn() + Send>,
    up_to: u64,
}

impl Following {
    fn run(&mut self) {
        let mut settle_at: Option<Instant> = None;
        loop {
            let (batch, last) = match self.next(settle_at) {
                Next::Write(batch, last) => (batch, last),
                Next::Run(errand) => {
                    (errand.0)(&mut *self.archive);
                    continue;
                }
            };
            if let Some(batch) = batch {
                self.write(batch);
                settle_at.get_or_insert_with(|| Instant::now() + SETTLE_EVERY);
            }
            if last || settle_at.is_some_and(|at| at <= Instant::now()) {
                settle_at = if self.settle() { None } else { Some(Instant::now() + SETTLE_EVERY) };
            }
            if last {
                return;
            }
        }
    }

    /// Waits for work and a little longer; gives all that has come as one batch, or none when `until` comes first.
    fn next(&self, until: Option<Instant>) -> Next {
        let mut work = lock(&self.state.work);
        while work.batches.is_empty() && !work.last {
            if let Some(errand) = work.errand.take() {
                return Next::Run(errand);
            }
            work.hurry = false;
            work = match until.map(|at| at.saturating_duration_since(Instant::now())) {
                Some(Duration::ZERO) => return Next::Write(None, false),
                Some(left) => self.state.called.wait_timeout(work, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.state.called.wait(work).unwrap_or_else(PoisonError::into_inner),
            };
        }
        let lingers = |work: &mut Work| !work.hurry && !work.last && work.waiting < ENOUGH;
        let lingered = self.state.called.wait_timeout_while(work, LINGER, lingers);
        let mut work = lingered.unwrap_or_else(PoisonError::into_inner).0;
        work.hurry = false;
        work.waiting = 0;
        let (batches, last) = (std::mem::take(&mut work.batches), work.last);
        drop(work);
        Next::Write(gathered(batches), last)
    }

    /// Writes until nothing is left that could succeed. Writing again what is written is harmless.
    fn write(&mut self, mut batch: Batch) {
        let weight = weight(&batch);
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
        lock(&self.state.work).weight -= weight;
        self.state.room.notify_all();
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
        batch.standing.retain(|(tenant, _)| !stopped.contains_key(tenant));
        batch.audited.retain(|(tenant, _)| !stopped.contains_key(tenant));
    }

    /// False when a full disk forbids it for now.
    fn settle(&mut self) -> bool {
        if let Err(failed) = self.archive.settle() {
            let full = failed.iter().find(|(_, error)| matches!(error, StoreError::Full { .. }));
            let full = full.map(|(_, error)| error.to_string());
            self.say(full.clone());
            self.give_up_on(failed);
            if full.is_some() {
                return false;
            }
        }
        self.say(None);
        self.state.settled.store(self.up_to, Ordering::Release);
        (self.nudge)();
        true
    }

    fn say(&self, error: Option<String>) {
        let mut said = lock(&self.state.error);
        if *said != error {
            *said = error;
            drop(said);
            // Nobody should wait for what will not come, nor begin to between looking and waiting.
            drop(lock(&self.state.work));
            drop(lock(&self.state.written));
            self.state.room.notify_all();
            self.state.moved.notify_all();
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
