//! Windows over the panes. The last one has the keys; they are drawn from the bottom up. One file each.

pub mod approvals;
pub mod audit;
pub mod columns;
pub mod confirm;
pub mod executions;
pub mod fields;
pub mod filter;
pub mod finder;
pub mod foot;
pub mod handover;
pub mod help;
pub mod history;
pub mod issued;
pub mod leaving;
pub mod listed;
pub mod log;
pub mod machines;
pub mod opening;
pub mod palette;
pub mod people;
pub mod pick;
mod place;
pub mod prompt;
pub mod quarantine;
pub mod refused;
pub mod rows;
pub mod run;
pub mod sessions;
pub mod tasks;
pub mod through;
pub mod whose;
pub mod windows;

use crokey::KeyCombination;
use ratatui::layout::Rect;

pub use self::place::Place;
use super::app::App;
use super::canvas::Canvas;
use super::effect::Effect;
use super::input::Input;
use super::keymap::Binding;
use super::moves::Move;
use super::theme::Look;
use crate::core::id::TenantId;
use crate::core::pulse::Pulse;
use crate::link::{Refusal, Reply};

/// A window over the panes.
#[derive(Debug)]
pub enum Popup {
    /// Which keys work here.
    Help(help::Help),
    /// Commands by name.
    Palette(palette::Palette),
    /// The filter, while it is typed.
    Filter(filter::Filter),
    /// A command's argument, while it is typed.
    Prompt(prompt::Prompt),
    /// A command's argument, one of several.
    Pick(pick::Pick),
    /// A question before something large.
    Confirm(confirm::Confirm),
    /// A shift handover.
    Handover(handover::Handover),
    /// A new tenant's keys.
    Issued(issued::Keys),
    /// A tenant's unreadable requests.
    Quarantine(quarantine::Quarantine),
    /// Refused requests.
    Refused(refused::Refused),
    /// What was said and done here.
    Log(log::LogView),
    /// What is under way.
    Tasks,
    /// The columns of the incidents.
    Columns(columns::Picking),
    /// Silences and maintenance windows.
    Windows(windows::Windows),
    /// One of them, while it is made or changed.
    WindowForm(Box<windows::form::Form>),
    /// Closed incidents and all alerts.
    History(history::History),
    /// Executions.
    Executions(Box<executions::Executions>),
    /// What waits for approval.
    Approvals(Box<approvals::Approvals>),
    /// A tenant's machines.
    Machines(Box<machines::Machines>),
    /// How a tenant's account takes us.
    Access(Box<machines::verified::Access>),
    /// What a new machine registers with.
    Activated(machines::activated::Activated),
    /// On the way to an execution, or at one.
    Run(Box<run::Page>),
    /// A tenant's audit log.
    Audit(Box<audit::Audit>),
    /// On the way to a shell.
    Opening(Box<opening::Opening>),
    /// Sessions.
    Sessions(Box<sessions::Sessions>),
    /// Who is on.
    People(people::People),
    /// What becomes of sessions when the seat ends.
    Leaving(leaving::Leaving),
}

impl Popup {
    /// What works: keys with what they do.
    pub fn help(here: Vec<(String, Binding)>) -> Self {
        Self::Help(help::Help::new(here))
    }

    /// A question with what it is about, and what is done on yes.
    pub fn confirm(question: String, lines: Vec<String>, effects: Vec<Effect>) -> Self {
        let list = Place { at: 0, len: lines.len() };
        Self::Confirm(confirm::Confirm { question, lines, list, effects })
    }

    /// A tenant's unreadable requests.
    pub fn quarantine(tenant: TenantId) -> Self {
        Self::Quarantine(quarantine::Quarantine::new(tenant))
    }

    /// Refused requests.
    pub fn refused(pulse: &Pulse) -> Self {
        Self::Refused(refused::Refused::new(pulse))
    }

    /// The columns of the incidents as they are.
    pub fn columns(app: &App) -> Self {
        Self::Columns(columns::Picking::new(app))
    }

