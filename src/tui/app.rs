//! All the state that a frame depends on. No IO and no clock: keys, changes, answers and the time go in, [`Effect`]s come out.
//!
//! What commands do is in `act` (to incidents) and `moves` (to the view), what the feed does in `follow`; each pane keeps its
//! own state.

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyModifiers};

use super::arrivals::Arrivals;
use super::bulk::Bulk;
use super::columns::Columns;
use super::effect::{Effect, Purpose};
use super::keymap::{Keymap, Lookup, Scope};
use super::layout::Plan;
use super::panes::Pane;
use super::panes::detail::Detail;
use super::panes::incidents::Incidents;
use super::panes::stream::Stream;
use super::panes::tenants::Tenants;
use super::popups::Popup;
use super::theme::{Look, Role};
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
    /// Windows over the panes; the last one has the keys.
    pub popups: Vec<Popup>,
    /// What there is to say.
    pub toast: Option<Toast>,
    /// The incidents that a command is for, when that was settled before it was run.
    pub aim: Vec<IncidentId>,
    /// An act on many incidents that is on its way.
    pub bulk: Option<Bulk>,
    /// The incident that was last resolved here.
    pub last_resolved: Option<IncidentId>,
    /// The rows don't follow from the view any more.
    pub(super) stale: bool,
    /// The rows don't show what the feed brought last.
    pub(super) behind: bool,
    /// A key was pressed: what has changed its place may take it.
    pub(super) pressed: bool,
    pub(super) effects: Vec<Effect>,
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

/// A line that stays for a while, or until a key is pressed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Toast {
    /// What it says.
    pub text: String,
    /// Done or not done.
    pub role: Role,
    until: Moment,
}

/// How long a toast stays when no key is pressed.
const TOAST: Span = Span(8_000);

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
    /// The user's keys, each with a palette line.
    pub keys: Vec<(String, String)>,
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
            keymap: Keymap::standard(),
            focus: Pane::Incidents,
            zoomed: false,
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
            popups: Vec::new(),
            toast: None,
            aim: Vec::new(),
            bulk: None,
            last_resolved: None,
            stale: true,
            behind: false,
            pressed: false,
            effects: Vec::new(),
        };
        for (keys, line) in start.keys {
            if let Err(error) = app.keymap.bind(&keys, &line) {
                app.mistake(error.to_string());
            }
        }
        app
    }

    /// A key was pressed.
    pub fn press(&mut self, key: KeyCombination) -> Vec<Effect> {
        self.toast = None;
        let give_up = key == KeyCombination::one_key(KeyCode::Esc, KeyModifiers::NONE);
        if self.keymap.is_pending() && give_up {
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

    /// The engine answered a question.
    pub fn answered(&mut self, purpose: Purpose, answer: Result<Reply, Refusal>) {
        match (purpose, answer) {
            (Purpose::Act { incident, act }, answer) if self.counted(&incident, &act, answer.as_ref().err()) => {}
            (Purpose::Act { incident, act }, Ok(_)) => self.done(incident, &act),
            (Purpose::Act { act, .. }, Err(refusal)) => self.refused(act, refusal),
            (Purpose::Undo, answer) => self.undone(answer),
            (Purpose::Gather { what }, answer) => self.gathered(&what, answer),
            (Purpose::Similar(id), answer) => self.detail.similar_answered(id, answer),
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
        self.toast.take_if(|toast| toast.until <= now);
    }

    /// Where keys are looked up, the first scope first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.popups.last() {
            Some(Popup::Confirm(_)) => &[Scope::Confirm, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Columns(_)) => &[Scope::Columns, Scope::Popups, Scope::Lists, Scope::Always],
            Some(Popup::Palette(_) | Popup::Pick(_)) => &[Scope::Palette, Scope::Typing, Scope::Always],
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
        for (id, panel) in &self.board.tenants {
            if let Some(reason) = &panel.stopped {
                troubles.push(format!("{id} TAKES NO ALERTS: {reason}"));
            }
        }
        troubles
    }

    /// Says that something is done.
    pub fn notice(&mut self, text: String) {
        self.toast = Some(Toast { text, role: Role::Notice, until: self.now + TOAST });
    }

    /// Says that something could not be done.
    pub fn mistake(&mut self, text: String) {
        self.toast = Some(Toast { text, role: Role::Mistake, until: self.now + TOAST });
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
        std::mem::take(&mut self.effects)
    }
}
