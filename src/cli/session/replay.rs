//! `session replay`: a recording on the terminal as an emulator shows it; elsewhere, and as plain lines, the text that it leaves.

use std::fs::File;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;

use super::list::talk;
use crate::action::session::recording::cast::{Event, Header, Said};
use crate::action::session::recording::kept;
use crate::cli::out::{self, Failure};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::cli::tui::{colour, speaks_utf8};
use crate::core::id::SessionId;
use crate::core::safe_text::SafeText;
use crate::core::time::Span;
use crate::link::session::{Size, Talk};
use crate::tui::replay::{self, Left, Step, What};

/// Bytes of a line that are read: more than any of ours has.
const LINE: u64 = 4 << 20;

/// What to play, and how.
#[derive(Debug, Args)]
pub struct Replay {
    /// A session, for example comp_acme-s3, or an asciicast file
    #[arg(value_name = "ID|FILE")]
    what: String,
    /// 2 is twice as fast as it was
    #[arg(long, default_value_t = 1.0, value_name = "N")]
    speed: f64,
    /// Wait for nothing longer than this; 0: as long as it was
    #[arg(long, default_value_t = 2.0, value_name = "SECONDS")]
    idle_limit: f64,
}

pub(super) fn run(replay: &Replay, place: &Place) -> Result<(), Failure> {
    let path = match replay.what.parse::<SessionId>() {
        Ok(id) => ask(&id, place)?,
        Err(_) => PathBuf::from(&replay.what),
    };
    let (header, steps) = open(&path)?;
    let size = Size { cols: header.width, rows: header.height };
    if place.plain || !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return print(size, steps);
    }
    let idle = (replay.idle_limit > 0.0).then(|| seconds(replay.idle_limit));
    let title = if header.title.is_empty() { replay.what.clone() } else { header.title };
    let ascii = place.ascii || !speaks_utf8();
    let colour = colour(place);
    replay::play(replay::Replay { title, size, steps: Box::new(steps), speed: replay.speed, idle, colour, ascii })
        .context("the replay ended")?;
    Ok(())
}

fn seconds(n: f64) -> Span {
    Span((n.min(1e9) * 1_000.0).round() as i64)
}

/// Whether we may read it is the engine's to say, and that we do is on record; then it is read where it is.
fn ask(id: &SessionId, place: &Place) -> Result<PathBuf, Failure> {
    let reached = Reached::with_hands(place, false)?;
    let asked = talk(&reached, Talk::Recording { session: id.clone(), from: 0 });
    reached.finish();
    asked?;
    Ok(kept::folder(&place.data_dir, &id.tenant).join(kept::file_of(id)))
}

/// A recording's header, and what happened in it.
fn open(path: &Path) -> Result<(Header, Steps), Failure> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut steps = Steps(Some(BufReader::new(file)));
    let header = steps.line().and_then(|line| serde_json::from_str::<Header>(&line).ok());
    let header = header.filter(|header| header.version == 2);
    Ok((header.with_context(|| format!("{} is no asciicast v2", path.display()))?, steps))
}

/// What happened, read line by line.
struct Steps(Option<BufReader<File>>);

impl Steps {
    /// The next line; `None`: there is none, or it is too long, or cannot be read.
    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.0.as_mut()?.take(LINE).read_line(&mut line);
        (read.is_ok_and(|read| read > 0)).then_some(line)
    }
}

impl Iterator for Steps {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        loop {
            let line = self.line()?;
            let Ok(Event { at, what }) = Event::read(&line) else {
                // The engine was killed while it wrote, or somebody else has.
                self.0 = None;
                return Some(Step { at: Span(0), what: What::Mark("the recording is cut off here".into()) });
            };
            let what = match what {
                Said::Output(text) => What::Output(text),
                Said::Size(size) => What::Size(size),
                Said::Mark(text) => What::Mark(text),
                Said::Input(_) | Said::Other => continue,
            };
            return Some(Step { at, what });
        }
    }
}

/// Prints the text that is left: what scrolled away, and what was on the screen at the end.
fn print(size: Size, steps: Steps) -> Result<(), Failure> {
    let mut left = Left::new(size);
    let tell = |lines: Vec<String>| lines.iter().try_for_each(|line| out::line(SafeText::line(line)));
    for step in steps {
        if let What::Mark(text) = &step.what {
            out::warn(&format!("at {}: {text}", clock(step.at)));
        }
        tell(left.step(&step))?;
    }
    tell(left.end())
}

/// `1:02:03` since the beginning.
fn clock(at: Span) -> String {
    let seconds = at.0 / 1_000;
    format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
