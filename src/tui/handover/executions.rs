//! What is under way on machines: executions that wait for approval, and those that run. The next one has to decide on the first and
//! to watch the second.

use std::sync::Arc;

use super::{Facts, LISTED, Line};
use crate::core::execution::Execution;

/// All of it; nothing when nothing is under way.
pub fn lines(facts: &Facts<'_>) -> Vec<Line> {
    let mut under_way: Vec<_> = facts.board.executions().filter(|one| !one.is_over()).collect();
    under_way.sort_by(|a, b| a.asked_at.cmp(&b.asked_at).then_with(|| a.id.cmp(&b.id)));
    let (waiting, running): (Vec<_>, Vec<_>) = under_way.into_iter().partition(|one| one.awaits_approval());
    let mut lines = Vec::new();
    for (title, executions) in [("Waiting for approval", waiting), ("Executions under way", running)] {
        if !executions.is_empty() {
            lines.push(Line::Heading(format!("{title}: {}", executions.len())));
            lines.extend(executions.iter().take(LISTED).map(|one| Line::Item(about(facts, one))));
        }
        if executions.len() > LISTED {
            lines.push(Line::Item(format!("and {} more", executions.len() - LISTED)));
        }
    }
    lines
}

/// `Acme Corp: restart-nginx on web-01 (comp_acme-x2), asked for by sam 03:02, until 04:02`.
fn about(facts: &Facts<'_>, one: &Arc<Execution>) -> String {
    let tenant = facts.board.tenants.get(&one.id.tenant).and_then(|panel| panel.tenant.as_ref());
    let tenant = tenant.map_or_else(|| one.id.tenant.to_string(), |tenant| tenant.name.clone());
    let clock = facts.clock;
    let asked = format!("{tenant}: {}, asked for by {} {}", one.headline(), one.by.who, clock(one.asked_at));
    match &one.approval {
        Some(approval) if one.awaits_approval() => format!("{asked}, until {}", clock(approval.expires_at)),
        _ => format!("{asked}, {}", one.standing()),
    }
}
