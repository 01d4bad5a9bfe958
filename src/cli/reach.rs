//! Reaches an engine: the one that runs on this data folder, else one of our own that takes no deliveries.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures_util::{StreamExt as _, stream};
use tokio::runtime::Runtime;

use super::out::{self, Failure};
use super::place::{Place, actor};
use crate::action::session::Rules;
use crate::action::{self, Duty, Pace, Working};
use crate::audit::own::OwnLog;
use crate::aws::{self, Aws, Heard};
use crate::core::change::Change;
use crate::core::execution::Execution;
use crate::core::id::ExecutionId;
use crate::engine::handle::Handle;
use crate::engine::{self, Running};
use crate::link::reconnect::NoWay;
use crate::link::remote::{Reached as Answer, Remote};
use crate::link::socket;
use crate::link::{Feed, Link, Refusal, Reply, Request};
use crate::people::People;
use crate::receiver::sources::Sources;
use crate::store::lock::DataDirLock;
use crate::store::sqlite;

/// How long whoever reaches AWS may take to answer: longer than any of its own patience.
const PATIENCE: Duration = Duration::from_secs(120);

/// Questions that are on their way at a time.
const AT_A_TIME: usize = 8;

/// An engine that can be asked.
pub struct Reached {
    /// The connection.
    pub link: Link,
    runtime: Runtime,
    own: Option<(Running, DataDirLock)>,
    hands: Option<Working>,
}

impl Reached {
    /// Connects with the running engine, or starts one. With `subscribe`, the link's feed tells what happens.
    ///
    /// # Errors
    /// When neither is possible.
    pub fn reach(place: &Place, subscribe: bool) -> Result<Self, Failure> {
        let runtime = runtime(1)?;
        match runtime.block_on(socket::connect(&place.socket(), subscribe)) {
            Ok(link) => return Ok(Self { link, runtime, own: None, hands: None }),
            Err(NoWay::Refused(refusal)) => return Err(refusal.into()),
            Err(NoWay::Away(_)) => {}
        }
        let (running, lock) = start(place)?;
        let link = running.handle().seat();
        Ok(Self { link, runtime, own: Some((running, lock)), hands: None })
    }

    /// The same, where other people's machines are to be reached: an engine of our own gets hands too. They carry out what is
    /// asked for here, and leave what an earlier engine had begun to one that stays.
    ///
    /// # Errors
    /// When neither is possible.
    pub fn with_hands(place: &Place, subscribe: bool) -> Result<Self, Failure> {
        let mut reached = Self::reach(place, subscribe)?;
        if let Some((running, _)) = &reached.own {
            let _inside = reached.runtime.enter();
            reached.hands = Some(hands(place, running.handle(), Duty::Asked));
        }
        Ok(reached)
    }

    /// Reaches an engine for one question only.
    ///
    /// # Errors
    /// When none can be reached, or it refuses.
    pub fn ask_once(place: &Place, request: Request) -> Result<Reply, Failure> {
        let reached = Self::reach(place, false)?;
        let reply = reached.ask(request);
        reached.finish();
        reply
    }

    /// Whether another process runs the engine.
    pub fn is_running(&self) -> bool {
        self.own.is_none()
    }

    /// Asks.
    ///
    /// # Errors
    /// The engine's refusal.
    pub fn ask(&self, request: Request) -> Result<Reply, Failure> {
        Ok(self.runtime.block_on(self.link.caller.ask(&actor(), request))?)
    }

