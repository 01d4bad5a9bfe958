//! A session between seats and a machine that are both played by the trial, in a time that passes when everybody waits for it.

mod asking;
mod ending;
mod showing;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::Instant;

use super::asked::{Asked, Told};
use super::live::Live;
use super::recording::Recording;
use super::rules::Rules;
use super::world::{Over, Way, World};
use crate::aws::session::{Channel, Event, Input, Mate};
use crate::core::input::Actor;
use crate::core::session::step::Step;
use crate::core::session::{End, Kind};
use crate::core::time::Moment;
use crate::link::session::{Blob, Piece, Size, Talk, Talked};
use crate::link::{Refusal, Reply};

const SIZE: Size = Size { cols: 80, rows: 24 };

type Begun = Result<Way, String>;

/// A world that takes every step, and remembers.
struct Played {
    begins: Mutex<Option<oneshot::Receiver<Begun>>>,
    steps: Mutex<Vec<(Option<Actor>, Step)>>,
    /// What no step of is taken.
    barred: Mutex<Vec<Step>>,
    /// Who may end what they do not drive.
    leads: Mutex<Vec<Actor>>,
    over: mpsc::UnboundedSender<Over>,
    /// AWS is ended once this says so.
    ends: Mutex<Option<oneshot::Receiver<()>>>,
    clock: watch::Sender<Instant>,
    /// Until when the session waits.
    waits: Mutex<Option<Instant>>,
}

/// A session on trial.
struct Trial {
    world: Arc<Played>,
    tell: mpsc::Sender<Told>,
    begin: Option<oneshot::Sender<Begun>>,
    over: mpsc::UnboundedReceiver<Over>,
}

impl World for Played {
    fn now(&self) -> Moment {
        Moment(0)
    }

    fn instant(&self) -> Instant {
        *self.clock.borrow()
    }

    async fn sleep_until(&self, at: Instant) {
        *self.waits.lock().unwrap() = Some(at);
        self.clock.subscribe().wait_for(|now| *now >= at).await.unwrap();
    }

    async fn begin(&self, _: Size) -> Begun {
        let begins = self.begins.lock().unwrap().take().unwrap();
        begins.await.unwrap()
    }

    async fn step(&self, by: Option<&Actor>, step: Step) -> Result<(), Refusal> {
        if self.barred.lock().unwrap().contains(&step) {
            return Err(Refusal::new("refused", "not for you"));
        }
        self.steps.lock().unwrap().push((by.cloned(), step));
        Ok(())
    }

    fn record(&self, _: Size) -> Option<Recording> {
        None
    }

    fn may_end(&self, by: &Actor) -> Result<(), Refusal> {
        let leads = self.leads.lock().unwrap().contains(by);
        if leads { Ok(()) } else { Err(Refusal::new("refused", "not for you")) }
    }

    fn refused(&self, by: &Actor, what: &'static str, _: &Refusal) {
        self.steps.lock().unwrap().push((Some(by.clone()), Step::Started { aws_id: format!("refused {what}") }));
    }

    async fn end(&self, over: Over) {
        let ends = self.ends.lock().unwrap().take();
        self.over.send(over).unwrap();
        if let Some(ends) = ends {
            ends.await.unwrap();
        }
    }
}

impl Trial {
    /// One that `priya` asked for.
    fn new(kind: Kind) -> Self {
        let (begin, begins) = oneshot::channel();
        let (over, overs) = mpsc::unbounded_channel();
        let world = Arc::new(Played {
            begins: Mutex::new(Some(begins)),
            steps: Mutex::default(),
            barred: Mutex::default(),
            leads: Mutex::default(),
            over,
            ends: Mutex::default(),
            clock: watch::channel(Instant::now()).0,
            waits: Mutex::default(),
        });
        let (tell, told) = mpsc::channel(1_024);
        let rules = Rules::of(Path::new("/nowhere"));
        let live = Live::new(world.clone(), rules, kind, priya(), SIZE, told);
        drop(tokio::spawn(live.run()));
        Self { world, tell, begin: Some(begin), over: overs }
    }

    /// One whose machine is ready, and that.
    async fn ready(kind: Kind) -> (Self, Mate) {
        let mut trial = Self::new(kind);
        let mate = trial.begin();
        mate.events.send(Event::Ready { message: String::new() }).await.unwrap();
        trial.until_opened().await;
        (trial, mate)
    }

