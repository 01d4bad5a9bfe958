//! Values that tests of several rooms share.

#![allow(missing_docs)]

use std::sync::Arc;

use super::alert::{AlertStatus, Report};
use super::credentials::{Credentials, HmacSecret, Secret, Source};
use super::execution::order::{Expect, OnSuccess, Order, Platform, TIMEOUT_SECONDS, Target};
use super::execution::{APPROVAL_FOR, Approval, Execution, Stage};
use super::id::{ExecutionId, IncidentId, TenantId};
use super::input::{Actor, Delivery, Input};
use super::query::Viewer;
use super::role::Risk;
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

/// A restart on one machine, for the incident of that number.
pub fn order(tenant: &str, incident: u64, asset: &str, risk: Risk) -> Order {
    let incident = IncidentId { tenant: tenant_id(tenant), number: incident };
    let instance = match "i-0123456789abcdef0".parse() {
        Ok(instance) => instance,
        Err(_) => unreachable!("a test's instance id is well formed"),
    };
    let commands = ["set -eu", "systemctl restart nginx", "systemctl --no-pager status nginx"];
    Order {
        runbook: Some("restart-nginx".into()),
        title: "restart-nginx".into(),
        risk,
        account_id: "123456789012".into(),
        region: "us-east-1".into(),
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        document_version: None,
        parameters: [("commands".to_owned(), commands.map(str::to_owned).to_vec())].into(),
        targets: vec![Target { incident, instance, asset: asset.into() }],
        timeout_seconds: TIMEOUT_SECONDS,
        expect: Expect::default(),
        on_success: OnSuccess::Note,
        auto: false,
        again: None,
    }
}

/// An execution that waits for approval, asked for by sam.
pub fn execution(tenant: &str, number: u64) -> Execution {
    let order = order(tenant, 1, "web-01", Risk::High);
    Execution {
        id: ExecutionId { tenant: tenant_id(tenant), number },
        incident_id: IncidentId { tenant: tenant_id(tenant), number: 1 },
        by: Actor::named("sam"),
        asked_at: Moment(0),
        digest: order.digest(),
        order,
        stage: Stage::Waiting,
        approval: Some(Approval { expires_at: Moment(0) + APPROVAL_FOR, decided: None }),
        cancelled_by: None,
        command_id: None,
        request_id: None,
        sent_at: None,
        ended_at: None,
        runs: Vec::new(),
        waits_for: None,
    }
}
