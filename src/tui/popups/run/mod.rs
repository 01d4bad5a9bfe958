//! The windows on the way from an incident to its machine: which runbook or command, on which machine, with which inputs, the
//! confirmation, and the execution itself. One file each; what they lead to is decided by `tui::run`.

pub mod exact;
pub mod execution;
pub mod inputs;
pub mod machines;
pub mod plan;
pub mod runbooks;
pub mod script;

use crokey::KeyCombination;
use ratatui::layout::Rect;

use crate::core::id::ExecutionId;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::effect::Effect;
use crate::tui::input::Input;
use crate::tui::keymap::Scope;
use crate::tui::moves::Move;
use crate::tui::panes::detail::text::Line;
use crate::tui::panes::stepped;
use crate::tui::run::wish::Wish;

/// One of them.
#[derive(Debug)]
pub enum Page {
    /// Which runbook.
    Runbooks(runbooks::Runbooks),
    /// A command of one's own.
    Script(script::Script),
    /// Which machine.
    Machines(machines::Machines),
    /// What is to be filled in.
    Inputs(inputs::Inputs),
    /// The confirmation.
    Plan(plan::Confirmation),
    /// An execution, followed.
    Execution(execution::Following),
}

impl Page {
    /// Where keys are looked up while it has them.
    pub fn scopes(&self) -> &'static [Scope] {
        match self {
            Self::Runbooks(_) | Self::Machines(_) => &[Scope::Palette, Scope::Beside, Scope::Typing, Scope::Always],
            Self::Script(_) => &[Scope::Script, Scope::Typing, Scope::Always],
            Self::Inputs(_) => &[Scope::Form, Scope::Typing, Scope::Always],
            Self::Plan(plan) if plan.takes_a_word() => {
                &[Scope::Typing, Scope::Plan, Scope::Beside, Scope::Palette, Scope::Always]
            }
            Self::Plan(_) => &[Scope::Plan, Scope::Popups, Scope::Lists, Scope::Always],
            Self::Execution(following) if following.searching => &[Scope::Typing, Scope::Always],
            Self::Execution(_) => &[Scope::Execution, Scope::Lists, Scope::Always],
        }
    }

    /// The text being typed in it.
    pub fn input(&mut self) -> Option<&mut Input> {
        match self {
            Self::Runbooks(runbooks) => Some(&mut runbooks.finder.input),
            Self::Script(script) => script.input(),
            Self::Machines(machines) => Some(&mut machines.finder.input),
            Self::Inputs(inputs) => inputs.fields.input(),
            Self::Plan(plan) => plan.takes_a_word().then_some(&mut plan.word),
            Self::Execution(following) => following.searching.then_some(&mut following.search),
        }
    }

    /// Text is typed in it.
    pub fn is_typing(&self) -> bool {
        match self {
            Self::Runbooks(_) | Self::Script(_) | Self::Machines(_) | Self::Inputs(_) => true,
            Self::Plan(plan) => plan.takes_a_word(),
            Self::Execution(following) => following.searching,
        }
    }

    /// Types a key into it. False when the key types nothing there.
    pub fn typed(&mut self, key: KeyCombination) -> bool {
        match self {
            Self::Script(script) => script.typed(key),
            Self::Inputs(inputs) => inputs.fields.typed(key),
            _ => self.input().is_some_and(|input| input.press(key)),
        }
    }

    /// The text has changed.
    pub fn typed_more(&mut self) {
        match self {
            Self::Runbooks(runbooks) => runbooks.typed_more(),
            Self::Script(script) => script.waits = false,
            Self::Machines(machines) => machines.finder.typed_more(),
            Self::Execution(following) => following.seek(0),
            Self::Inputs(_) | Self::Plan(_) => {}
        }
    }

    /// Highlights another choice, or scrolls where there is none.
    pub fn choose(&mut self, by: isize) {
        match self {
            Self::Runbooks(runbooks) => runbooks.choose(by),
            Self::Machines(machines) => machines.finder.choose(by),
            _ => self.go(Move::Rows(by)),
        }
    }

    /// To another field of a form.
    pub fn turn_field(&mut self, by: isize) {
        if let Self::Inputs(inputs) = self {
            inputs.fields.turn(by);
        }
    }

    /// Moves in it.
    pub fn go(&mut self, by: Move) {
        match self {
            Self::Runbooks(runbooks) => runbooks.scroll.go(by),
            Self::Plan(plan) => plan.scroll.go(by),
            Self::Execution(following) => following.go(by),
            Self::Script(_) | Self::Machines(_) | Self::Inputs(_) => {}
        }
    }

    /// Selects a row of it.
    pub fn point(&mut self, row: usize) {
        match self {
            Self::Runbooks(runbooks) => {
                runbooks.finder.point(row);
                runbooks.choose(0);
            }
            Self::Machines(machines) => machines.finder.point(row),
            Self::Execution(following) => following.show_machine(row),
            Self::Script(_) | Self::Inputs(_) | Self::Plan(_) => {}
        }
    }

    /// It shows that execution.
    pub fn is_of(&self, id: &ExecutionId) -> bool {
        matches!(self, Self::Execution(following) if following.id == *id)
    }

    /// What it leads to, where it leads to an execution.
    pub fn wish(&mut self) -> Option<&mut Wish> {
        match self {
            Self::Runbooks(runbooks) => Some(&mut runbooks.wish),
            Self::Script(script) => Some(&mut script.wish),
            Self::Machines(machines) => Some(&mut machines.wish),
            Self::Inputs(inputs) => Some(&mut inputs.wish),
            Self::Plan(plan) => Some(&mut plan.wish),
            Self::Execution(_) => None,
        }
    }

    /// It is about to be shown on a screen of `area`: settles which lines, and what must be asked for them.
    pub fn settle(&mut self, app: &App, area: Rect) -> Option<Effect> {
        match self {
            Self::Runbooks(runbooks) => runbooks.settle(area),
            Self::Plan(plan) => plan.settle(area),
            Self::Execution(following) => return following.settle(app, area),
            Self::Script(_) | Self::Machines(_) | Self::Inputs(_) => {}
        }
        None
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        match self {
            Self::Runbooks(runbooks) => runbooks.draw(app, canvas),
            Self::Script(script) => script.draw(app, canvas),
            Self::Machines(machines) => machines.draw(app, canvas),
            Self::Inputs(inputs) => inputs.draw(app, canvas),
            Self::Plan(plan) => plan.draw(app, canvas),
            Self::Execution(following) => following.draw(app, canvas),
        }
    }
}

