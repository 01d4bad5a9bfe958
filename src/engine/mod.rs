//! The task that owns `core::Engine`: takes inputs, writes them down, applies them, answers, publishes, keeps deadlines.
//!
//! The way through: [`handle`] → `task` (one thread) → the store's inbox → core → answers, [`crate::link::Feed`], and `follow`
//! (one thread), which writes the archive. Questions about the past go to `reader` (one thread), what is on the engine's own
//! record to `scribe` (one thread). Seats and command lines in
//! other processes come in through [`socket`].

mod again;
mod by_hand;
mod calls;
mod chains;
pub mod counters;
pub mod declared;
pub mod directory;
mod executions;
mod follow;
mod gate;
pub mod gauges;
pub mod handle;
pub mod health;
mod house;
mod intake;
pub mod interpreter;
pub mod issue;
mod memories;
pub mod operator;
mod people;
mod porter;
pub mod post;
mod presence;
mod reader;
mod recent;
mod refusals;
pub mod request;
mod resuming;
mod ring;
mod scribe;
pub mod seats;
mod sessions;
mod sign_in;
pub mod socket;
mod sources;
mod still;
mod task;
#[cfg(test)]
mod tests;
mod unheard;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use self::chains::Chains;
use self::declared::{Declared, Pins};
use self::directory::Directory;
use self::follow::Follower;
use self::gauges::Stage;
use self::handle::{Handle, Message};
use self::porter::Porter;
use self::reader::Reader;
use self::recent::{Answer, Recent};
use self::refusals::Refusals;
use self::scribe::Scribe;
use self::seats::Seats;
use self::task::Task;
use crate::audit::own::OwnLog;
use crate::core::assign::Technician;
use crate::core::board::{Board, Snapshot};
use crate::core::change::Change;
use crate::core::engine::Engine;
use crate::core::id::TenantId;
use crate::core::receipt::put_aside;
use crate::core::time::{Moment, Span};
use crate::link::{Caller, Feed, Refusal};
use crate::people::People;
use crate::store::{Batch, Opened, Outcome, StoreError};

/// Reads the time.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// Deliveries, calls and seats that may wait for the task.
const QUEUE: usize = 4_096;
/// Inputs that are replayed before what came of them is handed on.
const REPLAYED: usize = 4_096;
/// A tenant's file that knows of a later time sets nobody's clock: it may have been restored from anything.
const AHEAD: Span = Span::DAY;
/// Calls that may wait to be put into that queue.
const CALLS: usize = 64;

/// What an engine is started with.
pub struct Options {
    /// Tenants that the configuration file declares.
    pub declared: Vec<Declared>,
    /// Who may be given incidents.
    pub technicians: Vec<Technician>,
    /// Where senders reach the receiver while none listens, for what is told to people.
    pub public_url: String,
    /// The time.
    pub clock: Clock,
    /// Who may come.
    pub people: People,
    /// What is on record of the engine itself.
    pub own_log: OwnLog,
}

