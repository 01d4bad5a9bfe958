//! What the seat says: toasts, of which several can wait, and the log, which keeps every one of them. Where they are drawn is
//! left to `panes::status` and `popups::log`.

use super::app::App;
use super::log::Kind;
use super::theme::Role;
use crate::core::time::{Moment, Span};

/// A line over the hints.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// Done or not done.
    pub role: Role,
    /// It goes by itself; absent: it stays until a key is pressed.
    until: Option<Moment>,
}

/// How long a notice stays when no key is pressed.
const TOAST: Span = Span(8_000);
/// Toasts that can wait. The log has the others.
const WAITING: usize = 8;

impl App {
    /// Says that something is done.
    pub fn notice(&mut self, text: String) {
        self.log.add(self.now, Kind::Done, &text);
        self.say(Toast { text, role: Role::Notice, until: Some(self.now + TOAST) });
    }

    /// Says that something could not be done.
    pub fn mistake(&mut self, text: String) {
        self.log.add(self.now, Kind::Failed, &text);
        self.say(Toast { text, role: Role::Mistake, until: None });
    }

    /// Says loudly that something happens that nobody here asked for; it stays until a key is pressed.
    pub fn warn(&mut self, text: String) {
        self.log.add(self.now, Kind::Trouble, &text);
        self.say(Toast { text, role: Role::Trouble, until: None });
    }

    /// A key was pressed: what was done has been seen, and so has the mistake that was shown. The next one is shown.
    pub fn heard(&mut self) {
        self.waiting.retain(|toast| toast.role == Role::Mistake);
        self.toast = self.waiting.pop();
    }

    /// What was said is no longer so.
    pub fn unsay(&mut self, text: &str) {
        self.waiting.retain(|toast| toast.text != text);
        if self.toast.take_if(|toast| toast.text == text).is_some() {
            self.toast = self.waiting.pop();
        }
    }

    /// Toasts that have been there long enough go.
    pub fn pass_toasts(&mut self) {
        let (now, over) = (self.now, |toast: &Toast, now| toast.until.is_some_and(|until| until <= now));
        self.waiting.retain(|toast| !over(toast, now));
        if self.toast.take_if(|toast| over(toast, now)).is_some() {
            self.toast = self.waiting.pop();
        }
    }

    fn say(&mut self, toast: Toast) {
        self.waiting.retain(|waiting| waiting.text != toast.text);
        let before =
            self.toast.replace(toast).filter(|before| Some(&before.text) != self.toast.as_ref().map(|t| &t.text));
        self.waiting.extend(before);
        let many = self.waiting.len().saturating_sub(WAITING);
        self.waiting.drain(..many);
    }

    /// Troubles that have come and gone since the last frame go to the log. One that only counts on is the same trouble.
    pub fn note_troubles(&mut self, troubles: &[String]) {
        let same = |a: &str, b: &str| {
            let words = |text: &str| text.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
            words(a) == words(b)
        };
        if self.troubled == troubles {
            return;
        }
        for trouble in troubles.iter().filter(|new| !self.troubled.iter().any(|old| same(old, new))) {
            self.log.add(self.now, Kind::Trouble, trouble);
        }
        for over in self.troubled.iter().filter(|old| !troubles.iter().any(|new| same(old, new))) {
            self.log.add(self.now, Kind::Seat, &format!("over: {over}"));
        }
        self.troubled = troubles.to_vec();
    }
}
