//! All the state that a frame depends on. No IO and no clock: keys, changes, answers and the time go in, [`Effect`]s come out.
//!
//! What commands do is in `act` (to incidents) and `moves` (to the view); each pane keeps its own state.

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::layout::Rect;

use super::arrivals::Arrivals;
use super::conflicts::KeyLine;
use super::effect::{Effect, Purpose};
use super::keymap::{Keymap, Lookup, Scope};
use super::layout::{self, Plan};
use super::log::{Kind, Log};
use super::panes::Pane;
use super::panes::detail::Detail;
use super::panes::incidents::Incidents;
use super::panes::stream::Stream;
use super::panes::tenants::Tenants;
use super::popups::Popup;
use super::say::Toast;
use super::tasks::Tasks;
use super::theme::{Look, Themes};
use super::views::Views;
use crate::core::board::Board;
use crate::core::change::{Change, Published};
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::query::{Query, Viewer};
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};
use crate::link::{Feed, Refusal, Reply};

/// The state of a seat.
#[derive(Debug)]
pub struct App {
    /// The replica of what the engine knows.
    pub board: Board,
    /// Whether there is anything on it.
    pub phase: Phase,
    /// The time, as of the last [`App::tick`].
    pub now: Moment,
    /// What local time is ahead of UTC by, when it is shown.
    pub utc_offset: fn(Moment) -> Span,
    /// Who sits here.
    pub operator: String,
    /// Commands that change something are refused.
    pub read_only: bool,
    /// The engine runs in this process: it must not be suspended.
    pub embedded: bool,
    /// The least severity that is heard; absent: none is.
    pub rings_from: Option<Severity>,
    /// Where senders post, if known without being told by the engine.
    pub base_url: Option<String>,
    /// How things look.
    pub look: Look,
    /// How they could look.
    pub themes: Themes,
    /// Keys to commands.
    pub keymap: Keymap,
    /// The pane that has the keys.
    pub focus: Pane,
    /// It has the screen to itself.
    pub zoomed: bool,
    /// Where things are, as of the last [`App::settle`].
    pub plan: Plan,
    /// The pane's state.
    pub tenants: Tenants,
    /// The pane's state.
    pub incidents: Incidents,
    /// The pane's state.
    pub detail: Detail,
    /// The pane's state.
    pub stream: Stream,
    /// How many alerts come in.
    pub arrivals: Arrivals,
    /// The only tenant shown.
    pub narrowed: Option<TenantId>,
    /// The filter as it was typed.
    pub filter: String,
    /// The filter as it is understood.
    pub query: Query,
    /// Filters that were typed, the latest last.
    pub filters: Vec<String>,
    /// What was last sought in the history.
    pub sought: String,
    /// Filters with what belongs to them, by key.
    pub views: Views,
    /// Windows over the panes; the last one has the keys.
    pub popups: Vec<Popup>,
    /// What was said last.
    pub toast: Option<Toast>,
    /// What was said before and waits to be seen, the latest last.
    pub waiting: Vec<Toast>,
    /// What was said and done here.
    pub log: Log,
    /// What is under way.
    pub tasks: Tasks,
    /// Palette lines that were run here, the latest last.
    pub lines: Vec<String>,
    /// What was wrong with the program itself, as of the last frame.
    pub troubled: Vec<String>,
    /// The incidents that a command is for, when that was settled before it was run.
    pub aim: Vec<IncidentId>,
    /// The incident that was last resolved here.
    pub last_resolved: Option<IncidentId>,
    /// The rows don't follow from the view any more.
    stale: bool,
    /// The rows don't show what the feed brought last.
    behind: bool,
    effects: Vec<Effect>,
}

/// Whether there is anything on the board.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Phase {
    /// No snapshot has come yet.
    Waiting,
    /// The board follows the engine.
    Live,
    /// The engine is gone; the board is what it was then.
    Lost(String),
}

/// What is settled before the first frame.
#[derive(Debug)]
pub struct Start {
    /// See [`App::operator`].
    pub operator: String,
    /// See [`App::read_only`].
    pub read_only: bool,
    /// See [`App::embedded`].
    pub embedded: bool,
    /// See [`App::rings_from`].
    pub rings_from: Option<Severity>,
    /// See [`App::base_url`].
    pub base_url: Option<String>,
    /// See [`App::utc_offset`].
    pub utc_offset: fn(Moment) -> Span,
    /// See [`App::look`].
    pub look: Look,
    /// The user's keys.
    pub keys: Vec<KeyLine>,
    /// The time.
    pub now: Moment,
}

