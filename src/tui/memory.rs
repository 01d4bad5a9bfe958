//! What a seat remembers of its operator from one time to the next. Where it is kept, and when, is left to `hands`.
//!
//! Every part has a default, and parts that are not known are passed over: an older or a newer file says what it can.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::app::App;
use super::columns::Columns;
use super::effect::Effect;
use super::layout::Sizes;
use super::panes::Pane;
use super::panes::incidents::Sort;
use super::views::{View, Views};
use crate::core::id::TenantId;

/// What is remembered.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// The filter.
    pub filter: String,
    /// The only tenant shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrowed: Option<TenantId>,
    /// The theme, when it is another one than the configuration's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
    /// The pane that has the keys.
    pub focus: Pane,
    /// It has the screen to itself.
    pub zoomed: bool,
    /// In which order the incidents stand.
    pub sort: Sort,
    /// Their columns; none: those that fit.
    pub columns: Columns,
    /// Where the borders stand.
    pub sizes: Sizes,
    /// Filters that were typed, the latest last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// Saved views by key; none: those that there are from the start.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub views: BTreeMap<String, View>,
}

impl Memory {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with the text, in a line.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().replace('\n', " "))
    }

    /// As it is kept.
    pub fn text(&self) -> Option<String> {
        toml::to_string(self).ok()
    }

    /// The file of an operator: whatever their name is, it is a file's name and nobody else's.
    pub fn file_name(operator: &str) -> String {
        let safe = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
            other => format!("%{other:02x}"),
        };
        format!("{}.toml", operator.bytes().take(64).map(safe).collect::<String>())
    }
}

impl App {
    /// What is to be remembered of this seat.
    pub fn memory(&self) -> Memory {
        Memory {
            filter: self.filter.clone(),
            narrowed: self.narrowed.clone(),
            theme: Some(self.look.name.to_owned()).filter(|name| *name != self.configured_theme),
            // No session outlives the seat that shows it.
            focus: if self.focus == Pane::Session { Pane::Incidents } else { self.focus },
            zoomed: self.zoomed,
            sort: self.incidents.sort(),
            columns: self.columns.clone(),
            sizes: self.sizes,
            filters: self.filters.clone(),
            views: if self.views.saved == Views::default().saved { BTreeMap::new() } else { self.views.saved.clone() },
        }
    }

    /// Everything is as it was when the operator left. What the operator chose last wins over the configuration.
    pub fn recall(&mut self, memory: Memory) {
        self.set_filter(&memory.filter);
        if let Some(look) = memory.theme.as_ref().and_then(|name| self.look.with(&self.themes, name).ok()) {
            self.look = look;
        }
        self.narrowed = memory.narrowed;
        (self.focus, self.zoomed) = (memory.focus, memory.zoomed);
        self.incidents.set_sort(memory.sort);
        self.columns = memory.columns;
        self.sizes = memory.sizes;
        self.filters = memory.filters;
        self.views = Views::of(memory.views);
        self.remembered = self.memory();
        self.refresh();
    }

    /// A tenant is there no more: what names it shows nothing, and one that was erased is to leave no trace.
    pub(super) fn remember_nothing_of(&mut self, tenant: &TenantId) {
        let names = |text: &str| text.to_lowercase().contains(tenant.as_str());
        self.filters.retain(|filter| !names(filter));
        self.views
            .saved
            .retain(|_, view| view.tenant.as_ref() != Some(tenant) && !names(&view.filter) && !names(&view.name));
        if self.narrowed.as_ref() == Some(tenant) {
            self.narrowed = None;
        }
        if names(&self.filter) {
            self.set_filter("");
        }
    }

    /// Has what is new remembered. While a window is open, nothing in it is settled yet.
    pub fn remember(&mut self) {
        let memory = self.memory();
        if self.popups.is_empty() && memory != self.remembered {
            self.remembered = memory.clone();
            self.effect(Effect::Remember(Box::new(memory)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back_and_what_is_missing_or_unknown_does_not_matter() {
        let memory = Memory {
            filter: "sev>=high \"quoted\"".into(),
            narrowed: "comp_acme".parse().ok(),
            theme: Some("light".into()),
            focus: Pane::Stream,
            zoomed: true,
            sort: Sort { by: crate::tui::panes::incidents::By::Sla, reversed: true },
            columns: "score asset=20".parse().unwrap(),
            sizes: Sizes { left: Some(400), ..Sizes::default() },
            filters: vec!["disk".into(), "\"a b\"".into()],
            views: [("3".to_owned(), View { name: "é".into(), filter: "!x".into(), ..View::default() })].into(),
        };
        let text = memory.text().unwrap();
        assert_eq!(Memory::read(&text), Ok(memory.clone()), "{text}");
        assert_eq!(Memory::read(&format!("from_tomorrow = 1\n{text}")), Ok(memory));
        assert_eq!(Memory::read(""), Ok(Memory::default()));
        assert!(Memory::read("filter = 3").is_err() && Memory::read("sort = ").is_err());
    }

    #[test]
    fn a_name_is_one_file_and_only_that() {
        assert_eq!(Memory::file_name("priya"), "priya.toml");
        for evil in ["../../etc/passwd", ".", "..", "a/b", "a\0b", "C:\\x", ""] {
            let name = Memory::file_name(evil);
            assert!(!name.contains(['/', '\\', '\0']) && !name.starts_with("..") && name.len() < 255, "{name}");
        }
        assert_ne!(Memory::file_name("a/b"), Memory::file_name("a_b"));
        assert_ne!(Memory::file_name("é"), Memory::file_name("e"));
    }
}
