//! The sessions that this engine holds: shells, commands and forwarded ports on other people's machines. A seat comes and goes; a
//! session is here.
//!
//! [`Sessions`] takes the calls. Each session has one task (`live`) and one queue of calls to it, so whatever is asked of one
//! session is done in the order in which it was asked, by whom ever; different sessions wait for nothing of each other's. The
//! task reads whatever the machine sends, whether or not anybody looks; seats pull what they have not seen yet.
//!
//! Who may do what is decided by the core; how bytes get to a machine is `aws::session`'s; what they mean to a person is the
//! seat's. What may happen when in a session's life is in `core::caseload::sessions`.

mod forward;
pub mod recording;
mod rules;

pub use self::rules::Rules;
