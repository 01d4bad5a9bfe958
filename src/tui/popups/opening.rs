//! On the way to a shell or a forwarded port: the machine is sought, chosen where there are several, and named in the question. No is the answer
//! unless yes is said to exactly what is shown.

use ratatui::layout::Rect;

use super::finder::Finder;
use super::run::Scroll;
use super::run::machines::choice_of;
use super::run::runbooks::draw_wrapped;
use super::whose;
use crate::core::id::{IncidentId, TenantId};
use crate::core::node::Node;
use crate::core::session::{Kind, Wish, port};
use crate::link::remote::Located;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::command;
use crate::tui::keymap::{Binding, Scope};
use crate::tui::layout;
use crate::tui::mouse::Click;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::run::wish::platform;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Opening {
    /// Whose machine.
    pub tenant: TenantId,
    /// On account of which incident, if of any.
    pub incident: Option<IncidentId>,
    /// What people call the machine.
    asset: String,
    /// What is wanted there.
    kind: Kind,
    state: State,
    /// What is known of the machine.
    scroll: Scroll,
    /// It has been on the screen.
    seen: bool,
}

#[derive(Debug)]
enum State {
    /// AWS is being asked which machine it is.
    Asked,
    /// There is none, or nobody could say.
    Refused(String),
    /// Several may be it.
    Choosing(Box<Finder>, Vec<Node>, String),
    /// Is it this one?
    Asking(Box<Node>, String),
}

impl Opening {
    /// The machine of an incident is sought.
    pub fn at(incident: IncidentId, asset: String, kind: Kind) -> Self {
        Self::new(incident.tenant.clone(), Some(incident), asset, kind, State::Asked)
    }

    /// One machine of a tenant, on account of nothing in particular.
    pub fn on(tenant: TenantId, node: Node, kind: Kind) -> Self {
        let asset = if node.name.is_empty() { node.instance.to_string() } else { node.name.clone() };
        let state = State::Asking(Box::new(node), "chosen from the tenant's machines".into());
        Self::new(tenant, None, asset, kind, state)
    }

    fn new(tenant: TenantId, incident: Option<IncidentId>, asset: String, kind: Kind, state: State) -> Self {
        Self { tenant, incident, asset, kind, state, scroll: Scroll::default(), seen: false }
    }

    /// Which machine it may be is known, or why nobody knows.
    pub fn located(&mut self, app: &App, found: Result<Located, String>) {
        if !matches!(self.state, State::Asked) {
            return;
        }
        self.seen = false;
        self.state = match found {
            Err(why) => State::Refused(why),
            Ok(Located { mut nodes, how, asset, .. }) => {
                self.asset = asset;
                match nodes.len() {
                    0 => State::Refused(how),
                    1 => nodes.pop().map_or(State::Asked, |node| State::Asking(Box::new(node), how)),
                    _ => {
                        let finder = Finder::new(nodes.iter().map(|node| choice_of(app, node)).collect());
                        State::Choosing(Box::new(finder), nodes, how)
                    }
                }
            }
        };
    }

    /// The highlighted machine is the one that is asked about.
    pub fn choose_it(&mut self) {
        if let State::Choosing(finder, nodes, how) = &mut self.state
            && let Some(at) = finder.highlighted().filter(|at| *at < nodes.len())
        {
            let (node, how) = (nodes.swap_remove(at), std::mem::take(how));
            self.state = State::Asking(Box::new(node), format!("{how}; chosen"));
            self.seen = false;
        }
    }

