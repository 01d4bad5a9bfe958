//! The life of a session: who may take which step when, what is refused in which words, what stays on record and in its
//! incident's history; and what holds whatever people, machines and time do.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::core::board::Board;
use crate::core::change::Published;
use crate::core::id::SessionId;
use crate::core::quiet::OURSELVES;
use crate::core::role::Role;
use crate::core::session::step::{Barred, OnSession, Step};
use crate::core::session::{End, Kind, MOST_WATCHERS, Session, Stage, Wish};
use crate::core::testing::{instance, technician};
use crate::core::timeline::OfSession;

fn wish(incident: Option<u64>) -> Wish {
    Wish {
        incident: incident.map(|number| IncidentId { tenant: tenant_id("comp_acme"), number }),
        instance: instance(0),
        asset: "web-1".into(),
        kind: Kind::Shell,
    }
}

fn ask(wish: Wish) -> Step {
    Step::Ask { wish: Box::new(wish) }
}

fn started() -> Step {
    Step::Started { aws_id: "priya-0123".into() }
}

fn opened() -> Step {
    Step::Opened { local_port: None }
}

fn ended(how: End) -> Step {
    Step::Ended { how, why: None, exit_code: None, recording: None }
}

/// An incident on `web-1`; tomas is a lead, priya and kim are none.
fn night_of(least: Role) -> Night {
    let mut settings = Settings::default();
    settings.actions.sessions = least;
    let mut night = Night::with(settings);
    let technicians = vec![technician("priya", false), technician("kim", false), technician("tomas", true)];
    night.input(start(), Input::Roster { technicians, staffed: true, people: Default::default() });
    night.alert(0.0, report("web-1", "disk_full"));
    night
}

fn night() -> Night {
    night_of(Role::Technician)
}

impl Night {
    fn on(&self, who: &str, session: u64, step: Step) -> OnSession {
        let seat = if who == OURSELVES { "" } else { "pts/1" };
        OnSession { session, by: Actor { who: who.into(), seat: seat.into() }, step }
    }

    /// Takes a step, if it may be taken: nothing changes otherwise.
    fn try_session(&mut self, minutes: f64, who: &str, session: u64, step: Step) -> Result<(), Barred> {
        let on = self.on(who, session, step);
        let checked = self.engine.check_session(&tenant_id("comp_acme"), &on);
        let before = self.changes.len();
        self.input(at(minutes), Input::Session(on));
        let of_sessions = |change: &&Change| match change {
            Change::SessionChanged(_) => true,
            Change::Timeline(entry) => matches!(entry.what, Event::Session { .. }),
            _ => false,
        };
        if checked.is_err() {
            assert_eq!(self.changes[before..].iter().find(of_sessions), None, "{checked:?}");
        }
        checked
    }

    fn session_step(&mut self, minutes: f64, who: &str, session: u64, step: Step) {
        self.try_session(minutes, who, session, step).unwrap();
    }

    fn session(&self, number: u64) -> &Session {
        self.engine.session(&SessionId { tenant: tenant_id("comp_acme"), number }).unwrap()
    }

    /// One that priya has open.
    fn open(&mut self) {
        self.session_step(1.0, "priya", 0, ask(wish(Some(1))));
        self.session_step(1.0, OURSELVES, 1, started());
        self.session_step(2.0, OURSELVES, 1, opened());
    }

    fn words(&self) -> Vec<String> {
        let of = |(who, what): (Option<String>, Event)| match what {
            Event::Session { .. } => Some(format!("{}: {}", who.unwrap_or_default(), what.words(|_| String::new()))),
            _ => None,
        };
        self.lines().into_iter().filter_map(of).collect()
    }
}

#[test]
fn a_session_leaves_its_story_in_its_incidents_history() {
    let mut night = night();
    night.open();
    night.session_step(3.0, "kim", 1, Step::Watch);
    night.session_step(4.0, "tomas", 1, Step::Drive);
    night.session_step(5.0, "tomas", 1, Step::Detach);
    assert!(night.session(1).detached && night.session(1).driver.is_none());
    night.session_step(6.0, "kim", 1, Step::Drive);
    assert_eq!((night.session(1).detached, night.session(1).watchers.len()), (false, 0));
    night.session_step(7.0, "kim", 1, ended(End::Closed));
    let expected = [
        "priya: opens comp_acme-s1: shell on web-1",
        ": comp_acme-s1 is open",
        "kim: watches comp_acme-s1",
        "tomas: took comp_acme-s1 over from priya",
        "tomas: left comp_acme-s1 running",
        "kim: took comp_acme-s1 over",
        "kim: comp_acme-s1 closed after 5 min 0 s",
    ];
    assert_eq!(night.words(), expected);
}

