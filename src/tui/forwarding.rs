//! Forwarded ports at a seat: from an incident or a machine to a port, by a preset or as it is written; what goes through the ports
//! that this seat looks after, and where they are. The listener itself is on the engine's side.

use super::app::App;
use super::attending::Question;
use super::effect::Effect;
use super::popups::Popup;
use super::popups::pick::{Choice, Pick};
use crate::core::id::{IncidentId, SessionId};
use crate::core::session::port::{self, Preset};
use crate::core::session::{Kind, Session};
use crate::link::remote::{Offer, Reached, Remote};
use crate::link::session::Live;
use crate::link::{Refusal, Reply, Request};

impl App {
    /// Forwards a port of the machine of the incident aimed at, as it is written; asks which when it is not.
    pub fn forward(&mut self, written: &str) {
        let written = written.trim();
        if !written.is_empty() {
            return match read(written) {
                Ok(kind) => self.open_at_aim(kind),
                Err(why) => self.mistake(why),
            };
        }
        let aim = self.targets();
        match &aim[..] {
            [] => {}
            [incident] if !self.is_lost() => {
                let incident = incident.clone();
                self.ask_port("forward", aim);
                let request = Request::Remote(Remote::Runbooks { incident: incident.clone() });
                self.attend(Question::Ports(incident), request);
            }
            [_] => {}
            many => {
                let count = many.len();
                self.mistake(format!("{count} incidents are marked; a port is forwarded through one machine"));
            }
        }
    }

    /// The same, of the selected one of a tenant's machines.
    pub fn forward_here(&mut self, written: &str) {
        match written.trim() {
            "" if !self.is_lost() => self.ask_port("forward-here", Vec::new()),
            "" => {}
            written => match read(written) {
                Ok(kind) => self.open_on_machine(kind),
                Err(why) => self.mistake(why),
            },
        }
    }

    /// The runbooks that fit an incident are known: their ports stand before the others.
    pub(super) fn ports_offered(&mut self, incident: &IncidentId, answer: Result<Reply, Refusal>) {
        let Some(Popup::Pick(pick)) = self.popups.last_mut() else { return };
        if pick.command.name != "forward" || pick.aim.first() != Some(incident) {
            return;
        }
        match answer {
            Ok(Reply::Reached(Reached::Runbooks(offers))) => {
                let before = pick.finder.highlighted().filter(|at| *at > 0);
                // Whoever has begun to choose is not to find something else there.
                if before.is_none() && pick.finder.input.text().is_empty() {
                    pick.finder = super::popups::finder::Finder::new(choices(&offers));
                }
            }
            Ok(_) => {}
            Err(refusal) => self.mistake(refusal.message),
        }
    }

    /// What is known of a forward beside what is on record, where this seat looks after it.
    pub fn flow_of(&self, id: &SessionId) -> Option<&Live> {
        self.sessions.port(id).map(|port| &port.live)
    }

    /// A forward is about to change on the board: its address is said once it is there.
    pub fn port_changes(&mut self, is: &Session) {
        let opened = self.board.session(&is.id).is_some_and(|was| was.local_port.is_none());
        if let (Some(local), true, true) = (is.local_port, opened, is.is_driven_by(&self.me())) {
            let key = self.key_of("sessions");
            self.notice(format!("{} is at {}; {key} lists it", is.wish.words(), address(local)));
        }
    }

    /// Copies the address of the selected session, if it is a forward.
    pub fn copy_address(&mut self) {
        let Some(Popup::Sessions(list)) = self.popups.last() else { return };
        let local = list.selected().filter(|one| !one.is_over()).and_then(|one| one.local_port);
        match local {
            Some(local) => {
                self.effect(Effect::Copy(address(local)));
                self.notice(format!("copied {}", address(local)));
            }
            None => self.mistake("only an open port has an address to copy".into()),
        }
    }

    fn ask_port(&mut self, name: &str, aim: Vec<IncidentId>) {
        let Some(command) = super::command::named(name) else { return };
        let title = "Forward which port? A name, PORT, HOST:PORT, LOCAL:HOST:PORT".into();
        self.popup(Popup::Pick(Pick::new(command, aim, title, choices(&[]))));
    }
}

/// Where programs find it.
pub fn address(local: u16) -> String {
    format!("127.0.0.1:{local}")
}

/// What is meant: a preset that comes with the program, or what is written.
fn read(written: &str) -> Result<Kind, String> {
    let named = port::built_in().find(|preset| preset.name == written).map(|preset| preset.kind());
    named.map_or_else(|| port::read(written).map_err(Into::into), Ok)
}

/// The ports of the runbooks that fit, then those that come with the program.
fn choices(offers: &[Offer]) -> Vec<Choice> {
    let fitting = offers.iter().filter(|offer| offer.fits);
    let named = fitting.flat_map(|offer| offer.forwards.iter().map(|preset| (preset.clone(), Some(&*offer.name))));
    let mut choices: Vec<Choice> = Vec::new();
    for (preset, of) in named.chain(port::built_in().map(|preset| (preset, None))) {
        let value = port::written(&preset.kind());
        if choices.iter().all(|choice| choice.value != value) {
            let Preset { name, doc, .. } = preset;
            let of = of.map(|of| format!(", of {of}")).unwrap_or_default();
            choices.push(Choice { note: format!("{value}  {doc}{of}"), value, label: name });
        }
    }
    choices
}
