//! What can be typed at a plain seat, and the answers.

use super::{Outcome, Plain, words};
use crate::core::id::{ExecutionId, IncidentId};
use crate::core::input::Act;
use crate::core::query::Query;
use crate::link::{Refusal, Reply, Request};
use crate::tui::effect::Purpose;

/// How many incidents one `list` tells.
const LISTED: usize = 20;

const HELP: [&str; 22] = [
    "list: what is open, the highest score first, each with a number. list 40: as many.",
    "show N: all about the incident listed as N. Its id, as comp_acme-i1, does as well, here and below.",
    "ack N: acknowledge it.",
    "take N: assign it to me.",
    "resolve N: it is over. What follows is a note.",
    "reopen N: it is not over after all.",
    "note N TEXT: write something down.",
    "undo: take my last change back.",
    "executions: what runs, ran or waits for approval. show tells all of one, by its id, as comp_acme-x2.",
    "approve ID WHY: let it run, after show has told what. WHY may be left out.",
    "reject ID WHY: don't.",
    "cancel ID: end it, begun or not.",
    "sessions: shells, commands and ports that are open, or were within a day.",
    "sources TENANT: who sends for a tenant, and how each is.",
    "allow-topic TENANT SOURCE ARN: let an SNS topic that asks send there. refuse-topic with the same: don't.",
    "unreadable TENANT: requests that could not be read, each with a number.",
    "replay TENANT NUMBER: take one of them as if it came now. discard TENANT NUMBER: forget it.",
    "filter QUERY: tell and list only what matches, for example: filter tenant:acme sev>=high. filter alone: everything.",
    "summary: how much is open.",
    "people: who is on, and what they look at.",
    "help: this.",
    "quit: leave. What runs goes on, unless this seat runs it: quit leave lets its engine go on in the background.",
];

