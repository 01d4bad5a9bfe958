//! What of a machine's bytes may reach the operator's own terminal while it is handed over: everything that draws, moves and
//! asks, nothing that reaches past the screen. Titles stay ours, since they say whose machine it is; clipboards are for the seat to
//! touch, where that is allowed; what multiplexers pass on unseen, and pictures read from files, is dropped.
//!
//! Strings (OSC, DCS and their like) are held back until they are complete, judged, and written anew, so that what the terminal
//! understands is what was judged. Everything else passes as it comes.

/// A string longer than this is dropped.
const LONGEST: usize = 1 << 20;
/// A control sequence longer than this is none.
const SEQUENCE: usize = 256;

const BEL: u8 = 0x07;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;
const ESC: u8 = 0x1b;

/// The filter of one hand-over.
#[derive(Debug, Default)]
pub struct Filter {
    state: State,
    /// What is not complete yet.
    held: Vec<u8>,
    /// Bytes that a character still lacks.
    lacks: u8,
    /// The machine asked the terminal something: an answer may be on its way.
    asked: bool,
    /// It changed the terminal's own colours.
    recoloured: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum State {
    #[default]
    /// Between sequences.
    Ground,
    /// After the first byte of a character that may be a control of eight bits.
    Latin,
    /// After ESC.
    Escape,
    /// In a control sequence.
    Sequence,
    /// In a string; `true` after an ESC that may end it.
    String(Kind, bool),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// An operating system command: it may end with a bell.
    Command,
    /// Device control.
    Device,
    /// Of no use to anybody here.
    Other,
}

impl Filter {
    /// What of `bytes`, and of what was held back, may be shown now.
    pub fn pass(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        for byte in bytes {
            self.take(*byte, &mut out);
        }
        out
    }

    /// Nothing is incomplete: something of our own may be written in between.
    pub fn is_at_rest(&self) -> bool {
        self.state == State::Ground && self.lacks == 0
    }

    /// The machine asked the terminal something since the beginning.
    pub fn has_asked(&self) -> bool {
        self.asked
    }

    /// The machine changed the terminal's own colours.
    pub fn has_recoloured(&self) -> bool {
        self.recoloured
    }

    fn take(&mut self, byte: u8, out: &mut Vec<u8>) {
        match self.state {
            State::Ground => self.ground(byte, out),
            State::Latin => {
                self.state = State::Ground;
                match byte {
                    // A control of eight bits, written in two bytes: terminals differ in whether they obey it.
                    0x80..=0x9f => {}
                    0xa0..=0xbf => out.extend([0xc2, byte]),
                    _ => self.ground(byte, out),
                }
            }
            State::Escape => self.escape(byte, out),
            State::Sequence => self.sequence(byte, out),
            State::String(kind, false) => match byte {
                ESC => self.state = State::String(kind, true),
                CAN | SUB => self.drop_held(),
                BEL if kind == Kind::Command => self.end(kind, out),
                _ if self.held.len() < LONGEST => self.held.push(byte),
                _ => {}
            },
            State::String(kind, true) => match byte {
                b'\\' => self.end(kind, out),
                // It ends unfinished: what follows is another sequence.
                _ => {
                    self.begin();
                    self.escape(byte, out);
                }
            },
        }
    }

    fn ground(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            0x80..=0xbf if self.lacks > 0 => {
                self.lacks -= 1;
                return out.push(byte);
            }
            // Not a part of any character: a control of eight bits, or rubbish.
            0x80..=0x9f => return,
            _ => self.lacks = 0,
        }
        match byte {
            ESC => self.begin(),
            0xc2 => self.state = State::Latin,
            0xc3..=0xdf => self.lacks = 1,
            0xe0..=0xef => self.lacks = 2,
            0xf0..=0xf4 => self.lacks = 3,
            _ => {}
        }
        if !matches!(byte, ESC | 0xc2) {
            out.push(byte);
        }
    }

    /// A sequence begins. What came before it of another one is forgotten, as terminals do.
    fn begin(&mut self) {
        self.held.clear();
        self.state = State::Escape;
    }

