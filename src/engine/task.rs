//! The one task that owns the core. Everything it takes is written down first, in one sync for all that waits, and only
//! then applied, answered and published. Applying can't fail, so a write that fails leaves nothing to undo.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::directory::{Directory, Listed};
use super::follow::Follower;
use super::gauges::Stage;
use super::handle::Message;
use super::post::TopicStep;
use super::recent::Recent;
use super::refusals::Refusals;
use super::scribe::Scribe;
use super::seats::Seats;
use super::{Clock, chains::Chains, counters::Counters, declared::Pins};
use crate::core::assign::Technician;
use crate::core::board::Board;
use crate::core::change::{Change, Published};
use crate::core::engine::Engine;
use crate::core::id::TenantId;
use crate::core::input::{Entry, Input};
use crate::core::pulse::Pulse;
use crate::core::time::Moment;
use crate::link::Call;
use crate::people::People;
use crate::store::{Batch, Copies, History, Inbox, Outcome, StoreError, Written};

/// Requests written down with one sync, at most.
const BATCH: usize = 256;
/// Inputs dropped from the inbox in one go, at most: a longer pause would be felt by the senders.
const FORGET: u64 = 2_000;
/// How often the pulse is told, at most.
const PULSE_EVERY: Duration = Duration::from_secs(1);
/// How often it is told when nothing changes: a seat that hears nothing for much longer says so.
const PULSE_AT_LEAST: Duration = Duration::from_secs(10);
/// How often a store that failed is tried again while nothing arrives.
const PROBE_EVERY: Duration = Duration::from_secs(2);
/// How long a seat that fell behind waits before there may be room for a snapshot.
const CATCH_UP_AFTER: Duration = Duration::from_millis(250);

/// The task's own things.
pub(super) struct Task {
    pub(super) core: Engine,
    pub(super) board: Board,
    pub(super) inbox: Box<dyn Inbox>,
    pub(super) history: Arc<dyn History>,
    pub(super) follower: Follower,
    pub(super) seats: Seats,
    pub(super) directory: Directory,
    pub(super) counters: Arc<Counters>,
    pub(super) recent: Recent,
    pub(super) unheard: super::unheard::Unheard,
    pub(super) pins: Pins,
    pub(super) technicians: Vec<Technician>,
    pub(super) public_url: String,
    pub(super) clock: Clock,
    pub(super) people: People,
    pub(super) own_log: Scribe,
    pub(super) last_at: Moment,
    pub(super) last_seq: u64,
    pub(super) forgotten: u64,
    pub(super) store_error: Option<String>,
    /// Why the configuration as it is now was not taken.
    pub(super) config_error: Option<String>,
    /// Why the receiver's certificate as it is now is not the one that it shows.
    pub(super) certificate_error: Option<String>,
    pub(super) listen: Result<Option<String>, String>,
    pub(super) pulse_due: Instant,
    pub(super) pulsed: Instant,
    pub(super) probe_at: Option<Instant>,
    /// Tenants whose past could not be read when it was needed, and why.
    pub(super) damaged: BTreeMap<TenantId, String>,
    /// The tenants' audit logs.
    pub(super) chains: Chains,
    /// What was refused a moment ago.
    pub(super) refusals: Refusals,
    /// Who answers questions about other people's machines.
    pub(super) hands: Option<tokio::sync::mpsc::Sender<Call>>,
    /// As whom AWS knows us, or why it does not; absent until somebody needed to know.
    pub(super) aws: Option<Result<String, String>>,
    pub(super) stopping: bool,
    /// For threads that have something to say to it.
    pub(super) own: super::handle::Handle,
    /// Who reads bodies, once the receiver is there.
    pub(super) interpreter: Arc<std::sync::OnceLock<Arc<dyn super::interpreter::Interpreter>>>,
    pub(super) reader: super::reader::Reader,
    pub(super) copies: Arc<dyn Copies>,
    pub(super) porter: super::porter::Porter,
}

