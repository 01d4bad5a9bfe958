//! The sessions that this engine holds: shells, commands and forwarded ports on other people's machines. A seat comes and goes; a
//! session is here.
//!
//! `Sessions` takes the calls. Each session has one task (`live`) and one queue of calls to it, so whatever is asked of one
//! session is done in the order in which it was asked, by whom ever; different sessions wait for nothing of each other's. The
//! task reads whatever the machine sends, whether or not anybody looks; seats pull what they have not seen yet (`readers`).
//!
//! Who may do what is decided by the core; how bytes get to a machine is `aws::session`'s; what they mean to a person is the
//! seat's. What may happen when in a session's life is in `core::caseload::sessions`.

mod asked;
mod forward;
mod holder;
mod limits;
mod live;
mod mark;
mod orphans;
mod readers;
pub mod recording;
mod ring;
mod rules;
mod screen;
mod seats;
mod shown;
#[cfg(test)]
mod tests;
mod typed;
mod verdict;
mod world;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt as _;
use tokio::sync::mpsc::{self, error::TrySendError};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use self::asked::{Asked, Told};
use self::holder::{Holder, asked};
use self::live::Live;
use self::world::{Over, World as _};
use super::Duty;
use super::room::Room;
use crate::core::change::Change;
use crate::core::id::{SessionId, TenantId};
use crate::core::input::Actor;
use crate::core::role::Role;
use crate::core::session::step::{OnSession, Step};
use crate::core::session::{End, Wish};
use crate::core::time::Moment;
use crate::link::session::{Size, Talk, Talked};
use crate::link::{Feed, Refusal, Reply};

pub use self::rules::Rules;

/// Calls that may wait for one session.
const WAITING: usize = 256;
/// Sessions that are held at once: each has a few MiB at most.
const AT_ONCE: usize = 128;

type Answer = oneshot::Sender<Result<Reply, Refusal>>;

/// All of them.
pub(super) struct Sessions {
    room: Arc<Room>,
    duty: Duty,
    held: Arc<Held>,
    /// Those that are held.
    living: JoinSet<()>,
    /// What else is done about sessions.
    besides: JoinSet<()>,
    /// Who reads recordings.
    readers: Arc<recording::desk::Readers>,
    /// What an earlier engine left has been looked for.
    looked: bool,
}

/// Where each session's calls go.
#[derive(Debug, Default)]
struct Held(Mutex<Doors>);

#[derive(Debug, Default)]
struct Doors {
    of: HashMap<SessionId, mpsc::Sender<Told>>,
    /// Those that are asked for and have none yet.
    coming: usize,
    /// The engine ends: there are no more.
    shut: bool,
}

impl Doors {
    /// Lets the one go that has been over for the longest time, if one is: what it showed can be read no more.
    fn make_room(&self, ended: impl Fn(&SessionId) -> Option<Moment>) -> bool {
        let over = self.of.iter().filter(|(_, door)| !door.is_closed());
        let over = over.filter_map(|(id, door)| Some((ended(id)?, door)));
        let Some((_, door)) = over.min_by_key(|(ended, _)| *ended) else { return false };
        // One whose queue is full is asked too much to be let go; it goes by itself.
        let _ = door.try_send(Told::Stop { how: End::Stopped, why: String::new() });
        true
    }
}

impl Held {
    fn doors(&self) -> MutexGuard<'_, Doors> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes room for another one, for as long as it is asked for.
    fn room(&self, ended: impl Fn(&SessionId) -> Option<Moment>) -> Result<Coming<'_>, Refusal> {
        let mut doors = self.doors();
        if doors.shut {
            return Err(Refusal::gone());
        }
        if doors.of.len() + doors.coming >= AT_ONCE && !doors.make_room(ended) {
            return Err(Refusal::new("busy", "128 sessions are open; end one first"));
        }
        doors.coming += 1;
        Ok(Coming(self))
    }
}

