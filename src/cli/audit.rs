//! `audit`: a tenant's log, or the engine's own, whether it is whole, and all of it as JSON lines.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, IsTerminal, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use serde_json::json;

use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use crate::audit::{Broken, Checked, Verifier, own};
use crate::core::audit::{Entry, Head};
use crate::core::id::TenantId;
use crate::core::safe_text::SafeText;
use crate::link::people::Ask;
use crate::link::{Reply, Request};

/// Entries that are asked for at a time.
const PAGE: usize = 2_000;

/// What can be done with a log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Its entries, the oldest first
    Show(Show),
    /// Whether it is whole; says where it is not
    Verify(Which),
    /// All of it, as JSON lines
    Export(Export),
}

/// Which entries.
#[derive(Debug, Args)]
pub struct Show {
    #[command(flatten)]
    log: Log,
    /// From this entry on; the last ones without it
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "N")]
    from: u64,
    /// At most so many
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

/// Whose log.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Log {
    /// For example comp_acme
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// The engine's own: people, sign-ins, and which clients came and went
    #[arg(long)]
    engine: bool,
}

/// Which log.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// For example comp_acme
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// The engine's own: people, sign-ins, and which clients came and went
    #[arg(long)]
    engine: bool,
    /// A log that was exported, or that a removed client left in DATA_DIR/audit
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Where to.
#[derive(Debug, Args)]
pub struct Export {
    #[command(flatten)]
    log: Log,
    /// A file that is not there yet; standard output without it
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// What went wrong, or that the log is broken.
pub fn run(command: &Audit, place: &Place) -> Result<(), Failure> {
    match command {
        Audit::Show(which) => show(which, place),
        Audit::Verify(Which { file: Some(file), .. }) => verify_file(file, place.json),
        Audit::Verify(Which { tenant, engine, .. }) => verify(&Log { tenant: tenant.clone(), engine: *engine }, place),
        Audit::Export(export) => {
            let reached = Reached::reach(place, false)?;
            let done = write(&reached, export);
            reached.finish();
            done
        }
    }
}

fn show(which: &Show, place: &Place) -> Result<(), Failure> {
    let Show { log, from, limit } = which;
    let Reply::Audit(entries) = Reached::ask_once(place, log.from(*from, *limit))? else {
        return Err(out::unexpected());
    };
    let entry = |entry: &String| serde_json::from_str::<Entry>(entry);
    if place.json {
        // What can't be read is an entry too, and says that something is wrong.
        let entries: Vec<_> = entries
            .iter()
            .map(|raw| entry(raw).map_or_else(|_| json!({ "unreadable": raw }), |one| json!(one)))
            .collect();
        return out::json(&entries);
    }
    let mut table = Table::new(&["NUMBER", "AT", "WHO", "SEAT", "WHAT", "ON", "OUTCOME"]);
    for raw in &entries {
        let Ok(Entry { number, record, .. }) = entry(raw) else {
            table.row(&["?", "", "", "", "unreadable: `audit verify` says more", "", raw]);
            continue;
        };
        let at = record.at.to_string();
        table.row(&[&number.to_string(), &at, &record.who, &record.seat, &record.what, &record.on, &record.outcome]);
    }
    table.print()
}

fn verify(log: &Log, place: &Place) -> Result<(), Failure> {
    let reached = Reached::reach(place, false)?;
    // Read first: the log goes on meanwhile, and nothing may be known of it that is not read.
    let known = log.heads(&place.data_dir)?;
    let mut checking = Checking::new(&known);
    let read = each(&reached, log, |entry| Ok(checking.goes_on(entry)));
    reached.finish();
    read?;
    let checked = checking.end();
    let alone = known.is_empty() && checked.as_ref().is_ok_and(|checked| checked.entries > 0);
    tell(checked, place.json)?;
    if alone && !place.json {
        let say = "nothing beside the log tells how long it was: DATA_DIR/audit has no head of it yet, or not any more";
        out::line(say)?;
    }
    Ok(())
}

fn verify_file(path: &Path, json: bool) -> Result<(), Failure> {
    let cannot = || format!("cannot read {}", path.display());
    let mut checking = Checking::new(&[]);
    for line in BufReader::new(File::open(path).with_context(cannot)?).lines() {
        if !checking.goes_on(&line.with_context(cannot)?) {
            break;
        }
    }
    tell(checking.end(), json)
}

/// A log that is being read, up to where it is broken.
pub(super) struct Checking(Result<Verifier, Broken>);

impl Checking {
    /// Begins. `known`: entries that must be there.
    pub(super) fn new(known: &[Head]) -> Self {
        Self(Ok(Verifier::new(known)))
    }

