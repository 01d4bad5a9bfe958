//! `session list`, `session show`, `session end`.

use std::sync::Arc;

use serde_json::json;

use super::List;
use super::follow::ended;
use crate::cli::out::{self, Failure, Table};
use crate::cli::place::Place;
use crate::cli::reach::Reached;
use crate::core::id::{SessionId, TenantId};
use crate::core::input::Actor;
use crate::core::safe_text::SafeText;
use crate::core::session::{Kind, Session, Stage};
use crate::link::session::{Sessions, Talk, Talked};
use crate::link::{Reply, Request};

/// As many as the engine gives at once.
const ALL: usize = 10_000;

pub(super) fn list(which: &List, place: &Place) -> Result<(), Failure> {
    let reached = Reached::reach(place, false)?;
    let found = find(&reached, which);
    reached.finish();
    let sessions = found?;
    if place.json {
        return out::json(&sessions);
    }
    let mut table = Table::new(&["ID", "ASKED", "BY", "INCIDENT", "WHAT", "INSTANCE", "TYPES", "WATCH", "STATE"]);
    for session in &sessions {
        table.row(&[
            &session.id.to_string(),
            &session.asked_at.to_string(),
            &session.by.who,
            &session.wish.incident.as_ref().map_or_else(|| "-".into(), ToString::to_string),
            &session.wish.words(),
            session.wish.instance.as_str(),
            session.driver.as_ref().map_or("-", |driver| &driver.who),
            &session.watchers.len().to_string(),
            &session.standing(),
        ]);
    }
    table.print()
}

fn find(reached: &Reached, which: &List) -> Result<Vec<Arc<Session>>, Failure> {
    let tenants = match (&which.tenant, &which.incident) {
        (Some(tenant), _) => vec![tenant.clone()],
        (None, Some(incident)) => vec![incident.tenant.clone()],
        (None, None) => tenants(reached)?,
    };
    let mut all = Vec::new();
    for tenant in tenants {
        // Those that are not over may be any of them.
        let limit = if which.open { ALL } else { which.limit };
        all.extend(of(reached, Sessions { tenant, incident: which.incident.clone(), limit })?);
    }
    all.retain(|session| !which.open || !session.is_over());
    all.sort_by_key(|session| std::cmp::Reverse(session.asked_at));
    all.truncate(which.limit);
    Ok(all)
}

/// Every tenant's id.
pub(super) fn tenants(reached: &Reached) -> Result<Vec<TenantId>, Failure> {
    match reached.ask(Request::Tenants)? {
        Reply::Tenants(tenants) => Ok(tenants.iter().map(|tenant| tenant.id.clone()).collect()),
        _ => Err(out::unexpected()),
    }
}

fn of(reached: &Reached, which: Sessions) -> Result<Vec<Arc<Session>>, Failure> {
    match reached.ask(Request::Sessions(which))? {
        Reply::Sessions(sessions) => Ok(sessions),
        _ => Err(out::unexpected()),
    }
}

/// One of the latest of its tenant.
pub(super) fn one(reached: &Reached, id: &SessionId) -> Result<Arc<Session>, Failure> {
    let all = of(reached, Sessions { tenant: id.tenant.clone(), incident: None, limit: ALL })?;
    let found = all.into_iter().find(|session| session.id == *id);
    found.ok_or_else(|| anyhow::anyhow!("no such session; `alert-whisperer session list` shows them").into())
}

pub(super) fn show(id: &SessionId, place: &Place) -> Result<(), Failure> {
    let reached = Reached::reach(place, false)?;
    let found = one(&reached, id);
    reached.finish();
    let session = found?;
    tell(&session, place.json)
}

/// Prints a session.
pub(super) fn tell(session: &Session, json: bool) -> Result<(), Failure> {
    if json {
        return out::json(session);
    }
    let people = |all: &[Actor]| all.iter().map(by).collect::<Vec<_>>().join(", ");
    let mut rows = vec![
        ("session", session.id.to_string()),
        ("state", session.standing()),
        ("what", session.wish.words()),
        ("machine", format!("{} {}", session.wish.instance, session.wish.asset)),
        ("asked", format!("{} by {}", session.asked_at, by(&session.by))),
    ];
    rows.extend(session.wish.incident.as_ref().map(|incident| ("incident", incident.to_string())));
    if let Kind::Command { text } = &session.wish.kind {
        rows.push(("command", text.clone()));
    }
    rows.extend(session.opened_at.map(|at| ("opened", at.to_string())));
    rows.extend(session.ended_at.map(|at| ("ended", at.to_string())));
    rows.extend(session.driver.as_ref().map(|driver| ("types", by(driver))));
    rows.extend((!session.watchers.is_empty()).then(|| ("watch", people(&session.watchers))));
    rows.extend(session.local_port.map(|port| ("local port", format!("127.0.0.1:{port}"))));
    rows.extend(session.exit_code.map(|code| ("exit code", code.to_string())));
    rows.extend(session.aws_id.clone().map(|id| ("AWS session", id)));
    if let Some(kept) = &session.recording {
        rows.push(("recording", format!("{}, {} bytes", kept.file, kept.bytes)));
        rows.push(("SHA-256", kept.sha256.clone()));
        rows.extend(kept.trouble.clone().map(|why| ("not whole", why)));
    }
    for (name, value) in rows {
        out::line(SafeText::line(&format!("{name:<12} {value}")))?;
    }
    Ok(())
}

fn by(actor: &Actor) -> String {
    if actor.seat.is_empty() { actor.who.clone() } else { format!("{} at {}", actor.who, actor.seat) }
}

pub(super) fn end(id: &SessionId, place: &Place) -> Result<(), Failure> {
    place.may_change()?;
    let reached = Reached::with_hands(place, false)?;
    let ended = talk(&reached, Talk::End { session: id.clone() }).and_then(|_| ended(&reached, id));
    reached.finish();
    let session = ended?;
    let Stage::Ended { why, .. } = &session.stage else {
        let show = format!("`alert-whisperer session show {id}` says when it is over");
        return Err(anyhow::anyhow!(
            "{id} is being ended, but AWS takes its time; the engine goes on trying, and {show}"
        )
        .into());
    };
    // AWS may not have let us.
    if let Some(why) = why {
        out::warn(&format!("{id}: {why}"));
    }
    if place.json { out::json(&json!({ "done": true })) } else { out::line(format!("{id} is ended")) }
}

/// Says something about a session.
pub(super) fn talk(reached: &Reached, talk: Talk) -> Result<Talked, Failure> {
    match reached.ask(Request::Session(talk))? {
        Reply::Talked(talked) => Ok(talked),
        _ => Err(out::unexpected()),
    }
}
