//! Who types, who looks on, and that what is asked in order is done in order.

use proptest::prelude::*;

use super::*;
use crate::link::session::Line;

#[tokio::test]
async fn keys_arrive_in_the_order_in_which_they_were_put() {
    let (trial, mut mate) = Trial::shell().await;
    let all: Vec<u8> = (0..=255).cycle().take(1_000).collect();
    let answers: Vec<_> = all.iter().map(|key| trial.put(&priya(), typing(&[*key, *key]))).collect();
    let mut got = Vec::new();
    while got.len() < 2_000 {
        got.extend(sent(&mut mate).await);
    }
    assert!(got.chunks(2).map(|pair| pair[0]).eq(all));
    for answer in answers {
        assert!(answer.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn what_is_typed_before_it_opens_is_held_and_too_much_refused() {
    let mut trial = Trial::new(Kind::Shell);
    trial.types(&priya(), b"uptime\r").await.unwrap();
    assert_eq!(trial.types(&priya(), &[b'x'; 4_096]).await.unwrap_err(), "held");
    let mut mate = trial.begin();
    mate.events.send(Event::Ready { message: "encrypted".into() }).await.unwrap();
    trial.until_opened().await;
    assert_eq!(sent(&mut mate).await, b"uptime\r");
    assert_eq!(trial.read(&priya(), 0, 0).await.live.unwrap().message.unwrap(), "encrypted");
}

#[tokio::test]
async fn what_waits_while_the_line_is_away_is_told() {
    let (trial, mate) = Trial::shell().await;
    // The machine's end takes nothing: as many inputs as fit are on their way.
    mate.events.send(Event::Away { why: "cut".into(), tries: 1 }).await.unwrap();
    let version = trial.read(&priya(), 0, 0).await.live.unwrap().version;
    let mut held = 0;
    for _ in 0..200 {
        held += usize::from(trial.types(&priya(), &[b'x'; 100]).await.is_ok());
    }
    assert!((40..200).contains(&held), "{held}");
    let live = trial.read(&priya(), 0, version).await.live.unwrap();
    assert!(matches!(live.line, Line::Away { held: 1.., .. }), "{:?}", live.line);
}

#[tokio::test]
async fn a_lone_line_feed_is_enter() {
    let (trial, mut mate) = Trial::shell().await;
    trial.types(&priya(), b"\n").await.unwrap();
    trial.types(&priya(), b"a\n").await.unwrap();
    assert_eq!(sent(&mut mate).await, b"\ra\n");
}

#[tokio::test]
async fn one_seat_types_and_others_are_told_who() {
    let (trial, mut mate) = Trial::shell().await;
    let read = || Talk::Read { session: id(), seen: 0, version: 0 };
    assert_eq!(trial.ask(&bob(), read()).await.unwrap_err(), "not_at_it");
    trial.ask(&bob(), Talk::Watch { session: id() }).await.unwrap();
    assert!(trial.ask(&bob(), read()).await.is_ok());
    assert_eq!(trial.types(&bob(), b"rm\r").await.unwrap_err(), "not_yours");
    let resize = |cols| Talk::Resize { session: id(), size: Size { cols, rows: 30 } };
    assert_eq!(trial.ask(&bob(), resize(99)).await.unwrap_err(), "not_yours");
    assert_eq!(sent(&mut mate).await, b"");
    trial.ask(&bob(), Talk::Drive { session: id() }).await.unwrap();
    trial.types(&bob(), b"ls\r").await.unwrap();
    assert_eq!(sent(&mut mate).await, b"ls\r");
    assert_eq!(trial.ask(&priya(), read()).await.unwrap_err(), "not_at_it");
    let steps: Vec<_> = trial.steps().into_iter().map(|(by, step)| (by.map(|by| by.who), step)).collect();
    let by = |who: &str| Some(who.to_owned());
    assert_eq!(steps[0], (None, Step::Opened { local_port: None }));
    assert_eq!(steps[1], (by("bob"), Step::Watch));
    assert_eq!(steps[2], (by("bob"), Step::Started { aws_id: "refused session.type".into() }));
    assert_eq!(steps[3], (by("bob"), Step::Drive));
    assert_eq!(steps.len(), 4);
}

#[tokio::test]
async fn whoever_is_not_there_does_not_leave() {
    let (trial, _mate) = Trial::shell().await;
    trial.ask(&bob(), Talk::Leave { session: id() }).await.unwrap();
    assert_eq!(trial.steps().len(), 1, "{:?}", trial.steps());
}

#[tokio::test]
async fn a_step_that_is_refused_changes_nothing() {
    let (trial, mut mate) = Trial::shell().await;
    trial.world.barred.lock().unwrap().extend([Step::Drive, Step::Watch]);
    assert_eq!(trial.ask(&bob(), Talk::Drive { session: id() }).await.unwrap_err(), "refused");
    assert_eq!(trial.ask(&bob(), Talk::Watch { session: id() }).await.unwrap_err(), "refused");
    assert_eq!(trial.types(&bob(), b"x").await.unwrap_err(), "not_yours");
    trial.types(&priya(), b"y").await.unwrap();
    assert_eq!(sent(&mut mate).await, b"y");
}

#[tokio::test]
async fn a_size_goes_to_the_machine_and_to_everybody() {
    let (trial, mut mate) = Trial::shell().await;
    let size = Size { cols: 120, rows: 40 };
    let version = trial.read(&priya(), 0, 0).await.live.unwrap().version;
    trial.ask(&priya(), Talk::Resize { session: id(), size }).await.unwrap();
    assert_eq!(mate.input.recv().await.unwrap(), Input::Size { cols: 120, rows: 40 });
    assert_eq!(trial.read(&priya(), 0, version).await.live.unwrap().size, size);
    // No machine is told of a terminal that there can't be.
    trial.ask(&priya(), Talk::Resize { session: id(), size: Size { cols: 0, rows: 60_000 } }).await.unwrap();
    assert_eq!(mate.input.recv().await.unwrap(), Input::Size { cols: 2, rows: 1_000 });
}

#[tokio::test]
async fn a_forwarded_port_takes_no_keys() {
    let (trial, _mate) = Trial::ready(Kind::Forward { host: None, port: 80, local: 0 }).await;
    assert_eq!(trial.types(&priya(), b"GET /").await.unwrap_err(), "no_terminal");
}

#[tokio::test]
async fn a_seat_that_says_nothing_is_gone_and_the_session_stays_for_it() {
    let (trial, mut mate) = Trial::shell().await;
    trial.ask(&bob(), Talk::Watch { session: id() }).await.unwrap();
    for _ in 0..4 {
        trial.read(&bob(), 0, 1_000).await;
        trial.pass(12).await;
    }
    let steps = trial.steps();
    assert_eq!(steps.last().unwrap(), &(Some(priya()), Step::Leave));
    assert_eq!(trial.types(&priya(), b"x").await.unwrap_err(), "not_yours");
    trial.ask(&priya(), Talk::Drive { session: id() }).await.unwrap();
    trial.types(&priya(), b"back\r").await.unwrap();
    assert_eq!(sent(&mut mate).await, b"back\r");
    assert!(trial.over.is_empty());
}

#[derive(Clone, Debug)]
enum Deed {
    Type(u8),
    Resize(u16),
    Watch,
    Drive,
    Leave,
    Detach,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        4 => any::<u8>().prop_map(Deed::Type),
        1 => (2_u16..200).prop_map(Deed::Resize),
        1 => Just(Deed::Watch),
        2 => Just(Deed::Drive),
        1 => Just(Deed::Leave),
        1 => Just(Deed::Detach),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever three seats do, all at once: the machine gets exactly what whoever drove at the time typed, in order.
    #[test]
    fn only_the_one_that_drives_reaches_the_machine(deeds in prop::collection::vec((0_usize..3, deed()), 0..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (trial, mut mate) = Trial::shell().await;
            let seats = [priya(), bob(), at("carol")];
            let (mut driver, mut expected, mut answers) = (Some(0), Vec::new(), Vec::new());
            for (seat, deed) in deeds {
                let session = id();
                let talk = match deed {
                    Deed::Type(key) => typing(&[key]),
                    Deed::Resize(cols) => Talk::Resize { session, size: Size { cols, rows: 10 } },
                    Deed::Watch => Talk::Watch { session },
                    Deed::Drive => Talk::Drive { session },
                    Deed::Leave => Talk::Leave { session },
                    Deed::Detach => Talk::Detach { session },
                };
                answers.push(trial.put(&seats[seat], talk));
                match deed {
                    Deed::Type(key) if driver == Some(seat) => expected.push(if key == b'\n' { b'\r' } else { key }),
                    Deed::Drive => driver = Some(seat),
                    // The core lets nobody but the driver detach; this world takes every step.
                    Deed::Detach => driver = None,
                    Deed::Watch | Deed::Leave if driver == Some(seat) => driver = None,
                    _ => {}
                }
            }
            for answer in answers {
                let _ = answer.await.unwrap();
            }
            assert_eq!(sent(&mut mate).await, expected);
        });
    }
}

#[test]
fn those_that_are_asked_for_count_as_those_that_are_there() {
    let held = super::super::Held::default();
    let mut coming: Vec<_> = (0..128).map(|_| held.room(|_| None).unwrap()).collect();
    assert_eq!(held.room(|_| None).unwrap_err().code, "busy");
    coming.pop();
    assert!(held.room(|_| None).is_ok());
    held.doors().shut = true;
    coming.clear();
    assert!(held.room(|_| None).is_err());
}
