//! What carries bytes between the connections of local programs and a session: one task that owns both sides, takes no more from
//! either than the other has room for, and decides when a connection is over.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use bytes::Bytes;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Duration, Instant};

use super::lanes::Lanes;
use super::local::{self, Ears, Inward, Outward, Told};
use super::{Flow, MOST_CONNECTIONS, Patience, REFUSALS};
use crate::aws::session::smux::Happens;
use crate::aws::session::{Channel, Ending, Event, Input};
use crate::link::session::Through;

/// Bytes that wait for one program before nothing more is taken from the machine. With as many connections as there may be it
/// is 8 MiB.
const QUEUE: usize = 128 << 10;

/// Parts from programs that wait to be sent, besides one in the hand of each connection.
const PARTS: usize = 16;

/// Between looks at the time, and between two times that whoever holds the session is told of bytes.
const TICK: Duration = Duration::from_millis(250);

/// How long a session that is over waits for programs to take what is all there.
const DRAINS: Duration = Duration::from_secs(2);

pub(super) struct Pump {
    listener: TcpListener,
    channel: Channel,
    towards: String,
    patience: Patience,
    say: watch::Sender<Flow>,
    flow: Flow,
    /// The flow is another than was said.
    unsaid: bool,
    lanes: Lanes,
    connections: BTreeMap<u32, Connection>,
    tasks: JoinSet<()>,
    inward: (mpsc::Sender<Inward>, mpsc::Receiver<Inward>),
    told: (mpsc::UnboundedSender<Told>, mpsc::UnboundedReceiver<Told>),
    /// For the machine, once there is room.
    next: Option<Input>,
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

impl Pump {
    pub(super) fn new(
        listener: TcpListener,
        channel: Channel,
        towards: String,
        patience: Patience,
        say: watch::Sender<Flow>,
    ) -> Self {
        Self {
            listener,
            channel,
            towards,
            patience,
            say,
            flow: Flow::default(),
            unsaid: false,
            lanes: Lanes::many(),
            connections: BTreeMap::new(),
            tasks: JoinSet::new(),
            inward: mpsc::channel(PARTS),
            told: mpsc::unbounded_channel(),
            next: None,
            ready: false,
            there: true,
            unmade: 0,
        }
    }