/// A running engine. It is told to stop through its handle, or by dropping this.
#[derive(Debug)]
pub struct Running {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

/// Why an engine did not start: seats and callers are told.
#[derive(Debug, thiserror::Error)]
enum StartError {
    /// The store can't be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What the configuration file declares can't be done.
    #[error(transparent)]
    Declared(#[from] Refusal),
    /// The system has no thread left.
    #[error("cannot start a thread: {0}")]
    Thread(#[from] std::io::Error),
}

/// The time of day.
pub fn now() -> Moment {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The wall clock.
pub fn wall_clock() -> Clock {
    Arc::new(now)
}

/// Starts an engine. Returns at once: what the store keeps is read by the engine's own thread, and messages wait until that
/// is done. `open` opens the store, there.
///
/// # Errors
/// When the system has no thread left.
pub fn start(
    open: impl FnOnce() -> Result<Opened, StoreError> + Send + 'static,
    options: Options,
) -> std::io::Result<Running> {
    let (messages, arriving) = sync_channel(QUEUE);
    let (caller, mut calls) = Caller::new(CALLS);
    let handle = Handle {
        people: options.people.clone(),
        ..Handle::new(messages, Directory::default(), Arc::default(), caller)
    };
    let forward = handle.messages.clone();
    std::thread::Builder::new().name("calls".into()).spawn(move || {
        while let Some(call) = calls.blocking_recv() {
            if forward.send(Message::Call(Box::new(call))).is_err() {
                break;
            }
        }
    })?;
    let own = handle.clone();
    let thread = std::thread::Builder::new().name("engine".into()).spawn(move || match load(open, options, &own) {
        Ok(task) => {
            own.counters.life.enter(Stage::Running);
            drop(own);
            task.run(&arriving);
        }
        Err(error) => {
            own.counters.life.enter(Stage::Failed);
            turn_away(&arriving, &error.to_string());
        }
    })?;
    Ok(Running { handle, thread: Some(thread) })
}

impl Running {
    /// How to reach it.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Finishes what was taken and ends; waits for that.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.handle.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

/// Tells everybody why this engine could not start, until it is told to stop.
fn turn_away(arriving: &Receiver<Message>, why: &str) {
    while let Ok(message) = arriving.recv() {
        match message {
            // Whoever it was may have gone.
            Message::Seat(newcomer) => drop(newcomer.feed.try_send(Feed::Lost(why.into()))),
            Message::Call(call) => drop(call.answer.send(Err(Refusal::new("engine_failed", why)))),
            Message::Stop => return,
            Message::Step(_, _, answer) => drop(answer.send(Err(Refusal::new("engine_failed", why)))),
            Message::SessionStep(_, _, answer) => drop(answer.send(Err(Refusal::new("engine_failed", why)))),
            Message::ByItself(_, _, answer) => drop(answer.send(Err(Refusal::new("engine_failed", why)))),
            Message::Topic(asks) => drop(asks.answer.send(Err(Refusal::new("engine_failed", why)))),
            Message::TakeIn(copy) => drop(copy.answer.send(Err(Refusal::new("engine_failed", why)))),
            Message::Intake(_)
            | Message::Nudge
            | Message::Listening(_)
            | Message::Certificate(_)
            | Message::Declared(_)
            | Message::Note(..)
            | Message::Own(_)
            | Message::Hands(_)
            | Message::Farewell(_)
            | Message::Aws(_) => {}
        }
    }
}

/// Reads what the store keeps, replays what the archive has not got, and makes the task.
fn load(
    open: impl FnOnce() -> Result<Opened, StoreError>,
    options: Options,
    handle: &Handle,
) -> Result<Task, StartError> {
    let Opened { mut inbox, mut archive, history, copies } = open()?;
    // Before anything is read: what was erased is not there any more.
    let erasing = copies.erasing()?;
    for id in &erasing {
        archive.erase(id)?;
        inbox.erase(id)?;
        copies.clear_away(id)?;
    }
    let mut core = Engine::default();
    let mut snapshot = Snapshot::default();
    let mut watermarks: BTreeMap<TenantId, u64> = BTreeMap::new();
    let mut last_alerts = BTreeMap::new();
    let mut stopped = Vec::new();
    let mut empty = BTreeSet::new();
    let mut chains = Chains::default();
    let mut last_at = (options.clock)();
    let believed = last_at + AHEAD;
    for id in archive.tenants()? {
        match archive.load(&id) {
            Ok(kept) => {
                if let Some(at) = kept.last_alert_at {
                    if at <= believed {
                        last_at = last_at.max(at);
                    }
                    last_alerts.insert(id.clone(), at);
                }
                chains.load(&id, kept.audited, kept.missing);
                watermarks.insert(id, kept.watermark);
                core.load(kept.loaded);
            }
            // The end may have come between the making of its file and the first write: then the inbox has all of it.
            Err(StoreError::NoTenant) => drop(empty.insert(id)),
            Err(error) => stopped.push((id, error.to_string())),
        }
    }
    let mut last_seq = inbox.last_seq()?.max(watermarks.values().copied().max().unwrap_or(0));
    let nudge = handle.clone();
    let mut follower = Follower::start(archive, move || nudge.nudge())?;
    let mut recent = Recent::default();
    for tenant in core.tenants() {
        match history.keys_since(&tenant.id, Recent::since(last_at)) {
            Ok(keys) => keys.into_iter().for_each(|key| recent.remember_older(last_at, &tenant.id, key)),
            Err(error) => stopped.push((tenant.id.clone(), error.to_string())),
        }
    }
    for (tenant, reason) in &stopped {
        follower.stop(tenant.clone(), reason.clone());
    }
    let mut first_seq = None;
    let mut batch = Batch::default();
    inbox.replay(&mut |written| {
        let entry = written.entry;
        first_seq.get_or_insert(entry.seq);
        last_at = last_at.max(entry.at);
        last_seq = last_seq.max(entry.seq);
        let lost = stopped.iter().any(|(id, _)| *id == entry.tenant);
        if lost || watermarks.get(&entry.tenant).is_some_and(|done| *done >= entry.seq) {
            return;
        }
        empty.remove(&entry.tenant);
        let from = batch.changes.len();
        batch.changes.extend(core.apply(entry.at, &entry.tenant, &entry.input));
        for change in &batch.changes[from..] {
            if let Some(at) = change.heard_at() {
                last_alerts.insert(change.tenant().clone(), at);
            }
        }
        let answer = Answer::to(&entry.input, &batch.changes[from..]);
        for key in entry.input.delivery_keys() {
            recent.remember(entry.at, entry.seq, &entry.tenant, *key, answer.clone());
        }
        batch.up_to = entry.seq;
        let aside = put_aside(&batch.changes[from..]);
        batch.outcomes.push(Outcome { entry, raw: written.raw, receipts: answer.receipts(), aside });
        if batch.outcomes.len() >= REPLAYED {
            (batch.keys, batch.standing) = (core.take_touched(), core.take_standing());
            batch.audited = chains.seal(core.take_audited());
            follower.give(std::mem::take(&mut batch));
        }
    })?;
    if !batch.outcomes.is_empty() {
        (batch.keys, batch.standing) = (core.take_touched(), core.take_standing());
        batch.audited = chains.seal(core.take_audited());
        follower.give(batch);
    }
    let nothing_in = |id: TenantId| {
        let place = format!("the file of {id}");
        let error = StoreError::Damaged { place, detail: "there is nothing in it".into() };
        (id, error.to_string())
    };
    stopped.extend(empty.into_iter().map(nothing_in));
    if !stopped.is_empty() {
        handle.directory.note_unreadable();
    }
    let mut board = Board::default();
    for tenant in core.tenants() {
        snapshot.tenants.extend(house::part(&core, &tenant.id, last_alerts.get(&tenant.id).copied()));
    }
    snapshot.revision = ring::first_revision((options.clock)(), getrandom::u64().unwrap_or(0));
    let seats = Seats::new(handle.counters.clone(), snapshot.revision);
    board.reset(snapshot);
    let mut task = Task {
        core,
        board,
        inbox,
        porter: Porter::start(copies.clone(), follower.progress(), handle.clone())?,
        copies,
        interpreter: handle.interpreter.clone(),
        own: handle.clone(),
        reader: Reader::start(history.clone(), follower.progress())?,
        history,
        follower,
        seats,
        directory: handle.directory.clone(),
        counters: handle.counters.clone(),
        recent,
        unheard: unheard::Unheard::default(),
        pins: Pins::of(&options.declared),
        technicians: options.technicians,
        clock: options.clock,
        public_url: options.public_url,
        people: options.people,
        own_log: Scribe::start(options.own_log)?,
        last_at,
        last_seq,
        forgotten: first_seq.map_or(last_seq, |first| first.saturating_sub(1)),
        store_error: None,
        config_error: None,
        certificate_error: None,
        listen: Ok(None),
        pulse_due: Instant::now(),
        pulsed: Instant::now(),
        probe_at: None,
        damaged: BTreeMap::new(),
        chains,
        refusals: Refusals::default(),
        hands: None,
        aws: None,
        stopping: false,
    };
    let halted = stopped.into_iter().map(|(id, reason)| Change::TenantStopped { id, reason }).collect::<Vec<_>>();
    if !halted.is_empty() {
        task.finish_batch(Vec::new(), halted);
    }
    for id in &erasing {
        // It is tried again at the next start.
        if let Err(why) = task.erase_traces(id) {
            tracing::error!(tenant = %id, %why, "an erased tenant has left traces");
        }
    }
    task.list_tenants();
    task.resume();
    task.declare(&options.declared)?;
    task.staff()?;
    task.note_missing();
    task.note_own_missing();
    task.board.pulse = task.pulse();
    Ok(task)
}
