//! Who is in trouble: one row for each tenant, the worst first.
//!
//! ```text
//! ─ Tenants 6 ─────────────────────────────────
//! ▶130 Acme Corp   unsigned ◆2 ▲1 ●4     ▁▂▂▇ <1m
//! ```

use std::collections::btree_map::Iter;

use ratatui::layout::Rect;

use super::{Window, stepped};
use crate::core::board::{RATE_MINUTES, Rate, TenantPanel};
use crate::core::id::TenantId;
use crate::core::pulse::Pulse;
use crate::core::severity::Severity;
use crate::core::sla::Sla;
use crate::core::time::Moment;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::glyphs::Glyphs;
use crate::tui::moves::Move;
use crate::tui::panes::Pane;
use crate::tui::popups::pick::Choice;
use crate::tui::theme::Role;

/// The pane's state.
#[derive(Debug, Default)]
pub struct Tenants {
    /// The worst first; among equals, by id.
    pub rows: Vec<TenantRow>,
    /// The part that is shown.
    pub window: Window,
    /// Some tenant has promised something.
    pub any_sla: bool,
    at: usize,
    chosen: Option<TenantId>,
}

/// What is shown of a tenant.
#[derive(Debug)]
pub struct TenantRow {
    /// Which.
    pub id: TenantId,
    name: String,
    open: [usize; 4],
    worst: Option<i32>,
    last_alert_at: Option<Moment>,
    rate: Rate,
    /// Each in full, and for little room.
    badges: Vec<[String; 2]>,
}

impl Tenants {
    /// New rows.
    pub fn refresh(&mut self, panels: Iter<'_, TenantId, TenantPanel>, pulse: &Pulse, narrowed: Option<&TenantId>) {
        let promised =
            |panel: &TenantPanel| panel.tenant.as_ref().is_some_and(|tenant| tenant.settings.sla != Sla::default());
        self.any_sla = panels.clone().any(|(_, panel)| promised(panel));
        self.rows = panels.map(|(id, panel)| TenantRow::new(id, panel, pulse)).collect();
        self.rows.sort_by(|a, b| b.worst.cmp(&a.worst).then_with(|| a.id.cmp(&b.id)));
        let chosen = self.chosen.as_ref().or(narrowed);
        if let Some(at) = chosen.and_then(|id| self.rows.iter().position(|row| row.id == *id)) {
            self.at = at;
        }
        self.at = stepped(self.at, 0, self.rows.len());
    }

    /// It is shown in `area`.
    pub fn fit(&mut self, area: Option<Rect>) {
        self.window.height = area.map_or(0, |area| usize::from(area.height.saturating_sub(1)));
        self.window.show(self.at, self.rows.len());
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&TenantRow> {
        self.rows.get(self.at)
    }

    /// All of them to choose from, in order.
    pub fn choices(&self, glyphs: Glyphs) -> impl Iterator<Item = Choice> {
        let counts = move |row: &TenantRow| {
            let counts = Severity::ALL.into_iter().zip(row.open).rev().filter(|(_, open)| *open > 0);
            counts.map(|(severity, open)| format!(" {}{open}", glyphs.of(severity))).collect::<String>()
        };
        self.rows.iter().map(move |row| Choice {
            value: row.id.to_string(),
            label: row.name.clone(),
            note: format!("{} {}", row.id, counts(row)),
        })
    }

    /// Moves the selection.
    pub fn go(&mut self, by: Move) {
        self.at = stepped(self.at, by.rows(self.window.height), self.rows.len());
        self.chosen = self.selected().map(|row| row.id.clone());
    }

    /// Selects what is shown in line `line`.
    pub fn point(&mut self, line: usize) {
        let at = (self.window.offset + line).cast_signed();
        self.at = 0;
        self.go(Move::Rows(at));
    }
}

impl TenantRow {
    fn new(id: &TenantId, panel: &TenantPanel, pulse: &Pulse) -> Self {
        let signing = panel.tenant.as_ref().is_none_or(|tenant| tenant.settings.signing.enabled);
        let states = [(panel.stopped.is_some(), ["stopped", "stop"]), (!signing, ["unsigned", "nosig"])];
        let states = states.into_iter().filter(|(on, _)| *on).map(|(_, words)| words.map(str::to_owned));
        let counts = [(pulse.refused_of(id), ["refused", "ref"]), (panel.quarantined, ["unreadable", "bad"])];
        let counts = counts.into_iter().filter(|(count, _)| *count > 0);
        let counts = counts.map(|(count, words)| words.map(|word| format!("{} {word}", short(count))));
        let badges = states.chain(counts).collect();
        Self {
            id: id.clone(),
            name: panel.tenant.as_ref().map_or_else(|| id.to_string(), |tenant| tenant.name.clone()),
            open: panel.tally.loud,
            worst: panel.tally.worst_score(),
            last_alert_at: panel.last_alert_at,
            rate: panel.rate.clone(),
            badges,
        }
    }

