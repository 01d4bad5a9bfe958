//! How the incidents look.
//!
//! ```text
//! ─ Incidents 12 · 3 silenced · 1 snoozed · by SLA · 2 new ↑ ────────────────────
//! *130 ◆ critical  12m Acme Corp  payment-gw  high_latency  ×5  new  ! soon 3m
//! ```

use std::collections::BTreeSet;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Row, Sort};
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::{Incident, Status};
use crate::tui::app::App;
use crate::tui::canvas::{self, Canvas};
use crate::tui::columns::Column;
use crate::tui::panes::{Pane, tenants};
use crate::tui::theme::Role;

/// Somebody else looks at it.
const HERE: &str = "@";

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let pane = &app.incidents;
    canvas.title(area, &title(app), app.focus == Pane::Incidents);
    if pane.rows.is_empty() {
        let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        crate::tui::empty::draw(app, canvas, below);
        return;
    }
    let mut cells = area;
    let mut columns = app.columns.plan(area.width, app.tenants.any_sla);
    // A score leaves room for a mark before it; other columns do not.
    if !pane.marks.is_empty() && columns.first().is_some_and(|(column, _)| *column != Column::Score) {
        cells = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
        columns = app.columns.plan(cells.width, app.tenants.any_sla);
    }
    let under_way = under_way(app);
    let looked_at: BTreeSet<&IncidentId> = app.others().filter_map(|one| one.looks_at.as_ref()).collect();
    // What runs is told where a mark would be, as far as that is free.
    let free = cells.x > area.x || columns.first().is_some_and(|(column, _)| *column == Column::Score);
    for (line, at) in pane.window.rows(pane.rows.len()).enumerate() {
        let Some(row) = pane.rows.get(at) else { continue };
        let line = u16::try_from(line + 1).unwrap_or(u16::MAX);
        draw_row(app, canvas, cells, line, row, &columns);
        let across = Rect { y: area.y + line, height: 1, ..area };
        if free && looked_at.contains(&row.id) {
            canvas.put(area.x, area.y + line, 1, HERE, canvas.look.style(Role::Badge));
        }
        if free && under_way.contains(&row.id) {
            let style = canvas.look.style(Role::Key);
            canvas.put(area.x, area.y + line, 1, canvas.look.glyphs.busy, style);
        }
        if pane.is_marked(at) {
            let style = canvas.look.style(Role::Key);
            canvas.put(area.x, area.y + line, 1, canvas.look.glyphs.mark, style);
        }
        if at == pane.at {
            let style = canvas.look.style(Role::Selected);
            canvas.tint(across, style);
        }
    }
}

/// The incidents for which something runs, or waits to.
fn under_way(app: &App) -> BTreeSet<IncidentId> {
    let running = app.board.executions().filter(|execution| !execution.is_over());
    running.flat_map(|execution| execution.order.targets.iter().map(|target| target.incident.clone())).collect()
}

