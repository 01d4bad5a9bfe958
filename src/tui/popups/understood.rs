//! How a body is understood, field by field: what an alert has from it, and where in it that stood. Asking is left to `tui::sources`.
//!
//! ```text
//! ┌ comp_acme-a17 as dd-prod reads it ──────────────────────────┐
//! │ 1 alert                                                     │
//! │ asset_name   web-01                                         │
//! │              from /host                                     │
//! │ severity     critical                                       │
//! │              from /priority: "P1"                           │
//! ```

use ratatui::layout::Rect;

use super::{Place, foot};
use crate::core::alert::{AlertStatus, Identity, Report};
use crate::core::id::TenantId;
use crate::core::reading::{Origin, Parsed, Unreadable};
use crate::link::source::Ask;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::layout;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::theme::Role;

/// Alerts that are shown in full.
const ALERTS: usize = 50;
/// Characters of what stood in the body.
const FOUND: usize = 200;
/// Columns for the name of a field.
const LABEL: usize = 13;

/// The popup's state.
#[derive(Debug)]
pub struct Understood {
    /// Whose.
    pub tenant: TenantId,
    /// What was asked.
    pub ask: Ask,
    /// How far down.
    pub list: Place,
    title: String,
    state: State,
    lines: Vec<Line>,
}

#[derive(Debug)]
enum State {
    Asked,
    Refused(String),
    Known(Box<Result<Parsed, Unreadable>>),
}

impl Understood {
    /// Nothing has come yet.
    pub fn new(tenant: TenantId, title: String, ask: Ask) -> Self {
        Self { tenant, ask, list: Place::default(), title, state: State::Asked, lines: Vec::new() }
    }

    /// It has come, or a refusal.
    pub fn answered(&mut self, answer: Result<Box<Result<Parsed, Unreadable>>, String>) {
        self.state = answer.map_or_else(State::Refused, State::Known);
    }

    /// It is shown on a screen of `area`.
    pub fn fit(&mut self, area: Rect) {
        let body = body(place(area));
        self.lines = match &self.state {
            State::Asked => vec![Line::dim("asking…")],
            State::Refused(why) => hanging(Line::default(), why, Role::Mistake, body.width),
            State::Known(known) => match &**known {
                Ok(parsed) => of_parsed(parsed, body.width),
                Err(why) => of_unreadable(why, body.width),
            },
        };
        let len = (self.lines.len() + 1).saturating_sub(body.height.into()).max(1);
        self.list = Place { at: self.list.at.min(len - 1), len };
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let area = place(canvas.area());
        let inner = canvas.frame(area, &self.title);
        let body = body(area);
        for (line, text) in (0..body.height).zip(self.lines.iter().skip(self.list.at)) {
            text.draw(&mut canvas.row(body, line));
        }
        let mut row = canvas.row(inner, inner.height.saturating_sub(1));
        let more = self.list.len.saturating_sub(self.list.at + 1);
        if more > 0 {
            row.at_right(&format!("{more} more {}", app.look.glyphs.down), app.look.style(Role::Badge));
        }
        foot::draw(app, &mut row, &[("close", "closes")]);
    }
}

/// Where it is on a screen.
fn place(screen: Rect) -> Rect {
    layout::middle(screen, 110, screen.height.saturating_sub(2))
}

/// Where its lines are: within the frame, above the keys.
fn body(area: Rect) -> Rect {
    Rect { x: area.x + 2, y: area.y + 1, width: area.width.saturating_sub(4), height: area.height.saturating_sub(3) }
}

fn of_unreadable(why: &Unreadable, width: u16) -> Vec<Line> {
    let (what, reason, fields) = match why {
        Unreadable::NotJson { reason } => ("It can't be read", reason, &[][..]),
        Unreadable::NoAlert { reason, fields } => ("There is no alert in it", reason, &fields[..]),
    };
    let mut lines = hanging(Line::default(), &format!("{what}: {reason}"), Role::Mistake, width);
    for field in fields {
        lines.extend(hanging(Line::dim("at fault  "), field, Role::Key, width));
    }
    lines
}