    fn severity(&self) -> Option<Severity> {
        Severity::ALL.into_iter().zip(self.open).filter(|(_, open)| *open > 0).map(|(severity, _)| severity).max()
    }
}

/// `812`, `12k`, `3M`.
pub fn short(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => format!("{}k", count / 1_000),
        _ => format!("{}M", count / 1_000_000),
    }
}

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let pane = &app.tenants;
    let focused = app.focus == Pane::Tenants;
    canvas.title(area, &format!("Tenants {}", pane.rows.len()), focused);
    for (line, at) in pane.window.rows(pane.rows.len()).enumerate() {
        let Some(row) = pane.rows.get(at) else { continue };
        let line = u16::try_from(line + 1).unwrap_or(u16::MAX);
        draw_row(app, canvas, area, line, row);
        if focused && at == pane.at {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(Rect { y: area.y + line, height: 1, ..area }, style);
        }
    }
}

fn draw_row(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, tenant: &TenantRow) {
    let look = canvas.look;
    let glyphs = look.glyphs;
    let dim = look.style(Role::Dim);
    let (counts, minutes): (u16, u16) = match area.width {
        0..50 => (8, 5),
        50..70 => (12, 8),
        _ => (16, 15),
    };
    let mark = if app.narrowed.as_ref() == Some(&tenant.id) { glyphs.pointer } else { " " };
    let mut row = canvas.row(area, line);
    row.role(mark, Role::Key);
    let worst = tenant.worst.map_or_else(String::new, |score| score.to_string());
    row.number(&worst, 3, tenant.severity().map_or(dim, |severity| look.severity(severity)));
    // What is left when the age, the rate and the counts have their columns, with a gap behind each.
    let rest = row.left().saturating_sub(counts + 1 + minutes + 1 + 3);
    let form = usize::from(area.width < 50);
    let badges = tenant.badges.iter().map(|forms| forms[form].as_str()).collect::<Vec<_>>().join(" ");
    let badges_width = u16::try_from(badges.len()).unwrap_or(u16::MAX).min(rest / 2);
    let name_width = if badges.is_empty() { rest.saturating_sub(1) } else { rest.saturating_sub(badges_width + 2) };
    row.cell(&tenant.name, name_width, look.style(Role::Text));
    if !badges.is_empty() {
        row.cell(&badges, badges_width, look.style(Role::Badge));
    }
    draw_counts(
        canvas,
        Rect { x: area.right().saturating_sub(counts + 1 + minutes + 1 + 3), width: counts, ..area },
        line,
        tenant,
    );
    let mut row =
        canvas.row(Rect { x: area.right().saturating_sub(minutes + 1 + 3), width: minutes + 1 + 3, ..area }, line);
    let rate = tenant.rate.up_to(app.now);
    let shown = &rate[RATE_MINUTES - usize::from(minutes)..];
    let most = shown.iter().copied().max().unwrap_or(0);
    let spark: String = shown.iter().map(|count| glyphs.bar(*count, most)).collect();
    row.cell(&spark, minutes, look.style(Role::Spark));
    let age = tenant.last_alert_at.map_or_else(|| "-".into(), |at| (app.now - at).to_string());
    row.number(&age, 3, dim);
}

/// `◆2 ▲10`: how many are open, the worst first, as many as there is room for.
fn draw_counts(canvas: &mut Canvas<'_>, area: Rect, line: u16, tenant: &TenantRow) {
    let look = canvas.look;
    let mut row = canvas.row(area, line);
    for (severity, open) in Severity::ALL.into_iter().zip(tenant.open).rev().filter(|(_, open)| *open > 0) {
        let text = format!("{}{}", look.glyphs.of(severity), short(open as u64));
        let width = u16::try_from(text.chars().count()).unwrap_or(u16::MAX);
        if row.left() < width {
            return;
        }
        row.cell(&text, width, look.severity(severity));
    }
}
