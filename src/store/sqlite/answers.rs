//! How a request is known again: its keys, and what was answered, for 24 hours.
//!
//! Keys are digests and land all over their index; in one of a million keys every new one would touch a page of its own. So
//! they stand in runs, each a small index: writing stays in the last run, looking tries one run after the other, and what is
//! too old goes a whole run at a time, in slices beside what is being written.

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, params};

use super::packing::unpacked_json;
use crate::core::id::{AlertId, IncidentId, TenantId};
use crate::core::input::DeliveryKey;
use crate::core::receipt::{Receipt, Receipts};
use crate::core::time::{Moment, Span};
use crate::store::PastAnswer;

/// How long a request is known again.
const KNOWN_FOR: Span = Span::DAY;
/// How many deliveries have their keys in one run.
const RUN: i64 = 65_536;
/// How many rows a write clears away at most.
const SLICE: usize = 1_024;

/// Writes keys into the last run.
pub(super) struct Remembering<'a> {
    change: &'a Transaction<'a>,
    insert: CachedStatement<'a>,
    last: Option<(i64, Moment)>,
}

impl<'a> Remembering<'a> {
    /// Within a change.
    pub(super) fn new(change: &'a Transaction<'a>) -> rusqlite::Result<Self> {
        let insert = change.prepare_cached("INSERT OR REPLACE INTO answers VALUES (?1, ?2, ?3, ?4)")?;
        Ok(Self { change, insert, last: None })
    }

    /// Remembers a request by its keys. `delivery` is the row that holds its receipts; absent when it was unreadable.
    pub(super) fn add(&mut self, keys: &[DeliveryKey], at: Moment, delivery: Option<i64>) -> rusqlite::Result<()> {
        if keys.is_empty() {
            return Ok(());
        }
        let run = match (delivery, self.last) {
            (Some(delivery), _) => delivery / RUN,
            (None, Some((run, _))) => run,
            (None, None) => {
                let last = "SELECT coalesce(max(number), 0) FROM deliveries";
                self.change.prepare_cached(last)?.query_row([], |row| row.get::<_, i64>(0))? / RUN
            }
        };
        for key in keys {
            self.insert.execute(params![run, key.0, at.0, delivery])?;
        }
        if self.last.is_some_and(|(last, _)| last != run) {
            self.end()?;
        }
        self.last = Some((run, at));
        Ok(())
    }

    /// Notes when the run was last written to.
    pub(super) fn end(&mut self) -> rusqlite::Result<()> {
        if let Some((run, at)) = self.last.take() {
            self.change.prepare_cached("INSERT OR REPLACE INTO runs VALUES (?1, ?2)")?.execute(params![run, at.0])?;
        }
        Ok(())
    }
}

/// Clears away a slice of the oldest run, when all of it is too old.
pub(super) fn prune(change: &Transaction<'_>, now: Moment) -> rusqlite::Result<()> {
    let oldest = change
        .prepare_cached("SELECT run, ended_at FROM runs ORDER BY run LIMIT 1")?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, Moment(row.get(1)?))))
        .optional()?;
    let Some((run, _)) = oldest.filter(|(_, ended_at)| *ended_at + KNOWN_FOR < now) else { return Ok(()) };
    let cleared = change
        .prepare_cached(
            "DELETE FROM answers WHERE run = ?1 AND key IN (SELECT key FROM answers WHERE run = ?1 ORDER BY key LIMIT ?2)",
        )?
        .execute(params![run, SLICE])?;
    if cleared < SLICE {
        change.prepare_cached("DELETE FROM runs WHERE run = ?1")?.execute([run])?;
    }
    Ok(())
}

/// The keys of the requests that came at or after `since`.
pub(super) fn keys_since(db: &Connection, since: Moment) -> rusqlite::Result<Vec<DeliveryKey>> {
    let mut select = db.prepare_cached(
        "SELECT key FROM answers WHERE run IN (SELECT run FROM runs WHERE ended_at >= ?1) AND at >= ?1",
    )?;
    select.query_map([since.0], |row| row.get(0).map(DeliveryKey))?.collect()
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
         LEFT JOIN deliveries ON deliveries.number = answers.delivery WHERE run = ?1 AND key = ?2",
    )?;
    let mut runs = db.prepare_cached("SELECT run FROM runs WHERE ended_at >= ?1 ORDER BY run DESC")?;
    let mut runs = runs.query([(now - KNOWN_FOR).0])?;
    while let Some(run) = runs.next()? {
        let found = select.query_row(params![run.get::<_, i64>(0)?, key.0], |row| {
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
            Ok(Some(PastAnswer::Taken(unpacked_json(row, 4)?)))
        });
        if let Some(answer) = found.optional()?.flatten() {
            return Ok(Some(answer));
        }
    }
    Ok(None)
}
