//! How an execution looks. The incidents stay in sight where there is room for both; where there is not, the newest alert does.
//!
//! ```text
//! ┌ Acme Corp: disk-evidence on web-03 (comp_acme-x2) ──────────┐
//! │ ⟳ runs  12s of 300 s  asked by priya, risk low              │
//! │ web-03  i-0123456789abcdef0  InProgress                     │
//! │ stdout 42 │ stderr 0                              following │
//! │ Filesystem      Size  Used Avail Use% Mounted on            │
//! └─────────────────────────────────────────────────────────────┘
//! ```

use ratatui::layout::Rect;

use super::{Following, Stream};
use crate::core::execution::{Execution, Outcome, Run, Stage};
use crate::core::safe_text::SafeText;
use crate::core::time::Span;
use crate::tui::ansi;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::clock;
use crate::tui::mouse::Click;
use crate::tui::panes::incidents::tenant_name;
use crate::tui::theme::Role;

/// With less height than this beside the incidents, it takes more.
const LOWEST: u16 = 14;

/// Where it is on a screen: below the incidents where they are, else everywhere but for a line on top.
pub fn place(app: &App, screen: Rect) -> Rect {
    let panes = app.plan.panes.intersection(screen);
    let from = match (app.plan.wall, app.plan.detail) {
        (Some(_), Some(detail)) => detail.y.min(panes.bottom().saturating_sub(LOWEST)),
        _ => panes.y + 1,
    };
    let from = from.clamp(panes.y, panes.bottom());
    Rect { y: from, height: panes.bottom() - from, ..panes }
}

/// Where what was written is, within its frame.
pub fn body(frame: Rect, execution: Option<&Execution>, notes: usize) -> Rect {
    let inner = Rect {
        x: frame.x + 2,
        y: frame.y + 1,
        width: frame.width.saturating_sub(4),
        height: frame.height.saturating_sub(2),
    };
    let notes = u16::try_from(notes).unwrap_or(u16::MAX);
    let head = (2 + machines(inner, execution)).saturating_add(notes).min(inner.height);
    Rect { y: inner.y + head, height: inner.height - head, ..inner }
}

/// Lines for the machines.
fn machines(inner: Rect, execution: Option<&Execution>) -> u16 {
    let targets = execution.map_or(1, |execution| execution.order.targets.len());
    u16::try_from(targets).unwrap_or(u16::MAX).clamp(1, (inner.height / 3).max(1))
}

