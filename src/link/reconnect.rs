//! Keeps a seat's link with its engine through whatever happens to the connection: says at once that it is away, refuses what is
//! asked meanwhile, tries again and again, and goes on from the last change that came. Nothing is queued: what was meant for the
//! board of an hour ago may be wrong for the one that comes back.
//!
//! How an engine is reached is a [`Way`]'s: the socket of this host, or the network.

use std::collections::HashMap;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep_until};

use super::socket::{FromEngine, ToEngine};
use super::{Call, Caller, Feed, Link, Refusal, Reply};

/// Pieces of the feed that a seat may fall behind before its engine hears of it.
const DEPTH: usize = 256;

/// A way to an engine.
pub trait Way: Send + Sync + 'static {
    /// Connects. A seat that was there says the last change that came: what comes first goes on from it, or is a snapshot.
    fn open(&mut self, since: Option<u64>) -> impl Future<Output = Result<Line, NoWay>> + Send;
}

/// A connection that stands. Dropping it ends it.
#[derive(Debug)]
pub struct Line {
    /// To the engine.
    pub to: mpsc::Sender<ToEngine>,
    /// From it; the last is why it ended.
    pub from: mpsc::Receiver<Result<FromEngine, NoWay>>,
}

/// Why there is no connection.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoWay {
    /// Another time it may be otherwise. In words.
    #[error("{0}")]
    Away(String),
    /// The engine does not want this seat, now or later.
    #[error("{0}")]
    Refused(Refusal),
}

/// What a link does when its connection is away.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Then {
    /// It ends: for a command that asks one thing.
    End,
    /// It comes back by itself: for a seat.
    Return(Patience),
}

/// The waits between tries: each twice the one before, up to a longest one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Patience {
    /// The first wait, at most.
    pub first: Duration,
    /// Every wait, at most. Whoever waits for it is back within five seconds of the engine.
    pub longest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first: Duration::from_millis(250), longest: Duration::from_secs(4) }
    }
}

impl Patience {
    /// The wait before the try after `tries` others. `chance`, from 0 to 1, has it between half of that and all of it: seats that
    /// lost their engine at the same moment don't come back at the same moment.
    pub fn wait(self, tries: u32, chance: f64) -> Duration {
        let wait = self.first.saturating_mul(2_u32.saturating_pow(tries)).min(self.longest);
        wait.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
    }
}

/// Connects, and stays connected for as long as somebody holds the link.
///
/// # Errors
/// When there is no connection at first.
pub async fn connect(mut way: impl Way, then: Then) -> Result<Link, NoWay> {
    let line = way.open(None).await?;
    let (feeding, feed) = mpsc::channel(DEPTH);
    let (caller, calls) = Caller::new(64);
    tokio::spawn(Keeper { calls, feeding, revision: None, next_id: 0, heard: false }.keep(way, line, then));
    Ok(Link { feed, caller })
}

struct Keeper {
    calls: mpsc::Receiver<Call>,
    feeding: mpsc::Sender<Feed>,
    /// Of the last change that came.
    revision: Option<u64>,
    next_id: u64,
    /// This connection has brought something.
    heard: bool,
}

/// The seat has gone.
struct Left;

impl Keeper {
    async fn keep(mut self, mut way: impl Way, mut line: Line, then: Then) {
        let mut tries = 0;
        loop {
            let why = match self.converse(line).await {
                Err(Left) => return,
                Ok(why) => why,
            };
            let (why, patience) = match (why, then) {
                (NoWay::Away(why), Then::Return(patience)) => (why, patience),
                (why, _) => return self.end(why).await,
            };
            if self.feeding.send(Feed::Away(why)).await.is_err() {
                return;
            }
            if std::mem::take(&mut self.heard) {
                tries = 0;
            }
            line = loop {
                let at = Instant::now() + patience.wait(tries, chance());
                tries = tries.saturating_add(1);
                let since = self.revision;
                let opened = async {
                    sleep_until(at).await;
                    way.open(since).await
                };
                let why = match self.refusing(opened).await {
                    Err(Left) => return,
                    Ok(Ok(line)) => break line,
                    Ok(Err(NoWay::Away(why))) => why,
                    Ok(Err(refused)) => return self.end(refused).await,
                };
                // Why it does not come back may be another reason than why it went.
                if self.feeding.send(Feed::Away(why)).await.is_err() {
                    return;
                }
            };
        }
    }

    /// Carries requests out, and answers and the feed in, until the connection ends.
    async fn converse(&mut self, mut line: Line) -> Result<NoWay, Left> {
        let mut asked: HashMap<u64, oneshot::Sender<Result<Reply, Refusal>>> = HashMap::new();
        let ended = loop {
            tokio::select! {
                call = self.calls.recv() => {
                    let Call { by, request, answer, .. } = call.ok_or(Left)?;
                    self.next_id += 1;
                    asked.insert(self.next_id, answer);
                    let ask = ToEngine::Ask { id: self.next_id, by, request: Box::new(request) };
                    // Why the connection has ended is the last thing that comes from it.
                    let _ = line.to.send(ask).await;
                }
                from = line.from.recv() => match from {
                    Some(Ok(FromEngine::Feed { feed: Feed::Away(why) | Feed::Lost(why) })) => break NoWay::Away(why),
                    Some(Ok(FromEngine::Feed { feed })) => self.feed(feed).await?,
                    Some(Ok(FromEngine::Answer { id, answer })) => {
                        if let Some(waiting) = asked.remove(&id) {
                            // Whoever asked may have given up.
                            let _ = waiting.send(answer);
                        }
                    }
                    Some(Ok(FromEngine::Refused(refusal))) => break NoWay::Refused(refusal),
                    Some(Ok(FromEngine::Welcome(_))) => {}
                    Some(Err(why)) => break why,
                    None => break NoWay::Away("the connection with the engine broke".into()),
                },
            }
        };
        for waiting in asked.into_values() {
            let _ = waiting.send(Err(Refusal::unanswered()));
        }
        Ok(ended)
    }

    async fn feed(&mut self, feed: Feed) -> Result<(), Left> {
        self.heard = true;
        match &feed {
            Feed::Snapshot(snapshot) => self.revision = Some(snapshot.revision),
            Feed::Changes(changes) => self.revision = changes.last().map(|last| last.revision).or(self.revision),
            _ => {}
        }
        self.feeding.send(feed).await.map_err(|_| Left)
    }

    /// Does something else, and refuses what is asked meanwhile.
    async fn refusing<T>(&mut self, work: impl Future<Output = T>) -> Result<T, Left> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return Ok(done),
                call = self.calls.recv() => {
                    let _ = call.ok_or(Left)?.answer.send(Err(Refusal::away()));
                }
            }
        }
    }

    /// It does not come back. What is asked from now on finds nobody.
    async fn end(self, why: NoWay) {
        let _ = self.feeding.send(Feed::Lost(why.to_string())).await;
    }
}

fn chance() -> f64 {
    f64::from(getrandom::u32().unwrap_or(u32::MAX)) / f64::from(u32::MAX)
}
