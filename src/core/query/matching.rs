//! Whether an incident or an alert is what a query asks for. Runs over a hundred thousand of them for each key typed: nothing is
//! allocated, and the cheap is asked first.

use std::sync::Arc;

use super::pattern::Pattern;
use super::terms::{Assignee, Field, Flag, SlaIs, Term, Test, Word, severity_bit, status_bit};
use super::{Query, Viewer};
use crate::core::alert::{Alert, AlertStatus};
use crate::core::id::TenantId;
use crate::core::incident::{Incident, Status};
use crate::core::severity::Severity;
use crate::core::time::Moment;

impl Query {
    /// Whether an incident matches, wherever it stands.
    pub fn matches(&self, incident: &Incident, viewer: Viewer<'_>) -> bool {
        self.page_reaches(incident.opened_at, incident.id.number, &incident.company_id)
            && self.in_order().all(|term| term.holds(incident, viewer) != term.negated)
    }

    /// Which of many incidents a list shows, in their order.
    pub fn shown<'a>(&'a self, incidents: &'a [&'a Arc<Incident>], viewer: Viewer<'a>) -> impl Iterator<Item = bool> {
        /// About as many as a processor fetches from memory while it waits for the first.
        const AT_ONCE: usize = 16;
        let texts = self.in_order().next().is_some_and(|first| matches!(first.test, Test::Word(_) | Test::Text(..)));
        incidents.chunks(AT_ONCE).flat_map(move |some| {
            // Incidents lie all over the memory, and each waits for its texts one by one. Touched together, they come together.
            let mut sum = some.iter().map(|incident| incident.status as u8).fold(0, u8::wrapping_add);
            if texts {
                sum = some.iter().map(|incident| touched(incident)).fold(sum, u8::wrapping_add);
            }
            std::hint::black_box(sum);
            some.iter().map(move |incident| self.shows(incident, viewer))
        })
    }

    /// Whether an alert matches. What only incidents have, no alert has.
    pub fn matches_alert(&self, alert: &Alert, viewer: Viewer<'_>) -> bool {
        let report = &*alert.report;
        let seen = Seen {
            tenant: &alert.company_id,
            severity: report.severity,
            resolved: report.status == AlertStatus::Resolved,
            received_at: alert.received_at,
            silenced: alert.silenced_by.is_some(),
            asset: &report.asset_name,
            signature: &report.signature,
            tool: &report.tool_source,
            message: &report.message,
            instance: report.instance_id.as_deref(),
        };
        self.page_reaches(alert.received_at, alert.id.number, &alert.company_id) && self.matches_seen(&seen, viewer)
    }

    /// The same, of an alert that nobody has put together yet.
    pub fn matches_seen(&self, alert: &Seen<'_>, viewer: Viewer<'_>) -> bool {
        self.in_order().all(|term| term.holds_for_alert(alert, viewer) != term.negated)
    }
}

/// All of an alert that a query looks at.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Whose.
    pub tenant: &'a TenantId,
    /// How bad.
    pub severity: Severity,
    /// The problem is over.
    pub resolved: bool,
    /// When it came.
    pub received_at: Moment,
    /// It fell into a window.
    pub silenced: bool,
    /// What is ill.
    pub asset: &'a str,
    /// The kind of trouble.
    pub signature: &'a str,
    /// The sender.
    pub tool: &'a str,
    /// What it says.
    pub message: &'a str,
    /// The node.
    pub instance: Option<&'a str>,
}

impl Term {
    fn holds(&self, incident: &Incident, viewer: Viewer<'_>) -> bool {
        let text = |patterns: &[Pattern], text: &str| patterns.iter().any(|pattern| pattern.is_in(text));
        let age = || (viewer.now - incident.opened_at).0;
        match &self.test {
            Test::Severity(bits) => bits & severity_bit(incident.severity) != 0,
            Test::Status(bits) => bits & status_bit(incident.status) != 0,
            Test::Ack(wanted) => *wanted == is_acknowledged(incident),
            Test::Number(field, ranges) => {
                let is = match field {
                    Field::Score => i64::from(incident.priority_score),
                    Field::Age => age(),
                    Field::Count => i64::try_from(incident.alert_count).unwrap_or(i64::MAX),
                    Field::Tools => i64::try_from(incident.tool_sources.len()).unwrap_or(i64::MAX),
                    _ => i64::from(incident.flaps),
                };
                ranges.iter().any(|(least, most)| (*least..=*most).contains(&is))
            }
            Test::Since(when) => incident.opened_at >= when.at(viewer.now),
            Test::Before(when) => incident.opened_at < when.at(viewer.now),
            Test::Is(flags) => flags.iter().any(|flag| flag.is_on(incident, viewer)),
            Test::Sla(wanted) => wanted.contains(&sla(incident)),
            Test::Assignee(wanted) => {
                let owner = incident.assigned_to.as_deref();
                wanted.iter().any(|wanted| match wanted {
                    Assignee::Me => owner.is_some_and(|owner| owner.eq_ignore_ascii_case(viewer.who)),
                    Assignee::None => owner.is_none(),
                    Assignee::Named(pattern) => owner.is_some_and(|owner| pattern.is_in(owner)),
                })
            }
            Test::Text(field, patterns) => match field {
                Field::Tenant => self.names(&incident.company_id, patterns),
                Field::Asset => text(patterns, &incident.asset_name),
                Field::Signature => text(patterns, &incident.signature),
                Field::Tool => incident.tool_sources.iter().any(|tool| text(patterns, tool)),
                Field::Category => text(patterns, &incident.category),
                _ => incident.instance_id.as_ref().is_some_and(|instance| text(patterns, instance)),
            },
            Test::Word(words) => self.is_named(&incident.company_id) || words.iter().any(|word| word.is_in(incident)),
        }
    }

