//! The runbooks for an incident: those that are meant for it first, with what the highlighted one would run.

use ratatui::layout::Rect;

use super::Scroll;
use super::exact::exact;
use crate::core::role::Risk;
use crate::link::remote::Offer;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::panes::incidents::tenant_name;
use crate::tui::popups::finder::{Choice, Finder};
use crate::tui::run::wish::{Found, Wish, platform};
use crate::tui::theme::Role;

/// From this width on, what would run stands beside the list.
const WIDE: u16 = 100;

/// The popup's state.
#[derive(Debug)]
pub struct Runbooks {
    /// What it leads to.
    pub wish: Wish,
    /// The list.
    pub finder: Finder,
    /// What the highlighted one would run.
    pub scroll: Scroll,
    /// One is chosen, and is gone on with as soon as its machine is known.
    pub waits: bool,
    /// The one that was asked for by its name.
    wanted: String,
    offers: Offers,
}

#[derive(Debug)]
enum Offers {
    Asked,
    Refused(String),
    Known(Vec<Offer>),
}

impl Runbooks {
    /// Nothing has come yet. `wanted`: the name that was asked for, or nothing.
    pub fn new(wish: Wish, wanted: &str) -> Self {
        Self {
            wish,
            finder: Finder::default(),
            scroll: Scroll::default(),
            waits: false,
            wanted: wanted.into(),
            offers: Offers::Asked,
        }
    }

    /// They have come, or a refusal. True when the one that was asked for by its name is among them.
    pub fn answered(&mut self, answer: Result<Vec<Offer>, String>) -> bool {
        let offers = match answer {
            Ok(offers) => offers,
            Err(why) => {
                self.offers = Offers::Refused(why);
                return false;
            }
        };
        let choice = |offer: &Offer| Choice {
            value: offer.name.clone(),
            label: offer.name.clone(),
            note: format!("{:<6} {}", offer.risk.word(), offer.doc),
        };
        let typed = std::mem::take(&mut self.finder.input);
        self.finder = Finder::new(offers.iter().map(choice).collect());
        self.finder.input = typed;
        if !self.wanted.is_empty() {
            self.finder.input = crate::tui::input::Input::new(&std::mem::take(&mut self.wanted));
        }
        self.offers = Offers::Known(offers);
        if self.finder.input.text().is_empty() {
            return false;
        }
        self.typed_more();
        let typed = self.finder.input.text();
        self.chosen().is_some_and(|offer| offer.name == typed)
    }

    /// The text has changed: finds anew.
    pub fn typed_more(&mut self) {
        self.finder.typed_more();
        self.choose(0);
    }

    /// Highlights another one.
    pub fn choose(&mut self, by: isize) {
        self.waits = false;
        self.finder.choose(by);
        self.scroll.restart();
    }

    /// The highlighted one.
    pub fn chosen(&self) -> Option<&Offer> {
        self.known().get(self.finder.highlighted()?)
    }

    /// Why nothing can be chosen; absent when something can.
    pub fn nothing(&self) -> Option<&str> {
        match &self.offers {
            Offers::Asked => Some("the runbooks are not here yet"),
            Offers::Refused(why) => Some(why),
            Offers::Known(_) if self.chosen().is_none() => Some("no runbook matches"),
            Offers::Known(_) => None,
        }
    }

    /// What was asked was refused: it can be asked again.
    pub fn failed(&self) -> bool {
        matches!(self.offers, Offers::Refused(_)) || matches!(self.wish.found, Found::Failed(_))
    }

    /// It is about to be shown on a screen of `area`.
    pub fn settle(&mut self, area: Rect) {
        let beside = self.parts(inner(place(area))).1;
        let lines = self.chosen().map(|offer| lines(offer, beside.width)).unwrap_or_default();
        self.scroll.show(lines, beside.height);
    }

    /// Draws it:
    /// ```text
    /// ┌ Run on web-03, Acme Corp ───────────────────────────────┐
    /// │ web-03, i-0123…, Linux, online: by its name             │
    /// │ disk▏                        disk-evidence              │
    /// │ disk-evidence low    what…   what fills a disk          │
    /// │ logs-clean    medium rem…    risk      low: …           │
    /// │                                 1 df -h                 │
    /// └─────────────────────────────────────────────────────────┘
    /// ```
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let inner = canvas.frame(place(canvas.area()), &title(app, &self.wish, "Run on"));
        draw_machine(&self.wish, self.waits, canvas, inner);
        let (list, beside) = self.parts(inner);
        let known = self.known();
        let role = |at: usize| if known.get(at).is_some_and(|offer| offer.fits) { Role::Title } else { Role::Dim };
        self.finder.draw(canvas, list, role);
        let below = Rect { y: list.y + 1, height: list.height.saturating_sub(1), ..list };
        match &self.offers {
            Offers::Asked => canvas.row(below, 0).role("asking which runbooks there are…", Role::Dim),
            Offers::Refused(why) => draw_wrapped(canvas, below, why, Role::Mistake),
            Offers::Known(offers) if offers.is_empty() => canvas.row(below, 0).role("There are none.", Role::Popup),
            Offers::Known(_) => {}
        }
        // What AWS refuses is a sentence with what to do: it gets the room that it needs.
        match &self.wish.found {
            Found::Failed(why) => draw_wrapped(canvas, beside, why, Role::Mistake),
            _ => self.scroll.draw(canvas, beside),
        }
        let more = self.scroll.below();
        if more > 0 && !matches!(self.wish.found, Found::Failed(_)) {
            let mut row = canvas.row(inner, inner.height.saturating_sub(1));
            let down = row_style(app);
            row.at_right(&format!("pagedown: {more} more lines"), down);
        }
    }

    /// The list, and what stands beside or below it.
    fn parts(&self, inner: Rect) -> (Rect, Rect) {
        let body = Rect { y: inner.y + 1, height: inner.height.saturating_sub(1), ..inner };
        if body.width >= WIDE {
            let left = body.width * 9 / 20;
            let list = Rect { width: left, ..body };
            return (
                list,
                Rect { x: body.x + left + 2, width: body.width - left - 2, height: body.height - 1, ..body },
            );
        }
        let rows = u16::try_from(self.known().len() + 1).unwrap_or(u16::MAX).clamp(3, (body.height / 2).max(3));
        let rows = rows.min(body.height);
        let list = Rect { height: rows, ..body };
        (list, Rect { y: body.y + rows, height: (body.height - rows).saturating_sub(1), ..body })
    }

    fn known(&self) -> &[Offer] {
        match &self.offers {
            Offers::Known(offers) => offers,
            Offers::Asked | Offers::Refused(_) => &[],
        }
    }
}

