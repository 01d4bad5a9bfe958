//! The live feed over real sockets: other people's programs and our own seats, resuming, falling behind, what is whose, slow and
//! broken lines.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../support/delivery.rs"]
mod delivery;
mod lines;
mod opening;
mod rig;

use std::collections::BTreeSet;

use alert_whisperer::core::digest::digest;
use alert_whisperer::core::id::IncidentId;
use alert_whisperer::core::role::Role;
use alert_whisperer::link::people::Ask;
use alert_whisperer::link::{Listing, Request};
use serde_json::Value;

use rig::{House, Seat, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_with_nothing_but_a_websocket_sees_what_happens() {
    let house = House::of(&["acme"]).await;
    let token = house.person("sam", Role::Viewer, &["acme"]).await;
    let mut program = house.open(&token, "&seat=wall").await;
    let (revision, text) = program.snapshot().await;
    assert!(text.contains("acme"), "{text}");
    house.alert("acme", "web-01").await;
    let received = program.until("alert_received").await;
    assert_eq!(received["company_id"], "acme");
    assert_eq!(received["data"]["asset_name"], "web-01");
    assert!(received["revision"].as_u64().unwrap() > revision);
    let created = program.until("incident_created").await;
    assert_eq!(created["data"]["asset_name"], "web-01");

    let answer = program.ask(7, &Request::Incidents(Listing { limit: 10, ..Listing::default() })).await;
    assert_eq!(answer["ok"]["data"][0]["asset_name"], "web-01");
    let act = alert_whisperer::core::input::Act::ACKNOWLEDGE;
    let incident = IncidentId { tenant: id("acme"), number: 1 };
    let answer = program.ask(8, &Request::Act { incident, act }).await;
    assert_eq!(answer["error"]["code"], "forbidden", "viewers look on");
    program.say(r#"{"type":"ask","id":9,"request":{"ask":"make_coffee"}}"#).await;
    assert_eq!(program.until("answer").await["error"]["code"], "not_understood");
    program.say("hello").await;
    while program.next().await.is_some() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_away_for_a_moment_goes_on_without_a_gap_or_hears_a_snapshot() {
    let mut house = House::of(&["acme", "bolt"]).await;
    let token = house.person("sam", Role::Viewer, &["acme"]).await;
    let mut program = house.open(&token, "").await;
    let (mut revision, _) = program.snapshot().await;
    house.alert("acme", "web-01").await;
    revision = revision.max(program.until("incident_created").await["revision"].as_u64().unwrap());
    drop(program);
    house.alert("bolt", "other-01").await;
    house.alert("acme", "web-02").await;
    let mut program = house.open(&token, &format!("&since={revision}")).await;
    assert_eq!(program.next().await.unwrap()["type"], "resumed");
    let mut missed = Vec::new();
    loop {
        let message = program.next().await.unwrap();
        let Some(at) = message["revision"].as_u64() else { break };
        assert!(at > revision, "{message}");
        revision = at;
        missed.push(message);
    }
    let text = serde_json::to_string(&missed).unwrap();
    assert!(text.contains("web-02") && !text.contains("web-01") && !text.contains("other-01"), "{text}");

    // What was never given is not gone on from, nor what another run gave.
    for since in [1, revision + 1_000_000_000] {
        let mut program = house.open(&token, &format!("&since={since}")).await;
        assert_eq!(program.next().await.unwrap()["type"], "snapshot", "{since}");
    }
    drop(program);
    house.end().await;
    house.begin();
    let mut program = house.open(&token, &format!("&since={revision}")).await;
    let (again, _) = program.snapshot().await;
    assert!(again > revision, "a later run's revisions are later");
    // A token for something else is no reason to show what it missed of that.
    drop(program);
    house
        .ask(Request::People(Ask::Set {
            name: "sam".into(),
            role: None,
            tenants: Some(alert_whisperer::core::person::Scope::All),
        }))
        .await
        .unwrap();
    let all = house.token("sam").await;
    let mut program = house.open(&all, &format!("&since={again}")).await;
    assert!(program.snapshot().await.1.contains("bolt"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_of_two_tenants_see_and_meet_nobody_but_their_own() {
    let house = House::of(&["acme", "bolt"]).await;
    let sam = house.person("sam", Role::Technician, &["acme"]).await;
    let ines = house.person("ines", Role::Technician, &["bolt"]).await;
    let priya = house.person("priya", Role::Lead, &["*"]).await;
    let (mut of_acme, mut of_bolt) = (house.open(&sam, "").await, house.open(&ines, "").await);
    let mut of_all = Seat::sit(house.address, &priya, None).await.unwrap();
    of_all.until(|board| board.present.len() == 3).await;
    assert!(of_all.board.present.iter().all(|one| one.remote));
    assert_eq!(of_all.board.present.iter().find(|one| one.who == "priya").unwrap().seat, "jump01 pts/3");
    house.alert("acme", "acme-web").await;
    house.alert("bolt", "bolt-web").await;
    of_all.until(|board| board.open() == 2).await;
    let looked = IncidentId { tenant: id("bolt"), number: 1 };
    of_all.ask(&Request::Look { incident: Some(looked.clone()) }).await.unwrap();
    of_all.until(|board| board.present.iter().any(|one| one.looks_at.as_ref() == Some(&looked))).await;

    for (program, own, other) in [(&mut of_acme, "acme", "bolt"), (&mut of_bolt, "bolt", "acme")] {
        let mut seen = Vec::new();
        let mut types = BTreeSet::new();
        while !types.contains("incident_created") {
            let message = program.next().await.unwrap();
            types.insert(message["type"].as_str().unwrap().to_owned());
            seen.push(message);
        }
        // Whoever may know of all tenants is there for everybody; what they look at is for those whose it is.
        let there = |message: &Value| message["type"] == "present" && message.to_string().contains("priya");
        while !seen.iter().any(there) {
            seen.push(program.next().await.unwrap());
        }
        let answer =
            program.ask(1, &Request::Look { incident: Some(IncidentId { tenant: id(other), number: 1 }) }).await;
        let unknown =
            program.ask(1, &Request::Look { incident: Some(IncidentId { tenant: id("nobodys"), number: 1 }) }).await;
        assert_eq!(answer, unknown);
        seen.push(answer);
        let text = serde_json::to_string(&seen).unwrap();
        assert!(text.contains(&format!("{own}-web")), "{text}");
        let stranger = if own == "acme" { "ines" } else { "sam" };
        assert!(!text.contains(&format!("{other}-web")) && !text.contains(stranger), "{text}");
        assert!(!text.contains(&format!("\"{other}\"")), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_see_less_from_now_on_is_sent_away_with_the_reason_and_comes_back_to_that() {
    let house = House::of(&["acme", "bolt"]).await;
    let token = house.person("sam", Role::Viewer, &["acme", "bolt"]).await;
    let mut program = house.open(&token, "").await;
    let (revision, text) = program.snapshot().await;
    assert!(text.contains("bolt"));
    let less = Some(alert_whisperer::core::person::Scope::Some([id("acme")].into()));
    house.ask(Request::People(Ask::Set { name: "sam".into(), role: None, tenants: less })).await.unwrap();
    let why = program.until("away").await;
    assert!(why["message"].as_str().unwrap().contains("what you may see"), "{why}");
    while program.next().await.is_some() {}
    let mut program = house.open(&token, &format!("&since={revision}")).await;
    let (_, text) = program.snapshot().await;
    assert!(text.contains("acme") && !text.contains("bolt"), "{text}");
    house.ask(Request::People(Ask::Revoke { name: "sam".into(), token: None })).await.unwrap();
    let why = program.until("away").await;
    assert!(why["message"].as_str().unwrap().contains("taken back"), "{why}");
    while program.next().await.is_some() {}
    assert!(rig::Program::open(house.address, &token, "").await.is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_gets_everything_anew_and_is_right_then() {
    let house = House::of(&["acme"]).await;
    let token = house.person("priya", Role::Lead, &["*"]).await;
    let mut lazy = Seat::sit(house.address, &token, None).await.unwrap();
    lazy.until(|board| board.revision > 0).await;
    // More than the engine keeps for a seat and the sockets between hold.
    for round in 0..40 {
        let bodies: Vec<_> = (0..100).map(|n| format!("web-{round}-{n}")).collect();
        futures_util::future::join_all(bodies.iter().map(|asset| house.alert("acme", asset))).await;
    }
    house.alert("acme", "the-last").await;
    let end = house.board().await;
    lazy.until(|board| board.revision >= end.revision).await;
    assert_eq!(digest(&lazy.board), digest(&house.board().await));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_engine_that_ends_says_so() {
    let mut house = House::of(&["acme"]).await;
    let token = house.person("sam", Role::Viewer, &["acme"]).await;
    let mut program = house.open(&token, "").await;
    program.snapshot().await;
    house.end().await;
    assert!(program.until("away").await["message"].as_str().unwrap().contains("stopped"));
    while program.next().await.is_some() {}
}
