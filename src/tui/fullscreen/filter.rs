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

/// What follows the first byte of most characters.
const ANY: (u8, u8) = (0x80, 0xbf);

const ENQ: u8 = 0x05;
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
    /// The next of them is in this range, or it is no character: written longer than needed, it may be a control to some terminals.
    next: (u8, u8),
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

    /// What has passed is complete: something of our own may be written in between. A sequence that has begun is held back, so a
    /// machine that never ends one keeps nothing from being said.
    pub fn is_at_rest(&self) -> bool {
        self.lacks == 0
    }

    /// Another screen is drawn: nothing that has begun goes on. What the terminal was asked and told before still counts.
    pub fn begin_anew(&mut self) {
        let (asked, recoloured) = (self.asked, self.recoloured);
        *self = Self { asked, recoloured, ..Self::default() };
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
        self.asked |= byte == ENQ;
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
            _ if self.lacks > 0 && (self.next.0..=self.next.1).contains(&byte) => {
                self.lacks -= 1;
                self.next = ANY;
                return out.push(byte);
            }
            // Not a part of any character: a control of eight bits, or rubbish.
            0x80..=0x9f => {
                self.lacks = 0;
                return;
            }
            _ => self.lacks = 0,
        }
        match byte {
            ESC => self.begin(),
            0xc2 => self.state = State::Latin,
            0xc3..=0xdf => (self.lacks, self.next) = (1, ANY),
            0xe0..=0xef => self.lacks = 2,
            0xf0..=0xf4 => self.lacks = 3,
            _ => {}
        }
        match byte {
            0xe0 => self.next = (0xa0, 0xbf),
            0xed => self.next = (0x80, 0x9f),
            0xf0 => self.next = (0x90, 0xbf),
            0xf4 => self.next = (0x80, 0x8f),
            0xe1..=0xef | 0xf1..=0xf3 => self.next = ANY,
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
            // Another coding of characters, in which some are controls; controls of eight bits for keys.
            _ if matches!(self.held.first(), Some(b'%' | b' ')) => self.drop_held(),
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
                self.asked |= is_question(&self.held, byte);
                if !reaches_past(&self.held, byte) {
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

/// Whether a terminal answers a control sequence.
fn is_question(held: &[u8], last: u8) -> bool {
    let has = |sign: u8| held.contains(&sign);
    match last {
        b'c' | b'n' | b't' | b'x' => true,
        b'p' | b'w' => has(b'$'),
        b'q' => has(b'>'),
        b'u' => has(b'?') || has(b'$') || has(b'&'),
        b'y' => has(b'*'),
        b'v' => has(b'"'),
        b'S' => has(b'?') || has(b'#'),
        b'R' => has(b'#'),
        b'|' => has(b'#') || has(b'\''),
        _ => false,
    }
}

/// Whether a control sequence is about more than the screen: a printer; the window, which the machine may ask about and not touch;
/// its title, whose words would come back as keys; how the terminal itself reads and writes.
fn reaches_past(held: &[u8], last: u8) -> bool {
    // Others of that end draw.
    let is_drawing = held.iter().any(|byte| (0x20..=0x2f).contains(byte) && *byte != b' ');
    match last {
        b'i' => true,
        b'p' => held.contains(&b'"'),
        // Of another, older terminal nothing that follows would be understood.
        b'l' => held.strip_prefix(b"?").is_some_and(|modes| modes.split(|byte| *byte == b';').any(is_two)),
        b't' if !is_drawing => {
            let first = held.split(|byte| matches!(byte, b';' | b':')).next().unwrap_or_default();
            let number = std::str::from_utf8(first).ok().and_then(|text| text.parse::<u16>().ok());
            !matches!(number, Some(11 | 13..=16 | 18 | 19))
        }
        _ => false,
    }
}

fn is_two(mode: &[u8]) -> bool {
    std::str::from_utf8(mode).ok().and_then(|text| text.parse::<u16>().ok()) == Some(2)
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
        let vim = "\x1b[?1049h\x1b[?1h\x1b=\x1b[H\x1b[2J\x1b[?12h\x1b(B\x1b[38;2;1;2;3mé“漢字”😀\x1b[m\x1b[>c\
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
            b"\x1b[021t\x1b[21;0t\x1b[0020;t\x1b[21:1t\x1b[>2t",
            b"\x1b[2t\x1b[3;0;0t\x1b[8;2;2t\x1b[9;1t\x1b[60t",
            b"\x1b[5i\x1b[?5i\x1b[i",
            b"\x1b[22;0;0t\x1b[23;0t",
            b"\x1b%@\xc3\xa9\x1b%G\x1b%/I\x1b G",
            b"\x1b[?2l\x1b[?25;02l\x1b[61\"p\x1b[62;0\"p",
            b"\xe0\x82\x9d52;c;aGVsbG8=\x07",
            b"\xf0\x80\x82\x9d52;c;aGVsbG8=\x07",
            b"\xc1\x9d52;c;aGVsbG8=\x07",
            b"\xc2\x9d52;c;aGVsbG8=\x07",
            b"\x9d52;c;aGVsbG8=\x07",
        ] {
            let out = passed(bytes);
            let text = String::from_utf8_lossy(&out).into_owned();
            assert!(
                !out.contains(&ESC) && !out.contains(&0x9d) && !text.contains('\u{9d}'),
                "{:?} -> {text:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn whatever_a_terminal_answers_is_known_as_a_question() {
        for asks in [
            "\x05",
            "\x1bZ",
            "\x1b[c",
            "\x1b[=c",
            "\x1b[5n",
            "\x1b[18t",
            "\x1b[?1;1;0S",
            "\x1b[1;1;1;1;1;1*y",
            "\x1b[1$w",
            "\x1b[?u",
            "\x1b[>q",
            "\x1b[?1$p",
            "\x1b[#R",
            "\x1b['|",
            "\x1b]4;1;?\x1b\\",
            "\x1bP+q544e\x1b\\",
        ] {
            let mut filter = Filter::default();
            assert!(!filter.pass(asks.as_bytes()).is_empty() && filter.has_asked(), "{asks:?}");
        }
        let mut calm = Filter::default();
        calm.pass(b"\x1b[2S\x1b[3;1r\x1b[2 q\x1b[u");
        assert!(!calm.has_asked());
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
    fn what_was_asked_before_another_screen_is_drawn_still_counts() {
        let mut filter = Filter::default();
        filter.pass(b"\x1b[6n\x1b]11;#000\x07\xe6\xbc");
        assert!(!filter.is_at_rest());
        filter.begin_anew();
        assert!(filter.is_at_rest() && filter.has_asked() && filter.has_recoloured());
        assert_eq!(filter.pass(b"x"), b"x");
    }

    #[test]
    fn a_string_that_never_ends_takes_no_more_room_than_it_may() {
        let mut filter = Filter::default();
        filter.pass(b"\x1b]8;;");
        for _ in 0..40 {
            assert!(filter.pass(&[b'a'; 64 << 10]).is_empty());
        }
        assert!(filter.held.len() <= LONGEST && filter.is_at_rest());
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
