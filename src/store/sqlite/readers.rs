//! The tenants' folder: where each file is, the connections that read them, and their removal.
//!
//! A folder that was removed does not come back through a late reader: removing waits for the readers of that tenant, and no
//! reader ever creates a file.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use super::{file, schema};
use crate::core::id::TenantId;
use crate::store::StoreError;

/// How many tenants' files stay open for reading.
const OPEN_AT_MOST: usize = 16;
/// What the name of a folder on its way out begins with. No tenant's id does.
const LEAVING: &str = ".removed-";

/// The tenants' folder.
pub(super) struct Readers {
    root: PathBuf,
    /// The one used last is the last.
    open: Mutex<Vec<(TenantId, Arc<Mutex<Connection>>)>>,
}

impl Readers {
    /// On `DATA/tenants`.
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root, open: Mutex::new(Vec::new()) }
    }

    /// A tenant's folder.
    pub(super) fn folder(&self, tenant: &TenantId) -> PathBuf {
        self.root.join(tenant.as_str())
    }

    /// A tenant's file.
    pub(super) fn file(&self, tenant: &TenantId) -> PathBuf {
        self.folder(tenant).join("alerts.db")
    }

    /// Every tenant that has a file.
    pub(super) fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        let mut tenants = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(file::told_io(&self.root))? {
            let entry = entry.map_err(file::told_io(&self.root))?;
            let tenant = entry.file_name().to_str().and_then(|name| name.parse().ok());
            tenants.extend(tenant.filter(|tenant| self.file(tenant).exists()));
        }
        tenants.sort_unstable();
        Ok(tenants)
    }

    /// Calls `with` with a connection that reads a tenant's file.
    pub(super) fn read<T>(
        &self,
        tenant: &TenantId,
        with: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let path = self.file(tenant);
        let reader = self.reader(tenant, &path)?;
        let answer = with(&locked(&reader)).map_err(file::told(&path));
        if let Err(StoreError::Damaged { .. }) = answer {
            // The next one looks at the file anew: it may have been mended by then.
            locked(&self.open).retain(|(open, _)| open != tenant);
        }
        answer
    }

    /// Removes a tenant's folder. Its writer must be closed.
    pub(super) fn remove(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.move_away(tenant)?;
        self.clear_away(tenant)
    }

    /// Has nobody find a tenant's folder any more. Its writer must be closed.
    pub(super) fn move_away(&self, tenant: &TenantId) -> Result<(), StoreError> {
        let mut open = locked(&self.open);
        if let Some(at) = open.iter().position(|(known, _)| known == tenant) {
            let (_, reader) = open.remove(at);
            // Whoever still reads holds this lock, and nobody new gets a reader before this function returns.
            drop(locked(&reader));
        }
        let folder = self.folder(tenant);
        let leaving = self.beside(LEAVING, tenant);
        remove_all(&leaving)?;
        match fs::rename(&folder, &leaving) {
            Ok(()) => self.sync(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(file::told_io(&folder)(error)),
        }
    }

    /// Removes a folder that was moved away.
    pub(super) fn clear_away(&self, tenant: &TenantId) -> Result<(), StoreError> {
        remove_all(&self.beside(LEAVING, tenant))
    }

    /// A folder beside the tenants', for what is becoming of one.
    pub(super) fn beside(&self, what: &str, tenant: &TenantId) -> PathBuf {
        self.root.join(format!("{what}{tenant}"))
    }

    /// The tenants of which there is such a folder.
    pub(super) fn all_beside(&self, what: &str) -> Result<Vec<TenantId>, StoreError> {
        let told = file::told_io(&self.root);
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(&told)? {
            let name = entry.map_err(&told)?.file_name();
            found.extend(name.to_str().and_then(|name| name.strip_prefix(what)?.parse().ok()));
        }
        Ok(found)
    }

    /// Brings the names in the folder to stable storage.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        fs::File::open(&self.root).and_then(|folder| folder.sync_all()).map_err(file::told_io(&self.root))
    }

    /// How many bytes a tenant's database takes.
    pub(super) fn weight(&self, tenant: &TenantId) -> u64 {
        let file = self.file(tenant);
        let length = |path: PathBuf| fs::metadata(path).map_or(0, |found| found.len());
        length(file.with_extension("db-wal")) + length(file)
    }

    /// Finishes removals that were cut short.
    pub(super) fn sweep(&self) -> Result<(), StoreError> {
        for entry in fs::read_dir(&self.root).map_err(file::told_io(&self.root))? {
            let entry = entry.map_err(file::told_io(&self.root))?;
            if entry.file_name().to_str().is_some_and(|name| name.starts_with(LEAVING)) {
                remove_all(&entry.path())?;
            }
        }
        Ok(())
    }

    fn reader(&self, tenant: &TenantId, path: &Path) -> Result<Arc<Mutex<Connection>>, StoreError> {
        let mut open = locked(&self.open);
        if let Some(at) = open.iter().position(|(known, _)| known == tenant) {
            let used = open.remove(at);
            let reader = used.1.clone();
            open.push(used);
            return Ok(reader);
        }
        if !path.exists() {
            return Err(StoreError::NoTenant);
        }
        let reader = Arc::new(Mutex::new(file::open_to_read(path, schema::TENANT.len())?));
        if open.len() >= OPEN_AT_MOST {
            open.remove(0);
        }
        open.push((tenant.clone(), reader.clone()));
        Ok(reader)
    }
}

/// Removes a folder with everything in it; there may be none.
pub(super) fn remove_all(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(file::told_io(path)(error)),
        _ => Ok(()),
    }
}

/// A lock is only poisoned by a panic while reading, which leaves nothing half-done.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
