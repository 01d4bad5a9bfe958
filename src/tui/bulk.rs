//! One act on many incidents: asked once, with all that it will touch; told once, when the engine has answered for each. And
//! the words for acts.

use std::collections::BTreeSet;

use super::app::App;
use super::clock;
use super::effect::{Effect, Purpose};
use super::panes::incidents::tenant_name;
use super::popups::Popup;
use crate::core::id::IncidentId;
use crate::core::input::Act;
use crate::link::{Refusal, Request};

/// An act on many incidents that is on its way.
#[derive(Debug)]
pub struct Bulk {
    act: Act,
    waiting: BTreeSet<IncidentId>,
    done: usize,
    refused: usize,
    /// What was said of the first refused one.
    why: Option<String>,
}

impl App {
    /// Asks before an act on many incidents; does it at once on a single one.
    pub fn act_on_all(&mut self, targets: Vec<IncidentId>, act: &Act) {
        if let [only] = &*targets {
            return self.act_on(only.clone(), act.clone());
        }
        if targets.is_empty() || self.is_lost() {
            return;
        }
        let line = |id: &IncidentId| match self.board.incident(id) {
            Some(incident) => {
                format!("{id}  {}  {}  {}", tenant_name(self, &id.tenant), incident.asset_name, incident.signature)
            }
            None => id.to_string(),
        };
        let lines = targets.iter().map(line).collect();
        let question = self.act_in_words(act, &format!("{} incidents", targets.len()), false);
        let ask = |incident: IncidentId| {
            let purpose = Purpose::Act { incident: incident.clone(), act: act.clone() };
            Effect::Ask(purpose, Request::Act { incident, act: act.clone() })
        };
        let mut question: Vec<char> = question.chars().collect();
        if let Some(first) = question.first_mut() {
            first.make_ascii_uppercase();
        }
        let question = format!("{}?", question.into_iter().collect::<String>());
        self.popup(Popup::confirm(question, lines, targets.into_iter().map(ask).collect()));
    }

    /// What was confirmed is on its way: when it acts on many incidents, what comes of it is told together.
    pub fn sent_together(&mut self, effects: &[Effect]) {
        let mut acts = effects.iter().filter_map(|effect| match effect {
            Effect::Ask(Purpose::Act { incident, act }, _) => Some((incident, act)),
            _ => None,
        });
        let Some((_, act)) = acts.clone().next() else { return };
        let waiting = acts.by_ref().filter(|(_, other)| *other == act).map(|(id, _)| id.clone()).collect();
        self.bulk = Some(Bulk { act: act.clone(), waiting, done: 0, refused: 0, why: None });
        self.incidents.unmark();
    }

    /// Counts an answer, if it is one of many, and says what has come of all of them once they are there. False when it was one
    /// by itself.
    pub fn counted(&mut self, incident: &IncidentId, act: &Act, refusal: Option<&Refusal>) -> bool {
        let Some(bulk) = self.bulk.as_mut().filter(|bulk| bulk.act == *act) else { return false };
        if !bulk.waiting.remove(incident) {
            return false;
        }
        match refusal {
            None => bulk.done += 1,
            Some(refusal) => {
                bulk.refused += 1;
                bulk.why.get_or_insert_with(|| format!("{incident}: {}", refusal.message));
            }
        }
        if bulk.waiting.is_empty()
            && let Some(bulk) = self.bulk.take()
        {
            let done = format!("{} {}", bulk.done, self.act_in_words(act, "", true));
            match bulk.why {
                None => self.notice(done),
                Some(why) => self.mistake(format!("{done}, {} refused: {why}", bulk.refused)),
            }
        }
        true
    }

    /// `acknowledge X`, or `acknowledged X`, for an act on `what`.
    pub fn act_in_words(&self, act: &Act, what: &str, done: bool) -> String {
        let until = |at| format!(" until {}", clock::day_and_time(self, at));
        let (now, past, tail) = match act {
            Act::Acknowledge { until: at, .. } => ("acknowledge", "acknowledged", at.map(until).unwrap_or_default()),
            Act::Start => ("start work on", "started work on", String::new()),
            Act::Assign { to } => ("assign", "assigned", format!(" to {to}")),
            Act::Release => ("release", "released", String::new()),
            Act::Snooze { until: at, .. } => ("snooze", "snoozed", until(*at)),
            Act::Wake => ("wake", "woke", String::new()),
            Act::Escalate { to: Some(to), .. } => ("escalate", "escalated", format!(" to {to}")),
            Act::Escalate { to: None, .. } => ("escalate", "escalated", " to a lead on call".into()),
            Act::Resolve { .. } => ("resolve", "resolved", String::new()),
            Act::Merge { into } => ("merge", "merged", format!(" into i{into}")),
            Act::Unmerge { part } => ("split", "split", format!(": i{part} is back")),
            Act::Restore(restore) => ("restore", "restored", format!(" as before {}", restore.what)),
            Act::Reopen => ("reopen", "reopened", String::new()),
            Act::Note { .. } => ("note on", "noted on", String::new()),
        };
        let what = if what.is_empty() { String::new() } else { format!(" {what}") };
        format!("{}{what}{tail}", if done { past } else { now })
    }
}
