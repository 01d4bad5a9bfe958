//! Sorts what a request says into good and bad alerts, when the alerts do not stand in one array.

use super::field::Fault;
use super::native::MOST_ALERTS;
use super::no_alert;
use crate::core::alert::Report;
use crate::core::input::Rejected;
use crate::core::reading::{Parsed, Unreadable};

/// The alerts of a request so far.
#[derive(Default, Debug)]
pub struct Sorted {
    /// It is a batch, perhaps of one.
    pub batch: bool,
    parsed: Parsed,
    seen: u32,
}

impl Sorted {
    /// Adds what was read at a pointer.
    pub fn add(&mut self, at: &str, read: Result<Report, Fault>) {
        let index = self.seen;
        self.seen = self.seen.saturating_add(1);
        if index as usize >= MOST_ALERTS {
            return;
        }
        match read {
            Ok(report) => {
                self.parsed.reports.push(report);
                self.parsed.indices.push(index);
            }
            Err(fault) => {
                let fields = fault.fields.iter().map(|field| format!("{at}{field}")).collect();
                self.parsed.rejected.push(Rejected { index, reason: fault.reason.into(), fields });
            }
        }
    }

    /// All of it.
    ///
    /// # Errors
    /// When there is no good alert, or there are too many.
    pub fn done(self) -> Result<Parsed, Unreadable> {
        let Self { batch, mut parsed, seen } = self;
        if seen as usize > MOST_ALERTS {
            return Err(no_alert("The request has more than 5000 alerts."));
        }
        if parsed.reports.is_empty() {
            let reason = parsed.rejected.first().map_or("There is no alert in it.".into(), |bad| bad.reason.clone());
            let fields = parsed.rejected.into_iter().flat_map(|bad| bad.fields).collect();
            return Err(Unreadable::NoAlert { reason, fields });
        }
        if parsed.rejected.is_empty() {
            parsed.indices.clear();
        }
        parsed.batch = batch;
        Ok(parsed)
    }
}
