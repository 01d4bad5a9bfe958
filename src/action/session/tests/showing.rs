//! What seats are shown: all of it, in order, as soon as it is there; and how the session is.

use super::*;
use crate::link::session::Line;

#[tokio::test]
async fn a_seat_pulls_what_it_has_not_seen() {
    let (trial, mate) = Trial::shell().await;
    let first = trial.read(&priya(), 0, 0).await;
    assert_eq!((first.upto, first.over, first.fresh), (0, false, false));
    let live = first.live.unwrap();
    assert_eq!((live.line, live.size), (Line::Ready, SIZE));
    let waits = trial.put(&priya(), Talk::Read { session: id(), seen: 0, version: live.version });
    mate.events.send(output("$ ")).await.unwrap();
    let Ok(Reply::Talked(Talked::Piece(piece))) = waits.await.unwrap() else { panic!() };
    assert_eq!((piece.upto, &*piece.bytes.0, piece.live), (2, &b"$ "[..], None));
    mate.events.send(output("ls")).await.unwrap();
    assert_eq!(trial.read(&priya(), 2, live.version).await.bytes.0, b"ls");
}

#[tokio::test]
async fn a_question_without_an_answer_is_answered_after_a_while() {
    let (trial, _mate) = Trial::shell().await;
    let version = trial.read(&priya(), 0, 0).await.live.unwrap().version;
    let began = trial.now();
    let piece = trial.read(&priya(), 0, version).await;
    assert_eq!((piece.upto, piece.live, piece.over), (0, None, false));
    assert_eq!((trial.now() - began).as_secs(), 20);
}

#[tokio::test]
async fn much_output_with_nobody_looking_is_read_on_and_the_screen_is_right() {
    let (trial, mate) = Trial::shell().await;
    let line = "0123456789abcdef".repeat(63) + "\r\n";
    for _ in 0..4_000 {
        mate.events.send(output(&line)).await.unwrap();
    }
    mate.events.send(output("\x1b[2J\x1b[Hdone")).await.unwrap();
    while trial.read(&priya(), u64::MAX, 0).await.upto < 4_000 * line.len() as u64 + 11 {}
    let piece = trial.read(&priya(), 10, 0).await;
    assert!(piece.fresh && piece.live.is_some());
    let mut screen = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    screen.process(&piece.bytes.0);
    assert_eq!(screen.screen().contents().trim(), "done");
    assert_eq!(trial.read(&priya(), piece.upto, 0).await.bytes.0, b"");
}

#[tokio::test]
async fn the_machine_is_answered_unless_the_seats_own_terminal_does() {
    let (trial, mut mate) = Trial::shell().await;
    mate.events.send(output("ab\x1b[6n")).await.unwrap();
    assert_eq!(sent(&mut mate).await, b"\x1b[1;3R");
    trial.ask(&priya(), Talk::HandOver { session: id(), raw: true }).await.unwrap();
    mate.events.send(output("\x1b[6n")).await.unwrap();
    assert_eq!(sent(&mut mate).await, b"");
    // Whoever takes over has another terminal.
    trial.ask(&bob(), Talk::Drive { session: id() }).await.unwrap();
    mate.events.send(output("\x1b[6n")).await.unwrap();
    assert_eq!(sent(&mut mate).await, b"\x1b[1;3R");
    assert_eq!(trial.ask(&priya(), Talk::HandOver { session: id(), raw: true }).await.unwrap_err(), "not_yours");
}

#[tokio::test]
async fn a_line_that_goes_and_comes_is_told() {
    let (trial, mate) = Trial::shell().await;
    let mut version = trial.read(&priya(), 0, 0).await.live.unwrap().version;
    let away = Line::Away { why: "reset".into(), tries: 2, held: 0 };
    for (event, line) in [
        (Event::Paused, Line::Paused),
        (Event::Resumed, Line::Ready),
        (Event::Away { why: "reset".into(), tries: 2 }, away),
        (Event::Back, Line::Ready),
    ] {
        mate.events.send(event).await.unwrap();
        let live = trial.read(&priya(), 0, version).await.live.unwrap();
        assert!(live.version > version);
        assert_eq!(live.line, line);
        version = live.version;
    }
}

#[tokio::test]
async fn bytes_are_counted_and_told_now_and_then() {
    let (trial, mate) = Trial::shell().await;
    let version = trial.read(&priya(), 0, 0).await.live.unwrap().version;
    trial.types(&priya(), b"ls\r").await.unwrap();
    mate.events.send(output("file")).await.unwrap();
    let piece = trial.read(&priya(), 0, version).await;
    let live = trial.read(&priya(), piece.upto, version).await.live.unwrap();
    assert_eq!((live.bytes_in, live.bytes_out), (4, 3));
}

#[tokio::test]
async fn a_command_shows_both_streams_and_ends_with_its_code() {
    let (mut trial, mate) = Trial::ready(Kind::Command { text: "df".into() }).await;
    mate.events.send(output("out\n")).await.unwrap();
    mate.events.send(Event::Errors(Bytes::from_static(b"err\n"))).await.unwrap();
    mate.events.send(Event::ExitCode(3)).await.unwrap();
    mate.events.send(Event::Ended(crate::aws::session::Ending::Closed(String::new()))).await.unwrap();
    let over = trial.end().await;
    assert_eq!((over.how, over.exit_code, over.there), (End::Exited, Some(3), true));
    let piece = trial.read(&priya(), 0, 0).await;
    assert_eq!(piece.bytes.0, b"out\r\nerr\r\n");
    assert!(piece.over);
}

#[tokio::test]
async fn a_command_waits_for_the_seat_that_reads_it_and_for_no_other() {
    let (trial, mate) = Trial::ready(Kind::Command { text: "cat".into() }).await;
    let block = "x".repeat(64 << 10);
    let events = mate.events.clone();
    let writes = tokio::spawn(async move {
        for _ in 0..200 {
            events.send(output(&block)).await.unwrap();
        }
    });
    let (mut seen, mut got) = (0, 0);
    while got < 200 * (64 << 10) {
        let piece = trial.read(&priya(), seen, 0).await;
        assert!(!piece.fresh, "some of it was skipped");
        got += piece.bytes.0.len();
        seen = piece.upto;
    }
    writes.await.unwrap();
    // Nobody reads: after a while it goes on.
    let block = "y".repeat(64 << 10);
    for _ in 0..200 {
        trial.until(mate.events.send(output(&block))).await.unwrap();
    }
}