    /// Asks about other people's machines.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn ask_remote(&self, remote: Remote) -> Result<Answer, Failure> {
        let by = actor();
        let asking = self.link.caller.ask(&by, Request::Remote(remote));
        let answered = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, asking).await });
        match answered.unwrap_or_else(|_| Err(Refusal::new("silent", "AWS has not answered for two minutes")))? {
            Reply::Reached(answer) => Ok(answer),
            _ => Err(out::unexpected()),
        }
    }

    /// Asks several things about other people's machines, a few at a time. What has no answer when `patience` ends has none.
    pub fn ask_all(&self, asked: Vec<Remote>, patience: Duration) -> Vec<Option<Result<Answer, Refusal>>> {
        let (by, until) = (actor(), tokio::time::Instant::now() + patience);
        let ask = |remote| {
            let asking = self.link.caller.ask(&by, Request::Remote(remote));
            async move {
                match tokio::time::timeout_at(until, asking).await.ok()? {
                    Ok(Reply::Reached(answer)) => Some(Ok(answer)),
                    Ok(_) => None,
                    Err(refusal) => Some(Err(refusal)),
                }
            }
        };
        self.runtime.block_on(stream::iter(asked.into_iter().map(ask)).buffered(AT_A_TIME).collect())
    }

    /// Hears the feed until an execution is as `wanted`; `None` when that takes longer than `patience`. The link must have been
    /// reached with `subscribe`.
    ///
    /// # Errors
    /// When the engine is gone.
    pub fn follow(
        &mut self,
        id: &ExecutionId,
        patience: Option<Duration>,
        wanted: impl Fn(&Execution) -> bool,
    ) -> Result<Option<Arc<Execution>>, Failure> {
        let feed = &mut self.link.feed;
        let following = async {
            loop {
                let found = match feed.recv().await {
                    Some(Feed::Snapshot(snapshot)) => {
                        let mut all = snapshot.tenants.into_iter().flat_map(|part| part.executions);
                        all.find(|execution| execution.id == *id)
                    }
                    Some(Feed::Changes(changes)) => {
                        changes.iter().rev().find_map(|published| match &published.change {
                            Change::ExecutionChanged(execution) if execution.id == *id => Some(execution.clone()),
                            _ => None,
                        })
                    }
                    Some(Feed::Pulse(_) | Feed::Present(_) | Feed::Away(_)) => None,
                    Some(Feed::Lost(_)) | None => return Err(Refusal::gone()),
                };
                if let Some(found) = found.filter(|execution| wanted(execution)) {
                    return Ok(found);
                }
            }
        };
        let waited = self.runtime.block_on(async {
            match patience {
                Some(patience) => tokio::time::timeout(patience, following).await.ok(),
                None => Some(following.await),
            }
        });
        Ok(waited.transpose()?)
    }

    /// Waits for something that uses the link.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Waits for the next piece of the feed.
    pub fn next(&mut self) -> Option<Feed> {
        self.runtime.block_on(self.link.feed.recv())
    }

    /// Ends an engine of our own, with everything written.
    pub fn finish(self) {
        if let Some(hands) = self.hands {
            self.runtime.block_on(hands.close());
        }
        if let Some((running, _lock)) = self.own {
            running.stop();
        }
    }
}

/// Starts an engine on the data folder, which is then ours until the lock is dropped.
///
/// # Errors
/// When another process has the folder, or the system has no thread left.
pub fn start(place: &Place) -> Result<(Running, DataDirLock), Failure> {
    let lock = crate::store::lock::hold(&place.data_dir)?;
    let options = engine::Options {
        declared: place.declared.clone(),
        technicians: place.technicians.clone(),
        public_url: place.base_url(),
        clock: engine::wall_clock(),
        people: People::open(&place.data_dir).map_err(anyhow::Error::from)?,
        own_log: OwnLog::open(&place.data_dir).map_err(anyhow::Error::from)?,
    };
    let dir = place.data_dir.clone();
    let running = engine::start(move || sqlite::open(&dir), options).context("cannot start the engine")?;
    // Without a receiver, too, a mapping is to be checked and a body to be read again.
    running.handle().reads_with(Arc::new(Sources));
    Ok((running, lock))
}

/// What reaches AWS, beside an engine of this process. To be called within a runtime.
pub fn hands(place: &Place, engine: &Handle, duty: Duty) -> Working {
    let sessions = &place.config.sessions;
    let counting = engine.clone();
    let heard = Heard::by(move |service, outcome| counting.counters().aws.add(service, outcome));
    let options = action::Options {
        aws: Aws::new(aws::Options { heard, ..place.aws.clone() }),
        runbooks: place.runbooks.clone(),
        clock: engine::wall_clock(),
        pace: Pace::default(),
        duty,
        sessions: Rules {
            idle: sessions.idle.0,
            longest: sessions.longest.0,
            record_input: sessions.record_input,
            keep_days: sessions.keep_days,
            ..Rules::of(&place.data_dir)
        },
    };
    action::start(engine.clone(), options)
}

/// A runtime with so many threads.
///
/// # Errors
/// When the system has none left.
pub fn runtime(threads: usize) -> Result<Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    Ok(built.context("cannot start the runtime")?)
}
