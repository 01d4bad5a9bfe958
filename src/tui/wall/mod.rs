//! Wall mode: who is in trouble now, for somebody four metres away who touches nothing. No cursor, no selection, no changes.
//!
//! What rings and who is muted is `bell`'s; what is wrong with the program, `trouble`'s.

mod digits;
mod draw;

use std::cmp::Reverse;
use std::sync::Arc;

use ratatui::layout::Rect;

pub use draw::draw;

use super::app::App;
use super::effect::Effect;
use super::popups::Popup;
use crate::core::board::{Board, TenantPanel};
use crate::core::id::TenantId;
use crate::core::incident::{Incident, Status};
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};

/// How long a page stays.
const PAGE: Span = Span(10_000);
/// Of one tenant, at most so many incidents are shown, however large the wall.
const INCIDENTS: usize = 5;

/// The wall.
#[derive(Debug, Default)]
pub struct Wall {
    /// A key made it, and a key ends it.
    by_key: bool,
    counters: Counters,
    /// Those with something open that wants somebody, the worst first.
    troubled: Vec<Troubled>,
    /// All of them, the one that has been quiet longest first.
    heard: Vec<(String, Option<Moment>)>,
    plan: draw::Plan,
    /// The first of `troubled` on each page, beside the worst, which is on every one.
    pages: Vec<std::ops::Range<usize>>,
    page: usize,
    turned_at: Moment,
}

/// What the large numbers say.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Counters {
    /// Open, by severity, the least first; without those in silences and the snoozed ones.
    open: [usize; 4],
    unacknowledged: usize,
    breached: usize,
    /// In silences, and snoozed.
    quiet: usize,
}

/// A tenant in trouble.
#[derive(Debug)]
struct Troubled {
    id: TenantId,
    name: String,
    open: [usize; 4],
    last_alert_at: Option<Moment>,
    /// Its worst ones, the highest score first.
    worst: Vec<Arc<Incident>>,
}

impl Wall {
    fn refresh(&mut self, board: &Board) {
        self.counters = Counters::default();
        self.troubled.clear();
        self.heard.clear();
        for (id, panel) in &board.tenants {
            let name = panel.tenant.as_ref().map_or_else(|| id.to_string(), |tenant| tenant.name.clone());
            self.heard.push((name.clone(), panel.last_alert_at));
            self.troubled.extend(self.counters.add(id, name, panel));
        }
        let score = |tenant: &Troubled| tenant.worst.first().map(|worst| worst.priority_score);
        self.troubled.sort_by(|a, b| score(b).cmp(&score(a)).then_with(|| a.id.cmp(&b.id)));
        self.heard.sort_by(|(a, at), (b, other)| at.cmp(other).then_with(|| a.cmp(b)));
    }

    /// It is shown in `area`; `trouble`: what is wrong needs room on top.
    fn fit(&mut self, area: Rect, trouble: bool, ascii: bool, now: Moment) {
        let widest = self.counters.all().into_iter().map(|count| count.to_string().len()).max().unwrap_or(1);
        self.plan = draw::Plan::of(area, trouble, widest, self.heard.len(), ascii);
        self.pages = pages(&self.troubled, self.plan.incidents_each, self.plan.body.height, self.plan.gap);
        let turns = usize::try_from((now - self.turned_at).0 / PAGE.0).unwrap_or(0);
        if turns > 0 {
            self.turned_at = now;
            self.page += 1;
        }
        self.page %= self.pages.len().max(1);
    }
}

