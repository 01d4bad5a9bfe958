//! Values that tests of several rooms share.

#![allow(missing_docs)]

use std::sync::Arc;

use super::alert::{AlertStatus, Identity, Report};
use super::assign::Technician;
use super::credentials::{Credentials, HmacSecret, Secret, Source};
use super::execution::order::{InstanceId, Order, Platform, Target};
use super::execution::{APPROVAL_FOR, Approval, Execution, Stage};
use super::id::{ExecutionId, IncidentId, TenantId};
use super::input::{Actor, Delivery, Input};
use super::query::Viewer;
use super::role::Risk;
use super::severity::Severity;
use super::tenant::{AwsAccount, Settings, Tenant};
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
        identity: Identity::default(),
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
        sources: Default::default(),
        credentials: Arc::new(Credentials {
            sources: vec![Source::new("alerts", [1; 32])],
            hmac: vec![HmacSecret { secret: Secret::new("planted-secret"), expires_at: None }],
        }),
    }
}

/// Whoever asks.
pub const ANYBODY: Viewer<'static> = Viewer { who: "priya", now: Moment(0) };

pub fn delivery(reports: Vec<Report>) -> Input {
    Input::Delivery(Delivery {
        source: "alerts".into(),
        reports: reports.into_iter().map(Arc::new).collect(),
        ..Delivery::default()
    })
}

/// The account of a test's tenant.
pub fn account() -> AwsAccount {
    AwsAccount {
        account_id: "111122223333".into(),
        role_arn: "arn:aws:iam::111122223333:role/AlertWhisperer-MSP-Access".into(),
        external_id: "alert-whisperer-acme".into(),
        region: "eu-west-1".into(),
    }
}

pub fn instance(number: usize) -> InstanceId {
    match format!("i-{number:017x}").parse() {
        Ok(id) => id,
        Err(_) => unreachable!("a test's instance id is well formed"),
    }
}

/// Somebody who covers every tenant.
pub fn technician(name: &str, lead: bool) -> Technician {
    Technician {
        name: name.into(),
        skills: Vec::new(),
        tenants: vec!["*".into()],
        on_call: "never".into(),
        at_most: None,
        lead,
    }
}

/// A runbook of low risk for the tenant's incidents 1 to `machines`, on the assets `web-1`, `web-2`, …
pub fn order(tenant: &str, machines: usize) -> Order {
    let target = |at: usize| Target {
        incident: IncidentId { tenant: tenant_id(tenant), number: at as u64 + 1 },
        instance: instance(at),
        asset: format!("web-{}", at + 1),
    };
    let account = account();
    Order {
        runbook: Some("disk-usage".into()),
        title: "disk-usage".into(),
        risk: Risk::Low,
        account_id: account.account_id,
        region: account.region,
        platform: Platform::Linux,
        document: "AWS-RunShellScript".into(),
        document_version: None,
        parameters: [("commands".to_owned(), vec!["df -h".to_owned()])].into(),
        targets: (0..machines).map(target).collect(),
        timeout_seconds: 300,
        expect: Default::default(),
        on_success: Default::default(),
        auto: false,
        again: None,
    }
}

/// A restart on one machine, for the incident of that number.
pub fn restart(tenant: &str, incident: u64, asset: &str, risk: Risk) -> Order {
    let commands = ["set -eu", "systemctl restart nginx", "systemctl --no-pager status nginx"];
    let incident = IncidentId { tenant: tenant_id(tenant), number: incident };
    let instance = match "i-0123456789abcdef0".parse() {
        Ok(instance) => instance,
        Err(_) => unreachable!("a test's instance id is well formed"),
    };
    Order {
        runbook: Some("restart-nginx".into()),
        title: "restart-nginx".into(),
        risk,
        parameters: [("commands".to_owned(), commands.map(str::to_owned).to_vec())].into(),
        targets: vec![Target { incident, instance, asset: asset.into() }],
        ..order(tenant, 1)
    }
}

/// An execution that waits for approval, asked for by sam.
pub fn execution(tenant: &str, number: u64) -> Execution {
    let order = restart(tenant, 1, "web-01", Risk::High);
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
