//! What seats see is what the engine knows, whatever happens to either.

use super::super::handle::SEAT_DEPTH;
use super::*;

#[test]
fn a_slow_seat_falls_behind_and_gets_everything_anew() {
    let house = House::of(&["a"]);
    let running = house.start();
    let mut slow = running.handle().seat();
    for n in 0..SEAT_DEPTH + 50 {
        stored(post("a", format!("web-{n}")).to(&running));
    }
    let mut board = Board::default();
    let mut snapshots = 0;
    // What fits comes piece by piece; for what did not, everything anew, as soon as there is room.
    while snapshots < 2 {
        let piece = slow.feed.blocking_recv().unwrap();
        snapshots += u32::from(matches!(piece, Feed::Snapshot(_)));
        take(&mut board, piece);
    }
    assert_same(&board, &running);
    stored(post("a", "after").to(&running));
    let end = snapshot(&running).revision;
    while board.revision < end {
        take(&mut board, slow.feed.blocking_recv().unwrap());
    }
    assert_same(&board, &running);
}

#[test]
fn a_replica_equals_the_engine_and_the_engine_itself_after_a_restart() {
    let house = House::of(&["a", "b"]);
    let mut dice = 7_u64;
    let mut roll = |end: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % end
    };
    let mut before = Vec::new();
    for round in 0..4 {
        // The last one has nothing but the inbox to go by.
        house.mood.deaf.store(round == 3, Ordering::SeqCst);
        let running = house.start();
        if round > 0 {
            assert!(kept(snapshot(&running)) == before, "round {round} began otherwise than the one before it ended");
        }
        let mut seat = running.handle().seat();
        let mut board = Board::default();
        for _ in 0..60 {
            let tenant = if roll(2) == 0 { "a" } else { "b" };
            match roll(6) {
                0 => house.pass(Span::minutes(i64::try_from(roll(30)).unwrap())),
                1 => {
                    let incident = crate::core::id::IncidentId { tenant: tenant_id(tenant), number: 1 + roll(4) };
                    let acts = [crate::core::input::Act::RESOLVE, crate::core::input::Act::ACKNOWLEDGE];
                    let act = acts[usize::try_from(roll(2)).unwrap()].clone();
                    // It may make no sense now.
                    drop(ask(&running, Request::Act { incident, act }));
                }
                _ => drop(stored(post(tenant, roll(5)).and(&roll(5).to_string()).to(&running))),
            }
        }
        let end = snapshot(&running);
        while board.revision < end.revision {
            take(&mut board, seat.feed.blocking_recv().unwrap());
        }
        assert_same(&board, &running);
        before = kept(end);
        running.stop();
    }
    house.mood.deaf.store(false, Ordering::SeqCst);
    assert!(kept(snapshot(&house.start())) == before, "the inbox alone gave another state");
}

#[test]
fn a_full_queue_takes_nothing_more_and_a_stopping_engine_finishes_what_it_took() {
    let house = House::of(&["a"]);
    let (running, release) = house.start_held();
    let answers: Vec<_> = (0..QUEUE).map(|n| post("a", n).offer(&running)).collect();
    let (one_more, mut answer) = post("a", "one more").intake();
    assert_eq!(running.handle().offer(one_more), Err(super::super::handle::Busy));
    assert!(answer.try_recv().is_err());
    assert_eq!(running.handle().counters().queued.load(Ordering::Relaxed), QUEUE);

    release.send(()).unwrap();
    running.stop();
    for answer in answers {
        stored(answer.blocking_recv().unwrap());
    }
    let running = house.start();
    assert_eq!(alerts(&running, "a").len(), QUEUE);
}

#[test]
fn a_seat_that_comes_back_goes_on_where_it_was_unless_too_much_or_another_run_came_between() {
    let house = House::of(&["a"]);
    let running = house.start();
    let sit = |running: &Running, since| {
        let (by, standing) = (Actor::named("priya"), crate::link::Standing::Owner);
        running.handle().seat_of(super::super::seats::Seating { by, standing, remote: false, since })
    };
    let first = |link: &mut Link| next(link, Some);
    let mut link = sit(&running, None);
    let Feed::Snapshot(before) = first(&mut link) else { panic!() };
    drop(link);
    stored(post("a", "while it was away").to(&running));
    let mut link = sit(&running, Some(before.revision));
    assert!(matches!(first(&mut link), Feed::Changes(none) if none.is_empty()), "that it goes on is said first");
    let mut board = Board::default();
    board.reset(*before);
    take(&mut board, first(&mut link));
    assert_same(&board, &running);
    let mut link = sit(&running, Some(board.revision));
    assert!(matches!(first(&mut link), Feed::Changes(none) if none.is_empty()));
    assert!(matches!(first(&mut link), Feed::Pulse(_)), "nothing was missed");
    for never in [0, board.revision + 1, u64::MAX] {
        assert!(matches!(first(&mut sit(&running, Some(never))), Feed::Snapshot(_)), "{never}");
    }
    running.stop();
    house.pass(Span::minutes(1));
    let running = house.start();
    let Feed::Snapshot(after) = first(&mut sit(&running, Some(board.revision))) else { panic!("another run's") };
    assert!(after.revision > board.revision);
}

#[test]
fn everybody_hears_who_is_on_and_what_they_look_at_and_who_has_left() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "web-01").to(&running));
    let sit = |who| {
        let (by, standing) = (Actor::named(who), crate::link::Standing::Owner);
        running.handle().seat_of(super::super::seats::Seating { by, standing, remote: true, since: None })
    };
    let on = |link: &mut Link, wanted: &[(&str, bool)]| {
        next(link, |piece| {
            let Feed::Present(present) = piece else { return None };
            let seen: Vec<_> = present.iter().map(|one| (one.who.as_str(), one.looks_at.is_some())).collect();
            (seen == wanted).then_some(())
        });
    };
    let (mut priya, sam) = (sit("priya"), sit("sam"));
    on(&mut priya, &[("priya", false), ("sam", false)]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let look = |number| {
        let incident = crate::core::id::IncidentId { tenant: tenant_id("a"), number };
        let request = Request::Look { incident: Some(incident) };
        runtime.block_on(sam.caller.ask(&Actor::named("sam"), request))
    };
    assert_eq!(look(7).unwrap_err().code, "no_such_incident");
    assert!(look(1).is_ok());
    on(&mut priya, &[("priya", false), ("sam", true)]);
    drop(sam);
    running.handle().left();
    on(&mut priya, &[("priya", false)]);
}

fn take(board: &mut Board, piece: Feed) {
    match piece {
        Feed::Snapshot(snapshot) => board.reset(*snapshot),
        Feed::Changes(changes) => changes.iter().for_each(|change| {
            assert_eq!(change.revision, board.revision + 1);
            board.apply(change);
        }),
        Feed::Pulse(pulse) => board.pulse = *pulse,
        Feed::Present(present) => board.present = present,
        Feed::Away(why) => panic!("{why}"),
        Feed::Lost(why) => panic!("{why}"),
    }
}

/// All but the pulse, which has a time of its own.
fn assert_same(board: &Board, running: &Running) {
    let without_pulse = |snapshot| Snapshot { pulse: Default::default(), ..snapshot };
    assert!(without_pulse(board.snapshot()) == without_pulse(snapshot(running)), "the replica is not what it copies");
}
