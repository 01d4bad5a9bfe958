//! A terminal without a screen: what a machine writes goes in, cells come out. The engine keeps one for each session, so that a
//! seat that comes late sees what is there; a seat keeps one for each tab, and draws it.
//!
//! What is obeyed is what xterm-256color promises to the programs that trust it; all else, from titles to device control, has no
//! effect. Who answers a machine's questions, and who may touch a clipboard, is left to the [`vt100::Callbacks`] of its owner.

use std::num::NonZeroU16;

/// An emulator of a terminal, with whoever hears what does not go to the screen.
pub struct Emulator<Ears: vt100::Callbacks = ()> {
    parser: vt100::Parser<Ears>,
}

impl<Ears: vt100::Callbacks> Emulator<Ears> {
    /// An empty terminal of so many rows and columns, which remembers `scrollback` rows that have left it at the top.
    pub fn new(rows: u16, cols: u16, scrollback: usize, ears: Ears) -> Self {
        let (rows, cols) = size(rows, cols);
        Self { parser: vt100::Parser::new_with_callbacks(rows, cols, scrollback, ears) }
    }

    /// The machine wrote this. Pieces may end anywhere.
    pub fn process(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
    }

    /// It has another size from now on.
    pub fn resize(&mut self, rows: u16, cols: u16) {
        let (rows, cols) = size(rows, cols);
        if self.parser.screen().size() != (rows, cols) {
            self.parser.set_size(rows, cols);
        }
    }

    /// What it shows.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Who hears what does not go to the screen.
    pub fn ears(&mut self) -> &mut Ears {
        self.parser.callbacks_mut()
    }
}

impl<Ears: vt100::Callbacks> std::fmt::Debug for Emulator<Ears> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (rows, cols) = self.screen().size();
        write!(f, "Emulator({cols}x{rows})")
    }
}

/// No terminal is smaller than two columns and a row: a wide character has room.
fn size(rows: u16, cols: u16) -> (NonZeroU16, NonZeroU16) {
    let at_least = |cells: u16, least: u16| NonZeroU16::new(cells.max(least)).unwrap_or(NonZeroU16::MIN);
    (at_least(rows, 1), at_least(cols, 2))
}
