//! Searching a tenant's alerts and incidents: exactly what `core::query::Query` says, the latest first. Words match as they are
//! written only.

use rusqlite::{Connection, OptionalExtension, Row};

use super::file::unreadable;
use super::grams::{self, BLOCK, Needed};
use super::{packing, rows};
use crate::core::alert::Alert;
use crate::core::id::TenantId;
use crate::core::incident::Incident;
use crate::core::query::{Query, Seen, Viewer};
use crate::core::severity::Severity;
use crate::core::time::Moment;

/// Alerts that match, the latest first.
pub(super) fn alerts(
    db: &Connection,
    tenant: &TenantId,
    query: &Query,
    viewer: Viewer<'_>,
    limit: usize,
) -> rusqlite::Result<Vec<Alert>> {
    let mut found = Vec::new();
    if limit == 0 || query.leaves_out(tenant) {
        return Ok(found);
    }
    let query = &query.as_written();
    let needed = needed(tenant, query);
    let (from, to) = query.times(viewer);
    // One state of the file for the whole search.
    let db = db.unchecked_transaction()?;
    let end = end(&db, to)?;
    let sql = format!("SELECT {} WHERE number BETWEEN ?1 AND ?2 ORDER BY number DESC", rows::ALERT);
    let mut select = db.prepare_cached(&sql)?;
    for block in (0..end.div_ceil(BLOCK)).rev() {
        if !needed.may_be_in(&db, block)? {
            continue;
        }
        let mut rows = select.query([block * BLOCK, (block * BLOCK + BLOCK).min(end) - 1])?;
        while let Some(row) = rows.next()? {
            // Alerts are numbered in the order in which they came.
            if Moment(row.get(2)?) < from {
                return Ok(found);
            }
            if !query.asks_for_instance() && !query.matches_seen(&seen(tenant, row)?, viewer) {
                continue;
            }
            let alert = rows::alert(&db, tenant, row)?;
            if query.matches_alert(&alert, viewer) {
                found.push(alert);
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
    }
    Ok(found)
}

/// The number after the last alert that came before `to`.
fn end(db: &Connection, to: Moment) -> rusqlite::Result<u64> {
    let last: u64 = db.query_row("SELECT coalesce(max(number), 0) FROM alerts", [], |row| row.get(0))?;
    if to == Moment(i64::MAX) {
        return Ok(last + 1);
    }
    let mut next = db.prepare_cached("SELECT received_at FROM alerts WHERE number >= ?1 ORDER BY number LIMIT 1")?;
    let (mut from, mut end) = (0, last + 1);
    while from < end {
        let middle = from + (end - from) / 2;
        match next.query_row([middle], |row| row.get(0).map(Moment)).optional()? {
            Some(at) if at < to => from = middle + 1,
            _ => end = middle,
        }
    }
    Ok(end)
}

/// Incidents that the query shows, the latest first.
pub(super) fn incidents(
    db: &Connection,
    tenant: &TenantId,
    query: &Query,
    viewer: Viewer<'_>,
    limit: usize,
) -> rusqlite::Result<Vec<Incident>> {
    let mut found = Vec::new();
    if limit == 0 || query.leaves_out(tenant) {
        return Ok(found);
    }
    let query = &query.as_written();
    let needs = query.needs(tenant);
    let (from, to) = query.times(viewer);
    let resolved = match (query.may_be_resolved(), query.is_of_resolved()) {
        (false, _) => "AND resolved_at IS NULL",
        (true, true) => "AND resolved_at IS NOT NULL",
        (true, false) => "",
    };
    let mut look_at = |row: &Row<'_>| -> rusqlite::Result<bool> {
        if Query::may_be_in(&needs, row.get_ref(0)?.as_str()?) {
            let incident: Incident = serde_json::from_slice(&packing::unpacked(row, 1)?).map_err(|_| unreadable(1))?;
            if query.matches(&incident, viewer) {
                found.push(incident);
            }
        }
        Ok(found.len() < limit)
    };
    let within = format!("FROM incidents WHERE opened_at >= ?1 AND opened_at < ?2 {resolved}");
    if query.is_paged() {
        // What was merged or split opened at another time than its number says: a page needs the exact order. Only numbers are
        // put in order, not all that there is beside them.
        let sql = format!("SELECT number {within} ORDER BY opened_at DESC, number DESC");
        let mut select = db.prepare_cached(&sql)?;
        let mut one = db.prepare_cached("SELECT texts, incident FROM incidents WHERE number = ?1")?;
        let mut numbers = select.query([from.0, to.0])?;
        while let Some(number) = numbers.next()?
            && one.query_row([number.get::<_, u64>(0)?], &mut look_at)?
        {}
    } else {
        let mut select = db.prepare_cached(&format!("SELECT texts, incident {within} ORDER BY number DESC"))?;
        let mut rows = select.query([from.0, to.0])?;
        while let Some(row) = rows.next()?
            && look_at(row)?
        {}
    }
    Ok(found)
}

fn needed(tenant: &TenantId, query: &Query) -> Needed {
    let mut needed = Needed::default();
    for group in query.needs(tenant) {
        needed.one_of_these(group);
    }
    let mut kinds = 0;
    for severity in Severity::ALL {
        for resolved in [false, true] {
            if query.allows(severity, resolved) {
                kinds |= grams::kind(severity as u8, resolved);
            }
        }
    }
    needed.one_of(kinds);
    needed
}

/// A quick look before the whole alert is read.
fn seen<'a>(tenant: &'a TenantId, row: &'a Row<'_>) -> rusqlite::Result<Seen<'a>> {
    let text = |column: usize| -> rusqlite::Result<&'a str> { Ok(row.get_ref(column)?.as_str()?) };
    Ok(Seen {
        tenant,
        severity: rows::severity(row, 5)?,
        resolved: row.get(6)?,
        received_at: Moment(row.get(2)?),
        silenced: row.get::<_, Option<u64>>(12)?.is_some(),
        asset: text(7)?,
        signature: text(8)?,
        tool: text(9)?,
        message: text(10)?,
        instance: None,
    })
}
