//! Copies of tenants: one is made of a file while it is written to, and one that was brought is judged beside the tenants before it
//! becomes one of them.
//!
//! ```text
//! DATA/moving/                    files on their way out or in; emptied at every start
//! DATA/tenants/.staged-ID/        a copy that was unpacked and is being judged; removed at every start
//! DATA/tenants/.ready-ID/         it is the tenant from now on: what is left to be done is done at the next start at the latest
//! DATA/tenants/.removed-ID/       what is on its way out; removed at every start
//! DATA/tenants/.erasing-ID        nothing is to be left of it: as above
//! ```

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::dump::Dump;
use super::heads::Heads;
use super::readers::Readers;
use super::{alike, archive, audit, file, load, schema};
use crate::core::id::{SessionId, TenantId};
use crate::core::time::Moment;
use crate::store::bundle::{self, Hashing, Manifest, Member};
use crate::store::{Copies, StoreError};

const DATABASE: &str = "alerts.db";
const HEAD: &str = "audit.head";
const RECORDINGS: &str = "recordings";
const RECORDING: &str = "cast";
/// What stays free beside a copy: a disk that is full takes no alerts.
const LEFT_FREE: u64 = 64 << 20;

/// What becomes of a folder beside the tenants', by what its name begins with. No tenant's id does.
const STAGED: &str = ".staged-";
const READY: &str = ".ready-";
const ERASING: &str = ".erasing-";

/// Copies on one data folder.
pub(super) struct SqliteCopies {
    readers: Arc<Readers>,
    heads: Heads,
    data_dir: PathBuf,
    moving: PathBuf,
}

impl SqliteCopies {
    /// With its folder for files on their way, which is emptied.
    pub(super) fn new(readers: Arc<Readers>, heads: Heads, data_dir: &Path) -> Result<Self, StoreError> {
        let (data_dir, moving) = (data_dir.to_owned(), data_dir.join("moving"));
        super::readers::remove_all(&moving)?;
        file::make_folder(&moving)?;
        Ok(Self { readers, heads, data_dir, moving })
    }

    /// Recordings as they are now, by name.
    fn recordings(&self, tenant: &TenantId) -> Result<Vec<Member>, StoreError> {
        recordings(&self.readers.folder(tenant), tenant)
    }

    /// Copies the database as it is at one moment; gives the export's digest.
    fn copy_database(&self, tenant: &TenantId, to: &Path, recordings: &[Member]) -> Result<String, StoreError> {
        let source = self.readers.file(tenant);
        let told = file::told(&source);
        if !source.exists() {
            return Err(StoreError::NoTenant);
        }
        // Its own connection: a long read on a shared one would hold up everybody's questions.
        let db = file::open_to_read(&source, schema::TENANT.len())?;
        file::copy(&db, to).map_err(&told)?;
        drop(db);
        let db = file::open_to_read(to, schema::TENANT.len())?;
        let mut hashing = Hashing::new(io::sink());
        Dump { tenant, db: &db, recordings, path: to }.write(&mut hashing)?;
        Ok(hashing.digest())
    }
}

impl Copies for SqliteCopies {
    fn data_dir(&self) -> &Path {
        &self.data_dir
    }

    fn place(&self) -> &Path {
        &self.moving
    }

    fn has_room(&self, bytes: u64) -> Result<(), StoreError> {
        let place = file::shown(&self.moving);
        let disk = rustix::fs::statvfs(&self.moving).map_err(|error| file::told_io(&self.moving)(error.into()))?;
        match disk.f_bavail.saturating_mul(disk.f_frsize) < bytes.saturating_add(LEFT_FREE) {
            true => Err(StoreError::Full { place }),
            false => Ok(()),
        }
    }

    fn backup(&self, tenant: &TenantId, made_at: Moment, to: &Path) -> Result<String, StoreError> {
        // Before the database: an entry that is known to be in the log is in the copy then.
        let (copy, head) = (to.with_extension("db"), to.with_extension("head"));
        let recordings = self.recordings(tenant)?;
        let weighs = self.readers.weight(tenant) + recordings.iter().map(|one| one.bytes).sum::<u64>();
        self.has_room(weighs.saturating_mul(2))?;
        let known = self.heads.text(tenant)?;
        let made = (|| {
            let digest = self.copy_database(tenant, &copy, &recordings)?;
            let mut files = vec![bundle::member(DATABASE.into(), &copy).map_err(file::told_io(&copy))?];
            if let Some(known) = known {
                write_new(&head, &known)?;
                files.push(bundle::member(HEAD.into(), &head).map_err(file::told_io(&head))?);
            }
            files.extend(recordings);
            let schema = i64::try_from(schema::TENANT.len()).unwrap_or(i64::MAX);
            let manifest = Manifest::new(tenant, made_at, schema, digest.clone(), files);
            let folder = self.readers.folder(tenant);
            bundle::pack(to, &manifest, |name| match name {
                DATABASE => copy.clone(),
                HEAD => head.clone(),
                other => folder.join(other),
            })?;
            Ok(digest)
        })();
        for extra in [&copy, &head] {
            // There may be none.
            let _ = fs::remove_file(extra);
        }
        made
    }

