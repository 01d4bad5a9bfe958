//! One tab: a terminal that is fed with what the engine says the session has shown, and how far that is.

use crate::core::emulator::Emulator;
use crate::core::id::SessionId;
use crate::link::session::{Live, Piece, Size, Talk};

/// Rows that have left the screen at the top and are kept.
const SCROLLBACK: usize = 1_000;

/// A session on this seat's screen.
#[derive(Debug)]
pub struct Tab {
    /// Whose.
    pub id: SessionId,
    /// How it is, as of the last piece.
    pub live: Live,
    /// Why nothing more comes, where that is not because it is over.
    pub trouble: Option<String>,
    /// There will be no more.
    pub over: bool,
    terminal: Emulator,
    /// Bytes of output seen.
    seen: u64,
    /// The engine lets this seat read.
    joined: bool,
    /// A question is on its way.
    reading: bool,
}

impl Tab {
    /// A tab of which nothing is known.
    pub fn new(id: SessionId, joined: bool) -> Self {
        let Size { cols, rows } = Size::default();
        Self {
            id,
            live: Live::default(),
            trouble: None,
            over: false,
            terminal: Emulator::new(rows, cols, SCROLLBACK, ()),
            seen: 0,
            joined,
            reading: false,
        }
    }

    /// What is on the machine's screen.
    pub fn screen(&self) -> &vt100::Screen {
        self.terminal.screen()
    }

    /// It shows what has left the screen at the top.
    pub fn is_scrolled(&self) -> bool {
        false
    }

    /// What to ask so that it goes on.
    pub fn wants(&mut self) -> Option<Talk> {
        if !self.joined || self.reading || self.over || self.trouble.is_some() {
            return None;
        }
        self.reading = true;
        Some(Talk::Read { session: self.id.clone(), seen: self.seen, version: self.live.version })
    }

    /// What the session has shown since.
    pub fn take(&mut self, piece: Piece) {
        self.reading = false;
        self.over = piece.over;
        if let Some(live) = piece.live {
            self.live = live;
        }
        if piece.fresh {
            let Size { cols, rows } = self.live.size;
            self.terminal = Emulator::new(rows, cols, SCROLLBACK, ());
        }
        self.terminal.process(&piece.bytes.0);
        self.seen = piece.upto;
    }

    /// This seat may read it now.
    pub fn join(&mut self) {
        self.joined = true;
        self.trouble = None;
    }

    /// The engine does not let this seat read, or is gone.
    pub fn refused(&mut self, why: String) {
        self.reading = false;
        self.trouble = Some(why);
    }

    /// There is so much room for it: whether that is another size than it has.
    pub fn fit(&mut self, room: Size) -> bool {
        let (rows, cols) = self.terminal.screen().size();
        self.terminal.resize(room.rows, room.cols);
        (rows.get(), cols.get()) != (room.rows, room.cols)
    }
}
