//! All the state that a frame depends on. No IO and no clock: keys, changes, answers and the time go in, [`Effect`]s come out.
//!
//! What commands do is in `act` (to incidents) and `moves` (to the view), what the feed does in `follow`; each pane keeps its
//! own state.

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyModifiers};

use super::arrivals::Arrivals;
use super::bell::Bell;
use super::bulk::Bulk;
use super::columns::Columns;
use super::conflicts::KeyLine;
use super::effect::{Effect, Purpose};
use super::keymap::{Keymap, Lookup};
use super::layout::{Plan, Sizes};
use super::log::{Kind, Log};
use super::memory::Memory;
use super::mouse::Pointer;
use super::panes::Pane;
use super::panes::detail::Detail;
use super::panes::incidents::Incidents;
use super::panes::stream::Stream;
use super::panes::tenants::Tenants;
pub use super::phase::Phase;
use super::popups::Popup;
use super::popups::run::Page;
use super::presence::Looking;
use super::run::Watched;
use super::say::Toast;
use super::sessions::Sessions;
use super::tasks::Tasks;
use super::theme::{Look, Themes};
use super::trouble;
use super::views::Views;
use super::wall::Wall;
use crate::core::board::Board;
use crate::core::id::{IncidentId, TenantId};
use crate::core::query::Query;
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};
use crate::link::{Refusal, Reply};

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
    /// Where, as the engine knows it.
    pub seat: String,
    /// Commands that change something are refused.
    pub read_only: bool,
    /// The engine runs in this process: it must not be suspended.
    pub embedded: bool,
    /// It can go on without this seat.
    pub hands_over: bool,
    /// What rings.
    pub bell: Bell,
    /// When the operator first did something here.
    pub acted_at: Option<Moment>,
    /// When the feed last brought anything.
    pub heard_at: Moment,
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
    /// Where the borders are to stand.
    pub sizes: Sizes,
    /// The mouse, where it is wanted.
    pub pointer: Pointer,
    /// The wall, while it takes the panes' place.
    pub wall: Option<Wall>,
    /// Where things are, as of the last [`App::settle`].
    pub plan: Plan,
    /// The pane's state.
    pub tenants: Tenants,
    /// The pane's state.
    pub incidents: Incidents,
    /// The columns of the incidents.
    pub columns: Columns,
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
    /// An act on many incidents that is on its way.
    pub bulk: Option<Bulk>,
    /// What is remembered of executions.
    pub watched: Watched,
    /// The sessions that this seat shows.
    pub sessions: Sessions,
    /// What this seat looks at.
    pub looking: Looking,
    /// The incident that was last resolved here.
    pub last_resolved: Option<IncidentId>,
    /// The name of the theme that the configuration asks for.
    pub configured_theme: String,
    /// What was last given away to be remembered.
    pub remembered: Memory,
    /// The rows don't follow from the view any more.
    pub(super) stale: bool,
    /// The view shows less than the one that the rows follow from.
    pub(super) narrower: bool,
    /// The rows don't show what the feed brought last.
    pub(super) behind: bool,
    /// A key was pressed: what has changed its place may take it.
    pub(super) pressed: bool,
    pub(super) effects: Vec<Effect>,
}

/// What is settled before the first frame.
#[derive(Debug)]
pub struct Start {
    /// See [`App::operator`].
    pub operator: String,
    /// See [`App::seat`].
    pub seat: String,
    /// See [`App::read_only`].
    pub read_only: bool,
    /// See [`App::embedded`].
    pub embedded: bool,
    /// See [`App::hands_over`].
    pub hands_over: bool,
    /// The least severity that rings; absent: none does.
    pub rings_from: Option<Severity>,
    /// See [`App::base_url`].
    pub base_url: Option<String>,
    /// See [`App::utc_offset`].
    pub utc_offset: fn(Moment) -> Span,
    /// See [`App::look`].
    pub look: Look,
    /// See [`App::themes`].
    pub themes: Themes,
    /// The user's keys.
    pub keys: Vec<KeyLine>,
    /// What the seat remembers of its operator.
    pub memory: Memory,
    /// The time.
    pub now: Moment,
}

impl App {
    /// A seat that knows nothing yet.
    pub fn new(start: Start) -> Self {
        let configured_theme = start.look.name.to_owned();
        let mut app = Self {
            board: Board::default(),
            phase: Phase::Waiting,
            now: start.now,
            utc_offset: start.utc_offset,
            operator: start.operator,
            seat: start.seat,
            read_only: start.read_only,
            embedded: start.embedded,
            hands_over: start.hands_over,
            bell: Bell::new(start.rings_from),
            acted_at: None,
            heard_at: start.now,
            base_url: start.base_url,
            look: start.look,
            themes: start.themes,
            keymap: Keymap::standard(),
            focus: Pane::Incidents,
            zoomed: false,
            sizes: Sizes::default(),
            pointer: Pointer::default(),
            wall: None,
            plan: Plan::default(),
            tenants: Tenants::default(),
            incidents: Incidents::default(),
            columns: Columns::default(),
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
            bulk: None,
            watched: Watched::default(),
            sessions: Sessions::default(),
            looking: Looking::default(),
            last_resolved: None,
            configured_theme,
            remembered: Memory::default(),
            stale: true,
            narrower: false,
            behind: false,
            pressed: false,
            effects: Vec::new(),
        };
        app.bind(&start.keys);
        app.recall(start.memory);
        app
    }