/// Lines of which some are shown.
#[derive(Debug, Default)]
pub struct Scroll {
    /// All of them.
    pub lines: Vec<Line>,
    /// The first one shown.
    top: usize,
    height: usize,
}

impl Scroll {
    /// Other lines, in so much room.
    pub fn show(&mut self, lines: Vec<Line>, height: u16) {
        self.lines = lines;
        self.give(height);
    }

    /// So much room there is.
    pub fn give(&mut self, height: u16) {
        self.height = height.into();
        self.go(Move::Rows(0));
    }

    /// From the top.
    pub fn restart(&mut self) {
        self.top = 0;
    }

    /// Moves.
    pub fn go(&mut self, by: Move) {
        let most = self.lines.len().saturating_sub(self.height);
        self.top = stepped(self.top, by.rows(self.height), most + 1);
    }

    /// How many lines are below the last one shown.
    pub fn below(&self) -> usize {
        self.lines.len().saturating_sub(self.top + self.height)
    }

    /// Draws those that are shown.
    pub fn draw(&self, canvas: &mut Canvas<'_>, area: Rect) {
        for (line, text) in self.lines.iter().skip(self.top).take(area.height.into()).enumerate() {
            text.draw(&mut canvas.row(area, u16::try_from(line).unwrap_or(u16::MAX)));
        }
    }
}
