//! A command without input and without a terminal: its output and its errors kept apart if that is wanted, and its exit code.

use std::process::Stdio;

use bytes::Bytes;
use rustix::process::Signal;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use tokio::sync::mpsc;

use super::shell::{not_windows, say};
use super::terminal::environment;
use super::text::Pieces;
use super::{Hear, PIECE, Place, Say};
use crate::demo::aws::fence;
use crate::demo::aws::shell::{Group, code};

/// Ctrl-C and Ctrl-\: all that such a command hears.
const INTERRUPT: u8 = 0x03;
const QUIT: u8 = 0x1c;

/// Runs it to its end.
///
/// # Errors
/// Why it never began, in the agent's words.
pub(super) async fn run(
    place: &Place,
    text: &str,
    separate: bool,
    heard: mpsc::Receiver<Hear>,
    says: &mpsc::Sender<Say>,
) -> Result<(), String> {
    not_windows(place)?;
    let home = place.home().map_err(|error| error.to_string())?;
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", text])
        .current_dir(&home)
        .env_clear()
        .envs(environment(place, &home))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let started = fence::start(command, home).await;
    let (mut child, _) = started.map_err(|error| format!("Unable to start command: {error} (AWS stand-in)"))?;
    let group = Group::of(&place.shared, &child);
    let _ = says.send(Say::Started).await;
    let signals = signal(heard, group.leader());
    let errors: fn(Bytes) -> Say = if separate { Say::Errors } else { Say::Output };
    let out = copy(place, child.stdout.take(), Say::Output, says);
    let err = copy(place, child.stderr.take(), errors, says);
    let ended = async {
        let status = child.wait().await;
        // What it left behind would hold its output open, and live on.
        drop(group);
        status
    };
    let status = tokio::select! {
        (status, (), ()) = async { tokio::join!(ended, out, err) } => status,
        () = signals => return Ok(()),
    };
    let status = status.map_err(|error| error.to_string())?;
    if separate {
        let _ = says.send(Say::ExitCode(code(status))).await;
    }
    Ok(())
}

/// Hands on the keys that are signals. Never ends.
async fn signal(mut heard: mpsc::Receiver<Hear>, leader: Option<rustix::process::Pid>) {
    while let Some(what) = heard.recv().await {
        let Hear::Bytes(bytes) = what else { continue };
        for byte in bytes {
            let signal = match byte {
                INTERRUPT => Signal::INT,
                QUIT => Signal::QUIT,
                _ => continue,
            };
            if let Some(leader) = leader {
                // It may have ended by itself.
                let _ = rustix::process::kill_process_group(leader, signal);
            }
        }
    }
    std::future::pending().await
}

async fn copy(place: &Place, from: Option<impl AsyncRead + Unpin>, what: fn(Bytes) -> Say, says: &mpsc::Sender<Say>) {
    let Some(mut from) = from else { return };
    let mut pieces = Pieces::default();
    let mut buffer = [0; PIECE];
    while let Ok(read @ 1..) = from.read(&mut buffer[..pieces.room(PIECE)]).await {
        if let Some(piece) = pieces.piece(&buffer[..read]) {
            say(says, what, piece, place.pace).await;
        }
    }
    if let Some(rest) = pieces.rest() {
        say(says, what, rest, place.pace).await;
    }
}
