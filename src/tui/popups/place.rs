//! Where one is in the list of a popup.

use crate::tui::moves::Move;

/// A place in a list that is drawn without being told of it first: it never points past the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// The selected row.
    pub at: usize,
    /// How many rows there are.
    pub len: usize,
}

impl Place {
    /// Moves.
    pub fn go(&mut self, by: Move) {
        /// Popups are about as high as this.
        const HEIGHT: usize = 15;
        self.at = crate::tui::panes::stepped(self.at, by.rows(HEIGHT), self.len);
    }

    /// To a row.
    pub fn point(&mut self, row: usize) {
        self.at = row.min(self.len.saturating_sub(1));
    }

    /// The first row to show where there is room for `height`.
    pub fn offset(&self, height: u16) -> usize {
        let height = usize::from(height).max(1);
        (self.at + 1).saturating_sub(height.div_ceil(2)).min(self.len.saturating_sub(height))
    }
}
