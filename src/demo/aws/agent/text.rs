//! Pieces of output as agents cut them: no message ends within a character, unless what comes is no text at all.

use bytes::Bytes;

/// What is held back of a character that has not come whole.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    held: Vec<u8>,
}

impl Pieces {
    /// How many bytes the next piece can take beside those that are held.
    pub fn room(&self, most: usize) -> usize {
        most - self.held.len()
    }

    /// The piece that more bytes make; none while there is no whole character.
    pub fn piece(&mut self, more: &[u8]) -> Option<Bytes> {
        self.held.extend_from_slice(more);
        let rest = self.held.split_off(self.held.len() - begun(&self.held));
        let piece = std::mem::replace(&mut self.held, rest);
        (!piece.is_empty()).then(|| piece.into())
    }

    /// What never became whole.
    pub fn rest(self) -> Option<Bytes> {
        (!self.held.is_empty()).then(|| self.held.into())
    }
}

/// How many bytes at the end are of a character that needs more.
fn begun(bytes: &[u8]) -> usize {
    let needs = |byte: u8| match byte {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let tail = bytes.iter().rev().take(3);
    let goes_on = |byte: u8| (0x80..=0xbf).contains(&byte);
    let first = tail.clone().position(|byte| !goes_on(*byte));
    first.map_or(0, |at| {
        let length = at + 1;
        if tail.clone().nth(at).is_some_and(|byte| needs(*byte) > length) { length } else { 0 }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_character_is_held_until_it_is_whole() {
        let mut pieces = Pieces::default();
        assert_eq!(pieces.piece(b"a\xf0\x9f").as_deref(), Some(&b"a"[..]));
        assert_eq!(pieces.piece(b"\x98"), None);
        assert_eq!(pieces.piece(b"\x80b").as_deref(), Some("\u{1f600}b".as_bytes()));
        assert_eq!(pieces.piece(b"\xff\x80\x80\x80").as_deref(), Some(&b"\xff\x80\x80\x80"[..]));
        assert_eq!(pieces.piece(b"\xe2"), None);
        assert_eq!(pieces.rest().as_deref(), Some(&b"\xe2"[..]));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_text_is_cut_between_characters(text in "\\PC{0,40}", cuts in prop::collection::vec(1..5_usize, 1..40)) {
            let mut pieces = Pieces::default();
            let (mut all, mut rest) = (Vec::new(), text.as_bytes());
            for cut in cuts.into_iter().cycle() {
                if rest.is_empty() {
                    break;
                }
                let (now, later) = rest.split_at(cut.min(rest.len()));
                rest = later;
                if let Some(piece) = pieces.piece(now) {
                    prop_assert!(std::str::from_utf8(&piece).is_ok());
                    all.extend_from_slice(&piece);
                }
            }
            prop_assert_eq!(String::from_utf8(all).unwrap(), text);
            prop_assert_eq!(pieces.rest(), None);
        }
    }
}
