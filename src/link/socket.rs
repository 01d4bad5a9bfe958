//! A link over a Unix socket: one JSON value a line, both ways. This end is the seat's; the other is `engine::socket`.

use std::collections::HashMap;
use std::path::Path;

use crate::core::input::Actor;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::sync::mpsc;

use super::{Call, Caller, Feed, Link, Refusal, Reply, Request};

/// What a seat sends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum ToEngine {
    /// Which version this is: the first line there is.
    Hello {
        /// [`super::PROTOCOL`].
        protocol: u32,
        /// For people.
        version: String,
    },
    /// From now on, what happens.
    Subscribe {
        /// Where whoever looks sits.
        #[serde(default)]
        seat: String,
        /// The last change that they know of: go on from there.
        #[serde(default)]
        since: Option<u64>,
    },
    /// A request.
    Ask {
        /// Comes back with the answer.
        id: u64,
        /// Who asks.
        #[serde(flatten)]
        by: Actor,
        /// What they ask.
        request: Box<Request>,
    },
}

/// What an engine sends. Its kind is its only key: were it a value beside others, reading a snapshot of a hundred thousand
/// incidents would hold all of it twice.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromEngine {
    /// What happens.
    Feed {
        /// A piece of it.
        feed: Feed,
    },
    /// An answer.
    Answer {
        /// The request's.
        id: u64,
        /// The reply, or why not.
        answer: Result<Reply, Refusal>,
    },
    /// Nobody is served here, and why: another version, or nobody who is known. The connection ends with it.
    Refused {
        /// Why.
        refusal: Refusal,
    },
}

impl ToEngine {
    /// This version.
    pub fn hello() -> Self {
        Self::Hello { protocol: super::PROTOCOL, version: super::wire::VERSION.into() }
    }
}

/// Connects with the engine that serves `socket`.
///
/// # Errors
/// When none does.
pub async fn connect(socket: &Path, subscribe: bool) -> std::io::Result<Link> {
    let stream = UnixStream::connect(socket).await?;
    let (feeding, feed) = mpsc::channel(256);
    let (caller, calls) = Caller::new(64);
    tokio::spawn(async move {
        let why = match converse(stream, subscribe, calls, &feeding).await {
            Ok(()) => "the engine has stopped".to_owned(),
            Err(error) => format!("the connection with the engine broke: {error}"),
        };
        // The seat may be gone too.
        let _ = feeding.send(Feed::Lost(why)).await;
    });
    Ok(Link { feed, caller })
}

/// Carries requests out and answers and feed in, until either end is gone.
async fn converse(
    stream: UnixStream,
    subscribe: bool,
    mut calls: mpsc::Receiver<Call>,
    feeding: &mpsc::Sender<Feed>,
) -> std::io::Result<()> {
    let (reading, mut writing) = stream.into_split();
    let mut lines = BufReader::new(reading).lines();
    let mut asked = HashMap::new();
    let mut next_id = 0_u64;
    writing.write_all(&line(&ToEngine::hello())?).await?;
    if subscribe {
        writing.write_all(&line(&ToEngine::Subscribe { seat: String::new(), since: None })?).await?;
    }
    loop {
        tokio::select! {
            call = calls.recv() => {
                let Some(Call { by, request, answer, .. }) = call else { return Ok(()) };
                next_id += 1;
                asked.insert(next_id, answer);
                writing.write_all(&line(&ToEngine::Ask { id: next_id, by, request: Box::new(request) })?).await?;
            }
            read = lines.next_line() => {
                let Some(read) = read? else { return Ok(()) };
                match serde_json::from_str(&read)? {
                    FromEngine::Feed { feed } => {
                        if feeding.send(feed).await.is_err() && subscribe {
                            return Ok(());
                        }
                    }
                    FromEngine::Answer { id, answer } => {
                        if let Some(waiting) = asked.remove(&id) {
                            // Whoever asked may have given up.
                            let _ = waiting.send(answer);
                        }
                    }
                    FromEngine::Refused { refusal } => {
                        let why = refusal.message.clone();
                        for (_, waiting) in asked.drain() {
                            // The same.
                            let _ = waiting.send(Err(refusal.clone()));
                        }
                        return Err(std::io::Error::other(why));
                    }
                }
            }
        }
    }
}

/// A value as a line.
///
/// # Errors
/// When it has no JSON.
pub fn line(value: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    Ok(line)
}
