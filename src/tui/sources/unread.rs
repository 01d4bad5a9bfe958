//! Bodies that nobody could read: shown, explained, taken again, forgotten.

use super::asks;
use crate::core::id::TenantId;
use crate::link::source::{Ask, Body};
use crate::link::{Quarantined, Request};
use crate::tui::app::App;
use crate::tui::clock;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::panes::incidents;
use crate::tui::popups::Popup;

impl App {
    /// Shows a tenant's unreadable requests: of `id`, of the selected tenant, or of the selected incident's.
    pub fn ask_quarantine(&mut self, id: &str) {
        let Some(tenant) = self.tenant_meant(id) else { return };
        self.show_unread(tenant, None);
    }

    /// Shows those of the selected source.
    pub fn show_unread_of_source(&mut self) {
        if let Some((tenant, one)) = self.selected_source() {
            self.show_unread(tenant, Some(one.name));
        }
    }

    pub(super) fn show_unread(&mut self, tenant: TenantId, source: Option<String>) {
        self.popup(Popup::quarantine(tenant.clone(), source));
        self.ask_unread(tenant);
    }

    fn ask_unread(&mut self, tenant: TenantId) {
        self.effect(Effect::Ask(Purpose::Quarantine(tenant.clone()), Request::Quarantine { tenant }));
    }

    /// Shows how the selected one would be read now.
    pub fn explain_unread(&mut self) {
        let Some((tenant, request)) = self.selected_unread() else { return };
        let title = format!("That of {} as {} reads it now", clock::day_and_time(self, request.at), request.source);
        let body = Body::Quarantined(request.number);
        self.explain(tenant, title, Ask::Read { name: request.source, body });
    }

    /// Takes the selected one again.
    pub fn replay_unread(&mut self) {
        let Some((tenant, request)) = self.selected_unread() else { return };
        let ask = Ask::Replay { name: Some(request.source), numbers: vec![request.number] };
        self.ask_source(tenant, ask);
    }

    /// Takes all of the selected one's source again, after asking.
    pub fn replay_all_unread(&mut self) {
        let Some((tenant, request)) = self.selected_unread() else { return };
        let source = request.source;
        let many = match self.popups.last() {
            Some(Popup::Quarantine(quarantine)) => quarantine.count_of(&source),
            _ => 0,
        };
        let question = format!("Take all of {source} of {} again?", incidents::tenant_name(self, &tenant));
        let lines = vec![
            format!("Requests shown of it: {many}."),
            "Those that can be read by now are taken as if they came now: incidents may open.".into(),
            "The others stay.".into(),
        ];
        self.confirm_unread(question, lines, tenant, Ask::Replay { name: Some(source), numbers: Vec::new() });
    }

    /// Forgets the selected one, after asking.
    pub fn discard_unread(&mut self) {
        let Some((tenant, request)) = self.selected_unread() else { return };
        let Quarantined { number, at, source, reason, raw, .. } = request;
        let question = format!("Forget this request of {source} of {}?", incidents::tenant_name(self, &tenant));
        let lines = vec![
            format!("{} bytes of {}: {reason}", raw.len(), clock::day_and_time(self, at)),
            "Nothing brings it back.".into(),
        ];
        self.confirm_unread(question, lines, tenant, Ask::Discard { numbers: vec![number] });
    }

    /// What is known of a tenant's unreadable requests is old.
    pub(super) fn unread_changed(&mut self, tenant: &TenantId) {
        let shown = |popup: &Popup| matches!(popup, Popup::Quarantine(quarantine) if quarantine.tenant == *tenant);
        if self.popups.iter().any(shown) {
            self.ask_unread(tenant.clone());
        }
    }

    fn confirm_unread(&mut self, question: String, lines: Vec<String>, tenant: TenantId, ask: Ask) {
        if !self.is_lost() {
            self.popup(Popup::confirm(question, lines, vec![asks(tenant, ask)]));
        }
    }

    fn selected_unread(&mut self) -> Option<(TenantId, Quarantined)> {
        let Some(Popup::Quarantine(quarantine)) = self.popups.last() else { return None };
        let selected = quarantine.selected().map(|request| (quarantine.tenant.clone(), request.clone()));
        if selected.is_none() {
            self.mistake("there is no unreadable request".into());
        }
        selected
    }
}
