//! Sessions in trouble, through all of it: bad lines, nobody who reads, gateways that let nobody in, limits, engines that stop.

use std::time::Duration;

use alert_whisperer::action::session::Rules;
use alert_whisperer::core::input::Actor;
use alert_whisperer::core::session::{End, Kind, Stage};
use alert_whisperer::demo::aws::faults::{Break, Fault};
use alert_whisperer::demo::aws::gateway::OPERATION;
use alert_whisperer::demo::aws::gateway::lane::Line;
use alert_whisperer::link::session::{Piece, Talk, Talked};

use crate::rig::{ACME, Rig, WEB};
use crate::sessions::{PROMPT, Seat, on_record, open, over, statuses, talk, until};

/// What a recording says was shown, and what else it says.
async fn recorded(seat: &Seat<'_>) -> (String, Vec<String>) {
    let mut file = Vec::new();
    loop {
        let asked = Talk::Recording { session: seat.session.clone(), from: file.len() as u64 };
        let Ok(Talked::Recording { part, of }) = talk(seat.rig, &seat.by, asked).await else { panic!() };
        file.extend(part.0);
        if file.len() as u64 >= of {
            break;
        }
    }
    let (mut shown, mut marks) = (String::new(), Vec::new());
    for line in String::from_utf8(file).unwrap().lines().skip(1) {
        let (_, code, text): (f64, String, String) = serde_json::from_str(line).unwrap();
        match code.as_str() {
            "o" => shown.push_str(&text),
            "m" => marks.push(text),
            _ => {}
        }
    }
    (shown, marks)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_terrible_line_a_seat_is_shown_every_byte_once() {
    let rig = Rig::start().await;
    let mut seat = Seat::open(&rig, Kind::Shell).await;
    let cut_after = Some(Duration::from_secs(1));
    let (lost, doubled, reordered, delay) = (10, 10, 20, Duration::from_millis(2));
    rig.stand_in.faults().line(Line { lost, doubled, reordered, delay, cut_after, seed: 11 });
    seat.until(PROMPT).await;
    let all = (1..=500).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let mut rounds = 0;
    while rig.stand_in.sessions()[0].sockets < 4 {
        seat.types(&format!("echo \"<{rounds}\" \"$(seq -s, 1 500)>\"\r")).await;
        seat.until(&format!("<{rounds} {all}>")).await;
        rounds += 1;
    }
    seat.types("exit\r").await;
    while !seat.last.over {
        seat.read().await;
    }
    assert_eq!(over(&rig, &seat.session).await.0, End::Exited);
    for n in 0..rounds {
        assert_eq!(seat.text.matches(&format!("<{n} {all}>")).count(), 1, "{n}");
    }
    let (shown, marks) = recorded(&seat).await;
    assert!(shown == seat.text, "what was recorded is not what was shown");
    assert!(marks.iter().any(|mark| mark == "it is there again"), "{marks:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn much_that_nobody_looks_at_arrives_whole_and_is_recorded_or_said_to_be_missing() {
    let rig = Rig::start().await;
    let mut seat = Seat::shell(&rig).await;
    let wanted: u64 = 40 << 20;
    seat.types("stty -echo; PS1=; echo go''es\r").await;
    seat.until("goes\r\n").await;
    let before = seat.text.len() as u64;
    seat.types(&format!("yes 0123456789abcdef0123456789abcdef | tr -d '\\n' | head -c {wanted}; exit\r")).await;
    let (how, _, session) = over(&rig, &seat.session).await;
    assert_eq!(how, End::Exited);
    let asked = Talk::Read { session: seat.session.clone(), seen: 0, version: 0 };
    let Ok(Talked::Piece(last)) = talk(&rig, &seat.by, asked).await else { panic!() };
    let Piece { upto, fresh, live, bytes, .. } = *last;
    assert!(fresh && bytes.0.len() < 1 << 20, "it is shown as it is");
    assert!(upto >= before + wanted && upto < before + wanted + 200, "{upto} of {wanted}");
    assert_eq!(live.unwrap().bytes_in, upto);
    let (shown, marks) = recorded(&seat).await;
    let missing: u64 =
        marks.iter().filter_map(|mark| mark.split_once(" bytes are not recorded here")?.0.parse::<u64>().ok()).sum();
    assert_eq!(shown.len() as u64 + missing, upto, "{marks:?}");
    assert_eq!(session.recording.unwrap().trouble.is_some(), missing > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_nobody_is_let_into_is_ended_at_aws() {
    let rig = Rig::start().await;
    rig.stand_in.faults().always(OPERATION, Fault::Denied);
    let seat = Seat::open(&rig, Kind::Shell).await;
    let (how, why, session) = over(&rig, &seat.session).await;
    assert_eq!(how, End::NotOpened, "{why:?}");
    assert!(session.aws_id.is_some() && session.opened_at.is_none() && session.recording.is_none());
    assert_eq!((statuses(&rig), rig.count("TerminateSession")), (vec!["Terminated"], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_whose_machine_never_answers_is_ended_at_aws_by_hand_and_by_time() {
    let mut rig = Rig::start().await;
    rig.stand_in.faults().pause(WEB);
    let seat = Seat::open(&rig, Kind::Shell).await;
    until(&rig, &seat.session, |session| session.aws_id.is_some()).await;
    talk(&rig, &seat.by, Talk::End { session: seat.session.clone() }).await.unwrap();
    assert_eq!(over(&rig, &seat.session).await.0, End::Closed);
    rig.let_go();
    rig.rules = |rules| rules.idle = Duration::from_secs(1);
    rig.wake_again();
    let session = Seat::open(&rig, Kind::Shell).await.session;
    let (how, why, _) = over(&rig, &session).await;
    assert_eq!(how, End::NotOpened, "{why:?}");
    assert!(why.unwrap().contains("never ready"));
    assert_eq!(statuses(&rig), ["Terminated", "Terminated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_end_a_session_here_and_at_aws() {
    let mut rig = Rig::start().await;
    for (rules, how, why) in [
        (
            (|rules: &mut Rules| rules.idle = Duration::from_secs(2)) as fn(&mut Rules),
            End::Idle,
            "nobody has typed for 2 seconds",
        ),
        (|rules| rules.longest = Duration::from_secs(2), End::TooLong, "2 seconds is the longest that a session lasts"),
    ] {
        rig.let_go();
        rig.rules = rules;
        rig.wake_again();
        let mut seat = Seat::shell(&rig).await;
        let mut warned = None;
        while !seat.last.over {
            seat.read().await;
            warned = seat.last.live.as_ref().and_then(|live| live.warning.clone()).or(warned);
        }
        assert!(warned.unwrap().starts_with("ends in 1 second: "));
        let (ended, said, session) = over(&rig, &seat.session).await;
        assert_eq!((ended, said.as_deref()), (how, Some(why)));
        assert!(session.recording.is_some());
    }
    assert_eq!(statuses(&rig), ["Terminated", "Terminated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_that_run_out_in_the_middle_are_had_anew() {
    let rig = Rig::start().await;
    let mut seat = Seat::shell(&rig).await;
    for n in 1..=2 {
        rig.stand_in.faults().expire_sessions();
        rig.stand_in.faults().break_off(Break::Cut);
        seat.types(&format!("echo st''ill {n}\r")).await;
        seat.until(&format!("still {n}\r\n")).await;
    }
    rig.stand_in.faults().expire_sessions();
    talk(&rig, &seat.by, Talk::End { session: seat.session.clone() }).await.unwrap();
    assert_eq!(over(&rig, &seat.session).await.1, None);
    assert_eq!(statuses(&rig), ["Terminated"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_stops_while_sessions_open_leaves_none_for_good() {
    let mut rig = Rig::start().await;
    rig.stand_in.faults().pause(WEB);
    let paused = Seat::open(&rig, Kind::Shell).await.session;
    until(&rig, &paused, |session| session.aws_id.is_some()).await;
    rig.stand_in.faults().next("StartSession", Fault::SilentAfter);
    let silent = Seat::open(&rig, Kind::Shell).await.session;
    while rig.stand_in.sessions().len() < 2 {
        tokio::task::yield_now().await;
    }
    rig.close().await;
    rig.wake_again();
    assert_eq!(over(&rig, &paused).await.0, End::Stopped);
    assert!(matches!(over(&rig, &silent).await.0, End::Stopped | End::NotOpened));
    while statuses(&rig) != ["Terminated", "Terminated"] {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_are_over_take_nobodys_place() {
    let rig = Rig::start().await;
    rig.stand_in.faults().always("StartSession", Fault::Denied);
    for _ in 0..128 {
        let session = Seat::open(&rig, Kind::Shell).await.session;
        over(&rig, &session).await;
    }
    rig.stand_in.faults().mend();
    Seat::shell(&rig).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_watched_who_took_over_and_who_left_is_on_record() {
    let rig = Rig::start().await;
    let seat = Seat::shell(&rig).await;
    let (sam, session) = (Actor { who: "sam".into(), seat: "pts/3".into() }, &seat.session);
    let of = |session: &alert_whisperer::core::id::SessionId| session.clone();
    talk(&rig, &sam, Talk::Watch { session: of(session) }).await.unwrap();
    talk(&rig, &sam, Talk::Drive { session: of(session) }).await.unwrap();
    talk(&rig, &seat.by, Talk::Watch { session: of(session) }).await.unwrap();
    talk(&rig, &seat.by, Talk::Leave { session: of(session) }).await.unwrap();
    talk(&rig, &sam, Talk::End { session: of(session) }).await.unwrap();
    let (_, _, ended) = over(&rig, session).await;
    assert!(matches!(ended.stage, Stage::Ended { how: End::Closed, .. }));
    let expected = [
        "priya session.open done",
        "alert-whisperer session.start done",
        "alert-whisperer session.opened done",
        "sam session.watch done",
        "sam session.drive done",
        "priya session.watch done",
        "priya session.leave done",
        "sam session.end done",
    ];
    assert_eq!(on_record(&rig, ACME).await, expected);
    let by = Actor { who: "priya".into(), seat: "pts/1".into() };
    assert!(matches!(talk(&rig, &by, open(Kind::Shell)).await, Ok(Talked::Opening(_))));
}