    /// Yes: what is wanted; else why it can't be said.
    pub fn yes(&self) -> Result<Wish, &'static str> {
        match &self.state {
            State::Asking(node, _) if self.seen => {
                let (incident, instance) = (self.incident.clone(), node.instance.clone());
                Ok(Wish { incident, instance, asset: self.asset.clone(), kind: self.kind.clone() })
            }
            State::Asking(..) => Err("nothing was opened: look at it first"),
            State::Asked => Err("AWS has not said which machine it is"),
            State::Refused(_) => Err("there is no machine to open it on"),
            State::Choosing(..) => Err("choose a machine first"),
        }
    }

    /// The list that is chosen from, while there is one.
    pub fn finder(&mut self) -> Option<&mut Finder> {
        match &mut self.state {
            State::Choosing(finder, ..) => Some(finder),
            _ => None,
        }
    }

    /// Text is typed in it.
    pub fn is_typing(&self) -> bool {
        matches!(self.state, State::Choosing(..))
    }

    /// Where keys are looked up while it has them.
    pub fn scopes(&self) -> &'static [Scope] {
        if self.is_typing() {
            &[Scope::Palette, Scope::Typing, Scope::Always]
        } else {
            &[Scope::Confirm, Scope::Popups, Scope::Lists, Scope::Always]
        }
    }

    /// Scrolls what is said about the machine.
    pub fn go(&mut self, by: crate::tui::moves::Move) {
        self.scroll.go(by);
    }

    /// It is about to be shown on a screen of `area`.
    pub fn settle(&mut self, app: &App, area: Rect) {
        let inner = whose::inner(self.place(area));
        let lines = match &self.state {
            State::Asking(node, how) => self.lines(app, node, how, inner.width),
            _ => Vec::new(),
        };
        self.scroll.show(lines, 0);
        let inner = whose::inner(self.place(area));
        self.scroll.give(inner.height.saturating_sub(whose::head(inner) + 1));
        self.seen = matches!(self.state, State::Asking(..));
    }

    /// Draws it:
    /// ```text
    /// ┌ Open a shell on payment-gw? ─────────────────┐
    /// │             A c m e   C o r p                │
    /// │ machine   payment-gw, i-0123456789abcdef0    │
    /// │           Linux, Ubuntu 24.04, 10.0.1.7      │
    /// │ account   111122223333, eu-west-1            │
    /// │ others    comp_acme-s3: sam types            │
    /// │ y opens it; n or esc leaves it               │
    /// └──────────────────────────────────────────────┘
    /// ```
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let frame = self.place(canvas.area());
        let title = match &self.state {
            State::Choosing(..) => format!("Which machine is {}?", self.asset),
            _ => match self.kind {
                Kind::Forward { .. } => format!("Forward {}?", self.kind.words(&self.asset)),
                Kind::Shell | Kind::Command { .. } => format!("Open a {}?", self.kind.words(&self.asset)),
            },
        };
        let inner = canvas.frame(frame, &title);
        whose::draw(app, canvas, inner, &self.tenant);
        let head = whose::head(inner);
        let body = Rect { y: inner.y + head, height: inner.height.saturating_sub(head), ..inner };
        let (list, last) = (Rect { height: body.height.saturating_sub(1), ..body }, body.height.saturating_sub(1));
        match &self.state {
            State::Asked => {
                draw_wrapped(canvas, list, "asking AWS which machine that is…", Role::Dim);
                canvas.row(body, last).role("esc: back", Role::Dim);
            }
            State::Refused(why) => {
                draw_wrapped(canvas, list, why, Role::Mistake);
                canvas.row(body, last).role("esc: back", Role::Dim);
            }
            State::Choosing(finder, nodes, how) => {
                let online = |at: usize| nodes.get(at).is_some_and(|node| node.online);
                finder.draw(canvas, list, |at| if online(at) { Role::Title } else { Role::Dim });
                canvas.row(body, last).role(how, Role::Dim);
            }
            State::Asking(..) => {
                self.scroll.draw(canvas, list);
                self.draw_foot(canvas, body, last);
            }
        }
    }

    fn draw_foot(&self, canvas: &mut Canvas<'_>, body: Rect, last: u16) {
        let look = canvas.look;
        let more = self.scroll.below();
        let mut row = canvas.row(body, last);
        if more > 0 {
            row.at_right(&format!("{more} more {}", look.glyphs.down), look.style(Role::Badge));
        }
        for (key, does, name) in [("y", " opens it; ", "yes"), ("n", " or esc leaves it", "no")] {
            let from = row.x();
            row.role(key, Role::Key);
            row.role(does, Role::Popup);
            if let Some(command) = command::named(name) {
                row.click(from, Click::Run(Binding { command, argument: String::new() }));
            }
        }
    }

    /// Where it is: as large as what it says, as far as there is room.
    fn place(&self, screen: Rect) -> Rect {
        let room = Rect { height: screen.height.saturating_sub(2), ..screen };
        let lines = match &self.state {
            State::Asked | State::Refused(_) => 6,
            State::Choosing(_, nodes, _) => nodes.len() + 2,
            State::Asking(..) => self.scroll.lines.len(),
        };
        let height = u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(3 + 3);
        let height = if room.height < whose::ROOMY + 2 { room.height } else { height.max(whose::ROOMY + 2) };
        layout::middle(room, 100, height)
    }

    /// What there is to know before yes, what matters most first: the smallest screen shows that much.
    fn lines(&self, app: &App, node: &Node, how: &str, width: u16) -> Vec<Line> {
        let label = |name: &str| Line::dim(&format!("{name:<10}"));
        let mut lines = Vec::new();
        let mut field = |name: &str, text: &str, role| lines.extend(hanging(label(name), text, role, width));
        if !node.online {
            let since = node.last_ping_at.map(|at| format!(" for {}", app.now - at)).unwrap_or_default();
            field("WARNING", &format!("its agent has not answered{since}: it will not open"), Role::Mistake);
        }
        let name = if node.name.is_empty() || node.name == self.asset {
            node.instance.to_string()
        } else {
            format!("{}, {}", node.name, node.instance)
        };
        field("machine", &format!("{}, {name}", self.asset), Role::Title);
        field("", &format!("{}, {}, {}", platform(node.platform), node.system, node.ip), Role::Popup);
        if let Kind::Forward { local, .. } = &self.kind {
            field("leads to", &port::target(&self.kind, &self.asset), Role::Title);
            let local = if *local == 0 { "a free port".to_owned() } else { format!("port {local}") };
            field("local", &format!("{local} of 127.0.0.1, on the engine's computer"), Role::Popup);
        }
        let tenant = app.board.tenants.get(&self.tenant).and_then(|panel| panel.tenant.as_ref());
        if let Some(aws) = tenant.and_then(|tenant| tenant.settings.aws.as_ref()) {
            field("account", &format!("{}, {}", aws.account_id, aws.region), Role::Title);
        }
        field("tenant", &self.tenant.to_string(), Role::Popup);
        let there = app.board.sessions().filter(|one| !one.is_over() && one.id.tenant == self.tenant);
        for (at, one) in there.filter(|one| one.wish.instance == node.instance).enumerate() {
            let text = format!("{}, {}", one.headline(), one.hands());
            field(if at == 0 { "OPEN" } else { "" }, &text, Role::Badge);
        }
        if let Some(incident) = &self.incident {
            let signature = app.board.incident(incident).map_or_else(String::new, |one| format!(" {}", one.signature));
            field("incident", &format!("{incident}{signature}"), Role::Popup);
        }
        field("found", how, Role::Dim);
        let record = match self.kind {
            Kind::Forward { .. } => "that it was open is on record, what went through it is not",
            Kind::Shell | Kind::Command { .. } => "what the machine shows is recorded",
        };
        field("record", record, Role::Dim);
        lines
    }
}
