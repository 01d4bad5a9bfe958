//! What programs for xterm-256color say and [`vt100`] does not understand, said in words that it understands: the line drawing
//! set, which everything draws boxes with where the locale is not UTF-8, and some movements. All else passes as it came.

/// Longer than any control sequence that is looked at here.
const LONGEST: usize = 32;

/// Bytes of a control string that [`vt100`] is given: it keeps all it gets until the end. No owner makes use of a longer one.
const TEXT: usize = 128 << 10;

/// What ends a sequence without any effect.
const CANCEL: u8 = 0x18;

/// Where in a sequence the bytes are, and which character set letters are of.
#[derive(Debug, Default)]
pub struct Dialect {
    state: State,
    /// A control sequence so far, without its introducer.
    sequence: Vec<u8>,
    /// Bytes of a control string so far.
    length: usize,
    drawing: Drawing,
    saved: Drawing,
}

/// Which of the two character sets in use are for drawing, and which of them is in use.
#[derive(Clone, Copy, Debug, Default)]
struct Drawing {
    sets: [bool; 2],
    shifted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    Ground,
    /// After `ESC`, which is held back until it is clear what it begins.
    Escape,
    /// After `ESC` and a byte that wants another one.
    Intermediate,
    /// After `ESC (` or `ESC )`.
    Designate(usize),
    /// After `ESC [`, held back.
    Control,
    /// In a control sequence that is passed on as it comes.
    Passing,
    /// In a control string: nothing in it is text.
    Text,
}

/// A movement that depends on where the cursor is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Move {
    /// So many tab stops back.
    TabsBack(u16),
    /// The last character again, so many times.
    Repeat(u16),
}

impl Dialect {
    /// Takes one byte; what [`vt100`] is to be told goes to `out`.
    pub fn take(&mut self, byte: u8, out: &mut Vec<u8>) -> Option<Move> {
        match (self.state, byte) {
            // Cancels whatever has begun.
            (_, 0x18 | 0x1a) => {
                self.let_go(out);
                self.state = State::Ground;
                out.push(byte);
            }
            (_, 0x1b) => {
                self.let_go(out);
                self.state = State::Escape;
            }
            // No part of a sequence, and it ends none: what follows is still of it.
            (State::Escape | State::Control | State::Passing, 0x7f..) => {}
            (State::Ground, 0x0e) => self.drawing.shifted = true,
            (State::Ground, 0x0f) => self.drawing.shifted = false,
            (State::Ground, b'_'..=b'~') if self.draws() => {
                let drawn = DRAWN[usize::from(byte - b'_')];
                out.extend_from_slice(drawn.encode_utf8(&mut [0; 4]).as_bytes());
            }
            (State::Ground, _) => out.push(byte),
            (State::Escape, _) => self.after_escape(byte, out),
            (State::Designate(set), _) => {
                self.drawing.sets[set] = byte == b'0';
                self.state = State::Ground;
            }
            (State::Intermediate, _) => {
                out.push(byte);
                if byte >= b'0' {
                    self.state = State::Ground;
                }
            }
            (State::Control, _) => return self.within_control(byte, out),
            (State::Passing, _) => {
                // A sequence of that length is none that is counted: nothing is repeated for it.
                out.push(if byte == b'b' { CANCEL } else { byte });
                if byte >= b'@' {
                    self.state = State::Ground;
                }
            }
            (State::Text, 0x07) => {
                out.push(byte);
                self.state = State::Ground;
            }
            (State::Text, _) if self.length < TEXT => {
                self.length += 1;
                out.push(byte);
            }
            (State::Text, _) => {}
        }
        None
    }

    fn draws(&self) -> bool {
        self.drawing.sets[usize::from(self.drawing.shifted)]
    }

    /// Passes on what was held back.
    fn let_go(&mut self, out: &mut Vec<u8>) {
        match self.state {
            State::Escape => out.push(0x1b),
            State::Control => {
                out.extend_from_slice(b"\x1b[");
                out.append(&mut self.sequence);
            }
            _ => {}
        }
    }

    fn after_escape(&mut self, byte: u8, out: &mut Vec<u8>) {
        self.state = State::Ground;
        match byte {
            b'[' => {
                self.sequence.clear();
                self.state = State::Control;
            }
            b'(' => self.state = State::Designate(0),
            b')' => self.state = State::Designate(1),
            // A line down, and the beginning of the next one.
            b'D' => out.push(b'\n'),
            b'E' => out.extend_from_slice(b"\r\n"),
            0..0x20 => {
                // A control character within a sequence takes effect at once.
                self.state = State::Escape;
                out.push(byte);
            }
            _ => {
                match byte {
                    b'7' => self.saved = self.drawing,
                    b'8' => self.drawing = self.saved,
                    b'c' => (self.drawing, self.saved) = Default::default(),
                    b' '..=b'/' => self.state = State::Intermediate,
                    b']' | b'P' | b'X' | b'^' | b'_' => (self.state, self.length) = (State::Text, 0),
                    _ => {}
                }
                out.extend_from_slice(&[0x1b, byte]);
            }
        }
    }

    fn within_control(&mut self, byte: u8, out: &mut Vec<u8>) -> Option<Move> {
        self.sequence.push(byte);
        if byte < b'@' {
            if self.sequence.len() >= LONGEST {
                self.let_go(out);
                self.state = State::Passing;
            }
            return None;
        }
        self.state = State::Ground;
        let parameters = self.sequence.get(..self.sequence.len() - 1).unwrap_or_default();
        let count = std::str::from_utf8(parameters).ok().and_then(|text| match text {
            "" => Some(1),
            text => text.parse::<u16>().ok().map(|count| count.max(1)),
        });
        match (byte, count, parameters) {
            (b'Z', Some(count), _) => return Some(Move::TabsBack(count)),
            (b'b', Some(count), _) => return Some(Move::Repeat(count)),
            // Written in another way, it would be repeated as often as it says.
            (b'b', None, _) => {}
            (b'I', Some(count), _) => out.resize(out.len() + usize::from(count.min(64)), b'\t'),
            (b's', _, b"") => out.extend_from_slice(b"\x1b7"),
            (b'u', _, b"") => out.extend_from_slice(b"\x1b8"),
            (b'p', _, b"!") => {
                self.drawing = Drawing::default();
                // Only what can have been changed: the scroll region, without moving the cursor; modes; attributes.
                out.extend_from_slice(b"\x1b7\x1b[?6l\x1b[r\x1b8\x1b[?6l\x1b[?1l\x1b>\x1b[?25h\x1b[m");
            }
            (b'a' | b'e', Some(_), _) => {
                let end = if byte == b'a' { b'C' } else { b'B' };
                out.extend_from_slice(b"\x1b[");
                out.extend_from_slice(parameters);
                out.push(end);
            }
            _ => {
                out.extend_from_slice(b"\x1b[");
                out.extend_from_slice(&self.sequence);
            }
        }
        None
    }
}

/// DEC's special graphics, from `_` on.
const DRAWN: [char; 32] = [
    ' ', '◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌', '└', '┼', '⎺', '⎻', '─', '⎼', '⎽', '├', '┤',
    '┴', '┬', '│', '≤', '≥', 'π', '≠', '£', '·',
];
