//! What nobody could read: put aside, shown, read again once its source's rules are mended, thrown away, outlived.

use super::*;
use crate::core::alert::AlertStatus;
use crate::core::aside::{Came, KEPT_FOR, SIGNATURE};
use crate::core::incident::Incident;
use crate::core::input::{Rejected, Unreadable};
use crate::core::reading::{Context, Head, Parsed, Unreadable as Unread};
use crate::core::source::Source;
use crate::engine::interpreter::Interpreter;
use crate::link::Quarantined;
use crate::link::source::{Ask, Body, Told};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:web";

/// Reads assets with commas between; one with a question mark only once that is mended, and none but under the path `v2`.
#[derive(Debug, Default)]
struct Words {
    mended: AtomicBool,
}

impl Interpreter for Words {
    fn read(&self, _: &Source, body: &[u8], context: Context<'_>) -> Result<Parsed, Unread> {
        let unread = |reason: &str| Unread::NoAlert { reason: reason.into(), fields: vec!["/0".into()] };
        let text = std::str::from_utf8(body).map_err(|_| unread("not text."))?;
        let mut parsed = Parsed { batch: text.contains(','), ..Parsed::default() };
        for (index, asset) in (0..).zip(text.split(',')) {
            if asset.contains('?') && !(self.mended.load(Ordering::SeqCst) && context.head.path == "v2") {
                parsed.rejected.push(Rejected { index, reason: "a question mark.".into(), fields: Vec::new() });
            } else {
                parsed.reports.push(report(asset, "cpu"));
                parsed.indices.push(index);
            }
        }
        if parsed.reports.is_empty() { Err(unread("a question mark.")) } else { Ok(parsed) }
    }

    fn topic(&self, body: &[u8]) -> Option<String> {
        body.starts_with(b"web").then(|| TOPIC.into())
    }

    fn check(&self, _: &Source) -> Result<(), String> {
        Ok(())
    }
}

/// A house whose engine reads such words.
fn words(house: &House) -> (Running, Arc<Words>) {
    let (running, words) = (house.start(), Arc::<Words>::default());
    running.handle().reads_with(words.clone());
    (running, words)
}

/// What the receiver does with a request that it lets in.
fn send(running: &Running, words: &Words, source: &str, body: &str) -> Answered {
    let head = Head { path: "v2", ..Head::default() };
    let context = Context { now: Moment(0), skew: Span::MINUTE, head, explain: false };
    let came = Came { size: body.len() as u64, head: crate::core::aside::KeptHead::of(head) };
    let kind = Source::of(crate::core::source::kind::Kind::NATIVE);
    let source = source.to_owned();
    let input = match words.read(&kind, body.as_bytes(), context) {
        Ok(Parsed { reports, indices, rejected, batch, .. }) => Input::Delivery(Delivery {
            source,
            reports: reports.into_iter().map(Arc::new).collect(),
            came: (!rejected.is_empty()).then(|| Box::new(came)),
            indices,
            rejected,
            batch,
            ..Delivery::default()
        }),
        Err(Unread::NoAlert { reason, fields }) => {
            Input::Unreadable(Unreadable { source, reason, fields, came, ..Unreadable::default() })
        }
        Err(Unread::NotJson { .. }) => panic!(),
    };
    let (input, (answer, answered)) = (Arc::new(input), oneshot::channel());
    let encoded = serde_json::to_vec(&*input).unwrap().into();
    let raw = bytes::Bytes::from(body.to_owned());
    let intake = Intake { tenant: tenant_id("a"), input, encoded, raw, by_signature: None, by_id: None, answer };
    running.handle().offer(intake).unwrap();
    answered.blocking_recv().unwrap()
}

fn about(running: &Running, about: Ask) -> Result<Reply, Refusal> {
    ask(running, Request::Source { tenant: tenant_id("a"), about })
}

fn again(running: &Running, name: Option<&str>, numbers: &[u64]) -> (u64, u64) {
    let replay = Ask::Replay { name: name.map(Into::into), numbers: numbers.to_vec() };
    let Reply::Source(Told::Replayed { taken, left }) = about(running, replay).unwrap() else { panic!() };
    (taken, left)
}

