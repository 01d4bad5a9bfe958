//! Reads a tenant's file for whoever asks, beside the one who writes it.

use std::collections::BTreeSet;
use std::sync::Arc;

use rusqlite::{OptionalExtension, Row, params};

use super::file::json;
use super::packing::{unpacked, unpacked_json};
use super::readers::Readers;
use super::{alike, answers, aside, audit, executions, rows, search, sessions};
use crate::core::alert::Alert;
use crate::core::execution::Execution;
use crate::core::id::{AlertId, ExecutionId, IncidentId, SessionId, TenantId};
use crate::core::incident::Incident;
use crate::core::input::DeliveryKey;
use crate::core::query::{Query, Viewer};
use crate::core::session::Session;
use crate::core::time::Moment;
use crate::core::timeline::TimelineEntry;
use crate::store::{Alike, History, PastAnswer, PutAside, Ran, StoreError};

/// The history in one SQLite file for each tenant.
pub(super) struct SqliteHistory {
    readers: Arc<Readers>,
}

impl SqliteHistory {
    /// Over these files.
    pub(super) fn new(readers: Arc<Readers>) -> Self {
        Self { readers }
    }
}

impl History for SqliteHistory {
    fn alerts(
        &self,
        tenant: &TenantId,
        query: &Query,
        viewer: Viewer<'_>,
        limit: usize,
    ) -> Result<Vec<Alert>, StoreError> {
        self.readers.read(tenant, |db| search::alerts(db, tenant, query, viewer, limit))
    }

    fn incidents(
        &self,
        tenant: &TenantId,
        query: &Query,
        viewer: Viewer<'_>,
        limit: usize,
    ) -> Result<Vec<Incident>, StoreError> {
        self.readers.read(tenant, |db| search::incidents(db, tenant, query, viewer, limit))
    }

    fn incident(&self, id: &IncidentId) -> Result<Option<Incident>, StoreError> {
        self.readers.read(&id.tenant, |db| {
            let mut select = db.prepare_cached("SELECT incident FROM incidents WHERE number = ?1")?;
            select.query_row([id.number], |row| unpacked_json(row, 0)).optional()
        })
    }

    fn alerts_of(&self, id: &IncidentId, limit: usize) -> Result<Vec<Alert>, StoreError> {
        let tenant = &id.tenant;
        self.readers.read(tenant, |db| {
            let sql = format!("SELECT {} WHERE incident = ?1 ORDER BY number DESC LIMIT ?2", rows::ALERT);
            let mut select = db.prepare_cached(&sql)?;
            let most = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut alerts: Vec<Alert> = Vec::new();
            for part in alike::parts(db, id)? {
                for alert in select.query_map(params![part, most], |row| rows::alert(db, tenant, row))? {
                    alerts.push(alert?);
                }
            }
            alerts.sort_by_key(|alert| std::cmp::Reverse(alert.id.number));
            alerts.truncate(limit);
            Ok(alerts)
        })
    }

    fn alerts_numbered(&self, tenant: &TenantId, numbers: &BTreeSet<u64>) -> Result<Vec<Alert>, StoreError> {
        self.readers.read(tenant, |db| {
            let mut select = db.prepare_cached(&format!("SELECT {} WHERE number = ?1", rows::ALERT))?;
            let each =
                numbers.iter().map(|number| select.query_row([number], |row| rows::alert(db, tenant, row)).optional());
            each.filter_map(Result::transpose).collect()
        })
    }

    fn timeline(&self, id: &IncidentId) -> Result<Vec<TimelineEntry>, StoreError> {
        let tenant = &id.tenant;
        self.readers.read(tenant, |db| {
            let mut select =
                db.prepare_cached("SELECT number, at, who, event, seat FROM timeline WHERE incident = ?1")?;
            let mut entries: Vec<(u64, TimelineEntry)> = Vec::new();
            for part in alike::parts(db, id)? {
                let entry = |row: &Row<'_>| {
                    let incident_id = IncidentId { tenant: tenant.clone(), number: part };
                    let (at, who, what, seat) = (Moment(row.get(1)?), row.get(2)?, json(row, 3)?, row.get(4)?);
                    Ok((row.get(0)?, TimelineEntry { incident_id, at, who, seat, what }))
                };
                for entry in select.query_map([part], entry)? {
                    entries.push(entry?);
                }
            }
            entries.sort_by_key(|(number, _)| *number);
            Ok(entries.into_iter().map(|(_, entry)| entry).collect())
        })
    }

    fn similar(&self, incident: &Incident) -> Result<Alike, StoreError> {
        self.readers.read(&incident.id.tenant, |db| alike::similar(db, incident))
    }

    fn raw(&self, id: &AlertId) -> Result<Option<Vec<u8>>, StoreError> {
        self.readers.read(&id.tenant, |db| {
            let mut select = db.prepare_cached(
                "SELECT raw FROM alerts JOIN deliveries ON deliveries.number = alerts.delivery
                 WHERE alerts.number = ?1",
            )?;
            select.query_row([id.number], |row| unpacked(row, 0)).optional()
        })
    }

    fn past_answer(&self, tenant: &TenantId, key: DeliveryKey, now: Moment) -> Result<Option<PastAnswer>, StoreError> {
        self.readers.read(tenant, |db| answers::find(db, tenant, key, now))
    }

    fn keys_since(&self, tenant: &TenantId, since: Moment) -> Result<Vec<DeliveryKey>, StoreError> {
        self.readers.read(tenant, |db| answers::keys_since(db, since))
    }

    fn execution(&self, id: &ExecutionId) -> Result<Option<Ran>, StoreError> {
        self.readers.read(&id.tenant, |db| executions::one(db, id.number))
    }

    fn executions(&self, tenant: &TenantId, of: Option<u64>, limit: usize) -> Result<Vec<Execution>, StoreError> {
        self.readers.read(tenant, |db| executions::latest(db, of, limit))
    }

    fn session(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        self.readers.read(&id.tenant, |db| sessions::one(db, id.number))
    }

    fn sessions(&self, tenant: &TenantId, of: Option<u64>, limit: usize) -> Result<Vec<Session>, StoreError> {
        self.readers.read(tenant, |db| sessions::latest(db, of, limit))
    }

    fn audit(&self, tenant: &TenantId, from: u64, limit: usize) -> Result<Vec<String>, StoreError> {
        self.readers.read(tenant, |db| audit::page(db, from, limit))
    }

    fn put_aside(&self, tenant: &TenantId, limit: usize) -> Result<Vec<PutAside>, StoreError> {
        self.readers.read(tenant, |db| aside::latest(db, limit))
    }

    fn one_aside(&self, tenant: &TenantId, number: u64) -> Result<Option<PutAside>, StoreError> {
        self.readers.read(tenant, |db| aside::one(db, number))
    }
}
