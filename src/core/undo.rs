//! What every operator did last, and how it is taken back. In memory only: after a restart there is nothing to take back.
//!
//! The way back is an input like any other and holds everything it needs, so that replaying it gives the same.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use super::caseload::{Captured, Caseload};
use super::engine::Senseless;
use super::id::{IncidentId, TenantId};
use super::input::{Act, Actor, Gather, Input, Moved, OnIncident, OnWindow, Restore, WindowAct};
use super::silence::Window;

/// Changes of one operator that can be taken back.
const REMEMBERED: usize = 50;

/// Everybody's last changes.
#[derive(Debug, Default)]
pub struct Undos {
    of: BTreeMap<String, VecDeque<Done>>,
    /// Changes ever remembered.
    made: u64,
    /// A window is being changed to take a change back: that is no change to take back in turn.
    taking_back: bool,
}

/// A change that can be taken back.
#[derive(Debug, Clone)]
struct Done {
    number: u64,
    tenant: TenantId,
    what: String,
    back: Back,
    /// The changes that have moved its alerts again.
    spoiled_by: BTreeSet<u64>,
}

#[derive(Debug, Clone)]
enum Back {
    Incident(u64, Restore),
    Window { number: u64, before: Option<Arc<Window>>, after: Option<Arc<Window>> },
}

/// How to take a change back.
#[derive(Debug)]
pub struct Undo {
    /// Whose tenant's it is.
    pub tenant: TenantId,
    /// What does it.
    pub input: Input,
    /// What it takes back, in words: `acknowledgement of comp_acme-i4`.
    pub what: String,
    who: String,
    done: Done,
}

impl Undos {
    /// Somebody did something, if it changed anything.
    pub fn remember(&mut self, by: &Actor, input: &Input, caseload: &Caseload, before: Captured) {
        if std::mem::take(&mut self.taking_back) && matches!(input, Input::Window(_)) {
            return;
        }
        let tenant = caseload.tenant().id.clone();
        let (what, back) = match input {
            Input::Window(on) => {
                let Some((number, old)) = before.windows_changed(caseload) else { return };
                let new = caseload.standing().windows.get(&number).cloned();
                (window_words(on, number, &tenant), Back::Window { number, before: old, after: new })
            }
            Input::Act(on) => {
                let what = act_words(on, &tenant);
                (what.clone(), Back::Incident(on.incident, caseload.way_back(before, what, None)))
            }
            Input::Gather(gather) => {
                let what = gather_words(gather, &tenant);
                let moved =
                    Moved { from: gather.from, alerts: gather.alerts.iter().map(|alert| alert.alert).collect() };
                let back = caseload.way_back(before, what.clone(), Some(moved));
                let Some(number) = back.incidents.first().map(|touched| touched.after.id.number) else { return };
                (what, Back::Incident(number, back))
            }
            _ => return,
        };
        if matches!(&back, Back::Incident(_, restore) if restore.incidents.is_empty()) {
            return;
        }
        self.made += 1;
        let done = Done { number: self.made, tenant, what, back, spoiled_by: BTreeSet::new() };
        self.spoil(&done);
        self.push(&by.who, done);
    }

    /// How to take back somebody's last change.
    ///
    /// # Errors
    /// Why it can't be. It is not offered again.
    pub fn take(&mut self, by: &Actor, tenants: &BTreeMap<TenantId, Caseload>) -> Result<Undo, Senseless> {
        let done = self.of.get_mut(&by.who).and_then(VecDeque::pop_back).ok_or(Senseless::NothingToUndo)?;
        let caseload = tenants.get(&done.tenant).ok_or(Senseless::NothingToUndo)?;
        let changed = || Senseless::ChangedSince(done.what.clone());
        let input = match &done.back {
            _ if !done.spoiled_by.is_empty() => return Err(changed()),
            Back::Incident(incident, restore) => {
                caseload.check_restore(restore).map_err(|_| changed())?;
                let act = Act::Restore(Box::new(restore.clone()));
                Input::Act(OnIncident { incident: *incident, by: by.clone(), act })
            }
            Back::Window { number, before, after } => {
                if caseload.standing().windows.get(number) != after.as_ref() {
                    return Err(changed());
                }
                let act = match before {
                    Some(window) => WindowAct::Put { window: Box::new(Window::clone(window)) },
                    None => WindowAct::End { number: *number },
                };
                self.taking_back = true;
                Input::Window(OnWindow { by: by.clone(), act })
            }
        };
        for other in self.of.values_mut().flatten() {
            other.spoiled_by.remove(&done.number);
        }
        Ok(Undo { tenant: done.tenant.clone(), input, what: done.what.clone(), who: by.who.clone(), done })
    }

