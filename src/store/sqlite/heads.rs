//! What is kept of the audit logs beside the tenants' files, so that a log that was shortened shows, and one outlives its tenant.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::file;
use crate::core::audit::{Entry, Head, Sealed};
use crate::core::id::TenantId;
use crate::store::StoreError;

/// Missing entries that are remembered of one log.
const MISSING: usize = 20;

/// The folder.
#[derive(Clone, Debug)]
pub(super) struct Heads {
    folder: PathBuf,
}

impl Heads {
    /// In a folder, which is made if there is none.
    pub(super) fn new(folder: PathBuf) -> Result<Self, StoreError> {
        file::make_folder(&folder)?;
        Ok(Self { folder })
    }

    fn path(&self, tenant: &TenantId) -> PathBuf {
        self.folder.join(format!("{tenant}.head"))
    }

    /// The entries that are known to have been in a tenant's log.
    pub(super) fn read(&self, tenant: &TenantId) -> Result<Vec<Head>, StoreError> {
        let path = self.path(tenant);
        match fs::read_to_string(&path) {
            // A line that is no head says nothing.
            Ok(text) => Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(file::told_io(&path)(error)),
        }
    }

    /// Remembers the last entry. Those that are missing stay, or the next entry would hide that.
    pub(super) fn write(&self, tenant: &TenantId, mut known: Vec<Head>, last: Head) -> Result<(), StoreError> {
        known.truncate(MISSING);
        known.push(last);
        let line = |head: &Head| serde_json::to_string(head).unwrap_or_default() + "\n";
        let text: String = known.iter().map(line).collect();
        write_whole(&self.path(tenant), text.as_bytes())
    }

    /// What is remembered of a tenant's log, as it is kept; nothing before its first entry.
    pub(super) fn text(&self, tenant: &TenantId) -> Result<Option<Vec<u8>>, StoreError> {
        let path = self.path(tenant);
        match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            read => read.map(Some).map_err(file::told_io(&path)),
        }
    }

    /// From now on, that is what is remembered.
    pub(super) fn put(&self, tenant: &TenantId, text: &[u8]) -> Result<(), StoreError> {
        write_whole(&self.path(tenant), text)
    }

    /// Leaves nothing of a tenant, nor of those that had its id before.
    pub(super) fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let told = file::told_io(&self.folder);
        for entry in fs::read_dir(&self.folder).map_err(&told)? {
            let entry = entry.map_err(&told)?;
            if entry.file_name().to_str().is_some_and(|name| is_of(name, tenant)) {
                fs::remove_file(entry.path()).map_err(file::told_io(&entry.path()))?;
            }
        }
        File::open(&self.folder).and_then(|folder| folder.sync_all()).map_err(told)
    }

    /// A tenant was removed.
    pub(super) fn forget(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let path = self.path(tenant);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(file::told_io(&path)(error)),
            _ => Ok(()),
        }
    }

    /// Keeps the whole log of a tenant that is about to be removed: what its file has, and what came since. One that is kept
    /// already is left as it is: there may be less now.
    pub(super) fn keep_log(&self, tenant: &TenantId, kept: Vec<String>, more: &[&Sealed]) -> Result<(), StoreError> {
        let have = u64::try_from(kept.len()).unwrap_or(u64::MAX);
        let mut lines = kept;
        for entry in more {
            if entry.number == 1 {
                // It was removed and added again more than once in one batch.
                self.keep(tenant, &std::mem::take(&mut lines))?;
            }
            if lines.is_empty() || entry.number > have {
                lines.push(entry.text.clone());
            }
        }
        self.keep(tenant, &lines)
    }

    fn keep(&self, tenant: &TenantId, lines: &[String]) -> Result<(), StoreError> {
        let Some(last) = lines.last() else { return Ok(()) };
        let at = serde_json::from_str::<Entry>(last).map(|entry| entry.record.at.to_string()).unwrap_or_default();
        let path = self.folder.join(format!("{tenant}-{}.jsonl", at.replace(':', "")));
        if path.exists() {
            return Ok(());
        }
        write_whole(&path, (lines.join("\n") + "\n").as_bytes())
    }
}

/// Whether a file here is that tenant's. Another one's id may begin with its id.
fn is_of(name: &str, tenant: &TenantId) -> bool {
    /// `2026-11-22T031240.000Z`: digits and what stands between them.
    const TIME: &str = "0000-00-00T000000.000Z";
    let Some(rest) = name.strip_prefix(tenant.as_str()) else { return false };
    let time = |text: &str| {
        let same = |(found, like): (u8, u8)| if like == b'0' { found.is_ascii_digit() } else { found == like };
        text.len() == TIME.len() && text.bytes().zip(TIME.bytes()).all(same)
    };
    let ending = |rest: &str| matches!(rest, ".head" | ".part" | ".jsonl");
    ending(rest)
        || rest
            .strip_prefix('-')
            .and_then(|rest| rest.split_at_checked(TIME.len()))
            .is_some_and(|(at, rest)| time(at) && ending(rest))
}

/// Writes a file with mode 0600, all of it or nothing, and to stable storage.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let told = file::told_io(path);
    let part = path.with_extension("part");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part).map_err(&told)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(&told)?;
    fs::rename(&part, path).map_err(&told)?;
    // The name is in the folder.
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(&told)
}
