//! Closed incidents and all alerts, found in the store as one types.
//!
//! ```text
//! ┌ History of Acme Corp ───────────────────────────────────────┐
//! │ /disk since:30d                                             │
//! │ closed incidents 12 │ alerts                                │
//! │ 2026-01-29 02:10:03 ▲ high  db-01  disk_full  12m priya     │
//! │ tab: alerts   enter: detail   esc closes                    │
//! ```
//! One question is on its way at a time; when its answer comes, what has been typed by then is asked. Words match here as they are
//! written only.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::core::alert::{Alert, AlertStatus};
use crate::core::id::{IncidentId, TenantId};
use crate::core::incident::Incident;
use crate::core::query::{BadQuery, Hidden, Query};
use crate::link::{Listing, Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::canvas::{Canvas, Row};
use crate::tui::clock;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::panes::{Window, incidents, stepped};
use crate::tui::theme::Role;

/// Rows that are asked for.
const LIMIT: usize = 500;

/// With fewer columns, times are without their year and severities without half of their word.
const ROOMY: u16 = 100;

/// What is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Of {
    /// Those that are resolved.
    #[default]
    Incidents,
    /// All of them.
    Alerts,
}

/// What the store is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// What is searched.
    pub of: Of,
    /// In the filter language.
    pub query: String,
}

/// What was found.
#[derive(Debug)]
enum Found {
    Incidents(Vec<Arc<Incident>>),
    Alerts(Vec<Alert>),
}

/// The popup's state.
#[derive(Debug)]
pub struct History {
    /// What is typed.
    pub input: Input,
    of: Of,
    tenant: Option<TenantId>,
    /// What is to be asked, as far as what is typed can be understood.
    wanted: Question,
    asked: Option<Question>,
    answered: Option<(Question, Result<Found, String>)>,
    error: Option<BadQuery>,
    at: usize,
}

impl History {
    /// Of a tenant or of all, with a text to begin with.
    pub fn new(tenant: Option<TenantId>, text: &str) -> Self {
        let wanted = Question { of: Of::Incidents, query: String::new() };
        let input = Input::new(text);
        let mut new =
            Self { input, of: Of::Incidents, tenant, wanted, asked: None, answered: None, error: None, at: 0 };
        new.typed_more();
        new
    }

    /// The text has changed, or what is searched: settles what is to be asked.
    pub fn typed_more(&mut self) {
        let (query, error) = match Query::parse_begun(self.input.text()) {
            Ok(read) => read,
            Err(error) => return self.error = Some(error),
        };
        self.error = error;
        let query = match self.of {
            Of::Alerts => {
                if let Some(error) = query.not_about_alerts() {
                    return self.error = Some(error);
                }
                query.to_string()
            }
            Of::Incidents if query.asks_for(Hidden::Resolved) => query.to_string(),
            Of::Incidents => format!("{query} status:resolved").trim_start().to_owned(),
        };
        self.wanted = Question { of: self.of, query };
    }

    /// The other list.
    pub fn turn(&mut self) {
        self.of = if self.of == Of::Incidents { Of::Alerts } else { Of::Incidents };
        self.at = 0;
        self.typed_more();
    }

    /// What must be asked by now.
    pub fn wants(&mut self) -> Option<Effect> {
        let known = self.answered.as_ref().is_some_and(|(question, _)| *question == self.wanted);
        if known || self.asked.is_some() {
            return None;
        }
        let question = self.wanted.clone();
        self.asked = Some(question.clone());
        let listing = Listing { tenant: self.tenant.clone(), query: question.query.clone(), limit: LIMIT, page: None };
        let request = match question.of {
            Of::Incidents => Request::Incidents(listing),
            Of::Alerts => Request::Alerts(listing),
        };
        Some(Effect::Ask(Purpose::History(question), request))
    }

    /// The store has answered.
    pub fn answered(&mut self, question: &Question, answer: &Result<Reply, Refusal>) {
        if self.asked.as_ref() != Some(question) {
            return;
        }
        self.asked = None;
        let found = match answer {
            Ok(Reply::Incidents(incidents)) => Ok(Found::Incidents(incidents.clone())),
            Ok(Reply::Alerts(alerts)) => Ok(Found::Alerts(alerts.clone())),
            Ok(_) => Err("the engine answered something else".into()),
            Err(refusal) => Err(refusal.message.clone()),
        };
        self.answered = Some((question.clone(), found));
        self.at = 0;
    }

    /// Selects another row.
    pub fn choose(&mut self, by: isize) {
        self.at = stepped(self.at, by, self.len());
    }

