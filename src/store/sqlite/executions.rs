//! Executions and what they wrote.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::packing::{packed_json, unpacked_json};
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::execution::order::InstanceId;
use crate::core::execution::{Execution, Output};
use crate::core::time::Moment;
use crate::store::Ran;

/// An execution as it is now.
pub(super) fn write(change: &Transaction<'_>, execution: &Execution) -> rusqlite::Result<()> {
    let ended_at = execution.ended_at.map(|at| at.0);
    change.prepare_cached("INSERT OR REPLACE INTO executions VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        execution.id.number,
        execution.incident_id.number,
        ended_at,
        packed_json(execution)?
    ])?;
    Ok(())
}

/// What an execution wrote on its machines.
pub(super) fn write_outputs(
    change: &Transaction<'_>,
    execution: u64,
    outputs: &[(InstanceId, Output)],
) -> rusqlite::Result<()> {
    let mut insert = change.prepare_cached("INSERT OR REPLACE INTO outputs VALUES (?1, ?2, ?3)")?;
    for (instance, output) in outputs {
        insert.execute(params![execution, instance.as_str(), packed_json(output)?])?;
    }
    Ok(())
}

/// Those that the core goes on with: not over, or ended not long before `as_of`.
pub(super) fn load(db: &Connection, as_of: Moment) -> rusqlite::Result<Vec<Execution>> {
    db.prepare("SELECT execution FROM executions WHERE ended_at IS NULL OR ended_at > ?1 ORDER BY number")?
        .query_map([(as_of - REMEMBERED_FOR).0], |row| unpacked_json(row, 0))?
        .collect()
}

/// One, with what it wrote.
pub(super) fn one(db: &Connection, number: u64) -> rusqlite::Result<Option<Ran>> {
    let mut select = db.prepare_cached("SELECT execution FROM executions WHERE number = ?1")?;
    let Some(execution) = select.query_row([number], |row| unpacked_json::<Execution>(row, 0)).optional()? else {
        return Ok(None);
    };
    let mut outputs = Vec::new();
    let mut select = db.prepare_cached("SELECT instance, output FROM outputs WHERE execution = ?1")?;
    for row in select.query_map([number], |row| Ok((row.get::<_, String>(0)?, unpacked_json(row, 1)?)))? {
        let (instance, output) = row?;
        outputs.extend(instance.parse().ok().map(|instance| (instance, output)));
    }
    Ok(Some((execution, outputs)))
}

/// The latest, the latest first; of one incident only, if one is given.
pub(super) fn latest(db: &Connection, incident: Option<u64>, limit: usize) -> rusqlite::Result<Vec<Execution>> {
    db.prepare_cached(
        "SELECT execution FROM executions WHERE ?1 IS NULL OR incident = ?1 ORDER BY number DESC LIMIT ?2",
    )?
    .query_map(params![incident, i64::try_from(limit).unwrap_or(i64::MAX)], |row| unpacked_json(row, 0))?
    .collect()
}
