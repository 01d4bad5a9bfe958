//! Clicks, the wheel and dragging, where they were asked for. A click selects, a second one opens; tabs, hints and rows of popups
//! do what they say; the wheel moves what is under it; borders can be dragged. What a click does where, whoever draws says.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::app::App;
use super::effect::Effect;
use super::keymap::Binding;
use super::layout::Border;
use super::moves::Move;
use super::panes::Pane;
use super::panes::detail::Tab;
use crate::core::time::{Moment, Span};

/// Two clicks within this are one that opens.
const DOUBLE: Span = Span(400);
/// One notch of the wheel.
const NOTCH: isize = 3;

/// What a click does.
#[derive(Clone, Debug)]
pub enum Click {
    /// What a key would.
    Run(Binding),
    /// Shows a tab of the detail.
    Tab(Tab),
    /// Selects a row of the last popup; a second click takes it.
    Row(usize),
}

/// The mouse.
#[derive(Debug, Default)]
pub struct Pointer {
    /// It is taken from the terminal.
    pub on: bool,
    /// What a click does where, as of the last frame.
    pub clicks: Vec<(Rect, Click)>,
    /// The last click.
    last: Option<(Moment, Position)>,
    /// The border that is being dragged.
    dragged: Option<Border>,
}

impl App {
    /// The mouse did something.
    pub fn mouse(&mut self, mouse: MouseEvent) {
        if self.mouse_in_session(&mouse) {
            return;
        }
        let at = Position::new(mouse.column, mouse.row);
        match mouse.kind {
            MouseEventKind::ScrollDown => self.wheel(at, NOTCH),
            MouseEventKind::ScrollUp => self.wheel(at, -NOTCH),
            MouseEventKind::Down(MouseButton::Left) => {
                self.toast = None;
                let double = self
                    .pointer
                    .last
                    .take()
                    .is_some_and(|(when, where_)| where_ == at && (Span(0)..DOUBLE).contains(&(self.now - when)));
                if !double {
                    self.pointer.last = Some((self.now, at));
                }
                self.click(at, double);
            }
            MouseEventKind::Drag(MouseButton::Left) => {
                let sizes = self.pointer.dragged.and_then(|border| self.plan.with_border_at(self.sizes, border, at));
                self.sizes = sizes.unwrap_or(self.sizes);
            }
            MouseEventKind::Up(_) => self.pointer.dragged = None,
            _ => {}
        }
    }

    /// Takes the mouse, or gives it back to the terminal.
    pub fn toggle_mouse(&mut self) {
        self.pointer = Pointer { on: !self.pointer.on, ..Pointer::default() };
        self.effect(Effect::TakeMouse(self.pointer.on));
        let say = if self.pointer.on { "mouse on; with shift the terminal selects" } else { "mouse off" };
        self.notice(say.into());
    }

    /// Moves the border beside the tenants.
    pub fn move_width(&mut self, columns: i16) {
        match self.plan.with_border_by(self.sizes, Border::Left, columns, 0) {
            Some(sizes) => self.sizes = sizes,
            None => self.mistake("no panes stand side by side here".into()),
        }
    }

    /// Moves the border that goes with the pane that has the keys.
    pub fn move_height(&mut self, rows: i16) {
        match self.plan.with_border_by(self.sizes, self.plan.border_of(self.focus), 0, rows) {
            Some(sizes) => self.sizes = sizes,
            None => self.mistake("there is only one pane here".into()),
        }
    }

    fn wheel(&mut self, at: Position, by: isize) {
        if self.popups.is_empty() {
            let Some(pane) = self.pane_at(at) else { return };
            self.focus_on(pane);
        } else if self.popups.last().is_some_and(super::popups::Popup::is_typing) {
            self.choose(by.signum());
        }
        self.go(Move::Rows(by));
    }

    fn click(&mut self, at: Position, double: bool) {
        let clicked =
            self.pointer.clicks.iter().rev().find(|(area, _)| area.contains(at)).map(|(_, click)| click.clone());
        match clicked {
            Some(Click::Run(binding)) => {
                self.keymap.give_up();
                binding.command.invoke(self, &binding.argument);
            }
            Some(Click::Tab(tab)) => {
                self.focus_on(Pane::Detail);
                self.detail.turn_to(tab);
            }
            Some(Click::Row(row)) => self.click_row(row, double),
            None if self.popups.is_empty() => self.click_pane(at, double),
            None => {}
        }
    }

    fn click_row(&mut self, row: usize, double: bool) {
        let Some(popup) = self.popups.last_mut() else { return };
        popup.point(row);
        match (double, popup.is_typing()) {
            (true, true) => self.submit(),
            (true, false) => self.look_in(),
            (false, true) => self.choose(0),
            (false, false) => {}
        }
    }

    fn click_pane(&mut self, at: Position, double: bool) {
        self.pointer.dragged = self.plan.border_at(at);
        let Some(pane) = self.pane_at(at) else { return };
        let Some(area) = self.plan.of(pane) else { return };
        self.focus_on(pane);
        let Some(line) = at.y.checked_sub(area.y + 1).map(usize::from) else {
            // Its title.
            self.zoomed ^= double;
            return;
        };
        match pane {
            Pane::Tenants => self.tenants.point(line),
            Pane::Incidents => self.incidents.point(line),
            Pane::Stream => self.stream.point(line),
            Pane::Detail | Pane::Session => {}
        }
        if double {
            self.open();
        }
    }

    fn pane_at(&self, at: Position) -> Option<Pane> {
        let on = |pane: &Pane| self.plan.of(*pane).is_some_and(|area| area.contains(at));
        Pane::ALL.into_iter().chain([Pane::Session]).find(on).filter(|_| self.wall.is_none())
    }
}