fn title(app: &App) -> String {
    let pane = &app.incidents;
    let glyphs = app.look.glyphs;
    let shown = pane.rows.len();
    let mut loud = 0;
    let (mut silenced, mut snoozed) = (0, 0);
    for (id, panel) in &app.board.tenants {
        loud += panel.tally.loud();
        if app.narrowed.as_ref().is_none_or(|only| only == id) {
            silenced += panel.tally.silenced;
            snoozed += panel.tally.snoozed;
        }
    }
    let narrowed = app.narrowed.is_some() || !app.filter.is_empty();
    let mut parts = vec![if narrowed { format!("Incidents {shown} of {loud}") } else { format!("Incidents {loud}") }];
    let (new, above) = pane.waiting();
    if new > 0 {
        parts.push(format!("{new} new {}", if above { glyphs.up } else { glyphs.down }));
    }
    if !pane.marks.is_empty() {
        parts.push(format!("{} marked", pane.count_marked()));
    }
    let counted = [(silenced, "silenced"), (snoozed, "snoozed")];
    parts.extend(counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    let sort = pane.sort();
    if sort != Sort::default() {
        let turned = if sort.reversed { " reversed" } else { "" };
        parts.push(format!("by {}{turned}", sort.by.word()));
    }
    parts.extend(app.shown_view().map(|(key, view)| format!("view {key} {}", view.name)));
    parts.extend(app.narrowed.as_ref().map(|tenant| format!("only {tenant}")));
    if !app.filter.is_empty() {
        parts.push(app.query.chips().map(|chip| format!("[{chip}]")).collect::<Vec<_>>().join(" "));
    }
    parts.join(&format!(" {} ", glyphs.dot))
}

fn draw_row(app: &App, canvas: &mut Canvas<'_>, area: Rect, line: u16, row: &Row, columns: &[(Column, u16)]) {
    let look = canvas.look;
    let incident: &Incident = row;
    let dim = look.style(Role::Dim);
    let of = |role: Role| if row.gone { dim } else { look.style(role) };
    let severity = if row.gone { dim } else { look.severity(incident.severity) };
    let name = of(if incident.status == Status::New { Role::Title } else { Role::Text });
    let mut line = canvas.row(area, line);
    for (column, width) in columns.iter().copied() {
        match column {
            Column::Score => line.number(&incident.priority_score.to_string(), width, severity),
            Column::Severity if row.gone => line.cell(incident.severity.word(), width, dim),
            Column::Severity => line.severity(incident.severity, width),
            Column::Age => line.number(&(app.now - incident.opened_at).to_string(), width, dim),
            Column::Tenant => line.cell(tenant_name(app, &incident.company_id), width, of(Role::Text)),
            Column::Asset => line.cell(&incident.asset_name, width, name),
            Column::Signature => line.cell(&incident.signature, width, name),
            Column::Count if incident.alert_count > 1 => {
                let count = format!("{}{}", look.glyphs.times, tenants::short(incident.alert_count));
                line.number(&count, width, of(Role::Text));
            }
            Column::Count => line.cell("", width, dim),
            Column::Again => line.cell(&again(app, incident, width), width, of(Role::Badge)),
            Column::Tools => line.cell(&incident.tool_sources.join(" "), width, dim),
            Column::Owner => match (&incident.assigned_to, app.lookers(&incident.id).first()) {
                (Some(owner), _) => line.cell(owner, width, dim),
                (None, Some(who)) => line.cell(&format!("{HERE}{who}"), width, of(Role::Badge)),
                (None, None) => line.cell("-", width, dim),
            },
            Column::Status => {
                let style = of(if incident.status == Status::New { Role::Title } else { Role::Dim });
                line.cell(status(incident, width), width, style);
            }
            Column::Sla => sla(app, &mut line, incident, width, of(Role::Text)),
            Column::Instance => line.cell(incident.instance_id.as_deref().unwrap_or("-"), width, dim),
            Column::Category => line.cell(&incident.category, width, dim),
            Column::Escalations => {
                let up = look.glyphs.up;
                let count = Some(incident.escalations).filter(|count| *count > 0);
                line.cell(&count.map_or_else(String::new, |count| format!("{up}{count}")), width, of(Role::Badge));
            }
            Column::Snooze => {
                let left = incident.snoozed_until.map(|until| (until - app.now).to_string());
                line.number(&left.unwrap_or_default(), width, dim);
            }
        }
    }
}

/// `4h`, `! soon 3m`, `✖ late 12m`: what is left of the running clock that ends first, or since when it is broken.
fn sla(app: &App, row: &mut canvas::Row<'_, '_>, incident: &Incident, width: u16, text: Style) {
    let look = &app.look;
    let Some((_, clock)) = incident.sla.next() else {
        let (kept, style) = if incident.sla.breached() { ("late", look.style(Role::Dim)) } else { ("", text) };
        return row.cell(kept, width, style);
    };
    if app.now >= clock.due_at {
        let late = format!("{} late {}", look.glyphs.trouble, app.now - clock.due_at);
        row.cell(&late, width, look.style(Role::Mistake));
    } else if app.now >= clock.warns_at() {
        row.cell(&format!("! soon {}", clock.due_at - app.now), width, look.style(Role::Badge));
    } else {
        row.cell(&format!("  {}", clock.due_at - app.now), width, text);
    }
}

/// `flapping`, `↻3`, or nothing.
fn again(app: &App, incident: &Incident, width: u16) -> String {
    match u64::from(incident.recurrences) + u64::from(incident.flaps) {
        _ if incident.flapping => if width < 8 { "flap" } else { "flapping" }.into(),
        0 => String::new(),
        count => format!("{}{}", app.look.glyphs.again, tenants::short(count)),
    }
}

fn status(incident: &Incident, width: u16) -> &'static str {
    match incident.status {
        Status::Resolved if width < 8 => "done",
        Status::Resolved => "resolved",
        _ if incident.silenced_by.is_some() => {
            if width < 8 {
                "hush"
            } else {
                "silenced"
            }
        }
        _ if incident.snoozed_until.is_some() => {
            if width < 8 {
                "zzz"
            } else {
                "snoozed"
            }
        }
        Status::Acknowledged if width < 12 => "ack",
        Status::InProgress if width < 12 => "work",
        status => status.word(),
    }
}

/// What people call a tenant.
pub fn tenant_name<'a>(app: &'a App, id: &'a TenantId) -> &'a str {
    let tenant = app.board.tenants.get(id).and_then(|panel| panel.tenant.as_ref());
    tenant.map_or(id.as_str(), |tenant| &tenant.name)
}
