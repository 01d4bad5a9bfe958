//! How the wall looks.
//!
//! ```text
//! ● 6 tenants  0.4/s                  muted: all 29m                 03:12:40
//!
//!  ██    ███   █ █   ██    …
//!   █    █ █   ███    █    …
//! ◆ critical  ▲ high  ● medium  ○ low  no ack  SLA breached
//!
//!  130 Acme Corp                                    ◆1 ▲1       last alert 6m
//!      ◆ critical  12m  payment-gw  high_latency  ×5              new
//!      …
//! ─ Last alert, the longest ago first ───────────────────────────────────────
//!  Dunes Hotels   5h   Fjord Bank    46m   +4 within 22m
//! page 1 of 2                                                          ? keys
//! ```

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::digits::{self, Scale};
use super::{Troubled, Wall};
use crate::core::incident::{Incident, Status};
use crate::core::severity::Severity;
use crate::core::time::{Moment, Span};
use crate::tui::app::{App, Phase};
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::panes::tenants::short;
use crate::tui::popups::approvals;
use crate::tui::theme::Role;

/// A cell of the strip: a name and an age.
const CELL: u16 = 22;
/// Between two ways of looking: a flash.
const FLASH: Span = Span::SECOND;

/// Where things are on the wall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Plan {
    banner: Rect,
    head: Rect,
    counters: Rect,
    scale: Scale,
    /// Who is in trouble.
    pub body: Rect,
    strip: Rect,
    foot: Rect,
    /// So many incidents of each tenant.
    pub incidents_each: usize,
    /// Empty lines between tenants.
    pub gap: u16,
}

impl Default for Plan {
    fn default() -> Self {
        Self::of(Rect::default(), false, 1, 0, false)
    }
}

impl Plan {
    /// For a screen of `area`, the widest counter having `widest` digits.
    pub fn of(area: Rect, trouble: bool, widest: usize, tenants: usize, ascii: bool) -> Self {
        let mut rest = area;
        let mut take = |height: u16| {
            let height = height.min(rest.height);
            let taken = Rect { height, ..rest };
            rest = Rect { y: rest.y + height, height: rest.height - height, ..rest };
            taken
        };
        let banner = take(if !trouble {
            0
        } else if area.height >= 20 {
            3
        } else {
            1
        });
        let head = take(1);
        // Digits take at most a third of what a small screen has.
        let each = (area.width / 6).saturating_sub(2);
        let scale = Scale::largest(widest.max(2), each, area.height / 4, ascii);
        let (above, below) = if area.height >= 40 { (1, 1) } else { (0, u16::from(area.height >= 20)) };
        let counters = match scale {
            Scale::Text => take(2),
            _ => {
                take(above);
                let counters = take(scale.height() + 1);
                take(below);
                counters
            }
        };
        let foot_height = rest.height.min(1);
        let foot = Rect { y: rest.bottom() - foot_height, height: foot_height, ..rest };
        rest.height -= foot_height;
        let columns = (area.width / CELL).max(1);
        let rows = u16::try_from(tenants).unwrap_or(u16::MAX).div_ceil(columns);
        let most = (rest.height / 4).max(1);
        let strip_height = (1 + rows.min(most)).min(rest.height / 2);
        let strip = Rect { y: rest.bottom() - strip_height, height: strip_height, ..rest };
        let body = Rect { height: rest.height - strip_height, ..rest };
        let (incidents_each, gap) = match body.height {
            0..8 => (1, 0),
            8..20 => (2, 0),
            20..32 => (3, 1),
            _ => (super::INCIDENTS, 1),
        };
        Self { banner, head, counters, scale, body, strip, foot, incidents_each, gap }
    }
}

/// Draws it.
pub fn draw(app: &App, wall: &Wall, canvas: &mut Canvas<'_>) {
    let plan = wall.plan;
    draw_banner(app, canvas, plan.banner);
    draw_head(app, wall, canvas, plan.head);
    draw_counters(app, wall, canvas);
    draw_body(app, wall, canvas);
    draw_strip(app, wall, canvas);
    draw_foot(app, wall, canvas, plan.foot);
}

fn draw_banner(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let troubles = app.troubles();
    canvas.clear(area, Role::Trouble);
    let Some(first) = troubles.first() else { return };
    let more = if troubles.len() > 1 { format!(" (+{} more)", troubles.len() - 1) } else { String::new() };
    let sign = canvas.look.glyphs.trouble;
    canvas.row(area, area.height / 2).role(&format!(" {sign} {first}{more}"), Role::Trouble);
}

