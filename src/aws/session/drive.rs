//! What keeps a channel going: carries messages and time between the client and its sockets, and gets another socket when one is
//! gone. What is said, and when, is the client's; how to get there is `reach`'s.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use super::calls::Resumed;
use super::client::{Client, DataKey, Effect, Flag};
use super::line::Line;
use super::pace::{FIRST_TRIES, Pace};
use super::reach::{NotThere, Reach};
use super::{Ending, Event, Input, Token};
use crate::core::time::{Moment, Span};

/// As many events wait here to be taken; then nothing more is read from the machine.
const HELD: usize = 64;

/// So long after one tick comes the next at the earliest: what is due and can't be written stays due.
const TICK: Duration = Duration::from_millis(10);

/// Something that is being waited for.
type Wanted<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A channel's task.
pub(super) struct Drive<R> {
    reach: Arc<R>,
    pace: Pace,
    client: Client,
    clock: Clock,
    /// Where the session is.
    url: String,
    /// What lets us in there, if it was not used yet.
    token: Option<Token>,
    input: mpsc::Receiver<Input>,
    /// Nothing more will be put in.
    unfed: bool,
    /// Bytes that the client had no room for.
    rest: Bytes,
    events: mpsc::Sender<Event>,
    /// Events that nobody has taken yet.
    held: VecDeque<Event>,
    key: Option<Wanted<Result<DataKey, String>>>,
    /// The other side has said something, ever.
    opened: bool,
    /// Whoever takes the events was told that the connection is away.
    away: bool,
    /// Sockets that were of no use since the last that was.
    tries: u32,
    ticked: Instant,
    ended: bool,
}

/// Whether there is a socket.
enum State {
    Away(Wanted<Result<Found, Lost>>),
    There(Box<Line>),
}

/// A socket that nobody has said anything on.
struct Found {
    line: Box<Line>,
    /// What has to be said first.
    token: Token,
    /// Where the session is now, if elsewhere.
    url: Option<String>,
}

/// Why there is no socket.
enum Lost {
    /// There won't be.
    Over(Ending),
    /// The gateway lets nobody in like that.
    Refused(String),
    /// There may be another time. With the token, if it was not used and is good for that.
    NotNow(String, Option<Token>),
}

/// What comes of the state.
enum Happened {
    Message(Bytes),
    There(Found),
    Gone(String),
    Lost(Lost),
}

/// One clock that never goes back: the wall's at the start, and what has passed since.
#[derive(Clone, Copy)]
struct Clock {
    wall: Moment,
    start: Instant,
}

impl Clock {
    fn now(self) -> Moment {
        self.wall + Span(i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX))
    }

    fn instant(self, at: Moment) -> Instant {
        self.start + Duration::from_millis(u64::try_from((at - self.wall).0).unwrap_or(0))
    }
}

impl<R: Reach> Drive<R> {
    pub(super) fn new(
        reach: R,
        pace: Pace,
        client: Client,
        url: String,
        token: Token,
        input: mpsc::Receiver<Input>,
        events: mpsc::Sender<Event>,
    ) -> Self {
        let clock = Clock { wall: reach.now(), start: Instant::now() };
        Self {
            reach: Arc::new(reach),
            pace,
            client,
            clock,
            url,
            token: Some(token),
            input,
            unfed: false,
            rest: Bytes::new(),
            events,
            held: VecDeque::new(),
            key: None,
            opened: false,
            away: false,
            tries: 0,
            ticked: clock.start,
            ended: false,
        }
    }

    /// Keeps the channel going until the session is over, or nobody wants its events any more.
    pub(super) async fn run(mut self) {
        let mut state = self.again(Duration::ZERO);
        loop {
            self.take_effects();
            if self.ended && self.held.is_empty() {
                break;
            }
            let deadline = self.client.deadline().map(|at| self.clock.instant(at).max(self.ticked + TICK));
            let (events, unfinished) = (self.events.clone(), !self.ended);
            let (fed, clock, reading) = (self.is_hungry(), self.clock, self.held.len() < HELD);
            tokio::select! {
                permit = events.reserve(), if !self.held.is_empty() => {
                    let Ok(permit) = permit else { return };
                    if let Some(event) = self.held.pop_front() {
                        permit.send(event);
                    }
                }
                input = self.input.recv(), if fed && unfinished => self.put_in(input),
                key = wanted(&mut self.key) => {
                    self.key = None;
                    self.client.key(clock.now(), key);
                }
                () = until(deadline), if unfinished => {
                    self.ticked = Instant::now();
                    self.client.tick(clock.now());
                }
                happened = happened(&mut state, &mut self.client, clock, reading), if unfinished => {
                    state = self.on(state, happened);
                }
            }
            self.put_in_rest();
        }
        if let State::There(line) = state {
            // Whoever waits for the end has it; goodbye is a courtesy.
            drop(self.events);
            line.close(&mut self.client, || self.clock.now()).await;
        }
    }

    /// Whether the client can take something now.
    fn is_hungry(&self) -> bool {
        !self.unfed && self.rest.is_empty() && self.client.room() > 0
    }

    fn put_in(&mut self, input: Option<Input>) {
        let now = self.clock.now();
        match input {
            Some(Input::Bytes(bytes)) => self.rest = bytes,
            Some(Input::Size { cols, rows }) => self.client.resize(now, cols, rows),
            Some(Input::Terminate) => self.client.flag(now, Flag::Terminate),
            Some(Input::Disconnect) => self.client.flag(now, Flag::Disconnect),
            None => self.unfed = true,
        }
    }

