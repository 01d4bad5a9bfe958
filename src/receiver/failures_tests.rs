use std::sync::mpsc::{Receiver, sync_channel};

use super::*;
use crate::core::testing::tenant_id;
use crate::engine::counters::Counters;
use crate::engine::directory::Directory;
use crate::engine::handle::Message;
use crate::link::Caller;

fn failures(depth: usize) -> (Arc<Failures>, Receiver<Message>) {
    let (messages, told) = sync_channel(depth);
    let handle = Handle::new(messages, Directory::default(), Arc::new(Counters::default()), Caller::new(1).0);
    (Failures::new(handle), told)
}

fn told(messages: &Receiver<Message>) -> Vec<(AlertStatus, String)> {
    let each = |message| match message {
        Message::Intake(intake) => match &*intake.input {
            Input::Delivery(delivery) => (delivery.reports[0].status, delivery.reports[0].message.clone()),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    messages.try_iter().map(each).collect()
}

const START: Moment = Moment(1_800_000_000_000);

fn at(minutes: i64) -> Moment {
    START + Span::minutes(minutes)
}

#[test]
fn three_refusals_within_an_hour_open_one_incident() {
    let (failures, messages) = failures(8);
    let acme = tenant_id("acme");
    assert!(!failures.opens(at(0), &acme, "alerts", "signature_wrong"));
    assert!(!failures.opens(at(30), &acme, "alerts", "timestamp_missing"));
    assert!(!failures.opens(at(30), &tenant_id("bolt"), "alerts", "signature_wrong"));
    assert!(!failures.opens(at(30), &acme, "alertmanager", "header_repeated"));
    assert_eq!(told(&messages), []);
    assert!(failures.opens(at(59), &acme, "alerts", "signature_wrong"));
    let [(AlertStatus::Firing, message)] = &told(&messages)[..] else { panic!() };
    assert!(message.contains("signature_wrong x2, timestamp_missing x1"), "{message}");
}

#[test]
fn three_refusals_over_more_than_an_hour_open_none() {
    let (failures, messages) = failures(8);
    for minutes in [0, 35, 70, 140, 199, 205] {
        assert!(!failures.opens(at(minutes), &tenant_id("acme"), "alerts", "signature_wrong"), "{minutes}");
    }
    assert_eq!(told(&messages), []);
}

#[test]
fn while_it_goes_on_it_is_told_once_a_minute_and_an_hour_of_quiet_ends_it() {
    let (failures, messages) = failures(8);
    let acme = tenant_id("acme");
    for second in 0..150 {
        failures.opens(START + Span(second * 1_000), &acme, "alerts", "signature_wrong");
    }
    assert_eq!(told(&messages).len(), 3);
    let last = START + Span(149_000);
    assert_eq!(failures.quiet_in(last + Span::minutes(59), &acme, "alerts"), Some(Duration::from_secs(60)));
    assert_eq!(told(&messages), []);
    assert_eq!(failures.quiet_in(last + Span::HOUR, &acme, "alerts"), None);
    let [(AlertStatus::Resolved, message)] = &told(&messages)[..] else { panic!() };
    assert!(message.contains("signature_wrong x150"), "{message}");
    assert!(!failures.opens(last + Span::HOUR, &acme, "alerts", "signature_wrong"));
}

#[test]
fn what_the_queue_had_no_room_for_is_told_again() {
    let (failures, messages) = failures(1);
    let acme = tenant_id("acme");
    failures.tell(&acme, Streak::default().report("alerts", AlertStatus::Firing));
    for minutes in 0..3 {
        assert!(!failures.opens(at(minutes), &acme, "alerts", "signature_wrong"));
    }
    assert_eq!(told(&messages).len(), 1);
    assert!(failures.opens(at(3), &acme, "alerts", "signature_wrong"));
    assert_eq!(failures.quiet_in(at(63), &acme, "alerts"), Some(Duration::from_secs(60)));
    assert_eq!(told(&messages).len(), 1);
    assert_eq!(failures.quiet_in(at(64), &acme, "alerts"), None);
}
