//! What the store can do with a tenant as a whole. What a copy is as a file is `bundle`'s; when to make one, the engine's.

use std::path::Path;

use super::StoreError;
use crate::core::id::TenantId;
use crate::core::time::Moment;

/// Takes a tenant as a whole out of the place where it is kept, and into it, beside those who read and write.
pub trait Copies: Send + Sync {
    /// The folder that everything is in.
    fn data_dir(&self) -> &Path;

    /// A folder for files on their way: nobody else may enter it, and it is emptied at every start.
    fn place(&self) -> &Path;

    /// Whether the disk has room for so many bytes more, and for alerts beside them.
    ///
    /// # Errors
    /// It has not.
    fn has_room(&self, bytes: u64) -> Result<(), StoreError>;

    /// Writes a copy of everything into a new file. Gives the SHA-256 of its export.
    ///
    /// # Errors
    /// There is no such tenant, or it can't be read or written.
    fn backup(&self, tenant: &TenantId, made_at: Moment, to: &Path) -> Result<String, StoreError>;

    /// Writes everything down in a new file, one JSON value a line, and gives its SHA-256.
    ///
    /// # Errors
    /// As above.
    fn export(&self, tenant: &TenantId, to: &Path) -> Result<String, StoreError>;

    /// Unpacks and judges a copy, for [`super::Archive::take_in`]. Gives the SHA-256 of its export.
    ///
    /// # Errors
    /// It is no whole copy of that tenant, or there is no room.
    fn stage(&self, tenant: &TenantId, from: &Path) -> Result<String, StoreError>;

    /// A copy that was staged is not taken in after all. False when there is none: it was taken in.
    ///
    /// # Errors
    /// It is swept at the next start.
    fn unstage(&self, tenant: &TenantId) -> Result<bool, StoreError>;

    /// Removes the files of a tenant that is not there any more, which may be large.
    ///
    /// # Errors
    /// They are swept at the next start.
    fn clear_away(&self, tenant: &TenantId) -> Result<(), StoreError>;

    /// Tenants whose erasing was begun and not finished.
    ///
    /// # Errors
    /// When the place can't be read.
    fn erasing(&self) -> Result<Vec<TenantId>, StoreError>;

    /// Nothing of it is anywhere any more.
    ///
    /// # Errors
    /// It is erased again at the next start.
    fn erased(&self, tenant: &TenantId) -> Result<(), StoreError>;
}