    /// Whose tenant's somebody's last change is.
    pub fn next(&self, by: &Actor) -> Option<&TenantId> {
        self.of.get(&by.who).and_then(VecDeque::back).map(|done| &done.tenant)
    }

    /// It was not taken back after all.
    pub fn keep(&mut self, undo: Undo) {
        self.taking_back = false;
        self.spoil(&undo.done);
        self.push(&undo.who, undo.done);
    }

    /// A tenant is no more.
    pub fn forget(&mut self, tenant: &TenantId) {
        for all in self.of.values_mut() {
            all.retain(|done| done.tenant != *tenant);
        }
    }

    /// Alerts that were moved before and by this change too are not where the earlier change has put them.
    fn spoil(&mut self, by: &Done) {
        let Some(again) = by.moved() else { return };
        for done in self.of.values_mut().flatten().filter(|done| done.tenant == by.tenant) {
            if done.moved().is_some_and(|moved| moved.alerts.iter().any(|alert| again.alerts.contains(alert))) {
                done.spoiled_by.insert(by.number);
            }
        }
    }

    fn push(&mut self, who: &str, done: Done) {
        let all = self.of.entry(who.to_owned()).or_default();
        all.push_back(done);
        if all.len() > REMEMBERED {
            all.pop_front();
        }
    }
}

impl Done {
    fn moved(&self) -> Option<&Moved> {
        match &self.back {
            Back::Incident(_, restore) => restore.moved.as_ref(),
            Back::Window { .. } => None,
        }
    }
}

fn act_words(on: &OnIncident, tenant: &TenantId) -> String {
    let id = |number: u64| IncidentId { tenant: tenant.clone(), number };
    let of = id(on.incident);
    match &on.act {
        Act::Acknowledge { .. } => format!("acknowledgement of {of}"),
        Act::Start => format!("start of work on {of}"),
        Act::Assign { to } => format!("assignment of {of} to {}", to.trim()),
        Act::Release => format!("release of {of}"),
        Act::Snooze { .. } => format!("snooze of {of}"),
        Act::Wake => format!("waking of {of}"),
        Act::Escalate { .. } => format!("escalation of {of}"),
        Act::Resolve { .. } => format!("resolution of {of}"),
        Act::Reopen => format!("reopening of {of}"),
        Act::Merge { into } => format!("merge of {of} into {}", id(*into)),
        Act::Unmerge { part } => format!("taking of {} out of {of}", id(*part)),
        Act::Note { .. } | Act::Restore(_) => format!("change of {of}"),
    }
}

fn gather_words(gather: &Gather, tenant: &TenantId) -> String {
    let id = |number: u64| IncidentId { tenant: tenant.clone(), number };
    let alerts = match gather.alerts.len() {
        1 => "1 alert".into(),
        many => format!("{many} alerts"),
    };
    match (gather.from, gather.into) {
        (Some(from), Some(into)) => format!("move of {alerts} from {} to {}", id(from), id(into)),
        (Some(from), None) => format!("split of {}", id(from)),
        (None, Some(into)) => format!("correlation of {alerts} into {}", id(into)),
        (None, None) => format!("correlation of {alerts}"),
    }
}

fn window_words(on: &OnWindow, number: u64, tenant: &TenantId) -> String {
    match &on.act {
        WindowAct::Put { window } if window.number == 0 => format!("new window {number} of {tenant}"),
        WindowAct::Put { .. } => format!("change of window {number} of {tenant}"),
        WindowAct::End { .. } => format!("end of window {number} of {tenant}"),
    }
}