fn quarantine(running: &Running) -> Vec<Quarantined> {
    let Reply::Quarantine(all) = ask(running, Request::Quarantine { tenant: tenant_id("a") }).unwrap() else {
        panic!()
    };
    all
}

fn numbers(running: &Running) -> Vec<u64> {
    quarantine(running).iter().map(|aside| aside.number).collect()
}

/// The incident of each source of which something can't be read.
fn unread(running: &Running) -> Vec<Incident> {
    let listing = Listing { query: "status:any".into(), limit: 100, ..Listing::default() };
    let Reply::Incidents(all) = ask(running, Request::Incidents(listing)).unwrap() else { panic!() };
    let mut ours: Vec<Incident> =
        all.iter().filter(|one| one.signature == SIGNATURE).map(|one| Incident::clone(one)).collect();
    ours.sort_by_key(|one| one.id.number);
    ours
}

fn theirs(running: &Running) -> Vec<String> {
    let all = alerts(running, "a").into_iter().filter(|alert| alert.report.signature != SIGNATURE);
    all.map(|alert| alert.report.asset_name.clone()).collect()
}

#[test]
fn what_could_not_be_read_is_one_incident_a_source_until_nothing_is_left_unread() {
    let house = House::of(&["a"]);
    let (running, words) = words(&house);
    for (source, body) in [("alerts", "web?"), ("alerts", "db?"), ("alertmanager", "app?")] {
        assert!(matches!(send(&running, &words, source, body), Answered::PutAside));
    }
    let open = unread(&running);
    let seen = alerts(&running, "a").iter().map(|alert| alert.seen).collect::<Vec<_>>();
    assert_eq!((open.len(), open[0].alert_count, &*open[0].asset_name), (2, 1, "webhook:alerts"));
    assert_eq!(seen, [2, 1]);
    assert_eq!(again(&running, None, &[]), (0, 3), "nothing has been mended");
    assert_eq!(numbers(&running), [3, 2, 1]);

    words.mended.store(true, Ordering::SeqCst);
    house.pass(Span::hours(1));
    let came_at = quarantine(&running)[2].at;
    assert_eq!(again(&running, Some("alerts"), &[]), (2, 0));
    assert_eq!(theirs(&running), ["web?", "db?"]);
    let taken = &alerts(&running, "a")[2];
    assert_eq!((taken.report.occurred_at, taken.received_at), (Some(came_at), came_at + Span::hours(1)));
    assert_eq!(taken.report.labels["quarantined_at"], came_at.to_string());
    assert_eq!(unread(&running).iter().map(Incident::is_open).collect::<Vec<_>>(), [false, true]);
    assert_eq!(again(&running, Some("alerts"), &[]), (0, 0), "asked twice, it is there once");
    let gone = about(&running, Ask::Replay { name: None, numbers: vec![1] }).unwrap_err();
    assert_eq!(gone.code, "no_such_body");
    let Reply::Raw(raw) = ask(&running, Request::Raw { alert: taken.id.clone() }).unwrap() else { panic!() };
    assert_eq!(raw, b"web?");
}

