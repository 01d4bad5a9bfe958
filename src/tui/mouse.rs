//! Clicks and the wheel, where they were asked for. A click selects a row; the wheel moves the pane that is under it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use super::app::App;
use super::moves::Move;
use super::panes::Pane;

impl App {
    /// The mouse did something. Popups are for the keys.
    pub fn mouse(&mut self, mouse: MouseEvent) {
        let at = Position::new(mouse.column, mouse.row);
        let over = Pane::ALL.into_iter().find(|pane| self.plan.of(*pane).is_some_and(|area| area.contains(at)));
        let Some((pane, area)) = over.and_then(|pane| Some((pane, self.plan.of(pane)?))) else { return };
        if !self.popups.is_empty() {
            return;
        }
        match mouse.kind {
            MouseEventKind::ScrollDown => self.wheel(pane, 3),
            MouseEventKind::ScrollUp => self.wheel(pane, -3),
            MouseEventKind::Down(MouseButton::Left) => {
                self.focus_on(pane);
                let Some(line) = at.y.checked_sub(area.y + 1).map(usize::from) else { return };
                match pane {
                    Pane::Tenants => self.tenants.point(line),
                    Pane::Incidents => self.incidents.point(line),
                    Pane::Stream => self.stream.point(line),
                    Pane::Detail => {}
                }
            }
            _ => {}
        }
    }

    fn wheel(&mut self, pane: Pane, by: isize) {
        self.focus_on(pane);
        self.go(Move::Rows(by));
    }
}