impl Task {
    /// Runs until it is told to stop, and then until all that was taken is done.
    pub(super) fn run(mut self, messages: &Receiver<Message>) {
        loop {
            match self.next(messages) {
                Ok(message) => self.take(message, messages),
                Err(RecvTimeoutError::Timeout) if self.stopping => break,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.pass_time();
        }
        self.end();
    }

    fn next(&self, messages: &Receiver<Message>) -> Result<Message, RecvTimeoutError> {
        match self.patience() {
            Some(patience) => messages.recv_timeout(patience),
            None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// How long nothing needs to happen unless a message comes; absent: for ever.
    fn patience(&self) -> Option<Duration> {
        if self.stopping || self.forgotten < self.follower.settled() && self.store_error.is_none() {
            return Some(Duration::ZERO);
        }
        let until = |at: &Instant| at.saturating_duration_since(Instant::now());
        let deadline = self.core.next_deadline().map(|at| {
            let left = at - (self.clock)();
            Duration::from_millis(u64::try_from(left.0).unwrap_or(0))
        });
        let behind = self.seats.any_behind().then_some(CATCH_UP_AFTER);
        let present = self.seats.due().as_ref().map(until);
        [deadline, behind, present, Some(until(&self.pulse_due)), self.probe_at.as_ref().map(until)]
            .into_iter()
            .flatten()
            .min()
    }

    /// Takes a message and, when it is a delivery, all deliveries that wait behind it.
    fn take(&mut self, first: Message, messages: &Receiver<Message>) {
        let mut intakes = Vec::new();
        let mut message = Some(first);
        while let Some(next) = message.take() {
            match next {
                Message::Intake(intake) => {
                    self.counters.queued.fetch_sub(1, Ordering::Relaxed);
                    intakes.push(*intake);
                    if intakes.len() < BATCH {
                        message = messages.try_recv().ok();
                    }
                }
                other => {
                    // What came before a call is done before it.
                    self.deliver(std::mem::take(&mut intakes));
                    self.handle(other);
                }
            }
        }
        self.deliver(intakes);
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Intake(_) | Message::Nudge => {}
            Message::Call(call) => self.call(*call),
            Message::Seat(newcomer) => self.seat(*newcomer),
            Message::Listening(state) => {
                self.listen = state.map(Some);
                // Until it is told, the screens say that nobody listens.
                self.pulse_due = Instant::now();
            }
            Message::Certificate(state) => {
                self.certificate_error = state.err();
                self.want_pulse();
            }
            Message::Declared(read) => self.declared_anew(*read),
            Message::Step(tenant, on, answer) => drop(answer.send(self.step_of(&tenant, *on))),
            Message::SessionStep(tenant, on, answer) => drop(answer.send(self.step_session(&tenant, *on))),
            Message::ByItself(incident, runbook, answer) => drop(answer.send(self.by_itself(&incident, &runbook))),
            Message::Note(tenant, record, answer) => {
                let parameters = record.parameters.clone();
                let noted = self.note(&tenant, record.with(parameters));
                // Whoever asked may have gone.
                let _ = answer.map(|answer| answer.send(noted));
            }
            Message::Own(record) => self.note_own(*record),
            Message::Topic(step) => {
                let TopicStep { tenant, source, arn, on, answer } = *step;
                // The request that it came in may be over.
                let _ = answer.send(self.on_topic(&tenant, &source, &arn, on));
            }
            Message::TakeIn(copy) => self.take_in(*copy),
            Message::Hands(hands) => self.hands = Some(hands),
            Message::Aws(state) => {
                self.aws = Some(state);
                self.want_pulse();
            }
            Message::Farewell(why) => {
                self.counters.life.enter(Stage::Stopping);
                self.seats.farewell(&why);
            }
            Message::Stop => {
                self.stopping = true;
                self.counters.life.enter(Stage::Stopping);
            }
        }
    }

    /// What is not a message: deadlines, the archive's news, the pulse.
    fn pass_time(&mut self) {
        self.catch_up();
        self.hear_follower();
        if self.counters.changed() {
            self.want_pulse();
        }
        if self.probe_at.is_some_and(|at| at <= Instant::now()) {
            let probed = self.inbox.probe();
            self.note_store(probed.as_ref().err());
        }
        self.forget_some();
        if self.pulse_due <= Instant::now() {
            self.tell_pulse();
        }
        self.seats.catch_up(&self.board);
    }

    /// Carries out what is due by now, and says when that is.
    pub(super) fn catch_up(&mut self) -> Moment {
        let now = self.now();
        if self.core.next_deadline().is_some_and(|at| at <= now) {
            let changes = self.core.advance(now);
            self.finish_batch(Vec::new(), changes);
        }
        now
    }

    /// Writes one input down and applies it, as of a moment that is not before any other.
    ///
    /// # Errors
    /// Nothing was changed, and why.
    pub(super) fn input(&mut self, at: Moment, tenant: &TenantId, input: Input) -> Result<(), &'static str> {
        let encoded = serde_json::to_vec(&input).map_err(|_| "the input cannot be written")?;
        let entry = Entry { seq: self.last_seq + 1, at, tenant: tenant.clone(), input: Arc::new(input) };
        let written = Written { entry, encoded: encoded.into(), raw: Bytes::new() };
        self.append(std::slice::from_ref(&written))?;
        self.last_seq += 1;
        let entry = written.entry;
        let changes = self.core.apply(entry.at, &entry.tenant, &entry.input);
        self.finish_batch(vec![Outcome { entry, raw: Bytes::new(), receipts: None, aside: None }], changes);
        Ok(())
    }

    /// Tells everybody what came of a batch.
    pub(super) fn finish_batch(&mut self, outcomes: Vec<Outcome>, changes: Vec<Change>) {
        if changes.iter().any(|change| matches!(change, Change::TenantChanged(_) | Change::TenantRemoved { .. })) {
            self.list_tenants();
        }
        let (keys, standing) = (self.core.take_touched(), self.core.take_standing());
        let audited = self.chains.seal(self.core.take_audited());
        let published: Vec<Published> = changes
            .iter()
            .map(|change| {
                let revision = self.board.revision + 1;
                let published = Published { revision, company_id: change.tenant().clone(), change: change.clone() };
                self.board.apply(&published);
                published
            })
            .collect();
        self.counters.happened(&changes);
        if !published.is_empty() {
            self.seats.publish(&Arc::new(published));
        }
        if outcomes.is_empty() {
            // What time alone brought has a number too, or the archive would take it for written already.
            self.last_seq += 1;
        }
        if !outcomes.is_empty() || !changes.is_empty() || !keys.is_empty() || !standing.is_empty() {
            self.follower.give(Batch { up_to: self.last_seq, outcomes, changes, keys, standing, audited });
        }
    }

    /// Whether a tenant takes nothing.
    pub(super) fn is_stopped(&self, tenant: &TenantId) -> bool {
        self.board.tenants.get(tenant).is_some_and(|panel| panel.stopped.is_some())
    }

    /// The time, never earlier than before.
    pub(super) fn now(&mut self) -> Moment {
        self.last_at = self.last_at.max((self.clock)());
        self.last_at
    }

    /// How the engine is.
    pub(super) fn pulse(&self) -> Pulse {
        Pulse {
            at: (self.clock)(),
            listen: self.listen.clone().ok().flatten(),
            listen_error: self.listen.clone().err(),
            received: self.counters.received.load(Ordering::Relaxed),
            duplicates: self.counters.duplicates.load(Ordering::Relaxed),
            queue: self.counters.queued.load(Ordering::Relaxed),
            store_error: self.store_error.clone().or_else(|| self.follower.error()),
            config_error: self.config_error.clone().or_else(|| self.certificate_error.clone()),
            aws: self.aws.clone(),
            tenants_stopped: self.board.tenants.values().filter(|panel| panel.stopped.is_some()).count(),
            loading: false,
            refused: self.counters.refused(),
            strangers: self.counters.strangers.load(Ordering::Relaxed),
        }
    }

    /// Puts the directory in step with the core.
    pub(super) fn list_tenants(&self) {
        let listed = self.core.tenants().map(|tenant| {
            let stopped = self.board.tenants.get(&tenant.id).and_then(|panel| panel.stopped.as_deref());
            Listed { tenant: tenant.clone(), stopped: stopped.map(Into::into) }
        });
        self.directory.replace(listed.collect());
        self.counters.sources.keep_those_of(&self.core);
    }

    pub(super) fn append(&mut self, written: &[Written]) -> Result<(), &'static str> {
        if written.is_empty() {
            return Ok(());
        }
        let began = Instant::now();
        let appended = self.inbox.append(written);
        if appended.is_ok() {
            self.counters.committed((self.clock)(), began.elapsed());
        }
        self.note_store(appended.as_ref().err());
        appended.map_err(|error| match error {
            StoreError::Full { .. } => "the disk is full",
            _ => "the store cannot be written",
        })
    }

