//! Carries out silences and maintenance windows: which are on, which incidents lie in them, and what comes out of them when.
//!
//! What is on changes only at the windows' own deadlines and when somebody changes a window, so an alert asks no clock.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Caseload, Due, Tell};
use crate::core::change::Change;
use crate::core::incident::Incident;
use crate::core::input::{OnWindow, WindowAct};
use crate::core::severity::Severity;
use crate::core::silence::{BadWindow, MOST_WINDOWS, Pattern, Window};
use crate::core::time::Moment;
use crate::core::timeline::Event;

/// An incident went into a window, or came out of one.
#[derive(Debug)]
pub(super) struct Hushed {
    pub(super) number: u64,
    pub(super) was: Option<u64>,
    pub(super) is: Option<u64>,
}

/// The windows that are on.
#[derive(Debug, Default)]
pub(super) struct Silences {
    /// By number.
    on: BTreeMap<u64, Pattern>,
    /// When that may change next.
    look_at: Option<Moment>,
}

impl Silences {
    /// The lowest number of those that match.
    pub(super) fn of(&self, asset: &str, signature: &str, severity: Severity) -> Option<u64> {
        let matching = self.on.iter().find(|(_, pattern)| pattern.matches(asset, signature, severity));
        matching.map(|(number, _)| *number)
    }
}

impl Caseload {
    /// Whether an operator may do that to a window. `sure`: that it matches much is meant.
    ///
    /// # Errors
    /// Why not.
    pub fn check_window(&self, now: Moment, act: &WindowAct, sure: bool) -> Result<(), BadWindow> {
        let known = |number: &u64| self.standing.windows.contains_key(number);
        match act {
            WindowAct::End { number } if known(number) => Ok(()),
            WindowAct::Put { window } if window.number == 0 && self.standing.windows.len() >= MOST_WINDOWS => {
                Err(BadWindow::TooMany)
            }
            WindowAct::Put { window } if window.number == 0 || known(&window.number) => {
                window.check(now)?;
                if window.matches.is_broad() && !sure { Err(BadWindow::TooBroad) } else { Ok(()) }
            }
            WindowAct::End { .. } | WindowAct::Put { .. } => Err(BadWindow::None),
        }
    }

    /// An operator's command. One that makes no sense does nothing. A window that has ended can be put back by its number.
    pub fn window(&mut self, now: Moment, on: &OnWindow, changes: &mut Vec<Change>) {
        match &on.act {
            WindowAct::Put { window } => {
                let room = self.standing.windows.len() < MOST_WINDOWS;
                let mut window = Window::clone(window);
                match self.standing.windows.get(&window.number) {
                    Some(known) => {
                        window.author.clone_from(&known.author);
                        window.created_at = known.created_at;
                    }
                    None if !room || window.number > self.standing.windows_made => return,
                    None if window.number == 0 => {
                        window.number = self.standing.windows_made + 1;
                        window.author.clone_from(&on.by.who);
                        window.created_at = now;
                    }
                    None => {}
                }
                if window.check(now).is_err() {
                    return;
                }
                self.standing.windows_made = self.standing.windows_made.max(window.number);
                let window = Arc::new(window);
                self.standing.windows.insert(window.number, window.clone());
                changes.push(Change::WindowChanged { id: self.tenant.id.clone(), window });
            }
            WindowAct::End { number } => {
                if self.standing.windows.remove(number).is_none() {
                    return;
                }
                changes.push(Change::WindowEnded { id: self.tenant.id.clone(), number: *number });
            }
        }
        self.settle_windows(now, changes);
    }

    /// A window may begin or end, or is about to.
    pub(super) fn due_windows(&mut self, at: Moment, changes: &mut Vec<Change>) {
        if self.silences.look_at != Some(at) {
            return;
        }
        let since = self.standing.windows_at;
        let due = |window: &Window| window.reminds_at().is_some_and(|reminds| reminds > since && reminds <= at);
        for window in self.standing.windows.values().filter(|window| due(window)) {
            changes.push(Change::WindowExpires { id: self.tenant.id.clone(), window: window.clone() });
        }
        let over = |(number, window): (&u64, &Arc<Window>)| window.is_over(at).then_some(*number);
        for number in self.standing.windows.iter().filter_map(over).collect::<Vec<_>>() {
            self.standing.windows.remove(&number);
            changes.push(Change::WindowEnded { id: self.tenant.id.clone(), number });
        }
        self.settle_windows(at, changes);
    }

    /// Takes up what the store kept: what was on when the windows were last looked at is on still.
    pub(super) fn load_windows(&mut self) {
        self.schedule_windows();
    }

    /// Writes down which incidents went into a window, or came out of one.
    pub(super) fn tell_hushed(&mut self, now: Moment, changes: &mut Vec<Change>) {
        for Hushed { number, was, is } in std::mem::take(&mut self.hushed) {
            let on = is.and_then(|number| self.standing.windows.get(&number));
            let event = match (on, was) {
                (Some(on), _) => {
                    let (author, reason) = (on.author.clone(), on.reason.clone());
                    Event::Silenced { window: on.number, author, reason }
                }
                (None, Some(window)) => Event::SilenceEnded { window },
                (None, None) => continue,
            };
            self.write(now, number, None, event, changes);
        }
    }

    /// The windows have changed, or their time has: so do the incidents.
    fn settle_windows(&mut self, now: Moment, changes: &mut Vec<Change>) {
        self.standing.windows_at = now;
        self.standing_touched = true;
        self.schedule_windows();
        let elsewhere = |incident: &Incident| {
            let is = self.silences.of(&incident.asset_name, &incident.signature, incident.severity);
            incident.is_open() && incident.silenced_by != is
        };
        let moved = self.incidents.iter().filter(|(_, case)| elsewhere(&case.incident)).map(|(number, _)| *number);
        for number in moved.collect::<Vec<_>>() {
            self.change(now, number, Tell::Updated, changes, |_| {});
        }
    }

    /// Finds out which windows are on, as of when they were last looked at, and when that may change.
    fn schedule_windows(&mut self) {
        let since = self.standing.windows_at;
        let windows = &self.standing.windows;
        let on = windows.iter().filter(|(_, window)| window.covers(since));
        let next = |window: &Arc<Window>| {
            let reminds = window.reminds_at().filter(|reminds| *reminds > since);
            reminds.into_iter().chain(window.next_change(since)).min()
        };
        self.silences = Silences {
            on: on.map(|(number, window)| (*number, window.matches.pattern())).collect(),
            look_at: windows.values().filter_map(next).min(),
        };
        self.dues.extend(self.silences.look_at.map(|at| (at, Due::Windows)));
    }
}
