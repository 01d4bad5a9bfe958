//! What the stand-in remembers: sessions that it gave out, commands that it took, channels that it opened, and who waits for a
//! change of any of it.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::sync::watch;

use super::agent::terminal::Processes;
use super::channels::Channel;
use super::faults::Wrongs;
use super::shell::Captured;
use super::world::{Key, World};
use crate::core::credentials::Secret;
use crate::core::time::Moment;

/// What all requests and all running commands share.
#[derive(Debug)]
pub struct Shared {
    pub(super) world: World,
    pub(super) base: Key,
    /// Where machines have their scratch directories.
    pub(super) folder: PathBuf,
    /// Where everything is asked.
    pub(super) address: SocketAddr,
    state: Mutex<State>,
    changes: watch::Sender<()>,
}

/// What changes.
#[derive(Debug)]
pub(super) struct State {
    pub sessions: HashMap<String, Session>,
    pub commands: BTreeMap<String, Command>,
    /// Session Manager's sessions, by their ids.
    pub channels: BTreeMap<String, Channel>,
    /// In the order in which they came.
    pub order: Vec<String>,
    pub assumed: Vec<Assumed>,
    pub requests: Vec<Requested>,
    pub wrongs: Wrongs,
    /// The process groups that run.
    pub groups: Vec<Pid>,
    /// The terminals that are open.
    pub terminals: Vec<Weak<Processes>>,
    pub over: bool,
}

/// A session of a role.
#[derive(Debug)]
pub(super) struct Session {
    pub secret: Secret,
    pub token: Secret,
    pub account: String,
    pub role: String,
    pub name: String,
    pub expires_at: Moment,
}

/// A role that was assumed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assumed {
    /// Which.
    pub role_arn: String,
    /// As whom.
    pub session_name: String,
    /// With which session tags.
    pub tags: BTreeMap<String, String>,
    /// For how long, in seconds.
    pub seconds: u32,
}

/// A request that was understood and rightly signed, whatever became of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requested {
    /// `SendCommand`.
    pub operation: String,
    /// The account that it was for.
    pub account: String,
}

/// A command that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sent {
    /// What it is called.
    pub command_id: String,
    /// In which account.
    pub account: String,
    /// The document.
    pub document: String,
    /// Its comment.
    pub comment: String,
    /// Its parameters.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// For which machines.
    pub instances: Vec<String>,
}

/// A command.
#[derive(Debug)]
pub(super) struct Command {
    pub sent: Sent,
    pub region: String,
    pub version: String,
    pub requested_at: Moment,
    pub expires_at: Moment,
    pub timeout_seconds: u32,
    pub bucket: Option<(String, String)>,
    pub invocations: BTreeMap<String, Invocation>,
    /// So many times its invocations do not exist yet.
    pub unseen: u32,
    /// So many times it is not listed yet.
    pub unlisted: u32,
}

/// A machine's part of a command.
#[derive(Debug)]
pub(super) struct Invocation {
    pub status: &'static str,
    pub detail: &'static str,
    pub code: i32,
    pub started_at: Option<Moment>,
    pub ended_at: Option<Moment>,
    pub stdout: Captured,
    pub stderr: Captured,
}

impl Invocation {
    pub fn is_over(&self) -> bool {
        matches!(self.status, "Success" | "Failed" | "TimedOut" | "Cancelled")
    }
}

impl Command {
    /// Its own status and detail: those of its worst machine, once all are done.
    pub fn status(&self) -> (&'static str, &'static str) {
        let all = || self.invocations.values();
        if all().all(Invocation::is_over) {
            let worst = |status: &str| all().find(|one| one.status == status).map(|one| (one.status, one.detail));
            return ["Failed", "TimedOut", "Cancelled"].into_iter().find_map(worst).unwrap_or(("Success", "Success"));
        }
        if all().any(|one| one.status == "Cancelling") {
            return ("Cancelling", "Cancelling");
        }
        if all().all(|one| one.status == "Pending") { ("Pending", "Pending") } else { ("InProgress", "InProgress") }
    }
}

impl Shared {
    pub(super) fn new(world: World, base: Key, folder: PathBuf, address: SocketAddr) -> Self {
        let state = State {
            sessions: HashMap::new(),
            commands: BTreeMap::new(),
            channels: BTreeMap::new(),
            order: Vec::new(),
            assumed: Vec::new(),
            requests: Vec::new(),
            wrongs: Wrongs::new(world.manner),
            groups: Vec::new(),
            terminals: Vec::new(),
            over: false,
        };
        Self { world, base, folder, address, state: Mutex::new(state), changes: watch::Sender::new(()) }
    }

    /// Nothing may wait while it holds this.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whoever waits for something looks again.
    pub(super) fn changed(&self) {
        self.changes.send_replace(());
    }

    /// Waits until there is what is looked for.
    pub(super) async fn until<T>(&self, mut look: impl FnMut(&mut State) -> Option<T>) -> T {
        let mut changes = self.changes.subscribe();
        loop {
            let found = look(&mut self.state());
            if let Some(found) = found {
                return found;
            }
            if changes.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Changes a machine's part of a command, unless it is over.
    pub(super) fn change(&self, command: &str, instance: &str, set: impl FnOnce(&mut Invocation)) {
        let mut state = self.state();
        let found = state.commands.get_mut(command).and_then(|command| command.invocations.get_mut(instance));
        if let Some(invocation) = found.filter(|one| !one.is_over()) {
            set(invocation);
        }
        drop(state);
        self.changed();
    }

    /// The time, to the millisecond.
    pub(super) fn now(&self) -> Moment {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Nothing runs from here on.
    pub(super) fn end(&self) {
        let mut state = self.state();
        state.over = true;
        for group in state.groups.drain(..) {
            // It may have ended by itself.
            let _ = kill_process_group(group, Signal::KILL);
        }
        state.terminals.drain(..).filter_map(|terminal| terminal.upgrade()).for_each(|terminal| terminal.end(false));
    }
}
