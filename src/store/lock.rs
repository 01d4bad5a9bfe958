//! One process at a time has a data folder open.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

/// Holds a data folder until it is dropped, or its process ends however it may.
#[derive(Debug)]
pub struct DataDirLock {
    _file: File,
}

/// Why a data folder could not be had.
#[derive(Debug, thiserror::Error)]
pub enum NotHeld {
    /// Another process has it.
    #[error("{place} is in use by process {pid}; stop that one first, or choose another --data-dir")]
    InUse {
        /// The folder.
        place: String,
        /// The process, as it wrote itself down; `?` when it has not yet.
        pid: String,
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
            let mut pid = String::new();
            let read = file.take(20).read_to_string(&mut pid);
            let pid = read.ok().map(|_| pid.trim()).filter(|pid| !pid.is_empty()).unwrap_or("?").to_owned();
            return Err(NotHeld::InUse { place: data_dir.display().to_string(), pid });
        }
        Err(TryLockError::Error(cause)) => return Err(failed(cause)),
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(failed)?;
    Ok(DataDirLock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_by_the_firsts_pid_until_it_is_gone() {
        let dir = tempfile::tempdir().unwrap();
        let first = hold(dir.path()).unwrap();
        let refused = hold(dir.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {};", std::process::id())), "{refused}");
        drop(first);
        hold(dir.path()).unwrap();
    }
}
