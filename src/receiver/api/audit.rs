//! Audit logs, entry by entry as they were hashed: a company's, or without one the engine's own.

use serde_json::value::RawValue;

use super::page::{self, List};
use super::problem::{BROKEN, Problem};
use super::visit::{Answer, Visit};
use crate::core::audit::Entry;
use crate::core::id::TenantId;
use crate::link::people::Ask;
use crate::link::{Reply, Request};

/// Entries, the oldest first.
pub async fn list(visit: &Visit) -> Result<Answer, Problem> {
    let tenant: Option<TenantId> = visit.parameter("company_id")?;
    let (limit, of) = (visit.limit()?, page::list(&("audit", &tenant)));
    let from: u64 = visit.cursor(&of)?.unwrap_or(1);
    let request = match &tenant {
        Some(tenant) => Request::Audit { tenant: tenant.clone(), from, limit: limit + 1 },
        None => Request::People(Ask::Log { from, limit: limit + 1 }),
    };
    let Reply::Audit(texts) = visit.ask(tenant.as_ref(), request).await? else { return Err((&BROKEN).into()) };
    // What can't be read is an entry too, and says that something is wrong; the one after it has the next number.
    let numbered = |text: &String| serde_json::from_str::<Entry>(text).ok().map(|entry| entry.number);
    let next = texts.get(limit).and_then(|next| {
        let before = || texts.iter().take(limit).filter_map(numbered).next_back().map(|number| number + 1);
        numbered(next).or_else(before)
    });
    let entry = |text: String| {
        let raw = RawValue::from_string(text);
        raw.or_else(|_| RawValue::from_string("{\"unreadable\":true}".into()))
    };
    let items = texts.into_iter().take(limit).map(entry).collect::<Result<_, _>>().map_err(|_| &BROKEN)?;
    Answer::of(&List { items, next_cursor: next.and_then(|next| page::cursor(&of, next)) })
}
