//! Keeps what is shown up with what happens: takes in the feed change by change, and before each frame brings everything that
//! follows from the rest up to date.

use ratatui::layout::Rect;

use super::app::{App, Phase};
use super::effect::Effect;
use super::layout;
use super::panes::Pane;
use super::panes::incidents::View;
use super::panes::session;
use super::popups::Popup;
use super::trouble;
use crate::core::change::{Change, Published};
use crate::core::query::Viewer;
use crate::link::Feed;

impl App {
    /// The feed brought something.
    pub fn changed(&mut self, feed: Feed) {
        let heard = !matches!(feed, Feed::Away(_) | Feed::Lost(_));
        let away = matches!(self.phase, Phase::Away(_)).then(|| self.now - self.heard_at);
        if heard {
            self.heard_at = self.now;
        }
        match feed {
            Feed::Snapshot(snapshot) => {
                if self.phase != Phase::Waiting {
                    self.ring_for_all(&snapshot);
                    self.approvals_of(&snapshot);
                }
                let before = std::mem::take(&mut self.board);
                self.board.reset(*snapshot);
                self.executions_since(&before);
                self.sessions_since(&before);
                self.ask_anew();
                self.phase = Phase::Live;
                self.incidents.forget();
                self.stale = true;
            }
            Feed::Changes(changes) => {
                for published in changes.iter() {
                    self.apply(published);
                }
                self.behind = true;
            }
            Feed::Pulse(pulse) => {
                self.board.pulse = *pulse;
                self.behind = true;
            }
            Feed::Present(present) => {
                self.board.present = present;
                self.behind = true;
            }
            Feed::Away(reason) => self.phase = Phase::Away(reason),
            // The first word says why; that the feed ends then says nothing more.
            Feed::Lost(_) if matches!(self.phase, Phase::Lost(_)) => {}
            Feed::Lost(reason) => self.phase = Phase::Lost(reason),
        }
        if let Some(away) = away.filter(|_| heard) {
            self.phase = Phase::Live;
            self.ask_anew();
            self.notice(format!("the engine is back after {}", trouble::age(away)));
        }
    }

    /// What was asked before may have found nobody, or have changed since.
    fn ask_anew(&mut self) {
        self.tabs_anew();
        self.ask_pages_anew();
        self.detail.forget();
        self.ask_sources_anew();
        self.look_anew();
    }

    /// Brings everything that follows from the rest up to date, for a screen of `area`. Called once before each frame: what a
    /// key means is decided by what was last drawn. Without `follow`, only what the key has changed is brought up to date.
    pub fn settle(&mut self, area: Rect, follow: bool) -> Vec<Effect> {
        self.popups.iter_mut().for_each(|popup| popup.fit(area, &self.look));
        self.fit_approvals(area);
        self.settle_leaving();
        self.note_troubles(&self.steady_troubles());
        let changed = self.stale || (self.behind && follow);
        self.behind &= !changed;
        self.settle_rows();
        if self.wall.is_some() {
            self.settle_look();
            self.settle_wall(area, changed);
            return self.take_effects();
        }
        if changed {
            if let Some(Popup::Windows(list)) = self.popups.iter_mut().find(|popup| matches!(popup, Popup::Windows(_)))
            {
                list.refresh(&self.board);
            }
            if let Some(Popup::People(list)) = self.popups.iter_mut().find(|popup| matches!(popup, Popup::People(_))) {
                list.refresh(&self.board.present);
            }
            self.follow_executions();
            self.follow_sessions();
            let tenants = self.board.tenants.iter();
            self.tenants.refresh(tenants, &self.board.pulse, self.narrowed.as_ref());
        }
        // Before the first alert, what to type next needs the room.
        let untouched = self.phase == Phase::Live && self.incidents.rows.is_empty() && self.board.stream.is_empty();
        let zoomed = self.zoomed || (untouched && self.focus == Pane::Incidents);
        self.settle_front();
        let zoomed = if self.focus == Pane::Session { self.sessions.zoomed } else { zoomed };
        let below = if self.sessions.in_front() { Pane::Session } else { Pane::Detail };
        let plan = layout::plan(area, (self.focus, below), zoomed, !self.troubles().is_empty(), self.sizes);
        self.plan = plan;
        self.settle_sessions(plan.session.map(session::size));
        self.settle_pages(area);
        self.settle_openings(area);
        self.settle_sources(area);
        self.tenants.fit(plan.tenants);
        self.incidents.fit(plan.incidents);
        let viewer = Viewer { who: &self.operator, now: self.now };
        self.stream.settle(&self.board, self.narrowed.as_ref(), &self.query, viewer, plan.stream);
        if self.focus != Pane::Detail {
            self.detail.follow();
        }
        let subject = self.subject().cloned();
        let mut detail = std::mem::take(&mut self.detail);
        detail.fit(self, subject.as_ref(), plan.detail);
        self.detail = detail;
        let wanted = plan.detail.and_then(|_| self.detail.wants(subject.as_ref().map(|incident| &incident.id)));
        self.effects.extend(wanted.filter(|_| self.phase == Phase::Live));
        if let Some(Popup::History(history)) = self.popups.last_mut() {
            self.effects.extend(history.wants());
        }
        self.settle_look();
        self.remember();
        self.take_effects()
    }

