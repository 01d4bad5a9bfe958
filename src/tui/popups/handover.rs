//! A shift handover, to be read, kept as a file or copied.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use ratatui::layout::Rect;

use super::Place;
use crate::core::id::IncidentId;
use crate::core::incident::Incident;
use crate::core::time::Moment;
use crate::core::timeline::TimelineEntry;
use crate::tui::canvas::Canvas;
use crate::tui::command;
use crate::tui::handover::Line;
use crate::tui::keymap::Binding;
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::panes::detail::text::{Line as Styled, hanging};
use crate::tui::theme::{Look, Role};

/// The popup's state.
#[derive(Debug)]
pub struct Handover {
    /// When the shift began.
    pub since: Moment,
    /// What is shown.
    pub lines: Vec<Line>,
    /// The same as it is drawn.
    rows: Vec<Styled>,
    /// How far down.
    pub list: Place,
    /// Incidents that were resolved in the shift and have left the board.
    pub gone: Vec<Arc<Incident>>,
    /// What happened to incidents.
    pub timelines: BTreeMap<IncidentId, Vec<TimelineEntry>>,
    /// Timelines still to be asked for.
    waiting: VecDeque<IncidentId>,
    asked: usize,
    of: usize,
    /// What could not be read, and why.
    error: Option<String>,
}

impl Handover {
    /// Nothing is known yet.
    pub fn new(since: Moment) -> Self {
        Self {
            since,
            lines: Vec::new(),
            rows: Vec::new(),
            list: Place::default(),
            gone: Vec::new(),
            timelines: BTreeMap::new(),
            waiting: VecDeque::new(),
            asked: 0,
            of: 0,
            error: None,
        }
    }

    /// These timelines are to be asked for.
    pub fn want(&mut self, ids: Vec<IncidentId>) {
        self.of = ids.len();
        self.waiting = ids.into();
    }

    /// The next timeline to ask for.
    pub fn next(&mut self) -> Option<IncidentId> {
        let next = self.waiting.pop_front();
        self.asked += usize::from(next.is_some());
        next
    }

    /// A timeline has come.
    pub fn take(&mut self, id: IncidentId, timeline: Vec<TimelineEntry>) {
        self.asked = self.asked.saturating_sub(1);
        self.timelines.insert(id, timeline);
    }

    /// Something will be missing.
    pub fn missing(&mut self, why: &str) {
        self.asked = self.asked.saturating_sub(1);
        self.error = Some(why.into());
    }

    /// How many of how many timelines have been read; absent when all have.
    pub fn progress(&self) -> Option<(usize, usize)> {
        let left = self.waiting.len() + self.asked;
        (left > 0 || self.lines.is_empty()).then_some((self.of.saturating_sub(left), self.of))
    }

    /// It is composed.
    pub fn show(&mut self, lines: Vec<Line>) {
        self.lines = lines;
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect, look: &Look) {
        let body = body(place(area));
        self.rows = self.lines.iter().flat_map(|line| wrapped(line, look, body.width)).collect();
        self.list.len = (self.rows.len() + 1).saturating_sub(body.height.into());
        self.list.at = self.list.at.min(self.list.len.saturating_sub(1));
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let area = place(canvas.area());
        let inner = canvas.frame(area, "Handover");
        let body = body(area);
        for (line, text) in self.rows.iter().skip(self.list.at).take(body.height.into()).enumerate() {
            text.draw(&mut canvas.row(body, u16::try_from(line).unwrap_or(u16::MAX)));
        }
        let look = canvas.look;
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        match (self.progress(), &self.error) {
            (Some((read, of)), _) => row.at_right(&format!("reading {read} of {of}"), look.style(Role::Badge)),
            (None, Some(why)) => row.at_right(&format!("incomplete: {why}"), look.style(Role::Mistake)),
            (None, None) => {}
        }
        for (key, does, name) in KEYS {
            let from = row.x();
            row.role(key, Role::Key);
            row.role(does, Role::Dim);
            if let Some(command) = command::named(name) {
                row.click(from, Click::Run(Binding { command, argument: String::new() }));
            }
        }
    }
}

const KEYS: [(&str, &str, &str); 3] =
    [("w", " file  ", "write-handover"), ("y", " clipboard  ", "copy-handover"), ("esc", " closes", "close")];

/// Where it is on a screen.
fn place(screen: Rect) -> Rect {
    layout::middle(screen, 120, screen.height.saturating_sub(2))
}

/// Where its lines are: within the frame, above the keys.
fn body(area: Rect) -> Rect {
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(3) }
}

fn wrapped(line: &Line, look: &Look, width: u16) -> Vec<Styled> {
    let (first, role, text) = match line {
        Line::Title(text) => (Styled::default(), Role::TitleFocused, text),
        Line::Text(text) => (Styled::default(), Role::Popup, text),
        Line::Heading(text) => (Styled::default(), Role::Title, text),
        Line::Incident(severity, text) => {
            let word = format!("{} {:<8} ", look.glyphs.of(*severity), severity.word());
            (Styled::default().and(&word, Role::of(*severity)), Role::Popup, text)
        }
        Line::Item(text) => (Styled::default().and("  ", Role::Popup), Role::Popup, text),
        Line::Note(text) => (Styled::default().and("    ", Role::Popup), Role::Dim, text),
    };
    let above = matches!(line, Line::Heading(_)).then(Styled::default);
    above.into_iter().chain(hanging(first, text, role, width)).collect()
}
