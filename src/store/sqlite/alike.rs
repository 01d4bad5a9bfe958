//! What of an incident stands beside it for finding it: its texts for searches, and what it is alike by: asset and signature.
//! Rows of an older schema are filled in when the file is opened for writing.

use rusqlite::{Connection, OptionalExtension, params};

use super::file::json;
use super::packing::unpacked_json;
use crate::core::id::IncidentId;
use crate::core::incident::Incident;
use crate::core::time::Span;
use crate::core::timeline::Event;
use crate::store::Alike;

/// How many earlier incidents are shown.
const LATEST: usize = 20;
/// How far back they are counted.
const COUNTED: Span = Span(30 * Span::DAY.0);
/// How many lines of a history are looked at for what was done in the end.
const LINES: usize = 1_000;

/// Asset and signature as correlation compares them. Nothing for one that was merged into another: it is no trouble of its own.
pub(super) fn alike(incident: &Incident) -> String {
    if incident.merged_into.is_some() {
        return String::new();
    }
    format!("{}\n{}", incident.asset_name.trim().to_lowercase(), incident.signature.trim().to_lowercase())
}

/// All texts that a search may look at, one a line.
pub(super) fn texts(incident: &Incident) -> String {
    let Incident { asset_name, signature, category, assigned_to, tool_sources, .. } = incident;
    let mut texts = format!("{asset_name}\n{signature}\n{category}\n{}", assigned_to.as_deref().unwrap_or_default());
    for tool in tool_sources {
        texts.push('\n');
        texts.push_str(tool);
    }
    texts
}

/// Fills in the rows that an older version wrote.
pub(super) fn fill(db: &mut Connection) -> rusqlite::Result<()> {
    let some = "SELECT 1 FROM incidents WHERE texts IS NULL LIMIT 1";
    if db.query_row(some, [], |_| Ok(())).optional()?.is_none() {
        return Ok(());
    }
    let change = db.transaction()?;
    {
        let mut rows = change.prepare("SELECT number FROM incidents WHERE texts IS NULL")?;
        let mut update =
            change.prepare("UPDATE incidents SET opened_at = ?2, alike = ?3, texts = ?4 WHERE number = ?1")?;
        let numbers: Vec<u64> = rows.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut one = change.prepare("SELECT incident FROM incidents WHERE number = ?1")?;
        for number in numbers {
            let incident: Incident = one.query_row([number], |row| unpacked_json(row, 0))?;
            update.execute(params![number, incident.opened_at.0, alike(&incident), texts(&incident)])?;
        }
    }
    change.commit()
}

/// Incidents of the same asset and signature that opened before this one.
pub(super) fn similar(db: &Connection, incident: &Incident) -> rusqlite::Result<Alike> {
    let key = alike(&Incident { merged_into: None, ..incident.clone() });
    let number = incident.id.number;
    let mut count =
        db.prepare_cached("SELECT count(*) FROM incidents WHERE alike = ?1 AND opened_at >= ?2 AND number < ?3")?;
    let within_30_days = count.query_row(params![key, (incident.opened_at - COUNTED).0, number], |row| row.get(0))?;
    let mut latest = db.prepare_cached(
        "SELECT incident FROM incidents WHERE alike = ?1 AND number < ?2 ORDER BY opened_at DESC, number DESC LIMIT ?3",
    )?;
    let earlier: Vec<Incident> = latest
        .query_map(params![key, number, LATEST], |row| unpacked_json(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    let with_note = |earlier: Incident| Ok((ended_with(db, &earlier.id)?, earlier));
    let incidents = earlier.into_iter().map(with_note).map(|pair| pair.map(|(note, earlier)| (earlier, note)));
    Ok(Alike { within_30_days, incidents: incidents.collect::<rusqlite::Result<_>>()? })
}

/// What was written about an incident's end: the note it was resolved with, else the last one before that.
fn ended_with(db: &Connection, id: &IncidentId) -> rusqlite::Result<Option<String>> {
    let mut lines =
        db.prepare_cached("SELECT event FROM timeline WHERE incident = ?1 ORDER BY number DESC LIMIT ?2")?;
    let events: Vec<Event> =
        lines.query_map(params![id.number, LINES], |row| json(row, 0))?.collect::<rusqlite::Result<_>>()?;
    let end = events.iter().position(|event| matches!(event, Event::Resolved { .. })).unwrap_or(0);
    let (after, before) = events.split_at(end);
    let written = |event: &Event| match event {
        Event::Resolved { note } => note.clone(),
        Event::Note { text } => Some(text.clone()),
        _ => None,
    };
    Ok(before.iter().chain(after).find_map(written))
}

/// The numbers of what an incident is made of by now: itself, and all that were merged into it or into those.
pub(super) fn parts(db: &Connection, id: &IncidentId) -> rusqlite::Result<Vec<u64>> {
    let mut parts = Vec::new();
    let mut waiting = vec![id.number];
    let mut select = db.prepare_cached("SELECT incident FROM incidents WHERE number = ?1")?;
    while let Some(number) = waiting.pop() {
        if parts.contains(&number) {
            continue;
        }
        parts.push(number);
        let part: Option<Incident> = select.query_row([number], |row| unpacked_json(row, 0)).optional()?;
        waiting.extend(part.into_iter().flat_map(|part| part.merged));
    }
    Ok(parts)
}
