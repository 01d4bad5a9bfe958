//! One tab: a terminal that is fed with what the engine says the session has shown, and how far that is.

use super::back::Back;
use crate::core::emulator::Emulator;
use crate::core::id::SessionId;
use crate::link::session::{Live, Piece, Size, Talk};

/// Rows that have left the screen at the top and are kept.
const SCROLLBACK: usize = 1_000;
/// A machine's text for the clipboard is no longer than this, encoded.
const CLIPBOARD: usize = 100_000;

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
    /// This seat has opened it.
    pub opened_here: bool,
    /// The look at what is above, while there is one.
    pub back: Option<Back>,
    terminal: Emulator<Ears>,
    /// Bytes of output seen.
    seen: u64,
    /// The engine lets this seat read.
    joined: bool,
    /// A question is on its way.
    reading: bool,
}

/// Hears what does not go to the screen. Of all that, a text for the clipboard is kept until it is asked for; titles, bells and
/// questions have no effect: questions are answered by the engine.
#[derive(Debug, Default)]
struct Ears {
    clipboard: Option<Vec<u8>>,
}

impl vt100::Callbacks for Ears {
    fn copy_to_clipboard(&mut self, _: &mut vt100::Screen, _: &[u8], data: &[u8]) {
        self.clipboard = (data.len() <= CLIPBOARD).then(|| data.to_vec());
    }
}

impl Tab {
    /// A tab of which nothing is known.
    pub fn new(id: SessionId, joined: bool) -> Self {
        Self {
            id,
            live: Live::default(),
            trouble: None,
            over: false,
            opened_here: false,
            back: None,
            terminal: empty(Size::default()),
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
        self.back.is_some()
    }

    /// The machine has shown something.
    pub fn has_shown(&self) -> bool {
        self.seen > 0
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
            self.terminal = empty(self.live.size);
        }
        self.terminal.process(&piece.bytes.0);
        self.seen = piece.upto;
    }

    /// What the machine wants in the operator's clipboard, encoded, if it said so since this was last asked.
    pub fn take_clipboard(&mut self) -> Option<Vec<u8>> {
        self.terminal.ears().clipboard.take()
    }

    /// This seat may read it now.
    pub fn join(&mut self) {
        self.joined = true;
        self.trouble = None;
    }

    /// Tries again what was refused.
    pub fn retry(&mut self) {
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

    /// The look at what is above; begins one where there is none.
    pub fn look_back(&mut self) -> &mut Back {
        let screen = self.terminal.screen();
        self.back.get_or_insert_with(|| Back::new(screen))
    }
}

fn empty(size: Size) -> Emulator<Ears> {
    Emulator::new(size.rows, size.cols, SCROLLBACK, Ears::default())
}
