//! What the live feed weighs at ten changes a second: with the deflated stream of our own seats, and as the texts that other people's
//! programs read. Bytes do not depend on how fast the machine is: `cargo test --bench feed` says the same as `cargo bench`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs, dead_code)]

#[path = "../../tests/support/delivery.rs"]
mod delivery;
#[path = "../../tests/feed/rig.rs"]
mod rig;

use std::time::Duration;

use alert_whisperer::core::role::Role;
use tokio::time::{Instant, sleep_until};

use rig::{House, Seat};

/// How long it is looked at.
const SPAN: u32 = 20;
/// Changes a second that are wanted; an alert is two to four.
const RATE: f64 = 10.0;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let house = House::of(&["comp_acme", "comp_bolt", "comp_core"]).await;
    let token = house.person("priya", Role::Lead, &["*"]).await;
    let mut seat = Seat::sit(house.address, &token, None).await.unwrap();
    seat.until(|board| board.tenants.len() == 3).await;
    let mut program = house.open(&token, "").await;
    program.snapshot().await;
    let (first, before) = (house.board().await.revision, seat.bytes);
    let ends = Instant::now() + Duration::from_secs(SPAN.into());
    let alerts = async {
        let mut alert: u32 = 0;
        let began = Instant::now();
        while Instant::now() < ends {
            let tenant = ["comp_acme", "comp_bolt", "comp_core"][alert as usize % 3];
            // Some trouble is new, most of it goes on.
            house.alert(tenant, &format!("web-{:02}.example.net", alert * 7 % 23)).await;
            alert += 1;
            let done = (house.board().await.revision - first) as f64;
            sleep_until(began + Duration::from_secs_f64(done / RATE)).await;
        }
        alert
    };
    let seated = async {
        let end = tokio::time::sleep_until(ends);
        tokio::pin!(end);
        loop {
            tokio::select! {
                _ = seat.next() => {}
                () = &mut end => break,
            }
        }
    };
    let mut plain = 0;
    let reads = async {
        let end = tokio::time::sleep_until(ends);
        tokio::pin!(end);
        loop {
            tokio::select! {
                message = program.next() => plain += message.unwrap().to_string().len(),
                () = &mut end => break,
            }
        }
    };
    let (alerts, (), ()) = tokio::join!(alerts, seated, reads);
    let changes = house.board().await.revision - first;
    let deflated = seat.bytes - before;
    let each = |bytes: usize| bytes as f64 / f64::from(SPAN);
    println!(
        "{alerts} alerts, {changes} changes in {SPAN} s: {:.1} changes a second",
        changes as f64 / f64::from(SPAN)
    );
    println!("deflated: {:.0} B/s, {:.0} B a change", each(deflated), deflated as f64 / changes as f64);
    println!("texts:    {:.0} B/s, {:.0} B a change", each(plain), plain as f64 / changes as f64);
}
