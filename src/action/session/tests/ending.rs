//! Ends: the machine's, a person's, time's, the engine's; each once, with AWS told where it does not know.

use super::*;
use crate::aws::session::Ending;

fn closed(why: &str) -> Event {
    Event::Ended(Ending::Closed(why.into()))
}

/// How, why, and whether AWS had ended it.
fn told(over: &Over) -> (End, Option<&str>, bool) {
    (over.how, over.why.as_deref(), over.there)
}

#[tokio::test]
async fn a_shell_that_exits_has_ended_and_its_last_words_can_be_read() {
    let (mut trial, mate) = Trial::shell().await;
    mate.events.send(output("logout\r\n")).await.unwrap();
    mate.events.send(closed("")).await.unwrap();
    assert_eq!(told(&trial.end().await), (End::Exited, None, true));
    let piece = trial.read(&priya(), 0, 0).await;
    assert_eq!((&*piece.bytes.0, piece.over), (&b"logout\r\n"[..], true));
    assert_eq!(trial.types(&priya(), b"x").await.unwrap_err(), "over");
    // And after a while it is gone.
    trial.is_gone().await;
}

#[tokio::test]
async fn how_a_channel_ends_says_how_the_session_did() {
    let failed = |why: &str| Event::Ended(Ending::Failed(why.into()));
    for (event, how, why, there) in [
        (closed("max duration"), End::Broken, "max duration", true),
        (
            Event::Ended(Ending::TimedOut),
            End::Broken,
            "AWS has it no more: it lasted too long there, or nobody typed",
            true,
        ),
        (failed("the key is wrong"), End::Broken, "the key is wrong", false),
    ] {
        let (mut trial, mate) = Trial::shell().await;
        mate.events.send(event.clone()).await.unwrap();
        assert_eq!(told(&trial.end().await), (how, Some(why), there), "{event:?}");
        let mut trial = Trial::new(Kind::Shell);
        let mate = trial.begin();
        mate.events.send(event.clone()).await.unwrap();
        assert_eq!(told(&trial.end().await), (End::NotOpened, Some(why), there), "{event:?}");
    }
    let (mut trial, mate) = Trial::shell().await;
    drop(mate.events);
    assert_eq!(told(&trial.end().await), (End::Broken, Some("the channel to the machine broke"), false));
}

#[tokio::test]
async fn one_that_aws_does_not_begin_did_not_open() {
    let mut trial = Trial::new(Kind::Shell);
    trial.begin.take().unwrap().send(Err("web-03 is not connected".into())).unwrap();
    assert_eq!(told(&trial.end().await), (End::NotOpened, Some("web-03 is not connected"), true));
    assert!(trial.read(&priya(), 0, 0).await.over);
}

#[tokio::test]
async fn one_that_is_not_on_record_as_open_is_ended() {
    let mut trial = Trial::new(Kind::Shell);
    trial.world.barred.lock().unwrap().push(Step::Opened { local_port: None });
    let mate = trial.begin();
    mate.events.send(Event::Ready { message: String::new() }).await.unwrap();
    assert_eq!(told(&trial.end().await), (End::NotOpened, Some("not for you"), false));
}

#[tokio::test]
async fn whoever_types_ends_it_and_so_does_a_lead() {
    let (mut trial, mate) = Trial::shell().await;
    trial.ask(&priya(), Talk::End { session: id() }).await.unwrap();
    let over = trial.end().await;
    assert_eq!((told(&over), &over.by), ((End::Closed, None, false), &Some(priya())));
    assert!(mate.events.is_closed(), "its channel goes before AWS is told");
    let (mut trial, _mate) = Trial::shell().await;
    assert_eq!(trial.ask(&bob(), Talk::End { session: id() }).await.unwrap_err(), "refused");
    assert!(trial.over.is_empty());
    trial.world.leads.lock().unwrap().push(bob());
    trial.ask(&bob(), Talk::End { session: id() }).await.unwrap();
    assert_eq!(trial.end().await.by, Some(bob()));
}

#[tokio::test]
async fn one_that_is_ended_while_it_opens_is_ended_at_aws_too() {
    let mut trial = Trial::new(Kind::Shell);
    trial.ask(&priya(), Talk::End { session: id() }).await.unwrap();
    assert!(trial.over.is_empty(), "nobody knows yet whether there is one");
    let mate = trial.begin();
    let over = trial.end().await;
    assert_eq!((told(&over), &over.by), ((End::Closed, None, false), &Some(priya())));
    assert!(mate.events.is_closed());
}

