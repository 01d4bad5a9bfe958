//! `session export`, and how a recording is fetched from the engine, part by part.

use std::fs::OpenOptions;
use std::io::{BufWriter, IsTerminal as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::list::talk;
use crate::cli::out::{self, Failure};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::id::SessionId;
use crate::core::safe_text::SafeText;
use crate::link::session::{Talk, Talked};

/// Which, and where to.
#[derive(Debug, Args)]
pub struct Export {
    /// For example comp_acme-s3
    id: SessionId,
    /// A file that is not there yet; standard output without it
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) fn export(export: &Export, place: &Place) -> Result<(), Failure> {
    let reached = Reached::with_hands(place, false)?;
    let done = write(&reached, export);
    reached.finish();
    done
}

fn write(reached: &Reached, export: &Export) -> Result<(), Failure> {
    let stdout = std::io::stdout();
    if let Some(path) = &export.file {
        // Asked first, so that a refusal leaves no file.
        let first = part(reached, &export.id, 0)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut to = BufWriter::new(file.with_context(|| format!("cannot make {}", path.display()))?);
        to.write_all(&first.0)?;
        parts(reached, &export.id, first.0.len() as u64, |part| Ok(to.write_all(part)?))?;
        return Ok(to.into_inner().map_err(|error| error.into_error())?.sync_all()?);
    }
    if !stdout.is_terminal() {
        let mut to = BufWriter::new(stdout.lock());
        parts(reached, &export.id, 0, |part| Ok(to.write_all(part)?))?;
        return Ok(to.flush()?);
    }
    // What goes to a terminal must be nothing that it obeys; everywhere else it is exactly what was hashed.
    let mut line = Vec::new();
    parts(reached, &export.id, 0, |part| {
        for piece in part.split_inclusive(|byte| *byte == b'\n') {
            line.extend_from_slice(piece);
            if line.last() == Some(&b'\n') {
                line.pop();
                out::line(SafeText::line(&String::from_utf8_lossy(&line)))?;
                line.clear();
            }
        }
        Ok(())
    })
}

/// Hands a recording from a byte on to `with`, part by part.
pub(super) fn parts(
    reached: &Reached,
    id: &SessionId,
    mut from: u64,
    mut with: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    loop {
        let (bytes, of) = part(reached, id, from)?;
        with(&bytes)?;
        from += bytes.len() as u64;
        // What is added while it is read is read too, up to where it was when its end was asked for.
        if bytes.is_empty() || from >= of {
            return Ok(());
        }
    }
}

fn part(reached: &Reached, id: &SessionId, from: u64) -> Result<(Vec<u8>, u64), Failure> {
    match talk(reached, Talk::Recording { session: id.clone(), from })? {
        Talked::Recording { part, of } => Ok((part.0, of)),
        _ => Err(out::unexpected()),
    }
}