    fn export(&self, tenant: &TenantId, to: &Path) -> Result<String, StoreError> {
        let source = self.readers.file(tenant);
        if !source.exists() {
            return Err(StoreError::NoTenant);
        }
        self.has_room(self.readers.weight(tenant).saturating_mul(4))?;
        let recordings = self.recordings(tenant)?;
        let db = file::open_to_read(&source, schema::TENANT.len())?;
        let told = file::told(&source);
        db.execute_batch("BEGIN").map_err(&told)?;
        let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(file::told_io(to))?;
        let mut out = Hashing::new(io::BufWriter::with_capacity(1 << 18, out));
        Dump { tenant, db: &db, recordings: &recordings, path: to }.write(&mut out)?;
        Ok(out.digest())
    }

    fn stage(&self, tenant: &TenantId, from: &Path) -> Result<String, StoreError> {
        let length = fs::metadata(from).map_err(file::told_io(from))?.len();
        self.has_room(length)?;
        let staged = self.readers.beside(STAGED, tenant);
        super::readers::remove_all(&staged)?;
        let judged = judge(tenant, from, &staged);
        if judged.is_err() {
            // Swept at the next start otherwise.
            let _ = super::readers::remove_all(&staged);
        }
        judged
    }

    fn unstage(&self, tenant: &TenantId) -> Result<bool, StoreError> {
        let staged = self.readers.beside(STAGED, tenant);
        let there = staged.exists();
        super::readers::remove_all(&staged).map(|()| there)
    }

    fn clear_away(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.readers.clear_away(tenant)
    }

    fn erasing(&self) -> Result<Vec<TenantId>, StoreError> {
        self.readers.all_beside(ERASING)
    }

    fn erased(&self, tenant: &TenantId) -> Result<(), StoreError> {
        file::remove(&self.readers.beside(ERASING, tenant))?;
        self.readers.sync()
    }
}

/// Unpacks a copy, brings it to this version's schema, and looks whether it is what it says.
fn judge(tenant: &TenantId, from: &Path, staged: &Path) -> Result<String, StoreError> {
    let known = i64::try_from(schema::TENANT.len()).unwrap_or(i64::MAX);
    let manifest = bundle::unpack(from, staged, tenant, known, |name| may_have(tenant, name))?;
    let path = staged.join(DATABASE);
    let unfit = |detail: &str| StoreError::Unfit { detail: detail.into() };
    if !path.exists() {
        return Err(unfit("there is no database in it"));
    }
    // A damaged one is the copy's fault; a full disk is not.
    let damaged = |error| match error {
        error @ (StoreError::Full { .. } | StoreError::TooNew { .. }) => error,
        _ => unfit("its database is damaged"),
    };
    let told = |error| damaged(file::told(&path)(error));
    // Before anything is written to it: what is in it besides would be carried out.
    let found = file::open_to_read(&path, schema::TENANT.len()).map_err(damaged)?;
    let version = found.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(told)?;
    if tables(&found).map_err(told)? != own_tables(version).map_err(told)? {
        return Err(unfit("its database has other tables than ours"));
    }
    drop(found);
    let mut db = file::open(&path, archive::PRAGMAS, schema::TENANT).map_err(damaged)?;
    let sound: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(told)?;
    if sound != "ok" {
        return Err(unfit("its database is damaged"));
    }
    alike::fill(&mut db).map_err(told)?;
    let kept = load::load(&db).map_err(told)?.ok_or_else(|| unfit("there is no tenant in it"))?;
    if kept.loaded.tenant.id != *tenant {
        return Err(unfit("its database is another tenant's"));
    }
    let recordings = recordings(staged, tenant)?;
    let mut hashing = Hashing::new(io::sink());
    Dump { tenant, db: &db, recordings: &recordings, path: &path }.write(&mut hashing).map_err(damaged)?;
    let digest = hashing.digest();
    // An older file was brought forward just now, and may say more than it did.
    if manifest.schema == known && digest != manifest.digest {
        return Err(unfit("what is in it is not what its manifest says"));
    }
    close(db, &path)?;
    // What it was before that is in the file that was brought.
    file::forget_older(&path)?;
    sync_folder(&staged.join(RECORDINGS))?;
    sync_folder(staged)?;
    Ok(digest)
}

/// Makes a staged copy the tenant, whose inputs up to `up_to` are in it. Once this has begun to change anything, the next start
/// finishes it.
pub(super) fn take_in(readers: &Readers, heads: &Heads, tenant: &TenantId, up_to: u64) -> Result<(), StoreError> {
    let (staged, ready) = (readers.beside(STAGED, tenant), readers.beside(READY, tenant));
    let path = staged.join(DATABASE);
    let db = file::open(&path, archive::PRAGMAS, schema::TENANT)?;
    db.execute("UPDATE progress SET watermark = ?1", [up_to]).map_err(file::told(&path))?;
    close(db, &path)?;
    fs::rename(&staged, &ready).map_err(file::told_io(&staged))?;
    readers.sync()?;
    settle_in(readers, heads, tenant)
}

