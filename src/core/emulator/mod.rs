//! A terminal without a screen: what a machine writes goes in, cells come out. The engine keeps one for each session, so that a
//! seat that comes late sees what is there; a seat keeps one for each tab, and draws it.
//!
//! What is obeyed is what xterm-256color promises to the programs that trust it; all else, from titles to device control, has no
//! effect. Who answers a machine's questions, and who may touch a clipboard, is left to the [`vt100::Callbacks`] of its owner.

mod dialect;

use std::fmt::Write;
use std::num::NonZeroU16;

use dialect::{Dialect, Move};

/// Columns between tab stops.
const TAB: u16 = 8;

/// An emulator of a terminal, with whoever hears what does not go to the screen.
pub struct Emulator<Ears: vt100::Callbacks = ()> {
    parser: vt100::Parser<Ears>,
    dialect: Dialect,
    /// The beginning of a character whose end has not come yet. The parser below loses what follows such a character where a
    /// piece ends within the next one.
    begun: Vec<u8>,
}

impl<Ears: vt100::Callbacks> Emulator<Ears> {
    /// An empty terminal of so many rows and columns, which remembers `scrollback` rows that have left it at the top.
    pub fn new(rows: u16, cols: u16, scrollback: usize, ears: Ears) -> Self {
        let (rows, cols) = size(rows, cols);
        let parser = vt100::Parser::new_with_callbacks(rows, cols, scrollback, ears);
        Self { parser, dialect: Dialect::default(), begun: Vec::new() }
    }

    /// The machine wrote this. Pieces may end anywhere.
    pub fn process(&mut self, bytes: &[u8]) {
        let mut said = std::mem::take(&mut self.begun);
        said.reserve(bytes.len());
        for byte in bytes {
            if let Some(how) = self.dialect.take(*byte, &mut said) {
                self.parser.process(&said);
                said.clear();
                self.go(how);
            }
        }
        self.begun = said.split_off(whole(&said));
        self.parser.process(&said);
    }

    fn go(&mut self, how: Move) {
        let screen = self.parser.screen();
        let (_, cols) = screen.size();
        let mut say = String::new();
        // Writing into a String can't fail.
        let _ = match how {
            Move::TabsBack(count) => {
                let (_, col) = screen.cursor_position();
                let stop = col.min(cols.get() - 1).div_ceil(TAB).saturating_sub(count).saturating_mul(TAB);
                write!(say, "\x1b[{}G", stop + 1)
            }
            // Nobody repeats beyond a line; a machine that asks for it would keep the processor busy with few bytes.
            Move::Repeat(count) => write!(say, "\x1b[{}b", count.min(cols.get())),
        };
        self.parser.process(say.as_bytes());
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

/// Where the last whole character ends.
fn whole(bytes: &[u8]) -> usize {
    let tail = bytes.len().saturating_sub(3);
    let begins = bytes.get(tail..).unwrap_or_default().iter().rposition(|byte| *byte >= 0xc0).map(|at| tail + at);
    let Some(begins) = begins else { return bytes.len() };
    let needs = match bytes.get(begins) {
        Some(0xc0..0xe0) => 2,
        Some(0xe0..0xf0) => 3,
        Some(0xf0..0xf8) => 4,
        _ => 1,
    };
    if bytes.len() - begins < needs { begins } else { bytes.len() }
}

/// No terminal is smaller than two columns and a row: a wide character has room.
fn size(rows: u16, cols: u16) -> (NonZeroU16, NonZeroU16) {
    let at_least = |cells: u16, least: u16| NonZeroU16::new(cells.max(least)).unwrap_or(NonZeroU16::MIN);
    (at_least(rows, 1), at_least(cols, 2))
}
