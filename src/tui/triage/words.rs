//! What is said when the engine has done something that is not one act, or has refused one. The words for acts are `bulk`'s.

use crate::core::input::Act;
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::effect::Effect;

impl App {
    /// The last change was taken back, or could not be.
    pub fn undone(&mut self, answer: Result<Reply, Refusal>) {
        match answer {
            Ok(Reply::Undone { what }) => self.notice(format!("taken back: {what}")),
            Ok(_) => self.notice("taken back".into()),
            Err(refusal) => self.mistake(refusal.message),
        }
    }

    /// Alerts have got their incident, or could not.
    pub fn gathered(&mut self, what: &str, answer: Result<Reply, Refusal>) {
        match answer {
            Ok(_) => self.notice(format!("{what}; {} takes it back", self.key_of("undo"))),
            Err(refusal) => self.mistake(refusal.message),
        }
    }

    /// The engine has refused an act. A note of several lines was much work: it is kept in a file.
    pub fn refused(&mut self, act: Act, refusal: Refusal) {
        match act {
            Act::Note { text } if text.contains('\n') => self.effect(Effect::Keep { text, why: refusal.message }),
            _ => self.mistake(refusal.message),
        }
    }
}
