//! Saved views: a filter with the order and the tenant that belong to it, each on a key from 1 to 9. Keeping them over a restart
//! is left to the seat's memory.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::app::App;
use super::command;
use super::panes::incidents::Sort;
use super::popups::Popup;
use super::popups::pick::{Choice, Pick};
use crate::core::id::TenantId;

/// What is shown, and how.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct View {
    /// What people call it.
    pub name: String,
    /// In the filter language.
    #[serde(default)]
    pub filter: String,
    /// In which order.
    #[serde(default)]
    pub sort: Sort,
    /// The only tenant shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
}

/// The views of a seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Views {
    /// By key, from `1` to `9`; none where nothing was saved.
    pub saved: BTreeMap<String, View>,
    /// The key of the one that is shown, and what was shown before it.
    showing: Option<(String, View)>,
}

impl Default for Views {
    fn default() -> Self {
        let view = |name: &str, filter: &str| View { name: name.into(), filter: filter.into(), ..View::default() };
        let views = [
            view("all open", ""),
            view("mine", "assignee:me"),
            view("unassigned new", "assignee:none status:new"),
            view("critical", "sev:critical"),
            view("SLA breached or warned", "sla:breached|warned"),
            view("silenced", "is:silenced"),
            view("snoozed", "is:snoozed"),
            view("flapping", "is:flapping"),
            view("resolved", "status:resolved"),
        ];
        let keys = (1..).map(|key: u8| key.to_string());
        Self { saved: keys.zip(views).collect(), showing: None }
    }
}

impl Views {
    /// As they were kept: those that were there from the start, when none were.
    pub fn of(saved: BTreeMap<String, View>) -> Self {
        if saved.is_empty() { Self::default() } else { Self { saved, showing: None } }
    }
}

fn is_key(key: &str) -> bool {
    matches!(key.as_bytes(), [b'1'..=b'9'])
}

impl App {
    /// Shows the view of a key; the same again shows what was before it.
    pub fn show_view(&mut self, key: &str) {
        if !is_key(key) {
            return self.mistake(format!("views are on the keys from 1 to 9; {key} is none of them"));
        }
        let Some(view) = self.views.saved.get(key).cloned() else {
            let save = self.key_of("save-view");
            return self.mistake(format!("no view {key} yet; {save} saves what is shown as one"));
        };
        let now = self.view_now();
        match self.views.showing.take() {
            Some((showing, before)) if showing == key && self.is_shown(&view) => {
                self.apply_view(&before);
                self.notice(format!("back from view {key}"));
            }
            _ => {
                self.apply_view(&view);
                self.views.showing = Some((key.into(), now));
                self.notice(format!("view {key}: {}", view.name));
            }
        }
    }

    /// Saves what is shown: `3 my disks`. Without a text, asks for it.
    pub fn save_view(&mut self, text: &str) {
        if text.is_empty() {
            let filter = if self.filter.is_empty() { "everything open".to_owned() } else { self.filter.clone() };
            let hint = "a key from 1 to 9, then what to call it: 3 my disks";
            return self.ask("save-view", format!("Save as a view: {filter}"), hint);
        }
        let (key, name) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if !is_key(key) {
            return self.mistake("a view is saved on a key from 1 to 9: :save-view 3 my disks".into());
        }
        let mut view = self.view_now();
        let name = name.trim();
        view.name = if name.is_empty() { view.filter.clone() } else { name.into() };
        self.notice(format!("saved as view {key}: {}", view.name));
        self.views.saved.insert(key.into(), view);
    }

    /// Lists the views, to choose one.
    pub fn list_views(&mut self, key: &str) {
        let Some(command) = command::named("views").filter(|_| key.is_empty()) else {
            return self.show_view(key);
        };
        let choice = |(key, view): (&String, &View)| {
            let tenant = view.tenant.as_ref().map(|id| format!("only {id} ")).unwrap_or_default();
            let sort = if view.sort == Sort::default() { "" } else { view.sort.by.word() };
            let by = if sort.is_empty() { String::new() } else { format!(" by {sort}") };
            let note = format!("{tenant}{}{by}", view.filter);
            Choice { value: key.clone(), label: format!("{key} {}", view.name), note }
        };
        let choices = self.views.saved.iter().map(choice).collect();
        self.popup(Popup::Pick(Pick::new(command, Vec::new(), "Views".into(), choices)));
    }

    /// The key and the view that are shown, while they are.
    pub fn shown_view(&self) -> Option<(&str, &View)> {
        let (key, _) = self.views.showing.as_ref()?;
        let view = self.views.saved.get(key).filter(|view| self.is_shown(view))?;
        Some((key, view))
    }

    fn is_shown(&self, view: &View) -> bool {
        self.filter == view.filter && self.narrowed == view.tenant && self.incidents.sort() == view.sort
    }

    fn view_now(&self) -> View {
        let (filter, sort, tenant) = (self.filter.clone(), self.incidents.sort(), self.narrowed.clone());
        View { name: String::new(), filter, sort, tenant }
    }

    fn apply_view(&mut self, view: &View) {
        self.narrowed = view.tenant.clone();
        self.incidents.set_sort(view.sort);
        self.refresh();
        self.set_filter(&view.filter);
    }
}