    fn escape(&mut self, byte: u8, out: &mut Vec<u8>) {
        let string = |kind| State::String(kind, false);
        match byte {
            ESC => self.begin(),
            CAN | SUB => self.drop_held(),
            b']' => self.state = string(Kind::Command),
            b'P' => self.state = string(Kind::Device),
            // Strings of no use, and the one with which multiplexers take a title.
            b'X' | b'^' | b'_' | b'k' => self.state = string(Kind::Other),
            b'[' => self.state = State::Sequence,
            // Terminals do what controls say at once, and stay within the sequence.
            0x00..=0x1f | 0x7f => out.push(byte),
            // Between: more of the same sequence follows.
            0x20..=0x2f if self.held.len() < SEQUENCE => self.held.push(byte),
            0x20..=0x2f => self.drop_held(),
            // It ends a string, and there is none.
            b'\\' => self.drop_held(),
            // Cut short by a character, it is none.
            0x80.. => {
                self.drop_held();
                self.ground(byte, out);
            }
            _ => {
                self.asked |= byte == b'Z';
                out.push(ESC);
                out.append(&mut self.held);
                out.push(byte);
                self.state = State::Ground;
            }
        }
    }

    fn sequence(&mut self, byte: u8, out: &mut Vec<u8>) {
        match byte {
            ESC => self.begin(),
            CAN | SUB => self.drop_held(),
            0x00..=0x1f | 0x7f => out.push(byte),
            0x20..=0x3f if self.held.len() < SEQUENCE => self.held.push(byte),
            0x40..=0x7e => {
                let question = matches!(byte, b'c' | b'n' | b't' | b'x')
                    || (byte == b'p' && self.held.contains(&b'$'))
                    || (byte == b'q' && self.held.contains(&b'>'))
                    || (byte == b'u' && self.held.contains(&b'?'));
                self.asked |= question;
                // What a title says comes from the machine, and the answer would come as keys.
                let title = byte == b't' && matches!(&self.held[..], b"20" | b"21");
                if !title {
                    out.extend([ESC, b'[']);
                    out.extend_from_slice(&self.held);
                    out.push(byte);
                }
                self.drop_held();
            }
            _ => self.drop_held(),
        }
    }

