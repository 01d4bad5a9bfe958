//! What is flat, by a table: where each field of an alert is in a tool's body. A mapping is TOML; every tool has one of ours, and a
//! source may have its own. `table` reads it, `alerts` follows it. What the format is: docs/mapping.md.

mod alerts;
mod graded;
mod place;
pub mod pointer;
pub mod preset;
mod table;
mod when;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use regex::Regex;

use self::graded::Graded;
use self::place::Place;
use self::pointer::Pointer;
pub use self::table::{LONGEST, Mistake};
use self::when::Format;
use super::json::Json;
use super::no_alert;
use crate::core::alert::AlertStatus;
use crate::core::reading::{Context, Parsed, Unreadable};
use crate::core::severity::Severity;
use crate::core::source::Source;

/// A mapping that can be followed.
#[derive(Debug)]
pub struct Mapping {
    tool: String,
    batch: Option<Pointer>,
    parse: Vec<Pointer>,
    ignore: Vec<Ignore>,
    asset_name: Field,
    signature: Field,
    message: Field,
    severity: Graded<Severity>,
    status: Graded<AlertStatus>,
    dedup_key: Field,
    occurred_at: Field,
    format: Format,
    began: bool,
    instance_id: Field,
    links: Field,
    all_labels: Option<Pointer>,
    labels: Vec<(String, Place)>,
}

/// Where a field is.
#[derive(Clone, Default, Debug)]
struct Field {
    /// The first that has something counts.
    places: Vec<Place>,
    /// What of it counts.
    pattern: Option<Regex>,
    /// What values are to be instead, by their small letters; others stay.
    words: BTreeMap<String, String>,
    default: Option<String>,
}

/// What is no alert.
#[derive(Clone, Debug)]
struct Ignore {
    at: Pointer,
    /// In small letters; absent: whatever is there.
    words: Option<Vec<String>>,
}

/// Mappings that are kept ready: patterns take longer to compile than bodies to read.
const MOST_READY: usize = 128;

/// Those in use, by their text. A mapping is what its text says, so nobody can see that this is shared.
static READY: Mutex<Option<HashMap<String, Arc<Mapping>>>> = Mutex::new(None);

/// Reads a body by a source's mapping.
///
/// # Errors
/// When there is no good alert in it.
pub fn parse(source: &Source, json: &Json<'_>, context: Context<'_>) -> Result<Parsed, Unreadable> {
    let mapping = of(source).map_err(|_| no_alert("The source's mapping can't be followed."))?;
    alerts::parse(&mapping, json, context)
}

/// Whether a source's mapping can be followed.
///
/// # Errors
/// What is wrong with it, and where.
pub fn check(source: &Source) -> Result<(), Mistake> {
    of(source).map(|_| ())
}

/// A source's own mapping, or that of its kind.
fn of(source: &Source) -> Result<Arc<Mapping>, Mistake> {
    let text = source.mapping.as_deref().unwrap_or_else(|| preset::of(source.kind));
    let ready = || READY.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = ready().get_or_insert_default().get(text) {
        return Ok(Arc::clone(known));
    }
    // With nothing held: nobody else's request waits for these patterns.
    let mapping = Arc::new(table::read(text)?);
    let mut ready = ready();
    let ready = ready.get_or_insert_default();
    if ready.len() >= MOST_READY {
        ready.clear();
    }
    ready.insert(text.to_owned(), Arc::clone(&mapping));
    Ok(mapping)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