/// A copy that is ready takes the tenant's place. Done again, it does what is left.
fn settle_in(readers: &Readers, heads: &Heads, tenant: &TenantId) -> Result<(), StoreError> {
    let (ready, folder) = (readers.beside(READY, tenant), readers.folder(tenant));
    if folder.exists() {
        keep_log(&readers.file(tenant), heads, tenant)?;
        readers.move_away(tenant)?;
    }
    let head = ready.join(HEAD);
    match fs::read(&head) {
        Ok(known) => heads.put(tenant, &known)?,
        Err(error) if error.kind() == ErrorKind::NotFound => heads.forget(tenant)?,
        Err(error) => return Err(file::told_io(&head)(error)),
    }
    fs::rename(&ready, &folder).map_err(file::told_io(&ready))?;
    readers.sync()?;
    file::remove(&folder.join(HEAD))
}

/// The audit log of a tenant that is replaced outlives it, if it can be read.
fn keep_log(path: &Path, heads: &Heads, tenant: &TenantId) -> Result<(), StoreError> {
    let log = file::open_to_read(path, schema::TENANT.len())
        .and_then(|db| audit::page(&db, 1, usize::MAX).map_err(file::told(path)));
    match log {
        Ok(log) => heads.keep_log(tenant, log, &[]),
        Err(error) => {
            tracing::warn!(%tenant, %error, "the audit log of the tenant that is replaced can't be read and is not kept");
            Ok(())
        }
    }
}

/// Nothing of a tenant is left beside the inbox once this has been done; begun, the next start finishes it.
pub(super) fn erase(readers: &Readers, heads: &Heads, tenant: &TenantId) -> Result<(), StoreError> {
    let mark = readers.beside(ERASING, tenant);
    File::create(&mark).map_err(file::told_io(&mark))?;
    readers.sync()?;
    readers.move_away(tenant)?;
    heads.erase(tenant)
}

/// Finishes at the start what was begun before, but for erasing, which takes more than this.
pub(super) fn resume(readers: &Readers, heads: &Heads) -> Result<(), StoreError> {
    for tenant in readers.all_beside(STAGED)? {
        super::readers::remove_all(&readers.beside(STAGED, &tenant))?;
    }
    for tenant in readers.all_beside(READY)? {
        settle_in(readers, heads, &tenant)?;
    }
    Ok(())
}

fn recordings(folder: &Path, tenant: &TenantId) -> Result<Vec<Member>, StoreError> {
    let place = folder.join(RECORDINGS);
    let entries = match fs::read_dir(&place) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(file::told_io(&place))?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry.map_err(file::told_io(&place))?;
        let name = format!("{RECORDINGS}/{}", entry.file_name().to_string_lossy());
        // What is a link to elsewhere is no recording.
        if may_have(tenant, &name) && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            names.push(name);
        }
    }
    names.sort_unstable();
    let member = |name: String| {
        let path = folder.join(&name);
        bundle::member(name, &path).map_err(file::told_io(&path))
    };
    names.into_iter().map(member).collect()
}

/// Whether a file of that name is one of this tenant's.
fn may_have(tenant: &TenantId, name: &str) -> bool {
    let of_session = |name: &str| {
        let id = name.strip_suffix(RECORDING)?.strip_suffix('.')?.parse::<SessionId>().ok()?;
        (id.tenant == *tenant).then_some(())
    };
    let recording = name.strip_prefix(RECORDINGS).and_then(|name| name.strip_prefix('/'));
    name == DATABASE || name == HEAD || recording.and_then(of_session).is_some()
}

/// Tables, indices, views and triggers as they were made.
fn tables(db: &Connection) -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
    let mut select = db.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY type, name")?;
    select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect()
}

/// The same of our own, of a version.
fn own_tables(version: usize) -> rusqlite::Result<Vec<(String, String, Option<String>)>> {
    let db = Connection::open_in_memory()?;
    schema::TENANT.iter().take(version).try_for_each(|step| db.execute_batch(step))?;
    tables(&db)
}

/// Closes a database that nobody else has open, with everything in its one file and on stable storage.
fn close(db: Connection, path: &Path) -> Result<(), StoreError> {
    let told = file::told(path);
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(&told)?;
    db.close().map_err(|(_, error)| told(error))?;
    File::open(path).and_then(|file| file.sync_all()).map_err(file::told_io(path))
}

fn write_new(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| file.write_all(bytes)).map_err(file::told_io(path))
}

fn sync_folder(path: &Path) -> Result<(), StoreError> {
    match File::open(path).and_then(|folder| folder.sync_all()) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(file::told_io(path)(error)),
        _ => Ok(()),
    }
}
