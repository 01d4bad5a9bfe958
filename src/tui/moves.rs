//! What commands do to the view: where the keys go, what is selected, what is shown.

use super::app::{App, Phase};
use super::columns::{Columns, NoColumn};
use super::effect::Effect;
use super::panes::Pane;
use super::panes::detail::Tab;
use super::panes::incidents::By;
use super::popups::Popup;
use super::popups::pick::{Choice, Pick};
use crate::core::incident::Status;
use crate::core::severity::Severity;

/// What stands for all tenants where one may be named.
const ALL_TENANTS: &str = "*";

/// A move within a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// So many rows on.
    Rows(isize),
    /// So many screenfuls on.
    Pages(isize),
    /// To the first row.
    First,
    /// To the last row.
    Last,
}

impl Move {
    /// How many rows that is where `height` are shown.
    pub fn rows(self, height: usize) -> isize {
        let height = isize::try_from(height.max(2) - 1).unwrap_or(1);
        match self {
            Self::Rows(by) => by,
            Self::Pages(by) => by.saturating_mul(height),
            Self::First => isize::MIN,
            Self::Last => isize::MAX,
        }
    }
}

impl App {
    /// Moves in the last popup, or in the pane that has the keys.
    pub fn go(&mut self, by: Move) {
        match self.popups.last_mut() {
            Some(Popup::Log(log)) => return log.go(by, &self.log, usize::from(self.plan.status.y)),
            Some(popup) => return popup.go(by),
            None => {}
        }
        match self.focus {
            Pane::Tenants => self.tenants.go(by),
            Pane::Incidents => self.incidents.go(by),
            Pane::Detail => self.detail.go(by),
            Pane::Stream => self.stream.go(by),
            Pane::Session => self.look_back(by),
        }
    }

    /// Selects the newest critical incident among those shown that nobody has taken; without one, the newest critical.
    pub fn select_newest(&mut self) {
        let critical = self.incidents.rows.iter().filter(|one| one.severity == Severity::Critical && one.is_open());
        let newest = critical.max_by_key(|one| (one.status == Status::New, one.opened_at, one.id.number));
        match newest.map(|incident| incident.id.clone()) {
            Some(id) => {
                self.incidents.select(&id);
                self.focus = Pane::Incidents;
            }
            None => self.mistake("no critical incident is shown".into()),
        }
    }

    /// Gives the keys to the pane `by` further on.
    pub fn focus_by(&mut self, by: isize) {
        // A session is behind the detail whose place it has.
        let open = !self.sessions.tabs().is_empty();
        let all: Vec<_> = Pane::ALL.into_iter().chain(open.then_some(Pane::Session)).collect();
        let at = all.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        self.focus_on(all[at.wrapping_add(all.len()).wrapping_add_signed(by) % all.len()]);
    }

    /// Gives the keys to a pane.
    pub fn focus_on(&mut self, pane: Pane) {
        self.focus = pane;
    }

    /// Goes into what is selected: a tenant is the only one shown, an incident shows its detail, an alert its incident.
    pub fn open(&mut self) {
        if self.board.tenants.is_empty() && self.phase == Phase::Live {
            super::command::named("tenant-add").into_iter().for_each(|command| command.invoke(self, ""));
            return;
        }
        match self.focus {
            Pane::Tenants => {
                self.narrowed = self.tenants.selected().map(|row| row.id.clone());
                self.focus = Pane::Incidents;
                self.refresh();
            }
            Pane::Incidents => {
                self.incidents.pin();
                self.focus = Pane::Detail;
            }
            Pane::Detail => self.open_within(),
            Pane::Stream => match self.stream.selected().and_then(|alert| alert.incident_id.clone()) {
                Some(id) if self.incidents.select(&id) => self.focus = Pane::Incidents,
                Some(id) => self.mistake(format!("{id} is not among the incidents shown")),
                None => self.mistake("this alert has no incident yet".into()),
            },
            Pane::Session => {}
        }
    }

    /// Goes into what is selected within the detail; where nothing is, the pane takes the whole screen.
    fn open_within(&mut self) {
        if let Some(id) = self.detail.past().cloned() {
            self.detail.show(id);
        } else if self.detail.tab == Tab::Raw {
            self.detail.fold();
        } else {
            self.zoomed = !self.zoomed;
        }
    }

