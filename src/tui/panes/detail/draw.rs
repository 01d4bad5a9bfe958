//! How the detail looks.
//!
//! ```text
//! ─ Detail comp_acme-i4 ────────────────────────────────────────
//! ◆ critical  payment-gw  high_latency              Acme Corp
//! 130 = critical 90 + critical asset 20 + duplicates 10 + tools 10
//! new, unassigned · opened 12m ago · ×5 · Datadog Zabbix
//! alerts 5 │ history 3 │ raw
//! ```

use ratatui::layout::Rect;

use super::{Detail, Tab};
use crate::core::incident::Incident;
use crate::core::timeline::TimelineEntry;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::mouse::Click;
use crate::tui::panes::{Pane, incidents};
use crate::tui::theme::Role;

/// Lines above the tab's own.
pub const HEAD: u16 = 5;

/// Draws it.
pub fn draw(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let focused = app.focus == Pane::Detail;
    let Some(incident) = app.incidents.selected() else {
        canvas.title(area, "Detail", focused);
        return;
    };
    canvas.title(area, &format!("Detail {}", incident.id), focused);
    let look = canvas.look;
    let mut row = canvas.row(area, 1);
    row.at_right(incidents::tenant_name(app, &incident.company_id), look.style(Role::Dim));
    row.severity(incident.severity, 10);
    let half = row.left() / 2;
    row.cell(&incident.asset_name, half, look.style(Role::Title));
    row.role(&incident.signature, Role::Title);
    canvas.row(area, 2).role(&sum(incident, look.glyphs.minus), Role::Text);
    canvas.row(area, 3).role(&facts(app, incident), Role::Dim);
    draw_tabs(&app.detail, canvas, area);
    let body = Rect { y: area.y + HEAD.min(area.height), height: area.height.saturating_sub(HEAD), ..area };
    let detail = &app.detail;
    if detail.of.as_ref() != Some(&incident.id) {
        canvas.row(body, 0).role("loading…", Role::Dim);
    } else if let Some(error) = &detail.error {
        canvas.row(body, 0).role(error, Role::Mistake);
    } else {
        match detail.tab {
            Tab::Alerts => draw_alerts(app, canvas, body, focused),
            Tab::History => draw_history(app, canvas, body),
            Tab::Raw => draw_raw(detail, canvas, body),
        }
    }
}

/// `94 = high 60 + critical asset 20 + duplicates 6 + tools 10 − age 2`.
pub fn sum(incident: &Incident, minus: &str) -> String {
    let terms = &incident.score_terms;
    let mut text = format!("{} = {} {}", incident.priority_score, incident.severity, terms.severity);
    let parts = [
        ("critical asset", terms.critical_asset),
        ("duplicates", terms.duplicates),
        ("several tools", terms.tools),
        ("age", terms.age),
    ];
    for (name, worth) in parts {
        match worth {
            0 => {}
            1.. => text.push_str(&format!(" + {name} {worth}")),
            _ => text.push_str(&format!(" {minus} {name} {}", worth.unsigned_abs())),
        }
    }
    text
}

fn facts(app: &App, incident: &Incident) -> String {
    let glyphs = app.look.glyphs;
    let ago = |at| app.now - at;
    let mut facts = vec![incident.status.word().to_owned()];
    facts.push(match &incident.assigned_to {
        Some(owner) => format!("with {owner}"),
        None => "unassigned".into(),
    });
    facts.push(format!("opened {} ago", ago(incident.opened_at)));
    facts.push(format!("last alert {} ago", ago(incident.last_alert_at)));
    facts.push(format!("{}{}", glyphs.times, incident.alert_count));
    facts.push(incident.tool_sources.join(" "));
    facts.push(incident.category.clone());
    let counted = [(incident.recurrences, "recurrences"), (incident.flaps, "reopened")];
    facts.extend(counted.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{what} {count}")));
    if incident.flapping {
        facts.push("flapping".into());
    }
    facts.extend(incident.follows.as_ref().map(|before| format!("follows {before}")));
    facts.extend(incident.instance_id.clone());
    facts.join(&format!(" {} ", glyphs.dot))
}

fn draw_tabs(detail: &Detail, canvas: &mut Canvas<'_>, area: Rect) {
    let wall = canvas.look.glyphs.wall;
    let mut row = canvas.row(area, 4);
    for tab in Tab::ALL {
        let name = match tab {
            Tab::Alerts => format!("alerts {}", detail.alerts.len()),
            Tab::History => format!("history {}", detail.timeline.len()),
            Tab::Raw => "raw".into(),
        };
        if tab != Tab::Alerts {
            row.role(&format!(" {wall} "), Role::Rule);
        }
        let from = row.x();
        row.role(&name, if tab == detail.tab { Role::TitleFocused } else { Role::Dim });
        row.click(from, Click::Tab(tab));
    }
}

fn draw_alerts(app: &App, canvas: &mut Canvas<'_>, area: Rect, focused: bool) {
    let detail = &app.detail;
    let look = canvas.look;
    let [text, dim] = [Role::Text, Role::Dim].map(|role| look.style(role));
    for (line, at) in detail.window.rows(detail.alerts.len()).enumerate() {
        let Some(alert) = detail.alerts.get(at) else { continue };
        let line = u16::try_from(line).unwrap_or(u16::MAX);
        let mut row = canvas.row(area, line);
        row.cell(&clock::day_and_time(app, alert.received_at), 8, dim);
        match alert.report.status {
            crate::core::alert::AlertStatus::Resolved => row.cell("resolved", 10, look.style(Role::Fine)),
            crate::core::alert::AlertStatus::Firing => row.severity(alert.report.severity, 10),
        }
        row.cell(&alert.report.tool_source, 12, dim);
        if alert.seen > 1 {
            let seen = format!("{}{}", look.glyphs.times, alert.seen);
            row.cell(&seen, u16::try_from(seen.chars().count()).unwrap_or(4), dim);
        }
        row.text(&alert.report.message, text);
        if alert.report.message_cut {
            row.role(" (cut)", Role::Badge);
        }
        if focused && at == detail.at {
            let style = look.style(Role::Selected);
            canvas.tint(Rect { y: area.y + line, height: 1, ..area }, style);
        }
    }
}

fn draw_history(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    let detail = &app.detail;
    for (line, at) in detail.window.rows(detail.timeline.len()).enumerate() {
        let Some(entry) = detail.timeline.get(at) else { continue };
        let mut row = canvas.row(area, u16::try_from(line).unwrap_or(u16::MAX));
        row.role(&format!("{}  ", clock::day_and_time(app, entry.at)), Role::Dim);
        row.role(&said(app, entry), Role::Text);
    }
}

/// A line of history in words.
pub fn said(app: &App, entry: &TimelineEntry) -> String {
    let what = entry.what.words(|at| clock::day_and_time(app, at));
    match &entry.who {
        Some(who) => format!("{what} (by {who})"),
        None => what,
    }
}

fn draw_raw(detail: &Detail, canvas: &mut Canvas<'_>, area: Rect) {
    match &detail.raw {
        None if detail.alerts.is_empty() => canvas.row(area, 0).role("no alert is kept", Role::Dim),
        None => canvas.row(area, 0).role("loading…", Role::Dim),
        Some((_, Err(error))) => canvas.row(area, 0).role(error, Role::Mistake),
        Some((_, Ok(lines))) => {
            for (line, text) in lines.iter().skip(detail.window.offset).take(detail.window.height).enumerate() {
                canvas.row(area, u16::try_from(line).unwrap_or(u16::MAX)).role(text, Role::Text);
            }
        }
    }
}
