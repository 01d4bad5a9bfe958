//! Which popups take text, and which commands for popups do something in which.

use crokey::KeyCombination;

use super::Popup;
use crate::tui::input::Input;

impl Popup {
    /// The text being typed in it.
    pub fn input(&mut self) -> Option<&mut Input> {
        match self {
            Self::Palette(palette) => Some(&mut palette.input),
            Self::Filter(filter) => Some(&mut filter.input),
            Self::Prompt(prompt) => Some(&mut prompt.input),
            Self::Pick(pick) => Some(&mut pick.finder.input),
            Self::WindowForm(form) => form.input(),
            Self::Adding(adding) => adding.input(),
            Self::Help(help) => Some(&mut help.input),
            Self::Log(log) if log.searching => Some(&mut log.input),
            Self::Executions(list) if list.searching => Some(&mut list.input),
            Self::Machines(list) if list.searching => Some(&mut list.input),
            Self::Sessions(list) if list.searching => Some(&mut list.input),
            Self::Opening(opening) => opening.finder().map(|finder| &mut finder.input),
            Self::Executions(_)
            | Self::Sessions(_)
            | Self::Leaving(_)
            | Self::Approvals(_)
            | Self::Machines(_)
            | Self::Access(_)
            | Self::Activated(_)
            | Self::Audit(_)
            | Self::Quarantine(_)
            | Self::Sources(_)
            | Self::Pasting(_)
            | Self::Topic(_)
            | Self::Understood(_)
            | Self::Refused(_)
            | Self::Confirm(_)
            | Self::Columns(_)
            | Self::Windows(_)
            | Self::Log(_)
            | Self::Handover(_)
            | Self::Issued(_)
            | Self::People(_)
            | Self::Tasks => None,
            Self::History(history) => Some(&mut history.input),
            Self::Run(page) => page.input(),
        }
    }

    /// Text is typed in it.
    pub fn is_typing(&self) -> bool {
        match self {
            Self::Palette(_)
            | Self::Filter(_)
            | Self::Prompt(_)
            | Self::Pick(_)
            | Self::Help(_)
            | Self::History(_)
            | Self::Adding(_)
            | Self::WindowForm(_) => true,
            Self::Log(log) => log.searching,
            Self::Run(page) => page.is_typing(),
            Self::Executions(list) => list.searching,
            Self::Machines(list) => list.searching,
            Self::Sessions(list) => list.searching,
            Self::Opening(opening) => opening.is_typing(),
            Self::Approvals(_)
            | Self::Access(_)
            | Self::Activated(_)
            | Self::Audit(_)
            | Self::Quarantine(_)
            | Self::Sources(_)
            | Self::Pasting(_)
            | Self::Topic(_)
            | Self::Understood(_)
            | Self::Refused(_)
            | Self::Confirm(_)
            | Self::Columns(_)
            | Self::Windows(_)
            | Self::Tasks
            | Self::People(_)
            | Self::Leaving(_)
            | Self::Issued(_)
            | Self::Handover(_) => false,
        }
    }

    /// Whether a command for popups does something in this one: what does not is not offered.
    pub fn has(&self, command: &str) -> bool {
        match command {
            "copy-all" => matches!(self, Self::Log(_)),
            "copy" => matches!(self, Self::Log(_) | Self::Machines(_) | Self::Activated(_)),
            "search" => matches!(self, Self::Log(_) | Self::Executions(_) | Self::Machines(_) | Self::Sessions(_)),
            "look-in" => matches!(
                self,
                Self::Sessions(_)
                    | Self::Sources(_)
                    | Self::Pasting(_)
                    | Self::Quarantine(_)
                    | Self::Executions(_)
                    | Self::Approvals(_)
                    | Self::Audit(_)
            ),
            "complete" => !matches!(self, Self::Run(_)),
            // Where a word is typed, these keys are letters.
            "run-it" | "leave-it" | "edit-inputs" => !self.is_typing(),
            _ => true,
        }
    }

    /// Types a key into it. False when the key types nothing there.
    pub fn typed(&mut self, key: KeyCombination) -> bool {
        match self {
            Self::WindowForm(form) => form.typed(key),
            Self::Adding(adding) => adding.typed(key),
            Self::Run(page) => page.typed(key),
            _ => self.input().is_some_and(|input| input.press(key)),
        }
    }
}
