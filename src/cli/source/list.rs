//! Sources as lists: what there is, how it is, which tools there can be, and the topics that wait.

use clap::Args;
use serde_json::{Value, json};

use super::auth::words;
use super::{all, done, one};
use crate::cli::out::{self, Failure, Table};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::id::TenantId;
use crate::core::source::auth::Auth;
use crate::core::source::kind::Kind;
use crate::core::time::Moment;
use crate::link::source::{Ask, Shown};
use crate::link::{Reply, Request};

/// SNS topics of a source.
#[derive(Debug, Args)]
pub struct Topics {
    /// For example comp_acme
    tenant: TenantId,
    /// The source's name in the URL
    name: String,
    /// Let this topic in: its subscription is confirmed at AWS
    #[arg(long, value_name = "ARN", conflicts_with = "refuse")]
    approve: Option<String>,
    /// Forget this topic
    #[arg(long, value_name = "ARN")]
    refuse: Option<String>,
}

/// Lists those of a client, or of all.
///
/// # Errors
/// What went wrong.
pub fn list(tenant: Option<TenantId>, place: &Place) -> Result<(), Failure> {
    let tenants = match tenant {
        Some(tenant) => vec![tenant],
        None => match Reached::ask_once(place, Request::Tenants)? {
            Reply::Tenants(tenants) => tenants.iter().map(|tenant| tenant.id.clone()).collect(),
            _ => return Err(out::unexpected()),
        },
    };
    let mut table = Table::new(&["TENANT", "NAME", "KIND", "AUTH", "LAST SEEN", "LAST HOUR", "UNREADABLE", "REFUSED"]);
    let mut objects = Vec::new();
    for tenant in &tenants {
        for shown in all(place, tenant)? {
            let health = &shown.health;
            let refused: u64 = health.refused.values().sum();
            let numbers = [health.in_last_hour, health.unreadable, refused].map(|number| number.to_string());
            let [hour, unreadable, refused] = numbers;
            table.row(&[
                tenant.as_str(),
                &shown.name,
                shown.source.kind.name(),
                &words(&shown.source.auth),
                &moment(health.seen_at),
                &hour,
                &unreadable,
                &refused,
            ]);
            objects.push(object(tenant, &shown)?);
        }
    }
    if place.json { out::json(&objects) } else { table.print() }
}

/// Shows one.
///
/// # Errors
/// What went wrong.
pub fn show(tenant: &TenantId, name: &str, place: &Place) -> Result<(), Failure> {
    let shown = one(place, tenant, name)?;
    if place.json {
        return out::json(&object(tenant, &shown)?);
    }
    let Shown { source, health, .. } = &shown;
    let mut table = Table::default();
    let mut row = |name: &str, value: &str| table.row_to_copy(&[name, value]);
    row("tenant", tenant.as_str());
    row("name", &shown.name);
    row("kind", &format!("{} ({})", source.kind, source.kind.row().title));
    row("webhook_url", &shown.url);
    row("auth", &words(&source.auth));
    if let Auth::Hmac(hmac) = &source.auth {
        row("  header", &hmac.header);
        row("  timestamp header", hmac.timestamp_header.as_deref().unwrap_or("none"));
        row("  signed", &hmac.template);
        row("  before it", &hmac.prefix);
        row("  clock may be off", &format!("{}s", hmac.tolerance_seconds));
    }
    row("mapping", if source.mapping.is_some() { "its own" } else { "of its kind" });
    row("last seen", &moment(health.seen_at));
    row("in the last hour", &health.in_last_hour.to_string());
    row("taken", &health.taken.to_string());
    row("unreadable", &health.unreadable.to_string());
    for (cause, count) in &health.refused {
        row("refused", &format!("{count} x {cause}"));
    }
    if let Some((at, why)) = &health.last_refused {
        row("last refused", &format!("{at} {why}"));
    }
    if let Some(skew) = health.skew_seconds {
        row("its clock", &format!("{skew:+}s"));
    }
    for secret in &shown.secrets {
        let until = secret.expires_at.map_or_else(String::new, |at| format!(", refused from {at}"));
        row("secret", &format!("{}, last verified {}{until}", secret.id, moment(secret.verified_at)));
    }
    for topic in &shown.topics {
        row("topic", &format!("{} {}", if topic.approved { "may send:" } else { "WAITS:" }, topic.arn));
    }
    table.print()
}

/// The tools that a source can be.
///
/// # Errors
/// When standard output can't be written.
pub fn kinds(place: &Place) -> Result<(), Failure> {
    if place.json {
        let one = |kind: Kind| {
            let row = kind.row();
            json!({ "kind": row.name, "title": row.title, "auth": row.auth })
        };
        return out::json(&Kind::all().map(one).collect::<Vec<_>>());
    }
    let mut table = Table::new(&["KIND", "TOOL", "AUTH"]);
    for row in Kind::all().map(Kind::row) {
        table.row(&[row.name, row.title, row.auth.word()]);
    }
    table.print()
}

/// Topics of a source, or one is let in or refused.
///
/// # Errors
/// What went wrong.
pub fn topics(topics: Topics, place: &Place) -> Result<(), Failure> {
    let Topics { tenant, name, approve, refuse } = topics;
    let decided = approve.map(|arn| (arn, true)).or_else(|| refuse.map(|arn| (arn, false)));
    let Some((topic, approve)) = decided else {
        let shown = one(place, &tenant, &name)?;
        if place.json {
            return out::json(&shown.topics);
        }
        let mut table = Table::new(&["STATE", "SINCE", "TOPIC"]);
        for topic in &shown.topics {
            let state = if topic.approved { "may send" } else { "WAITS" };
            table.row_to_copy(&[state, &topic.since.to_string(), &topic.arn]);
        }
        return table.print();
    };
    place.may_change()?;
    let reached = Reached::with_hands(place, false)?;
    let reply = reached.ask(Request::Source { tenant, about: Ask::Topic { name, topic, approve } });
    reached.finish();
    reply?;
    done(place, if approve { "let in" } else { "refused" })
}

fn object(tenant: &TenantId, shown: &Shown) -> Result<Value, Failure> {
    let mut object = serde_json::to_value(shown)?;
    object["company_id"] = tenant.as_str().into();
    Ok(object)
}

fn moment(at: Option<Moment>) -> String {
    at.map_or_else(|| "never".into(), |at| at.to_string())
}