    /// A key was pressed.
    pub fn press(&mut self, key: KeyCombination) -> Vec<Effect> {
        if self.is_typing_through() {
            self.press_through(key);
            return self.take_effects();
        }
        self.heard();
        self.catch_up();
        if self.keymap.is_pending() && key == KeyCombination::one_key(KeyCode::Esc, KeyModifiers::NONE) {
            self.keymap.give_up();
            return self.take_effects();
        }
        self.pressed |= self.popups.is_empty();
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
                let help = self.keymap.here(scopes).into_iter().find(|(_, binding)| binding.command.name == "help");
                let help = help.map(|(help, _)| format!("; {help} shows what does")).unwrap_or_default();
                self.mistake(format!("{keys} does nothing here{help}"));
            }
        }
        self.take_effects()
    }

    /// Text was pasted. It is typed where something is being typed, and nowhere else: a paste runs no commands.
    pub fn pasted(&mut self, text: &str) {
        if self.is_typing_through() {
            return self.paste_into_session(text);
        }
        if let Some(Page::Script(script)) = self.page() {
            return script.paste(text);
        }
        match self.popups.last_mut().and_then(Popup::input) {
            Some(input) => {
                input.insert(text);
                self.typed();
            }
            None => self.mistake("a paste does nothing here".into()),
        }
    }

    /// The engine answered a question.
    pub fn answered(&mut self, purpose: Purpose, answer: Result<Reply, Refusal>) {
        self.tasks.answered(&purpose);
        match (purpose, answer) {
            (Purpose::Act { incident, act }, answer) if self.counted(&incident, &act, answer.as_ref().err()) => {}
            (Purpose::Act { incident, act }, Ok(_)) => self.done(incident, &act),
            (Purpose::Act { act, .. }, Err(refusal)) => self.refused(act, refusal),
            (Purpose::Undo, answer) => self.undone(answer),
            (Purpose::Gather { what }, answer) => self.gathered(&what, answer),
            (Purpose::TenantAdd, answer) => self.tenant_added(answer),
            (Purpose::Handover(id), answer) => self.handover_answered(id, answer),
            (Purpose::Resolved(since), answer) => self.resolved_answered(since, answer),
            (Purpose::Similar(id), answer) => self.detail.similar_answered(id, answer),
            (Purpose::Window { tenant, act }, answer) => self.window_answered(tenant, act, answer),
            (Purpose::History(question), answer) => {
                for popup in &mut self.popups {
                    popup.history_answered(&question, &answer);
                }
            }
            (Purpose::Detail(id), answer) => self.detail.answered(&id, answer),
            (Purpose::Execution(question), answer) => self.execution_answered(question, answer),
            (Purpose::Machines(question), answer) => self.machines_answered(question, answer),
            (Purpose::Source { tenant, about }, answer) => self.source_answered(&tenant, *about, answer),
            (Purpose::Raw(id), answer) => self.detail.raw_answered(id, answer),
            (Purpose::Run(question), answer) => self.run_answered(question, answer),
            // Whom it concerns is told by the feed.
            (Purpose::Look, _) => {}
            (Purpose::Session(question), answer) => self.talked(question, answer),
            (Purpose::Attend(question), answer) => self.attended(question, answer),
            (Purpose::Audit(tenant), answer) => {
                for popup in &mut self.popups {
                    popup.audit_answered(&tenant, &answer);
                }
            }
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
        self.bell.tick(now);
        self.pass_toasts();
    }

    /// What is wrong with the program itself, the worst first, each with what to do.
    pub fn troubles(&self) -> Vec<String> {
        trouble::troubles(&self.board, &self.phase, self.heard_at, self.now)
    }

    /// The same, in words that stay as they are while it lasts.
    pub fn steady_troubles(&self) -> Vec<String> {
        trouble::steady(&self.board, &self.phase, self.heard_at, self.now)
    }

    /// Something for the world to do.
    pub fn effect(&mut self, effect: Effect) {
        if matches!(&effect, Effect::Ask(purpose, _) if purpose.is_change()) {
            self.acted_at.get_or_insert(self.now);
        }
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
                if !purpose.is_patient() {
                    self.tasks.ask(self.now, purpose);
                }
                if let Some(asked) = super::log::asked(request) {
                    self.log.add(self.now, Kind::Asked, &asked);
                }
            }
        }
        std::mem::take(&mut self.effects)
    }
}
