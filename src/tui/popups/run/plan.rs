//! The confirmation: whose machines, in which account, what runs there byte by byte, what it may do, and who else has to say
//! yes. Nothing runs unless it was on the screen before, and yes was said to exactly that.

use ratatui::layout::Rect;

use super::Scroll;
use super::exact::exact;
use super::runbooks::{draw_wrapped, risk_role, risk_words};
use crate::core::execution::APPROVAL_FOR;
use crate::core::execution::order::OnSuccess;
use crate::link::remote::{Draft, Plan};
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::popups::whose::{self, ROOMY, head, inner};
use crate::tui::run::wish::{Wish, platform};
use crate::tui::theme::Role;

/// Machines that are named one by one.
const NAMED: usize = 50;
/// How high it is when there is nothing but a reason to show.
const REFUSED: u16 = 12;

/// The popup's state.
#[derive(Debug)]
pub struct Confirmation {
    /// What led here.
    pub wish: Wish,
    /// What was asked about.
    pub draft: Draft,
    /// What is typed, where a word has to be.
    pub word: Input,
    /// All about it.
    pub scroll: Scroll,
    state: State,
    /// It has been on the screen.
    seen: bool,
}

#[derive(Debug)]
enum State {
    Asked,
    Refused(String),
    Known(Box<Plan>),
    /// Yes was said; the engine has not answered.
    Sent(Box<Plan>),
}

impl Confirmation {
    /// What would run is being asked.
    pub fn new(wish: Wish, draft: Draft) -> Self {
        let state = State::Asked;
        Self { wish, draft, word: Input::default(), scroll: Scroll::default(), state, seen: false }
    }

    /// What would run has come, or why nothing would.
    pub fn answered(&mut self, answer: Result<Box<Plan>, String>) {
        if matches!(self.state, State::Asked) {
            self.seen = false;
            self.state = match answer {
                Ok(plan) => State::Known(plan),
                Err(why) => State::Refused(why),
            };
        }
    }

    /// What would run, while nobody has said yes.
    pub fn plan(&self) -> Option<&Plan> {
        match &self.state {
            State::Known(plan) => Some(plan),
            State::Asked | State::Refused(_) | State::Sent(_) => None,
        }
    }

    /// Yes is said by a word that is typed.
    pub fn takes_a_word(&self) -> bool {
        self.plan().is_some_and(|plan| plan.gate.typed)
    }

    /// Yes: what is sent; else why it is not.
    pub fn yes(&mut self) -> Result<(String, Option<String>), String> {
        let plan = match &self.state {
            State::Known(plan) if self.seen => plan,
            State::Known(_) | State::Asked => return Err("nothing was run: look at it first".into()),
            State::Refused(_) => return Err("there is nothing to run".into()),
            State::Sent(_) => return Err("it is on its way already".into()),
        };
        let typed = plan.gate.typed.then(|| self.word.text().trim().to_owned());
        let word = plan.order.word();
        if typed.as_ref().is_some_and(|typed| typed != word.trim()) {
            return Err(format!("nothing was run: type {word}"));
        }
        let digest = plan.digest.clone();
        self.state = match std::mem::replace(&mut self.state, State::Asked) {
            State::Known(plan) => State::Sent(plan),
            other => other,
        };
        Ok((digest, typed))
    }

