//! Who is at a session: the one seat that types, those that look on, and since when each was silent. The core says who may; this
//! mirrors what it said.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::core::input::Actor;
use crate::core::session::step::Step;

/// Everybody.
#[derive(Debug)]
pub(super) struct Seats {
    driver: Option<Actor>,
    watchers: Vec<Actor>,
    heard: HashMap<Actor, Instant>,
    /// The seat that types shows the bytes on its own terminal, which answers the machine's questions.
    pub(super) raw: bool,
}

impl Seats {
    /// Somebody who types, and nobody else.
    pub(super) fn new(driver: Actor, now: Instant) -> Self {
        let heard = HashMap::from([(driver.clone(), now)]);
        Self { driver: Some(driver), watchers: Vec::new(), heard, raw: false }
    }

    /// Whether this is the seat that types.
    pub(super) fn drives(&self, by: &Actor) -> bool {
        self.driver.as_ref() == Some(by)
    }

    /// Who types.
    pub(super) fn driver(&self) -> Option<&Actor> {
        self.driver.as_ref()
    }

    /// Whether this seat types or looks on.
    pub(super) fn has(&self, by: &Actor) -> bool {
        self.drives(by) || self.watchers.contains(by)
    }

    /// It asked for something.
    pub(super) fn heard(&mut self, by: &Actor, now: Instant) {
        if self.has(by) {
            self.heard.insert(by.clone(), now);
        }
    }

    /// The core let it take this step.
    pub(super) fn stepped(&mut self, by: &Actor, step: &Step, now: Instant) {
        let drove = self.driver.clone();
        match step {
            Step::Drive => {
                self.watchers.retain(|one| one != by);
                self.driver = Some(by.clone());
            }
            Step::Watch => {
                self.driver.take_if(|driver| driver == by);
                if !self.watchers.contains(by) {
                    self.watchers.push(by.clone());
                }
            }
            Step::Leave => {
                self.watchers.retain(|one| one != by);
                self.driver.take_if(|driver| driver == by);
            }
            Step::Detach => self.driver = None,
            Step::Ask { .. } | Step::Started { .. } | Step::Opened { .. } | Step::Ended { .. } => return,
        }
        if self.driver != drove {
            self.raw = false;
        }
        self.heard.insert(by.clone(), now);
        let (driver, watchers) = (&self.driver, &self.watchers);
        self.heard.retain(|one, _| driver.as_ref() == Some(one) || watchers.contains(one));
    }

    /// Those that have been silent for so long.
    pub(super) fn silent(&self, now: Instant, long: Duration) -> Vec<Actor> {
        self.heard.iter().filter(|(_, heard)| **heard + long <= now).map(|(by, _)| by.clone()).collect()
    }

    /// When the next will have been.
    pub(super) fn next_silent(&self, long: Duration) -> Option<Instant> {
        self.heard.values().min().map(|heard| *heard + long)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(who: &str) -> Actor {
        Actor { who: who.into(), seat: "pts/1".into() }
    }

    #[test]
    fn one_types_and_the_others_look_on() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let (priya, bob) = (at("priya"), at("bob"));
        let mut seats = Seats::new(priya.clone(), start);
        assert!(seats.drives(&priya) && !seats.has(&bob));
        seats.stepped(&bob, &Step::Watch, start + second);
        assert!(seats.has(&bob) && !seats.drives(&bob));
        seats.raw = true;
        seats.stepped(&bob, &Step::Drive, start + second * 2);
        assert!(seats.drives(&bob) && !seats.has(&priya) && !seats.raw);
        seats.stepped(&bob, &Step::Watch, start + second * 3);
        assert!(seats.has(&bob) && seats.driver().is_none());
        seats.stepped(&bob, &Step::Leave, start + second * 4);
        assert!(!seats.has(&bob) && seats.next_silent(second).is_none());
    }

    #[test]
    fn silence_counts_from_what_was_last_asked() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let (priya, bob) = (at("priya"), at("bob"));
        let mut seats = Seats::new(priya.clone(), start);
        seats.stepped(&bob, &Step::Watch, start);
        seats.heard(&priya, start + second * 30);
        seats.heard(&at("nobody"), start);
        assert_eq!(seats.next_silent(second * 45), Some(start + second * 45));
        assert_eq!(seats.silent(start + second * 44, second * 45), []);
        assert_eq!(seats.silent(start + second * 45, second * 45), [bob]);
        assert_eq!(seats.silent(start + second * 75, second * 45).len(), 2);
    }
}
