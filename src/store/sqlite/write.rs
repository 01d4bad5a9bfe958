//! Writes one tenant's part of a batch into its file, in one transaction.

use std::collections::HashMap;

use rusqlite::{CachedStatement, Connection, Transaction, TransactionBehavior, params};
use serde::Serialize;

use super::packing::{packed, packed_json};
use super::part::Part;
use super::rows::Rest;
use super::{alike, answers, aside, audit, executions, grams, sessions};
use crate::core::alert::AlertStatus;
use crate::core::credentials::StoredCredentials;
use crate::core::execution::step::Step;
use crate::core::input::{Delivery, Input};
use crate::core::receipt::Receipts;
use crate::core::time::Moment;
use crate::store::Outcome;

/// What is written, besides the part itself.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    /// The watermark from then on.
    pub(super) up_to: u64,
    /// The time of the batch's latest input.
    pub(super) as_of: Option<Moment>,
}

/// How far a file has come.
pub(super) fn watermark(db: &Connection) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT watermark FROM progress")?.query_row([], |row| row.get(0))
}

/// Whether a part is in a file already. A part without inputs, made by time alone, brings no new watermark with it and is
/// written whenever it comes.
pub(super) fn is_in(db: &Connection, part: &Part<'_>, up_to: u64) -> rusqlite::Result<bool> {
    let watermark = watermark(db)?;
    Ok(watermark > up_to || (watermark == up_to && !part.outcomes.is_empty()))
}

/// Writes a part. All of it, or nothing.
pub(super) fn write(db: &mut Connection, part: &Part<'_>, mark: Mark) -> rusqlite::Result<()> {
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if let Some(tenant) = part.tenant {
        let credentials = StoredCredentials::from(&*tenant.credentials);
        change
            .prepare_cached("INSERT OR REPLACE INTO tenant VALUES (1, ?1, ?2)")?
            .execute(params![text(tenant)?, text(&credentials)?])?;
    }
    let came_in = write_outcomes(&change, part)?;
    write_alerts(&change, part, &came_in)?;
    write_incidents(&change, part)?;
    for execution in part.executions.values() {
        executions::write(&change, execution)?;
    }
    for session in part.sessions.values() {
        sessions::write(&change, session)?;
    }
    aside::clear(&change, &part.cleared)?;
    audit::write(&change, &part.audited, part.outcomes.is_empty())?;
    let mut keep = change.prepare_cached("INSERT OR REPLACE INTO keys VALUES (?1, ?2)")?;
    let mut forget = change.prepare_cached("DELETE FROM keys WHERE key = ?1")?;
    for (key, state) in &part.keys {
        match state {
            Some(state) => keep.execute(params![key, packed_json(state)?])?,
            None => forget.execute([key])?,
        };
    }
    drop((keep, forget));
    if let Some(standing) = part.standing {
        change.prepare_cached("INSERT OR REPLACE INTO standing VALUES (1, ?1)")?.execute([packed_json(standing)?])?;
    }
    if let Some(now) = mark.as_of {
        answers::prune(&change, now)?;
    }
    change
        .prepare_cached(
            "UPDATE progress SET watermark = max(watermark, ?1), as_of = max(as_of, ?2),
                                 last_alert_at = coalesce(?3, last_alert_at)",
        )?
        .execute(params![mark.up_to, mark.as_of.unwrap_or_default().0, part.last_alert_at.map(|at| at.0)])?;
    change.commit()
}

