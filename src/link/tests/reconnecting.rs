//! A way that breaks when it is told to: what the seat is told, what becomes of what it asks, and where it goes on.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::core::board::Snapshot;
use crate::core::change::{Change, Published};
use crate::core::input::Actor;
use crate::core::testing::tenant_id;
use crate::link::reconnect::{Line, NoWay, Patience, Then, Way, connect};
use crate::link::socket::{FromEngine, ToEngine};
use crate::link::{Feed, Link, Refusal, Reply, Request};

/// The engine's ends of the lines to come: absent, there is none to be had.
type Ends = Arc<Mutex<Vec<Option<Line>>>>;

/// Nothing here waits for time to pass.
const SOON: Patience = Patience { first: Duration::ZERO, longest: Duration::ZERO };

struct Trial {
    lines: Ends,
    asked: Arc<Mutex<Vec<Option<u64>>>>,
}

struct Engine {
    hears: mpsc::Receiver<ToEngine>,
    says: mpsc::Sender<Result<FromEngine, NoWay>>,
}

impl Way for Trial {
    async fn open(&mut self, since: Option<u64>) -> Result<Line, NoWay> {
        self.asked.lock().unwrap().push(since);
        let next = self.lines.lock().unwrap().pop();
        match next {
            Some(Some(line)) => Ok(line),
            Some(None) => Err(NoWay::Away("nobody answers".into())),
            None => Err(NoWay::Refused(Refusal::new("removed", "you are not in the book of people"))),
        }
    }
}

fn line() -> (Line, Engine) {
    let (to, hears) = mpsc::channel(8);
    let (says, from) = mpsc::channel(8);
    (Line { to, from }, Engine { hears, says })
}

impl Engine {
    async fn feed(&self, feed: Feed) {
        self.says.send(Ok(FromEngine::Feed { feed })).await.unwrap();
    }

    async fn changes(&self, revisions: std::ops::RangeInclusive<u64>) {
        let id = tenant_id("a");
        let change = |revision| Published {
            revision,
            company_id: id.clone(),
            change: Change::WindowEnded { id: id.clone(), number: 1 },
        };
        self.feed(Feed::Changes(Arc::new(revisions.map(change).collect()))).await;
    }

    async fn asked(&mut self) -> u64 {
        match self.hears.recv().await {
            Some(ToEngine::Ask { id, .. }) => id,
            other => panic!("{other:?}"),
        }
    }
}

async fn away(link: &mut Link) -> String {
    match link.feed.recv().await {
        Some(Feed::Away(why)) => why,
        other => panic!("{other:?}"),
    }
}

fn ask(link: &Link) -> tokio::task::JoinHandle<Result<Reply, Refusal>> {
    let caller = link.caller.clone();
    tokio::spawn(async move { caller.ask(&Actor::named("priya"), Request::Pulse).await })
}

/// The lines in the order in which they are had.
fn trial(mut lines: Vec<Option<Line>>) -> Trial {
    lines.reverse();
    Trial { lines: Arc::new(Mutex::new(lines)), asked: Arc::default() }
}

#[tokio::test]
async fn a_seat_is_told_at_once_is_refused_meanwhile_and_goes_on_from_its_last_change() {
    let ((first, mut before), (second, mut after)) = (line(), line());
    let way = trial(vec![Some(first), None, None, Some(second)]);
    let asked = way.asked.clone();
    let mut link = connect(way, Then::Return(SOON)).await.unwrap();
    before.feed(Feed::Snapshot(Box::new(Snapshot { revision: 40, ..Snapshot::default() }))).await;
    before.changes(41..=43).await;
    assert!(matches!(link.feed.recv().await, Some(Feed::Snapshot(_))));
    assert!(matches!(link.feed.recv().await, Some(Feed::Changes(_))));
    let unanswered = ask(&link);
    before.asked().await;
    drop(before);
    assert_eq!(away(&mut link).await, "the connection with the engine broke");
    let refusal = unanswered.await.unwrap().unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.message.contains("look whether it was done")), ("away", true));
    let refusal = ask(&link).await.unwrap().unwrap_err();
    assert_eq!((refusal.code.as_str(), refusal.message.contains("nothing was done")), ("away", true));
    assert_eq!([away(&mut link).await, away(&mut link).await], ["nobody answers", "nobody answers"]);
    after.changes(44..=44).await;
    assert!(matches!(link.feed.recv().await, Some(Feed::Changes(changes)) if changes[0].revision == 44));
    let answered = ask(&link);
    let id = after.asked().await;
    after.says.send(Ok(FromEngine::Answer { id, answer: Ok(Reply::Done) })).await.unwrap();
    assert!(matches!(answered.await.unwrap(), Ok(Reply::Done)), "what was refused is not asked again by itself");
    assert_eq!(*asked.lock().unwrap(), [None, Some(43), Some(43), Some(43)]);
}

#[test]
fn the_waits_grow_to_four_seconds_and_no_two_seats_wait_alike() {
    let patience = Patience::default();
    let waits = |chance| [0, 1, 2, 3, 4, 5, 40, u32::MAX].map(|tries| patience.wait(tries, chance).as_millis());
    assert_eq!(waits(1.0), [250, 500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000]);
    assert_eq!(waits(0.0), [125, 250, 500, 1_000, 2_000, 2_000, 2_000, 2_000]);
}

#[tokio::test]
async fn a_seat_that_is_not_wanted_any_more_stays_away() {
    let (first, before) = line();
    let mut link = connect(trial(vec![Some(first)]), Then::Return(SOON)).await.unwrap();
    before.feed(Feed::Lost("your rights have changed".into())).await;
    assert_eq!(away(&mut link).await, "your rights have changed");
    assert!(matches!(link.feed.recv().await, Some(Feed::Lost(why)) if why.contains("book of people")));
    assert!(link.feed.recv().await.is_none());
    assert_eq!(ask(&link).await.unwrap().unwrap_err().code, "engine_gone");
}

#[tokio::test]
async fn a_command_line_does_not_wait_for_an_engine_that_is_gone() {
    let (first, before) = line();
    let mut link = connect(trial(vec![Some(first)]), Then::End).await.unwrap();
    before.says.send(Err(NoWay::Away("the engine has stopped".into()))).await.unwrap();
    assert!(matches!(link.feed.recv().await, Some(Feed::Lost(why)) if why == "the engine has stopped"));
    assert_eq!(ask(&link).await.unwrap().unwrap_err().code, "engine_gone");
}

#[tokio::test]
async fn a_link_that_nobody_holds_lets_its_line_go() {
    let (first, mut before) = line();
    let link = connect(trial(vec![Some(first)]), Then::Return(SOON)).await.unwrap();
    drop(link);
    assert!(before.hears.recv().await.is_none());
    before.says.closed().await;
}
