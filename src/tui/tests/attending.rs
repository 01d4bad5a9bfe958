//! The ways into a session: from an incident or a machine to a shell in three keys at most; the list of sessions; coming back,
//! watching, taking over, ending; what is said about it.

use super::fixture::{
    NOW, World, draw, happened, in_front_of, night_in_reach, press, seat_with, settled, show, text, type_in, work,
};
use super::screens::at_four_sizes_of;
use crate::core::change::Published;
use crate::core::id::{IncidentId, SessionId};
use crate::core::input::{Actor, Input};
use crate::core::session::step::{OnSession, Step};
use crate::core::session::{End, Kind, Wish};
use crate::core::severity::Severity;
use crate::core::testing::tenant_id;
use crate::core::time::Span;
use crate::link::remote::{Reached, Remote};
use crate::link::session::{Blob, Live, Piece, Talk, Talked};
use crate::link::{Refusal, Reply, Request};
use crate::tui::app::App;
use crate::tui::attending::Question;
use crate::tui::effect::{Effect, Purpose};
use crate::tui::panes::Pane;
use crate::tui::popups::Popup;
use crate::tui::run;
use crate::tui::sessions;

const SIZE: (u16, u16) = (80, 24);

/// What the engine and whoever reaches AWS answer.
pub fn answer(world: &World, question: &Question) -> Option<Reply> {
    match question {
        Question::Locate(incident) => {
            super::hands::reached(world, &run::Question::Locate(vec![incident.clone()]))?.ok()
        }
        Question::Ports(incident) => super::hands::reached(world, &run::Question::Runbooks(incident.clone()))?.ok(),
        Question::Older(tenant) => {
            let session = world.engine.sessions(tenant).next()?.clone();
            let mut session = (*session).clone();
            session.id.number = 901;
            session.asked_at = NOW - Span::hours(50);
            Some(Reply::Sessions(vec![std::sync::Arc::new(session)]))
        }
    }
}

fn priya() -> Actor {
    Actor { who: "priya".into(), seat: "jump-1 pts/4".into() }
}

fn actor(who: &str) -> Actor {
    Actor { who: who.into(), seat: format!("{who}-laptop pts/1") }
}

fn s(tenant: &str, number: u64) -> SessionId {
    SessionId { tenant: tenant_id(tenant), number }
}

impl World {
    /// A step of a session's life; 0 begins one.
    pub fn step_session(&mut self, id: &str, session: u64, by: &Actor, step: Step) -> Vec<Published> {
        let on = OnSession { session, by: by.clone(), step };
        assert_eq!(self.engine.check_session(&tenant_id(id), &on).err(), None);
        self.apply(NOW, id, &Input::Session(on))
    }

    /// Somebody wants a shell on account of an incident.
    pub fn opening(&mut self, id: &str, incident: u64, by: &Actor) -> Vec<Published> {
        let of = IncidentId { tenant: tenant_id(id), number: incident };
        let asset = self.board.incident(&of).unwrap().asset_name.clone();
        let wish = Wish { incident: Some(of), instance: super::hands::instance(incident), asset, kind: Kind::Shell };
        self.step_session(id, 0, by, Step::Ask { wish: Box::new(wish) })
    }

    /// The machine is ready.
    pub fn opened(&mut self, id: &str, session: u64) -> Vec<Published> {
        let program = actor("engine");
        let mut all = self.step_session(id, session, &program, Step::Started { aws_id: "priya-0123".into() });
        all.extend(self.step_session(id, session, &program, Step::Opened { local_port: None }));
        all
    }

    /// Somebody has a shell open on account of an incident.
    pub fn shell(&mut self, id: &str, incident: u64, by: &Actor) -> SessionId {
        let number = self.engine.next_session(&tenant_id(id));
        self.opening(id, incident, by);
        self.opened(id, number);
        s(id, number)
    }