#[tokio::test]
async fn nobody_types_for_twenty_minutes() {
    let (mut trial, mate) = Trial::shell().await;
    let began = trial.now();
    trial.pass(300).await;
    // Its seat is gone, but that keeps nobody from coming back.
    trial.ask(&priya(), Talk::Drive { session: id() }).await.unwrap();
    trial.types(&priya(), b"x").await.unwrap();
    // What the machine writes is nobody's typing.
    for _ in 0..19 {
        trial.pass(60).await;
        mate.events.send(output("still here\r\n")).await.unwrap();
    }
    let over = trial.end().await;
    assert_eq!(told(&over), (End::Idle, Some("nobody has typed for 20 minutes"), false));
    assert_eq!((trial.now() - began).as_secs(), 300 + 1_200);
}

#[tokio::test]
async fn an_end_that_time_makes_is_told_before() {
    let (mut trial, _mate) = Trial::shell().await;
    let (mut seen, mut warned) = (0, Vec::new());
    let began = trial.now();
    loop {
        let Ok(Talked::Piece(piece)) = trial.ask(&priya(), Talk::Read { session: id(), seen: 0, version: seen }).await
        else {
            panic!()
        };
        if piece.over {
            break;
        }
        if let Some(live) = piece.live {
            seen = live.version;
            warned.extend(live.warning.map(|warning| ((trial.now() - began).as_secs(), warning)));
        }
    }
    assert_eq!(warned.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1_080, 1_140, 1_170, 1_190]);
    assert_eq!(warned[0].1, "ends in 2 minutes: nobody has typed for 18 minutes; any key keeps it");
    assert_eq!(trial.end().await.how, End::Idle);
}

#[tokio::test]
async fn an_hour_is_all_there_is() {
    let (mut trial, _mate) = Trial::shell().await;
    let began = trial.now();
    while trial.over.is_empty() {
        trial.ask(&priya(), Talk::Drive { session: id() }).await.unwrap();
        let _ = trial.types(&priya(), b"x").await;
        trial.pass(30).await;
    }
    assert_eq!(trial.end().await.how, End::TooLong);
    assert_eq!((trial.now() - began).as_secs(), 3_600);
}

#[tokio::test]
async fn an_engine_that_stops_ends_it_and_waits_for_nobody() {
    let (mut trial, _mate) = Trial::shell().await;
    let began = trial.now();
    let why = "the engine stopped".to_owned();
    trial.tell.send(Told::Stop { how: End::Stopped, why }).await.unwrap();
    assert_eq!(told(&trial.end().await), (End::Stopped, Some("the engine stopped"), false));
    trial.is_gone().await;
    assert_eq!((trial.now() - began).as_secs(), 0);
}

#[tokio::test]
async fn a_session_that_aws_does_not_end_keeps_no_seat_waiting() {
    let (mut trial, _mate) = Trial::shell().await;
    let (ends, when) = oneshot::channel();
    *trial.world.ends.lock().unwrap() = Some(when);
    let version = trial.read(&priya(), 0, 0).await.live.unwrap().version;
    trial.ask(&priya(), Talk::End { session: id() }).await.unwrap();
    trial.end().await;
    let began = trial.now();
    assert!(!trial.read(&priya(), 0, version).await.over);
    assert!(trial.read(&priya(), 0, version + 1).await.over);
    assert_eq!((trial.now() - began).as_secs(), 5);
    trial.ask(&priya(), Talk::End { session: id() }).await.unwrap();
    assert!(trial.over.is_empty(), "it is ended once");
    ends.send(()).unwrap();
    trial.is_gone().await;
}

#[tokio::test]
async fn one_that_nobody_holds_any_more_is_ended() {
    let (mut trial, mate) = Trial::shell().await;
    drop(std::mem::replace(&mut trial.tell, mpsc::channel(1).0));
    let over = trial.end().await;
    assert_eq!((over.how, over.there), (End::Stopped, false));
    assert!(mate.events.is_closed());
}

#[tokio::test]
async fn a_machine_that_is_never_ready_has_its_time_and_no_more() {
    let mut trial = Trial::new(Kind::Shell);
    let mate = trial.begin();
    let began = trial.now();
    mate.events.send(Event::Paused).await.unwrap();
    let over = trial.end().await;
    let why = "the machine was never ready, and nobody has typed for 20 minutes";
    assert_eq!(told(&over), (End::NotOpened, Some(why), false));
    assert_eq!((trial.now() - began).as_secs(), 1_200);
    assert!(mate.events.is_closed());
}
