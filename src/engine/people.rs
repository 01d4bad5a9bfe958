//! The book of people as calls: who asks for what is checked before; here it is done, put on the engine's own record, and told to the
//! tenants and seats concerned.

use serde_json::json;

use super::handle::Handle;
use super::task::Task;
use crate::core::audit::Record;
use crate::core::input::Actor;
use crate::core::person::Person;
use crate::core::time::{Moment, Span};
use crate::link::people::{Ask, Told};
use crate::link::{Refusal, Standing};
use crate::people::{Book, ChangeError, Senseless};

impl Task {
    /// Answers a question about people, or makes a change.
    pub(super) fn about_people(&mut self, by: &Actor, standing: &Standing, ask: Ask) -> Result<Told, Refusal> {
        let _ = (by, standing, ask);
        Err(Refusal::new("not_here", "soon"))
    }

    /// Puts something on the engine's own record.
    pub(super) fn note_own(&mut self, record: Record) {
        if let Err(error) = self.own_log.add(&record) {
            tracing::error!(%error, what = record.what, "cannot be put on the engine's own record");
        }
    }
}
