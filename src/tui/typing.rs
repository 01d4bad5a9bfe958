//! What is typed and chosen in popups, and what is meant by it.

use super::app::App;
use super::command::{self, Command};
use super::input::Input;
use super::popups::Popup;
use super::popups::palette::Palette;
use super::popups::prompt::Prompt;
use crate::core::execution::step::Barred;
use crate::core::id::IncidentId;

impl App {
    /// What was typed is meant.
    pub fn submit(&mut self) {
        match self.popups.pop() {
            Some(Popup::Palette(palette)) => self.run_line(&palette),
            Some(Popup::Help(help)) => match help.chosen() {
                Some(binding) => binding.command.invoke(self, &binding.argument),
                None => self.mistake("nothing to run".into()),
            },
            // What is wrong is marked: it waits to be mended.
            Some(Popup::Filter(filter)) if filter.error.is_some() => self.popup(Popup::Filter(filter)),
            Some(Popup::Filter(filter)) => {
                self.set_filter(filter.input.text());
                self.remember_filter();
            }
            Some(Popup::Log(log)) => self.popup(Popup::Log(log.searched())),
            Some(Popup::Executions(mut list)) => {
                list.searching = false;
                self.popup(Popup::Executions(list));
            }
            Some(Popup::Machines(mut list)) => {
                list.searching = false;
                self.popup(Popup::Machines(list));
            }
            Some(Popup::Sessions(mut list)) => {
                list.searching = false;
                self.popup(Popup::Sessions(list));
            }
            Some(Popup::Opening(mut opening)) => {
                opening.choose_it();
                self.popup(Popup::Opening(opening));
            }
            Some(Popup::Adding(adding)) => self.submit_source(adding),
            Some(Popup::WindowForm(form)) => self.submit_window(form),
            Some(Popup::Run(page)) => self.submit_page(page),
            Some(Popup::History(history)) => self.open_found(history),
            Some(Popup::Prompt(prompt)) if !prompt.input.text().trim().is_empty() => {
                self.run_on(prompt.aim, prompt.command, prompt.input.text());
            }
            // A decision without a reason is none.
            Some(Popup::Prompt(prompt)) if prompt.command.name == "reject" => {
                self.popup(Popup::Prompt(prompt));
                self.mistake(Barred::NoReason.to_string());
            }
            Some(Popup::Pick(pick)) => match pick.chosen() {
                Some(value) => self.run_on(pick.aim, pick.command, &value),
                None => self.mistake("nothing to choose".into()),
            },
            _ => {}
        }
    }

    /// What was typed is not meant.
    pub fn cancel(&mut self) {
        match self.popups.pop() {
            Some(Popup::Log(_)) => self.show_log(),
            Some(Popup::Executions(mut list)) => {
                (list.searching, list.input) = (false, Input::default());
                list.refresh(&self.board);
                self.popup(Popup::Executions(list));
            }
            Some(Popup::Machines(mut list)) => {
                (list.searching, list.input) = (false, Input::default());
                list.typed_more();
                self.popup(Popup::Machines(list));
            }
            Some(Popup::Sessions(mut list)) => {
                (list.searching, list.input) = (false, Input::default());
                list.refresh(&self.board);
                self.popup(Popup::Sessions(list));
            }
            Some(Popup::Adding(adding)) => self.cancel_source(adding),
            Some(Popup::Filter(filter)) => self.set_filter(&filter.before),
            Some(Popup::Run(page)) => self.cancel_page(page),
            Some(Popup::Pick(pick)) => {
                if let Some(before) = pick.preview {
                    pick.command.invoke(self, &before);
                }
            }
            _ => {}
        }
    }

    /// The question was answered with yes.
    pub fn confirmed(&mut self) {
        match self.popups.pop() {
            Some(Popup::Confirm(confirm)) => {
                self.sent_together(&confirm.effects);
                confirm.effects.into_iter().for_each(|effect| self.effect(effect));
            }
            Some(Popup::Opening(opening)) => self.open_it(opening),
            Some(Popup::Topic(topic)) => self.topic_decided(*topic, true),
            _ => {}
        }
    }

    /// Asks for the argument of a command that is for the incidents aimed at now.
    pub fn ask(&mut self, name: &str, title: String, hint: &str) {
        let Some(command) = command::named(name) else { return };
        let aim = self.targets();
        let prompt = Prompt { command, aim, title, hint: hint.into(), input: Input::default() };
        self.popup(Popup::Prompt(prompt));
    }

    /// Runs a command on incidents that were settled before.
    fn run_on(&mut self, aim: Vec<IncidentId>, command: &'static Command, argument: &str) {
        self.aim = aim;
        command.invoke(self, argument.trim());
        self.aim.clear();
    }

    /// Runs the command of a choice with what is highlighted, if it wants to be seen before it is chosen.
    fn preview(&mut self) {
        let Some(Popup::Pick(pick)) = self.popups.last() else { return };
        if let (Some(_), Some(value)) = (&pick.preview, pick.chosen()) {
            pick.command.invoke(self, &value);
        }
    }

    /// The text being typed has changed.
    pub fn typed(&mut self) {
        self.with_palette(Palette::typed_more);
        match self.popups.last_mut() {
            Some(Popup::Help(help)) => help.typed_more(),
            Some(Popup::Executions(list)) => list.refresh(&self.board),
            Some(Popup::Machines(list)) => list.typed_more(),
            Some(Popup::Sessions(list)) => list.refresh(&self.board),
            Some(Popup::Opening(opening)) => {
                if let Some(finder) = opening.finder() {
                    finder.typed_more();
                }
            }
            Some(Popup::Adding(adding)) => {
                if let Some(finder) = adding.finder() {
                    finder.typed_more();
                }
            }
            Some(Popup::Pick(pick)) => {
                pick.finder.typed_more();
                self.preview();
            }
            Some(Popup::Run(page)) => page.typed_more(),
            Some(Popup::Filter(filter)) => {
                if let Some(text) = filter.typed_more() {
                    self.set_filter(&text);
                }
            }
            Some(Popup::History(history)) => {
                history.typed_more();
                self.sought = history.input.text().to_owned();
            }
            _ => {}
        }
    }

    /// Completes the name of a command.
    pub fn complete(&mut self) {
        self.with_palette(Palette::complete);
        match self.popups.last_mut() {
            Some(Popup::Filter(filter)) => {
                filter.complete();
                self.typed();
            }
            Some(Popup::History(history)) => history.turn(),
            _ => {}
        }
    }

    /// Chooses another suggestion.
    pub fn choose(&mut self, by: isize) {
        self.with_palette(|palette, app| palette.choose(app, by));
        match self.popups.last_mut() {
            Some(Popup::Help(help)) => help.choose(by),
            Some(Popup::Pick(pick)) => pick.finder.choose(by),
            Some(Popup::History(history)) => history.choose(by),
            Some(Popup::Run(page)) => page.choose(by),
            Some(Popup::Opening(opening)) => {
                if let Some(finder) = opening.finder() {
                    finder.choose(by);
                }
            }
            Some(Popup::Adding(adding)) => {
                if let Some(finder) = adding.finder() {
                    finder.choose(by);
                }
            }
            Some(Popup::Filter(filter)) => {
                let before = filter.input.text().to_owned();
                filter.choose(by);
                if filter.input.text() != before {
                    self.typed();
                }
            }
            _ => {}
        }
        self.preview();
    }

    /// Changes the text being typed.
    pub fn edit(&mut self, how: fn(&mut Input)) {
        if let Some(input) = self.popups.last_mut().and_then(Popup::input) {
            how(input);
        }
        self.typed();
    }
}
