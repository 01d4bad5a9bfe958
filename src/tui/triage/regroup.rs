//! What belongs together: merging incidents, splitting one, correlating alerts by hand.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::about;
use crate::core::alert::Alert;
use crate::core::id::{AlertId, IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::input::Act;
use crate::link::Request;
use crate::tui::app::App;
use crate::tui::effect::Purpose;
use crate::tui::panes::Pane;
use crate::tui::panes::detail::Tab;
use crate::tui::popups::pick::Choice;

/// Incidents that a choice offers: the best guesses. Any other can be named.
const OFFERED: usize = 500;
/// In an incident's place: a new one.
const NEW: &str = "new";

impl App {
    /// Merges into the incident of that name, or asks which.
    pub fn merge(&mut self, name: &str) {
        let aim = self.targets();
        let Some(tenant) = aim.first().map(|id| id.tenant.clone()) else { return };
        if aim.iter().any(|id| id.tenant != tenant) {
            self.mistake("incidents of different tenants stay apart: mark those of one".into());
        } else if name.is_empty() {
            let choices = self.goals(&aim);
            if choices.is_empty() {
                self.mistake(format!("{tenant} has no other open incident"));
                return;
            }
            let title = format!("Merge {} into", about(&aim));
            self.pick("merge", aim, title, choices);
        } else if let Some(into) = meant(name, &tenant).filter(|into| self.board.incident(into).is_some()) {
            let parts: Vec<_> = aim.into_iter().filter(|id| *id != into).collect();
            if parts.is_empty() {
                self.mistake(format!("{into} is that incident itself"));
            } else {
                self.for_these(parts, |app| app.act(Act::Merge { into: into.number }));
            }
        } else {
            self.mistake(format!("{tenant} has no incident {name} on the board"));
        }
    }

    /// Makes the alerts that are marked, else the selected one, an incident of their own. Of a merged part, the whole is taken out.
    pub fn split(&mut self) {
        let shown = self.subject().filter(|_| self.focus == Pane::Detail && self.detail.tab == Tab::Alerts).cloned();
        let Some(incident) = shown else {
            self.mistake("what is to be split off? Mark it among the incident's alerts: enter, l, space".into());
            return;
        };
        let (own, parts): (Vec<_>, Vec<_>) =
            self.detail.chosen().partition(|alert| alert.incident_id.as_ref() == Some(&incident.id));
        let parts: BTreeSet<u64> =
            parts.into_iter().filter_map(|alert| Some(alert.incident_id.as_ref()?.number)).collect();
        let alerts: Vec<u64> = own.into_iter().map(|alert| alert.id.number).collect();
        if alerts.is_empty() && parts.is_empty() {
            self.mistake("no alert is selected".into());
        } else if alerts.len() == self.detail.alerts() {
            self.mistake("these are all of its alerts: nothing would be left".into());
        } else {
            for part in parts {
                self.act_on(incident.id.clone(), Act::Unmerge { part });
            }
            if !alerts.is_empty() {
                let what = format!("{} split off {}", counted(alerts.len()), incident.id);
                let (tenant, from) = (incident.id.tenant.clone(), Some(incident.id.number));
                self.change(Purpose::Gather { what }, Request::Gather { tenant, from, into: None, alerts });
            }
            self.detail.unmark();
        }
    }

    /// Gives the selected uncorrelated alert, and those like it, an incident: `WHERE` is `new` or an incident; alerts that are
    /// named after it are meant instead.
    pub fn correlate(&mut self, text: &str) {
        let selected = self.stream.selected().filter(|_| self.focus == Pane::Stream).cloned();
        let mut words = text.split_whitespace();
        let place = words.next();
        let named: Vec<AlertId> = words.filter_map(|word| word.parse().ok()).collect();
        let (tenant, alerts) = match (named.first(), &selected) {
            (Some(first), _) => (first.tenant.clone(), named.iter().map(|id| id.number).collect()),
            (None, Some(alert)) => (alert.id.tenant.clone(), self.like(alert)),
            (None, None) => {
                self.mistake(format!("select an uncorrelated alert among the live alerts: {}", self.key_of("stream")));
                return;
            }
        };
        match (place, selected) {
            (Some(place), _) => self.gather(place, tenant, alerts),
            (None, Some(alert)) if alert.incident_id.is_some() => {
                self.mistake("this alert has its incident; enter shows it".into());
            }
            (None, Some(alert)) => self.ask_where(&alert, &alerts),
            (None, None) => {}
        }
    }

    fn gather(&mut self, place: &str, tenant: TenantId, alerts: Vec<u64>) {
        let into = meant(place, &tenant).filter(|into| self.board.incident(into).is_some());
        if alerts.is_empty() {
            self.mistake("no alert is left without an incident there".into());
        } else if place == NEW || into.is_some() {
            let goal = into.as_ref().map_or("a new incident".into(), IncidentId::to_string);
            let what = format!("{} put into {goal}", counted(alerts.len()));
            let into = into.map(|into| into.number);
            self.change(Purpose::Gather { what }, Request::Gather { tenant, from: None, into, alerts });
        } else {
            self.mistake(format!("{tenant} has no incident {place} on the board; {NEW} makes one"));
        }
    }

    /// Asks where the uncorrelated alerts go. Which they are is settled now, whatever comes in meanwhile.
    fn ask_where(&mut self, alert: &Alert, alike: &[u64]) {
        let names = |numbers: &[u64]| {
            let name = |number: &u64| AlertId { tenant: alert.id.tenant.clone(), number: *number }.to_string();
            numbers.iter().map(name).collect::<Vec<_>>().join(" ")
        };
        let report = &alert.report;
        let trouble = format!("{} {}", report.asset_name, report.signature);
        let all = names(alike);
        let all_of_it =
            Choice { value: format!("{NEW} {all}"), label: "a new incident".into(), note: counted(alike.len()) };
        let alone = Choice {
            value: format!("{NEW} {}", alert.id),
            label: "a new incident, alone".into(),
            note: format!("{} only", alert.id),
        };
        let mut choices = vec![all_of_it];
        choices.extend((alike.len() > 1).then_some(alone));
        let goals = self.offered(&alert.id.tenant, |incident| {
            (alike_by(incident, &report.asset_name, &report.signature), (incident.last_alert_at - alert.received_at).0)
        });
        choices.extend(goals.into_iter().map(|goal| Choice { value: format!("{} {all}", goal.value), ..goal }));
        self.pick("correlate", Vec::new(), format!("{trouble}: put into"), choices);
    }

    /// The numbers of the uncorrelated alerts of the same tenant, asset and signature, the oldest first.
    fn like(&self, alert: &Alert) -> Vec<u64> {
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        let alike = |other: &Alert| {
            other.id.tenant == alert.id.tenant
                && other.incident_id.is_none()
                && same(&other.report.asset_name, &alert.report.asset_name)
                && same(&other.report.signature, &alert.report.signature)
        };
        self.board.stream.iter().filter(|other| alike(other)).map(|other| other.id.number).collect()
    }

    /// Incidents to merge into: those that are most like the first, the closest in time first.
    fn goals(&self, aim: &[IncidentId]) -> Vec<Choice> {
        let Some(first) = aim.first().and_then(|id| self.board.incident(id)) else { return Vec::new() };
        let goals = self.offered(&first.id.tenant, |incident| {
            (alike_by(incident, &first.asset_name, &first.signature), (incident.opened_at - first.opened_at).0)
        });
        // Of several that are merged, one may stay; one can't be merged into itself.
        goals.into_iter().filter(|goal| aim.len() > 1 || goal.value != first.id.to_string()).collect()
    }

    /// A tenant's open incidents, the most alike first and of those the closest.
    fn offered(&self, tenant: &TenantId, rank: impl Fn(&Incident) -> (u8, i64)) -> Vec<Choice> {
        let Some(panel) = self.board.tenants.get(tenant) else { return Vec::new() };
        let key = |incident: &Incident| {
            let (alike, apart) = rank(incident);
            (Reverse(alike), apart.unsigned_abs(), incident.id.number)
        };
        let mut open: Vec<_> = panel.open().map(|incident| (key(incident), incident)).collect();
        if open.len() > OFFERED {
            open.select_nth_unstable_by_key(OFFERED, |(key, _)| *key);
            open.truncate(OFFERED);
        }
        open.sort_unstable_by_key(|(key, _)| *key);
        let choice = |incident: &Incident| Choice {
            value: incident.id.to_string(),
            label: format!("{} {}", incident.id, incident.asset_name),
            note: format!("{} {}, {} old", incident.severity, incident.signature, self.now - incident.opened_at),
        };
        open.into_iter().map(|(_, incident)| choice(incident)).collect()
    }
}

/// How much an incident is about the same: its asset says more than its signature.
fn alike_by(incident: &Incident, asset: &str, signature: &str) -> u8 {
    let same = |a: &str, b: &str| u8::from(a.trim().eq_ignore_ascii_case(b.trim()));
    2 * same(&incident.asset_name, asset) + same(&incident.signature, signature)
}

/// `comp_acme-i7`, or `i7` or `7` where the tenant is clear.
fn meant(name: &str, tenant: &TenantId) -> Option<IncidentId> {
    let short = || name.strip_prefix('i').unwrap_or(name).parse().ok();
    let named = name.parse().ok().or_else(|| Some(IncidentId { tenant: tenant.clone(), number: short()? }));
    named.filter(|id| id.tenant == *tenant)
}

fn counted(alerts: usize) -> String {
    if alerts == 1 { "1 alert".into() } else { format!("{alerts} alerts") }
}
