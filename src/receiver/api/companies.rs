//! Companies: who they are, how their alerts become incidents, how their senders prove themselves, what their incidents come to.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::page::{self, List};
use super::problem::{BAD_PARAMETER, BROKEN, Problem};
use super::visit::{Answer, Visit};
use crate::core::id::TenantId;
use crate::core::kpi::Kpis;
use crate::core::tenant::{AggregationKey, Signing, Tenant};
use crate::core::time::{Moment, Span};
use crate::link::source::{Ask, Shown, Told};
use crate::link::{Listing, Reply, Request};

/// Days that figures are about, unless it is said, and at most.
const DAYS: (i64, i64) = (30, 90);
/// Incidents that figures are made of, at most.
const COUNTED: usize = 10_000;

/// Which alerts make an incident, as this API tells it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    time_window_minutes: u32,
    auto_correlate: bool,
    min_alerts_for_incident: u32,
    aggregation_key: AggregationKey,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grace {
    #[serde(default)]
    grace_seconds: u32,
}

/// Keys and secrets that were just made, shown this once.
#[derive(Serialize)]
struct Secret {
    company_id: TenantId,
    hmac_secret: String,
    /// When the one before stops being good; `null`: at once.
    previous_valid_until: Option<Moment>,
}

/// Those that are theirs, by id.
pub async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let (limit, of) = (visit.limit()?, page::list(&"companies"));
    let after: Option<TenantId> = visit.cursor(&of)?;
    let Reply::Tenants(mut tenants) = visit.ask(None, Request::Tenants).await? else { return Err((&BROKEN).into()) };
    tenants.retain(|tenant| after.as_ref().is_none_or(|after| tenant.id > *after));
    Answer::of(&List::cut(tenants, limit, &of, |tenant| tenant.id.clone()))
}

/// The one that the address names.
pub async fn company(visit: &Visit) -> Result<Arc<Tenant>, Problem> {
    let id: TenantId = visit.named("id")?;
    match visit.ask(Some(&id), Request::Tenant { id: id.clone() }).await? {
        Reply::Tenants(tenants) => tenants.into_iter().next().ok_or_else(|| (&BROKEN).into()),
        _ => Err((&BROKEN).into()),
    }
}

/// One with its settings.
pub async fn one(visit: &Visit) -> Result<Answer, Problem> {
    let company = company(visit).await?;
    Ok(fresh(Answer::of(&company)?, &company))
}

/// With the tag that a company and its settings have together.
fn fresh(answer: Answer, company: &Tenant) -> Answer {
    Answer { is_fresh: true, ..answer.tagged(company) }
}

/// How its alerts become incidents.
pub async fn correlation(visit: &Visit) -> Result<Answer, Problem> {
    let company = company(visit).await?;
    let settings = &company.settings.correlation;
    let config = Config {
        time_window_minutes: settings.time_window_minutes,
        auto_correlate: settings.auto_correlate,
        min_alerts_for_incident: settings.min_alerts_for_incident,
        aggregation_key: settings.aggregation_key,
    };
    Ok(fresh(Answer::of(&config)?, &company))
}

/// Sets that. What stays as it is is not touched: it may be set in the configuration file.
pub async fn set_correlation(visit: &Visit) -> Result<Answer, Problem> {
    let id: TenantId = visit.named("id")?;
    let wanted: Config = visit.body()?;
    let company = company(visit).await?;
    let now = &company.settings.correlation;
    let mut settings = Vec::new();
    let mut set = |key: &str, value: String| settings.push((format!("correlation.{key}"), value));
    if wanted.time_window_minutes != now.time_window_minutes {
        set("time_window_minutes", wanted.time_window_minutes.to_string());
    }
    if wanted.auto_correlate != now.auto_correlate {
        set("auto_correlate", wanted.auto_correlate.to_string());
    }
    if wanted.min_alerts_for_incident != now.min_alerts_for_incident {
        set("min_alerts_for_incident", wanted.min_alerts_for_incident.to_string());
    }
    if wanted.aggregation_key != now.aggregation_key {
        let word = serde_json::to_value(wanted.aggregation_key).map_err(|_| &BROKEN)?;
        set("aggregation_key", word.as_str().unwrap_or_default().into());
    }
    visit.change(&id, Request::TenantSet { id: id.clone(), settings }).await?;
    correlation(visit).await
}

