//! All about one incident, in tabs: the selected one, or one that was opened by its name.
//!
//! Here is where the pane's keys go and which lines it shows; what it knows, and asks for, is in `known`. Each tab has a file.

mod alerts;
mod draw;
mod known;
mod overview;
mod raw;
mod similar;
pub mod text;
mod timeline;

use std::collections::BTreeSet;
use std::sync::Arc;

use ratatui::layout::Rect;

pub use draw::draw;
pub use overview::label;
pub use raw::readable;

use super::{Window, stepped};
use crate::core::alert::Alert;
use crate::core::change::Change;
use crate::core::id::{AlertId, IncidentId};
use crate::core::incident::Incident;
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::effect::Effect;
use crate::tui::moves::Move;
use known::Known;
use raw::Raw;
use text::Line;

/// What the pane shows below the incident's own line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// Where it stands, and why it is where it is.
    #[default]
    Overview,
    /// The alerts, the latest first.
    Alerts,
    /// What happened to it, the latest last.
    Timeline,
    /// The request that the selected alert came in.
    Raw,
    /// Earlier incidents of the same trouble.
    Similar,
}

impl Tab {
    /// In order.
    pub const ALL: [Self; 5] = [Self::Overview, Self::Alerts, Self::Timeline, Self::Raw, Self::Similar];
}

/// The pane's state.
#[derive(Debug, Default)]
pub struct Detail {
    /// The tab that is shown.
    pub tab: Tab,
    /// Incidents that were opened by their name, each from the one before.
    opened: Vec<IncidentId>,
    known: Known,
    /// The numbers of the alerts that are marked.
    marked: BTreeSet<u64>,
    raw: Option<(AlertId, Result<Raw, String>)>,
    /// The selected alert.
    at: usize,
    /// The selected earlier incident.
    past: usize,
    /// The first line of an overview or a timeline, the selected line of a request.
    line: usize,
    /// A timeline shows its end, whatever comes.
    at_end: bool,
    /// The tab's lines, for the tabs that are nothing but lines; below the alerts, those of the selected one.
    lines: Vec<Line>,
    window: Window,
}

impl App {
    /// The incident that the detail shows.
    pub fn subject(&self) -> Option<&Arc<Incident>> {
        let Some(id) = self.detail.opened() else { return self.incidents.selected() };
        self.board.incident(id).or_else(|| self.detail.known.incident(id))
    }
}

impl Detail {
    /// Shows an incident, whether it is on the board or not, until the keys go elsewhere or one steps back.
    pub fn show(&mut self, id: IncidentId) {
        if self.opened() != Some(&id) {
            self.opened.push(id);
        }
        self.tab = Tab::Overview;
        self.line = 0;
    }

    /// The incident that was opened by its name, if one is shown.
    pub fn opened(&self) -> Option<&IncidentId> {
        self.opened.last()
    }

    /// Back to the incident before, if this one was opened by its name.
    pub fn step_back(&mut self) -> bool {
        self.opened.pop().is_some()
    }

    /// The keys have gone elsewhere: the selected incident is shown.
    pub fn follow(&mut self) {
        self.opened.clear();
    }

    /// What is known may be out of date: it is asked for again.
    pub fn forget(&mut self) {
        self.known.forget();
        self.raw = None;
    }

    /// What must be asked so that the incident can be shown.
    pub fn wants(&mut self, subject: Option<&IncidentId>) -> Option<Effect> {
        let id = self.opened().or(subject)?.clone();
        let alert = (self.tab == Tab::Raw).then(|| self.selected().map(|alert| alert.id.clone())).flatten();
        let alert = alert.filter(|alert| self.raw.as_ref().is_none_or(|(id, _)| id != alert));
        self.known.wants(&id, alert)
    }

    /// The alerts and history of an incident have come, or a refusal.
    pub fn answered(&mut self, id: &IncidentId, answer: Result<Reply, Refusal>) {
        if self.known.answered(id, answer) {
            (self.at, self.past, self.line, self.at_end, self.raw) = (0, 0, 0, true, None);
            self.marked.clear();
        }
    }

    /// Earlier incidents have come, or a refusal.
    pub fn similar_answered(&mut self, id: IncidentId, answer: Result<Reply, Refusal>) {
        self.known.similar_answered(id, answer);
    }

    /// The body of a request has come, or a refusal.
    pub fn raw_answered(&mut self, id: AlertId, answer: Result<Reply, Refusal>) {
        self.known.raw_answered();
        self.line = 0;
        let raw = match answer {
            Ok(Reply::Raw(body)) => Ok(Raw::read(&body)),
            Ok(_) => Err("the engine answered something else".into()),
            Err(refusal) => Err(refusal.message),
        };
        self.raw = Some((id, raw));
    }

    /// Something happened, perhaps to the incident that is shown.
    pub fn changed(&mut self, change: &Change) {
        // The selection follows the alert, but for the latest: that stays the latest.
        if self.known.changed(change) && self.at > 0 {
            self.at = stepped(self.at, 1, self.known.alerts.len());
        }
    }

    /// How many alerts are known.
    pub fn alerts(&self) -> usize {
        self.known.alerts.len()
    }

