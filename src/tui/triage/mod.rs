//! What an operator does to incidents from the keyboard: reads what a command was given, and asks for what is missing.
//!
//! Whom a command is for is settled in `act`; what the engine makes of it is said in `words`.

mod people;
mod regroup;
mod words;

use super::app::App;
use super::command;
use super::effect::{Effect, Paper, Purpose};
use super::input::Input;
use super::popups::Popup;
use super::popups::pick::{Choice, Pick};
use super::popups::prompt::Prompt;
use super::when::{self, NoTime, Offset};
use crate::core::id::IncidentId;
use crate::core::input::Act;
use crate::core::time::Moment;
use crate::link::Request;

/// What an acknowledgement may say.
const ACKNOWLEDGEMENT: &str = "why, and for=2h or until=08:00; without: as long as the tenant's setting says";

impl App {
    /// Acknowledges: `WHY for=2h`, `until=08:00 WHY`, or nothing at all.
    pub fn acknowledge(&mut self, text: &str) {
        match acknowledgement(text, self.now, self.utc_offset) {
            Ok((why, until)) => self.act(Act::Acknowledge { why, until }),
            Err(error) => self.ask_again("acknowledge", "Acknowledge", ACKNOWLEDGEMENT, text, error),
        }
    }

    /// The same, and asks why.
    pub fn acknowledge_why(&mut self, text: &str) {
        if text.is_empty() {
            self.prompt("acknowledge", "Acknowledge", ACKNOWLEDGEMENT, "");
        } else {
            self.acknowledge(text);
        }
    }

    /// Assigns to `name`, or to the one who sits here.
    pub fn assign(&mut self, name: &str) {
        let to = if name.is_empty() { self.operator.clone() } else { name.to_owned() };
        self.act(Act::Assign { to });
    }

    /// Assigns to `name`, or to one of the tenant's technicians.
    pub fn assign_to(&mut self, name: &str) {
        if !name.is_empty() {
            self.assign(name);
            return;
        }
        let aim = self.targets();
        if !aim.is_empty() {
            let (title, choices) = (format!("Assign {} to", about(&aim)), self.technicians(&aim));
            self.pick("assign", aim, title, choices);
        }
    }

    /// Snoozes: `2h carrier works`.
    pub fn snooze(&mut self, text: &str) {
        let hint = format!("{}; then perhaps why", when::LOOKS_LIKE);
        if text.is_empty() {
            self.prompt("snooze", "Snooze", &hint, "");
            return;
        }
        match when::read(text, self.now, self.utc_offset) {
            Ok((until, why)) => self.act(Act::Snooze { until, why: said(why) }),
            Err(error) => self.ask_again("snooze", "Snooze", &hint, text, error),
        }
    }

    /// Escalates: `kim database down`; `-` in the name's place: to a lead who is on call.
    pub fn escalate(&mut self, text: &str) {
        let aim = self.targets();
        if aim.is_empty() {
            return;
        }
        if text.is_empty() {
            let (title, choices) = (format!("Escalate {} to whom, perhaps why", about(&aim)), self.leads(&aim));
            self.pick("escalate", aim, title, choices);
        } else {
            let (to, why) = self.somebody(&aim, text);
            let to = Some(to).filter(|to| to != people::ON_CALL);
            self.for_these(aim, |app| app.act(Act::Escalate { to, why: said(&why) }));
        }
    }

    /// Resolves, with a note or without.
    pub fn resolve(&mut self, note: &str) {
        self.act(Act::Resolve { note: said(note) });
    }

    /// The same, and asks for the note.
    pub fn resolve_with(&mut self, note: &str) {
        if note.is_empty() {
            self.prompt("resolve", "Resolve", "what was done about it", "");
        } else {
            self.resolve(note);
        }
    }

    /// Writes a note, or asks for its text.
    pub fn note(&mut self, text: &str) {
        if text.is_empty() {
            self.prompt("note", "Note on", "what was seen or done, in a line", "");
        } else {
            self.act(Act::Note { text: text.into() });
        }
    }

    /// Writes a note in the operator's editor.
    pub fn long_note(&mut self) {
        let aim = self.targets();
        if !self.is_lost() && !aim.is_empty() {
            let about = aim.iter().map(|id| super::draft::headline(id, self.board.incident(id).map(|it| &**it)));
            let about = about.collect();
            self.effect(Effect::Edit { paper: Paper::Note(aim), about });
        }
    }

