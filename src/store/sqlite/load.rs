//! Reading what the core goes on with after a restart. No alert is looked at, only the highest number of them.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use super::file::json;
use super::packing::unpacked_json;
use super::{aside, audit, executions, sessions};
use crate::core::caseload::Loaded;
use crate::core::correlate::REMEMBERED_FOR;
use crate::core::credentials::{Credentials, StoredCredentials};
use crate::core::incident::Incident;
use crate::core::tenant::Tenant;
use crate::core::time::{Moment, Span};
use crate::store::Kept;

/// Everything but alerts and old incidents; nothing when the file was made but no tenant ever written.
pub(super) fn load(db: &Connection) -> rusqlite::Result<Option<Kept>> {
    let one = "SELECT settings, credentials FROM tenant";
    let tenant = db.query_row(one, [], |row| Ok((json::<Tenant>(row, 0)?, json::<StoredCredentials>(row, 1)?)));
    let Some((mut tenant, credentials)) = tenant.optional()? else { return Ok(None) };
    tenant.credentials = std::sync::Arc::new(Credentials::from(credentials));
    let progress = "SELECT watermark, as_of, last_alert_at FROM progress";
    let (watermark, as_of, last_alert_at) = db.query_row(progress, [], |row| {
        Ok((row.get(0)?, Moment(row.get(1)?), row.get::<_, Option<i64>>(2)?.map(Moment)))
    })?;
    let next = |table| {
        db.query_row(&format!("SELECT coalesce(max(number), 0) + 1 FROM {table}"), [], |row| row.get::<_, u64>(0))
    };
    let (aside, last_aside) = aside::load(db)?;
    Ok(Some(Kept {
        loaded: Loaded {
            tenant,
            next_alert: next("alerts")?,
            next_incident: next("incidents")?,
            incidents: incidents(db, as_of)?,
            keys: db
                .prepare("SELECT state FROM keys")?
                .query_map([], |row| unpacked_json(row, 0))?
                .collect::<rusqlite::Result<_>>()?,
            standing: db
                .query_row("SELECT state FROM standing", [], |row| unpacked_json(row, 0))
                .optional()?
                .unwrap_or_default(),
            next_execution: next("executions")?,
            executions: executions::load(db, as_of)?,
            next_session: next("sessions")?,
            sessions: sessions::load(db, as_of)?,
            aside,
            last_aside,
        },
        watermark,
        last_alert_at,
        audited: audit::last(db)?,
        missing: Vec::new(),
    }))
}

/// Those on the board, by number. One that has left it in the meantime leaves it again at the first deadline. What was merged
/// into one that is on the board stays with it, however old.
fn incidents(db: &Connection, as_of: Moment) -> rusqlite::Result<Vec<Incident>> {
    let within: Span = REMEMBERED_FOR;
    let mut select = db.prepare(
        "SELECT incident FROM incidents WHERE resolved_at IS NULL
         UNION ALL SELECT incident FROM incidents WHERE resolved_at > ?1",
    )?;
    let listed: Vec<Incident> =
        select.query_map([(as_of - within).0], |row| unpacked_json(row, 0))?.collect::<rusqlite::Result<_>>()?;
    let mut missing: Vec<u64> = listed.iter().flat_map(|incident| &incident.merged).copied().collect();
    let mut incidents: BTreeMap<u64, Incident> = listed.into_iter().map(|one| (one.id.number, one)).collect();
    let mut one = db.prepare("SELECT incident FROM incidents WHERE number = ?1")?;
    while let Some(number) = missing.pop() {
        if incidents.contains_key(&number) {
            continue;
        }
        let part: Option<Incident> = one.query_row([number], |row| unpacked_json(row, 0)).optional()?;
        if let Some(part) = part {
            missing.extend(&part.merged);
            incidents.insert(number, part);
        }
    }
    Ok(incidents.into_values().collect())
}