/// How its senders prove themselves.
pub async fn security(visit: &Visit) -> Result<Answer, Problem> {
    let company = company(visit).await?;
    let signing: &Signing = &company.settings.signing;
    Ok(fresh(Answer::of(signing)?, &company))
}

/// Asks for signatures from now on, or not.
pub async fn sign(visit: &Visit, on: bool) -> Result<Answer, Problem> {
    let id: TenantId = visit.named("id")?;
    let Empty {} = visit.body()?;
    let settings = vec![("signing.enabled".to_owned(), on.to_string())];
    visit.change(&id, Request::TenantSet { id: id.clone(), settings }).await?;
    security(visit).await
}

/// Makes a new secret. It is in this answer and in no other.
pub async fn regenerate_secret(visit: &Visit) -> Result<Answer, Problem> {
    let id: TenantId = visit.named("id")?;
    let Grace { grace_seconds } = visit.body()?;
    let request = Request::RotateSecret { id: id.clone(), grace_seconds: grace_seconds.into() };
    let Reply::Issued(issued) = visit.change(&id, request).await? else { return Err((&BROKEN).into()) };
    let until = crate::engine::now() + Span(i64::from(grace_seconds) * Span::SECOND.0);
    Answer::of(&Secret {
        company_id: id,
        hmac_secret: issued.hmac_secret.ok_or(&BROKEN)?,
        previous_valid_until: (grace_seconds > 0).then_some(until),
    })
}

/// A source, and whose it is.
#[derive(Serialize)]
struct OfCompany {
    company_id: TenantId,
    #[serde(flatten)]
    source: Shown,
}

/// Who posts for it, by name, and how they are. Of keys and secrets there is nothing in it but names.
pub async fn sources(visit: &Visit) -> Result<Answer, Problem> {
    let id: TenantId = visit.named("id")?;
    let (limit, of) = (visit.limit()?, page::list(&("sources", &id)));
    let after: Option<String> = visit.cursor(&of)?;
    let request = Request::Source { tenant: id.clone(), about: Ask::List };
    let Reply::Source(Told::List(mut all)) = visit.ask(Some(&id), request).await? else { return Err((&BROKEN).into()) };
    all.retain(|source| after.as_ref().is_none_or(|after| source.name > *after));
    all.sort_by(|one, other| one.name.cmp(&other.name));
    let all = all.into_iter().map(|source| OfCompany { company_id: id.clone(), source }).collect();
    Answer::of(&List::cut(all, limit, &of, |one: &OfCompany| one.source.name.clone()))
}

/// What its incidents of the last days come to.
pub async fn kpis(visit: &Visit) -> Result<Answer, Problem> {
    let id: TenantId = visit.named("id")?;
    let days = visit.parameter("days")?.unwrap_or(DAYS.0);
    if !(1..=DAYS.1).contains(&days) {
        return Err(Problem::at(&BAD_PARAMETER, "days"));
    }
    let lately = incidents(visit, &id, format!("since:{days}d")).await?;
    let open = incidents(visit, &id, "status:open".into()).await?;
    let now = crate::engine::now();
    let kpis = Kpis::of(lately.iter().map(AsRef::as_ref), open.len(), now - Span(days * Span::DAY.0), now);
    Answer::of(&kpis.complete(lately.len() < COUNTED))
}

async fn incidents(
    visit: &Visit,
    id: &TenantId,
    query: String,
) -> Result<Vec<Arc<crate::core::incident::Incident>>, Problem> {
    let listing = Listing { tenant: Some(id.clone()), query, limit: COUNTED, page: None };
    match visit.ask(Some(id), Request::Incidents(listing)).await? {
        Reply::Incidents(incidents) => Ok(incidents),
        _ => Err((&BROKEN).into()),
    }
}
