//! A database file of ours: made with mode 0600, brought to this version's schema, its errors told in words that name it.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};
use serde::de::DeserializeOwned;

use crate::store::StoreError;

/// Makes a folder, with those above it, that nobody else may enter. One that exists is left as it is.
pub(super) fn make_folder(path: &Path) -> Result<(), StoreError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(told_io(path))
}

/// Opens a file for writing, and makes it when there is none. `steps` are the schema's versions, one after the other.
pub(super) fn open(path: &Path, pragmas: &str, steps: &[&str]) -> Result<Connection, StoreError> {
    let told = told(path);
    // SQLite gives -wal and -shm the mode of the file itself.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => keep_private(path)?,
        Err(error) => return Err(told_io(path)(error)),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut db = Connection::open_with_flags(path, flags).map_err(&told)?;
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let found = version(&db).map_err(&told)?;
    if found > known {
        return Err(StoreError::TooNew { place: shown(path), found });
    }
    db.execute_batch(pragmas).map_err(&told)?;
    db.set_prepared_statement_cache_capacity(32);
    for (done, step) in steps.iter().enumerate().skip(usize::try_from(found).unwrap_or(0)) {
        let change = db.transaction().map_err(&told)?;
        change.execute_batch(step).map_err(&told)?;
        change.pragma_update(None, "user_version", done + 1).map_err(&told)?;
        change.commit().map_err(&told)?;
    }
    Ok(db)
}

/// Opens a file that exists, for reading only. One that is just being made has no version yet, and is no tenant's.
pub(super) fn open_to_read(path: &Path, known: usize) -> Result<Connection, StoreError> {
    let told = told(path);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(path, flags).map_err(&told)?;
    db.execute_batch("PRAGMA cache_size = -256").map_err(&told)?;
    match version(&db).map_err(&told)? {
        0 => Err(StoreError::NoTenant),
        found if found > i64::try_from(known).unwrap_or(i64::MAX) => {
            Err(StoreError::TooNew { place: shown(path), found })
        }
        _ => Ok(db),
    }
}

fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// A file that came back from a backup may be open to others.
fn keep_private(path: &Path) -> Result<(), StoreError> {
    let mode = fs::metadata(path).map_err(told_io(path))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(0o600)).map_err(told_io(path))
}

/// A path for people.
pub(super) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Turns a database error about `path` into words.
pub(super) fn told(path: &Path) -> impl Fn(rusqlite::Error) -> StoreError {
    /// SQLite could not make room for its shared memory file.
    const NO_ROOM_FOR_SHARED_MEMORY: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;
    move |error| {
        let place = shown(path);
        match &error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => StoreError::Full { place },
                ErrorCode::SystemIoFailure if failure.extended_code == NO_ROOM_FOR_SHARED_MEMORY => {
                    StoreError::Full { place }
                }
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                    StoreError::Damaged { place, detail: error.to_string() }
                }
                _ => StoreError::Failed { place, detail: error.to_string() },
            },
            // The cause might quote what was read, and that may be a secret.
            rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::IntegralValueOutOfRange(..) => {
                StoreError::Damaged { place, detail: "a row is not what it should be".into() }
            }
            _ => StoreError::Failed { place, detail: error.to_string() },
        }
    }
}

/// Turns an error of the file system about `path` into words.
pub(super) fn told_io(path: &Path) -> impl Fn(io::Error) -> StoreError {
    move |error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::Full { place: shown(path) },
        _ => StoreError::Failed { place: shown(path), detail: error.to_string() },
    }
}

/// A column that holds JSON.
pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_bytes()?;
    serde_json::from_slice(text).map_err(|_| unreadable(column))
}

/// What is in a column is not what was written there.
pub(super) fn unreadable(column: usize) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Blob, Box::new(FromSqlError::InvalidType))
}
