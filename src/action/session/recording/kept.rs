//! Recordings that are kept, in `tenants/ID/recordings`: which file is whose, a part of one, what an engine that was killed left,
//! and those that are too old.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

use crate::core::id::{SessionId, TenantId};
use crate::core::session;

/// Bytes of a recording that one answer has.
const PART: u64 = 256 << 10;
const DAY: Duration = Duration::from_secs(86_400);
const ENDING: &str = "cast";

/// A tenant's folder of recordings.
pub fn folder(data_dir: &Path, tenant: &TenantId) -> PathBuf {
    data_dir.join("tenants").join(tenant.as_str()).join("recordings")
}

/// The name of a session's file: `comp_acme-s3.cast`.
pub fn file_of(session: &SessionId) -> String {
    format!("{session}.{ENDING}")
}

/// A part of a session's recording from a byte on, empty at its end, and how long all of it is; `None`: there is none.
///
/// # Errors
/// What the file system says.
pub fn part(folder: &Path, session: &SessionId, from: u64) -> io::Result<Option<(Vec<u8>, u64)>> {
    let mut file = match File::open(folder.join(file_of(session))) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(from))?;
    let mut part = Vec::new();
    file.take(PART).read_to_end(&mut part)?;
    Ok(Some((part, length)))
}

/// What there is of a session whose engine went away without ending its recording; `None`: there is none.
pub fn left(folder: &Path, session: &SessionId) -> Option<session::Recording> {
    let file = file_of(session);
    let (bytes, sha256) = File::open(folder.join(&file)).and_then(hashed).ok()?;
    let trouble = "the engine stopped before its end was written".to_owned();
    Some(session::Recording { file, bytes, sha256, trouble: Some(trouble) })
}

/// A file's length, and its SHA-256 in hex.
fn hashed(mut file: File) -> io::Result<(u64, String)> {
    let (mut hash, mut length, mut part) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            return Ok((length, hex::encode(hash.finalize())));
        }
        hash.update(&part[..read]);
        length += read as u64;
    }
}

/// The sessions of a folder whose recordings were written to last more than so many days before `now`.
pub fn old(folder: &Path, days: u32, now: SystemTime) -> Vec<SessionId> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let is_old = |entry: &fs::DirEntry| {
        let written = entry.metadata().ok().filter(fs::Metadata::is_file).and_then(|found| found.modified().ok());
        written.and_then(|at| now.duration_since(at).ok()).is_some_and(|age| age > DAY * days)
    };
    let mut old: Vec<_> = entries.flatten().filter(is_old).filter_map(|entry| whose(&entry.path())).collect();
    old.sort_unstable();
    old
}

/// Removes a session's recording.
///
/// # Errors
/// What the file system says.
pub fn remove(folder: &Path, session: &SessionId) -> io::Result<()> {
    fs::remove_file(folder.join(file_of(session)))
}

fn whose(path: &Path) -> Option<SessionId> {
    path.extension().filter(|ending| *ending == ENDING)?;
    path.file_stem()?.to_str()?.parse().ok()
}
