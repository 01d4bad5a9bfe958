//! What the product is about, as pure values and rules. Depends on nothing else of ours; does no IO, reads no clock.

pub mod alert;
pub mod assign;
pub mod board;
pub mod caseload;
pub mod category;
pub mod change;
pub mod correlate;
pub mod credentials;
pub mod engine;
pub mod id;
pub mod incident;
pub mod input;
pub mod limit;
pub mod makeup;
pub mod priority;
pub mod pulse;
pub mod query;
pub mod quiet;
pub mod receipt;
pub mod rota;
pub mod safe_text;
pub mod setting;
pub mod severity;
pub mod silence;
pub mod sla;
pub mod standing;
pub mod tally;
pub mod tenant;
#[cfg(test)]
pub mod testing;
pub mod time;
pub mod timeline;
pub mod tour;
pub mod undo;
pub mod zone;
