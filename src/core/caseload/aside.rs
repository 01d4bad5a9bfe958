//! What could not be read: put aside, taken again or thrown away, and reported as one incident a source while any is left.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Caseload, Due, Sent};
use crate::core::alert::AlertStatus;
use crate::core::aside::{self, Aside, Pile};
use crate::core::change::Change;
use crate::core::time::Moment;

impl Caseload {
    /// What is put aside.
    pub fn pile(&self) -> &Pile {
        &self.pile
    }

    /// Something of a request could not be read.
    pub fn put_aside(&mut self, now: Moment, source: &str, reason: &str, size: u64, changes: &mut Vec<Change>) {
        let number = self.pile.add(now, source, size);
        let (id, source_name) = (self.tenant.id.clone(), source.to_owned());
        changes.push(Change::Quarantined { id, number, source: source_name, at: now, reason: reason.into() });
        let report = aside::report(now, source, AlertStatus::Firing, reason);
        self.receive(now, &Arc::new(report), Sent::default(), changes);
        self.due_aside(now, changes);
    }

    /// Requests are put aside no more; those that were not are passed over. True when any was.
    pub fn clear_aside(&mut self, now: Moment, numbers: &[u64], changes: &mut Vec<Change>) -> bool {
        let gone: Vec<Aside> = numbers.iter().filter_map(|number| self.pile.take(*number)).collect();
        let cleared = !gone.is_empty();
        if cleared {
            let numbers = gone.iter().map(|aside| aside.number).collect();
            changes.push(Change::QuarantineCleared { id: self.tenant.id.clone(), numbers });
        }
        self.tell_read(now, gone.into_iter().map(|aside| aside.source).collect(), changes);
        cleared
    }

    /// One is taken as if it came now: it is no more what it was. Whether anything of its source is left is said by
    /// [`Self::tell_read`], once it is known what could still not be read.
    pub fn take_aside(&mut self, number: u64, changes: &mut Vec<Change>) -> bool {
        let Some(aside) = self.pile.take(number) else { return false };
        changes.push(Change::QuarantineCleared { id: self.tenant.id.clone(), numbers: vec![aside.number] });
        true
    }

    /// Of some sources nothing may be left unread.
    pub fn tell_read(&mut self, now: Moment, sources: BTreeSet<String>, changes: &mut Vec<Change>) {
        for source in sources {
            if self.pile.count_of(&source) > 0 {
                continue;
            }
            let report = aside::report(now, &source, AlertStatus::Resolved, "");
            // Somebody may have resolved it before.
            if self.place_of(Sent::default(), &report).is_some() {
                self.receive(now, &Arc::new(report), Sent::default(), changes);
            }
        }
    }

    /// What is too old, too many or too large goes.
    pub(super) fn due_aside(&mut self, now: Moment, changes: &mut Vec<Change>) {
        let (mut numbers, mut sources) = (Vec::new(), BTreeSet::new());
        while let Some(number) = self.pile.outlived(now) {
            numbers.push(number);
            sources.extend(self.pile.take(number).map(|aside| aside.source));
        }
        if !numbers.is_empty() {
            changes.push(Change::QuarantineCleared { id: self.tenant.id.clone(), numbers });
        }
        self.tell_read(now, sources, changes);
        self.watch_aside();
    }

    /// Looks again when the oldest is too old. One look waits at a time, however much comes and goes until then.
    pub(super) fn watch_aside(&mut self) {
        if let Some(at) = self.pile.next_end()
            && self.aside_due.is_none_or(|due| at < due)
        {
            self.aside_due = Some(at);
            self.dues.push((at, Due::Aside));
        }
    }
}
