//! Which problem a report means: that of its sender's fingerprint, wherever it was first counted, or else that of its names.
//!
//! What fires is kept with its key. Here is only the way back from a fingerprint to the key, made anew at every start.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Caseload, Due};
use crate::core::alert::{Identity, Report};
use crate::core::correlate::{self, KeyState, Slot};
use crate::core::time::{Moment, Span};

/// Which source a report came from, and in which request; both are empty for what the program itself reports.
#[derive(Clone, Copy, Default, Debug)]
pub struct Sent<'a> {
    /// The source's name.
    pub source: &'a str,
    /// The sender's id for the request.
    pub delivery_id: Option<&'a str>,
}

/// The keys under which problems with a fingerprint fire. Each problem fires under one key at a time.
#[derive(Debug, Default)]
pub(super) struct Prints(BTreeMap<String, Arc<str>>);

/// Where a problem fires.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Place {
    pub(super) key: Arc<str>,
    pub(super) slot: String,
}

impl Prints {
    fn add(&mut self, slot: &str, key: &Arc<str>) {
        if correlate::is_print(slot) {
            self.0.insert(slot.to_owned(), key.clone());
        }
    }

    fn remove(&mut self, slot: &str, key: &str) {
        if self.0.get(slot).is_some_and(|known| **known == *key) {
            self.0.remove(slot);
        }
    }
}

impl Caseload {
    /// Keys that changed since this was last asked; absent states are forgotten ones.
    pub fn take_touched(&mut self) -> Vec<(String, Option<KeyState>)> {
        let touched = std::mem::take(&mut self.touched);
        touched.into_iter().map(|key| (key.to_string(), self.keys.get(&key).cloned())).collect()
    }

    /// Where the problem of a report fires, if it does.
    pub(super) fn place_of(&self, sent: Sent<'_>, report: &Report) -> Option<Place> {
        let of = |(slot, key): (&String, &Arc<str>)| Place { key: key.clone(), slot: slot.clone() };
        match (&report.fingerprint, report.identity) {
            (Some(print), Identity::Only) => {
                let begin = correlate::print_of(sent.source, print);
                let all = self.prints.0.range(begin.clone()..).take_while(|(slot, _)| slot.starts_with(&begin));
                let latest = |(slot, key): &(&String, &Arc<str>)| self.slot(key, slot).map(|slot| slot.alert);
                all.max_by_key(latest).map(of)
            }
            (Some(_), _) => {
                let names = [correlate::slot(sent.source, report), correlate::old_print(report)];
                names.iter().find_map(|slot| self.prints.0.get_key_value(slot)).map(of)
            }
            (None, _) => {
                let key = self.key_of(report);
                let slot = correlate::slot(sent.source, report);
                self.slot(&key, &slot).is_some().then_some(Place { key, slot })
            }
        }
    }

    /// A problem that fires under a key.
    pub(super) fn slot(&self, key: &str, slot: &str) -> Option<&Slot> {
        self.keys.get(key)?.slots.get(slot)
    }

    /// From now on the problem fires under this key. It does under no other one.
    pub(super) fn fires_at(&mut self, place: Place, slot: Slot) {
        self.touched.insert(place.key.clone());
        self.prints.add(&place.slot, &place.key);
        if let Some(state) = self.keys.get_mut(&place.key) {
            state.slots.insert(place.slot, slot);
        }
    }

    /// The problem fires no more.
    pub(super) fn fires_no_more(&mut self, place: &Place) {
        self.touched.insert(place.key.clone());
        self.prints.remove(&place.slot, &place.key);
        if let Some(state) = self.keys.get_mut(&place.key) {
            state.slots.remove(&place.slot);
        }
    }

    /// Nothing fires under a key any more.
    pub(super) fn nothing_fires(&mut self, key: &Arc<str>) {
        let Some(state) = self.keys.get_mut(key) else { return };
        self.touched.insert(key.clone());
        std::mem::take(&mut state.slots).keys().for_each(|slot| self.prints.remove(slot, key));
    }

    pub(super) fn forgotten_at(&self, state: &KeyState) -> Moment {
        state.forgotten_at(self.tenant.settings.correlation.window()) + Span(1)
    }

    /// A key may not be worth remembering any more.
    pub(super) fn forget_key(&mut self, at: Moment, key: Arc<str>) {
        let Some(state) = self.keys.get(&key) else { return };
        let needed = state.incident.is_some_and(|number| self.incidents.contains_key(&number));
        let forgotten_at = self.forgotten_at(state);
        if !needed && forgotten_at <= at {
            self.nothing_fires(&key);
            self.keys.remove(&key);
        } else {
            let again = if needed { forgotten_at.max(at + Span::HOUR) } else { forgotten_at };
            self.dues.push((again, Due::ForgetKey(key)));
        }
    }

    /// What fired under a key when it was last kept fires again, unless it does under another one by now.
    pub(super) fn fires_again(&mut self, before: &KeyState) {
        let Some((key, state)) = self.keys.get_key_value(before.key.as_str()) else { return };
        let key = key.clone();
        let gone = before.slots.iter().filter(|(slot, _)| !state.slots.contains_key(*slot));
        let gone = gone.filter(|(slot, _)| !self.prints.0.contains_key(*slot));
        for (slot, known) in gone.map(|(slot, known)| (slot.clone(), known.clone())).collect::<Vec<_>>() {
            self.fires_at(Place { key: key.clone(), slot }, known);
        }
    }

    /// Finds the ways back to the keys that were kept. Where two of them have one fingerprint, as could be once, the later
    /// alert's has it.
    pub(super) fn load_prints(&mut self) {
        let mut prints: BTreeMap<String, (u64, Arc<str>)> = BTreeMap::new();
        for (key, state) in &self.keys {
            for (name, slot) in state.slots.iter().filter(|(name, _)| correlate::is_print(name)) {
                let later = prints.get(name).is_none_or(|(alert, _)| *alert < slot.alert);
                if later {
                    prints.insert(name.clone(), (slot.alert, key.clone()));
                }
            }
        }
        self.prints = Prints(prints.into_iter().map(|(name, (_, key))| (name, key)).collect());
    }

    /// What a report that carries only an identity says in full: what is known of its problem.
    pub(super) fn filled_in(&self, sent: Sent<'_>, report: &Arc<Report>) -> Arc<Report> {
        let known = Some(report).filter(|report| report.is_only_a_print());
        let known = known.and_then(|report| self.place_of(sent, report));
        let slot = known.and_then(|place| self.slot(&place.key, &place.slot));
        let Some((slot, named)) = slot.and_then(|slot| Some((slot, slot.named.as_deref()?))) else {
            return report.clone();
        };
        Arc::new(Report {
            asset_name: named.asset.clone(),
            signature: named.signature.clone(),
            tool_source: named.tool.clone(),
            severity: slot.severity.unwrap_or(report.severity),
            ..Report::clone(report)
        })
    }
}

#[cfg(test)]
impl Caseload {
    /// The ways back are those to what fires.
    pub(in crate::core) fn prints_hold(&self) -> bool {
        let fires = self.keys.iter().flat_map(|(key, state)| state.slots.keys().map(move |slot| (slot, key)));
        let fires: BTreeMap<String, Arc<str>> = fires
            .filter(|(slot, _)| correlate::is_print(slot))
            .map(|(slot, key)| (slot.clone(), key.clone()))
            .collect();
        fires == self.prints.0
    }
}
