//! Choosing a theme while looking at it.

use super::Themes;
use crate::tui::app::App;
use crate::tui::command;
use crate::tui::popups::Popup;
use crate::tui::popups::pick::{Choice, Pick};

impl App {
    /// Another theme at once, or a list of them that shows each as it is highlighted.
    pub fn set_theme(&mut self, name: &str) {
        if name.is_empty() {
            self.pick_theme();
            return;
        }
        match self.look.with(&self.themes, name) {
            Ok(look) => self.look = look,
            Err(error) => self.mistake(error.to_string()),
        }
    }

    /// Other themes to choose from; what is wrong with them is said.
    pub fn take_themes(&mut self, themes: Themes) {
        self.themes = themes;
        if let Some(error) = self.themes.mistakes().first() {
            self.mistake(error.to_string());
        }
    }

    fn pick_theme(&mut self) {
        let Some(command) = command::named("theme") else { return };
        let choice = |(name, what): (&str, &str)| Choice {
            value: name.into(),
            label: name.into(),
            note: if name == self.look.name { format!("{what}; now") } else { what.into() },
        };
        let mut choices: Vec<Choice> = self.themes.all().into_iter().map(choice).collect();
        // What is worn now is highlighted first: opening the list changes nothing.
        choices.sort_by_key(|choice| choice.value != self.look.name);
        let mut pick = Pick::new(command, Vec::new(), "Theme".into(), choices);
        pick.preview = Some(self.look.name.clone());
        self.popup(Popup::Pick(pick));
    }
}
