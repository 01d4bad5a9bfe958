//! Questions about the past, through the engine: what is listed, by whose name, and what was before.

use super::*;
use crate::core::id::IncidentId;
use crate::core::input::Act;

fn id(number: u64) -> IncidentId {
    IncidentId { tenant: tenant_id("a"), number }
}

fn act(running: &Running, number: u64, act: Act) {
    ask(running, Request::Act { incident: id(number), act }).unwrap();
}

fn listed(running: &Running, query: &str) -> Vec<u64> {
    let listing = Listing { tenant: None, query: query.into(), limit: 0, page: None };
    match ask(running, Request::Incidents(listing)).unwrap() {
        Reply::Incidents(incidents) => incidents.iter().map(|incident| incident.id.number).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn incidents_are_listed_from_the_board_or_the_store_as_the_query_asks() {
    let house = House::of(&["a"]);
    let running = house.start();
    ask(&running, Request::TenantSet { id: tenant_id("a"), settings: vec![("name".into(), "Northern Light".into())] })
        .unwrap();
    for asset in ["web-1", "db-1", "web-2"] {
        stored(post("a", asset).to(&running));
    }
    act(&running, 1, Act::RESOLVE);
    house.pass(Span(3 * Span::DAY.0));
    stored(post("a", "web-3").to(&running));
    assert_eq!(listed(&running, ""), [4, 3, 2, 1]);
    assert_eq!(listed(&running, "status:open"), [4, 2, 3]);
    assert_eq!(listed(&running, "northern web"), [4, 3, 1]);
    assert_eq!(listed(&running, "status:resolved northern"), [1]);
    assert_eq!(listed(&running, "status:any asset:web-*"), [4, 3, 1]);
    assert_eq!(listed(&running, "status:any before:1d"), [3, 2, 1]);
    let refused = |request| refusal(&running, request).code;
    let listing = |query: &str| Listing { tenant: None, query: query.into(), limit: 0, page: None };
    assert_eq!(refused(Request::Alerts(listing("ack:no"))), "bad_query");
    assert_eq!(refused(Request::Incidents(listing("colour:red"))), "bad_query");
    running.stop();
}

#[test]
fn what_happened_before_is_told_of_an_incident_on_the_board_and_of_one_that_left_it() {
    let house = House::of(&["a"]);
    let running = house.start();
    for (number, note) in [(1, Some("restarted nginx".to_owned())), (2, None)] {
        stored(post("a", "web-1").to(&running));
        act(&running, number, Act::Resolve { note });
        house.pass(Span(2 * Span::DAY.0));
    }
    stored(post("a", "web-1").to(&running));
    let similar = |number| match ask(&running, Request::Similar { incident: id(number) }).unwrap() {
        Reply::Similar(similar) => {
            let told = similar.incidents.into_iter().map(|past| (past.incident.id.number, past.note));
            (similar.within_30_days, told.collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    };
    let first = (1, Some("restarted nginx".to_owned()));
    assert_eq!(similar(3), (2, vec![(2, None), first.clone()]));
    assert_eq!(similar(2), (1, vec![first]));
    assert_eq!(refusal(&running, Request::Similar { incident: id(9) }).code, "no_such_incident");
    running.stop();
}
