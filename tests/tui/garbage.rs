//! A million bytes of what no keyboard sends: the seat stays answerable or ends by one of its own keys, and the terminal is left
//! as it was. The same bytes each time.

use std::io::Write;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use super::{PATIENCE, Terminal, many};
use portable_pty::PtySize;

const BYTES: usize = 1_000_000;
/// What goes in between two looks at the output: less than a pseudo-terminal holds.
const CHUNK: usize = 2_048;

/// splitmix64: the same numbers each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) as usize % sides
    }

    /// A piece of garbage: bytes at random, broken and whole sequences, clicks everywhere, pastes that never end.
    fn piece(&mut self) -> Vec<u8> {
        match self.roll(12) {
            0..=2 => vec![self.roll(256) as u8],
            3 | 4 => vec![b' ' + self.roll(95) as u8; 1 + self.roll(3)],
            5 => {
                let (button, x, y) = (self.roll(130), self.roll(300), self.roll(100));
                let end = if self.roll(2) == 0 { 'M' } else { 'm' };
                format!("\x1b[<{button};{x};{y}{end}").into_bytes()
            }
            6 => format!("\x1b[{};{}{}", self.roll(9999), self.roll(99), (b'@' + self.roll(63) as u8) as char)
                .into_bytes(),
            7 => b"\x1b[200~garbage q ".to_vec(),
            8 => b"\x1b[201~".to_vec(),
            9 => [b"\x1bO".to_vec(), vec![b'A' + self.roll(26) as u8]].concat(),
            10 => "ü€😀\u{202e}\u{300}".as_bytes()[..1 + self.roll(13)].to_vec(),
            _ => b"\x1b\t\r\x7f:/gTOwzJ,>}B".to_vec(),
        }
    }

    fn chunk(&mut self) -> Vec<u8> {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK {
            // What is left when a seat ends goes to the terminal's own line editing: there, these keys kill the job, stop it, stop
            // the output or throw away what was not read of it, and nobody could say how the terminal was left.
            chunk.extend(self.piece().into_iter().filter(|byte| !matches!(byte, 0x03 | 0x13 | 0x1a | 0x1c)));
        }
        chunk
    }
}

/// Types on a thread of its own: a pseudo-terminal whose other end is gone takes bytes for ever without an error, and who types
/// into it may wait for ever.
fn typist(terminal: &mut Terminal) -> SyncSender<Vec<u8>> {
    let (typing, chunks) = sync_channel::<Vec<u8>>(1);
    let mut keys = std::mem::replace(&mut terminal.keys, Box::new(std::io::sink()));
    std::thread::spawn(move || chunks.iter().try_for_each(|chunk| keys.write_all(&chunk)));
    typing
}

/// Reads what has come, without waiting.
fn drain(terminal: &mut Terminal) {
    while let Ok(bytes) = terminal.output.try_recv() {
        terminal.take_in(&bytes);
    }
}

#[test]
fn a_million_bytes_of_garbage_leave_the_terminal_as_it_was() {
    let mut dice = Dice(7);
    let (mut sent, mut seats) = (0, 0);
    let begun = Instant::now();
    while sent < BYTES {
        let wall = if seats % 5 == 4 { vec![("SEAT_WALL", "1")] } else { Vec::new() };
        // An editor that the garbage opens would take the rest of it.
        let more = [vec![("SEAT_MOUSE", "1"), ("VISUAL", "true"), ("EDITOR", "true")], wall].concat();
        let mut terminal = Terminal::open("board 50", &more);
        seats += 1;
        terminal.until_shows("Acme");
        let typing = typist(&mut terminal);
        // A seat that a quit key in the garbage ends has done nothing wrong: the next one gets the rest.
        let mut chunk = dice.chunk();
        while sent < BYTES && terminal.child.try_wait().unwrap().is_none() {
            let length = chunk.len();
            match typing.try_send(chunk) {
                Ok(()) => {
                    sent += length;
                    chunk = dice.chunk();
                    if dice.roll(8) == 0 {
                        let (rows, cols) = (5 + dice.roll(60) as u16, 20 + dice.roll(200) as u16);
                        terminal.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
                        terminal.screen.screen_mut().set_size(many(rows), many(cols));
                    }
                }
                Err(TrySendError::Full(again)) => chunk = again,
                Err(TrySendError::Disconnected(_)) => break,
            }
            // Until the seat says something, or has had time to read on.
            if let Ok(bytes) = terminal.output.recv_timeout(Duration::from_millis(2)) {
                terminal.take_in(&bytes);
            }
            drain(&mut terminal);
            assert!(begun.elapsed() < PATIENCE * 6, "{sent} bytes in {seats} seats");
        }
        // Out of whatever was begun, then out: ctrl-c leaves from everywhere, once no sequence and no paste is open. It goes to a
        // seat that says nothing more, and never to one that has left: there, it would throw away what was not read of its end.
        let mut out = b"\x1b[201~\x1b[201~\x1b[201~\x03".to_vec();
        let mut due = Instant::now();
        while terminal.child.try_wait().unwrap().is_none() {
            if due <= Instant::now() && !terminal.has_left() {
                match typing.try_send(out) {
                    Err(TrySendError::Full(again)) => out = again,
                    _ => (out, due) = (b"\x03".to_vec(), Instant::now() + Duration::from_secs(2)),
                }
            }
            // Long enough for a seat to end; another key is sent to one that has not heard.
            if let Ok(bytes) = terminal.output.recv_timeout(Duration::from_millis(50)) {
                terminal.take_in(&bytes);
            }
            drain(&mut terminal);
            assert!(begun.elapsed() < PATIENCE * 6, "seat {seats} does not end");
        }
        drop(typing);
        terminal.until_ended();
        let said = String::from_utf8_lossy(&terminal.raw).into_owned();
        let tail: String = said.chars().skip(said.chars().count().saturating_sub(2_000)).collect();
        assert!(said.contains("ended: Ok(Ok("), "seat {seats}: {tail}");
        terminal.assert_clean();
    }
}