    /// The marked alerts, else the selected one.
    pub fn chosen(&self) -> impl Iterator<Item = &Alert> {
        let marked = self.known.alerts.iter().filter(|alert| self.marked.contains(&alert.id.number));
        marked.chain(self.selected().filter(|_| self.marked.is_empty()))
    }

    /// Marks the selected alert, or takes its mark away; folds the selected part of a request, or unfolds it.
    pub fn mark(&mut self) {
        match self.tab {
            Tab::Alerts => {
                let Some(number) = self.selected().map(|alert| alert.id.number) else { return };
                if !self.marked.remove(&number) {
                    self.marked.insert(number);
                }
                self.go(Move::Rows(1));
            }
            Tab::Raw => self.fold(),
            Tab::Overview | Tab::Timeline | Tab::Similar => {}
        }
    }

    /// No alert is marked.
    pub fn unmark(&mut self) {
        self.marked.clear();
    }

    /// Folds the selected part of a request, or unfolds it.
    pub fn fold(&mut self) {
        if let Some((_, Ok(raw))) = &mut self.raw {
            self.line = raw.fold(self.line);
        }
    }

    /// Folds everything in a request, or nothing.
    pub fn fold_all(&mut self, folded: bool) {
        if let (Tab::Raw, Some((_, Ok(raw)))) = (self.tab, &mut self.raw) {
            raw.fold_all(folded);
            self.line = 0;
        }
    }

    /// The earlier incident that is selected, where they are shown.
    pub fn past(&self) -> Option<&IncidentId> {
        let similar = self.known.similar(self.known.of()?)?.as_ref().ok()?;
        similar.incidents.get(self.past).map(|past| &past.incident.id).filter(|_| self.tab == Tab::Similar)
    }

    /// Moves within the tab.
    pub fn go(&mut self, by: Move) {
        let by = by.rows(self.window.height);
        match self.tab {
            Tab::Alerts => self.at = stepped(self.at, by, self.known.alerts.len()),
            Tab::Similar => self.past = stepped(self.past, by, self.pasts()),
            Tab::Raw => self.line = stepped(self.line, by, self.lines.len()),
            Tab::Overview | Tab::Timeline => {
                let most = self.lines.len().saturating_sub(self.window.height);
                self.line = stepped(self.line, by, most + 1);
                self.at_end = self.line == most;
            }
        }
    }

    /// Another tab; after the last comes the first.
    pub fn turn(&mut self, by: isize) {
        let at = Tab::ALL.iter().position(|tab| *tab == self.tab).unwrap_or(0);
        self.turn_to(Tab::ALL[at.wrapping_add(Tab::ALL.len()).wrapping_add_signed(by) % Tab::ALL.len()]);
    }

    /// Shows a tab.
    pub fn turn_to(&mut self, tab: Tab) {
        self.tab = tab;
        (self.line, self.at_end) = (0, true);
    }

    /// It is shown in `area`: settles which lines.
    pub fn fit(&mut self, app: &App, subject: Option<&Arc<Incident>>, area: Option<Rect>) {
        let room = area.map(draw::body).unwrap_or_default();
        self.window.height = room.height.into();
        let incident = subject.filter(|incident| self.known.of() == Some(&incident.id));
        let (Some(incident), None) = (incident, &self.known.error) else {
            self.lines.clear();
            return;
        };
        match self.tab {
            Tab::Overview => self.lines = overview::lines(app, incident, &self.known, room.width),
            Tab::Timeline => self.lines = timeline::lines(app, &self.known.timeline, room.width),
            Tab::Raw => self.lines = self.raw_lines(room.width),
            Tab::Alerts => {
                self.lines = self.selected().map(|alert| alerts::lines(app, alert, room.width)).unwrap_or_default();
                self.window.height = alerts::list(room, self.known.alerts.len()).height.into();
            }
            Tab::Similar => {
                self.lines = similar::above(app, &self.known, room.width);
                self.window.height = self.window.height.saturating_sub(self.lines.len());
            }
        }
        let most = self.lines.len().saturating_sub(self.window.height);
        match self.tab {
            Tab::Alerts => self.window.show(self.at, self.known.alerts.len()),
            Tab::Similar => self.window.show(self.past, self.pasts()),
            Tab::Raw => {
                self.line = stepped(self.line, 0, self.lines.len());
                self.window.show(self.line, self.lines.len());
            }
            Tab::Overview | Tab::Timeline => {
                let end = self.at_end && self.tab == Tab::Timeline;
                self.line = if end { most } else { self.line.min(most) };
                self.window.offset = self.line;
            }
        }
    }

    fn raw_lines(&mut self, width: u16) -> Vec<Line> {
        match &mut self.raw {
            None if self.known.alerts.is_empty() => vec![Line::dim("no alert is kept")],
            None => vec![Line::dim("loading…")],
            Some((_, Err(error))) => vec![Line::mistake(error)],
            Some((_, Ok(raw))) => raw.lines(width),
        }
    }

    fn selected(&self) -> Option<&Alert> {
        self.known.alerts.get(self.at)
    }

    fn pasts(&self) -> usize {
        let similar = self.known.of().and_then(|id| self.known.similar(id)?.as_ref().ok());
        similar.map_or(0, |similar| similar.incidents.len())
    }
}