    /// Before a key: a filter that was typed since the last frame holds for it. Without this, a key that is pressed at once after it
    /// would be for an incident that the filter has hidden.
    pub fn catch_up(&mut self) {
        if self.popups.is_empty() && (self.stale || self.narrower) {
            let stale = self.stale;
            self.settle_rows();
            // The rest of what follows from it waits for the frame.
            self.stale = stale;
        }
    }

    /// Brings the rows of the incidents up to date, with as little work as what has happened needs.
    fn settle_rows(&mut self) {
        let stale = std::mem::take(&mut self.stale) || self.incidents.is_old(&self.query, self.now);
        let (narrower, pressed) = (std::mem::take(&mut self.narrower), std::mem::take(&mut self.pressed));
        if stale || narrower {
            self.query.learn_names(self.board.names());
        }
        let viewer = Viewer { who: &self.operator, now: self.now };
        let view = View { narrowed: self.narrowed.as_ref(), query: &self.query, viewer };
        if stale {
            self.incidents.refresh(&self.board, view);
        } else if narrower {
            self.incidents.narrow(&self.board, view);
        } else if pressed || self.incidents.is_due(self.now) {
            self.incidents.join(&self.board, self.now);
        }
    }

    fn apply(&mut self, published: &Published) {
        let about = match &published.change {
            Change::IncidentCreated(incident) | Change::IncidentUpdated(incident) => {
                self.ring_for(incident);
                Some(&incident.id)
            }
            Change::IncidentResolved(incident) => Some(&incident.id),
            Change::IncidentForgotten { id } => Some(id),
            Change::AlertReceived(_) | Change::AlertSeenAgain { .. } => {
                self.arrivals.count();
                None
            }
            Change::ExecutionChanged(execution) => {
                self.approval_changes(execution);
                let was = self.board.execution(&execution.id).cloned();
                self.execution_changed(was.as_deref(), execution);
                None
            }
            Change::SessionChanged(session) => {
                self.tab_changes(session);
                self.session_changes(session);
                self.port_changes(session);
                None
            }
            Change::WindowExpires { id, window } => {
                self.window_expires(id, window);
                None
            }
            // A filter may go by a tenant's name.
            Change::TenantChanged(_) | Change::TenantRemoved { .. } => {
                if let Change::TenantRemoved { id } = &published.change {
                    self.remember_nothing_of(id);
                }
                self.incidents.forget();
                self.stale = true;
                None
            }
            _ => None,
        };
        self.detail.changed(&published.change);
        let was = about.and_then(|id| self.board.incident(id)).cloned();
        self.board.apply(published);
        if let Some(id) = about {
            let viewer = Viewer { who: &self.operator, now: self.now };
            let view = View { narrowed: self.narrowed.as_ref(), query: &self.query, viewer };
            self.incidents.changed(was.as_ref(), self.board.incident(id), view);
        }
    }
}