#[test]
fn the_bad_part_of_a_batch_is_kept_with_its_body_and_taken_alone() {
    let house = House::of(&["a"]);
    let (running, words) = words(&house);
    let Answered::Stored(receipts) = send(&running, &words, "alerts", "web,?,db,app?") else { panic!() };
    assert_eq!(receipts.alerts.iter().map(|one| one.index).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(receipts.rejected.len(), 2);
    let aside = quarantine(&running);
    assert_eq!((&*aside[0].raw, &*aside[0].reason), (&b"web,?,db,app?"[..], "2 of 4 alerts: a question mark."));
    let body = Body::Quarantined(1);
    words.mended.store(true, Ordering::SeqCst);
    let read = about(&running, Ask::Read { name: "alerts".into(), body }).unwrap();
    let Reply::Source(Told::Reading(read)) = read else { panic!() };
    assert_eq!(read.unwrap().reports.len(), 4, "as it would be read now");
    assert_eq!(again(&running, None, &[1]), (1, 0));
    assert_eq!(theirs(&running), ["web", "db", "?", "app?"]);
    assert!(numbers(&running).is_empty() && !unread(&running)[0].is_open());
}

#[test]
fn what_is_taken_again_is_taken_once_whenever_the_engine_ends() {
    let house = House::of(&["a"]);
    let (running, words) = words(&house);
    send(&running, &words, "alerts", "web?");
    words.mended.store(true, Ordering::SeqCst);
    assert_eq!(numbers(&running), [1]);
    house.mood.deaf.store(true, Ordering::SeqCst);
    assert_eq!(again(&running, None, &[]), (1, 0));
    running.stop();
    // The archive has heard nothing of it: it still has the body.
    house.mood.deaf.store(false, Ordering::SeqCst);
    let (running, words) = self::words(&house);
    words.mended.store(true, Ordering::SeqCst);
    assert_eq!((theirs(&running), numbers(&running).len()), (vec!["web?".to_owned()], 0));
    assert_eq!(again(&running, None, &[]), (0, 0));
    assert_eq!(theirs(&running).len(), 1);
    assert!(!unread(&running)[0].is_open());
}

#[test]
fn what_came_from_a_topic_that_nobody_approved_is_not_taken_again() {
    let house = House::of(&["a"]);
    let (running, words) = words(&house);
    let (name, kind) = ("aws".to_owned(), "sns".parse().unwrap());
    about(&running, Ask::Add { name: name.clone(), kind, auth: None, mapping: None, secret: None }).unwrap();
    send(&running, &words, &name, "web?");
    send(&running, &words, &name, "db?");
    words.mended.store(true, Ordering::SeqCst);
    assert_eq!(again(&running, None, &[]), (0, 2));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (handle, id) = (running.handle(), tenant_id("a"));
    runtime.block_on(handle.topic_let_in(&id, &name, TOPIC, Actor::named("kim"))).unwrap();
    assert_eq!(again(&running, None, &[]), (1, 1));
    assert_eq!(theirs(&running), ["web?"]);
}

#[test]
fn what_is_thrown_away_is_gone_and_its_number_is_not_given_again() {
    let house = House::of(&["a"]);
    let (running, words) = words(&house);
    send(&running, &words, "alerts", "web?");
    send(&running, &words, "alerts", "db?");
    assert_eq!(about(&running, Ask::Discard { numbers: Vec::new() }).unwrap_err().code, "no_such_body");
    assert!(about(&running, Ask::Discard { numbers: vec![2, 7] }).is_ok());
    assert!(about(&running, Ask::Discard { numbers: vec![2] }).is_err());
    assert!(unread(&running)[0].is_open());
    running.stop();
    let (running, words) = self::words(&house);
    send(&running, &words, "alerts", "app?");
    assert_eq!(numbers(&running), [3, 1]);
    assert!(about(&running, Ask::Discard { numbers: vec![1, 3] }).is_ok());
    assert!(!unread(&running)[0].is_open());
    let Reply::Audit(entries) = ask(&running, Request::Audit { tenant: tenant_id("a"), from: 0, limit: 10 }).unwrap()
    else {
        panic!()
    };
    assert_eq!(entries.iter().filter(|entry| entry.contains("source.discard")).count(), 4, "the refusals too");
}

#[test]
fn what_nobody_reads_for_thirty_days_goes() {
    let house = House::of(&["a"]);
    let (running, words) = words(&house);
    send(&running, &words, "alerts", "web?");
    let resolved =
        |running: &Running| alerts(running, "a").iter().any(|one| one.report.status == AlertStatus::Resolved);
    house.pass(Span(KEPT_FOR.0 - 1));
    running.handle().nudge();
    assert!(!resolved(&running));
    house.pass(Span(1));
    running.handle().nudge();
    assert!(resolved(&running) && numbers(&running).is_empty());
}
