//! An alert as a row, and back.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::file::{json, unreadable};
use crate::core::alert::{Alert, AlertStatus, Identity, Report};
use crate::core::id::{AlertId, IncidentId, TenantId};
use crate::core::severity::Severity;
use crate::core::time::Moment;

/// What [`alert`] reads, in its order.
pub(super) const ALERT: &str = "number, incident, received_at, delivery, seen, severity, resolved, asset, signature, tool, message, rest, silenced_by FROM alerts";

/// What few alerts have.
#[derive(Serialize, Deserialize, Default, PartialEq)]
#[serde(default)]
pub(super) struct Rest {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    message_cut: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurred_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    instance_id: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    #[serde(skip_serializing_if = "Identity::is_usual")]
    identity: Identity,
}

impl Rest {
    /// As JSON; absent when there is nothing.
    pub(super) fn of(report: &Report) -> serde_json::Result<Option<String>> {
        let plain = !report.message_cut
            && report.occurred_at.is_none()
            && report.instance_id.is_none()
            && report.links.is_empty()
            && report.labels.is_empty()
            && report.fingerprint.is_none();
        if plain {
            return Ok(None);
        }
        let rest = Self {
            message_cut: report.message_cut,
            occurred_at: report.occurred_at,
            instance_id: report.instance_id.clone(),
            links: report.links.clone(),
            labels: report.labels.clone(),
            fingerprint: report.fingerprint.clone(),
            identity: report.identity,
        };
        serde_json::to_string(&rest).map(Some)
    }
}

/// Reads an alert from a row of [`ALERT`].
pub(super) fn alert(db: &Connection, tenant: &TenantId, row: &Row<'_>) -> rusqlite::Result<Alert> {
    let rest = match row.get_ref(11)? {
        rusqlite::types::ValueRef::Null => Rest::default(),
        _ => json(row, 11)?,
    };
    let report = Report {
        asset_name: row.get(7)?,
        signature: row.get(8)?,
        severity: severity(row, 5)?,
        status: if row.get(6)? { AlertStatus::Resolved } else { AlertStatus::Firing },
        message: row.get(10)?,
        message_cut: rest.message_cut,
        tool_source: row.get(9)?,
        occurred_at: rest.occurred_at,
        instance_id: rest.instance_id,
        links: rest.links,
        labels: rest.labels,
        fingerprint: rest.fingerprint,
        identity: rest.identity,
    };
    Ok(Alert {
        id: AlertId { tenant: tenant.clone(), number: row.get(0)? },
        company_id: tenant.clone(),
        incident_id: row.get::<_, Option<u64>>(1)?.map(|number| IncidentId { tenant: tenant.clone(), number }),
        received_at: Moment(row.get(2)?),
        delivery_id: delivery_id(db, row.get(3)?)?,
        silenced_by: row.get(12)?,
        seen: row.get(4)?,
        report: Arc::new(report),
    })
}

fn delivery_id(db: &Connection, delivery: Option<i64>) -> rusqlite::Result<Option<String>> {
    let Some(number) = delivery else { return Ok(None) };
    let mut select = db.prepare_cached("SELECT delivery_id FROM deliveries WHERE number = ?1")?;
    select.query_row([number], |row| row.get(0))
}

/// A column that holds a severity.
pub(super) fn severity(row: &Row<'_>, column: usize) -> rusqlite::Result<Severity> {
    Severity::ALL.get(row.get::<_, usize>(column)?).copied().ok_or_else(|| unreadable(column))
}
