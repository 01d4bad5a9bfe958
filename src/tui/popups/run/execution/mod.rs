//! An execution, followed from where it is to its end: how each machine stands, and what it writes, as it comes.
//!
//! Only the machine that is looked at is asked what it writes, one question at a time, and only while this is open. What is
//! kept is asked for once, when there is nothing more to come. How it looks is in `draw`.

mod draw;
mod output;

use std::collections::BTreeMap;
use std::sync::Arc;

use ratatui::layout::Rect;

use crate::core::execution::order::InstanceId;
use crate::core::execution::status::words;
use crate::core::execution::{Execution, Output, Stage};
use crate::core::id::ExecutionId;
use crate::core::safe_text::SafeText;
use crate::core::time::{Moment, Span};
use crate::link::Request;
use crate::link::remote::{Followed, Remote};
use crate::tui::ansi;
use crate::tui::app::{App, Phase};
use crate::tui::clock;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::input::Input;
use crate::tui::moves::Move;
use crate::tui::panes::detail::text::{Line, hanging};
use crate::tui::panes::stepped;
use crate::tui::run::Question;
use crate::tui::theme::Role;
use output::Shown;

pub use draw::stage_role;

/// Before a machine is asked again that had nothing new, or could not be asked.
const PAUSE: Span = Span::SECOND;
/// Lines beside what was written, at most.
const NOTES: usize = 4;
/// The version of an output that is kept.
const KEPT: u64 = u64::MAX;

/// The popup's state.
#[derive(Debug)]
pub struct Following {
    /// Which.
    pub id: ExecutionId,
    /// What is searched for.
    pub search: Input,
    /// It is being typed.
    pub searching: bool,
    /// The place of the machine that is looked at, among the targets.
    machine: usize,
    stream: Stream,
    wrote: BTreeMap<InstanceId, Wrote>,
    /// As the engine keeps it; the board knows better as long as it has it.
    kept: Option<Arc<Execution>>,
    asked_kept: bool,
    /// The question that is on its way.
    asking: Option<u64>,
    asked: u64,
    not_before: Moment,
    /// Why what it writes is not known.
    error: Option<String>,
    /// What is to be known beside what it wrote.
    notes: Vec<Line>,
    shown: Shown,
}

/// What a machine has written.
#[derive(Clone, Debug)]
struct Wrote {
    version: u64,
    output: Output,
    /// There will be no more.
    over: bool,
}

/// Which of a machine's outputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Stream {
    #[default]
    Stdout,
    Stderr,
}

impl Following {
    /// Nothing of what it writes is known yet.
    pub fn new(id: ExecutionId) -> Self {
        Self {
            id,
            search: Input::default(),
            searching: false,
            machine: 0,
            stream: Stream::default(),
            wrote: BTreeMap::new(),
            kept: None,
            asked_kept: false,
            asking: None,
            asked: 0,
            not_before: Moment(0),
            error: None,
            notes: Vec::new(),
            shown: Shown::default(),
        }
    }

    /// The execution, as far as it is known.
    pub fn execution<'a>(&'a self, app: &'a App) -> Option<&'a Arc<Execution>> {
        app.board.execution(&self.id).or(self.kept.as_ref())
    }

    /// Whether a command has something to do, as things stand.
    pub fn has_use(&self, app: &App, name: &str) -> bool {
        let is = |what: fn(&Execution) -> bool| self.execution(app).is_some_and(|execution| what(execution));
        match name {
            "cancel-run" => is(|execution| !execution.is_over()),
            "run-again" => is(Execution::is_over),
            "next-machine" | "previous-machine" => is(|execution| execution.order.targets.len() > 1),
            "next-match" | "previous-match" => !self.search.text().is_empty(),
            _ => true,
        }
    }

