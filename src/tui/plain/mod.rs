//! A seat as lines, for screen readers: what happens is said in words as it happens, what is typed is answered in words. No boxes,
//! no colour, and nothing that was said is drawn over. Pure: reading and printing is `cli`'s.

mod executions;
mod orders;
mod sessions;
mod sources;
mod words;

use crate::core::board::Board;
use crate::core::change::{Change, Published};
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::query::{Query, Viewer};
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};
use crate::core::timeline::{Event, TimelineEntry};
use crate::link::{Feed, Request};

use super::app::Phase;
use super::bell::Bell;
use super::effect::Purpose;
use super::trouble;

/// The state of a plain seat.
#[derive(Debug)]
pub struct Plain {
    board: Board,
    phase: Phase,
    now: Moment,
    heard_at: Moment,
    utc_offset: fn(Moment) -> Span,
    operator: String,
    read_only: bool,
    hands_over: bool,
    bell: Bell,
    query: Query,
    /// What was listed last, by the numbers it was listed under.
    listed: Vec<IncidentId>,
    troubled: Vec<String>,
    told: executions::Told,
}

/// Who sits there, and how.
#[derive(Clone, Debug)]
pub struct Sitting {
    /// The operator.
    pub operator: String,
    /// Orders that change something are refused.
    pub read_only: bool,
    /// The engine runs in this process, and can go on without this seat.
    pub hands_over: bool,
    /// The least severity that rings; absent: none does.
    pub bell: Option<Severity>,
    /// What the told times of day are ahead of UTC by.
    pub utc_offset: fn(Moment) -> Span,
}

/// What comes of something.
#[derive(Debug, Default)]
pub struct Outcome {
    /// To be said, in this order. What came from outside is in it as it came.
    pub lines: Vec<String>,
    /// To be asked of the engine; the answer comes back with its purpose.
    pub ask: Option<(Purpose, Request)>,
    /// To be heard.
    pub ring: bool,
    /// The operator leaves.
    pub quit: bool,
    /// And the engine of this process goes on without them.
    pub leave_engine: bool,
}

impl Outcome {
    fn say(line: impl Into<String>) -> Self {
        Self { lines: vec![line.into()], ..Self::default() }
    }
}

impl Plain {
    /// A seat that knows nothing yet.
    pub fn new(sitting: Sitting, now: Moment) -> Self {
        let Sitting { operator, read_only, hands_over, bell, utc_offset } = sitting;
        Self {
            board: Board::default(),
            phase: Phase::Waiting,
            now,
            heard_at: now,
            utc_offset,
            operator,
            read_only,
            hands_over,
            bell: Bell::new(bell),
            query: Query::default(),
            listed: Vec::new(),
            troubled: Vec::new(),
            told: executions::Told::new(),
        }
    }

    /// There is something to be asked about, or never will be.
    pub fn has_board(&self) -> bool {
        self.phase != Phase::Waiting
    }

    /// It is `now`.
    pub fn tick(&mut self, now: Moment) -> Outcome {
        self.now = now;
        self.bell.tick(now);
        Outcome { lines: self.new_troubles(), ..Outcome::default() }
    }

    /// The feed brought something.
    pub fn changed(&mut self, feed: Feed) -> Outcome {
        let mut outcome = Outcome::default();
        let again = self.has_board();
        if !matches!(feed, Feed::Away(_) | Feed::Lost(_)) {
            self.heard_at = self.now;
            self.phase = Phase::Live;
        }
        match feed {
            Feed::Snapshot(snapshot) => {
                self.board.reset(*snapshot);
                let again = if again { "Some of what happened was missed. " } else { "" };
                outcome.lines.push(format!("{again}{}", words::summary(&self.board)));
            }
            Feed::Changes(changes) => outcome = self.happened(&changes),
            Feed::Pulse(pulse) => self.board.pulse = *pulse,
            Feed::Present(present) => self.board.present = present,
            // Once is enough: it is tried again and again.
            Feed::Away(_) if self.phase.stands_still().is_some() => {}
            Feed::Away(reason) => self.phase = Phase::Away(reason),
            Feed::Lost(_) if matches!(self.phase, Phase::Lost(_)) => {}
            Feed::Lost(reason) => self.phase = Phase::Lost(reason),
        }
        outcome.lines.extend(self.new_troubles());
        outcome
    }

