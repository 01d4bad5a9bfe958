//! One direction of a bad line: what is lost on it, comes twice, late, or after what was sent later. Pure: the time is handed in,
//! and chance is repeatable.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::demo::chance::Chance;

/// How bad the line between the gateway and the client is, each way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Line {
    /// Of a hundred frames, so many never arrive.
    pub lost: u32,
    /// So many arrive twice.
    pub doubled: u32,
    /// So many arrive up to `OVERTAKEN` late, after some that were sent later.
    pub reordered: u32,
    /// All arrive so much later.
    pub delay: Duration,
    /// A connection is cut, without a word, when it is so old.
    pub cut_after: Option<Duration>,
    /// Another number, another chance.
    pub seed: u64,
}

/// The longest time by which a frame is overtaken, in milliseconds.
const OVERTAKEN: u32 = 20;

/// Frames on their way.
#[derive(Debug)]
pub(super) struct Lane {
    chance: Chance,
    on_the_way: BTreeMap<(Instant, u64), Bytes>,
    count: u64,
}

impl Lane {
    /// The `n`th lane of a seed.
    pub fn new(seed: u64, n: u64) -> Self {
        Self { chance: Chance::new(seed, n), on_the_way: BTreeMap::new(), count: 0 }
    }

    /// Sends a frame along it.
    pub fn send(&mut self, line: &Line, now: Instant, frame: Bytes) {
        if self.of_a_hundred(line.lost) {
            return;
        }
        let copies = if self.of_a_hundred(line.doubled) { 2 } else { 1 };
        for _ in 0..copies {
            let late = if self.of_a_hundred(line.reordered) { self.chance.between(1, OVERTAKEN) } else { 0 };
            let due = now + line.delay + Duration::from_millis(late.into());
            self.count += 1;
            self.on_the_way.insert((due, self.count), frame.clone());
        }
    }

    /// What arrives by now.
    pub fn arrived(&mut self, now: Instant) -> Option<Bytes> {
        let first = self.on_the_way.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// When the next arrives.
    pub fn next(&self) -> Option<Instant> {
        self.on_the_way.first_key_value().map(|((due, _), _)| *due)
    }

    /// How many are on their way.
    pub fn len(&self) -> usize {
        self.on_the_way.len()
    }

    fn of_a_hundred(&mut self, so_many: u32) -> bool {
        so_many > 0 && self.chance.between(1, 100) <= so_many
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(line: Line, frames: u8) -> Vec<u8> {
        let now = Instant::now();
        let mut lane = Lane::new(line.seed, 1);
        let mut arrived = Vec::new();
        for n in 0..frames {
            let at = now + Duration::from_millis(n.into());
            lane.send(&line, at, Bytes::copy_from_slice(&[n]));
            arrived.extend(std::iter::from_fn(|| lane.arrived(at)).map(|frame| frame[0]));
        }
        let end = now + Duration::from_secs(60);
        arrived.extend(std::iter::from_fn(|| lane.arrived(end)).map(|frame| frame[0]));
        assert_eq!((lane.next(), lane.len()), (None, 0));
        arrived
    }

    #[test]
    fn a_good_line_changes_nothing() {
        let all: Vec<u8> = (0..200).collect();
        assert_eq!(through(Line::default(), 200), all);
        assert_eq!(through(Line { delay: Duration::from_millis(7), ..Line::default() }, 200), all);
    }

    #[test]
    fn a_bad_line_loses_doubles_and_reorders_as_much_as_it_says() {
        let lost = through(Line { lost: 10, ..Line::default() }, 200);
        assert!(lost.is_sorted() && (150..200).contains(&lost.len()), "{}", lost.len());
        let doubled = through(Line { doubled: 10, ..Line::default() }, 200);
        assert!(doubled.is_sorted() && (201..250).contains(&doubled.len()), "{}", doubled.len());
        let mut reordered = through(Line { reordered: 10, ..Line::default() }, 200);
        assert!(!reordered.is_sorted());
        reordered.sort_unstable();
        assert_eq!(reordered, (0..200).collect::<Vec<u8>>());
        assert!(through(Line { lost: 100, ..Line::default() }, 200).is_empty());
    }
}
