//! One session at its agent: carries frames and time to the machine, and what it says to what runs and back.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::Instant;

use super::machine::{self, Effect, Machine, Plugin, Saying, Setup};
use super::{Begun, Hear, PIECE, Place, Plan, Say, command, port, shell};
use crate::aws::session::chance::Chance;
use crate::aws::session::frame::MessageType;
use crate::core::time::{Moment, Span};
use crate::demo::aws::gateway::relay::{AgentEnd, Down};
use crate::demo::aws::state::Shared;
use crate::demo::aws::{at, fill, kms};

/// Pieces that were said and not yet taken; more, and who says them waits.
const SAID: usize = 64;

/// Attends to a session until it is over, and says so.
pub(in crate::demo::aws) async fn attend(shared: Arc<Shared>, begun: Begun, mut ends: AgentEnd) {
    let session = begun.session.clone();
    let down = ends.down.clone();
    let mut end = ends.end.clone();
    tokio::select! {
        biased;
        () = shared.until(|state| state.over.then_some(())) => {}
        () = async {
            let words = tokio::select! {
                biased;
                _ = end.wait_for(|end| *end) => String::new(),
                words = Attendance::new(&shared, &begun).run(&mut ends) => words,
            };
            shared.end_channel(&session, "Terminated");
            // Nobody may ever come for it.
            let _ = down.send(Down::Closed(words)).await;
        } => {}
    }
}

/// One session at its agent.
struct Attendance<'a> {
    shared: &'a Arc<Shared>,
    begun: &'a Begun,
    machine: Machine,
    /// When it began, by the clock that never goes back and by the wall's.
    began: (Instant, Moment),
    /// What runs, from when it may.
    running: Option<Running>,
}

/// What runs, and the way to it. Dropped, it ends.
struct Running {
    hear: mpsc::Sender<Hear>,
    say: mpsc::Receiver<Say>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What happens next.
enum Next {
    Came(Option<Bytes>),
    Sent,
    Said(Option<Say>),
    Time,
    Room,
}

impl<'a> Attendance<'a> {
    fn new(shared: &'a Arc<Shared>, begun: &'a Begun) -> Self {
        let encryption = begun.encryption.as_ref().map(|encryption| machine::Encryption {
            key_id: encryption.key_id.clone(),
            challenge: encryption.challenge,
            require_challenge: encryption.require_challenge,
        });
        let plugin = begun.plan.plugin();
        let encryption = encryption.filter(|_| !matches!(plugin, Plugin::Port(_)));
        let setup = Setup { aws_id: begun.session.clone(), plugin, encryption, chance: Box::new(RealChance) };
        let machine = Machine::new(setup);
        Self { shared, begun, machine, began: (Instant::now(), shared.now()), running: None }
    }

    /// Goes on until it is over, and says why.
    async fn run(mut self, ends: &mut AgentEnd) -> String {
        self.machine.connected(self.now());
        let mut leaving = None;
        loop {
            leaving = leaving.or_else(|| self.leaving());
            let full = match self.effects() {
                Effects::Done => false,
                Effects::NoRoom => true,
                Effects::Closed(words) => {
                    // What it said last leaves before it is said to be over.
                    if let Some(message) = leaving {
                        let _ = ends.down.send(Down::Frame(message)).await;
                    }
                    return words;
                }
            };
            leaving = leaving.or_else(|| self.leaving());
            let room = self.machine.room() >= PIECE;
            let deadline = self.machine.deadline().map(|at| self.instant(at));
            let hear = self.running.as_ref().map(|running| running.hear.clone());
            let say = self.running.as_mut().map(|running| &mut running.say);
            let next = tokio::select! {
                permit = ends.down.reserve(), if leaving.is_some() => {
                    match (permit, leaving.take()) {
                        (Ok(permit), Some(message)) => permit.send(Down::Frame(message)),
                        _ => return String::new(),
                    }
                    Next::Sent
                }
                message = ends.up.recv() => Next::Came(message),
                said = said(say), if room => Next::Said(said),
                () = at(deadline) => Next::Time,
                () = has_room(hear), if full => Next::Room,
            };
            let now = self.now();
            match next {
                // What is no frame is dropped, and comes again.
                Next::Came(Some(message)) => drop(self.machine.receive(now, &message)),
                Next::Came(None) => return String::new(),
                Next::Said(said) => self.said(now, said.unwrap_or(Say::Ended(String::new()))),
                Next::Time => self.machine.tick(now),
                Next::Sent | Next::Room => {}
            }
        }
    }

    /// The next frame for the client.
    fn leaving(&mut self) -> Option<Bytes> {
        let now = self.now();
        // The gateway keeps to itself what the agent tells it about the session.
        let own = |message: &Bytes| message[4..].starts_with(MessageType::AgentSessionState.name().as_bytes());
        std::iter::from_fn(|| self.machine.next_message(now)).find(|message| !own(message))
    }

