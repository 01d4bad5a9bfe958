//! Adds a tenant from the screen, so that a stranger needs no second terminal until there is something to send.

use super::app::App;
use super::command;
use super::effect::{Effect, Purpose};
use super::input::Input;
use super::popups::Popup;
use super::popups::issued::Keys;
use super::popups::prompt::Prompt;
use crate::core::id::TenantId;
use crate::link::{NewTenant, Refusal, Reply, Request};

impl App {
    /// `comp_acme Acme Corp`: adds it. Without text, asks for it.
    pub fn add_tenant(&mut self, text: &str) {
        let (id, name) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        if id.is_empty() {
            let Some(command) = command::named("tenant-add") else { return };
            let (title, hint) = ("Add a tenant".into(), "its id and its name, for example: comp_acme Acme Corp".into());
            let prompt = Prompt { command, aim: Vec::new(), title, hint, input: Input::default() };
            self.popup(Popup::Prompt(prompt));
            return;
        }
        let id = match id.parse::<TenantId>() {
            Ok(id) => id,
            Err(error) => return self.mistake(error.to_string()),
        };
        let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
        let new = NewTenant { id, name, critical_assets: Vec::new(), aws: None };
        self.effect(Effect::Ask(Purpose::TenantAdd, Request::TenantAdd(new)));
    }

    /// A tenant's keys have come, or a refusal.
    pub fn tenant_added(&mut self, answer: Result<Reply, Refusal>) {
        match answer {
            Ok(Reply::Issued(issued)) => self.popup(Popup::Issued(Keys::new(issued))),
            Ok(_) => self.mistake("the engine answered something else".into()),
            Err(refusal) => self.mistake(refusal.message),
        }
    }
}
