//! Reaches an engine: the one that runs on this data folder, else one of our own that takes no deliveries.

use anyhow::Context;
use tokio::runtime::Runtime;

use super::out::Failure;
use super::place::{Place, actor};
use crate::engine::{self, Running};
use crate::link::socket;
use crate::link::{Link, Reply, Request};
use crate::store::lock::DataDirLock;
use crate::store::sqlite;

/// An engine that can be asked.
pub struct Reached {
    /// The connection.
    pub link: Link,
    runtime: Runtime,
    own: Option<(Running, DataDirLock)>,
}

impl Reached {
    /// Connects with the running engine, or starts one. With `subscribe`, the link's feed tells what happens.
    ///
    /// # Errors
    /// When neither is possible.
    pub fn reach(place: &Place, subscribe: bool) -> Result<Self, Failure> {
        let runtime = runtime(1)?;
        if let Ok(link) = runtime.block_on(socket::connect(&place.socket(), subscribe)) {
            return Ok(Self { link, runtime, own: None });
        }
        let (running, lock) = start(place)?;
        let link = running.handle().seat();
        Ok(Self { link, runtime, own: Some((running, lock)) })
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

    /// Waits for the next piece of the feed.
    pub fn next(&mut self) -> Option<crate::link::Feed> {
        self.runtime.block_on(self.link.feed.recv())
    }

    /// Ends an engine of our own, with everything written.
    pub fn finish(self) {
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
    };
    let dir = place.data_dir.clone();
    let running = engine::start(move || sqlite::open(&dir), options).context("cannot start the engine")?;
    Ok((running, lock))
}

/// A runtime with so many threads.
///
/// # Errors
/// When the system has none left.
pub fn runtime(threads: usize) -> Result<Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    Ok(built.context("cannot start the runtime")?)
}