    /// Until the session is over, or nobody holds it.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Input>, tell: mpsc::Sender<Event>) {
        let mut tick = tokio::time::interval(TICK.min(self.patience.answers).min(self.patience.readers));
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            self.next = self.next.take().or_else(|| self.lanes.next_input());
            let (idle, is_full) = (self.next.is_none(), self.is_full());
            let takes_part = self.ready && self.lanes.has_place();
            tokio::select! {
                room = self.channel.input.reserve(), if !idle => match (room, self.next.take()) {
                    (Ok(room), Some(input)) => room.send(input),
                    // The channel is over, and says why.
                    (_, _) => {}
                },
                Some(inward) = self.inward.1.recv(), if idle => self.inward(inward),
                Some(told) = self.told.1.recv() => self.told(told),
                event = self.channel.events.recv(), if !is_full => {
                    let Some(event) = event else { return };
                    let Some(event) = self.event(event) else { continue };
                    if matches!(event, Event::Ended(_)) {
                        return self.end(event, &tell).await;
                    }
                    if tell.send(event).await.is_err() {
                        return;
                    }
                }
                accepted = self.listener.accept(), if takes_part => match accepted {
                    Ok((stream, from)) => self.accepted(stream, from),
                    // Out of file descriptors, for example: there may be some again by the next tick.
                    Err(error) => {
                        self.refused(format!("no connection could be taken: {error}"));
                        tick.tick().await;
                    }
                },
                Some(_) = self.tasks.join_next(), if !self.tasks.is_empty() => {}
                command = commands.recv() => match command {
                    Some(input @ (Input::Terminate | Input::Disconnect)) => self.next = Some(input),
                    // Bytes and sizes are nothing of a port's.
                    Some(Input::Bytes(_) | Input::Size { .. }) => {}
                    None => return,
                },
                _ = tick.tick() => self.tick(is_full),
            }
        }
    }

    /// What happened: what of it is for whoever holds the session.
    fn event(&mut self, event: Event) -> Option<Event> {
        match event {
            Event::Output(bytes) => {
                self.flow.bytes_in += bytes.len() as u64;
                self.unsaid = true;
                match self.lanes.receive(bytes) {
                    Ok(happens) => happens.into_iter().for_each(|happens| self.happens(happens)),
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
                self.wait_anew();
            }
            Event::Errors(_) | Event::ExitCode(_) | Event::Ended(_) => {}
        }
        Some(event)
    }

    fn accepted(&mut self, stream: TcpStream, from: SocketAddr) {
        if local::reset_unless_whole(&stream).is_err() {
            return;
        }
        if self.connections.len() >= MOST_CONNECTIONS {
            return self.refused(format!("{from}: {MOST_CONNECTIONS} connections are open, which is the most"));
        }
        let Some(id) = self.lanes.open() else { return };
        let (outward, hears) = mpsc::unbounded_channel();
        let ears = Ears { outward: hears, inward: self.inward.0.clone(), told: self.told.0.clone() };
        let task = self.tasks.spawn(local::carry(stream, id, ears));
        let connection = Connection {
            from,
            outward,
            task,
            bytes_in: 0,
            bytes_out: 0,
            queued: 0,
            took: Instant::now(),
            end: End::None,
        };
        self.connections.insert(id, connection);
        self.say();
    }

    /// A program has sent something, or sends no more.
    fn inward(&mut self, (id, bytes): Inward) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        match bytes {
            Some(bytes) => {
                connection.bytes_out += bytes.len() as u64;
                self.flow.bytes_out += bytes.len() as u64;
                self.unsaid = true;
                self.lanes.send(id, &bytes);
            }
            None if connection.end == End::None => connection.end = End::Ours(Instant::now()),
            None => {}
        }
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Took(id, bytes) => {
                if let Some(connection) = self.connections.get_mut(&id) {
                    connection.queued = connection.queued.saturating_sub(bytes);
                    connection.took = Instant::now();
                }
            }
            Told::Gone(id) => match (&self.lanes, self.connections.get_mut(&id)) {
                // What is still on its way for this one must not reach the next.
                (Lanes::One { .. }, Some(connection)) if connection.end != End::Theirs => {
                    connection.end = End::Finished(Instant::now());
                    self.lanes.finish(id);
                }
                _ => {
                    self.lanes.close(id);
                    self.forget(id);
                }
            },
        }
    }

    /// The machine did something with a connection.
    fn happens(&mut self, happens: Happens) {
        let now = Instant::now();
        match happens {
            // It opens none.
            Happens::Opened(_) => {}
            Happens::Data(id, bytes) => self.data(now, id, bytes),
            Happens::Closed(id) => {
                self.lanes.close(id);
                let Some(connection) = self.connections.get_mut(&id) else { return };
                if self.unmade > 0 && connection.bytes_in == 0 {
                    self.unmade -= 1;
                    let refused = format!("{}: the machine could not connect to {}", connection.from, self.towards);
                    return self.reset(id, refused);
                }
                connection.end = End::Theirs;
                let _gone = connection.outward.send(Outward::Whole);
            }
        }
    }

    fn data(&mut self, now: Instant, id: u32, bytes: Bytes) {
        let Some(connection) = self.connections.get_mut(&id) else { return };
        match &mut connection.end {
            End::Ours(since) => *since = now,
            End::Finished(since) if matches!(self.lanes, Lanes::One { .. }) => {
                *since = now;
                return;
            }
            // It had more to say after all, and has been told to stop: what follows this is lost.
            End::Finished(_) => {
                let from = connection.from;
                return self.reset(id, format!("{from}: was closed after it had sent all, and an answer came too late"));
            }
            End::None | End::Theirs => {}
        }
        if connection.queued == 0 {
            connection.took = now;
        }
        connection.bytes_in += bytes.len() as u64;
        connection.queued += bytes.len();
        let _gone = connection.outward.send(Outward::Bytes(bytes));
    }

    /// The machine could not make a connection, and does not say which: the one that it closes next without a byte. Where
    /// there is one at a time, that.
    fn not_made(&mut self) {
        let unheard = |connection: &Connection| connection.bytes_in == 0 && connection.end != End::Theirs;
        let waiting = self.connections.values().filter(|connection| unheard(connection)).count();
        let first = self.connections.first_key_value().map(|(id, connection)| (*id, connection.from));
        match (&self.lanes, first) {
            (Lanes::One { .. }, Some((id, from))) => {
                self.reset(id, format!("{from}: the machine could not connect to {}", self.towards));
            }
            (Lanes::Many(_), Some(_)) if self.unmade < waiting => self.unmade += 1,
            _ => self.refused(format!("the machine could not connect to {}", self.towards)),
        }
    }

    fn tick(&mut self, is_full: bool) {
        let now = Instant::now();
        if !self.there {
            self.wait_anew();
        }
        let (answers, readers) = (self.patience.answers, self.patience.readers);
        let ids: Vec<u32> = self.connections.keys().copied().collect();
        for id in ids {
            let Some(connection) = self.connections.get_mut(&id) else { continue };
            match connection.end {
                // What the program has not read yet is answer enough.
                End::Ours(since) if connection.queued == 0 && now - since >= answers => {
                    connection.end = End::Finished(now);
                    self.lanes.finish(id);
                }
                End::Finished(since) if now - since >= answers => {
                    connection.end = End::Theirs;
                    let is_gone = connection.outward.send(Outward::Whole).is_err();
                    self.lanes.close(id);
                    if is_gone {
                        self.forget(id);
                    }
                }
                _ if is_full && connection.queued >= QUEUE && now - connection.took >= readers => {
                    let from = connection.from;
                    self.reset(id, format!("{from}: read nothing for {} s while more came", readers.as_secs()));
                }
                _ => {}
            }
        }
        if self.unsaid {
            self.say();
        }
    }

    /// What was waited for while the machine was away did not have its time.
    fn wait_anew(&mut self) {
        let now = Instant::now();
        for connection in self.connections.values_mut() {
            if let End::Ours(since) | End::Finished(since) = &mut connection.end {
                *since = now;
            }
        }
    }

    /// Whether a program has so much to read that nothing more is to be taken from the machine.
    fn is_full(&self) -> bool {
        self.connections.values().any(|connection| connection.queued >= QUEUE)
    }

    /// Ends a connection so that its program knows that it is not whole.
    fn reset(&mut self, id: u32, why: String) {
        self.lanes.close(id);
        self.forget(id);
        self.refused(why);
    }

    fn forget(&mut self, id: u32) {
        if let Some(connection) = self.connections.remove(&id) {
            connection.task.abort();
            self.say();
        }
    }

    fn refused(&mut self, why: String) {
        let more = (self.flow.refused.len() + 1).saturating_sub(REFUSALS);
        self.flow.refused.drain(..more);
        self.flow.refused.push(why);
        self.say();
    }

    fn say(&mut self) {
        self.unsaid = false;
        let through = |connection: &Connection| Through {
            from: connection.from.to_string(),
            bytes_in: connection.bytes_in,
            bytes_out: connection.bytes_out,
        };
        self.flow.connections = self.connections.values().map(through).collect();
        self.say.send_replace(self.flow.clone());
    }

    /// The session is over: who has been sent all gets it, everybody else is reset.
    async fn end(mut self, event: Event, tell: &mpsc::Sender<Event>) {
        drop(self.listener);
        self.connections.retain(|_, connection| {
            let whole = connection.end == End::Theirs;
            if !whole {
                connection.task.abort();
            }
            whole
        });
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        let _in_time = tokio::time::timeout(DRAINS, drained).await;
        self.flow.connections.clear();
        self.say.send_replace(self.flow);
        let _nobody = tell.send(event).await;
    }
}
