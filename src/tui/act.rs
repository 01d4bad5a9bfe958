//! What commands do to incidents, and what they ask the engine.

use super::app::App;
use super::effect::{Effect, Purpose};
use super::panes::Pane;
use super::popups::Popup;
use super::popups::audit::{Audit, ENTRIES};
use crate::core::id::{IncidentId, TenantId};
use crate::core::input::Act;
use crate::link::Request;

impl App {
    /// Does something to the incidents aimed at.
    pub fn act(&mut self, act: Act) {
        let targets = self.targets();
        self.act_on_all(targets, &act);
    }

    /// The incidents that a command is for: those that were settled before it was run, else the one that was opened by its name
    /// and has the keys, else the marked ones, else the selected one.
    pub fn targets(&mut self) -> Vec<IncidentId> {
        if !self.aim.is_empty() {
            self.aim.clone()
        } else if let Some(id) = self.detail.opened().filter(|_| self.focus == Pane::Detail) {
            vec![id.clone()]
        } else if !self.incidents.marks.is_empty() {
            self.incidents.marked()
        } else {
            self.aimed_at().into_iter().collect()
        }
    }

    /// Reopens the selected incident if it is resolved, else the one that was last resolved here.
    pub fn reopen(&mut self) {
        let shown = self.subject().filter(|incident| !incident.is_open()).map(|incident| incident.id.clone());
        match shown.or_else(|| self.last_resolved.take()) {
            Some(id) => self.act_on(id, Act::Reopen),
            None => self.mistake("nothing to reopen: / status:resolved lists what is resolved".into()),
        }
    }

    /// Does something to an incident.
    pub fn act_on(&mut self, incident: IncidentId, act: Act) {
        if self.is_lost() {
            return;
        }
        let purpose = Purpose::Act { incident: incident.clone(), act: act.clone() };
        self.effect(Effect::Ask(purpose, Request::Act { incident, act }));
    }

    /// Whether the engine is gone or away; says so.
    pub fn is_lost(&mut self) -> bool {
        let why = self.phase.stands_still();
        if let Some(why) = why {
            self.mistake(format!("{why}: nothing can be changed"));
        }
        why.is_some()
    }

    /// The engine has done it: says so, and remembers what could be taken back.
    pub fn done(&mut self, incident: IncidentId, act: &Act) {
        let mut said = self.act_in_words(act, &incident.to_string(), true);
        match act {
            Act::Resolve { .. } => said.push_str(&format!("; {} reopens it", self.key_of("reopen"))),
            Act::Note { .. } | Act::Restore(_) | Act::Reopen => {}
            _ => said.push_str(&format!("; {} takes it back", self.key_of("undo"))),
        }
        if matches!(act, Act::Resolve { .. }) {
            self.last_resolved = Some(incident);
        }
        self.notice(said);
    }

    /// Shows the end of a tenant's audit log: of `id`, of the selected tenant, or of the selected incident's.
    pub fn ask_audit(&mut self, id: &str) {
        let Some(tenant) = self.tenant_meant(id) else { return };
        self.popup(Popup::Audit(Box::new(Audit::new(tenant.clone()))));
        let request = Request::Audit { tenant: tenant.clone(), from: 0, limit: ENTRIES };
        self.effect(Effect::Ask(Purpose::Audit(tenant), request));
    }

    /// The tenant called `id`, or the one in question when there is no text. Says so when there is none.
    pub fn tenant_meant(&mut self, id: &str) -> Option<TenantId> {
        if !id.is_empty() {
            let known = id.parse().ok().filter(|id| self.board.tenants.contains_key(id));
            if known.is_none() {
                self.mistake(format!("no tenant {id}"));
            }
            return known;
        }
        let found = match self.focus {
            Pane::Tenants => self.tenants.selected().map(|row| row.id.clone()),
            _ => self.narrowed.clone().or_else(|| self.incidents.selected().map(|incident| incident.id.tenant.clone())),
        };
        let found = found.or_else(|| self.tenants.selected().map(|row| row.id.clone()));
        if found.is_none() {
            self.mistake("there is no tenant yet".into());
        }
        found
    }

    /// The first key of a command, for texts that name it.
    pub fn key_of(&self, name: &str) -> String {
        let keys = super::command::named(name).map(|command| self.keymap.keys_of(command)).unwrap_or_default();
        match keys.split(" | ").next() {
            Some(key) if !key.is_empty() => key.into(),
            _ => format!(":{name}"),
        }
    }

    /// The incident that a command is for. While the selection stays at the top and the top has only just changed, the key was
    /// meant for another one: then nobody is hit.
    fn aimed_at(&mut self) -> Option<IncidentId> {
        let Some(incident) = self.incidents.selected() else {
            self.mistake("no incident is selected".into());
            return None;
        };
        let id = incident.id.clone();
        let moved = self.incidents.just_moved(self.now);
        self.incidents.pin();
        if moved {
            self.mistake(format!("{id} has only just come to the top; press again if you mean it"));
            return None;
        }
        Some(id)
    }
}