    /// It is about to be shown on a screen of `area`: settles which rows, and what must be asked for them.
    pub fn settle(&mut self, app: &App, area: Rect) -> Option<Effect> {
        let execution = self.execution(app).cloned();
        let instance = execution.as_ref().and_then(|execution| self.instance(execution)).cloned();
        let wrote = instance.as_ref().and_then(|instance| self.wrote.get(instance));
        // What went wrong is what is looked for.
        if let Some(Wrote { output, over: true, .. }) = wrote
            && output.stdout.trim().is_empty()
            && !output.stderr.trim().is_empty()
        {
            self.stream = Stream::Stderr;
        }
        let text = wrote.map_or("", |wrote| self.stream.of(&wrote.output));
        let version = (self.machine, self.stream, wrote.map_or(0, |wrote| wrote.version));
        let frame = draw::place(app, area);
        self.notes = execution.as_ref().map(|execution| self.notes(execution, wrote, frame)).unwrap_or_default();
        self.shown.settle(text, version, draw::body(frame, execution.as_deref(), self.notes.len()));
        if app.phase == Phase::Live { self.wants(app, execution.as_deref(), instance) } else { None }
    }

    /// What must be asked next.
    fn wants(&mut self, app: &App, execution: Option<&Execution>, instance: Option<InstanceId>) -> Option<Effect> {
        let whole = instance.as_ref().and_then(|it| self.wrote.get(it)).is_some_and(|wrote| wrote.over);
        if execution.is_none_or(Execution::is_over) {
            if self.asked_kept || whole {
                return None;
            }
            self.asked_kept = true;
            let request = Request::Execution { execution: self.id.clone() };
            return Some(Effect::Ask(Purpose::Run(Question::Kept(self.id.clone())), request));
        }
        let under_way = execution.is_some_and(|it| it.stage == Stage::Running);
        if !under_way || whole || self.asking.is_some() || app.now < self.not_before {
            return None;
        }
        let instance = instance?;
        self.asked += 1;
        self.asking = Some(self.asked);
        let seen = self.wrote.get(&instance).map_or(0, |wrote| wrote.version);
        let execution = self.id.clone();
        let question = Question::Output { execution: execution.clone(), instance: instance.clone(), ask: self.asked };
        let request = Request::Remote(Remote::Output { execution, instance, seen });
        Some(Effect::Ask(Purpose::Run(question), request))
    }

    /// What a machine has written has come, or why it has not.
    pub fn output_answered(&mut self, now: Moment, of: &InstanceId, ask: u64, answer: Result<Box<Followed>, String>) {
        if self.asking != Some(ask) {
            return;
        }
        self.asking = None;
        match answer {
            Ok(followed) => {
                let Followed { version, output, over } = *followed;
                let before = self.wrote.get(of).map(|wrote| wrote.version);
                self.not_before = if before == Some(version) { now + PAUSE } else { now };
                self.error = None;
                self.wrote.insert(of.clone(), Wrote { version, output, over });
            }
            Err(why) => {
                self.error = Some(why);
                self.not_before = now + Span(5 * PAUSE.0);
            }
        }
    }

    /// What is kept has come, or why it has not.
    pub fn kept_answered(&mut self, answer: Result<(Execution, Vec<(InstanceId, Output)>), String>) {
        match answer {
            Ok((execution, outputs)) => {
                self.error = None;
                self.kept = Some(Arc::new(execution));
                for (instance, output) in outputs {
                    self.wrote.insert(instance, Wrote { version: KEPT, output, over: true });
                }
            }
            Err(why) => self.error = Some(why),
        }
    }

    /// What was asked before the engine came back is not answered any more.
    pub fn forget(&mut self) {
        (self.asking, self.asked_kept) = (None, false);
    }

    /// The number of the question that is on its way.
    #[cfg(test)]
    pub fn asking(&self) -> Option<u64> {
        self.asking
    }

    /// Moves in what was written; at the end, it follows.
    pub fn go(&mut self, by: Move) {
        self.shown.go(by);
    }

    /// Standard error instead of standard output, or the other way round.
    pub fn turn_stream(&mut self) {
        self.stream = if self.stream == Stream::Stdout { Stream::Stderr } else { Stream::Stdout };
        self.shown.restart();
    }

    /// The machine `by` further on.
    pub fn turn_machine(&mut self, app: &App, by: isize) {
        let len = self.execution(app).map_or(0, |execution| execution.order.targets.len());
        self.show_machine(stepped(self.machine, by, len));
    }

