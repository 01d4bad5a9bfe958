//! Follows behind the inbox: writes every tenant's part of a batch into that tenant's file, and reads it back at start.
//!
//! A file's log is only carried over by [`Archive::settle`], so that writing never waits for a disk.

use std::collections::BTreeSet;
use std::fs::File;
use std::sync::Arc;

use rusqlite::Connection;

use super::heads::Heads;
use super::part::{Part, parts};
use super::readers::Readers;
use super::write::{self, Mark};
use super::{alike, audit, copies, file, load, schema};
use crate::core::id::TenantId;
use crate::store::{Archive, Batch, Kept, StoreError};

/// How many files stay open for writing. More tenants than this that all write all the time cost an opening each time.
const OPEN_AT_MOST: usize = 128;

/// How a tenant's file is written.
pub(super) const PRAGMAS: &str =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 0;
    PRAGMA journal_size_limit = 1048576; PRAGMA cache_size = -2048; PRAGMA temp_store = MEMORY;";

/// The archive in one SQLite file for each tenant.
pub(super) struct SqliteArchive {
    readers: Arc<Readers>,
    /// The one used last is the last.
    open: Vec<(TenantId, Connection)>,
    /// Written since the last time everything was settled.
    unsettled: BTreeSet<TenantId>,
    heads: Heads,
    /// Those of whose audit log there is more than in `heads`.
    audited: BTreeSet<TenantId>,
}

impl SqliteArchive {
    /// Over the files that `readers` read.
    pub(super) fn new(readers: Arc<Readers>, heads: Heads) -> Self {
        Self { readers, open: Vec::new(), unsettled: BTreeSet::new(), heads, audited: BTreeSet::new() }
    }

    /// A tenant's file, open for writing; none when there is none and `make` does not ask for it.
    fn writer(&mut self, tenant: &TenantId, make: bool) -> Result<Option<&mut Connection>, StoreError> {
        if let Some(at) = self.open.iter().position(|(known, _)| known == tenant) {
            let used = self.open.remove(at);
            self.open.push(used);
        } else {
            let path = self.readers.file(tenant);
            if !path.exists() {
                if !make {
                    return Ok(None);
                }
                file::make_folder(&self.readers.folder(tenant))?;
            }
            let mut db = file::open(&path, PRAGMAS, schema::TENANT)?;
            alike::fill(&mut db).map_err(file::told(&path))?;
            if self.open.len() >= OPEN_AT_MOST {
                self.close_oldest()?;
            }
            self.open.push((tenant.clone(), db));
        }
        Ok(self.open.last_mut().map(|(_, db)| db))
    }

    fn close_oldest(&mut self) -> Result<(), StoreError> {
        let Some((tenant, _)) = self.open.first() else { return Ok(()) };
        let tenant = tenant.clone();
        if self.unsettled.contains(&tenant) {
            self.settle_one(&tenant)?;
            self.unsettled.remove(&tenant);
        }
        self.close(&tenant);
        Ok(())
    }

    fn close(&mut self, tenant: &TenantId) {
        self.open.retain(|(known, _)| known != tenant);
    }

    /// Its file is not this one's any more.
    fn let_go(&mut self, tenant: &TenantId) {
        self.close(tenant);
        self.unsettled.remove(tenant);
        self.audited.remove(tenant);
    }

    fn write_part(&mut self, tenant: &TenantId, part: &Part<'_>, mark: Mark) -> Result<(), StoreError> {
        let path = self.readers.file(tenant);
        let told = file::told(&path);
        if let Some(db) = self.writer(tenant, false)?
            && write::is_in(db, part, mark.up_to).map_err(&told)?
        {
            return Ok(());
        }
        if part.removed {
            let kept = match self.writer(tenant, false)? {
                Some(db) => audit::page(db, 1, usize::MAX).map_err(&told)?,
                None => Vec::new(),
            };
            self.heads.keep_log(tenant, kept, &part.last_audited)?;
            self.let_go(tenant);
            self.readers.remove(tenant)?;
            self.heads.forget(tenant)?;
            if part.tenant.is_none() {
                return Ok(());
            }
        }
        let Some(db) = self.writer(tenant, part.tenant.is_some())? else {
            let gone = || StoreError::Failed { place: file::shown(&path), detail: "the file is gone".into() };
            return if part.changes_nothing() { Ok(()) } else { Err(gone()) };
        };
        write::write(db, part, mark).map_err(told)?;
        self.unsettled.insert(tenant.clone());
        if !part.audited.is_empty() {
            self.audited.insert(tenant.clone());
        }
        Ok(())
    }