/// Writes requests; says in which of them, and where in it, each new alert came.
fn write_outcomes(change: &Transaction<'_>, part: &Part<'_>) -> rusqlite::Result<HashMap<u64, (i64, u32)>> {
    let mut came_in = HashMap::with_capacity(part.alerts.len());
    if part.outcomes.is_empty() {
        return Ok(came_in);
    }
    let mut insert = change.prepare_cached(
        "INSERT INTO deliveries (delivery_id, alert, incident, receipts, raw) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    let mut remembering = answers::Remembering::new(change)?;
    for outcome in &part.outcomes {
        aside::write(change, outcome)?;
        let Outcome { entry, raw, receipts, aside: _ } = outcome;
        match &*entry.input {
            Input::Delivery(delivery) => {
                let Some(receipts) = receipts.as_deref().filter(|receipts| !receipts.alerts.is_empty()) else {
                    continue;
                };
                let number = write_delivery(&mut insert, delivery, receipts, raw)?;
                came_in.extend(receipts.alerts.iter().map(|taken| (taken.alert_id.number, (number, taken.index))));
                remembering.add(&delivery.keys, entry.at, Some(number))?;
            }
            Input::Unreadable(unreadable) => {
                remembering.add(&unreadable.keys, entry.at, None)?;
            }
            Input::Execution(on) => {
                // One that was refused after all changed no execution, and wrote nothing.
                let ended = part.executions.get(&on.execution).is_some_and(|execution| execution.is_over());
                if let Step::Ended { outputs, .. } = &on.step
                    && ended
                {
                    executions::write_outputs(change, entry.at, on.execution, outputs)?;
                }
            }
            Input::Discard(_)
            | Input::Act(_)
            | Input::Window(_)
            | Input::Gather(_)
            | Input::Session(_)
            | Input::Noted(_)
            | Input::Roster { .. }
            | Input::Tenant { .. }
            | Input::TenantRemoved { .. }
            | Input::Resumed => {}
        }
    }
    remembering.end()?;
    Ok(came_in)
}

fn write_delivery(
    insert: &mut CachedStatement<'_>,
    delivery: &Delivery,
    receipts: &Receipts,
    raw: &[u8],
) -> rusqlite::Result<i64> {
    match &receipts.alerts[..] {
        [only] if only.index == 0 && !receipts.batch && receipts.rejected.is_empty() => {
            let incident = only.incident_id.as_ref().map(|id| id.number);
            let none = None::<&[u8]>;
            insert.insert(params![delivery.delivery_id, only.alert_id.number, incident, none, packed(raw)])
        }
        _ => {
            let none = None::<u64>;
            let receipts = packed_json(receipts)?;
            insert.insert(params![delivery.delivery_id, none, none, receipts, packed(raw)])
        }
    }
}

fn write_alerts(change: &Transaction<'_>, part: &Part<'_>, came_in: &HashMap<u64, (i64, u32)>) -> rusqlite::Result<()> {
    if let (Some(first), Some(last)) = (part.alerts.first(), part.alerts.last()) {
        // What time alone brought may come twice: the second time it changes nothing, not even what was learnt of it since.
        let again = if part.outcomes.is_empty() { "OR IGNORE" } else { "" };
        let mut insert = change.prepare_cached(&format!(
            "INSERT {again} INTO alerts VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        ))?;
        for alert in &part.alerts {
            let (delivery, place) = came_in.get(&alert.id.number).copied().unzip();
            let report = &*alert.report;
            insert.execute(params![
                alert.id.number,
                alert.incident_id.as_ref().map(|id| id.number),
                alert.received_at.0,
                delivery,
                place.unwrap_or(0),
                alert.seen,
                report.severity as u8,
                report.status == AlertStatus::Resolved,
                report.asset_name,
                report.signature,
                report.tool_source,
                report.message,
                Rest::of(report).map_err(unspoken)?,
                alert.silenced_by,
            ])?;
        }
        grams::index(change, first.id.number, last.id.number)?;
    }
    let mut again =
        change.prepare_cached("UPDATE alerts SET seen = ?2, severity = coalesce(?3, severity) WHERE number = ?1")?;
    for (number, (seen, severity)) in &part.seen {
        again.execute(params![number, seen, severity.map(|severity| severity as u8)])?;
    }
    let mut correlate = change.prepare_cached("UPDATE alerts SET incident = ?2 WHERE number = ?1")?;
    for (number, incident) in &part.correlated {
        correlate.execute(params![number, incident])?;
    }
    Ok(())
}

fn write_incidents(change: &Transaction<'_>, part: &Part<'_>) -> rusqlite::Result<()> {
    let mut upsert = change.prepare_cached(
        "INSERT INTO incidents VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (number)
         DO UPDATE SET resolved_at = excluded.resolved_at, incident = excluded.incident,
                       opened_at = excluded.opened_at, alike = excluded.alike, texts = excluded.texts",
    )?;
    for (number, incident) in &part.incidents {
        upsert.execute(params![
            number,
            incident.resolved_at.map(|at| at.0),
            packed_json(incident)?,
            incident.opened_at.0,
            alike::alike(incident),
            alike::texts(incident),
        ])?;
    }
    // What time alone brought may come twice, and never says the same thing twice by itself.
    let mut line = change.prepare_cached(if part.outcomes.is_empty() {
        "INSERT INTO timeline (incident, at, who, event, seat) SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS
         (SELECT 1 FROM timeline WHERE incident = ?1 AND at = ?2 AND who IS ?3 AND event = ?4)"
    } else {
        "INSERT INTO timeline (incident, at, who, event, seat) VALUES (?1, ?2, ?3, ?4, ?5)"
    })?;
    for entry in &part.timeline {
        line.execute(params![entry.incident_id.number, entry.at.0, entry.who, text(&entry.what)?, entry.seat])?;
    }
    Ok(())
}

pub(super) fn text<T: Serialize + ?Sized>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(unspoken)
}

/// Our own values always have a JSON; without saying what it is, as it may be a secret.
fn unspoken(_: serde_json::Error) -> rusqlite::Error {
    rusqlite::Error::ToSqlConversionFailure("a value has no JSON".into())
}
