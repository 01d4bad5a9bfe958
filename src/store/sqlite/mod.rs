//! The store on SQLite: one inbox for the inputs of all tenants, one file for what came of each tenant's.
//!
//! ```text
//! DATA/lock                       held by the process that has the store open
//! DATA/inbox.db                   inputs not yet in a tenant's file; one sync for each append
//! DATA/tenants/ID/alerts.db       everything of one tenant
//! DATA/audit/ID.head              the last entry of its audit log that is on stable storage, and those that are missing
//! DATA/audit/ID-TIME.jsonl        the audit log of a tenant that was removed then
//! DATA/moving/                    files on their way out or in: see `copies`
//! ```
//! Folders have mode 0700, files 0600. A tenant's folder is all there is of it: it can be copied, restored and erased alone.
//! When to append, write, settle and forget is the engine's; this only promises what the traits say.

mod alike;
mod answers;
mod archive;
mod aside;
mod audit;
mod copies;
mod dump;
mod executions;
mod file;
mod grams;
mod heads;
mod history;
mod inbox;
mod load;
mod packing;
mod part;
mod readers;
mod rows;
mod schema;
mod search;
mod sessions;
mod write;

#[cfg(test)]
mod tests;

pub(in crate::store) use file::told_io;

use std::path::Path;
use std::sync::Arc;

use super::{Opened, StoreError};
use archive::SqliteArchive;
use copies::SqliteCopies;
use heads::Heads;
use history::SqliteHistory;
use inbox::SqliteInbox;
use readers::Readers;

/// Opens the store in a folder, and makes it when there is none. One process at a time: see [`super::lock`].
///
/// # Errors
/// When the folder can't be made or the inbox can't be read. A tenant's file is not looked at before it is asked for.
pub fn open(data_dir: &Path) -> Result<Opened, StoreError> {
    file::make_folder(data_dir)?;
    let tenants = data_dir.join("tenants");
    file::make_folder(&tenants)?;
    let inbox = SqliteInbox::open(&data_dir.join("inbox.db"))?;
    let readers = Arc::new(Readers::new(tenants));
    let heads = Heads::new(data_dir.join("audit"))?;
    copies::resume(&readers, &heads)?;
    readers.sweep()?;
    let copies = SqliteCopies::new(readers.clone(), heads.clone(), data_dir)?;
    Ok(Opened {
        inbox: Box::new(inbox),
        archive: Box::new(SqliteArchive::new(readers.clone(), heads)),
        history: Arc::new(SqliteHistory::new(readers)),
        copies: Arc::new(copies),
    })
}
