//! The panes. One file each: what it shows, and how. Which of them are on the screen, and where, is left to `layout`.

pub mod detail;
pub mod incidents;
pub mod session;
pub mod status;
pub mod stream;
pub mod tenants;

use serde::{Deserialize, Serialize};

/// A pane that can have the keys, in the order of `tab`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pane {
    /// Who is in trouble.
    Tenants,
    /// What trouble.
    #[default]
    Incidents,
    /// All about one incident.
    Detail,
    /// What comes in.
    Stream,
    /// A session on a machine, in the detail's place. Not among [`Pane::ALL`]: it is there only while a session is shown.
    Session,
}

impl Pane {
    /// In the order of `tab`.
    pub const ALL: [Self; 4] = [Self::Tenants, Self::Incidents, Self::Detail, Self::Stream];
}

/// The part of a list that is on the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Window {
    /// The first row shown.
    pub offset: usize,
    /// How many rows there is room for.
    pub height: usize,
}

impl Window {
    /// Moves as little as it takes to show row `at` of `len`, with no empty room below the last one.
    pub fn show(&mut self, at: usize, len: usize) {
        let height = self.height.max(1);
        self.offset = self.offset.min(at).max((at + 1).saturating_sub(height)).min(len.saturating_sub(height));
    }

    /// The rows shown.
    pub fn rows(&self, len: usize) -> std::ops::Range<usize> {
        self.offset.min(len)..(self.offset + self.height).min(len)
    }
}

/// `12` of `0`…: a place moved by some rows, within the list.
pub fn stepped(at: usize, by: isize, len: usize) -> usize {
    at.saturating_add_signed(by).min(len.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_moves_no_more_than_it_must() {
        let mut window = Window { offset: 0, height: 10 };
        for (at, len, offset) in
            [(9, 100, 0), (10, 100, 1), (5, 100, 1), (0, 100, 0), (99, 100, 90), (4, 5, 0), (0, 0, 0)]
        {
            window.show(at, len);
            assert_eq!(window.offset, offset, "row {at} of {len}");
        }
        assert_eq!(window.rows(3), 0..3);
    }
}
