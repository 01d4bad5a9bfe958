//! Sessions, which stay as the incidents do. What was seen in them is in their recordings, not here.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::packing::{packed_json, unpacked_json};
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::session::Session;
use crate::core::time::Moment;

/// A session as it is now.
pub(super) fn write(change: &Transaction<'_>, session: &Session) -> rusqlite::Result<()> {
    change.prepare_cached("INSERT OR REPLACE INTO sessions VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        session.id.number,
        session.wish.incident.as_ref().map(|incident| incident.number),
        session.ended_at.map(|at| at.0),
        packed_json(session)?
    ])?;
    Ok(())
}

/// Those that the core goes on with: not over, or ended not long before `as_of`.
pub(super) fn load(db: &Connection, as_of: Moment) -> rusqlite::Result<Vec<Session>> {
    db.prepare("SELECT session FROM sessions WHERE ended_at IS NULL OR ended_at > ?1 ORDER BY number")?
        .query_map([(as_of - REMEMBERED_FOR).0], |row| unpacked_json(row, 0))?
        .collect()
}

/// One.
pub(super) fn one(db: &Connection, number: u64) -> rusqlite::Result<Option<Session>> {
    db.prepare_cached("SELECT session FROM sessions WHERE number = ?1")?
        .query_row([number], |row| unpacked_json(row, 0))
        .optional()
}

/// The latest, the latest first; of one incident only, if one is given.
pub(super) fn latest(db: &Connection, incident: Option<u64>, limit: usize) -> rusqlite::Result<Vec<Session>> {
    db.prepare_cached("SELECT session FROM sessions WHERE ?1 IS NULL OR incident = ?1 ORDER BY number DESC LIMIT ?2")?
        .query_map(params![incident, i64::try_from(limit).unwrap_or(i64::MAX)], |row| unpacked_json(row, 0))?
        .collect()
}