    /// The text being typed in it.
    pub fn input(&mut self) -> Option<&mut Input> {
        match self {
            Self::Palette(palette) => Some(&mut palette.input),
            Self::Filter(filter) => Some(&mut filter.input),
            Self::Prompt(prompt) => Some(&mut prompt.input),
            Self::Pick(pick) => Some(&mut pick.finder.input),
            Self::WindowForm(form) => form.input(),
            Self::Help(help) => Some(&mut help.input),
            Self::Log(log) if log.searching => Some(&mut log.input),
            Self::Executions(list) if list.searching => Some(&mut list.input),
            Self::Machines(list) if list.searching => Some(&mut list.input),
            Self::Sessions(list) if list.searching => Some(&mut list.input),
            Self::Opening(opening) => opening.finder().map(|finder| &mut finder.input),
            Self::Executions(_)
            | Self::Sessions(_)
            | Self::Leaving(_)
            | Self::Approvals(_)
            | Self::Machines(_)
            | Self::Access(_)
            | Self::Activated(_)
            | Self::Audit(_)
            | Self::Quarantine(_)
            | Self::Refused(_)
            | Self::Confirm(_)
            | Self::Columns(_)
            | Self::Windows(_)
            | Self::Log(_)
            | Self::Handover(_)
            | Self::Issued(_)
            | Self::People(_)
            | Self::Tasks => None,
            Self::History(history) => Some(&mut history.input),
            Self::Run(page) => page.input(),
        }
    }

    /// Text is typed in it.
    pub fn is_typing(&self) -> bool {
        match self {
            Self::Palette(_)
            | Self::Filter(_)
            | Self::Prompt(_)
            | Self::Pick(_)
            | Self::Help(_)
            | Self::History(_)
            | Self::WindowForm(_) => true,
            Self::Log(log) => log.searching,
            Self::Run(page) => page.is_typing(),
            Self::Executions(list) => list.searching,
            Self::Machines(list) => list.searching,
            Self::Sessions(list) => list.searching,
            Self::Opening(opening) => opening.is_typing(),
            Self::Approvals(_)
            | Self::Access(_)
            | Self::Activated(_)
            | Self::Audit(_)
            | Self::Quarantine(_)
            | Self::Refused(_)
            | Self::Confirm(_)
            | Self::Columns(_)
            | Self::Windows(_)
            | Self::Tasks
            | Self::People(_)
            | Self::Leaving(_)
            | Self::Issued(_)
            | Self::Handover(_) => false,
        }
    }

    /// Whether a command for popups does something in this one: what does not is not offered.
    pub fn has(&self, command: &str) -> bool {
        match command {
            "copy-all" => matches!(self, Self::Log(_)),
            "copy" => matches!(self, Self::Log(_) | Self::Machines(_) | Self::Activated(_)),
            "search" => matches!(self, Self::Log(_) | Self::Executions(_) | Self::Machines(_) | Self::Sessions(_)),
            "look-in" => {
                let sessions = matches!(self, Self::Sessions(_));
                sessions
                    || matches!(self, Self::Quarantine(_) | Self::Executions(_) | Self::Approvals(_) | Self::Audit(_))
            }
            "complete" => !matches!(self, Self::Run(_)),
            // Where a word is typed, these keys are letters.
            "run-it" | "leave-it" | "edit-inputs" => !self.is_typing(),
            _ => true,
        }
    }

    /// Types a key into it. False when the key types nothing there.
    pub fn typed(&mut self, key: KeyCombination) -> bool {
        match self {
            Self::WindowForm(form) => form.typed(key),
            Self::Run(page) => page.typed(key),
            _ => self.input().is_some_and(|input| input.press(key)),
        }
    }

    /// Moves in it.
    pub fn go(&mut self, by: Move) {
        match self {
            Self::Quarantine(quarantine) => quarantine.go(by),
            Self::Refused(refused) => refused.list.go(by),
            Self::Handover(handover) => handover.list.go(by),
            Self::Issued(keys) => keys.list.go(by),
            Self::Confirm(confirm) => confirm.list.go(by),
            Self::Windows(windows) => windows.go(by),
            Self::Palette(_)
            | Self::Filter(_)
            | Self::Prompt(_)
            | Self::Pick(_)
            | Self::Help(_)
            | Self::WindowForm(_) => {}
            // `App::go` moves in the log, which this does not have.
            Self::Log(_) | Self::Tasks | Self::History(_) | Self::Leaving(_) => {}
            Self::Columns(picking) => picking.list.go(by),
            Self::Executions(list) => list.go(by),
            Self::Approvals(approvals) => approvals.go(by),
            Self::Machines(machines) => machines.go(by),
            Self::Access(access) => access.list.go(by),
            Self::Activated(activated) => activated.list.go(by),
            Self::Run(page) => page.go(by),
            Self::Audit(audit) => audit.go(by),
            Self::Opening(opening) => opening.go(by),
            Self::Sessions(list) => list.go(by),
            Self::People(list) => list.go(by),
        }
    }

