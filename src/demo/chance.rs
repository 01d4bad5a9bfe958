//! Chance that can be repeated: splitmix64. Not for secrets.

/// A stream of numbers, the same for the same seed.
#[derive(Debug)]
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed's `n`th night.
    pub fn new(seed: u64, n: u64) -> Self {
        let mut outer = Self(seed);
        Self(outer.next() ^ Self(n).next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From `least` to `most`, both included.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        // That the least are a hair more likely is no matter here.
        let width = u64::from(most.saturating_sub(least)) + 1;
        least + u32::try_from(self.next() % width).unwrap_or(0)
    }

    /// One of `items`, of which there must be some.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> &'i T {
        let last = u32::try_from(items.len() - 1).unwrap_or(u32::MAX);
        &items[self.between(0, last) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::Chance;

    #[test]
    fn the_numbers_are_splitmix64s() {
        // The first outputs for the state 1234567, as its reference implementation prints them.
        let mut chance = Chance(1_234_567);
        assert_eq!(chance.next(), 6_457_827_717_110_365_317);
        assert_eq!(chance.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn nothing_falls_outside() {
        let mut chance = Chance::new(1, 0);
        let drawn: Vec<u32> = (0..200).map(|_| chance.between(3, 5)).collect();
        assert!([3, 4, 5].iter().all(|n| drawn.contains(n)) && drawn.iter().all(|n| (3..=5).contains(n)));
        assert_eq!(chance.between(7, 7), 7);
    }
}
