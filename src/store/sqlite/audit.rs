//! The audit log of one tenant, in its file: entries are added, and never changed or taken away.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::core::audit::{Head, Sealed};

/// Adds entries. What time alone brought may come twice, or `again`: the second time it is there already.
pub(super) fn write(change: &Transaction<'_>, entries: &[&Sealed], again: bool) -> rusqlite::Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let or = if again { "OR IGNORE" } else { "" };
    let mut insert = change.prepare_cached(&format!("INSERT {or} INTO audit VALUES (?1, ?2)"))?;
    for entry in entries {
        insert.execute(params![entry.number, entry.text])?;
    }
    Ok(())
}

/// The last entry. One that cannot be read has no hash, and the next one will show that.
pub(super) fn last(db: &Connection) -> rusqlite::Result<Option<Head>> {
    let last = "SELECT number, entry FROM audit ORDER BY number DESC LIMIT 1";
    db.prepare_cached(last)?
        .query_row([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))
        .optional()
        .map(|last| last.map(|(number, entry)| Head { number, hash: hash(&entry).unwrap_or_default() }))
}

/// Those of `known` that the log has not.
pub(super) fn missing(db: &Connection, mut known: Vec<Head>) -> rusqlite::Result<Vec<Head>> {
    let mut select = db.prepare_cached("SELECT entry FROM audit WHERE number = ?1")?;
    let mut found = Vec::new();
    for head in &known {
        let entry: Option<String> = select.query_row([head.number], |row| row.get(0)).optional()?;
        found.push(entry.and_then(|entry| hash(&entry)).as_ref() == Some(&head.hash));
    }
    let mut found = found.into_iter();
    known.retain(|_| found.next() == Some(false));
    Ok(known)
}

/// Entries from a number on, the oldest first; from 0: the last ones.
pub(super) fn page(db: &Connection, from: u64, limit: usize) -> rusqlite::Result<Vec<String>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    if from > 0 {
        let mut select = db.prepare_cached("SELECT entry FROM audit WHERE number >= ?1 ORDER BY number LIMIT ?2")?;
        return select.query_map(params![from, limit], |row| row.get(0))?.collect();
    }
    let mut select = db.prepare_cached("SELECT entry FROM audit ORDER BY number DESC LIMIT ?1")?;
    let mut entries: Vec<String> = select.query_map([limit], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    entries.reverse();
    Ok(entries)
}

/// The hash of an entry: its last field.
fn hash(entry: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Hash {
        hash: String,
    }
    serde_json::from_str::<Hash>(entry).ok().map(|entry| entry.hash)
}
