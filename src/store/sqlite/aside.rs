//! Requests that nobody could read, with their bodies: written, thrown away, read back. Which of them are kept is the core's to
//! say.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::file::json;
use super::packing::{packed, unpacked};
use super::write::text;
use crate::core::aside::{Aside, Came};
use crate::core::input::Input;
use crate::core::time::Moment;
use crate::store::{Outcome, PutAside};

/// Keeps what could not be read of a request, if anything.
pub(super) fn write(change: &Transaction<'_>, outcome: &Outcome) -> rusqlite::Result<()> {
    let Some(number) = outcome.aside else { return Ok(()) };
    let none = Came::default();
    let (source, reason, fields, places, came) = match &*outcome.entry.input {
        Input::Unreadable(unreadable) => {
            let why = (unreadable.reason.clone(), unreadable.fields.clone());
            (&unreadable.source, why.0, why.1, None, &unreadable.came)
        }
        Input::Delivery(delivery) => {
            let fields = delivery.rejected.iter().flat_map(|rejected| rejected.fields.iter().cloned()).collect();
            let places: Vec<u32> = delivery.rejected.iter().map(|rejected| rejected.index).collect();
            let came = delivery.came.as_deref().unwrap_or(&none);
            (&delivery.source, delivery.why_aside().unwrap_or_default(), fields, Some(text(&places)?), came)
        }
        _ => return Ok(()),
    };
    change
        .prepare_cached(
            "INSERT OR REPLACE INTO put_aside (number, at, source, reason, fields, raw, size, places, head, reaches)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)",
        )?
        .execute(params![
            number,
            outcome.entry.at.0,
            source,
            reason,
            text(&fields)?,
            packed(&outcome.raw),
            i64::try_from(came.size).unwrap_or(i64::MAX),
            places,
            text(&came.head)?,
        ])?;
    change.prepare_cached("UPDATE progress SET put_aside = max(put_aside, ?1)")?.execute([number])?;
    Ok(())
}

/// Keeps these no more.
pub(super) fn clear(change: &Transaction<'_>, numbers: &[u64]) -> rusqlite::Result<()> {
    let mut delete = change.prepare_cached("DELETE FROM put_aside WHERE number = ?1")?;
    numbers.iter().try_for_each(|number| delete.execute([number]).map(drop))
}

/// Everything that is kept, without bodies, and the highest number that anything ever had.
pub(super) fn load(db: &Connection) -> rusqlite::Result<(Vec<Aside>, u64)> {
    let last = db.query_row("SELECT put_aside FROM progress", [], |row| row.get(0))?;
    let mut select = db.prepare("SELECT number, at, source, size FROM put_aside ORDER BY number")?;
    let all = select.query_map([], |row| {
        let size = u64::try_from(row.get::<_, i64>(3)?).unwrap_or(0);
        Ok(Aside { number: row.get(0)?, at: Moment(row.get(1)?), source: row.get(2)?, size })
    })?;
    Ok((all.collect::<rusqlite::Result<_>>()?, last))
}

const ROW: &str = "SELECT number, at, source, reason, fields, raw, places, head FROM put_aside";

/// The latest of them.
pub(super) fn latest(db: &Connection, limit: usize) -> rusqlite::Result<Vec<PutAside>> {
    let mut select = db.prepare_cached(&format!("{ROW} ORDER BY number DESC LIMIT ?1"))?;
    select.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], read)?.collect()
}

/// One of them.
pub(super) fn one(db: &Connection, number: u64) -> rusqlite::Result<Option<PutAside>> {
    db.prepare_cached(&format!("{ROW} WHERE number = ?1"))?.query_row([number], read).optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<PutAside> {
    Ok(PutAside {
        number: row.get(0)?,
        at: Moment(row.get(1)?),
        source: row.get(2)?,
        reason: row.get(3)?,
        fields: json(row, 4)?,
        raw: unpacked(row, 5)?,
        places: if_there(row, 6)?.unwrap_or_default(),
        head: if_there(row, 7)?.unwrap_or_default(),
    })
}

/// A column that holds JSON, or nothing.
fn if_there<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => json(row, column).map(Some),
    }
}
