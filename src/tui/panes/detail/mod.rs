//! All about the selected incident: what its score is made of, its alerts, its history, the raw requests.
//!
//! The incident itself is read off the board. Its alerts and history are asked for once, and kept up with the changes after
//! that; one question is on its way at a time, so holding a key down asks no more than the engine answers.

mod draw;

use ratatui::layout::Rect;

pub use draw::draw;

use super::{Window, stepped};
use crate::core::alert::Alert;
use crate::core::change::Change;
use crate::core::id::{AlertId, IncidentId};
use crate::core::safe_text::SafeText;
use crate::core::timeline::TimelineEntry;
use crate::link::{Refusal, Reply, Request};
use crate::tui::effect::{Effect, Purpose};
use crate::tui::moves::Move;

/// Alerts that are kept of an incident.
const ALERTS: usize = 500;
/// Lines of a raw request that are kept.
const RAW_LINES: usize = 5_000;

/// What the pane shows below the incident's own lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// The alerts, the latest first.
    #[default]
    Alerts,
    /// What happened to it.
    History,
    /// The request that the selected alert came in.
    Raw,
}

impl Tab {
    /// In order.
    pub const ALL: [Self; 3] = [Self::Alerts, Self::History, Self::Raw];
}

/// The pane's state.
#[derive(Debug, Default)]
pub struct Detail {
    /// The tab that is shown.
    pub tab: Tab,
    /// Whose alerts and history these are.
    of: Option<IncidentId>,
    alerts: Vec<Alert>,
    timeline: Vec<TimelineEntry>,
    raw: Option<(AlertId, Result<Vec<SafeText>, String>)>,
    error: Option<String>,
    asked: Option<IncidentId>,
    asked_raw: Option<AlertId>,
    /// Changes that came while the question was on its way.
    meanwhile: Vec<Change>,
    /// The selected alert.
    at: usize,
    scroll: usize,
    window: Window,
}

impl Detail {
    /// What is known may be out of date: it is asked for again.
    pub fn forget(&mut self) {
        self.of = None;
        self.raw = None;
    }

    /// What must be asked so that `selected` can be shown.
    pub fn wants(&mut self, selected: Option<&IncidentId>) -> Option<Effect> {
        let selected = selected?;
        if self.of.as_ref() != Some(selected) {
            if self.asked.is_some() {
                return None;
            }
            self.asked = Some(selected.clone());
            self.meanwhile.clear();
            let request = Request::Detail { incident: selected.clone() };
            return Some(Effect::Ask(Purpose::Detail(selected.clone()), request));
        }
        let alert = self.alerts.get(self.at).filter(|_| self.tab == Tab::Raw).map(|alert| alert.id.clone())?;
        let known = self.raw.as_ref().is_some_and(|(id, _)| *id == alert);
        if known || self.asked_raw.is_some() {
            return None;
        }
        self.asked_raw = Some(alert.clone());
        Some(Effect::Ask(Purpose::Raw(alert.clone()), Request::Raw { alert }))
    }

    /// The alerts and history of an incident have come, or a refusal.
    pub fn answered(&mut self, id: &IncidentId, answer: Result<Reply, Refusal>) {
        self.asked = None;
        let another = self.of.as_ref() != Some(id);
        self.of = Some(id.clone());
        (self.error, self.alerts, self.timeline) = match answer {
            Ok(Reply::Detail(detail)) => (None, detail.alerts, detail.timeline),
            Ok(_) => (Some("the engine answered something else".into()), Vec::new(), Vec::new()),
            Err(refusal) => (Some(refusal.message), Vec::new(), Vec::new()),
        };
        if another {
            (self.at, self.scroll, self.raw) = (0, 0, None);
        }
        for change in std::mem::take(&mut self.meanwhile) {
            self.take_in(&change);
        }
    }

