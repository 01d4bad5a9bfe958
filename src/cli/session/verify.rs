//! `session verify`: whether recordings are what the audit log says of them, and the log is whole. Reads the files themselves: what
//! an engine says of them is not what is asked.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use crate::action::session::recording::{desk, kept};
use crate::cli::audit::{Checking, Log, each, heads};
use crate::cli::out::{self, Failure, Table};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::audit::{DONE, Entry};
use crate::core::id::{SessionId, TenantId};
use crate::core::session::Recording;

/// Which recordings.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Verify {
    /// For example comp_acme-s3
    id: Option<SessionId>,
    /// All of a client's
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
}

/// What the log says of one session's recording.
#[derive(Debug, Default)]
struct Said {
    /// At the session's end, with the entry's number.
    kept: Option<(u64, Option<Recording>)>,
    /// That it was too old, with the entry's number.
    removed: Option<(u64, String)>,
}

/// What was found of one.
#[derive(Debug, Serialize)]
struct Found {
    session: SessionId,
    state: State,
    says: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Whole,
    Removed,
    NotRecorded,
    Open,
    NoHash,
    Missing,
    Changed,
}

impl State {
    const fn word(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Removed => "removed",
            Self::NotRecorded => "none",
            Self::Open => "open",
            Self::NoHash => "NO HASH",
            Self::Missing => "MISSING",
            Self::Changed => "CHANGED",
        }
    }

    const fn is_wrong(self) -> bool {
        matches!(self, Self::NoHash | Self::Missing | Self::Changed)
    }
}

pub(super) fn run(which: &Verify, place: &Place) -> Result<(), Failure> {
    let (Some(tenant), only) = (which.id.as_ref().map(|id| &id.tenant).or(which.tenant.as_ref()), &which.id) else {
        return Err(Failure::wrong_words("name a session, or a client with --tenant"));
    };
    let said = read_log(tenant, place)?;
    let found: Vec<Found> = match only {
        Some(id) => {
            let said = said.get(id).ok_or_else(|| anyhow::anyhow!("the log has no session {id}"))?;
            vec![look(id, said, place)]
        }
        None => said.iter().map(|(id, said)| look(id, said, place)).collect(),
    };
    if place.json {
        out::json(&found)?;
    } else {
        let mut table = Table::new(&["SESSION", "RECORDING", ""]);
        found.iter().for_each(|one| table.row(&[&one.session.to_string(), one.state.word(), &one.says]));
        table.print()?;
    }
    match found.iter().filter(|one| one.state.is_wrong()).count() {
        0 => Ok(()),
        wrong => Err(anyhow::anyhow!("{wrong} of {} recordings are not as the log says", found.len()).into()),
    }
}

/// Reads a tenant's log from its first entry on, chain and all.
fn read_log(tenant: &TenantId, place: &Place) -> Result<BTreeMap<SessionId, Said>, Failure> {
    let reached = Reached::reach(place, false)?;
    let known = heads(&place.data_dir, tenant)?;
    let (mut checking, mut said) = (Checking::new(&known), BTreeMap::<SessionId, Said>::new());
    let read = each(&reached, &Log::of(tenant), |entry| {
        let goes_on = checking.goes_on(entry);
        if goes_on && let Ok(entry) = serde_json::from_str::<Entry>(entry) {
            hear(&mut said, &entry);
        }
        Ok(goes_on)
    });
    reached.finish();
    read?;
    checking.end()?;
    Ok(said)
}

fn hear(said: &mut BTreeMap<SessionId, Said>, entry: &Entry) {
    let Entry { number, record, .. } = entry;
    let Ok(id) = record.on.parse::<SessionId>() else { return };
    match record.what.as_str() {
        "session.open" if record.outcome == DONE => drop(said.entry(id).or_default()),
        "session.end" if record.outcome == DONE => {
            let kept = record.parameters.get("recording").and_then(|kept| serde_json::from_value(kept.clone()).ok());
            said.entry(id).or_default().kept = Some((*number, kept));
        }
        desk::REMOVED => {
            said.entry(id).or_default().removed = Some((*number, format!("{}: {}", record.at, record.outcome)));
        }
        _ => {}
    }
}

fn look(id: &SessionId, said: &Said, place: &Place) -> Found {
    let (state, says) = judge(id, said, place);
    Found { session: id.clone(), state, says }
}

fn judge(id: &SessionId, said: &Said, place: &Place) -> (State, String) {
    let Some((entry, kept)) = &said.kept else {
        return (State::Open, "its end is not in the log; there is no hash before that".into());
    };
    let Some(kept) = kept else { return (State::NotRecorded, format!("entry {entry} has no recording")) };
    let why = kept.trouble.as_ref().map(|why| format!("; {why}")).unwrap_or_default();
    if kept.bytes == 0 && !kept.sha256.is_empty() {
        return (State::NotRecorded, format!("entry {entry}{why}"));
    }
    match kept::digest(&kept::folder(&place.data_dir, &id.tenant), id) {
        Err(error) => (State::Missing, format!("cannot be read: {error}")),
        Ok(None) => match &said.removed {
            Some((entry, when)) => (State::Removed, format!("entry {entry}, {when}")),
            None => (State::Missing, format!("entry {entry} has one of {} bytes; there is no file{why}", kept.bytes)),
        },
        Ok(Some(_)) if kept.sha256.is_empty() => (State::NoHash, format!("entry {entry} has no hash{why}")),
        Ok(Some((bytes, sha256))) if bytes == kept.bytes && sha256 == kept.sha256 => {
            (State::Whole, format!("{bytes} bytes, SHA-256 {sha256}, as entry {entry} says{why}"))
        }
        Ok(Some((bytes, sha256))) => {
            let was = format!("{} bytes, SHA-256 {}", kept.bytes, kept.sha256);
            (State::Changed, format!("entry {entry} says {was}; the file has {bytes} bytes, SHA-256 {sha256}"))
        }
    }
}
