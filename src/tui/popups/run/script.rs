//! A command of one's own, of one line or several. What is pasted keeps its lines: joined, they would be another command.

use crokey::{KeyCombination, OneToThree};
use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::layout::Rect;

use super::runbooks::{draw_machine, draw_wrapped, title};
use crate::core::execution::order::Platform;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::input::Input;
use crate::tui::layout;
use crate::tui::panes::stepped;
use crate::tui::run::wish::{Found, Wish};
use crate::tui::theme::Role;

/// Lines that can be typed here; an editor takes more.
const MOST: usize = 1_000;

/// Lines for why the machine is not known.
const FAILED: u16 = 3;

/// The popup's state.
#[derive(Debug)]
pub struct Script {
    /// What it leads to.
    pub wish: Wish,
    /// It is written, and is gone on with as soon as its machine is known.
    pub waits: bool,
    /// Never empty.
    lines: Vec<Input>,
    at: usize,
}

impl Script {
    /// Begins with `text`, at its end.
    pub fn new(wish: Wish, text: &str) -> Self {
        let mut script = Self { wish, waits: false, lines: Vec::new(), at: 0 };
        script.set(text);
        script
    }

    /// All of it.
    pub fn text(&self) -> String {
        self.lines.iter().map(Input::text).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    }

    /// Another text.
    pub fn set(&mut self, text: &str) {
        self.lines = text.lines().take(MOST).map(Input::new).collect();
        if self.lines.is_empty() {
            self.lines.push(Input::default());
        }
        self.at = self.lines.len() - 1;
    }

    /// The line being typed.
    pub fn input(&mut self) -> Option<&mut Input> {
        self.lines.get_mut(self.at)
    }

    /// Types a key. At a line's beginning, backspace joins it with the one before.
    pub fn typed(&mut self, key: KeyCombination) -> bool {
        let back = key.codes == OneToThree::One(KeyCode::Backspace) && key.modifiers == KeyModifiers::NONE;
        if back && self.at > 0 && self.lines.get(self.at).is_some_and(|line| line.at() == 0) {
            let line = self.lines.remove(self.at);
            self.at -= 1;
            if let Some(before) = self.lines.get_mut(self.at) {
                let end = before.text().len();
                let mut joined = Input::new(before.text());
                joined.insert(line.text());
                joined.go_to(end);
                *before = joined;
            }
            return true;
        }
        self.input().is_some_and(|input| input.press(key))
    }

    /// Types pasted text, line by line.
    pub fn paste(&mut self, text: &str) {
        for (at, line) in text.replace("\r\n", "\n").replace('\r', "\n").split('\n').enumerate() {
            if at > 0 {
                self.break_line();
            }
            if let Some(input) = self.input() {
                input.insert(line);
            }
        }
    }

    /// Breaks the line where the cursor is.
    pub fn break_line(&mut self) {
        let full = self.lines.len() >= MOST;
        let Some(line) = self.lines.get_mut(self.at).filter(|_| !full) else { return };
        let (before, after) = line.text().split_at(line.at());
        let (before, mut after) = (Input::new(before), Input::new(after));
        after.go_to(0);
        *line = before;
        self.at += 1;
        self.lines.insert(self.at, after);
    }

    /// To the line `by` further down.
    pub fn turn(&mut self, by: isize) {
        self.at = stepped(self.at, by, self.lines.len());
    }

    /// Draws it.
    pub fn draw(&self, app: &App, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let room = screen.height.saturating_sub(7).max(1);
        // What AWS refuses is a sentence with what to do: it gets the room that it needs.
        let why = if let Found::Failed(why) = &self.wish.found { &**why } else { "" };
        let below = if why.is_empty() { 0 } else { FAILED.min(room) };
        let rows = u16::try_from(self.lines.len()).unwrap_or(u16::MAX).min(room - below.min(room - 1));
        let area = layout::middle(Rect { height: screen.height.saturating_sub(2), ..screen }, 100, rows + below + 4);
        let verb = if self.is_powershell() { "PowerShell on" } else { "Shell command on" };
        let inner = canvas.frame(area, &title(app, &self.wish, verb));
        draw_machine(&self.wish, self.waits, canvas, inner);
        let body = Rect { y: inner.y + 1, height: inner.height.saturating_sub(2 + below), ..inner };
        let first = (self.at + 1).saturating_sub(usize::from(body.height).max(1));
        let mut caret = None;
        for (line, (at, input)) in self.lines.iter().enumerate().skip(first).take(body.height.into()).enumerate() {
            let mut row = canvas.row(body, u16::try_from(line).unwrap_or(u16::MAX));
            row.role(&format!("{:>3} ", at + 1), Role::Dim);
            input.draw(&mut row, Role::Title);
            if at == self.at {
                caret = canvas.caret;
            }
        }
        canvas.caret = caret;
        draw_wrapped(canvas, Rect { y: body.bottom(), height: below, ..body }, why, Role::Mistake);
        let newline = app.key_of("new-line");
        let editor = app.key_of("edit-outside");
        let keys = format!("enter: what would run; {newline}: new line; {editor}: $EDITOR; esc: leave it");
        canvas.row(inner, inner.height.saturating_sub(1)).role(&keys, Role::Dim);
    }

    fn is_powershell(&self) -> bool {
        let Found::Known(all) = &self.wish.found else { return false };
        all.iter().flat_map(|one| &one.nodes).any(|node| node.platform == Platform::Windows)
    }
}
