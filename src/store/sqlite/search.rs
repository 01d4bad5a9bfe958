//! Searching a tenant's alerts and incidents: exactly what `core::query::Query` says, the latest first.

use rusqlite::{Connection, Row};

use super::file::json;
use super::grams::{self, BLOCK, Needed};
use super::rows;
use crate::core::alert::Alert;
use crate::core::id::TenantId;
use crate::core::incident::{Incident, Status};
use crate::core::query::{Comparison, Query, StatusIs, contains};
use crate::core::severity::Severity;

/// Alerts that match, the latest first.
pub(super) fn alerts(db: &Connection, tenant: &TenantId, query: &Query, limit: usize) -> rusqlite::Result<Vec<Alert>> {
    let mut found = Vec::new();
    if limit == 0 || query.tenant.as_ref().is_some_and(|part| !contains(tenant.as_str(), part)) {
        return Ok(found);
    }
    let needed = needed(tenant, query);
    // One state of the file for the whole search.
    let db = db.unchecked_transaction()?;
    let last: u64 = db.query_row("SELECT coalesce(max(number), 0) FROM alerts", [], |row| row.get(0))?;
    let sql = format!("SELECT {} WHERE alerts.number BETWEEN ?1 AND ?2 ORDER BY alerts.number DESC", rows::ALERT);
    let mut select = db.prepare_cached(&sql)?;
    for block in (0..=last / BLOCK).rev() {
        if !needed.may_be_in(&db, block)? {
            continue;
        }
        let mut rows = select.query([block * BLOCK, block * BLOCK + BLOCK - 1])?;
        while let Some(row) = rows.next()? {
            if !may_match(tenant, query, row)? {
                continue;
            }
            let alert = rows::alert(tenant, row)?;
            if query.matches_alert(&alert) {
                found.push(alert);
                if found.len() == limit {
                    return Ok(found);
                }
            }
        }
    }
    Ok(found)
}

/// Incidents that match, the latest first.
pub(super) fn incidents(db: &Connection, query: &Query, limit: usize) -> rusqlite::Result<Vec<Incident>> {
    let mut found = Vec::new();
    let resolved = match query.status {
        Some(StatusIs::Just(Status::Resolved)) => "WHERE resolved_at IS NOT NULL",
        Some(_) => "WHERE resolved_at IS NULL",
        None => "",
    };
    let mut select = db.prepare_cached(&format!("SELECT incident FROM incidents {resolved} ORDER BY number DESC"))?;
    let mut rows = select.query([])?;
    while found.len() < limit
        && let Some(row) = rows.next()?
    {
        let text = row.get_ref(0)?.as_str()?;
        // JSON writes some characters in other ways; a word that has none of them is in the JSON if it is in a field.
        let as_it_is = |word: &&String| !word.contains(['"', '\\']) && !word.contains(char::is_control);
        if !query.words.iter().filter(as_it_is).all(|word| contains(text, word)) {
            continue;
        }
        let incident: Incident = json(row, 0)?;
        if query.matches(&incident) {
            found.push(incident);
        }
    }
    Ok(found)
}

fn needed(tenant: &TenantId, query: &Query) -> Needed {
    let mut needed = Needed::default();
    // A word that is in the tenant's name is in every alert.
    let told = query.words.iter().filter(|word| !contains(tenant.as_str(), word));
    for word in told.chain(&query.asset).chain(&query.signature).chain(&query.tool) {
        needed.word(word);
    }
    let severities = Severity::ALL.into_iter().filter(|is| severity_matches(query, *is));
    let kinds = |resolved: bool| severities.clone().fold(0, |kinds, is| kinds | grams::kind(is as u8, resolved));
    needed.one_of(match query.status {
        None => kinds(false) | kinds(true),
        Some(status) => kinds(status == StatusIs::Just(Status::Resolved)),
    });
    needed
}

/// A quick look before the whole alert is read. It lets everything through that matches.
fn may_match(tenant: &TenantId, query: &Query, row: &Row<'_>) -> rusqlite::Result<bool> {
    let places = [7, 8, 9, 10].map(|column| row.get_ref(column).ok().and_then(|text| text.as_str().ok()));
    let anywhere = |word: &String| {
        contains(tenant.as_str(), word) || places.into_iter().flatten().any(|place| contains(place, word))
    };
    let severity = Severity::ALL.get(row.get::<_, usize>(5)?);
    Ok(severity.is_none_or(|is| severity_matches(query, *is)) && query.words.iter().all(anywhere))
}

fn severity_matches(query: &Query, is: Severity) -> bool {
    query.severity.is_none_or(|(comparison, wanted)| match comparison {
        Comparison::AtLeast => is >= wanted,
        Comparison::AtMost => is <= wanted,
        Comparison::Exactly => is == wanted,
    })
}
