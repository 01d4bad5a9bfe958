//! What is said when the engine has done something, or has refused to.

use crate::core::input::Act;
use crate::link::{Refusal, Reply};
use crate::tui::app::App;
use crate::tui::clock;
use crate::tui::effect::Effect;

impl App {
    /// What was done to `what`: an incident by its name, or several by their number.
    pub fn words_for(&self, act: &Act, what: &str) -> String {
        let clock = |at| clock::day_and_time(self, at);
        let said = match act {
            Act::Acknowledge { until: Some(until), .. } => format!("acknowledged {what} until {}", clock(*until)),
            Act::Acknowledge { until: None, .. } => format!("acknowledged {what}"),
            Act::Start => format!("began work on {what}"),
            Act::Assign { to } => format!("assigned {what} to {to}"),
            Act::Release => format!("released {what}"),
            Act::Snooze { until, .. } => format!("snoozed {what} until {}", clock(*until)),
            Act::Wake => format!("woke {what}"),
            Act::Escalate { to: Some(to), .. } => format!("escalated {what} to {to}"),
            Act::Escalate { to: None, .. } => format!("escalated {what} to a lead on call"),
            Act::Resolve { .. } => return format!("resolved {what}; {} reopens it", self.key_of("reopen")),
            Act::Merge { into } => format!("merged {what} into i{into}"),
            Act::Unmerge { part } => format!("took i{part} back out of {what}"),
            Act::Restore(restore) => return format!("took back on {what}: {}", restore.what),
            Act::Reopen => return format!("reopened {what}"),
            Act::Note { .. } => return format!("noted on {what}"),
        };
        format!("{said}; {} takes it back", self.key_of("undo"))
    }

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
