//! The columns of the incidents, to choose from: which, in what order, how wide. What is changed shows at once.

use ratatui::layout::Rect;

use super::Place;
use crate::tui::app::App;
use crate::tui::canvas::Canvas;
use crate::tui::columns::{self, Chosen, Column, Columns};
use crate::tui::layout;
use crate::tui::theme::Role;

/// The popup's state.
#[derive(Debug)]
pub struct Picking {
    /// The selected one.
    pub list: Place,
    /// All of them in their order, and whether each is shown.
    all: Vec<(Chosen, bool)>,
    /// Nobody has chosen: what is shown follows from the screen's size.
    own: bool,
    /// What the screen's size would show.
    standard: Vec<Column>,
}

impl Picking {
    /// The columns as they are on the screen.
    pub fn new(app: &App) -> Self {
        let width = app.plan.incidents.map_or(80, |area| area.width);
        let standard = columns::standard(width, app.tenants.any_sla);
        let mut picking = Self { list: Place { at: 0, len: Column::ALL.len() }, all: Vec::new(), own: true, standard };
        picking.forget();
        if !app.columns.0.is_empty() {
            picking.own = false;
            picking.fill(app.columns.0.clone());
        }
        picking
    }

    /// What is chosen; none, when everything is as the screen's size has it.
    pub fn columns(&self) -> Columns {
        let shown = self.all.iter().filter(|(_, on)| *on).map(|(chosen, _)| *chosen);
        Columns(if self.own { Vec::new() } else { shown.collect() })
    }

    /// Shows the selected one, or hides it. One is always shown.
    pub fn turn(&mut self) {
        let shown = self.all.iter().filter(|(_, on)| *on).count();
        if let Some((_, on)) = self.all.get_mut(self.list.at).filter(|(_, on)| !*on || shown > 1) {
            *on = !*on;
            self.own = false;
        }
    }

    /// Moves the selected one among the others.
    pub fn carry(&mut self, by: isize) {
        let to = crate::tui::panes::stepped(self.list.at, by, self.all.len());
        if to != self.list.at {
            self.all.swap(self.list.at, to);
            self.list.at = to;
            self.own = false;
        }
    }

    /// Makes the selected one wider.
    pub fn widen(&mut self, by: i16) {
        if let Some((chosen, _)) = self.all.get_mut(self.list.at) {
            let was = chosen.width.unwrap_or_else(|| chosen.column.room(100));
            chosen.width = Some(columns::clamped(was.saturating_add_signed(by)));
            self.own = false;
        }
    }

    /// Lets the selected one have the width that fits.
    pub fn fit(&mut self) {
        if let Some((chosen, _)) = self.all.get_mut(self.list.at) {
            chosen.width = None;
        }
    }

    /// Back to what the screen's size shows.
    pub fn forget(&mut self) {
        self.own = true;
        self.fill(self.standard.iter().map(|column| Chosen { column: *column, width: None }).collect());
    }

    /// These are shown, in their order; the others come after them.
    fn fill(&mut self, shown: Vec<Chosen>) {
        let others = Column::ALL.into_iter().filter(|column| shown.iter().all(|chosen| chosen.column != *column));
        let others: Vec<_> = others.map(|column| (Chosen { column, width: None }, false)).collect();
        self.all = shown.into_iter().map(|chosen| (chosen, true)).chain(others).collect();
    }

    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas<'_>) {
        let screen = canvas.area();
        let height = u16::try_from(self.all.len() + 3).unwrap_or(u16::MAX).min(screen.height.saturating_sub(2));
        let title = if self.own { "Columns: those that fit the screen" } else { "Columns" };
        let inner = canvas.frame(layout::middle(screen, 66, height), title);
        let list = Rect { height: inner.height.saturating_sub(1), ..inner };
        let shown = self.all.iter().enumerate().skip(self.list.offset(list.height)).take(list.height.into());
        for (line, (at, (chosen, on))) in shown.enumerate() {
            let line = u16::try_from(line).unwrap_or(u16::MAX);
            let look = canvas.look;
            let mut row = canvas.row(list, line);
            row.cell(if *on { "[x]" } else { "[ ]" }, 3, look.style(Role::Key));
            row.cell(chosen.column.word(), 12, look.style(if *on { Role::Title } else { Role::Popup }));
            row.number(&chosen.width.map_or_else(|| "-".into(), |width| width.to_string()), 3, look.style(Role::Popup));
            row.role(chosen.column.says(), Role::Dim);
            if at == self.list.at {
                canvas.tint(Rect { y: list.y + line, height: 1, ..list }, look.style(Role::Selected));
            }
        }
        let keys = "space on/off  J K move  + - width  0 fits  d default  esc";
        canvas.row(inner, inner.height.saturating_sub(1)).role(keys, Role::Dim);
    }
}
