//! What occurs in a block of alerts: a table of bits, by which a search leaves out the blocks where its words can't be.
//!
//! A query's word matches wherever it occurs, in the middle of other words too. Each full block of [`BLOCK`] alerts has one
//! bit table of 8 KiB: for every one, two and three bytes in a row of its texts, in lower case, the bit at their hash is set.
//! A word can only be in a block where all of its own bits are set. What is left is read and compared in full, so a chance
//! hit costs time and is never wrong. The last, unfinished block has no table and is always read.
//!
//! The choice, against SQLite's full-text index with three-letter tokens, which finds the same: see [`super::search`].

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// How many alerts share one table.
pub(super) const BLOCK: u64 = 256;
/// Of one table, in bytes. With the texts of one block, about a tenth of the bits is set.
const BYTES: usize = 8192;

/// The bits of texts, and which kinds of alerts there are among them.
pub(super) struct Grams {
    bits: Vec<u8>,
    kinds: u8,
}

/// What must be in a block for a search to look there.
#[derive(Default)]
pub(super) struct Needed {
    bits: Vec<u16>,
    /// At least one of each.
    kinds: Vec<u8>,
}

/// The bit for a severity and a status, as they are in their columns. A kind is both at once.
pub(super) fn kind(severity: u8, resolved: bool) -> u8 {
    1 << (severity + 4 * u8::from(resolved))
}

fn bit(gram: &[u8]) -> u16 {
    let folded = gram.iter().fold(gram.len() as u32, |so_far, byte| (so_far << 8) | u32::from(*byte));
    // The upper half of a product with an odd number depends on all bits of the other factor.
    (folded.wrapping_mul(0x9E37_79B1) >> 16) as u16
}

impl Grams {
    fn new() -> Self {
        Self { bits: vec![0; BYTES], kinds: 0 }
    }

    fn add(&mut self, text: &str) {
        if text.is_ascii() {
            self.add_bytes(text.bytes().map(|byte| byte.to_ascii_lowercase()));
        } else {
            self.add_bytes(text.to_lowercase().bytes());
        }
    }

    fn add_bytes(&mut self, bytes: impl Iterator<Item = u8>) {
        let mut last = [0; 3];
        for (at, byte) in bytes.enumerate() {
            last = [last[1], last[2], byte];
            for length in 1..=3.min(at + 1) {
                let bit = bit(&last[3 - length..]);
                self.bits[usize::from(bit / 8)] |= 1 << (bit % 8);
            }
        }
    }

    fn add_row(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        self.kinds |= kind(row.get(0)?, row.get(1)?);
        for column in 2..6 {
            self.add(row.get_ref(column)?.as_str()?);
        }
        Ok(())
    }
}

impl Needed {
    /// A word, in lower case, that must occur.
    pub(super) fn word(&mut self, word: &str) {
        self.bits.extend(word.as_bytes().windows(word.len().clamp(1, 3)).map(bit));
    }

    /// One of these kinds, as a set of bits.
    pub(super) fn one_of(&mut self, kinds: u8) {
        self.kinds.push(kinds);
    }

    /// Whether a block may hold what is sought.
    pub(super) fn may_be_in(&self, db: &Connection, block: u64) -> rusqlite::Result<bool> {
        let mut table = db.prepare_cached("SELECT kinds, grams FROM blocks WHERE block = ?1")?;
        let found = table.query_row([block], |row| {
            let kinds: u8 = row.get(0)?;
            if !self.kinds.iter().all(|wanted| wanted & kinds != 0) {
                return Ok(false);
            }
            let ValueRef::Blob(bits) = row.get_ref(1)? else { return Ok(true) };
            Ok(self.bits.iter().all(|bit| bits.get(usize::from(bit / 8)).is_none_or(|byte| byte >> (bit % 8) & 1 == 1)))
        });
        Ok(found.optional()?.unwrap_or(true))
    }
}

/// Makes the tables of all blocks that the alerts from `first` to `last` have filled.
pub(super) fn index(db: &Connection, first: u64, last: u64) -> rusqlite::Result<()> {
    for block in first / BLOCK..(last + 1) / BLOCK {
        let mut grams = Grams::new();
        let mut select = db.prepare_cached(
            "SELECT severity, resolved, asset, signature, tool, message FROM alerts WHERE number BETWEEN ?1 AND ?2",
        )?;
        let mut rows = select.query([block * BLOCK, block * BLOCK + BLOCK - 1])?;
        while let Some(row) = rows.next()? {
            grams.add_row(row)?;
        }
        db.prepare_cached("INSERT OR REPLACE INTO blocks VALUES (?1, ?2, ?3)")?.execute(params![
            block,
            grams.kinds,
            grams.bits
        ])?;
    }
    Ok(())
}