    /// The engine did not take it: it can be said again.
    pub fn not_taken(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Asked) {
            State::Sent(plan) => State::Known(plan),
            other => other,
        };
        self.word = Input::default();
    }

    /// It is no longer what would run: it is asked about once more.
    pub fn ask_again(&mut self) {
        self.state = State::Asked;
        self.word = Input::default();
    }

    /// It is about to be shown on a screen of `area`.
    pub fn settle(&mut self, area: Rect) {
        let inner = inner(self.place(area));
        let lines = match &self.state {
            State::Known(plan) | State::Sent(plan) => self.lines(plan, inner.width),
            State::Asked | State::Refused(_) => Vec::new(),
        };
        self.scroll.show(lines, 0);
        let inner = whose::inner(self.place(area));
        let height = inner.height.saturating_sub(head(inner) + self.foot());
        self.scroll.give(height);
        self.seen = matches!(self.state, State::Known(_));
    }

    /// Draws it:
    /// ```text
    /// ┌ Run disk-evidence? ──────────────────────────┐
    /// │             A c m e   C o r p                │
    /// │ risk      low: it reads, or changes nothing… │
    /// │ machine   web-03  i-0123456789abcdef0        │
    /// │ account   123456789012, us-east-1            │
    /// │ …                                            │
    /// │    1 df -h                                   │
    /// │ y runs it; e changes inputs; n leaves it     │
    /// └──────────────────────────────────────────────┘
    /// ```
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let frame = self.place(canvas.area());
        let plan = match &self.state {
            State::Known(plan) | State::Sent(plan) => Some(plan),
            State::Asked | State::Refused(_) => None,
        };
        let title = plan.map_or_else(|| "Run?".into(), |plan| format!("Run {}?", plan.order.title));
        let inner = canvas.frame(frame, &title);
        if let Some(incident) = self.wish.aim.first() {
            whose::draw(app, canvas, inner, &incident.tenant);
        }
        let body = Rect { y: inner.y + head(inner), height: inner.height.saturating_sub(head(inner)), ..inner };
        let Some(plan) = plan else {
            let (text, role) = match &self.state {
                State::Refused(why) => (&**why, Role::Mistake),
                _ => ("asking what would run, exactly…", Role::Dim),
            };
            draw_wrapped(canvas, Rect { height: body.height.saturating_sub(1), ..body }, text, role);
            return canvas.row(body, body.height.saturating_sub(1)).role("esc: back", Role::Dim);
        };
        let foot = self.foot();
        self.scroll.draw(canvas, Rect { height: body.height.saturating_sub(foot), ..body });
        self.draw_foot(app, canvas, Rect { y: body.bottom().saturating_sub(foot), height: foot, ..body }, plan);
    }

    fn draw_foot(&self, app: &App, canvas: &mut Canvas<'_>, area: Rect, plan: &Plan) {
        let look = canvas.look;
        let more = self.scroll.below();
        let mut row = canvas.row(area, 0);
        if more > 0 {
            row.at_right(&format!("{more} more {}", look.glyphs.down), look.style(Role::Badge));
        }
        let (runs, asks) = ("runs it", "asks for approval");
        let does = if plan.gate.approval { asks } else { runs };
        if matches!(self.state, State::Sent(_)) {
            return row.role("on its way…", Role::Key);
        }
        let edit = app.key_of("edit-inputs");
        if plan.gate.typed {
            row.role(&format!("Type {} and enter: {does}; ", plan.order.word()), Role::Key);
            // Where a word is typed, a letter is no key.
            let mut keys =
                app.keymap.here(app.scopes()).into_iter().filter(|(_, key)| key.command.name == "edit-inputs");
            if let Some((keys, _)) = keys.find(|(keys, _)| keys.chars().count() > 1) {
                row.role(&format!("{keys} changes, "), Role::Dim);
            }
            row.role("esc leaves it", Role::Dim);
            let mut row = canvas.row(area, 1);
            row.role("> ", Role::Key);
            self.word.draw(&mut row, Role::Title);
        } else {
            row.role("y", Role::Key);
            row.role(&format!(" {does}; "), Role::Popup);
            row.role(&edit, Role::Key);
            row.role(" changes it; ", Role::Popup);
            row.role("n", Role::Key);
            row.role(" or esc leaves it", Role::Popup);
        }
    }

    /// Where it is: as large as what it says, as far as there is room.
    fn place(&self, screen: Rect) -> Rect {
        let room = Rect { height: screen.height.saturating_sub(2), ..screen };
        let needed = u16::try_from(self.scroll.lines.len()).unwrap_or(u16::MAX).saturating_add(3 + self.foot() + 3);
        let height = match &self.state {
            _ if room.height < ROOMY + 2 => room.height,
            State::Refused(_) => REFUSED,
            State::Asked | State::Known(_) | State::Sent(_) => needed.max(ROOMY + 2),
        };
        layout::middle(room, 110, height)
    }

    /// Lines below what is scrolled.
    fn foot(&self) -> u16 {
        if self.takes_a_word() { 2 } else { 1 }
    }

    fn lines(&self, plan: &Plan, width: u16) -> Vec<Line> {
        let order = &plan.order;
        let label = |name: &str| Line::dim(&format!("{name:<10}"));
        let mut lines = Vec::new();
        let mut field = |name: &str, text: &str, role| lines.extend(hanging(label(name), text, role, width));
        for warning in plan.warnings.iter().cloned().chain(self.warnings(plan)) {
            field("WARNING", &warning, Role::Mistake);
        }
        // The smallest screen shows these without scrolling.
        field("risk", risk_words(order.risk), risk_role(order.risk));
        for (at, target) in order.targets.iter().take(NAMED).enumerate() {
            let count = if order.targets.len() > 1 { "machines" } else { "machine" };
            let text = format!("{}  {}  ({})", target.asset, target.instance, target.incident);
            field(if at == 0 { count } else { "" }, &text, Role::Title);
        }
        let tenant = self.wish.aim.first().map_or_else(String::new, |id| id.tenant.to_string());
        field("tenant", &tenant, Role::Popup);
        field("account", &format!("{}, {}", order.account_id, order.region), Role::Title);
        if plan.gate.approval {
            let text = format!("waits for another person's approval, {APPROVAL_FOR} at most; nothing runs before that");
            field("approval", &text, Role::Badge);
        }
        let version = order.document_version.as_ref().map(|it| format!(" version {it}")).unwrap_or_default();
        field("document", &format!("{}{version}, {}", order.document, platform(order.platform)), Role::Popup);
        field("timeout", &format!("ended after {} s", order.timeout_seconds), Role::Popup);
        if order.on_success == OnSuccess::Resolve {
            field("success", "resolves the incident", Role::Badge);
        }
        let expect = &order.expect;
        if !expect.exit_codes.is_empty() {
            field("good too", &format!("exit codes {:?}", expect.exit_codes), Role::Popup);
        }
        for (what, text) in [("must hold", &expect.output_contains), ("must lack", &expect.output_lacks)] {
            text.iter().for_each(|text| field(what, text, Role::Popup));
        }
        if let Some(again) = &order.again {
            field("repeats", &again.to_string(), Role::Popup);
        }
        field("digest", plan.digest.get(..16).unwrap_or(&plan.digest), Role::Dim);
        for (name, values) in &order.parameters {
            let text = values.join("\n");
            let count = text.split('\n').count();
            let lines_word = if count == 1 { "line" } else { "lines" };
            let of = format!("{name}: {count} {lines_word}, {} bytes", text.len());
            lines.push(Line::default().and(&of, Role::TitleFocused));
            lines.extend(exact(&text, width));
        }
        lines
    }

    /// What is worth a warning beside what the engine warns of.
    fn warnings(&self, plan: &Plan) -> Vec<String> {
        let left_out = self.wish.left_out().into_iter().map(|why| format!("left out: {why}"));
        let before = self.wish.again.as_ref();
        let differs = before.is_some_and(|before| {
            let (was, is) = (&before.order, &plan.order);
            (&was.document, &was.parameters) != (&is.document, &is.parameters)
        });
        let differs = before.filter(|_| differs).map(|before| format!("this is not what {} ran: compare", before.id));
        left_out.chain(differs).collect()
    }
}