    /// Told after all of them are on the board: a line about an incident says what it is by then.
    fn happened(&mut self, changes: &[Published]) -> Outcome {
        let mut outcome = Outcome::default();
        for published in changes {
            if let Change::IncidentCreated(incident) | Change::IncidentUpdated(incident) = &published.change {
                let was = self.board.incident(&incident.id);
                let rings = self.bell.wakes(was.map(|was| &**was), incident);
                outcome.ring |= rings && self.bell.from.is_some();
            }
            if let Change::ExecutionChanged(execution) = &published.change {
                let told = self.execution_told(execution);
                outcome.ring |= told.as_ref().is_some_and(|(_, rings)| *rings);
                outcome.lines.extend(told.map(|(line, _)| line));
            }
            if let Change::SessionChanged(session) = &published.change {
                outcome.lines.extend(self.session_told(session));
            }
            self.board.apply(published);
        }
        for published in changes {
            match &published.change {
                Change::Timeline(entry) => outcome.lines.extend(self.told(entry)),
                Change::WindowExpires { window, .. } if window.author == self.operator => {
                    outcome.lines.push(format!("Your silence {} is about to end: {}.", window.number, window.reason));
                }
                _ => {}
            }
        }
        outcome
    }

    /// A line of an incident's history, if it is worth interrupting somebody.
    fn told(&self, entry: &TimelineEntry) -> Option<String> {
        let incident = self.board.incident(&entry.incident_id)?;
        let by_hand = entry.who.is_some();
        let matters = match &entry.what {
            // What executions come to is told once, and not for each incident that one is for.
            what if executions::is_told(what) => false,
            // So is what sessions come to.
            Event::Session { .. } => false,
            Event::Recurred | Event::ToolJoined { .. } | Event::FlappingBegan | Event::FlappingEnded => false,
            _ => by_hand || incident.silenced_by.is_none(),
        };
        (matters && self.query.matches(incident, self.viewer())).then(|| {
            let words = entry.what.words(|at| words::time(self, at));
            format!("{}: {words}. {}", words::stamp(self, entry), words::name(&self.board, incident))
        })
    }

    fn new_troubles(&mut self) -> Vec<String> {
        let troubles = trouble::steady(&self.board, &self.phase, self.heard_at, self.now);
        let begun = troubles.iter().filter(|trouble| !self.troubled.contains(trouble));
        let over = self.troubled.iter().filter(|trouble| !troubles.contains(trouble));
        let lines =
            begun.map(|trouble| format!("Trouble: {trouble}")).chain(over.map(|trouble| format!("Over: {trouble}")));
        let lines = lines.collect();
        self.troubled = troubles;
        lines
    }

    fn viewer(&self) -> Viewer<'_> {
        Viewer { who: &self.operator, now: self.now }
    }

    fn tenant_name<'a>(board: &'a Board, id: &'a TenantId) -> &'a str {
        let tenant = board.tenants.get(id).and_then(|panel| panel.tenant.as_ref());
        tenant.map_or(id.as_str(), |tenant| &tenant.name)
    }

    /// Those that are listed, the highest score first.
    fn shown(&self) -> Vec<&Incident> {
        let quiet_too = !self.query.is_empty();
        let wanted = |incident: &&Incident| {
            incident.is_open() && (quiet_too || incident.is_loud()) && self.query.matches(incident, self.viewer())
        };
        let mut shown: Vec<&Incident> = self.board.incidents().map(|incident| &**incident).filter(wanted).collect();
        shown.sort_by(|a, b| {
            let order = |incident: &Incident| (std::cmp::Reverse(incident.priority_score), incident.opened_at);
            order(a).cmp(&order(b)).then_with(|| a.id.cmp(&b.id))
        });
        shown
    }
}