fn draw_head(app: &App, wall: &Wall, canvas: &mut Canvas<'_>, area: Rect) {
    let look = canvas.look;
    let mut row = canvas.row(area, 0);
    row.at_right(&clock::time_of_day(app, app.now), look.style(Role::Title));
    if let Some(muted) = app.muted() {
        row.at_right(&muted, look.style(Role::Badge));
    }
    row.skip(1);
    match &app.phase {
        Phase::Waiting => row.role("loading…", Role::Dim),
        Phase::Live if app.troubles().is_empty() => row.role(look.glyphs.fine, Role::Fine),
        _ => row.role(look.glyphs.trouble, Role::Trouble),
    }
    let count = app.board.tenants.len();
    row.role(&format!(" {count} tenants"), Role::Text);
    if area.width >= 60 {
        row.role(&format!("  {}", app.arrivals.per_second()), Role::Dim);
        if wall.counters.quiet > 0 {
            row.role(&format!("  {} silenced or snoozed", short(wall.counters.quiet as u64)), Role::Quiet);
        }
    }
}

fn draw_counters(app: &App, wall: &Wall, canvas: &mut Canvas<'_>) {
    let Plan { counters: area, scale, .. } = wall.plan;
    let look = canvas.look;
    let roomy = area.width >= 100;
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low].map(|severity| {
        let word = if scale == Scale::Text { severity.word().get(..4).unwrap_or_default() } else { severity.word() };
        (format!("{} {word}", look.glyphs.of(severity)), look.severity(severity))
    });
    let [breached, ack] = if roomy { ["SLA breached", "unacknowledged"] } else { ["SLA over", "no ack"] };
    let others = [(ack.to_owned(), look.style(Role::Badge)), (breached.to_owned(), look.style(Role::Breached))];
    let fresh = app.bell.is_fresh() && odd_second(app.now);
    for (at, ((label, style), count)) in severities.into_iter().chain(others).zip(wall.counters.all()).enumerate() {
        let style = if count == 0 { look.style(Role::Dim) } else { style };
        let flashes = at == 0 && fresh;
        if scale == Scale::Text {
            let width = area.width / 3;
            let (line, column) = (u16::try_from(at / 3).unwrap_or(0), u16::try_from(at % 3).unwrap_or(0));
            let cell = Rect { x: area.x + column * width, width, ..area };
            canvas.row(cell, line).text(&format!(" {label} {}", short(count as u64)), flashing(style, flashes));
            continue;
        }
        let width = area.width / 6;
        let cell =
            Rect { x: area.x + u16::try_from(at).unwrap_or(0) * width + 1, width: width.saturating_sub(1), ..area };
        let count = count.to_string();
        let count = if scale.width(count.len()) > cell.width { short(count.parse().unwrap_or(0)) } else { count };
        // Blocks are ink already: reversed, they would vanish.
        let ink = style.remove_modifier(Modifier::REVERSED | Modifier::UNDERLINED);
        digits::draw(canvas, cell, scale, &count, flashing(ink, flashes));
        canvas.row(cell, scale.height()).text(&label, style);
    }
}

fn draw_body(app: &App, wall: &Wall, canvas: &mut Canvas<'_>) {
    let Plan { body, incidents_each, gap, .. } = wall.plan;
    let Some(first) = wall.troubled.first() else {
        let look = canvas.look;
        let middle = Rect { y: body.y + body.height / 2, height: body.height.min(1), ..body };
        let mut row = canvas.row(middle, 0);
        row.skip(1);
        match app.phase {
            Phase::Live => row.role(&format!("{} No incident wants anybody.", look.glyphs.fine), Role::Fine),
            _ => row.role("Nothing is known.", Role::Dim),
        }
        return;
    };
    let page = wall.pages.get(wall.page).cloned().unwrap_or_default();
    let mut line = 0;
    for tenant in std::iter::once(first).chain(wall.troubled.get(page).unwrap_or_default()) {
        if line >= body.height {
            return;
        }
        draw_tenant(app, canvas, body, line, tenant);
        for (at, incident) in tenant.worst.iter().take(incidents_each).enumerate() {
            draw_incident(app, canvas, body, line + 1 + u16::try_from(at).unwrap_or(0), incident);
        }
        line += tenant.height(incidents_each) + gap;
    }
}

fn draw_tenant(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, tenant: &Troubled) {
    let look = canvas.look;
    let style = look.severity(tenant.severity());
    let mut row = canvas.row(area, line);
    let age = tenant.last_alert_at.map_or_else(|| "-".into(), |at| (app.now - at).to_string());
    let words = if area.width >= 60 { "last alert " } else { "" };
    row.at_right(&format!("{words}{age:>3}"), look.style(Role::Dim));
    if app.bell.is_muted(&tenant.id) {
        row.at_right("muted", look.style(Role::Badge));
    }
    for (severity, open) in Severity::ALL.into_iter().zip(tenant.open).filter(|(_, open)| *open > 0) {
        row.at_right(&format!("{}{}", look.glyphs.of(severity), short(open as u64)), look.severity(severity));
    }
    let score = tenant.worst.first().map_or(0, |worst| worst.priority_score);
    row.number(&score.to_string(), 4, style);
    row.role(&tenant.name, Role::Title);
}

