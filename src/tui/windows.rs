//! What commands do to silences and maintenance windows: opens the list and the form, and asks the engine.

use std::sync::Arc;

use super::app::App;
use super::effect::{Effect, Purpose};
use super::popups::Popup;
use super::popups::windows::Windows;
use super::popups::windows::form::{self, Form, Matching};
use super::popups::windows::reading::{self, Field};
use crate::core::id::TenantId;
use crate::core::incident::Incident;
use crate::core::input::WindowAct;
use crate::core::limit::Limit;
use crate::core::silence::{Repeat, Window};
use crate::link::{Refusal, Reply, Request};

impl App {
    /// Silences what the argument says, or asks; what it doesn't say is as with the selected incident.
    pub fn silence(&mut self, argument: &str) {
        let given = match reading::fields(argument) {
            Ok(given) => given,
            Err(why) => return self.mistake(why),
        };
        let names = |wanted: &[Field]| given.iter().any(|(field, _)| wanted.contains(field));
        let mut filled = Vec::new();
        if !names(&[Field::Tenant, Field::Asset, Field::Signature]) {
            let targets = self.targets();
            let targets: Vec<_> = targets.iter().filter_map(|id| self.board.incident(id)).collect();
            if targets.is_empty() {
                return;
            }
            match in_common(&targets) {
                Some(common) => filled.extend(common),
                None => {
                    let say =
                        "the marked incidents have neither asset nor signature in common; silence them one by one";
                    return self.mistake(say.into());
                }
            }
        } else if !names(&[Field::Tenant]) {
            let Some(tenant) = self.tenant_meant("") else { return };
            filled.push((Field::Tenant, tenant.to_string()));
        }
        filled.extend(given);
        self.popup(Popup::WindowForm(Box::new(Form::new(&filled, Field::Reason))));
        if !argument.is_empty() {
            self.submit();
        }
    }

    /// Lists the windows of the tenant called `id`, of the only one shown, or of all.
    pub fn list_windows(&mut self, id: &str) {
        let narrowed = match id {
            "" => self.narrowed.clone(),
            id => match self.tenant_meant(id) {
                Some(tenant) => Some(tenant),
                None => return,
            },
        };
        let list = Windows::new(narrowed, &self.board);
        self.popup(Popup::Windows(list));
    }

    /// Begins a window of the tenant that is listed.
    pub fn new_window(&mut self) {
        let listed = match self.popups.last() {
            Some(Popup::Windows(list)) => {
                list.narrowed.clone().or_else(|| list.selected().map(|(tenant, _)| tenant.clone()))
            }
            _ => None,
        };
        let Some(tenant) = listed.or_else(|| self.tenant_meant("")) else { return };
        let form = Form::new(&[(Field::Tenant, tenant.to_string())], Field::Asset);
        self.popup(Popup::WindowForm(Box::new(form)));
    }

    /// Changes the selected window.
    pub fn edit_window(&mut self) {
        if let Some((tenant, window)) = self.selected_window() {
            let form = Form::of(&tenant, &window);
            self.popup(Popup::WindowForm(Box::new(form)));
        }
    }

    /// Ends the selected window, after asking.
    pub fn end_window(&mut self) {
        let Some((tenant, window)) = self.selected_window() else { return };
        let open = self.board.tenants.get(&tenant).into_iter().flat_map(|panel| panel.open());
        let silenced = open.filter(|incident| incident.silenced_by == Some(window.number)).count();
        let lines = vec![
            window.matches.to_string(),
            form::when(&window, self.now),
            format!("{}: {}", window.author, window.reason),
            match silenced {
                1 => "1 open incident comes out of it".into(),
                several => format!("{several} open incidents come out of it"),
            },
        ];
        let act = WindowAct::End { number: window.number };
        let effect = ask(tenant.clone(), act, true);
        let question = format!("End window {} of {tenant}?", window.number);
        self.popup(Popup::confirm(question, lines, vec![effect]));
    }

    /// To another field of the form.
    pub fn turn_field(&mut self, by: isize) {
        match self.popups.last_mut() {
            Some(Popup::WindowForm(form)) => form.turn(by),
            Some(Popup::Adding(adding)) => adding.turn(by),
            Some(Popup::Run(page)) => page.turn_field(by),
            _ => {}
        }
    }

