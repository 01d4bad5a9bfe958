//! What a session showed last, with its place in all that it ever showed: a seat that falls behind by less goes on where it was.

use std::collections::VecDeque;

/// Bytes that are kept.
pub(super) const KEPT: usize = 1 << 20;

/// The last of a session's output.
#[derive(Debug, Default)]
pub(super) struct Ring {
    bytes: VecDeque<u8>,
    upto: u64,
}

impl Ring {
    /// More of it.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.upto += bytes.len() as u64;
        let fits = &bytes[bytes.len().saturating_sub(KEPT)..];
        let gone = (self.bytes.len() + fits.len()).saturating_sub(KEPT);
        self.bytes.drain(..gone);
        self.bytes.extend(fits);
    }

    /// Bytes that there ever were.
    pub(super) const fn upto(&self) -> u64 {
        self.upto
    }

    /// What followed the first `seen` bytes, at most so much of it. None: some of that is gone, or there never was so much.
    pub(super) fn after(&self, seen: u64, most: usize) -> Option<Vec<u8>> {
        let missing = usize::try_from(self.upto.checked_sub(seen)?).ok()?;
        let from = self.bytes.len().checked_sub(missing)?;
        Some(self.bytes.range(from..).take(most).copied().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Whoever has seen any part is given exactly what follows it, or is told that it is gone.
        #[test]
        fn what_follows_is_exact(lengths in prop::collection::vec(0_usize..400_000, 1..8), seen in 0_u64..3_000_000, most in 1_usize..300_000) {
            let (mut ring, mut all) = (Ring::default(), Vec::new());
            for (n, length) in lengths.iter().enumerate() {
                let piece: Vec<u8> = (0..*length).map(|at| ((at * 31 + n * 7) % 251) as u8).collect();
                ring.push(&piece);
                all.extend(piece);
            }
            prop_assert_eq!(ring.upto(), all.len() as u64);
            let from = usize::try_from(seen).unwrap();
            let gone = all.len() > KEPT && from < all.len() - KEPT;
            let expected = (!gone).then(|| all.get(from..)).flatten().map(|rest| &rest[..rest.len().min(most)]);
            let given = ring.after(seen, most);
            prop_assert_eq!(given.as_deref(), expected);
        }
    }
}