    async fn shell() -> (Self, Mate) {
        Self::ready(Kind::Shell).await
    }

    /// AWS has begun it.
    fn begin(&mut self) -> Mate {
        let (channel, mate) = Channel::pair();
        self.begin.take().unwrap().send(Ok(way(channel))).unwrap();
        mate
    }

    async fn until_opened(&self) {
        while !self.steps().iter().any(|(_, step)| matches!(step, Step::Opened { .. })) {
            tokio::task::yield_now().await;
        }
    }

    fn steps(&self) -> Vec<(Option<Actor>, Step)> {
        self.world.steps.lock().unwrap().clone()
    }

    /// Puts a question; the answer comes later.
    fn put(&self, by: &Actor, talk: Talk) -> oneshot::Receiver<Result<Reply, Refusal>> {
        let (answer, answered) = oneshot::channel();
        let asked = Asked { by: by.clone(), talk, answer };
        self.tell.try_send(Told::Asked(Box::new(asked))).unwrap();
        answered
    }

    /// Whatever it is: while nobody has anything to do until then, time passes.
    async fn until<T>(&self, what: impl Future<Output = T>) -> T {
        tokio::pin!(what);
        loop {
            for _ in 0..200 {
                if let Some(done) = what.as_mut().now_or_never() {
                    return done;
                }
                tokio::task::yield_now().await;
            }
            let waits = self.world.waits.lock().unwrap().take().expect("somebody waits for what never comes");
            self.world.clock.send_modify(|now| *now = waits.max(*now));
        }
    }

    /// Time passes.
    async fn pass(&self, seconds: u64) {
        let then = self.now() + Duration::from_secs(seconds);
        while self.now() < then {
            settle().await;
            let waits = self.world.waits.lock().unwrap().take();
            self.world.clock.send_modify(|now| *now = waits.unwrap_or(then).clamp(*now, then));
        }
        settle().await;
    }

    fn now(&self) -> Instant {
        self.world.instant()
    }

    async fn ask(&self, by: &Actor, talk: Talk) -> Result<Talked, String> {
        match self.until(self.put(by, talk)).await.unwrap() {
            Ok(Reply::Talked(talked)) => Ok(talked),
            Ok(other) => panic!("{other:?}"),
            Err(refused) => Err(refused.code),
        }
    }

    async fn read(&self, by: &Actor, seen: u64, version: u64) -> Piece {
        match self.ask(by, Talk::Read { session: id(), seen, version }).await.unwrap() {
            Talked::Piece(piece) => *piece,
            other => panic!("{other:?}"),
        }
    }

    async fn types(&self, by: &Actor, keys: &[u8]) -> Result<Talked, String> {
        self.ask(by, typing(keys)).await
    }

    /// Nobody holds it any more.
    async fn is_gone(&self) {
        self.until(self.tell.closed()).await;
    }

    /// How it ended.
    async fn end(&mut self) -> Over {
        let mut over = std::mem::replace(&mut self.over, mpsc::unbounded_channel().1);
        let ended = self.until(over.recv()).await.unwrap();
        self.over = over;
        ended
    }
}

fn way(channel: Channel) -> Way {
    Way::Channel(channel)
}

fn typing(keys: &[u8]) -> Talk {
    Talk::Type { session: id(), bytes: Blob(keys.to_vec()) }
}

/// Whoever has something to do does it.
async fn settle() {
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }
}

/// All that the machine has been sent by now.
async fn sent(mate: &mut Mate) -> Vec<u8> {
    let mut sent = Vec::new();
    settle().await;
    while let Some(Some(input)) = mate.input.recv().now_or_never() {
        if let Input::Bytes(bytes) = input {
            sent.extend_from_slice(&bytes);
        }
        tokio::task::yield_now().await;
    }
    sent
}

fn output(text: &str) -> Event {
    Event::Output(Bytes::copy_from_slice(text.as_bytes()))
}

fn id() -> crate::core::id::SessionId {
    "comp_acme-s3".parse().unwrap()
}

fn at(who: &str) -> Actor {
    Actor { who: who.into(), seat: "pts/1".into() }
}

fn priya() -> Actor {
    at("priya")
}

fn bob() -> Actor {
    at("bob")
}