    /// What the form says is meant. It stays until the engine has taken it.
    pub fn submit_window(&mut self, mut form: Box<Form>) {
        let read = form.read(self);
        self.popup(Popup::WindowForm(form));
        if self.is_lost() {
            return;
        }
        if let Some((tenant, window)) = read {
            self.effect(ask(tenant, WindowAct::Put { window: Box::new(window) }, false));
        }
    }

    /// The engine has done it, or says why not. What matches very much is asked about once more.
    pub fn window_answered(&mut self, tenant: TenantId, act: WindowAct, answer: Result<Reply, Refusal>) {
        match (answer, act) {
            (Ok(_), act) => {
                self.popups.retain(|popup| !matches!(popup, Popup::WindowForm(_)));
                self.notice(match act {
                    WindowAct::Put { window } => {
                        let (lasts, takes_back) = (Limit(Some(window.lasts)), self.key_of("undo"));
                        let again =
                            if window.repeats == Repeat::Once { String::new() } else { format!(" {}", window.repeats) };
                        format!(
                            "silenced {} of {tenant} for {lasts}{again}; {takes_back} takes it back",
                            window.matches
                        )
                    }
                    WindowAct::End { number } => format!("ended window {number} of {tenant}"),
                });
            }
            (Err(refusal), WindowAct::Put { window }) if refusal.code == "too_broad" => {
                let Matching { open, count, first } = form::matching(self, &tenant, &window.matches);
                let mut lines = vec![refusal.message, format!("It matches {count} of {open} open now:")];
                lines.extend(
                    first.into_iter().map(|incident| {
                        format!("{} {} {}", incident.severity, incident.asset_name, incident.signature)
                    }),
                );
                let question = format!("Silence all of {tenant}?");
                let effect = ask(tenant, WindowAct::Put { window }, true);
                self.popup(Popup::confirm(question, lines, vec![effect]));
            }
            (Err(refusal), _) => match self.popups.last_mut() {
                Some(Popup::WindowForm(form)) => {
                    let field = form.field();
                    form.refused(field, refusal.message);
                }
                _ => self.mistake(refusal.message),
            },
        }
    }

    /// A window of mine is about to end for good.
    pub fn window_expires(&mut self, tenant: &TenantId, window: &Window) {
        if window.author != self.operator {
            return;
        }
        let left = window.last_end().map(|end| format!(" in {}", end - self.now)).unwrap_or_default();
        let list = self.key_of("windows");
        let text = format!(
            "your window {} of {tenant} ({}) ends{left}; {list}, then e, gives it longer",
            window.number, window.matches
        );
        self.notice(text);
    }

    fn selected_window(&mut self) -> Option<(TenantId, Arc<Window>)> {
        let Some(Popup::Windows(list)) = self.popups.last() else { return None };
        let selected = list.selected().cloned();
        if selected.is_none() {
            self.mistake("there is no window".into());
        }
        selected
    }
}

/// What tells these incidents from all others, as far as one window can: their tenant, and the asset or signature, or both, that all
/// of them have.
fn in_common(incidents: &[&Arc<Incident>]) -> Option<Vec<(Field, String)>> {
    let same = |of: fn(&Incident) -> &str| {
        let mut all = incidents.iter().map(|incident| of(incident));
        let first = all.next()?;
        all.all(|other| other.to_lowercase() == first.to_lowercase()).then(|| first.to_owned())
    };
    let tenant = same(|incident| incident.company_id.as_str())?;
    let asset = same(|incident| &incident.asset_name);
    let signature = same(|incident| &incident.signature);
    if asset.is_none() && signature.is_none() {
        return None;
    }
    let fields = [(Field::Tenant, Some(tenant)), (Field::Asset, asset), (Field::Signature, signature)];
    Some(fields.into_iter().filter_map(|(field, text)| Some((field, text?))).collect())
}

fn ask(tenant: TenantId, act: WindowAct, sure: bool) -> Effect {
    let purpose = Purpose::Window { tenant: tenant.clone(), act: act.clone() };
    Effect::Ask(purpose, Request::Window { tenant, act, sure })
}