impl Following {
    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let frame = place(app, screen);
        if app.plan.wall.is_none() && frame.y > app.plan.panes.y {
            draw_newest(app, canvas, Rect { height: 1, ..app.plan.panes });
        }
        let execution = self.execution(app).map(|execution| &**execution);
        let what = execution.map_or_else(|| self.id.to_string(), Execution::headline);
        // A title may be as long as a command: whose machine it is must not fall off its end.
        let inner = canvas.frame(frame, &format!("{}: {what}", tenant_name(app, &self.id.tenant)));
        let Some(execution) = execution else {
            let (text, role) = match &self.error {
                Some(why) => (&**why, Role::Mistake),
                None => ("loading…", Role::Dim),
            };
            return canvas.row(inner, 0).role(text, role);
        };
        draw_state(app, execution, canvas, inner);
        let list = Rect { y: inner.y + 1, height: machines(inner, Some(execution)), ..inner };
        self.draw_machines(execution, canvas, list.intersection(inner));
        let body = body(frame, Some(execution), self.notes.len());
        let tabs = Rect { y: list.bottom(), height: 1, ..inner };
        if tabs.y < inner.bottom() {
            self.draw_tabs(app, execution, canvas, tabs);
        }
        let notes = Rect { y: tabs.bottom(), height: body.y.saturating_sub(tabs.bottom()), ..inner };
        for (line, note) in (0..notes.height).zip(&self.notes) {
            note.draw(&mut canvas.row(notes, line));
        }
        self.draw_output(execution, canvas, body);
    }

    fn draw_machines(&self, execution: &Execution, canvas: &mut Canvas<'_>, area: Rect) {
        let look = canvas.look;
        let targets = &execution.order.targets;
        let height = usize::from(area.height).max(1);
        let widest = targets.iter().map(|target| SafeText::fit(&target.asset, 40).width()).max().unwrap_or(0);
        let names = u16::try_from(widest).unwrap_or(u16::MAX).min(area.width / 3);
        let first = (self.machine + 1).saturating_sub(height).min(targets.len().saturating_sub(height));
        for (line, (at, target)) in (0..area.height).zip(targets.iter().enumerate().skip(first)) {
            let mut row = canvas.row(area, line);
            row.cell(&target.asset, names, look.style(Role::Title));
            row.role(target.instance.as_str(), Role::Popup);
            row.skip(2);
            match execution.runs.iter().find(|run| run.instance == target.instance) {
                Some(run) => {
                    let exit = run.exit_code.map(|code| format!(", exit code {code}")).unwrap_or_default();
                    row.role(&format!("{}{exit}", run.detail), run_role(run));
                }
                None => row.role("-", Role::Dim),
            }
            let across = Rect { y: area.y + line, height: 1, ..area };
            if targets.len() > 1 {
                canvas.clicks.push((across, Click::Row(at)));
                if at == self.machine {
                    canvas.tint(across, look.style(Role::Selected));
                }
            }
        }
    }

    fn draw_tabs(&self, app: &App, execution: &Execution, canvas: &mut Canvas<'_>, area: Rect) {
        let look = canvas.look;
        let wall = look.glyphs.wall;
        let mut row = canvas.row(area, 0);
        let place = if self.shown.follows() { "following" } else { "G follows" };
        if !execution.is_over() {
            row.at_right(place, look.style(Role::Dim));
        }
        if self.searching {
            row.role("/", Role::Key);
            return self.search.draw(&mut row, Role::Title);
        }
        let wrote = self.instance(execution).and_then(|instance| self.wrote.get(instance));
        for (stream, name) in [(Stream::Stdout, "stdout"), (Stream::Stderr, "stderr")] {
            let here = stream == self.stream;
            let lines =
                if here { self.shown.len() } else { wrote.map_or(0, |wrote| stream.of(&wrote.output).lines().count()) };
            let role = match (here, stream) {
                (true, _) => Role::TitleFocused,
                (false, Stream::Stderr) if lines > 0 => Role::Badge,
                (false, _) => Role::Dim,
            };
            if stream == Stream::Stderr {
                row.role(&format!(" {wall} "), Role::Rule);
            }
            row.role(&format!("{name} {lines}"), role);
        }
        if !self.search.text().is_empty() {
            let next = app.key_of("next-match");
            row.role(&format!("  /{} ({next}: next)", self.search.text()), Role::Dim);
        }
    }

    fn draw_output(&self, execution: &Execution, canvas: &mut Canvas<'_>, body: Rect) {
        let look = canvas.look;
        for (line, (text, found)) in (0..body.height).zip(self.shown.view()) {
            draw_row(text, canvas, body, line);
            if found {
                canvas.tint(Rect { y: body.y + line, height: 1, ..body }, look.style(Role::Selected));
            }
        }
        if self.shown.len() > 0 {
            return;
        }
        let wrote = self.instance(execution).and_then(|instance| self.wrote.get(instance));
        let (text, role) = match (&self.error, &execution.stage, wrote) {
            (Some(why), ..) => (&**why, Role::Mistake),
            (None, _, Some(wrote)) if wrote.over => ("It wrote nothing.", Role::Dim),
            (None, Stage::Running, _) => ("nothing written yet", Role::Dim),
            (None, Stage::Ended { .. }, _) if execution.command_id.is_none() => ("It did not run.", Role::Dim),
            (None, Stage::Ended { .. }, None) if self.kept.is_some() => ("No output is kept.", Role::Dim),
            (None, Stage::Ended { .. }, _) => ("loading what it wrote…", Role::Dim),
            (None, ..) => ("nothing runs yet", Role::Dim),
        };
        super::super::runbooks::draw_wrapped(canvas, body, text, role);
    }
}

