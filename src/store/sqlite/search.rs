//! Searching a tenant's alerts and incidents: exactly what `core::query::Query` says, the latest first.

use rusqlite::{Connection, Row};

use super::file::unreadable;
use super::grams::{self, BLOCK, Needed};
use super::{packing, rows};
use crate::core::alert::Alert;
use crate::core::id::TenantId;
use crate::core::incident::{Incident, Status};
use crate::core::query::{Comparison, Query, StatusIs, Viewer, contains};
use crate::core::severity::Severity;

/// Alerts that match, the latest first.
pub(super) fn alerts(
    db: &Connection,
    tenant: &TenantId,
    query: &Query,
    viewer: Viewer<'_>,
    limit: usize,
) -> rusqlite::Result<Vec<Alert>> {
    let mut found = Vec::new();
    if limit == 0 || query.tenant.as_ref().is_some_and(|part| !contains(tenant.as_str(), part)) {
        return Ok(found);
    }
    let needed = needed(tenant, query);
    // One state of the file for the whole search.
    let db = db.unchecked_transaction()?;
    let last: u64 = db.query_row("SELECT coalesce(max(number), 0) FROM alerts", [], |row| row.get(0))?;
    let sql = format!("SELECT {} WHERE number BETWEEN ?1 AND ?2 ORDER BY number DESC", rows::ALERT);
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
            let alert = rows::alert(&db, tenant, row)?;
            if query.matches_alert(&alert, viewer) {
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
pub(super) fn incidents(
    db: &Connection,
    query: &Query,
    viewer: Viewer<'_>,
    limit: usize,
) -> rusqlite::Result<Vec<Incident>> {
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
        let json = packing::unpacked(row, 0)?;
        let text = std::str::from_utf8(&json).map_err(|_| unreadable(0))?;
        // JSON writes some characters in other ways; a word that has none of them is in the JSON if it is in a field.
        let as_it_is = |word: &&String| !word.contains(['"', '\\']) && !word.contains(char::is_control);
        if !query.words.iter().filter(as_it_is).all(|word| contains(text, word)) {
            continue;
        }
        let incident: Incident = serde_json::from_str(text).map_err(|_| unreadable(0))?;
        if query.matches(&incident, viewer) {
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
    let text = |column: usize| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
    let [asset, signature, tool, message] = [text(7)?, text(8)?, text(9)?, text(10)?];
    let within = |place: &str, part: &Option<String>| part.as_ref().is_none_or(|part| contains(place, part));
    let anywhere = |word: &String| {
        [tool, signature, asset, tenant.as_str(), message].into_iter().any(|place| contains(place, word))
    };
    let severity = Severity::ALL.get(row.get::<_, usize>(5)?);
    Ok(severity.is_none_or(|is| severity_matches(query, *is))
        && within(asset, &query.asset)
        && within(signature, &query.signature)
        && within(tool, &query.tool)
        && query.words.iter().all(anywhere))
}

fn severity_matches(query: &Query, is: Severity) -> bool {
    query.severity.is_none_or(|(comparison, wanted)| match comparison {
        Comparison::AtLeast => is >= wanted,
        Comparison::AtMost => is <= wanted,
        Comparison::Exactly => is == wanted,
    })
}