    /// Reads an entry. False when there is no point in reading more.
    pub(super) fn goes_on(&mut self, entry: &str) -> bool {
        if let Ok(verifier) = &mut self.0
            && let Err(broken) = verifier.read(entry)
        {
            self.0 = Err(broken);
        }
        self.0.is_ok()
    }

    /// What was read, or where it is broken.
    pub(super) fn end(self) -> Result<Checked, Broken> {
        self.0.and_then(Verifier::end)
    }
}

fn tell(checked: Result<Checked, Broken>, json: bool) -> Result<(), Failure> {
    match &checked {
        Ok(Checked { entries, hash }) if json => {
            out::json(&json!({ "whole": true, "entries": entries, "hash": hash }))?;
        }
        Err(Broken { at, what }) if json => out::json(&json!({ "whole": false, "at": at, "what": what }))?,
        Ok(Checked { entries, hash }) => out::line(format!("whole: {entries} entries, the last with the hash {hash}"))?,
        Err(_) => {}
    }
    checked.map(drop).map_err(Into::into)
}

fn write(reached: &Reached, export: &Export) -> Result<(), Failure> {
    let stdout = std::io::stdout();
    // What goes to a terminal must be nothing that it obeys; everywhere else it is exactly what was hashed.
    let shown = export.file.is_none() && stdout.is_terminal();
    let mut to: Box<dyn std::io::Write> = match &export.file {
        Some(path) => {
            let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
            Box::new(BufWriter::new(file.with_context(|| format!("cannot make {}", path.display()))?))
        }
        None => Box::new(stdout.lock()),
    };
    each(reached, &export.log, |entry| {
        if shown {
            writeln!(to, "{}", SafeText::line(entry))?
        } else {
            writeln!(to, "{entry}")?
        }
        Ok(true)
    })?;
    Ok(to.flush()?)
}

/// Hands every entry of a log to `with`, the oldest first, for as long as it wants more.
pub(super) fn each(
    reached: &Reached,
    log: &Log,
    mut with: impl FnMut(&str) -> Result<bool, Failure>,
) -> Result<(), Failure> {
    let mut from = 1;
    loop {
        let Reply::Audit(entries) = reached.ask(log.from(from, PAGE))? else { return Err(out::unexpected()) };
        for entry in &entries {
            if !with(entry)? {
                return Ok(());
            }
        }
        if entries.len() < PAGE {
            return Ok(());
        }
        // Numbers go on without a gap, unless somebody has taken entries out.
        let last = entries.last().and_then(|entry| serde_json::from_str::<Entry>(entry).ok());
        from = last.map_or(from + PAGE as u64, |last| last.number + 1).max(from + 1);
    }
}

impl Log {
    /// A tenant's.
    pub(super) fn of(tenant: &TenantId) -> Self {
        Self { tenant: Some(tenant.clone()), engine: false }
    }

    /// Asks for its entries from a number on.
    fn from(&self, from: u64, limit: usize) -> Request {
        match &self.tenant {
            Some(tenant) => Request::Audit { tenant: tenant.clone(), from, limit },
            None => Request::People(Ask::Log { from, limit }),
        }
    }

    /// The entries that are known to have been in it.
    fn heads(&self, data_dir: &Path) -> Result<Vec<Head>, Failure> {
        match &self.tenant {
            Some(tenant) => heads(data_dir, tenant),
            None => Ok(own::heads(data_dir)?),
        }
    }
}

/// The entries that are known to have been in a tenant's log, as the store has written them down.
pub(super) fn heads(data_dir: &Path, tenant: &TenantId) -> Result<Vec<Head>, Failure> {
    let path = data_dir.join("audit").join(format!("{tenant}.head"));
    let text = match std::fs::read_to_string(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        read => read.with_context(|| format!("cannot read {}", path.display()))?,
    };
    let line =
        |line: &str| serde_json::from_str(line).with_context(|| format!("{} is no head of a log", path.display()));
    Ok(text.lines().map(line).collect::<Result<_, _>>()?)
}