    /// Another machine, by its place.
    pub fn show_machine(&mut self, at: usize) {
        if self.machine != at {
            // The answer about the other one is not waited for.
            (self.machine, self.asking, self.error) = (at, None, None);
            (self.stream, self.not_before) = (Stream::Stdout, Moment(0));
            self.shown.restart();
        }
    }

    /// Nothing is searched for any more.
    pub fn end_search(&mut self) {
        (self.searching, self.search) = (false, Input::default());
        self.shown.seek("", 0);
    }

    /// To the next line that holds what is searched for, to the one before, or for 0 to the first from here on.
    pub fn seek(&mut self, by: isize) {
        self.shown.seek(self.search.text(), by);
    }

    /// What is shown of a machine, as plain text.
    pub fn text(&self) -> String {
        self.shown.text()
    }

    /// A file with what the machine has written, and of what; its name is made of ids only.
    pub fn file(&self, app: &App) -> Option<(String, String)> {
        let execution = self.execution(app)?;
        let instance = self.instance(execution)?;
        let wrote = self.wrote.get(instance)?;
        let at = |at: Option<Moment>| at.map(|at| clock::day_and_time(app, at)).unwrap_or_default();
        let order = &execution.order;
        let mut text = String::new();
        for (name, value) in [
            ("execution", execution.headline()),
            ("incident", execution.incident_id.to_string()),
            ("asked by", execution.by.who.clone()),
            ("account", format!("{} {}", order.account_id, order.region)),
            ("machine", instance.to_string()),
            ("document", order.document.clone()),
            ("digest", execution.digest.clone()),
            ("command", execution.command_id.clone().unwrap_or_default()),
            ("sent", at(execution.sent_at)),
            ("ended", at(execution.ended_at)),
            ("stands", execution.standing()),
        ] {
            text.push_str(&SafeText::line(&format!("{name:<10}{value}")));
            text.push('\n');
        }
        let Output { stdout, stderr, truncated, kept_at } = &wrote.output;
        if *truncated {
            text.push_str(&SafeText::line(&cut(kept_at.as_deref())));
            text.push('\n');
        }
        for (name, output) in [("stdout", stdout), ("stderr", stderr)] {
            text.push_str(&format!("\n--- {name}\n"));
            for line in ansi::read(output) {
                text.push_str(&line.text());
                text.push('\n');
            }
        }
        Some((format!("{}-{instance}.txt", self.id), text))
    }

    /// How the machine stands and what to do about it, and where the rest of what it wrote is.
    fn notes(&self, execution: &Execution, wrote: Option<&Wrote>, frame: Rect) -> Vec<Line> {
        let run = self.instance(execution).and_then(|it| execution.runs.iter().find(|run| run.instance == *it));
        let told = run.filter(|run| !["Success", "Pending", "InProgress"].contains(&run.status.as_str())).map(|run| {
            let words = words(&run.status, &run.detail);
            format!("{}: {}", words.says, words.advice)
        });
        let cut = wrote.filter(|wrote| wrote.output.truncated).map(|wrote| cut(wrote.output.kept_at.as_deref()));
        let wrapped = |text: String| hanging(Line::default(), &text, Role::Badge, frame.width.saturating_sub(4));
        told.into_iter().chain(cut).flat_map(wrapped).take(usize::from(frame.height / 5).min(NOTES)).collect()
    }

    fn instance<'a>(&self, execution: &'a Execution) -> Option<&'a InstanceId> {
        execution.order.targets.get(self.machine).map(|target| &target.instance)
    }
}

impl Stream {
    fn of(self, output: &Output) -> &str {
        match self {
            Self::Stdout => &output.stdout,
            Self::Stderr => &output.stderr,
        }
    }
}

/// That AWS has not kept everything, and where it is.
fn cut(kept_at: Option<&str>) -> String {
    match kept_at {
        Some(place) => format!("AWS keeps 24,000 characters (stderr 8,000); all: {place}"),
        None => "AWS keeps 24,000 characters (stderr 8,000); the rest was kept nowhere".into(),
    }
}
