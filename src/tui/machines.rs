//! A tenant's machines at a seat: asked for, verified, and new ones prepared. Whoever reaches AWS answers.

use super::app::App;
use super::command;
use super::effect::{Effect, Purpose};
use super::input::Input;
use super::panes::{Pane, incidents};
use super::popups::Popup;
use super::popups::machines::activated::Activated;
use super::popups::machines::verified::Access;
use super::popups::machines::{Machines, platform};
use super::popups::prompt::Prompt;
use crate::core::execution::order::Platform;
use crate::core::id::TenantId;
use crate::link::remote::{Reached, Remote};
use crate::link::{Refusal, Reply, Request};

/// What was asked about a tenant's machines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Question {
    /// Which there are.
    Nodes(TenantId),
    /// Whether its account lets us in.
    Verify(TenantId),
    /// One more may register.
    Activate(TenantId),
}

impl Question {
    /// It changes something.
    pub const fn is_change(&self) -> bool {
        matches!(self, Self::Activate(_))
    }
}

impl App {
    /// Shows the machines of the tenant called `id`, of the incident's that has the keys, or of the selected one.
    pub fn list_machines(&mut self, id: &str) {
        let Some(tenant) = self.machines_of(id) else { return };
        self.popup(Popup::Machines(Box::new(Machines::new(tenant.clone()))));
        self.ask_machines(Question::Nodes(tenant.clone()), Remote::Nodes { tenant, fresh: false });
    }

    /// Asks AWS for them, however fresh what is known is.
    pub fn ask_machines_again(&mut self) {
        if let Some(Popup::Machines(machines)) = self.popups.last_mut() {
            machines.ask_again();
            let tenant = machines.tenant.clone();
            self.ask_machines(Question::Nodes(tenant.clone()), Remote::Nodes { tenant, fresh: true });
        }
    }

    /// Shows whether a tenant's account lets us in, and what it must grant.
    pub fn verify(&mut self, id: &str) {
        let Some(tenant) = self.machines_of(id) else { return };
        self.popup(Popup::Access(Box::new(Access::new(tenant.clone()))));
        self.ask_machines(Question::Verify(tenant.clone()), Remote::Verify { tenant });
    }

    /// `linux web-07`: prepares a machine outside of AWS to be managed, after asking. Without text, asks for it.
    pub fn activate(&mut self, text: &str) {
        let Some(tenant) = self.machines_of("") else { return };
        let whose = incidents::tenant_name(self, &tenant).to_owned();
        let (first, name) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let (name, platform_of) = (name.trim().to_owned(), read_platform(first));
        let Some(platform_of) = platform_of.filter(|_| !name.is_empty()) else {
            let Some(command) = command::named("activate") else { return };
            let title = format!("A machine outside of AWS, for {whose}");
            let hint = "what it runs and its name: linux web-07, or windows till-3".into();
            let prompt = Prompt { command, aim: Vec::new(), title, hint, input: Input::new(text) };
            self.popup(Popup::Prompt(prompt));
            if !text.is_empty() {
                self.mistake("linux or windows first, then its name".into());
            }
            return;
        };
        let lines = vec![
            format!("{name}, {}", platform(platform_of)),
            "Whoever has its code can register a machine in this account.".into(),
            "Its id and code are shown once, here.".into(),
        ];
        let remote = Remote::Activate { tenant: tenant.clone(), name, platform: platform_of };
        let effect = Effect::Ask(Purpose::Machines(Question::Activate(tenant)), Request::Remote(remote));
        if !self.is_lost() {
            self.popup(Popup::confirm(format!("Create an activation in {whose}'s account?"), lines, vec![effect]));
        }
    }

    /// Copies the trust policy that is shown.
    pub fn copy_trust(&mut self) {
        self.copy_policy(|access| access.trust_policy().map(str::to_owned));
    }

    /// Copies the permissions that are shown.
    pub fn copy_permissions(&mut self) {
        self.copy_policy(|access| access.permission_policy().map(str::to_owned));
    }

    fn copy_policy(&mut self, which: impl FnOnce(&Access) -> Option<String>) {
        let Some(Popup::Access(access)) = self.popups.last() else { return };
        match which(access) {
            Some(text) => self.copy_text(text),
            None => self.mistake("it has not come yet".into()),
        }
    }

    /// Whoever reaches AWS has answered, or refused. What nobody looks at any more is dropped; an activation never is.
    pub fn machines_answered(&mut self, question: Question, answer: Result<Reply, Refusal>) {
        const ELSE: &str = "the engine answered something else";
        let answer = match answer {
            Ok(Reply::Reached(reached)) => Ok(reached),
            Ok(_) => Err(ELSE.to_owned()),
            Err(refusal) => Err(refusal.message),
        };
        match question {
            Question::Activate(tenant) => match answer {
                Ok(Reached::Activated(activation)) => {
                    self.popup(Popup::Activated(Activated::new(tenant, activation)));
                }
                Ok(_) => self.mistake(ELSE.into()),
                Err(why) => self.mistake(why),
            },
            Question::Nodes(tenant) => {
                let nodes = answer.and_then(|reached| match reached {
                    Reached::Nodes(nodes) => Ok(*nodes),
                    _ => Err(ELSE.into()),
                });
                for popup in &mut self.popups {
                    if let Popup::Machines(machines) = popup
                        && machines.tenant == tenant
                    {
                        machines.answered(nodes.clone());
                    }
                }
            }
            Question::Verify(tenant) => {
                let verified = answer.and_then(|reached| match reached {
                    Reached::Verified(verified) => Ok(verified),
                    _ => Err(ELSE.into()),
                });
                for popup in &mut self.popups {
                    if let Popup::Access(access) = popup
                        && access.tenant == tenant
                    {
                        access.answered(verified.clone());
                    }
                }
            }
        }
    }

    fn ask_machines(&mut self, question: Question, remote: Remote) {
        self.effect(Effect::Ask(Purpose::Machines(question), Request::Remote(remote)));
    }

    /// Whose machines are meant: of the tenant called `id`; of the list that is open; of the incident that has the keys; else as
    /// with every command on a tenant.
    fn machines_of(&mut self, id: &str) -> Option<TenantId> {
        if id.is_empty() {
            match self.popups.last() {
                Some(Popup::Machines(machines)) => return Some(machines.tenant.clone()),
                Some(Popup::Access(access)) => return Some(access.tenant.clone()),
                _ => {}
            }
            if let (Pane::Incidents | Pane::Detail, Some(incident)) = (self.focus, self.subject()) {
                return Some(incident.id.tenant.clone());
            }
        }
        self.tenant_meant(id)
    }
}

/// Activations are for these: AWS manages no Mac from outside.
fn read_platform(text: &str) -> Option<Platform> {
    match text.to_lowercase().as_str() {
        "linux" => Some(Platform::Linux),
        "windows" => Some(Platform::Windows),
        _ => None,
    }
}
