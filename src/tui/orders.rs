//! How commands are found and run by name: the palette's lines, help, and the log's search and copies.

use super::app::App;
use super::command::{self, Command, Risk};
use super::conflicts::{self, KeyLine};
use super::effect::Effect;
use super::keymap::{Binding, Keymap};
use super::popups::Popup;
use super::popups::log::LogView;
use super::popups::palette::Palette;
use super::popups::run::Page;

/// Palette lines that are remembered.
const REMEMBERED: usize = 100;

impl App {
    /// Opens the palette.
    pub fn ask_command(&mut self) {
        let palette = Palette::new(self);
        self.popup(Popup::Palette(palette));
    }

    /// Runs what the palette says, and remembers it.
    pub fn run_line(&mut self, palette: &Palette) {
        match palette.chosen() {
            Ok((command, argument)) => {
                let line = Binding { command, argument: argument.clone() }.line();
                self.lines.retain(|known| *known != line);
                self.lines.push(line);
                let many = self.lines.len().saturating_sub(REMEMBERED);
                self.lines.drain(..many);
                command.invoke(self, &argument);
            }
            Err(why) => self.mistake(why),
        }
    }

    /// Does something with the palette, if it has the keys.
    pub fn with_palette(&mut self, how: impl FnOnce(&mut Palette, &Self)) {
        if let Some(Popup::Palette(palette)) = self.popups.last_mut() {
            let mut taken = std::mem::take(palette);
            how(&mut taken, self);
            if let Some(Popup::Palette(palette)) = self.popups.last_mut() {
                *palette = taken;
            }
        }
    }

    /// Shows what works here: in the popup that has the keys, or else in the pane.
    pub fn help(&mut self) {
        let scopes = self.scopes();
        let mut here = self.keymap.here(scopes);
        let unbound = command::all().filter(|command| scopes.contains(&command.scope) && command.in_palette());
        for command in unbound.filter(|command| self.keymap.keys_of(command).is_empty()) {
            here.push((format!(":{}", command.name), Binding { command, argument: String::new() }));
        }
        let place = |binding: &Binding| scopes.iter().position(|scope| *scope == binding.command.scope);
        here.sort_by_key(|(_, binding)| place(binding));
        here.retain(|(_, binding)| self.offers(binding.command));
        self.popup(Popup::help(here));
    }

    /// Whether it makes sense to show a command here.
    pub fn offers(&self, command: &Command) -> bool {
        let here = self.popups.last().is_none_or(|popup| popup.has(command.name));
        here && self.allows(command) && self.has_use(command.name)
    }

    /// Whether a command has something to do, as things stand in the popup.
    fn has_use(&self, name: &str) -> bool {
        match self.popups.last() {
            Some(Popup::Run(page)) => match &**page {
                Page::Execution(following) => following.has_use(self, name),
                Page::Plan(confirmation) => name != "run-it" || confirmation.plan().is_some(),
                _ => true,
            },
            Some(Popup::Approvals(approvals)) => approvals.has_use(self, name),
            Some(Popup::Leaving(leaving)) => match name {
                "detach-and-quit" => !self.embedded,
                "leave-engine" => self.embedded && self.hands_over && !leaving.others.is_empty(),
                _ => true,
            },
            _ => true,
        }
    }

    /// Whether this seat may do it at all.
    pub fn allows(&self, command: &Command) -> bool {
        !self.read_only || command.risk == Risk::View
    }

    /// What may follow the keys of a begun sequence.
    pub fn continuations(&self) -> Vec<(String, Binding)> {
        if !self.keymap.is_pending() {
            return Vec::new();
        }
        let mut next = self.keymap.continuations(self.scopes());
        next.retain(|(_, binding)| self.offers(binding.command));
        next.sort_by(|(a, _), (b, _)| a.cmp(b));
        next
    }

    /// Binds the user's keys anew, over the table's, and says what is wrong with them.
    pub fn bind(&mut self, keys: &[KeyLine]) {
        let (keymap, complaints): (Keymap, _) = conflicts::bind(keys);
        self.keymap = keymap;
        // What is said last is shown first.
        complaints.into_iter().rev().for_each(|complaint| self.mistake(complaint.to_string()));
    }

    /// Shows what was said and done here.
    pub fn show_log(&mut self) {
        self.popup(Popup::Log(LogView::default()));
    }

    /// Begins to search in the last popup.
    pub fn search(&mut self) {
        match self.popups.last_mut() {
            Some(Popup::Log(log)) => log.searching = true,
            Some(Popup::Executions(list)) => list.searching = true,
            Some(Popup::Machines(list)) => list.searching = true,
            Some(Popup::Sessions(list)) => list.searching = true,
            _ => self.mistake("there is nothing to search in here".into()),
        }
    }

    /// Copies the selected line of the last popup.
    pub fn copy_line(&mut self) {
        let line = match self.popups.last() {
            Some(Popup::Log(log)) => log.line(self),
            Some(Popup::Machines(list)) => list.selected().map(|node| node.instance.to_string()),
            Some(Popup::Activated(activated)) => {
                let secret = activated.command().clone();
                self.notice("the command to the clipboard, if the terminal allows it".into());
                return self.effect(Effect::CopySecret(secret));
            }
            _ => None,
        };
        self.copy(line.into_iter().collect());
    }

    /// Copies all lines that the last popup shows.
    pub fn copy_lines(&mut self) {
        let lines = match self.popups.last() {
            Some(Popup::Log(log)) => log.lines(self),
            _ => Vec::new(),
        };
        self.copy(lines);
    }

    fn copy(&mut self, lines: Vec<String>) {
        if lines.is_empty() {
            self.mistake("there is nothing to copy here".into());
            return;
        }
        self.copy_text(lines.join("\n"));
    }
}