fn draw_row(line: &ansi::Line, canvas: &mut Canvas<'_>, area: Rect, at: u16) {
    let look = canvas.look;
    let mut row = canvas.row(area, at);
    for (text, ink) in &line.0 {
        row.text(text, ink.style(look));
    }
}

/// How far it is, for how long, and what is waited for.
fn draw_state(app: &App, execution: &Execution, canvas: &mut Canvas<'_>, area: Rect) {
    let look = canvas.look;
    let mut row = canvas.row(area, 0);
    let by = format!("{}, risk {}", execution.by.who, execution.order.risk.word());
    if area.width >= 60 {
        row.at_right(&by, look.style(Role::Dim));
    }
    let glyph = match execution.outcome() {
        None => look.glyphs.busy,
        Some(Outcome::Success) => look.glyphs.fine,
        Some(_) => look.glyphs.trouble,
    };
    let role = stage_role(execution);
    row.role(&format!("{glyph} "), role);
    let lasted = execution.sent_at.map(|from| execution.ended_at.unwrap_or(app.now) - from);
    if let Some(lasted) = lasted {
        row.role(&format!("{} of {} s  ", seconds(lasted), execution.order.timeout_seconds), Role::Popup);
    }
    row.role(&execution.standing(), role);
    if let Some(approval) = execution.approval.as_ref().filter(|_| execution.awaits_approval()) {
        let until = clock::day_and_time(app, approval.expires_at);
        let so_far = seconds(app.now - execution.asked_at);
        row.role(&format!(" of another person until {until}"), role);
        row.role(&format!(", for {so_far} s so far"), Role::Dim);
    }
    if let Some(who) = execution.cancelled_by.as_ref().filter(|_| !execution.is_over()) {
        row.role(&format!("  cancel asked for by {who}"), Role::Badge);
    }
    // The wait is no part of the time that it may take.
    let decided = execution.approval.as_ref().and_then(|approval| approval.decided.as_ref());
    if let Some(yes) = decided.filter(|decided| decided.approved) {
        let after = seconds(yes.at - execution.asked_at);
        row.role(&format!("  approved by {} after {after} s", yes.by.who), Role::Dim);
    }
}

/// Whole seconds, never less than none.
fn seconds(span: Span) -> i64 {
    span.0.max(0) / Span::SECOND.0
}

/// How an execution's stage looks.
pub fn stage_role(execution: &Execution) -> Role {
    match execution.outcome() {
        _ if execution.waits_for.is_some() => Role::Badge,
        None if execution.awaits_approval() => Role::Badge,
        None => Role::Key,
        Some(Outcome::Success) => Role::Fine,
        Some(Outcome::Cancelled | Outcome::Rejected | Outcome::Expired) => Role::Badge,
        Some(Outcome::Failed | Outcome::TimedOut | Outcome::NotSent | Outcome::Unknown) => Role::Mistake,
    }
}

fn run_role(run: &Run) -> Role {
    match run.status.as_str() {
        "Success" => Role::Fine,
        "Pending" | "InProgress" | "Delayed" | "Cancelling" => Role::Key,
        "Cancelled" => Role::Badge,
        _ => Role::Mistake,
    }
}

/// The newest alert, where the incidents are out of sight: trouble must not go unseen while one looks at a machine.
fn draw_newest(app: &App, canvas: &mut Canvas<'_>, area: Rect) {
    canvas.clear(area, Role::Text);
    let Some(alert) = app.board.stream.back() else { return };
    let look = canvas.look;
    let report = &alert.report;
    let mut row = canvas.row(area, 0);
    row.at_right(&format!("{} ago", app.now - alert.received_at), look.style(Role::Dim));
    row.severity(report.severity, if area.width < 60 { 6 } else { 10 });
    if area.width >= 60 {
        row.role(&format!("{}  ", tenant_name(app, &alert.id.tenant)), Role::Text);
    }
    row.role(&format!("{}  {}", report.asset_name, report.signature), Role::Title);
}