fn draw_incident(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, incident: &Incident) {
    let look = canvas.look;
    let mut row = canvas.row(area, line);
    row.skip(if area.width >= 60 { 5 } else { 2 });
    let owner = match (&incident.assigned_to, &incident.acknowledged_by, incident.status) {
        (Some(owner), ..) | (None, Some(owner), _) => owner.as_str(),
        (None, None, Status::New) => "new",
        (None, None, status) => status.word(),
    };
    let role = if incident.status == Status::New { Role::Badge } else { Role::Dim };
    if area.width >= 60 {
        row.at_right(owner, look.style(role));
    }
    match (incident.sla.breached(), incident.sla.warned()) {
        (true, _) => row.at_right("SLA breached", look.style(Role::Breached)),
        (false, true) => row.at_right("SLA soon", look.style(Role::Warned)),
        _ => {}
    }
    row.severity(incident.severity, if area.width >= 60 { 10 } else { 6 });
    row.number(&(app.now - incident.opened_at).to_string(), 3, look.style(Role::Dim));
    let rest = row.left();
    row.cell(&incident.asset_name, rest * 2 / 5, look.style(Role::Text));
    row.role(&incident.signature, Role::Text);
    if app.bell.rang_at(&incident.id).is_some() && odd_second(app.now) && line < area.height {
        let style = Style::new().add_modifier(Modifier::REVERSED);
        canvas.tint(Rect { y: area.y + line, height: 1, ..area }, style);
    }
}

fn draw_strip(app: &App, wall: &Wall, canvas: &mut Canvas<'_>) {
    let area = wall.plan.strip;
    if area.height == 0 {
        return;
    }
    canvas.title(area, "Last alert, the longest ago first", false);
    let columns = (area.width / CELL).max(1);
    let room = usize::from(columns * (area.height - 1));
    let age = |at: &Option<Moment>| at.map_or_else(|| "never".into(), |at| (app.now - at).to_string());
    let shown = if wall.heard.len() > room { room.saturating_sub(1) } else { wall.heard.len() };
    for (at, (name, heard)) in wall.heard.iter().take(shown).enumerate() {
        draw_cell(canvas, area, columns, at, |row, look| {
            row.cell(name, CELL - 9, look.style(Role::Text));
            row.number(&age(heard), 5, look.style(Role::Dim));
        });
    }
    if let Some((_, heard)) = wall.heard.get(shown) {
        let more = format!("+{} within {}", wall.heard.len() - shown, age(heard));
        draw_cell(canvas, area, columns, shown, |row, _| row.role(&more, Role::Dim));
    }
}

fn draw_cell(
    canvas: &mut Canvas<'_>,
    area: Rect,
    columns: u16,
    at: usize,
    write: impl FnOnce(&mut crate::tui::canvas::Row<'_, '_>, &crate::tui::theme::Look),
) {
    let at = u16::try_from(at).unwrap_or(u16::MAX);
    let cell = Rect { x: area.x + 1 + at % columns * CELL, width: CELL - 1, ..area }.intersection(area);
    let look = canvas.look;
    write(&mut canvas.row(cell, 1 + at / columns), look);
}

fn draw_foot(app: &App, wall: &Wall, canvas: &mut Canvas<'_>, area: Rect) {
    let look = canvas.look;
    let mut row = canvas.row(area, 0);
    if let Some(toast) = &app.toast {
        row.role(&format!(" {}", toast.text), toast.role);
        return;
    }
    row.at_right("? keys", look.style(Role::Dim));
    if let Some(waiting) = approvals::waiting_words(&app.board) {
        row.at_right(&waiting, look.style(Role::Badge));
    }
    if wall.pages.len() > 1 {
        let (page, pages) = (wall.page + 1, wall.pages.len());
        row.role(&format!(" page {page} of {pages}"), Role::Title);
        row.role("  the worst stays on top", Role::Dim);
    }
}

/// Something flashes by looking otherwise every other second: the clock wakes the seat then anyway.
fn odd_second(now: Moment) -> bool {
    now.0.div_euclid(FLASH.0) % 2 != 0
}

fn flashing(style: Style, now: bool) -> Style {
    if now { style.add_modifier(Modifier::REVERSED) } else { style }
}
