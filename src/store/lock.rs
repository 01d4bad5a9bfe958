//! One process at a time has a data folder open.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::core::time::Moment;

/// Holds a data folder until it is dropped, or its process ends however it may.
#[derive(Debug)]
pub struct DataDirLock {
    _file: File,
}

/// Why a data folder could not be had.
#[derive(Debug, thiserror::Error)]
pub enum NotHeld {
    /// Another process has it.
    #[error("{place} is in use by {holder}; stop that one first, or choose another --data-dir")]
    InUse {
        /// The folder.
        place: String,
        /// The process, as it wrote itself down.
        holder: String,
    },
    /// The lock file could not be made.
    #[error("{place}: {cause}")]
    Failed {
        /// The lock file.
        place: String,
        /// What the system said.
        cause: io::Error,
    },
}

/// Holds a data folder for this process, and makes it when there is none. The lock is the operating system's, so a crash leaves none behind.
///
/// # Errors
/// When another process holds it, or the lock file can't be written.
pub fn hold(data_dir: &Path) -> Result<DataDirLock, NotHeld> {
    let path = data_dir.join("lock");
    let failed = |cause| NotHeld::Failed { place: path.display().to_string(), cause };
    DirBuilder::new().recursive(true).mode(0o700).create(data_dir).map_err(failed)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut written = Vec::new();
            let read = file.take(LONGEST).read_to_end(&mut written);
            let holder = holder(read.ok().map(|_| String::from_utf8_lossy(&written)).as_deref().unwrap_or_default());
            return Err(NotHeld::InUse { place: data_dir.display().to_string(), holder });
        }
        Err(TryLockError::Error(cause)) => return Err(failed(cause)),
    }
    file.set_len(0).and_then(|()| file.write_all(own_words().as_bytes())).map_err(failed)?;
    Ok(DataDirLock { _file: file })
}

/// Bytes of what a holder writes of itself, at most.
const LONGEST: u64 = 1_024;

/// This process: its number, since when it has the folder, and how it was called, a line each.
fn own_words() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let since = Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
    let command: Vec<String> =
        std::env::args_os().map(|word| word.to_string_lossy().escape_debug().to_string()).collect();
    let command: String = command.join(" ").chars().take(200).collect();
    format!("{}\n{since}\n{command}\n", std::process::id())
}

/// What a holder has written, in a sentence. One that has only just begun has written nothing yet.
fn holder(written: &str) -> String {
    let mut lines = written.lines();
    let mut next = || lines.next().filter(|line| !line.is_empty());
    let pid = next().map_or_else(|| "another process".into(), |pid| format!("process {pid}"));
    match (next(), next()) {
        (Some(since), Some(command)) => format!("{pid} (`{command}`, since {since})"),
        _ => pid,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_by_the_firsts_pid_until_it_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let first = hold(dir.path()).unwrap();
        let refused = hold(dir.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {} (`", std::process::id())), "{refused}");
        assert!(refused.contains("alert_whisperer") && refused.contains("`, since 20"), "{refused}");
        drop(first);
        hold(dir.path()).unwrap();
    }

    #[test]
    fn a_holder_that_has_not_said_all_of_itself_is_named_as_far_as_it_has() {
        assert_eq!(
            holder("7\n2026-01-01T00:00:00Z\nalert-whisperer serve\n"),
            "process 7 (`alert-whisperer serve`, since 2026-01-01T00:00:00Z)"
        );
        assert_eq!(holder("7\n"), "process 7");
        assert_eq!(holder(""), "another process");
    }
}
