//! What commands do to the view: where the keys go, what is selected, what is shown.

use super::app::{App, Phase};
use super::columns::{Columns, NoColumn};
use super::command::Command;
use super::effect::Effect;
use super::input::Input;
use super::panes::Pane;
use super::panes::detail::Tab;
use super::panes::incidents::By;
use super::popups::Popup;
use super::popups::palette::Palette;
use super::popups::pick::{Choice, Pick};
use super::popups::prompt::Prompt;
use crate::core::id::IncidentId;
use crate::core::query::Query;

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
        }
    }

    /// Gives the keys to the pane `by` further on.
    pub fn focus_by(&mut self, by: isize) {
        let at = Pane::ALL.iter().position(|pane| *pane == self.focus).unwrap_or(0);
        let to = at.wrapping_add_signed(by) % Pane::ALL.len();
        self.focus_on(Pane::ALL[to]);
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
            self.set_filter("");
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
            Pane::Detail => self.detail.mark(),
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

    /// Applies a filter, or begins typing one.
    pub fn ask_filter(&mut self, query: &str) {
        if query.is_empty() {
            self.popup(Popup::filter(&self.filter));
        } else {
            self.set_filter(query);
        }
    }

    /// Filters by `text` if it can be understood; else says why not.
    pub fn set_filter(&mut self, text: &str) {
        match Query::parse(text) {
            Ok(query) => {
                self.query = query;
                self.filter = text.trim().into();
                self.refresh();
            }
            Err(error) => self.mistake(error.to_string()),
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
        } else if let Some(popup) = self.popups.last_mut() {
            popup.look_in();
        }
    }

    /// What was typed is meant.
    pub fn submit(&mut self) {
        match self.popups.pop() {
            Some(Popup::Palette(palette)) => self.run_line(&palette),
            Some(Popup::Help(help)) => match help.chosen() {
                Some(binding) => binding.command.invoke(self, &binding.argument),
                None => self.mistake("nothing to run".into()),
            },
            Some(Popup::Log(log)) => self.popup(Popup::Log(log.searched())),
            Some(Popup::Filter(filter)) => self.set_filter(filter.input.text()),
            Some(Popup::WindowForm(form)) => self.submit_window(form),
            Some(Popup::Prompt(prompt)) if !prompt.input.text().trim().is_empty() => {
                self.run_on(prompt.aim, prompt.command, prompt.input.text());
            }
            Some(Popup::Pick(pick)) => match pick.chosen() {
                Some(value) => self.run_on(pick.aim, pick.command, &value),
                None => self.mistake("nothing to choose".into()),
            },
            _ => {}
        }
    }

    /// What was typed is not meant.
    pub fn cancel(&mut self) {
        match self.popups.pop() {
            Some(Popup::Log(_)) => self.show_log(),
            Some(Popup::Filter(filter)) => self.set_filter(&filter.before),
            Some(Popup::Pick(pick)) => {
                if let Some(before) = pick.preview {
                    pick.command.invoke(self, &before);
                }
            }
            _ => {}
        }
    }

    /// The question was answered with yes.
    pub fn confirmed(&mut self) {
        if let Some(Popup::Confirm(confirm)) = self.popups.pop() {
            self.sent_together(&confirm.effects);
            confirm.effects.into_iter().for_each(|effect| self.effect(effect));
        }
    }

    /// Asks for the argument of a command that is for the incidents aimed at now.
    pub fn ask(&mut self, name: &str, title: String, hint: &str) {
        let Some(command) = super::command::named(name) else { return };
        let aim = self.targets();
        let prompt = Prompt { command, aim, title, hint: hint.into(), input: Input::default() };
        self.popup(Popup::Prompt(prompt));
    }

    /// Runs a command on incidents that were settled before.
    fn run_on(&mut self, aim: Vec<IncidentId>, command: &'static Command, argument: &str) {
        self.aim = aim;
        command.invoke(self, argument.trim());
        self.aim.clear();
    }

    /// Runs the command of a choice with what is highlighted, if it wants to be seen before it is chosen.
    fn preview(&mut self) {
        let Some(Popup::Pick(pick)) = self.popups.last() else { return };
        if let (Some(_), Some(value)) = (&pick.preview, pick.chosen()) {
            pick.command.invoke(self, &value);
        }
    }

    /// The text being typed has changed.
    pub fn typed(&mut self) {
        self.with_palette(Palette::typed_more);
        match self.popups.last_mut() {
            Some(Popup::Help(help)) => help.typed_more(),
            Some(Popup::Pick(pick)) => {
                pick.typed_more();
                self.preview();
            }
            Some(Popup::Filter(filter)) => {
                if let Some(text) = filter.understood() {
                    self.set_filter(&text);
                }
            }
            _ => {}
        }
    }

    /// Completes the name of a command.
    pub fn complete(&mut self) {
        self.with_palette(Palette::complete);
    }

    /// Chooses another suggestion.
    pub fn choose(&mut self, by: isize) {
        self.with_palette(|palette, app| palette.choose(app, by));
        match self.popups.last_mut() {
            Some(Popup::Help(help)) => help.choose(by),
            Some(Popup::Pick(pick)) => pick.choose(by),
            _ => {}
        }
        self.preview();
    }

    /// Changes the text being typed.
    pub fn edit(&mut self, how: fn(&mut Input)) {
        if let Some(input) = self.popups.last_mut().and_then(Popup::input) {
            how(input);
        }
        self.typed();
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