    fn holds_for_alert(&self, alert: &Seen<'_>, viewer: Viewer<'_>) -> bool {
        let text = |patterns: &[Pattern], text: &str| patterns.iter().any(|pattern| pattern.is_in(text));
        match &self.test {
            Test::Severity(bits) => bits & severity_bit(alert.severity) != 0,
            Test::Status(bits) => status_holds(*bits, alert.resolved),
            Test::Number(Field::Age, ranges) => {
                let age = (viewer.now - alert.received_at).0;
                ranges.iter().any(|(least, most)| (*least..=*most).contains(&age))
            }
            Test::Since(when) => alert.received_at >= when.at(viewer.now),
            Test::Before(when) => alert.received_at < when.at(viewer.now),
            Test::Is(flags) => flags.contains(&Flag::Silenced) && alert.silenced,
            Test::Text(field, patterns) => match field {
                Field::Tenant => self.names(alert.tenant, patterns),
                Field::Asset => text(patterns, alert.asset),
                Field::Signature => text(patterns, alert.signature),
                Field::Tool => text(patterns, alert.tool),
                Field::Instance => alert.instance.is_some_and(|instance| text(patterns, instance)),
                _ => false,
            },
            Test::Word(words) => self.is_named(alert.tenant) || words.iter().any(|word| word.is_in_alert(alert)),
            Test::Ack(_) | Test::Assignee(_) | Test::Sla(_) | Test::Number(..) => false,
        }
    }

    /// The tenant's name, which was looked at before, makes it so.
    pub(super) fn is_named(&self, tenant: &TenantId) -> bool {
        !self.tenants.is_empty() && self.tenants.binary_search(tenant).is_ok()
    }

    fn names(&self, tenant: &TenantId, patterns: &[Pattern]) -> bool {
        patterns.iter().any(|pattern| pattern.is_in(tenant.as_str())) || self.is_named(tenant)
    }
}

/// A byte of each text that a word looks at.
fn touched(incident: &Incident) -> u8 {
    let Incident { asset_name, signature, company_id, tool_sources, assigned_to, category, status, .. } = incident;
    let first = |text: &str| text.as_bytes().first().copied().unwrap_or(0);
    let tools = tool_sources.iter().map(|tool| first(tool)).fold(0, u8::wrapping_add);
    let owner = assigned_to.as_deref().map_or(0, first);
    [first(asset_name), first(signature), first(company_id.as_str()), first(category), owner, *status as u8]
        .into_iter()
        .fold(tools, u8::wrapping_add)
}

/// A firing alert is what any of the open statuses asks for.
pub(super) const fn status_holds(bits: u8, resolved: bool) -> bool {
    bits & if resolved { super::terms::RESOLVED } else { super::terms::OPEN } != 0
}

impl Word {
    /// As it stands anywhere; else, made of the beginnings of the parts of those texts that have parts.
    fn is_in(&self, incident: &Incident) -> bool {
        let Incident { asset_name, signature, company_id, tool_sources, assigned_to, category, .. } = incident;
        let tenant = company_id.as_str();
        let is_in = |text: &str| self.pattern.is_in(text);
        is_in(asset_name)
            || is_in(signature)
            || is_in(tenant)
            || tool_sources.iter().any(|tool| is_in(tool))
            || assigned_to.as_deref().is_some_and(is_in)
            || is_in(category)
            || self.begins([asset_name, signature, tenant])
    }

    fn is_in_alert(&self, alert: &Seen<'_>) -> bool {
        let Seen { asset, signature, tool, message, .. } = *alert;
        let tenant = alert.tenant.as_str();
        [tool, signature, asset, tenant, message].into_iter().any(|text| self.pattern.is_in(text))
            || self.begins([asset, signature, tenant])
    }

    fn begins(&self, places: [&str; 3]) -> bool {
        self.beginnings.as_ref().is_some_and(|beginnings| places.into_iter().any(|text| beginnings.are_in(text)))
    }
}

impl Flag {
    fn is_on(self, incident: &Incident, viewer: Viewer<'_>) -> bool {
        match self {
            Self::Silenced => incident.silenced_by.is_some(),
            Self::Snoozed => incident.snoozed_until.is_some(),
            Self::Quiet => incident.silenced_by.is_some() || incident.snoozed_until.is_some(),
            Self::Flapping => incident.flapping,
            Self::Escalated => incident.escalations > 0,
            Self::Merged => incident.merged_into.is_some(),
            Self::Mine => incident.assigned_to.as_ref().is_some_and(|owner| owner.eq_ignore_ascii_case(viewer.who)),
            Self::Unassigned => incident.assigned_to.is_none(),
        }
    }
}

/// Of a resolved one, whether it ever was.
fn is_acknowledged(incident: &Incident) -> bool {
    match incident.status {
        Status::New => false,
        Status::Acknowledged | Status::InProgress => true,
        Status::Resolved => incident.acknowledged_by.is_some(),
    }
}

fn sla(incident: &Incident) -> SlaIs {
    let clocks = &incident.sla;
    if clocks.breached() {
        SlaIs::Breached
    } else if clocks.warned() {
        SlaIs::Warned
    } else if clocks.respond.is_none() && clocks.resolve.is_none() {
        SlaIs::None
    } else {
        SlaIs::Ok
    }
}
