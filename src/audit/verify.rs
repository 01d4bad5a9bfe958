//! Reads a log from its first entry to its last and says where it is not as it was written.

use serde::Deserialize;

use super::{NOTHING, digest, opened};
use crate::core::audit::Head;

/// A log that is whole.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checked {
    /// How many entries it has.
    pub entries: u64,
    /// The hash of the last one; 64 zeros without any.
    pub hash: String,
}

/// Where a log is not as it was written.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("broken at entry {at}: {what}")]
pub struct Broken {
    /// The number of the first entry that is wrong, or missing.
    pub at: u64,
    /// What is wrong with it.
    pub what: String,
}

/// Reads the entries one after the other.
#[derive(Debug)]
pub struct Verifier {
    last: Head,
    /// Entries that were in the log once.
    known: Vec<Head>,
}

/// What of an entry is looked at, besides its hash.
#[derive(Deserialize)]
struct Place {
    number: u64,
    previous: String,
}

/// Reads a whole log. `known` are entries that were in it once: one that is not there any more was cut off or replaced.
///
/// # Errors
/// Where it is broken, and how.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a str>, known: &[Head]) -> Result<Checked, Broken> {
    let mut verifier = Verifier::new(known);
    entries.into_iter().try_for_each(|entry| verifier.read(entry))?;
    verifier.end()
}

impl Verifier {
    /// Before the first entry.
    pub fn new(known: &[Head]) -> Self {
        Self { last: Head { number: 0, hash: NOTHING.into() }, known: known.to_vec() }
    }

    /// The number that the next entry should have.
    pub fn next(&self) -> u64 {
        self.last.number + 1
    }

    /// Reads the next entry, exactly as it is kept.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(&mut self, text: &str) -> Result<(), Broken> {
        let at = self.next();
        let broken = |what: String| Broken { at, what };
        let place: Place =
            serde_json::from_str(text).map_err(|_| broken("what stands there is no entry".to_owned()))?;
        if place.number > at {
            let missing = match place.number - 1 {
                last if last == at => format!("entry {at} is missing"),
                last => format!("the entries {at} to {last} are missing"),
            };
            return Err(broken(missing));
        }
        if place.number < at {
            return Err(broken(format!("entry {} stands there: doubled, or in another order", place.number)));
        }
        let (open, hash) = opened(text).ok_or_else(|| broken("it does not end with its hash".to_owned()))?;
        if digest(&open) != hash {
            return Err(broken("it was changed: its hash is another one".to_owned()));
        }
        if place.previous != self.last.hash {
            return Err(broken(format!(
                "it does not follow the entry before it: one of {} and {at} was replaced",
                at - 1
            )));
        }
        self.last = Head { number: at, hash: hash.to_owned() };
        if let Some(known) = self.known.iter().find(|known| known.number == at && known.hash != hash) {
            return Err(broken(format!("it was replaced: the entry that was there once had the hash {}", known.hash)));
        }
        Ok(())
    }

    /// There are no more entries.
    ///
    /// # Errors
    /// When there were more once.
    pub fn end(self) -> Result<Checked, Broken> {
        let Head { number: entries, hash } = self.last;
        match self.known.iter().map(|known| known.number).filter(|known| *known > entries).max() {
            Some(known) => Err(Broken {
                at: entries + 1,
                what: format!("the log ends before it, and once went on to entry {known}"),
            }),
            None => Ok(Checked { entries, hash }),
        }
    }
}
