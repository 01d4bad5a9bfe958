//! Gathers what a handover needs from the engine, a few questions at a time, while it is on the screen.

use super::{Facts, compose, markdown, wanted};
use crate::core::id::IncidentId;
use crate::core::limit::Limit;
use crate::core::time::{Moment, Span};
use crate::link::{Listing, Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::clock;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::popups::Popup;
use crate::tui::popups::handover::Handover;

/// A shift, when nobody says how long it was.
const SHIFT: Span = Span::hours(8);
/// What is resolved stays on the board so long; what is older has to be asked for.
const ON_BOARD: Span = Span::DAY;
/// As far back as a handover goes.
const LONGEST: Span = Span(31 * Span::DAY.0);
/// Questions on their way at once.
const AT_ONCE: usize = 4;
/// Resolved incidents that are asked for, at most.
const RESOLVED: usize = 500;

/// The shift's beginning is no time.
const NO_TIME: &str = "since when? 12h, 45m or 07:00";

impl App {
    /// Composes the handover of a shift that began `since`: `12h`, `07:00`, `since=07:00`; without it, eight hours ago, or when
    /// the one who sits here first did something if that is longer ago.
    pub fn handover(&mut self, since: &str) {
        let Some(since) = self.shift_began(since.trim_start_matches("since=").trim()) else {
            self.mistake(NO_TIME.into());
            return;
        };
        self.popup(Popup::Handover(Handover::new(since)));
        if self.now - since > ON_BOARD {
            let listing = Listing { tenant: None, query: "status:resolved".into(), limit: RESOLVED, page: None };
            self.effect(Effect::Ask(Purpose::Resolved(since), Request::Incidents(listing)));
        } else {
            self.begin_handover();
        }
    }

    /// What was resolved before the board's time has come, or a refusal.
    pub fn resolved_answered(&mut self, since: Moment, answer: Result<Reply, Refusal>) {
        let Some(handover) = self.open_handover().filter(|handover| handover.since == since) else { return };
        match answer {
            Ok(Reply::Incidents(incidents)) => handover.gone = incidents,
            Ok(_) => handover.missing("the engine answered something else"),
            Err(refusal) => handover.missing(&refusal.message),
        }
        self.begin_handover();
    }

    /// An incident's timeline has come, or a refusal.
    pub fn handover_answered(&mut self, id: IncidentId, answer: Result<Reply, Refusal>) {
        let Some(handover) = self.open_handover() else { return };
        match answer {
            Ok(Reply::Detail(detail)) => handover.take(id, detail.timeline),
            Ok(_) => handover.missing("the engine answered something else"),
            Err(refusal) => handover.missing(&format!("{id}: {}", refusal.message)),
        }
        self.ask_on();
    }

    /// Writes the handover to a file.
    pub fn write_handover(&mut self) {
        let local = (self.now + (self.utc_offset)(self.now)).to_string();
        let digits: String = local.chars().filter(char::is_ascii_digit).take(12).collect();
        let (day, time) = digits.split_at(digits.len().min(8));
        let name = format!("handover-{day}-{time}.md");
        if let Some(text) = self.handover_text() {
            self.effect(Effect::WriteFile { name, text });
        }
    }

    /// Copies the handover to the clipboard.
    pub fn copy_handover(&mut self) {
        if let Some(text) = self.handover_text() {
            self.copy_text(text);
        }
    }

    fn handover_text(&mut self) -> Option<String> {
        let handover = self.open_handover()?;
        let (done, text) = (handover.progress().is_none(), markdown(&handover.lines));
        if !done {
            self.mistake("not everything is read yet".into());
        }
        done.then_some(text)
    }

    fn shift_began(&self, since: &str) -> Option<Moment> {
        let earliest = self.now - LONGEST;
        if since.is_empty() {
            let shift = self.now - SHIFT;
            return Some(self.acted_at.map_or(shift, |acted| acted.min(shift)).max(self.now - ON_BOARD));
        }
        if let Ok(Limit(Some(span))) = since.parse() {
            return Some((self.now - span).max(earliest));
        }
        let (hours, minutes) = since.split_once(':')?;
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
            return None;
        }
        let local = self.now + (self.utc_offset)(self.now);
        let today = Moment(local.0 - local.0.rem_euclid(Span::DAY.0)) + Span::hours(hours) + Span::minutes(minutes);
        let last = if today > local { today - Span::DAY } else { today };
        Some(self.now - (local - last))
    }

    fn open_handover(&mut self) -> Option<&mut Handover> {
        self.popups.iter_mut().rev().find_map(|popup| match popup {
            Popup::Handover(handover) => Some(handover),
            _ => None,
        })
    }

    fn begin_handover(&mut self) {
        let Some(Popup::Handover(handover)) = self.popups.last() else { return };
        let ids = wanted(&self.board, &handover.gone, handover.since);
        self.compose_handover();
        if let Some(handover) = self.open_handover() {
            handover.want(ids);
        }
        for _ in 0..AT_ONCE {
            self.ask_on();
        }
    }

    /// The next question; after the last answer, everything is composed.
    fn ask_on(&mut self) {
        let Some(handover) = self.open_handover() else { return };
        if let Some(id) = handover.next() {
            let request = Request::Detail { incident: id.clone() };
            self.effect(Effect::Ask(Purpose::Handover(id), request));
        } else if handover.progress().is_none() {
            self.compose_handover();
        }
    }

    fn compose_handover(&mut self) {
        let at = |at| clock::day_and_time(self, at);
        let short = |moment| at(moment).rsplit_once(':').map_or_else(String::new, |(time, _)| time.into());
        let Some((place, Popup::Handover(handover))) =
            self.popups.iter().enumerate().rev().find(|(_, popup)| matches!(popup, Popup::Handover(_)))
        else {
            return;
        };
        let facts = Facts {
            board: &self.board,
            gone: &handover.gone,
            timelines: &handover.timelines,
            since: handover.since,
            now: self.now,
            who: &self.operator,
            clock: &short,
        };
        let lines = compose(&facts);
        if let Some(Popup::Handover(handover)) = self.popups.get_mut(place) {
            handover.show(lines);
        }
    }
}
