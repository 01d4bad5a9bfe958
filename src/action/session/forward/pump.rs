//! What carries bytes between the connections of local programs and a session: one task that owns both sides, and takes no more
//! from either than the other has room for. When a connection is over is the exchange's.

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant, MissedTickBehavior};

use super::exchange::Exchange;
use super::local::{self, Ears, Inward, Told};
use super::{Figures, Patience};
use crate::aws::session::{Channel, Event, Input};

/// Parts from programs that wait to be sent, besides one in the hand of each connection.
const PARTS: usize = 16;

/// Between looks at the time, and between two times that whoever holds the session is told of bytes.
const TICK: Duration = Duration::from_millis(250);

/// How long the machine has for hearing that the port is wanted no more.
const FAREWELL: Duration = Duration::from_millis(500);

/// How long a session that is over waits for programs to take what is all there.
const DRAINS: Duration = Duration::from_secs(2);

pub(super) struct Pump {
    listener: TcpListener,
    channel: Channel,
    exchange: Exchange,
    tick: Duration,
    say: watch::Sender<Figures>,
    tasks: JoinSet<()>,
    inward: (mpsc::Sender<Inward>, mpsc::Receiver<Inward>),
    told: (mpsc::UnboundedSender<Told>, mpsc::UnboundedReceiver<Told>),
    /// For the machine, once there is room.
    next: Option<Input>,
}

impl Pump {
    pub(super) fn new(
        listener: TcpListener,
        channel: Channel,
        to: String,
        patience: Patience,
        say: watch::Sender<Figures>,
    ) -> Self {
        Self {
            listener,
            channel,
            exchange: Exchange::new(to, patience),
            tick: TICK.min(patience.answers).min(patience.readers),
            say,
            tasks: JoinSet::new(),
            inward: mpsc::channel(PARTS),
            told: mpsc::unbounded_channel(),
            next: None,
        }
    }

    /// Until the session is over, or nobody holds it.
    pub(super) async fn run(mut self, tell: mpsc::Sender<Event>) {
        let machine = self.channel.input.clone();
        let mut tick = tokio::time::interval(self.tick);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.next = self.next.take().or_else(|| self.exchange.next_input());
            let idle = self.next.is_none();
            if self.exchange.has_news {
                self.say.send_replace(self.exchange.told_figures());
            }
            tokio::select! {
                () = tell.closed() => return self.farewell().await,
                room = machine.reserve(), if !idle => {
                    // Without room the channel is over, and says why.
                    if let (Ok(room), Some(input)) = (room, self.next.take()) {
                        room.send(input);
                    }
                }
                Some((id, bytes)) = self.inward.1.recv(), if idle => self.exchange.inward(Instant::now(), id, bytes),
                Some(told) = self.told.1.recv() => self.exchange.told(Instant::now(), told),
                event = self.channel.events.recv(), if !self.exchange.is_full() => {
                    let Some(event) = event else { return };
                    let Some(event) = self.exchange.event(Instant::now(), event) else { continue };
                    if matches!(event, Event::Ended(_)) {
                        return self.end(event, &tell).await;
                    }
                    if tell.send(event).await.is_err() {
                        return self.farewell().await;
                    }
                }
                accepted = self.listener.accept(), if self.exchange.takes_connections() => match accepted {
                    Ok((stream, from)) => self.accepted(stream, from),
                    // Out of file descriptors, for example: there may be some again by the next tick.
                    Err(error) => {
                        self.exchange.refuse(format!("no connection could be taken: {error}"));
                        tick.tick().await;
                    }
                },
                Some(_) = self.tasks.join_next(), if !self.tasks.is_empty() => {}
                _ = tick.tick() => {
                    self.exchange.tick(Instant::now());
                    self.exchange.has_news |= self.exchange.has_moved;
                }
            }
        }
    }

    fn accepted(&mut self, stream: TcpStream, from: std::net::SocketAddr) {
        if local::reset_unless_whole(&stream).is_err() {
            return;
        }
        let Some(id) = self.exchange.open(from) else { return };
        let (outward, hears) = mpsc::unbounded_channel();
        let ears = Ears { outward: hears, inward: self.inward.0.clone(), told: self.told.0.clone() };
        let task = self.tasks.spawn(local::carry(stream, id, ears));
        self.exchange.opened(Instant::now(), id, from, outward, task);
    }

    /// Nobody holds it any more: every program is reset, and the machine is told before its channel goes.
    async fn farewell(mut self) {
        drop(self.listener);
        self.exchange.end();
        self.tasks.shutdown().await;
        let told = async {
            if self.channel.input.send(Input::Terminate).await.is_ok() {
                while self.channel.events.recv().await.is_some_and(|event| !matches!(event, Event::Ended(_))) {}
            }
        };
        let _in_time = tokio::time::timeout(FAREWELL, told).await;
    }

    /// The session is over: who has been sent all gets it, everybody else is reset.
    async fn end(mut self, event: Event, tell: &mpsc::Sender<Event>) {
        drop(self.listener);
        self.exchange.end();
        let drained = async { while self.tasks.join_next().await.is_some() {} };
        let _in_time = tokio::time::timeout(DRAINS, drained).await;
        self.exchange.forget_all();
        self.say.send_replace(self.exchange.told_figures());
        let _nobody = tell.send(event).await;
    }
}
