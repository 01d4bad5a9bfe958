//! The form in which a window is made or changed, with what it would match now below it.

use crokey::KeyCombination;
use ratatui::layout::Rect;

use super::reading::{self, Field};
use crate::core::id::TenantId;
use crate::core::incident::Incident;
use crate::core::silence::{Matcher, Window};
use crate::core::time::Moment;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::popups::fields::Fields;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Form {
    fields: Fields,
    /// What is being changed.
    of: Option<Window>,
}

impl Form {
    /// A new window with some fields filled in; the keys go to `at`.
    pub fn new(filled: &[(Field, String)], at: Field) -> Self {
        let usual = [(Field::Begins, "now"), (Field::Lasts, "2h"), (Field::Repeats, "once"), (Field::Zone, "UTC")];
        let text = |field: &Field| {
            let of = |known: &Field| known == field;
            let given = filled.iter().rfind(|(known, _)| of(known)).map(|(_, text)| &**text);
            given.or_else(|| usual.iter().find(|(known, _)| of(known)).map(|(_, text)| *text)).unwrap_or_default()
        };
        Self { fields: Fields::new(Field::ALL.iter().map(text), at as usize), of: None }
    }

    /// A window as it is.
    pub fn of(tenant: &TenantId, window: &Window) -> Self {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        let filled = [
            (Field::Tenant, tenant.to_string()),
            (Field::Asset, or_empty(&window.matches.asset)),
            (Field::Signature, or_empty(&window.matches.signature)),
            (Field::AtMost, window.matches.at_most.map(|most| most.word().to_owned()).unwrap_or_default()),
            (Field::Begins, reading::shown(window.begins_at, &window.zone)),
            (Field::Lasts, crate::core::limit::Limit(Some(window.lasts)).to_string()),
            (Field::Repeats, window.repeats.to_string()),
            (Field::Zone, window.zone.name().to_owned()),
            (Field::Until, window.until.map(|until| reading::shown(until, &window.zone)).unwrap_or_default()),
            (Field::Reason, window.reason.clone()),
        ];
        Self { of: Some(window.clone()), ..Self::new(&filled, Field::Lasts) }
    }

    /// The text being typed.
    pub fn input(&mut self) -> Option<&mut Input> {
        self.fields.input()
    }

    /// Types a key.
    pub fn typed(&mut self, key: KeyCombination) -> bool {
        self.fields.typed(key)
    }

    /// To the field `by` further on.
    pub fn turn(&mut self, by: isize) {
        self.fields.turn(by);
    }

    /// Reads the window; else says what is wrong with which field, and goes there.
    pub fn read(&mut self, app: &App) -> Option<(TenantId, Window)> {
        let tenant = self.tenant().filter(|id| app.board.tenants.contains_key(id));
        let read = match tenant {
            None => Err((Field::Tenant, "there is no such tenant".to_owned())),
            Some(tenant) => {
                reading::window(|field| self.text(field), self.of.as_ref(), app.now).map(|window| (tenant, window))
            }
        };
        match read {
            Ok(read) => Some(read),
            Err((field, why)) => {
                self.refused(field, why);
                None
            }
        }
    }

    /// Says what is wrong with a field, and goes there.
    pub fn refused(&mut self, field: Field, why: String) {
        self.fields.refused(field as usize, why);
    }

    /// The field that has the keys.
    pub fn field(&self) -> Field {
        Field::ALL[self.fields.at()]
    }

    /// Draws it:
    /// ```text
    /// ┌ Silence ─────────────────────┐
    /// │ tenant     comp_acme         │
    /// │ …                            │
    /// │ reason     new disks         │
    /// │ matches now: 1 of 12 open    │
    /// │ web-01 disk_full             │
    /// │ why, for those who …         │
    /// └──────────────────────────────┘
    /// ```
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.fields.len() + 6).unwrap_or(u16::MAX);
        let title = match &self.of {
            Some(of) => format!("Window {}", of.number),
            None => "Silence".into(),
        };
        let inner = canvas.frame(layout::middle(screen, 78, height), &title);
        let below = if inner.height >= 13 { 4 } else { 2 };
        let fields = Rect { height: inner.height.saturating_sub(below), ..inner };
        self.fields.draw(canvas, fields, 9, |at| Field::ALL[at].label().into());
        let last = inner.height.saturating_sub(1);
        self.draw_preview(
            app,
            canvas,
            Rect { y: fields.bottom(), height: last.saturating_sub(fields.height), ..inner },
        );
        self.fields.draw_hint(canvas, inner, last, self.field().hint());
    }

    fn draw_preview(&self, app: &App, canvas: &mut Canvas<'_>, area: Rect) {
        let matcher = reading::matcher(|field| self.text(field)).unwrap_or_default();
        let Some(tenant) = self.tenant() else { return };
        let Matching { open, count, first } = matching(app, &tenant, &matcher);
        let mut row = canvas.row(area, 0);
        let role = if count < open || open == 0 { Role::Popup } else { Role::Badge };
        row.role(&format!("matches now: {count} of {open} open"), role);
        if area.height > 2 {
            let mut row = canvas.row(area, 1);
            for (before, incident) in std::iter::once("").chain(std::iter::repeat(", ")).zip(first) {
                row.role(&format!("{before}{} {}", incident.asset_name, incident.signature), Role::Dim);
            }
            canvas.row(area, 2).role("tab: next field; enter: done; esc: leave it", Role::Dim);
        }
    }

    fn tenant(&self) -> Option<TenantId> {
        self.text(Field::Tenant).trim().parse().ok()
    }

    fn text(&self, field: Field) -> String {
        self.fields.text(field as usize).to_owned()
    }
}

/// What a window would match now.
pub struct Matching<'a> {
    /// How many of the tenant's incidents are open.
    pub open: usize,
    /// How many of these match.
    pub count: usize,
    /// The worst of them, the worst first, [`NAMED`] at most.
    pub first: Vec<&'a Incident>,
}

/// As many as there can be room for.
const NAMED: usize = 20;

/// What would match now of a tenant's incidents.
pub fn matching<'a>(app: &'a App, tenant: &TenantId, matcher: &Matcher) -> Matching<'a> {
    let pattern = matcher.pattern();
    let matches = |incident: &&Incident| pattern.matches(&incident.asset_name, &incident.signature, incident.severity);
    let panel = app.board.tenants.get(tenant);
    let open = panel.into_iter().flat_map(|panel| panel.open()).map(|incident| &**incident);
    let mut first: Vec<&Incident> = open.filter(matches).collect();
    let count = first.len();
    let worst = |incident: &&Incident| (std::cmp::Reverse(incident.priority_score), incident.id.number);
    // Of very many, only those that are shown are put in order.
    if count > NAMED {
        first.select_nth_unstable_by_key(NAMED, worst);
        first.truncate(NAMED);
    }
    first.sort_by_key(worst);
    Matching { open: panel.map_or(0, |panel| panel.tally.open()), count, first }
}

/// When a window is on, in words, on its own zone's clocks.
pub fn when(window: &Window, now: Moment) -> String {
    let lasts = crate::core::limit::Limit(Some(window.lasts));
    let zone = &window.zone;
    let shown = |at: Moment| reading::shown(at, zone);
    let until = window.until.map(|until| format!(", until {}", shown(until))).unwrap_or_default();
    let begins = if window.covers(now) { window.begins_at } else { window.next_begin(now).unwrap_or(window.begins_at) };
    format!("{} for {lasts}, {}{until} ({})", shown(begins), window.repeats, zone.name())
}
