//! Runbooks that run by themselves.

use alert_whisperer::core::execution::{Execution, Outcome};
use alert_whisperer::demo::aws::world::Fate;
use alert_whisperer::link::Request;

use crate::rig::{ACME, BOLT, Rig, Seat, fast, tenant, world};

async fn allow(rig: &Rig, of: &str) {
    let settings = vec![("actions.auto".to_owned(), "disk-*".to_owned())];
    rig.ask("priya", Request::TenantSet { id: tenant(of), settings }).await.unwrap();
}

/// Waits for the first execution of all.
async fn first(seat: &mut Seat) -> Execution {
    loop {
        if let Some(execution) = seat.board.executions().next() {
            return Execution::clone(execution);
        }
        seat.hear().await;
    }
}

/// Waits until the record says something.
async fn on_record(rig: &Rig, of: &str, words: &str) {
    for _ in 0..2_000 {
        if rig.audit(of).await.iter().any(|entry| entry.contains(words)) {
            return;
        }
        tokio::task::yield_now().await;
    }
    panic!("{words} never was on record: {:#?}", rig.audit(of).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_tenant_lets_run_by_itself_does_once_an_episode() {
    let rig = Rig::start().await;
    allow(&rig, ACME).await;
    // Of another tenant, and of another kind: nothing runs there.
    rig.incident(BOLT, "web-03").await;
    rig.alert(ACME, "web-03", "frobnicated", None).await;
    let incident = rig.incident(ACME, "web-03").await;
    let mut seat = rig.seat().await;
    let ran = first(&mut seat).await;
    assert_eq!((&ran.incident_id, ran.by.who.as_str(), ran.order.auto), (&incident, "auto-remediation", true));
    assert_eq!(ran.order.runbook.as_deref(), Some("disk-usage"));
    assert_eq!(rig.end(&ran.id).await.outcome(), Some(Outcome::Success));
    // The same episode goes on.
    rig.incident(ACME, "web-03").await;
    rig.incident(ACME, "web-03").await;
    let other = rig.alert(ACME, "db-01", "disk_full", None).await;
    let mut seat = rig.seat().await;
    while seat.board.executions().count() < 2 {
        seat.hear().await;
    }
    let of = |number: &u64| seat.board.tenants[&tenant(ACME)].executions[number].incident_id.clone();
    assert_eq!([of(&1), of(&2)], [incident, other]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_it_is_not_certain_which_machine_it_is_nothing_runs_and_that_is_on_record() {
    let mut world = world();
    world.accounts[0].nodes[0].fate = Fate::Offline;
    let rig = Rig::with(world, fast()).await;
    allow(&rig, ACME).await;
    rig.incident(ACME, "nobody-knows").await;
    on_record(&rig, ACME, "it is not certain which machine nobody-knows is").await;
    rig.incident(ACME, "web-03").await;
    on_record(&rig, ACME, "is offline").await;
    assert_eq!(rig.seat().await.board.executions().count(), 0);
}
