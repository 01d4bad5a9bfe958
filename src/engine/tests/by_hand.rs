//! What operators do to incidents, as a seat asks for it.

use super::*;
use crate::core::assign::Technician;
use crate::core::id::IncidentId;
use crate::core::incident::{Incident, Status};
use crate::core::input::{Act, Restore};

fn act(running: &Running, incident: u64, act: Act) -> Result<Reply, Refusal> {
    ask(running, Request::Act { incident: IncidentId { tenant: tenant_id("a"), number: incident }, act })
}

fn gather(running: &Running, from: Option<u64>, into: Option<u64>, alerts: &[u64]) -> Result<Reply, Refusal> {
    ask(running, Request::Gather { tenant: tenant_id("a"), from, into, alerts: alerts.to_vec() })
}

fn undo(running: &Running) -> Result<String, Refusal> {
    ask(running, Request::Undo).map(|reply| match reply {
        Reply::Undone { what } => what,
        other => panic!("{other:?}"),
    })
}

fn incident(running: &Running, number: u64) -> Arc<Incident> {
    let snapshot = snapshot(running);
    let part = snapshot.tenants.iter().find(|part| part.id == tenant_id("a")).unwrap();
    part.incidents.iter().find(|incident| incident.id.number == number).unwrap().clone()
}

/// The incident of each of the tenant's alerts, the oldest first.
fn homes(running: &Running) -> Vec<Option<u64>> {
    alerts(running, "a").iter().map(|alert| alert.incident_id.as_ref().map(|id| id.number)).collect()
}

fn somebody(name: &str, tenants: &str) -> Technician {
    Technician {
        name: name.into(),
        skills: Vec::new(),
        tenants: vec![tenants.into()],
        on_call: "always".into(),
        at_most: None,
        lead: false,
    }
}

#[test]
fn alerts_that_wait_for_somebody_are_correlated_and_split_and_alone_again() {
    let house = House::of(&["a"]);
    let running = house.start();
    set(&running, "a", "correlation.auto_correlate", "off").unwrap();
    stored(post("a", "web").and("web").and("db").to(&running));
    assert_eq!(homes(&running), [None, None, None]);
    gather(&running, None, None, &[1, 2, 3, 3]).unwrap();
    assert_eq!((homes(&running), incident(&running, 1).alert_count), (vec![Some(1); 3], 3));
    for (from, alerts, code) in [
        (None, vec![1], "moved"),
        (Some(2), vec![1], "moved"),
        (Some(1), vec![9], "no_such_alert"),
        (Some(1), vec![1, 2, 3], "refused"),
        (Some(1), (1..=1_001).collect(), "refused"),
    ] {
        assert_eq!(gather(&running, from, None, &alerts).unwrap_err().code, code, "{from:?}");
    }
    let nobodys = Request::Gather { tenant: tenant_id("x"), from: None, into: None, alerts: vec![1] };
    assert_eq!(refusal(&running, nobodys).code, "no_such_tenant");
    gather(&running, Some(1), None, &[3]).unwrap();
    assert_eq!(homes(&running), [Some(1), Some(1), Some(2)]);
    assert_eq!(undo(&running).as_deref(), Ok("split of a-i1"));
    assert_eq!(undo(&running).as_deref(), Ok("correlation of 3 alerts"));
    assert_eq!(homes(&running), [None, None, None]);
    let before = kept(snapshot(&running));
    running.stop();
    assert_eq!(kept(snapshot(&house.start())), before);
}

#[test]
fn alerts_of_what_was_merged_are_split_off_the_whole() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "web").and("db").to(&running));
    act(&running, 2, Act::Merge { into: 1 }).unwrap();
    assert_eq!(homes(&running), [Some(1), Some(2)]);
    let detail = Request::Detail { incident: IncidentId { tenant: tenant_id("a"), number: 1 } };
    let Reply::Detail(detail) = ask(&running, detail).unwrap() else { panic!() };
    assert_eq!(detail.alerts.iter().map(|alert| alert.id.number).collect::<Vec<_>>(), [2, 1]);
    gather(&running, Some(1), None, &[2]).unwrap();
    assert_eq!((homes(&running), incident(&running, 1).alert_count), (vec![Some(1), Some(3)], 1));
}

#[test]
fn a_change_is_taken_back_and_nobody_makes_up_one() {
    let house = House::of(&["a"]);
    let running = house.start();
    stored(post("a", "web").to(&running));
    assert_eq!(undo(&running).unwrap_err().message, "there is nothing of yours to take back");
    act(&running, 1, Act::Start).unwrap();
    house.full.store(true, Ordering::Release);
    assert_eq!(undo(&running).unwrap_err().code, "unavailable");
    assert_eq!(incident(&running, 1).status, Status::InProgress);
    house.full.store(false, Ordering::Release);
    assert_eq!(undo(&running).as_deref(), Ok("start of work on a-i1"));
    assert_eq!(incident(&running, 1).status, Status::New);
    let restore = Restore { what: "x".into(), incidents: Vec::new(), keys: Vec::new(), moved: None };
    assert_eq!(act(&running, 1, Act::Restore(Box::new(restore))).unwrap_err().code, "refused");
    act(&running, 1, Act::ACKNOWLEDGE).unwrap();
    running.stop();
    // A restart forgets what could be taken back, not what was done.
    let running = house.start();
    assert_eq!(incident(&running, 1).status, Status::Acknowledged);
    assert!(undo(&running).is_err());
}

#[test]
fn every_tenant_knows_who_covers_it_from_the_start_and_when_it_is_added() {
    let mut house = House::of(&["a", "b"]);
    house.technicians = vec![somebody("kim", "a"), somebody("ann", "c")];
    let running = house.start();
    add(&running, "c");
    let names = |snapshot: &Snapshot| {
        let of = |part: &TenantPart| part.roster.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        snapshot.tenants.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(names(&snapshot(&running)), [vec!["kim".to_owned()], vec![], vec!["ann".into()]]);
    stored(post("a", "web").to(&running));
    assert_eq!(incident(&running, 1).assigned_to.as_deref(), Some("kim"));
    let other = stored(post("b", "web").to(&running)).alerts[0].incident_id.clone().unwrap();
    let lacking = snapshot(&running).tenants[1].incidents[0].unassigned_because.clone();
    assert_eq!((other.number, lacking.as_deref()), (1, Some("no technician covers b")));
    running.stop();
    house.technicians.clear();
    let running = house.start();
    assert_eq!(names(&snapshot(&running)), [Vec::<String>::new(), vec![], vec![]]);
    assert_eq!(snapshot(&running).tenants[1].incidents[0].unassigned_because, None);
    stored(post("b", "db").to(&running));
    assert_eq!(snapshot(&running).tenants[1].incidents[1].unassigned_because, None);
}
