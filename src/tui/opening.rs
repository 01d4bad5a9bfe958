//! From an incident, or from one of a tenant's machines, to a session on it: which machine, the question, the session. The seat
//! waits for nothing meanwhile. How a session is shown and typed into is `sessions`'.

use super::app::App;
use super::attending::Question;
use super::popups::Popup;
use super::popups::opening::Opening;
use super::sessions;
use crate::core::id::IncidentId;
use crate::core::session::{Kind, Wish};
use crate::link::remote::{Located, Reached, Remote};
use crate::link::session::{Size, Talk};
use crate::link::{Refusal, Reply, Request};

/// What is said until the engine has begun to open it.
pub fn opening_words(wish: &Wish) -> String {
    let article = if matches!(wish.kind, Kind::Forward { .. }) { "" } else { "a " };
    format!("opening {article}{}…", wish.words())
}

impl App {
    /// Asks for a shell on the machine of the incident aimed at.
    pub fn open_shell(&mut self) {
        self.open_at_aim(Kind::Shell);
    }

    /// Asks for a session on the machine of the incident aimed at.
    pub(super) fn open_at_aim(&mut self, kind: Kind) {
        let aim = self.targets();
        let incident = match &aim[..] {
            [incident] => incident.clone(),
            [] => return,
            many => {
                let count = many.len();
                let what = match kind {
                    Kind::Forward { .. } => "a port is forwarded through",
                    Kind::Shell | Kind::Command { .. } => "a shell is opened on",
                };
                return self.mistake(format!("{count} incidents are marked; {what} one machine"));
            }
        };
        if self.is_lost() {
            return;
        }
        let asset = self.board.incident(&incident).map_or_else(|| incident.to_string(), |one| one.asset_name.clone());
        self.popup(Popup::Opening(Box::new(Opening::at(incident.clone(), asset, kind))));
        let request = Request::Remote(Remote::Locate { incidents: vec![incident.clone()] });
        self.attend(Question::Locate(incident), request);
    }

    /// Asks for a shell on the selected one of a tenant's machines.
    pub fn open_shell_on_machine(&mut self) {
        self.open_on_machine(Kind::Shell);
    }

    /// Asks for a session on the selected one of a tenant's machines.
    pub(super) fn open_on_machine(&mut self, kind: Kind) {
        let Some(Popup::Machines(machines)) = self.popups.last() else { return };
        let (tenant, node) = (machines.tenant.clone(), machines.selected().cloned());
        match node {
            Some(node) if !self.is_lost() => self.popup(Popup::Opening(Box::new(Opening::on(tenant, node, kind)))),
            Some(_) => {}
            None => self.mistake("there is no machine".into()),
        }
    }

    /// Yes to the question that is open.
    pub fn open_it(&mut self, opening: Box<Opening>) {
        match opening.yes() {
            Ok(wish) => {
                // What led here is done with: the session takes its place.
                self.popups.clear();
                self.notice(opening_words(&wish));
                let (tenant, wish, size) = (opening.tenant, Box::new(wish), self.session_size());
                let question = sessions::Question::Open { tenant: tenant.clone(), wish: wish.clone() };
                self.talk(question, Talk::Open { tenant, wish, size });
            }
            Err(why) => {
                self.popup(Popup::Opening(opening));
                self.mistake(why.into());
            }
        }
    }

    /// The size that a session's terminal will have, more or less: its pane takes the detail's place. It is told the right one as
    /// soon as it is drawn.
    fn session_size(&self) -> Size {
        let place = self.plan.session.or(self.plan.detail).unwrap_or(self.plan.panes);
        Size { cols: place.width.saturating_sub(2).max(2), rows: place.height.saturating_sub(2).max(1) }
    }

    /// Which machine it is is known, or why nobody knows.
    pub fn shell_located(&mut self, incident: &IncidentId, answer: Result<Reply, Refusal>) {
        let found = match answer {
            Ok(Reply::Reached(Reached::Located(found))) => found.into_iter().next().ok_or_else(something_else),
            Ok(_) => Err(something_else()),
            Err(refusal) => Err(refusal.message),
        };
        let mut popups = std::mem::take(&mut self.popups);
        for popup in &mut popups {
            if let Popup::Opening(opening) = popup
                && opening.incident.as_ref() == Some(incident)
            {
                let found: Result<Located, String> = found.clone();
                opening.located(self, found);
            }
        }
        self.popups = popups;
    }

    /// Shows what is about to be shown of questions before a session, on a screen of `area`.
    pub fn settle_openings(&mut self, area: ratatui::layout::Rect) {
        let mut popups = std::mem::take(&mut self.popups);
        for popup in &mut popups {
            if let Popup::Opening(opening) = popup {
                opening.settle(self, area);
            }
        }
        self.popups = popups;
    }
}

/// The engine and this seat are not of one version.
pub(super) fn something_else() -> String {
    "the engine answered something else".into()
}