    /// A note has come back from the editor. It was about these incidents all the while, so nothing is asked again.
    pub fn written(&mut self, aim: Vec<IncidentId>, text: String) {
        if text.is_empty() {
            self.notice("no note: nothing was written".into());
        } else if let Some(why) = self.phase.stands_still() {
            self.effect(Effect::Keep { text, why: why.into() });
        } else {
            let act = Act::Note { text };
            let ask = |incident: IncidentId| {
                let purpose = Purpose::Act { incident: incident.clone(), act: act.clone() };
                Effect::Ask(purpose, Request::Act { incident, act: act.clone() })
            };
            let effects: Vec<Effect> = aim.into_iter().map(ask).collect();
            if effects.len() > 1 {
                self.sent_together(&effects);
            }
            effects.into_iter().for_each(|effect| self.effect(effect));
        }
    }

    /// Takes back the last change of mine that can be taken back.
    pub fn undo(&mut self) {
        self.change(Purpose::Undo, Request::Undo);
    }

    /// Asks the engine for a change that is not one incident's.
    fn change(&mut self, purpose: Purpose, request: Request) {
        if !self.is_lost() {
            self.effect(Effect::Ask(purpose, request));
        }
    }

    /// Does something for incidents that are settled.
    pub(super) fn for_these(&mut self, aim: Vec<IncidentId>, what: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.aim, aim);
        what(self);
        self.aim = before;
    }

    /// Asks for the text of a command for the incidents aimed at.
    fn prompt(&mut self, name: &str, verb: &str, hint: &str, typed: &str) {
        let aim = self.targets();
        if let Some(command) = command::named(name).filter(|_| !aim.is_empty()) {
            let title = format!("{verb} {}", about(&aim));
            let prompt = Prompt { command, aim, title, hint: hint.into(), input: Input::new(typed) };
            self.popup(Popup::Prompt(prompt));
        }
    }

    /// The text could not be understood: says why, and lets it be mended.
    fn ask_again(&mut self, name: &str, verb: &str, hint: &str, typed: &str, error: NoTime) {
        self.prompt(name, verb, hint, typed);
        self.mistake(error.to_string());
    }

    /// Asks for one of several as the text of a command.
    fn pick(&mut self, name: &str, aim: Vec<IncidentId>, title: String, choices: Vec<Choice>) {
        if let Some(command) = command::named(name) {
            self.popup(Popup::Pick(Pick::new(command, aim, title, choices)));
        }
    }
}

/// What a question is about: one incident by its name, several by their number.
fn about(aim: &[IncidentId]) -> String {
    match aim {
        [one] => one.to_string(),
        several => format!("{} incidents", several.len()),
    }
}

/// Text that says something.
fn said(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Reads `WHY for=2h` or `until=08:00 WHY`.
fn acknowledgement(text: &str, now: Moment, offset: Offset) -> Result<(Option<String>, Option<Moment>), NoTime> {
    let starts = |marker: &str| {
        let mut found = text.match_indices(marker).map(|(at, _)| at);
        let at = found.find(|at| text.get(..*at).is_some_and(|before| before.is_empty() || before.ends_with(' ')))?;
        Some((at, at + marker.len()))
    };
    let Some((at, value)) = starts("for=").or_else(|| starts("until=")) else { return Ok((said(text), None)) };
    let (until, after) = when::read(text.get(value..).unwrap_or_default(), now, offset)?;
    let why = format!("{} {after}", text.get(..at).unwrap_or_default().trim());
    Ok((said(&why), Some(until)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::clock::utc;

    #[test]
    fn an_acknowledgement_is_read_whatever_comes_first() {
        let now = Moment::parse("2026-01-31T03:12:40Z").unwrap();
        let read = |text| acknowledgement(text, now, utc).map(|(why, until)| (why, until.map(|at| at.to_string())));
        let at = |hour: &str| Some(format!("2026-01-31T{hour}.000Z"));
        let why = |text: &str| Some(text.to_owned());
        assert_eq!(read(""), Ok((None, None)));
        assert_eq!(read("waiting for parts"), Ok((why("waiting for parts"), None)));
        assert_eq!(read("for=2h waiting for parts"), Ok((why("waiting for parts"), at("05:12:40"))));
        assert_eq!(read("waiting for=2h for parts"), Ok((why("waiting for parts"), at("05:12:40"))));
        assert_eq!(read("until=today 8:00"), Ok((None, at("08:00:00"))));
        assert_eq!(read("wait=for=2h"), Ok((why("wait=for=2h"), None)));
        assert_eq!(read("for=ever"), Err(NoTime::Unread));
    }
}
