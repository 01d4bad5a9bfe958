//! Values that tests of several rooms share.

#![allow(missing_docs)]

use std::sync::Arc;

use super::alert::{AlertStatus, Report};
use super::credentials::{Credentials, HmacSecret, Secret, Source};
use super::id::TenantId;
use super::input::{Delivery, Input};
use super::query::Viewer;
use super::severity::Severity;
use super::tenant::{Settings, Tenant};
use super::time::Moment;

pub fn report(asset: &str, signature: &str) -> Report {
    Report {
        asset_name: asset.into(),
        signature: signature.into(),
        severity: Severity::High,
        status: AlertStatus::Firing,
        message: format!("{signature} on {asset}"),
        message_cut: false,
        tool_source: "Zabbix".into(),
        occurred_at: None,
        instance_id: None,
        links: Vec::new(),
        labels: Default::default(),
        fingerprint: None,
    }
}

pub fn tenant_id(id: &str) -> TenantId {
    match id.parse() {
        Ok(id) => id,
        Err(_) => unreachable!("a test's tenant id is well formed"),
    }
}

pub fn tenant(id: &str) -> Tenant {
    Tenant {
        id: tenant_id(id),
        name: format!("The {id} company"),
        created_at: Moment(0),
        settings: Settings::default(),
        credentials: Arc::new(Credentials {
            sources: vec![Source { name: "alerts".into(), key_digest: [1; 32] }],
            hmac: vec![HmacSecret { secret: Secret::new("planted-secret"), expires_at: None }],
        }),
    }
}

/// Whoever asks.
pub const ANYBODY: Viewer<'static> = Viewer { who: "priya", now: Moment(0) };

pub fn delivery(reports: Vec<Report>) -> Input {
    Input::Delivery(Delivery {
        source: "alerts".into(),
        delivery_id: None,
        keys: Vec::new(),
        reports: reports.into_iter().map(Arc::new).collect(),
        indices: Vec::new(),
        rejected: Vec::new(),
        batch: false,
    })
}
