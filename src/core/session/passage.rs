//! What has just become of a session, in words: the same at every seat and on every command line.

use super::{Session, Stage};
use crate::core::input::Actor;

/// A point of a session's life that somebody wants to hear of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Passage {
    /// Somebody wants it.
    Asked,
    /// The machine is ready.
    Opened,
    /// Somebody else types from now on.
    Driven(Actor),
    /// Somebody looks on.
    Watched(Actor),
    /// Somebody no longer does.
    Unwatched(Actor),
    /// It was left running on purpose.
    Detached,
    /// Whoever typed is gone, and nobody knows why.
    Abandoned,
    /// It is over.
    Ended,
}

impl Passage {
    /// What lies between a session as it was and as it is; absent when nobody wants to hear of it.
    pub fn between(was: Option<&Session>, is: &Session) -> Option<Self> {
        let Some(was) = was else { return (!is.is_over()).then_some(Self::Asked) };
        if was.is_over() {
            return None;
        }
        let new = |now: &[Actor], then: &[Actor]| now.iter().find(|one| !then.contains(one)).cloned();
        match (&was.stage, &is.stage) {
            (_, Stage::Ended { .. }) => return Some(Self::Ended),
            (Stage::Opening, Stage::Open) => return Some(Self::Opened),
            _ => {}
        }
        match &is.driver {
            // Whoever typed before may look on from then on: that is said by the same words.
            Some(driver) if was.driver.as_ref() != Some(driver) => Some(Self::Driven(driver.clone())),
            _ if is.detached && !was.detached => Some(Self::Detached),
            _ => match (new(&is.watchers, &was.watchers), new(&was.watchers, &is.watchers)) {
                (Some(watcher), _) => Some(Self::Watched(watcher)),
                (None, Some(watcher)) => Some(Self::Unwatched(watcher)),
                (None, None) => (was.driver.is_some() && is.driver.is_none()).then_some(Self::Abandoned),
            },
        }
    }

    /// Who did it, where somebody did.
    pub fn who(&self) -> Option<&Actor> {
        match self {
            Self::Driven(who) | Self::Watched(who) | Self::Unwatched(who) => Some(who),
            Self::Asked | Self::Opened | Self::Detached | Self::Abandoned | Self::Ended => None,
        }
    }

    /// In a sentence without its end: `sam (jump-1 pts/4) watches shell on web-01 (comp_acme-s3)`.
    pub fn words(&self, of: &Session) -> String {
        let what = of.headline();
        match self {
            Self::Asked => format!("{} opens {what}", of.by.who),
            Self::Opened => format!("{what} is open"),
            Self::Driven(who) => format!("{} types in {what} from now on", place(who)),
            Self::Watched(who) => format!("{} watches {what}", place(who)),
            Self::Unwatched(who) => format!("{} no longer watches {what}", place(who)),
            Self::Detached => format!("{what} stays open, and nobody types in it"),
            Self::Abandoned => format!("nobody types in {what} any more"),
            Self::Ended => format!("{what}: {}", of.standing()),
        }
    }
}

impl Session {
    /// Who types, and who looks on: `sam types, kim watches`.
    pub fn hands(&self) -> String {
        let types =
            self.driver.as_ref().map_or_else(|| "nobody types".into(), |driver| format!("{} types", driver.who));
        let names: Vec<&str> = self.watchers.iter().map(|one| &*one.who).collect();
        match &names[..] {
            [] => types,
            [one] => format!("{types}, {one} watches"),
            [all @ .., last] => format!("{types}, {} and {last} watch", all.join(", ")),
        }
    }
}

/// Who, and at which seat: one person may sit at several.
fn place(actor: &Actor) -> String {
    if actor.seat.is_empty() { actor.who.clone() } else { format!("{} ({})", actor.who, actor.seat) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::session::{End, Kind, Wish};
    use crate::core::time::Moment;

    fn session() -> Session {
        let instance = "i-0123456789abcdef0".parse().unwrap();
        Session {
            id: "comp_acme-s3".parse().unwrap(),
            wish: Wish { incident: None, instance, asset: "web-01".into(), kind: Kind::Shell },
            by: Actor::named("priya"),
            asked_at: Moment(0),
            stage: Stage::Opening,
            aws_id: None,
            opened_at: None,
            ended_at: None,
            driver: Some(Actor::named("priya")),
            watchers: Vec::new(),
            detached: false,
            local_port: None,
            exit_code: None,
            recording: None,
        }
    }

    #[test]
    fn each_turn_of_a_life_is_told_once_in_its_words() {
        type Turn = fn(&mut Session, Actor);
        let sam = Actor { who: "sam".into(), seat: "pts/1".into() };
        let turns: [(Turn, Option<&str>); 9] = [
            (|_, _| {}, Some("priya opens shell on web-01 (comp_acme-s3)")),
            (|it, _| it.aws_id = Some("priya-1".into()), None),
            (|it, _| it.stage = Stage::Open, Some("shell on web-01 (comp_acme-s3) is open")),
            (|it, sam| it.watchers.push(sam), Some("sam (pts/1) watches shell on web-01 (comp_acme-s3)")),
            (
                |it, sam| {
                    it.watchers = it.driver.replace(sam).into_iter().collect();
                },
                Some("sam (pts/1) types in shell on web-01 (comp_acme-s3) from now on"),
            ),
            (|it, _| it.watchers.clear(), Some("priya no longer watches shell on web-01 (comp_acme-s3)")),
            (
                |it, _| (it.driver, it.detached) = (None, true),
                Some("shell on web-01 (comp_acme-s3) stays open, and nobody types in it"),
            ),
            (
                |it, _| it.stage = Stage::Ended { how: End::Idle, why: None },
                Some("shell on web-01 (comp_acme-s3): ended, idle for too long"),
            ),
            (|it, _| it.exit_code = Some(1), None),
        ];
        let (mut was, mut is) = (None, session());
        for (turn, says) in turns {
            turn(&mut is, sam.clone());
            let passage = Passage::between(was.as_ref(), &is);
            assert_eq!(passage.map(|passage| passage.words(&is)).as_deref(), says);
            was = Some(is.clone());
        }
        let (was, is) = (session(), Session { driver: None, ..session() });
        assert_eq!(Passage::between(Some(&was), &is), Some(Passage::Abandoned));
    }
}