    fn settle_one(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.carry_over(tenant)?;
        // Only what is on stable storage may be said to have been in the log.
        if self.audited.contains(tenant) {
            let (path, known) = (self.readers.file(tenant), self.heads.read(tenant)?);
            if let Some(db) = self.writer(tenant, false)?
                && let Some(last) = audit::last(db).map_err(file::told(&path))?
            {
                let missing = audit::missing(db, known).map_err(file::told(&path))?;
                self.heads.write(tenant, missing, last)?;
            }
            self.audited.remove(tenant);
        }
        Ok(())
    }

    fn carry_over(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        let path = self.readers.file(tenant);
        let Some(db) = self.writer(tenant, false)? else { return Ok(()) };
        let checkpoint = "PRAGMA wal_checkpoint(PASSIVE)";
        let complete = db
            .query_row(checkpoint, [], |row| {
                let (busy, in_log, carried_over): (bool, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                Ok(!busy && in_log == carried_over)
            })
            .map_err(file::told(&path))?;
        // The pages of a busy second are of no use in a quiet one, and there may be many tenants.
        db.execute_batch("PRAGMA shrink_memory").map_err(file::told(&path))?;
        if complete {
            return Ok(());
        }
        // A reader is in the way. The log is part of the file, so it does to sync that.
        let log = path.with_extension("db-wal");
        File::open(&log).and_then(|log| log.sync_data()).map_err(file::told_io(&log))
    }

    /// A damaged file is looked at anew the next time: it may have been mended by then.
    fn close_if_damaged(&mut self, tenant: &TenantId, error: &StoreError) {
        if let StoreError::Damaged { .. } = error {
            self.close(tenant);
        }
    }
}

impl Archive for SqliteArchive {
    fn tenants(&mut self) -> Result<Vec<TenantId>, StoreError> {
        self.readers.tenants()
    }

    fn load(&mut self, tenant: &TenantId) -> Result<Kept, StoreError> {
        let path = self.readers.file(tenant);
        let known = self.heads.read(tenant)?;
        let loaded = match self.writer(tenant, false)? {
            Some(db) => load::load(db).and_then(|kept| {
                let missing = audit::missing(db, known)?;
                Ok(kept.map(|kept| Kept { missing, ..kept }))
            }),
            None => Ok(None),
        };
        let loaded = loaded.map_err(file::told(&path));
        // Most tenants have nothing to write for a while, and a file that turned out damaged is to be looked at anew.
        self.close(tenant);
        loaded?.ok_or(StoreError::NoTenant)
    }

    fn write(&mut self, batch: &Batch) -> Result<(), Vec<(TenantId, StoreError)>> {
        let as_of = batch.outcomes.iter().map(|outcome| outcome.entry.at).max();
        let mark = Mark { up_to: batch.up_to, as_of };
        let mut failed = Vec::new();
        for (tenant, part) in parts(batch) {
            if let Err(error) = self.write_part(tenant, &part, mark) {
                self.close_if_damaged(tenant, &error);
                failed.push((tenant.clone(), error));
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }

    fn take_in(&mut self, tenant: &TenantId, up_to: u64) -> Result<Kept, StoreError> {
        self.let_go(tenant);
        copies::take_in(&self.readers, &self.heads, tenant, up_to)?;
        self.load(tenant)
    }

    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        self.let_go(tenant);
        copies::erase(&self.readers, &self.heads, tenant)
    }

    fn settle(&mut self) -> Result<(), Vec<(TenantId, StoreError)>> {
        let mut failed = Vec::new();
        for tenant in std::mem::take(&mut self.unsettled) {
            if let Err(error) = self.settle_one(&tenant) {
                self.close_if_damaged(&tenant, &error);
                self.unsettled.insert(tenant.clone());
                failed.push((tenant, error));
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(failed) }
    }
}
