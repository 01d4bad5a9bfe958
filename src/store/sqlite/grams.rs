//! What occurs in a block of alerts: a table of bits, by which a search leaves out the blocks where its words can't be.
//!
//! A query's word matches wherever it occurs, in the middle of other words too. Each full block of [`BLOCK`] alerts has one
//! bit table of 8 KiB: for every two, three and five bytes in a row of its texts, in lower case, two bits are set, by their
//! hash. A word can only be in a block where all of its own bits are set. What is left is read and compared in full, so a
//! chance hit costs time and is never wrong. The last, unfinished block has no table and is always read.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// How many alerts share one table.
pub(super) const BLOCK: u64 = 256;
/// Of one table, in bytes. With the texts of one block, about a quarter of the bits is set.
const BYTES: usize = 8192;

/// The bits of texts, and which kinds of alerts there are among them.
pub(super) struct Grams {
    bits: Vec<u8>,
    kinds: u8,
}

/// What must be in a block for a search to look there.
#[derive(Default)]
pub(super) struct Needed {
    /// Of each group, all bits of at least one member.
    groups: Vec<Vec<Vec<u16>>>,
    /// At least one of each.
    kinds: Vec<u8>,
}

/// The bit for a severity and a status, as they are in their columns. A kind is both at once.
pub(super) fn kind(severity: u8, resolved: bool) -> u8 {
    1 << (severity + 4 * u8::from(resolved))
}

/// How many bytes in a row. Two find short words, three all others; five tell `host-00042` from `host-00024`.
const LENGTHS: [usize; 3] = [2, 3, 5];

/// The two bits of a gram, which is at most five bytes long.
fn bits(gram: u64, length: usize) -> [u16; 2] {
    let tagged = gram & ((1 << (8 * length)) - 1) | (length as u64) << 40;
    // The upper bits of a product with an odd number depend on all bits of the other factor.
    let hash = tagged.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    [(hash >> 48) as u16, (hash >> 32) as u16]
}

/// All bits of a text in lower case.
fn each_bit(text: impl Iterator<Item = u8>, mut then: impl FnMut(u16)) {
    let mut last = 0u64;
    for (at, byte) in text.enumerate() {
        last = last << 8 | u64::from(byte);
        for length in LENGTHS.into_iter().filter(|length| *length <= at + 1) {
            bits(last, length).into_iter().for_each(&mut then);
        }
    }
}

impl Grams {
    fn new() -> Self {
        Self { bits: vec![0; BYTES], kinds: 0 }
    }

    fn add(&mut self, text: &str) {
        let set = |bit: u16| self.bits[usize::from(bit / 8)] |= 1 << (bit % 8);
        if text.is_ascii() {
            each_bit(text.bytes().map(|byte| byte.to_ascii_lowercase()), set);
        } else {
            each_bit(text.to_lowercase().bytes(), set);
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
    /// Texts in lower case: all of at least one member must occur.
    pub(super) fn one_of_these(&mut self, members: Vec<Vec<&str>>) {
        let bits = |texts: Vec<&str>| {
            let mut bits = Vec::new();
            texts.into_iter().for_each(|text| each_bit(text.bytes(), |bit| bits.push(bit)));
            bits
        };
        self.groups.push(members.into_iter().map(bits).collect());
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
            let is_set = |bit: &u16| bits.get(usize::from(bit / 8)).is_none_or(|byte| byte >> (bit % 8) & 1 == 1);
            Ok(self.groups.iter().all(|members| members.iter().any(|needed| needed.iter().all(is_set))))
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
