//! What the pane's own commands do: between typing, its commands and the look back; tabs; copying; leaving.

use super::{Mode, Question};
use crate::core::session::Session;
use crate::link::session::Talk;
use crate::tui::app::App;
use crate::tui::keymap;
use crate::tui::moves::Move;
use crate::tui::panes::Pane;
use crate::tui::popups::Popup;
use crate::tui::popups::prompt::Prompt;
use crate::tui::sessions::back;
use crate::tui::sessions::paste::place;

impl App {
    /// Gives the keys to the sessions, and to the machine where this seat types.
    pub fn to_sessions(&mut self) {
        match self.sessions.current().map(|tab| tab.id.clone()) {
            Some(id) => {
                self.focus = Pane::Session;
                self.sessions.typing = self.drives(&id);
            }
            None => self.mistake("no session is open here".into()),
        }
    }

    /// Keys are the pane's own commands from now on.
    pub fn leave_typing(&mut self) {
        self.sessions.typing = false;
    }

    /// Keys go to the machine from now on.
    pub fn type_on(&mut self) {
        let Some(tab) = self.sessions.current_mut() else { return };
        tab.back = None;
        tab.retry();
        let id = tab.id.clone();
        if self.drives(&id) {
            self.sessions.typing = true;
        } else {
            self.mistake(self.typed_nowhere());
        }
    }

    /// Why what is typed goes nowhere.
    pub fn typed_nowhere(&self) -> String {
        let leave = self.key_of("session-commands");
        let Some(tab) = self.sessions.current() else { return "no session is open here".into() };
        match self.session_of(tab) {
            Some(session) if session.is_over() => {
                format!("{} is over; {leave} {} closes its tab", tab.id, self.key_of("close-session"))
            }
            Some(Session { driver: Some(driver), .. }) => {
                format!("{} types in {}; {leave} {} takes it over", driver.who, tab.id, self.key_of("take-session"))
            }
            Some(_) => format!("nobody types in {}; {leave} {} takes it", tab.id, self.key_of("take-session")),
            None => format!("{} is not on the board", tab.id),
        }
    }

    /// Types the key that leaves typing.
    pub fn type_leaving_key(&mut self) {
        let key = keymap::read(&self.key_of("session-commands")).ok();
        let Some(key) = key.and_then(|keys| keys.first().copied()) else { return };
        self.type_on();
        if self.sessions.mode() == Mode::Typing {
            self.type_keys(&[key]);
        }
    }

    /// Shows another tab; after the last comes the first.
    pub fn turn_session(&mut self, by: isize) {
        let tabs = self.sessions.tabs.len();
        if tabs > 1 {
            self.show_session((self.sessions.at + tabs).wrapping_add_signed(by) % tabs);
        } else {
            self.mistake("there is no other session here".into());
        }
    }

    /// Shows the tab with that number, from 0.
    pub fn show_session(&mut self, at: usize) {
        if at < self.sessions.tabs.len() {
            self.sessions.at = at;
            self.sessions.typing = false;
        } else {
            self.mistake(format!("there is no tab {}", at + 1));
        }
    }

    /// Moves in what has left the screen at the top.
    pub fn look_back(&mut self, by: Move) {
        let Some(tab) = self.sessions.current_mut() else { return };
        let up = matches!(by, Move::First) || matches!(by, Move::Rows(n) | Move::Pages(n) if n < 0);
        if tab.is_scrolled() || up {
            tab.look_back().go(by);
        }
    }

    /// The wheel over what has left the screen at the top.
    pub fn wheel_back(&mut self, by: isize) {
        let Some(tab) = self.sessions.current_mut() else { return };
        if tab.is_scrolled() || by < 0 {
            tab.look_back().scroll(by);
        }
    }

    /// Asks what to search for in what the machine has shown.
    pub fn search_session(&mut self, text: &str) {
        let Some(tab) = self.sessions.current_mut() else { return };
        if !text.is_empty() {
            if !tab.look_back().search(text) {
                self.mistake(format!("no {text} in what is kept of this session"));
            }
            return;
        }
        let Some(command) = crate::tui::command::named("search-session") else { return };
        let hint = "in what this session has shown; small letters match any case".into();
        let prompt = Prompt {
            command,
            aim: Vec::new(),
            title: "Search".into(),
            hint,
            input: crate::tui::input::Input::default(),
        };
        self.popup(Popup::Prompt(prompt));
    }

    /// To the next older place with what was searched for, or the next newer one.
    pub fn seek_session(&mut self, older: bool) {
        let Some(tab) = self.sessions.current_mut() else { return };
        let back = tab.look_back();
        if back.sought().is_empty() {
            return self.search_session("");
        }
        if !back.seek(older) {
            self.mistake(format!("no {} one", if older { "older" } else { "newer" }));
        }
    }

    /// Marks rows from here on, or none.
    pub fn mark_session(&mut self) {
        if let Some(tab) = self.sessions.current_mut() {
            tab.look_back().mark();
        }
    }

    /// Copies the marked rows, else what is on the screen.
    pub fn copy_session(&mut self) {
        let Some(tab) = self.sessions.current() else { return };
        let text = match &tab.back {
            Some(back) => back.text(),
            None => {
                let (_, cols) = tab.screen().size();
                let rows: Vec<_> = tab.screen().rows(0, cols.get()).collect();
                back::text(rows.iter())
            }
        };
        self.copy_text(text);
    }

    /// Goes away from the session: it stays, on purpose where this seat typed in it.
    pub fn detach_session(&mut self) {
        let Some(tab) = self.sessions.current() else { return };
        let id = tab.id.clone();
        let session = self.session_of(tab).filter(|session| !session.is_over());
        let Some(what) = session.map(|session| place(self, session)) else { return self.close_tab() };
        if self.drives(&id) {
            self.talk(Question::Detach(id.clone()), Talk::Detach { session: id.clone() });
            self.notice(format!("{id} on {what} stays open; {} lists it", self.key_of("sessions")));
        } else {
            self.talk(Question::Leave(id.clone()), Talk::Leave { session: id });
        }
        self.close_tab();
    }

    /// Ends the session, after asking; closes the tab of one that is over.
    pub fn end_shown_session(&mut self) {
        let Some(tab) = self.sessions.current() else { return };
        match self.session_of(tab).filter(|session| !session.is_over()).cloned() {
            Some(session) => self.end_session(&session),
            None => self.close_tab(),
        }
    }

    /// Types from now on, whoever did before, after asking where somebody does.
    pub fn take_over_shown(&mut self) {
        let Some(tab) = self.sessions.current() else { return };
        let id = tab.id.clone();
        match self.session_of(tab).cloned() {
            Some(session) if session.is_over() => self.mistake(self.typed_nowhere()),
            Some(session) if session.driver.is_none() => self.drive_session(id),
            Some(session) => self.take_over(&session),
            None => self.mistake(self.typed_nowhere()),
        }
    }

    /// One step back: from the look back to what is there now, then to the board.
    pub fn leave_session(&mut self) {
        if let Some(tab) = self.sessions.current_mut().filter(|tab| tab.is_scrolled()) {
            tab.back = None;
        } else {
            self.focus = Pane::Incidents;
        }
    }

    /// The tab is done with.
    pub fn close_tab(&mut self) {
        if self.sessions.at < self.sessions.tabs.len() {
            self.sessions.tabs.remove(self.sessions.at);
        }
        self.sessions.at = self.sessions.at.min(self.sessions.tabs.len().saturating_sub(1));
        self.sessions.typing = false;
        if self.sessions.tabs.is_empty() && self.focus == Pane::Session {
            self.focus = Pane::Incidents;
        }
    }
}