impl App {
    /// A seat that knows nothing yet.
    pub fn new(start: Start) -> Self {
        let mut app = Self {
            board: Board::default(),
            phase: Phase::Waiting,
            now: start.now,
            utc_offset: start.utc_offset,
            operator: start.operator,
            read_only: start.read_only,
            embedded: start.embedded,
            rings_from: start.rings_from,
            base_url: start.base_url,
            look: start.look,
            themes: Themes::default(),
            keymap: Keymap::standard(),
            focus: Pane::Incidents,
            zoomed: false,
            plan: Plan::default(),
            tenants: Tenants::default(),
            incidents: Incidents::default(),
            detail: Detail::default(),
            stream: Stream::default(),
            arrivals: Arrivals::default(),
            narrowed: None,
            filter: String::new(),
            query: Query::default(),
            filters: Vec::new(),
            sought: String::new(),
            views: Views::default(),
            popups: Vec::new(),
            toast: None,
            waiting: Vec::new(),
            log: Log::default(),
            tasks: Tasks::default(),
            lines: Vec::new(),
            troubled: Vec::new(),
            aim: Vec::new(),
            last_resolved: None,
            stale: true,
            behind: false,
            effects: Vec::new(),
        };
        app.bind(&start.keys);
        app
    }

    /// A key was pressed.
    pub fn press(&mut self, key: KeyCombination) -> Vec<Effect> {
        self.heard();
        let give_up = key == KeyCombination::one_key(KeyCode::Esc, KeyModifiers::NONE);
        if self.keymap.is_pending() && give_up {
            self.keymap.give_up();
            return self.take_effects();
        }
        let typed = self.popups.last_mut().is_some_and(|popup| popup.typed(key));
        if typed {
            self.typed();
            return self.take_effects();
        }
        let scopes = self.scopes();
        match self.keymap.press(scopes, key) {
            Lookup::Run(binding) => binding.command.invoke(self, &binding.argument),
            Lookup::Pending => {}
            Lookup::Nothing => {
                let keys = super::keymap::shown(&[key]);
                self.mistake(format!("{keys} does nothing here; ? shows what does"));
            }
        }
        self.take_effects()
    }

    /// Text was pasted. It is typed where something is being typed, and nowhere else: a paste runs no commands.
    pub fn pasted(&mut self, text: &str) {
        match self.popups.last_mut().and_then(Popup::input) {
            Some(input) => {
                input.insert(text);
                self.typed();
            }
            None => self.mistake("a paste does nothing here".into()),
        }
    }

    /// The feed brought something.
    pub fn changed(&mut self, feed: Feed) {
        match feed {
            Feed::Snapshot(snapshot) => {
                self.board.reset(*snapshot);
                self.phase = Phase::Live;
                self.detail.forget();
                self.stale = true;
            }
            Feed::Changes(changes) => {
                for published in changes.iter() {
                    self.apply(published);
                }
                self.behind = true;
            }
            Feed::Pulse(pulse) => {
                self.board.pulse = *pulse;
                self.behind = true;
            }
            // The first word says why; that the feed ends then says nothing more.
            Feed::Lost(_) if matches!(self.phase, Phase::Lost(_)) => {}
            Feed::Lost(reason) => self.phase = Phase::Lost(reason),
        }
    }

    /// The engine answered a question.
    pub fn answered(&mut self, purpose: Purpose, answer: Result<Reply, Refusal>) {
        self.tasks.answered(&purpose);
        match (purpose, answer) {
            (Purpose::Act { incident, act }, Ok(_)) => self.done(incident, &act),
            (Purpose::Act { act, .. }, Err(refusal)) => self.refused(act, refusal),
            (Purpose::Undo, answer) => self.undone(answer),
            (Purpose::Gather { what }, answer) => self.gathered(&what, answer),
            (Purpose::Similar(id), answer) => self.detail.similar_answered(id, answer),
            (Purpose::History(question), answer) => {
                for popup in &mut self.popups {
                    popup.history_answered(&question, &answer);
                }
            }
            (Purpose::Detail(id), answer) => self.detail.answered(&id, answer),
            (Purpose::Raw(id), answer) => self.detail.raw_answered(id, answer),
            (Purpose::Quarantine(tenant), answer) => {
                for popup in &mut self.popups {
                    popup.quarantine_answered(&tenant, &answer);
                }
            }
        }
    }

    /// It is `now`.
    pub fn tick(&mut self, now: Moment) {
        self.now = now;
        self.arrivals.tick(now);
        self.pass_toasts();
    }