    /// The incident of the selected row, or why there is none.
    pub fn chosen(&self) -> Result<IncidentId, &'static str> {
        match self.found() {
            Some(Found::Incidents(all)) => {
                all.get(self.at).map(|incident| incident.id.clone()).ok_or("nothing is selected")
            }
            Some(Found::Alerts(all)) => {
                let alert = all.get(self.at).ok_or("nothing is selected")?;
                alert.incident_id.clone().ok_or("this alert has no incident")
            }
            None => Err("nothing is found yet"),
        }
    }

    /// The last answer, as long as it is about the list that is shown.
    fn last(&self) -> Option<&Result<Found, String>> {
        self.answered.as_ref().filter(|(question, _)| question.of == self.of).map(|(_, found)| found)
    }

    fn found(&self) -> Option<&Found> {
        self.last()?.as_ref().ok()
    }

    fn len(&self) -> usize {
        match self.found() {
            Some(Found::Incidents(all)) => all.len(),
            Some(Found::Alerts(all)) => all.len(),
            None => 0,
        }
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let whose = match &self.tenant {
            Some(id) => incidents::tenant_name(app, id),
            None => "all tenants",
        };
        let inner = canvas.frame(layout::middle(screen, 200, screen.height), &format!("History of {whose}"));
        let mut row = canvas.row(inner, 0);
        row.role("/", Role::Key);
        let room = row.left();
        self.input.draw(&mut row, Role::Title);
        match &self.error {
            Some(error) => {
                let columns = self.input.columns(&error.at, room);
                let mut row = canvas.row(inner, 1);
                row.skip(columns.start + 1);
                let marks = "^".repeat(usize::from((columns.end - columns.start).max(1)));
                row.role(&format!("{marks} {}", error.words), Role::Mistake);
            }
            None => self.draw_tabs(canvas, inner),
        }
        let last = inner.height.saturating_sub(1);
        let body = Rect { y: inner.y + 2, height: last.saturating_sub(2), ..inner };
        match self.last() {
            None if self.asked.is_some() => canvas.row(body, 0).role("searching…", Role::Dim),
            None => {}
            Some(Err(message)) => canvas.row(body, 0).role(message, Role::Mistake),
            Some(Ok(_)) if self.len() == 0 => canvas.row(body, 0).role("Nothing is found.", Role::Popup),
            Some(Ok(found)) => self.draw_rows(app, canvas, body, found),
        }
        let other = if self.of == Of::Incidents { "alerts" } else { "closed incidents" };
        canvas.row(inner, last).role(&format!("tab: {other}; enter: the incident; esc closes"), Role::Dim);
    }

    fn draw_tabs(&self, canvas: &mut Canvas<'_>, inner: Rect) {
        let wall = canvas.look.glyphs.wall;
        let mut row = canvas.row(inner, 1);
        for (of, name) in [(Of::Incidents, "closed incidents"), (Of::Alerts, "alerts")] {
            if of == Of::Alerts {
                row.role(&format!(" {wall} "), Role::Rule);
            }
            let count = match self.found().filter(|_| of == self.of).map(|_| self.len()) {
                None => String::new(),
                Some(LIMIT) => format!(": the latest {LIMIT}"),
                Some(found) => format!(" {found}"),
            };
            row.role(&format!("{name}{count}"), if of == self.of { Role::TitleFocused } else { Role::Dim });
        }
        if self.asked.is_some() {
            row.role("  searching…", Role::Dim);
        }
    }

    fn draw_rows(&self, app: &App, canvas: &mut Canvas<'_>, body: Rect, found: &Found) {
        let mut window = Window { offset: 0, height: body.height.into() };
        window.show(self.at, self.len());
        for (line, at) in window.rows(self.len()).enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let mut row = canvas.row(body, line);
            match found {
                Found::Incidents(all) => all.get(at).into_iter().for_each(|one| self.draw_incident(app, &mut row, one)),
                Found::Alerts(all) => all.get(at).into_iter().for_each(|one| self.draw_alert(app, &mut row, one)),
            }
            if at == self.at {
                let style = canvas.look.style(Role::Selected);
                canvas.tint(Rect { y: body.y + line, height: 1, ..body }, style);
            }
        }
    }

    fn draw_incident(&self, app: &App, row: &mut Row<'_, '_>, incident: &Incident) {
        let look = &app.look;
        let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
        let width = row.left();
        self.draw_head(app, row, incident.opened_at, &incident.company_id);
        row.severity(incident.severity, if width < ROOMY { 6 } else { 10 });
        row.cell(&incident.asset_name, width / 5, text);
        row.cell(&incident.signature, width / 5, text);
        let lasted =
            incident.resolved_at.map_or(incident.status.word().to_owned(), |at| (at - incident.opened_at).to_string());
        row.number(&lasted, 5, dim);
        if width >= ROOMY {
            let times = look.glyphs.times;
            row.number(&format!("{times}{}", crate::tui::panes::tenants::short(incident.alert_count)), 5, dim);
        }
        let by = match (&incident.merged_into, &incident.resolved_by) {
            (Some(other), _) => format!("merged into {other}"),
            (None, Some(who)) => who.clone(),
            (None, None) => "by its tools".into(),
        };
        row.text(&by, dim);
    }

    fn draw_alert(&self, app: &App, row: &mut Row<'_, '_>, alert: &Alert) {
        let look = &app.look;
        let [text, dim] = [Role::Popup, Role::Dim].map(|role| look.style(role));
        let width = row.left();
        let report = &*alert.report;
        self.draw_head(app, row, alert.received_at, &alert.company_id);
        let severity = if width < ROOMY { 6 } else { 10 };
        match report.status {
            AlertStatus::Resolved => row.cell("resolved", severity, look.style(Role::Fine)),
            AlertStatus::Firing => row.severity(report.severity, severity),
        }
        row.cell(&report.asset_name, width / 6, text);
        row.cell(&report.signature, width / 6, text);
        if width >= 90 {
            row.cell(&report.tool_source, 11, dim);
        }
        if alert.seen > 1 {
            row.role(&format!("{}{} ", look.glyphs.times, alert.seen), Role::Dim);
        }
        row.text(&report.message, dim);
    }

    /// When, and whose when that is not said already.
    fn draw_head(&self, app: &App, row: &mut Row<'_, '_>, at: crate::core::time::Moment, tenant: &TenantId) {
        let width = row.left();
        let when = clock::day_and_time(app, at);
        let (shown, wide) = if width < ROOMY { (5..16, 11) } else { (0..19, 19) };
        row.cell(when.get(shown).unwrap_or(&when), wide, app.look.style(Role::Dim));
        if self.tenant.is_none() && width >= 70 {
            row.cell(incidents::tenant_name(app, tenant), width / 8, app.look.style(Role::Popup));
        }
    }
}