fn of_parsed(parsed: &Parsed, width: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    let good = parsed.reports.len();
    let mut said = match good {
        0 => "No alert: it is passed over".to_owned(),
        1 => "1 alert".to_owned(),
        many => format!("{many} alerts"),
    };
    if !parsed.rejected.is_empty() {
        said.push_str(&format!(", and {} that can't be taken", parsed.rejected.len()));
    }
    if parsed.truncated > 0 {
        said.push_str(&format!("; the sender left {} out", parsed.truncated));
    }
    let role = if parsed.rejected.is_empty() { Role::Fine } else { Role::Badge };
    lines.extend(hanging(Line::default(), &said, role, width));
    for rejected in &parsed.rejected {
        let text = format!("{} {}", rejected.reason, rejected.fields.join(" "));
        lines.extend(hanging(
            Line::dim(&format!("{:<LABEL$}", format!("number {}", rejected.index))),
            &text,
            Role::Mistake,
            width,
        ));
    }
    for (at, report) in parsed.reports.iter().enumerate().take(ALERTS) {
        if parsed.batch {
            let place = parsed.indices.get(at).copied().map_or(at, |index| index as usize);
            lines.push(Line::default());
            lines.push(Line::default().and(&format!("number {place}"), Role::Title));
        }
        of_report(report, parsed.origins.get(at).map_or(&[], Vec::as_slice), width, &mut lines);
    }
    if good > ALERTS {
        lines.push(Line::dim(&format!("and {} more", good - ALERTS)));
    }
    lines
}

fn of_report(report: &Report, origins: &[Origin], width: u16, lines: &mut Vec<Line>) {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    if report.identity == Identity::Only {
        let say = "Only its identity was sent: if an alert with that fingerprint is known, it stands for the rest.";
        lines.extend(hanging(Line::default(), say, Role::Badge, width));
    }
    let status = match report.status {
        AlertStatus::Firing => "firing",
        AlertStatus::Resolved => "resolved",
    };
    let fields = [
        ("asset_name", report.asset_name.clone()),
        ("signature", report.signature.clone()),
        ("severity", report.severity.to_string()),
        ("status", status.into()),
        ("message", report.message.clone()),
        ("tool_source", report.tool_source.clone()),
        ("fingerprint", text(&report.fingerprint)),
        ("occurred_at", report.occurred_at.map(|at| at.to_string()).unwrap_or_default()),
        ("instance_id", text(&report.instance_id)),
        ("links", report.links.join("\n")),
        (
            "labels",
            report.labels.iter().map(|(name, value)| format!("{name} = {value}")).collect::<Vec<_>>().join("\n"),
        ),
    ];
    // What a dialect calls the identity, and what becomes of it, is one thing here.
    let about = |origin: &&Origin, name: &str| {
        let field = origin.field.split(['.', '/']).next().unwrap_or_default();
        field == name || (field == "dedup_key" && name == "fingerprint")
    };
    for (name, value) in &fields {
        let label = Line::default().and(&format!("{name:<LABEL$}"), Role::Dim);
        match value.is_empty() {
            false => lines.extend(hanging(label, value, Role::Title, width)),
            // It is not needed, and nothing was said of it.
            true if origins.iter().all(|origin| !about(&origin, name)) => continue,
            true => lines.push(label.and("-", Role::Dim)),
        }
        for origin in origins.iter().filter(|origin| about(origin, name)) {
            lines.extend(of_origin(origin, value, width));
        }
    }
    let known = |origin: &Origin| fields.iter().any(|(name, _)| about(&origin, name));
    for origin in origins.iter().filter(|origin| !known(origin)) {
        lines.push(Line::dim(&origin.field));
        lines.extend(of_origin(origin, "", width));
    }
}

fn of_origin(origin: &Origin, value: &str, width: u16) -> Vec<Line> {
    let indent = Line::default().and(&" ".repeat(LABEL), Role::Dim);
    let part = origin.field.split_once(['.', '/']).map(|(_, part)| format!("{part}: ")).unwrap_or_default();
    let Some(found) = &origin.found else {
        return hanging(indent, &format!("{part}{}", origin.from), Role::Dim, width);
    };
    let told = |line: &str| line == found || line.strip_suffix(&**found).is_some_and(|before| before.ends_with(" = "));
    let stood = if value == found || value.lines().any(told) {
        String::new()
    } else {
        let cut: String = found.chars().take(FOUND).collect();
        let more = if cut.len() < found.len() { "…" } else { "" };
        format!(": {cut}{more}")
    };
    hanging(indent, &format!("{part}from {}{stood}", origin.from), Role::Dim, width)
}