#[test]
fn steps_are_taken_in_turn() {
    let mut night = night();
    assert_eq!(night.try_session(1.0, "priya", 1, started()), Err(Barred::NoSession));
    assert_eq!(night.try_session(1.0, "priya", 1, ask(wish(None))), Err(Barred::OutOfTurn));
    night.session_step(1.0, "priya", 0, ask(wish(None)));
    assert_eq!(night.try_session(1.0, OURSELVES, 1, opened()), Err(Barred::OutOfTurn));
    night.session_step(1.0, OURSELVES, 1, started());
    assert_eq!(night.try_session(1.0, OURSELVES, 1, started()), Err(Barred::OutOfTurn));
    assert_eq!(night.try_session(1.0, "kim", 1, Step::Detach), Err(Barred::OutOfTurn));
    night.session_step(1.0, OURSELVES, 1, opened());
    night.session_step(2.0, OURSELVES, 1, ended(End::Idle));
    for step in [opened(), Step::Drive, Step::Watch, Step::Detach, ended(End::Closed)] {
        assert_eq!(night.try_session(3.0, "priya", 1, step), Err(Barred::Over));
    }
    night.session_step(3.0, "priya", 1, Step::Leave);
    assert_eq!(night.session(1).standing(), "ended, idle for too long");
    assert_eq!(night.words(), [""; 0], "it was on account of no incident");
}

#[test]
fn a_role_that_is_too_small_has_no_session_in_its_hands() {
    let mut night = night_of(Role::Lead);
    assert_eq!(night.try_session(1.0, "priya", 0, ask(wish(None))), Err(Barred::Role("technician", "lead")));
    night.session_step(1.0, "tomas", 0, ask(wish(None)));
    night.session_step(2.0, "priya", 1, Step::Watch);
    assert_eq!(night.try_session(3.0, "priya", 1, Step::Drive), Err(Barred::Role("technician", "lead")));
    assert_eq!(night.try_session(3.0, "priya", 1, ended(End::Closed)), Err(Barred::Role("technician", "lead")));
    // Neither time nor the engine has a role.
    night.session_step(4.0, OURSELVES, 1, ended(End::Closed));
}

#[test]
fn wishes_that_make_no_sense_are_refused_in_words() {
    let mut night = night();
    let of = |kind| Wish { kind, ..wish(None) };
    let host = |host: &str| Kind::Forward { host: Some(host.into()), port: 80, local: 0 };
    for (wish, why) in [
        (wish(Some(7)), "no such incident on the board; resolved ones leave it after a day"),
        (Wish { asset: "x".repeat(513), ..wish(None) }, "a machine's name has at most 512 bytes"),
        (of(Kind::Command { text: " \n".into() }), "there is no command"),
        (of(Kind::Command { text: "x".repeat((64 << 10) + 1) }), "a command has at most 64 KiB"),
        (of(Kind::Forward { host: None, port: 0, local: 0 }), "a port is from 1 to 65535"),
        (of(host("")), "a host's name has 1 to 512 bytes"),
        (of(host(&"x".repeat(513))), "a host's name has 1 to 512 bytes"),
    ] {
        let refused = night.try_session(1.0, "priya", 0, ask(wish)).unwrap_err();
        assert_eq!(refused.to_string(), why);
    }
    let mut foreign = wish(Some(1));
    foreign.incident.as_mut().unwrap().tenant = tenant_id("comp_borealis");
    assert_eq!(night.try_session(1.0, "priya", 0, ask(foreign)), Err(Barred::NoIncident));
}

#[test]
fn sixteen_look_on_and_no_more() {
    let mut night = night();
    night.open();
    for n in 0..MOST_WATCHERS {
        night.session_step(3.0, &format!("w{n}"), 1, Step::Watch);
    }
    assert_eq!(night.try_session(4.0, "kim", 1, Step::Watch), Err(Barred::Crowded));
    night.session_step(4.0, "w3", 1, Step::Watch);
    night.session_step(4.0, "w3", 1, Step::Leave);
    night.session_step(4.0, "kim", 1, Step::Watch);
    assert_eq!(night.session(1).watchers.len(), MOST_WATCHERS);
}