    /// Does what a seat asks of a session.
    pub fn talk(&mut self, app: &mut App, effect: &Effect) -> bool {
        let Effect::Ask(purpose @ Purpose::Session(_), Request::Session(talk)) = effect else { return false };
        let by = app.me();
        let (tenant, session, step) = match talk {
            Talk::Open { tenant, wish, .. } => (tenant.clone(), 0, Step::Ask { wish: wish.clone() }),
            Talk::Drive { session } => (session.tenant.clone(), session.number, Step::Drive),
            Talk::Watch { session } => (session.tenant.clone(), session.number, Step::Watch),
            Talk::Leave { session } => (session.tenant.clone(), session.number, Step::Leave),
            Talk::Detach { session } => (session.tenant.clone(), session.number, Step::Detach),
            Talk::End { session } => {
                let step = Step::Ended { how: End::Closed, why: None, exit_code: None, recording: None };
                (session.tenant.clone(), session.number, step)
            }
            // Nothing comes, and what is typed is taken.
            _ => return true,
        };
        let on = OnSession { session, by, step };
        let number = if session == 0 { self.engine.next_session(&tenant) } else { session };
        let answer = match self.engine.check_session(&tenant, &on) {
            Err(why) => Err(Refusal::new("refused", why.to_string())),
            Ok(()) => {
                let changes = self.apply(NOW, tenant.as_str(), &Input::Session(on));
                happened(app, changes);
                Ok(Reply::Talked(if session == 0 {
                    Talked::Opening(SessionId { tenant, number })
                } else {
                    Talked::Done
                }))
            }
        };
        app.answered(purpose.clone(), answer);
        true
    }
}

fn attend(app: &mut App, world: &mut World, script: &str) -> usize {
    work(app, world, script, SIZE)
}

fn toast(app: &App) -> &str {
    app.toast.as_ref().map_or("", |toast| &*toast.text)
}

fn screen(app: &App) -> String {
    text(&draw(app, SIZE.0, SIZE.1))
}

fn talks(effects: &[Effect]) -> Vec<&Talk> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Ask(_, Request::Session(talk)) => Some(talk),
            _ => None,
        })
        .collect()
}

fn at_night() -> (World, App) {
    let world = night_in_reach();
    let app = in_front_of(&world, SIZE.0, SIZE.1);
    (world, app)
}

#[test]
fn a_key_pressed_at_once_after_a_filter_is_for_what_it_shows() {
    let aimed = |drawn: bool| {
        let world = night_in_reach();
        let mut app = in_front_of(&world, SIZE.0, SIZE.1);
        let before = app.targets();
        let other = app.incidents.rows.iter().find(|one| !before.contains(&one.id)).unwrap().clone();
        press(&mut app, "/");
        type_in(&mut app, &other.asset_name);
        press(&mut app, "enter");
        if drawn {
            settled(&mut app, &world, SIZE.0, SIZE.1);
        }
        press(&mut app, "s");
        let asked = app.popups.last();
        let Some(Popup::Opening(opening)) = asked else { unreachable!("{asked:?}") };
        assert_ne!(opening.incident.as_slice(), before);
        opening.incident.clone()
    };
    assert_eq!(aimed(false), aimed(true));
}

#[test]
fn three_keys_at_most_lead_from_a_new_critical_to_a_prompt_on_its_machine() {
    let (mut world, mut app) = at_night();
    attend(&mut app, &mut world, "j j");
    world.alert(Span(1_000), "comp_fjord", "Datadog", Severity::Critical, "core-db", "replication_stopped");
    show(&mut app, &world);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let keys = attend(&mut app, &mut world, ". s y");
    assert_eq!(keys, 3);
    assert_eq!(app.focus, Pane::Session);
    let tab = app.sessions.current().unwrap();
    let session = app.session_of(tab).unwrap();
    assert_eq!((session.wish.asset.as_str(), session.by.clone()), ("core-db", priya()));
    let id = tab.id.clone();
    // The machine answers: its prompt is on the screen, and what is typed goes there.
    let piece =
        Piece { upto: 4, bytes: Blob(b"\x1b[1m$ \x1b[m".to_vec()), live: Some(Live::default()), ..Piece::default() };
    app.answered(
        Purpose::Session(sessions::Question::Read(id.clone())),
        Ok(Reply::Talked(Talked::Piece(Box::new(piece)))),
    );
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(app.sessions.current().unwrap().screen().contents().starts_with("$ "));
    assert!(app.drives(&id));
}

