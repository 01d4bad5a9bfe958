//! `session run`: one command on one machine, what it writes as it comes, and its exit code as ours.
//!
//! The exit code is 255 where the command's own is not known: it did not run, or its end was not heard.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use clap::Args;
use serde_json::json;

use super::follow::{Ends, ended, next};
use super::list::talk;
use super::machine::Machine;
use crate::cli::out::{self, Failure};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::id::SessionId;
use crate::core::safe_text::SafeText;
use crate::core::session::{Kind, Session};
use crate::link::session::{Blob, Line, Piece, Size, Talk, Talked};

/// What a command that may not be interrupted by it gets for ctrl-c.
const INTERRUPT: u8 = 0x03;
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

/// Shows what comes until there is no more. Ctrl-c goes to the command first; the second one ends the session.
async fn follow(reached: &Reached, id: &SessionId, shown: &mut Shown) -> Result<(), Failure> {
    let mut ends = Ends::listen()?;
    let (mut seen, mut version) = (0, 0);
    let word = |last| {
        let session = id.clone();
        if last { Talk::End { session } } else { Talk::Type { session, bytes: Blob(vec![INTERRUPT]) } }
    };
    while let Some(piece) = next(reached, &mut ends, (id, seen, version), word).await? {
        seen = piece.upto;
        version = piece.live.as_ref().map_or(version, |live| live.version);
        shown.piece(&piece)?;
        if piece.over {
            break;
        }
    }
    Ok(())
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
