//! The inbox: inputs of all tenants in one file, in the order they were taken, synced once for each append.
//!
//! Rows live for a second or so: written, materialised, forgotten. Their pages are used again, so the file stays as large as
//! the longest backlog it ever held. The write-ahead log is carried over every [`CHECKPOINT_PAGES`] by the append that
//! fills it; nobody else reads, so it always starts anew after that, in place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, Row, TransactionBehavior, params};

use super::{file, schema};
use crate::core::id::TenantId;
use crate::core::input::{Entry, Input};
use crate::core::time::Moment;
use crate::store::{Inbox, StoreError, Written};

/// 8 MiB. Larger: fewer but longer stalls; the pages of a short backlog are few, so most of the log is carried over as one
/// write for each of them.
const CHECKPOINT_PAGES: u32 = 2048;

/// The inbox in a SQLite file.
pub(super) struct SqliteInbox {
    path: PathBuf,
    db: Connection,
}

impl SqliteInbox {
    /// Opens the file, and makes it when there is none.
    pub(super) fn open(path: &Path) -> Result<Self, StoreError> {
        // Exclusive: no shared memory, no locking calls. The data folder's lock keeps other processes out.
        let pragmas = format!(
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
             PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}; PRAGMA journal_size_limit = 67108864;
             PRAGMA cache_size = -1024; PRAGMA temp_store = MEMORY;"
        );
        let db = file::open(path, &pragmas, schema::INBOX)?;
        Ok(Self { path: path.into(), db })
    }

    /// From now on the file may have so many pages, as if the disk had no room for more.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, pages: u32) {
        self.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    }

    fn try_append(&mut self, inputs: &[Written]) -> rusqlite::Result<()> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut insert = change.prepare_cached("INSERT INTO inputs VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for Written { entry, encoded, raw } in inputs {
                insert.execute(params![entry.seq, entry.at.0, entry.tenant.as_str(), &encoded[..], &raw[..]])?;
            }
        }
        change.commit()
    }

    fn try_forget(&mut self, seq: u64, but: &[TenantId]) -> rusqlite::Result<()> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        change
            .prepare_cached("UPDATE forgotten SET seq = max(seq, (SELECT coalesce(max(seq), 0) FROM inputs))")?
            .execute([])?;
        if but.is_empty() {
            change.prepare_cached("DELETE FROM inputs WHERE seq <= ?1")?.execute([seq])?;
        } else {
            let but = but.iter().map(|tenant| format!("\"{tenant}\"")).collect::<Vec<_>>().join(",");
            change
                .prepare_cached(
                    "DELETE FROM inputs WHERE seq <= ?1 AND tenant NOT IN (SELECT value FROM json_each(?2))",
                )?
                .execute(params![seq, format!("[{but}]")])?;
        }
        change.commit()
    }
}

impl Inbox for SqliteInbox {
    fn append(&mut self, inputs: &[Written]) -> Result<(), StoreError> {
        if inputs.is_empty() {
            return Ok(());
        }
        self.try_append(inputs).map_err(file::told(&self.path))
    }

    fn replay(&mut self, each: &mut dyn FnMut(Written)) -> Result<(), StoreError> {
        let mut read = || -> rusqlite::Result<()> {
            let mut select = self.db.prepare("SELECT seq, at, tenant, input, raw FROM inputs ORDER BY seq")?;
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                each(written(row)?);
            }
            Ok(())
        };
        read().map_err(file::told(&self.path))
    }

    fn forget(&mut self, seq: u64, but: &[TenantId]) -> Result<(), StoreError> {
        // What is forgotten needs no sync of its own: coming back after a crash, it is only replayed again.
        let mut forget = || {
            self.db.execute_batch("PRAGMA synchronous = NORMAL")?;
            let forgotten = self.try_forget(seq, but);
            self.db.execute_batch("PRAGMA synchronous = FULL")?;
            forgotten
        };
        forget().map_err(file::told(&self.path))
    }

    fn erase(&mut self, tenant: &TenantId) -> Result<(), StoreError> {
        let erase = || -> rusqlite::Result<()> {
            // Its number must not be used again.
            self.db.execute(
                "UPDATE forgotten SET seq = max(seq, (SELECT coalesce(max(seq), 0) FROM inputs WHERE tenant = ?1))",
                [tenant.as_str()],
            )?;
            self.db.execute("DELETE FROM inputs WHERE tenant = ?1", [tenant.as_str()])?;
            // Pages that are free, and the log, still hold what was once in them.
            self.db.execute_batch("VACUUM")?;
            self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        };
        erase().map_err(file::told(&self.path))?;
        file::forget_older(&self.path)
    }

    fn probe(&mut self) -> Result<(), StoreError> {
        let same = self.db.execute("UPDATE forgotten SET seq = seq", []);
        same.map(drop).map_err(file::told(&self.path))
    }

    fn last_seq(&mut self) -> Result<u64, StoreError> {
        let last = "SELECT max(forgotten.seq, (SELECT coalesce(max(seq), 0) FROM inputs)) FROM forgotten";
        self.db.query_row(last, [], |row| row.get(0)).map_err(file::told(&self.path))
    }
}

fn written(row: &Row<'_>) -> rusqlite::Result<Written> {
    let encoded = Bytes::copy_from_slice(row.get_ref(3)?.as_bytes()?);
    let input: Input = serde_json::from_slice(&encoded).map_err(|_| file::unreadable(3))?;
    let tenant = row.get_ref(2)?.as_str()?.parse().map_err(|_| file::unreadable(2))?;
    let entry = Entry { seq: row.get(0)?, at: Moment(row.get(1)?), tenant, input: Arc::new(input) };
    Ok(Written { entry, encoded, raw: Bytes::copy_from_slice(row.get_ref(4)?.as_bytes()?) })
}
