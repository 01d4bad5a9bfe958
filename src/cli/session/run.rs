//! `session run`: one command on one machine, what it writes as it comes, and its exit code as ours.
//!
//! The exit code is 255 where the command's own is not known: it did not run, or its end was not heard.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::list::{one, talk};
use super::machine::Machine;
use crate::cli::out::{self, Failure};
use crate::cli::place::{Place, actor};
use crate::cli::reach::Reached;
use crate::core::id::SessionId;
use crate::core::input::Actor;
use crate::core::safe_text::SafeText;
use crate::core::session::{Kind, Session};
use crate::link::session::{Blob, Line, Piece, Size, Talk, Talked};
use crate::link::{Refusal, Reply, Request};

/// What a command that may not be interrupted by it gets for ctrl-c.
const INTERRUPT: u8 = 0x03;
/// How often it is looked whether the end is on disk, and how long after each other.
const LOOKS: u32 = 100;
const BETWEEN: Duration = Duration::from_millis(100);
/// Its own exit code is not known.
const UNKNOWN: u8 = 255;

/// What to run, and where.
#[derive(Debug, Args)]
pub struct Run {
    #[command(flatten)]
    machine: Machine,
    /// The command, after --; its words are put together with spaces
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<String>,
}

pub(super) fn run(run: &Run, place: &Place) -> Result<(), Failure> {
    place.may_change()?;
    let reached = Reached::with_hands(place, false)?;
    let ended = go(run, &reached, place.json);
    reached.finish();
    let session = ended.map_err(|failure| failure.ending(UNKNOWN))?;
    match session.exit_code {
        Some(0) => Ok(()),
        // A system that knows no more than a byte of it gives the lowest.
        Some(code) => Err(Failure::quiet(code.to_le_bytes()[0].max(u8::from(code != 0)))),
        None => Err(Failure::from(anyhow::anyhow!("{}: {}", session.id, session.standing())).ending(UNKNOWN)),
    }
}

fn go(run: &Run, reached: &Reached, json: bool) -> Result<Arc<Session>, Failure> {
    let (tenant, wish) = run.machine.wish(reached, Kind::Command { text: run.command.join(" ") })?;
    let wanted = Talk::Open { tenant, wish: Box::new(wish), size: Size::default() };
    let Talked::Opening(id) = talk(reached, wanted)? else { return Err(out::unexpected()) };
    let mut shown = Shown { raw: !std::io::stdout().is_terminal(), json, ..Shown::default() };
    let followed = reached.wait(follow(reached, &id, &mut shown)).and_then(|()| shown.end());
    if followed.is_err() {
        // Nobody reads what it writes any more. One that is over, or out of reach, has nothing to be told.
        let _ = talk(reached, Talk::End { session: id.clone() });
    }
    let session = ended(reached, &id);
    followed?;
    let session = session?;
    if json {
        let mut all = json!(*session);
        all["output"] = String::from_utf8_lossy(&shown.kept).into();
        out::json(&all)?;
    }
    Ok(session)
}

/// The session as it is on disk once it is over, which may take a moment longer than what it shows.
pub(super) fn ended(reached: &Reached, id: &SessionId) -> Result<Arc<Session>, Failure> {
    for _ in 0..LOOKS {
        let session = one(reached, id)?;
        if session.is_over() {
            return Ok(session);
        }
        // Made inside: a timer needs the runtime that it is made in.
        reached.wait(async { tokio::time::sleep(BETWEEN).await });
    }
    one(reached, id)
}

