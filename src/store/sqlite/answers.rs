//! How a request is known again: its keys, and what was answered, for 24 hours.
//!
//! Keys are digests and land all over their index, so it is kept small: rows stand by period, a period's end goes as one
//! stretch, and it goes in slices beside what is being written.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::file::unreadable;
use super::rows::unpacked;
use crate::core::id::{AlertId, IncidentId, TenantId};
use crate::core::input::DeliveryKey;
use crate::core::receipt::{Receipt, Receipts};
use crate::core::time::{Moment, Span};
use crate::store::PastAnswer;

/// How long a request is known again.
const KNOWN_FOR: Span = Span::DAY;
/// Rows of one period stand together.
const PERIOD: Span = Span::hours(12);
/// How many rows a write clears away at most. More than it brings, so that nothing piles up.
const SLICE: u32 = 512;

fn period(at: Moment) -> i64 {
    at.0.div_euclid(PERIOD.0)
}

/// Remembers a request by its keys. `delivery` is the row that holds its receipts; absent when it was unreadable.
pub(super) fn remember(
    change: &Transaction<'_>,
    keys: &[DeliveryKey],
    at: Moment,
    delivery: Option<i64>,
) -> rusqlite::Result<()> {
    let mut insert = change.prepare_cached("INSERT OR REPLACE INTO answers VALUES (?1, ?2, ?3, ?4)")?;
    for key in keys {
        insert.execute(params![period(at), key.0, at.0, delivery])?;
    }
    Ok(())
}

/// Clears away a slice of what is too old.
pub(super) fn prune(change: &Transaction<'_>, now: Moment) -> rusqlite::Result<()> {
    let oldest_known = period(now - KNOWN_FOR);
    let first: Option<i64> = change
        .prepare_cached("SELECT period FROM answers ORDER BY period LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    if first.is_some_and(|first| first < oldest_known) {
        change
            .prepare_cached(
                "DELETE FROM answers WHERE (period, key) IN
                 (SELECT period, key FROM answers WHERE period < ?1 ORDER BY period, key LIMIT ?2)",
            )?
            .execute(params![oldest_known, SLICE])?;
    }
    Ok(())
}

/// What was answered to the request with this key.
pub(super) fn find(
    db: &Connection,
    tenant: &TenantId,
    key: DeliveryKey,
    now: Moment,
) -> rusqlite::Result<Option<PastAnswer>> {
    let mut select = db.prepare_cached(
        "SELECT at, answers.delivery, alert, incident, receipts FROM answers
         LEFT JOIN deliveries ON deliveries.number = answers.delivery WHERE period = ?1 AND key = ?2",
    )?;
    for period in (period(now - KNOWN_FOR)..=period(now)).rev() {
        let found = select.query_row(params![period, key.0], |row| {
            if Moment(row.get(0)?) + KNOWN_FOR < now {
                return Ok(None);
            }
            if row.get::<_, Option<i64>>(1)?.is_none() {
                return Ok(Some(PastAnswer::Unreadable));
            }
            if let Some(number) = row.get::<_, Option<u64>>(2)? {
                let incident = row.get::<_, Option<u64>>(3)?;
                let lone = Receipt {
                    index: 0,
                    alert_id: AlertId { tenant: tenant.clone(), number },
                    incident_id: incident.map(|number| IncidentId { tenant: tenant.clone(), number }),
                };
                return Ok(Some(PastAnswer::Taken(Receipts { alerts: vec![lone], ..Receipts::default() })));
            }
            let receipts = serde_json::from_slice(&unpacked(row, 4)?).map_err(|_| unreadable(4))?;
            Ok(Some(PastAnswer::Taken(receipts)))
        });
        if let Some(answer) = found.optional()?.flatten() {
            return Ok(Some(answer));
        }
    }
    Ok(None)
}
