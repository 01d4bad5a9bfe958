//! What is done to other people's machines, and what is asked about them: questions of seats answered, executions that the
//! engine let pass carried out and followed to their ends. AWS is reached through `aws`; who may do what is decided by the core.
//!
//! [`start`] takes its place at an engine's side: it hears the feed as a seat does and gets the calls that are about machines.
//! Every answer and every execution has a task of its own, so that none waits for another. Nothing here is kept: whatever must
//! outlive the process is a step in the engine's inbox before it is acted upon.

mod by_itself;
mod desk;
mod drive;
mod follow;
mod kept;
mod locate;
mod machines;
mod pace;
mod plan;
mod replica;
mod room;
pub mod runbook;
mod runner;
pub mod session;
mod topics;
mod watched;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use self::desk::Desk;
pub use self::pace::{Backoff, Pace};
use self::room::Room;
use self::runner::Runner;
use self::session::Sessions;
use self::topics::Fetching;
use crate::aws::Aws;
use crate::engine::Clock;
use crate::engine::handle::Handle;
use crate::link::{Call, Feed, Request};

/// Questions that may wait to be taken up.
const WAITING: usize = 64;

/// What it works with.
pub struct Options {
    /// The way to AWS.
    pub aws: Aws,
    /// Where the user's own runbooks are, if anywhere.
    pub runbooks: Option<PathBuf>,
    /// The time, as the engine has it.
    pub clock: Clock,
    /// How often and how long.
    pub pace: Pace,
    /// What is carried out.
    pub duty: Duty,
    /// How long sessions last, and what is kept of them.
    pub sessions: session::Rules,
}

/// Which executions are carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Duty {
    /// All that may run, whoever began them, and runbooks that run by themselves: beside an engine that stays.
    Everything,
    /// Those that are asked for or cancelled while this is here: beside an engine that a command has for a moment. What an
    /// earlier engine had begun waits for one that stays.
    Asked,
}

/// At work, until this is dropped: then everything stops where it is, and the next one takes up what the engine has on disk.
#[derive(Debug)]
pub struct Working {
    task: JoinHandle<()>,
    /// Dropped, it says that the work is to come to an end.
    going_on: Option<oneshot::Sender<()>>,
}

impl Working {
    /// Comes to an end, within seconds: sessions are ended, as nobody could come back to them. The rest stops where it is. The
    /// engine has to be there still.
    pub async fn close(mut self) {
        drop(self.going_on.take());
        // It has ended, however that came.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Takes its place beside an engine. To be called within a runtime; costs nothing of AWS until somebody wants something there.
pub fn start(engine: Handle, options: Options) -> Working {
    let (hands, calls) = mpsc::channel(WAITING);
    let feed = engine.seat().feed;
    engine.hands(hands);
    engine.fetches_with(Arc::new(Fetching(options.aws.clone())));
    let duty = options.duty;
    let (going_on, ends) = oneshot::channel();
    let task = tokio::spawn(work(Arc::new(Room::new(engine, options)), duty, feed, calls, ends));
    Working { task, going_on: Some(going_on) }
}

/// Hears the engine before it takes up a question: whatever was true when the question was asked is known by then.
async fn work(
    room: Arc<Room>,
    duty: Duty,
    mut feed: mpsc::Receiver<Feed>,
    mut calls: mpsc::Receiver<Call>,
    mut ends: oneshot::Receiver<()>,
) {
    let mut runner = Runner::new(room.clone(), duty);
    let mut sessions = Sessions::new(room.clone(), duty);
    let mut desk = Desk::new(room.clone());
    loop {
        tokio::select! {
            biased;
            _ = &mut ends => return sessions.close().await,
            piece = feed.recv() => match piece {
                Some(piece) if room.replica.hear(&piece) => {
                    runner.hear(&piece);
                    sessions.hear(&piece);
                }
                _ => return,
            },
            () = runner.tidy() => {}
            () = desk.tidy() => {}
            () = sessions.tidy() => {}
            call = calls.recv() => match call {
                Some(Call { by, request: Request::Session(talk), answer, .. }) => sessions.take(by, talk, answer),
                Some(call) => desk.take(call),
                None => return,
            },
        }
    }
}