/// Shows what comes until there is no more. Ctrl-c goes to the command first; the second one ends the session.
async fn follow(reached: &Reached, id: &SessionId, shown: &mut Shown) -> Result<(), Failure> {
    let (by, mut ends) = (actor(), Ends::listen()?);
    let (mut seen, mut version) = (0, 0);
    loop {
        let read = ask(reached, &by, Talk::Read { session: id.clone(), seen, version });
        tokio::pin!(read);
        let piece = loop {
            tokio::select! {
                piece = &mut read => break piece,
                last = ends.next() => {
                    let session = id.clone();
                    let word = if last { Talk::End { session } } else { Talk::Type { session, bytes: Blob(vec![INTERRUPT]) } };
                    // One that is over has nothing more to be told.
                    let _ = ask(reached, &by, word).await;
                }
            }
        };
        let piece = match piece {
            Ok(Reply::Talked(Talked::Piece(piece))) => piece,
            // It has been over for a while.
            Err(refused) if refused.code == "over" => return Ok(()),
            Err(refused) => return Err(refused.into()),
            Ok(_) => return Err(out::unexpected()),
        };
        seen = piece.upto;
        version = piece.live.as_ref().map_or(version, |live| live.version);
        shown.piece(&piece)?;
        if piece.over {
            return Ok(());
        }
    }
}

pub(super) async fn ask(reached: &Reached, by: &Actor, talk: Talk) -> Result<Reply, Refusal> {
    reached.link.caller.ask(by, Request::Session(talk)).await
}

/// The signals that mean an end.
pub(super) struct Ends {
    interrupt: Signal,
    terminate: Signal,
    hang_up: Signal,
    asked: bool,
}

impl Ends {
    pub(super) fn listen() -> std::io::Result<Self> {
        let listen = |kind| signal(kind);
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hang_up: listen(SignalKind::hangup())?,
            asked: false,
        })
    }

    /// Waits for the next one; whether it is the last word.
    pub(super) async fn next(&mut self) -> bool {
        let last = tokio::select! {
            _ = self.interrupt.recv() => self.asked,
            _ = self.terminate.recv() => true,
            _ = self.hang_up.recv() => true,
        };
        self.asked = true;
        last
    }

    /// There was one.
    pub(super) fn asked(&self) -> bool {
        self.asked
    }
}

/// What is shown of a command, with its lines ended as those of a file: a session ends them for a terminal.
#[derive(Default)]
struct Shown {
    /// Nobody's terminal: what it wrote, as it wrote it.
    raw: bool,
    json: bool,
    /// The line that is not whole yet; with `json`, everything.
    kept: Vec<u8>,
    /// A carriage return has come that a line feed may follow.
    returned: bool,
    told: Option<Line>,
}

impl Shown {
    fn piece(&mut self, piece: &Piece) -> Result<(), Failure> {
        if let Some(live) = &piece.live
            && self.told.as_ref() != Some(&live.line)
        {
            if let Line::Away { why, .. } = &live.line {
                out::warn(&format!("the connection is away, and is being made again: {why}"));
            }
            self.told = Some(live.line.clone());
        }
        if piece.fresh && piece.upto > piece.bytes.0.len() as u64 {
            out::warn("it wrote faster than could be shown; what is missing is in the recording");
        }
        let bytes = self.for_file(&piece.bytes.0);
        self.put(&bytes)
    }

    fn for_file(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut lines = Vec::with_capacity(bytes.len() + 1);
        for &byte in bytes {
            if std::mem::replace(&mut self.returned, byte == b'\r') && byte != b'\n' {
                lines.push(b'\r');
            }
            if byte != b'\r' {
                lines.push(byte);
            }
        }
        lines
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        if self.json {
            self.kept.extend_from_slice(bytes);
        } else if self.raw {
            let mut to = std::io::stdout().lock();
            to.write_all(bytes)?;
            to.flush()?;
        } else {
            for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
                self.kept.extend_from_slice(piece);
                if piece.ends_with(b"\n") {
                    self.line()?;
                }
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), Failure> {
        if self.json || self.kept.is_empty() { Ok(()) } else { self.line() }
    }

    fn line(&mut self) -> Result<(), Failure> {
        let line = std::mem::take(&mut self.kept);
        let text = String::from_utf8_lossy(&line);
        out::line(SafeText::line(text.trim_end_matches('\n')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_as_those_of_a_file_however_they_are_cut() {
        let mut shown = Shown::default();
        let pieces: [&[u8]; 4] = [b"one\r", b"\ntwo\r\n50%\r", b"100%\r\n\r", b"\r\n"];
        let all: Vec<u8> = pieces.iter().flat_map(|piece| shown.for_file(piece)).collect();
        assert_eq!(all, b"one\ntwo\n50%\r100%\n\r\n");
    }
}
