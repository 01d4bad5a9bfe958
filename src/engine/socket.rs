//! The engine's end of `engine.sock`: seats and command lines of this host. Only the data folder's owner can reach it. Who they
//! are is not for them to say: see [`super::operator`].

use std::io;
use std::path::Path;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

use super::handle::Handle;
use super::operator::Process;
use super::seats::Seating;
use crate::link::hello::{Hello, wrong_version};
use crate::link::socket::{FromEngine, ToEngine, line};
use crate::link::{Feed, Link, Standing};

/// A request's line, at most.
const LONGEST: u64 = 1 << 20;

/// Opens the socket. Whoever calls holds the data folder's lock, so one that is there already belongs to nobody.
///
/// # Errors
/// When it can't be made.
pub fn bind(path: &Path) -> io::Result<UnixListener> {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Serves seats and command lines for as long as it is polled.
pub async fn serve(listener: UnixListener, handle: Handle) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let handle = handle.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, &handle).await {
                        tracing::debug!(%error, "a connection on engine.sock ended");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "engine.sock cannot accept");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: UnixStream, handle: &Handle) -> io::Result<()> {
    let peer = stream.peer_cred()?;
    let process = Process { uid: peer.uid(), pid: peer.pid().and_then(|pid| pid.try_into().ok()) };
    let operator = tokio::task::spawn_blocking(move || process.operator()).await?;
    let (reading, mut writing) = stream.into_split();
    let mut reading = BufReader::new(reading);
    let (answering, mut answers) = mpsc::channel::<FromEngine>(64);
    let mut feed: Option<Link> = None;
    let mut greeted = false;
    let mut request = Vec::new();
    loop {
        // Reading a line is not undone when something else is ready first: what was read stays in `request`.
        let mut limited = tokio::io::AsyncReadExt::take(&mut reading, LONGEST - request.len() as u64);
        tokio::select! {
            read = limited.read_until(b'\n', &mut request) => {
                if read? == 0 || request.len() as u64 >= LONGEST {
                    return Ok(());
                }
                if request.last() != Some(&b'\n') {
                    continue;
                }
                if !greeted {
                    let answer = greet(&request);
                    writing.write_all(&line(&answer)?).await?;
                    if matches!(answer, FromEngine::Refused(_)) {
                        return Ok(());
                    }
                    greeted = true;
                    request.clear();
                    continue;
                }
                match serde_json::from_slice(&request)? {
                    ToEngine::Hello(_) => {}
                    ToEngine::Subscribe { seat, since } => {
                        let standing = Standing::Owner;
                        feed = Some(handle.seat_of(Seating { by: operator.at(&seat), standing, remote: false, since }));
                    }
                    ToEngine::Ask { id, by: said, request } => {
                        let by = operator.at(&said.seat);
                        // What is asked in order is put in order; the answers come when they come.
                        let asked = handle.caller().put(&by, *request).await;
                        let answering = answering.clone();
                        tokio::spawn(async move {
                            let answer = match asked {
                                Ok(answer) => answer.await,
                                Err(gone) => Err(gone),
                            };
                            // The other end may be gone.
                            let _ = answering.send(FromEngine::Answer { id, answer }).await;
                        });
                    }
                }
                request.clear();
            }
            Some(answer) = answers.recv() => writing.write_all(&line(&answer)?).await?,
            piece = next(&mut feed) => {
                let piece = piece.unwrap_or_else(|| Feed::Lost("the engine has stopped".into()));
                let lost = matches!(piece, Feed::Lost(_));
                writing.write_all(&line(&FromEngine::Feed { feed: piece })?).await?;
                if lost {
                    return Ok(());
                }
            }
        }
    }
}

/// What the first line of a connection is answered: nothing is read of a program that would not understand what comes back.
fn greet(first: &[u8]) -> FromEngine {
    let judged = match serde_json::from_slice(first) {
        Ok(ToEngine::Hello(hello)) => hello.judged(),
        _ => Err(wrong_version(&Hello::ours(), None)),
    };
    judged.map_or_else(FromEngine::Refused, |()| FromEngine::Welcome(Hello::ours()))
}

/// The next piece of the feed; never, without one.
async fn next(feed: &mut Option<Link>) -> Option<Feed> {
    match feed {
        Some(link) => link.feed.recv().await,
        None => std::future::pending().await,
    }
}