#[test]
fn the_question_names_client_account_and_machine_and_is_answered_with_no_by_every_key_but_one() {
    let (mut world, mut app) = at_night();
    let effects = press(&mut app, "s");
    assert!(
        matches!(&effects[..], [Effect::Ask(_, Request::Remote(Remote::Locate { incidents }))] if incidents.len() == 1)
    );
    assert!(screen(&app).contains("asking AWS which machine"));
    assert!(press(&mut app, "y").is_empty(), "nothing is known of the machine yet");
    assert_eq!(toast(&app), "AWS has not said which machine it is");
    press(&mut app, "esc");
    attend(&mut app, &mut world, "s");
    let shown = screen(&app);
    for part in ["A c m e   C o r p", "111122223333, eu-west-1", "i-00000000000000001", "payment-gw", "recorded"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    assert!(press(&mut app, "enter").iter().all(|effect| !matches!(effect, Effect::Ask(..))), "enter is no yes");
    assert!(press(&mut app, "n").is_empty() && app.popups.is_empty());
    attend(&mut app, &mut world, "s");
    let effects = press(&mut app, "y");
    let [Talk::Open { tenant, wish, size }] = &talks(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((tenant.as_str(), wish.kind.clone(), wish.asset.as_str()), ("comp_acme", Kind::Shell, "payment-gw"));
    assert_eq!(wish.incident.as_ref().map(ToString::to_string).as_deref(), Some("comp_acme-i1"));
    assert!(size.cols > 40 && size.rows > 2, "{size:?}");
    assert!(app.popups.is_empty());
}

#[test]
fn yes_to_what_was_not_on_the_screen_opens_nothing() {
    let (world, mut app) = at_night();
    let effects = press(&mut app, "s");
    for effect in &effects {
        let (purpose, reply) = world.answer(effect).unwrap();
        app.answered(purpose, Ok(reply));
    }
    assert!(talks(&press(&mut app, "y")).is_empty());
    assert_eq!(toast(&app), "nothing was opened: look at it first");
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert_eq!(talks(&press(&mut app, "y")).len(), 1);
}

#[test]
fn of_several_machines_one_is_chosen_first_and_of_none_the_reason_is_said() {
    let (mut world, mut app) = at_night();
    attend(&mut app, &mut world, ": 'tenant comp_cobalt' enter j k s");
    assert!(screen(&app).contains("Which machine is router-hub?"), "{}", screen(&app));
    type_in(&mut app, "b");
    let keys = attend(&mut app, &mut world, "enter");
    assert_eq!(keys, 1);
    let shown = screen(&app);
    assert!(shown.contains("router-hub-b") && shown.contains("WARNING") && shown.contains("will not open"), "{shown}");
    let effects = press(&mut app, "y");
    assert!(matches!(&talks(&effects)[..], [Talk::Open { wish, .. }] if wish.instance == super::hands::instance(42)));
    attend(&mut app, &mut world, "esc esc : 'tenant comp_dunes' enter j k s");
    assert!(screen(&app).contains("no managed node has that name"), "{}", screen(&app));
    assert!(talks(&press(&mut app, "y")).is_empty());
}

#[test]
fn a_shell_is_for_one_machine_and_not_for_a_read_only_or_lost_seat() {
    let (mut world, mut app) = at_night();
    attend(&mut app, &mut world, "space space");
    assert!(press(&mut app, "s").is_empty());
    assert_eq!(toast(&app), "2 incidents are marked; a shell is opened on one machine");
    let mut app = seat_with(|start| start.read_only = true);
    show(&mut app, &world);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(press(&mut app, "s").is_empty() && toast(&app).contains("read-only"));
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    app.changed(crate::link::Feed::Lost("it was stopped".into()));
    assert!(press(&mut app, "s").is_empty() && toast(&app).contains("the engine is gone"));
}

#[test]
fn what_is_refused_is_said_in_the_words_of_whoever_refuses() {
    let (mut world, mut app) = at_night();
    attend(&mut app, &mut world, "s");
    let effects = press(&mut app, "y");
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(
        purpose.clone(),
        Err(Refusal::new("refused", "your role, viewer, opens no sessions here; ask a technician")),
    );
    assert!(toast(&app).contains("your role, viewer, opens no sessions here"), "{}", toast(&app));
    assert!(app.sessions.tabs().is_empty());
    assert_eq!(app.focus, Pane::Incidents);
}

#[test]
fn a_machine_needs_no_incident() {
    let (mut world, mut app) = at_night();
    attend(&mut app, &mut world, "K j s");
    let shown = screen(&app);
    assert!(shown.contains("Open a shell on db-01?") && shown.contains("i-0fedcba9876543210"), "{shown}");
    let effects = press(&mut app, "y");
    let [Talk::Open { wish, .. }] = &talks(&effects)[..] else { panic!("{effects:?}") };
    assert_eq!((wish.incident.clone(), wish.asset.as_str()), (None, "db-01"));
    assert!(app.popups.is_empty(), "the list of machines is done with");
}

#[test]
fn the_question_says_who_is_on_that_machine_already() {
    let mut world = night_in_reach();
    world.shell("comp_acme", 1, &actor("sam"));
    world.step_session("comp_acme", 1, &actor("kim"), Step::Watch);
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    attend(&mut app, &mut world, "s");
    let shown = screen(&app);
    assert!(shown.contains("OPEN") && shown.contains("sam types, kim watches"), "{shown}");
}

#[test]
fn the_list_comes_back_to_ones_own_watches_others_and_takes_over_and_ends_after_asking() {
    let mut world = night_in_reach();
    let mine = world.shell("comp_acme", 1, &priya());
    world.step_session("comp_acme", 1, &priya(), Step::Detach);
    let sams = world.shell("comp_borealis", 1, &actor("sam"));
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    attend(&mut app, &mut world, "S");
    let shown = screen(&app);
    assert!(shown.contains("open, detached") && shown.contains("sam types"), "{shown}");
    attend(&mut app, &mut world, "/ 'acme' enter");
    let effects = press(&mut app, "enter");
    assert!(matches!(&talks(&effects)[..], [Talk::Drive { session }] if *session == mine), "{effects:?}");
    assert_eq!(app.focus, Pane::Session);
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    attend(&mut app, &mut world, "S / 'borealis' enter");
    let effects = press(&mut app, "enter");
    assert!(matches!(&talks(&effects)[..], [Talk::Watch { session }] if *session == sams), "{effects:?}");
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    attend(&mut app, &mut world, "S / 'borealis' enter");
    assert!(talks(&press(&mut app, "T")).is_empty(), "it is asked about first");
    assert!(screen(&app).contains("Take comp_borealis-s1 over?"), "{}", screen(&app));
    assert!(matches!(&talks(&press(&mut app, "y"))[..], [Talk::Drive { session }] if *session == sams));
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    attend(&mut app, &mut world, "S / 'borealis' enter");
    assert!(talks(&press(&mut app, "x")).is_empty());
    assert!(matches!(&talks(&press(&mut app, "y"))[..], [Talk::End { session }] if *session == sams));
}

#[test]
fn what_is_over_is_listed_last_and_can_only_be_played_back() {
    let mut world = night_in_reach();
    world.shell("comp_acme", 1, &priya());
    let ended = Step::Ended { how: End::Idle, why: None, exit_code: None, recording: None };
    world.step_session("comp_acme", 1, &actor("engine"), ended);
    world.shell("comp_acme", 2, &actor("sam"));
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    attend(&mut app, &mut world, "S");
    let list = |app: &App| match app.popups.last() {
        Some(Popup::Sessions(list)) => list.selected().map(|one| one.id.number),
        other => panic!("{other:?}"),
    };
    assert_eq!(list(&app), Some(2));
    attend(&mut app, &mut world, "j enter");
    assert!(toast(&app).contains("session replay comp_acme-s1"), "{}", toast(&app));
    assert_eq!(list(&app), Some(1));
    attend(&mut app, &mut world, "o");
    assert!(screen(&app).contains("comp_acme-s901"), "{}", screen(&app));
}

#[test]
fn whoever_types_is_told_who_looks_on_who_takes_over_and_that_it_ended() {
    let mut world = night_in_reach();
    let id = world.shell("comp_acme", 1, &priya());
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    happened(&mut app, world.step_session("comp_acme", id.number, &actor("sam"), Step::Watch));
    assert_eq!(toast(&app), "sam (sam-laptop pts/1) watches shell on payment-gw (comp_acme-s1)");
    happened(&mut app, world.step_session("comp_acme", id.number, &actor("sam"), Step::Leave));
    assert!(toast(&app).contains("no longer watches"));
    happened(&mut app, world.step_session("comp_acme", id.number, &actor("kim"), Step::Drive));
    assert!(
        toast(&app).starts_with("kim (kim-laptop pts/1) types in shell on payment-gw (comp_acme-s1) from now on"),
        "{}",
        toast(&app)
    );
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    happened(&mut app, world.step_session("comp_acme", id.number, &priya(), Step::Drive));
    press(&mut app, "esc");
    let ended = Step::Ended { how: End::TooLong, why: None, exit_code: None, recording: None };
    happened(&mut app, world.step_session("comp_acme", id.number, &actor("engine"), ended));
    assert_eq!(toast(&app), "shell on payment-gw (comp_acme-s1): ended, open for too long");
}

#[test]
fn nobody_is_told_of_sessions_that_are_not_theirs() {
    let mut world = night_in_reach();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    let id = world.shell("comp_acme", 1, &actor("sam"));
    show(&mut app, &world);
    happened(&mut app, world.step_session("comp_acme", id.number, &actor("kim"), Step::Watch));
    assert_eq!(toast(&app), "");
}

#[test]
fn a_refused_place_of_the_machine_is_shown_where_it_was_asked_for() {
    let (_, mut app) = at_night();
    let effects = press(&mut app, "s");
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Err(Refusal::new("aws", "comp_acme has no AWS role")));
    assert!(screen(&app).contains("comp_acme has no AWS role"));
    let effects = press(&mut app, "esc s");
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Ok(Reply::Reached(Reached::Located(Vec::new()))));
    assert!(screen(&app).contains("the engine answered something else"));
}

