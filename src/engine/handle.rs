//! How others reach the engine's task: a bounded queue for deliveries, calls, seats.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::{mpsc, oneshot};

use super::counters::Counters;
use super::declared::Declaration;
use super::directory::Directory;
use super::interpreter::Interpreter;
use super::porter::TakeIn;
use super::post::{Post, TopicStep};
use super::seats::{Newcomer, Seating};
use super::sign_in::SignIns;
use crate::core::audit::Record;
use crate::core::execution::step::OnExecution;
use crate::core::id::{ExecutionId, IncidentId, SessionId, TenantId};
use crate::core::session::step::OnSession;
use crate::link::{Call, Caller, Link, Refusal};
use crate::people::People;

pub use super::request::{Answered, DuplicateBy, Intake};

/// Pieces of the feed that a seat may fall behind; each may hold a whole batch of changes. Enough for a storm while a large
/// snapshot is written and read: with less, one snapshot would follow the other.
pub(super) const SEAT_DEPTH: usize = 1_024;

/// How long a full queue is left alone.
const FULL_FOR: std::time::Duration = std::time::Duration::from_millis(5);

/// The engine's task, from outside. Cheap to clone; the task ends when it is told to, not when the last handle goes.
#[derive(Clone, Debug)]
pub struct Handle {
    pub(super) messages: SyncSender<Message>,
    pub(super) directory: Directory,
    pub(super) counters: Arc<Counters>,
    pub(super) caller: Caller,
    /// Seats that there were.
    pub(super) seats: Arc<AtomicU64>,
    pub(super) people: People,
    pub(super) sign_ins: Arc<Mutex<SignIns>>,
    pub(super) interpreter: Arc<OnceLock<Arc<dyn Interpreter>>>,
    pub(super) post: Arc<OnceLock<Arc<dyn Post>>>,
}

/// What the engine's task is sent.
#[derive(Debug)]
pub enum Message {
    /// A sender's request.
    Intake(Box<Intake>),
    /// A seat's or a command line's request.
    Call(Box<Call>),
    /// Somebody new to tell what happens, and how much of it they may fall behind.
    Seat(Box<Newcomer>),
    /// A counter changed, or the archive has something to say: look.
    Nudge,
    /// Where the receiver listens, or why it doesn't.
    Listening(Result<String, String>),
    /// The receiver's certificate was changed and can't be used, or can be again.
    Certificate(Result<(), String>),
    /// The configuration was read again, or it can't be.
    Declared(Box<Result<Declaration, String>>),
    /// A step of an execution's life, from whoever carries it out, and where its answer goes.
    Step(TenantId, Box<OnExecution>, oneshot::Sender<Result<ExecutionId, Refusal>>),
    /// A step of a session's life, from whoever holds it, and where its answer goes.
    SessionStep(TenantId, Box<OnSession>, oneshot::Sender<Result<SessionId, Refusal>>),
    /// May this runbook run by itself for this incident?
    ByItself(IncidentId, String, oneshot::Sender<Result<(), Refusal>>),
    /// Something to put on record, and where it goes that it is.
    Note(TenantId, Box<Record>, Option<oneshot::Sender<Result<(), Refusal>>>),
    /// Something to put on the engine's own record.
    Own(Box<Record>),
    /// An SNS topic wants to send to a source.
    Topic(Box<TopicStep>),
    /// A copy of a tenant was judged, and is to become it.
    TakeIn(Box<TakeIn>),
    /// Who answers questions about other people's machines.
    Hands(mpsc::Sender<Call>),
    /// As whom AWS knows us, or why it does not.
    Aws(Result<String, String>),
    /// The engine ends soon, and why: whoever sits here is told, and fed no more.
    Farewell(String),
    /// Finish what was taken and end.
    Stop,
}

/// The queue is full, or the engine is stopping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Busy;

