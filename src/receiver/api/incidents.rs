//! Incidents: lists, one, its alerts and history, and what people do about it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::alerts::{Asked, asked};
use super::page::List;
use super::problem::{BROKEN, Problem};
use super::table::Deed;
use super::visit::{Answer, Visit};
use crate::core::id::IncidentId;
use crate::core::input::Act;
use crate::core::query::page::Place;
use crate::core::time::Moment;
use crate::link::{Detail, Reply, Request};

/// What the list can be narrowed to.
const STATES: [&str; 6] = ["open", "new", "acknowledged", "in_progress", "resolved", "any"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Acknowledge {
    why: Option<String>,
    until: Option<Moment>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Assign {
    to: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resolve {
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reopen {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Snooze {
    until: Moment,
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    text: String,
}

/// Incidents, the latest first.
pub async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let Asked { listing, limit, of } = asked(visit, "incidents", &STATES)?;
    let tenant = listing.tenant.clone();
    let Reply::Incidents(incidents) = visit.ask(tenant.as_ref(), Request::Incidents(listing)).await? else {
        return Err((&BROKEN).into());
    };
    Answer::of(&List::cut(incidents, limit, &of, |incident| Place {
        at: incident.opened_at,
        number: incident.id.number,
        tenant: incident.company_id.clone(),
    }))
}

async fn detail(visit: &Visit) -> Result<Detail, Problem> {
    let incident: IncidentId = visit.named("id")?;
    let about = incident.tenant.clone();
    match visit.ask(Some(&about), Request::Detail { incident }).await? {
        Reply::Detail(detail) => Ok(*detail),
        _ => Err((&BROKEN).into()),
    }
}

/// One, as it is now.
pub async fn one(visit: &Visit) -> Result<Answer, Problem> {
    let incident = detail(visit).await?.incident;
    Ok(Answer { is_fresh: true, ..Answer::of(&incident)?.tagged(&incident) })
}

/// Its latest alerts, the latest first.
pub async fn alerts(visit: &Visit) -> Result<Answer, Problem> {
    Answer::of(&List::whole(detail(visit).await?.alerts))
}

/// Its history, the oldest first.
pub async fn timeline(visit: &Visit) -> Result<Answer, Problem> {
    Answer::of(&List::whole(detail(visit).await?.timeline))
}

/// Something is done to it; the answer is the incident after that.
pub async fn act(visit: &Visit, deed: Deed) -> Result<Answer, Problem> {
    let incident: IncidentId = visit.named("id")?;
    fn said<T: DeserializeOwned>(visit: &Visit, act: impl Fn(T) -> Act) -> Result<Act, Problem> {
        visit.body().map(act)
    }
    let act = match deed {
        Deed::Acknowledge => said(visit, |Acknowledge { why, until }| Act::Acknowledge { why, until }),
        Deed::Assign => said(visit, |Assign { to }| Act::Assign { to }),
        Deed::Resolve => said(visit, |Resolve { note }| Act::Resolve { note }),
        Deed::Reopen => said(visit, |Reopen {}| Act::Reopen),
        Deed::Snooze => said(visit, |Snooze { until, why }| Act::Snooze { until, why }),
        Deed::Note => said(visit, |Note { text }| Act::Note { text }),
    }?;
    let about = incident.tenant.clone();
    visit.change(&about, Request::Act { incident, act }).await?;
    one(visit).await
}
