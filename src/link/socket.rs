//! A link over a Unix socket: one JSON value a line, both ways. This end is the seat's; the other is `engine::socket`.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::hello::{Hello, WRONG_VERSION};
use super::reconnect::{self, Line, NoWay, Patience, Then, Way};
use super::{Feed, Link, Refusal, Reply, Request};
use crate::core::input::Actor;

/// How long an engine of this host may take to say who it is.
const WELCOME: Duration = Duration::from_secs(10);

/// What a seat sends.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case")]
pub enum ToEngine {
    /// First of all, which program this is. Answered before anything else is read.
    Hello(Hello),
    /// From now on, what happens.
    Subscribe {
        /// Where whoever looks sits, in their own words; empty: they say it with what they ask.
        #[serde(default)]
        seat: String,
        /// The last change that came to this seat. What comes first are those since, were there any or none; or, when the engine
        /// does not have them any more, a snapshot.
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
    /// Come in: the engine's program.
    Welcome(Hello),
    /// It does not want this seat, and why; nothing comes after that.
    Refused(Refusal),
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
}

/// Connects with the engine that serves `socket`, for as long as it is there.
///
/// # Errors
/// When none does, or it does not want us.
pub async fn connect(socket: &Path, subscribe: bool) -> Result<Link, NoWay> {
    reconnect::connect(Socket { path: socket.to_owned(), subscribe, seat: String::new() }, Then::End).await
}

/// The same for a seat, which stays when the engine goes and goes on when there is one again.
///
/// # Errors
/// When there is none at first, or it does not want us.
pub async fn stay(socket: &Path, seat: &str) -> Result<Link, NoWay> {
    reconnect::connect(
        Socket { path: socket.to_owned(), subscribe: true, seat: seat.to_owned() },
        Then::Return(Patience::default()),
    )
    .await
}

/// The way over a socket of this host.
struct Socket {
    path: PathBuf,
    subscribe: bool,
    /// Where the seat is, in its own words.
    seat: String,
}

impl Way for Socket {
    async fn open(&mut self, since: Option<u64>) -> Result<Line, NoWay> {
        let opened = timeout(WELCOME, self.begin(since)).await;
        opened.unwrap_or_else(|_| Err(NoWay::Away("the engine on this host does not respond".into())))
    }
}

impl Socket {
    async fn begin(&self, since: Option<u64>) -> Result<Line, NoWay> {
        let no_engine = |error: std::io::Error| {
            NoWay::Away(match error.kind() {
                ErrorKind::NotFound | ErrorKind::ConnectionRefused => "no engine runs on this data folder".into(),
                _ => format!("the engine on this data folder cannot be reached ({error})"),
            })
        };
        let (reading, mut writing) = UnixStream::connect(&self.path).await.map_err(no_engine)?.into_split();
        let mut lines = BufReader::new(reading).lines();
        write(&mut writing, &ToEngine::Hello(Hello::ours())).await?;
        match lines.next_line().await.map_err(broke)?.as_deref().map(serde_json::from_str) {
            Some(Ok(FromEngine::Welcome(_))) => {}
            Some(Ok(FromEngine::Refused(refusal))) => return Err(NoWay::Refused(refusal)),
            // It knows no hello.
            Some(_) => return Err(NoWay::Refused(speaks_otherwise())),
            None => return Err(ended()),
        }
        if self.subscribe {
            write(&mut writing, &ToEngine::Subscribe { seat: self.seat.clone(), since }).await?;
        }
        let (to, sent) = mpsc::channel(64);
        let (coming, from) = mpsc::channel(64);
        tokio::spawn(send(writing, sent));
        tokio::spawn(receive(lines, coming));
        Ok(Line { to, from })
    }
}

/// Writes until the seat has gone, or the connection.
async fn send(mut writing: OwnedWriteHalf, mut sent: mpsc::Receiver<ToEngine>) {
    while let Some(message) = sent.recv().await {
        if write(&mut writing, &message).await.is_err() {
            return;
        }
    }
}

/// Reads until the seat has gone, or the connection.
async fn receive(mut lines: Lines<BufReader<OwnedReadHalf>>, coming: mpsc::Sender<Result<FromEngine, NoWay>>) {
    loop {
        let read = tokio::select! {
            read = lines.next_line() => read,
            () = coming.closed() => return,
        };
        let message = match read {
            Ok(Some(read)) => serde_json::from_str(&read).map_err(|error| broke(error.into())),
            Ok(None) => Err(ended()),
            Err(error) => Err(broke(error)),
        };
        let last = message.is_err();
        if coming.send(message).await.is_err() || last {
            return;
        }
    }
}

async fn write(writing: &mut OwnedWriteHalf, message: &ToEngine) -> Result<(), NoWay> {
    writing.write_all(&line(message).map_err(broke)?).await.map_err(broke)
}

fn broke(error: std::io::Error) -> NoWay {
    NoWay::Away(format!("the connection with the engine broke: {error}"))
}

fn ended() -> NoWay {
    NoWay::Away("the engine has stopped".into())
}

fn speaks_otherwise() -> Refusal {
    let Hello { protocol, version } = Hello::ours();
    let here = format!("this program is alert-whisperer {version} (protocol {protocol})");
    let what = "end it, install the same version for both and start it again";
    Refusal::new(WRONG_VERSION, format!("{here}, and the engine on this host is of another version: {what}"))
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