    /// Brings everything that follows from the rest up to date, for a screen of `area`. Called once before each frame: what a
    /// key means is decided by what was last drawn. Without `follow`, rows stay as they were drawn last, whatever the feed has
    /// brought since: the answer to a key costs no more than what the key changes.
    pub fn settle(&mut self, area: Rect, follow: bool) -> Vec<Effect> {
        if self.stale || (self.behind && follow) {
            (self.stale, self.behind) = (false, false);
            let viewer = Viewer { who: &self.operator, now: self.now };
            let tenants = self.board.tenants.iter();
            self.tenants.refresh(tenants, &self.board.pulse, self.narrowed.as_ref());
            self.query.learn_names(self.board.names());
            self.incidents.refresh(&self.board, self.narrowed.as_ref(), &self.query, viewer);
        }
        // Before the first alert, what to type next needs the room.
        let untouched = self.phase == Phase::Live && self.incidents.rows.is_empty() && self.board.stream.is_empty();
        let zoomed = self.zoomed || (untouched && self.focus == Pane::Incidents);
        let troubles = self.troubles();
        self.note_troubles(&troubles);
        let plan = layout::plan(area, self.focus, zoomed, !troubles.is_empty());
        self.plan = plan;
        self.tenants.fit(plan.tenants);
        self.incidents.fit(plan.incidents);
        let viewer = Viewer { who: &self.operator, now: self.now };
        self.stream.settle(&self.board, self.narrowed.as_ref(), &self.query, viewer, plan.stream);
        if self.focus != Pane::Detail {
            self.detail.follow();
        }
        let subject = self.subject().cloned();
        let mut detail = std::mem::take(&mut self.detail);
        detail.fit(self, subject.as_ref(), plan.detail);
        self.detail = detail;
        let wanted = plan.detail.and_then(|_| self.detail.wants(subject.as_ref().map(|incident| &incident.id)));
        self.effects.extend(wanted.filter(|_| self.phase == Phase::Live));
        if let Some(Popup::History(history)) = self.popups.last_mut() {
            self.effects.extend(history.wants());
        }
        self.take_effects()
    }

    /// Where keys are looked up, the first scope first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.popups.last() {
            Some(Popup::Confirm(_)) => &[Scope::Confirm, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Palette(_) | Popup::Pick(_) | Popup::Help(_) | Popup::Filter(_) | Popup::History(_)) => {
                &[Scope::Palette, Scope::Typing, Scope::Always]
            }
            Some(popup) if popup.is_typing() => &[Scope::Typing, Scope::Always],
            Some(_) => &[Scope::Popups, Scope::Lists, Scope::Always],
            None => self.pane_scopes(),
        }
    }

    /// Where keys are looked up while no popup is open.
    pub fn pane_scopes(&self) -> &'static [Scope] {
        match self.focus {
            Pane::Incidents => &[Scope::Incident, Scope::Panes, Scope::Lists, Scope::Always],
            Pane::Detail => &[Scope::Incident, Scope::Detail, Scope::Panes, Scope::Lists, Scope::Always],
            Pane::Tenants | Pane::Stream => &[Scope::Panes, Scope::Lists, Scope::Always],
        }
    }

    /// What is wrong with the program itself, the worst first, each with what to do.
    pub fn troubles(&self) -> Vec<String> {
        let pulse = &self.board.pulse;
        let mut troubles = Vec::new();
        if let Phase::Lost(reason) = &self.phase {
            troubles.push(format!("ENGINE LOST: {reason}. This board stands still. Quit (q) and start again."));
        }
        if let Some(error) = &pulse.store_error {
            troubles.push(format!("STORE: {error}. Senders get 503 and retry until this is mended."));
        }
        if let Some(error) = &pulse.listen_error {
            troubles.push(format!("NOT LISTENING: {error}. No alert can come in until this is mended."));
        }
        if let Some(error) = &pulse.config_error {
            troubles.push(format!("CONFIGURATION: {error}. The one before holds until this is mended."));
        }
        for (id, panel) in &self.board.tenants {
            if let Some(reason) = &panel.stopped {
                troubles.push(format!("{id} TAKES NO ALERTS: {reason}"));
            }
        }
        troubles
    }

    /// Something for the world to do.
    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// The rows follow from something that has changed.
    pub fn refresh(&mut self) {
        self.stale = true;
        self.stream.refresh_now();
    }

    /// There is more to show than was drawn.
    pub fn is_behind(&self) -> bool {
        self.behind
    }

    /// What the world must do by now.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        for effect in &self.effects {
            if let Effect::Ask(purpose, request) = effect {
                self.tasks.ask(self.now, purpose);
                if let Some(asked) = super::log::asked(request) {
                    self.log.add(self.now, Kind::Asked, &asked);
                }
            }
        }
        std::mem::take(&mut self.effects)
    }

    fn apply(&mut self, published: &Published) {
        match &published.change {
            Change::IncidentCreated(incident) | Change::IncidentUpdated(incident) => self.ring_for(incident),
            Change::AlertReceived(_) | Change::AlertSeenAgain { .. } => self.arrivals.count(),
            _ => {}
        }
        self.detail.changed(&published.change);
        self.board.apply(published);
    }

    /// An incident that is bad enough, and was not there, was less, or was over, is worth waking somebody.
    fn ring_for(&mut self, incident: &Incident) {
        let Some(enough) = self.rings_from else { return };
        let was = self.board.incident(&incident.id).filter(|was| was.is_open());
        let new = was.is_none_or(|was| was.severity < enough);
        if incident.severity >= enough && incident.is_open() && new && !incident.flapping {
            let Incident { severity, asset_name, signature, company_id, .. } = incident;
            let text = format!("{severity}: {asset_name} {signature} ({company_id})");
            self.effects.push(Effect::Ring(text));
        }
    }
}