/// Room for one that is asked for.
#[derive(Debug)]
struct Coming<'a>(&'a Held);

impl Drop for Coming<'_> {
    fn drop(&mut self) {
        self.0.doors().coming -= 1;
    }
}

impl Sessions {
    pub(super) fn new(room: Arc<Room>, duty: Duty) -> Self {
        let (living, besides) = (JoinSet::new(), JoinSet::new());
        Self { room, duty, held: Arc::default(), living, besides, readers: Arc::default(), looked: false }
    }

    /// Takes in what a piece of the feed says; the replica knows it already.
    pub(super) fn hear(&mut self, piece: &Feed) {
        match piece {
            Feed::Snapshot(_) if !self.looked => {
                self.looked = true;
                if self.duty == Duty::Everything {
                    for left in orphans::found(&self.room) {
                        self.besides.spawn(orphans::end(self.room.clone(), left));
                    }
                    let (room, days) = (self.room.clone(), self.room.rules.keep_days);
                    self.besides.spawn(async move {
                        let data = room.rules.data.clone();
                        recording::desk::sweep(room, &data, days).await;
                    });
                }
            }
            Feed::Changes(changes) => changes.iter().for_each(|published| {
                if let Change::TenantRemoved { id } = &published.change {
                    self.stop(|session| session.tenant == *id, End::Closed, "the client was removed");
                }
            }),
            Feed::Snapshot(_) | Feed::Pulse(_) | Feed::Present(_) | Feed::Away(_) | Feed::Lost(_) => {}
        }
    }

    /// Takes a call. What is asked of one session is done in the order in which it comes here.
    pub(super) fn take(&mut self, by: Actor, talk: Talk, answer: Answer) {
        match talk {
            Talk::Open { tenant, wish, size } => self.open(by, tenant, *wish, size, answer),
            Talk::Recording { session, from } => {
                let (room, readers) = (self.room.clone(), self.readers.clone());
                self.besides.spawn(async move {
                    let read = recording::desk::read(&room, &readers, &by, &session, from).await;
                    // Whoever asked may have gone.
                    let _ = answer.send(read.map(Reply::Talked));
                });
            }
            talk => self.pass(by, talk, answer),
        }
    }

    /// Waits for something about sessions to be finished and forgets it.
    pub(super) async fn tidy(&mut self) {
        tokio::select! {
            Some(_) = self.living.join_next() => {}
            Some(_) = self.besides.join_next() => {}
            else => std::future::pending().await,
        }
    }

    /// Ends all of them, here and at AWS, within the time that there is. What is not over by then is taken up by the next engine.
    pub(super) async fn close(&mut self) {
        self.held.doors().shut = true;
        self.stop(|_| true, End::Stopped, "the engine stopped");
        let all = async { while self.living.join_next().await.is_some() {} };
        if tokio::time::timeout(self.room.rules.farewell, all).await.is_err() {
            tracing::warn!("sessions could not be ended in time: the next engine does");
        }
    }