/// How a risk looks.
pub const fn risk_role(risk: Risk) -> Role {
    match risk {
        Risk::Low => Role::Fine,
        Risk::Medium => Role::Badge,
        Risk::High => Role::Critical,
    }
}

/// What a risk means.
pub const fn risk_words(risk: Risk) -> &'static str {
    match risk {
        Risk::Low => "low: it reads, or changes nothing that anybody would miss",
        Risk::Medium => "medium: it changes something",
        Risk::High => "high: it may take a service away",
    }
}

/// `Run on web-03, Acme Corp`.
pub fn title(app: &App, wish: &Wish, verb: &str) -> String {
    let Some(first) = wish.aim.first() else { return verb.into() };
    let asset = app.board.incident(first).map_or_else(|| first.to_string(), |incident| incident.asset_name.clone());
    let what = if wish.aim.len() > 1 { format!("{} incidents", wish.aim.len()) } else { asset };
    format!("{verb} {what}, {}", tenant_name(app, &first.tenant))
}

/// The line about the machine.
pub fn draw_machine(wish: &Wish, waits: bool, canvas: &mut Canvas<'_>, area: Rect) {
    let machines = wish.machines();
    let mut row = canvas.row(area, 0);
    let role = match &wish.found {
        Found::Asked => Role::Dim,
        Found::Failed(_) => Role::Mistake,
        Found::Known(all) if all.iter().all(|one| one.nodes.is_empty()) => Role::Mistake,
        Found::Known(all) if all.iter().any(|one| one.nodes.iter().any(|node| !node.online)) => Role::Badge,
        Found::Known(_) | Found::Settled(_) => Role::Popup,
    };
    if waits {
        row.role("goes on as soon as it is known: ", Role::Key);
    }
    let failed = matches!(wish.found, Found::Failed(_));
    row.role(if failed { "AWS could not be asked; enter asks again" } else { &machines }, role);
}

/// A text over as many lines as it needs.
pub fn draw_wrapped(canvas: &mut Canvas<'_>, area: Rect, text: &str, role: Role) {
    for (line, piece) in (0..area.height).zip(hanging(Line::default(), text, role, area.width)) {
        piece.draw(&mut canvas.row(area, line));
    }
}

fn row_style(app: &App) -> ratatui::style::Style {
    app.look.style(Role::Dim)
}

fn place(screen: Rect) -> Rect {
    layout::middle(Rect { height: screen.height.saturating_sub(2), ..screen }, 150, 32)
}

fn inner(frame: Rect) -> Rect {
    let (width, height) = (frame.width.saturating_sub(4), frame.height.saturating_sub(2));
    Rect { x: frame.x + 2, y: frame.y + 1, width, height }
}

/// All about one: what it is, what it takes, and what it runs, byte by byte.
fn lines(offer: &Offer, width: u16) -> Vec<Line> {
    let label = |name: &str| Line::dim(&format!("{name:<10}"));
    let mut lines = vec![Line::default().and(&offer.name, Role::TitleFocused)];
    lines.extend(hanging(Line::default(), &offer.doc, Role::Popup, width));
    if !offer.fits {
        lines.push(Line::dim("meant for other incidents"));
    }
    let mut field = |name: &str, text: &str, role| lines.extend(hanging(label(name), text, role, width));
    field("risk", risk_words(offer.risk), risk_role(offer.risk));
    field("document", &offer.document, Role::Popup);
    let auto = if offer.auto { ", may run by itself" } else { "" };
    let where_ = format!("{}, {} s at most{auto}; {}", platform(offer.platform), offer.timeout_seconds, offer.from);
    field("runs on", &where_, Role::Popup);
    for (at, blank) in offer.inputs.iter().enumerate() {
        let text = format!("{} = {}  {}", blank.name, blank.value, blank.doc);
        field(if at == 0 { "inputs" } else { "" }, &text, Role::Popup);
    }
    lines.extend(exact(&offer.commands, width));
    lines
}
