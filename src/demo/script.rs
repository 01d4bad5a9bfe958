//! What happens in a night, as data: who posts what, when. No clock, no IO: the same seed gives the same night.

use super::chance::Chance;
use super::companies::{Company, Tool};
use super::post::{Alert, Post};
use super::scenes;
use crate::core::time::Span;

/// How long a night lasts at speed 1. The slow burn's two bursts are half of it apart, which must be more than the shortest
/// correlation window of 5 minutes.
pub const NIGHT: Span = Span::minutes(11);

/// One request.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// When, from the beginning of the night.
    pub at: Span,
    /// About whom.
    pub company: &'static Company,
    /// By what.
    pub tool: Tool,
    /// As part of what.
    pub scene: Scene,
    /// The request.
    pub post: Post,
}

impl PartialEq for Company {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

/// What a night is made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Scene {
    /// A dozen small troubles at once, at every company.
    Opening,
    /// Three tools report the same critical asset.
    SeveralTools,
    /// A core switch dies, and dozens of assets behind it with it.
    Storm,
    /// A check fires and resolves until its incident flaps.
    Flapping,
    /// The same small trouble again and again, episode after episode.
    SlowBurn,
    /// The disk of a machine that can be reached is full.
    DiskFull,
    /// A sender with an old secret: it ends as an incident of its own.
    WrongSecret,
    /// A sender whose body nobody can read.
    Unreadable,
    /// Alertmanager says again what still fires.
    Repeats,
    /// Tools say again and again that they live, and one for a while does not.
    Heartbeat,
    /// What an ordinary night is full of.
    Noise,
}

/// The `number`th night of a seed, in the order of time. Other numbers have other machines in the same scenes.
pub fn script(seed: u64, number: u32) -> Vec<Step> {
    let mut night = Night { number, chance: Chance::new(seed, number.into()), steps: Vec::new(), events: 0 };
    scenes::opening(&mut night);
    scenes::several_tools(&mut night);
    scenes::disk_full(&mut night);
    scenes::storm(&mut night);
    scenes::flapping(&mut night);
    scenes::slow_burn(&mut night);
    scenes::wrong_secret(&mut night);
    scenes::unreadable(&mut night);
    scenes::repeats(&mut night);
    scenes::heartbeats(&mut night);
    scenes::noise(&mut night);
    night.steps.sort_by_key(|step| step.at);
    night.steps
}

/// A night while it is written.
#[derive(Debug)]
pub struct Night {
    /// Which.
    pub number: u32,
    /// What it leaves to chance.
    pub chance: Chance,
    steps: Vec<Step>,
    events: u32,
}

/// Where a scene is, and who sees it.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which scene.
    pub scene: Scene,
    /// Whose.
    pub company: &'static Company,
    /// Seen by.
    pub tool: Tool,
}

impl Night {
    /// Writes down a request, `at` milliseconds into the night.
    pub fn post(&mut self, place: Place, at: u32, post: Post) {
        let Place { scene, company, tool } = place;
        self.steps.push(Step { at: Span(at.into()), company, tool, scene, post });
    }

    /// One alert that begins, or is repeated, `at`.
    pub fn fires(&mut self, place: Place, at: u32, alert: &Alert) {
        let alert = Alert { event: self.event(), ..alert.clone() };
        self.post(place, at, Post::Alerts(vec![alert]));
    }

    /// The end of it.
    pub fn resolves(&mut self, place: Place, at: u32, alert: &Alert) {
        self.fires(place, at, &Alert { firing: false, ..alert.clone() });
    }

    /// A number that no other event of any night has: tools number theirs, and two requests of one second must differ.
    pub fn event(&mut self) -> u64 {
        self.events += 1;
        u64::from(self.number) * 1_000_000 + u64::from(self.events)
    }
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