impl Counters {
    /// Counts a tenant's, and says what trouble it is in.
    fn add(&mut self, id: &TenantId, name: String, panel: &TenantPanel) -> Option<Troubled> {
        let mut open = [0; 4];
        let mut worst: Vec<&Arc<Incident>> = Vec::new();
        for incident in panel.open() {
            if !incident.is_loud() {
                self.quiet += 1;
                continue;
            }
            open[incident.severity as usize] += 1;
            self.unacknowledged += usize::from(incident.status == Status::New);
            self.breached += usize::from(incident.sla.breached());
            let order =
                |incident: &Incident| (Reverse(incident.priority_score), incident.opened_at, incident.id.number);
            let place = worst.partition_point(|known| order(known) <= order(incident));
            if place < INCIDENTS {
                worst.truncate(INCIDENTS - 1);
                worst.insert(place, incident);
            }
        }
        for (all, one) in self.open.iter_mut().zip(open) {
            *all += one;
        }
        let worst: Vec<_> = worst.into_iter().cloned().collect();
        (!worst.is_empty()).then(|| Troubled { id: id.clone(), name, open, last_alert_at: panel.last_alert_at, worst })
    }

    /// In the order in which they are shown.
    fn all(&self) -> [usize; 6] {
        let [low, medium, high, critical] = self.open;
        [critical, high, medium, low, self.unacknowledged, self.breached]
    }
}

impl Troubled {
    fn severity(&self) -> Severity {
        self.worst.iter().map(|incident| incident.severity).max().unwrap_or(Severity::Low)
    }

    /// Lines it takes, where so many of its incidents are shown.
    fn height(&self, incidents_each: usize) -> u16 {
        u16::try_from(1 + self.worst.len().min(incidents_each)).unwrap_or(u16::MAX)
    }
}

/// Which tenants are on which page, beside the worst one, which stays on top.
fn pages(troubled: &[Troubled], incidents_each: usize, height: u16, gap: u16) -> Vec<std::ops::Range<usize>> {
    let Some(first) = troubled.first() else { return Vec::new() };
    let room = height.saturating_sub(first.height(incidents_each) + gap);
    let mut pages = Vec::new();
    pages.push(1..1);
    let mut left = room;
    for (at, tenant) in troubled.iter().enumerate().skip(1) {
        let needs = tenant.height(incidents_each);
        let begun = pages.last().is_some_and(|page| !page.is_empty());
        if needs > left && begun {
            pages.push(at..at);
            left = room;
        }
        if let Some(page) = pages.last_mut() {
            page.end = at + 1;
        }
        left = left.saturating_sub(needs + gap);
    }
    pages
}

impl App {
    /// Shows the wall; `by_key`: a key ends it.
    pub fn enter_wall(&mut self, by_key: bool) {
        self.popups.clear();
        self.wall = Some(Wall { by_key, turned_at: self.now, ..Wall::default() });
        self.refresh();
    }

    /// Back to the panes, if a key led here.
    pub fn leave_wall(&mut self) {
        if self.wall.as_ref().is_some_and(|wall| !wall.by_key) {
            self.mistake("this seat is a wall: q asks whether to quit, ctrl-c quits".into());
            return;
        }
        self.wall = None;
        self.refresh();
    }

    /// Asks before a wall that somebody relies on goes dark.
    pub fn quit_wall(&mut self) {
        let lines = vec!["Whoever relies on this wall will see nothing any more.".into()];
        self.popup(Popup::confirm("Quit the wall?".into(), lines, vec![Effect::Quit]));
    }

    /// The next page now.
    pub fn next_page(&mut self) {
        if let Some(wall) = &mut self.wall {
            wall.page += 1;
            wall.turned_at = self.now;
        }
        if self.wall.as_ref().is_some_and(|wall| wall.pages.len() < 2) {
            self.notice("everything is on this page".into());
        }
    }

    /// Brings the wall up to date for a screen of `area`; `changed`: the board is another one.
    pub fn settle_wall(&mut self, area: Rect, changed: bool) {
        let trouble = !self.troubles().is_empty();
        let Some(wall) = &mut self.wall else { return };
        if changed {
            wall.refresh(&self.board);
        }
        wall.fit(area, trouble, self.look.glyphs.ascii, self.now);
    }
}