    /// Remembers whether the store took the last write.
    fn note_store(&mut self, error: Option<&StoreError>) {
        let error = error.map(ToString::to_string);
        self.probe_at = error.as_ref().map(|_| Instant::now() + PROBE_EVERY);
        if self.store_error != error {
            if let Some(error) = &error {
                tracing::error!(%error, "the store cannot take alerts");
            }
            self.store_error = error;
            self.want_pulse();
        }
    }

    fn hear_follower(&mut self) {
        let damaged = std::mem::take(&mut self.damaged);
        for (tenant, reason) in self.follower.stopped().into_iter().chain(damaged) {
            if self.board.tenants.get(&tenant).is_some_and(|panel| panel.stopped.is_none()) {
                tracing::error!(%tenant, %reason, "tenant stopped");
                self.finish_batch(Vec::new(), vec![Change::TenantStopped { id: tenant, reason }]);
                self.list_tenants();
            }
        }
        if self.board.pulse.store_error != self.store_error.clone().or_else(|| self.follower.error()) {
            self.want_pulse();
        }
    }

    fn forget_some(&mut self) {
        let settled = self.follower.settled();
        if self.forgotten >= settled || self.store_error.is_some() {
            return;
        }
        let up_to = settled.min(self.forgotten + FORGET);
        // What was taken for a stopped tenant is in no file yet: the inbox has to keep it.
        let stopped = self.board.tenants.iter().filter(|(_, panel)| panel.stopped.is_some()).map(|(id, _)| id.clone());
        let but: Vec<TenantId> = self.follower.stopped().into_keys().chain(stopped).collect();
        match self.inbox.forget(up_to, &but) {
            Ok(()) => self.forgotten = up_to,
            Err(error) => self.note_store(Some(&error)),
        }
    }

    pub(super) fn want_pulse(&mut self) {
        self.pulse_due = self.pulse_due.min(self.pulsed + PULSE_EVERY);
    }

    fn tell_pulse(&mut self) {
        self.pulsed = Instant::now();
        self.pulse_due = self.pulsed + PULSE_AT_LEAST;
        self.counters.look();
        self.counters.of_board(&self.board);
        self.board.pulse = self.pulse();
        // Tokens run out by themselves.
        self.judge_seats();
        self.seats.pulse(&self.board.pulse);
    }

    /// Everything taken is done; what the archive has not got yet stays in the inbox.
    fn end(mut self) {
        self.follower.finish(Duration::from_secs(3));
        while self.forgotten < self.follower.settled() && self.store_error.is_none() {
            self.forget_some();
        }
    }
}