#[test]
fn what_a_machine_says_is_kept_as_far_as_it_fits() {
    let mut night = night();
    night.session_step(1.0, "priya", 0, ask(wish(None)));
    night.session_step(1.0, OURSELVES, 1, Step::Started { aws_id: "é".repeat(300) });
    assert_eq!(night.session(1).aws_id.as_ref().unwrap().len(), 256);
    let why = Some("é".repeat(5_000));
    night.session_step(1.0, OURSELVES, 1, Step::Ended { how: End::Broken, why, exit_code: Some(-1), recording: None });
    let Stage::Ended { why: Some(why), .. } = &night.session(1).stage else { panic!() };
    assert_eq!(why.len(), 1_024);
}

#[test]
fn a_day_after_its_end_it_leaves_the_board() {
    let mut night = night();
    night.open();
    night.session_step(10.0, "priya", 1, ended(End::Closed));
    night.until(10.0 + 24.0 * 60.0 - 1.0);
    assert_eq!(night.engine.sessions(&tenant_id("comp_acme")).count(), 1);
    night.until(10.0 + 24.0 * 60.0 + 1.0);
    assert_eq!(night.engine.sessions(&tenant_id("comp_acme")).count(), 0);
    assert_eq!(night.engine.next_session(&tenant_id("comp_acme")), 2);
}

#[test]
fn every_end_is_told_with_how_long_it_lasted() {
    let mut night = night();
    night.open();
    night.session_step(22.0, OURSELVES, 1, ended(End::Idle));
    let last = night.lines().pop().unwrap();
    let Event::Session { what: OfSession::Ended { how, lasted, .. }, .. } = last.1 else { panic!() };
    assert_eq!((last.0, how, lasted), (None, End::Idle, Span::minutes(20)));
}

const PEOPLE: [&str; 4] = ["priya", "kim", "tomas", OURSELVES];

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => any::<bool>().prop_map(|of| ask(wish(of.then_some(1)))),
        2 => Just(started()),
        2 => Just(opened()),
        2 => Just(Step::Drive),
        2 => Just(Step::Watch),
        2 => Just(Step::Leave),
        1 => Just(Step::Detach),
        1 => prop_oneof![Just(End::Closed), Just(End::Exited), Just(End::Idle)].prop_map(ended),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_one_drives_and_what_is_over_stays_over(
        steps in prop::collection::vec((0..PEOPLE.len(), 0_u64..4, any_step(), 0_i64..400), 0..60),
        lead in any::<bool>(),
    ) {
        let mut night = night_of(if lead { Role::Lead } else { Role::Technician });
        let acme = tenant_id("comp_acme");
        let (mut now, mut ends) = (1.0, BTreeSet::new());
        for (who, number, step, minutes) in steps {
            now += f64::from(u32::try_from(minutes).unwrap());
            let number = if matches!(step, Step::Ask { .. }) { 0 } else { number };
            night.until(now);
            drop(night.engine.take_audited());
            let before: Vec<_> = night.engine.sessions(&acme).cloned().collect();
            let taken = night.try_session(now, PEOPLE[who], number, step);
            let records = night.engine.take_audited();
            prop_assert_eq!(records.len(), 1, "{:?}", &records);
            prop_assert_eq!(records[0].1.outcome == "done", taken.is_ok(), "{:?} {:?}", &records, &taken);
            if taken.is_err() {
                prop_assert!(night.engine.sessions(&acme).eq(before.iter()));
            }
            for session in night.engine.sessions(&acme) {
                let watchers: BTreeSet<_> = session.watchers.iter().map(|one| &one.who).collect();
                prop_assert_eq!(watchers.len(), session.watchers.len());
                prop_assert!(session.driver.as_ref().is_none_or(|driver| !session.watchers.contains(driver)));
                prop_assert_eq!(session.opened_at.is_none() && !session.is_over(), session.stage == Stage::Opening);
                prop_assert!(session.opened_at.is_none() || session.aws_id.is_some());
                prop_assert!(!session.detached || session.driver.is_none());
                prop_assert_eq!(session.is_over(), session.ended_at.is_some());
                if session.is_over() {
                    prop_assert!(session.driver.is_none() && session.watchers.is_empty());
                    ends.insert((session.id.number, session.ended_at));
                }
                if lead && session.driver.is_some() {
                    prop_assert_eq!(&session.driver.as_ref().unwrap().who, "tomas");
                }
            }
            let numbers: BTreeSet<_> = ends.iter().map(|(number, _)| number).collect();
            prop_assert_eq!(numbers.len(), ends.len(), "one of them ended twice");
        }
        // A seat that heard all of it knows the same.
        let mut board = Board::default();
        for change in &night.changes {
            board.apply(&Published { revision: 0, company_id: acme.clone(), change: change.clone() });
        }
        let panel: Vec<_> = board.sessions().cloned().collect();
        prop_assert!(night.engine.sessions(&acme).eq(panel.iter()));
    }
}
