//! A database file of ours: made with mode 0600, brought to this version's schema, its errors told in words that name it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, ErrorCode, OpenFlags, Row};
use serde::de::DeserializeOwned;

use crate::store::StoreError;

/// What the name of a file as it was before its schema's last steps ends with, before its version.
const OLDER: &str = ".schema-";

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
    if (1..known).contains(&found) {
        keep_older(&db, path, found)?;
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

/// Copies a database as it is at one moment into a new file of mode 0600, by whatever history it came to that.
pub(super) fn copy(db: &Connection, to: &Path) -> rusqlite::Result<()> {
    // An empty file is taken as it is; one that SQLite makes would be open to others.
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
    made.map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    db.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map(drop)
}

/// Keeps a file as an older version left it, beside it: the last one only. It is on stable storage before anything is changed.
fn keep_older(db: &Connection, path: &Path, version: i64) -> Result<(), StoreError> {
    let kept = beside(path, &format!("{OLDER}{version}"));
    let part = beside(path, ".part");
    remove(&part)?;
    copy(db, &part).map_err(told(path))?;
    File::open(&part).and_then(|file| file.sync_all()).map_err(told_io(&part))?;
    fs::rename(&part, &kept).map_err(told_io(&kept))?;
    forget_older_but(path, Some(&kept))?;
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(told_io(folder))?;
    tracing::info!(file = %shown(path), older = %shown(&kept), "brought to this version; what was before is kept");
    Ok(())
}

/// Removes what [`open`] has kept of a file as it was before.
pub(super) fn forget_older(path: &Path) -> Result<(), StoreError> {
    forget_older_but(path, None)
}

fn forget_older_but(path: &Path, kept: Option<&Path>) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(path);
    let older = beside(path, OLDER);
    for entry in fs::read_dir(folder).map_err(told_io(folder))? {
        let entry = entry.map_err(told_io(folder))?.path();
        let is_older = entry.as_os_str().as_encoded_bytes().starts_with(older.as_os_str().as_encoded_bytes());
        if is_older && Some(&*entry) != kept {
            remove(&entry)?;
        }
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a file; there may be none.
pub(super) fn remove(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(told_io(path)(error)),
        _ => Ok(()),
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
pub(in crate::store) fn told_io(path: &Path) -> impl Fn(io::Error) -> StoreError {
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
