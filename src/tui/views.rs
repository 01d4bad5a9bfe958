//! Saved views: a filter with the order and the tenant that belong to it, each on a key from 1 to 9. Keeping them over a restart
//! is left to the seat's memory.

use serde::{Deserialize, Serialize};

use super::app::App;
use super::command;
use super::popups::Popup;
use super::popups::pick::{Choice, Pick};
use crate::core::id::TenantId;

/// How many keys there are.
const KEYS: usize = 9;

/// What is shown, and how.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct View {
    /// What people call it.
    pub name: String,
    /// In the filter language.
    #[serde(default)]
    pub filter: String,
    /// What the rows are sorted by, as the command that sorts takes it; absent: as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<String>,
    /// The only tenant shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<TenantId>,
}

/// The views of a seat.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Views {
    /// Key 1 first; absent where nothing was saved.
    pub saved: [Option<View>; KEYS],
    /// The one that is shown, counted from 0, and what was shown before it.
    showing: Option<(usize, View)>,
}

impl Default for Views {
    fn default() -> Self {
        let view =
            |name: &str, filter: &str| Some(View { name: name.into(), filter: filter.into(), ..View::default() });
        let saved = [
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
        Self { saved, showing: None }
    }
}

/// `3`, as the place of its view.
fn place(key: &str) -> Option<usize> {
    key.parse::<usize>().ok().filter(|key| (1..=KEYS).contains(key)).map(|key| key - 1)
}

impl App {
    /// Shows the view of a key; the same again shows what was before it.
    pub fn show_view(&mut self, key: &str) {
        let Some(at) = place(key) else {
            return self.mistake(format!("views are on the keys from 1 to 9; {key} is none of them"));
        };
        let Some(view) = self.views.saved.get(at).cloned().flatten() else {
            let save = self.key_of("save-view");
            return self.mistake(format!("no view {key} yet; {save} saves what is shown as one"));
        };
        let now = self.view_now();
        match self.views.showing.take() {
            Some((showing, before)) if showing == at && self.is_shown(&view) => {
                self.apply_view(&before);
                self.notice(format!("back from view {key}"));
            }
            _ => {
                self.apply_view(&view);
                self.views.showing = Some((at, now));
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
        let Some(at) = place(key) else {
            return self.mistake("a view is saved on a key from 1 to 9: :save-view 3 my disks".into());
        };
        let mut view = self.view_now();
        let name = name.trim();
        view.name = if name.is_empty() { view.filter.clone() } else { name.into() };
        self.notice(format!("saved as view {key}: {}", view.name));
        if let Some(place) = self.views.saved.get_mut(at) {
            *place = Some(view);
        }
    }

    /// Lists the views, to choose one.
    pub fn list_views(&mut self, key: &str) {
        let Some(command) = command::named("views").filter(|_| key.is_empty()) else {
            return self.show_view(key);
        };
        let choice = |(at, view): (usize, &Option<View>)| {
            let view = view.as_ref()?;
            let tenant = view.tenant.as_ref().map(|id| format!("only {id} ")).unwrap_or_default();
            let sort = view.sort.as_ref().map(|sort| format!(" by {sort}")).unwrap_or_default();
            let key = (at + 1).to_string();
            let label = format!("{key} {}", view.name);
            Some(Choice { value: key, label, note: format!("{tenant}{}{sort}", view.filter) })
        };
        let choices = self.views.saved.iter().enumerate().filter_map(choice).collect();
        self.popup(Popup::Pick(Pick::new(command, Vec::new(), "Views".into(), choices)));
    }

    /// The number and the view that are shown, while they are.
    pub fn shown_view(&self) -> Option<(usize, &View)> {
        let (at, _) = self.views.showing.as_ref()?;
        let view = self.views.saved.get(*at)?.as_ref().filter(|view| self.is_shown(view))?;
        Some((at + 1, view))
    }

    fn is_shown(&self, view: &View) -> bool {
        self.filter == view.filter && self.narrowed == view.tenant
    }

    fn view_now(&self) -> View {
        View { name: String::new(), filter: self.filter.clone(), sort: None, tenant: self.narrowed.clone() }
    }

    fn apply_view(&mut self, view: &View) {
        self.narrowed = view.tenant.clone();
        self.set_filter(&view.filter);
        if let (Some(sort), Some(command)) = (&view.sort, command::named("sort")) {
            command.invoke(self, sort);
        }
    }
}
