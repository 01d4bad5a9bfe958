//! Executions and what they wrote. The executions stay, as the incidents do; what they wrote is kept for a while, and no more of
//! it than so much: every `Ended` clears away what is too old, or too far back.

use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::packing::{packed_json, unpacked_json};
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::execution::order::InstanceId;
use crate::core::execution::{Execution, Output};
use crate::core::time::{Moment, Span};
use crate::store::Ran;

/// How long what an execution wrote is kept.
const OUTPUTS_FOR: Span = Span(90 * Span::DAY.0);
/// How much of it is kept of one tenant, in bytes as they lie on disk.
const OUTPUTS_AT_MOST: i64 = 256 << 20;
/// What a row weighs besides.
const ROW_WEIGHS: i64 = 128;

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

/// What an execution wrote on its machines; what is kept of older ones gives way.
pub(super) fn write_outputs(
    change: &Transaction<'_>,
    at: Moment,
    execution: u64,
    outputs: &[(InstanceId, Output)],
) -> rusqlite::Result<()> {
    let last = "SELECT reaches FROM outputs ORDER BY number DESC LIMIT 1";
    let reached: Option<i64> = change.prepare_cached(last)?.query_row([], |row| row.get(0)).optional()?;
    let mut reaches = reached.unwrap_or(0);
    let mut insert = change.prepare_cached(
        "INSERT OR IGNORE INTO outputs (execution, at, reaches, instance, output) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for (instance, output) in outputs {
        let packed = packed_json(output)?;
        let weighs = i64::try_from(packed.len()).unwrap_or(i64::MAX).saturating_add(ROW_WEIGHS);
        reaches = reaches.saturating_add(weighs);
        insert.execute(params![execution, at.0, reaches, instance.as_str(), packed])?;
    }
    let mut oldest =
        change.prepare_cached("SELECT number, execution, at, reaches FROM outputs ORDER BY number LIMIT 1")?;
    let mut delete = change.prepare_cached("DELETE FROM outputs WHERE number = ?1")?;
    loop {
        let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let found: Option<(i64, u64, i64, i64)> = oldest.query_row([], row).optional()?;
        // What has just been written stays, however much it is.
        let outlived = |(_, of, written, up_to): &(i64, u64, i64, i64)| {
            let old = Moment(*written) + OUTPUTS_FOR < at;
            *of != execution && (old || *up_to <= reaches.saturating_sub(OUTPUTS_AT_MOST))
        };
        let Some((number, ..)) = found.filter(outlived) else { return Ok(()) };
        delete.execute([number])?;
    }
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
    let mut select = db.prepare_cached("SELECT instance, output FROM outputs WHERE execution = ?1 ORDER BY number")?;
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
