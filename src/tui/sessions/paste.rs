//! What is pasted into a session. Text with a line end runs something on the machine at once, or more than its owner sees: it is
//! asked about first. Control characters, and with them the end of a bracketed paste, don't come through.

use super::typed;
use crate::core::session::Session;
use crate::tui::app::App;
use crate::tui::panes::incidents::tenant_name;
use crate::tui::popups::Popup;

/// Lines of a paste that are shown before it is typed.
const SHOWN: usize = 12;

impl App {
    /// Text was pasted while keys go to a machine.
    pub fn paste_into_session(&mut self, text: &str) {
        let Some(tab) = self.sessions.current() else { return };
        let (id, bracketed) = (tab.id.clone(), tab.screen().bracketed_paste());
        let Some(session) = self.board.session(&id).cloned().filter(|_| self.drives(&id)) else {
            return self.mistake(self.typed_nowhere());
        };
        let clean = clean(text);
        if clean.len() < text.replace("\r\n", "\n").len() {
            self.warn("the paste held control characters; they were left out".into());
        }
        let bytes = bytes(&clean, bracketed);
        if !clean.contains('\r') {
            return self.type_bytes(&bytes);
        }
        let lines: Vec<_> = clean.split('\r').collect();
        let (count, ends) = match lines.as_slice() {
            [whole @ .., ""] => (whole.len(), ", the last with its end"),
            all => (all.len(), ""),
        };
        let noun = if count == 1 { "line" } else { "lines" };
        let question = format!("Type {count} {noun}{ends} into {}?", place(self, &session));
        let mut shown: Vec<_> = lines.iter().take(SHOWN).map(|line| (*line).to_owned()).collect();
        if lines.len() > SHOWN {
            shown.push(format!("… and {} more", lines.len() - SHOWN));
        }
        self.popup(Popup::confirm(question, shown, typed(&id, &bytes)));
    }
}

/// `web-01 of Acme Corp`.
pub fn place(app: &App, session: &Session) -> String {
    format!("{} of {}", session.wish.asset, tenant_name(app, &session.id.tenant))
}

/// What of a paste may be typed: line ends as the enter key sends them, tabs, and no other control character.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\r").replace('\n', "\r");
    text.chars().filter(|c| matches!(c, '\r' | '\t') || !c.is_control()).collect()
}

/// As the program wants it.
fn bytes(clean: &str, bracketed: bool) -> Vec<u8> {
    if bracketed { format!("\x1b[200~{clean}\x1b[201~").into_bytes() } else { clean.as_bytes().to_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paste_is_typed_as_keys_would_be_and_cannot_end_its_own_brackets() {
        assert_eq!(clean("a\r\nb\nc\td\re"), "a\rb\rc\td\re");
        let evil = clean("x\x1b[201~; reboot\u{9b}201~\0\u{7f}");
        assert_eq!(evil, "x[201~; reboot201~");
        assert_eq!(bytes(&evil, true), b"\x1b[200~x[201~; reboot201~\x1b[201~");
        assert_eq!(bytes("ls", false), b"ls");
    }
}