    /// A string is complete: it is written anew if it may pass.
    fn end(&mut self, kind: Kind, out: &mut Vec<u8>) {
        let held = std::mem::take(&mut self.held);
        self.state = State::Ground;
        if held.len() >= LONGEST {
            return;
        }
        match kind {
            Kind::Command => {
                // Controls within it are ignored by some terminals and end it in others.
                let text: String = String::from_utf8_lossy(&held).chars().filter(|c| !c.is_control()).collect();
                if self.allows(&text) {
                    self.asked |= text.contains('?');
                    out.extend([ESC, b']']);
                    out.extend_from_slice(text.as_bytes());
                    out.extend([ESC, b'\\']);
                }
            }
            Kind::Device => {
                let text: Vec<u8> = held.into_iter().filter(|byte| (0x20..0x7f).contains(byte)).collect();
                let header = text.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b';').count();
                let question = text.starts_with(b"$q") || text.starts_with(b"+q");
                // A picture, drawn by what is sent.
                let picture = text.get(header) == Some(&b'q');
                if question || picture {
                    self.asked |= question;
                    out.extend([ESC, b'P']);
                    out.extend_from_slice(&text);
                    out.extend([ESC, b'\\']);
                }
            }
            Kind::Other => {}
        }
    }

    /// Whether an operating system command may pass: colours, links and the marks of prompts may.
    fn allows(&mut self, text: &str) -> bool {
        let (number, _) = text.split_once(';').unwrap_or((text, ""));
        let known = number.parse::<u16>().ok().filter(|_| number.len() <= 3);
        self.recoloured |= matches!(known, Some(4 | 5 | 10..=19));
        matches!(known, Some(4 | 5 | 8 | 10..=19 | 104 | 105 | 110..=119 | 133))
    }

    fn drop_held(&mut self) {
        self.held.clear();
        self.state = State::Ground;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn passed(bytes: &[u8]) -> Vec<u8> {
        Filter::default().pass(bytes)
    }

    #[test]
    fn what_draws_and_asks_passes_as_it_is() {
        let vim = "\x1b[?1049h\x1b[22;0;0t\x1b[?1h\x1b=\x1b[H\x1b[2J\x1b[?12h\x1b(B\x1b[38;2;1;2;3mé“漢字”😀\x1b[m\x1b[>c\
            \x1b[6n\r\n\x07\x1b7\x1b8\x1b]11;?\x1b\\\x1b]8;;https://example.org\x1b\\x\x1b]8;;\x1b\\\x1bP$q q\x1b\\\x1b[?25h";
        let mut filter = Filter::default();
        assert_eq!(String::from_utf8(filter.pass(vim.as_bytes())).unwrap(), vim);
        assert!(filter.is_at_rest() && filter.has_asked());
        let mut filter = Filter::default();
        filter.pass(b"ls\r\n\x1b[1;32mfile\x1b[m");
        assert!(!filter.has_asked() && !filter.has_recoloured());
        filter.pass(b"\x1b]4;1;rgb:00/00/00\x1b\\");
        assert!(filter.has_recoloured());
    }

    #[test]
    fn what_reaches_past_the_session_is_dropped() {
        for bytes in [
            &b"\x1b]52;c;aGVsbG8=\x07"[..],
            b"\x1b]52;c;aGVsbG8=\x1b\\",
            b"\x1b]52;c;?\x07",
            b"\x1b]052;c;aGVsbG8=\x07",
            b"\x1b]5\x012;c;aGVsbG8=\x07",
            b"\x1b\x01]52;c;aGVsbG8=\x07",
            b"\x1b\x7f]52;c;aGVsbG8=\x07",
            b"\x1b\x1b]52;c;aGVsbG8=\x07",
            b"\x1b]4294967348;c;aGVsbG8=\x07",
            b"\x1b]1337;CopyToClipboard=x\x07",
            b"\x1b]0;not yours\x07",
            b"\x1b]2;not yours\x1b\\",
            b"\x1b]9;come here\x07",
            b"\x1b]777;notify;a;b\x07",
            b"\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\x07\x1b\\",
            b"\x1b_Gt=f;L2V0Yy9wYXNzd2Q=\x1b\\",
            b"\x1bktitle\x1b\\",
            b"\x1bXsos\x1b\\\x1b^pm\x1b\\",
            b"\x1b[21t\x1b[20t",
            b"\xc2\x9d52;c;aGVsbG8=\x07",
            b"\x9d52;c;aGVsbG8=\x07",
        ] {
            let out = passed(bytes);
            let text = String::from_utf8_lossy(&out).into_owned();
            assert!(
                !out.contains(&ESC) && !text.contains('\u{9d}'),
                "{:?} -> {text:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn what_is_dropped_does_not_make_something_else_of_what_is_around_it() {
        let smuggled = b"\x1b\x1b]52;x\x07]52;c;aGVsbG8=\x07";
        assert_eq!(passed(smuggled), b"]52;c;aGVsbG8=\x07");
        let within = b"\x1b]8;;a\xc2\x9c\xc2\x9d52;c;aGVsbG8=\x07x";
        let out = passed(within);
        assert!(!String::from_utf8(out).unwrap().chars().any(|c| ('\u{80}'..='\u{9f}').contains(&c)));
        assert_eq!(passed(b"\x1b[\x1b]52;c;x\x0731m"), b"31m");
        assert_eq!(passed(b"a\x18b\x1b[3\x18c\x1b]52;c;x\x18d"), b"a\x18bcd");
    }

    #[test]
    fn a_string_that_never_ends_takes_no_more_room_than_it_may() {
        let mut filter = Filter::default();
        filter.pass(b"\x1b]8;;");
        for _ in 0..40 {
            assert!(filter.pass(&[b'a'; 64 << 10]).is_empty());
        }
        assert!(filter.held.len() <= LONGEST && !filter.is_at_rest());
        assert_eq!(filter.pass(b"\x07after"), b"after");
    }

    proptest! {
        #[test]
        fn where_pieces_end_changes_nothing(
            parts in proptest::collection::vec(prop_oneof![
                Just(&b"\x1b]52;c;aGVsbG8=\x07"[..]), Just(&b"\x1b[31m"[..]), Just("é漢😀".as_bytes()), Just(&b"\x1b"[..]),
                Just(&b"]52;c;x\x07"[..]), Just(&b"\x1bPq#0~\x1b\\"[..]), Just(&b"plain\r\n"[..]), Just(&b"\xc2"[..]),
                Just(&b"\x9d"[..]), Just(&b"\x1b]8;;x\x1b\\"[..]), Just(&b"\x18"[..]), Just(&b"\\"[..]),
            ], 0..20),
            cut in 1_usize..7,
        ) {
            let all = parts.concat();
            let whole = passed(&all);
            let mut filter = Filter::default();
            let pieces: Vec<u8> = all.chunks(cut).flat_map(|piece| filter.pass(piece)).collect();
            prop_assert_eq!(&pieces, &whole);
            // Whatever comes of it, the clipboard is not touched: it is filtered once more, and nothing goes.
            let text = String::from_utf8_lossy(&whole).into_owned();
            prop_assert!(!text.contains("\x1b]52"), "{:?}", text);
            prop_assert_eq!(passed(&whole), whole);
        }
    }
}
