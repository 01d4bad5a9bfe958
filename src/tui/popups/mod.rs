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
pub mod sources;
pub mod tasks;
pub mod through;
mod typed;
pub mod understood;
pub mod whose;
pub mod windows;

use ratatui::layout::Rect;

pub use self::place::Place;
use super::app::App;
use super::canvas::Canvas;
use super::effect::Effect;
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
    /// A tenant's sources.
    Sources(Box<sources::Sources>),
    /// A source, while it is added.
    Adding(Box<sources::adding::Adding>),
    /// What is to be pasted into a tool.
    Pasting(Box<sources::pasting::Pasting>),
    /// Whether a topic may send.
    Topic(Box<sources::topic::Topic>),
    /// How a body is understood.
    Understood(Box<understood::Understood>),
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
    pub fn quarantine(tenant: TenantId, source: Option<String>) -> Self {
        Self::Quarantine(quarantine::Quarantine::new(tenant, source))
    }

    /// Refused requests.
    pub fn refused(pulse: &Pulse) -> Self {
        Self::Refused(refused::Refused::new(pulse))
    }

    /// The columns of the incidents as they are.
    pub fn columns(app: &App) -> Self {
        Self::Columns(columns::Picking::new(app))
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
            | Self::Adding(_)
            | Self::Topic(_)
            | Self::WindowForm(_) => {}
            // `App::go` moves in the log, which this does not have.
            Self::Log(_) | Self::Tasks | Self::History(_) | Self::Leaving(_) => {}
            Self::Columns(picking) => picking.list.go(by),
            Self::Executions(list) => list.go(by),
            Self::Approvals(approvals) => approvals.go(by),
            Self::Machines(machines) => machines.go(by),
            Self::Access(access) => access.list.go(by),
            Self::Sources(list) => list.go(by),
            Self::Pasting(pasting) => pasting.list.go(by),
            Self::Understood(understood) => understood.list.go(by),
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
            Self::Quarantine(quarantine) => quarantine.point(row),
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
            Self::Sources(list) => list.point(row),
            Self::Adding(adding) => {
                if let Some(finder) = adding.finder() {
                    finder.point(row);
                }
            }
            Self::Opening(opening) => {
                if let Some(finder) = opening.finder() {
                    finder.point(row);
                }
            }
            Self::Access(_)
            | Self::Activated(_)
            | Self::Pasting(_)
            | Self::Topic(_)
            | Self::Understood(_)
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
            Self::Quarantine(quarantine) => quarantine.fit(area),
            Self::Pasting(pasting) => pasting.fit(area),
            Self::Understood(understood) => understood.fit(area),
            _ => {}
        }
    }

    /// Shows what is selected in it, or its list again.
    pub fn look_in(&mut self) {
        match self {
            Self::Quarantine(quarantine) => quarantine.look_in(),
            Self::Approvals(approvals) => approvals.look_in(),
            Self::Audit(audit) => audit.look_in(),
            Self::Sources(list) => list.look_in(),
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
            Self::Sources(list) => list.draw(app, canvas),
            Self::Adding(adding) => adding.draw(app, canvas),
            Self::Pasting(pasting) => pasting.draw(app, canvas),
            Self::Topic(topic) => topic.draw(app, canvas),
            Self::Understood(understood) => understood.draw(app, canvas),
            Self::Opening(opening) => opening.draw(app, canvas),
            Self::Sessions(list) => list.draw(app, canvas),
            Self::People(list) => list.draw(app, canvas),
            Self::Leaving(leaving) => leaving.draw(app, canvas),
        }
    }
}