impl Handle {
    /// A handle on whoever takes the other end of `messages` and answers what `caller` asks.
    pub fn new(messages: SyncSender<Message>, directory: Directory, counters: Arc<Counters>, caller: Caller) -> Self {
        Self {
            messages,
            directory,
            counters,
            caller,
            seats: Arc::default(),
            people: People::default(),
            sign_ins: Arc::default(),
            interpreter: Arc::default(),
            post: Arc::default(),
        }
    }

    /// Puts a request into the queue, without waiting.
    ///
    /// # Errors
    /// When the queue is full or closed: nothing was taken.
    pub fn offer(&self, intake: Intake) -> Result<(), Busy> {
        self.counters.queued.fetch_add(1, Ordering::Relaxed);
        self.messages.try_send(Message::Intake(Box::new(intake))).map_err(|_| {
            self.counters.queued.fetch_sub(1, Ordering::Relaxed);
            Busy
        })
    }

    /// Who may post.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Who may come.
    pub fn people(&self) -> &People {
        &self.people
    }

    /// Reads bodies from now on; the first one stays.
    pub fn reads_with(&self, interpreter: Arc<dyn Interpreter>) {
        // There is one receiver in a process, and all of them would read alike.
        let _ = self.interpreter.set(interpreter);
    }

    /// Whoever reads bodies; nobody before the receiver is there.
    pub fn interpreter(&self) -> Option<&Arc<dyn Interpreter>> {
        self.interpreter.get()
    }

    /// Asks the engine.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// A known tenant's request was refused for `cause`.
    pub fn refused(&self, tenant: &TenantId, cause: &'static str) {
        if self.counters.refuse(tenant, cause) {
            self.nudge();
        }
    }

    /// A request was refused before anybody knew whose it was.
    pub fn refused_stranger(&self) {
        if self.counters.add(&self.counters.strangers, 1) {
            self.nudge();
        }
    }

    /// What has been counted.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Where the receiver listens, or why it doesn't.
    pub fn listening(&self, state: Result<String, String>) {
        // Only a stopping engine does not take it.
        let _ = self.messages.send(Message::Listening(state));
    }

    /// The receiver's certificate was changed and can't be used, or can be again.
    pub fn certificate(&self, state: Result<(), String>) {
        // Only a stopping engine does not take it.
        let _ = self.messages.send(Message::Certificate(state));
    }

    /// The configuration was read again, or it can't be.
    pub fn declare(&self, read: Result<Declaration, String>) {
        // Only a stopping engine does not take it.
        let _ = self.messages.send(Message::Declared(Box::new(read)));
    }

    /// Takes a step of an execution's life. When it returns, the step is on stable storage.
    ///
    /// # Errors
    /// Why it may not be taken, or could not be written: nothing has changed.
    pub async fn step(&self, tenant: &TenantId, on: OnExecution) -> Result<ExecutionId, Refusal> {
        let (answer, answered) = oneshot::channel();
        // Nothing of an execution may be lost.
        self.put(Message::Step(tenant.clone(), Box::new(on), answer)).await?;
        answered.await.map_err(|_| Refusal::gone())?
    }

    /// Takes a step of a session's life. When it returns, the step is on stable storage.
    ///
    /// # Errors
    /// Why it may not be taken, or could not be written: nothing has changed.
    pub async fn step_session(&self, tenant: &TenantId, on: OnSession) -> Result<SessionId, Refusal> {
        let (answer, answered) = oneshot::channel();
        self.put(Message::SessionStep(tenant.clone(), Box::new(on), answer)).await?;
        answered.await.map_err(|_| Refusal::gone())?
    }

    /// Whether a runbook of low risk may run by itself for an incident now. Nothing is written down for the question; the order
    /// that follows is a step like any other, and may still be refused.
    ///
    /// # Errors
    /// Why not.
    pub async fn by_itself(&self, incident: &IncidentId, runbook: &str) -> Result<(), Refusal> {
        let (answer, answered) = oneshot::channel();
        self.put(Message::ByItself(incident.clone(), runbook.into(), answer)).await?;
        answered.await.map_err(|_| Refusal::gone())?
    }