#[test]
fn the_question_and_the_list_at_their_four_sizes() {
    let mut world = night_in_reach();
    world.shell("comp_acme", 2, &actor("sam"));
    world.step_session("comp_acme", 1, &actor("kim"), Step::Watch);
    world.shell("comp_borealis", 1, &priya());
    world.step_session("comp_borealis", 1, &priya(), Step::Detach);
    world.shell("comp_acme", 1, &actor("sam"));
    let ended =
        Step::Ended { how: End::Broken, why: Some("the instance stopped".into()), exit_code: None, recording: None };
    world.step_session("comp_acme", 2, &actor("engine"), ended);
    at_four_sizes_of(&world, "opening", "j s");
    at_four_sizes_of(&world, "sessions_list", "S j");
}

fn has_quit(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::Quit))
}

/// A seat that drives one session and watches another.
fn with_two() -> (World, App) {
    let mut world = night_in_reach();
    world.shell("comp_acme", 1, &priya());
    world.shell("comp_borealis", 1, &actor("sam"));
    world.step_session("comp_borealis", 1, &priya(), Step::Watch);
    let app = in_front_of(&world, SIZE.0, SIZE.1);
    (world, app)
}

#[test]
fn quitting_asks_what_becomes_of_the_sessions_one_types_in_and_staying_is_the_usual_answer() {
    for key in ["q", "ctrl-c"] {
        let (mut world, mut app) = with_two();
        assert!(!has_quit(&press(&mut app, key)), "{key}");
        settled(&mut app, &world, SIZE.0, SIZE.1);
        let shown = screen(&app);
        assert!(shown.contains("Quit with 1 session open?") && shown.contains("shell on payment-gw"), "{shown}");
        assert!(!shown.contains("pacs-02 (comp_borealis-s1)"), "what one only watches is not lost by going");
        assert!(!has_quit(&press(&mut app, "ctrl-c")), "mashing the key ends nothing");
        assert!(toast(&app).contains("e ends the sessions and quits"), "{}", toast(&app));
        attend(&mut app, &mut world, "n");
        assert!(app.popups.is_empty());
    }
}