    /// One step back; never out.
    pub fn back(&mut self) {
        let stepped = self.focus == Pane::Detail && self.detail.step_back();
        if stepped {
            return;
        }
        if self.zoomed {
            self.zoomed = false;
        } else if self.focus != Pane::Incidents {
            self.stream.go(Move::First);
            self.focus = Pane::Incidents;
        } else if !self.incidents.marks.is_empty() {
            self.incidents.unmark();
        } else if !self.filter.is_empty() {
            let rest = self.query.without_last().to_owned();
            self.set_filter(&rest);
        } else if self.narrowed.is_some() {
            self.narrowed = None;
            self.refresh();
        } else {
            self.incidents.go(Move::First);
        }
    }

    /// Marks the row, or takes its mark away: an incident's, or in the detail an alert's. Folds a part of a request.
    pub fn mark(&mut self) {
        match self.focus {
            Pane::Detail if matches!(self.detail.tab, Tab::Alerts | Tab::Raw) => self.detail.mark(),
            Pane::Detail => self.mistake("nothing to mark here; alerts have marks, the raw request folds".into()),
            _ => self.incidents.mark(),
        }
    }

    /// Turns the detail's tabs.
    pub fn turn(&mut self, by: isize) {
        self.detail.turn(by);
    }

    /// Shows one tenant only, or `*` for all; without an id, lets the operator choose.
    pub fn narrow_to(&mut self, id: &str) {
        match id {
            "" => return self.pick_tenant(),
            ALL_TENANTS => self.narrowed = None,
            id => match self.tenant_meant(id) {
                Some(tenant) => self.narrowed = Some(tenant),
                None => return,
            },
        }
        self.refresh();
    }

    /// Lets the operator choose a tenant: the worst first; all of them before that when only one is shown.
    fn pick_tenant(&mut self) {
        let Some(command) = super::command::named("tenant") else { return };
        let all = Choice { value: ALL_TENANTS.into(), label: "all tenants".into(), note: String::new() };
        let all = self.narrowed.is_some().then_some(all);
        let choices = all.into_iter().chain(self.tenants.choices(self.look.glyphs)).collect();
        self.popup(Popup::Pick(Pick::new(command, Vec::new(), "Tenant".into(), choices)));
    }

    /// Another order of the incidents; the same again is turned round.
    pub fn sort_by(&mut self, by: By) {
        let sort = self.incidents.sort().turned(by);
        self.incidents.set_sort(sort);
        self.refresh();
    }

    /// Other columns, or a window to choose them in.
    pub fn set_columns(&mut self, text: &str) {
        match text {
            "" => self.popup(Popup::columns(self)),
            "auto" => self.columns = Columns::default(),
            text => match text.parse() {
                Ok(columns) => self.columns = columns,
                Err(error) => self.mistake(NoColumn::to_string(&error)),
            },
        }
    }

    /// Changes the columns in the window where they are chosen, and at once on the screen.
    pub fn in_columns(&mut self, how: impl FnOnce(&mut super::popups::columns::Picking)) {
        if let Some(Popup::Columns(picking)) = self.popups.last_mut() {
            how(picking);
            self.columns = picking.columns();
        }
    }

    /// Opens a popup.
    pub fn popup(&mut self, popup: Popup) {
        self.popups.push(popup);
    }

    /// Closes the last popup.
    pub fn close(&mut self) {
        self.popups.pop();
    }

    /// Shows what is selected in the last popup, or its list again.
    pub fn look_in(&mut self) {
        if let (Some(Popup::Windows(_)), Some(edit)) = (self.popups.last(), super::command::named("edit-window")) {
            edit.invoke(self, "");
        } else if let Some(Popup::Executions(_)) = self.popups.last() {
            self.open_listed();
        } else if let Some(Popup::Sessions(_)) = self.popups.last() {
            self.attend_listed();
        } else if let Some(Popup::Pasting(_)) = self.popups.last() {
            self.show_what_came();
        } else if let Some(popup) = self.popups.last_mut() {
            popup.look_in();
        }
    }

    /// Gives the terminal back, unless that would stop the receiver.
    pub fn suspend(&mut self) {
        if self.embedded {
            self.mistake("ctrl-z is off: this seat runs the receiver, and it would stop taking alerts".into());
        } else {
            self.effect(Effect::Suspend);
        }
    }
}