    /// The body of a request has come, or a refusal.
    pub fn raw_answered(&mut self, id: AlertId, answer: Result<Reply, Refusal>) {
        self.asked_raw = None;
        self.scroll = 0;
        let raw = match answer {
            Ok(Reply::Raw(body)) => Ok(readable(&body)),
            Ok(_) => Err("the engine answered something else".into()),
            Err(refusal) => Err(refusal.message),
        };
        self.raw = Some((id, raw));
    }

    /// Something happened, perhaps to the incident that is shown.
    pub fn changed(&mut self, change: &Change) {
        let about = match change {
            Change::AlertReceived(alert) => alert.incident_id.as_ref(),
            Change::AlertSeenAgain { incident_id, .. } => incident_id.as_ref(),
            Change::AlertsCorrelated { incident_id, .. } => Some(incident_id),
            Change::Timeline(entry) => Some(&entry.incident_id),
            _ => None,
        };
        if about.is_none() {
            return;
        }
        if about == self.asked.as_ref() {
            self.meanwhile.push(change.clone());
        }
        if about == self.of.as_ref() {
            self.take_in(change);
        }
    }

    fn take_in(&mut self, change: &Change) {
        match change {
            Change::AlertReceived(alert) if self.alerts.iter().all(|known| known.id != alert.id) => {
                self.alerts.insert(0, (**alert).clone());
                self.alerts.truncate(ALERTS);
                // The selection follows the alert, but for the latest: that stays the latest.
                if self.at > 0 {
                    self.at = stepped(self.at, 1, self.alerts.len());
                }
            }
            Change::AlertSeenAgain { id, seen, .. } => {
                if let Some(alert) = self.alerts.iter_mut().find(|alert| alert.id == *id) {
                    alert.seen = *seen;
                }
            }
            // Its first alerts came before it had a name: the whole is asked for again.
            Change::AlertsCorrelated { .. } => self.of = None,
            Change::Timeline(entry) if !self.timeline.contains(entry) => self.timeline.push((**entry).clone()),
            _ => {}
        }
    }

    /// It is shown in `area`.
    pub fn fit(&mut self, area: Option<Rect>) {
        self.window.height = area.map_or(0, |area| usize::from(area.height.saturating_sub(draw::HEAD)));
        match self.tab {
            Tab::Alerts => self.window.show(self.at, self.alerts.len()),
            Tab::History | Tab::Raw => {
                let most = self.lines().saturating_sub(self.window.height);
                self.scroll = self.scroll.min(most);
                self.window.offset = self.scroll;
            }
        }
    }

    /// Moves within the tab.
    pub fn go(&mut self, by: Move) {
        let by = by.rows(self.window.height);
        match self.tab {
            Tab::Alerts => self.at = stepped(self.at, by, self.alerts.len()),
            Tab::History | Tab::Raw => self.scroll = stepped(self.scroll, by, self.lines()),
        }
    }

    /// Another tab.
    pub fn turn(&mut self, by: isize) {
        let at = Tab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        self.show(Tab::ALL[stepped(at, by, Tab::ALL.len())]);
    }

    /// Shows a tab.
    pub fn show(&mut self, tab: Tab) {
        self.tab = tab;
        self.scroll = 0;
    }

    fn lines(&self) -> usize {
        match (self.tab, &self.raw) {
            (Tab::Alerts, _) => self.alerts.len(),
            (Tab::History, _) => self.timeline.len(),
            (Tab::Raw, Some((_, Ok(lines)))) => lines.len(),
            (Tab::Raw, _) => 0,
        }
    }
}

/// A body as lines that are safe to show: JSON indented, anything else as it came.
pub fn readable(body: &[u8]) -> Vec<SafeText> {
    let value = serde_json::from_slice::<serde_json::Value>(body);
    let text = match value.and_then(|value| serde_json::to_string_pretty(&value)) {
        Ok(pretty) => pretty,
        Err(_) => String::from_utf8_lossy(body).into_owned(),
    };
    SafeText::lines(&text, RAW_LINES)
}