    fn open(&mut self, by: Actor, tenant: TenantId, wish: Wish, size: Size, answer: Answer) {
        let (room, held) = (self.room.clone(), self.held.clone());
        self.living.spawn(async move {
            let asks = OnSession { session: 0, by: by.clone(), step: Step::Ask { wish: wish.clone().into() } };
            let coming = held.room(|id| room.replica.session(id).and_then(|session| session.ended_at));
            let begun = match &coming {
                Err(refused) => Err(refused.clone()),
                Ok(_) => room.engine.step_session(&tenant, asks).await,
            };
            let id = match begun {
                Ok(id) => id,
                // Whoever asked may have gone.
                Err(refused) => return drop(answer.send(Err(refused))),
            };
            let (tell, told) = mpsc::channel(WAITING);
            let kind = wish.kind.clone();
            let session = asked(id.clone(), wish, by.clone(), room.now());
            let holder = Arc::new(Holder::new(room.clone(), session));
            let live = Live::new(holder.clone(), room.rules.clone(), kind, by, size, told);
            let shut = {
                let mut doors = held.doors();
                doors.of.insert(id.clone(), tell.clone());
                doors.shut
            };
            drop(coming);
            let unheard = answer.send(Ok(Reply::Talked(Talked::Opening(id.clone())))).is_err();
            if shut || unheard {
                let (how, why) =
                    if shut { (End::Stopped, "the engine stopped") } else { (End::Closed, "nobody waited for it") };
                // Its queue is empty yet.
                let _ = tell.try_send(Told::Stop { how, why: why.into() });
            }
            drop(tell);
            if AssertUnwindSafe(live.run()).catch_unwind().await.is_err() {
                let why = Some("the program failed at it; its log says where".into());
                holder
                    .end(Over { how: End::Broken, why, exit_code: None, by: None, recording: None, there: false })
                    .await;
            }
            held.doors().of.remove(&id);
        });
    }

    /// Hands a call to the session that it is about.
    fn pass(&self, by: Actor, talk: Talk, answer: Answer) {
        let Some(id) = talk.session().cloned() else {
            // Whoever asked may have gone.
            return drop(answer.send(Err(Refusal::new("not_here", "this is about no session"))));
        };
        let door = self.held.doors().of.get(&id).cloned();
        let Some(door) = door else {
            let refused = self.not_held(&id);
            if refused.code == "no_such_session" && self.room.replica.tenant(&id.tenant).is_ok() {
                self.room.record_refusal(&id.tenant, &by, "session.look", id.to_string(), &refused);
            }
            return drop(answer.send(Err(refused)));
        };
        let (told, busy) = match door.try_send(Told::Asked(Box::new(Asked { by, talk, answer }))) {
            Ok(()) => return,
            Err(TrySendError::Full(told)) => (told, true),
            Err(TrySendError::Closed(told)) => (told, false),
        };
        let Told::Asked(asked) = told else { return };
        let busy_words = "too much is being asked of this session at once; try again";
        let refused = if busy { Refusal::new("busy", busy_words) } else { over() };
        let _ = asked.answer.send(Err(refused));
    }

    /// Why nobody here holds it.
    fn not_held(&self, id: &SessionId) -> Refusal {
        match self.room.replica.session(id) {
            None => Refusal::new("no_such_session", crate::core::session::step::Barred::NoSession.to_string()),
            Some(session) if session.is_over() => over(),
            Some(_) => Refusal::new("over", "the engine that held this session has stopped: it is being ended"),
        }
    }

    /// Tells those that `which` says to end.
    fn stop(&mut self, which: impl Fn(&SessionId) -> bool, how: End, why: &str) {
        let doors: Vec<_> =
            self.held.doors().of.iter().filter(|(id, _)| which(id)).map(|(_, door)| door.clone()).collect();
        for door in doors {
            let told = Told::Stop { how, why: why.into() };
            // A queue that is full has room soon; one that is closed belongs to a session that is over.
            if let Err(TrySendError::Full(told)) = door.try_send(told) {
                self.besides.spawn(async move { drop(door.send(told).await) });
            }
        }
    }
}

fn over() -> Refusal {
    Refusal::new("over", crate::core::session::step::Barred::Over.to_string())
}

/// Whether somebody may have a tenant's sessions in their hands, for what is no step of its own.
fn least(room: &Room, tenant: &TenantId, by: &Actor) -> Result<(), Refusal> {
    let tenant = room.replica.tenant(tenant)?;
    let (role, least) =
        (room.replica.role(&tenant.id, &by.who), tenant.settings.actions.sessions.max(Role::Technician));
    if role >= least {
        return Ok(());
    }
    let barred = crate::core::session::step::Barred::Role(role.word(), least.word());
    Err(Refusal::new("refused", barred.to_string()))
}
