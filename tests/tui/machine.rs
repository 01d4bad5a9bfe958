//! A machine with a shell, in memory, behind the engine in memory: it echoes what is typed, and a line may be a word that it knows.

use std::sync::{Mutex, PoisonError};

use alert_whisperer::core::session::End;
use alert_whisperer::core::session::step::Step;
use alert_whisperer::link::session::{Blob, Live, Piece, Talk};

/// What was asked of it, but for what it was asked to show.
static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// What was asked of it so far.
pub fn told() -> String {
    TOLD.lock().unwrap_or_else(PoisonError::into_inner).join(" ")
}

/// What programs that use all of a terminal set, and what they ask.
pub const MODES: &str = "\x1b[?1049h\x1b[?1h\x1b=\x1b[?1003h\x1b[?1006h\x1b[?2004h\x1b[?1004h\x1b[?25l\x1b[2;5r\x1b[?7l\x1b]11;#102030\x1b\\\
    \x1b[>4;2m\x1b[cwhole screen";
/// What a hostile one sends.
pub const HOSTILE: &str =
    "\x1b]52;c;aGVsbG8=\x07\x1b]0;not yours\x07\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\x07\x1b\\after all";

/// The machine.
#[derive(Default)]
pub struct Machine {
    output: Vec<u8>,
    line: Vec<u8>,
    live: Live,
    /// It says how large it has become.
    says_sizes: bool,
}

impl Machine {
    pub fn boot() -> Self {
        let live = Live { version: 1, ..Live::default() };
        Self { output: b"$ ".to_vec(), line: Vec::new(), live, says_sizes: false }
    }

    /// What there is from `seen` on; absent when there is nothing new.
    pub fn piece(&self, seen: u64, version: u64, over: bool) -> Option<Piece> {
        let more = self.output.get(seen as usize..).unwrap_or_default();
        let live = (version != self.live.version).then(|| self.live.clone());
        (!more.is_empty() || live.is_some() || over).then(|| Piece {
            upto: self.output.len() as u64,
            bytes: Blob(more.to_vec()),
            fresh: false,
            live,
            over,
        })
    }

    /// Something is done to it: what that comes to.
    pub fn take(&mut self, talk: &Talk) -> Option<Step> {
        let words = match talk {
            Talk::Type { bytes, .. } => format!("type:{}", String::from_utf8_lossy(&bytes.0).escape_debug()),
            Talk::Resize { size, .. } => format!("size:{}x{}", size.cols, size.rows),
            Talk::HandOver { raw, .. } => format!("raw:{raw}"),
            other => format!("{other:?}").split([' ', '{']).next().unwrap_or_default().to_lowercase(),
        };
        TOLD.lock().unwrap_or_else(PoisonError::into_inner).push(words);
        if let (Talk::Resize { size, .. }, true) = (talk, self.says_sizes) {
            self.output.extend(format!("now {}x{}", size.cols, size.rows).bytes());
        }
        let Talk::Type { bytes, .. } = talk else { return None };
        let mut ended = None;
        for byte in &bytes.0 {
            if *byte != b'\r' {
                self.output.push(*byte);
                self.line.push(*byte);
                continue;
            }
            self.output.extend(b"\r\n");
            match &*String::from_utf8_lossy(&std::mem::take(&mut self.line)) {
                "sizes" => self.says_sizes = true,
                "modes" => self.output.extend(MODES.bytes()),
                "hostile" => self.output.extend(HOSTILE.bytes()),
                "exit" => {
                    ended = Some(Step::Ended { how: End::Exited, why: None, exit_code: None, recording: None });
                }
                _ => self.output.extend(b"$ "),
            }
        }
        ended
    }
}
