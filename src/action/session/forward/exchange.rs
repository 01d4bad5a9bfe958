//! Which connections there are through a session, and what becomes of each: opened, answered, waited for, whole or reset. It does
//! nothing to sockets itself: their tasks are told.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use super::lanes::Lanes;
use super::local::{Outward, Told};
use super::{Figures, MOST_CONNECTIONS, Patience, REFUSALS};
use crate::aws::session::smux::Happens;
use crate::aws::session::{Ending, Event, Input};
use crate::link::session::Through;

/// Bytes that wait for one program before nothing more is taken from the machine.
pub(super) const QUEUE: usize = 128 << 10;
/// Bytes that wait for all of them together.
const QUEUES: usize = 2 << 20;

pub(super) struct Exchange {
    to: String,
    patience: Patience,
    lanes: Lanes,
    connections: BTreeMap<u32, Connection>,
    figures: Figures,
    /// The figures are others in more than bytes than was said.
    pub(super) has_news: bool,
    /// The figures are others in bytes than was said.
    pub(super) has_moved: bool,
    ready: bool,
    /// The machine is there and responds.
    there: bool,
    /// Connections that the machine said it could not make, and has not closed yet.
    unmade: usize,
}

struct Connection {
    from: SocketAddr,
    outward: mpsc::UnboundedSender<Outward>,
    task: AbortHandle,
    bytes_in: u64,
    bytes_out: u64,
    /// Bytes that wait for the program.
    queued: usize,
    /// When it last took some, or had none to take.
    took: Instant,
    end: End,
}

/// How far a connection is from its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Both sides may send.
    None,
    /// The program has sent all. Since this time nothing has come for it.
    Ours(Instant),
    /// That lasted: the machine was told. Since this time it has not answered.
    Finished(Instant),
    /// The machine has sent all.
    Theirs,
}

impl Exchange {
    pub(super) fn new(to: String, patience: Patience) -> Self {
        Self {
            to,
            patience,
            lanes: Lanes::many(),
            connections: BTreeMap::new(),
            figures: Figures::default(),
            has_news: false,
            has_moved: false,
            ready: false,
            there: true,
            unmade: 0,
        }
    }

    /// What is to be sent to the machine next.
    pub(super) fn next_input(&mut self) -> Option<Input> {
        self.lanes.next_input()
    }

    /// Whether connections are taken at present.
    pub(super) fn takes_connections(&self) -> bool {
        self.ready && self.lanes.has_place()
    }

    /// Whether a program has so much to read that nothing more is to be taken from the machine.
    pub(super) fn is_full(&self) -> bool {
        self.is_crowded() || self.connections.values().any(|connection| connection.queued >= QUEUE)
    }

    /// Many programs have something to read each, and together too much.
    fn is_crowded(&self) -> bool {
        self.connections.values().map(|connection| connection.queued).sum::<usize>() >= QUEUES
    }

    /// The figures as they are: whoever takes them says them.
    pub(super) fn told_figures(&mut self) -> Figures {
        (self.has_news, self.has_moved) = (false, false);
        let through = |connection: &Connection| Through {
            from: connection.from.to_string(),
            bytes_in: connection.bytes_in,
            bytes_out: connection.bytes_out,
        };
        self.figures.connections = self.connections.values().map(through).collect();
        self.figures.clone()
    }

    /// What happened: what of it is for whoever holds the session.
    pub(super) fn event(&mut self, now: Instant, event: Event) -> Option<Event> {
        match event {
            Event::Output(bytes) => {
                self.figures.bytes_in += bytes.len() as u64;
                self.has_moved = true;
                match self.lanes.receive(bytes) {
                    Ok(happens) => happens.into_iter().for_each(|happens| self.happens(now, happens)),
                    Err(error) => return Some(Event::Ended(Ending::Failed(error.to_string()))),
                }
                return None;
            }
            Event::Raw => {
                self.lanes = Lanes::one();
                return None;
            }
            Event::NoConnection => {
                self.not_made();
                return None;
            }
            Event::Ready { .. } => self.ready = true,
            Event::Paused | Event::Away { .. } => self.there = false,
            Event::Resumed | Event::Back => {
                self.there = true;
                self.wait_anew(now);
            }
            Event::Errors(_) | Event::ExitCode(_) | Event::Ended(_) => {}
        }
        Some(event)
    }

    /// Makes a place for a connection at the machine.
    pub(super) fn open(&mut self, from: SocketAddr) -> Option<u32> {
        if self.connections.len() >= MOST_CONNECTIONS {
            self.refuse(format!("{from}: {MOST_CONNECTIONS} connections are open already, which is the most"));
            return None;
        }
        self.lanes.open()
    }

    /// Its task is at work.
    pub(super) fn opened(
        &mut self,
        now: Instant,
        id: u32,
        from: SocketAddr,
        outward: mpsc::UnboundedSender<Outward>,
        task: AbortHandle,
    ) {
        let (bytes_in, bytes_out, queued) = (0, 0, 0);
        let connection = Connection { from, outward, task, bytes_in, bytes_out, queued, took: now, end: End::None };
        self.connections.insert(id, connection);
        self.has_news = true;
    }