#[test]
fn sessions_are_ended_or_detached_before_the_seat_goes() {
    for (key, open) in [("e", false), ("d", true)] {
        let (mut world, mut app) = with_two();
        press(&mut app, "q");
        let effects = press(&mut app, key);
        assert_eq!(talks(&effects).len(), 1, "{effects:?}");
        assert!(!has_quit(&app.settle(ratatui::layout::Rect::new(0, 0, SIZE.0, SIZE.1), true)), "it is not done yet");
        for effect in &effects {
            world.talk(&mut app, effect);
        }
        let effects = app.settle(ratatui::layout::Rect::new(0, 0, SIZE.0, SIZE.1), true);
        assert!(has_quit(&effects), "{effects:?}");
        assert!(matches!(&talks(&effects)[..], [.., Talk::Leave { session }] if *session == s("comp_borealis", 1)));
        let session = world.board.session(&s("comp_acme", 1)).unwrap();
        assert_eq!((!session.is_over(), session.detached), (open, open));
    }
}

#[test]
fn a_seat_whose_sessions_could_not_be_ended_stays_and_can_still_be_left() {
    let (world, mut app) = with_two();
    press(&mut app, "q");
    let effects = press(&mut app, "e");
    let Effect::Ask(purpose, _) = &effects[0] else { panic!() };
    app.answered(purpose.clone(), Err(Refusal::new("unavailable", "the disk is full")));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(toast(&app).contains("the disk is full") && matches!(app.popups.last(), Some(Popup::Leaving(_))));
    assert_eq!(talks(&press(&mut app, "e")).len(), 1, "it can be said again");
    assert!(has_quit(&press(&mut app, "ctrl-c")), "nobody is held by an engine that does not answer");
}