    /// Puts a message into the queue, which may be full of deliveries for a moment.
    pub(super) async fn put(&self, mut message: Message) -> Result<(), Refusal> {
        while let Err(refused) = self.messages.try_send(message) {
            match refused {
                TrySendError::Full(back) => message = back,
                TrySendError::Disconnected(_) => return Err(Refusal::gone()),
            }
            tokio::time::sleep(FULL_FOR).await;
        }
        Ok(())
    }

    /// Puts something on a tenant's record.
    pub fn note(&self, tenant: &TenantId, record: Record) {
        // Only a stopping engine does not take it.
        let _ = self.messages.send(Message::Note(tenant.clone(), Box::new(record), None));
    }

    /// The same. When it returns, the entry is on stable storage: for what must not be done without one.
    ///
    /// # Errors
    /// It could not be written.
    pub async fn noted(&self, tenant: &TenantId, record: Record) -> Result<(), Refusal> {
        let (answer, answered) = oneshot::channel();
        self.put(Message::Note(tenant.clone(), Box::new(record), Some(answer))).await?;
        answered.await.map_err(|_| Refusal::gone())?
    }

    /// Puts something on the engine's own record.
    pub fn note_own(&self, record: Record) {
        // Only a stopping engine does not take it.
        let _ = self.messages.send(Message::Own(Box::new(record)));
    }

    /// Says who answers questions about other people's machines.
    pub fn hands(&self, hands: mpsc::Sender<Call>) {
        let _ = self.messages.send(Message::Hands(hands));
    }

    /// As whom AWS knows us, or why it does not.
    pub fn aws(&self, state: Result<String, String>) {
        let _ = self.messages.send(Message::Aws(state));
    }

    /// All that happens, for a part of this program: at first a snapshot. Nobody sits there.
    pub fn seat(&self) -> Link {
        let (feeding, feed) = mpsc::channel(SEAT_DEPTH);
        // A stopping engine drops it, and the feed ends at once.
        let _ = self.messages.send(Message::Seat(Box::new(Newcomer { feed: feeding, number: 0, seating: None })));
        Link { feed, caller: self.caller.clone() }
    }

    /// A seat on this engine, for as long as the feed is held: what is theirs, at first as a snapshot or, when what they missed is
    /// still known, as no changes at all and then those. The caller asks by that right and as that seat. Everybody who is on is
    /// told of it. The feed ends with [`crate::link::Feed::Away`] when they may no longer sit there as they did: they may come again.
    pub fn seat_of(&self, seating: Seating) -> Link {
        let (feeding, feed) = mpsc::channel(SEAT_DEPTH);
        let number = self.seats.fetch_add(1, Ordering::Relaxed) + 1;
        let caller = self.caller.with(seating.standing.clone(), Some(number));
        // The same.
        let _ = self.messages.send(Message::Seat(Box::new(Newcomer { feed: feeding, number, seating: Some(seating) })));
        Link { feed, caller }
    }

    /// Somebody has left their seat: the others hear it now, and not when something happens.
    pub fn left(&self) {
        self.nudge();
    }

    /// Tells whoever sits here why the engine ends, when all that was taken before is done. Nobody new can sit down.
    pub fn farewell(&self, why: &str) {
        let _ = self.messages.send(Message::Farewell(why.into()));
    }

    /// Tells the engine to finish what it has taken and end.
    pub fn stop(&self) {
        let _ = self.messages.send(Message::Stop);
    }

    /// Makes the task look at what has no message of its own.
    pub(super) fn nudge(&self) {
        match self.messages.try_send(Message::Nudge) {
            // A full queue is looked at anyway, and a closed one needs no look.
            Ok(()) | Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {}
        }
    }
}