    /// Does what the machine wants done, as far as there is room for it.
    fn effects(&mut self) -> Effects {
        loop {
            // An effect that was taken counts as done: so none is taken that could not be.
            let permit = match self.running.as_ref().map(|running| running.hear.clone().try_reserve_owned()) {
                Some(Err(TrySendError::Full(_))) => return Effects::NoRoom,
                Some(Ok(permit)) => Some(permit),
                Some(Err(TrySendError::Closed(_))) | None => None,
            };
            let hear = |what: Hear| drop(permit.map(|permit| permit.send(what)));
            match self.machine.next_effect() {
                None => return Effects::Done,
                Some(Effect::Start) => self.running = Some(self.start()),
                Some(Effect::Input(bytes)) => hear(Hear::Bytes(bytes)),
                Some(Effect::Size { cols, rows }) => hear(Hear::Size { cols, rows }),
                Some(Effect::Flag(flag)) => hear(Hear::Flag(flag)),
                Some(Effect::DecryptKey { wrapped, challenge }) => {
                    let key = self.key(&wrapped, challenge);
                    self.machine.key(self.now(), key);
                }
                Some(Effect::Closed(words)) => return Effects::Closed(words),
            }
        }
    }

    fn said(&mut self, now: Moment, say: Say) {
        match say {
            Say::Started => self.machine.started(now),
            // There was room for a piece.
            Say::Output(bytes) => drop(self.machine.say(now, Saying::Output, &bytes)),
            Say::Errors(bytes) => drop(self.machine.say(now, Saying::Errors, &bytes)),
            Say::ExitCode(code) => self.machine.exit_code(now, code),
            Say::NoConnection => self.machine.no_connection(now),
            Say::Ended(words) => {
                self.running = None;
                self.machine.end(now, &words);
            }
        }
    }

    fn start(&self) -> Running {
        let (hear, heard) = mpsc::channel(16);
        let (says, say) = mpsc::channel(SAID);
        let manner = self.shared.state().wrongs.manner;
        let place = Place {
            shared: self.shared.clone(),
            account: self.begun.account.clone(),
            node: self.begun.node.clone(),
            pace: manner.pace,
            first_output: manner.first_output,
            loopback: manner.loopback,
        };
        let plan = self.begun.plan.clone();
        let task = tokio::spawn(async move {
            let words = match plan {
                Plan::Shell => shell::run(&place, heard, &says).await,
                Plan::Command { text, separate } => command::run(&place, &text, separate, heard, &says).await,
                Plan::Port { host, port, raw, .. } => port::run(&place, host, port, raw, heard, &says).await,
            };
            let words = words.err().unwrap_or_default();
            // Whoever attended to it may be gone.
            let _ = says.send(Say::Ended(words)).await;
        });
        Running { hear, say, task }
    }

    fn key(&self, wrapped: &[u8], challenge: Option<String>) -> Result<zeroize::Zeroizing<Vec<u8>>, String> {
        let Some(encryption) = &self.begun.encryption else { return Err("no key is wanted here".into()) };
        let Begun { session, account, node, .. } = self.begun;
        let named = |name: &str, value: &String| (format!("aws:ssm:{name}"), value.clone());
        let context: kms::Context = [named("SessionId", session), named("TargetId", &node.id)]
            .into_iter()
            .chain(challenge.iter().map(|challenge| named("RandomChallenge", challenge)))
            .collect();
        let role = format!("arn:aws:sts::{account}:assumed-role/AlertWhispererNode/{}", node.id);
        kms::decrypt(self.shared, &role, encryption, &context, wrapped)
    }

    fn now(&self) -> Moment {
        let since = i64::try_from(self.began.0.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.began.1 + Span(since)
    }

    fn instant(&self, at: Moment) -> Instant {
        let since = u64::try_from((at - self.began.1).0).unwrap_or(0);
        self.began.0 + Duration::from_millis(since)
    }
}

/// How far the effects came.
enum Effects {
    Done,
    NoRoom,
    Closed(String),
}

/// The system's.
struct RealChance;

impl Chance for RealChance {
    fn fill(&mut self, bytes: &mut [u8]) {
        fill(bytes);
    }
}

async fn said(say: Option<&mut mpsc::Receiver<Say>>) -> Option<Say> {
    match say {
        Some(say) => say.recv().await,
        None => std::future::pending().await,
    }
}

async fn has_room(hear: Option<mpsc::Sender<Hear>>) {
    match hear {
        // The room is taken by whoever looks next; what is lost by that is one turn.
        Some(hear) => drop(hear.reserve().await),
        None => std::future::pending().await,
    }
}
