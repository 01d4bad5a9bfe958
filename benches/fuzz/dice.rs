//! Chance that comes again with the same seed, and what it does to bytes.

/// Random numbers that come again with the same seed: splitmix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.roll().to_le_bytes()[0]).collect()
    }
}

/// Something wrong in `bytes`: up to eight times. `nasty`: what whoever wants to annoy a parser writes.
pub fn spoil(dice: &mut Dice, bytes: &mut Vec<u8>, nasty: &[&[u8]]) {
    for _ in 0..=dice.below(8) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(9) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.roll().to_le_bytes()[0],
            2 => bytes.truncate(at),
            3 => {
                let length = dice.below(64);
                let noise = dice.bytes(length);
                bytes.splice(at..at, noise);
            }
            4 | 5 => drop(bytes.splice(at..at, dice.pick(nasty).iter().copied())),
            6 => {
                let end = (at + dice.below(64)).min(bytes.len());
                drop(bytes.drain(at..end));
            }
            7 => {
                // The same piece again, elsewhere.
                let end = (at + dice.below(256)).min(bytes.len());
                let piece = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            _ => {
                let (with, times) = (dice.pick(nasty), dice.below(200));
                bytes.splice(at..at, with.repeat(times));
            }
        }
        if bytes.len() > 256 << 10 {
            bytes.truncate(256 << 10);
        }
    }
}
