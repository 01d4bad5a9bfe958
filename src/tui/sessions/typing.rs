//! Keys and the mouse on their way to a machine. What is not the key that leaves typing, or bound beside it, is the machine's.

use crokey::KeyCombination;
use crossterm::event::{MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::{Mode, keys, mouse};
use crate::tui::app::App;
use crate::tui::keymap::{Lookup, Scope};
use crate::tui::panes::{Pane, session};

/// One notch of the wheel.
const NOTCH: isize = 3;

impl App {
    /// What is pressed and pasted goes to a machine.
    pub fn is_typing_through(&self) -> bool {
        self.popups.is_empty()
            && self.wall.is_none()
            && self.focus == Pane::Session
            && self.sessions.mode() == Mode::Typing
    }

    /// A key was pressed while keys go to a machine. What is said on the screen stays: nobody looks there while they type.
    pub fn press_through(&mut self, key: KeyCombination) {
        let mut keys = self.keymap.pending().to_vec();
        match self.keymap.press(&[Scope::Shell], key) {
            Lookup::Run(binding) => {
                self.heard();
                binding.command.invoke(self, &binding.argument);
            }
            Lookup::Pending => {}
            Lookup::Nothing => {
                keys.push(key);
                self.type_keys(&keys);
            }
        }
    }

    /// Sends keys to the machine, or says why they go nowhere.
    pub fn type_keys(&mut self, pressed: &[KeyCombination]) {
        let Some(tab) = self.sessions.current() else { return };
        if !self.drives(&tab.id) {
            return self.mistake(self.typed_nowhere());
        }
        let application = tab.screen().application_cursor();
        let bytes: Vec<u8> = pressed.iter().flat_map(|key| keys::bytes(*key, application)).collect();
        self.type_bytes(&bytes);
    }

    /// The mouse did something; false where that is for the board.
    pub fn mouse_in_session(&mut self, event: &MouseEvent) -> bool {
        let at = Position::new(event.column, event.row);
        let Some(area) = self.plan.session.filter(|area| area.contains(at)) else { return false };
        if !self.popups.is_empty() || self.wall.is_some() {
            return false;
        }
        let pressed = matches!(event.kind, MouseEventKind::Down(_));
        if self.focus != Pane::Session {
            if pressed {
                self.to_sessions();
            }
            return pressed;
        }
        let room = session::room(area);
        let Some(tab) = self.sessions.current() else { return false };
        let up = match event.kind {
            MouseEventKind::ScrollUp => true,
            MouseEventKind::ScrollDown => false,
            _ if !room.contains(at) => return false,
            _ => return self.report_mouse(event, at),
        };
        let asked = tab.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        if asked && self.is_typing_through() {
            return self.report_mouse(event, at);
        }
        self.wheel_back(if up { -NOTCH } else { NOTCH });
        true
    }

    fn report_mouse(&mut self, event: &MouseEvent, at: Position) -> bool {
        let Some((area, tab)) = self.plan.session.zip(self.sessions.current()) else { return false };
        let (room, screen) = (session::room(area), tab.screen());
        if !room.contains(at) || !self.is_typing_through() || !self.drives(&tab.id) {
            return true;
        }
        let place = (at.x - room.x, at.y - room.y);
        let report = mouse::report(event, place, screen.mouse_protocol_mode(), screen.mouse_protocol_encoding());
        report.into_iter().for_each(|bytes| self.type_bytes(&bytes));
        true
    }
}