    /// Selects a row of it.
    pub fn point(&mut self, row: usize) {
        match self {
            Self::Help(help) => help.point(row),
            Self::Quarantine(quarantine) => quarantine.list.point(row),
            Self::Palette(palette) => palette.point(row),
            Self::Pick(pick) => pick.finder.point(row),
            Self::Columns(picking) => picking.list.point(row),
            Self::Run(page) => page.point(row),
            Self::Executions(list) => list.point(row),
            Self::Approvals(approvals) => approvals.point(row),
            Self::Machines(machines) => machines.point(row),
            Self::Audit(audit) => audit.list.point(row),
            Self::Sessions(list) => list.point(row),
            Self::People(list) => list.point(row),
            Self::Opening(opening) => {
                if let Some(finder) = opening.finder() {
                    finder.point(row);
                }
            }
            Self::Access(_)
            | Self::Activated(_)
            | Self::Refused(_)
            | Self::Confirm(_)
            | Self::Filter(_)
            | Self::Prompt(_)
            | Self::Handover(_)
            | Self::Windows(_)
            | Self::WindowForm(_)
            | Self::History(_)
            | Self::Issued(_)
            | Self::Log(_)
            | Self::Leaving(_)
            | Self::Tasks => {}
        }
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect, look: &Look) {
        match self {
            Self::Handover(handover) => handover.fit(area, look),
            Self::Issued(keys) => keys.fit(area),
            Self::Access(access) => access.fit(area),
            Self::Activated(activated) => activated.fit(area),
            _ => {}
        }
    }

    /// Shows what is selected in it, or its list again.
    pub fn look_in(&mut self) {
        match self {
            Self::Quarantine(quarantine) => quarantine.look_in(),
            Self::Approvals(approvals) => approvals.look_in(),
            Self::Audit(audit) => audit.look_in(),
            _ => {}
        }
    }

    /// A search in the history was answered.
    pub fn history_answered(&mut self, question: &history::Question, answer: &Result<Reply, Refusal>) {
        if let Self::History(history) = self {
            history.answered(question, answer);
        }
    }

    /// A tenant's unreadable requests have come.
    pub fn quarantine_answered(&mut self, tenant: &TenantId, answer: &Result<Reply, Refusal>) {
        if let Self::Quarantine(quarantine) = self
            && quarantine.tenant == *tenant
        {
            quarantine.answered(answer);
        }
    }

    /// A tenant's audit log has come.
    pub fn audit_answered(&mut self, tenant: &TenantId, answer: &Result<Reply, Refusal>) {
        if let Self::Audit(audit) = self
            && audit.tenant == *tenant
        {
            audit.answered(answer);
        }
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        match self {
            Self::Help(help) => help.draw(canvas),
            Self::Palette(palette) => palette.draw(app, canvas),
            Self::Filter(filter) => filter.draw(app, canvas),
            Self::Prompt(prompt) => prompt.draw(canvas),
            Self::Pick(pick) => pick.draw(canvas),
            Self::Confirm(confirm) => confirm.draw(canvas),
            Self::Quarantine(quarantine) => quarantine.draw(app, canvas),
            Self::Refused(refused) => refused.draw(app, canvas),
            Self::Log(log) => log.draw(app, canvas),
            Self::Tasks => tasks::draw(app, canvas),
            Self::Columns(picking) => picking.draw(canvas),
            Self::Handover(handover) => handover.draw(canvas),
            Self::Windows(windows) => windows.draw(app, canvas),
            Self::WindowForm(form) => form.draw(app, canvas),
            Self::History(history) => history.draw(app, canvas),
            Self::Issued(keys) => keys.draw(canvas),
            Self::Executions(list) => list.draw(app, canvas),
            Self::Approvals(approvals) => approvals.draw(app, canvas),
            Self::Machines(machines) => machines.draw(app, canvas),
            Self::Access(access) => access.draw(app, canvas),
            Self::Activated(activated) => activated.draw(app, canvas),
            Self::Run(page) => page.draw(app, canvas),
            Self::Audit(audit) => audit.draw(app, canvas),
            Self::Opening(opening) => opening.draw(app, canvas),
            Self::Sessions(list) => list.draw(app, canvas),
            Self::People(list) => list.draw(app, canvas),
            Self::Leaving(leaving) => leaving.draw(app, canvas),
        }
    }
}
