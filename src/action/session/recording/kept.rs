//! Recordings that are kept, in `tenants/ID/recordings`: which file is whose, a part of one, what an engine that was killed left,
//! and those that are too old.

use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{Mode, OFlags};
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
    let Some(mut file) = open(folder, session)? else { return Ok(None) };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(from))?;
    let mut part = Vec::new();
    file.take(PART).read_to_end(&mut part)?;
    Ok(Some((part, length)))
}

/// What there is of a session whose engine went away without ending its recording; `None`: there is none.
pub fn left(folder: &Path, session: &SessionId) -> Option<session::Recording> {
    let (bytes, sha256) = digest(folder, session).ok()??;
    let trouble = "the engine stopped before its end was written".to_owned();
    Some(session::Recording { file: file_of(session), bytes, sha256, trouble: Some(trouble) })
}

/// The length of a session's recording, and its SHA-256 in hex; `None`: there is none.
///
/// # Errors
/// What the file system says.
pub fn digest(folder: &Path, session: &SessionId) -> io::Result<Option<(u64, String)>> {
    let Some(mut file) = open(folder, session)? else { return Ok(None) };
    let (mut hash, mut length, mut part) = (Sha256::new(), 0, vec![0; 64 << 10]);
    loop {
        let read = file.read(&mut part)?;
        if read == 0 {
            return Ok(Some((length, hex::encode(hash.finalize()))));
        }
        hash.update(&part[..read]);
        length += read as u64;
    }
}

/// Opens what is there itself: what is a link to elsewhere is no recording.
fn open(folder: &Path, session: &SessionId) -> io::Result<Option<File>> {
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match rustix::fs::open(folder.join(file_of(session)), flags, Mode::empty()).map(File::from).map_err(io::Error::from)
    {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> SessionId {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_old_is_found_and_only_that() {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemTime::now();
        let put = |name: &str, days: u32| {
            let file = File::create(dir.path().join(name)).unwrap();
            file.set_modified(now - DAY * days - Duration::from_secs(1)).unwrap();
        };
        put("comp_acme-s1.cast", 90);
        put("comp_acme-s2.cast", 89);
        put("comp_acme-s10.cast", 400);
        // Nobody's recordings.
        put("notes.txt", 400);
        put("comp_acme-s3.cast.bak", 400);
        put("notes.cast", 400);
        fs::create_dir(dir.path().join("comp_acme-s4.cast")).unwrap();
        assert_eq!(old(dir.path(), 90, now), [id("comp_acme-s1"), id("comp_acme-s10")]);
        // The clock was put back.
        assert!(old(dir.path(), 90, now - DAY * 1_000).is_empty());
        remove(dir.path(), &id("comp_acme-s1")).unwrap();
        assert_eq!(old(dir.path(), 90, now), [id("comp_acme-s10")]);
        assert!(old(&dir.path().join("none"), 90, now).is_empty());
    }

    #[test]
    fn a_recording_is_read_in_parts_to_its_end() {
        let dir = tempfile::tempdir().unwrap();
        let whole: Vec<u8> = (0..PART * 2 + 5).map(|n| (n % 251).to_le_bytes()[0]).collect();
        fs::write(dir.path().join("comp_acme-s1.cast"), &whole).unwrap();
        let (mut read, mut parts) = (Vec::new(), 0);
        while let Some((more, of)) = part(dir.path(), &id("comp_acme-s1"), read.len() as u64).unwrap() {
            assert_eq!(of, whole.len() as u64);
            if more.is_empty() {
                break;
            }
            read.extend(more);
            parts += 1;
        }
        assert!(read == whole && parts == 3);
        let beyond = part(dir.path(), &id("comp_acme-s1"), 1 << 40).unwrap().unwrap();
        assert_eq!(beyond, (Vec::new(), whole.len() as u64));
        assert_eq!(part(dir.path(), &id("comp_acme-s2"), 0).unwrap(), None);
    }

    #[test]
    fn a_link_to_elsewhere_is_no_recording() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("secret"), "s3cret").unwrap();
        std::os::unix::fs::symlink("secret", dir.path().join("comp_acme-s1.cast")).unwrap();
        assert!(part(dir.path(), &id("comp_acme-s1"), 0).is_err());
        assert!(digest(dir.path(), &id("comp_acme-s1")).is_err());
        assert_eq!(left(dir.path(), &id("comp_acme-s1")), None);
        assert!(old(dir.path(), 0, SystemTime::now() + DAY).is_empty());
    }

    #[test]
    fn what_a_killed_engine_left_is_hashed_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(left(dir.path(), &id("comp_acme-s1")), None);
        fs::write(dir.path().join("comp_acme-s1.cast"), "torn").unwrap();
        let kept = left(dir.path(), &id("comp_acme-s1")).unwrap();
        assert_eq!((kept.bytes, kept.sha256), (4, hex::encode(Sha256::digest("torn"))));
        assert_eq!((kept.file.as_str(), kept.trouble.is_some()), ("comp_acme-s1.cast", true));
    }
}
