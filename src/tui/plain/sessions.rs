//! Sessions at a plain seat: what is told of them, and the list. They are opened, typed into and ended elsewhere: a terminal's screen
//! has no words, and `session run` brings a command's.

use std::sync::Arc;

use super::{Outcome, Plain, words};
use crate::core::person::Present;
use crate::core::session::Session;
use crate::core::session::passage::Passage;

/// How many sessions are told at once.
const LISTED: usize = 20;

impl Plain {
    /// What a session that is about to change on the board has come to, if that is worth a line. What belongs to an incident is in
    /// its history already, but for who comes and goes.
    pub(super) fn session_told(&self, is: &Session) -> Option<String> {
        let was = self.board.session(&is.id).map(|was| &**was);
        let passage = Passage::between(was, is)?;
        let incident = is.wish.incident.as_ref().and_then(|id| self.board.incident(id));
        let wanted = incident.is_none_or(|incident| self.query.matches(incident, self.viewer()));
        let name = Self::tenant_name(&self.board, &is.id.tenant);
        wanted.then(|| format!("{}: {}, {name}.", words::time(self, self.now), passage.words(is)))
    }

    /// Who is on, and what they look at.
    pub(super) fn people(&self) -> Outcome {
        let line = |one: &Present| {
            let looks = one.looks_at.as_ref().and_then(|id| self.board.incident(id));
            let looks = looks.map(|incident| format!(", looks at {}", words::name(&self.board, incident)));
            format!("{} at {}{}.", one.who, one.seat, looks.unwrap_or_default())
        };
        let mut lines: Vec<String> = self.board.present.iter().map(line).collect();
        if lines.is_empty() {
            lines.push("The engine has not said who is on.".into());
        }
        Outcome { lines, ..Outcome::default() }
    }

    /// The sessions on the board, those that are open first, then the latest.
    pub(super) fn sessions(&self) -> Outcome {
        let mut all: Vec<_> = self.board.sessions().collect();
        all.sort_by_key(|one| (one.is_over(), std::cmp::Reverse(one.asked_at), one.id.clone()));
        let line = |one: &&Arc<Session>| {
            let (when, who) = (words::time(self, one.asked_at), &one.by.who);
            let hands = if one.is_over() { String::new() } else { format!("; {}", one.hands()) };
            let name = Self::tenant_name(&self.board, &one.id.tenant);
            format!("{}, {name}: {}{hands}; opened by {who} {when}.", one.headline(), one.standing())
        };
        let mut lines: Vec<String> = all.iter().take(LISTED).map(line).collect();
        match all.len() {
            0 => lines.push("No session within a day.".into()),
            count if count > LISTED => lines.push(format!("And {} more.", count - LISTED)),
            _ => {}
        }
        Outcome { lines, ..Outcome::default() }
    }
}
