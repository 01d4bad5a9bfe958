//! Lists of alerts, the latest first; and what all lists by time share.

use super::page::{self, List};
use super::problem::{BAD_PARAMETER, BROKEN, Problem};
use super::visit::{Answer, Visit};
use crate::core::id::TenantId;
use crate::core::query::page::{Page, Place};
use crate::link::{Listing, Reply, Request};

/// What a list by time is asked for.
pub struct Asked {
    /// With room for one more than fits: if that comes, there is another page.
    pub listing: Listing,
    /// How many fit.
    pub limit: usize,
    /// Which list it is.
    pub of: String,
}

/// What `company_id`, `status`, `q`, `limit` and `cursor` ask for.
///
/// # Errors
/// One of them is not of its form.
pub fn asked(visit: &Visit, what: &'static str, states: &[&str]) -> Result<Asked, Problem> {
    let tenant: Option<TenantId> = visit.parameter("company_id")?;
    let status = visit.query.get("status").map(String::as_str);
    let text = visit.query.get("q").map_or("", String::as_str);
    let (limit, of) = (visit.limit()?, page::list(&(what, &tenant, status, text)));
    let behind: Option<Place> = visit.cursor(&of)?;
    let query = match status {
        None => text.to_owned(),
        Some(status) if states.contains(&status) => format!("status:{status} {text}"),
        Some(_) => return Err(Problem::at(&BAD_PARAMETER, "status")),
    };
    let listing = Listing { tenant, query, limit: limit + 1, page: Some(Page { behind }) };
    Ok(Asked { listing, limit, of })
}

/// Alerts.
pub async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let Asked { mut listing, limit, of } = asked(visit, "alerts", &["firing", "resolved"])?;
    if let Some(rest) = listing.query.strip_prefix("status:firing") {
        listing.query = format!("status:open{rest}");
    }
    let tenant = listing.tenant.clone();
    let Reply::Alerts(alerts) = visit.ask(tenant.as_ref(), Request::Alerts(listing)).await? else {
        return Err((&BROKEN).into());
    };
    Answer::of(&List::cut(alerts, limit, &of, |alert| Place {
        at: alert.received_at,
        number: alert.id.number,
        tenant: alert.company_id.clone(),
    }))
}