    fn put_in_rest(&mut self) {
        let some = self.rest.len().min(self.client.room());
        if some > 0 && self.client.send(self.clock.now(), &self.rest[..some]) {
            let _ = self.rest.split_to(some);
        }
    }

    fn take_effects(&mut self) {
        while let Some(effect) = self.client.next_effect() {
            match effect {
                Effect::Event(event) if !self.ended => {
                    self.ended = matches!(event, Event::Ended(_));
                    self.held.push_back(event);
                }
                Effect::Event(_) => {}
                Effect::KeyWanted { key_id, challenge } => {
                    let reach = Arc::clone(&self.reach);
                    self.key = Some(Box::pin(async move {
                        reach.key(&key_id, challenge.as_deref()).await.map_err(|error| error.message)
                    }));
                }
            }
        }
    }

    fn end(&mut self, ending: Ending) {
        // What the machine said before is before it.
        self.take_effects();
        if !self.ended {
            self.ended = true;
            self.held.push_back(Event::Ended(ending));
        }
    }

    fn on(&mut self, state: State, happened: Happened) -> State {
        match happened {
            Happened::Message(message) => {
                (self.opened, self.tries) = (true, 0);
                if let Err(malformed) = self.client.receive(self.clock.now(), &message) {
                    tracing::debug!(%malformed, "a message of a session's channel was dropped");
                }
                state
            }
            Happened::There(Found { line, token, url }) => {
                self.url = url.unwrap_or_else(|| std::mem::take(&mut self.url));
                self.client.connected(self.clock.now(), &token);
                if std::mem::take(&mut self.away) && !self.ended {
                    self.held.push_back(Event::Back);
                }
                State::There(line)
            }
            Happened::Gone(why) => {
                self.client.disconnected(self.clock.now());
                let served = matches!(&state, State::There(line) if line.served());
                self.lost(why, served)
            }
            Happened::Lost(Lost::Over(ending)) => {
                self.end(ending);
                state
            }
            Happened::Lost(Lost::Refused(why)) if !self.opened => {
                self.end(Ending::Failed(why));
                state
            }
            Happened::Lost(Lost::Refused(why)) => self.lost(why, false),
            Happened::Lost(Lost::NotNow(why, token)) => {
                self.token = token;
                self.lost(why, false)
            }
        }
    }

    /// There is no socket any more, or no other yet.
    fn lost(&mut self, why: String, served: bool) -> State {
        self.tries = if served { 0 } else { self.tries.saturating_add(1) };
        if !self.opened && self.tries >= FIRST_TRIES {
            self.end(Ending::Failed(why));
        } else {
            self.tell_away(why);
        }
        self.again(self.pace.pause(self.opened, self.tries))
    }

    /// Only the last of these is of interest to whoever comes late.
    fn tell_away(&mut self, why: String) {
        self.take_effects();
        if self.ended {
            return;
        }
        while matches!(self.held.back(), Some(Event::Away { .. } | Event::Back)) {
            self.held.pop_back();
        }
        self.held.push_back(Event::Away { why, tries: self.tries });
        self.away = true;
    }

    /// Another socket, after a pause: with the token at hand, or a new one.
    fn again(&mut self, pause: Duration) -> State {
        let (reach, pace, url, token) = (Arc::clone(&self.reach), self.pace, self.url.clone(), self.token.take());
        State::Away(Box::pin(async move {
            tokio::time::sleep(pause).await;
            find(&*reach, pace, &url, token).await
        }))
    }
}

/// A socket to the session, let in by its first token or another one.
async fn find<R: Reach>(reach: &R, pace: Pace, url: &str, first: Option<Token>) -> Result<Found, Lost> {
    let (token, elsewhere, keep) = match first {
        Some(token) => (token, None, true),
        None => match reach.resume().await.map_err(NotThere::from) {
            Ok(Some(Resumed { url, token })) => (token, url, false),
            Ok(None) => return Err(Lost::Over(Ending::TimedOut)),
            Err(no) => return Err(Lost::of(no, None)),
        },
    };
    match reach.dial(elsewhere.as_deref().unwrap_or(url)).await {
        Ok(socket) => Ok(Found { line: Box::new(Line::new(socket, pace)), token, url: elsewhere }),
        Err(no) => Err(Lost::of(no, keep.then_some(token))),
    }
}

impl Lost {
    fn of(no: NotThere, token: Option<Token>) -> Self {
        match no {
            NotThere::Never(why) => Self::Over(Ending::Failed(why)),
            NotThere::Refused(why) => Self::Refused(why),
            NotThere::NotNow(why) => Self::NotNow(why, token),
        }
    }
}

async fn happened(state: &mut State, client: &mut Client, clock: Clock, reading: bool) -> Happened {
    match state {
        State::Away(found) => found.await.map_or_else(Happened::Lost, Happened::There),
        State::There(line) => {
            line.next(client, || clock.now(), reading).await.map_or_else(Happened::Gone, Happened::Message)
        }
    }
}

/// What is wanted, once it is there; for good where nothing is.
async fn wanted<T>(what: &mut Option<Wanted<T>>) -> T {
    match what {
        Some(what) => what.await,
        None => std::future::pending().await,
    }
}

async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
