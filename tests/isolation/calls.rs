//! Every request over the link, as one client's people with the other's ids, against ids of nobody's.

use std::time::{Duration, Instant};

use alert_whisperer::core::audit::Entry;
use alert_whisperer::core::board::Board;
use alert_whisperer::core::input::{Act, Actor};
use alert_whisperer::engine::seats::Seating;
use alert_whisperer::link::people::Ask;
use alert_whisperer::link::{Feed, Refusal, Reply, Request, Standing};

use crate::house::{House, NOBODY, OURS, PEOPLE, SECRET, THEIRS, tenant};
use crate::requests::{about, at_large};

/// An answer as it goes over the wire.
fn bytes(answer: &Result<Reply, Refusal>) -> String {
    serde_json::to_string(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_tenant_s_things_are_answered_like_what_there_is_not() {
    let house = House::new().await;
    for (who, role) in PEOPLE {
        for ((name, theirs), (_, nobodys)) in about(THEIRS).into_iter().zip(about(NOBODY)) {
            let (theirs, nobodys) = (house.ask(who, theirs).await, house.ask(who, nobodys).await);
            assert!(theirs.is_err(), "{role:?}: {name}");
            assert_eq!(bytes(&theirs), bytes(&nobodys), "{role:?}: {name}");
        }
        for (name, request) in at_large().into_iter().filter(|(_, request)| !matches!(request, Request::People(_))) {
            let answer = bytes(&house.ask(who, request).await);
            assert!(!answer.contains(THEIRS) && !answer.contains(SECRET), "{role:?}: {name}: {answer}");
        }
    }
    // It is all still there, and as it was.
    let root = Actor::named("root");
    let listing = alert_whisperer::link::Listing { tenant: Some(tenant(THEIRS)), ..Default::default() };
    let Reply::Incidents(theirs) = house.owner().ask(&root, Request::Incidents(listing)).await.unwrap() else {
        panic!()
    };
    assert_eq!((theirs.len(), theirs[0].acknowledged_by.as_deref()), (1, None));
}

/// What their own client has not got is refused in the same words as what is another's, where the words are about the thing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_theirs_is_refused_in_the_words_for_what_they_have_not() {
    let house = House::new().await;
    // One of a number that there is at neither.
    let other = |request: Request| {
        let text = serde_json::to_string(&request).unwrap();
        serde_json::from_str(&text.replace("-i1\"", "-i7\"").replace("-a1\"", "-a7\"")).unwrap()
    };
    let numbered = |id: &str| about(id).into_iter().map(|(name, request)| (name, other(request)));
    let missing =
        ["an incident", "an incident's past", "an alert's body", "an execution", "approve", "reject", "cancel"];
    let acts = ["acknowledge, assign, snooze, merge, resolve, note, …", "look at an incident"];
    for ((name, own), (_, theirs)) in numbered(OURS).zip(numbered(THEIRS)) {
        if missing.iter().chain(&acts).any(|known| *known == name) {
            let (own, theirs) = (house.ask("ada", own).await, house.ask("ada", theirs).await);
            assert_eq!(bytes(&own), bytes(&theirs), "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denial_is_on_record_once_and_never_with_the_client_that_it_is_not_for() {
    let house = House::new().await;
    let root = Actor::named("root");
    let audit = |id: &str| Request::Audit { tenant: tenant(id), from: 1, limit: 100 };
    let before = house.owner().ask(&root, audit(THEIRS)).await.unwrap();
    let act = |id: &str| Request::Act { incident: format!("{id}-i1").parse().unwrap(), act: Act::ACKNOWLEDGE };
    for _ in 0..3 {
        assert_eq!(house.ask("tomas", act(THEIRS)).await.unwrap_err().code, "no_such_incident");
        assert_eq!(house.ask("vera", act(OURS)).await.unwrap_err().code, "forbidden");
    }
    let entries = |reply| {
        let Reply::Audit(entries) = reply else { panic!() };
        entries.iter().map(|entry: &String| serde_json::from_str::<Entry>(entry).unwrap().record).collect::<Vec<_>>()
    };
    let line = |record: &alert_whisperer::core::audit::Record| {
        format!("{} {} {} {}", record.who, record.what, record.on, record.outcome)
    };
    let own: Vec<_> = entries(house.owner().ask(&root, audit(OURS)).await.unwrap()).iter().map(line).collect();
    let words = "vera incident.acknowledge comp_acme-i1 refused: this takes the role technician; yours is viewer";
    assert_eq!(own.iter().filter(|entry| *entry == words).count(), 1, "{own:#?}");
    let theirs = house.owner().ask(&root, audit(THEIRS)).await.unwrap();
    assert_eq!(entries(theirs).len(), entries(before).len());
    let log = Request::People(Ask::Log { from: 1, limit: 100 });
    let engine: Vec<_> = entries(house.owner().ask(&root, log).await.unwrap()).iter().map(line).collect();
    let words = "tomas incident.acknowledge comp_bolt-i1 refused: no such incident on the board; resolved ones leave it after a day";
    assert_eq!(engine.iter().filter(|entry| *entry == words).count(), 1, "{engine:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_taken_out_of_the_book_may_nothing_from_then_on() {
    let house = House::new().await;
    assert!(house.ask("ada", Request::Tenants).await.is_ok());
    house.people.change(alert_whisperer::engine::now(), |book| book.remove("ada")).unwrap();
    assert_eq!(house.ask("ada", Request::Tenants).await.unwrap_err().code, "not_in_the_book");
}

/// By construction, the gate takes the same steps for both: it looks at the id's text and at the asker's own tenants, and at nothing
/// that depends on what there is. This looks for what that misses: were a file opened or a map searched for one of the two, it would
/// take many times as long. The two are asked in turn, so what else the machine does hits both alike; the bound is far from noise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_takes_as_long_to_refuse_another_s_as_what_there_is_not() {
    let house = House::new().await;
    let ask = |id: &str| about(id).into_iter().filter(|(name, _)| ["an incident", "export", "audit"].contains(name));
    let median = |mut all: Vec<Duration>| {
        all.sort();
        all[all.len() / 2]
    };
    for ((name, theirs), (_, nobodys)) in ask(THEIRS).zip(ask(NOBODY)) {
        let (mut of_theirs, mut of_nobodys) = (Vec::new(), Vec::new());
        for turn in 0..400 {
            // Which of them comes first changes from turn to turn.
            for own in [turn % 2 == 0, turn % 2 != 0] {
                let request = if own { theirs.clone() } else { nobodys.clone() };
                let began = Instant::now();
                drop(house.ask("ada", request).await);
                if own { &mut of_theirs } else { &mut of_nobodys }.push(began.elapsed());
            }
        }
        let (theirs, nobodys) = (median(of_theirs), median(of_nobodys));
        assert!(theirs < nobodys * 3 && nobodys < theirs * 3, "{name}: {theirs:?} and {nobodys:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_seats_that_acknowledge_at_once_have_one_winner_and_both_see_it() {
    let house = House::new().await;
    let handle = house.running.handle();
    let mut seats = ["tomas", "lena"].map(|who| {
        let by = Actor { who: who.into(), seat: "jump01 pts/3".into() };
        let standing = Standing::Known(who.into());
        (by.clone(), handle.seat_of(Seating { by, standing, remote: false, since: None }))
    });
    let act = || Request::Act { incident: format!("{OURS}-i1").parse().unwrap(), act: Act::ACKNOWLEDGE };
    let [(tomas, at_one), (lena, at_other)] = &seats;
    let (one, other) = tokio::join!(at_one.caller.ask(tomas, act()), at_other.caller.ask(lena, act()));
    let (winner, late) = match (one, other) {
        (Ok(Reply::Done), Err(late)) => ("tomas", late),
        (Err(late), Ok(Reply::Done)) => ("lena", late),
        both => panic!("{both:?}"),
    };
    assert_eq!(late.code, "too_late");
    assert!(late.message.starts_with(&format!("{winner} acknowledged it ")), "{late}");
    for (_, seat) in &mut seats {
        let mut board = Board::default();
        let seen = |board: &Board| board.incidents().find_map(|incident| incident.acknowledged_by.clone());
        while seen(&board).is_none() {
            match seat.feed.recv().await.unwrap() {
                Feed::Snapshot(snapshot) => board.reset(*snapshot),
                Feed::Changes(changes) => changes.iter().for_each(|change| board.apply(change)),
                _ => {}
            }
        }
        assert_eq!(seen(&board).as_deref(), Some(winner));
    }
}
