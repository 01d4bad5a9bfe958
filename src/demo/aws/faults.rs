//! What goes wrong when a test wants it to: refusals, lost answers, machines with another fate, moments held still, bad lines.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

use super::gateway::lane::Line;
use super::state::Shared;
use super::world::{Fate, Manner};

/// What becomes of a request, instead of its answer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Too many of them.
    Throttled,
    /// A 500.
    Broken,
    /// Not allowed.
    Denied,
    /// The credentials have run out.
    Expired,
    /// The connection ends before the request is taken.
    DroppedBefore,
    /// The request is taken, and the connection ends before the answer.
    DroppedAfter,
    /// No answer ever comes, and the request is not taken.
    SilentBefore,
    /// The request is taken, and no answer ever comes.
    SilentAfter,
}

/// A moment of a command's life that can be held.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Point {
    /// Before it reaches its machine: Pending.
    Delivery,
    /// Before its machine says how it ended: InProgress.
    Ending,
    /// Before it is ended for somebody who cancelled it: Cancelling.
    Cancelling,
}

/// Every operation.
pub const ANY: &str = "*";

/// What is wrong at the moment.
#[derive(Debug)]
pub(super) struct Wrongs {
    once: HashMap<String, VecDeque<Fault>>,
    always: HashMap<String, Fault>,
    fates: HashMap<String, Fate>,
    held: Vec<Point>,
    pub manner: Manner,
    /// What clients' lines to the gateway are like.
    pub line: Line,
    /// How connections were broken off so far, one after the other.
    pub breaks: Vec<Break>,
    /// Machines whose agents are not at their end of their channels.
    pub paused: BTreeSet<String>,
    /// Output is changed on its way.
    pub tampered: bool,
}

/// How the gateway leaves a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Break {
    /// Without a word.
    Cut,
    /// In order, as once an hour: 1000, "Bye".
    Bye,
    /// It stays, and nothing comes through it any more, pongs neither.
    Mute,
}

impl Wrongs {
    pub fn new(manner: Manner) -> Self {
        Self {
            once: HashMap::new(),
            always: HashMap::new(),
            fates: HashMap::new(),
            held: Vec::new(),
            manner,
            line: Line::default(),
            breaks: Vec::new(),
            paused: BTreeSet::new(),
            tampered: false,
        }
    }

    /// What becomes of the next request of an operation.
    pub fn draw(&mut self, operation: &str) -> Option<Fault> {
        [operation, ANY]
            .into_iter()
            .find_map(|name| self.once.get_mut(name).and_then(VecDeque::pop_front))
            .or_else(|| [operation, ANY].into_iter().find_map(|name| self.always.get(name).copied()))
    }

    pub fn fate(&self, instance: &str) -> Option<Fate> {
        self.fates.get(instance).copied()
    }

    pub fn holds(&self, point: Point) -> bool {
        self.held.contains(&point)
    }
}

/// Makes things go wrong. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Faults(pub(super) Arc<Shared>);

impl Faults {
    /// The next request of an operation, or of [`ANY`]; those said later come after it.
    pub fn next(&self, operation: &str, fault: Fault) {
        self.change(|wrongs| wrongs.once.entry(operation.into()).or_default().push_back(fault));
    }

    /// Every request of an operation, or of [`ANY`], until [`mend`](Self::mend).
    pub fn always(&self, operation: &str, fault: Fault) {
        self.change(|wrongs| {
            wrongs.always.insert(operation.into(), fault);
        });
    }

    /// Requests are answered again.
    pub fn mend(&self) {
        self.change(|wrongs| {
            wrongs.once.clear();
            wrongs.always.clear();
        });
    }

    /// What becomes of later commands for a machine.
    pub fn fate(&self, instance: &str, fate: Fate) {
        self.change(|wrongs| {
            wrongs.fates.insert(instance.into(), fate);
        });
    }

    /// Commands wait at a point of their life.
    pub fn hold(&self, point: Point) {
        self.change(|wrongs| wrongs.held.push(point));
    }

    /// They wait there no more.
    pub fn release(&self, point: Point) {
        self.change(|wrongs| wrongs.held.retain(|held| *held != point));
    }

    /// Another manner for what comes.
    pub fn manner(&self, set: impl FnOnce(&mut Manner)) {
        self.change(|wrongs| set(&mut wrongs.manner));
    }

    /// Clients' lines to the gateway are like this from now on: their connections, too, that are there.
    pub fn line(&self, line: Line) {
        self.change(|wrongs| wrongs.line = line);
    }

    /// Every connection with the gateway that is there breaks off.
    pub fn break_off(&self, how: Break) {
        self.change(|wrongs| wrongs.breaks.push(how));
    }

    /// A machine's agent is away from its sessions, and the gateway says so.
    pub fn pause(&self, instance: &str) {
        self.change(|wrongs| {
            wrongs.paused.insert(instance.into());
        });
    }

    /// It is there again.
    pub fn go_on(&self, instance: &str) {
        self.change(|wrongs| {
            wrongs.paused.remove(instance);
        });
    }

    /// Output is changed on its way from now on: also what comes a second time, which nobody looks at.
    pub fn tamper(&self) {
        self.change(|wrongs| wrongs.tampered = true);
    }

    /// A session has lasted too long, or nobody typed.
    pub fn time_out(&self, session: &str) {
        self.0.end_channel(session, "TimedOut");
    }

    /// Every session that was given out has run out.
    pub fn expire_sessions(&self) {
        self.0.state().sessions.values_mut().for_each(|session| session.expires_at = self.0.now());
        self.0.changed();
    }

    fn change(&self, set: impl FnOnce(&mut Wrongs)) {
        set(&mut self.0.state().wrongs);
        self.0.changed();
    }
}