impl Plain {
    /// A line was typed.
    pub fn typed(&mut self, line: &str) -> Outcome {
        let line = line.trim();
        let (order, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        match order {
            "" => Outcome::default(),
            "l" | "list" => self.list(rest),
            "summary" => Outcome::say(words::summary(&self.board)),
            "filter" => self.filter(rest),
            "h" | "help" | "?" => Outcome { lines: HELP.map(str::to_owned).into(), ..Outcome::default() },
            "q" | "quit" | "exit" => self.quit(rest),
            "executions" => self.executions(),
            "sessions" => self.sessions(),
            "people" => self.people(),
            "sources" => self.sources(rest),
            "unreadable" => self.unreadable(rest),
            "replay" | "discard" | "allow-topic" | "refuse-topic" if self.read_only => Self::refused(),
            "replay" => self.again(rest, false),
            "discard" => self.again(rest, true),
            "allow-topic" => self.topic(rest, true),
            "refuse-topic" => self.topic(rest, false),
            "approve" | "reject" | "cancel" if self.read_only => Self::refused(),
            "approve" => self.approve(rest),
            "reject" => self.reject(rest),
            "cancel" => self.cancel(rest),
            "show" if let Ok(id) = rest.parse::<ExecutionId>() => self.show_execution(&id),
            "show" => {
                self.about(rest, |incident, _| Ok((Purpose::Detail(incident.clone()), Request::Detail { incident })))
            }
            "undo" if self.read_only => Self::refused(),
            "undo" => Outcome { ask: Some((Purpose::Undo, Request::Undo)), ..Outcome::default() },
            "ack" | "take" | "resolve" | "reopen" | "note" if self.read_only => Self::refused(),
            "ack" => self.act(rest, |_| Ok(Act::ACKNOWLEDGE)),
            "take" => {
                let to = self.operator.clone();
                self.act(rest, move |_| Ok(Act::Assign { to }))
            }
            "resolve" => {
                self.act(rest, |note| Ok(Act::Resolve { note: Some(note.to_owned()).filter(|note| !note.is_empty()) }))
            }
            "reopen" => self.act(rest, |_| Ok(Act::Reopen)),
            "note" => self.act(rest, |text| match text {
                "" => Err("note what? For example: note 1 called the carrier".into()),
                text => Ok(Act::Note { text: text.into() }),
            }),
            other => Outcome::say(format!("{other} is nothing that can be typed here. help tells what is.")),
        }
    }

    /// Leaves; what becomes of an engine that others are on, they must have said.
    fn quit(&self, how: &str) -> Outcome {
        // This seat is one of them.
        let others = self.board.present.len().saturating_sub(1);
        match how {
            "leave" if self.hands_over => Outcome { quit: true, leave_engine: true, ..Outcome::default() },
            "" if self.hands_over && others > 0 => Outcome::say(format!(
                "Others on the engine of this seat: {others}. quit leave lets it go on in the background, quit all ends it for them."
            )),
            _ => Outcome { quit: true, ..Outcome::default() },
        }
    }

    /// The engine answered.
    pub fn answered(&mut self, purpose: &Purpose, answer: Result<Reply, Refusal>) -> Outcome {
        let done = |id: &IncidentId, what: &str| Outcome::say(format!("{what} {id}."));
        if let Purpose::Execution(question) = purpose {
            return Self::execution_answered(question, &answer);
        }
        const ELSE: &str = "The engine answered something else; is it of another version?";
        match (purpose, answer) {
            (Purpose::Source { tenant, about }, Ok(reply)) => {
                self.source_answered(tenant, about, reply).unwrap_or_else(|| Outcome::say(ELSE))
            }
            (Purpose::Quarantine(tenant), Ok(Reply::Quarantine(all))) => self.unreadable_in_words(tenant, &all),
            (_, Err(refusal)) => Outcome::say(format!("Not done: {}", refusal.message)),
            (Purpose::Detail(_), Ok(Reply::Detail(detail))) => {
                Outcome { lines: words::detail(self, &detail), ..Outcome::default() }
            }
            (Purpose::Undo, Ok(Reply::Undone { what })) => Outcome::say(format!("Taken back: {what}.")),
            (Purpose::Act { incident, act }, Ok(_)) => match act {
                Act::Acknowledge { .. } => done(incident, "Acknowledged"),
                Act::Assign { .. } => done(incident, "You have"),
                Act::Resolve { .. } => done(incident, "Resolved"),
                Act::Reopen => done(incident, "Reopened"),
                _ => done(incident, "Noted on"),
            },
            _ => Outcome::say(ELSE),
        }
    }

    fn list(&mut self, most: &str) -> Outcome {
        let Ok(most) = (if most.is_empty() { Ok(LISTED) } else { most.parse::<usize>() }) else {
            return Outcome::say("list how many? For example: list 40");
        };
        let shown = self.shown();
        let line = |(at, incident): (usize, &&crate::core::incident::Incident)| {
            format!("{}. {}; {}", at + 1, words::name(&self.board, incident), words::standing(self, incident))
        };
        let mut lines: Vec<String> = shown.iter().take(most).enumerate().map(line).collect();
        if shown.is_empty() {
            lines.push(if self.query.is_empty() { "Nothing is open." } else { "Nothing open matches." }.into());
        } else if shown.len() > most {
            lines.push(format!("And {} more.", shown.len() - most));
        }
        self.listed = shown.into_iter().take(most).map(|incident| incident.id.clone()).collect();
        Outcome { lines, ..Outcome::default() }
    }

    fn filter(&mut self, text: &str) -> Outcome {
        match Query::parse(text) {
            Ok(query) => {
                self.query = query;
                let count = self.shown().len();
                Outcome::say(if text.is_empty() {
                    format!("No filter: {count} open.")
                } else {
                    format!("{count} open match.")
                })
            }
            Err(error) => Outcome::say(format!("Not understood: {error}.")),
        }
    }

    fn act(&self, rest: &str, act: impl FnOnce(&str) -> Result<Act, String>) -> Outcome {
        self.about(rest, |incident, text| {
            let act = act(text)?;
            Ok((Purpose::Act { incident: incident.clone(), act: act.clone() }, Request::Act { incident, act }))
        })
    }

    /// Asks something about the incident that `rest` begins with.
    fn about(&self, rest: &str, ask: impl FnOnce(IncidentId, &str) -> Result<(Purpose, Request), String>) -> Outcome {
        let (which, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let number = which.parse::<usize>().ok().and_then(|number| self.listed.get(number.checked_sub(1)?)).cloned();
        let named = || which.parse::<IncidentId>().ok().filter(|id| self.board.incident(id).is_some());
        let Some(id) = number.or_else(named) else {
            return Outcome::say("Which one? Its number in the last list, or its id. list tells them.");
        };
        match ask(id, text.trim()) {
            Ok(ask) => Outcome { ask: Some(ask), ..Outcome::default() },
            Err(say) => Outcome::say(say),
        }
    }

    fn refused() -> Outcome {
        Outcome::say("This seat is read-only.")
    }
}
