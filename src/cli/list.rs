//! `incidents` and `alerts`: lists, by the filter language.

use clap::Args;

use super::out::{self, Failure, Table};
use super::place::Place;
use super::reach::Reached;
use crate::core::id::TenantId;
use crate::core::query::Query;
use crate::core::time::Moment;
use crate::engine::wall_clock;
use crate::link::{Listing, Reply, Request};

/// What to list.
#[derive(Debug, Args)]
pub struct List {
    /// One client only
    #[arg(long, value_name = "ID")]
    tenant: Option<TenantId>,
    /// Words, and fields such as sev>=high, age<2h, asset:web-*, !noise; docs/filter.md has all of them
    #[arg(long, default_value = "", value_name = "QUERY")]
    query: String,
    /// At most so many
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
}

/// Reads a query of the command line.
///
/// # Errors
/// What is wrong with it, and where.
pub fn query(text: &str) -> Result<Query, Failure> {
    Query::parse(text).map_err(|error| Failure::at(&error, text, &error.at))
}

impl List {
    fn listing(&self) -> Listing {
        Listing { tenant: self.tenant.clone(), query: self.query.clone(), limit: self.limit, page: None }
    }
}

/// Lists incidents: open ones, neither silenced nor snoozed, the highest score first, unless the query asks for others.
///
/// # Errors
/// What went wrong.
pub fn incidents(list: &List, place: &Place) -> Result<(), Failure> {
    query(&list.query)?;
    let Reply::Incidents(incidents) = Reached::ask_once(place, Request::Incidents(list.listing()))? else {
        return Ok(());
    };
    if place.json {
        return out::json(&incidents);
    }
    let now = wall_clock()();
    let mut table = Table::new(&[
        "ID",
        "SCORE",
        "SEVERITY",
        "AGE",
        "TENANT",
        "ASSET",
        "SIGNATURE",
        "ALERTS",
        "TOOLS",
        "OWNER",
        "STATUS",
    ]);
    for incident in incidents {
        table.row(&[
            &incident.id.to_string(),
            &incident.priority_score.to_string(),
            incident.severity.word(),
            &age(now, incident.opened_at),
            incident.company_id.as_str(),
            &incident.asset_name,
            &incident.signature,
            &format!("×{}", incident.alert_count),
            &incident.tool_sources.join(", "),
            incident.assigned_to.as_deref().unwrap_or("-"),
            incident.status.word(),
        ]);
    }
    table.print()
}

/// Lists alerts, the latest first.
///
/// # Errors
/// What went wrong.
pub fn alerts(list: &List, place: &Place) -> Result<(), Failure> {
    if let Some(error) = query(&list.query)?.not_about_alerts() {
        return Err(Failure::at(&error, &list.query, &error.at));
    }
    let Reply::Alerts(alerts) = Reached::ask_once(place, Request::Alerts(list.listing()))? else { return Ok(()) };
    if place.json {
        return out::json(&alerts);
    }
    let mut table =
        Table::new(&["RECEIVED", "ID", "SEVERITY", "TENANT", "ASSET", "SIGNATURE", "TOOL", "INCIDENT", "MESSAGE"]);
    for alert in alerts {
        let report = &alert.report;
        let over = report.status == crate::core::alert::AlertStatus::Resolved;
        table.row(&[
            &alert.received_at.to_string(),
            &alert.id.to_string(),
            if over { "resolved" } else { report.severity.word() },
            alert.company_id.as_str(),
            &report.asset_name,
            &report.signature,
            &report.tool_source,
            &alert.incident_id.as_ref().map_or("-".into(), ToString::to_string),
            &report.message,
        ]);
    }
    table.print()
}

fn age(now: Moment, then: Moment) -> String {
    (now - then).to_string()
}
