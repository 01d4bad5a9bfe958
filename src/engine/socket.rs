//! The engine's end of `engine.sock`: seats and command lines of this host. Only the data folder's owner can reach it, and those of
//! a group where one is named. Who they are, and by what right they come, is not for them to say: see [`super::operator`].

use std::fs::{Permissions, set_permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use nix::unistd::Group;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::mpsc;

use super::handle::Handle;
use super::operator::Process;
use super::seats::Seating;
use crate::link::hello::{Hello, wrong_version};
use crate::link::socket::{FromEngine, ToEngine, line};
use crate::link::{Feed, Link, Refusal};

/// A request's line, at most.
const LONGEST: u64 = 1 << 20;
/// Whose a folder is of which nobody knows whose it is: no user has that number.
const NOBODY: u32 = u32::MAX;

/// Opens the socket. Whoever calls holds the data folder's lock, so one that is there already belongs to nobody. `group`: those of
/// that group may come to it too; they see nothing else of the folder.
///
/// # Errors
/// When it can't be made, or given to that group.
pub fn bind(path: &Path, group: Option<&str>) -> io::Result<UnixListener> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(path)?;
    match group {
        None => set_permissions(path, Permissions::from_mode(0o600))?,
        Some(group) => open_to(group, path)?,
    }
    Ok(listener)
}

/// Lets those of a group come to the socket. In the data folder they may go to what they can name, and all else there is its
/// owner's only.
fn open_to(name: &str, path: &Path) -> io::Result<()> {
    let group = Group::from_name(name)?.ok_or_else(|| io::Error::other(format!("there is no group `{name}` here")))?;
    let give = |what: &Path, mode| {
        chown(what, None, Some(group.gid.as_raw()))?;
        set_permissions(what, Permissions::from_mode(mode))
    };
    path.parent().map_or(Ok(()), |folder| give(folder, 0o710))?;
    give(path, 0o660)
}

/// Whose the folder is that a socket lies in.
fn owner(listener: &UnixListener) -> io::Result<u32> {
    let address = listener.local_addr()?;
    let folder = address.as_pathname().and_then(Path::parent).ok_or(io::ErrorKind::NotFound)?;
    Ok(std::fs::metadata(folder)?.uid())
}

/// Serves seats and command lines for as long as it is polled.
pub async fn serve(listener: UnixListener, handle: Handle) {
    let owner = owner(&listener).unwrap_or_else(|error| {
        tracing::error!(%error, "nobody knows whose the data folder is: only who is in the book of people is let in");
        NOBODY
    });
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let handle = handle.clone();
                tokio::spawn(async move {
                    if let Err(error) = converse(stream, owner, &handle).await {
                        tracing::debug!(%error, "a connection on engine.sock ended");
                    }
                    handle.left();
                });
            }
            Err(error) => {
                tracing::warn!(%error, "engine.sock cannot accept");
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
        }
    }
}

async fn converse(stream: UnixStream, owner: u32, handle: &Handle) -> io::Result<()> {
    let peer = stream.peer_cred()?;
    let process = Process { uid: peer.uid(), pid: peer.pid().and_then(|pid| pid.try_into().ok()) };
    let operator = tokio::task::spawn_blocking(move || process.operator()).await?;
    // Each time anew: the book may have changed since they came.
    let standing = || process.standing(&operator, owner, &handle.people().book()).map_err(Refusal::from);
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
                    ToEngine::Subscribe { seat, since } => match standing() {
                        Ok(standing) => {
                            let seating = Seating { by: operator.at(&seat), standing, remote: false, since };
                            feed = Some(handle.seat_of(seating));
                        }
                        Err(refusal) => return writing.write_all(&line(&FromEngine::Refused(refusal))?).await,
                    },
                    ToEngine::Ask { id, by: said, request } => {
                        let by = operator.at(&said.seat);
                        // What is asked in order is put in order; the answers come when they come.
                        let number = feed.as_ref().and_then(|link| link.caller.seat());
                        let asked = match standing() {
                            Ok(standing) => handle.caller().with(standing, number).put(&by, *request).await,
                            Err(refusal) => Err(refusal),
                        };
                        let answering = answering.clone();
                        tokio::spawn(async move {
                            let answer = match asked {
                                Ok(answer) => answer.await,
                                Err(refusal) => Err(refusal),
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
                let last = matches!(piece, Feed::Away(_) | Feed::Lost(_));
                writing.write_all(&line(&FromEngine::Feed { feed: piece })?).await?;
                if last {
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
