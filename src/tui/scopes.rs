//! Where keys are looked up: by the popup that has the keys, else by the pane.

use super::app::App;
use super::keymap::Scope;
use super::panes::Pane;
use super::popups::Popup;
use super::sessions::Mode;

impl App {
    /// Where keys are looked up, the first scope first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.popups.last() {
            Some(Popup::Handover(_)) => &[Scope::Handover, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Confirm(_)) => &[Scope::Confirm, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Windows(_)) => &[Scope::Windows, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::WindowForm(_)) => &[Scope::Form, Scope::Typing, Scope::Always],
            Some(Popup::Executions(list)) if list.searching => &[Scope::Typing, Scope::Always],
            Some(Popup::Machines(list)) if list.searching => &[Scope::Typing, Scope::Always],
            Some(Popup::Sessions(list)) if list.searching => &[Scope::Typing, Scope::Always],
            Some(Popup::Sessions(_)) => &[Scope::Sessions, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Opening(opening)) => opening.scopes(),
            Some(Popup::Leaving(_)) => &[Scope::Leaving, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Executions(_)) => &[Scope::Executions, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Approvals(_)) => &[Scope::Approvals, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Machines(_)) => &[Scope::Machines, Scope::Copying, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Sources(_)) => &[Scope::Sources, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Pasting(_)) => &[Scope::Pasting, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Quarantine(_)) => &[Scope::Unreadable, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Topic(_)) => &[Scope::Confirm, Scope::Topic, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Adding(adding)) => adding.scopes(),
            Some(Popup::Access(_)) => &[Scope::Access, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Columns(_)) => &[Scope::Columns, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Palette(_) | Popup::Pick(_) | Popup::Help(_) | Popup::Filter(_) | Popup::History(_)) => {
                &[Scope::Palette, Scope::Typing, Scope::Always]
            }
            Some(Popup::Run(page)) => page.scopes(),
            Some(popup) if popup.is_typing() => &[Scope::Typing, Scope::Always],
            Some(Popup::Log(_) | Popup::Activated(_)) => &[Scope::Copying, Scope::Popups, Scope::Lists, Scope::Always],
            Some(_) => &[Scope::Popups, Scope::Lists, Scope::Always],
            None => self.pane_scopes(),
        }
    }

    /// Where keys are looked up while no popup is open.
    pub fn pane_scopes(&self) -> &'static [Scope] {
        if self.wall.is_some() {
            return &[Scope::Wall, Scope::Always];
        }
        match self.focus {
            Pane::Incidents => &[Scope::Incident, Scope::Panes, Scope::Lists, Scope::Always],
            Pane::Detail => &[Scope::Incident, Scope::Detail, Scope::Panes, Scope::Lists, Scope::Always],
            Pane::Session if self.sessions.mode() == Mode::Typing => &[Scope::Shell],
            Pane::Session => &[Scope::Session, Scope::Lists, Scope::Always],
            Pane::Tenants | Pane::Stream => &[Scope::Panes, Scope::Lists, Scope::Always],
        }
    }
}
