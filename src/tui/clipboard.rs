//! Text to the clipboard of the terminal that the operator sits at, by OSC 52: also over ssh, and through tmux.

use super::app::App;
use super::effect::Effect;

/// xterm takes no more than this, encoded; others take more.
const MOST: usize = 74_994;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl App {
    /// Copies a text, unless terminals would cut it.
    pub fn copy_text(&mut self, text: String) {
        let most = MOST / 4 * 3;
        if text.len() > most {
            let (is, most) = (text.len().div_ceil(1_000), most / 1_000);
            self.mistake(format!("{is} kB are too much for a terminal's clipboard, which takes {most}: write a file"));
            return;
        }
        self.notice(format!("{} bytes to the clipboard, if the terminal allows it", text.len()));
        self.effect(Effect::Copy(text));
    }
}

/// What makes a terminal take `text` into its clipboard. Under tmux it is said twice: tmux takes the first for its own buffer and
/// hands the second on to the terminal outside, as far as its settings allow.
pub fn sequence(text: &str, in_tmux: bool) -> Vec<u8> {
    let plain = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    let passed = if in_tmux { format!("\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")) } else { String::new() };
    (plain + &passed).into_bytes()
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let bits = three.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for at in 0..4 {
            let letter = ALPHABET.get((bits >> (18 - 6 * at) & 63) as usize).copied().unwrap_or(b'=');
            out.push(if at <= three.len() { letter.into() } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_encoded_as_rfc_4648_has_it() {
        for (from, to) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy"), ("ü", "w7w=")]
        {
            assert_eq!(base64(from.as_bytes()), to);
        }
    }

    #[test]
    fn tmux_hands_on_what_is_wrapped_for_it() {
        assert_eq!(sequence("foo", false), b"\x1b]52;c;Zm9v\x07");
        assert_eq!(sequence("foo", true), b"\x1b]52;c;Zm9v\x07\x1bPtmux;\x1b\x1b]52;c;Zm9v\x07\x1b\\");
    }
}