    /// A program has sent something, or sends no more.
    pub(super) fn inward(&mut self, now: Instant, id: u32, bytes: Option<Bytes>) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        match bytes {
            Some(bytes) => {
                connection.bytes_out += bytes.len() as u64;
                self.figures.bytes_out += bytes.len() as u64;
                self.has_moved = true;
                self.lanes.send(id, &bytes);
            }
            None if connection.end == End::None => connection.end = End::Ours(now),
            None => {}
        }
    }

    /// What a connection's task says.
    pub(super) fn told(&mut self, now: Instant, told: Told) {
        match told {
            Told::Took(id, bytes) => {
                if let Some(connection) = self.connections.get_mut(&id) {
                    connection.queued = connection.queued.saturating_sub(bytes);
                    connection.took = now;
                }
            }
            Told::Gone(id) => match (&self.lanes, self.connections.get_mut(&id)) {
                // What is still on its way for this one must not reach the next.
                (Lanes::One { .. }, Some(connection)) if connection.end != End::Theirs => {
                    connection.end = End::Finished(now);
                    connection.queued = 0;
                    self.lanes.finish(id);
                }
                _ => self.forget(id),
            },
        }
    }

    /// Time has passed.
    pub(super) fn tick(&mut self, now: Instant) {
        if !self.there || self.is_full() {
            self.wait_anew(now);
        }
        let Patience { answers, readers } = self.patience;
        let ids: Vec<u32> = self.connections.keys().copied().collect();
        for id in ids {
            let most = if self.is_crowded() { 1 } else { QUEUE };
            let Some(connection) = self.connections.get_mut(&id) else { continue };
            match connection.end {
                // What the program has not read yet is answer enough.
                End::Ours(since) if connection.queued == 0 && now - since >= answers => {
                    connection.end = End::Finished(now);
                    self.lanes.finish(id);
                }
                End::Finished(since) if now - since >= answers => self.whole(id),
                _ if connection.queued >= most && now - connection.took >= readers => {
                    let from = connection.from;
                    self.reset(id, format!("{from}: read nothing for {} s while more came", readers.as_secs()));
                }
                _ => {}
            }
        }
    }

    /// Notes that something was refused.
    pub(super) fn refuse(&mut self, why: String) {
        let more = (self.figures.refused.len() + 1).saturating_sub(REFUSALS);
        self.figures.refused.drain(..more);
        self.figures.refused.push(why);
        self.has_news = true;
    }

    /// The session is over: whatever is not known to be whole is reset.
    pub(super) fn end(&mut self) {
        for connection in self.connections.values().filter(|connection| connection.end != End::Theirs) {
            connection.task.abort();
        }
    }

    /// There are none any more.
    pub(super) fn forget_all(&mut self) {
        self.connections.clear();
    }

    /// The machine did something with a connection.
    fn happens(&mut self, now: Instant, happens: Happens) {
        match happens {
            // It opens none.
            Happens::Opened(_) => {}
            Happens::Data(id, bytes) => self.data(now, id, bytes),
            Happens::Closed(id) => match self.connections.get(&id) {
                Some(connection) if self.unmade > 0 && connection.bytes_in == 0 => {
                    self.unmade -= 1;
                    self.reset(id, format!("{}: the machine could not connect to {}", connection.from, self.to));
                }
                _ => self.whole(id),
            },
        }
    }

    fn data(&mut self, now: Instant, id: u32, bytes: Bytes) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        match (&mut connection.end, &self.lanes) {
            (End::Ours(since), _) => *since = now,
            (End::Finished(since), Lanes::One { .. }) => {
                *since = now;
                return;
            }
            // It had more to say after all, and has been told to stop: what follows this is lost.
            (End::Finished(_), Lanes::Many(_)) => {
                let from = connection.from;
                return self
                    .reset(id, format!("{from}: was closed after it had sent all, and an answer came too late"));
            }
            (End::None | End::Theirs, _) => {}
        }
        if connection.queued == 0 {
            connection.took = now;
        }
        connection.bytes_in += bytes.len() as u64;
        connection.queued += bytes.len();
        let _gone = connection.outward.send(Outward::Bytes(bytes));
    }

    /// The machine could not make a connection, and does not say which: the one that it closes next without a byte. Where there
    /// is one at a time, that.
    fn not_made(&mut self) {
        let unheard = |connection: &&Connection| connection.bytes_in == 0 && connection.end != End::Theirs;
        let waiting = self.connections.values().filter(unheard).count();
        let first = self.connections.first_key_value().map(|(id, connection)| (*id, connection.from));
        match (&self.lanes, first) {
            (Lanes::One { .. }, Some((id, from))) => {
                self.reset(id, format!("{from}: the machine could not connect to {}", self.to));
            }
            (Lanes::Many(_), Some(_)) if self.unmade < waiting => self.unmade += 1,
            _ => self.refuse(format!("the machine could not connect to {}", self.to)),
        }
    }

    /// What was waited for while the machine was away, or was not heard, did not have its time.
    fn wait_anew(&mut self, now: Instant) {
        for connection in self.connections.values_mut() {
            if let End::Ours(since) | End::Finished(since) = &mut connection.end {
                *since = now;
            }
        }
    }

    /// The machine has sent a connection all there is.
    fn whole(&mut self, id: u32) {
        self.lanes.close(id);
        let Some(connection) = self.connections.get_mut(&id) else { return };
        connection.end = End::Theirs;
        if connection.outward.send(Outward::Whole).is_err() {
            self.forget(id);
        }
    }

    /// Ends a connection so that its program knows that it is not whole.
    fn reset(&mut self, id: u32, why: String) {
        self.forget(id);
        self.refuse(why);
    }

    fn forget(&mut self, id: u32) {
        self.lanes.close(id);
        if let Some(connection) = self.connections.remove(&id) {
            connection.task.abort();
            self.has_news = true;
        }
    }
}