#[test]
fn a_seat_with_nothing_open_or_without_an_engine_is_left_at_once() {
    let world = night_in_reach();
    let mut app = in_front_of(&world, SIZE.0, SIZE.1);
    assert!(has_quit(&press(&mut app, "q")));
    let (_, mut app) = with_two();
    app.changed(crate::link::Feed::Lost("it was stopped".into()));
    assert!(has_quit(&press(&mut app, "q")));
}

#[test]
fn an_engine_in_the_seat_ends_all_its_sessions_and_says_so() {
    let mut world = night_in_reach();
    world.shell("comp_acme", 1, &actor("sam"));
    let mut app = seat_with(|start| start.embedded = true);
    show(&mut app, &world);
    settled(&mut app, &world, SIZE.0, SIZE.1);
    assert!(!has_quit(&press(&mut app, "q")));
    settled(&mut app, &world, SIZE.0, SIZE.1);
    let shown = screen(&app);
    assert!(
        shown.contains("The engine runs in this seat: they end with it.") && !shown.contains("leaves them"),
        "{shown}"
    );
    assert!(!has_quit(&press(&mut app, "d")) && toast(&app).contains("no session outlives it"), "{}", toast(&app));
    assert!(has_quit(&press(&mut app, "e")));
}

#[test]
fn the_question_at_the_end_at_its_four_sizes() {
    let mut world = night_in_reach();
    for incident in [1, 2] {
        world.shell("comp_acme", incident, &priya());
    }
    at_four_sizes_of(&world, "leaving", "q");
}

#[test]
fn only_whoever_types_has_the_full_screen() {
    let (mut world, mut app) = with_two();
    attend(&mut app, &mut world, "S / 'acme' enter enter ctrl-]");
    let effects = press(&mut app, "f");
    assert!(matches!(&effects[..], [Effect::FullScreen(id)] if *id == s("comp_acme", 1)), "{effects:?}");
    attend(&mut app, &mut world, "esc S / 'borealis' enter enter");
    assert!(press(&mut app, "f").iter().all(|effect| !matches!(effect, Effect::FullScreen(_))));
    assert!(toast(&app).contains("sam types in comp_borealis-s1"), "{}", toast(&app));
}

#[test]
fn the_overview_says_who_is_on_the_machine() {
    let mut world = night_in_reach();
    world.shell("comp_acme", 1, &actor("sam"));
    world.step_session("comp_acme", 1, &actor("kim"), Step::Watch);
    let app = in_front_of(&world, 120, 40);
    let shown = text(&draw(&app, 120, 40));
    assert!(shown.contains("session   s1 open: sam types, kim watches; S lists it"), "{shown}");
    let ended = Step::Ended { how: End::Exited, why: None, exit_code: None, recording: None };
    world.step_session("comp_acme", 1, &actor("engine"), ended);
    let app = in_front_of(&world, 120, 40);
    assert!(text(&draw(&app, 120, 40)).contains("session   s1 of sam ended, <1m ago"));
}
