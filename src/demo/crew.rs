//! Who works at the demo's MSP, and what they do in a night, as data. Whoever sits at the screen is one more of them.

use super::companies::{BLUEFIN, CEDAR, Company, EMBER, FJORD};
use crate::core::assign::Technician;
use crate::core::input::{Actor, WindowAct};
use crate::core::silence::{Matcher, Repeat, Window};
use crate::core::time::{Moment, Span};
use crate::core::zone::Zone;

/// Something that somebody does.
#[derive(Clone, PartialEq, Debug)]
pub struct Deed {
    /// When, from the beginning of the night.
    pub at: Span,
    /// Who.
    pub who: &'static str,
    /// For whom.
    pub company: &'static Company,
    /// What.
    pub what: What,
}

/// What somebody does.
#[derive(Clone, PartialEq, Debug)]
pub enum What {
    /// Something to the incident that a query finds first.
    On(&'static str, Does),
    /// A maintenance window over an asset glob, for so long, with its reason.
    Window(&'static str, Span, &'static str),
}

/// What is done to an incident.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Does {
    /// Seen, and why that is enough for now.
    Acknowledge(&'static str),
    /// Work begins.
    Start,
    /// Something is written down.
    Note(&'static str),
    /// Left alone for so long, and why.
    Snooze(Span, &'static str),
}

/// The night's deeds, in the order of time.
pub fn deeds(number: u32) -> Vec<Deed> {
    let on = |seconds, who, company, query, does| Deed {
        at: seconds_in(seconds),
        who,
        company,
        what: What::On(query, does),
    };
    let patched = What::Window("game-*", Span::minutes(6), "patch night: the game servers restart one by one");
    vec![
        Deed { at: seconds_in(0), who: "lena", company: &EMBER, what: patched },
        on(20, "noor", &CEDAR, DATABASE, Does::Acknowledge("failing over to the replica")),
        // Nobody comes back to it: after a minute and a half it is nobody's again.
        on(40, "sam", &BLUEFIN, SWITCH, Does::Acknowledge("")),
        on(50, "noor", &CEDAR, DATABASE, Does::Start),
        on(70, "mika", &FJORD, DISK, Does::Snooze(Span::minutes(2), "the vendor clears it at the hour")),
        on(100, "noor", &CEDAR, DATABASE, Does::Note(NOTES[number as usize % NOTES.len()])),
    ]
}

/// Who approves what the one at the screen asks for.
pub const LEAD: &str = "ines";
/// After it has waited so long.
pub const APPROVES_AFTER: Span = Span(20_000);
/// With these words.
pub const APPROVES_BECAUSE: &str = "looked at it: the right machine, and nothing else on it";

const DATABASE: &str = "sig:database_down status:open";
const SWITCH: &str = "asset:dc2-core-* sig:link_down status:open";
const DISK: &str = "asset:historian-01 status:open";
const NOTES: [&str; 3] = [
    "replica promoted, the application reads again; old primary has a dead disk",
    "restarted postgres, the journal replays; about five minutes",
    "storage path flaps on the host, ticket with the vendor is open",
];

/// Everybody. Two shifts, so that at any hour two are on call: in the storm, nobody is free.
pub fn technicians() -> Vec<Technician> {
    const DAY: &str = "mon-sun 08:00-20:00";
    const NIGHT: &str = "mon-sun 20:00-08:00";
    [
        ("noor", &["Database", "Application", "Server", "Storage"][..], NIGHT, 6, false),
        ("sam", &["Network", "Server", "Other"], NIGHT, 6, false),
        ("lena", &["Database", "Application", "Server", "Storage"], DAY, 6, false),
        ("mika", &["Network", "Server", "Other"], DAY, 6, false),
        (LEAD, &["Security"], "always", 3, true),
    ]
    .into_iter()
    .map(|(name, skills, on_call, at_most, lead)| Technician {
        name: name.into(),
        skills: skills.iter().map(|&skill| skill.into()).collect(),
        tenants: vec!["comp_*".into()],
        on_call: on_call.into(),
        at_most: Some(at_most),
        lead,
    })
    .collect()
}

/// What making a maintenance window asks for.
pub fn window(by: &Actor, now: Moment, asset: &str, lasts: Span, reason: &str) -> WindowAct {
    let window = Window {
        number: 0,
        matches: Matcher { asset: Some(asset.into()), ..Matcher::default() },
        begins_at: now,
        lasts,
        repeats: Repeat::Once,
        zone: Zone::UTC,
        until: None,
        author: by.who.clone(),
        reason: reason.into(),
        created_at: now,
    };
    WindowAct::Put { window: Box::new(window) }
}

fn seconds_in(seconds: i64) -> Span {
    Span(seconds * Span::SECOND.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::query::Query;
    use crate::demo::script::NIGHT;

    #[test]
    fn deeds_go_forward_within_the_night_and_their_queries_can_be_understood() {
        for number in 0..5 {
            let deeds = deeds(number);
            assert!(deeds.is_sorted_by_key(|deed| deed.at) && deeds.iter().all(|deed| deed.at < NIGHT));
            for deed in &deeds {
                if let What::On(query, _) = &deed.what {
                    assert!(Query::parse(query).is_ok(), "{query}");
                }
            }
        }
    }

    #[test]
    fn those_who_do_something_are_technicians() {
        let names: Vec<_> = technicians().into_iter().map(|technician| technician.name).collect();
        assert!(deeds(0).iter().all(|deed| names.iter().any(|name| name == deed.who)));
    }
}
